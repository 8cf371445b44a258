import { type Address, type Hex, parseEventLogs, parseUnits, type TransactionReceipt, zeroHash } from "viem";
import { accessPassAbi, getTier, PASS_IDS, strategyMarketAbi, strategyRegistryAbi } from "../../../sdk/src/index.ts";
import { dollars } from "./batches.ts";
import { contractOf, memberOf, tell } from "./dao.ts";
import { distributeToken } from "./revenue.ts";
import { fund } from "./royalties.ts";
import type { Demo, Person } from "./scene.ts";
import { callContract } from "./services.ts";
import { percent } from "./table.ts";

const DAY = 86_400;
/** {s} of one period of a plan; and for how long the reader's key and offers in the market are good. */
const PERIOD = 30 * DAY;
const MOST_PERIODS = 36;
/** The smaller plan: signals and decisions. */
const PLAN = 0n;
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

/** A holder of GIM subscribes until after the end of the replay, at the discount of its tier. */
export async function subscribe(demo: Demo): Promise<void> {
  const { chain, market, options, services } = demo;
  const who = subscriber(demo);
  const account = who.address;
  const usdc = market.usdc.token;
  const now = await chain.now();
  const periods = BigInt(Math.min(MOST_PERIODS, Math.ceil(((options.to + 7) * DAY + AFTERWARDS - now) / PERIOD)));
  const pass = contractOf(demo, "AccessPass");
  const read = { address: pass, abi: accessPassAbi } as const;
  const [cost, terms, { tier }] = await Promise.all([
    chain.client.readContract({ ...read, functionName: "planCostOf", args: [account, PLAN, periods, usdc] }),
    chain.client.readContract({ ...read, functionName: "planOf", args: [PLAN] }),
    getTier(chain.client, { scores: contractOf(demo, "ScoreRegistry"), account }),
  ]);
  const listed = terms.usdcPrice * periods;
  await fund(demo, account, pass, cost);
  const call = { abi: accessPassAbi, functionName: "buyPlan", args: [PLAN, periods, usdc, cost, account] } as const;
  const { logs } = await callContract(demo, account, pass, call, "services: subscribe");
  const [bought] = parseEventLogs({ abi: accessPassAbi, eventName: "PlanBought", logs });
  if (bought?.args.cost !== cost) throw new Error("the plan was not sold at the price that was told");
  services.plan = { plan: PLAN, cost, listed, endsAt: Number(bought.args.endsAt) };
  await distributeToken(demo, usdc);
  const off = percent(1 - Number(cost) / Number(listed), 0);
  await tell(
    demo,
    `${who.name}, tier ${tier}, subscribes to plan ${PLAN} for ${periods} times 30 days: ${dollars(cost)}, ${off} off`,
  );
}

/** Somebody buys credits, loads a part of them into the meter, and names a key that signs for it. */
export async function buyCredits(demo: Demo): Promise<void> {
  const { chain, cast, market, services } = demo;
  const { name, address: account } = cast.reader;
  const usdc = market.usdc.token;
  const pass = contractOf(demo, "AccessPass");
  const args = [account, PASS_IDS.decisions, CREDITS.bought, usdc] as const;
  const cost = await chain.client.readContract({ address: pass, abi: accessPassAbi, functionName: "costOf", args });
  await fund(demo, account, pass, cost);
  const send = (call: Parameters<typeof callContract>[3], kind: string): Promise<TransactionReceipt> =>
    callContract(demo, account, pass, call, `services: ${kind}`);
  const buying = [PASS_IDS.decisions, CREDITS.bought, usdc, cost, account] as const;
  const { logs } = await send({ abi: accessPassAbi, functionName: "buyCredits", args: buying }, "buy credits");
  for (const { args: bought } of parseEventLogs({ abi: accessPassAbi, eventName: "CreditsBought", logs })) {
    services.credits.push({ units: bought.units, cost: bought.cost, kept: bought.kept });
  }
  const loading = [PASS_IDS.decisions, CREDITS.loaded] as const;
  await send({ abi: accessPassAbi, functionName: "load", args: loading }, "load a meter");
  const until = (await chain.now()) + PERIOD;
  await send({ abi: accessPassAbi, functionName: "setKey", args: [cast.key, until] }, "name a key");
  await tell(
    demo,
    `${name} buys ${CREDITS.bought} credits of decisions for ${dollars(cost)}, loads ${CREDITS.loaded}, and names a ` +
      "key that signs for them",
  );
}

