import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { EACAggregatorProxy__factory, ReplayFeed__factory } from "../../../typechain-types/index.js";
import { setPrices } from "../../helpers/market.ts";
import { propose } from "../../helpers/protocol.ts";
import {
  at,
  DAY,
  deployVaultWorld,
  EVEN,
  load,
  publishAllBut,
  relist,
  token,
  type VaultWorld,
  weightsOf,
} from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;
const HOUR = 3_600;

/** A vault whose records hold the prices of the start. */
const deploy = async () => {
  const w = await deployVaultWorld(await ethers.getSigners());
  await propose(w.protocol, w.vault, { weights: weightsOf(w, EVEN) });
  return w;
};
const world = () => load(networkHelpers, deploy);
const freezeOf = async (w: VaultWorld, symbol = "WETH") => (await w.vault.targets())[at(w, symbol)]!.freeze;
const check = (w: VaultWorld, symbol = "WETH") => w.vault.checkPrice(at(w, symbol));
const publish = (w: VaultWorld, price: string) => setPrices(w.protocol, { WETH: price });

describe("IndexVault.checkPrice", () => {
  it("reverts when the index is beyond the basket", async () => {
    const w = await world();
    await expect(w.vault.checkPrice(4))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_IndexOutOfBounds")
      .withArgs(4, 4);
  });

  it("leaves a token alone within the breaker: from 60% to 1/60% of the accepted price", async () => {
    for (const price of ["1200.00000001", "3333.3"]) {
      const w = await world();
      await publish(w, price);
      const before = await w.vault.targets();
      await check(w);
      expect(await w.vault.targets()).to.deep.equal(before);
    }
  });

  it("freezes selling after a fall and buying after a rise, and remembers both prices", async () => {
    for (const [price, freeze] of [
      ["1199.9", 1],
      ["3333.4", 2],
    ] as const) {
      const w = await world();
      await publish(w, price);
      const { token: weth } = { token: token(w, "WETH") };
      await expect(check(w)).to.emit(w.vault, "FreezeSet").withArgs(weth.address, 0, freeze);
      const breaker = await w.vault.breaker(weth.address);
      expect(await freezeOf(w)).to.equal(BigInt(freeze));
      expect(Number(breaker.since)).to.equal(await time.latest());
      const decode = (float: bigint) => Number(((float >> 8n) << (float & 0xffn)) / 10n ** 19n) / 1e8;
      expect([decode(breaker.accepted), decode(breaker.candidate)].map((x) => x.toFixed(4))).to.deep.equal([
        (2_000).toFixed(4),
        Number(price).toFixed(4),
      ]);
    }
  });

  it("promotes a candidate after 6 hours and two new rounds, not before either", async () => {
    const w = await world();
    await publish(w, "900");
    await check(w);
    const since = Number((await w.vault.breaker(token(w, "WETH").address)).since);
    await publish(w, "910");
    await publish(w, "905");
    await time.setNextBlockTimestamp(since + 6 * HOUR - 1);
    await check(w);
    expect(await freezeOf(w), "a second too early").to.equal(1n);
    await time.setNextBlockTimestamp(since + 6 * HOUR);
    await expect(check(w)).to.emit(w.vault, "FreezeSet").withArgs(token(w, "WETH").address, 1, 0);
    expect((await w.vault.breaker(token(w, "WETH").address)).since).to.equal(0n);
    expect(await freezeOf(w)).to.equal(0n);
  });

  it("does not promote a candidate with only one new round", async () => {
    const w = await world();
    await publish(w, "900");
    await check(w);
    await time.increase(7 * HOUR);
    await publish(w, "900");
    await check(w);
    expect(await freezeOf(w)).to.equal(1n);
    await publish(w, "900");
    await check(w);
    expect(await freezeOf(w)).to.equal(0n);
  });

  it("replaces the candidate when the price leaves it by more than 5%, and starts to wait again", async () => {
    const w = await world();
    await publish(w, "1000");
    await check(w);
    const first = await w.vault.breaker(token(w, "WETH").address);
    await time.increase(5 * HOUR);
    await publish(w, "950.1"); // within 5%
    await check(w);
    expect((await w.vault.breaker(token(w, "WETH").address)).since).to.equal(first.since);
    await publish(w, "949");
    await check(w);
    const second = await w.vault.breaker(token(w, "WETH").address);
    expect(second.since > first.since && second.accepted === first.accepted).to.equal(true);
    await time.increase(2 * HOUR);
    await publish(w, "949");
    await publish(w, "949");
    await check(w);
    expect(await freezeOf(w)).to.equal(1n);
  });

  it("thaws at once when the price returns within the breaker of the accepted one", async () => {
    const w = await world();
    await publish(w, "900");
    await check(w);
    await publish(w, "1300");
    await check(w);
    expect(await freezeOf(w)).to.equal(0n);
    expect((await w.vault.breaker(token(w, "WETH").address)).since).to.equal(0n);
  });

  it("promotes at once when the second source agrees within 2%, and not beyond", async () => {
    for (const [second, freeze] of [
      ["918.3", 0n],
      ["918.4", 1n],
      ["882", 0n],
      ["881.9", 1n],
    ] as const) {
      const w = await world();
      const feed = await new ReplayFeed__factory(w.owner).deploy(w.owner, w.owner, 8, "second", 1n, 2n ** 96n);
      await feed.publish(BigInt(Math.round(Number(second) * 1e8)), 0);
      await relist(w, "WETH", { secondary: feed.target as string, secondaryKind: 1n });
      await publish(w, "900");
      await check(w);
      expect(await freezeOf(w), second).to.equal(freeze);
    }
  });

  it("starts a new candidate when the feed's phase changes", async () => {
    const w = await world();
    const { proxy } = token(w, "WETH");
    await publish(w, "900");
    await check(w);
    const first = await w.vault.breaker(token(w, "WETH").address);
    const next = await new ReplayFeed__factory(w.owner).deploy(w.owner, w.protocol.hub, 8, "next", 1n, 2n ** 96n);
    await time.increase(7 * HOUR);
    await next.publish(900n * 10n ** 8n, 0);
    await proxy.proposeAggregator(next);
    await proxy.confirmAggregator(next);
    await check(w);
    const second = await w.vault.breaker(token(w, "WETH").address);

    expect(second.roundId >> 64n).to.equal((first.roundId >> 64n) + 1n);
    expect(second.since > first.since).to.equal(true);
    expect(await freezeOf(w)).to.equal(1n);
  });

  it("freezes both ways for 7 days after the registry replaced the feed, then judges the new price", async () => {
    const w = await world();
    const other = await new EACAggregatorProxy__factory(w.owner).deploy(token(w, "WETH").feed, ZeroAddress);
    await relist(w, "WETH", { feed: other.target as string });
    await expect(check(w)).to.emit(w.vault, "FreezeSet").withArgs(token(w, "WETH").address, 0, 3);
    const since = Number((await w.vault.breaker(token(w, "WETH").address)).since);
    await time.increaseTo(since + 7 * DAY - 60);
    await setPrices(w.protocol);
    await time.setNextBlockTimestamp(since + 7 * DAY - 1);
    await check(w);
    expect(await freezeOf(w)).to.equal(3n);
    await time.setNextBlockTimestamp(since + 7 * DAY);
    await check(w);
    expect(await freezeOf(w)).to.equal(0n);
    expect((await w.vault.breaker(token(w, "WETH").address)).since).to.equal(0n);
  });

  it("begins the 7 days again when the feed is replaced once more", async () => {
    const w = await world();
    const { feed, address } = token(w, "WETH");
    for (let k = 0; k < 2; k++) {
      const other = await new EACAggregatorProxy__factory(w.owner).deploy(feed, ZeroAddress);
      await relist(w, "WETH", { feed: other.target as string });
      await time.increase(4 * DAY);
      await setPrices(w.protocol);
      await check(w);
      expect(Number((await w.vault.breaker(address)).since)).to.equal(await time.latest());
    }
    await time.increase(4 * DAY);
    await setPrices(w.protocol);
    await check(w);
    expect(await freezeOf(w)).to.equal(3n);
  });

  it("freezes both ways without a price, and thaws when one comes back", async () => {
    const w = await world();
    await time.increase(2 * DAY);
    await publishAllBut(w, "WETH");
    await check(w);
    expect(await freezeOf(w)).to.equal(3n);
    await setPrices(w.protocol);
    await expect(check(w)).to.emit(w.vault, "FreezeSet").withArgs(token(w, "WETH").address, 3, 0);
  });

  it("compares a price that comes back with the one accepted before, not with none", async () => {
    const w = await world();
    await time.increase(2 * DAY);
    await publishAllBut(w, "WETH");
    await check(w);
    await publish(w, "900");
    await check(w);
    expect(await freezeOf(w)).to.equal(1n);
  });
});
