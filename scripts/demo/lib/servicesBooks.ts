import { type Address, erc20Abi, isAddressEqual, parseEventLogs } from "viem";
import {
  accessPassAbi,
  PASS_IDS,
  strategyMarketAbi,
  strategyRegistryAbi,
  strategySharesAbi,
} from "../../../sdk/src/index.ts";
import { contractOf, units } from "./dao.ts";
import { require } from "./daoBooks.ts";
import { lineOf } from "./revenue.ts";
import { adopterOf } from "./royalties.ts";
import type { Demo } from "./scene.ts";
import type { Harvest } from "./services.ts";

/** More rounds than a replay has. */
const ALL_ROUNDS = 1_000n;

/** What the contracts of the services hold against what they owe. Says what was compared. */
export async function reconcileServices(demo: Demo): Promise<void> {
  const { screen } = demo;
  screen.say(await reconcileRoyalties(demo));
  screen.say(await reconcileCredits(demo));
  screen.say(await reconcilePass(demo));
  screen.say(await reconcileMoney(demo));
}

/** What the vault paid for its strategy is with the author, with holders of shares in proportion, or dust of rounding. */
async function reconcileRoyalties(demo: Demo): Promise<string> {
  const { services } = demo;
  const { vault, symbol, feeSplits } = adopterOf(demo);
  const { shares, toOwner, fees, use, from } = services.royalties;
  if (shares === undefined || from === undefined) throw new Error("the strategy was not adopted and locked");
  const paid = feeSplits.slice(from).reduce((sum, { royaltyShares }) => sum + royaltyShares, 0n);
  const waiting = await balanceOf(demo, vault, services.announced.terms.recipient);
  require(paid === toOwner + fees.came + waiting, `${symbol} paid ${paid} of royalty, ${toOwner} + ${fees.came} came`);
  const [inShares, inUsdc] = [
    await reconcileRounds(demo, shares, vault, fees),
    await reconcileRounds(demo, shares, demo.market.usdc.token, use),
  ];
  return (
    `royalties: ${units(paid, 18, 6)} ${symbol} = ${units(toOwner, 18, 6)} to the author + ` +
    `${units(inShares.paid, 18, 6)} to holders of shares, in proportion in ${inShares.rounds} rounds + ` +
    `${units(waiting, 18, 6)} since; of its use $${units(inUsdc.paid, 6, 6)}; ${inShares.dust} and ${inUsdc.dust} wei of dust`
  );
}

/** Every round of a token, holder by holder, against what each of them got. */
async function reconcileRounds(
  demo: Demo,
  shares: Address,
  token: Address,
  { came, claimed }: Harvest,
): Promise<{ paid: bigint; dust: bigint; rounds: number }> {
  const { cast, services } = demo;
  const { client } = demo.chain;
  const { supply } = services.royalties;
  const at = { address: shares, abi: strategySharesAbi } as const;
  const [held, accounted, rounds] = await Promise.all([
    balanceOf(demo, token, shares),
    client.readContract({ ...at, functionName: "accounted", args: [token] }),
    client.readContract({ ...at, functionName: "rounds", args: [token, 0n, ALL_ROUNDS] }),
  ]);
  const inRounds = rounds.reduce((sum, { amount }) => sum + amount, 0n);
  require(inRounds === came, `${came} was harvested, ${inRounds} is in rounds`);
  let sum = 0n;
  for (const { name, address } of [cast.strategist, cast.investor]) {
    let due = 0n;
    for (const { amount, timepoint } of rounds) {
      const args = [address, BigInt(timepoint)] as const;
      due += (amount * (await client.readContract({ ...at, functionName: "balanceOfAt", args }))) / supply;
    }
    const got = claimed.get(address.toLowerCase()) ?? 0n;
    require(got === due, `${name} is due ${due} of royalty and got ${got}`);
    sum += got;
  }
  const dust = came - sum;
  require(held === accounted && held === dust, `the shares hold ${held}, owe ${accounted}, dust is ${dust}`);
  require(dust <= BigInt(2 * rounds.length), `${dust} wei of royalties belong to nobody`);
  return { paid: sum, dust, rounds: rounds.length };
}

/** Every credit that was sold is in a wallet, in a meter, or was used; and what was used is what the API served. */
async function reconcileCredits(demo: Demo): Promise<string> {
  const { chain, cast, services } = demo;
  const at = { address: contractOf(demo, "AccessPass"), abi: accessPassAbi } as const;
  const id = PASS_IDS.decisions;
  const people = [cast.reader.address, cast.investor.address];
  const [supply, wallets, meters] = await Promise.all([
    chain.client.readContract({ ...at, functionName: "supplyOf", args: [id] }),
    Promise.all(people.map((one) => chain.client.readContract({ ...at, functionName: "balanceOf", args: [one, id] }))),
    Promise.all(people.map((one) => chain.client.readContract({ ...at, functionName: "meterOf", args: [one, id] }))),
  ]);
  const inWallets = wallets.reduce((sum, amount) => sum + amount, 0n);
  const inMeters = meters.reduce((sum, [amount]) => sum + amount, 0n);
  const bought = services.credits.reduce((sum, credit) => sum + credit.units, 0n);
  const { byReceipt, byReceiptUnits } = services.requests;
  const settled = services.settlements.reduce((sum, run) => sum + BigInt(run.receipts), 0n);
  require(supply.issued === bought, `${bought} credits were bought, ${supply.issued} issued`);
  require(supply.used === byReceiptUnits, `the API served ${byReceiptUnits} credits, ${supply.used} were settled`);
  require(settled === BigInt(byReceipt), `the API took ${byReceipt} receipts, ${settled} were settled`);
  const found = supply.used + inWallets + inMeters;
  require(supply.issued === found, `${supply.issued} credits were issued, ${found} are used, in wallets or in meters`);
  return (
    `credits: ${supply.issued} sold = ${supply.used} used, as the API served + ${inMeters} in meters + ` +
    `${inWallets} in wallets; all ${byReceipt} receipts are settled`
  );
}

