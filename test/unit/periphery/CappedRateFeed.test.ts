import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { deployMarket } from "../../helpers/market.ts";

const { ethers, networkHelpers } = await network.create();

const DAY = 86_400;
const YEAR = 365 * DAY;
const E8 = 10n ** 8n;
const ETHER = 10n ** 18n;
const GROWTH = 900n; // {bps} a year
const BPS = 10_000n;
const CONVERT_TO_ASSETS = ethers.id("convertToAssets(uint256)").slice(0, 10);

describe("CappedRateFeed", () => {
  async function deployed() {
    const [owner, stranger] = await ethers.getSigners();
    if (!owner || !stranger) throw new Error("two signers are needed");
    const asset = await ethers.deployContract("TokenMock", ["Dollar", "USD", 18]);
    const vault = await ethers.deployContract("SavingsVaultMock", [asset.target, "Savings", "sUSD"]);
    await asset.mint(owner, 10n ** 30n);
    await asset.approve(vault, 10n ** 30n);
    await vault.deposit(1_000n * ETHER, owner);
    // A rate of about 1.25.
    await asset.transfer(vault, 250n * ETHER);
    const feed = await ethers.deployContract("FeedMock");
    await feed.setDecimals(8);
    const source = { target: vault.target, selector: CONVERT_TO_ASSETS, oneShare: ETHER, decimals: 18 };
    const args = [feed.target, source, GROWTH, "sUSD / USD"] as const;
    const capped = await ethers.deployContract("CappedRateFeed", [...args]);
    const answer = async (price: bigint, roundId = 7n) => {
      const now = BigInt(await networkHelpers.time.latest());
      await feed.setRound([roundId, price, now, now, roundId]);
    };
    await answer(2n * E8);
    return { owner, stranger, asset, vault, feed, source, args, capped, answer };
  }

  const priceOf = async (capped: Awaited<ReturnType<typeof deployed>>["capped"]) =>
    (await capped.latestRoundData()).answer;

  describe("constructor", () => {
    it("takes the first snapshot, and the decimals of the underlying's feed", async () => {
      const { capped, vault, feed, source } = await networkHelpers.loadFixture(deployed);
      const rate = await vault.convertToAssets(ETHER);
      expect((await capped.snapshot()).rate).to.equal(rate);
      expect([await capped.decimals(), await capped.description(), await capped.version()]).to.deep.equal([
        8n,
        "sUSD / USD",
        1n,
      ]);
      expect(await capped.source()).to.deep.equal([source.target, source.selector, ETHER, 18n]);
      expect(await capped.underlyingFeed()).to.equal(feed.target);
      await expect(capped.getRoundData(7)).to.be.revertedWithCustomError(capped, "CappedRateFeed_NoHistory");
    });

    it("reverts when the source or the growth cannot be right", async () => {
      const { capped, feed, source, stranger, vault } = await networkHelpers.loadFixture(deployed);
      const make = (over: object, growth = GROWTH) =>
        ethers.deployContract("CappedRateFeed", [feed.target, { ...source, ...over }, growth, "x"]);
      for (const over of [{ target: stranger.address }, { oneShare: 0n }, { decimals: 37 }]) {
        await expect(make(over)).to.be.revertedWithCustomError(capped, "CappedRateFeed_SourceInvalid");
      }
      for (const growth of [0n, 5_001n]) {
        await expect(make({}, growth))
          .to.be.revertedWithCustomError(capped, "CappedRateFeed_GrowthInvalid")
          .withArgs(growth, 5_000n);
      }
      const unknown = make({ selector: "0x12345678" });
      await expect(unknown).to.be.revertedWithCustomError(capped, "CappedRateFeed_RateMissing").withArgs(vault.target);
    });

    it("reads a rate without parameters as well", async () => {
      const { feed } = await networkHelpers.loadFixture(deployed);
      const source = await ethers.deployContract("FeedMock");
      await source.setDecimals(3n * ETHER);
      const selector = ethers.id("decimals()").slice(0, 10);
      const capped = await ethers.deployContract("CappedRateFeed", [
        feed.target,
        { target: source.target, selector, oneShare: ETHER, decimals: 18 },
        GROWTH,
        "staked / USD",
      ]);
      expect(await priceOf(capped)).to.equal(6n * E8);
    });
  });

  describe("latestRoundData", () => {
    it("is the underlying's price times the rate, with the underlying's round and time", async () => {
      const { capped, vault, feed } = await networkHelpers.loadFixture(deployed);
      const rate = await vault.convertToAssets(ETHER);
      const round = await feed.latestRoundData();
      const { roundId, answer, startedAt, updatedAt } = await capped.latestRoundData();
      expect(answer).to.equal((2n * E8 * rate) / ETHER);
      expect([roundId, startedAt, updatedAt]).to.deep.equal([round[0], round[2], round[3]]);
    });

    it("attack: a gift to the vault moves the price by no more than the cap", async () => {
      const { capped, vault, asset, answer } = await networkHelpers.loadFixture(deployed);
      const { rate: first, takenAt } = await capped.snapshot();
      await asset.transfer(vault, 10_000n * ETHER);
      expect(await vault.convertToAssets(ETHER)).to.be.greaterThan(8n * first);
      await networkHelpers.time.increaseTo(Number(takenAt) + YEAR / 10);
      await answer(2n * E8);
      const now = BigInt(await networkHelpers.time.latest());
      const cap = first + (first * GROWTH * (now - takenAt)) / (BPS * BigInt(YEAR));
      expect(await capped.rate()).to.equal(cap);
      expect(await priceOf(capped)).to.equal((2n * E8 * cap) / ETHER);
      expect((cap * BPS) / first).to.be.within(10_089n, 10_091n);
    });

    it("counts a loss at once", async () => {
      const { capped, vault, asset } = await networkHelpers.loadFixture(deployed);
      const before = await priceOf(capped);
      await vault.lose((await asset.balanceOf(vault)) / 2n);
      expect((await priceOf(capped)) * 2n).to.be.closeTo(before, 4n);
    });

    it("has no price without a rate, and passes on that the underlying has none", async () => {
      const { capped, vault, feed, answer } = await networkHelpers.loadFixture(deployed);
      await vault.setSilent(true);
      await expect(capped.latestRoundData()).to.be.revertedWithCustomError(capped, "CappedRateFeed_RateMissing");
      await vault.setSilent(false);
      await answer(0n);
      expect(await priceOf(capped)).to.equal(0n);
      await answer(-5n & (2n ** 256n - 1n));
      expect(await priceOf(capped)).to.equal(-5n);
      await feed.setFault(1);
      await expect(capped.latestRoundData()).to.revert(ethers);
    });
  });

  describe("refresh", () => {
    it("moves the snapshot to the rate that counts, once a day, by anyone", async () => {
      const { capped, vault, asset, stranger } = await networkHelpers.loadFixture(deployed);
      const { rate: first, takenAt } = await capped.snapshot();
      await asset.transfer(vault, ETHER / 1_000n);
      await networkHelpers.time.setNextBlockTimestamp(takenAt + BigInt(DAY) - 1n);
      await expect(capped.refresh())
        .to.be.revertedWithCustomError(capped, "CappedRateFeed_TooEarly")
        .withArgs(takenAt + BigInt(DAY), takenAt + BigInt(DAY) - 1n);
      await networkHelpers.time.increaseTo(takenAt + BigInt(DAY));
      const grown = await vault.convertToAssets(ETHER);
      await expect(capped.connect(stranger).refresh())
        .to.emit(capped, "RateRefreshed")
        .withArgs(first, grown, stranger.address);
      expect((await capped.snapshot()).rate).to.equal(grown);
      // Room that was not used does not add up: the next leap is measured from here.
      await asset.transfer(vault, 100n * ETHER);
      expect((((await capped.rate()) - grown) * 1_000_000n) / grown).to.be.lessThan(5n);
    });

    it("attack: a snapshot after a dip cannot pin the price down, and nothing is refreshed without growth", async () => {
      const { capped, vault, asset } = await networkHelpers.loadFixture(deployed);
      const { rate: first } = await capped.snapshot();
      await networkHelpers.time.increase(2 * DAY);
      await expect(capped.refresh()).to.be.revertedWithCustomError(capped, "CappedRateFeed_NotGrown");
      const balance = await asset.balanceOf(vault);
      await vault.lose(balance / 4n);
      await expect(capped.refresh()).to.be.revertedWithCustomError(capped, "CappedRateFeed_NotGrown");
      await asset.transfer(vault, balance / 4n);
      expect(await capped.rate()).to.be.closeTo(first, 1n);
    });

    it("attack: gifts and refreshes every day for a year gain e^growth and no more", async () => {
      const { capped, vault, asset } = await networkHelpers.loadFixture(deployed);
      const { rate: first } = await capped.snapshot();
      await asset.transfer(vault, 100_000n * ETHER);
      for (let day = 0; day < 365; day++) {
        await networkHelpers.time.increase(DAY);
        await capped.refresh();
      }
      const { rate } = await capped.snapshot();
      const most = Math.exp(Number(GROWTH) / 10_000);
      expect(Number(rate) / Number(first)).to.be.within(1.09, most + 1e-4);
    });
  });

  it("is a feed that the registry lists and reads", async () => {
    const { owner, stranger, capped, vault } = await networkHelpers.loadFixture(deployed);
    const market = await deployMarket({
      owner,
      guardian: stranger,
      tokens: [{ symbol: "ONE", decimals: 18, price: "1" }],
    });
    const { heartbeat, tier } = await market.assetRegistry.assetConfig(market.tokens[0]!.address);
    const none = { secondary: ZeroAddress, secondaryKind: 0, secondaryDecimals: 0, secondaryWindow: 0, usdCap: 0 };
    const decimals = { feedDecimals: 8, tokenDecimals: 18 };
    const own = { feed: capped.target, heartbeat, ...decimals, tier, deviationBps: 50, flags: 0, minPrice: 0, ...none };
    await market.assetRegistry.setAsset(vault.target, own);
    const rate = await vault.convertToAssets(ETHER);
    const expected = ((2n * E8 * rate) / ETHER) * 10n ** 19n;
    expect(await market.assetRegistry.price(vault.target)).to.equal(expected);
    await vault.setSilent(true);
    expect(await market.assetRegistry.price(vault.target)).to.equal(0n);
  });
});
