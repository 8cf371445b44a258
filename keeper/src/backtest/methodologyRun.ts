import { type Methodology, methodologyLimits } from "@gimbal/sdk";
import { captureMarket, type MarketSnapshot } from "../data/snapshot.ts";
import type { AssetId, PointInTimeView } from "../data/source.ts";
import { DAY, type Day, firstKnown, isoFromDay, lastCompleteDay } from "../data/time.ts";
import { DECISION_LOOKBACK } from "../features/dataPoints.ts";
import { decisionPeriod, methodologyPolicy } from "../methodology/policy.ts";
import { type Selection, selectMembers } from "../methodology/universe.ts";
import type { EnsembleSpec } from "../training/params.ts";
import { BASELINES } from "./baselines.ts";
import { basketOf, createDecider, type Decider, type ModelSource, type Observe, observeBasket } from "./decider.ts";
import type { BacktestMarket } from "./market.ts";
import { measurePerformance, type Performance } from "./metrics.ts";
import { type DecisionEntry, type Progress, type Simulation, type SimulationSettings, simulate } from "./simulate.ts";
import type { TradeCosts } from "./tradeCosts.ts";

const PUT_IN = 1_000_000;
/** Coins that the market's regime and the capitalisation-weighted benchmark are made of. */
const MARKET = 100;
/** Fewest members that make an index of a market or a sector. */
const LEAST_MEMBERS = 3;
/** Part of the weeks with fewer members than that, from which on nothing is said. */
const SHORT_WEEKS = 0.25;
/** {days} Fewer say nothing about a strategy. */
const LEAST_DAYS = 365;
const COMPARED = BASELINES.filter(({ id }) => id === "btc" || id === "cap-weight");

/** How much the data knew of a methodology's universe. */
export interface Coverage {
  readonly meanMembers: number;
  readonly fewestMembers: number;
  readonly wanted: number; // as the document says
  /** Mean number of tokens that fitted the rules and had no price. */
  readonly meanUnpriced: number;
}

/** One line of the table. Figures are of the same days for the methodology and what stands beside it. */
export interface MethodologyResult {
  readonly id: string;
  readonly name: string;
  readonly from: string; // ISO
  readonly to: string; // ISO
  readonly coverage: Coverage;
  readonly performance: Performance;
  readonly turnoverWeekly: number; // {1} of NAV sold a week
  readonly costShare: number; // {1} of what was put in, paid as costs
  readonly decisions: number;
  readonly acted: number;
  readonly btc: Performance;
  readonly capWeight: Performance;
  readonly note: string;
}

/** A methodology that the data says too little about. */
export interface MethodologyGap {
  readonly id: string;
  readonly name: string;
  readonly coverage: Coverage;
  readonly missing: string; // why, in words
}

/** Models of each time, and how they were trained. */
export interface TrainedModels {
  readonly source: ModelSource;
  readonly spec: EnsembleSpec;
}

/** What to replay, and on what. */
export interface MethodologyRun {
  readonly id: string;
  readonly document: Methodology;
  readonly market: BacktestMarket;
  readonly from: Day;
  readonly to: Day;
  readonly costs: TradeCosts;
  /** Of an index that the AI chooses for; null: the fallback grades. */
  readonly models: TrainedModels | null;
  readonly observe?: Observe;
}

/** Replays one methodology through the simulated vault, or says what the data lacks. */
export async function replayMethodology(
  run: MethodologyRun,
  progress?: Progress,
): Promise<MethodologyResult | MethodologyGap> {
  const { id, document, market, to } = run;
  const from = firstUsableDay(run);
  const { name } = document;
  if (from === null) {
    const coverage = coverageOf(weeklySelections(run), document);
    const missing = `fewer than ${leastMembers(document)} constituents with a price for most of the time`;
    return { id, name, coverage, missing };
  }
  const seen: Selection[] = [];
  const simulation = await simulate(settingsOf(run, from, seen), market, () => deciderOf(run), progress);
  return { ...measure(simulation, run, from), coverage: coverageOf(seen, document), to: isoFromDay(to) };
}

/** Who was in at the end of the last day that is known at `at` {s}. */
function select({ market: { panel }, document }: MethodologyRun, at: number, held: ReadonlySet<AssetId>): Selection {
  return selectMembers(panel, lastCompleteDay(at) - panel.firstDay, document.universe, held);
}

/** Settings of a run from a day on. Each choice of members is added to `seen`. */
export function settingsOf(run: MethodologyRun, from: Day, seen: Selection[]): SimulationSettings {
  const { document, to, costs } = run;
  return {
    from,
    to,
    universe: MARKET,
    usd: PUT_IN,
    costs,
    limits: methodologyLimits(document),
    maxWeightBps: document.caps.assetBps,
    decideEvery: decisionPeriod(document) / DAY,
    select: (at, basket) => {
      const selection = select(run, at, basket);
      // The first is asked for twice: once to create the vault.
      if (at > from * DAY || basket.size > 0) seen.push(selection);
      return new Set(selection.members);
    },
    compared: COMPARED,
  };
}

