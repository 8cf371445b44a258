import type { AssetId } from "../data/source.ts";
import { DAY, type Day } from "../data/time.ts";
import { BPS, type VaultLimits, type VaultSnapshot } from "../data/vault.ts";
import { ProposalRefusedError } from "../errors.ts";
import type { DecisionRecord } from "../plan/record.ts";
import { apportion } from "../weights/apportion.ts";
import { BASELINES, type Baseline, BaselineRun, type Member } from "./baselines.ts";
import type { Decider } from "./decider.ts";
import { type BacktestMarket, CONVERSIONS, type Conversion, STABLE } from "./market.ts";
import { type Parts, PlainPortfolio } from "./portfolio.ts";
import { type EpochResult, SimulatedVault } from "./simulatedVault.ts";
import type { TradeCosts } from "./tradeCosts.ts";

/** {days} between two decisions. */
export const DECIDE_EVERY = 7;

/** What to run. */
export interface SimulationSettings {
  readonly from: Day; // first decision at its first second
  readonly to: Day; // last day, included
  readonly universe: number; // best ranked coins
  readonly usd: number;
  readonly costs: TradeCosts;
  readonly limits: VaultLimits;
  readonly maxWeightBps: number;
  /** {days} between two decisions; 7 unless told. */
  readonly decideEvery?: number;
  /** Who may be held, when it is not the `universe` best ranked coins; `basket`: tokens of the vault. */
  readonly select?: (at: number, basket: ReadonlySet<AssetId>) => ReadonlySet<AssetId>;
  /** What it is compared with; all benchmarks unless told. They trade once a week among the `universe` best ranked coins. */
  readonly compared?: readonly Baseline[];
}

/** One decision and what the vault made of it. */
export interface DecisionEntry {
  readonly at: number; // {s}
  readonly record: DecisionRecord;
  readonly epoch: EpochResult | null; // null: nothing was proposed
  readonly refused: string | null; // why the vault would not have it
}

/** Everything that happened, day by day. The first value of each series is at the first decision. */
export interface Simulation {
  readonly decisions: readonly DecisionEntry[];
  readonly nav: readonly number[]; // {USD}
  readonly holdings: readonly ReadonlyMap<AssetId, number>[]; // {USD} by asset
  readonly baselines: readonly { readonly run: BaselineRun; readonly nav: readonly number[] }[];
  readonly atOnce: readonly number[]; // {USD} the same decisions without delay
  readonly held: readonly number[]; // {USD} the first basket, left alone
  readonly start: Parts; // the first basket
  readonly unpriced: ReadonlyMap<AssetId, number>; // listed members without a price: on how many decision days
  readonly writtenOff: readonly AssetId[];
}

/** Called after each day, with the part {1} that is done. */
export type Progress = (done: number) => void;

/** Runs decisions through a simulated vault, with benchmarks on the same dates. */
export async function simulate(
  settings: SimulationSettings,
  market: BacktestMarket,
  createDecider: () => Decider,
  progress: Progress = () => {},
): Promise<Simulation> {
  const run = await Run.start(settings, market, createDecider);
  for (let day = settings.from; day <= settings.to; day++) {
    await run.day(day);
    progress((day - settings.from + 1) / (settings.to - settings.from + 1));
  }
  return run.finish();
}

/** {bps} deviation thresholds of typical price feeds. */
const DEVIATION_BPS = { coin: 50, stable: 25 };
const GAS_PRICE = 10n ** 9n;

class Run {
  readonly #settings: SimulationSettings;
  readonly #market: BacktestMarket;
  readonly #decider: Decider;
  readonly #vault: SimulatedVault;
  readonly #start: Parts;
  readonly #atOnce: PlainPortfolio;
  readonly #held: PlainPortfolio;
  readonly #baselines: readonly { run: BaselineRun; nav: number[] }[];
  readonly #decisions: DecisionEntry[] = [];
  readonly #nav: number[] = [];
  readonly #holdings: ReadonlyMap<AssetId, number>[] = [];
  readonly #atOnceNav: number[] = [];
  readonly #heldNav: number[] = [];
  readonly #unpriced = new Map<AssetId, number>();
  #members: ReadonlySet<AssetId> = new Set();

