import { parseUnits } from "viem";
import { isoFromDay } from "../../keeper/src/data/time.ts";
import { cancelRequest, requestDeposit, requestRedeem } from "../../sdk/src/index.ts";
import { dollars, fillBatches, openBatches, payOut } from "./lib/batches.ts";
import { tell } from "./lib/dao.ts";
import { authorize, perform, sharesFor } from "./lib/holders.ts";
import { publishFeeds, venueOf } from "./lib/market.ts";
import { give } from "./lib/pools.ts";
import { buyPlan, planLines, threeTiers } from "./lib/portfolio.ts";
import { type Desk, deskOf } from "./lib/products.ts";
import { fileOrder, SAVING_WEEKS, startSaving, stopSaving } from "./lib/saver.ts";
import type { Demo, Scene, Week } from "./lib/scene.ts";
import { startOf } from "./lib/universe.ts";

const HOUR = 3_600;
const MINUTE = 60;
const DAYS = 7;
/** {s} before midnight at which requests are made; the batch of that night is locked 30 minutes before midnight. */
const EVENING = 3 * HOUR;
/** {s} after midnight: late in the window, when the price suits whoever delivers; and after it. */
const FILL = 3 * HOUR + 50 * MINUTE;
const PAY = 4 * HOUR + 5 * MINUTE;
/** {USD} that the small wallets put in, and which of them thinks better of it. */
const AMOUNTS = [50, 75, 100, 120, 150, 200, 250, 300, 400, 500];
const UNDECIDED = 6;
/** {USD} that a holder takes out in the same batch. */
const OUT = 1_000;
/** {USD} with which the plan is bought, and what is added half-way. */
const FIRST = 100_000;
const SECOND = 20_000;

/** Batches, a deposit every four weeks, and a plan over three indices, beside the replay. */
export const productsScene: Scene = {
  number: "12",
  title: "Batches, a recurring deposit, a portfolio plan",
  opening: async (demo: Demo, { day }: Week) => {
    const open = await openBatches(demo);
    if (open.length === 0) return;
    const hasBought = open.some(({ people }) => people.has(demo.cast.planner.address));
    demo.agenda.add(startOf(day) + FILL, () => fillBatches(demo, open));
    demo.agenda.add(startOf(day) + PAY, async () => {
      await payOut(demo, open);
      tellGas(demo, open);
      if (hasBought) await showPlan(demo);
    });
  },
  week: async (demo: Demo, week: Week) => {
    const { agenda, options } = demo;
    const evening = startOf(week.day + DAYS) - EVENING;
    const half = Math.max(2, Math.ceil(((options.to - options.from) / DAYS + 1) / 2));
    if (week.number === 1) {
      await startSaving(demo, evening);
      agenda.add(evening, () => firstEvening(demo));
    }
    if (week.number === half) agenda.add(evening, () => buyAgain(demo, week));
    // The tip has reached its cap an hour after an order is due.
    if (week.isLast) agenda.add(startOf(week.day) + PAY + HOUR, () => stopSaving(demo));
    else if ((week.number - 1) % SAVING_WEEKS === 0) agenda.add(evening + HOUR, () => fileOrder(demo));
  },
};

/** Small deposits, one redemption, one change of mind, and the plan: all for the batch of this night. */
async function firstEvening(demo: Demo): Promise<void> {
  const { indices, products } = demo;
  const [, global] = indices;
  if (global === undefined) return;
  const desk = deskOf(products, global.vault);
  for (const [place, usd] of AMOUNTS.entries()) await askSmall(demo, desk, place, usd);
  const total = AMOUNTS.reduce((sum, usd) => sum + usd, 0);
  await tell(demo, `${AMOUNTS.length} small wallets ask for ${global.symbol} with $${total}, $50 to $500 each`);
  await changeMind(demo, desk);
  await askRedemption(demo, desk);
  products.plan = threeTiers(demo);
  await buyPlan(demo, products.plan, FIRST);
}

