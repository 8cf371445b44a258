import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import { type Address, getAddress } from "viem";
import { networks } from "../../deploy/config/index.ts";
import { localAssets } from "../../deploy/config/local.ts";
import type { NetworkConfig } from "../../deploy/config/types.ts";
import { readAddressBook } from "../../deploy/lib/addresses.ts";
import { dryRun } from "../../deploy/lib/dryRun.ts";
import { DeploymentError, type RpcProvider } from "../../deploy/lib/ignition.ts";
import { deployLocalNetwork } from "../../deploy/lib/local.ts";
import { deployNetwork, WrongChainError } from "../../deploy/lib/network.ts";
import { parseDeployment } from "../../sdk/src/index.ts";

const POLLING = { blockPollingInterval: 5, requiredConfirmations: 1, disableFeeBumping: true };

interface Chain {
  provider: RpcProvider;
  folder: string;
  deployer: Address;
  blockNumber(): Promise<number>;
}

const folders: string[] = [];

async function newChain(): Promise<Chain> {
  const { provider } = await hre.network.create();
  const [first] = (await provider.request({ method: "eth_accounts" })) as Address[];
  const folder = mkdtempSync(join(tmpdir(), "gimbal-deploy-test-"));
  folders.push(folder);
  return {
    provider,
    folder,
    deployer: getAddress(first!),
    blockNumber: async () => Number(await provider.request({ method: "eth_blockNumber" })),
  };
}

/** Passes on `limit` transactions, then fails as a lost connection does: before the next one is sent, or after. */
function failingAfter(limit: number, provider: RpcProvider, moment: "before" | "after" = "before"): RpcProvider {
  let sent = 0;
  return {
    request: async (request) => {
      if (request.method !== "eth_sendTransaction" || ++sent <= limit) return provider.request(request);
      if (moment === "after") await provider.request(request);
      throw new Error("connection lost");
    },
  };
}

function market(chain: Chain, provider = chain.provider) {
  return deployLocalNetwork(hre, provider, localAssets, join(chain.folder, "local"));
}

function protocol(chain: Chain, config: NetworkConfig, { provider = chain.provider, owner = chain.deployer } = {}) {
  return deployNetwork(hre, provider, {
    config,
    roles: { deployer: chain.deployer, owner, guardian: chain.deployer, feeRecipient: chain.deployer },
    journal: join(chain.folder, "gimbal"),
    book: join(chain.folder, "31337.json"),
    polling: POLLING,
  });
}

async function failure<T>(run: Promise<T>): Promise<Error> {
  return run.then(
    () => new Error("nothing failed"),
    (error: unknown) => error as Error,
  );
}

