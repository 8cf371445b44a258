import {
  EMPTY_SUM,
  exitOpensAt,
  exitPenalty,
  isRunning,
  type Line,
  type LineSum,
  type LockState,
  lineOf,
  NO_LINE,
  NO_LOCK,
  type Point,
  pointAt,
  powerAt,
  previewLock,
  previewPermanent,
  pushPoint,
  replaceLine,
  scoreAt,
  sumAt,
} from "../../sdk/src/index.ts";

type OwnPoint = Point & { away: boolean };

type Account = { lock: LockState; points: readonly OwnPoint[]; delegate: number; received: LineSum };

export type EscrowOperation =
  | { kind: "lock"; account: number; amount: bigint; newEnd: bigint }
  | { kind: "setPermanent"; account: number; on: boolean }
  | { kind: "withdraw"; account: number }
  | { kind: "earlyExit"; account: number }
  | { kind: "delegate"; account: number; to: number };

/** Thrown where the escrow would refuse. */
export class Refused extends Error {}

/** The whole escrow, put together from the SDK's maths: what the contract must equal, to the wei. */
export class EscrowModel {
  readonly #accounts: Account[];
  readonly #maxPenaltyBps: number;
  #total: LineSum = EMPTY_SUM;

  constructor(size: number, maxPenaltyBps: number) {
    this.#maxPenaltyBps = maxPenaltyBps;
    this.#accounts = Array.from({ length: size }, (_, delegate) => ({
      lock: NO_LOCK,
      points: [],
      delegate,
      received: EMPTY_SUM,
    }));
  }

  /** Applies an operation, or throws and changes nothing. */
  apply(operation: EscrowOperation, timestamp: bigint): void {
    if (operation.kind === "delegate") this.#delegate(operation.account, operation.to, timestamp);
    else this.#change(operation.account, this.#nextLock(operation, timestamp), timestamp);
  }

  lockOf(index: number): LockState & { away: boolean; points: number } {
    const { lock, delegate, points } = this.#at(index);
    return { ...lock, away: delegate !== index, points: points.length };
  }

  pointsOf(index: number): readonly Point[] {
    return this.#at(index).points;
  }

  penaltyOf(index: number, timestamp: bigint): bigint {
    return exitPenalty(this.#at(index).lock, this.#maxPenaltyBps, timestamp);
  }

  balanceAt(index: number, timestamp: bigint): bigint {
    const point = pointAt(this.#at(index).points, timestamp);
    return point === undefined ? 0n : powerAt(point, timestamp);
  }

  scoreAt(index: number, timestamp: bigint): bigint {
    const point = pointAt(this.#at(index).points, timestamp);
    return point === undefined ? 0n : scoreAt(point, timestamp);
  }

  votesAt(index: number, timestamp: bigint): bigint {
    const { points, received } = this.#at(index);
    const point = pointAt(points, timestamp);
    const own = point === undefined || point.away ? 0n : powerAt(point, timestamp);
    return own + sumAt(received, timestamp);
  }

  supplyAt(timestamp: bigint): bigint {
    return sumAt(this.#total, timestamp);
  }

  get totalLocked(): bigint {
    return this.#total.amount;
  }

  #at(index: number): Account {
    const account = this.#accounts[index];
    if (account === undefined) throw new RangeError(`no account ${index}`);
    return account;
  }

  #lineOf(index: number, timestamp: bigint): Line {
    const { lock } = this.#at(index);
    return lock.amount === 0n ? NO_LINE : lineOf({ ...lock, timestamp });
  }

  #nextLock(operation: Exclude<EscrowOperation, { kind: "delegate" }>, timestamp: bigint): LockState {
    const { lock } = this.#at(operation.account);
    if (operation.kind === "lock") return previewLock(lock, { ...operation, timestamp });
    if (operation.kind === "setPermanent") return previewPermanent(lock, operation.on, timestamp);
    const leaves = operation.kind === "earlyExit";
    if (lock.amount === 0n || isRunning(lock, timestamp) !== leaves) throw new Refused("not the time for this exit");
    if (leaves && timestamp < exitOpensAt(lock)) throw new Refused("the hold is not over");
    return { ...NO_LOCK, heldSince: lock.heldSince };
  }

  #change(index: number, lock: LockState, timestamp: bigint): void {
    const account = this.#at(index);
    const old = this.#lineOf(index, timestamp);
    account.lock = lock;
    const line = this.#lineOf(index, timestamp);
    this.#total = replaceLine(this.#total, { old, line, timestamp });
    if (account.delegate !== index) {
      const voter = this.#at(account.delegate);
      voter.received = replaceLine(voter.received, { old, line, timestamp });
    }
    this.#push(index, line, timestamp);
  }

  #delegate(index: number, to: number, timestamp: bigint): void {
    const account = this.#at(index);
    if (account.delegate === to) return;
    const line = this.#lineOf(index, timestamp);
    const move = (voter: Account, old: Line, next: Line): void => {
      voter.received = replaceLine(voter.received, { old, line: next, timestamp });
    };
    if (account.delegate !== index) move(this.#at(account.delegate), line, NO_LINE);
    if (to !== index) move(this.#at(to), NO_LINE, line);
    account.delegate = to;
    this.#push(index, line, timestamp);
  }

  #push(index: number, { slope, bias }: Line, timestamp: bigint): void {
    const account = this.#at(index);
    const away = account.delegate !== index;
    account.points = pushPoint(account.points, { since: timestamp, slope, bias, away });
  }
}
