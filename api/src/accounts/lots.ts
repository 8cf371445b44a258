import { mulDiv } from "@gimbal/sdk";

/**
 * How shares came or went.
 * - `bought`: minted in kind, through the zap, or by a batch of deposits;
 * - `received`: a transfer from somebody else, and fee shares;
 * - `sold`: redeemed in kind, through the zap, or by a batch of redemptions;
 * - `sent`: a transfer to somebody else.
 */
export type MovementKind = "bought" | "received" | "sold" | "sent";

/** One change of an account's shares of one index. */
export type Movement = {
  readonly kind: MovementKind;
  /** {share wei}, more than zero */
  readonly shares: bigint;
  /** {share wei} of the mint fee, paid for on top of the shares; 0 for everything but `bought` */
  readonly feeShares: bigint;
  /** D18{USD/share} NAV per share then; null when the index had none */
  readonly nav: bigint | null;
};

/** What is left of one acquisition. */
export type Lot<M extends Movement> = {
  readonly origin: M;
  /** {share wei} gone so far, from the beginning of the lot */
  readonly taken: bigint;
};

/** A part of a lot that a disposal took. */
export type Match<M extends Movement> = {
  readonly origin: M;
  /** {share wei} */
  readonly shares: bigint;
  /** D18{USD} of these shares; null when the index had no NAV then */
  readonly cost: bigint | null;
  /** D18{USD} that they brought; null for what was sent, and without NAV */
  readonly proceeds: bigint | null;
};

/** A disposal with the lots that it used up. */
export type Disposal<M extends Movement> = {
  readonly movement: M;
  readonly matches: readonly Match<M>[];
  /** {share wei} that no known lot covers; the history before them is missing */
  readonly unmatched: bigint;
};

/** Everything that first in, first out makes of an account's movements in one index. */
export type Gains<M extends Movement> = {
  readonly disposals: readonly Disposal<M>[];
  /** Lots that are still there, the oldest first. */
  readonly lots: readonly Lot<M>[];
};

const D18 = 10n ** 18n;

/** D18{USD} value of shares at a NAV, rounded down; null without one. */
export function valueAt(shares: bigint, nav: bigint | null): bigint | null {
  return nav === null ? null : mulDiv(shares, nav, D18);
}

/**
 * D18{USD} that an acquisition cost: the shares and the fee on top at the NAV of then. What came without being paid for (a transfer,
 * a fee) costs what it was worth when it came.
 */
export function costOf({ shares, feeShares, nav }: Movement): bigint | null {
  return valueAt(shares + feeShares, nav);
}

/**
 * The part of a sum that falls on the shares from `from` to `to` of `shares`. Parts of one sum add up to it to the last unit,
 * however it is cut: each is the difference of two floors.
 */
function partOf(sum: bigint | null, shares: bigint, from: bigint, to: bigint): bigint | null {
  return sum === null ? null : mulDiv(sum, to, shares) - mulDiv(sum, from, shares);
}

/** D18{USD} cost of what is left of a lot. */
export function costLeft<M extends Movement>({ origin, taken }: Lot<M>): bigint | null {
  return partOf(costOf(origin), origin.shares, taken, origin.shares);
}

/** {share wei} left of a lot. */
export function sharesLeft<M extends Movement>({ origin, taken }: Lot<M>): bigint {
  return origin.shares - taken;
}

/** D18{USD} that a disposal brought: NAV then; null for what was sent away, which realises nothing. */
export function proceedsOf({ kind, shares, nav }: Movement): bigint | null {
  return kind === "sold" ? valueAt(shares, nav) : null;
}

/** Takes a disposal out of the lots, the oldest first. `lots` is changed. */
function dispose<M extends Movement>(lots: Lot<M>[], movement: M): Disposal<M> {
  const matches: Match<M>[] = [];
  const proceeds = proceedsOf(movement);
  let left = movement.shares;
  for (let lot = lots[0]; lot !== undefined && left > 0n; lot = lots[0]) {
    const { origin, taken } = lot;
    const available = sharesLeft(lot);
    const shares = available < left ? available : left;
    const done = movement.shares - left;
    matches.push({
      origin,
      shares,
      cost: partOf(costOf(origin), origin.shares, taken, taken + shares),
      proceeds: partOf(proceeds, movement.shares, done, done + shares),
    });
    left -= shares;
    if (shares === available) lots.shift();
    else lots[0] = { origin, taken: taken + shares };
  }
  return { movement, matches, unmatched: left };
}

/**
 * First in, first out over an account's movements of one index, in the order in which they happened. Pure, and exact in integers:
 * what the lots cost is what the disposals took plus what is left. A disposal of more than is known never makes a lot negative;
 * what no lot covers is told as `unmatched`.
 */
export function firstInFirstOut<M extends Movement>(movements: readonly M[]): Gains<M> {
  const lots: Lot<M>[] = [];
  const disposals: Disposal<M>[] = [];
  for (const movement of movements) {
    if (movement.shares <= 0n) continue;
    if (movement.kind === "bought" || movement.kind === "received") lots.push({ origin: movement, taken: 0n });
    else disposals.push(dispose(lots, movement));
  }
  return { disposals, lots };
}

/** Sums of one index. A sum is null when one of its parts is not known. All D18{USD} but the shares. */
export type GainTotals = {
  /** {share wei} held */
  readonly shares: bigint;
  readonly cost: bigint | null;
  readonly value: bigint | null;
  readonly unrealised: bigint | null;
  readonly realisedCost: bigint | null;
  readonly proceeds: bigint | null;
  readonly realised: bigint | null;
  /** {share wei} that were sold or sent without a known lot */
  readonly unmatched: bigint;
};

function sum(parts: readonly (bigint | null)[]): bigint | null {
  return parts.reduce((total, part) => (total === null || part === null ? null : total + part), 0n);
}

function minus(a: bigint | null, b: bigint | null): bigint | null {
  return a === null || b === null ? null : a - b;
}

/** D18{USD} a match gained (or lost, negative); null when a side is not known, and for what was sent. */
export function gainOf<M extends Movement>({ cost, proceeds }: Match<M>): bigint | null {
  return minus(proceeds, cost);
}

/** Sums over the disposals and lots of one index. `nav`: D18{USD/share} now. */
export function gainTotals<M extends Movement>({ disposals, lots }: Gains<M>, nav: bigint | null): GainTotals {
  const sold = disposals.filter(({ movement }) => movement.kind === "sold");
  const matches = sold.flatMap((disposal) => disposal.matches);
  const isCovered = sold.every(({ unmatched }) => unmatched === 0n);
  const shares = lots.reduce((total, lot) => total + sharesLeft(lot), 0n);
  const [cost, value] = [sum(lots.map(costLeft)), valueAt(shares, nav)];
  const realisedCost = isCovered ? sum(matches.map((match) => match.cost)) : null;
  const proceeds = sum(sold.map(({ movement }) => proceedsOf(movement)));
  return {
    shares,
    cost,
    value: shares === 0n ? 0n : value,
    unrealised: shares === 0n ? 0n : minus(value, cost),
    realisedCost,
    proceeds,
    realised: minus(proceeds, realisedCost),
    unmatched: disposals.reduce((total, disposal) => total + disposal.unmatched, 0n),
  };
}
