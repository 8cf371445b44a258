import { type Address, pad, toHex } from "viem";
import type { AssetId } from "../data/source.ts";
import { AssetFlag, BPS, Freeze, type VaultAsset, type VaultLimits, type VaultSnapshot } from "../data/vault.ts";
import { BacktestError } from "../errors.ts";
import type { RealisedFill } from "../plan/costRefit.ts";
import type { Weights } from "../weights/targets.ts";
import { type BudgetState, debit, EMPTY_BUDGETS, factorAt, leak, losable, sellable } from "./budgets.ts";
import { type Fill, type Gap, sizeFill } from "./fillSize.ts";
import type { PriceBook } from "./priceBook.ts";
import { requireAcceptable } from "./proposalRules.ts";
import type { TradeCosts, VolumeAt } from "./tradeCosts.ts";

/** {1} a live price may be away from its snapshot in a fill (contracts/libraries/FillLib.sol). */
const BAND = 0.1;
/** {1} a price moves before the keeper has the targets refreshed. */
const REFRESH_MOVE = 0.05;
/** Moments in each curve at which somebody looks whether a fill pays. */
const LOOKS = 12;
/** {1} of NAV below which nobody bothers. */
const LEAST_FILL = 1e-5;

/** What a simulated vault starts with. */
export interface VaultSettings {
  readonly limits: VaultLimits;
  readonly stable: AssetId; // the one destination of DERISK
  readonly weights: Weights; // {bps} of what is put in at the start; names the basket, the stable is added when missing
  readonly usd: number; // put in at the start
  readonly at: number; // {s}
  readonly maxWeightBps: number; // {bps} cap of a coin's tier
  readonly deviationBps: { readonly coin: number; readonly stable: number }; // of the feeds
  readonly gasPrice: bigint; // {wei}
}

/** A realised fill and when it was. */
export interface TimedFill extends RealisedFill {
  readonly at: number; // {s}
}

/** One token of the simulated basket. */
interface Holding {
  asset: AssetId;
  readonly token: Address;
  units: number;
  isNew: boolean;
}

/** What a proposal left behind for one token. */
interface Target {
  readonly weight: number; // {bps}
  readonly price: number; // {USD} snapshot; NaN = frozen
}

interface OpenEpoch {
  readonly lane: "RISK" | "DERISK";
  readonly proposedAt: number;
  readonly opensAt: number;
  closesAt: number;
  turnoverUsed: bigint;
  nav: number; // {USD} of the tradable part at the snapshot
  tradableBps: number;
  targets: ReadonlyMap<AssetId, Target>;
  readonly result: Mutable<EpochResult>;
}

/** What came of one proposal. */
export interface EpochResult {
  readonly lane: "RISK" | "DERISK";
  readonly proposedAt: number; // {s}
  readonly opensAt: number; // {s}
  readonly firstFillAt: number | null; // {s}
  readonly lastFillAt: number | null; // {s}
  readonly nav: number; // {USD} when it was proposed
  readonly soldUsd: number;
  readonly costUsd: number;
  readonly turnover: number; // {1} of NAV sold
  readonly unfilled: number; // {1} of NAV that was to be sold and was not, when the window closed
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface BasketChange {
  readonly add: readonly AssetId[];
  readonly drop: readonly AssetId[];
  readonly appliesAt: number; // {s}
}

/**
 * An IndexVault reduced to values: the same delays, windows, curve, buckets, lanes and basket changes, with {USD} numbers
 * instead of token amounts. Trades go at market prices minus costs, as soon as the curve has fallen far enough that a filler
 * who pays these costs does not lose; the keeper's own filler returns what is left to the vault.
 */
export class SimulatedVault {
  readonly #settings: VaultSettings;
  readonly #prices: PriceBook;
  readonly #costs: TradeCosts;
  readonly #volumeAt: VolumeAt;
  readonly #holdings: Holding[] = [];
  readonly #epochs: EpochResult[] = [];
  readonly #fills: TimedFill[] = [];
  #tokens = 0;
  #budgets: BudgetState = EMPTY_BUDGETS;
  #epoch: OpenEpoch | null = null;
  #epochId = 0;
  #lastDeriskAt = 0;
  #change: BasketChange | null = null;
  #now: number;

  constructor(settings: VaultSettings, prices: PriceBook, costs: TradeCosts, volumeAt: VolumeAt = () => null) {
    this.#settings = settings;
    this.#prices = prices;
    this.#costs = costs;
    this.#volumeAt = volumeAt;
    this.#now = settings.at;
    for (const asset of new Set([...settings.weights.keys(), settings.stable])) {
      const usd = (settings.usd * (settings.weights.get(asset) ?? 0)) / BPS;
      const holding = this.#add(asset);
      holding.units = usd === 0 ? 0 : usd / this.#priceOf(asset, settings.at);
      holding.isNew = usd === 0 && asset !== settings.stable;
    }
  }

