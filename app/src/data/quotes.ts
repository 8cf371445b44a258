import {
  type Authorization,
  assetRegistryAbi,
  BPS,
  D18,
  getNav,
  indexLensAbi,
  mint,
  mulDiv,
  type PreparedAction,
  redeem,
  type TokenAmount,
  type Venue,
  zapIn,
  zapOut,
} from "@gimbal/sdk";
import { type Address, isAddressEqual, zeroAddress } from "viem";
import { getGasPrice, readContract } from "viem/actions";
import { priceImpact, sharesFor, shareValue, usdValue } from "../amounts.ts";
import type { NetworkSettings } from "../settings.ts";
import type { ChainClient } from "./chainClient.ts";
import { ETHER, type PayToken } from "./payToken.ts";

/** Where a quote is asked for, and for whom. Nobody connected: quotes are the same, nothing can be sent. */
export interface QuotePlace {
  readonly client: ChainClient;
  readonly deployment: NetworkSettings["deployment"];
  readonly vault: Address;
  readonly account?: Address | undefined;
}

/** A purchase with one token, or a sale for one. */
export interface TokenQuote {
  /** {share wei} bought or sold, exactly. */
  readonly shares: bigint;
  /** {raw tokens} that the pools say: paid or received. */
  readonly quoted: bigint;
  /** {raw tokens} paid at most, or received at least. */
  readonly limit: bigint;
  /** {share wei} of the mint fee, which the price has in it; null: a sale. */
  readonly feeShares: bigint | null;
  /** {bps} worse than the net asset value; null: a price is missing. */
  readonly impact: number | null;
  /** Tokens of the index that do not answer: their part becomes a claim. */
  readonly skip: readonly Address[];
}

async function priceOf({ client, deployment }: QuotePlace, token: PayToken): Promise<bigint | null> {
  const { contracts, external } = deployment;
  const listed = isAddressEqual(token.address, ETHER.address) ? external.weth : token.address;
  const at = { address: contracts.AssetRegistry, abi: assetRegistryAbi, functionName: "price" } as const;
  const price = await readContract(client, { ...at, args: [listed] });
  return price === 0n ? null : price;
}

/** Pools are with Ether or with dollars, so that a route between two tokens passes through one of them. */
function venueOf({ deployment: { external, tokens } }: QuotePlace): Venue {
  const { uniswapV3Factory, quoterV2, weth } = external;
  const via = tokens.USDC === undefined ? [weth] : [weth, tokens.USDC.address];
  return { uniswapV3Factory, quoterV2, weth, via };
}

/** Thrown when a quote cannot be had. `shortMessage` is a sentence for a screen. */
export class QuoteError extends Error {
  override readonly name = "QuoteError";
  readonly shortMessage: string;

  constructor(sentence: string) {
    super(sentence);
    this.shortMessage = sentence;
  }
}

/**
 * As many shares as `budget` {raw tokens} buys with the slippage {bps} that is allowed: the budget is never exceeded.
 *
 * @param lastShares {share wei} of the quote before, where the search begins.
 */
export async function quoteBuy(
  place: QuotePlace,
  order: { token: PayToken; budget: bigint; slippageBps: number; lastShares?: bigint | undefined },
): Promise<TokenQuote> {
  const { client, deployment, vault, account = zeroAddress } = place;
  const { token, budget, slippageBps } = order;
  const lens = deployment.contracts.IndexLens;
  const [price, nav] = await Promise.all([priceOf(place, token), getNav(client, { lens, vault })]);
  if (price === null) throw new QuoteError(`${token.symbol} has no trustworthy price now. Pay with another token.`);
  if (nav.perShare === 0n) throw new QuoteError("The index has no price now. Buy in kind, or try again later.");
  const guess = mulDiv(usdValue(budget, price, token.decimals), D18, nav.perShare);
  const first = order.lastShares ?? (guess * BPS) / (BPS + BigInt(slippageBps));
  const found = await sharesFor(budget, first, async (shares) => {
    const zap = { zap: deployment.contracts.Zap, venue: venueOf(place), vault, account };
    const { amountIn, quotedIn } = await zapIn(client, { ...zap, tokenIn: token.address, shares, slippageBps });
    return { cost: amountIn, quotedIn };
  });
  if (found === undefined) throw new QuoteError("This is too little to buy any of it. Type a larger amount.");
  const { shares, quotedIn } = found;
  const [, feeShares, value] = await readContract(client, {
    ...{ address: lens, abi: indexLensAbi, functionName: "previewMint", args: [vault, shares] },
  });
  const fair = nav.unpriced.length > 0 ? null : value;
  const impact = priceImpact("buy", fair, usdValue(quotedIn, price, token.decimals));
  return { shares, quoted: quotedIn, limit: found.cost, feeShares, impact, skip: [] };
}

