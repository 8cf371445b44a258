/**
 * Hierarchical risk parity (Lopez de Prado 2016): single linkage of the distances sqrt((1 - correlation) / 2), the leaves in
 * the order of the tree, and the weight halved down that order by the variances of both halves. Null when the matrix has a
 * hole or a variance of 0.
 */
export function hierarchicalShares(
  covariance: Float64Array,
  n: number,
): { readonly shares: Float64Array; readonly order: readonly number[] } | null {
  if (!covariance.every((value) => Number.isFinite(value))) return null;
  for (let i = 0; i < n; i++) if (!((covariance[i * n + i] ?? 0) > 0)) return null;
  const order = leafOrder(covariance, n);
  const shares = new Float64Array(n).fill(1);
  const open: (readonly number[])[] = [order];
  for (let leaves = open.pop(); leaves !== undefined; leaves = open.pop()) {
    if (leaves.length < 2) continue;
    const middle = Math.floor(leaves.length / 2);
    const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)];
    const risk = clusterVariance(covariance, n, left);
    const share = 1 - risk / (risk + clusterVariance(covariance, n, right));
    for (const i of left) shares[i] = (shares[i] ?? 0) * share;
    for (const i of right) shares[i] = (shares[i] ?? 0) * (1 - share);
    open.push(left, right);
  }
  return { shares, order };
}

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly distance: number;
}

/** Joins the nearest clusters first; the cluster with the smaller number stands left. */
function leafOrder(covariance: Float64Array, n: number): readonly number[] {
  const clusterOf = Array.from({ length: n }, (_, i) => i);
  const leaves = new Map(clusterOf.map((cluster) => [cluster, [cluster]]));
  spanningTree(covariance, n)
    .sort((a, b) => a.distance - b.distance)
    .forEach(({ from, to }, step) => {
      const [a, b] = [clusterOf[from] ?? 0, clusterOf[to] ?? 0];
      const joined = [...(leaves.get(Math.min(a, b)) ?? []), ...(leaves.get(Math.max(a, b)) ?? [])];
      leaves.delete(a);
      leaves.delete(b);
      leaves.set(n + step, joined);
      for (const leaf of joined) clusterOf[leaf] = n + step;
    });
  return [...leaves.values()][0] ?? [];
}

/** Edges of the least spanning tree (Prim); equal distances go to the smaller index. */
function spanningTree(covariance: Float64Array, n: number): Edge[] {
  const nearest = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const parent = new Int32Array(n);
  const open = new Set(Array.from({ length: n - 1 }, (_, i) => i + 1));
  const edges: Edge[] = [];
  for (let last = 0; open.size > 0; ) {
    let next = -1;
    for (const i of open) {
      const distance = distanceOf(covariance, n, last, i);
      if (distance < (nearest[i] ?? 0)) {
        nearest[i] = distance;
        parent[i] = last;
      }
      if (next < 0 || (nearest[i] ?? 0) < (nearest[next] ?? 0)) next = i;
    }
    edges.push({ from: parent[next] ?? 0, to: next, distance: nearest[next] ?? 0 });
    open.delete(next);
    last = next;
  }
  return edges;
}

function distanceOf(covariance: Float64Array, n: number, i: number, j: number): number {
  const scale = Math.sqrt((covariance[i * n + i] ?? 0) * (covariance[j * n + j] ?? 0));
  const correlation = Math.max(-1, Math.min(1, (covariance[i * n + j] ?? 0) / scale));
  return Math.sqrt((1 - correlation) / 2);
}

/** Variance of a cluster whose members are weighted by 1 / variance. */
function clusterVariance(covariance: Float64Array, n: number, members: readonly number[]): number {
  const inverse = members.map((i) => 1 / (covariance[i * n + i] ?? 1));
  const sum = inverse.reduce((all, value) => all + value, 0);
  let variance = 0;
  members.forEach((i, a) => {
    members.forEach((j, b) => {
      variance += (((inverse[a] ?? 0) * (inverse[b] ?? 0)) / (sum * sum)) * (covariance[i * n + j] ?? 0);
    });
  });
  return variance;
}
