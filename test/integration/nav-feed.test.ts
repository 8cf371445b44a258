import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { type Hex, keccak256, parseEther, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { getNav } from "../../sdk/src/index.ts";
import { NavFeed__factory } from "../../typechain-types/index.js";
import { CHILD_ENVIRONMENT } from "../helpers/childProcess.ts";
import { IndexCli } from "../helpers/indexCli.ts";
import { deploySdkFixture } from "../helpers/sdk.ts";

const { ethers, networkHelpers, provider } = await network.create();

const SCRIPT = join(import.meta.dirname, "../../scripts/nav-feed.ts");
const KEY = keccak256(toHex("a lender"));
const wallet = privateKeyToAccount(KEY);

async function deployed() {
  const fixture = await deploySdkFixture(ethers, provider);
  await networkHelpers.setBalance(wallet.address, parseEther("1"));
  return fixture;
}

async function run(args: readonly string[], key?: Hex) {
  const environment = { ...CHILD_ENVIRONMENT, ...(key !== undefined && { GIMBAL_WALLET_KEY: key }) };
  const child = spawn(process.execPath, [SCRIPT, ...args], { env: environment });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...output };
}

describe("nav-feed", function () {
  this.timeout(120_000);

  it("deploys the feed of an index with --send only, and refuses what is no index", async () => {
    const { vault, factory, lens, client, protocol, index } = await networkHelpers.loadFixture(deployed);
    const core = ["KeeperRegistry", "IndexVaultImplementation", "AmmFiller", "UniswapV3Adapter", "Zap"];
    const outside = ["uniswapV3Factory", "swapRouter02", "quoterV2", "weth", "permit2", "multicall3"];
    const filled = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, factory]));
    const registry = String(protocol.assetRegistry.target);
    const contracts = { ...filled(core), AssetRegistry: registry, IndexFactory: factory, IndexLens: lens };
    const parts = { chainId: 31_337, blockNumber: 0, external: filled(outside), tokens: {}, contracts };
    const cli = await IndexCli.open(provider, parts);
    try {
      const nonce = () => ethers.provider.getTransactionCount(wallet.address);
      const shown = await run([vault, ...cli.chain], KEY);
      expect(shown.code, shown.stderr).to.equal(0);
      expect(shown.stdout).to.contain(`would deploy the feed of ${vault}`).and.to.contain("Nothing was sent");
      expect(await nonce()).to.equal(0);
      const sent = await run([String(await index.symbol()), "--send", "--json", ...cli.chain], KEY);
      expect(sent.code, sent.stderr).to.equal(0);
      const { address, answer, description } = JSON.parse(sent.stdout) as Record<string, string>;
      const feed = NavFeed__factory.connect(address!, ethers.provider);
      expect([await feed.vault(), await feed.registry()]).to.deep.equal([vault, registry]);
      const [, now] = await feed.latestRoundData();
      const { perShare } = await getNav(client, { lens, vault });
      expect(Number(now)).to.be.closeTo(Number(answer), 10);
      expect(Number(now)).to.be.closeTo(Number(perShare / 10n ** 10n), 10);
      expect(description).to.equal(`${await index.symbol()} / USD`);
      expect(await nonce()).to.equal(1);

      const refused: readonly (readonly [readonly string[], Hex | undefined, number, string])[] = [
        [[factory, ...cli.chain], KEY, 1, "ContractError: "],
        [["NONE", ...cli.chain], KEY, 2, "UsageError: No index is called NONE"],
        [[vault, "--send", ...cli.chain], undefined, 2, "needs a key"],
        [[...cli.chain], KEY, 2, "UsageError: missing required argument 'index'"],
      ];
      for (const [args, key, code, words] of refused) {
        const output = await run(args, key);
        expect([output.code, output.stderr.includes(words)], output.stderr).to.deep.equal([code, true]);
      }
      expect(await nonce()).to.equal(1);
    } finally {
      cli.close();
    }
  });
});
