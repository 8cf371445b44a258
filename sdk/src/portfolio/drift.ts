import type { Address } from "viem";
import { D18, mulDiv } from "../math/fixed.ts";
import { apportion } from "./apportion.ts";
import { PortfolioInvalidError, WithdrawalTooLargeError } from "./errors.ts";

const WHOLE = 10_000n;

/** A part of a plan and what is held of it. */
export type Position = {
  vault: Address;
  /** {bps} of the plan; all positions sum to 10,000. */
  targetBps: number;
  /** {raw cash} that the shares held are worth now. */
  value: bigint;
};

/** When a difference counts: past either of the two. */
export type DriftThresholds = {
  /** {bps of the whole} */
  absoluteBps: number;
  /** {bps of the target}; does not apply to a target of 0. */
  relativeBps: number;
};

/** The 5/25 rule: five points of the whole, or a quarter of the target. */
export const DEFAULT_THRESHOLDS: Readonly<DriftThresholds> = Object.freeze({ absoluteBps: 500, relativeBps: 2_500 });

export type PositionDrift = Position & {
  /** {bps} of the whole, all sum to 10,000; 0 while nothing is held. */
  weightBps: number;
  /** {raw cash} that the target stands for; all sum to the whole. */
  targetValue: bigint;
  /** {bps} weight - target; positive: more than planned. */
  differenceBps: number;
  /** {raw cash} value - target; positive: more than planned. All sum to 0. */
  difference: bigint;
  /** The thresholds that the difference is past. */
  beyond: readonly ("absolute" | "relative")[];
};

export type DriftReport = {
  /** {raw cash} */
  total: bigint;
  positions: readonly PositionDrift[];
  /** {bps} half the sum of the absolute differences: what would have to be moved. */
  driftBps: number;
  /** Whether any position is past a threshold. */
  isBeyond: boolean;
};

/** What one position gets or gives. */
export type PositionAmount = { vault: Address /** {raw cash} */; amount: bigint };

/** {raw cash} of shares at a value D18{USD/share}; cash counts as one USD. Rounded down. */
export function cashValue(shares: bigint, perShare: bigint, cashDecimals: number): bigint {
  return mulDiv(mulDiv(shares, perShare, D18), 10n ** BigInt(cashDecimals), D18);
}

function requirePositions(positions: readonly Position[]): void {
  const seen = new Set<string>();
  for (const [index, { vault, targetBps, value }] of positions.entries()) {
    const field = `positions[${index}]`;
    if (!Number.isInteger(targetBps) || targetBps < 0) {
      throw new PortfolioInvalidError(`${field}.targetBps`, `must be whole basis points, not ${targetBps}`);
    }
    if (value < 0n) throw new PortfolioInvalidError(`${field}.value`, `must not be negative, and is ${value}`);
    if (seen.has(vault.toLowerCase()))
      throw new PortfolioInvalidError(`${field}.vault`, `holds ${vault} a second time`);
    seen.add(vault.toLowerCase());
  }
  const sum = positions.reduce((all, { targetBps }) => all + targetBps, 0);
  if (sum !== Number(WHOLE)) throw new PortfolioInvalidError("positions", `must have targets of 10000 bps, not ${sum}`);
}

function requireThresholds({ absoluteBps, relativeBps }: DriftThresholds): void {
  for (const [field, value] of Object.entries({ absoluteBps, relativeBps })) {
    if (Number.isInteger(value) && value >= 0) continue;
    throw new PortfolioInvalidError(`thresholds.${field}`, `must be whole basis points, not ${value}`);
  }
}

function totalOf(positions: readonly Position[]): bigint {
  return positions.reduce((sum, { value }) => sum + value, 0n);
}

/** {raw cash} What each target stands for in a whole. */
function targetValues(positions: readonly Position[], total: bigint): bigint[] {
  return apportion(
    total,
    positions.map(({ targetBps }) => BigInt(targetBps)),
  );
}

const above = (value: bigint): bigint => (value > 0n ? value : 0n);
const size = (value: bigint): bigint => (value < 0n ? -value : value);

/**
 * How far holdings are from their plan, index by index, in basis points and in cash.
 *
 * @example
 * const { positions, isBeyond } = compareWithPlan(held, { absoluteBps: 500, relativeBps: 2_500 });
 */
export function compareWithPlan(
  positions: readonly Position[],
  thresholds: DriftThresholds = DEFAULT_THRESHOLDS,
): DriftReport {
  requirePositions(positions);
  requireThresholds(thresholds);
  const total = totalOf(positions);
  const targets = targetValues(positions, total);
  const weights = apportion(
    WHOLE,
    positions.map(({ value }) => value),
  );
  const list = positions.map((position, i): PositionDrift => {
    const { value, targetBps } = position;
    // Past a threshold or not is decided on what is not rounded: value / total - target, times total and 10,000.
    const exact = size(value * WHOLE - total * BigInt(targetBps));
    const isAbsolute = exact > total * BigInt(thresholds.absoluteBps);
    const isRelative = targetBps > 0 && exact * WHOLE > total * BigInt(targetBps) * BigInt(thresholds.relativeBps);
    const targetValue = targets[i] ?? 0n;
    const weightBps = Number(weights[i] ?? 0n);
    const beyond = [...(isAbsolute ? (["absolute"] as const) : []), ...(isRelative ? (["relative"] as const) : [])];
    const differenceBps = total === 0n ? 0 : weightBps - targetBps;
    return Object.freeze({
      ...position,
      weightBps,
      targetValue,
      differenceBps,
      difference: value - targetValue,
      beyond,
    });
  });
  const driftBps = list.reduce((sum, { differenceBps }) => sum + Math.abs(differenceBps), 0) / 2;
  return Object.freeze({ total, positions: list, driftBps, isBeyond: list.some(({ beyond }) => beyond.length > 0) });
}

