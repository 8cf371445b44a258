import { ASSET_COLUMNS, MACRO_COLUMNS } from "../data/columns.ts";
import type { MonthBlock, MonthColumns } from "../data/months.ts";
import type { AssetProfile, MarketSnapshot } from "../data/snapshot.ts";
import { encodeSnapshot } from "../data/snapshot.ts";
import type { AssetId } from "../data/source.ts";
import { type Day, isoFromDay, lastCompleteDay } from "../data/time.ts";
import { CosignRefusal } from "./refusal.ts";

/** How far another keeper's market data may be from one's own. */
export interface MarketLimits {
  /** {bps} a price of a basket token may differ on any day. */
  readonly priceBps: number;
  /** {bps of the days or values} that may lack on either side, or differ by more where it is not the basket. */
  readonly shareBps: number;
  /** {bps} any other figure, such as a volume, may differ before it counts as different. */
  readonly figureBps: number;
  /** {bps of the values of a column} that may be different in that sense. */
  readonly figureShareBps: number;
}

export const defaultMarketLimits: MarketLimits = {
  priceBps: 200,
  shareBps: 500,
  figureBps: 2_000,
  figureShareBps: 1_000,
};

const BPS = 10_000;
const PRICE = "close";
/** {days} in which a gap would weigh most. */
const LAST_DAYS = 30;

/**
 * Compares the market that a decision was made from with one's own at the same moment. Equal to the byte is the best case;
 * else prices of the basket are compared day by day, the universe and all other figures by how many differ. Returns what
 * could not be checked, in words. Throws MARKET_DIFFERS, DATASETS_DIFFER, PRICES_DIFFER, FIGURES_DIFFER or TOKENS_MISSING.
 */
export function checkMarket(
  theirs: MarketSnapshot,
  own: MarketSnapshot,
  basket: readonly AssetId[],
  limits: MarketLimits,
): readonly string[] {
  const day = lastCompleteDay(theirs.asOf);
  if (theirs.lastDay !== day) {
    const details = { lastDay: isoFromDay(theirs.lastDay), expected: isoFromDay(day) };
    throw new CosignRefusal("MARKET_DIFFERS", "The market data ends on another day than it should.", details);
  }
  if (encodeSnapshot(theirs).hash === encodeSnapshot(own).hash) return [];
  const pairs = pairMonths(theirs, own);
  const notes = [
    ...(theirs.source.id === own.source.id ? [] : [`Sources differ: "${theirs.source.id}", here "${own.source.id}".`]),
    ...checkFigures(pairs, new Set(basket), day, limits),
    ...checkHeadlines(pairs, limits),
  ];
  checkDatasets(theirs.source.datasets, own.source.datasets);
  checkUniverse(theirs.profiles, own.profiles, basket, limits);
  return notes;
}

/** No weight rests on them, but they say who is paid: that is not for the proposing keeper alone to say. */
function checkDatasets(theirs: readonly number[], own: readonly number[]): void {
  const details = { theirs: String(theirs) || "none", own: String(own) || "none" };
  if (details.theirs === details.own) return;
  throw new CosignRefusal("DATASETS_DIFFER", "The data sets that earn by the decision are others than here.", details);
}

interface MonthPair {
  readonly theirs: MonthBlock;
  readonly own: MonthBlock;
  readonly days: number; // that both have to tell about
}

/** Months of both that are not one and the same. A lookback that was cut short would change every average. */
function pairMonths(theirs: MarketSnapshot, own: MarketSnapshot): readonly MonthPair[] {
  const wanted = own.months.filter(({ firstDay }) => firstDay <= theirs.lastDay);
  const hashes = [theirs, own].map((market) => [...encodeSnapshot(market).blobs.keys()]);
  return wanted.flatMap((month, i) => {
    const other = theirs.months[i];
    const days = Math.min(month.days, theirs.lastDay - month.firstDay + 1);
    if (other?.firstDay !== month.firstDay || theirs.months.length !== wanted.length) return failMonths(theirs, own);
    if (hashes[0]?.[i] === hashes[1]?.[i]) return [];
    requireForm(other, days, theirs.asOf);
    return [{ theirs: other, own: month, days }];
  });
}

