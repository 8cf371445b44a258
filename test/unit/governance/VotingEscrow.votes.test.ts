import { expect } from "chai";
import { id, Signature, TypedDataEncoder, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { DAY, deployEscrow, GIM, power, signDelegation, WEEK } from "../../helpers/escrow.ts";

const { ethers, networkHelpers } = await network.create();

const A = 52_000n * GIM;
const ended = (week: bigint, weeks: bigint) => week + weeks * WEEK;

describe("VotingEscrow", () => {
  const base = () => deployEscrow({ ethers, networkHelpers });
  const load = () => networkHelpers.loadFixture(base);

  /** Several calls in one second. */
  const together = async (...calls: (() => Promise<unknown>)[]) => {
    await ethers.provider.send("evm_setAutomine", [false]);
    for (const call of calls) await call();
    await networkHelpers.mine();
    await ethers.provider.send("evm_setAutomine", [true]);
  };

  describe("delegate", () => {
    it("moves the whole line, tells both changes, and is the owner's until then", async () => {
      const { escrow, alice, bob, lock, at, week } = await load();
      await lock(alice, 9n);
      await lock(bob, 5n);
      expect(await escrow.delegates(alice)).to.equal(alice.address);
      const now = week + 10n * DAY;
      const [fromAlice, fromBob] = [power(A, ended(week, 9n), now), power(A, ended(week, 5n), now)];
      await at(now);
      const moved = escrow.connect(alice).delegate(bob);
      await expect(moved).to.emit(escrow, "DelegateChanged").withArgs(alice, alice, bob);
      await expect(moved).to.emit(escrow, "DelegateVotesChanged").withArgs(alice, fromAlice, 0);
      await expect(moved)
        .to.emit(escrow, "DelegateVotesChanged")
        .withArgs(bob, fromBob, fromBob + fromAlice);
      expect(await escrow.delegates(alice)).to.equal(bob.address);
      expect((await escrow.locked(alice)).away).to.equal(true);
      expect(await escrow.getVotes(alice)).to.equal(0);
      expect(await escrow.balanceOf(alice)).to.equal(fromAlice);
      expect(await escrow.getVotes(bob)).to.equal(fromAlice + fromBob);
    });

    it("passes on what is the account's own, never what it received", async () => {
      const { escrow, alice, bob, carol, lock, at, week } = await load();
      for (const person of [alice, bob, carol]) await lock(person, 9n);
      await escrow.connect(alice).delegate(bob);
      await escrow.connect(bob).delegate(carol);
      const one = power(A, ended(week, 9n), week + 10n * DAY);
      await at(week + 10n * DAY);
      await networkHelpers.mine();
      const votes = await Promise.all([alice, bob, carol].map((person) => escrow.getVotes(person)));
      expect(votes).to.deep.equal([0n, one, 2n * one]);
    });

    it("from one delegate to another, and back to oneself, by one's address or by 0", async () => {
      const { escrow, alice, bob, carol, lock, at, week } = await load();
      await lock(alice, 9n);
      const steps = [
        { to: bob.address, from: alice.address, at: 10n },
        { to: carol.address, from: bob.address, at: 11n },
        { to: ZeroAddress, from: carol.address, at: 12n },
        { to: bob.address, from: alice.address, at: 13n },
        { to: alice.address, from: bob.address, at: 14n },
      ];
      for (const step of steps) {
        const now = week + step.at * DAY;
        const to = step.to === ZeroAddress ? alice.address : step.to;
        const votes = power(A, ended(week, 9n), now);
        await at(now);
        const moved = escrow.connect(alice).delegate(step.to);
        await expect(moved).to.emit(escrow, "DelegateChanged").withArgs(alice, step.from, to);
        await expect(moved).to.emit(escrow, "DelegateVotesChanged").withArgs(step.from, votes, 0);
        await expect(moved).to.emit(escrow, "DelegateVotesChanged").withArgs(to, 0, votes);
        expect((await escrow.locked(alice)).away).to.equal(to !== alice.address);
        expect(await escrow.totalSupply()).to.equal(votes);
      }
    });

    it("does nothing and says nothing when the delegate is the same", async () => {
      const { escrow, alice, bob, lock } = await load();
      await lock(alice, 9n);
      for (const to of [alice.address, ZeroAddress]) {
        await expect(escrow.connect(alice).delegate(to)).not.to.emit(escrow, "DelegateChanged");
      }
      await escrow.connect(alice).delegate(bob);
      await expect(escrow.connect(alice).delegate(bob)).not.to.emit(escrow, "DelegateChanged");
      expect(await escrow.pointCount(alice)).to.equal(2);
    });

    it("before the first lock: the lock then counts for the delegate, and the delegate is told once", async () => {
      const { escrow, alice, bob, lock, at, week } = await load();
      const before = escrow.connect(alice).delegate(bob);
      await expect(before).to.emit(escrow, "DelegateChanged").withArgs(alice, alice, bob);
      await expect(before).not.to.emit(escrow, "DelegateVotesChanged");
      await at(week + 4n * DAY);
      const locked = lock(alice, 9n);
      await expect(locked).not.to.emit(escrow, "DelegateChanged");
      await expect(locked)
        .to.emit(escrow, "DelegateVotesChanged")
        .withArgs(bob, 0, power(A, ended(week, 9n), week + 4n * DAY));
      expect(await escrow.getVotes(alice)).to.equal(0);
    });

    it("of an ended lock: the delegate changes, no votes do", async () => {
      const { escrow, alice, bob, lock, at, week } = await load();
      await lock(alice, 1n);
      await at(week + WEEK);
      const moved = escrow.connect(alice).delegate(bob);
      await expect(moved).to.emit(escrow, "DelegateChanged").withArgs(alice, alice, bob);
      await expect(moved).not.to.emit(escrow, "DelegateVotesChanged");
    });

    it("follows the lock whatever happens to it: added to, extended, permanent, decaying again", async () => {
      const { escrow, alice, bob, lock, at, week } = await load();
      await lock(alice, 9n);
      await escrow.connect(alice).delegate(bob);
      const end = ended(week, 9n);
      const acts = [
        { act: () => escrow.connect(alice).lock(A, 0), votes: (now: bigint) => power(2n * A, end, now) },
        {
          act: () => escrow.connect(alice).lock(0, end + WEEK),
          votes: (now: bigint) => power(2n * A, end + WEEK, now),
        },
        { act: () => escrow.connect(alice).setPermanent(true), votes: () => 2n * A },
        {
          act: () => escrow.connect(alice).setPermanent(false),
          votes: (now: bigint) => power(2n * A, ended(week, 52n), now),
        },
      ];
      let now = week + 4n * DAY;
      for (const { act, votes } of acts) {
        await at(now);
        await act();
        expect(await escrow.getVotes(bob)).to.equal(votes(now));
        expect(await escrow.getVotes(alice)).to.equal(0);
        now += 3_600n;
      }
    });
  });

  describe("delegateBySig", () => {
    const setUp = async () => {
      const world = await load();
      await world.lock(world.alice, 9n);
      const delegation = { delegatee: world.bob.address, nonce: 0n, expiry: world.week + 10n * DAY };
      const { v, r, s } = await signDelegation(world.escrow, world.alice, delegation);
      const send = (nonce = 0n, delegatee = world.bob.address) =>
        world.escrow.connect(world.stranger).delegateBySig(delegatee, nonce, delegation.expiry, v, r, s);
      return { ...world, delegation, send };
    };

    it("reverts a second after the expiry, and works at it", async () => {
      const { escrow, delegation, send, at, alice, bob } = await setUp();
      const snapshot = await networkHelpers.takeSnapshot();
      await at(delegation.expiry + 1n);
      await expect(send()).to.be.revertedWithCustomError(escrow, "VotesExpiredSignature").withArgs(delegation.expiry);
      await snapshot.restore();
      await at(delegation.expiry);
      await expect(send()).to.emit(escrow, "DelegateChanged").withArgs(alice, alice, bob);
    });

    it("reverts for another nonce, and the second time", async () => {
      const { escrow, alice, delegation, stranger, send } = await setUp();
      const next = await signDelegation(escrow, alice, { ...delegation, nonce: 1n });
      await expect(
        escrow.connect(stranger).delegateBySig(delegation.delegatee, 1n, delegation.expiry, next.v, next.r, next.s),
      )
        .to.be.revertedWithCustomError(escrow, "InvalidAccountNonce")
        .withArgs(alice, 0);
      await send();
      await expect(send()).to.be.revertedWithCustomError(escrow, "InvalidAccountNonce").withArgs(alice, 1);
      expect(await escrow.nonces(alice)).to.equal(1);
    });

    it("moves nothing of the signer when anything signed was changed, and reverts for a malleable signature", async () => {
      const { escrow, alice, carol, delegation, stranger, send } = await setUp();
      await send(0n, carol.address); // somebody unknown's votes, and none
      expect(await escrow.delegates(alice)).to.equal(alice.address);
      const { v, r, s } = await signDelegation(escrow, alice, delegation);
      const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
      const other = `0x${(order - BigInt(s)).toString(16).padStart(64, "0")}`;
      await expect(
        escrow
          .connect(stranger)
          .delegateBySig(delegation.delegatee, 0n, delegation.expiry, v === 27 ? 28 : 27, r, other),
      ).to.be.revertedWithCustomError(escrow, "ECDSAInvalidSignatureS");
    });

    it("moves the signer's votes, sent by anybody", async () => {
      const { escrow, alice, bob, send } = await setUp();
      await expect(send()).to.emit(escrow, "DelegateChanged").withArgs(alice, alice, bob);
      expect(await escrow.getVotes(bob)).to.equal(await escrow.balanceOf(alice));
    });

    it("is signed for this chain and this contract: the domain is told by eip712Domain", async () => {
      const { escrow, alice, delegation, stranger } = await setUp();
      const domain = await escrow.eip712Domain();
      const { chainId } = await ethers.provider.getNetwork();
      expect([domain.name, domain.version, domain.chainId, domain.verifyingContract]).to.deep.equal([
        "Vote-escrowed Gimbal",
        "1",
        chainId,
        await escrow.getAddress(),
      ]);
      const type = TypedDataEncoder.from({
        Delegation: [
          { name: "delegatee", type: "address" },
          { name: "nonce", type: "uint256" },
          { name: "expiry", type: "uint256" },
        ],
      }).encodeType("Delegation");
      expect(id(type)).to.equal(id("Delegation(address delegatee,uint256 nonce,uint256 expiry)"));
      const elsewhere = { name: "Vote-escrowed Gimbal", version: "1", chainId, verifyingContract: alice.address };
      const types = { Delegation: [{ name: "delegatee", type: "address" }] };
      const { v, r, s } = Signature.from(
        await alice.signTypedData(elsewhere, types, { delegatee: delegation.delegatee }),
      );
      await escrow.connect(stranger).delegateBySig(delegation.delegatee, 0n, delegation.expiry, v, r, s);
      expect(await escrow.delegates(alice)).to.equal(alice.address);
    });
  });

  describe("getPastVotes and getPastTotalSupply", () => {
    it("revert for the running second and for later ones", async () => {
      const { escrow, errors, alice, lock, now } = await load();
      await lock(alice, 9n);
      const clock = await now();
      for (const timestamp of [clock, clock + 1n]) {
        await expect(escrow.getPastVotes(alice, timestamp))
          .to.be.revertedWithCustomError(errors, "VotingEscrow_FutureLookup")
          .withArgs(timestamp, clock);
        await expect(escrow.getPastTotalSupply(timestamp))
          .to.be.revertedWithCustomError(errors, "VotingEscrow_FutureLookup")
          .withArgs(timestamp, clock);
      }
    });

    it("tell what was true: own votes until they went, received ones from then on", async () => {
      const { escrow, alice, bob, lock, at, week } = await load();
      const [locked, moved, end] = [week + 4n * DAY, week + 3n * WEEK, ended(week, 9n)];
      await at(locked);
      await lock(alice, 9n);
      await at(moved);
      await escrow.connect(alice).delegate(bob);
      await at(end + WEEK);
      await networkHelpers.mine();
      for (const t of [locked - 1n, locked, moved - 1n, moved, moved + 1n, end - 1n, end]) {
        const has = t < locked ? 0n : power(A, end, t);
        expect(await escrow.getPastVotes(alice, t)).to.equal(t < moved ? has : 0n);
        expect(await escrow.getPastVotes(bob, t)).to.equal(t < moved ? 0n : has);
        expect(await escrow.getPastTotalSupply(t)).to.equal(has);
      }
    });

    it("give a second one value: the last of it", async () => {
      const { escrow, alice, bob, lock, week } = await load();
      await lock(alice, 9n);
      const points = await escrow.pointCount(alice);
      await together(
        () => escrow.connect(alice).delegate(bob, { gasLimit: 500_000 }),
        () => escrow.connect(alice).lock(A, 0, { gasLimit: 500_000 }),
        () => escrow.connect(alice).delegate(alice, { gasLimit: 500_000 }),
        () => escrow.connect(alice).delegate(bob, { gasLimit: 500_000 }),
      );
      const second = BigInt(await networkHelpers.time.latest());
      await networkHelpers.mine();
      expect(await escrow.pointCount(alice)).to.equal(points + 1n);
      expect(await escrow.getPastVotes(bob, second)).to.equal(power(2n * A, ended(week, 9n), second));
      expect(await escrow.getPastVotes(alice, second)).to.equal(0);
      expect(await escrow.getPastVotes(alice, second - 1n)).to.equal(power(A, ended(week, 9n), second - 1n));
    });

    it("find each of many seconds in a long history", async () => {
      const { escrow, alice, bob, lock, at, week } = await load();
      await lock(alice, 50n, A);
      await escrow.connect(bob).lock(A, ended(week, 52n));
      await escrow.connect(bob).delegate(alice);
      const start = week + 4n * DAY;
      for (let k = 0n; k < 25n; k++) {
        await at(start + k * 10_000n);
        await escrow.connect(alice).lock(A / 52n, 0);
        await at(start + k * 10_000n + 5_000n);
        await escrow.connect(bob).delegate(k % 2n === 0n ? bob : alice);
      }
      for (let k = 0n; k < 24n; k++) {
        for (const offset of [0n, 1n, 4_999n, 5_000n, 9_999n]) {
          const t = start + k * 10_000n + offset;
          const own = power(A + (k + 1n) * (A / 52n), ended(week, 50n), t);
          const received = power(A, ended(week, 52n), t);
          const away = k % 2n === 0n ? offset < 5_000n : offset >= 5_000n;
          expect(await escrow.getPastVotes(alice, t)).to.equal(own + (away ? received : 0n));
          expect(await escrow.getPastVotes(bob, t)).to.equal(away ? 0n : received);
          expect(await escrow.totalSupplyAt(t)).to.equal(own + received);
        }
      }
    });
  });

  it("meets what Tally and Snapshot expect: ERC-6372 clock, DelegateChanged, DelegateVotesChanged, getVotes", async () => {
    const { escrow, alice, bob, lock, at, now, week } = await load();
    expect(await escrow.CLOCK_MODE()).to.equal("mode=timestamp");
    expect(await escrow.clock()).to.equal(await now());
    // An indexer that only reads these two events knows every delegate, and the votes of the second of each event.
    const voters = new Map<string, bigint>();
    const delegates = new Map<string, string>();
    const index = async (call: Promise<{ wait: () => Promise<{ blockNumber: number } | null> }>) => {
      const { blockNumber } = (await (await call).wait())!;
      for (const event of await escrow.queryFilter(escrow.filters.DelegateChanged(), blockNumber, blockNumber)) {
        const { delegator, fromDelegate, toDelegate } = event.args;
        expect(fromDelegate).to.equal(delegates.get(delegator) ?? ZeroAddress);
        delegates.set(delegator, toDelegate);
      }
      for (const event of await escrow.queryFilter(escrow.filters.DelegateVotesChanged(), blockNumber, blockNumber)) {
        expect(event.args.newVotes).not.to.equal(event.args.previousVotes);
        voters.set(event.args.delegate, event.args.newVotes);
        expect(await escrow.getVotes(event.args.delegate)).to.equal(event.args.newVotes);
      }
    };
    await index(lock(alice, 9n));
    await index(lock(bob, 20n));
    await at(week + 10n * DAY);
    await index(escrow.connect(alice).delegate(bob));
    await index(escrow.connect(alice).lock(A, 0));
    await index(escrow.connect(bob).setPermanent(true));
    await index(escrow.connect(alice).delegate(alice));
    await at(week + 20n * DAY);
    await index(escrow.connect(bob).earlyExit(A));
    expect([...delegates.values()]).to.deep.equal([alice.address, bob.address]);
    for (const person of [alice, bob]) expect(await escrow.delegates(person)).to.equal(delegates.get(person.address));
    expect(voters.get(bob.address)).to.equal(0n);
    // Decay comes without events: what an event said is an upper bound from then on.
    await networkHelpers.time.increase(100);
    expect(await escrow.getVotes(alice)).to.be.lessThan(voters.get(alice.address)!);
  });
});
