const LARGEST_ROUNDS = 2_000;
const TOLERANCE = 1e-13;

/**
 * Shares that sum to 1 and carry equal parts of the risk: w_i (Sw)_i is the same for all. Cyclical coordinate descent
 * (Griveau-Billion, Richard, Roncalli 2013). Null when the matrix has a hole or it does not converge.
 */
export function riskParityShares(covariance: Float64Array, n: number): Float64Array | null {
  const shares = inverseVolatilityShares(covariance, n);
  if (shares === null || !covariance.every((value) => Number.isFinite(value))) return null;
  // In units of the mean variance the search works with figures near 1.
  let scale = 0;
  for (let i = 0; i < n; i++) scale += (covariance[i * n + i] ?? 0) / n;
  for (let round = 0; round < LARGEST_ROUNDS; round++) {
    let change = 0;
    for (let i = 0; i < n; i++) {
      let others = 0;
      for (let j = 0; j < n; j++) if (j !== i) others += ((covariance[i * n + j] ?? 0) / scale) * (shares[j] ?? 0);
      const own = (covariance[i * n + i] ?? 0) / scale;
      const next = (-others + Math.sqrt(others * others + (4 * own) / n)) / (2 * own);
      change = Math.max(change, Math.abs(next - (shares[i] ?? 0)) / next);
      shares[i] = next;
    }
    if (Number.isNaN(change)) return null;
    if (change < TOLERANCE) return normalised(shares);
  }
  return null;
}

/** Shares in proportion to 1 / volatility; null when a variance is missing or 0. */
export function inverseVolatilityShares(covariance: Float64Array, n: number): Float64Array | null {
  const shares = Float64Array.from({ length: n }, (_, i) => 1 / Math.sqrt(covariance[i * n + i] ?? Number.NaN));
  return shares.every((share) => Number.isFinite(share) && share > 0) ? normalised(shares) : null;
}

function normalised(shares: Float64Array): Float64Array {
  const sum = shares.reduce((all, share) => all + share, 0);
  return shares.map((share) => share / sum);
}
