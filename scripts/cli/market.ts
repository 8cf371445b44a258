import { isHash } from "viem";
import { getBlock } from "viem/actions";
import {
  buyListed,
  cancelListing,
  creditId,
  getListing,
  getListings,
  listForSale,
  type MarketListing,
  quoteListing,
  SERVICE_NAMES,
  servicesOf,
} from "../../sdk/src/index.ts";
import { formatTable } from "../demo/lib/table.ts";
import { connect, requireAccount, type Session } from "./connect.ts";
import { currencyAt, currencyOf } from "./currencies.ts";
import type { Token } from "./names.ts";
import { amount, choice, type Flags, numberOf, required, say, UsageError, whole } from "./options.ts";
import { perform, sayPerformed } from "./send.ts";
import { tokens } from "./words.ts";

const DAY = 86_400;
const MOST_DAYS = 365;
const MOST_UNITS = 2 ** 32 - 1;

const unitsOf = (flags: Flags): bigint => BigInt(whole(flags.units ?? "1", "units", 1, MOST_UNITS));

async function open(flags: Flags, wanted: string | undefined) {
  const listingId = numberOf(wanted, "An offer");
  const session = await connect(flags);
  return { session, client: session.client, market: servicesOf(session.deployment).StrategyMarket, listingId };
}

const money = (raw: bigint, { decimals, symbol }: Token): string => `${tokens(raw, decimals)} ${symbol}`;

function whatOf({ kind, id }: MarketListing): string {
  return kind === "strategy" ? `strategy ${id}` : `credits ${SERVICE_NAMES[Number(id) - 1] ?? id}`;
}

async function rowOf(session: Session, listing: MarketListing): Promise<string[]> {
  const { listingId, available, left, unitPrice, currency, until, state, seller } = listing;
  const price = money(unitPrice, await currencyAt(session, currency));
  const end = new Date(until * 1000).toISOString().slice(0, 10);
  return [String(listingId), whatOf(listing), `${available} of ${left}`, price, end, state, seller];
}

/** `market list`: what is offered. */
export async function listCommand(flags: Flags): Promise<void> {
  const session = await connect(flags);
  const { StrategyMarket: market } = servicesOf(session.deployment);
  const from = flags.from === undefined ? 1n : numberOf(flags.from, "An offer");
  const { total, listings } = await getListings(session.client, { market, from });
  const rows = await Promise.all(listings.map((listing) => rowOf(session, listing)));
  const heading = ["offer", "what", "units", "each", "until", "state", "seller"];
  const lines = [`${listings.length} of ${total} stand`, ...formatTable([heading, ...rows], [1, 2, 4, 5, 6])];
  say(flags, lines, { total, listings });
}

/** `market show`: what units of an offer cost and who gets it. */
export async function showCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const { session, client, market, listingId } = await open(flags, wanted);
  const units = unitsOf(flags);
  const quote = await quoteListing(client, { market, listingId, units });
  const { listing } = await getListing(client, { market, listingId, blockNumber: quote.blockNumber });
  if (listing === undefined) throw new UsageError(`There is no offer ${listingId}.`);
  const { cost, royalty, royaltyReceiver, fee, proceeds, currency, expectedHash } = quote;
  const token = await currencyAt(session, currency);
  const lines = [
    `offer ${listingId}: ${units} of ${listing.available} units of ${whatOf(listing)}, ${listing.state}, by ${listing.seller}`,
    `costs ${money(cost, token)}: royalty ${money(royalty, token)}, fee ${money(fee, token)}, seller ${money(proceeds, token)}`,
    ...(royaltyReceiver === undefined ? [] : [`royalty to ${royaltyReceiver}`]),
    ...(listing.kind === "strategy" ? [`newest version ${expectedHash}`] : []),
  ];
  say(flags, lines, { listing, units, quote });
}

/** `market sell`: offers a strategy or credits. */
export async function sellCommand(flags: Flags, [what = "", which]: readonly string[]): Promise<void> {
  const kind = choice(what, "what", ["strategy", "credits"] as const);
  const id =
    kind === "strategy" ? numberOf(which, "A strategy") : creditId(choice(which ?? "", "service", SERVICE_NAMES));
  const units = unitsOf(flags);
  const session = await connect(flags);
  const account = requireAccount(session);
  const [currency, { timestamp }] = await Promise.all([currencyOf(session, flags), getBlock(session.client)]);
  const unitPrice = amount(required(flags.price, "price"), "price", currency.decimals);
  const days = whole(flags.days ?? "30", "days", 1, MOST_DAYS);
  const action = await listForSale(session.client, {
    ...{ market: servicesOf(session.deployment).StrategyMarket, kind, id, units, unitPrice, account },
    ...{ currency: currency.address, until: timestamp + BigInt(days * DAY) },
  });
  const words = `an offer of ${kind === "strategy" ? "strategy" : `${units} credits`} ${which} at ${money(unitPrice, currency)}`;
  const performed = await perform(session, flags, action, words);
  const lines = performed.result === undefined ? [] : [`offer ${performed.result.listingId}`];
  sayPerformed(flags, performed, words, { lines });
}

/** `market buy`: buys from an offer. */
export async function buyCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const { session, client, market, listingId } = await open(flags, wanted);
  const account = requireAccount(session);
  const { hash } = flags;
  if (hash !== undefined && !isHash(hash)) throw new UsageError(`--hash must be 0x and 64 digits, not ${hash}.`);
  const units = unitsOf(flags);
  const { currency } = await quoteListing(client, { market, listingId, units });
  const token = await currencyAt(session, currency);
  const most = flags["max-cost"];
  const action = await buyListed(client, {
    ...{ market, listingId, units, expectedHash: hash, account },
    maxCost: most === undefined ? undefined : amount(most, "max-cost", token.decimals),
  });
  const { quote } = action;
  const words = `a purchase of ${units} from offer ${listingId}`;
  const performed = await perform(session, flags, action, words);
  sayPerformed(flags, performed, words, { lines: [`costs ${money(quote.cost, token)}`], json: { quote } });
}

/** `market cancel`: takes an offer back. */
export async function cancelCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const { session, client, market, listingId } = await open(flags, wanted);
  const words = `the end of offer ${listingId}`;
  const action = cancelListing(client, { market, listingId, account: requireAccount(session) });
  sayPerformed(flags, await perform(session, flags, action, words), words);
}
