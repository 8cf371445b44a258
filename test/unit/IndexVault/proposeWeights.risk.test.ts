import { expect } from "chai";
import { id, Wallet } from "ethers";
import { network } from "hardhat";
import { packWeights } from "../../../sdk/src/index.ts";
import { addTokens, mixedTokens, setPrices } from "../../helpers/market.ts";
import { equalWeights, LIMITS, propose, SIGNERS, signProposal } from "../../helpers/protocol.ts";
import {
  announceBasket,
  at,
  DAY,
  deployVaultWorld,
  EVEN,
  load,
  publishAllBut,
  relist,
  TO_USDC,
  token,
  type VaultWorld,
  type VaultWorldOptions,
  weightsOf,
} from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

const make = async (options: VaultWorldOptions) => deployVaultWorld(await ethers.getSigners(), options);
const deploy = () => make({});
const deployTwoOfThree = () => make({ signers: SIGNERS, threshold: 2 });
const deployStrict = () => make({ limits: { maxWeightChangeBps: 1_000 } });
const deployOne = () => make({ specs: [{ symbol: "USDC", decimals: 6, price: "1", stable: true }] });
const deployTen = () => make({ specs: mixedTokens(10) });
const deployFull = () => make({ specs: mixedTokens(128) });
const world = () => load(networkHelpers, deploy);
const to = (w: VaultWorld, weights: Record<string, number>) =>
  propose(w.protocol, w.vault, { weights: weightsOf(w, weights) });

