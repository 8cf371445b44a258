import { type Address, encodeFunctionData, formatUnits, parseAbi, parseEventLogs } from "viem";
import { dayFromIso, isoFromDay } from "../../keeper/src/data/time.ts";
import { claim, indexVaultAbi, NATIVE, redeem, zapOut } from "../../sdk/src/index.ts";
import { tell } from "./lib/dao.ts";
import { authorize, perform, sharesOf } from "./lib/holders.ts";
import { moveMarket } from "./lib/market.ts";
import type { Demo, DemoIndex, MarketAsset, Scene, Week } from "./lib/scene.ts";
import { startOf } from "./lib/universe.ts";

/** The chain of this coin stopped on 2022-05-13; in other periods another one plays its part. */
const HALTED = "LUNC";
const HALTED_ON = "2022-05-13";
const UNDERSTUDY = 4;
/** {s} after midnight: the day's close is known and published. */
const AFTER_CLOSE = 300;
/** From one decision to the evening before the next. */
const DAYS_BETWEEN = 6;
/** Parts of the period after which something happens. */
const MOMENTS = { first: 0.2, broken: 0.36, repaired: 0.6, last: 0.8 };

const breakableAbi = parseAbi(["function setBroken(bool newBroken)"]);

/** What happened, for the closing table. */
interface ExitStory {
  broken: MarketAsset;
  claims: { owner: Address; index: DemoIndex; amount: bigint }[];
  done: Set<string>;
}

const stories = new WeakMap<Demo, ExitStory>();

/** Holders leave while the replay goes on, also while one token of the basket refuses every transfer. */
export const exitsScene: Scene = {
  number: "08",
  title: "Holders leave, and one token's transfers start to revert",
  week: async (demo: Demo, week: Week) => {
    const story = stories.get(demo) ?? begin(demo);
    stories.set(demo, story);
    const { from, to } = demo.options;
    const passed = (moment: keyof typeof MOMENTS): boolean => week.day >= from + (to - from) * MOMENTS[moment];
    const dated = story.broken.asset === HALTED && isoFromDay(from) <= HALTED_ON && isoFromDay(to) >= HALTED_ON;
    // Before the next decision, so that the vault still holds all of its tokens.
    const halted = dated ? isoFromDay(week.day + DAYS_BETWEEN) >= HALTED_ON : passed("broken");

    if (passed("first")) await once(story, "first", () => redeemHalf(demo));
    if (halted) await once(story, "broken", () => leaveBroken(demo, week, story));
    if (halted && passed("repaired")) await once(story, "repaired", () => repair(demo, story));
    if (passed("last")) await once(story, "last", () => leaveForEther(demo));
    if (week.isLast) requireEverythingHappened(story);
  },
};

function begin(demo: Demo): ExitStory {
  const { assets } = demo.market;
  const broken = assets.find(({ asset }) => asset === HALTED) ?? assets[UNDERSTUDY];
  if (broken === undefined) throw new Error("the market has too few tokens");
  return { broken, claims: [], done: new Set() };
}

async function once({ done }: ExitStory, name: string, work: () => Promise<void>): Promise<void> {
  if (done.has(name)) return;
  done.add(name);
  await work();
}

function requireEverythingHappened({ done }: ExitStory): void {
  if (done.size === Object.keys(MOMENTS).length) return;
  throw new Error(`the replay ended before every exit was shown; shown were ${[...done].join(", ")}`);
}

async function redeemHalf(demo: Demo): Promise<void> {
  const [first] = demo.indices;
  const [alice] = demo.cast.holders;
  if (first === undefined || alice === undefined) return;
  const shares = (await sharesOf(demo, first, alice.address)) / 2n;
  const action = await redeem(demo.chain.client, { vault: first.vault, shares, account: alice.address });
  await perform(demo, alice.address, action.buildTx(), `redeem ${first.assets.length} assets in kind`);
  await tell(demo, `${alice.name} redeems ${formatUnits(shares, 18)} ${first.symbol} in kind`);
}

async function leaveBroken(demo: Demo, { day }: Week, story: ExitStory): Promise<void> {
  const { chain, cast } = demo;
  const { broken } = story;
  const halt = Math.max(startOf(dayFromIso(HALTED_ON)), await chain.now());
  if (broken.asset === HALTED && halt < startOf(day + DAYS_BETWEEN)) await moveTo(demo, dayFromIso(HALTED_ON));
  const data = encodeFunctionData({ abi: breakableAbi, functionName: "setBroken", args: [true] });
  await chain.send({ from: cast.deployer, to: broken.token, data }, "breaking a token");
  demo.halted.add(broken.token);
  await tell(demo, `${broken.symbol} reverts on every transfer from now on`);

  const [first, second] = demo.indices;
  const [, bob, , dave, erin] = cast.holders;
  if (first === undefined || second === undefined || bob === undefined || dave === undefined || erin === undefined)
    return;
  await redeemDespite(demo, story, first, bob);
  await redeemDespite(demo, story, second, erin);
  await zapDespite(demo, story, second, dave);
}