  /** {s} up to which the simulation has come. */
  get now(): number {
    return this.#now;
  }

  /** Every proposal so far, the running one included. */
  get epochs(): readonly EpochResult[] {
    return this.#epochs;
  }

  /** What every part of every trade cost so far, oldest first. */
  get fills(): readonly TimedFill[] {
    return this.#fills;
  }

  /** Basket in its order. */
  get basket(): readonly AssetId[] {
    return this.#holdings.map(({ asset }) => asset);
  }

  /** {USD} of everything held, at market prices, or at the last known mark where there is none. */
  value(): number {
    return this.#holdings.reduce((sum, holding) => sum + holding.units * this.#priceOf(holding.asset, this.#now), 0);
  }

  /** {USD} by asset. */
  values(): ReadonlyMap<AssetId, number> {
    return new Map(this.#holdings.map(({ asset, units }) => [asset, units * this.#priceOf(asset, this.#now)]));
  }

  /** Units by asset. */
  units(): ReadonlyMap<AssetId, number> {
    return new Map(this.#holdings.map(({ asset, units }) => [asset, units]));
  }

  /** Brings the simulation to `timestamp` {s}: basket changes, fills and the end of the window happen on the way. */
  advance(timestamp: number): void {
    if (timestamp < this.#now) throw new BacktestError("A simulated vault cannot go back in time.");
    for (const moment of this.#moments(timestamp)) {
      this.#now = moment;
      this.#applyChange();
      this.#fill();
    }
    this.#now = timestamp;
    this.#applyChange();
  }

  /** The vault as a keeper would read it now. */
  snapshot(capOf: (asset: AssetId) => number = () => this.#settings.maxWeightBps): VaultSnapshot {
    const { limits, stable, gasPrice } = this.#settings;
    const epoch = this.#epoch;
    const number = BigInt(Math.floor(this.#now / 12));
    return {
      chainId: 31_337,
      vault: pad("0x5a", { size: 20 }),
      block: { number, hash: pad(toHex(number), { size: 32 }), timestamp: this.#now },
      assets: this.#holdings.map((holding) => this.#describe(holding, capOf)),
      limits,
      destinations: [{ token: this.#find(stable).token, splitBps: 10_000 }],
      epoch: {
        id: this.#epochId,
        proposedAt: epoch?.proposedAt ?? 0,
        closesAt: epoch?.closesAt ?? 0,
        lastDeriskAt: this.#lastDeriskAt,
        lane: epoch?.lane ?? "RISK",
        cancelled: false,
      },
      turnoverUsed: leak(this.#budgets, limits, this.#now).turnover,
      proposalsPaused: false,
      signersActive: true,
      gasPrice,
      nativeUsd: toFixed(this.#nativePrice(), 18),
    };
  }

  /** Accepts weights as the contract would, or throws a ProposalRefusedError. A window that is open ends with it. */
  propose(lane: "RISK" | "DERISK", weights: Weights): void {
    const { limits } = this.#settings;
    const last = new Map([...(this.#epoch?.targets ?? [])].map(([asset, { weight }]) => [asset, weight]));
    requireAcceptable(this.snapshot(), { lane, weights, last });
    this.#closeBooks();
    const opensAt = this.#now + (lane === "RISK" ? limits.riskDelay : 0);
    const result: Mutable<EpochResult> = {
      lane,
      proposedAt: this.#now,
      opensAt,
      firstFillAt: null,
      lastFillAt: null,
      nav: this.value(),
      soldUsd: 0,
      costUsd: 0,
      turnover: 0,
      unfilled: 0,
    };
    this.#epochs.push(result);
    this.#epochId++;
    if (lane === "DERISK") {
      this.#lastDeriskAt = this.#now;
      this.#budgets = { ...this.#budgets, deriskLoss: 0n };
    }
    const closesAt = opensAt + 2 * limits.curveLength;
    const books = { nav: 0, tradableBps: 0, targets: new Map<AssetId, Target>() };
    this.#epoch = { lane, proposedAt: this.#now, opensAt, closesAt, turnoverUsed: 0n, ...books, result };
    this.#takeSnapshot(this.#epoch, weights);
  }

  /**
   * Announces new and leaving tokens; they change after the basket delay, once no window is open. Replaces the last one, but the
   * same change again waits no longer: who decides every day would never get a new token otherwise.
   */
  proposeBasket(add: readonly AssetId[], drop: readonly AssetId[]): void {
    const isSame = (a: readonly AssetId[], b: readonly AssetId[]) => [...a].sort().join() === [...b].sort().join();
    if (this.#change !== null && isSame(this.#change.add, add) && isSame(this.#change.drop, drop)) return;
    this.#change = { add, drop, appliesAt: this.#now + this.#settings.limits.basketDelay };
  }

  /** A token that goes on under another name: `ratio` of the new one for each old one. */
  rename(from: AssetId, to: AssetId, ratio: number): void {
    const holding = this.#holdings.find(({ asset }) => asset === from);
    if (holding === undefined) return;
    const known = this.#holdings.find(({ asset }) => asset === to);
    if (known === undefined) {
      holding.asset = to;
      holding.units *= ratio;
    } else {
      known.units += holding.units * ratio;
      this.#holdings.splice(this.#holdings.indexOf(holding), 1);
    }
  }

  /** Counts as nothing from now on what is held of an asset. */
  writeOff(asset: AssetId): void {
    this.#find(asset).units = 0;
  }

  #describe(holding: Holding, capOf: (asset: AssetId) => number): VaultAsset {
    const { asset, token, units, isNew } = holding;
    const { stable, deviationBps } = this.#settings;
    const isStable = asset === stable;
    const fresh = this.#isFresh(asset);
    return {
      token,
      asset,
      decimals: 18,
      holdings: toFixed(units, 18),
      price: fresh ? toFixed(this.#priceOf(asset, this.#now), 27) : 0n,
      maxWeightBps: isStable ? 10_000 : capOf(asset),
      usdCap: 0n,
      depthUsd: null,
      deviationBps: isStable ? deviationBps.stable : deviationBps.coin,
      flags: isStable ? AssetFlag.STABLE : 0,
      freeze: fresh ? 0 : Freeze.SELL | Freeze.BUY,
      isNew,
    };
  }

  #moments(until: number): readonly number[] {
    const moments: number[] = [];
    const { curveLength } = this.#settings.limits;
    if (this.#epoch !== null) {
      for (let look = 1; look <= 2 * LOOKS; look++) {
        // The last look of a curve is one second before it starts again.
        const second = Math.floor((look * curveLength) / LOOKS) - (look % LOOKS === 0 ? 1 : 0);
        moments.push(this.#epoch.opensAt + second);
      }
    }
    if (this.#change !== null) moments.push(this.#change.appliesAt);
    return moments.filter((moment) => moment > this.#now && moment <= until).sort((a, b) => a - b);
  }

  #applyChange(): void {
    const change = this.#change;
    if (change === null || this.#now < change.appliesAt) return;
    if (this.#epoch !== null && this.#now < this.#epoch.closesAt && this.#now >= this.#epoch.proposedAt) return;
    this.#change = null;
    const dust = LEAST_FILL * this.value();
    for (const asset of change.drop) {
      const index = this.#holdings.findIndex((item) => item.asset === asset);
      const holding = this.#holdings[index];
      // Only what is sold off can be dropped; dust goes to the stable, as the last fill of a token takes all of it.
      if (holding === undefined || asset === this.#settings.stable) continue;
      const worth = holding.units * this.#priceOf(asset, this.#now);
      if (worth > dust) continue;
      this.#find(this.#settings.stable).units += worth / this.#priceOf(this.#settings.stable, this.#now);
      this.#holdings.splice(index, 1);
    }
    for (const asset of change.add) if (!this.basket.includes(asset)) this.#add(asset);
  }

  #fill(): void {
    const epoch = this.#epoch;
    if (epoch === null || this.#now < epoch.opensAt || this.#now >= epoch.closesAt) return;
    this.#refresh(epoch);
    const { limits, deviationBps } = this.#settings;
    const gaps = this.#gaps(epoch);
    const fill = sizeFill(gaps, {
      costs: this.#costs,
      sellable: sellable(this.#budgets, limits, epoch, this.#now) * epoch.nav,
      losable: losable(this.#budgets, limits, epoch, this.#now) * epoch.nav,
    });
    if (fill === null || fill.sold < LEAST_FILL * epoch.nav) return;
    // A pair's spread is the sum of both thresholds. Coins have one threshold, so the narrowest pair speaks for all.
    const toStable = fill.buys.some(({ asset }) => asset === this.#settings.stable);
    const fromStable = fill.sells.some(({ asset }) => asset === this.#settings.stable);
    const other = toStable || fromStable ? deviationBps.stable : deviationBps.coin;
    const factor = factorAt(limits, epoch, deviationBps.coin + other, this.#now);
    if (factor > 1 - fill.cost / fill.sold) return;
    this.#settle(epoch, fill);
  }

  #settle(epoch: OpenEpoch, fill: Fill): void {
    for (const { asset, usd } of fill.sells) this.#trade(asset, -usd);
    for (const { asset, usd } of fill.buys) this.#trade(asset, usd);
    // Turnover counts at the higher of live and snapshot price, as in the contract.
    const counted = fill.sells.reduce((sum, { usd, markup }) => sum + usd * markup, 0);
    const spent = { turnover: counted / epoch.nav, loss: fill.cost / epoch.nav, at: this.#now };
    const after = debit(this.#budgets, this.#settings.limits, epoch, spent);
    this.#budgets = after.budgets;
    epoch.turnoverUsed = after.turnoverUsed;
    for (const { usd, volume, cost } of fill.legs) {
      this.#fills.push({ at: this.#now, size: usd, dailyVolume: volume, costBps: cost * BPS });
    }
    const { result } = epoch;
    result.firstFillAt ??= this.#now;
    result.lastFillAt = this.#now;
    result.soldUsd += fill.sold;
    result.costUsd += fill.cost;
    result.turnover += fill.sold / result.nav;
  }

  #trade(asset: AssetId, usd: number): void {
    const holding = this.#find(asset);
    const units = holding.units + usd / this.#priceOf(asset, this.#now);
    holding.units = units < holding.units * 1e-12 ? 0 : units;
  }

  /** What each token has too much or too little of, at live prices. */
  #gaps(epoch: OpenEpoch): readonly Gap[] {
    const gaps: Gap[] = [];
    for (const { asset, units } of this.#holdings) {
      const target = epoch.targets.get(asset);
      if (target === undefined || Number.isNaN(target.price) || !this.#isFresh(asset)) continue;
      const price = this.#priceOf(asset, this.#now);
      if (Math.abs(price / target.price - 1) > BAND) continue;
      const wanted = (epoch.nav * target.weight) / epoch.tradableBps / target.price;
      const usd = (wanted - units) * price;
      if (usd > 0 && epoch.lane === "DERISK" && asset !== this.#settings.stable) continue;
      const volume = this.#volumeAt(asset, this.#now);
      gaps.push({ asset, usd, markup: Math.max(price, target.price) / price, volume });
    }
    return gaps;
  }

  #refresh(epoch: OpenEpoch): void {
    const moved = [...epoch.targets].some(([asset, { price }]) => {
      const live = this.#priceOf(asset, this.#now);
      return Number.isNaN(price) ? this.#isFresh(asset) : Math.abs(live / price - 1) > REFRESH_MOVE;
    });
    if (!moved) return;
    this.#takeSnapshot(epoch, new Map([...epoch.targets].map(([asset, { weight }]) => [asset, weight])));
  }

  #takeSnapshot(epoch: OpenEpoch, weights: Weights): void {
    let [nav, tradableBps] = [0, 0];
    const targets = new Map<AssetId, Target>();
    for (const holding of this.#holdings) {
      const weight = weights.get(holding.asset) ?? 0;
      if (weight > 0) holding.isNew = false;
      const price = this.#isFresh(holding.asset) ? this.#priceOf(holding.asset, this.#now) : Number.NaN;
      if (!holding.isNew) targets.set(holding.asset, { weight, price });
      if (Number.isNaN(price)) continue;
      nav += holding.units * price;
      tradableBps += weight;
    }
    epoch.nav = nav;
    epoch.tradableBps = tradableBps;
    epoch.targets = targets;
  }

  /** Notes what the window that ends now left undone. */
  #closeBooks(): void {
    const epoch = this.#epoch;
    if (epoch === null) return;
    const left = this.#gaps(epoch).reduce((sum, { usd }) => sum + Math.max(0, -usd), 0);
    epoch.result.unfilled = left / epoch.nav;
    epoch.closesAt = Math.min(epoch.closesAt, this.#now);
  }

  #add(asset: AssetId): Holding {
    this.#tokens++;
    const holding = { asset, token: pad(toHex(this.#tokens), { size: 20 }), units: 0, isNew: true };
    this.#holdings.push(holding);
    return holding;
  }

  #find(asset: AssetId): Holding {
    const holding = this.#holdings.find((item) => item.asset === asset);
    if (holding === undefined) throw new BacktestError("An asset is not in the simulated basket.", { asset });
    return holding;
  }

  // A stable without a series of its own counts as one dollar.
  #priceOf(asset: AssetId, timestamp: number): number {
    const price = this.#prices.markAt(asset, timestamp);
    if (!Number.isNaN(price)) return price;
    return asset === this.#settings.stable ? 1 : 0;
  }

  #isFresh(asset: AssetId): boolean {
    return asset === this.#settings.stable || this.#prices.isFresh(asset, this.#now);
  }

  #nativePrice(): number {
    const price = this.#prices.markAt("ETH", this.#now);
    return Number.isNaN(price) ? 2_000 : price;
  }
}

/** A number as an integer with `decimals` decimals, exact to the number's own digits. */
function toFixed(value: number, decimals: number): bigint {
  let scaled = value;
  for (let i = 0; i < decimals; i++) scaled *= 10;
  return BigInt(Math.round(scaled));
}