function toAmounts(positions: readonly Position[], amounts: readonly bigint[]): PositionAmount[] {
  return positions.map(({ vault }, i) => ({ vault, amount: amounts[i] ?? 0n }));
}

/** Gaps without the smallest ones, until every part of `total` is at least `least`; the largest gap always stays. */
function withoutDust(total: bigint, gaps: readonly bigint[], least: bigint): bigint[] {
  const kept = [...gaps];
  for (;;) {
    const parts = apportion(total, kept);
    const open = [...kept.keys()].filter((i) => (kept[i] ?? 0n) > 0n);
    const dust = open.filter((i) => (parts[i] ?? 0n) < least);
    if (dust.length === 0 || open.length === 1) return parts;
    const smallest = open.reduce((min, i) => ((kept[i] ?? 0n) < (kept[min] ?? 0n) ? i : min));
    kept[smallest] = 0n;
  }
}

/**
 * Splits a deposit over the positions that hold less than their part of the new whole, in proportion to what they lack.
 * Whole units of cash, the sum is the deposit, nothing is ever sold.
 *
 * @param least {raw cash} parts below it are not worth a request: they go to the positions that lack most. Default 1.
 *
 * @example
 * splitDeposit([{ vault: a, targetBps: 5_000, value: 60n }, { vault: b, targetBps: 5_000, value: 20n }], 20n); // a: 0n, b: 20n
 */
export function splitDeposit(positions: readonly Position[], deposit: bigint, least = 1n): PositionAmount[] {
  requirePositions(positions);
  if (deposit <= 0n) throw new PortfolioInvalidError("deposit", `must be more than zero, not ${deposit}`);
  const targets = targetValues(positions, totalOf(positions) + deposit);
  const gaps = positions.map(({ value }, i) => above((targets[i] ?? 0n) - value));
  return toAmounts(positions, withoutDust(deposit, gaps, least));
}

/**
 * Takes a withdrawal from the positions that hold more than their part of what stays, in proportion to what they have
 * beyond it. Whole units of cash, the sum is the withdrawal, and nobody gives more than it holds.
 *
 * @throws WithdrawalTooLargeError when the holdings are worth less.
 */
export function splitWithdrawal(positions: readonly Position[], withdrawal: bigint): PositionAmount[] {
  requirePositions(positions);
  if (withdrawal <= 0n) throw new PortfolioInvalidError("withdrawal", `must be more than zero, not ${withdrawal}`);
  const total = totalOf(positions);
  if (withdrawal > total) throw new WithdrawalTooLargeError(withdrawal, total);
  const targets = targetValues(positions, total - withdrawal);
  const spare = positions.map(({ value }, i) => above(value - (targets[i] ?? 0n)));
  return toAmounts(positions, apportion(withdrawal, spare));
}

export type Rebalance = {
  /** {raw cash} to be sold of each, in the order of the positions; only what is not zero. */
  sells: readonly PositionAmount[];
  /** {raw cash} to be bought; the sum is that of the sells. */
  buys: readonly PositionAmount[];
};

/**
 * What would bring every position that is past a threshold back to its target. Positions within their thresholds are touched
 * only as far as they must give or take what those need. Nothing is suggested while nobody is past a threshold.
 */
export function suggestRebalance(
  positions: readonly Position[],
  thresholds: DriftThresholds = DEFAULT_THRESHOLDS,
): Rebalance {
  const report = compareWithPlan(positions, thresholds);
  if (!report.isBeyond) return { sells: [], buys: [] };
  const isPast = report.positions.map(({ beyond }) => beyond.length > 0);
  // {raw cash} positive: to sell.
  const moves = report.positions.map(({ difference }, i) => (isPast[i] ? difference : 0n));
  const net = moves.reduce((sum, move) => sum + move, 0n);
  // All differences sum to 0, so the others lack, or have to spare, at least what is missing here.
  const rest = report.positions.map(({ difference }, i) =>
    isPast[i] ? 0n : above(net > 0n ? -difference : difference),
  );
  const others = apportion(size(net), rest);
  const final = moves.map((move, i) => (net > 0n ? move - (others[i] ?? 0n) : move + (others[i] ?? 0n)));
  const pick = (sign: bigint): PositionAmount[] =>
    toAmounts(
      positions,
      final.map((move) => above(sign * move)),
    ).filter(({ amount }) => amount > 0n);
  return { sells: pick(1n), buys: pick(-1n) };
}
