import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { network } from "hardhat";
import { SCORE_TIERS } from "../../../sdk/src/governance/tiers.ts";
import type { SaleRound } from "../../../typechain-types/index.js";
import { HostileToken__factory } from "../../../typechain-types/index.js";
import { addressOf } from "../../helpers/assets.ts";
import { deploySales, STATUS, USD } from "../../helpers/sales.ts";
import { DAY } from "../../helpers/scores.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

describe("Attacks on scores and sales", () => {
  const base = () => deploySales({ ethers, networkHelpers });
  const load = () => networkHelpers.loadFixture(base);

  /** Names of all events that a sale ever emitted, in order. */
  const history = async (round: SaleRound): Promise<string[]> => {
    const logs = await ethers.provider.getLogs({ address: await addressOf(round), fromBlock: 0 });
    return logs.map((log) => round.interface.parseLog(log)!.name);
  };

  /** Calls everything that can end a sale, by everybody, twice, and swallows refusals. */
  const hammer = async (round: SaleRound, callers: HardhatEthersSigner[]) => {
    for (const caller of [...callers, ...callers]) {
      const as = round.connect(caller);
      const calls = [() => as.cancel(), () => as.fund(), () => as.commit(USD), () => as.close()];
      for (const account of callers)
        calls.push(
          () => as.settle(account) as never,
          () => as.release(account) as never,
        );
      for (const call of calls) await call().catch(() => undefined);
    }
  };

  describe("S87 misleading events", () => {
    it("a sale that succeeds tells each step once, whoever repeats the calls", async () => {
      const { announce, fund, commit, buyers, guardian, issuer, terms } = await load();
      const round = await announce({ cliff: 0n, vesting: 0n });
      await fund(round);
      await time.increaseTo(terms.start + DAY);
      await commit(round, buyers[9]!, 30_000n * USD);
      await commit(round, buyers[8]!, 10_000n * USD);
      await time.increaseTo(terms.end);
      await hammer(round, [buyers[9]!, buyers[8]!, issuer, guardian]);
      const events = await history(round);
      expect(events.slice(0, 3)).to.deep.equal(["Funded", "Committed", "Committed"]);
      expect(events.slice(3).sort()).to.deep.equal(["Closed", "Released", "Released", "Settled", "Settled"]);
    });

    it("a cancelled sale tells of its cancellation once, and of no success", async () => {
      const { open, commit, buyers, guardian, issuer, terms } = await load();
      const round = await open();
      await commit(round, buyers[9]!, 30_000n * USD);
      await hammer(round, [guardian, buyers[9]!, issuer]);
      await time.increaseTo(terms.end + terms.vesting);
      await hammer(round, [guardian, buyers[9]!, issuer]);
      expect(await history(round)).to.deep.equal(["Funded", "Committed", "Cancelled", "Closed", "Settled"]);
      const [settled] = await round.queryFilter(round.filters.Settled);
      expect(settled!.args.accepted).to.equal(0);
    });

    it("a sale that misses its soft cap, and one that was never funded", async () => {
      const { announce, open, commit, buyers, guardian, issuer, terms } = await load();
      const never = await announce();
      const missed = await open();
      await commit(missed, buyers[9]!, terms.softCap - 1n);
      await time.increaseTo(terms.end);
      for (const round of [never, missed]) await hammer(round, [buyers[9]!, issuer, guardian]);
      expect(await history(missed)).to.deep.equal(["Funded", "Committed", "Closed", "Settled"]);
      expect(await history(never)).to.deep.equal([]);
      expect(await never.status()).to.equal(STATUS.lapsed);
    });
  });

  it("S82 a token that calls back in a refund finds the buyer settled and the sale locked", async () => {
    const { owner, open, buyers, terms } = await load();
    const token = await new HostileToken__factory(owner).deploy(6);
    const round = await open({ paymentToken: await addressOf(token), cliff: 0n, vesting: 0n });
    for (const buyer of [buyers[9]!, buyers[8]!]) {
      await token.mint(buyer, 30_000n * USD);
      await token.connect(buyer).approve(round, 30_000n * USD);
      await round.connect(buyer).commit(30_000n * USD);
    }
    await time.increaseTo(terms.end);
    const encode = round.interface.encodeFunctionData.bind(round.interface);
    await token.setHook(round, [
      encode("settle", [buyers[9]!.address]),
      encode("settle", [buyers[8]!.address]),
      encode("release", [buyers[9]!.address]),
      encode("close"),
    ]);
    await token.setMode(9);
    await round.settle(buyers[9]!);
    await round.settle(buyers[8]!);
    await round.close();
    expect(await token.attempts()).to.equal(16);
    expect(await token.reentries()).to.equal(0);
    expect(await token.balanceOf(buyers[9]!)).to.equal(5_000n * USD);
    expect(await token.balanceOf(round)).to.equal(0);
  });

  it("S83 a score that is borrowed for the moment, the day or the week buys nothing", async () => {
    const { stranger, open, bring, lockForScore, registry, escrow, token, owner, terms, errors, now } = await load();
    const round = await open();
    await bring(round, stranger, USD);
    // In the very block of the commitment: locked and asked in one second.
    await lockForScore(stranger, SCORE_TIERS[9]!.minScore);
    expect(await registry.tierOf(stranger)).to.equal(0);
    await expect(registry.tierAt(stranger, await now())).to.be.revertedWithCustomError(
      errors,
      "ScoreRegistry_FutureLookup",
    );
    await expect(round.connect(stranger).commit(USD)).to.be.revertedWithCustomError(errors, "SaleRound_NotEligible");
    // Until the end of the sale, and out again: too early, then with the penalty for a whole term.
    await time.increaseTo(terms.end - 10n);
    await expect(round.connect(stranger).commit(USD)).to.be.revertedWithCustomError(errors, "SaleRound_NotEligible");
    await expect(escrow.connect(stranger).earlyExit(ethers.MaxUint256)).to.be.revertedWithCustomError(
      errors,
      "VotingEscrow_HoldNotOver",
    );
    await time.increase(7n * DAY);
    const locked = (await escrow.locked(stranger)).amount;
    const treasury = await token.balanceOf(owner);
    await escrow.connect(stranger).earlyExit(ethers.MaxUint256);
    expect(await token.balanceOf(stranger)).to.equal(locked / 2n);
    expect(await token.balanceOf(owner)).to.equal(treasury + locked / 2n);
  });

  it("S83 an owner who changes the table cannot change who may buy in a sale whose snapshot has passed", async () => {
    const { announce, fund, commit, buyers, registry, errors, terms } = await load();
    const later = { start: terms.start + 20n * DAY, end: terms.end + 20n * DAY };
    const round = await announce(later);
    await fund(round);
    const greedy = SCORE_TIERS.map((tier, k) => ({ ...tier, minScore: 1n + BigInt(k), saleCapUsd: 1_000_000 }));
    await registry.setTiers(greedy);
    await time.increaseTo(later.start + DAY);
    expect((await registry.tierData(1, later.start)).saleCapUsd).to.equal(1_000_000);
    await commit(round, buyers[0]!, 1_000n * USD);
    await expect(commit(round, buyers[0]!, 1n)).to.be.revertedWithCustomError(errors, "SaleRound_CapExceeded");
  });
});
