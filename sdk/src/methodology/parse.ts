import { choiceOf, fieldsOf, listOf, MethodologyInvalidError, symbolOf, textOf, wholeOf } from "./fields.ts";
import {
  COPY_KINDS,
  ENSEMBLE_IDS,
  METHODOLOGY_SCHEMA,
  METHODOLOGY_TIERS,
  type Methodology,
  type MethodologyCaps,
  type MethodologyRate,
  type MethodologyRegime,
  type MethodologyUniverse,
  type MethodologyWeighting,
  PERIODS,
} from "./types.ts";

const BPS = 10_000;
/** A vault holds at most 128 tokens, its stable ones included. */
const MOST_MEMBERS = 125;
const MOST_RANK = 1_000;
const KINDS = [
  "market-cap",
  "root-market-cap",
  "equal",
  "fixed",
  "inverse-volatility",
  "momentum",
  "rsi",
  "moving-average",
  "grades",
] as const;

/**
 * Checks a document and gives it a type. Every field is required and no other is allowed, so that one hash means one set of
 * rules.
 *
 * @throws {MethodologyInvalidError} names the field that is wrong.
 * @example
 * const document = parseMethodology(JSON.parse(await readFile("methodologies/top-10.json", "utf8")));
 */
export function parseMethodology(json: unknown): Methodology {
  const fields = fieldsOf(json, "methodology", [
    "schema",
    "name",
    "symbol",
    "words",
    "source",
    "universe",
    "weighting",
    "caps",
    "rebalance",
    "regime",
    "tier",
    "ensemble",
    "rates",
    "fees",
  ]);
  const fees = fieldsOf(fields.fees, "fees", ["streamingBps", "mintBps"]);
  const document: Methodology = {
    schema: choiceOf(fields.schema, "schema", [METHODOLOGY_SCHEMA]),
    // Well within the 64 bytes that a vault takes.
    name: textOf(fields.name, "name", 3, 32),
    symbol: tickerOf(fields.symbol),
    words: textOf(fields.words, "words", 20, 2_000),
    source: textOf(fields.source, "source", 3, 1_000),
    universe: universeOf(fields.universe),
    weighting: weightingOf(fields.weighting),
    caps: capsOf(fields.caps),
    rebalance: choiceOf(fields.rebalance, "rebalance", PERIODS),
    regime: regimeOf(fields.regime),
    tier: choiceOf(fields.tier, "tier", METHODOLOGY_TIERS),
    ensemble: choiceOf(fields.ensemble, "ensemble", ENSEMBLE_IDS),
    rates: ratesOf(fields.rates),
    fees: {
      streamingBps: wholeOf(fees.streamingBps, "fees.streamingBps", 0, 500),
      mintBps: wholeOf(fees.mintBps, "fees.mintBps", 0, 100),
    },
  };
  requireConsistent(document);
  return document;
}

function tickerOf(value: unknown): string {
  if (typeof value === "string" && /^[A-Za-z0-9]{2,11}$/.test(value)) return value;
  throw new MethodologyInvalidError("symbol", "must be 2 to 11 letters and digits");
}

function sectorOf(value: unknown, path: string): string {
  return textOf(value, path, 2, 32);
}

