import type { Address, Hex } from "viem";
import type { AssetProfile, MarketSnapshot } from "../../../keeper/src/data/snapshot.ts";
import type { SourceInfo } from "../../../keeper/src/data/source.ts";
import type { Day } from "../../../keeper/src/data/time.ts";
import type { MarketPanel } from "../../../keeper/src/features/marketPanel.ts";
import { marketState, riskAssets } from "../../../keeper/src/features/marketState.ts";
import { seriesOf } from "../../../keeper/src/features/panelSeries.ts";
import type { Outlook } from "../../../keeper/src/models/outlook.ts";
import type { Policy } from "../../../keeper/src/plan/policy.ts";
import type { DecisionRecord } from "../../../keeper/src/plan/record.ts";
import { gradeTokens } from "../../../keeper/src/signals/grades.ts";
import { markovStates } from "../../../keeper/src/signals/hiddenStates.ts";
import { investorDrivers } from "../../../keeper/src/signals/investorDrivers.ts";
import {
  type DecisionMemory,
  type Driver,
  NO_MEMORY,
  type Opinion,
  type Stance,
} from "../../../keeper/src/signals/opinion.ts";
import { type MarketRegime, marketRegime, withAnomalies } from "../../../keeper/src/signals/regime.ts";
import { createOutlook } from "../../../keeper/src/training/outlook.ts";
import { prepareMarket, scorerOf } from "../../../keeper/src/training/sentimentHead.ts";
import { type EnsembleState, stateHash } from "../../../keeper/src/training/state.ts";
import { type VolumeSource, volumeAt } from "./bars.ts";
import { changeOver, known, newest } from "./figures.ts";
import { nameOf, symbolOf } from "./names.ts";
import { type NewestHeadlines, newestHeadlines, type Sentiment, sentimentOf } from "./news.ts";
import { learntOnce, type MarketOverview, marketOverview, type RegimeChange, regimeChanges } from "./overview.ts";
import { type QuantMetrics, quantMetrics } from "./quant.ts";

/** {days} of the windows that quant metrics are stored for. */
export const QUANT_WINDOWS = [90, 365] as const;

/** What a day is graded from: the stored inputs of one decision. */
export interface GradingInputs {
  readonly record: DecisionRecord;
  readonly decision: Hex; // hash of the record
  readonly market: MarketSnapshot;
  readonly model: EnsembleState | null;
  readonly policy: Policy;
  /** What was said on the last day that was graded; null: this is the first one. */
  readonly before: DayBefore | null;
}

/** What one day hands to the next: stances, which are given up later than they are taken, and grades to compare with. */
export interface DayBefore {
  readonly day: Day;
  readonly tokens: ReadonlyMap<string, TokenBefore>;
}

/** The part of a token's day that the next day needs. */
export type TokenBefore = Pick<TokenDay, "stance" | "stanceSince" | "stanceAtLeast" | "traderGrade" | "investorGrade">;

/** Grades of the last day that was graded before. */
export interface PreviousGrades {
  readonly day: Day;
  readonly traderGrade: number | null;
  readonly investorGrade: number | null;
}

/** Everything about one day beside its tokens, with what is needed to make it again. */
export interface DayHead {
  readonly day: Day; // last finished day of the data
  readonly asOf: number; // {s} of the decision
  readonly block: { readonly number: string; readonly hash: Hex };
  readonly chainId: number;
  readonly vault: Address;
  readonly decision: Hex;
  readonly market: Hex; // hash of the snapshot
  readonly model: {
    readonly hash: Hex | null;
    readonly spoke: Outlook["source"];
    readonly fittedOn: Day | null;
    readonly weightsBps: { readonly [member: string]: number };
    readonly notes: readonly string[];
  };
  readonly source: { readonly [K in keyof SourceInfo]: SourceInfo[K] };
  readonly compared: number; // tokens that the grades compare
  readonly possible: number; // data points that there are
  readonly regime: MarketRegime;
  readonly regimeChanges: readonly RegimeChange[];
  readonly overview: MarketOverview;
  readonly sentiment: Sentiment | null;
  readonly stances: { readonly [stance in Stance]: number };
}

/** Whether the newest listing of the market has a token, an earlier one of the last months had it, or none. */
export type ListingState = "listed" | "left" | "unlisted";

