import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { expect } from "chai";
import { keccak256, toHex } from "viem";
import { CHILD_ENVIRONMENT } from "../childProcess.fixture.ts";
import { createKeystore } from "./keys.ts";
import { Secrets } from "./secrets.ts";

const CLI = join(import.meta.dirname, "../cli.ts");
const GAS = keccak256(toHex("planted gas key"));
const DECISIONS = [keccak256(toHex("planted signer 1")), keccak256(toHex("planted signer 2"))] as const;
const STORED = keccak256(toHex("planted key in a keystore"));
const PASSWORD = "planted-password-of-the-tests";
const TOKEN = "planted-token-of-the-tests";
const PLANTED = [GAS, ...DECISIONS, STORED].map((key) => key.slice(2)).concat(PASSWORD, TOKEN);
const A = (n: number) => `0x${String(n).padStart(40, "0")}`;

/** The secrets that a text shows. */
const showsSecrets = (text: string) => PLANTED.filter((secret) => text.toLowerCase().includes(secret.toLowerCase()));

/** Stands in for a node that knows the keeper's secrets and says them in every error, as text and as data. */
async function startTalkativeNode(): Promise<Server> {
  const server = createServer(async (request, response) => {
    const { id, method } = (await json(request)) as { id: number; method: string };
    const everything = [GAS, ...DECISIONS, STORED, String(BigInt(GAS)), PASSWORD, TOKEN].join(" ");
    const error = { code: -32_000, message: `${method} failed: ${everything}`, data: everything };
    // It passes for a node that can be believed, so that the keeper goes on to ask it for more.
    const zero = `0x${"0".repeat(64)}`;
    const timestamp = `0x${Math.floor(Date.now() / 1000).toString(16)}`;
    const block = { number: "0x64", hash: `0x${"12".repeat(32)}`, parentHash: zero, timestamp, transactions: [] };
    const usual: Readonly<Record<string, unknown>> = {
      eth_chainId: "0x7a69",
      eth_blockNumber: "0x64",
      eth_getBlockByNumber: { ...block, baseFeePerGas: "0x1", gasLimit: "0x1", gasUsed: "0x0" },
    };
    const answer = method in usual ? { result: usual[method] } : { error };
    response.end(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

describe("a keeper with planted secrets", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-leaks-"));
  let node: Server;
  before(async () => {
    node = await startTalkativeNode();
    const environment = { GIMBAL_KEYSTORE_PASSWORD: PASSWORD };
    const file = join(folder, "stored.json");
    await createKeystore(
      { file, key: STORED, scryptRounds: 2 },
      { environment, secrets: new Secrets(), warn: () => {} },
    );
    const contracts = [
      "AssetRegistry KeeperRegistry IndexFactory IndexVaultImplementation AmmFiller UniswapV3Adapter Zap IndexLens",
      "uniswapV3Factory swapRouter02 quoterV2 weth permit2 multicall3",
    ].map((names) => Object.fromEntries(names.split(" ").map((name, i) => [name, A(i + 1)])));
    write("deployment.json", {
      chainId: 31_337,
      blockNumber: 0,
      contracts: contracts[0],
      external: contracts[1],
      tokens: {},
    });
    write("keeper.json", {
      rpcUrl: `http://127.0.0.1:${(node.address() as AddressInfo).port}`,
      chainId: 31_337,
      deployment: "deployment.json",
      vaults: [A(9)],
      data: { source: "simulation" },
      roundEvery: 1,
      signers: {
        decisions: [
          { kind: "environment" },
          { kind: "keystore", file: "stored.json" },
          { kind: "remote", url: "https://signer.example.org", address: A(8), tokenVariable: "TOKEN" },
        ],
      },
    });
  });
  after(() => {
    node.closeAllConnections();
    node.close();
    rmSync(folder, { recursive: true });
  });

  const write = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));
  const secrets = {
    GIMBAL_KEEPER_KEY: GAS,
    GIMBAL_SIGNER_KEYS: DECISIONS.join(","),
    GIMBAL_KEYSTORE_PASSWORD: PASSWORD,
    TOKEN,
  };
  const start = (words: readonly string[], over: Readonly<Record<string, string>> = {}): ChildProcess =>
    spawn(process.execPath, [CLI, ...words, "--config", join(folder, "keeper.json")], {
      env: { ...CHILD_ENVIRONMENT, LOG_LEVEL: "trace", ...secrets, ...over },
    });
  const listen = (child: ChildProcess) => {
    const heard = { text: "" };
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        heard.text += chunk.toString();
      });
    }
    return heard;
  };

  it("logs errors round after round, and none of them shows a secret", async () => {
    const child = start(["run", "--loop"]);
    const heard = listen(child);
    child.stdout?.on("data", () => {
      if (heard.text.split("round failed").length > 2 && !child.killed) child.kill("SIGTERM");
    });
    const [code] = (await once(child, "close")) as [number];
    expect(code, heard.text).to.equal(0);
    expect(showsSecrets(heard.text), heard.text).to.deep.equal([]);
    // It was really said, and taken out.
    expect(heard.text).to.match(/failed: \[secret\] \[secret\] \[secret\] \[secret\] \[secret\] \[secret\] \[secret\]/);
    const lines = heard.text.trim().split("\n");
    expect(lines.length).to.be.at.least(2);
    for (const line of lines) expect(JSON.parse(line)).to.have.property("level");
  });

  it("ends with errors that show no secret", async () => {
    const wrong = { GIMBAL_KEYSTORE_PASSWORD: `${PASSWORD}?` };
    const runs = [
      [{}, "[secret]"],
      [wrong, "incorrect password"],
    ] as const;
    for (const [over, expected] of runs) {
      const child = start(["run", "--once"], over);
      const heard = listen(child);
      const [code] = (await once(child, "close")) as [number];
      expect([code, showsSecrets(heard.text)]).to.deep.equal([1, []]);
      expect(heard.text).to.contain(expected);
    }
  });
});
