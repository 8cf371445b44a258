import type { AssetId } from "../data/source.ts";
import { BPS } from "../data/vault.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { capWeightedIndex, dailyReturns, riskAssets } from "../features/marketState.ts";
import { deviation, mean } from "../math/statistics.ts";
import type { DecisionMemory, Opinion } from "./opinion.ts";

/** Thresholds of the events that make a decision due before its schedule. Integers only. */
export type EventParams = {
  readonly spikePercent: number; // {%} of the usual daily deviation that a move of the market must exceed
  readonly spikeLeastBps: number; // {bps} and at least this move
  readonly spikeCooldown: number; // {s}
  readonly sentimentPercent: number; // {%} of the usual daily deviation of the news score, for a break
  readonly fearDrop: number; // points that fear & greed must fall in three days
  readonly sentimentCooldown: number; // {s}
  readonly gradeDrop: number; // points that the trader grade of a held token must fall since the last decision
  readonly gradeCooldown: number; // {s}
};

/** Three days of rest after a spike or a drop, a week after a break of sentiment. */
export const defaultEventParams: EventParams = {
  spikePercent: 300,
  spikeLeastBps: 600,
  spikeCooldown: 259_200,
  sentimentPercent: 300,
  fearDrop: 25,
  sentimentCooldown: 604_800,
  gradeDrop: 30,
  gradeCooldown: 259_200,
};

/** What the triggers look at. Without opinions no grade can drop. */
export interface EventInputs {
  readonly panel: MarketPanel;
  readonly memory: DecisionMemory;
  readonly opinions: readonly Opinion[];
  readonly held: ReadonlySet<AssetId>;
  readonly now: number; // {s}
  readonly params: EventParams;
}

/** Events that happened and are not resting, in words, and the memory with their time. */
export interface EventsFound {
  readonly fired: readonly string[];
  readonly memory: DecisionMemory;
}

const USUAL = 90; // {days} that a move is measured against
const LEAST_USUAL = 45;
const RECENT = 3; // {days}

/** Names of the triggers, as the memory keeps them. */
export const TRIGGERS = ["volatilitySpike", "sentimentBreak", "gradeDrop"] as const;

/** Looks for events that make a decision due now. Each trigger rests for its cooldown after it fired. */
export function findEvents(inputs: EventInputs): EventsFound {
  const { panel, params, memory, now } = inputs;
  const events: { [trigger: string]: number } = { ...memory.events };
  const fired: string[] = [];
  const found = {
    volatilitySpike: { words: spike(panel, params), cooldown: params.spikeCooldown },
    sentimentBreak: { words: sentimentBreak(panel, params), cooldown: params.sentimentCooldown },
    gradeDrop: { words: gradeDrop(inputs), cooldown: params.gradeCooldown },
  };
  for (const trigger of TRIGGERS) {
    const { words, cooldown } = found[trigger];
    const last = memory.events[trigger];
    if (words === null || (last !== undefined && now - last < cooldown)) continue;
    fired.push(words);
    events[trigger] = now;
  }
  return { fired, memory: { ...memory, events } };
}

/** Whether a decision is due before its schedule. */
export function eventDue(inputs: EventInputs): boolean {
  return findEvents(inputs).fired.length > 0;
}

function spike(panel: MarketPanel, params: EventParams): string | null {
  const returns = dailyReturns(capWeightedIndex(panel, riskAssets(panel)));
  const move = returns[panel.days - 1] ?? Number.NaN;
  const usual = deviationBefore(returns, panel.days - 1);
  const size = Math.abs(move);
  if (!(usual > 0) || !(size * 100 > params.spikePercent * usual) || size * BPS < params.spikeLeastBps) return null;
  const times = (size / usual).toFixed(1);
  return `Volatility spike: the market ${move < 0 ? "fell" : "rose"} ${percent(size)} in a day, ${times} times the usual.`;
}

function sentimentBreak(panel: MarketPanel, params: EventParams): string | null {
  const last = panel.days - 1;
  const fear = panel.macro("fearGreed");
  const drop = (fear[last - RECENT] ?? Number.NaN) - (fear[last] ?? Number.NaN);
  if (drop >= params.fearDrop) {
    return `Sentiment break: fear & greed fell ${Math.round(drop)} points in three days, to ${Math.round(fear[last] ?? 0)}.`;
  }
  const news = panel.macro("newsScore");
  const recent = known(news, last - RECENT + 1, last + 1);
  const before = known(news, last - RECENT + 1 - USUAL, last - RECENT + 1);
  if (recent.length < RECENT || before.length < LEAST_USUAL) return null;
  const fall = mean(before) - mean(recent);
  // The mean of three days deviates less than a day does.
  const usual = deviation(before) / Math.sqrt(RECENT);
  if (!(fall * 100 > params.sentimentPercent * usual)) return null;
  const scores = `${mean(recent).toFixed(2)} in three days after ${mean(before).toFixed(2)} before`;
  return `Sentiment break: the news score is ${scores}, on a scale from -1 to 1.`;
}

function gradeDrop({ opinions, memory, held, params }: EventInputs): string | null {
  const drops = opinions.flatMap(({ asset, traderGrade }) => {
    const before = memory.tokens[asset]?.traderGrade ?? null;
    if (!held.has(asset) || traderGrade === null || before === null) return [];
    return before - traderGrade >= params.gradeDrop ? [`${asset} from ${before} to ${traderGrade}`] : [];
  });
  return drops.length === 0 ? null : `Grade drop: trader grade of ${drops.join(", ")} since the last decision.`;
}

function deviationBefore(series: Float64Array, day: number): number {
  const values = known(series, day - USUAL, day);
  return values.length < LEAST_USUAL ? Number.NaN : deviation(values);
}

function known(series: Float64Array, from: number, until: number): Float64Array {
  return series.subarray(Math.max(0, from), Math.max(0, until)).filter((value) => !Number.isNaN(value));
}

function percent(fraction: number): string {
  return `${Math.round(fraction * 100)}%`;
}