  private constructor(settings: SimulationSettings, market: BacktestMarket, decider: Decider, weights: Parts) {
    const { usd, costs, from } = settings;
    this.#settings = settings;
    this.#market = market;
    this.#decider = decider;
    this.#start = weights;
    const plain = (rate: number) => new PlainPortfolio(market.prices, usd, rate, STABLE);
    this.#vault = createVault(settings, market, weights);
    this.#atOnce = plain(costs.rate);
    this.#held = plain(costs.rate);
    this.#atOnce.rebalance(weights, from * DAY, true);
    this.#held.rebalance(weights, from * DAY, true);
    this.#baselines = (settings.compared ?? BASELINES).map((baseline) => {
      return { run: new BaselineRun(baseline, market.prices, usd, costs.rate), nav: [] };
    });
  }

  /** The vault is created on the first target, as the creator of an index would. */
  static async start(settings: SimulationSettings, market: BacktestMarket, createDecider: () => Decider): Promise<Run> {
    const at = settings.from * DAY;
    const { members } = await market.members(at, settings.universe);
    const names = settings.select?.(at, new Set()) ?? members.map(({ asset }) => asset);
    const empty = createVault(settings, market, new Map([...names].map((asset) => [asset, 0])));
    // With a memory of its own: what it wants of an empty vault never happened.
    const { assets } = await createDecider().decide(market.source.at(at), seasoned(empty.snapshot()));
    const weights = new Map(assets.map(({ asset, targetBps }) => [asset, targetBps / BPS]));
    return new Run(settings, market, createDecider(), weights);
  }

  async day(day: Day): Promise<void> {
    const at = day * DAY;
    this.#vault.advance(at);
    for (const conversion of CONVERSIONS) this.#convert(conversion, at);
    this.#note(at);
    const { from, decideEvery = DECIDE_EVERY, universe, select } = this.#settings;
    const [isDecision, isWeek] = [(day - from) % decideEvery === 0, (day - from) % DECIDE_EVERY === 0];
    if (!isDecision && !isWeek) return;
    const { members, unpriced } = await this.#market.members(at, universe);
    if (isDecision) {
      for (const asset of unpriced) this.#unpriced.set(asset, (this.#unpriced.get(asset) ?? 0) + 1);
      this.#changeBasket(select?.(at, this.#coins()) ?? new Set(members.map(({ asset }) => asset)));
      await this.#decide(at);
    }
    if (isWeek) this.#trade(day, members);
  }

  /** Benchmarks trade when the vault's own window opens: nobody gets a price that the vault could not have. */
  #trade(day: Day, members: readonly Member[]): void {
    const { from, limits } = this.#settings;
    const tradeAt = day === from ? day * DAY : day * DAY + limits.riskDelay;
    for (const { run } of this.#baselines) run.trade({ tradeAt, members });
  }

  #coins(): ReadonlySet<AssetId> {
    return new Set(this.#vault.basket.filter((asset) => asset !== STABLE));
  }

  finish(): Simulation {
    const end = (this.#settings.to + 1) * DAY;
    this.#vault.advance(end);
    const writtenOff = this.#writeOff(end);
    this.#note(end);
    return {
      decisions: this.#decisions,
      nav: this.#nav,
      holdings: this.#holdings,
      baselines: this.#baselines,
      atOnce: this.#atOnceNav,
      held: this.#heldNav,
      start: this.#start,
      unpriced: this.#unpriced,
      writtenOff,
    };
  }

  async #decide(at: number): Promise<void> {
    const members = this.#members;
    const { maxWeightBps } = this.#settings;
    // A token that left the universe may not be bought any more: with a cap of 0, every strategy sells it.
    const seen = this.#vault.snapshot((asset) => (members.has(asset) ? maxWeightBps : 0));
    const record = await this.#decider.decide(this.#market.source.at(at), seen, this.#vault.fills);
    let refused: string | null = null;
    let epoch: EpochResult | null = null;
    if (record.action === "propose" && record.lane !== null) {
      const weights = new Map(record.assets.map(({ asset, proposedBps }) => [asset, proposedBps]));
      try {
        this.#vault.propose(record.lane, weights);
        epoch = this.#vault.epochs.at(-1) ?? null;
      } catch (error) {
        if (!(error instanceof ProposalRefusedError)) throw error;
        refused = `${error.details["reason"]} ${error.details["what"]}`;
      }
      const targets = new Map(record.assets.map(({ asset, targetBps }) => [asset, targetBps / BPS]));
      this.#atOnce.rebalance(targets, at);
    }
    this.#decisions.push({ at, record, epoch, refused });
  }

  #changeBasket(members: ReadonlySet<AssetId>): void {
    this.#members = members;
    const basket = new Set(this.#vault.basket);
    const add = [...members].filter((asset) => !basket.has(asset));
    const drop = [...basket].filter((asset) => !members.has(asset) && asset !== STABLE);
    if (add.length > 0 || drop.length > 0) this.#vault.proposeBasket(add, drop);
  }

  /** On the day of a new name, or when only the new one has a price: whichever comes later. */
  #convert({ from, to, ratio, day }: Conversion, at: number): void {
    if (at < day * DAY || !this.#market.prices.isFresh(to, at)) return;
    if (ratio !== 1 && this.#market.prices.isFresh(from, at)) return;
    this.#vault.rename(from, to, ratio);
    this.#portfolios((portfolio) => portfolio.rename(from, to, ratio));
  }

  #note(at: number): void {
    this.#nav.push(this.#vault.value());
    this.#holdings.push(this.#vault.values());
    this.#atOnceNav.push(this.#atOnce.value(at));
    this.#heldNav.push(this.#held.value(at));
    for (const { run, nav } of this.#baselines) {
      // Before its first trade a benchmark is what was put in.
      nav.push(run.portfolio.value(at));
    }
  }

  /** What nobody can price at the end, neither an exchange nor a listing of the last two months, counts as nothing. */
  #writeOff(end: number): readonly AssetId[] {
    const { prices } = this.#market;
    const dead = this.#vault.basket.filter((asset) => {
      if (asset === STABLE || prices.isFresh(asset, end)) return false;
      return prices.listedDay(asset, this.#settings.to) < this.#settings.to - 62;
    });
    const gone = dead.filter((asset) => (this.#vault.units().get(asset) ?? 0) > 0);
    for (const asset of dead) this.#vault.writeOff(asset);
    this.#portfolios((portfolio) => {
      for (const asset of portfolio.assets) {
        const known =
          prices.isFresh(asset, end) || prices.listedDay(asset, this.#settings.to) >= this.#settings.to - 62;
        if (!known) portfolio.writeOff(asset);
      }
    });
    return gone;
  }

  #portfolios(change: (portfolio: PlainPortfolio) => void): void {
    change(this.#atOnce);
    change(this.#held);
    for (const { run } of this.#baselines) change(run.portfolio);
  }
}

function createVault(settings: SimulationSettings, market: BacktestMarket, weights: Parts): SimulatedVault {
  const parts = [...new Set([...weights.keys(), STABLE])].map((asset) => {
    return { asset, size: BigInt(Math.round((weights.get(asset) ?? 0) * 1e9)) };
  });
  const empty = parts.every(({ size }) => size === 0n);
  const bps = empty ? new Map(parts.map(({ asset }) => [asset, asset === STABLE ? BPS : 0])) : apportion(BPS, parts);
  return new SimulatedVault(
    {
      limits: settings.limits,
      stable: STABLE,
      weights: bps,
      usd: settings.usd,
      at: settings.from * DAY,
      maxWeightBps: settings.maxWeightBps,
      deviationBps: DEVIATION_BPS,
      gasPrice: GAS_PRICE,
    },
    market.prices,
    settings.costs,
    market.volumeAt,
  );
}

/** The empty vault's tokens are not new: their first step is the creation, which has no limit. */
function seasoned(vault: VaultSnapshot): VaultSnapshot {
  return { ...vault, assets: vault.assets.map((asset) => ({ ...asset, isNew: false })) };
}
