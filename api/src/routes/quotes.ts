import { type AnyClient, getNav, indexFactoryAbi, NATIVE } from "@gimbal/sdk";
import { type Address, isAddressEqual, parseUnits } from "viem";
import { getBlock, readContract } from "viem/actions";
import { fromNode } from "../accounts/fromNode.ts";
import { valueAt } from "../accounts/lots.ts";
import { dollars, namesOf, sharesAmount, type TokenNames, tokenAmount } from "../accounts/names.ts";
import {
  gasOf,
  priceImpactBps,
  type Quoted,
  type QuoteOrder,
  quoteOf,
  registryValue,
  type Sendable,
  sendableOf,
  sharesFor,
} from "../accounts/quotes.ts";
import type { ApiContext } from "../context.ts";
import { NotFoundError, RequestInvalidError, UnavailableError } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressInput, addressSchema, amountSchema, isoTime, timeSchema, z } from "../http/schemas.ts";

const LIFETIME = 1_200; // {s}
const decimal = (places: number) =>
  z
    .string()
    .regex(
      new RegExp(`^\\d{1,30}(\\.\\d{1,${places}})?$`),
      `must be a number such as 1.5, with at most ${places} decimals`,
    );
const transactionSchema = z.strictObject({
  chainId: z.number().int(),
  to: addressSchema,
  data: z.string(),
  value: z.string().openapi({ description: "Wei." }),
});
const missing = (what: string) =>
  z
    .string()
    .nullable()
    .openapi({ description: `Why ${what} is null; null: it is not.` });

const quoteSchema = z
  .strictObject({
    index: addressSchema,
    side: z.enum(["buy", "sell"]),
    way: z.enum(["in-kind", "one-token"]),
    shares: amountSchema.openapi({ description: "Received exactly (buy), or given (sell)." }),
    navPerShare: amountSchema.nullable().openapi({ description: "null: a token of the index has no price." }),
    value: amountSchema.nullable().openapi({ description: "Of the shares at NAV." }),
    legs: z
      .array(
        z.strictObject({
          token: addressSchema,
          expected: amountSchema,
          limit: amountSchema.openapi({ description: "Paid at most (buy), or received at least (sell)." }),
        }),
      )
      .openapi({ description: "What is paid (buy) or received (sell)." }),
    mintFee: z
      .strictObject({ shares: amountSchema, bps: z.number().int() })
      .nullable()
      .openapi({ description: "null: a sale." }),
    slippageBps: z.number().int(),
    priceImpactBps: z.number().int().nullable().openapi({ description: "How much worse than NAV the market is." }),
    priceImpactMissing: missing("the price impact"),
    gas: z.strictObject({ units: z.string().nullable(), missing: missing("the gas") }),
    expiresAt: timeSchema
      .nullable()
      .openapi({ description: "When the transaction ends to count; null: in kind, its limits hold." }),
    requirements: z
      .array(
        z.strictObject({
          kind: z.literal("approval"),
          token: addressSchema,
          spender: addressSchema,
          amount: amountSchema,
          transaction: transactionSchema,
        }),
      )
      .nullable()
      .openapi({ description: "To be sent before, in this order; null without `account`." }),
    transaction: transactionSchema.nullable().openapi({ description: "Unsigned; null without `account`." }),
  })
  .openapi("Quote");

const ETHER = { symbol: "ETH", decimals: 18 };

async function namesWithEther(context: ApiContext, tokens: readonly Address[]): Promise<TokenNames> {
  const names = new Map(
    await namesOf(
      context,
      tokens.filter((token) => !isAddressEqual(token, NATIVE)),
    ),
  );
  return names.set(NATIVE, ETHER);
}

function transactionOf(chainId: number, { to, data, value }: Sendable["transaction"]) {
  return { chainId, to, data, value: String(value) };
}

function requirementsOf(chainId: number, names: TokenNames, { requirements }: Sendable) {
  return requirements.flatMap((requirement) => {
    if (requirement.kind !== "approval") return [];
    const { kind, token, spender, amount, tx } = requirement;
    return [
      { kind, token, spender, amount: tokenAmount(names, token, amount), transaction: transactionOf(chainId, tx) },
    ];
  });
}

/** What the market takes beyond NAV. In kind nothing is traded. */
async function impactOf(
  { client, deployment }: ApiContext,
  names: TokenNames,
  order: QuoteOrder,
  quoted: Quoted,
  nav: bigint | null,
) {
  const [leg] = quoted.legs;
  if (order.token === undefined || leg === undefined) return { priceImpactBps: 0, priceImpactMissing: null };
  const decimals = names.get(leg.token)?.decimals ?? 18;
  const traded = await registryValue(client, deployment, leg.token, leg.expected, decimals);
  const impact = priceImpactBps(order.side, valueAt(order.shares + quoted.feeShares, nav), traded);
  const reason = nav === null ? "A token of the index has no price." : "The registry has no price of this token.";
  return { priceImpactBps: impact, priceImpactMissing: impact === null ? reason : null };
}

async function completeNav(client: AnyClient, lens: Address, vault: Address): Promise<bigint | null> {
  const { perShare, unpriced } = await fromNode(() => getNav(client, { lens, vault }));
  return unpriced.length > 0 ? null : perShare;
}

type Asked = { readonly shares?: string | undefined; readonly amount?: string | undefined };

