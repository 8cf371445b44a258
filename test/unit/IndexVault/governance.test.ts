import { expect } from "chai";
import { AbiCoder, keccak256, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { setPrices } from "../../helpers/market.ts";
import { LIMITS, propose } from "../../helpers/protocol.ts";
import {
  at,
  DAY,
  deployVaultWorld,
  EVEN,
  fill,
  load,
  open,
  proposeBasket,
  SHARE,
  TO_USDC,
  token,
  weightsOf,
} from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;
const RATE = 1_585_489_599n;
const HASH = `0x${"ab".repeat(32)}`;

const deploy = async () => {
  const signers = await ethers.getSigners();
  const fees = { streamingRate: RATE / 2n, mintFeeBps: 50, recipient: signers[9]!.address };
  return deployVaultWorld(signers, { fees });
};
const world = () => load(networkHelpers, deploy);
const hashOf = (kind: string, type: string, values: unknown[]) =>
  keccak256(AbiCoder.defaultAbiCoder().encode(["string", type], [kind, values]));

describe("IndexVault fees, strategy and curator", () => {
  it("lowers fees at once and announces each raise for 7 days, to the second", async () => {
    const { vault, curator, errors } = await world();
    const recipient = curator.address;
    const lower = { streamingRate: RATE / 4n, mintFeeBps: 40, recipient };
    await expect(vault.connect(curator).setFees(lower)).to.emit(vault, "FeesSet");
    expect(await vault.fees()).to.deep.equal([RATE / 4n, 40n, recipient]);

    for (const raise of [
      { ...lower, streamingRate: RATE / 4n + 1n },
      { ...lower, mintFeeBps: 41 },
    ]) {
      const before = await vault.fees();
      await expect(vault.applyFees(raise)).to.be.revertedWithCustomError(errors, "IndexVault_ChangeUnknown");
      const now = (await time.latest()) + 10;
      await time.setNextBlockTimestamp(now);
      const hash = hashOf("fees", "tuple(uint64,uint16,address)", Object.values(raise));
      await expect(vault.connect(curator).setFees(raise))
        .to.emit(vault, "ChangeAnnounced")
        .withArgs(hash, now + 7 * DAY);
      expect(await vault.fees()).to.deep.equal(before);
      expect(await vault.changeEta(hash)).to.equal(BigInt(now + 7 * DAY));
      await time.setNextBlockTimestamp(now + 7 * DAY - 1);
      await expect(vault.applyFees(raise))
        .to.be.revertedWithCustomError(errors, "IndexVault_ChangeNotReady")
        .withArgs(now + 7 * DAY, now + 7 * DAY - 1);
      await time.setNextBlockTimestamp(now + 7 * DAY);
      await vault.applyFees(raise);
      expect(await vault.fees()).to.deep.equal([raise.streamingRate, BigInt(raise.mintFeeBps), recipient]);
      await expect(vault.applyFees(raise)).to.be.revertedWithCustomError(errors, "IndexVault_ChangeUnknown");
    }
  });

  it("reverts when fees or royalties would go to the vault itself, or a royalty to nobody or above its cap", async () => {
    const { vault, curator, address, errors } = await world();
    const set = vault.connect(curator);
    await expect(set.setFees({ streamingRate: 0n, mintFeeBps: 0, recipient: address })).to.be.revertedWithCustomError(
      errors,
      "IndexVault_ZeroAddress",
    );
    for (const recipient of [address, ZeroAddress]) {
      await expect(set.setStrategy({ recipient, royaltyBps: 1, methodologyHash: HASH })).to.be.revertedWithCustomError(
        errors,
        "IndexVault_ZeroAddress",
      );
    }
    await expect(set.setStrategy({ recipient: curator.address, royaltyBps: 5_001, methodologyHash: HASH }))
      .to.be.revertedWithCustomError(errors, "IndexVault_FeeTooHigh")
      .withArgs(5_001, 5_000);
  });

  it("adopts a strategy 7 days after its announcement", async () => {
    const { vault, curator, errors } = await world();
    const next = { recipient: curator.address, royaltyBps: 5_000, methodologyHash: HASH };
    await expect(vault.applyStrategy(next)).to.be.revertedWithCustomError(errors, "IndexVault_ChangeUnknown");
    await vault.connect(curator).setStrategy(next);
    await expect(vault.applyStrategy(next)).to.be.revertedWithCustomError(errors, "IndexVault_ChangeNotReady");
    await time.increase(7 * DAY);
    await expect(vault.applyStrategy(next)).to.emit(vault, "StrategyAdopted");
    expect(await vault.strategy()).to.deep.equal([curator.address, 5_000n, HASH]);
  });

  it("pays what has accrued by the old strategy before it adopts the new one", async () => {
    const { vault, curator, dao } = await world();
    const [old, next] = [ethers.Wallet.createRandom().address, ethers.Wallet.createRandom().address];
    for (const recipient of [old, next]) {
      const strategy = { recipient, royaltyBps: 5_000, methodologyHash: HASH };
      await vault.connect(curator).setStrategy(strategy);
      await time.increase(7 * DAY);
      await expect(vault.applyStrategy(strategy)).to.emit(vault, "FeesDistributed");
    }
    const [paid, protocol] = [await vault.balanceOf(old), await vault.balanceOf(dao)];
    expect(paid).to.be.greaterThan(0n);
    expect(await vault.balanceOf(next)).to.equal(0n);
    await time.increase(DAY);
    await vault.distributeFees();
    expect(await vault.balanceOf(old)).to.equal(paid);
    expect(await vault.balanceOf(next)).to.be.greaterThan(0n);
    expect(await vault.balanceOf(dao)).to.be.greaterThan(protocol);
  });

  it("gives the creator's part to the protocol when nobody is named for it", async () => {
    const { vault, curator, dao } = await world();
    await vault.connect(curator).setFees({ streamingRate: RATE / 2n, mintFeeBps: 0, recipient: ZeroAddress });
    await time.increase(DAY);
    await vault.distributeFees();
    expect((await vault.balanceOf(dao)) > 0n).to.equal(true);
    expect((await vault.balanceOf(dao)) + 1_000n * SHARE).to.equal(await vault.totalSupply());
  });

  it("hands the curator's role over when the candidate accepts, and gives it up at once for zero", async () => {
    const { vault, curator, holder, stranger, errors } = await world();
    await expect(vault.connect(curator).offerCurator(holder))
      .to.emit(vault, "CuratorOffered")
      .withArgs(curator.address, holder.address);
    expect(await vault.curator()).to.equal(curator.address);
    await expect(vault.connect(stranger).acceptCurator())
      .to.be.revertedWithCustomError(errors, "IndexVault_Unauthorized")
      .withArgs(stranger.address);
    await expect(vault.connect(holder).acceptCurator())
      .to.emit(vault, "CuratorSet")
      .withArgs(curator.address, holder.address);
    await expect(vault.connect(holder).acceptCurator()).to.be.revertedWithCustomError(
      errors,
      "IndexVault_Unauthorized",
    );
    await vault.connect(holder).offerCurator(ZeroAddress);
    expect(await vault.curator()).to.equal(ZeroAddress);
    await expect(vault.connect(holder).offerCurator(holder)).to.be.revertedWithCustomError(
      errors,
      "IndexVault_Unauthorized",
    );
  });
});

describe("IndexVault.pause and unpause", () => {
  it("reverts when bits are none or unknown", async () => {
    const { vault, guardian, errors } = await world();
    for (const bits of [0, 8]) {
      await expect(vault.connect(guardian).pause(bits))
        .to.be.revertedWithCustomError(errors, "IndexVault_LimitOutOfRange")
        .withArgs("pause bits", bits, 1, 7);
    }
  });

  it("pauses each bit alone, never exits, and expires after 3 days", async () => {
    for (const bits of [1, 2, 4]) {
      const w = await world();
      const { vault, guardian, holder, curator, errors } = w;
      await open(networkHelpers, w);
      const now = (await time.latest()) + 5;
      await time.setNextBlockTimestamp(now);
      await expect(vault.connect(guardian).pause(bits))
        .to.emit(vault, "Paused")
        .withArgs(guardian.address, bits, now + 3 * DAY);
      const calls: [number, () => Promise<unknown>][] = [
        [1, () => vault.connect(holder).mint.staticCall(SHARE, holder, [], 50, 0)],
        [
          2,
          () =>
            vault.connect(w.filler).fill.staticCall(at(w, "WETH"), at(w, "USDC"), 10n ** 18n, 0, 10n ** 12n, 0, "0x"),
        ],
        [4, () => vault.proposeWeights.staticCall(9, [], 0, HASH, 2 ** 39, [])],
        [4, () => vault.proposeBasket.staticCall(9, [], [], HASH, 2 ** 39, [])],
        [4, () => vault.applyBasket.staticCall([], [])],
        [4, () => vault.refreshTargets.staticCall()],
      ];
      for (const [bit, call] of calls) {
        if (bit === bits)
          await expect(call()).to.be.revertedWithCustomError(errors, "IndexVault_Paused").withArgs(bits);
        else await expect(call()).not.to.be.revertedWithCustomError(errors, "IndexVault_Paused");
      }
      expect(await vault.isOpen()).to.equal(bits !== 2);
      await vault.connect(curator).redeem(SHARE, curator, curator, [], 1n, 0);
      await vault.connect(curator).claim(w.protocol.tokens[0]!.address, curator);
      expect((await vault.paused()).bits).to.equal(BigInt(bits));
      await time.increaseTo(now + 3 * DAY);
      expect((await vault.paused()).bits).to.equal(0n);
    }
  });

  it("reverts when it is renewed within 3 days of its end, also after it was lifted early", async () => {
    const { vault, guardian, errors } = await world();
    await vault.connect(guardian).pause(7);
    const until = Number((await vault.paused()).until);
    await expect(vault.connect(guardian).unpause()).to.emit(vault, "Unpaused").withArgs(guardian.address);
    expect((await vault.paused()).bits).to.equal(0n);
    await time.setNextBlockTimestamp(until + 3 * DAY - 1);
    await expect(vault.connect(guardian).pause(7))
      .to.be.revertedWithCustomError(errors, "IndexVault_PauseTooSoon")
      .withArgs(until + 3 * DAY, until + 3 * DAY - 1);
    await time.setNextBlockTimestamp(until + 3 * DAY);
    await vault.connect(guardian).pause(7);
    expect((await vault.paused()).bits).to.equal(7n);
  });
});

describe("IndexVault and the end of the guardian's term", () => {
  /** The vault in the first second in which its guardian has no powers, with an epoch pending. */
  async function expired() {
    const w = await world();
    const end = Number(await w.protocol.keeperRegistry.guardianExpiresAt());
    await time.increaseTo(end - DAY);
    await setPrices(w.protocol, {});
    await propose(w.protocol, w.vault, { weights: weightsOf(w, TO_USDC) });
    await time.setNextBlockTimestamp(end - 1);
    await w.vault.connect(w.guardian).pause(1);
    await time.setNextBlockTimestamp(end);
    return { ...w, end };
  }

  it("refuses the guardian from the second on which its term ends (S48)", async () => {
    for (const call of ["cancelEpoch", "unpause"] as const) {
      const { vault, guardian, errors } = await expired();
      await expect(vault.connect(guardian)[call]())
        .to.be.revertedWithCustomError(errors, "IndexVault_Unauthorized")
        .withArgs(guardian.address);
    }
    const { vault, guardian, errors } = await expired();
    await expect(vault.connect(guardian).pause(1)).to.be.revertedWithCustomError(errors, "IndexVault_Unauthorized");
  });

  it("lets the owner of the keeper registry cancel an epoch, unpause and pause from then on, not before", async () => {
    const before = await world();
    await expect(before.vault.connect(before.owner).pause(1))
      .to.be.revertedWithCustomError(before.errors, "IndexVault_Unauthorized")
      .withArgs(before.owner.address);

    const { vault, owner, end } = await expired();
    await expect(vault.connect(owner).cancelEpoch()).to.emit(vault, "EpochCancelled").withArgs(1, owner.address);
    await expect(vault.connect(owner).unpause()).to.emit(vault, "Unpaused").withArgs(owner.address);
    const until = end - 1 + 3 * DAY;
    await time.setNextBlockTimestamp(until + 3 * DAY);
    await expect(vault.connect(owner).pause(7))
      .to.emit(vault, "Paused")
      .withArgs(owner.address, 7, until + 6 * DAY);
  });

  it("gives the powers back to a guardian whose term the owner renews", async () => {
    const { vault, owner, guardian, protocol, errors, end } = await expired();
    await protocol.keeperRegistry.connect(owner).setGuardian(guardian, end + 365 * DAY);
    await expect(vault.connect(owner).unpause()).to.be.revertedWithCustomError(errors, "IndexVault_Unauthorized");
    await expect(vault.connect(guardian).cancelEpoch()).to.emit(vault, "EpochCancelled").withArgs(1, guardian.address);
  });
});

describe("IndexVault.refreshTargets, closeEpoch and cancelEpoch", () => {
  it("reverts when targets are refreshed within an hour, outside the epoch, or after the signers were revoked", async () => {
    const w = await world();
    const { vault, protocol, guardian, errors } = w;
    await expect(vault.refreshTargets()).to.be.revertedWithCustomError(errors, "IndexVault_EpochNotOpen");
    await propose(protocol, vault, { weights: weightsOf(w, TO_USDC) });
    const at0 = Number((await vault.epoch()).refreshedAt);
    await time.setNextBlockTimestamp(at0 + 3_599);
    await expect(vault.refreshTargets())
      .to.be.revertedWithCustomError(errors, "IndexVault_RefreshTooSoon")
      .withArgs(at0 + 3_600, at0 + 3_599);
    await time.setNextBlockTimestamp(at0 + 3_600);
    await expect(vault.refreshTargets())
      .to.emit(vault, "TargetsRefreshed")
      .withArgs(1, 100n * 10n ** 18n);
    await time.increase(3_600);
    await protocol.keeperRegistry.connect(guardian).revokeSigners(w.address);
    await expect(vault.refreshTargets()).to.be.revertedWithCustomError(errors, "IndexVault_SignersRevoked");
  });

  it("applies the same weights at new prices and touches neither clock nor budgets", async () => {
    const w = await world();
    const { vault } = w;
    await open(networkHelpers, w);
    await fill(w, "WETH", "USDC", { maxSell: 10n ** 17n });
    const before = await vault.epoch();
    await setPrices(w.protocol, { WETH: "2400" });
    await vault.refreshTargets();
    const after = await vault.epoch();
    const { opensAt, closesAt, turnoverUsed, id } = after;
    expect([opensAt, closesAt, turnoverUsed, id]).to.deep.equal([
      before.opensAt,
      before.closesAt,
      before.turnoverUsed,
      before.id,
    ]);
    // 12.4 WETH gained $400 each: $104,960 over 1,000 shares
    expect(after.navUnit).to.equal(10_496n * 10n ** 16n);
    expect((await vault.targets())[at(w, "WETH")]!.weightBps).to.equal(1_500n);
  });

  it("reverts when a token is more than 10 bps of the NAV from its target", async () => {
    const w = await world();
    const { vault, errors } = w;
    await open(networkHelpers, w, { ...EVEN, USDC: 2_511, WETH: 2_489 });
    await expect(vault.closeEpoch()).to.be.revertedWithCustomError(errors, "IndexVault_EpochUnfinished");
    const other = await world();
    await open(networkHelpers, other, { ...EVEN, USDC: 2_509, WETH: 2_491 });
    await expect(other.vault.closeEpoch()).to.emit(other.vault, "EpochClosed").withArgs(1);
    expect((await other.vault.epoch()).closesAt).to.equal(BigInt(await time.latest()));
    await expect(other.vault.closeEpoch()).to.be.revertedWithCustomError(errors, "IndexVault_EpochNotOpen");
  });

  it("reverts when the epoch is closed before it opens or after it was cancelled", async () => {
    const w = await world();
    const { vault, protocol, curator, errors } = w;
    await propose(protocol, vault, { weights: weightsOf(w, EVEN) });
    await expect(vault.closeEpoch()).to.be.revertedWithCustomError(errors, "IndexVault_EpochNotOpen");
    await time.increase(LIMITS.riskDelay);
    await vault.connect(curator).cancelEpoch();
    await expect(vault.closeEpoch()).to.be.revertedWithCustomError(errors, "IndexVault_EpochNotOpen");
  });

  it("cancels the epoch and the pending basket change, clears the weights, and nothing twice", async () => {
    for (const role of ["curator", "guardian"] as const) {
      const w = await world();
      const { vault, protocol, errors } = w;
      await expect(vault.connect(w[role]).cancelEpoch()).to.be.revertedWithCustomError(
        errors,
        "IndexVault_EpochNotOpen",
      );
      await propose(protocol, vault, { weights: weightsOf(w, TO_USDC) });
      await proposeBasket(w, { drop: [token(w, "RAY").address] });
      await expect(vault.connect(w[role]).cancelEpoch()).to.emit(vault, "EpochCancelled").withArgs(1, w[role].address);

      expect((await vault.pendingBasket()).hash).to.equal(`0x${"00".repeat(32)}`);
      expect((await vault.targets()).every(({ weightBps }) => weightBps === 0n)).to.equal(true);
      expect(await vault.targetUnits()).to.deep.equal((await vault.basket())[1]);
      await expect(vault.connect(w[role]).cancelEpoch()).to.be.revertedWithCustomError(
        errors,
        "IndexVault_EpochNotOpen",
      );
    }
  });
});
