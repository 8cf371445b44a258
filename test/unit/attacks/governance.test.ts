import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { network } from "hardhat";
import { HookToken__factory, VotingEscrow__factory } from "../../../typechain-types/index.js";
import { addressOf } from "../../helpers/assets.ts";
import { DAY, deployEscrow, GIM, HOLD, power, TERM, WEEK } from "../../helpers/escrow.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

const A = 52_000n * GIM;
const base = () => deployEscrow({ ethers, networkHelpers });
const load = () => networkHelpers.loadFixture(base);

describe("attacks on the escrow", () => {
  it("S78: leaving a lock that does not exist does nothing to the one that is made later", async () => {
    const { escrow, errors, token, alice, lock, at, week } = await load();
    const leave = [
      () => escrow.connect(alice).withdraw(),
      () => escrow.connect(alice).earlyExit(MaxUint256),
      () => escrow.connect(alice).setPermanent(true),
    ];
    for (const call of leave) await expect(call()).to.be.revertedWithCustomError(errors, "VotingEscrow_LockMissing");
    await at(week + 4n * DAY);
    await lock(alice, 3n);
    expect(await escrow.getVotes(alice)).to.equal(power(A, week + 3n * WEEK, week + 4n * DAY));
    await at(week + 3n * WEEK);
    await escrow.connect(alice).withdraw();
    // nor does what is left of the first lock free the second from its hold
    await at(week + 3n * WEEK + 1n);
    await lock(alice, 9n);
    await at(week + 3n * WEEK + HOLD);
    await expect(escrow.connect(alice).earlyExit(MaxUint256)).to.be.revertedWithCustomError(
      errors,
      "VotingEscrow_HoldNotOver",
    );
    await at(week + 9n * WEEK);
    await expect(escrow.connect(alice).withdraw()).to.changeTokenBalance(ethers, token, alice, A);
  });

  it("S82: a token that calls back while it is paid out finds the lock gone and the door shut", async () => {
    const { owner, receiver, week, at } = await load();
    const hook = await new HookToken__factory(owner).deploy("Hook", "HOOK", 18);
    const escrow = await new VotingEscrow__factory(owner).deploy(hook, owner, receiver);
    // The token itself has the lock, so that its callback comes from the lock's owner.
    const thief = await ethers.getImpersonatedSigner(await addressOf(hook));
    await networkHelpers.setBalance(thief.address, 10n ** 18n);
    await hook.mint(thief, 2n * A);
    await hook.mint(escrow, 100n * A); // everybody else's tokens
    await hook.connect(thief).approve(escrow, MaxUint256);
    const shut = escrow.interface.getError("ReentrancyGuardReentrantCall")!.selector;

    const end = week + 9n * WEEK;
    const calls = [
      { reenter: escrow.interface.encodeFunctionData("withdraw"), act: () => escrow.connect(thief).lock(A, end) },
      {
        reenter: escrow.interface.encodeFunctionData("earlyExit", [MaxUint256]),
        act: () => escrow.connect(thief).earlyExit(MaxUint256),
      },
      { reenter: escrow.interface.encodeFunctionData("lock", [A, end]), act: () => escrow.connect(thief).lock(A, end) },
      { reenter: escrow.interface.encodeFunctionData("withdraw"), act: () => escrow.connect(thief).withdraw() },
    ];
    const times = [week + 4n * DAY, week + 4n * WEEK, week + 5n * WEEK, end];
    for (const [index, { reenter, act }] of calls.entries()) {
      await hook.setHook(escrow, reenter);
      await at(times[index]!);
      await act();
      expect([await hook.hookSucceeded(), await hook.hookReason()]).to.deep.equal([false, shut]);
    }
    const penalty = await hook.balanceOf(receiver);
    expect(penalty).to.be.greaterThan(0);
    expect(await hook.balanceOf(thief)).to.equal(2n * A - penalty);
    expect(await hook.balanceOf(escrow)).to.equal(100n * A);
    expect(await escrow.totalLocked()).to.equal(0);
  });

  it("S83: borrowed tokens have no votes where votes are counted, and cannot be given back in time", async () => {
    const { escrow, errors, alice, bob, lock, now, at, week } = await load();
    await lock(bob, 50n);
    await at(week + 10n * DAY);
    await lock(alice, 50n, 900_000n * GIM);
    const second = await now();
    // A snapshot is a second that is over: the running one cannot be asked for, and in the one before there was nothing.
    await expect(escrow.getPastVotes(alice, second)).to.be.revertedWithCustomError(errors, "VotingEscrow_FutureLookup");
    expect(await escrow.getPastVotes(alice, second - 1n)).to.equal(0);
    expect(await escrow.scoreAt(alice, second - 1n)).to.equal(0);
    await expect(escrow.connect(alice).withdraw()).to.be.revertedWithCustomError(errors, "VotingEscrow_LockActive");
    await expect(escrow.connect(alice).earlyExit(MaxUint256)).to.be.revertedWithCustomError(
      errors,
      "VotingEscrow_HoldNotOver",
    );
    // Handing the votes round within a second makes no more of them.
    for (const to of [bob, alice, bob]) await escrow.connect(alice).delegate(to);
    expect((await escrow.getVotes(alice)) + (await escrow.getVotes(bob))).to.equal(await escrow.totalSupply());
  });

  it("S83: no function upgrades the escrow, moves somebody's lock, or lets its owner touch one", () => {
    const names = VotingEscrow__factory.abi.flatMap((item) =>
      item.type === "function" && item.stateMutability !== "view" && item.stateMutability !== "pure" ? [item.name] : [],
    );
    expect(names.sort()).to.deep.equal(
      [
        ...["lock", "lockFor", "lockWithPermit", "setPermanent", "withdraw", "earlyExit", "delegate", "delegateBySig"],
        ...["setDepositor", "setPenaltyReceiver", "lowerMaxPenalty"],
        ...["transferOwnership", "acceptOwnership", "renounceOwnership"],
      ].sort(),
    );
  });

  it("S87: events tell each change once and nothing else: a bot that reads only them knows every lock and delegate", async () => {
    const { escrow, alice, bob, carol, depositor, lock, at, week } = await load();
    const calls: [() => Promise<unknown>, string[]][] = [
      [() => lock(alice, 9n), ["DelegateChanged", "DelegateVotesChanged", "Locked"]],
      [() => escrow.connect(alice).lock(A, 0), ["DelegateVotesChanged", "Locked"]],
      [() => escrow.connect(alice).lock(0, week + 20n * WEEK), ["DelegateVotesChanged", "Locked"]],
      [() => escrow.connect(alice).delegate(alice), []],
      [() => escrow.connect(bob).delegate(carol), ["DelegateChanged"]],
      [() => escrow.connect(bob).delegate(carol), []],
      [() => escrow.connect(depositor).lockFor(bob, A, week + 9n * WEEK), ["DelegateVotesChanged", "Locked"]],
      [
        () => escrow.connect(alice).delegate(carol),
        ["DelegateChanged", "DelegateVotesChanged", "DelegateVotesChanged"],
      ],
      [() => escrow.connect(alice).setPermanent(true), ["DelegateVotesChanged", "Locked"]],
      [() => escrow.connect(alice).setPermanent(false), ["DelegateVotesChanged", "Locked"]],
      [() => escrow.connect(alice).earlyExit(MaxUint256), ["DelegateVotesChanged", "Withdrawn"]],
      [() => escrow.connect(bob).withdraw(), ["Withdrawn"]],
      [() => escrow.connect(bob).delegate(bob), ["DelegateChanged"]],
    ];
    const locks = new Map<string, [bigint, bigint, boolean]>();
    const delegates = new Map<string, string>();
    for (const [index, [call, expected]] of calls.entries()) {
      await at(week + 4n * DAY + BigInt(index) * 6n * DAY);
      await call();
      const block = await time.latestBlock();
      const seen: string[] = [];
      for (const log of await ethers.provider.getLogs({ address: await addressOf(escrow), fromBlock: block })) {
        const { name, args } = escrow.interface.parseLog(log)!;
        seen.push(name);
        if (name === "Locked") locks.set(args.account, [args.amount, args.end, args.permanent]);
        if (name === "Withdrawn") locks.set(args.account, [0n, 0n, false]);
        if (name === "DelegateChanged") delegates.set(args.delegator, args.toDelegate);
        if (name === "DelegateVotesChanged") expect(args.newVotes).to.equal(await escrow.getVotes(args.delegate));
      }
      expect(seen.sort(), `call ${index}`).to.deep.equal(expected);
      for (const person of [alice, bob]) {
        const { amount, end, permanent } = await escrow.locked(person);
        expect(locks.get(person.address) ?? [0n, 0n, false]).to.deep.equal([amount, end, permanent]);
        expect(delegates.get(person.address) ?? person.address).to.equal(await escrow.delegates(person));
      }
    }
  });

  it("S88: after a long history and thirty years of silence no call walks through the weeks", async () => {
    const { escrow, alice, bob, lock, week } = await load();
    await lock(alice, 52n, TERM);
    await lock(bob, 52n, TERM);
    await escrow.connect(bob).delegate(alice);
    for (let k = 0; k < 150; k++) await escrow.connect(alice).lock(TERM, 0);
    await time.increaseTo(week + 30n * 52n * WEEK);
    const spent = await Promise.all([
      escrow.balanceOfAt.estimateGas(alice, week + 9n * WEEK),
      escrow.getPastVotes.estimateGas(alice, week + 9n * WEEK),
      escrow.getPastVotes.estimateGas(alice, week + 1_500n * WEEK),
      escrow.totalSupply.estimateGas(),
      escrow.totalSupplyAt.estimateGas(week + 5n * DAY),
    ]);
    for (const gas of spent) expect(gas).to.be.lessThan(100_000n);
    for (const call of [() => escrow.connect(bob).withdraw(), () => escrow.connect(alice).withdraw()]) {
      const { gasUsed } = (await (await call()).wait())!;
      expect(gasUsed).to.be.lessThan(250_000n);
    }
  });
});
