import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { AbiCoder, concat, getBytes, keccak256, MaxUint256 } from "ethers";
import { network } from "hardhat";
import { buildAirdrop } from "../../../sdk/src/governance/airdrop.ts";
import { AMOUNT, DAY, deepProofs, deployAirdrop, GIM, leafOf, timesFrom, WEEK } from "../../helpers/airdrop.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const LIQUID = AMOUNT / 4n;
const VESTING = AMOUNT - LIQUID;
const YEAR = 365n * DAY;
const floorWeek = (time: bigint) => (time / WEEK) * WEEK;

describe("MerkleAirdrop: claims", () => {
  const deploy = () => deployAirdrop(connection);
  const load = async () => {
    const world = await networkHelpers.loadFixture(deploy);
    const [alice, bob, carol] = world.accounts;
    /** The amount locked for `weeks` by an account of the list. */
    const lock = (account: typeof alice, weeks: bigint, minBonus = 0n) =>
      world.airdrop.connect(account!).claimAndLock(...world.claimOf(account!), weeks, minBonus);
    return { ...world, alice: alice!, bob: bob!, carol: carol!, lock };
  };

  describe("claim", () => {
    it("reverts a second before the start and works on it", async () => {
      const { airdrop, errors, alice, token, list } = await load();
      const next = timesFrom(BigInt(await networkHelpers.time.latest()));
      const rows = list.entries.map(({ account }) => ({ account, amount: GIM }));
      const second = buildAirdrop(rows);
      await airdrop.createWave(second.root, second.total, next.start, next.deadline, next.vestEnd);
      const { index, proof } = second.entries.find(({ account }) => account === alice.address)!;
      await networkHelpers.time.setNextBlockTimestamp(next.start - 1n);
      await expect(airdrop.connect(alice).claim(index, GIM, proof))
        .to.be.revertedWithCustomError(errors, "MerkleAirdrop_NotStarted")
        .withArgs(1n, next.start);
      await networkHelpers.time.setNextBlockTimestamp(next.start);
      await airdrop.connect(alice).claim(index, GIM, proof);
      expect(await token.balanceOf(alice)).to.equal(GIM / 4n);
    });

    it("works a second before the deadline and reverts on it, swept or not", async () => {
      const { airdrop, errors, alice, bob, claimOf, times } = await load();
      await networkHelpers.time.setNextBlockTimestamp(times.deadline - 1n);
      await airdrop.connect(alice).claim(...claimOf(alice));
      await networkHelpers.time.setNextBlockTimestamp(times.deadline);
      const late = () => airdrop.connect(bob).claim(...claimOf(bob));
      await expect(late()).to.be.revertedWithCustomError(errors, "MerkleAirdrop_Ended").withArgs(0n, times.deadline);
      await airdrop.sweep(0);
      await expect(late()).to.be.revertedWithCustomError(errors, "MerkleAirdrop_Ended");
    });

    it("reverts the second time, whichever way the first one went", async () => {
      const { airdrop, errors, alice, bob, claimOf, lock } = await load();
      await airdrop.connect(alice).claim(...claimOf(alice));
      await lock(bob, 12n);
      for (const account of [alice, bob]) {
        for (const again of [airdrop.connect(account).claim(...claimOf(account)), lock(account, 12n)]) {
          await expect(again)
            .to.be.revertedWithCustomError(errors, "MerkleAirdrop_AlreadyClaimed")
            .withArgs(0n, claimOf(account)[0]);
        }
      }
    });

    it("reverts for another account, index, amount, or a proof that is not the leaf's", async () => {
      const { airdrop, errors, alice, bob, claimOf } = await load();
      const [index, amount, proof] = claimOf(alice);
      const from = airdrop.connect(alice);
      const tries = [
        airdrop.connect(bob).claim(index, amount, proof),
        from.claim(index + 1, amount, proof),
        from.claim(index + 256, amount, proof),
        from.claim(index, amount + 1n, proof),
        from.claim(index, amount, proof.slice(1)),
        from.claim(index, amount, []),
        from.claim(index, amount, claimOf(bob)[2]),
      ];
      for (const attempt of tries) {
        await expect(attempt).to.be.revertedWithCustomError(errors, "MerkleAirdrop_ProofInvalid");
      }
      expect(await airdrop.isClaimed(0, index)).to.equal(false);
    });

    it("reverts with the proof of another wave, and the same line in two waves is two claims", async () => {
      const { airdrop, errors, alice, bob, claimOf, openWave } = await load();
      const [index, amount, proof] = claimOf(alice);
      const rows = [alice, bob].map(({ address }, k) => ({
        account: address as `0x${string}`,
        amount: AMOUNT + BigInt(k),
      }));
      const other = buildAirdrop(rows);
      await openWave(other.root, other.total);
      const [, , otherProof] = claimOf(bob, other);
      await expect(airdrop.connect(bob).claim(1, AMOUNT + 1n, proof)).to.be.revertedWithCustomError(
        errors,
        "MerkleAirdrop_ProofInvalid",
      );
      await expect(airdrop.connect(bob).claim(claimOf(bob)[0], AMOUNT, otherProof)).to.be.revertedWithCustomError(
        errors,
        "MerkleAirdrop_ProofInvalid",
      );

      expect([index, amount]).to.deep.equal(claimOf(alice, other).slice(0, 2));
      await airdrop.connect(alice).claim(...claimOf(alice, other));
      expect([await airdrop.isClaimed(0, 0), await airdrop.isClaimed(1, 0)]).to.deep.equal([false, true]);
      await airdrop.connect(alice).claim(index, amount, proof);
      expect(await airdrop.isClaimed(0, 0)).to.equal(true);
      for (const wave of [0, 1]) expect((await airdrop.vestingOf(wave, alice)).total).to.equal(VESTING);
      for (const again of [proof, claimOf(alice, other)[2]]) {
        await expect(airdrop.connect(alice).claim(index, amount, again)).to.be.revertedWithCustomError(
          errors,
          "MerkleAirdrop_AlreadyClaimed",
        );
      }
    });

    it("refuses inner nodes as leaves: the 64 bytes of two children are not a claim", async () => {
      const { airdrop, errors, alice, list, openWave } = await load();
      // A tree over leaves hashed once would take (index, account, amount) = what hashes like an inner node.
      const single = (index: bigint, amount: bigint) =>
        keccak256(AbiCoder.defaultAbiCoder().encode(["uint256", "address", "uint256"], [index, alice.address, amount]));
      const sorted = [single(0n, GIM), single(1n, GIM)].toSorted();
      const root = keccak256(concat(sorted));
      await openWave(root, 2n * GIM);
      const naive = single(0n, GIM) === sorted[0] ? sorted[1] : sorted[0];
      await expect(airdrop.connect(alice).claim(0, GIM, [naive!])).to.be.revertedWithCustomError(
        errors,
        "MerkleAirdrop_ProofInvalid",
      );
      // The children of the real root, read as a leaf's preimage, are 64 bytes; a leaf's is 96 and hashed twice.
      const tree = StandardMerkleTree.of(
        list.entries.map(({ index, account, amount }) => [`${index}`, account, `${amount}`]),
        ["uint256", "address", "uint256"],
      );
      const [, left, right] = tree.dump().tree;
      const index = BigInt(left!);
      await expect(airdrop.connect(alice).claim(index, BigInt(right!), [])).to.be.revertedWithCustomError(
        errors,
        "MerkleAirdrop_ProofInvalid",
      );
      expect(getBytes(concat([left!, right!])).length).to.equal(64);
    });

    it("reverts when the list gives away more than was funded, and other money stays where it is", async () => {
      const { airdrop, errors, alice, bob, token, openWave } = await load();
      const rows = [alice, bob].map(({ address }) => ({ account: address as `0x${string}`, amount: 2n * GIM }));
      const { root, entries } = buildAirdrop(rows);
      await openWave(root, 4n * GIM - 1n);
      await airdrop.connect(alice).claim(0, 2n * GIM, entries[0]!.proof);
      await expect(airdrop.connect(bob).claim(1, 2n * GIM, entries[1]!.proof))
        .to.be.revertedWithCustomError(errors, "MerkleAirdrop_WaveExhausted")
        .withArgs(1n, 2n * GIM, 2n * GIM - 1n);
      expect(await token.balanceOf(bob)).to.equal(0n);
    });

    it("pays a quarter and lets the rest vest from the start of the wave", async () => {
      const { airdrop, token, alice, claimOf, list } = await load();
      const [index, amount, proof] = claimOf(alice);
      const claim = airdrop.connect(alice).claim(index, amount, proof);
      await expect(claim).to.emit(airdrop, "Claimed").withArgs(0n, alice.address, index, AMOUNT);
      await expect(claim).to.changeTokenBalances(ethers, token, [alice, airdrop], [LIQUID, -LIQUID]);
      expect(await airdrop.vestingOf(0, alice)).to.deep.equal([VESTING, 0n]);
      expect((await airdrop.waveOf(0)).remaining).to.equal(list.total - AMOUNT);
      expect(await airdrop.isClaimed(0, index)).to.equal(true);
    });

    it("adds up two lines of one account, which a foreign list may have", async () => {
      const { airdrop, alice, openWave } = await load();
      const { address } = alice;
      const { root, total, entries } = buildAirdrop(
        [3n, 5n].map((amount) => ({ account: address as `0x${string}`, amount })),
      );
      await openWave(root, total);
      for (const { index, amount, proof } of entries) await airdrop.connect(alice).claim(index, amount, proof);
      expect(await airdrop.vestingOf(1, alice)).to.deep.equal([3n + 4n, 0n]); // a quarter is rounded down
    });

    it("pays out a whole list to its last wei", async () => {
      const { airdrop, accounts, claimOf, token, times } = await load();
      for (const account of accounts) await airdrop.connect(account).claim(...claimOf(account));
      expect((await airdrop.waveOf(0)).remaining).to.equal(0n);
      await networkHelpers.time.increaseTo(times.vestEnd);
      for (const account of accounts) await airdrop.release(0, account);
      for (const account of accounts) expect(await token.balanceOf(account)).to.equal(AMOUNT);
      expect(await token.balanceOf(airdrop)).to.equal(await airdrop.bonusPool());
    });
  });

  describe("claimFor", () => {
    it("reverts for anyone but the account before the last call", async () => {
      const { airdrop, errors, stranger, alice, claimOf, times } = await load();
      const [index, amount, proof] = claimOf(alice);
      const opensAt = times.deadline - 30n * DAY;
      await networkHelpers.time.setNextBlockTimestamp(opensAt - 1n);
      await expect(airdrop.connect(stranger).claimFor(index, alice, amount, proof))
        .to.be.revertedWithCustomError(errors, "MerkleAirdrop_LastCallNotOpen")
        .withArgs(opensAt, opensAt - 1n);
    });

    it("reverts for a wrong proof", async () => {
      const { airdrop, errors, stranger, alice, bob, claimOf, times } = await load();
      const [index, amount, proof] = claimOf(alice);
      await networkHelpers.time.increaseTo(times.deadline - 30n * DAY);
      await expect(airdrop.connect(stranger).claimFor(index, bob, amount, proof)).to.be.revertedWithCustomError(
        errors,
        "MerkleAirdrop_ProofInvalid",
      );
    });

    it("lets the account itself claim at any time", async () => {
      const { airdrop, token, alice, claimOf } = await load();
      const [index, amount, proof] = claimOf(alice);
      await airdrop.connect(alice).claimFor(index, alice, amount, proof);
      expect(await token.balanceOf(alice)).to.equal(LIQUID);
    });

    it("credits the account alone in the last call", async () => {
      const { airdrop, token, stranger, alice, claimOf, times } = await load();
      const [index, amount, proof] = claimOf(alice);
      await networkHelpers.time.setNextBlockTimestamp(times.deadline - 30n * DAY);
      const claim = airdrop.connect(stranger).claimFor(index, alice, amount, proof);
      await expect(claim).to.changeTokenBalances(ethers, token, [alice, stranger], [LIQUID, 0n]);
      expect((await airdrop.vestingOf(0, alice)).total).to.equal(VESTING);
      expect((await airdrop.vestingOf(0, stranger)).total).to.equal(0n);
    });
  });

  describe("claimAndLock", () => {
    it("reverts for less than 12 and for more than 52 weeks", async () => {
      const { errors, alice, lock } = await load();
      for (const weeks of [0n, 11n, 53n, MaxUint256]) {
        await expect(lock(alice, weeks))
          .to.be.revertedWithCustomError(errors, "MerkleAirdrop_LockWeeksInvalid")
          .withArgs(weeks, 12n, 52n);
      }
    });

    it("reverts for a leaf of another account: nobody can lock for somebody else", async () => {
      const { airdrop, errors, alice, bob, claimOf, times } = await load();
      await networkHelpers.time.increaseTo(times.deadline - 1n * DAY);
      await expect(airdrop.connect(bob).claimAndLock(...claimOf(alice), 12, 0)).to.be.revertedWithCustomError(
        errors,
        "MerkleAirdrop_ProofInvalid",
      );
    });

    it("reverts with an expired lock, and the claim is still there after its withdrawal", async () => {
      const { airdrop, escrow, token, errors, alice, lock, claimOf } = await load();
      await token.transfer(alice, GIM);
      await token.connect(alice).approve(escrow, GIM);
      const end = floorWeek(BigInt(await networkHelpers.time.latest())) + 2n * WEEK;
      await escrow.connect(alice).lock(GIM, end);
      await networkHelpers.time.increaseTo(end);
      await expect(lock(alice, 12n))
        .to.be.revertedWithCustomError(errors, "MerkleAirdrop_LockExpired")
        .withArgs(alice.address, end);
      expect(await airdrop.isClaimed(0, claimOf(alice)[0])).to.equal(false);
      await escrow.connect(alice).withdraw();
      await lock(alice, 12n);
      expect((await escrow.locked(alice)).amount).to.be.greaterThan(AMOUNT);
    });

    it("reverts when the bonus is below the caller's minimum", async () => {
      const { airdrop, errors, alice, bob, carol, lock, claimOf } = await load();
      await lock(alice, 52n); // takes 250 of 500
      await lock(bob, 52n, AMOUNT / 4n); // and the other 250
      await expect(lock(carol, 52n, 1n))
        .to.be.revertedWithCustomError(errors, "MerkleAirdrop_BonusTooLow")
        .withArgs(0n, 1n);
      expect(await airdrop.isClaimed(0, claimOf(carol)[0])).to.equal(false);
      await lock(carol, 52n, 0n); // who wants to lock all the same may
    });

    it("reverts when the escrow does not know the airdrop, and the claim is still there", async () => {
      const { airdrop, escrow, alice, lock, claimOf } = await load();
      await escrow.setDepositor(airdrop, false);
      await expect(lock(alice, 12n)).to.be.revertedWithCustomError(escrow, "VotingEscrow_Unauthorized");
      expect(await airdrop.isClaimed(0, claimOf(alice)[0])).to.equal(false);
    });

    for (const weeks of [12n, 26n, 52n]) {
      it(`locks everything and the bonus of ${weeks} weeks`, async () => {
        const { airdrop, escrow, token, alice, lock, claimOf, list } = await load();
        const bonus = (AMOUNT * weeks) / (4n * 52n);
        expect(await airdrop.bonusFor(AMOUNT, weeks)).to.equal(bonus);
        const now = BigInt(await networkHelpers.time.latest()) + 10n;
        await networkHelpers.time.setNextBlockTimestamp(now);
        const end = floorWeek(now + weeks * WEEK);
        const claim = lock(alice, weeks, bonus);
        await expect(claim)
          .to.emit(airdrop, "ClaimedLocked")
          .withArgs(0n, alice.address, claimOf(alice)[0], AMOUNT, bonus, end);
        await expect(claim).to.changeTokenBalances(ethers, token, [escrow, alice], [AMOUNT + bonus, 0n]);
        const held = await escrow.locked(alice);
        expect([held.amount, held.end]).to.deep.equal([AMOUNT + bonus, end]);
        expect(await airdrop.bonusPool()).to.equal(500n * GIM - bonus);
        expect((await airdrop.waveOf(0)).remaining).to.equal(list.total - AMOUNT);
        expect((await airdrop.vestingOf(0, alice)).total).to.equal(0n);
      });
    }

    it("gives what is left when the pool has less than the bonus", async () => {
      const { airdrop, escrow, alice, bob, carol, lock } = await load();
      await lock(alice, 52n);
      await lock(bob, 39n); // 187.5
      await lock(carol, 52n, (125n * GIM) / 2n); // 62.5 are left of 250
      expect((await escrow.locked(carol)).amount).to.equal(AMOUNT + (125n * GIM) / 2n);
      expect(await airdrop.bonusPool()).to.equal(0n);
    });

    it("extends a lock that ends earlier, keeps one that ends later or never", async () => {
      const { escrow, token, alice, bob, carol, lock } = await load();
      const now = BigInt(await networkHelpers.time.latest());
      const ends = [floorWeek(now + 4n * WEEK), floorWeek(now + 51n * WEEK), floorWeek(now + 8n * WEEK)];
      for (const [k, account] of [alice, bob, carol].entries()) {
        await token.transfer(account, GIM);
        await token.connect(account).approve(escrow, GIM);
        await escrow.connect(account).lock(GIM, ends[k]!);
      }
      await escrow.connect(carol).setPermanent(true);
      for (const account of [alice, bob, carol]) await lock(account, 26n);
      const locks = await Promise.all([alice, bob, carol].map((account) => escrow.locked(account)));
      const later = floorWeek(BigInt(await networkHelpers.time.latest()) + 26n * WEEK);
      expect(locks.map(({ end }) => end)).to.deep.equal([later, ends[1], 0n]);
      expect(locks[2]!.permanent).to.equal(true);
      const bonus = (AMOUNT * 26n) / (4n * 52n);
      for (const { amount } of locks) expect(amount).to.equal(GIM + AMOUNT + bonus);
    });

    it("counts in a delegation made before the lock", async () => {
      const { escrow, alice, bob, lock } = await load();
      await escrow.connect(alice).delegate(bob);
      await lock(alice, 52n);
      expect(await escrow.getVotes(bob)).to.equal(await escrow.balanceOf(alice));
      expect(await escrow.getVotes(bob)).to.be.greaterThan(0n);
    });
  });

  describe("release", () => {
    it("reverts when nothing has vested for the account", async () => {
      const { airdrop, errors, alice, claimOf } = await load();
      await expect(airdrop.release(0, alice)).to.be.revertedWithCustomError(errors, "MerkleAirdrop_NothingThere");
      await airdrop.connect(alice).claim(...claimOf(alice));
      await expect(airdrop.release(1, alice)).to.be.revertedWithCustomError(errors, "MerkleAirdrop_NothingThere");
    });

    it("pays by the second, to the account, whoever calls, and all of it at the end", async () => {
      const { airdrop, token, stranger, alice, claimOf, times } = await load();
      await airdrop.connect(alice).claim(...claimOf(alice));
      let paid = 0n;
      for (const elapsed of [3_600n, YEAR / 3n, YEAR - 1n, YEAR, 2n * YEAR]) {
        const due = (VESTING * (elapsed < YEAR ? elapsed : YEAR)) / YEAR - paid;
        await networkHelpers.time.setNextBlockTimestamp(times.start + elapsed);
        const release = airdrop.connect(stranger).release(0, alice);
        if (due === 0n) {
          await expect(release).to.revert(ethers);
          continue;
        }
        await expect(release).to.emit(airdrop, "Released").withArgs(0n, alice.address, due);
        await expect(release).to.changeTokenBalances(ethers, token, [alice, stranger], [due, 0n]);
        paid += due;
        expect((await airdrop.vestingOf(0, alice)).released).to.equal(paid);
        expect(await airdrop.releasable(0, alice)).to.equal(0n);
      }
      expect(paid).to.equal(VESTING);
    });

    it("pays at once what has vested before a late claim", async () => {
      const { airdrop, token, alice, claimOf, times } = await load();
      await networkHelpers.time.increaseTo(times.start + YEAR / 5n);
      await airdrop.connect(alice).claim(...claimOf(alice));
      await networkHelpers.time.setNextBlockTimestamp(times.start + YEAR / 4n);
      await airdrop.release(0, alice);
      expect(await token.balanceOf(alice)).to.equal(LIQUID + VESTING / 4n);
    });

    it("goes on after the deadline and the sweep", async () => {
      const { airdrop, token, alice, claimOf, times } = await load();
      await airdrop.connect(alice).claim(...claimOf(alice));
      await networkHelpers.time.increaseTo(times.vestEnd);
      await airdrop.sweep(0);
      await airdrop.sweepBonus();
      await airdrop.release(0, alice);
      expect(await token.balanceOf(alice)).to.equal(AMOUNT);
      expect(await token.balanceOf(airdrop)).to.equal(0n);
    });
  });

  it("verifies proofs of a list of 10,000 accounts", async () => {
    const { airdrop, alice, bob, carol, token, openWave } = await load();
    const special = new Map([alice, bob, carol].map(({ address }, k) => [[0, 4_321, 9_999][k]!, address]));
    const rows = Array.from({ length: 10_000 }, (_, k) => ({
      account: (special.get(k) ?? ethers.getAddress(`0x${(k + 1).toString(16).padStart(40, "0")}`)) as `0x${string}`,
      amount: BigInt(k + 1) * GIM,
    }));
    const { root, total, entries } = buildAirdrop(rows);
    const start = await openWave(root, total);
    for (const [k, account] of [alice, bob, carol].entries()) {
      const { index, amount, proof } = entries[[0, 4_321, 9_999][k]!]!;
      await airdrop.connect(account).claim(index, amount, proof);
      expect(await token.balanceOf(account)).to.equal(amount / 4n);
    }
    await networkHelpers.time.increaseTo(start + 155n * DAY); // last call: anyone's
    for (let k = 1; k < 10_000; k += 1_217) {
      const { index, account, amount, proof } = entries[k]!;
      await airdrop.claimFor(index, account, amount, proof);
      expect(await token.balanceOf(account)).to.equal(amount / 4n);
    }
  });

  describe("gas of a whole transaction, with a proof of 20 nodes", () => {
    /** Two accounts of one wave whose indices share a word of the bitmap claim in turn. {gas} */
    async function measure(lockWeeks: number): Promise<bigint[]> {
      const { airdrop, accounts, lock, openWave } = await load();
      const [, , carol, dave, erin] = accounts;
      await lock(carol, 52n); // so that the week in which the others end is in use
      const claims = [dave!, erin!].map((account, k) => ({ account, index: 1_000_000n + BigInt(k) }));
      const [first, second] = claims.map(({ account, index }) => leafOf(index, account.address, AMOUNT));
      const { root, proofs } = deepProofs([first!, second!], 20);
      await openWave(root, 2n * AMOUNT);
      const used: bigint[] = [];
      for (const [k, { account, index }] of claims.entries()) {
        const from = airdrop.connect(account);
        const tx =
          lockWeeks === 0
            ? await from.claim(index, AMOUNT, proofs[k]!)
            : await from.claimAndLock(index, AMOUNT, proofs[k]!, lockWeeks, 0);
        used.push((await tx.wait())!.gasUsed);
      }
      return used;
    }

    it("claims liquid and vesting for at most 105,000, and 17,100 more once in 256 claims", async () => {
      const [first, second] = await measure(0);
      expect(second).to.be.at.most(105_000n);
      expect(first).to.be.at.most(122_200n);
    });

    it("locks for 52 weeks with the bonus for at most 210,000, and 17,100 more once in 256 claims", async () => {
      const [first, second] = await measure(52);
      expect(second).to.be.at.most(210_000n);
      expect(first).to.be.at.most(227_200n);
    });
  });
});