async function askSmall(demo: Demo, { index, depositor, people }: Desk, place: number, usd: number): Promise<void> {
  const { chain, cast, market } = demo;
  const account = cast.small[place]?.address;
  if (account === undefined) throw new Error(`there is no small wallet ${place}`);
  const assets = parseUnits(`${usd}`, market.usdc.decimals);
  await give(venueOf(demo), market.usdc.token, account, assets);
  const action = requestDeposit(chain.client, { depositor, assets, account });
  await authorize(demo, account, action);
  await perform(demo, account, action.buildTx(), askingFor(index.assets.length));
  people.add(account);
}

function askingFor(assets: number): string {
  return `batch: ask for an index of ${assets}`;
}

async function changeMind(demo: Demo, { depositor, people }: Desk): Promise<void> {
  const { chain, cast } = demo;
  const who = cast.small[UNDECIDED];
  if (who === undefined) return;
  const batch = BigInt(Math.floor((await chain.now()) / (24 * HOUR)) + 1);
  const action = cancelRequest(chain.client, { depositor, side: "deposit", batch, account: who.address });
  const { amount } = await action.simulate();
  await perform(demo, who.address, action.buildTx(), "batch: cancel");
  people.delete(who.address);
  await tell(demo, `${who.name} cancels and has its ${dollars(amount)} back`);
}

async function askRedemption(demo: Demo, { index, depositor, people }: Desk): Promise<void> {
  const { chain, cast } = demo;
  const who = cast.holders.at(-1);
  if (who === undefined) return;
  const nav = demo.indices.find(({ vault }) => vault === index.vault)?.history.at(-1)?.nav;
  if (nav === undefined) throw new Error(`${index.symbol} has no value yet`);
  const shares = sharesFor(OUT, nav);
  const action = requestRedeem(chain.client, { depositor, shares, account: who.address });
  await authorize(demo, who.address, action);
  await perform(demo, who.address, action.buildTx(), "batch: ask for a redemption");
  people.add(who.address);
  await tell(demo, `${who.name} wants cash for about $${OUT} of ${index.symbol} in the same batch`);
}

/** Whoever buys for a plan looks first at what is held; for that, feeds report yesterday's close. */
async function buyAgain(demo: Demo, { day }: Week): Promise<void> {
  const { plan } = demo.products;
  if (plan === undefined) return;
  demo.marketDay = day + DAYS - 2;
  await publishFeeds(demo, demo.marketDay);
  await showPlan(demo);
  await buyPlan(demo, plan, SECOND);
}

async function showPlan(demo: Demo): Promise<void> {
  const { plan } = demo.products;
  if (plan === undefined) return;
  const day = isoFromDay(Math.floor((await demo.chain.now()) / (24 * HOUR)));
  const title = `${demo.cast.planner.name}'s plan of three tiers on ${day}`;
  demo.products.planTable = [title, ...(await planLines(demo, plan))];
  for (const line of demo.products.planTable) demo.screen.say(line);
}

/** What a person paid in gas, beside a zap of its own; of the batches in which many were. */
function tellGas({ gas, screen }: Demo, desks: readonly Desk[]): void {
  for (const { index, batches } of desks) {
    const note = batches.at(-1);
    const asked = gas.get(askingFor(index.assets.length));
    const zap = gas.get(`zap USDC into ${index.assets.length}`);
    if (note === undefined || note.people < 3 || asked === undefined || zap === undefined) continue;
    const each = note.gas / BigInt(note.people);
    screen.say(
      `gas: each of ${note.people} people ${(asked.total / BigInt(asked.count)).toLocaleString("en-US")} to ask; ` +
        `opening, making the shares and paying out ${note.gas.toLocaleString("en-US")}, ` +
        `${each.toLocaleString("en-US")} a person; a zap of one's own ${zap.largest.toLocaleString("en-US")}`,
    );
  }
}