/** One token on one day. */
export interface TokenDay {
  readonly token: string; // name in the data, unique
  readonly symbol: string; // what it is traded as; two tokens may share it
  readonly name: string | null;
  readonly category: string;
  readonly sector: string;
  readonly ecosystem: string;
  readonly rank: number | null;
  readonly listing: ListingState;
  readonly price: number | null; // {USD}
  readonly priceDay: Day | null;
  readonly marketCap: number | null; // {USD}
  readonly volume: number | null; // {USD/day}
  readonly volumeSource: VolumeSource | null;
  readonly supply: number | null; // {tok} circulating, by the newest listing
  readonly dilutedCap: number | null; // {USD}
  readonly change1: number | null; // {1}
  readonly change7: number | null;
  readonly change30: number | null;
  readonly traderGrade: number | null;
  readonly investorGrade: number | null;
  readonly stance: Stance;
  readonly stanceSince: Day;
  readonly stanceAtLeast: boolean; // it may be older: it was there on the first day that was ever graded
  readonly known: number; // data points
  readonly previous: PreviousGrades | null; // null: the token was not graded before
  readonly detail: TokenDetail;
}

/** What nobody sorts or filters by. */
export interface TokenDetail {
  readonly traderDrivers: readonly Driver[];
  readonly investorDrivers: readonly Driver[];
  readonly suspicious: boolean;
  readonly reasons: readonly string[];
  readonly sentiment: Sentiment | null;
  readonly quant: readonly QuantMetrics[]; // one a window
}

/** A day with every token that its snapshot knows. */
export interface MarketDay {
  readonly head: DayHead;
  readonly tokens: readonly TokenDay[]; // ascending by token
}

/**
 * Grades every token that carries risk and that the newest listing has, all of them beside each other, from what one decision
 * saw. Pure: equal inputs give equal days. A decision compares the tokens of its own index's universe, so that its grade of a
 * token may differ from this one by a few points.
 */
export function gradeDay(inputs: GradingInputs): MarketDay {
  const { record, market, model, policy, before } = inputs;
  const { panel } = prepareMarket(market, model);
  const graded = gradedAssets(panel, market, record);
  const outlook = createOutlook(panel, model, policy.ensemble, graded);
  const hidden = learntOnce(markovStates);
  const regime = withAnomalies(marketRegime(panel, policy.regime, hidden), outlook.anomaly, policy.regime);
  const opinions = gradeTokens({ outlook, panel, regime, memory: memoryOf(before), params: policy.grades });
  const drivers = investorDrivers(outlook, policy.grades);
  const news = newestHeadlines(market, panel, market.lastDay, scorerOf(model));
  const state = marketState(panel);
  const shared = {
    panel,
    before,
    news,
    index: state.index,
    profiles: new Map(market.profiles.map((profile) => [profile.asset, profile])),
    opinions: new Map(opinions.map((opinion, row) => [opinion.asset, { opinion, drivers: drivers[row] ?? [] }])),
  };
  const tokens = panel.assets.map((asset, i) => tokenDay(asset, i, shared));
  const head = {
    ...headOf(inputs, outlook),
    regime,
    regimeChanges: regimeChanges(panel, policy.regime, hidden),
    overview: marketOverview(panel, state),
    sentiment: sentimentOf((name) => panel.macro(name), panel.days - 1, news.market),
    stances: countStances(tokens),
  };
  return { head, tokens };
}

/** Tokens that carry risk and are listed, and those that the decision's index may hold. */
function gradedAssets(panel: MarketPanel, market: MarketSnapshot, record: DecisionRecord): readonly string[] {
  const listed = new Set(market.profiles.filter(({ rank }) => rank !== null).map(({ asset }) => asset));
  const basket = new Set(record.assets.map(({ asset }) => asset));
  return riskAssets(panel)
    .map((i) => panel.assets[i] ?? "")
    .filter((asset) => listed.has(asset) || basket.has(asset));
}

function memoryOf(before: DayBefore | null): DecisionMemory {
  const entries = [...(before?.tokens ?? [])].map(([asset, { stance }]) => {
    const rest = { included: false, unwantedFor: 0, entryPrice: null, profitSteps: 0, traderGrade: null };
    return [asset, { stance, ...rest }] as const;
  });
  return { ...NO_MEMORY, tokens: Object.fromEntries(entries) };
}

interface Shared {
  readonly panel: MarketPanel;
  readonly before: DayBefore | null;
  readonly news: NewestHeadlines;
  readonly index: Float64Array;
  readonly profiles: ReadonlyMap<string, AssetProfile>;
  readonly opinions: ReadonlyMap<string, { readonly opinion: Opinion; readonly drivers: readonly Driver[] }>;
}

