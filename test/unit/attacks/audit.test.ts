import { expect } from "chai";
import { MaxUint256, ZeroHash } from "ethers";
import { network } from "hardhat";
import { Lane } from "../../../sdk/src/index.ts";
import { FeedMock__factory, IndexVault__factory } from "../../../typechain-types/index.js";
import { addTokens, fund, setPrices } from "../../helpers/market.ts";
import { indexParams, LIMITS, propose, SIGNERS } from "../../helpers/protocol.ts";
import {
  announceBasket,
  at,
  DAY,
  deployVaultWorld,
  EVEN,
  fill,
  goTo,
  load,
  open,
  proposeBasket,
  relist,
  SHARE,
  token,
  type VaultWorld,
  type VaultWorldOptions,
  weightsOf,
} from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

const make = async (options: VaultWorldOptions) => deployVaultWorld(await ethers.getSigners(), options);
const deploy = () => make({});
/** Caps: 100% of USDC, 70% of BIG and OLD, 5% of BAIT. */
const deployWithBait = () =>
  make({
    specs: [
      { symbol: "USDC", decimals: 6, price: "1", stable: true },
      { symbol: "BIG", price: "2000" },
      { symbol: "OLD", price: "100" },
      { symbol: "BAIT", price: "3", tier: "SMALL" },
    ],
  });
const world = () => load(networkHelpers, deploy);
const to = (w: VaultWorld, weights: Record<string, number>) =>
  propose(w.protocol, w.vault, { weights: weightsOf(w, weights) });
const change = (w: VaultWorld, mintFeeBps: number) => ({ streamingRate: 0n, mintFeeBps, recipient: w.curator.address });

