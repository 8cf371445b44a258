import { isoFromDay } from "../data/time.ts";
import { BPS } from "../data/vault.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { type MarketState, marketState, sectorGroup, sectorMembers } from "../features/marketState.ts";
import type { RegimeParams } from "./regimeParams.ts";
import { regimeReasons, sectorReason } from "./regimeReasons.ts";
import { type Ballot, calmBallot, type HiddenStates, macroBallot, priceBallots } from "./votes.ts";

/** State of a market. */
export type Regime = "bull" | "range" | "bear" | "unknown";

/** State of a sector, and how much of its weight it may carry. */
export type SectorRegime = {
  readonly regime: Regime;
  readonly exposureBps: number; // {bps of the sector's weight}
  readonly reason: string;
};

/** How much of the market's risk to carry, and why. Integers and strings only: it goes into the record. */
export type MarketRegime = {
  readonly regime: Regime;
  readonly exposureBps: number; // {bps of NAV}
  readonly since: string; // ISO date of the last change of exposure
  readonly votes: { readonly [voter: string]: number }; // -1, 0 or 1 each; who abstains is left out
  readonly reasons: readonly string[];
  readonly trendStrengthBps: number; // -10,000 to 10,000: net move of 30 days over the sum of its daily moves
  readonly sectors: { readonly [group: string]: SectorRegime }; // by group of sectors
};

/** Rungs of the ladder, from the most exposure to the least. */
const RUNGS = ["bull", "range", "range", "bear"] as const;
const BEAR = RUNGS.length - 1;

/** The machine's state at the end of a day. */
export interface RegimeDay {
  readonly rung: number | null; // into the ladder; null = unknown
  readonly regime: Regime;
  readonly exposureBps: number;
  readonly since: number; // index of the day of the last change of exposure
  readonly scoreBps: number | null; // mean vote; null = too few voters
}

/** Exposure on each rung, most first. */
type Ladder = readonly [number, number, number, number];

/**
 * Regime of the market on the panel's last day. The path is recomputed from the panel, so that nothing is kept between
 * decisions and equal panels give equal regimes. `hidden` null: its voter abstains.
 */
export function marketRegime(panel: MarketPanel, params: RegimeParams, hidden: HiddenStates | null): MarketRegime {
  const state = marketState(panel);
  const ballots = marketBallots(panel, state, params, hidden);
  const path = regimePath(ballots, marketLadder(params), params);
  const last = path.at(-1) ?? { rung: null, regime: "unknown", exposureBps: BPS, since: 0, scoreBps: null };
  const since = isoFromDay(panel.firstDay + last.since);
  const strength = state.trendStrength[panel.days - 1] ?? Number.NaN;
  return {
    regime: last.regime,
    exposureBps: last.exposureBps,
    since,
    votes: votesOf(ballots, panel.days - 1),
    reasons: regimeReasons(last, since, ballots, panel.days - 1),
    trendStrengthBps: Number.isNaN(strength) ? 0 : Math.round(strength * BPS) + 0,
    sectors: sectorRegimes(panel, params),
  };
}

/** Every voter's ballot about the whole market. */
export function marketBallots(
  panel: MarketPanel,
  state: MarketState,
  params: RegimeParams,
  hidden: HiddenStates | null,
): readonly Ballot[] {
  const calm = calmBallot(state, panel.firstDay, hidden, params);
  return [...priceBallots(state, params), macroBallot(panel, params), calm];
}

/** Regime of each group of sectors by the same machine; the world and the hidden states vote on the market only. */
export function sectorRegimes(panel: MarketPanel, params: RegimeParams): { readonly [sector: string]: SectorRegime } {
  const last = panel.days - 1;
  const entries = [...sectorMembers(panel)].map(([sector, members]) => {
    const state = marketState(panel, members);
    const path = regimePath(priceBallots(state, params), sectorLadder(params), params);
    const day = path[last];
    // Of a sector that nothing can be said of, the market's regime is all there is.
    if (day === undefined || day.rung === null || members.length < params.leastSectorMembers) {
      const reason = `Too little is known about the ${sector} sector: only the market's regime counts for it.`;
      return [sector, { regime: "unknown" as const, exposureBps: BPS, reason }] as const;
    }
    const since = isoFromDay(panel.firstDay + day.since);
    const reason = sectorReason(sector, day, since, state, last);
    return [sector, { regime: day.regime, exposureBps: day.exposureBps, reason }] as const;
  });
  return Object.fromEntries(entries);
}

/** Part of a sector's weight that may be carried: the stricter of market and sector, whose falls are one and the same. */
export function sectorExposureBps(regime: MarketRegime, sector: string): number {
  return Math.min(regime.exposureBps, regime.sectors[sectorGroup(sector)]?.exposureBps ?? BPS);
}

