import type { AssetId } from "../data/source.ts";
import type { PriceBook } from "./priceBook.ts";

/** {1} of the whole, by asset. What is missing to 1 is cash. */
export type Parts = ReadonlyMap<AssetId, number>;

/**
 * Holdings that are traded at once, without delay, window or budget: what a benchmark does, and what the same decisions
 * would have been worth without the vault's limits. Tokens without a current price keep their last one and are not traded.
 */
export class PlainPortfolio {
  readonly #prices: PriceBook;
  readonly #rate: number;
  readonly #stable: AssetId | null;
  readonly #units = new Map<AssetId, number>();
  #cash: number;
  #sold = 0;
  #cost = 0;
  #turnover = 0;

  /**
   * {usd} put in; {rate} {1} of what is sold or bought, whichever is more, at each rebalance. `stable` can always be traded and
   * counts as one dollar where nobody tells its price.
   */
  constructor(prices: PriceBook, usd: number, rate: number, stable: AssetId | null = null) {
    this.#prices = prices;
    this.#rate = rate;
    this.#stable = stable;
    this.#cash = usd;
  }

  /** {USD} sold so far, {USD} of costs so far, and {1} of NAV sold, summed over all rebalances. */
  get traded(): { readonly sold: number; readonly cost: number; readonly turnover: number } {
    return { sold: this.#sold, cost: this.#cost, turnover: this.#turnover };
  }

  /** What is held. */
  get assets(): readonly AssetId[] {
    return [...this.#units.keys()];
  }

  /** {USD} at `timestamp` {s}. */
  value(timestamp: number): number {
    let sum = this.#cash;
    for (const [asset, units] of this.#units) sum += units * this.#mark(asset, timestamp);
    return sum;
  }

  /** {USD} by what is held at `timestamp` {s}, without cash. */
  values(timestamp: number): ReadonlyMap<AssetId, number> {
    return new Map([...this.#units].map(([asset, units]) => [asset, units * this.#mark(asset, timestamp)]));
  }

  /** Trades to `parts` at the prices of `timestamp` {s}. `free`: the first basket of a benchmark costs nothing, as a vault's seed. */
  rebalance(parts: Parts, timestamp: number, free = false): void {
    const isStuck = (asset: AssetId) => asset !== this.#stable && !this.#prices.isFresh(asset, timestamp);
    const total = this.value(timestamp);
    const stuck = [...this.#units].filter(([asset]) => isStuck(asset));
    const tradable = total - stuck.reduce((sum, [asset, units]) => sum + units * this.#mark(asset, timestamp), 0);
    const wanted = new Map([...parts].filter(([asset, part]) => part > 0 && !isStuck(asset)));

    let sold = 0;
    for (const [asset, units] of this.#units) {
      if (isStuck(asset)) continue;
      sold += Math.max(0, units * this.#mark(asset, timestamp) - tradable * (wanted.get(asset) ?? 0));
    }
    const bought = [...wanted].reduce((sum, [asset, part]) => {
      const held = (this.#units.get(asset) ?? 0) * this.#mark(asset, timestamp);
      return sum + Math.max(0, tradable * part - held);
    }, 0);
    // Money that comes from or goes to cash is traded once as well.
    const traded = Math.max(sold, bought);
    const cost = free ? 0 : traded * this.#rate;
    this.#sold += free ? 0 : traded;
    this.#cost += cost;
    this.#turnover += free ? 0 : traded / total;

    for (const [asset] of [...this.#units]) if (!isStuck(asset)) this.#units.delete(asset);
    let placed = 0;
    for (const [asset, part] of wanted) {
      this.#units.set(asset, ((tradable - cost) * part) / this.#mark(asset, timestamp));
      placed += part;
    }
    this.#cash = (tradable - cost) * (1 - placed);
  }

  /** A token that goes on under another name: `ratio` of the new one for each old one. */
  rename(from: AssetId, to: AssetId, ratio: number): void {
    const units = this.#units.get(from);
    if (units === undefined) return;
    this.#units.delete(from);
    this.#units.set(to, (this.#units.get(to) ?? 0) + units * ratio);
  }

  /** Counts as nothing from now on what is held of an asset. */
  writeOff(asset: AssetId): void {
    this.#units.delete(asset);
  }

  #mark(asset: AssetId, timestamp: number): number {
    const price = this.#prices.markAt(asset, timestamp);
    if (!Number.isNaN(price)) return price;
    return asset === this.#stable ? 1 : 0;
  }
}
