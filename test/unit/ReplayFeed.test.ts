import { expect } from "chai";
import { network } from "hardhat";
import { EACAggregatorProxy__factory } from "../../typechain-types/index.js";
import { deployFeed } from "../helpers/feeds.ts";

const { ethers, networkHelpers } = await network.create();

const D8 = 10n ** 8n;

describe("ReplayFeed behind the real proxy", () => {
  async function deploy() {
    const [owner, stranger] = await ethers.getSigners();
    return { asset: await deployFeed(owner!, 100n * D8), stranger: stranger! };
  }
  const load = () => networkHelpers.loadFixture(deploy);

  it("has round ids of the proxy's phase, a history, and no data where there was no round", async () => {
    const { asset } = await load();
    await asset.feed.publish(101n * D8, 0);
    const latest = await asset.proxy.latestRoundData();
    expect([latest.roundId, latest.answer]).to.deep.equal([(1n << 64n) | 2n, 101n * D8]);
    expect(latest.updatedAt).to.equal(BigInt(await networkHelpers.time.latest()));
    const first = await asset.proxy.getRoundData((1n << 64n) | 1n);
    expect([first.answer, first.answeredInRound]).to.deep.equal([100n * D8, (1n << 64n) | 1n]);
    await expect(asset.proxy.getRoundData((1n << 64n) | 3n))
      .to.be.revertedWithCustomError(asset.feed, "ReplayFeed_NoDataPresent")
      .withArgs(3n);
    expect(await asset.proxy.decimals()).to.equal(8n);
    expect(await asset.proxy.description()).to.equal("TEST / USD");
    expect(await asset.proxy.version()).to.equal(4n);
    expect(await asset.proxy.latestAnswer()).to.equal(101n * D8);
    expect(await asset.proxy.latestRound()).to.equal((1n << 64n) | 2n);
    expect(await asset.proxy.latestTimestamp()).to.equal(latest.updatedAt);
    expect(await asset.proxy.getAnswer((1n << 64n) | 1n)).to.equal(100n * D8);
    expect(await asset.proxy.getTimestamp((1n << 64n) | 2n)).to.equal(latest.updatedAt);
  });

  it("reverts when the caller may not publish or set the publisher, and when times run backwards or ahead", async () => {
    const { asset, stranger } = await load();
    const now = BigInt(await networkHelpers.time.latest());
    await expect(asset.feed.connect(stranger).publish(1, 0))
      .to.be.revertedWithCustomError(asset.feed, "ReplayFeed_Unauthorized")
      .withArgs(stranger.address);
    await expect(asset.feed.publish(1, now + 10_000n)).to.be.revertedWithCustomError(
      asset.feed,
      "ReplayFeed_TimeInvalid",
    );
    await expect(asset.feed.publish(1, now - 10_000n)).to.be.revertedWithCustomError(
      asset.feed,
      "ReplayFeed_TimeInvalid",
    );
    await expect(asset.feed.connect(stranger).setPublisher(stranger)).to.be.revertedWithCustomError(
      asset.feed,
      "OwnableUnauthorizedAccount",
    );
    const proxy = EACAggregatorProxy__factory.connect(asset.address, stranger);
    await expect(proxy.proposeAggregator(stranger)).to.be.revertedWith("Only callable by owner");
  });
});
