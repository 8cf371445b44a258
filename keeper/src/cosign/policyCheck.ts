import { type Canonical, canonicalJson } from "../data/canonical.ts";
import type { MarketSnapshot } from "../data/snapshot.ts";
import type { VaultSnapshot } from "../data/vault.ts";
import type { Guide } from "../execute/keeper.ts";
import { policyFor } from "../methodology/policy.ts";
import { type CostNote, withCosts } from "../plan/costRefit.ts";
import type { Policy } from "../plan/policy.ts";
import type { DecisionRecord } from "../plan/record.ts";
import { CosignRefusal } from "./refusal.ts";

const LEARNT = ["halfSpreadBps", "dayVolumeImpactBps"] as const;

/**
 * Compares the policy that a decision followed with the one that this keeper's configuration has for the vault. `factor`:
 * how many times larger or smaller than configured a learnt cost may be, since every keeper learns costs from when it looked.
 * Throws POLICY_DIFFERS or COSTS_DIFFER; returns what could not be checked, in words.
 */
export function checkPolicy(
  { policy, costModel }: Pick<DecisionRecord, "policy" | "costModel">,
  guide: Guide,
  { market, vault }: { readonly market: MarketSnapshot; readonly vault: VaultSnapshot },
  factor: number,
): readonly string[] {
  const own: Policy = "document" in guide ? policyFor(guide, market, vault) : guide;
  const expected: Policy = { ...own, plan: withCosts(own.plan, costModel) };
  if (canonicalJson(policy satisfies Canonical) !== canonicalJson(expected satisfies Canonical)) {
    const places = differences(policy, expected).slice(0, 5);
    throw new CosignRefusal("POLICY_DIFFERS", "The decision follows another policy than this keeper's for the vault.", {
      at: places.join(", "),
    });
  }
  return costModel === null ? [] : checkCosts(costModel, own, factor);
}

function checkCosts(note: CostNote, { plan }: Policy, factor: number): readonly string[] {
  const changed = LEARNT.filter((key) => note[key].after !== plan[key]);
  for (const key of changed) {
    const [learnt, configured] = [note[key].after, Math.max(1, plan[key])];
    if (learnt <= configured * factor && learnt >= configured / factor) continue;
    throw new CosignRefusal("COSTS_DIFFER", `A learnt cost is more than ${factor} times off the configured one.`, {
      [key]: String(learnt),
      configured: String(plan[key]),
    });
  }
  if (changed.length === 0) return [];
  return [`Costs learnt from fills are taken within ${factor} times of those configured: ${changed.join(", ")}.`];
}

/** Paths at which two values differ. */
export function differences(a: unknown, b: unknown, path = "$"): readonly string[] {
  if (a === b) return [];
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return [path];
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
  return keys.flatMap((key) => differences(left[key], right[key], `${path}.${key}`));
}
