import { type Hex, parseEventLogs, parseUnits } from "viem";
import {
  accessPassAbi,
  buyListed,
  buyPlan,
  buyCredits as buyUnits,
  getTier,
  type ListForSaleParameters,
  listForSale,
  loadCredits,
  PASS_IDS,
  setSessionKey,
} from "../../../sdk/src/index.ts";
import { dollars } from "./batches.ts";
import { contractOf, memberOf, tell } from "./dao.ts";
import { authorize, perform } from "./holders.ts";
import { venueOf } from "./market.ts";
import { give } from "./pools.ts";
import { distributeToken } from "./revenue.ts";
import type { Demo, Person } from "./scene.ts";
import { percent } from "./table.ts";

const DAY = 86_400;
/** {s} of one period of a plan; and for how long the reader's key and offers in the market are good. */
const PERIOD = 30 * DAY;
const MOST_PERIODS = 36;
/** The smaller plan: signals and decisions. */
const PLAN = 0;
/** Who subscribes. */
const SUBSCRIBER = "Alice";
/** {s} after the last decision for which the plan has to run. */
const AFTERWARDS = 14 * DAY;
/** {credits} that the reader buys, and moves into the meter; then offered to others, and bought of that. */
const CREDITS = { bought: 1_000n, loaded: 400n, offered: 300n, sold: 120n };
/** {raw USDC} for one of them: a tenth less than new ones cost. */
const CREDIT_PRICE = parseUnits("0.009", 6);

export function subscriber(demo: Demo): Person {
  return memberOf(demo, SUBSCRIBER);
}

/** A holder of GIM subscribes for its program, until after the end of the replay, at the discount of its tier. */
export async function subscribe(demo: Demo): Promise<void> {
  const { chain, cast, market, options, services } = demo;
  const who = subscriber(demo);
  const account = who.address;
  const currency = market.usdc.token;
  const now = await chain.now();
  const periods = BigInt(Math.min(MOST_PERIODS, Math.ceil(((options.to + 7) * DAY + AFTERWARDS - now) / PERIOD)));
  const action = await buyPlan(chain.client, {
    pass: contractOf(demo, "AccessPass"),
    plan: PLAN,
    periods,
    currency,
    receiver: cast.program.address,
    account,
  });
  const { tier } = await getTier(chain.client, { scores: contractOf(demo, "ScoreRegistry"), account });
  const { cost, listCost: listed } = action.quote;
  await give(venueOf(demo), currency, account, cost);
  await authorize(demo, account, action);
  const { logs } = await perform(demo, account, action.buildTx(), "services: subscribe");
  const [bought] = parseEventLogs({ abi: accessPassAbi, eventName: "PlanBought", logs });
  if (bought?.args.cost !== cost) throw new Error("the plan was not sold at the price that was told");
  services.plan = { plan: PLAN, cost, listed, endsAt: Number(bought.args.endsAt) };
  await distributeToken(demo, currency);
  const off = percent(1 - Number(cost) / Number(listed), 0);
  await tell(
    demo,
    `${who.name}, tier ${tier}, buys plan ${PLAN} for her program, ${periods} times 30 days: ${dollars(cost)}, ${off} off`,
  );
}

/** Somebody buys credits, loads a part of them into the meter, and names a key that signs for it. */
export async function buyCredits(demo: Demo): Promise<void> {
  const { chain, cast, market, services } = demo;
  const { name, address: account } = cast.reader;
  const { client } = chain;
  const currency = market.usdc.token;
  const at = { pass: contractOf(demo, "AccessPass"), service: "decisions", account } as const;
  const buying = await buyUnits(client, { ...at, units: CREDITS.bought, currency });
  const { cost } = buying.quote;
  await give(venueOf(demo), currency, account, cost);
  await authorize(demo, account, buying);
  const { logs } = await perform(demo, account, buying.buildTx(), "services: buy credits");
  for (const { args } of parseEventLogs({ abi: accessPassAbi, eventName: "CreditsBought", logs })) {
    services.credits.push({ units: args.units, cost: args.cost, kept: args.kept });
  }
  const loading = loadCredits(client, { ...at, units: CREDITS.loaded });
  await perform(demo, account, loading.buildTx(), "services: load a meter");
  const until = (await chain.now()) + PERIOD;
  const naming = setSessionKey(client, { ...at, key: cast.key, until });
  await perform(demo, account, naming.buildTx(), "services: name a key");
  await tell(
    demo,
    `${name} buys ${CREDITS.bought} credits of decisions for ${dollars(cost)}, loads ${CREDITS.loaded}, and names a ` +
      "key that signs for them",
  );
}

/** The reader offers some of the rest in the market; they stay in the wallet until somebody buys them. */
export async function tradeCredits(demo: Demo): Promise<void> {
  const { reader, investor } = demo.cast;
  const what = `${CREDITS.sold} of ${CREDITS.offered} credits`;
  const offer = { kind: "credits", id: PASS_IDS.decisions, units: CREDITS.offered, unitPrice: CREDIT_PRICE } as const;
  await trade(demo, { what, seller: reader, buyer: investor, offer, units: CREDITS.sold });
}

/** Somebody sells the data; what it earns from now on is the buyer's. A part of every later sale is the author's. */
export async function sellData(demo: Demo, seller: Person, buyer: Person, price: bigint): Promise<void> {
  const { id, hash } = demo.services.dataset;
  const offer = { kind: "strategy", id, unitPrice: price } as const;
  await trade(demo, { what: `data set ${id}`, seller, buyer, offer, units: 1n, hash });
}

interface Trade {
  what: string;
  seller: Person;
  buyer: Person;
  offer: Pick<ListForSaleParameters, "kind" | "id" | "units" | "unitPrice">;
  units: bigint;
  /** Newest version of a token that the buyer knows. */
  hash?: Hex;
}

async function trade(demo: Demo, { what, seller, buyer, offer, units, hash }: Trade): Promise<void> {
  const { chain, services } = demo;
  const currency = demo.market.usdc.token;
  const market = contractOf(demo, "StrategyMarket");
  const until = BigInt((await chain.now()) + PERIOD);
  const listing = await listForSale(chain.client, { ...offer, market, currency, until, account: seller.address });
  await authorize(demo, seller.address, listing);
  const { listingId } = await listing.simulate();
  await perform(demo, seller.address, listing.buildTx(), "market: offer");

  const account = buyer.address;
  const buying = await buyListed(chain.client, { market, listingId, units, expectedHash: hash, account });
  const { cost, royalty, fee } = buying.quote;
  await give(venueOf(demo), currency, account, cost);
  await authorize(demo, account, buying);
  const paid = await buying.simulate();
  if (paid.cost !== cost) throw new Error(`${what} costs ${paid.cost}, not ${cost}`);
  await perform(demo, account, buying.buildTx(), "market: buy");
  services.sales.push({ what, seller: seller.name, buyer: buyer.name, cost, royalty, fee });
  const part = royalty === 0n ? "" : `, ${dollars(royalty)} of it to the author`;
  await tell(demo, `${seller.name} sells ${what} to ${buyer.name} for ${dollars(cost)}${part}, ${dollars(fee)} fee`);
}
