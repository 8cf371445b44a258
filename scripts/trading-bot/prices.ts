import type { Address } from "viem";
import { readContract } from "viem/actions";
import { type AnyClient, assetRegistryAbi } from "../../sdk/src/index.ts";
import { BotSettingsError, PriceAwayError } from "./errors.ts";
import { toNumber } from "./units.ts";

/** A token of the deployment that the bot may trade. */
export interface TradedToken {
  readonly symbol: string;
  readonly address: Address;
  readonly decimals: number;
}

const D27 = 10n ** 27n;

/** The two tokens of BASE/QUOTE. Throws BotSettingsError when one is not traded. */
export function marketOf(symbol: string, tokens: readonly TradedToken[]): { base: TradedToken; quote: TradedToken } {
  const [base, quote] = symbol.split("/").map((name) => tokens.find((token) => token.symbol === name));
  if (base !== undefined && quote !== undefined && base !== quote) return { base, quote };
  throw new BotSettingsError(`${symbol} is no market here. Name tokens of the deployment, as WETH/USDC.`);
}

/** Chainlink's prices, checked by the AssetRegistry: fresh, within bounds, and as the second source has them. */
export class ChainlinkReference {
  readonly #client: AnyClient;
  readonly #registry: Address;
  readonly #tokens: readonly TradedToken[];

  constructor(client: AnyClient, registry: Address, tokens: readonly TradedToken[]) {
    this.#client = client;
    this.#registry = registry;
    this.#tokens = tokens;
  }

  /** D27{quote/base} of whole units. Throws PriceAwayError when either price cannot be trusted now. */
  async crossPrice(symbol: string): Promise<bigint> {
    const { base, quote } = marketOf(symbol, this.#tokens);
    const [of, per] = await Promise.all([this.#usd(base), this.#usd(quote)]);
    return (of * D27) / per;
  }

  /** {quote} of one base. Throws as crossPrice does. */
  async price(symbol: string): Promise<number> {
    return toNumber(await this.crossPrice(symbol), 27);
  }

  async #usd({ address, symbol }: TradedToken): Promise<bigint> {
    const request = { address: this.#registry, abi: assetRegistryAbi, functionName: "price", args: [address] } as const;
    const price = await readContract(this.#client, request).catch((cause: unknown) => {
      throw new PriceAwayError(`${symbol} has no Chainlink price that can be trusted now. Wait for a fresh one.`, {
        cause,
      });
    });
    if (price > 0n) return price;
    throw new PriceAwayError(`${symbol} has no Chainlink price now. Wait for one.`);
  }
}

/** Throws PriceAwayError unless `price` is within {bps} of the reference. NaN is refused. */
export function requireNear(what: string, price: number, reference: number, bps: number): void {
  const away = Math.abs(price / reference - 1) * 10_000;
  if (away <= bps) return;
  throw new PriceAwayError(
    `${what} is ${price}, and Chainlink's price is ${reference}: more than ${bps} bps apart. Nothing is traded at it.`,
  );
}
