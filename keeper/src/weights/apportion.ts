import type { AssetId } from "../data/source.ts";
import { WeightsError } from "../errors.ts";

/** A claim on a part of a whole. Claims are in any unit; only their ratios count. */
export interface Claim {
  readonly asset: AssetId;
  readonly size: bigint; // >= 0
}

/**
 * Splits `total` among claims in proportion, in whole units, by largest remainder; equal remainders go to the
 * alphabetically first asset. With `total` <= the sum of the sizes nobody gets more than its size.
 *
 * @example
 * apportion(10, [{ asset: "A", size: 1n }, { asset: "B", size: 2n }]) // Map { A => 3, B => 7 }
 */
export function apportion(total: number, claims: readonly Claim[]): ReadonlyMap<AssetId, number> {
  const sum = claims.reduce((all, claim) => all + claim.size, 0n);
  if (sum === 0n) {
    if (total > 0) throw new WeightsError("There is nothing to split among.", { total: String(total) });
    return new Map(claims.map(({ asset }) => [asset, 0]));
  }

  const exact = claims.map(({ asset, size }) => {
    const product = BigInt(total) * size;
    return { asset, units: Number(product / sum), remainder: product % sum };
  });
  const left = total - exact.reduce((all, { units }) => all + units, 0);
  const lucky = new Set(
    [...exact]
      .sort((a, b) => (a.remainder === b.remainder ? (a.asset < b.asset ? -1 : 1) : a.remainder > b.remainder ? -1 : 1))
      .slice(0, left)
      .map(({ asset }) => asset),
  );
  return new Map(exact.map(({ asset, units }) => [asset, units + (lucky.has(asset) ? 1 : 0)]));
}

/** A claim with the largest part it may get. */
export interface CappedClaim extends Claim {
  readonly cap: number;
}

/**
 * Splits `total` in proportion with a cap for each: what is over a cap goes to the others, again in proportion, until
 * nobody is over. What no cap leaves room for is returned as `unplaced`.
 */
export function apportionCapped(
  total: number,
  claims: readonly CappedClaim[],
): { readonly parts: ReadonlyMap<AssetId, number>; readonly unplaced: number } {
  const parts = new Map(claims.map(({ asset }) => [asset, 0]));
  let open = claims.filter(({ size, cap }) => size > 0n && cap > 0);
  let left = total;

  while (open.length > 0) {
    const sum = open.reduce((all, { size }) => all + size, 0n);
    const full = open.filter(({ size, cap }) => BigInt(left) * size >= BigInt(cap) * sum);
    if (full.length === 0) break;
    for (const { asset, cap } of full) {
      parts.set(asset, cap);
      left -= cap;
    }
    const closed = new Set(full);
    open = open.filter((claim) => !closed.has(claim));
  }

  if (open.length === 0) return { parts, unplaced: left };
  for (const [asset, units] of apportion(left, open)) parts.set(asset, units);
  return { parts, unplaced: 0 };
}

/** A claim that shares a second cap with others of its group. */
export interface GroupedClaim extends CappedClaim {
  readonly group: string;
}

/**
 * `apportionCapped` with a cap for each group as well. A group that would be over it gets exactly the cap, split by the same
 * rules, and what it leaves goes to the others.
 */
export function apportionGrouped(
  total: number,
  claims: readonly GroupedClaim[],
  groupCap: number,
): { readonly parts: ReadonlyMap<AssetId, number>; readonly unplaced: number } {
  const parts = new Map(claims.map(({ asset }) => [asset, 0]));
  let open = claims;
  let left = total;
  for (;;) {
    const round = apportionCapped(left, open);
    const sums = new Map<string, number>();
    for (const { asset, group } of open) sums.set(group, (sums.get(group) ?? 0) + (round.parts.get(asset) ?? 0));
    const full = new Set([...sums].flatMap(([group, sum]) => (sum > groupCap ? [group] : [])));
    if (full.size === 0) {
      for (const [asset, units] of round.parts) parts.set(asset, units);
      return { parts, unplaced: round.unplaced };
    }
    for (const group of full) {
      const members = open.filter((claim) => claim.group === group);
      for (const [asset, units] of apportionCapped(groupCap, members).parts) parts.set(asset, units);
      left -= groupCap;
    }
    open = open.filter(({ group }) => !full.has(group));
  }
}
