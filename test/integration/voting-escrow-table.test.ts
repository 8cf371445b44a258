import { readFileSync } from "node:fs";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import type { ContractTransactionResponse } from "ethers";
import { MaxUint256 } from "ethers";
import { network } from "hardhat";
import { VotingEscrow__factory } from "../../typechain-types/index.js";
import { DAY, deployEscrow, GIM, power, signDelegation, signPermit, TERM, WEEK } from "../helpers/escrow.ts";

const { ethers, networkHelpers } = await network.create();

const A = 52_000n * GIM; // locked before
const MORE = 1_040n * GIM; // given in the call
const STATES = ["none", "running", "permanent", "expired"] as const;
type State = (typeof STATES)[number];

/** The table of docs/VOTING-ESCROW.md: a call and what it does in each state. */
function readTable(): { call: string; cells: Record<State, string> }[] {
  const text = readFileSync("docs/VOTING-ESCROW.md", "utf8");
  const rows = text.split("\n").filter((line) => line.startsWith("| ") && line.split("|").length === 7);
  const [head, ...body] = rows.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  expect(head).to.deep.equal(["call", ...STATES]);
  return body.map(([call = "", none = "", running = "", permanent = "", expired = ""]) => ({
    call,
    cells: { none, running, permanent, expired },
  }));
}

const base = () => deployEscrow({ ethers, networkHelpers });
type World = Awaited<ReturnType<typeof base>>;

/** Brings Alice's lock into a state; two days later, or seven and more. */
async function arrive(state: State, held: boolean): Promise<World> {
  const world = await networkHelpers.loadFixture(base);
  const { escrow, alice, week, lock, at } = world;
  if (state !== "none") await lock(alice, state === "expired" ? 1n : 20n, A);
  if (state === "permanent") await escrow.connect(alice).setPermanent(true);
  await at(week + (held ? 11n : 8n) * DAY);
  await networkHelpers.mine();
  return world;
}

/** What an account has, and where its tokens are. */
async function look({ escrow, token, alice, bob, receiver, depositor }: World) {
  const held = await escrow.locked(alice);
  return {
    amount: held.amount,
    end: held.end,
    permanent: held.permanent,
    heldSince: held.heldSince,
    delegate: await escrow.delegates(alice),
    votesOfBob: await escrow.getVotes(bob),
    wallets: await Promise.all([alice, depositor, receiver].map((account) => token.balanceOf(account))),
  };
}

type Step = (world: World) => Promise<ContractTransactionResponse>;

const lockOf =
  (amount: bigint, end: (week: bigint) => bigint): Step =>
  ({ escrow, alice, week }) =>
    escrow.connect(alice).lock(amount, end(week));
const lockForOf =
  (caller: "depositor" | "stranger", end: (week: bigint) => bigint): Step =>
  (world) =>
    world.escrow.connect(world[caller]).lockFor(world.alice, MORE, end(world.week));

const weeks = (count: bigint) => (week: bigint) => week + count * WEEK;
const keep = () => 0n;

const lockWithPermit: Step = async ({ escrow, token, alice, week, now }) => {
  await token.connect(alice).approve(escrow, 0);
  const permit = { spender: await escrow.getAddress(), value: MORE, deadline: (await now()) + DAY };
  const { v, r, s } = await signPermit(token, alice, permit);
  return escrow.connect(alice).lockWithPermit(MORE, weeks(30n)(week), permit.deadline, v, r, s);
};

const delegateBySig: Step = async ({ escrow, alice, bob, stranger, now }) => {
  const delegation = { delegatee: bob.address, nonce: 0n, expiry: (await now()) + DAY };
  const { v, r, s } = await signDelegation(escrow, alice, delegation);
  return escrow.connect(stranger).delegateBySig(bob, 0, delegation.expiry, v, r, s);
};

const exit =
  (maximum: bigint): Step =>
  ({ escrow, alice }) =>
    escrow.connect(alice).earlyExit(maximum);

/** Every call of the table: how to make it, whether the hold is over, what it adds and the end it asks for. */
const CALLS: Record<string, { step: Step; held?: boolean; added?: bigint; end?: bigint }> = {
  "`lock(amount, 0)`": { step: lockOf(MORE, keep) },
  "`lock(amount, same end)`": { step: lockOf(MORE, weeks(20n)), end: 20n },
  "`lock(amount, later end)`": { step: lockOf(MORE, weeks(30n)), end: 30n },
  "`lock(amount, earlier end)`": { step: lockOf(MORE, weeks(10n)), end: 10n },
  "`lock(amount, past end)`": { step: lockOf(MORE, weeks(0n)) },
  "`lock(amount, end after 52 weeks)`": { step: lockOf(MORE, weeks(54n)) },
  "`lock(dust, later end)`": { step: lockOf(TERM - 1n, weeks(30n)), added: TERM - 1n, end: 30n },
  "`lock(0, later end)`": { step: lockOf(0n, weeks(30n)), added: 0n, end: 30n },
  "`lock(0, same end)`": { step: lockOf(0n, weeks(20n)) },
  "`lock(0, 0)`": { step: lockOf(0n, keep) },
  "`lockWithPermit(amount, later end)`": { step: lockWithPermit, end: 30n },
  "`lockFor(owner, amount, later end)` by a depositor": { step: lockForOf("depositor", weeks(30n)), end: 30n },
  "`lockFor(owner, amount, 0)` by a depositor": { step: lockForOf("depositor", keep) },
  "`lockFor(owner, amount, later end)` by anybody else": { step: lockForOf("stranger", weeks(30n)) },
  "`setPermanent(true)`": { step: ({ escrow, alice }) => escrow.connect(alice).setPermanent(true) },
  "`setPermanent(false)`": { step: ({ escrow, alice }) => escrow.connect(alice).setPermanent(false) },
  "`withdraw()`": { step: ({ escrow, alice }) => escrow.connect(alice).withdraw() },
  "`earlyExit(any)` within 7 days": { step: exit(MaxUint256), held: false },
  "`earlyExit(any)` after 7 days": { step: exit(MaxUint256) },
  "`earlyExit(0)` after 7 days": { step: exit(0n) },
  "`delegate(other)`": { step: ({ escrow, alice, bob }) => escrow.connect(alice).delegate(bob) },
  "`delegate(self)`": { step: ({ escrow, alice }) => escrow.connect(alice).delegate(alice) },
  "`delegateBySig(other)` by anybody": { step: delegateBySig },
};