/** Lets the days until `day` pass; the market goes with them. */
async function moveTo(demo: Demo, day: number): Promise<void> {
  await demo.chain.advanceTo(startOf(day) + AFTER_CLOSE);
  demo.marketDay = day - 1;
  await moveMarket(demo, demo.marketDay);
}

type Holder = { name: string; address: Address };

/** In kind, without knowing of the broken token: its leg fails, becomes a claim, and all others are paid. */
async function redeemDespite(demo: Demo, story: ExitStory, index: DemoIndex, who: Holder): Promise<void> {
  const { broken } = story;
  const account = who.address;
  const shares = (await sharesOf(demo, index, account)) / 2n;
  const action = await redeem(demo.chain.client, { vault: index.vault, shares, account });
  const receipt = await perform(demo, account, action.buildTx(), `redeem ${index.assets.length} assets, one broken`);

  const deferred = parseEventLogs({ abi: indexVaultAbi, eventName: "LegDeferred", logs: receipt.logs });
  const expected = action.minAmounts.filter(({ amount }) => amount > 0n).map(({ token }) => token);
  const leg = deferred.find(({ args }) => args.token === broken.token)?.args.amount ?? 0n;
  if (expected.includes(broken.token) !== leg > 0n) throw new Error(`the ${broken.symbol} leg should be a claim`);
  if (leg > 0n) story.claims.push({ owner: account, index, amount: leg });
  const paid = expected.length - deferred.length;
  const claimed = leg === 0n ? "" : `; ${formatUnits(leg, broken.decimals)} ${broken.symbol} become a claim`;
  await tell(demo, `${who.name} redeems half of the ${index.symbol}: ${paid} legs paid${claimed}`);
}

/** Into USDC, skipping the token that is known to be broken. */
async function zapDespite(demo: Demo, story: ExitStory, index: DemoIndex, who: Holder): Promise<void> {
  const { chain, deployment, market } = demo;
  const account = who.address;
  const action = await zapOut(chain.client, {
    zap: deployment.contracts.Zap,
    venue: { ...deployment.external, via: [market.usdc.token] },
    vault: index.vault,
    shares: (await sharesOf(demo, index, account)) / 3n,
    tokenOut: market.usdc.token,
    skip: [story.broken.token],
    account,
  });
  const permit = await authorize(demo, account, action);
  const { amountOut } = await action.simulate({}, permit);
  await perform(demo, account, action.buildTx(permit), `zap ${index.assets.length} assets into USDC`);
  const usd = formatUnits(amountOut, market.usdc.decimals);
  await tell(demo, `${who.name} leaves a third of the ${index.symbol} for ${usd} USDC`);
}

/** The token works again: whoever has a claim collects it, to the last unit. */
async function repair(demo: Demo, { broken, claims }: ExitStory): Promise<void> {
  const { chain, cast } = demo;
  const data = encodeFunctionData({ abi: breakableAbi, functionName: "setBroken", args: [false] });
  await chain.send({ from: cast.deployer, to: broken.token, data }, "repairing a token");
  demo.halted.delete(broken.token);
  for (const { owner, index, amount } of claims) {
    const action = claim(chain.client, { vault: index.vault, token: broken.token, account: owner });
    const { amount: paid } = await action.simulate();
    if (paid !== amount) throw new Error(`a claim of ${amount} pays ${paid}`);
    await perform(demo, owner, action.buildTx(), "claim");
  }
  await tell(demo, `${broken.symbol} works again: ${claims.length} claims paid in full`);
}

async function leaveForEther(demo: Demo): Promise<void> {
  const { chain, deployment, market, cast } = demo;
  const [first] = demo.indices;
  const [, , carol] = cast.holders;
  if (first === undefined || carol === undefined) return;
  const account = carol.address;
  const shares = await sharesOf(demo, first, account);
  const action = await zapOut(chain.client, {
    zap: deployment.contracts.Zap,
    venue: { ...deployment.external, via: [market.usdc.token] },
    vault: first.vault,
    shares,
    tokenOut: NATIVE,
    authorization: "erc2612",
    account,
  });
  const permit = await authorize(demo, account, action);
  const { amountOut } = await action.simulate({}, permit);
  await perform(demo, account, action.buildTx(permit), `zap ${first.assets.length} assets into ether`);
  const ether = Number(formatUnits(amountOut, 18)).toFixed(4);
  await tell(demo, `${carol.name} leaves ${first.symbol} for ${ether} ETH, with a signed permit`);
}