/** What `shares` {share wei} bring in one token, with the slippage {bps} that is allowed. */
export async function quoteSell(
  place: QuotePlace,
  { token, shares, slippageBps }: { token: PayToken; shares: bigint; slippageBps: number },
): Promise<TokenQuote> {
  const { client, deployment, vault, account = zeroAddress } = place;
  const [price, worth, skip] = await Promise.all([priceOf(place, token), worthOf(place, shares), silentOf(place)]);
  const zap = { zap: deployment.contracts.Zap, venue: venueOf(place), vault, account };
  const { quotedOut, minOut } = await zapOut(client, { ...zap, tokenOut: token.address, shares, slippageBps, skip });
  if (quotedOut === 0n) throw new QuoteError("No pool buys what the index holds. Sell in kind instead.");
  const impact = price === null ? null : priceImpact("sell", worth, usdValue(quotedOut, price, token.decimals));
  return { shares, quoted: quotedOut, limit: minOut, feeShares: null, impact, skip };
}

/** D18{USD} that shares are worth; null: a token has no price. */
async function worthOf({ client, deployment, vault }: QuotePlace, shares: bigint): Promise<bigint | null> {
  const nav = await getNav(client, { lens: deployment.contracts.IndexLens, vault });
  return nav.unpriced.length > 0 ? null : shareValue(shares, nav.perShare);
}

/** Tokens whose balance cannot be read: an exit goes on without them. */
export async function silentOf({ client, deployment, vault }: QuotePlace): Promise<readonly Address[]> {
  const address = deployment.contracts.IndexLens;
  const at = { address, abi: indexLensAbi } as const;
  const [[, , bitmap], { holdings }] = await Promise.all([
    readContract(client, { ...at, functionName: "previewRedeem", args: [vault, 1n] }),
    readContract(client, { ...at, functionName: "nav", args: [vault] }),
  ]);
  return holdings.filter((_, index) => ((bitmap >> BigInt(index)) & 1n) === 1n).map(({ token }) => token);
}

/** The zap with exactly the limits that a person has agreed to. Routes are those of this moment. */
export function tokenTrade(
  place: QuotePlace & { account: Address; authorization: Authorization },
  side: "buy" | "sell",
  token: PayToken,
  { shares, limit, skip }: Pick<TokenQuote, "shares" | "limit" | "skip">,
) {
  const { client, deployment, vault, account, authorization } = place;
  const zap = { zap: deployment.contracts.Zap, venue: venueOf(place), vault, account, authorization, shares };
  return side === "buy"
    ? zapIn(client, { ...zap, tokenIn: token.address, maxIn: limit })
    : zapOut(client, { ...zap, tokenOut: token.address, minOut: limit, skip });
}

/** A purchase or sale of the basket itself. */
export interface KindQuote {
  readonly shares: bigint;
  /** {raw tokens} by the vault's own preview, in index order. */
  readonly amounts: readonly TokenAmount[];
  /** {raw tokens} paid at most or received at least, in index order. */
  readonly limits: readonly TokenAmount[];
  /** {share wei} of the mint fee; null: a sale. */
  readonly feeShares: bigint | null;
  /** Whom it is prepared for: it pays him and nobody else. */
  readonly account: Address;
  /** What is sent, with these limits. */
  readonly action: PreparedAction<unknown>;
}

/** What a mint pulls or a redemption pays, leg by leg. */
export async function quoteKind(
  { client, vault, account = zeroAddress }: QuotePlace,
  order: { side: "buy" | "sell"; shares: bigint; slippageBps: number; skip: readonly Address[] },
): Promise<KindQuote> {
  const { side, shares, slippageBps, skip } = order;
  if (side === "buy") {
    const action = await mint(client, { vault, shares, slippageBps, account });
    const amounts = (await action.getSpends?.()) ?? [];
    return { shares, amounts, limits: action.maxAmounts, feeShares: action.feeShares, account, action };
  }
  const action = await redeem(client, { vault, shares, slippageBps, skip, account });
  const whole = await redeem(client, { vault, shares, slippageBps: 0, account });
  return { shares, amounts: whole.minAmounts, limits: action.minAmounts, feeShares: null, account, action };
}

/** {gas} that the costliest way in takes: a swap and a transfer for each token, and the mint. */
const gasOfZap = (legs: number) => 400_000n + 260_000n * BigInt(legs);

/** {wei} to leave in the wallet so that a purchase with Ether can still be paid for, at one and a half of today's gas price. */
export async function gasReserve(client: ChainClient, legs: number): Promise<bigint> {
  return (gasOfZap(legs) * (await getGasPrice(client)) * 3n) / 2n;
}
