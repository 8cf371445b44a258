import hre from "hardhat";
import { type Address, formatUnits, type Hex, isAddressEqual, parseEventLogs, parseUnits } from "viem";
import type { RpcProvider } from "../../deploy/lib/ignition.ts";
import { createSender } from "../../deploy/lib/transactions.ts";
import { type GradeProof, NO_GRADE } from "../../sdk/src/grades.ts";
import {
  accessPassAbi,
  ContractError,
  claimEarned,
  getNav,
  navFeedAbi,
  rememberDecision,
  verifyGradeOnChain,
} from "../../sdk/src/index.ts";
import { contractOf, tell } from "./lib/dao.ts";
import { perform } from "./lib/holders.ts";
import { publishFeeds } from "./lib/market.ts";
import { type MeteredApi, openApi } from "./lib/meteredApi.ts";
import { buyCredits, sellData, subscribe, tradeCredits } from "./lib/passes.ts";
import { distributeToken } from "./lib/revenue.ts";
import { adopt, issueShares, lastRoyalties, shareRoyalties, shareUse } from "./lib/royalties.ts";
import type { Demo, DemoIndex, Person, Scene, Week } from "./lib/scene.ts";
import { callContract } from "./lib/services.ts";
import { usd } from "./lib/table.ts";

const HOUR = 3_600;
/** {s} between the announcement of a strategy and its adoption. */
const ADOPTION = 7 * 86_400 + HOUR;
/** Week in which the strategy is locked and somebody subscribes; and weeks between two distributions of royalties. */
const LOCK_WEEK = 2;
const SHARE_EVERY = 4;
/** Requests that are paid for: about the method's index, about another one before and after the data is sold, about none. */
const PAID = { method: 12, data: 6, later: 6, general: 3, byPlan: 5 };
/** {raw USDC} for the data, by its author and by who bought it of him. */
const DATA_PRICES = { first: parseUnits("5000", 6), later: parseUnits("6000", 6) };

/** Beside the replay the strategy earns; after it, access is sold, used over HTTP and settled. */
export const servicesScene: Scene = {
  number: "13",
  title: "Services: a method and data that earn, a subscription, credits, receipts, a market",
  week: async (demo: Demo, week: Week) => {
    const { agenda, services } = demo;
    if (week.number === 1) agenda.add(services.announced.at + ADOPTION, () => adopt(demo));
    if (week.number === LOCK_WEEK) {
      await issueShares(demo);
      await subscribe(demo);
    } else if (week.number > LOCK_WEEK && (week.isLast || week.number % SHARE_EVERY === 0)) {
      await shareRoyalties(demo);
    }
  },
  run: async (demo: Demo) => {
    await publishFeeds(demo, demo.marketDay);
    await readFeed(demo);
    await buyCredits(demo);
    await tradeCredits(demo);
    const api = await openApi(demo);
    await proveGrade(demo, api);
    await useServices(demo, api);
    await api.close();
    await lastRoyalties(demo);
    await distributeToken(demo, demo.market.usdc.token);
  },
};

/** A lender's price feed of the index from a table: the figure of the lens, from the same feeds. */
async function readFeed(demo: Demo): Promise<void> {
  const { chain, cast, deployment, products, services } = demo;
  const { vault, symbol } = products.custom;
  const { IndexFactory: factory, AssetRegistry: registry, IndexLens: lens } = deployment.contracts;
  const sender = createSender(hre, chain.client as RpcProvider, cast.author.address);
  const feed = await sender.deploy("NavFeed", [factory, registry, vault]);
  const [[, answer, , updatedAt], nav, now] = await Promise.all([
    chain.client.readContract({ address: feed, abi: navFeedAbi, functionName: "latestRoundData" }),
    getNav(chain.client, { lens, vault }),
    chain.now(),
  ]);
  // D8{USD/share} of D18{USD/share}, rounded down
  if (answer !== nav.perShare / 10n ** 10n) throw new Error(`the feed says ${answer}, the lens ${nav.perShare}`);
  const age = now - Number(updatedAt);
  services.findings.push(
    `A share of ${symbol} by its NavFeed: $${formatUnits(answer, 8)}, its oldest price ${age} s old.`,
  );
  await tell(
    demo,
    `${cast.author.name} gives ${symbol} a NavFeed: $${formatUnits(answer, 8)} a share, as the lens says`,
  );
}

/** What the API answers about a grade. */
type Proven = GradeProof & { contentHash: Hex; contract: Address };

/** A contract believes what the newest decision said of a token, and believes nothing else. */
async function proveGrade(demo: Demo, api: MeteredApi): Promise<void> {
  const { cast, indices, evaluations, services } = demo;
  const { client } = demo.chain;
  const index = indices.find(({ decisions }) => decisions.length > 0);
  const hash = index?.decisions.at(-1)?.decisionHash;
  const decision = evaluations.find((evaluation) => evaluation.hash === hash);
  const asset = decision?.record.assets.find(({ traderGrade }) => traderGrade !== null) ?? decision?.record.assets[0];
  if (index === undefined || asset === undefined) throw new Error("no decision was proposed");
  const proven = await api.get<Proven>(`/v1/decisions/${hash}/grades/${asset.token}/proof`);
  services.requests.free++;
  const { contract: gradeBook, vault, epoch, grade } = proven;
  await verifyGradeOnChain(client, { ...proven, gradeBook });
  const better = { ...grade, traderBps: grade.traderBps === NO_GRADE ? 10_000 : grade.traderBps + 1 };
  const refusal = await verifyGradeOnChain(client, { ...proven, gradeBook, grade: better }).catch(
    (error: unknown) => error,
  );
  if (!(refusal instanceof ContractError)) throw new Error("the contract believes a grade that nobody gave");
  const action = rememberDecision(client, { gradeBook, vault, account: cast.keeper });
  await perform(demo, cast.keeper, action.buildTx(), "remember a decision's grades");
  const words = [grade.traderBps, grade.investorBps].map((bps) => (bps === NO_GRADE ? "none" : `${bps / 100}`));
  const text = `${asset.asset} in epoch ${epoch} of ${index.symbol}: trader grade ${words[0]}, investor grade ${words[1]}`;
  services.findings.push(`Proven on chain from the API's answer: ${text}.`);
  await tell(demo, `GradeBook believes the API's proof, and no other grade. ${text}`);
}