function universeOf(value: unknown): MethodologyUniverse {
  const fields = fieldsOf(value, "universe", [
    "list",
    "rankFrom",
    "rankTo",
    "sectors",
    "exclude",
    "allow",
    "count",
    "bufferRanks",
    "minVolumeUsd",
    "minHistoryDays",
  ]);
  const rankFrom = wholeOf(fields.rankFrom, "universe.rankFrom", 1, MOST_RANK);
  return {
    list: listOf(fields.list, "universe.list", MOST_MEMBERS, symbolOf),
    rankFrom,
    rankTo: wholeOf(fields.rankTo, "universe.rankTo", rankFrom, MOST_RANK),
    sectors: listOf(fields.sectors, "universe.sectors", 32, sectorOf),
    exclude: listOf(fields.exclude, "universe.exclude", 500, symbolOf),
    allow: listOf(fields.allow, "universe.allow", 2, (item, path) => choiceOf(item, path, COPY_KINDS)),
    count: wholeOf(fields.count, "universe.count", 1, MOST_MEMBERS),
    bufferRanks: wholeOf(fields.bufferRanks, "universe.bufferRanks", 0, MOST_RANK),
    minVolumeUsd: wholeOf(fields.minVolumeUsd, "universe.minVolumeUsd", 0, 1_000_000_000_000),
    minHistoryDays: wholeOf(fields.minHistoryDays, "universe.minHistoryDays", 1, 365),
  };
}

function weightingOf(value: unknown): MethodologyWeighting {
  const kind = choiceOf((value as { kind?: unknown } | null)?.kind, "weighting.kind", KINDS);
  const part = <Key extends string>(...keys: readonly Key[]) => fieldsOf(value, "weighting", ["kind", ...keys]);
  const whole = (name: string, field: unknown, least: number, most: number) =>
    wholeOf(field, `weighting.${name}`, least, most);
  switch (kind) {
    case "fixed":
      return { kind, weightsBps: weightsOf(part("weightsBps").weightsBps) };
    case "inverse-volatility":
    case "momentum": {
      const { days, hold } = part("days", "hold");
      return { kind, days: whole("days", days, 7, 365), hold: whole("hold", hold, 0, MOST_MEMBERS) };
    }
    case "rsi": {
      const { days, enterBps, leaveBps } = part("days", "enterBps", "leaveBps");
      const enter = whole("enterBps", enterBps, 1, BPS);
      const leave = whole("leaveBps", leaveBps, 0, enter);
      return { kind, days: whole("days", days, 2, 100), enterBps: enter, leaveBps: leave };
    }
    case "moving-average": {
      const { days, bandBps } = part("days", "bandBps");
      return { kind, days: whole("days", days, 2, 365), bandBps: whole("bandBps", bandBps, 0, 5_000) };
    }
    default:
      part();
      return { kind };
  }
}

function weightsOf(value: unknown): { readonly [symbol: string]: number } {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new MethodologyInvalidError("weighting.weightsBps", "must be an object of symbol and weight");
  }
  const entries = Object.entries(value).map(([symbol, weight]) => {
    const path = `weighting.weightsBps.${symbol}`;
    return [symbolOf(symbol, path), wholeOf(weight, path, 1, BPS)] as const;
  });
  const sum = entries.reduce((total, [, weight]) => total + weight, 0);
  if (sum !== BPS) throw new MethodologyInvalidError("weighting.weightsBps", `must sum to ${BPS}, not ${sum}`);
  return Object.fromEntries(entries);
}

function capsOf(value: unknown): MethodologyCaps {
  const fields = fieldsOf(value, "caps", ["assetBps", "sectorBps", "exposureBps"]);
  const cap = (name: keyof MethodologyCaps) => wholeOf(fields[name], `caps.${name}`, 1, BPS);
  return { assetBps: cap("assetBps"), sectorBps: cap("sectorBps"), exposureBps: cap("exposureBps") };
}

function regimeOf(value: unknown): MethodologyRegime {
  const mode = choiceOf((value as { mode?: unknown } | null)?.mode, "regime.mode", ["none", "binary", "ladder"]);
  if (mode === "none") {
    fieldsOf(value, "regime", ["mode"]);
    return { mode };
  }
  if (mode === "binary") {
    const fields = fieldsOf(value, "regime", ["mode", "inScoreBps", "outScoreBps", "dwellDays"]);
    const inScoreBps = wholeOf(fields.inScoreBps, "regime.inScoreBps", -BPS, BPS);
    const outScoreBps = wholeOf(fields.outScoreBps, "regime.outScoreBps", -BPS, inScoreBps);
    return { mode, inScoreBps, outScoreBps, dwellDays: wholeOf(fields.dwellDays, "regime.dwellDays", 0, 90) };
  }
  return ladderOf(value);
}

