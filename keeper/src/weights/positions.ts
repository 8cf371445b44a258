import type { AssetId } from "../data/source.ts";
import type { VaultSnapshot } from "../data/vault.ts";
import type { PositionMemory } from "../signals/memory.ts";
import type { DecisionMemory } from "../signals/opinion.ts";
import { updateEntry } from "./profitLadder.ts";
import type { Weights } from "./targets.ts";

/** What the portfolio remembers once the weights go from `current` to `proposed` {bps}. */
export interface PositionInputs {
  readonly vault: VaultSnapshot;
  readonly memory: DecisionMemory;
  readonly current: Weights;
  readonly proposed: Weights;
  readonly included: ReadonlySet<AssetId>;
  readonly profitSteps: ReadonlyMap<AssetId, number>; // if the plan acts
  readonly acts: boolean;
}

/** Entry prices, rungs of the profit ladder and convictions after a decision, for every token that is held or wanted. */
export function positionsAfter(inputs: PositionInputs): ReadonlyMap<AssetId, PositionMemory> {
  const { vault, memory, current, proposed, included, profitSteps, acts } = inputs;
  const entries = vault.assets.map(({ asset, price }) => {
    const before = memory.tokens[asset];
    const steps = acts ? profitSteps.get(asset) : undefined;
    const seen = before === undefined ? undefined : { ...before, profitSteps: steps ?? before.profitSteps };
    const after = proposed.get(asset) ?? 0;
    const entry =
      price === 0n
        ? { entryPrice: before?.entryPrice ?? null, profitSteps: before?.profitSteps ?? 0 }
        : updateEntry(seen, decimalOf(price), current.get(asset) ?? 0, after);
    return [asset, { included: included.has(asset), ...entry }] as const;
  });
  return new Map(entries);
}

/** D27{USD} as a decimal number with 18 digits, which is what entry prices are kept with. */
function decimalOf(price: bigint): string {
  const text = String(price / 1_000_000_000n).padStart(19, "0");
  return `${text.slice(0, -18)}.${text.slice(-18)}`;
}