function tokenDay(token: string, asset: number, shared: Shared): TokenDay {
  const { panel, news, index } = shared;
  const t = panel.days - 1;
  const close = panel.column("close", asset);
  const { category = "unlisted", sector = "other", ecosystem = "unknown" } = panel.classes[asset] ?? {};
  const price = newest(close, t, panel.firstDay);
  const series = seriesOf(panel);
  const rank = shared.profiles.get(token)?.rank ?? null;
  const { opinion, drivers } = shared.opinions.get(token) ?? { opinion: null, drivers: [] };
  return {
    token,
    symbol: symbolOf(token),
    name: nameOf(token),
    category,
    sector,
    ecosystem,
    rank,
    listing: rank !== null ? "listed" : category === "unlisted" ? "unlisted" : "left",
    price: price?.value ?? null,
    priceDay: price?.day ?? null,
    marketCap: known(series.cap(asset, t)),
    ...volumeOf(panel, asset, t),
    supply: known(series.listed("listedSupply", asset, t)),
    dilutedCap: known(series.listed("dilutedCap", asset, t)),
    change1: changeOver(close, t, 1),
    change7: changeOver(close, t, 7),
    change30: changeOver(close, t, 30),
    traderGrade: opinion?.traderGrade ?? null,
    investorGrade: opinion?.investorGrade ?? null,
    ...stanceOf(token, opinion?.stance ?? "unknown", panel.firstDay + t, shared.before),
    known: opinion?.known ?? 0,
    previous: previousOf(token, shared.before),
    detail: {
      traderDrivers: opinion?.drivers ?? [],
      investorDrivers: drivers,
      suspicious: opinion?.suspicious ?? false,
      reasons: opinion?.reasons ?? [whyUngraded(token, category, rank)],
      sentiment: sentimentOf((name) => panel.column(name, asset), t, news.ofAsset.get(token) ?? []),
      quant: QUANT_WINDOWS.map((window) => quantMetrics(close, index, t, window)),
    },
  };
}

/** The day's own volume, else what the newest listing said. */
function volumeOf(panel: MarketPanel, asset: number, t: number): Pick<TokenDay, "volume" | "volumeSource"> {
  const own = volumeAt(panel, asset, t);
  if (own.volume !== null) return own;
  const listed = known(seriesOf(panel).listed("listedVolume", asset, t));
  return { volume: listed, volumeSource: listed === null ? null : "listing" };
}

function stanceOf(
  token: string,
  stance: Stance,
  day: Day,
  before: DayBefore | null,
): Pick<TokenDay, "stance" | "stanceSince" | "stanceAtLeast"> {
  const last = before?.tokens.get(token);
  if (last?.stance === stance) {
    return { stance, stanceSince: last.stanceSince, stanceAtLeast: last.stanceAtLeast };
  }
  // On the first day of all nobody knows how old a stance is.
  return { stance, stanceSince: day, stanceAtLeast: before === null };
}

function previousOf(token: string, before: DayBefore | null): PreviousGrades | null {
  const last = before?.tokens.get(token);
  if (before === null || last === undefined) return null;
  const { traderGrade, investorGrade } = last;
  return traderGrade === null && investorGrade === null ? null : { day: before.day, traderGrade, investorGrade };
}

function whyUngraded(token: string, category: string, rank: number | null): string {
  if (category === "stable") return `${token} has no grade: it is a stable token.`;
  if (category === "wrapped") return `${token} has no grade: it is a wrapped copy of another token.`;
  if (rank === null) return `${token} has no grade: the newest listing of the market does not have it.`;
  return `${token} has no grade.`;
}

function headOf(
  { record, decision, market, model }: GradingInputs,
  outlook: Outlook,
): Omit<DayHead, "regime" | "regimeChanges" | "overview" | "sentiment" | "stances"> {
  return {
    day: market.lastDay,
    asOf: record.asOf,
    block: record.block,
    chainId: record.chainId,
    vault: record.vault,
    decision,
    market: record.inputs.market,
    model: {
      hash: model === null ? null : stateHash(model),
      spoke: outlook.source,
      fittedOn: model?.champion?.fittedOn ?? null,
      weightsBps: model?.weightsBps ?? {},
      notes: outlook.notes,
    },
    source: { ...market.source },
    compared: outlook.assets.length,
    possible: outlook.matrix.features.length,
  };
}

function countStances(tokens: readonly TokenDay[]): DayHead["stances"] {
  const counts = { bullish: 0, neutral: 0, bearish: 0, unknown: 0 };
  for (const { stance, known } of tokens) if (known > 0) counts[stance]++;
  return counts;
}
