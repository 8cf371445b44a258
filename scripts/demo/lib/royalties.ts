import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Address,
  erc20Abi,
  type Hex,
  isAddressEqual,
  keccak256,
  parseEther,
  parseEventLogs,
  parseUnits,
  toHex,
} from "viem";
import { canonicalJson } from "../../../keeper/src/data/canonical.ts";
import {
  adoptStrategy,
  applyStrategy,
  claimRoyalties,
  harvestRoyalties,
  lockStrategy,
  payOutRoyalties,
  registerStrategy,
  royaltyReceiverAbi,
  type StrategyKind,
  strategySharesAbi,
} from "../../../sdk/src/index.ts";
import { contractOf, tell, units } from "./dao.ts";
import { authorize, perform } from "./holders.ts";
import { venueOf } from "./market.ts";
import { give } from "./pools.ts";
import { collectAll, distributeToken, noteFees } from "./revenue.ts";
import type { Demo, DemoIndex } from "./scene.ts";
import { callContract, emptyBooks, type Harvest, type Services } from "./services.ts";
import { percent, usd } from "./table.ts";

/** {bps} of the creator's part of the fees, for whoever adopts the strategy; and of each later sale of a token, to its author. */
const ROYALTY = 2_500;
const RESALE = 500;
/** {share wei} of the strategy, the third of them that is sold, and for how much. */
const SUPPLY = parseEther("1000");
const SOLD = SUPPLY / 3n;
const PRICE = parseUnits("20000", 6);
/** {raw USDC} for which anybody may open a buy-out. */
const RESERVE = parseUnits("250000", 6);

/** The index whose method is a token. */
export function adopterOf({ indices }: Pick<Demo, "indices">): DemoIndex {
  const [first] = indices;
  if (first === undefined) throw new Error("there is no index yet");
  return first;
}

/**
 * The author registers the data and the method of the AI index; its curator announces that the index will follow it, which the
 * vault lets nobody do at once. Before the replay, so that every decision names the data.
 */
export async function foundServices(demo: Demo): Promise<Services> {
  const { chain, cast, replay, options } = demo;
  const { name: author } = cast.strategist;
  const index = adopterOf(demo);
  const { id: source, kind, label } = replay.source.info;
  const data = { kind, label, source, from: options.from, to: options.to };
  const dataset = await register(demo, "dataset", "daily-prices.json", canonicalJson(data));
  const strategy = await register(demo, "strategy", "gimbal-ai.json", canonicalJson(index.policy), ROYALTY);

  const announce = await adoptStrategy(chain.client, {
    registry: contractOf(demo, "StrategyRegistry"),
    id: strategy.id,
    vault: index.vault,
    expectedHash: strategy.hash,
    maxRoyaltyBps: ROYALTY,
    account: cast.creator,
  });
  await perform(demo, cast.creator, announce.buildTx(), "strategy: announce it");
  demo.screen.say(
    `${author} registers his data as token ${dataset.id} and his method as token ${strategy.id}, hash ${strategy.hash.slice(0, 18)}...;`,
  );
  demo.screen.say(`the curator of ${index.symbol} announces that it will follow the method: the vault waits 7 days`);
  const announced = { at: await chain.now(), terms: announce.strategy };
  return { dataset, strategy, announced, ...emptyBooks() };
}

/** The document is a file of this run; its hash is on chain. */
async function register(
  demo: Demo,
  kind: StrategyKind,
  file: string,
  document: string,
  royaltyBps?: number,
): Promise<{ id: bigint; hash: Hex }> {
  const { out } = demo.options;
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, file), document);
  const hash = keccak256(toHex(document));
  const { address: account } = demo.cast.strategist;
  const action = registerStrategy(demo.chain.client, {
    registry: contractOf(demo, "StrategyRegistry"),
    kind,
    uri: `file:${file}`,
    hash,
    royaltyBps,
    resaleBps: RESALE,
    account,
  });
  const { id } = await action.simulate();
  await perform(demo, account, action.buildTx(), "register a token");
  return { id, hash };
}

/** The delay is over: anyone lets the vault follow the announced strategy. What accrued so far is paid by the old record. */
export async function adopt(demo: Demo): Promise<void> {
  const { chain, cast, services } = demo;
  const index = adopterOf(demo);
  const { terms } = services.announced;
  const action = applyStrategy(chain.client, { vault: index.vault, strategy: terms, account: cast.keeper });
  const { logs } = await perform(demo, cast.keeper, action.buildTx(), "strategy: adopt the announced one");
  noteFees(demo, index, logs);
  services.royalties.from = index.feeSplits.length;
  await distributeToken(demo, index.vault);
  const part = percent(terms.royaltyBps / 10_000, 0);
  await tell(
    demo,
    `${index.symbol} follows strategy ${services.strategy.id}: ${part} of its creator's part for its owner`,
  );
}

