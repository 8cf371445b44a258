import {
  type AnyClient,
  assetRegistryAbi,
  type Deployment,
  mint,
  mulDiv,
  NATIVE,
  type PreparedAction,
  previewMint,
  previewRedeem,
  type Requirement,
  redeem,
  type TokenAmount,
  type Tx,
  type Venue,
  type ZapPermit,
  zapIn,
  zapOut,
} from "@gimbal/sdk";
import { type Address, isAddressEqual, zeroAddress } from "viem";
import { estimateGas, readContract } from "viem/actions";
import { UnprocessableError } from "../http/problem.ts";
import { fromNode } from "./fromNode.ts";

/** What is asked about. */
export type QuoteOrder = {
  readonly index: Address;
  readonly side: "buy" | "sell";
  /** Pays or is received; undefined: every token of the index. */
  readonly token: Address | undefined;
  /** {share wei} */
  readonly shares: bigint;
  readonly slippageBps: number;
  /** Whose transaction it would be; undefined: nobody's. */
  readonly account: Address | undefined;
  readonly receiver: Address | undefined;
  /** {s} after which a zap refuses to run */
  readonly deadline: bigint;
};

/** One token's part: what the market or the index says now, and the limit that the transaction carries. */
export type QuotedLeg = { readonly token: Address; readonly expected: bigint; readonly limit: bigint };

/** An order worked out. */
export type Quoted = {
  readonly legs: readonly QuotedLeg[];
  /** {share wei} of the mint fee on top; 0 for a sale */
  readonly feeShares: bigint;
  readonly mintFeeBps: number;
  readonly action: PreparedAction<unknown> | PreparedAction<unknown, ZapPermit>;
};

const BPS = 10_000n;
const D9 = 10n ** 9n;
/** Quotes that a search for the shares of a sum may ask for. */
const MOST_ROUNDS = 5;

function venueOf({ external, tokens }: Deployment): Venue {
  const middle = ["USDC", "USDT"].flatMap((symbol) => tokens[symbol]?.address ?? []);
  return { ...external, via: [external.weth, ...middle] };
}

function legsOf(expected: readonly TokenAmount[], limits: readonly TokenAmount[]): QuotedLeg[] {
  return expected.map(({ token, amount }, i) => ({ token, expected: amount, limit: limits[i]?.amount ?? amount }));
}

/** Works an order out through the SDK. Nobody's order is worked out for the zero address and cannot be sent. */
export async function quoteOf(client: AnyClient, deployment: Deployment, order: QuoteOrder): Promise<Quoted> {
  const { index: vault, side, token, shares, slippageBps, deadline } = order;
  const account = order.account ?? zeroAddress;
  const common = { vault, shares, slippageBps, account, receiver: order.receiver };
  const zap = { ...common, zap: deployment.contracts.Zap, venue: venueOf(deployment), deadline };
  return fromNode(async () => {
    if (side === "sell") {
      const none = { feeShares: 0n, mintFeeBps: 0 };
      if (token !== undefined) {
        const action = await zapOut(client, { ...zap, tokenOut: token });
        return { legs: [{ token, expected: action.quotedOut, limit: action.minOut }], ...none, action };
      }
      const [{ amounts }, action] = await Promise.all([
        previewRedeem(client, { vault, shares }),
        redeem(client, common),
      ]);
      return { legs: legsOf(amounts, action.minAmounts), ...none, action };
    }
    const { amounts, feeShares, mintFeeBps } = await previewMint(client, { vault, shares });
    if (token !== undefined) {
      const action = await zapIn(client, { ...zap, tokenIn: token });
      const legs = [{ token, expected: action.quotedIn, limit: action.amountIn }];
      return { legs, feeShares, mintFeeBps, action };
    }
    const action = await mint(client, common);
    return { legs: legsOf(amounts, action.maxAmounts), feeShares, mintFeeBps, action };
  });
}

/**
 * {share wei} that a sum of a token buys at most, slippage included: the quote of some shares is scaled until the most that it may
 * cost is within the sum, and near it. Throws {@link UnprocessableError} when the market is too thin for the sum.
 */
export async function sharesFor(
  costOf: (shares: bigint) => Promise<bigint>,
  budget: bigint,
  firstGuess: bigint,
): Promise<bigint> {
  let shares = firstGuess;
  let best = 0n;
  for (let round = 0; round < MOST_ROUNDS && shares > 0n; round++) {
    const cost = await costOf(shares);
    if (cost <= budget && shares > best) best = shares;
    if (cost <= budget && cost * 1_000n >= budget * 998n) return shares;
    if (cost === 0n) throw new UnprocessableError("The market cannot say what this index costs in this token.");
    // One in a hundred thousand below the straight line: prices bend against the buyer.
    shares = mulDiv(mulDiv(shares, budget, cost), 99_999n, 100_000n);
  }
  if (best > 0n) return best;
  throw new UnprocessableError("This sum is too small, or the market too thin, to buy shares with it. Name `shares`.");
}

/** D18{USD} of raw tokens at the registry's price; null without one. */
export async function registryValue(
  client: AnyClient,
  { contracts, external }: Deployment,
  token: Address,
  raw: bigint,
  decimals: number,
): Promise<bigint | null> {
  const priced = isAddressEqual(token, NATIVE) ? external.weth : token;
  const at = { address: contracts.AssetRegistry, abi: assetRegistryAbi } as const;
  const price = await fromNode(() => readContract(client, { ...at, functionName: "price", args: [priced] }));
  return price === 0n ? null : mulDiv(raw, price, 10n ** BigInt(decimals)) / D9;
}

/**
 * {bps} by which the market is worse than NAV, fees of the index aside: of a purchase what is paid above it, of a sale what is
 * missing. Negative when the market is better. Null when a side is not known.
 */
export function priceImpactBps(side: "buy" | "sell", fair: bigint | null, traded: bigint | null): number | null {
  if (fair === null || traded === null || fair === 0n) return null;
  const worse = side === "buy" ? traded - fair : fair - traded;
  return Number((worse * BPS) / fair);
}

/** What an order needs before it can be sent, and its transaction. */
export type Sendable = { readonly requirements: readonly Requirement[]; readonly transaction: Tx };

/** What is still missing before the account can send it. */
export async function sendableOf(action: Quoted["action"]): Promise<Sendable> {
  const requirements = await fromNode(() => action.getRequirements());
  return { requirements, transaction: action.buildTx() };
}

/** {gas} that the transaction would take now, or why nobody can tell. */
export async function gasOf(
  client: AnyClient,
  account: Address,
  { requirements, transaction }: Sendable,
): Promise<{ readonly units: bigint | null; readonly missing: string | null }> {
  if (requirements.length > 0) {
    return { units: null, missing: "It can be estimated once the requirements are fulfilled: ask again then." };
  }
  return estimateGas(client, { account, ...transaction }).then(
    (units) => ({ units, missing: null }),
    () => ({ units: null, missing: "It would fail as things are, for example because the account holds too little." }),
  );
}