describe("audit", () => {
  it("reverts when the weight of a frozen token is raised to lift the others past their caps", async () => {
    const w = await load(networkHelpers, deployWithBait);
    await w.protocol.assetRegistry.setTier(4, 2_500);
    await to(w, { USDC: 2_500, BIG: 2_500, OLD: 2_500, BAIT: 2_500 });
    await w.protocol.assetRegistry.setTier(4, 500);
    await time.increase(LIMITS.cooldown);
    await setPrices(w.protocol);
    const { assetRegistry } = w.protocol;
    for (const symbol of ["BIG", "OLD"]) {
      await assetRegistry.connect(w.guardian).setFrozen(token(w, symbol).address, true);
    }

    // 500 of 500 tradable bps: all that can be traded would go into BAIT, whose cap is 5%.
    await expect(to(w, { BIG: 4_750, OLD: 4_750, BAIT: 500 }))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_WeightChangeTooLarge")
      .withArgs(
        token(w, "BIG").address < token(w, "OLD").address ? token(w, "BIG").address : token(w, "OLD").address,
        4_750,
        2_500,
        0,
      );
    await to(w, { USDC: 4_500, BIG: 2_500, OLD: 2_500, BAIT: 500 });
  });

  it("reverts when an epoch is closed after all of its tokens were frozen during an outage of the feeds", async () => {
    const w = await world();
    await open(networkHelpers, w);
    await time.increase(1);
    // Nothing has a price for a moment: stale feeds here, a sequencer that is down elsewhere.
    for (const { address } of w.protocol.tokens) {
      await w.protocol.assetRegistry.connect(w.guardian).setFrozen(address, true);
    }
    for (let i = 0; i < 4; ++i) await w.vault.connect(w.stranger).checkPrice(i);

    await expect(w.vault.connect(w.stranger).closeEpoch()).to.be.revertedWithCustomError(
      w.errors,
      "IndexVault_EpochUnfinished",
    );
  });

  it("still closes an epoch whose trades are done while a token frozen from the start is not", async () => {
    const w = await world();
    await w.protocol.assetRegistry.connect(w.guardian).setFrozen(token(w, "RAY").address, true);
    await open(networkHelpers, w, { USDC: 4_000, WETH: 3_000, BTC: 3_000 });
    await expect(w.vault.closeEpoch()).to.be.revertedWithCustomError(w.errors, "IndexVault_EpochUnfinished");
    await goTo(networkHelpers, w, LIMITS.curveLength);
    await fill(w, "WETH", "USDC");
    await fill(w, "BTC", "USDC");

    await w.vault.closeEpoch();
  });

  it("drops a token of which less than a raw unit is left, whoever bought all but that", async () => {
    const w = await world();
    const sold = { USDC: 5_000, BTC: 2_500, RAY: 2_500 };
    await open(networkHelpers, w, sold, { lane: Lane.DERISK, elapsed: LIMITS.curveLength - 1 });
    await fill(w, "WETH", "USDC", { maxSell: (await token(w, "WETH").token.balanceOf(w.address)) - 1n });
    // One wei is left, and one share fewer makes it less than a wei: nothing that could be filled.
    await w.vault.connect(w.curator).redeem(SHARE, w.curator, w.curator, [], 0, 0);
    await expect(fill(w, "WETH", "USDC")).to.be.revertedWithCustomError(w.errors, "IndexVault_FillLimit");
    const [, units, holdings] = await w.vault.basket();
    expect(units[at(w, "WETH")]).to.be.greaterThan(0n);
    expect(holdings[at(w, "WETH")]).to.equal(0n);
    await time.increase(2 * LIMITS.curveLength);

    const weth = token(w, "WETH").address;
    await announceBasket(networkHelpers, w, { drop: [weth] });
    await w.vault.applyBasket([], [weth]);
    expect(await w.vault.basketSize()).to.equal(3n);
  });

  it("reverts when fees or a strategy are applied that were announced long ago", async () => {
    const w = await world();
    const fees = change(w, 100);
    const strategy = { recipient: w.curator.address, royaltyBps: 5_000, methodologyHash: ZeroHash };
    await w.vault.connect(w.curator).setFees(fees);
    await w.vault.connect(w.curator).setStrategy(strategy);
    await time.increase(7 * DAY + 14 * DAY);

    await expect(w.vault.applyFees(fees)).to.be.revertedWithCustomError(w.errors, "IndexVault_ChangeNotReady");
    await expect(w.vault.applyStrategy(strategy)).to.be.revertedWithCustomError(w.errors, "IndexVault_ChangeNotReady");
    // Announced again, they may be applied after another delay.
    await w.vault.connect(w.curator).setFees(fees);
    await time.increase(7 * DAY);
    await w.vault.applyFees(fees);
  });

  it("reverts when signers are applied that were announced long ago", async () => {
    const w = await world();
    const { keeperRegistry } = w.protocol;
    const signers = [SIGNERS[1]!.address];
    await keeperRegistry.proposeSigners(w.address, signers, 1);
    await time.increase(2 * DAY + 14 * DAY);

    await expect(keeperRegistry.applySigners(w.address, signers, 1)).to.be.revertedWithCustomError(
      w.errors,
      "KeeperRegistry_ProposalNotReady",
    );
  });

  it("reverts when an index has so few shares that rounding a mint's fee up exceeds the cap of the fee", async () => {
    const w = await world();
    const { factory } = w.protocol;
    await fund(w.protocol.tokens, w.curator, await factory.getAddress(), 100_000n);
    const create = (shares: bigint) =>
      factory
        .connect(w.curator)
        .createIndex(indexParams(w.protocol, { creator: w.curator, shares, salt: `0x${"33".repeat(32)}` }));

    for (const shares of [2n, 10n ** 15n - 1n]) {
      await expect(create(shares)).to.be.revertedWithCustomError(w.errors, "IndexVault_SharesInvalid").withArgs(shares);
    }
    await create(10n ** 15n);
  });

  it("leaves at most a thousandth of a seed to the dead shares, even when its first token is a small part", async () => {
    const w = await world();
    const { factory } = w.protocol;
    await fund(w.protocol.tokens, w.curator, await factory.getAddress(), 1_000_000n);
    const options = {
      creator: w.curator,
      usd: 1_000_000n,
      weights: [1, 3_333, 3_333, 3_333],
      salt: `0x${"44".repeat(32)}`,
    };
    const params = indexParams(w.protocol, options);
    const address = await factory.connect(w.curator).createIndex.staticCall(params);
    await factory.connect(w.curator).createIndex(params);

    const vault = IndexVault__factory.connect(address, w.curator);
    const dead = await vault.balanceOf("0x000000000000000000000000000000000000dEaD");
    expect(dead * 1_000n).to.be.at.most(await vault.totalSupply());
    expect(dead * 1_000_000n).to.be.at.least(await vault.totalSupply()); // at least $1
  });

  it("does not let one feed with the last round id there is stop proposals and price checks", async () => {
    const w = await world();
    const [owner] = await ethers.getSigners();
    const hostile = await new FeedMock__factory(owner).deploy();
    await hostile.setDecimals(8);
    const publish = async (price: bigint) => {
      const now = await time.latest();
      await hostile.setRound([2n ** 80n - 1n, price * 10n ** 8n, now, now, 0]);
    };
    await publish(2_000n);
    await relist(w, "WETH", { feed: await hostile.getAddress() });
    await to(w, EVEN);
    await publish(500n);
    await w.vault.checkPrice(at(w, "WETH"));
    await time.increase(LIMITS.cooldown);
    await publish(500n);
    await setPrices(w.protocol);

    await w.vault.checkPrice(at(w, "WETH"));
    await to(w, EVEN);
    expect((await w.vault.targets())[at(w, "WETH")]!.freeze).to.equal(1n);
  });

  it("reverts when a new token skips its small first step by a first weight of 0", async () => {
    const w = await world();
    const [added] = await addTokens(w.protocol, [{ symbol: "NEW", price: "10" }]);
    await announceBasket(networkHelpers, w, { add: [added!.address] });
    await w.vault.applyBasket([added!.address], []);
    const [assets] = await w.vault.basket();
    const weights = (bySymbol: Record<string, number>) =>
      assets.map(({ token: address }) => {
        const listed = w.protocol.tokens.find((candidate) => candidate.address === address);
        return bySymbol[listed?.symbol ?? ""] ?? 0;
      });
    await propose(w.protocol, w.vault, { weights: weights(EVEN) });
    await time.increase(LIMITS.cooldown);
    await setPrices(w.protocol);

    await expect(
      propose(w.protocol, w.vault, { weights: weights({ USDC: 2_500, WETH: 2_500, BTC: 2_500, NEW: 2_500 }) }),
    )
      .to.be.revertedWithCustomError(w.errors, "IndexVault_WeightChangeTooLarge")
      .withArgs(added!.address, 2_500, 0, 500);
    await propose(w.protocol, w.vault, { weights: weights({ ...EVEN, RAY: 2_000, NEW: 500 }) });
  });

  it("reverts with a reason when a preview is asked for more shares than there can be", async () => {
    const w = await world();
    for (const shares of [2n ** 96n, MaxUint256]) {
      await expect(w.vault.previewMint(shares))
        .to.be.revertedWithCustomError(w.errors, "IndexVault_SharesInvalid")
        .withArgs(shares);
      await expect(w.vault.previewRedeem(shares))
        .to.be.revertedWithCustomError(w.errors, "IndexVault_SharesInvalid")
        .withArgs(shares);
    }
    await w.vault.previewMint(2n ** 96n - 1n);
  });

  it("reverts with a reason when a version is asked for that the factory does not have", async () => {
    const w = await world();
    const { factory } = w.protocol;
    for (const version of [0n, 2n, MaxUint256]) {
      await expect(factory.implementation(version)).to.be.revertedWithCustomError(
        w.errors,
        "IndexFactory_AddressInvalid",
      );
    }
    expect(await factory.implementation(1)).to.equal(await w.protocol.implementation.getAddress());
  });

  it("reverts when a basket is applied in the veto delay of an epoch, whose indices it would move", async () => {
    const w = await world();
    await proposeBasket(w, { add: [], drop: [] });
    await time.increase(LIMITS.basketDelay);
    await setPrices(w.protocol);
    await to(w, EVEN);

    await expect(w.vault.applyBasket([], [])).to.be.revertedWithCustomError(w.errors, "IndexVault_EpochOpen");
    await goTo(networkHelpers, w, 2 * LIMITS.curveLength);
    await w.vault.applyBasket([], []);
  });
});