/** {share wei} that are asked for, or that a sum of the token buys. */
async function wantedShares(context: ApiContext, names: TokenNames, order: QuoteOrder, { shares, amount }: Asked) {
  if (shares !== undefined) return parseUnits(shares, 18);
  const { client, deployment } = context;
  const decimals = names.get(order.token ?? NATIVE)?.decimals ?? 18;
  requireDecimals(amount ?? "", decimals);
  const budget = parseUnits(amount ?? "0", decimals);
  const costOf = async (wanted: bigint): Promise<bigint> =>
    (await quoteOf(client, deployment, { ...order, shares: wanted })).legs[0]?.limit ?? 0n;
  return sharesFor(costOf, budget, 10n ** 18n);
}

function requireDecimals(amount: string, decimals: number): void {
  const places = amount.split(".")[1]?.length ?? 0;
  if (places <= decimals) return;
  throw new RequestInvalidError([{ at: "query.amount", message: `has ${places} decimals; the token has ${decimals}` }]);
}

function requireOneSize({ shares, amount }: Asked, isPurchase: boolean, token: Address | undefined): void {
  const refuse = (at: string, message: string): never => {
    throw new RequestInvalidError([{ at, message }]);
  };
  if (shares === undefined && amount === undefined) refuse("query.shares", "is missing: name `shares` or `amount`");
  if (shares !== undefined && amount !== undefined) refuse("query.amount", "cannot stand beside `shares`");
  if (amount !== undefined && !isPurchase) refuse("query.amount", "is for purchases: name the `shares` to sell");
  if (amount !== undefined && token === undefined) refuse("query.amount", "needs the `token` that it is of");
  const isZero = !/[1-9]/.test(shares ?? amount ?? "");
  if (isZero) refuse(shares === undefined ? "query.amount" : "query.shares", "must be more than zero");
}

const getQuote = defineRoute({
  id: "getQuote",
  method: "get",
  path: "/v1/quote",
  tag: "Quotes",
  summary: "What buying or selling shares costs or brings now, with the unsigned transaction",
  description:
    "With one token or Ether through the zap, or in kind with every token of the index. Counts as ten requests.",
  query: {
    index: addressInput,
    side: z.enum(["buy", "sell"]),
    token: z
      .union([z.literal("native").transform(() => NATIVE), addressInput])
      .optional()
      .openapi({
        type: "string",
        description: "Pays or is received: an address, or `native` for Ether. In kind when left out.",
      }),
    shares: decimal(18).optional().openapi({ description: "Shares to buy or sell, such as 1.5." }),
    amount: decimal(36).optional().openapi({ description: "Purchases with one token: the most that may be paid." }),
    slippageBps: z.coerce
      .number()
      .int()
      .min(0)
      .max(1_000)
      .default(50)
      .openapi({ type: "integer", minimum: 0, maximum: 1_000, default: 50 }),
    account: addressInput.optional().openapi({ description: "Whose transaction it is to be." }),
    receiver: addressInput.optional().openapi({ description: "Who gets shares or tokens; the account when left out." }),
  },
  data: quoteSchema,
  freshness: "live",
  handle: async (context, { query }) => {
    const { client, deployment } = context;
    const { index, side, token, account, receiver, slippageBps } = query;
    requireOneSize(query, side === "buy", token);
    const factory = { address: deployment.contracts.IndexFactory, abi: indexFactoryAbi } as const;
    const isIndex = await fromNode(() =>
      readContract(client, { ...factory, functionName: "isIndex", args: [index] }).catch(asNodeFailure),
    );
    if (!isIndex) throw new NotFoundError("There is no index at this address. /v1/indices lists them.", { index });
    const [block, nav] = await Promise.all([
      getBlock(client),
      completeNav(client, deployment.contracts.IndexLens, index),
    ]);
    const deadline = block.timestamp + BigInt(LIFETIME);
    const base: QuoteOrder = { index, side, token, shares: 0n, slippageBps, account, receiver, deadline };
    const paid = await namesWithEther(context, token === undefined ? [] : [token]);
    const order = { ...base, shares: await wantedShares(context, paid, base, query) };
    const quoted = await quoteOf(client, deployment, order);
    const names = await namesWithEther(context, [index, ...quoted.legs.map((leg) => leg.token)]);
    const sendable = account === undefined ? undefined : await sendableOf(quoted.action);
    const [impact, gas] = await Promise.all([
      impactOf(context, names, order, quoted, nav),
      account === undefined || sendable === undefined
        ? { units: null, missing: "Name the `account` that would send it." }
        : gasOf(client, account, sendable),
    ]);
    const { chainId } = deployment;
    const data = {
      index,
      side,
      way: token === undefined ? ("in-kind" as const) : ("one-token" as const),
      shares: sharesAmount(order.shares),
      navPerShare: dollars(nav),
      value: dollars(valueAt(order.shares, nav)),
      legs: quoted.legs.map((leg) => ({
        token: leg.token,
        expected: tokenAmount(names, leg.token, leg.expected),
        limit: tokenAmount(names, leg.token, leg.limit),
      })),
      mintFee: side === "sell" ? null : { shares: sharesAmount(quoted.feeShares), bps: quoted.mintFeeBps },
      slippageBps,
      ...impact,
      gas: { units: gas.units === null ? null : String(gas.units), missing: gas.missing },
      expiresAt: token === undefined ? null : isoTime(Number(deadline)),
      requirements: sendable === undefined ? null : requirementsOf(chainId, names, sendable),
      transaction: sendable === undefined ? null : transactionOf(chainId, sendable.transaction),
    };
    return { data, asOf: Number(block.timestamp), asOfBlock: Number(block.number) };
  },
});

function asNodeFailure(cause: unknown): never {
  throw new UnavailableError(["node"], "The chain's node does not answer. Try again later.", { cause });
}

/** What shares cost and bring. */
export const quoteRoutes: readonly Route[] = [getQuote];