describe("IndexVault.proposeWeights, RISK lane", () => {
  it("reverts when the decision has expired, and is accepted in its last second", async () => {
    const w = await world();
    const validUntil = (await time.latest()) + 100;
    const signed = await signProposal(w.protocol, w.vault, { weights: weightsOf(w, TO_USDC), validUntil });
    const submit = () =>
      w.vault.proposeWeights(1, signed.weights, 0, signed.decisionHash, signed.validUntil, signed.signatures);

    await time.setNextBlockTimestamp(validUntil + 1);
    await expect(submit())
      .to.be.revertedWithCustomError(w.errors, "IndexVault_DecisionExpired")
      .withArgs(validUntil, validUntil + 1);
    const later = (await time.latest()) + 100;
    const again = await signProposal(w.protocol, w.vault, { weights: weightsOf(w, TO_USDC), validUntil: later });
    await time.setNextBlockTimestamp(later);
    await w.vault.proposeWeights(1, again.weights, 0, again.decisionHash, later, again.signatures);
    expect((await w.vault.epoch()).id).to.equal(1n);
  });

  it("reverts when the epoch id is not the next one", async () => {
    const w = await world();
    for (const epoch of [0, 2]) {
      await expect(propose(w.protocol, w.vault, { weights: weightsOf(w, TO_USDC), epoch }))
        .to.be.revertedWithCustomError(w.errors, "IndexVault_EpochMismatch")
        .withArgs(epoch, 1);
    }
  });

  it("reverts when signatures are too few, doubled or of strangers, and takes any two of three", async () => {
    const w = await load(networkHelpers, deployTwoOfThree);
    const weights = weightsOf(w, TO_USDC);
    const signedBy = (signers: readonly Wallet[]) => propose(w.protocol, w.vault, { weights, signers });
    const [first, second, third] = SIGNERS;

    await expect(signedBy([first!]))
      .to.be.revertedWithCustomError(w.errors, "KeeperRegistry_SignaturesTooFew")
      .withArgs(1, 2);
    await expect(signedBy([first!, first!])).to.be.revertedWithCustomError(
      w.errors,
      "KeeperRegistry_SignersNotAscending",
    );
    const stranger = new Wallet(id("nobody"));
    const pair = [first!, stranger].sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
    await expect(signedBy(pair))
      .to.be.revertedWithCustomError(w.errors, "KeeperRegistry_SignerUnknown")
      .withArgs(stranger.address);
    await signedBy([first!, third!]);
    await time.increase(LIMITS.cooldown);
    await setPrices(w.protocol);
    await signedBy([second!, third!]);
    expect((await w.vault.epoch()).id).to.equal(2n);
  });

  it("reverts when anything that was signed is changed", async () => {
    const w = await world();
    const s = await signProposal(w.protocol, w.vault, { weights: weightsOf(w, TO_USDC) });
    const other = packWeights(weightsOf(w, EVEN));
    const submit = (change: Partial<typeof s>) => {
      const { epoch, weights, lane, decisionHash, validUntil, signatures } = { ...s, ...change };
      return w.vault.proposeWeights(epoch, weights, lane, decisionHash, validUntil, signatures);
    };

    for (const change of [
      { weights: other },
      { lane: 1 as const },
      { decisionHash: id("x") },
      { validUntil: 2 ** 39 },
    ]) {
      await expect(submit(change)).to.be.revertedWithCustomError(w.errors, "KeeperRegistry_SignatureInvalid");
    }
  });

  it("reverts before the cooldown is over, counted from any proposal", async () => {
    const w = await world();
    await to(w, TO_USDC);
    const proposedAt = Number((await w.vault.epoch()).proposedAt);
    await time.increaseTo(proposedAt + LIMITS.cooldown - 10);
    await setPrices(w.protocol);
    const signed = await signProposal(w.protocol, w.vault, { weights: weightsOf(w, EVEN) });
    const submit = () =>
      w.vault.proposeWeights(2, signed.weights, 0, signed.decisionHash, signed.validUntil, signed.signatures);

    await time.setNextBlockTimestamp(proposedAt + LIMITS.cooldown - 1);
    await expect(submit())
      .to.be.revertedWithCustomError(w.errors, "IndexVault_CooldownActive")
      .withArgs(proposedAt + LIMITS.cooldown, proposedAt + LIMITS.cooldown - 1);
    await time.setNextBlockTimestamp(proposedAt + LIMITS.cooldown);
    await submit();
    expect((await w.vault.epoch()).proposedAt).to.equal(BigInt(proposedAt + LIMITS.cooldown));
  });

  it("reverts when there are more or fewer words than the basket needs", async () => {
    const w = await world();
    const weights = [...weightsOf(w, TO_USDC), ...Array(13).fill(0)];
    await expect(propose(w.protocol, w.vault, { weights }))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_LengthMismatch")
      .withArgs(2, 1);
  });

  it("reverts when a weight is above the cap of its tier, unless it is on its way down", async () => {
    const w = await world();
    await w.protocol.assetRegistry.setTier(1, 2_400);
    const btc = token(w, "BTC").address;
    const weth = token(w, "WETH").address;
    const first = at(w, "BTC") < at(w, "WETH") ? btc : weth;

    await expect(to(w, { USDC: 2_500, WETH: 2_501, BTC: 2_501, RAY: 2_498 }))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_WeightAboveCap")
      .withArgs(first, 2_501, 2_400);
    await to(w, { USDC: 2_503, WETH: 2_499, BTC: 2_499, RAY: 2_499 }); // above 2,400 and falling
    expect((await w.vault.epoch()).id).to.equal(1n);
  });

  it("reverts when a weight is above the dollar cap of the token", async () => {
    const w = await world();
    await relist(w, "WETH", { usdCap: 26_000n }); // of $100,000
    await expect(to(w, { ...EVEN, WETH: 2_601, USDC: 2_399 }))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_WeightAboveCap")
      .withArgs(token(w, "WETH").address, 2_601, 2_600);
    await to(w, { ...EVEN, WETH: 2_600, USDC: 2_400 });
    expect((await w.vault.targets())[at(w, "WETH")]!.weightBps).to.equal(2_600n);
  });

  it("reverts when one weight changes by more than the vault's limit, up or down", async () => {
    const w = await load(networkHelpers, deployStrict);
    await expect(to(w, { ...EVEN, WETH: 1_500, USDC: 3_501, RAY: 2_499 }))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_WeightChangeTooLarge")
      .withArgs(token(w, "USDC").address, 3_501, 2_500, 1_000);
    await expect(to(w, { ...EVEN, WETH: 1_499, USDC: 3_000, RAY: 3_001 }))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_WeightChangeTooLarge")
      .withArgs(token(w, "WETH").address, 1_499, 2_500, 1_000);
    await to(w, TO_USDC);
    expect((await w.vault.epoch()).id).to.equal(1n);
  });

  it("reverts when a new token starts with more than 500 bps", async () => {
    const w = await world();
    const [added] = await addTokens(w.protocol, [{ symbol: "NEW", price: "3" }]);
    await announceBasket(networkHelpers, w, { add: [added!.address] });
    await w.vault.applyBasket([added!.address], []);
    w.protocol.tokens = [...w.protocol.tokens.filter((t) => t !== added), added!];

    await expect(to(w, { USDC: 1_999, WETH: 2_500, BTC: 2_500, RAY: 2_500, NEW: 501 }))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_WeightChangeTooLarge")
      .withArgs(added!.address, 501, 0, 500);
    await to(w, { USDC: 2_000, WETH: 2_500, BTC: 2_500, RAY: 2_500, NEW: 500 });
    // $5 a share at $3 a token
    const units = (await w.vault.targetUnits())[4]!;
    expect(units / 10n ** 12n).to.equal(1_666_666_666_666_666n);
  });

  for (const frozen of [true, false]) {
    const what = frozen ? "frozen" : "without price";
    it(`holds a token that is ${what} to its previous weight and leaves it out of NAV`, async () => {
      const w = await world();
      await to(w, EVEN);
      await time.increase(LIMITS.cooldown);
      await publishAllBut(w, frozen ? "" : "RAY");
      const ray = token(w, "RAY").address;
      if (frozen) await w.protocol.assetRegistry.connect(w.guardian).setFrozen(ray, true);
      const weights = { USDC: 3_500, WETH: 2_000, BTC: 2_000, RAY: 2_500 };

      await expect(to(w, weights)).to.emit(w.vault, "FreezeSet").withArgs(ray, 0, 3);

      const epoch = await w.vault.epoch();
      expect([epoch.navUnit, epoch.tradableBps]).to.deep.equal([75n * 10n ** 18n, 7_500n]);
      const units = await w.vault.targetUnits();
      expect(units[at(w, "RAY")]).to.equal(100n * 10n ** 27n); // as held
      // 3,500 of 7,500 of $75
      expect(units[at(w, "USDC")]! / 10n ** 15n).to.equal(35n * 10n ** 12n);
    });

    it(`reverts when a token that is ${what} would change by more than the limit against its previous weight`, async () => {
      const w = await load(networkHelpers, deployStrict);
      await to(w, EVEN);
      await time.increase(LIMITS.cooldown);
      await publishAllBut(w, frozen ? "" : "RAY");
      const ray = token(w, "RAY").address;
      if (frozen) await w.protocol.assetRegistry.connect(w.guardian).setFrozen(ray, true);

      await expect(to(w, { USDC: 2_834, WETH: 2_833, BTC: 2_834, RAY: 1_499 }))
        .to.be.revertedWithCustomError(w.errors, "IndexVault_WeightChangeTooLarge")
        .withArgs(ray, 1_499, 2_500, 1_000);
    });
  }

  it("reverts when nothing can be traded, or only tokens of weight 0", async () => {
    const w = await world();
    const listed = w.protocol.tokens.map(({ address }) => address);
    await w.protocol.assetRegistry.connect(w.guardian).setFrozen(token(w, "WETH").address, true);
    await expect(to(w, { WETH: 10_000 })).to.be.revertedWithCustomError(w.errors, "IndexVault_NothingTradable");
    await time.increase(2 * DAY);
    expect(await w.protocol.assetRegistry.prices(listed)).to.deep.equal([0n, 0n, 0n, 0n]);
    await expect(to(w, TO_USDC)).to.be.revertedWithCustomError(w.errors, "IndexVault_NothingTradable");
  });

  it("reverts when the signers were revoked", async () => {
    const w = await world();
    await w.protocol.keeperRegistry.connect(w.guardian).revokeSigners(w.address);
    await expect(to(w, TO_USDC))
      .to.be.revertedWithCustomError(w.errors, "KeeperRegistry_NoSigners")
      .withArgs(w.address);
  });

  it("stores the epoch, takes snapshots and announces all of it", async () => {
    const w = await world();
    const now = (await time.latest()) + 50;
    await time.setNextBlockTimestamp(now);
    await expect(to(w, TO_USDC))
      .to.emit(w.vault, "WeightsProposed")
      .withArgs(
        1,
        0,
        id("decision 1"),
        packWeights(weightsOf(w, TO_USDC)),
        100n * 10n ** 18n,
        now + DAY,
        now + DAY + 2 * LIMITS.curveLength,
      );

    const e = await w.vault.epoch();
    const times = [e.proposedAt, e.opensAt, e.closesAt, e.lastDeriskAt, e.refreshedAt].map(Number);
    expect(times).to.deep.equal([now, now + DAY, now + DAY + 7_200, 0, now]);
    expect([e.id, e.lane, e.cancelled, e.navUnit, e.tradableBps, e.turnoverUsed, e.decisionHash]).to.deep.equal([
      1n,
      0n,
      false,
      100n * 10n ** 18n,
      10_000n,
      0n,
      id("decision 1"),
    ]);
    for (const [i, target] of (await w.vault.targets()).entries()) {
      const price = (target.price >> 8n) << (target.price & 0xffn);
      const exact = w.protocol.tokens[i]!.price * 10n ** 19n;
      expect(price <= exact && exact - price < exact >> 55n).to.equal(true);
      expect([target.weightBps, target.freeze]).to.deep.equal([BigInt(weightsOf(w, TO_USDC)[i]!), 0n]);
    }
  });

  for (const [count, fixture] of [
    [1, deployOne],
    [10, deployTen],
    [128, deployFull],
  ] as const) {
    it(`opens a basket of ${count} with every target at its part of the NAV`, async () => {
      const w = await load(networkHelpers, fixture);
      const weights = equalWeights(count);
      await propose(w.protocol, w.vault, { weights });

      const targets = await w.vault.targetUnits();
      const { navUnit } = await w.vault.epoch();
      for (const [i, listed] of w.protocol.tokens.entries()) {
        const value = (targets[i]! * listed.price) / 10n ** 17n; // D18{USD/share}
        const wanted = (navUnit * BigInt(weights[i]!)) / 10_000n;
        expect(value - wanted, listed.symbol).to.be.within(-(wanted >> 50n) - 1n, (wanted >> 50n) + 1n);
      }
    });
  }
});
