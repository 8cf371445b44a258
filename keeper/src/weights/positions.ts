import type { AssetId } from "../data/source.ts";
import type { VaultSnapshot } from "../data/vault.ts";
import type { DecisionMemory, PositionMemory, TokenMemory } from "../signals/opinion.ts";
import { updateEntry } from "./profitLadder.ts";
import type { Weights } from "./targets.ts";

/**
 * A memory brought up to what became of its decision. What was planned counts once the vault has opened that epoch and nobody
 * cancelled it; a proposal that was refused, vetoed or never sent changed nothing. What the vault does not hold has no entry
 * price, and is wanted still only while the epoch that buys it is open.
 */
export function memoryNow(memory: DecisionMemory, vault: VaultSnapshot): DecisionMemory {
  const { planned } = memory;
  const { epoch, block } = vault;
  const opened = planned !== null && epoch.id >= planned.epoch && !(epoch.id === planned.epoch && epoch.cancelled);
  const underWay = opened && epoch.id === planned.epoch && block.timestamp < epoch.closesAt;
  const known = new Map(vault.assets.map((item) => [item.asset, item]));
  const tokens = Object.entries(memory.tokens).map(([asset, before]): readonly [AssetId, TokenMemory] => {
    const item = known.get(asset);
    const plan = opened ? planned.positions[asset] : undefined;
    if (item === undefined || item.holdings === 0n) {
      return [asset, { ...before, included: underWay && plan?.included === true, entryPrice: null, profitSteps: 0 }];
    }
    // A sale that the market did not take leaves the position as it was.
    const position = plan === undefined || plan.entryPrice === null ? before : plan;
    const now = item.price === 0n ? null : priceOf(item.price);
    const { profitSteps } = position;
    return [asset, { ...before, included: true, entryPrice: position.entryPrice ?? now, profitSteps }];
  });
  return { ...memory, tokens: Object.fromEntries(tokens), planned: null };
}

/** What the portfolio remembers of a decision: as things stand, and as they will if its proposal comes about. */
export interface Positions {
  readonly positions: ReadonlyMap<AssetId, PositionMemory>;
  readonly planned: DecisionMemory["planned"];
}

/** What the positions of a decision are remembered from. */
export interface PositionInputs {
  readonly vault: VaultSnapshot;
  readonly memory: DecisionMemory; // after `memoryNow`
  readonly current: Weights; // {bps}
  readonly proposed: Weights; // {bps}
  readonly included: ReadonlySet<AssetId>;
  readonly profitSteps: ReadonlyMap<AssetId, number>; // if its sale is proposed
  readonly acts: boolean;
}

/** Entry prices, rungs of the profit ladder and convictions of every token, with and without the decision's proposal. */
export function positionsAfter(inputs: PositionInputs): Positions {
  const { vault, memory, current, proposed, included, profitSteps, acts } = inputs;
  const positions = new Map<AssetId, PositionMemory>();
  const planned = new Map<AssetId, PositionMemory>();
  for (const { asset, price, holdings } of vault.assets) {
    const before = memory.tokens[asset];
    const entryPrice = before?.entryPrice ?? (holdings === 0n || price === 0n ? null : priceOf(price));
    const now = { entryPrice, profitSteps: before?.profitSteps ?? 0 };
    positions.set(asset, { ...now, included: included.has(asset) && (holdings > 0n || before?.included === true) });

    const [from, to] = [current.get(asset) ?? 0, proposed.get(asset) ?? 0];
    const steps = to < from ? (profitSteps.get(asset) ?? now.profitSteps) : now.profitSteps;
    const next = price === 0n ? now : updateEntry({ ...now, profitSteps: steps }, priceOf(price), from, to);
    planned.set(asset, { ...next, included: included.has(asset) && to > 0 });
  }
  const epoch = vault.epoch.id + 1;
  return { positions, planned: acts ? { epoch, positions: Object.fromEntries(planned) } : null };
}

/** D27{USD} as a decimal number with 18 digits, which is what entry prices are kept with. */
export function priceOf(price: bigint): string {
  const text = String(price / 1_000_000_000n).padStart(19, "0");
  return `${text.slice(0, -18)}.${text.slice(-18)}`;
}
