import type { Methodology } from "@gimbal/sdk";
import type { AssetId, MarketDataSource } from "../data/source.ts";
import { firstKnown } from "../data/time.ts";
import { unwrapped } from "../data/wrapped.ts";
import { BacktestError } from "../errors.ts";
import type { Selection } from "../methodology/universe.ts";
import { analyse } from "./analyse.ts";
import { type BacktestMarket, loadMarket, STABLE } from "./market.ts";
import { deciderOf, settingsOf } from "./methodologyRun.ts";
import type { BacktestReport } from "./report.ts";
import { LEAST_PERIOD, parseDay } from "./run.ts";
import { simulate } from "./simulate.ts";
import type { TradeCosts } from "./tradeCosts.ts";

/** {days} of prices before the first decision, for what looks back. */
const BEFORE = 60;
const HINDSIGHT =
  "Hindsight: tokens that a document names were chosen today, by somebody who can know what became of them. Nobody could have chosen them like that then.";

/** What to test. Dates are ISO days, both included. */
export interface DocumentRun {
  readonly document: Methodology;
  readonly from: string;
  readonly to: string;
  readonly costs: TradeCosts;
}

/** Runs the rules of a document over one period. Its notes say which of its tokens were reckoned as others, or not at all. */
export async function runDocument(
  source: MarketDataSource,
  { document: asked, from, to, costs }: DocumentRun,
): Promise<BacktestReport> {
  const [first, last] = [parseDay(from), parseDay(to)];
  if (last - first < LEAST_PERIOD) throw new BacktestError("A backtest needs at least four weeks.", { from, to });
  if (asked.weighting.kind === "grades") {
    throw new BacktestError("The AI's choices cannot be tested like this: its models would have to be trained first.");
  }
  const before = BEFORE + asked.universe.minHistoryDays;
  const market = await loadMarket(source, { from: first, to: last, before });
  const { document, notes } = inTerms(asked, market);
  const run = { id: asked.symbol, document, market, from: first, to: last, costs, models: null };
  const seen: Selection[] = [];
  const settings = settingsOf(run, first, seen);
  if (settings.select?.(firstKnown(first - 1), new Set()).size === 0) {
    throw new BacktestError("The data knows no price of any of its tokens on the first day.", { from });
  }
  const simulation = await simulate(settings, market, () => deciderOf(run));
  const { symbol: strategy, name: words } = asked;
  const said = [...notes, ...unpricedNotes(seen)];
  const report = analyse(settings, simulation, {
    ...{ strategy, words, source: source.info.label, trials: null, notes: said },
  });
  const biases = document.universe.list.length > 0 ? [HINDSIGHT, ...report.biases] : report.biases;
  return { ...report, biases, notes: said };
}

/** The document as the market data can run it: wrapped tokens under the name that has prices, stable ones as the stable part. */
function inTerms(asked: Methodology, { panel }: BacktestMarket): { document: Methodology; notes: readonly string[] } {
  const isStable = (symbol: AssetId): boolean => {
    const kind = panel.classes[panel.assets.indexOf(symbol)];
    return symbol === STABLE || kind?.category === "stable" || kind?.sector === "stable";
  };
  const { universe, weighting } = asked;
  const named = universe.list.filter((symbol) => !isStable(symbol));
  if (universe.list.length > 0 && named.length === 0) {
    throw new BacktestError("It holds stable tokens alone: there is nothing to test.");
  }
  const list = [...new Set(named.map(unwrapped))];
  const notes = [
    ...named.flatMap((symbol) =>
      unwrapped(symbol) === symbol ? [] : [`${symbol} is reckoned at the price of ${unwrapped(symbol)}.`],
    ),
    ...(named.length < universe.list.length ? [`What stable tokens hold is reckoned as ${STABLE}.`] : []),
  ];
  const count = universe.list.length === 0 ? universe.count : Math.min(universe.count, list.length);
  const document = { ...asked, universe: { ...universe, list, count } };
  if (weighting.kind !== "fixed") return { document, notes };
  const weightsBps: Record<string, number> = {};
  for (const [symbol, bps] of Object.entries(weighting.weightsBps)) {
    if (isStable(symbol)) continue;
    weightsBps[unwrapped(symbol)] = (weightsBps[unwrapped(symbol)] ?? 0) + bps;
  }
  return { document: { ...document, weighting: { kind: "fixed", weightsBps } }, notes };
}

/** Which tokens had no price, and on how many of the decisions. */
function unpricedNotes(seen: readonly Selection[]): readonly string[] {
  const count = new Map<AssetId, number>();
  for (const { refused } of seen) {
    for (const { asset, reason } of refused) {
      if (reason === "noPrice") count.set(asset, (count.get(asset) ?? 0) + 1);
    }
  }
  return [...count].map(([asset, times]) => {
    return `${asset} had no known price at ${times} of ${seen.length} decisions: its part went to the others.`;
  });
}