function failMonths(theirs: MarketSnapshot, own: MarketSnapshot): never {
  const first = ({ months }: MarketSnapshot) => (months[0] === undefined ? "none" : isoFromDay(months[0].firstDay));
  throw new CosignRefusal("MARKET_DIFFERS", "The market data does not reach over the same months.", {
    theirs: `${theirs.months.length} from ${first(theirs)}`,
    own: `${own.months.length} from ${first(own)}`,
  });
}

/** Known columns, one value a day, nothing from the future: what lies outside could not be compared. */
function requireForm(block: MonthBlock, days: number, asOf: number): void {
  const columnsFit = (columns: MonthColumns<string>, names: readonly string[]) =>
    Object.entries(columns).every(([name, values]) => names.includes(name) && values?.length === days);
  const fits =
    block.days === days &&
    Object.values(block.assets).every((columns) => columnsFit(columns, ASSET_COLUMNS)) &&
    columnsFit(block.macro, MACRO_COLUMNS) &&
    block.headlines.every(({ at }) => at <= asOf);
  if (fits) return;
  const details = { month: isoFromDay(block.firstDay) };
  throw new CosignRefusal("MARKET_DIFFERS", "A month of the market data has another form than it should.", details);
}

/** How many values of a column there are, differ, and are known to one side only. */
interface Tally {
  values: number;
  different: number;
  onlyTheirs: number;
  onlyOwn: number;
  worst: { readonly asset: AssetId; readonly day: Day; readonly theirs: number; readonly own: number } | null;
}

/** Who a column is counted for: a lie about a token that is held must not drown among thousands of others. */
type Scope = "the basket" | "the basket's last days" | "the universe" | "the world";

class Tallies {
  readonly #tallies = new Map<string, Tally>();

  of(scope: Scope, column: string): Tally {
    const key = `${scope} ${column}`;
    const known = this.#tallies.get(key);
    if (known !== undefined) return known;
    const tally = { values: 0, different: 0, onlyTheirs: 0, onlyOwn: 0, worst: null };
    this.#tallies.set(key, tally);
    return tally;
  }
}

function checkFigures(
  pairs: readonly MonthPair[],
  basket: ReadonlySet<AssetId>,
  lastDay: Day,
  limits: MarketLimits,
): readonly string[] {
  const tallies = new Tallies();
  const most = (column: string) => (column === PRICE ? limits.priceBps : limits.figureBps);
  for (const { theirs, own, days } of pairs) {
    const { firstDay } = own;
    for (const asset of new Set([...Object.keys(theirs.assets), ...Object.keys(own.assets)])) {
      const scope = basket.has(asset) ? "the basket" : "the universe";
      const [left, right] = [theirs.assets[asset] ?? {}, own.assets[asset] ?? {}];
      for (const column of ASSET_COLUMNS) {
        const place = { asset, firstDay, from: 0, days, most: most(column) };
        count(tallies.of(scope, column), left[column], right[column], place);
        if (column !== PRICE || scope !== "the basket") continue;
        const last = { ...place, from: Math.max(0, lastDay - LAST_DAYS + 1 - firstDay) };
        count(tallies.of("the basket's last days", column), left[column], right[column], last);
      }
    }
    for (const column of MACRO_COLUMNS) {
      const place = { asset: "world", firstDay, from: 0, days, most: most(column) };
      count(tallies.of("the world", column), theirs.macro[column], own.macro[column], place);
    }
  }
  judgePrices(tallies.of("the basket", PRICE), limits, "the basket", 0);
  judgePrices(tallies.of("the basket's last days", PRICE), limits, "the basket's last days", 0);
  judgePrices(tallies.of("the universe", PRICE), limits, "the universe", limits.shareBps);
  const others = ASSET_COLUMNS.filter((column) => column !== PRICE);
  return [
    ...others.flatMap((column) => judgeColumn(tallies.of("the basket", column), column, limits, "the basket")),
    ...others.flatMap((column) => judgeColumn(tallies.of("the universe", column), column, limits, "the universe")),
    ...MACRO_COLUMNS.flatMap((column) => judgeColumn(tallies.of("the world", column), column, limits, "the world")),
  ];
}

