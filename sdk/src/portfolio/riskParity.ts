import { PortfolioInvalidError } from "./errors.ts";
import type { PortfolioIndex } from "./types.ts";

const LARGEST_ROUNDS = 5_000;
const TOLERANCE = 1e-14;

function normalised(shares: readonly number[]): number[] {
  const sum = shares.reduce((all, share) => all + share, 0);
  return shares.map((share) => share / sum);
}

/** {1} Shares in proportion to 1 / volatility. */
export function inverseVolatility(indices: readonly Pick<PortfolioIndex, "volatility">[]): number[] {
  return normalised(
    indices.map(({ volatility }, position) => {
      if (volatility === undefined || !Number.isFinite(volatility) || volatility <= 0) {
        const field = `indices[${position}].volatility`;
        throw new PortfolioInvalidError(field, `must be more than zero for risk parity, not ${volatility}`);
      }
      return 1 / volatility;
    }),
  );
}

function requireCovariance(covariance: readonly (readonly number[])[], n: number): void {
  if (covariance.length !== n) throw new PortfolioInvalidError("covariance", `must have ${n} rows`);
  for (const [i, row] of covariance.entries()) {
    if (row.length !== n) throw new PortfolioInvalidError(`covariance[${i}]`, `must have ${n} columns`);
    for (const [j, value] of row.entries()) {
      const field = `covariance[${i}][${j}]`;
      if (!Number.isFinite(value)) throw new PortfolioInvalidError(field, `must be a number, not ${value}`);
      if (value !== covariance[j]?.[i]) throw new PortfolioInvalidError(field, "must equal its mirror image");
      const bound = Math.sqrt((row[i] ?? 0) * (covariance[j]?.[j] ?? 0));
      if (Math.abs(value) > bound * (1 + 1e-9))
        throw new PortfolioInvalidError(field, "is larger than any correlation allows");
    }
    if ((row[i] ?? 0) <= 0) throw new PortfolioInvalidError(`covariance[${i}][${i}]`, "must be more than zero");
  }
}

/**
 * {1} Shares of which each carries the same part of the risk: w_i (Sw)_i is one for all. Cyclical coordinate descent
 * (Griveau-Billion, Richard and Roncalli 2013); sums, products, quotients and square roots only, so that every machine
 * finds the same bits.
 *
 * @example
 * equalRiskShares([[0.04, 0], [0, 0.01]]); // [0.333, 0.667]
 */
export function equalRiskShares(covariance: readonly (readonly number[])[]): number[] {
  const n = covariance.length;
  requireCovariance(covariance, n);
  // In units of the mean variance the search works with figures near 1.
  const scale = covariance.reduce((sum, row, i) => sum + (row[i] ?? 0) / n, 0);
  const shares = normalised(covariance.map((row, i) => 1 / Math.sqrt(row[i] ?? 1)));
  for (let round = 0; round < LARGEST_ROUNDS; round++) {
    let change = 0;
    for (const [i, row] of covariance.entries()) {
      let others = 0;
      for (const [j, value] of row.entries()) if (j !== i) others += (value / scale) * (shares[j] ?? 0);
      const own = (row[i] ?? 0) / scale;
      const next = (-others + Math.sqrt(others * others + (4 * own) / n)) / (2 * own);
      change = Math.max(change, Math.abs(next - (shares[i] ?? 0)) / next);
      shares[i] = next;
    }
    if (change < TOLERANCE) return normalised(shares);
  }
  throw new PortfolioInvalidError("covariance", "has no shares of equal risk: some mixture is without any");
}