/** The royalties so far go to the author; then he locks the token, and sells a third of its shares. */
export async function issueShares(demo: Demo): Promise<void> {
  const { chain, cast, services } = demo;
  const { strategist, investor } = cast;
  const { id } = services.strategy;
  const index = adopterOf(demo);
  const paid = await payOut(demo);
  await tell(demo, `${strategist.name} gets ${units(paid, 18, 6)} ${index.symbol} of royalty: all of it is his so far`);

  const usdc = demo.market.usdc.token;
  const action = await lockStrategy(chain.client, {
    factory: contractOf(demo, "StrategySharesFactory"),
    id,
    name: "Shares of Gimbal AI's method",
    symbol: "AIM",
    supply: SUPPLY,
    reservePrice: RESERVE,
    currency: usdc,
    account: strategist.address,
  });
  await authorize(demo, strategist.address, action);
  const { shares } = await action.simulate();
  await perform(demo, strategist.address, action.buildTx(), "strategy: lock it and issue shares");

  await give(venueOf(demo), usdc, investor.address, PRICE);
  await transfer(demo, usdc, investor.address, strategist.address, PRICE);
  await transfer(demo, shares, strategist.address, investor.address, SOLD);
  Object.assign(services.royalties, { shares, supply: SUPPLY, sold: SOLD, price: PRICE });
  const held = await chain.client.readContract({
    address: shares,
    abi: erc20Abi,
    functionName: "balanceOf",
    args: [strategist.address],
  });
  if (held !== SUPPLY - SOLD) throw new Error(`the author should keep ${SUPPLY - SOLD} shares, not ${held}`);
  await tell(
    demo,
    `${strategist.name} locks strategy ${id} for ${units(SUPPLY, 18)} shares and sells a third of them to ` +
      `${investor.name} for ${usd(Number(PRICE) / 1e6)}`,
  );
}

/** Sends what lies in the receiver to the token's owner of now. */
async function payOut(demo: Demo): Promise<bigint> {
  const { chain, cast, services } = demo;
  const action = await payOutRoyalties(chain.client, {
    registry: contractOf(demo, "StrategyRegistry"),
    id: services.strategy.id,
    token: adopterOf(demo).vault,
    account: cast.keeper,
  });
  const { logs } = await perform(demo, cast.keeper, action.buildTx(), "strategy: pay royalties out");
  let paid = 0n;
  for (const { args } of parseEventLogs({ abi: royaltyReceiverAbi, eventName: "PaidOut", logs })) {
    if (!isAddressEqual(args.owner, cast.strategist.address)) throw new Error(`royalties went to ${args.owner}`);
    paid += args.amount;
  }
  if (paid === 0n) throw new Error("the strategy has earned nothing");
  services.royalties.toOwner += paid;
  return paid;
}

/** The royalties of the index since the last time, to all holders of shares. */
export async function shareRoyalties(demo: Demo): Promise<void> {
  const { vault, symbol } = adopterOf(demo);
  await share(demo, demo.services.royalties.fees, { token: vault, symbol, decimals: 18 });
}

/** What the method earned by the use of credits, to the same holders. */
export async function shareUse(demo: Demo): Promise<void> {
  const { token, symbol, decimals } = demo.market.usdc;
  await share(demo, demo.services.royalties.use, { token, symbol, decimals });
}

interface Currency {
  token: Address;
  symbol: string;
  decimals: number;
}

/** Shares out what came since the last time, and sends each holder of shares its part. Anyone may do both. */
async function share(demo: Demo, book: Harvest, { token, symbol, decimals }: Currency): Promise<void> {
  const { chain, cast, services } = demo;
  const { shares } = services.royalties;
  if (shares === undefined) throw new Error("the strategy was not locked yet");
  const action = harvestRoyalties(chain.client, { shares, token, account: cast.keeper });
  const { logs } = await perform(demo, cast.keeper, action.buildTx(), "strategy: share royalties out");
  let came = 0n;
  for (const { args } of parseEventLogs({ abi: strategySharesAbi, eventName: "Harvested", logs })) came += args.amount;
  book.came += came;
  const parts: string[] = [];
  for (const { name, address } of [cast.strategist, cast.investor]) {
    const paid = await claimFor(demo, book, { shares, token, holder: address });
    parts.push(`${units(paid, decimals, 6)} to ${name}`);
  }
  await tell(demo, `Royalties of ${units(came, decimals, 6)} ${symbol}: ${parts.join(", ")}`);
}

async function claimFor(
  demo: Demo,
  { claimed }: Harvest,
  whose: { shares: Address; token: Address; holder: Address },
): Promise<bigint> {
  const { chain, cast } = demo;
  const action = claimRoyalties(chain.client, { ...whose, account: cast.keeper });
  const { logs } = await perform(demo, cast.keeper, action.buildTx(), "strategy: pay a holder of shares");
  const key = whose.holder.toLowerCase();
  let paid = 0n;
  for (const event of parseEventLogs({ abi: strategySharesAbi, eventName: "Claimed", logs })) paid += event.args.amount;
  claimed.set(key, (claimed.get(key) ?? 0n) + paid);
  return paid;
}

/** The fees of the last days too, so that nothing is left at the end. */
export async function lastRoyalties(demo: Demo): Promise<void> {
  await collectAll(demo);
  await shareRoyalties(demo);
}

async function transfer(demo: Demo, token: Address, from: Address, to: Address, amount: bigint): Promise<void> {
  const call = { abi: erc20Abi, functionName: "transfer", args: [to, amount] } as const;
  await callContract(demo, from, token, call, "transfer");
}
