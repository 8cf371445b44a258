import { expect } from "chai";
import { network } from "hardhat";
import { Lane } from "../../../sdk/src/index.ts";
import { setPrices } from "../../helpers/market.ts";
import { LIMITS, propose } from "../../helpers/protocol.ts";
import {
  at,
  DAY,
  deployVaultWorld,
  EVEN,
  fill,
  goTo,
  load,
  open,
  SPECS,
  token,
  type VaultWorld,
  weightsOf,
} from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;
const WEI = 10n ** 18n;
const HALF = { USDC: 6_250, WETH: 1_250, BTC: 1_250, RAY: 1_250 } as const;

const deploy = async () => deployVaultWorld(await ethers.getSigners());
/** Two destinations: 6,000 and 4,000. */
const deployTwo = async () => {
  const specs = [...SPECS, { symbol: "DAI", decimals: 18, price: "1", stable: true }];
  const signers = await ethers.getSigners();
  // Addresses depend on the deployer's nonce alone, so a first run tells them.
  const snapshot = await networkHelpers.takeSnapshot();
  const first = await deployVaultWorld(signers, { specs });
  const destinations = [
    { token: token(first, "USDC").address, splitBps: 6_000 },
    { token: token(first, "DAI").address, splitBps: 4_000 },
  ];
  await snapshot.restore();
  return deployVaultWorld(signers, { specs, destinations });
};
const world = () => load(networkHelpers, deploy);
const derisk = (w: VaultWorld, weights: Record<string, number>) =>
  propose(w.protocol, w.vault, { weights: weightsOf(w, weights), lane: Lane.DERISK });

