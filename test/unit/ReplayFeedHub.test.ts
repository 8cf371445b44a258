import { expect } from "chai";
import { network } from "hardhat";
import { ReplayFeedHub__factory } from "../../typechain-types/index.js";
import { deployFeed } from "../helpers/feeds.ts";

const { ethers, networkHelpers } = await network.create();

describe("ReplayFeedHub", () => {
  async function deploy() {
    const [owner, publisher, stranger] = await ethers.getSigners();
    const hub = await new ReplayFeedHub__factory(owner).deploy(owner!);
    const options = { publisher: await hub.getAddress() };
    const feeds = [await deployFeed(owner!, undefined, options), await deployFeed(owner!, undefined, options)];
    return { hub, feeds, publisher: publisher!, stranger: stranger! };
  }
  const load = () => networkHelpers.loadFixture(deploy);

  it("reverts when the caller may not publish", async () => {
    const { hub, stranger } = await load();
    await expect(hub.connect(stranger).publish([], [], 0))
      .to.be.revertedWithCustomError(hub, "ReplayFeedHub_Unauthorized")
      .withArgs(stranger.address);
    await expect(hub.connect(stranger).setPublisher(stranger, true)).to.be.revertedWithCustomError(
      hub,
      "OwnableUnauthorizedAccount",
    );
  });

  it("reverts when feeds and answers differ in length", async () => {
    const { hub, feeds } = await load();
    await expect(hub.publish([feeds[0]!.feed], [], 0))
      .to.be.revertedWithCustomError(hub, "ReplayFeedHub_LengthMismatch")
      .withArgs(0n, 1n);
  });

  it("moves every feed in one call at one time, within each feed's bounds", async () => {
    const { hub, feeds, publisher } = await load();
    await expect(hub.setPublisher(publisher, true)).to.emit(hub, "PublisherSet").withArgs(publisher.address, true);
    const time = BigInt(await networkHelpers.time.latest()) - 5n;
    await expect(
      hub.connect(publisher).publish(
        feeds.map(({ feed }) => feed),
        [7n, -7n],
        time,
      ),
    )
      .to.emit(hub, "BatchPublished")
      .withArgs(2n, time);
    const rounds = await Promise.all(feeds.map(({ proxy }) => proxy.latestRoundData()));
    expect(rounds.map(({ answer }) => answer)).to.deep.equal([7n, 1n]);
    expect(rounds.map(({ updatedAt }) => updatedAt)).to.deep.equal([time, time]);

    await hub.setPublisher(publisher, false);
    await expect(hub.connect(publisher).publish([], [], 0)).to.be.revertedWithCustomError(
      hub,
      "ReplayFeedHub_Unauthorized",
    );
  });
});