function ladderOf(value: unknown): MethodologyRegime {
  const fields = fieldsOf(value, "regime", [
    "mode",
    "bullBps",
    "rangeBps",
    "weakRangeBps",
    "bearBps",
    "bullScoreBps",
    "rangeScoreBps",
    "weakRangeScoreBps",
    "dwellDays",
  ]);
  // Each rung carries no more than the one above it, and is asked for by a lower score.
  const bullBps = wholeOf(fields.bullBps, "regime.bullBps", 1, BPS);
  const rangeBps = wholeOf(fields.rangeBps, "regime.rangeBps", 0, bullBps);
  const weakRangeBps = wholeOf(fields.weakRangeBps, "regime.weakRangeBps", 0, rangeBps);
  const bearBps = wholeOf(fields.bearBps, "regime.bearBps", 0, weakRangeBps);
  const bullScoreBps = wholeOf(fields.bullScoreBps, "regime.bullScoreBps", -BPS, BPS);
  const rangeScoreBps = wholeOf(fields.rangeScoreBps, "regime.rangeScoreBps", -BPS, bullScoreBps);
  const weakRangeScoreBps = wholeOf(fields.weakRangeScoreBps, "regime.weakRangeScoreBps", -BPS, rangeScoreBps);
  const dwellDays = wholeOf(fields.dwellDays, "regime.dwellDays", 0, 90);
  const scores = { bullScoreBps, rangeScoreBps, weakRangeScoreBps };
  return { mode: "ladder", bullBps, rangeBps, weakRangeBps, bearBps, ...scores, dwellDays };
}

function ratesOf(value: unknown): readonly MethodologyRate[] {
  if (!Array.isArray(value)) throw new MethodologyInvalidError("rates", "must be a list");
  const rates = value.map((item: unknown, index) => {
    const path = `rates[${index}]`;
    const { asset, underlying, maxYearlyGrowthBps } = fieldsOf(item, path, [
      "asset",
      "underlying",
      "maxYearlyGrowthBps",
    ]);
    return {
      asset: symbolOf(asset, `${path}.asset`),
      underlying: symbolOf(underlying, `${path}.underlying`),
      maxYearlyGrowthBps: wholeOf(maxYearlyGrowthBps, `${path}.maxYearlyGrowthBps`, 1, 5_000),
    };
  });
  if (new Set(rates.map(({ asset }) => asset)).size !== rates.length) {
    throw new MethodologyInvalidError("rates", "must name each asset once");
  }
  return rates;
}

function requireConsistent({ universe, weighting, ensemble, rates }: Methodology): void {
  const listed = new Set(universe.list);
  const both = universe.exclude.find((symbol) => listed.has(symbol));
  if (both !== undefined) throw new MethodologyInvalidError("universe.exclude", `must not name ${both} of the list`);
  if (weighting.kind === "fixed") {
    const symbols = Object.keys(weighting.weightsBps);
    const isSame = symbols.length === listed.size && symbols.every((symbol) => listed.has(symbol));
    if (!isSame) throw new MethodologyInvalidError("weighting.weightsBps", "must weigh exactly the tokens of the list");
  }
  if ("hold" in weighting && weighting.hold > universe.count) {
    throw new MethodologyInvalidError("weighting.hold", "must not be more than universe.count");
  }
  if (weighting.kind !== "grades" && ensemble !== "none") {
    throw new MethodologyInvalidError("ensemble", 'must be "none": only grades ask models');
  }
  const foreign = rates.find(({ asset }) => !listed.has(asset));
  if (foreign !== undefined)
    throw new MethodologyInvalidError("rates", `must name tokens of the list: ${foreign.asset}`);
}