/** What decides in a run: the document's rules, with the members of each day. */
export function deciderOf(run: MethodologyRun): Decider {
  const { document, market, models, observe } = run;
  const policyOn = (day: Day, vault: Parameters<typeof basketOf>[0]) => {
    const { members } = select(run, firstKnown(day), new Set(basketOf(vault)));
    const policy = methodologyPolicy(document, members);
    // What is trained here may be smaller than what the document asks live keepers for.
    return document.ensemble === "none" ? policy : { ...policy, ensemble: models?.spec ?? null };
  };
  const source = document.ensemble === "none" ? null : (models?.source ?? null);
  return createDecider(policyOn, source, observe ?? observerFor(document, market));
}

/** A rule that asks nobody looks at its basket; one that follows the market's regime needs to see the market. */
export function observerFor({ weighting, regime }: Methodology, market: BacktestMarket): Observe {
  if (weighting.kind === "grades") return rememberLast((view) => observeListed(view));
  if (regime.mode === "none") return observeBasket;
  return async (view, vault) => {
    const { members } = await market.members(view.asOf, MARKET);
    const assets = [...new Set([...basketOf(vault), ...members.map(({ asset }) => asset)])];
    return captureMarket(view, { assets, lookbackDays: DECISION_LOOKBACK });
  };
}

function observeListed(view: PointInTimeView): Promise<MarketSnapshot> {
  return captureMarket(view, { assets: "listed", lookbackDays: DECISION_LOOKBACK });
}

/** Several runs that look at the same moment see the same snapshot, so that it is worked through once. */
function rememberLast(capture: (view: PointInTimeView) => Promise<MarketSnapshot>): Observe {
  return (view) => {
    const known = lastSeen.get(view.asOf) ?? capture(view);
    lastSeen.set(view.asOf, known);
    const [oldest] = lastSeen.keys();
    if (lastSeen.size > 4 && oldest !== undefined) lastSeen.delete(oldest);
    return known;
  };
}
const lastSeen = new Map<number, Promise<MarketSnapshot>>();

/** First day of the period from which on there are enough members in most weeks; null: never, or too late. */
function firstUsableDay(run: MethodologyRun): Day | null {
  const weeks = weeklySelections(run);
  const least = leastMembers(run.document);
  const isShort = weeks.map(({ members }) => members.length < least);
  for (let week = 0; week < weeks.length; week++) {
    if (isShort[week]) continue;
    const day = run.from + 7 * week;
    if (run.to - day + 1 < LEAST_DAYS) return null;
    const rest = isShort.slice(week);
    if (rest.filter(Boolean).length <= SHORT_WEEKS * rest.length) return day;
  }
  return null;
}

function weeklySelections(run: MethodologyRun): readonly Selection[] {
  const weeks = Math.floor((run.to - run.from) / 7) + 1;
  return Array.from({ length: weeks }, (_, i) => select(run, (run.from + 7 * i) * DAY, new Set()));
}

function leastMembers({ universe }: Methodology): number {
  const most = universe.list.length > 0 ? universe.list.length : universe.count;
  return Math.min(LEAST_MEMBERS, most);
}

function coverageOf(selections: readonly Selection[], { universe }: Methodology): Coverage {
  const counts = selections.map(({ members }) => members.length);
  const unpriced = selections.map(({ refused }) => refused.filter(({ reason }) => reason === "noPrice").length);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / (values.length || 1);
  const wanted = universe.list.length > 0 ? Math.min(universe.list.length, universe.count) : universe.count;
  return {
    meanMembers: mean(counts),
    fewestMembers: counts.length === 0 ? 0 : Math.min(...counts),
    wanted,
    meanUnpriced: mean(unpriced),
  };
}

function measure(simulation: Simulation, run: MethodologyRun, from: Day): Omit<MethodologyResult, "coverage" | "to"> {
  const { nav, decisions, baselines } = simulation;
  const epochs = decisions.flatMap(({ epoch }) => epoch ?? []);
  const performanceOf = (wanted: string) =>
    measurePerformance(baselines.find(({ run: { baseline } }) => baseline.id === wanted)?.nav ?? []);
  return {
    id: run.id,
    name: run.document.name,
    from: isoFromDay(from),
    performance: measurePerformance(nav),
    turnoverWeekly: epochs.reduce((sum, { turnover }) => sum + turnover, 0) / ((nav.length - 1) / 7),
    costShare: epochs.reduce((sum, { costUsd }) => sum + costUsd, 0) / PUT_IN,
    decisions: decisions.length,
    acted: epochs.length,
    btc: performanceOf("btc"),
    capWeight: performanceOf("cap-weight"),
    note: noteOf(decisions, run, from),
  };
}

function noteOf(decisions: readonly DecisionEntry[], run: MethodologyRun, from: Day): string {
  const refused = decisions.filter((entry) => entry.refused !== null).length;
  const parts = [
    from > run.from ? `from ${isoFromDay(from)}: before it there were too few constituents` : "",
    run.document.weighting.kind === "grades"
      ? run.models === null
        ? "fallback, no models"
        : `ensemble ${run.models.spec.id}`
      : "",
    refused > 0 ? `${refused} proposals refused by the vault` : "",
  ];
  return parts.filter(Boolean).join("; ");
}