interface Place {
  readonly asset: AssetId;
  readonly firstDay: Day;
  readonly from: number; // index of the first day that counts
  readonly days: number;
  readonly most: number; // {bps} that values may be apart
}

function count(
  tally: Tally,
  theirs: Float64Array | undefined,
  own: Float64Array | undefined,
  { asset, firstDay, from, days, most }: Place,
): void {
  if (theirs === undefined && own === undefined) return;
  for (let i = from; i < days; i++) {
    const a = theirs?.[i] ?? Number.NaN;
    const b = own?.[i] ?? Number.NaN;
    if (Number.isNaN(a) && Number.isNaN(b)) continue;
    if (Number.isNaN(b)) tally.onlyTheirs++;
    else if (Number.isNaN(a)) tally.onlyOwn++;
    else compareValues(tally, asset, firstDay + i, a, b, most);
  }
}

function compareValues(tally: Tally, asset: AssetId, day: Day, theirs: number, own: number, most: number): void {
  tally.values++;
  if (apartBps(theirs, own) <= most) return;
  tally.different++;
  const { worst } = tally;
  if (worst === null || apartBps(theirs, own) > apartBps(worst.theirs, worst.own))
    tally.worst = { asset, day, theirs, own };
}

/** {bps} of the smaller one, so that it is the same whoever is asked. */
function apartBps(a: number, b: number): number {
  if (a === b) return 0;
  const smaller = Math.min(Math.abs(a), Math.abs(b));
  return smaller === 0 ? Number.POSITIVE_INFINITY : (Math.abs(a - b) / smaller) * BPS;
}

function shareBps(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * BPS;
}

function judgePrices(tally: Tally, { priceBps, shareBps: most }: MarketLimits, whose: Scope, mayDiffer: number): void {
  const { values, different, onlyTheirs, onlyOwn, worst } = tally;
  if (worst !== null && shareBps(different, values) > mayDiffer) {
    throw new CosignRefusal(
      "PRICES_DIFFER",
      `Prices of ${whose} differ from this keeper's by more than ${priceBps} bps.`,
      {
        of: `${different} of ${values}`,
        worst: `${worst.asset} on ${isoFromDay(worst.day)}`,
        theirs: String(worst.theirs),
        own: String(worst.own),
      },
    );
  }
  const all = values + onlyTheirs + onlyOwn;
  if (shareBps(Math.max(onlyTheirs, onlyOwn), all) <= most) return;
  throw new CosignRefusal("TOKENS_MISSING", `Too many prices of ${whose} are known to one side only.`, {
    onlyTheirs: `${onlyTheirs} of ${all}`,
    onlyOwn: `${onlyOwn} of ${all}`,
  });
}

function judgeColumn(tally: Tally, column: string, limits: MarketLimits, whose: Scope): readonly string[] {
  const { values, different, onlyTheirs, onlyOwn, worst } = tally;
  if (worst !== null && shareBps(different, values) > limits.figureShareBps) {
    const details = { of: `${different} of ${values}`, worst: `${worst.asset} on ${isoFromDay(worst.day)}` };
    throw new CosignRefusal("FIGURES_DIFFER", `Figures of ${whose} in "${column}" differ from this keeper's.`, details);
  }
  // Figures that were left out would silence what they say.
  if (shareBps(onlyOwn, values + onlyOwn) > limits.figureShareBps) {
    const details = { of: `${onlyOwn} of ${values + onlyOwn}` };
    throw new CosignRefusal("FIGURES_DIFFER", `Figures of ${whose} in "${column}" were left out.`, details);
  }
  return onlyTheirs === 0 ? [] : [`${onlyTheirs} figures of ${whose} in "${column}" are not known here.`];
}

