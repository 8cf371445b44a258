import { type Address, isAddressEqual, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import {
  bid,
  cashOut,
  claimRoyalties,
  type GetSharesReturnType,
  getShares,
  getSharesList,
  harvestRoyalties,
  lockStrategy,
  redeemStrategy,
  servicesOf,
  settleBuyout,
  strategySharesFactoryAbi,
  withdrawBid,
} from "../../sdk/src/index.ts";
import { formatTable } from "../demo/lib/table.ts";
import { asAddress, connect, requireAccount, type Session } from "./connect.ts";
import { currenciesOf, currencyAt, currencyOf, royaltyToken } from "./currencies.ts";
import type { Token } from "./names.ts";
import { amount, type Flags, numberOf, required, say, UsageError } from "./options.ts";
import { perform, sayPerformed } from "./send.ts";
import { tokens } from "./words.ts";

const DECIMALS = 18;

/** The shares of an address or of a token's id. */
async function findShares({ client, deployment }: Session, text: string | undefined): Promise<Address> {
  const { StrategySharesFactory: address } = servicesOf(deployment);
  const at = { address, abi: strategySharesFactoryAbi } as const;
  if (text !== undefined && /^0x/i.test(text)) {
    const shares = asAddress(text, "shares");
    if (await readContract(client, { ...at, functionName: "isShares", args: [shares] })) return shares;
    throw new UsageError(`${shares} are no shares of a strategy.`, "gimbal shares list says which there are.");
  }
  const id = numberOf(text, "A token");
  const shares = await readContract(client, { ...at, functionName: "sharesOf", args: [id] });
  if (!isAddressEqual(shares, zeroAddress)) return shares;
  throw new UsageError(`Token ${id} was never locked.`, "gimbal shares list says which were.");
}

async function open(flags: Flags, wanted: string | undefined) {
  const session = await connect(flags);
  const shares = await findShares(session, wanted);
  return { session, client: session.client, shares };
}

/** The tokens of --token; USDC and GIM when left out. */
async function royaltiesOf(session: Session, { token }: Flags): Promise<readonly Token[]> {
  if (token !== undefined) return Promise.all(token.map((text) => royaltyToken(session, text)));
  return Object.values(await currenciesOf(session));
}

const seconds = (time: number | bigint): string => new Date(Number(time) * 1000).toISOString().replace(".000Z", "Z");

/** `shares list`: every lock. */
export async function listCommand(flags: Flags): Promise<void> {
  const session = await connect(flags);
  const { client, deployment, account } = session;
  const { StrategySharesFactory: factory } = servicesOf(deployment);
  const { total, shares } = await getSharesList(client, { factory });
  const locks = await Promise.all(shares.map((address) => getShares(client, { shares: address, account })));
  const heading = ["token", "symbol", "address", "status", "supply", "held"];
  const rows = locks.map(({ id, symbol, address, status, supply, balance }) => [
    ...[String(id), symbol, address, status, tokens(supply, DECIMALS), tokens(balance, DECIMALS)],
  ]);
  say(flags, [`${locks.length} of ${total}`, ...formatTable([heading, ...rows], [1, 2, 3])], { total, locks });
}

function auctionLine({ buyout, minBid }: GetSharesReturnType, currency: Token): string {
  const money = (raw: bigint): string => `${tokens(raw, currency.decimals)} ${currency.symbol}`;
  if (buyout === undefined) return minBid === undefined ? "nobody bid" : `bids from ${money(minBid)} on`;
  const { bidder, bid: price, endsAt, settledAt } = buyout;
  if (settledAt !== undefined) return `sold to ${bidder} for ${money(price)}`;
  return `auction until ${seconds(endsAt)}: ${money(price)} of ${bidder}, next bid ${money(minBid ?? 0n)}`;
}

/** `shares show`: terms, auction, and what the account has. */
export async function showCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const { session, client, shares } = await open(flags, wanted);
  const { account } = session;
  const named = await royaltiesOf(session, flags);
  const found = await getShares(client, { shares, account, tokens: named.map(({ address }) => address) });
  const currency = await currencyAt(session, found.currency);
  const { name, symbol, id, supply, status, balance, refund, royalties } = found;
  const lines = [
    `${name} (${symbol}): ${tokens(supply, DECIMALS)} shares of token ${id}, ${status}`,
    auctionLine(found, currency),
    ...(account === undefined
      ? []
      : [`held ${tokens(balance, DECIMALS)}, beaten bids ${tokens(refund, currency.decimals)} ${currency.symbol}`]),
    ...royalties.map(
      ({ claimable, rounds, nextRoundAt }, i) =>
        `royalties ${named[i]?.symbol}: ${rounds} rounds, next from ${seconds(nextRoundAt)}, to claim ${tokens(claimable, named[i]?.decimals ?? 0)}`,
    ),
  ];
  say(flags, lines, found);
}

