import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect } from "chai";
import { keccak256, toHex } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import { KeystoreError } from "../errors.ts";
import { openKeystore } from "../signers/keys.ts";
import { Secrets } from "../signers/secrets.ts";
import { type KeysProcess, keysCommand } from "./keys.ts";

const KEY = keccak256(toHex("a key of the tests"));
const PASSWORD = "a password of the tests";

describe("gimbal-keeper keys", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-keys-command-"));
  after(() => rmSync(folder, { recursive: true }));
  const environment = { GIMBAL_KEYSTORE_PASSWORD: PASSWORD };
  let said: string[] = [];
  beforeEach(() => {
    said = [];
  });

  const run = (words: readonly string[], over: Partial<KeysProcess> = {}) => {
    const line = (text: string) => said.push(text);
    const command = keysCommand({
      environment,
      secrets: new Secrets(),
      say: line,
      warn: line,
      scryptRounds: 2,
      ...over,
    });
    return command.parseAsync(words, { from: "user" });
  };

  it("default: new and import make keystores and tell their addresses, never their keys", async () => {
    const [made, kept] = [join(folder, "made.json"), join(folder, "kept.json")];
    await run(["new", made]);
    await run(["import", kept], { input: Readable.from([`${KEY}\n`]) });
    const [first, second] = said.map((text) => JSON.parse(text) as { address: string; file: string });
    expect(second).to.deep.equal({ address: privateKeyToAddress(KEY), file: kept });
    for (const [file, told] of [
      [made, first],
      [kept, second],
    ] as const) {
      const { address } = await openKeystore({ file }, { environment, secrets: new Secrets(), warn: () => {} });
      expect(told?.address).to.equal(address);
      expect(statSync(file).mode & 0o777).to.equal(0o600);
    }
    expect(said.join() + readFileSync(kept, "utf8"))
      .not.to.contain(KEY.slice(2))
      .and.not.to.contain(PASSWORD);
  });

  it("default: list tells purpose, kind, address and place of every signer, and asks for no password", async () => {
    const names = {
      contracts:
        "AssetRegistry KeeperRegistry IndexFactory IndexVaultImplementation AmmFiller UniswapV3Adapter Zap IndexLens",
      external: "uniswapV3Factory swapRouter02 quoterV2 weth permit2 multicall3",
    };
    const toAddresses = (list: string) =>
      Object.fromEntries(list.split(" ").map((name, i) => [name, `0x${String(i + 1).padStart(40, "0")}`]));
    const [contracts, external] = [toAddresses(names.contracts), toAddresses(names.external)];
    const deployment = { chainId: 31_337, blockNumber: 0, contracts, external, tokens: {} };
    writeFileSync(join(folder, "deployment.json"), JSON.stringify(deployment));
    await run(["import", join(folder, "listed.json")], { input: Readable.from([KEY]) });
    const address = privateKeyToAddress(KEY);
    const gas = { kind: "keystore", file: "listed.json" };
    const config = {
      rpcUrl: "http://127.0.0.1:1",
      chainId: 31_337,
      deployment: "deployment.json",
      vaults: [address],
      data: { source: "simulation" },
      signers: { gas },
    };
    writeFileSync(join(folder, "keeper.json"), JSON.stringify(config));
    const other = keccak256(toHex("a key of the environment"));
    await run(["list", "--config", join(folder, "keeper.json")], { environment: { GIMBAL_SIGNER_KEYS: other } });
    expect(JSON.parse(said.at(-1)!)).to.deep.equal([
      { purpose: "gas", kind: "keystore", address, where: join(folder, "listed.json") },
      { purpose: "decisions", kind: "environment", address: privateKeyToAddress(other) },
    ]);
  });

  it("error: overwrites nothing, and takes no key from a terminal", async () => {
    const file = join(folder, "once.json");
    await run(["new", file]);
    const before = readFileSync(file, "utf8");
    expect(await run(["new", file]).catch((reason: unknown) => reason)).to.be.instanceOf(KeystoreError);
    expect(readFileSync(file, "utf8")).to.equal(before);

    const terminal = Object.assign(Readable.from([KEY]), { isTTY: true });
    const typed = run(["import", join(folder, "typed.json")], { input: terminal });
    expect(await typed.catch((reason: unknown) => reason)).to.be.instanceOf(KeystoreError);
    expect(existsSync(join(folder, "typed.json"))).to.equal(false);
  });
});