/** The reader offers some of the rest in the market; they stay in the wallet until somebody buys them. */
export async function tradeCredits(demo: Demo): Promise<void> {
  const { reader, investor } = demo.cast;
  const pass = contractOf(demo, "AccessPass");
  const approval = [contractOf(demo, "StrategyMarket"), true] as const;
  const call = { abi: accessPassAbi, functionName: "setApprovalForAll", args: approval } as const;
  await callContract(demo, reader.address, pass, call, "approve");
  const what = `${CREDITS.sold} of ${CREDITS.offered} credits`;
  const offer = { collection: pass, id: PASS_IDS.decisions, units: CREDITS.offered, unitPrice: CREDIT_PRICE };
  await trade(demo, { what, seller: reader, buyer: investor, offer, units: CREDITS.sold, hash: zeroHash });
}

/** Somebody sells the data; what it earns from now on is the buyer's. A part of every later sale is the author's. */
export async function sellData(demo: Demo, seller: Person, buyer: Person, price: bigint): Promise<void> {
  const { id, hash } = demo.services.dataset;
  const registry = contractOf(demo, "StrategyRegistry");
  const args = [contractOf(demo, "StrategyMarket"), id] as const;
  const call = { abi: strategyRegistryAbi, functionName: "approve", args } as const;
  await callContract(demo, seller.address, registry, call, "approve");
  const offer = { collection: registry, id, units: 1n, unitPrice: price };
  await trade(demo, { what: `data set ${id}`, seller, buyer, offer, units: 1n, hash });
}

interface Trade {
  what: string;
  seller: Person;
  buyer: Person;
  offer: { collection: Address; id: bigint; units: bigint; unitPrice: bigint };
  units: bigint;
  /** Newest version that the buyer knows; zero for credits. */
  hash: Hex;
}

async function trade(demo: Demo, { what, seller, buyer, offer, units, hash }: Trade): Promise<void> {
  const { chain, market, services } = demo;
  const usdc = market.usdc.token;
  const place = contractOf(demo, "StrategyMarket");
  const until = BigInt((await chain.now()) + PERIOD);
  const listing = [offer.collection, offer.id, offer.units, offer.unitPrice, usdc, until] as const;
  const list = { abi: strategyMarketAbi, functionName: "list", args: listing } as const;
  const listed = await callContract(demo, seller.address, place, list, "market: offer");
  const [event] = parseEventLogs({ abi: strategyMarketAbi, eventName: "Listed", logs: listed.logs });
  if (event === undefined) throw new Error(`${what} was not listed`);

  const price = units * offer.unitPrice;
  await fund(demo, buyer.address, place, price);
  const buying = [event.args.listingId, units, price, hash] as const;
  const buy = { abi: strategyMarketAbi, functionName: "buy", args: buying } as const;
  const { logs } = await callContract(demo, buyer.address, place, buy, "market: buy");
  const [bought] = parseEventLogs({ abi: strategyMarketAbi, eventName: "Bought", logs });
  if (bought === undefined) throw new Error(`${what} was not sold`);
  const { cost, royalty, fee } = bought.args;
  services.sales.push({ what, seller: seller.name, buyer: buyer.name, cost, royalty, fee });
  const part = royalty === 0n ? "" : `, ${dollars(royalty)} of it to the author`;
  await tell(demo, `${seller.name} sells ${what} to ${buyer.name} for ${dollars(cost)}${part}, ${dollars(fee)} fee`);
}