describe("deployment", () => {
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  it("writes an address book that the SDK accepts, with code at every address", async () => {
    const chain = await newChain();
    const { config } = await market(chain);

    const { changed } = await protocol(chain, config);

    const book = parseDeployment(readAddressBook(join(chain.folder, "31337.json")));
    expect(changed).to.equal(true);
    expect(Object.keys(book.tokens)).to.deep.equal(localAssets.map(({ symbol }) => symbol));
    const feeds = Object.values(book.tokens).flatMap(({ address, feed }) => [address, feed]);
    for (const address of [...Object.values(book.contracts), ...Object.values(book.external), ...feeds]) {
      const code = await chain.provider.request({ method: "eth_getCode", params: [address, "latest"] });
      expect(code, address).to.not.equal("0x");
    }
  });

  it("changes nothing when it runs a second time", async () => {
    const chain = await newChain();
    const first = await market(chain);
    await protocol(chain, first.config);
    const block = await chain.blockNumber();
    const book = readFileSync(join(chain.folder, "31337.json"), "utf8");

    const second = await market(chain);
    const { changed } = await protocol(chain, second.config);

    expect(second).to.deep.equal(first);
    expect(changed).to.equal(false);
    expect(await chain.blockNumber()).to.equal(block);
    expect(readFileSync(join(chain.folder, "31337.json"), "utf8")).to.equal(book);
  });

  for (const moment of ["before", "after"] as const) {
    it(`goes on where it stopped when the connection is lost ${moment} a transaction is sent`, async () => {
      const chain = await newChain();
      const { config } = await market(chain);
      const start = await chain.blockNumber();

      const lost = await failure(protocol(chain, config, { provider: failingAfter(9, chain.provider, moment) }));
      const stoppedAt = await chain.blockNumber();
      await protocol(chain, config);

      const whole = await newChain();
      await market(whole);
      const wholeStart = await whole.blockNumber();
      await protocol(whole, config);
      expect(lost.message).to.contain("connection lost");
      expect(stoppedAt - start).to.equal(moment === "before" ? 9 : 10);
      expect((await chain.blockNumber()) - start, "no step twice").to.equal((await whole.blockNumber()) - wholeStart);
    });
  }

  it("goes on with the market when it stopped between a token and its feed", async () => {
    const chain = await newChain();

    const lost = await failure(market(chain, failingAfter(20, chain.provider)));
    const { config } = await market(chain);
    const { deployment } = await protocol(chain, config);

    expect(lost.message).to.contain("connection lost");
    expect(Object.keys(deployment.tokens)).to.have.length(localAssets.length);
  });

  it("names the step that failed, keeps the rest and completes once the cause is gone", async () => {
    const chain = await newChain();
    const { config } = await market(chain);
    const [first, ...others] = config.assets;
    const feed = "0x00000000000000000000000000000000000Feed1" as Address;
    const broken = { ...config, assets: [{ ...first!, feed: getAddress(feed) }, ...others] };

    const error = await failure(protocol(chain, broken));
    const wasWritten = existsSync(join(chain.folder, "31337.json"));
    const feedCode = await chain.provider.request({ method: "eth_getCode", params: [others[0]!.feed, "latest"] });
    await chain.provider.request({ method: "hardhat_setCode", params: [feed, feedCode] });
    for (const slot of ["0x0", "0x1", "0x2", "0x3", "0x4", "0x5"]) {
      const params = [others[0]!.feed, slot, "latest"];
      const word = await chain.provider.request({ method: "eth_getStorageAt", params });
      await chain.provider.request({ method: "hardhat_setStorageAt", params: [feed, slot, word] });
    }
    const { deployment } = await protocol(chain, broken);

    expect(error).to.be.instanceOf(DeploymentError);
    expect(Object.keys((error as DeploymentError).failures)).to.deep.equal([`Gimbal#list_${first!.symbol}`]);
    expect(wasWritten, "no address book of half a deployment").to.equal(false);
    expect(deployment.tokens[first!.symbol]?.feed).to.equal(getAddress(feed));
  });

  it("reverts nothing and sends nothing when the node is of another chain", async () => {
    const chain = await newChain();
    const block = await chain.blockNumber();

    const error = await failure(protocol(chain, networks.mainnet!));

    expect(error).to.be.instanceOf(WrongChainError);
    expect(error.message).to.contain("chain 1").and.to.contain("31337");
    expect(await chain.blockNumber()).to.equal(block);
  });

  for (const [name, config] of Object.entries(networks)) {
    it(`deploys the configuration of ${name} without a network, with a price for every asset`, async () => {
      const { plan, deployment, prices, sequencerUp, gasUsed } = await dryRun(hre, config);

      const silent = Object.entries(prices).filter(([, price]) => price === 0n);
      expect(silent).to.deep.equal([]);
      expect(sequencerUp).to.equal(true);
      expect(deployment.chainId).to.equal(config.chainId);
      expect(deployment.external).to.deep.equal(config.external);
      expect(gasUsed).to.be.lessThan(60_000_000n);
      expect(plan.filter(({ what }) => what === "AssetRegistry.setAsset")).to.have.length(config.assets.length);
    });
  }

  it("offers the ownership of all three registries to an owner who is not the deployer", async () => {
    const chain = await newChain();
    const { config } = await market(chain);
    const owner = getAddress(`0x${"ab".repeat(20)}`);

    const { deployment } = await protocol(chain, config, { owner });

    for (const name of ["AssetRegistry", "KeeperRegistry", "IndexFactory"]) {
      const to = deployment.contracts[name];
      const pending = await chain.provider.request({
        method: "eth_call",
        params: [{ to, data: "0xe30c3978" /* pendingOwner() */ }, "latest"],
      });
      expect(getAddress(`0x${String(pending).slice(-40)}`), name).to.equal(owner);
    }
  });
});