/** `shares lock`: locks a token and issues shares. */
export async function lockCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const id = numberOf(wanted, "A token");
  const session = await connect(flags);
  const account = requireAccount(session);
  const currency = await currencyOf(session, flags);
  const action = await lockStrategy(session.client, {
    factory: servicesOf(session.deployment).StrategySharesFactory,
    id,
    name: required(flags.name, "name"),
    symbol: required(flags.symbol, "symbol"),
    supply: amount(required(flags.supply, "supply"), "supply", DECIMALS),
    reservePrice: amount(required(flags.reserve, "reserve"), "reserve", currency.decimals),
    currency: currency.address,
    account,
  });
  const words = `shares of token ${id}`;
  const performed = await perform(session, flags, action, words);
  const lines = performed.result === undefined ? [] : [`shares ${performed.result.shares}`];
  sayPerformed(flags, performed, words, { lines });
}

/** `shares harvest`: brings royalties and shares them out. */
export async function harvestCommand(flags: Flags, [wanted, text = ""]: readonly string[]): Promise<void> {
  const { session, client, shares } = await open(flags, wanted);
  const account = requireAccount(session);
  const token = await royaltyToken(session, text);
  const action = harvestRoyalties(client, { shares, token: token.address, account });
  const performed = await perform(session, flags, action, "a round of royalties");
  const lines = [`${tokens(performed.result?.amount ?? 0n, token.decimals)} ${token.symbol} for all shares`];
  sayPerformed(flags, performed, "a round of royalties", { lines, json: { shares, token } });
}

/** `shares claim`: the account's part. */
export async function claimCommand(flags: Flags, [wanted, text = ""]: readonly string[]): Promise<void> {
  const { session, client, shares } = await open(flags, wanted);
  const account = requireAccount(session);
  const token = await royaltyToken(session, text);
  const action = claimRoyalties(client, { shares, token: token.address, account });
  const performed = await perform(session, flags, action, "a claim");
  const { amount: due = 0n, isComplete = true } = performed.result ?? {};
  const rest = isComplete ? "" : "; there is more: claim again";
  const lines = [`${tokens(due, token.decimals)} ${token.symbol}${rest}`];
  sayPerformed(flags, performed, "a claim", { lines, json: { shares, token } });
}

/** `shares bid`: bids for the token. */
export async function bidCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const { session, client, shares } = await open(flags, wanted);
  const account = requireAccount(session);
  const { currency: address, minBid } = await getShares(client, { shares });
  const currency = await currencyAt(session, address);
  const least = minBid ?? 0n;
  if (flags.amount === undefined && least === 0n) throw new UsageError("Nobody can bid here any more.");
  const price = flags.amount === undefined ? least : amount(flags.amount, "amount", currency.decimals);
  const words = `a bid of ${tokens(price, currency.decimals)} ${currency.symbol}`;
  const action = await bid(client, { shares, amount: price, account });
  sayPerformed(flags, await perform(session, flags, action, words), words, { json: { shares, bid: price } });
}

/** `shares withdraw`: money of beaten bids. */
export async function withdrawCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const { session, client, shares } = await open(flags, wanted);
  const action = withdrawBid(client, { shares, account: requireAccount(session) });
  const performed = await perform(session, flags, action, "a withdrawal");
  sayPerformed(flags, performed, "a withdrawal", { json: { shares } });
}

/** `shares settle`: ends an auction. */
export async function settleCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const { session, client, shares } = await open(flags, wanted);
  const named = await royaltiesOf(session, flags);
  const action = settleBuyout(client, {
    shares,
    tokens: named.map(({ address }) => address),
    account: requireAccount(session),
  });
  const lines = [`royalties of ${named.map(({ symbol }) => symbol).join(", ")} go to the holders; all others do not`];
  const performed = await perform(session, flags, action, "a settlement");
  sayPerformed(flags, performed, "a settlement", { lines, json: { shares, tokens: named } });
}

/** `shares cash-out`: burns shares of a token that was sold. */
export async function cashOutCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const { session, client, shares } = await open(flags, wanted);
  const account = requireAccount(session);
  const { balance, currency: address } = await getShares(client, { shares, account });
  const currency = await currencyAt(session, address);
  const burned = flags.shares === undefined ? balance : amount(flags.shares, "shares", DECIMALS);
  if (burned === 0n) throw new UsageError("The account has no shares of this.");
  const words = `${tokens(burned, DECIMALS)} shares for their part of the price`;
  const performed = await perform(session, flags, cashOut(client, { shares, amount: burned, account }), words);
  const lines = [`brings ${tokens(performed.result?.paid ?? 0n, currency.decimals)} ${currency.symbol}`];
  sayPerformed(flags, performed, words, { lines, json: { shares, burned } });
}

/** `shares redeem`: the token for all shares. */
export async function redeemCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const { session, client, shares } = await open(flags, wanted);
  const action = redeemStrategy(client, { shares, account: requireAccount(session) });
  const performed = await perform(session, flags, action, "a redemption of all shares");
  sayPerformed(flags, performed, "a redemption of all shares", { json: { shares } });
}
