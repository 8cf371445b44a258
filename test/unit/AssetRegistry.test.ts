import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import { network } from "hardhat";
import {
  AssetRegistry__factory,
  Errors__factory,
  FeedMock__factory,
  KeeperRegistry__factory,
  TokenMock__factory,
} from "../../typechain-types/index.js";
import {
  type AssetConfig,
  addressOf,
  assetConfig,
  Flags,
  HEARTBEAT,
  listAsset,
  SecondaryKind,
  TIER,
} from "../helpers/assets.ts";
import { deployFeed } from "../helpers/feeds.ts";

const { ethers, networkHelpers } = await network.create();

const ONE_HUNDRED_DOLLARS = 100n * 10n ** 8n; // D8{USD/tok}
const CLOSED_TIER = 3n;

describe("AssetRegistry", () => {
  async function deploy() {
    const [owner, guardian, stranger] = await ethers.getSigners();
    const keepers = await new KeeperRegistry__factory(owner).deploy(owner!, guardian!);
    const registry = await new AssetRegistry__factory(owner).deploy(owner!, keepers, ZeroAddress, 0);
    await registry.setTier(TIER, 7_000);
    const asset = await listAsset(registry, owner!, ONE_HUNDRED_DOLLARS);
    const token = await addressOf(await new TokenMock__factory(owner).deploy("Unlisted", "UNL", 18));
    const errors = Errors__factory.connect(await addressOf(registry), owner);
    return { owner: owner!, guardian: guardian!, stranger: stranger!, keepers, registry, asset, token, errors };
  }
  const load = () => networkHelpers.loadFixture(deploy);

  /** The fields of a config in the order of the struct. */
  const fields = (config: AssetConfig) => Object.values(config);

  describe("constructor", () => {
    it("reverts when the keeper registry has no code", async () => {
      const { owner, guardian, errors } = await load();
      for (const account of [guardian.address, ZeroAddress]) {
        await expect(new AssetRegistry__factory(owner).deploy(owner, account, ZeroAddress, 0))
          .to.be.revertedWithCustomError(errors, "AssetRegistry_NoCode")
          .withArgs(account);
      }
    });

    it("sets owner, keeper registry and sequencer feed", async () => {
      const { owner, stranger, keepers } = await load();
      const registry = await new AssetRegistry__factory(owner).deploy(stranger, keepers, owner, 1_800);
      expect(await registry.owner()).to.equal(stranger.address);
      expect(await registry.keepers()).to.equal(await keepers.getAddress());
      expect(await registry.sequencerFeed()).to.equal(owner.address);
      expect(await registry.sequencerGrace()).to.equal(1_800n);
    });
  });

  describe("setAsset", () => {
    it("reverts when the caller is not the owner, the guardian included (S48)", async () => {
      const { registry, asset, guardian, stranger } = await load();
      for (const caller of [guardian, stranger]) {
        await expect(registry.connect(caller).setAsset(asset.tokenAddress, asset.config))
          .to.be.revertedWithCustomError(registry, "OwnableUnauthorizedAccount")
          .withArgs(caller.address);
      }
    });

    it("reverts when token or feed has no code", async () => {
      const { registry, asset, token, stranger, errors } = await load();
      await expect(registry.setAsset(stranger.address, asset.config))
        .to.be.revertedWithCustomError(errors, "AssetRegistry_NoCode")
        .withArgs(stranger.address);
      await expect(registry.setAsset(token, assetConfig(stranger.address)))
        .to.be.revertedWithCustomError(errors, "AssetRegistry_NoCode")
        .withArgs(stranger.address);
    });

    it("reverts when the stated decimals are not those of token and feed", async () => {
      const { registry, asset, token, errors } = await load();
      await expect(registry.setAsset(token, { ...asset.config, tokenDecimals: 6n }))
        .to.be.revertedWithCustomError(errors, "AssetRegistry_DecimalsMismatch")
        .withArgs(token, 18n, 6n);
      await expect(registry.setAsset(token, { ...asset.config, feedDecimals: 18n }))
        .to.be.revertedWithCustomError(errors, "AssetRegistry_DecimalsMismatch")
        .withArgs(asset.address, 8n, 18n);
    });

    it("reverts when token or feed tells no decimals, or more than 36", async () => {
      const { registry, asset, owner, token, errors } = await load();
      await expect(registry.setAsset(token, { ...asset.config, feed: await addressOf(registry) }))
        .to.be.revertedWithCustomError(errors, "AssetRegistry_DecimalsMismatch")
        .withArgs(await addressOf(registry), MaxUint256, 8n);
      const odd = await new FeedMock__factory(owner).deploy();
      await odd.setDecimals(37);
      await expect(registry.setAsset(odd, { ...asset.config, tokenDecimals: 37n }))
        .to.be.revertedWithCustomError(errors, "AssetRegistry_DecimalsTooLarge")
        .withArgs(await addressOf(odd), 37n, 36n);
      await odd.setDecimals(256 + 18);
      await expect(registry.setAsset(odd, asset.config)).to.be.revertedWithCustomError(
        errors,
        "AssetRegistry_DecimalsMismatch",
      );
      await odd.setDecimals(36);
      await registry.setAsset(odd, { ...asset.config, tokenDecimals: 36n });
    });

    it("reverts when the heartbeat is zero", async () => {
      const { registry, asset, token, errors } = await load();
      await expect(registry.setAsset(token, { ...asset.config, heartbeat: 0n }))
        .to.be.revertedWithCustomError(errors, "AssetRegistry_HeartbeatZero")
        .withArgs(token);
    });

    it("reverts when the tier is closed or does not exist", async () => {
      const { registry, asset, token, errors } = await load();
      for (const tier of [CLOSED_TIER, 16n, 255n]) {
        await expect(registry.setAsset(token, { ...asset.config, tier }))
          .to.be.revertedWithCustomError(errors, "AssetRegistry_TierInvalid")
          .withArgs(tier);
      }
    });

    it("reverts when the deviation threshold is above 10%", async () => {
      const { registry, asset, token, errors } = await load();
      await expect(registry.setAsset(token, { ...asset.config, deviationBps: 1_001n }))
        .to.be.revertedWithCustomError(errors, "AssetRegistry_DeviationTooHigh")
        .withArgs(1_001n, 1_000n);
      await registry.setAsset(token, { ...asset.config, deviationBps: 1_000n });
    });

    it("reverts when a flag is not one that is stored", async () => {
      const { registry, asset, token, errors } = await load();
      for (const flags of [Flags.NEAR_MINIMUM, Flags.OFF_PEG, 64n, 128n]) {
        await expect(registry.setAsset(token, { ...asset.config, flags }))
          .to.be.revertedWithCustomError(errors, "AssetRegistry_FlagsInvalid")
          .withArgs(flags);
      }
    });

    it("reverts when the minimum price is larger than any price", async () => {
      const { registry, asset, token, errors } = await load();
      await expect(registry.setAsset(token, { ...asset.config, minPrice: (1n << 8n) | 113n }))
        .to.be.revertedWithCustomError(errors, "AssetRegistry_MinPriceInvalid")
        .withArgs((1n << 8n) | 113n);
    });

    it("reverts when the second source does not fit its kind", async () => {
      const { registry, asset, owner, token, stranger, errors } = await load();
      const second = await deployFeed(owner, ONE_HUNDRED_DOLLARS);
      const aggregator = { secondary: second.address, secondaryDecimals: 8n, secondaryWindow: HEARTBEAT };
      const kind = SecondaryKind.AGGREGATOR;
      const bad: Partial<AssetConfig>[] = [
        { flags: Flags.CROSS_CHECK },
        { secondary: second.address },
        { secondaryDecimals: 8n },
        { secondaryWindow: 1n },
        { ...aggregator, secondaryKind: kind, secondaryWindow: 0n },
        { ...aggregator, secondaryKind: kind, secondary: asset.address },
        { ...aggregator, secondaryKind: SecondaryKind.UNISWAP_V3_TWAP },
      ];
      for (const overrides of bad) {
        await expect(registry.setAsset(token, { ...asset.config, ...overrides }))
          .to.be.revertedWithCustomError(errors, "AssetRegistry_SecondaryInvalid")
          .withArgs(token, overrides.secondary ?? ZeroAddress);
      }
      const off = { ...aggregator, secondaryKind: kind, secondaryDecimals: 9n };
      await expect(registry.setAsset(token, { ...asset.config, ...off })).to.be.revertedWithCustomError(
        errors,
        "AssetRegistry_DecimalsMismatch",
      );
      const gone = { ...aggregator, secondaryKind: kind, secondary: stranger.address };
      await expect(registry.setAsset(token, { ...asset.config, ...gone })).to.be.revertedWithCustomError(
        errors,
        "AssetRegistry_NoCode",
      );
    });

    it("stores every field at its largest value in two slots, the first as the struct orders it", async () => {
      const { registry, asset, owner } = await load();
      const odd = await new FeedMock__factory(owner).deploy();
      await odd.setDecimals(36);
      const feed = await deployFeed(owner, 1n, { decimals: 36 });
      const second = await deployFeed(owner, 1n, { decimals: 36 });
      await registry.setTier(15, 10_000);
      const config: AssetConfig = {
        feed: feed.address,
        heartbeat: 2n ** 24n - 1n,
        feedDecimals: 36n,
        tokenDecimals: 36n,
        tier: 15n,
        deviationBps: 1_000n,
        flags: 15n,
        minPrice: (0xffffn << 8n) | 112n,
        secondary: second.address,
        secondaryKind: SecondaryKind.AGGREGATOR,
        secondaryDecimals: 36n,
        secondaryWindow: 2n ** 24n - 1n,
        usdCap: 2n ** 48n - 1n,
      };
      await expect(registry.setAsset(odd, config))
        .to.emit(registry, "AssetSet")
        .withArgs(await addressOf(odd), anyValue, fields(config));
      expect([...(await registry.assetConfig(odd))]).to.deep.equal(fields(config));
      const [quote] = await registry.quotes([odd]);
      expect(quote!.usdCap).to.equal(config.usdCap);
      expect([...(await registry.assetConfig(asset.tokenAddress))]).to.deep.equal(fields(asset.config));
    });

    it("emits the previous and the new listing", async () => {
      const { registry, asset } = await load();
      const next = { ...asset.config, usdCap: 5n, deviationBps: 100n };
      await expect(registry.setAsset(asset.tokenAddress, next))
        .to.emit(registry, "AssetSet")
        .withArgs(asset.tokenAddress, fields(asset.config), fields(next));
    });

    it("keeps a frozen token frozen, so that a change prepared before the freeze cannot thaw it", async () => {
      const { registry, asset, guardian } = await load();
      await registry.connect(guardian).setFrozen(asset.tokenAddress, true);
      await registry.setAsset(asset.tokenAddress, { ...asset.config, usdCap: 5n });
      expect((await registry.assetConfig(asset.tokenAddress)).flags).to.equal(Flags.FROZEN);
    });
  });

  describe("setAssets", () => {
    it("reverts when the caller is not the owner, the guardian included (S48)", async () => {
      const { registry, guardian, stranger } = await load();
      for (const caller of [guardian, stranger]) {
        await expect(registry.connect(caller).setAssets([], [])).to.be.revertedWithCustomError(
          registry,
          "OwnableUnauthorizedAccount",
        );
      }
    });

    it("reverts when tokens and configs differ in length", async () => {
      const { registry, asset, token, errors } = await load();
      await expect(registry.setAssets([token], []))
        .to.be.revertedWithCustomError(errors, "AssetRegistry_LengthMismatch")
        .withArgs(0n, 1n);
      await expect(registry.setAssets([], [asset.config])).to.be.revertedWithCustomError(
        errors,
        "AssetRegistry_LengthMismatch",
      );
    });

    it("changes nothing when one of the listings is wrong", async () => {
      const { registry, asset, token, errors } = await load();
      const tokens = [token, asset.tokenAddress];
      await expect(
        registry.setAssets(tokens, [asset.config, { ...asset.config, heartbeat: 0n }]),
      ).to.be.revertedWithCustomError(errors, "AssetRegistry_HeartbeatZero");
      expect((await registry.assetConfig(token)).feed).to.equal(ZeroAddress);
    });

    it("lists every token of the batch", async () => {
      const { registry, asset, token } = await load();
      const next = { ...asset.config, usdCap: 9n };
      await registry.setAssets([asset.tokenAddress, token], [next, asset.config]);
      expect((await registry.assetConfig(asset.tokenAddress)).usdCap).to.equal(9n);
      expect((await registry.assetConfig(token)).feed).to.equal(asset.address);
    });
  });

  describe("removeAsset", () => {
    it("reverts when the caller is not the owner, the guardian included (S48)", async () => {
      const { registry, asset, guardian, stranger } = await load();
      for (const caller of [guardian, stranger]) {
        await expect(registry.connect(caller).removeAsset(asset.tokenAddress)).to.be.revertedWithCustomError(
          registry,
          "OwnableUnauthorizedAccount",
        );
      }
    });

    it("reverts when the token is not listed", async () => {
      const { registry, token, errors } = await load();
      await expect(registry.removeAsset(token))
        .to.be.revertedWithCustomError(errors, "AssetRegistry_AssetNotListed")
        .withArgs(token);
    });

    it("leaves a token without price, cap and listing, never with a price of zero that counts (S55)", async () => {
      const { registry, asset, owner } = await load();
      const other = await listAsset(registry, owner, ONE_HUNDRED_DOLLARS);
      const empty = fields(
        assetConfig(ZeroAddress, { heartbeat: 0n, feedDecimals: 0n, tokenDecimals: 0n, tier: 0n, deviationBps: 0n }),
      );
      await expect(registry.removeAsset(asset.tokenAddress))
        .to.emit(registry, "AssetSet")
        .withArgs(asset.tokenAddress, fields(asset.config), empty);
      expect(await registry.price(asset.tokenAddress)).to.equal(0n);
      const [quote, still] = await registry.quotes([asset.tokenAddress, other.tokenAddress]);
      expect([...quote!]).to.deep.equal([0n, 0n, 0n, 0n, 0n, 0n, 0n]);
      expect(still!.price).to.equal(100n * 10n ** 27n);
    });
  });

  describe("setFrozen", () => {
    it("reverts when the caller is neither owner nor guardian (S48)", async () => {
      const { registry, asset, stranger, errors } = await load();
      for (const frozen of [true, false]) {
        await expect(registry.connect(stranger).setFrozen(asset.tokenAddress, frozen))
          .to.be.revertedWithCustomError(errors, "AssetRegistry_Unauthorized")
          .withArgs(stranger.address);
      }
    });

    it("reverts when the guardian tries to thaw (S48)", async () => {
      const { registry, asset, guardian, errors } = await load();
      await registry.connect(guardian).setFrozen(asset.tokenAddress, true);
      await expect(registry.connect(guardian).setFrozen(asset.tokenAddress, false))
        .to.be.revertedWithCustomError(errors, "AssetRegistry_Unauthorized")
        .withArgs(guardian.address);
    });

    it("reverts when the token is not listed", async () => {
      const { registry, token, errors } = await load();
      await expect(registry.setFrozen(token, true))
        .to.be.revertedWithCustomError(errors, "AssetRegistry_AssetNotListed")
        .withArgs(token);
    });

    it("freezes by the guardian and thaws by the owner, with the price readable throughout", async () => {
      const { registry, asset, guardian } = await load();
      await registry.setAsset(asset.tokenAddress, { ...asset.config, flags: Flags.MAY_SHRINK });
      await expect(registry.connect(guardian).setFrozen(asset.tokenAddress, true))
        .to.emit(registry, "AssetFrozen")
        .withArgs(asset.tokenAddress, true);
      const [frozen] = await registry.quotes([asset.tokenAddress]);
      expect(frozen!.flags).to.equal(Flags.FROZEN | Flags.MAY_SHRINK);
      expect(frozen!.price).to.equal(100n * 10n ** 27n);

      await expect(registry.setFrozen(asset.tokenAddress, false))
        .to.emit(registry, "AssetFrozen")
        .withArgs(asset.tokenAddress, false);
      const [thawed] = await registry.quotes([asset.tokenAddress]);
      expect(thawed!.flags).to.equal(Flags.MAY_SHRINK);
    });
  });

  describe("setTier", () => {
    it("reverts when the caller is not the owner, the guardian included (S48)", async () => {
      const { registry, guardian, stranger } = await load();
      for (const caller of [guardian, stranger]) {
        await expect(registry.connect(caller).setTier(2, 1)).to.be.revertedWithCustomError(
          registry,
          "OwnableUnauthorizedAccount",
        );
      }
    });

    it("reverts when the tier is above 15 or the cap above 100%", async () => {
      const { registry, errors } = await load();
      await expect(registry.setTier(16, 1))
        .to.be.revertedWithCustomError(errors, "AssetRegistry_TierInvalid")
        .withArgs(16n);
      await expect(registry.setTier(2, 10_001))
        .to.be.revertedWithCustomError(errors, "AssetRegistry_WeightTooHigh")
        .withArgs(10_001n, 10_000n);
    });

    it("sets each of the sixteen caps and leaves its neighbours alone", async () => {
      const { registry } = await load();
      for (let tier = 0; tier < 16; tier++) await registry.setTier(tier, 10_000 - tier);
      await expect(registry.setTier(7, 5)).to.emit(registry, "TierSet").withArgs(7n, 9_993n, 5n);
      for (let tier = 0; tier < 16; tier++) {
        expect(await registry.tierMaxWeightBps(tier)).to.equal(tier === 7 ? 5 : 10_000 - tier);
      }
      expect(await registry.tierMaxWeightBps(16)).to.equal(0n);
      expect(await registry.tierMaxWeightBps(255)).to.equal(0n);
    });

    it("takes effect on listed tokens at once", async () => {
      const { registry, asset } = await load();
      await registry.setTier(TIER, 123);
      const [quote] = await registry.quotes([asset.tokenAddress]);
      expect(quote!.maxWeightBps).to.equal(123n);
    });
  });

  describe("the guardian, whom the keeper registry names", () => {
    it("freezes in the last second of its term and not in the first after it", async () => {
      const { registry, keepers, asset, guardian, errors } = await load();
      const end = await keepers.guardianExpiresAt();
      await networkHelpers.time.setNextBlockTimestamp(end - 1n);
      await registry.connect(guardian).setFrozen(asset.tokenAddress, true);
      await networkHelpers.time.setNextBlockTimestamp(end);
      await expect(registry.connect(guardian).setFrozen(asset.tokenAddress, true))
        .to.be.revertedWithCustomError(errors, "AssetRegistry_Unauthorized")
        .withArgs(guardian.address);
    });

    it("is the one of now: a new one freezes at once and the previous one may freeze no more", async () => {
      const { registry, keepers, asset, guardian, stranger, errors } = await load();
      await keepers.setGuardian(stranger, (await networkHelpers.time.latest()) + 86_400);
      await registry.connect(stranger).setFrozen(asset.tokenAddress, true);
      await expect(registry.connect(guardian).setFrozen(asset.tokenAddress, true)).to.be.revertedWithCustomError(
        errors,
        "AssetRegistry_Unauthorized",
      );
    });
  });

  describe("transferOwnership", () => {
    it("takes two steps, and renouncing and accepting are closed to everybody else (S48)", async () => {
      const { registry, owner, guardian, stranger } = await load();
      for (const call of [
        () => registry.connect(guardian).transferOwnership(guardian),
        () => registry.connect(guardian).renounceOwnership(),
        () => registry.connect(guardian).acceptOwnership(),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(registry, "OwnableUnauthorizedAccount");
      }
      await registry.transferOwnership(stranger);
      expect(await registry.owner()).to.equal(owner.address);
      await registry.connect(stranger).acceptOwnership();
      expect(await registry.owner()).to.equal(stranger.address);
    });
  });
});