/** Headlines of the same feeds are the same; others cannot be judged. */
function checkHeadlines(pairs: readonly MonthPair[], { figureShareBps }: MarketLimits): readonly string[] {
  const name = ({ at, source, text }: MonthBlock["headlines"][number]) => `${at} ${source} ${text}`;
  const theirs = new Set(pairs.flatMap((pair) => pair.theirs.headlines.map(name)));
  const own = new Set(pairs.flatMap((pair) => pair.own.headlines.map(name)));
  if (own.size === 0) return theirs.size === 0 ? [] : [`${theirs.size} headlines: this keeper reads none.`];
  const unknown = theirs.difference(own).size;
  const leftOut = own.difference(theirs).size;
  const most = (figureShareBps * Math.max(theirs.size, own.size)) / BPS;
  if (unknown <= most && leftOut <= most) return unknown === 0 ? [] : [`${unknown} headlines are not known here.`];
  const details = { unknown: `${unknown} of ${theirs.size}`, leftOut: `${leftOut} of ${own.size}` };
  throw new CosignRefusal("FIGURES_DIFFER", "The headlines are not those that this keeper read.", details);
}

/** Who is in the universe, and what each token is: both decide who is compared with whom. */
function checkUniverse(
  theirs: readonly AssetProfile[],
  own: readonly AssetProfile[],
  basket: readonly AssetId[],
  limits: MarketLimits,
): void {
  const known = new Map(own.map((profile) => [profile.asset, profile]));
  const given = new Map(theirs.map((profile) => [profile.asset, profile]));
  const kind = ({ rank: _, volume24h: __, ...rest }: AssetProfile) => JSON.stringify(rest, Object.keys(rest).sort());
  const isSame = (asset: AssetId) => {
    const [a, b] = [given.get(asset), known.get(asset)];
    return a !== undefined && b !== undefined && kind(a) === kind(b);
  };
  // What neither side knows, decides nothing.
  const strange = basket.filter((asset) => (given.has(asset) || known.has(asset)) && !isSame(asset));
  if (strange.length > 0) {
    const details = { tokens: strange.join(", ") };
    throw new CosignRefusal(
      "TOKENS_MISSING",
      "Tokens of the basket are unknown here, or are told to be something else.",
      details,
    );
  }
  const all = new Set([...known.keys(), ...given.keys()]);
  const odd = [...all].filter((asset) => !isSame(asset));
  if (shareBps(odd.length, all.size) > limits.shareBps) {
    const details = { of: `${odd.length} of ${all.size}`, such: odd.slice(0, 3).join(", ") };
    throw new CosignRefusal("TOKENS_MISSING", "The universe has other tokens than this keeper's.", details);
  }
  checkRanks(theirs, known, limits);
}

function checkRanks(
  theirs: readonly AssetProfile[],
  known: ReadonlyMap<AssetId, AssetProfile>,
  { figureBps, figureShareBps }: MarketLimits,
): void {
  for (const field of ["rank", "volume24h"] as const) {
    const different = theirs.filter((profile) => {
      const own = known.get(profile.asset);
      if (own === undefined) return false;
      return (
        (own[field] === null) !== (profile[field] === null) ||
        apartBps(own[field] ?? 0, profile[field] ?? 0) > figureBps
      );
    });
    if (shareBps(different.length, theirs.length) <= figureShareBps) continue;
    const details = { of: `${different.length} of ${theirs.length}`, such: different[0]?.asset ?? "" };
    throw new CosignRefusal(
      "FIGURES_DIFFER",
      `Figures of the universe in "${field}" differ from this keeper's.`,
      details,
    );
  }
}