type Look = Awaited<ReturnType<typeof look>>;
type Outcome = { before: Look; now: bigint; week: bigint; added: bigint; end: bigint; payer: number; bob: string };

const paid = (wallets: bigint[], changes: Record<number, bigint>) =>
  wallets.map((balance, index) => balance + (changes[index] ?? 0n));
const leave = ({ before }: Outcome, penalty: bigint): Look => ({
  ...before,
  ...{ amount: 0n, end: 0n, permanent: false },
  wallets: paid(before.wallets, { 0: before.amount - penalty, 2: penalty }),
});
const value = ({ amount, end, permanent }: Look, now: bigint) => (permanent ? amount : power(amount, end, now));
const ceilDiv = (a: bigint, b: bigint) => (a + b - 1n) / b;

/** What must be true after an effect of the list under the table. */
const EFFECTS: Record<string, (outcome: Outcome) => Look> = {
  makes: ({ before, now, added, end, payer }) => ({
    ...before,
    ...{ amount: added, end, heldSince: now },
    wallets: paid(before.wallets, { [payer]: -added }),
  }),
  adds: ({ before, now, added, payer }) => ({
    ...before,
    ...{ amount: before.amount + added, heldSince: now },
    wallets: paid(before.wallets, { [payer]: -added }),
  }),
  "adds and extends": ({ before, now, added, end, payer }) => ({
    ...before,
    ...{ amount: before.amount + added, end, heldSince: now },
    wallets: paid(before.wallets, { [payer]: -added }),
  }),
  extends: ({ before, now, end }) => ({ ...before, end, heldSince: now }),
  "becomes permanent": ({ before, now }) => ({ ...before, ...{ end: 0n, permanent: true, heldSince: now } }),
  "decays again": ({ before, now }) => ({ ...before, permanent: false, end: ((now + TERM) / WEEK) * WEEK }),
  "pays all": (outcome) => leave(outcome, 0n),
  "pays less the penalty": (outcome) =>
    leave(outcome, ceilDiv(outcome.before.amount * 5_000n * (outcome.before.end - outcome.now), TERM * 10_000n)),
  "pays half": (outcome) => leave(outcome, outcome.before.amount / 2n),
  "sends votes": ({ before, now, bob }) => ({ ...before, delegate: bob, votesOfBob: value(before, now) }),
  "changes nothing": ({ before }) => before,
};

async function play(call: string, state: State, expected: string): Promise<void> {
  const { step, held = true, added = MORE, end = 0n } = CALLS[call]!;
  const world = await arrive(state, held);
  const before = await look(world);
  const error = /^`(VotingEscrow_\w+)`$/.exec(expected)?.[1];
  if (error) {
    await expect(step(world)).to.be.revertedWithCustomError(world.errors, error);
    expect(await look(world)).to.deep.equal(before);
    return;
  }
  const response = await step(world);
  const payer = response.from === (world.depositor as HardhatEthersSigner).address ? 1 : 0;
  const { week, bob } = world;
  const outcome = { before, now: await world.now(), week, added, end: week + end * WEEK, payer, bob: bob.address };
  const after = await look(world);
  expect(after).to.deep.equal(EFFECTS[expected]!(outcome));
  const logs = (await response.wait())!.logs;
  expect(logs.length === 0, "events").to.equal(expected === "changes nothing");
  expect(await world.escrow.balanceOf(world.alice)).to.equal(
    after.permanent ? after.amount : power(after.amount, after.end, outcome.now),
  );
}

describe("docs/VOTING-ESCROW.md", () => {
  const table = readTable();

  it("has a row for every call that changes a lock or its votes, and none that is not played here", () => {
    expect(table.map(({ call }) => call)).to.have.members(Object.keys(CALLS));
    const ofOwner = /^(setDepositor|setPenaltyReceiver|lowerMaxPenalty|\w+Ownership)$/;
    const called = new Set(table.map(({ call }) => /^`(\w+)\(/.exec(call)?.[1]));
    for (const item of VotingEscrow__factory.abi) {
      if (item.type !== "function" || item.stateMutability !== "nonpayable" || ofOwner.test(item.name)) continue;
      expect(called, item.name).to.include(item.name);
    }
  });

  it("explains every effect that it uses", () => {
    const text = readFileSync("docs/VOTING-ESCROW.md", "utf8");
    const explained = [...text.matchAll(/^- \*\*(.+?)\*\*:/gm)].map(([, name]) => name);
    expect(explained).to.have.members(Object.keys(EFFECTS));
    const used = table.flatMap(({ cells }) => Object.values(cells)).filter((cell) => !cell.startsWith("`"));
    expect([...new Set(used)]).to.have.members(Object.keys(EFFECTS));
  });

  for (const { call, cells } of table) {
    for (const state of STATES) {
      it(`${call.replaceAll("`", "")}, ${state}: ${cells[state].replaceAll("`", "")}`, () =>
        play(call, state, cells[state]));
    }
  }
});