describe("IndexVault.proposeWeights, DERISK lane", () => {
  it("reverts when a token that is no destination would rise", async () => {
    const w = await world();
    await expect(derisk(w, { USDC: 5_499, WETH: 2_501, BTC: 1_000, RAY: 1_000 }))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_DeriskRaises")
      .withArgs(token(w, "WETH").address, 2_501, 2_500);
  });

  it("reverts when the stable part is not split as fixed, beyond one basis point", async () => {
    const w = await load(networkHelpers, deployTwo);
    const rest = { WETH: 1_000, BTC: 1_000, RAY: 1_000 };
    await expect(derisk(w, { ...rest, USDC: 4_202, DAI: 2_798 }))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_DeriskSplitMismatch")
      .withArgs(token(w, "USDC").address, 4_202, 4_200);
    await expect(derisk(w, { ...rest, USDC: 4_198, DAI: 2_802 }))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_DeriskSplitMismatch")
      .withArgs(token(w, "USDC").address, 4_198, 4_200);
    await derisk(w, { ...rest, USDC: 4_201, DAI: 2_799 });
    expect((await w.vault.epoch()).lane).to.equal(1n);
  });

  it("reverts when a destination would rise above its cap", async () => {
    const w = await world();
    await w.protocol.assetRegistry.setTier(5, 6_000);
    await expect(derisk(w, HALF))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_WeightAboveCap")
      .withArgs(token(w, "USDC").address, 6_250, 6_000);
  });

  it("reverts before its period is over, to the second", async () => {
    const w = await world();
    await derisk(w, HALF);
    const first = Number((await w.vault.epoch()).lastDeriskAt);
    await time.increaseTo(first + LIMITS.deriskPeriod - 60);
    await setPrices(w.protocol);
    await time.setNextBlockTimestamp(first + LIMITS.deriskPeriod - 1);
    await expect(derisk(w, HALF))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_CooldownActive")
      .withArgs(first + LIMITS.deriskPeriod, first + LIMITS.deriskPeriod - 1);
    await time.setNextBlockTimestamp(first + LIMITS.deriskPeriod);
    await derisk(w, { USDC: 7_000, WETH: 1_000, BTC: 1_000, RAY: 1_000 });
    expect((await w.vault.epoch()).id).to.equal(2n);
  });

  it("opens at once, also in the cooldown of a RISK proposal, and starts the next cooldown", async () => {
    const w = await world();
    await propose(w.protocol, w.vault, { weights: weightsOf(w, EVEN) });
    await derisk(w, HALF);
    const { opensAt, proposedAt, closesAt, lastDeriskAt } = await w.vault.epoch();

    expect(await w.vault.isOpen()).to.equal(true);
    expect([opensAt, closesAt, lastDeriskAt]).to.deep.equal([proposedAt, proposedAt + 7_200n, proposedAt]);
    await time.increase(LIMITS.cooldown - 100);
    await setPrices(w.protocol);
    await expect(propose(w.protocol, w.vault, { weights: weightsOf(w, EVEN) })).to.be.revertedWithCustomError(
      w.errors,
      "IndexVault_CooldownActive",
    );
  });

  it("does not wait for its period when only RISK proposals came before", async () => {
    const w = await world();
    await propose(w.protocol, w.vault, { weights: weightsOf(w, EVEN) });
    await time.increase(DAY);
    await setPrices(w.protocol);
    await derisk(w, HALF);
    expect((await w.vault.epoch()).lane).to.equal(1n);
  });

  it("overdraws the turnover, leaves the bucket full, and RISK waits for it to leak", async () => {
    const w = await world();
    await open(networkHelpers, w, HALF, { lane: Lane.DERISK });
    await fill(w, "WETH", "USDC");
    await goTo(networkHelpers, w, LIMITS.curveLength + LIMITS.curveLength / 2);
    await fill(w, "BTC", "USDC");
    const [first, second] = await w.vault.queryFilter(w.vault.filters.Filled());

    // 12.5% of the value each at a factor of 1.00125: premium 75 bps, discount clamped to 50. BTC sells a satoshi less,
    // because its target is rounded up by the snapshot's float.
    expect([first!.args.paid, second!.args.paid]).to.deep.equal([12_515_625_000n, 12_515_624_500n]);
    expect((await w.vault.buckets()).turnover).to.equal(125n * 10n ** 15n);
    expect((await w.vault.epoch()).turnoverUsed).to.be.within(249_999n * 10n ** 12n, 250_001n * 10n ** 12n);
  });

  it("reverts when the loss cap of the epoch is used up", async () => {
    const w = await world();
    // 150 bps of deviation would allow a discount of 75 bps: the lane clamps it to 50.
    await open(networkHelpers, w, { USDC: 10_000 }, { lane: Lane.DERISK, elapsed: LIMITS.curveLength - 1 });
    await fill(w, "WETH", "USDC");
    const { deriskLoss, loss } = await w.vault.buckets();
    expect(loss).to.equal(0n);
    // A quarter of the value at a discount of 50 bps less a second of 3,600: 125 bps less 0.9.
    expect(deriskLoss).to.be.within(1_249n * 10n ** 12n - 10n ** 13n, 1_250n * 10n ** 12n);

    const { snapshot } = { snapshot: await networkHelpers.takeSnapshot() };
    await fill(w, "BTC", "USDC");
    await snapshot.restore();
    expect((await w.vault.buckets()).deriskLoss).to.equal(deriskLoss);
  });

  it("never buys anything but its destinations, even when a refresh at lower prices asks for it", async () => {
    const w = await world();
    await open(networkHelpers, w, HALF, { lane: Lane.DERISK });
    await fill(w, "WETH", "USDC");
    await time.increase(3_600 - 1_800);
    await setPrices(w.protocol, { WETH: "1000" });
    await time.increase(60);
    await w.vault.refreshTargets();
    const targets = await w.vault.targetUnits();
    const [, units] = await w.vault.basket();
    expect(targets[at(w, "WETH")]! > units[at(w, "WETH")]!).to.equal(true);

    await expect(fill(w, "BTC", "WETH"))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_NothingToFill")
      .withArgs(token(w, "BTC").address, token(w, "WETH").address);
    await fill(w, "BTC", "USDC", { maxSell: 10n ** 6n });
    expect((await w.vault.queryFilter(w.vault.filters.Filled())).length).to.equal(2);
  });

  it("starts the loss cap anew with the next epoch only", async () => {
    const w = await world();
    await open(networkHelpers, w, HALF, { lane: Lane.DERISK, elapsed: 3_000 });
    await fill(w, "WETH", "USDC", { maxSell: WEI });
    expect((await w.vault.buckets()).deriskLoss > 0n).to.equal(true);
    await time.increase(LIMITS.deriskPeriod);
    await setPrices(w.protocol);
    expect((await w.vault.buckets()).deriskLoss > 0n).to.equal(true);
    await derisk(w, { USDC: 7_000, WETH: 1_000, BTC: 1_000, RAY: 1_000 });
    expect((await w.vault.buckets()).deriskLoss).to.equal(0n);
  });
});