/** The free quota ends, receipts and a plan pay, and what was used is settled for those whose method and data it was. */
async function useServices(demo: Demo, api: MeteredApi): Promise<void> {
  const { cast, indices, screen } = demo;
  // One index follows the strategy, which earns by what is asked about it. Of the others the data earns.
  const [path = "", plain = ""] = indices.map((index) => newestOf(demo, index));
  const signedIn = await api.signIn(cast.program);

  screen.say(`The API listens at ${api.url}, over this chain and the keeper's journal.`);
  const free = await api.useUp(path);
  screen.say(`${free} requests for a decision are free, then it answers 402 with what to sign.`);
  const receipts = PAID.method + PAID.data + PAID.general;
  let units = await api.pay(path, PAID.method);
  units += await api.pay(plain, PAID.data);
  units += await api.pay("/v1/decisions?limit=1", PAID.general);
  screen.say(`The key of ${cast.reader.name} signs ${receipts} receipts for ${units} credits.`);
  await api.payByPlan(path, PAID.byPlan, signedIn);
  screen.say(`${cast.program.name} is signed in: the plan pays for ${PAID.byPlan} requests, and nothing is signed.`);

  await settle(demo, api, receipts, cast.strategist);
  await sellData(demo, cast.strategist, cast.investor, DATA_PRICES.first);
  await api.pay(plain, PAID.later);
  await settle(demo, api, PAID.later, cast.investor);
  await sellData(demo, cast.investor, cast.planner, DATA_PRICES.later);
  await shareUse(demo);
  await flush(demo);
}

/** Where the API has the newest decision about an index. */
function newestOf({ evaluations }: Demo, { symbol }: DemoIndex): string {
  const decision = evaluations.findLast(({ index }) => index === symbol);
  if (decision === undefined) throw new Error(`nothing was decided for ${symbol}`);
  return `/v1/decisions/${decision.hash}`;
}

/** The relayer brings the receipts to the chain; what the data earned goes to whoever owns it now. */
async function settle(demo: Demo, api: MeteredApi, receipts: number, owner: Person): Promise<void> {
  const { chain, cast, market, services } = demo;
  const before = await chain.client.getBlockNumber({ cacheTime: 0 });
  const { settled, kept, lost } = await api.settle();
  if (settled !== receipts || kept.length + lost.length > 0) {
    throw new Error(`${settled} of ${receipts} receipts were settled, ${kept.length} kept, ${lost.length} lost`);
  }
  const pass = contractOf(demo, "AccessPass");
  const fromBlock = before + 1n;
  const logs = await chain.client.getLogs({ address: pass, fromBlock, toBlock: "latest" });
  const asset = services.dataset.id;
  let units = 0n;
  let byMethod = 0n;
  let byData = 0n;
  for (const event of parseEventLogs({ abi: accessPassAbi, eventName: "Earned", logs })) {
    units += event.args.units;
    if (event.args.asset === asset) byData += event.args.usdcAmount;
    if (event.args.asset === services.strategy.id) byMethod += event.args.usdcAmount;
  }
  const action = claimEarned(chain.client, { pass, asset, currency: market.usdc.token, account: cast.keeper });
  const { logs: paid } = await perform(demo, cast.keeper, action.buildTx(), "services: pay what data earned");
  const [event] = parseEventLogs({ abi: accessPassAbi, eventName: "EarnedPaid", logs: paid });
  if (event === undefined || !isAddressEqual(event.args.owner, owner.address))
    throw new Error(`what the data earned is not ${owner.name}'s`);
  if (event.args.amount !== byData) throw new Error(`${event.args.amount} were paid of ${byData}`);
  services.settlements.push({ receipts, units, byMethod, byData, owner: owner.name });
  const earned = [byMethod, byData].map((raw) => usd(Number(raw) / 1e6, 4));
  await tell(
    demo,
    `${settled} receipts for ${units} credits are settled: the method earned ${earned[0]}, the data ${earned[1]}, ` +
      `paid to ${owner.name}`,
  );
}

/** What was used for no data in particular is the stakers'. */
async function flush(demo: Demo): Promise<void> {
  const { cast, market, services } = demo;
  const call = { abi: accessPassAbi, functionName: "flush", args: [market.usdc.token] } as const;
  const pass = contractOf(demo, "AccessPass");
  const { logs } = await callContract(demo, cast.keeper, pass, call, "services: send the rest to stakers");
  for (const { args } of parseEventLogs({ abi: accessPassAbi, eventName: "Flushed", logs })) {
    services.flushed += args.amount;
  }
}
