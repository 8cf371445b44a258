import type { AssetId } from "../data/source.ts";
import type { DecisionMemory, Opinion, PositionMemory, TokenMemory } from "./opinion.ts";

/** What the next memory is made of. */
export interface MemoryInputs {
  readonly before: DecisionMemory;
  readonly opinions: readonly Opinion[];
  readonly held: ReadonlySet<AssetId>; // tokens that the vault held when the decision was taken
  readonly judged: ReadonlySet<AssetId>; // those of them that the rules judged
  readonly tracked: ReadonlySet<AssetId>; // tokens that the vault may hold: only these are remembered
  readonly positions: ReadonlyMap<AssetId, PositionMemory>; // if nothing comes of the decision; absent: nothing is held
  readonly planned: DecisionMemory["planned"];
  readonly events: DecisionMemory["events"]; // after `findEvents`
}

const NO_POSITION: PositionMemory = { included: false, entryPrice: null, profitSteps: 0 };

/** What this decision hands to the next one. */
export function nextMemory(inputs: MemoryInputs): DecisionMemory {
  const opinions = new Map(inputs.opinions.map((opinion) => [opinion.asset, opinion]));
  const assets = [...inputs.tracked].sort((a, b) => (a < b ? -1 : 1));
  const tokens = assets.map((asset): readonly [AssetId, TokenMemory] => {
    const opinion = opinions.get(asset);
    const before = inputs.before.tokens[asset];
    const held = inputs.held.has(asset);
    // Of a token whose price is waited for, what was known stays.
    const isWaitedFor = held && !inputs.judged.has(asset);
    const unwanted = held && opinion?.stance !== "bullish";
    const count = before?.unwantedFor ?? 0;
    const { included, entryPrice, profitSteps } = inputs.positions.get(asset) ?? NO_POSITION;
    const memory = {
      stance: (isWaitedFor ? before?.stance : opinion?.stance) ?? "unknown",
      included,
      unwantedFor: isWaitedFor ? count : unwanted ? count + 1 : 0,
      entryPrice,
      profitSteps,
      traderGrade: opinion?.traderGrade ?? null,
    };
    return [asset, memory];
  });
  return { tokens: Object.fromEntries(tokens), events: { ...inputs.events }, planned: inputs.planned };
}