/** The pass holds what is kept for the use of credits and what was earned; every part is what the contract says it is. */
async function reconcilePass(demo: Demo): Promise<string> {
  const { chain, market, services } = demo;
  const pass = contractOf(demo, "AccessPass");
  const at = { address: pass, abi: accessPassAbi } as const;
  const logs = await chain.client.getLogs({ address: pass, fromBlock: 0n, toBlock: "latest" });
  let pool = 0n;
  let left = 0n;
  let byData = 0n;
  let byMethod = 0n;
  for (const event of parseEventLogs({ abi: accessPassAbi, eventName: ["CreditsBought", "Earned"], logs })) {
    const { args, eventName } = event;
    if (eventName === "CreditsBought") {
      pool += args.kept;
      left += args.units;
      continue;
    }
    const part = (pool * args.units + left - 1n) / left; // rounded up
    require(part === args.usdcAmount, `${args.units} of ${left} credits earn ${part}, not ${args.usdcAmount}`);
    pool -= part;
    left -= args.units;
    if (args.asset === services.dataset.id) byData += part;
    if (args.asset === services.strategy.id) byMethod += part;
  }
  const [kept, held] = await Promise.all([
    chain.client.readContract({ ...at, functionName: "poolOf", args: [PASS_IDS.decisions] }),
    balanceOf(demo, market.usdc.token, pass),
  ]);
  const paid = services.settlements.reduce((sum, run) => sum + run.byData, 0n);
  const { came } = services.royalties.use;
  require(kept.usdc === pool, `the pool has ${kept.usdc}, not ${pool}`);
  require(byData === paid, `the data earned ${byData}, ${paid} was paid`);
  require(byMethod === came, `the method earned ${byMethod}, ${came} came to its shares`);
  require(held === pool, `the pass holds ${held} and owes ${pool}`);
  return (
    `use: the method earned $${units(byMethod, 6, 6)} and the data $${units(byData, 6, 6)}, all of it paid; ` +
    `$${units(pool, 6, 6)} wait for the use of what is held, to the unit`
  );
}

/** What was sold went to its sellers and to the splitter, and from there to everybody's part. The market keeps nothing. */
async function reconcileMoney(demo: Demo): Promise<string> {
  const { chain, cast, dao, market, services } = demo;
  const usdc = market.usdc.token;
  const place = contractOf(demo, "StrategyMarket");
  const registry = { address: contractOf(demo, "StrategyRegistry"), abi: strategyRegistryAbi } as const;
  const [inMarket, owner, receiver, locked] = await Promise.all([
    balanceOf(demo, usdc, place),
    chain.client.readContract({ ...registry, functionName: "ownerOf", args: [services.dataset.id] }),
    chain.client.readContract({ address: place, abi: strategyMarketAbi, functionName: "feeReceiver" }),
    chain.client.readContract({ ...registry, functionName: "ownerOf", args: [services.strategy.id] }),
  ]);
  require(inMarket === 0n, `the market kept ${inMarket}`);
  require(isAddressEqual(owner, cast.planner.address), `the data belongs to ${owner}`);
  require(isAddressEqual(locked, services.royalties.shares ?? place), `the strategy belongs to ${locked}`);
  require(isAddressEqual(receiver, contractOf(demo, "FeeSplitter")), `the market's fees go to ${receiver}`);

  const plan = services.plan?.cost ?? 0n;
  const credits = services.credits.reduce((sum, { cost, kept }) => sum + cost - kept, 0n);
  const fees = services.sales.reduce((sum, { fee }) => sum + fee, 0n);
  const came = plan + credits + fees + services.flushed;
  const { stakers, buyback, burned, treasury, keepers } = lineOf(demo, usdc);
  const split = stakers + buyback + burned + treasury + keepers;
  const others = dao.sale?.fee ?? 0n;
  require(split === came + others, `${came} came from services and ${others} from the sale, ${split} was split`);
  return (
    `services: $${units(plan, 6, 2)} of the plan + $${units(credits, 6, 2)} of credits + $${units(fees, 6, 2)} of the market + ` +
    `$${units(services.flushed, 6, 2)} used for no data = $${units(came, 6, 2)}, all of it split`
  );
}

function balanceOf(demo: Demo, token: Address, owner: Address): Promise<bigint> {
  return demo.chain.client.readContract({ address: token, abi: erc20Abi, functionName: "balanceOf", args: [owner] });
}
