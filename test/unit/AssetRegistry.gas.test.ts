import { expect } from "chai";
import type { Signer } from "ethers";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import {
  AssetRegistry__factory,
  EACAggregatorProxy__factory,
  KeeperRegistry__factory,
  ReplayFeed__factory,
  ReplayFeedHub__factory,
  TokenMock__factory,
} from "../../typechain-types/index.js";
import { addressOf, assetConfig, TIER } from "../helpers/assets.ts";

const { ethers } = await network.create();

const COUNT = 100;
/** {gas} Cold account of a proxy, which a transaction to the proxy itself does not pay. */
const COLD_ACCOUNT = 2_600;
/** {gas} Cold slot of a listing. */
const COLD_SLOT = 2_100;
/** {gas} Largest part of the registry itself in one quote, loop and encoding included. */
const OWN_PART = 1_250;

describe("AssetRegistry gas", () => {
  async function deploy(owner: Signer) {
    const keepers = await new KeeperRegistry__factory(owner).deploy(owner, ZeroAddress);
    const registry = await new AssetRegistry__factory(owner).deploy(owner, keepers, ZeroAddress, 0);
    await registry.setTier(TIER, 7_000);
    const hub = await new ReplayFeedHub__factory(owner).deploy(owner);
    const tokens: string[] = [];
    const feeds: string[] = [];
    const proxies: string[] = [];
    for (let i = 0; i < COUNT; i++) {
      const feed = await new ReplayFeed__factory(owner).deploy(owner, hub, 8, `T${i} / USD`, 1, 2n ** 95n);
      tokens.push(await addressOf(await new TokenMock__factory(owner).deploy(`Token ${i}`, `T${i}`, 18)));
      feeds.push(await addressOf(feed));
      proxies.push(await addressOf(await new EACAggregatorProxy__factory(owner).deploy(feed, ZeroAddress)));
    }
    const answers = feeds.map((_, i) => BigInt(i + 1) * 10n ** 8n);
    await hub.publish(feeds, answers, 0);
    await registry.setAssets(
      tokens,
      proxies.map((proxy) => assetConfig(proxy)),
    );
    return { registry, tokens, proxies };
  }

  /** Execution gas of a transaction, in which every account and slot but its target starts cold. */
  async function exec(sender: Signer, to: string, data: string): Promise<number> {
    const receipt = await (await sender.sendTransaction({ to, data })).wait();
    const calldata = ethers.getBytes(data).reduce((gas, byte) => gas + (byte === 0 ? 4 : 16), 0);
    return Number(receipt!.gasUsed) - 21_000 - calldata;
  }

  it("quotes 100 tokens behind 100 cold proxies for little more than the feeds themselves cost", async () => {
    const [owner] = await ethers.getSigners();
    const { registry, tokens, proxies } = await deploy(owner!);
    const [quote] = await registry.quotes(tokens.slice(99));
    expect(quote!.price).to.equal(100n * 10n ** 27n);

    const feed = await exec(owner!, proxies[0]!, "0xfeaf968c");
    const quotes = registry.interface.encodeFunctionData("quotes", [tokens]);
    const each = (await exec(owner!, await addressOf(registry), quotes)) / COUNT;

    expect(each).to.be.lessThan(feed + COLD_ACCOUNT + COLD_SLOT + OWN_PART);
  });

  it("does not read the second slot of listings without a dollar cap", async () => {
    const [owner] = await ethers.getSigners();
    const { registry, tokens, proxies } = await deploy(owner!);
    const quotes = registry.interface.encodeFunctionData("quotes", [tokens]);
    const without = await exec(owner!, await addressOf(registry), quotes);

    await registry.setAsset(tokens[0]!, assetConfig(proxies[0]!, { usdCap: 1n }));
    const withOne = await exec(owner!, await addressOf(registry), quotes);

    expect(withOne - without).to.be.within(COLD_SLOT, COLD_SLOT + 300);
  });
});