/** The machine, day by day. A later day never changes an earlier state. */
export function regimePath(ballots: readonly Ballot[], ladder: Ladder, params: RegimeParams): readonly RegimeDay[] {
  const days = ballots[0]?.votes.length ?? 0;
  const path: RegimeDay[] = [];
  let lastVoted = -1;
  for (let t = 0; t < days; t++) {
    const scoreBps = scoreOf(ballots, t, params);
    if (scoreBps !== null) lastVoted = t;
    const patient = lastVoted >= 0 && t - lastVoted <= params.patienceDays;
    path.push(step(path.at(-1), t, { scoreBps, patient }, ladder, params));
  }
  return path;
}

/** Exposure of the market on each rung. */
export function marketLadder(params: RegimeParams): Ladder {
  if (params.mode === "none") return [BPS, BPS, BPS, BPS];
  if (params.mode === "binary") return [BPS, BPS, BPS, 0];
  return [params.bullBps, params.rangeBps, params.weakRangeBps, params.bearBps];
}

function sectorLadder(params: RegimeParams): Ladder {
  if (params.mode !== "ladder") return [BPS, BPS, BPS, BPS];
  return [params.sectorBullBps, params.sectorRangeBps, params.sectorWeakRangeBps, params.sectorBearBps];
}

/** Without a regime nothing speaks for more risk than the vault carries {bps}: the exposure may stay or fall. */
export function withoutBlindRise(regime: MarketRegime, current: number): MarketRegime {
  if (regime.regime !== "unknown" || current >= regime.exposureBps) return regime;
  const reason = `Too little is known of the market to carry more risk: the exposure stays at ${current / 100}%.`;
  return { ...regime, exposureBps: current, reasons: [...regime.reasons, reason] };
}

/** One rung less exposure while too much of the universe looks unusual. All or nothing stays all or nothing: only said. */
export function withAnomalies(regime: MarketRegime, anomaly: Float64Array, params: RegimeParams): MarketRegime {
  const known = anomaly.filter((value) => !Number.isNaN(value));
  const unusual = known.filter((value) => value > 0.99).length;
  if (known.length === 0 || unusual * BPS <= params.anomalousShareBps * known.length) return regime;
  const share = Math.round((100 * unusual) / known.length);
  const said = `${share}% of the tokens behave as fewer than 1% of those seen before`;
  if (params.mode !== "ladder") {
    const goes = params.mode === "binary" ? "is all or nothing and goes by its regime" : "is always in";
    return { ...regime, reasons: [...regime.reasons, `${said}; this index ${goes}.`] };
  }
  const ladder = marketLadder(params);
  const lower = ladder.find((rung) => rung < regime.exposureBps) ?? regime.exposureBps;
  const move = `exposure goes one step down, from ${regime.exposureBps / 100}% to ${lower / 100}%`;
  return { ...regime, exposureBps: lower, reasons: [...regime.reasons, `${said}: ${move}.`] };
}

/** Moves to the rung the votes ask for, unless the last move is younger than the dwell time. The way out does not wait. */
function step(
  before: RegimeDay | undefined,
  t: number,
  vote: { readonly scoreBps: number | null; readonly patient: boolean },
  ladder: Ladder,
  params: RegimeParams,
): RegimeDay {
  const { scoreBps } = vote;
  if (scoreBps === null) {
    if (before === undefined) return { rung: null, regime: "unknown", exposureBps: BPS, since: t, scoreBps };
    if (vote.patient || before.rung === null) return { ...before, scoreBps };
    // Blind: the exposure stays what it was, since no vote speaks for another one.
    return { ...before, rung: null, regime: "unknown", since: t, scoreBps };
  }
  const rung = rungOf(scoreBps, params);
  // All or nothing goes in with a bull market and out with a bear market; in between it stays what it is.
  const stays = params.mode === "binary" && RUNGS[rung] === "range";
  const exposureBps = stays ? (before?.exposureBps ?? BPS) : (ladder[rung] ?? 0);
  const next = { rung, regime: RUNGS[rung] ?? "bear", exposureBps, since: t, scoreBps };
  if (before === undefined || before.rung === null) return next;
  // Rungs of equal exposure are one as far as the dwell time goes.
  if (next.exposureBps === before.exposureBps) return { ...next, since: before.since };
  return rung === BEAR || t - before.since >= params.dwellDays ? next : { ...before, scoreBps };
}

function rungOf(scoreBps: number, params: RegimeParams): number {
  if (scoreBps >= params.bullScoreBps) return 0;
  if (scoreBps >= params.rangeScoreBps) return 1;
  return scoreBps >= params.weakRangeScoreBps ? 2 : BEAR;
}

function scoreOf(ballots: readonly Ballot[], t: number, params: RegimeParams): number | null {
  let sum = 0;
  let voters = 0;
  for (const { votes } of ballots) {
    const vote = votes[t] ?? Number.NaN;
    if (Number.isNaN(vote)) continue;
    sum += vote;
    voters++;
  }
  return voters < params.leastVoters ? null : Math.round((BPS * sum) / voters);
}

function votesOf(ballots: readonly Ballot[], t: number): { readonly [voter: string]: number } {
  const cast = ballots.map(({ voter, votes }) => [voter, votes[t] ?? Number.NaN] as const);
  return Object.fromEntries(cast.filter(([, vote]) => !Number.isNaN(vote)).map(([voter, vote]) => [voter, vote + 0]));
}
