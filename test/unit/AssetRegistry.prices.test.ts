import { expect } from "chai";
import { type BigNumberish, ZeroAddress } from "ethers";
import { network } from "hardhat";
import {
  AssetRegistry__factory,
  Errors__factory,
  type FeedMock,
  FeedMock__factory,
  KeeperRegistry__factory,
  TokenMock__factory,
} from "../../typechain-types/index.js";
import { addressOf, assetConfig, Flags, HEARTBEAT, listAsset, SecondaryKind, TIER, USD } from "../helpers/assets.ts";
import { deployFeed } from "../helpers/feeds.ts";

const { ethers, networkHelpers } = await network.create();

const Fault = { REVERT: 1, REVERT_WITH_BOMB: 2, ANSWER_WITH_BOMB: 3, BURN_GAS: 4, TOO_SHORT: 5, NOTHING: 6 } as const;
const D8 = 10n ** 8n;
const GRACE = 1_800n; // {s}
/** {gas} Enough for a read of several feeds, of which some burn all that they are given. */
const GAS = 2_000_000n;

describe("AssetRegistry prices", () => {
  async function deploy() {
    const [owner, guardian] = await ethers.getSigners();
    const keepers = await new KeeperRegistry__factory(owner).deploy(owner!, guardian!);
    const registry = await new AssetRegistry__factory(owner).deploy(owner!, keepers, ZeroAddress, 0);
    await registry.setTier(TIER, 7_000);
    const asset = await listAsset(registry, owner!, 100n * D8, { usdCap: 1_000_000n });
    const other = await listAsset(registry, owner!, 3n * D8);
    const mock = await new FeedMock__factory(owner).deploy();
    await mock.setDecimals(8);
    const mocked = await addressOf(await new TokenMock__factory(owner).deploy("Mocked", "MOCK", 18));
    await registry.setAsset(mocked, assetConfig(await addressOf(mock)));
    const errors = Errors__factory.connect(await addressOf(registry), owner);
    return { owner: owner!, guardian: guardian!, keepers, registry, asset, other, mock, mocked, errors };
  }
  const load = () => networkHelpers.loadFixture(deploy);

  /** A round of the mock as a live feed would give it, `age` seconds before the next block. */
  async function setRound(mock: FeedMock, answer: BigNumberish, age = 0n, roundId = 7n): Promise<void> {
    const at = BigInt(await networkHelpers.time.latest()) + 2n;
    await networkHelpers.time.setNextBlockTimestamp(at - 1n);
    await mock.setRound([roundId, BigInt.asUintN(256, BigInt(answer)), at - age, at - age, roundId]);
    await networkHelpers.time.setNextBlockTimestamp(at);
    await networkHelpers.mine();
  }

  describe("price", () => {
    it("is 0 for a token that is not listed", async () => {
      const { registry, owner } = await load();
      expect(await registry.price(owner)).to.equal(0n);
      expect(await registry.price(ZeroAddress)).to.equal(0n);
    });

    it("is the answer at 27 decimals, through the real proxy", async () => {
      const { registry, asset } = await load();
      expect(await registry.price(asset.tokenAddress)).to.equal(100n * USD);
    });

    it("is 0 one second after the heartbeat, and not before (S54)", async () => {
      const { registry, mock, mocked } = await load();
      await setRound(mock, 5n * D8, HEARTBEAT);
      expect(await registry.price(mocked)).to.equal(5n * USD);
      await setRound(mock, 5n * D8, HEARTBEAT + 1n);
      expect(await registry.price(mocked)).to.equal(0n);
    });

    it("follows each token's own heartbeat behind a real proxy (S54)", async () => {
      const { registry, owner, asset } = await load();
      const patient = await listAsset(registry, owner, 7n * D8, { heartbeat: 2n * HEARTBEAT });
      await networkHelpers.time.increase(HEARTBEAT + 10n);
      expect(await registry.prices([asset.tokenAddress, patient.tokenAddress])).to.deep.equal([0n, 7n * USD]);
      await networkHelpers.time.increase(HEARTBEAT);
      expect(await registry.price(patient.tokenAddress)).to.equal(0n);
      await patient.feed.publish(8n * D8, 0);
      expect(await registry.price(patient.tokenAddress)).to.equal(8n * USD);
    });

    it("is 0 when the answer is dated in the future or never (S54)", async () => {
      const { registry, mock, mocked } = await load();
      await setRound(mock, D8, -1n);
      expect(await registry.price(mocked)).to.equal(0n);
      await setRound(mock, D8, BigInt(await networkHelpers.time.latest()) + 2n);
      expect(await registry.price(mocked)).to.equal(0n);
    });

    it("is 0 when the answer is zero or negative (S55)", async () => {
      const { registry, mock, mocked } = await load();
      for (const answer of [0n, -1n, -(10n ** 8n), -(2n ** 255n)]) {
        await setRound(mock, answer);
        expect(await registry.price(mocked)).to.equal(0n);
      }
    });

    it("is 0 when the answer is dearer than any token, and never wraps around", async () => {
      const { registry, mock, mocked } = await load();
      const largest = (2n ** 128n - 1n) / 10n ** 19n;
      await setRound(mock, largest);
      expect(await registry.price(mocked)).to.equal(largest * 10n ** 19n);
      for (const answer of [largest + 1n, 2n ** 160n - 1n, 2n ** 160n, 2n ** 237n + 1n, 2n ** 255n - 1n]) {
        await setRound(mock, answer);
        expect(await registry.price(mocked)).to.equal(0n);
      }
    });

    it("is 0 when the round does not fit 80 bits, so that no caller trips over the answer", async () => {
      const { registry, mock, mocked } = await load();
      await setRound(mock, D8, 0n, 2n ** 80n - 1n);
      expect((await registry.quotes([mocked]))[0]!.roundId).to.equal(2n ** 80n - 1n);
      await setRound(mock, D8, 0n, 2n ** 80n);
      const [quote] = await registry.quotes([mocked]);
      expect([quote!.price, quote!.roundId]).to.deep.equal([0n, 0n]);
    });

    it("has no price before its first round", async () => {
      const { registry, owner } = await load();
      const { tokenAddress } = await listAsset(registry, owner, undefined);
      expect(await registry.price(tokenAddress)).to.equal(0n);
    });

    it("keeps every digit of prices from a millionth of a dollar to a hundred thousand, at 27 token decimals (S60)", async () => {
      const { registry, owner } = await load();
      const token = { tokenDecimals: 27n };
      const cheap = await listAsset(registry, owner, 1_234_567_890_123n, { ...token, feedDecimals: 18n });
      const dear = await listAsset(registry, owner, 10_000_012_345_678n, { ...token });
      const tiny = await listAsset(registry, owner, 1n, { ...token, feedDecimals: 27n });
      expect(await registry.price(cheap.tokenAddress)).to.equal(1_234_567_890_123n * 10n ** 9n);
      expect(await registry.price(dear.tokenAddress)).to.equal(10_000_012_345_678n * 10n ** 19n);
      expect(await registry.price(tiny.tokenAddress)).to.equal(1n);
    });

    it("reverts instead of reporting no price when the caller starved the feed of gas (S56)", async () => {
      const { registry, mock, mocked, errors } = await load();
      await setRound(mock, D8);
      await mock.setFault(Fault.BURN_GAS);
      expect(await registry.price(mocked, { gasLimit: 300_000n })).to.equal(0n);
      await expect(registry.price(mocked, { gasLimit: 150_000n })).to.be.revertedWithCustomError(
        errors,
        "AssetRegistry_GasTooLow",
      );
    });
  });

  describe("prices and quotes", () => {
    it("answers nothing for nothing", async () => {
      const { registry } = await load();
      expect(await registry.prices([])).to.deep.equal([]);
      expect(await registry.quotes([])).to.deep.equal([]);
    });

    for (const [name, fault] of Object.entries(Fault)) {
      const survives = fault === Fault.ANSWER_WITH_BOMB;
      it(`takes one token out, not the basket, when its feed fails with ${name} (S56)`, async () => {
        const { registry, asset, other, mock, mocked } = await load();
        await setRound(mock, D8);
        await mock.setFault(fault);
        const tokens = [asset.tokenAddress, mocked, other.tokenAddress];
        const expected = [100n * USD, survives ? USD : 0n, 3n * USD];
        expect(await registry.prices(tokens, { gasLimit: GAS })).to.deep.equal(expected);
        const quotes = await registry.quotes(tokens, { gasLimit: GAS });
        expect(quotes.map(({ price }) => price)).to.deep.equal(expected);
        expect(quotes[1]!.feedTag).not.to.equal(0n);
      });
    }

    it("takes one token out when its feed's code is gone or its proxy closed to us (S56)", async () => {
      const { registry, owner, asset, other } = await load();
      await networkHelpers.setCode(asset.address, "0x");
      expect(await registry.prices([asset.tokenAddress, other.tokenAddress])).to.deep.equal([0n, 3n * USD]);
      const controller = await new FeedMock__factory(owner).deploy();
      await other.proxy.setController(controller);
      expect(await registry.price(other.tokenAddress)).to.equal(0n);
    });

    it("fills in every field of a quote", async () => {
      const { registry, asset, guardian } = await load();
      await registry.connect(guardian).setFrozen(asset.tokenAddress, true);
      const [quote] = await registry.quotes([asset.tokenAddress]);
      expect(quote!.price).to.equal(100n * USD);
      expect(quote!.roundId).to.equal((1n << 64n) | 1n);
      expect(quote!.maxWeightBps).to.equal(7_000n);
      expect(quote!.deviationBps).to.equal(50n);
      expect(quote!.flags).to.equal(Flags.FROZEN);
      expect(quote!.usdCap).to.equal(1_000_000n);
      const packed = ethers.solidityPackedKeccak256(["uint8", "uint24", "address"], [8n, HEARTBEAT, asset.address]);
      expect(quote!.feedTag).to.equal(BigInt(packed) >> 216n);
    });

    it("keeps tokens apart when a token is given twice or is unknown in between", async () => {
      const { registry, owner, asset, other } = await load();
      const tokens = [other.tokenAddress, owner.address, asset.tokenAddress, other.tokenAddress];
      const quotes = await registry.quotes(tokens);
      expect(quotes.map(({ price }) => price)).to.deep.equal([3n * USD, 0n, 100n * USD, 3n * USD]);
      expect(quotes.map(({ usdCap }) => usdCap)).to.deep.equal([0n, 0n, 1_000_000n, 0n]);
      expect([...quotes[1]!]).to.deep.equal([0n, 0n, 0n, 0n, 0n, 0n, 0n]);
    });

    it("changes the tag when the feed, its heartbeat or its decimals change, and only then (S57)", async () => {
      const { registry, owner, asset } = await load();
      const tag = async () => (await registry.quotes([asset.tokenAddress]))[0]!.feedTag;
      const before = await tag();
      await registry.setAsset(asset.tokenAddress, { ...asset.config, usdCap: 0n, deviationBps: 7n, flags: 4n });
      expect(await tag()).to.equal(before);

      const replaced = await deployFeed(owner, 100n * D8);
      const finer = await deployFeed(owner, 100n * D8, { decimals: 9 });
      const changes = [
        { feed: replaced.address },
        { heartbeat: HEARTBEAT + 1n },
        { feed: finer.address, feedDecimals: 9n },
      ];
      const tags = new Set([before]);
      for (const change of changes) {
        await registry.setAsset(asset.tokenAddress, { ...asset.config, ...change });
        tags.add(await tag());
      }
      expect(tags.size).to.equal(4);
    });

    it("shows an aggregator replaced behind the proxy in the phase of the round, at the same tag (S57)", async () => {
      const { registry, owner, asset } = await load();
      const [before] = await registry.quotes([asset.tokenAddress]);
      const next = await deployFeed(owner, 90n * D8);
      await asset.proxy.proposeAggregator(next.feed);
      await asset.proxy.confirmAggregator(next.feed);
      const [after] = await registry.quotes([asset.tokenAddress]);
      expect(after!.price).to.equal(90n * USD);
      expect(after!.feedTag).to.equal(before!.feedTag);
      expect(after!.roundId).to.equal((2n << 64n) | 1n);
    });
  });

  describe("pair", () => {
    it("agrees with quotes but for the two caps", async () => {
      const { registry, asset, other } = await load();
      const [a, b] = await registry.pair(asset.tokenAddress, other.tokenAddress);
      const quotes = await registry.quotes([asset.tokenAddress, other.tokenAddress]);
      for (const [one, quote] of [
        [a, quotes[0]!],
        [b, quotes[1]!],
      ] as const) {
        const { price, roundId, feedTag, deviationBps, flags } = quote;
        expect([...one]).to.deep.equal([price, roundId, feedTag, 0n, deviationBps, flags, 0n]);
      }
    });

    it("has no price for one side only, when its feed fails (S56)", async () => {
      const { registry, asset, mock, mocked } = await load();
      await mock.setFault(Fault.BURN_GAS);
      const [a, b] = await registry.pair(mocked, asset.tokenAddress, { gasLimit: GAS });
      expect([a.price, b.price]).to.deep.equal([0n, 100n * USD]);
    });
  });

  describe("live flags", () => {
    it("warns from ten per cent above the feed's minimum answer down", async () => {
      const { registry, mock, mocked } = await load();
      const minPrice = await registry.encodeMinPrice(USD / 10n);
      await registry.setAsset(mocked, assetConfig(await addressOf(mock), { minPrice }));
      const minimum = (minPrice >> 8n) << (minPrice & 0xffn); // D27{USD/tok}
      const edge = (minimum * 11n) / 10n / 10n ** 19n; // D8{USD/tok} rounded down
      for (const [answer, flags] of [
        [edge + 1n, 0n],
        [edge, Flags.NEAR_MINIMUM],
        [D8 / 10n, Flags.NEAR_MINIMUM],
        [1n, Flags.NEAR_MINIMUM],
      ] as const) {
        await setRound(mock, answer);
        expect((await registry.quotes([mocked]))[0]!.flags).to.equal(flags);
      }
    });

    it("warns when a real feed is stuck at its minimum after a crash", async () => {
      const { registry, owner } = await load();
      const minPrice = await registry.encodeMinPrice(USD / 10n);
      const bounds = { minAnswer: D8 / 10n, maxAnswer: 1_000n * D8 };
      const luna = await listAsset(registry, owner, 60n * D8, { minPrice }, bounds);
      await luna.feed.publish(100n, 0);
      const [quote] = await registry.quotes([luna.tokenAddress]);
      expect(quote!.price).to.equal(USD / 10n);
      expect(quote!.flags).to.equal(Flags.NEAR_MINIMUM);
    });

    it("marks a stable token that is more than 2% off its peg, on either side", async () => {
      const { registry, mock, mocked } = await load();
      await registry.setAsset(mocked, assetConfig(await addressOf(mock), { flags: Flags.STABLE }));
      for (const [answer, off] of [
        [97_999_999n, true],
        [98_000_000n, false],
        [102_000_000n, false],
        [102_000_001n, true],
      ] as const) {
        await setRound(mock, answer);
        const flags = (await registry.quotes([mocked]))[0]!.flags;
        expect(flags).to.equal(off ? Flags.STABLE | Flags.OFF_PEG : Flags.STABLE);
      }
    });

    it("marks nothing without a price, and no peg of other tokens", async () => {
      const { registry, mock, mocked } = await load();
      const minPrice = await registry.encodeMinPrice(USD);
      await registry.setAsset(mocked, assetConfig(await addressOf(mock), { minPrice, flags: Flags.STABLE }));
      await mock.setFault(Fault.REVERT);
      expect((await registry.quotes([mocked]))[0]!.flags).to.equal(Flags.STABLE);
      await mock.setFault(0);
      await registry.setAsset(mocked, assetConfig(await addressOf(mock)));
      await setRound(mock, 50n * D8);
      expect((await registry.quotes([mocked]))[0]!.flags).to.equal(0n);
    });
  });

  describe("sequencerUp", () => {
    async function deployOnL2() {
      const base = await deploy();
      const uptime = await deployFeed(base.owner, undefined, { decimals: 0, minAnswer: 0n });
      const { owner, keepers } = base;
      const registry = await new AssetRegistry__factory(owner).deploy(owner, keepers, uptime.address, GRACE);
      await registry.setTier(TIER, 7_000);
      const second = await deployFeed(owner, 100n * D8);
      const { tokenAddress } = await listAsset(registry, owner, 100n * D8, {
        heartbeat: 100_000n,
        secondary: second.address,
        secondaryKind: SecondaryKind.AGGREGATOR,
        secondaryDecimals: 8n,
        secondaryWindow: 100_000n,
      });
      return { ...base, registry, uptime, tokenAddress };
    }
    const loadL2 = () => networkHelpers.loadFixture(deployOnL2);

    it("is always true on L1", async () => {
      const { registry } = await load();
      expect(await registry.sequencerUp()).to.equal(true);
    });

    it("is false, and every price 0, before the uptime feed's first round (S61)", async () => {
      const { registry, tokenAddress } = await loadL2();
      expect(await registry.sequencerUp()).to.equal(false);
      expect(await registry.price(tokenAddress)).to.equal(0n);
    });

    it("is false while the sequencer is down and until the grace period after its restart is over (S61)", async () => {
      const { registry, uptime, tokenAddress } = await loadL2();
      const states: [boolean, bigint][] = [];
      const note = async () => states.push([await registry.sequencerUp(), await registry.price(tokenAddress)]);
      await uptime.feed.publish(0, 0);
      await networkHelpers.time.increase(GRACE + 1n);
      await note();
      await uptime.feed.publish(1, 0);
      await networkHelpers.time.increase(GRACE + 1n);
      await note();
      await uptime.feed.publish(0, 0);
      await networkHelpers.time.increase(GRACE);
      await note();
      await networkHelpers.time.increase(1n);
      await note();
      expect(await registry.secondaryPrice(tokenAddress)).to.equal(100n * USD);
      expect(states).to.deep.equal([
        [true, 100n * USD],
        [false, 0n],
        [false, 0n],
        [true, 100n * USD],
      ]);
    });

    it("stops every way to read a price while it is false, without reading feeds (S61)", async () => {
      const { registry, tokenAddress } = await loadL2();
      expect(await registry.prices([tokenAddress])).to.deep.equal([0n]);
      expect(await registry.secondaryPrice(tokenAddress)).to.equal(0n);
      const [a, b] = await registry.pair(tokenAddress, tokenAddress);
      const [quote] = await registry.quotes([tokenAddress]);
      for (const { price, roundId, feedTag } of [a, b, quote!]) {
        expect([price, roundId]).to.deep.equal([0n, 0n]);
        expect(feedTag).not.to.equal(0n);
      }
    });

    it("is false when the uptime feed fails, and when its status changed in the future (S61)", async () => {
      const { owner, keepers } = await load();
      const uptime = await new FeedMock__factory(owner).deploy();
      const registry = await new AssetRegistry__factory(owner).deploy(owner, keepers, uptime, GRACE);
      const now = BigInt(await networkHelpers.time.latest());
      await uptime.setRound([1n, 0n, now - 10_000n, now, 1n]);
      expect(await registry.sequencerUp()).to.equal(true);
      await uptime.setFault(Fault.BURN_GAS);
      expect(await registry.sequencerUp({ gasLimit: GAS })).to.equal(false);
      await uptime.setFault(0);
      await uptime.setRound([1n, 0n, now + 10_000n, now, 1n]);
      expect(await registry.sequencerUp()).to.equal(false);
      await uptime.setRound([1n, 0n, 2n ** 256n - 1n, now, 1n]);
      expect(await registry.sequencerUp()).to.equal(false);
      await uptime.setRound([0n, 0n, 0n, 0n, 0n]);
      expect(await registry.sequencerUp()).to.equal(false);
    });
  });

  describe("encodeMinPrice", () => {
    it("reverts when the price is larger than any price", async () => {
      const { registry, errors } = await load();
      await expect(registry.encodeMinPrice(2n ** 128n))
        .to.be.revertedWithCustomError(errors, "AssetRegistry_MinPriceInvalid")
        .withArgs(2n ** 128n);
    });

    it("is exact up to 16 bits and rounds up beyond", async () => {
      const { registry } = await load();
      expect(await registry.encodeMinPrice(0)).to.equal(0n);
      expect(await registry.encodeMinPrice(0xffff)).to.equal(0xffffn << 8n);
      expect(await registry.encodeMinPrice(0x10000)).to.equal((0x8000n << 8n) | 1n);
      expect(await registry.encodeMinPrice(0x10001)).to.equal((0x8001n << 8n) | 1n);
      expect(await registry.encodeMinPrice(0x1ffff)).to.equal((0x8000n << 8n) | 2n);
    });
  });
});
