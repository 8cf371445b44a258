import { DEFAULT_LIMITS } from "../../keeper/src/backtest/strategies.ts";
import { DAY, isoFromDay } from "../../keeper/src/data/time.ts";
import { decisionLines, exposureOf, TOKEN_LINE } from "./lib/decisions.ts";
import { fillEpoch } from "./lib/fills.ts";
import { noteGas } from "./lib/holders.ts";
import { noteExposure, record } from "./lib/indices.ts";
import { openKeeper } from "./lib/keeper.ts";
import { moveMarket, tradePools } from "./lib/market.ts";
import type { Demo, DemoIndex, Evaluation, Scene, Week } from "./lib/scene.ts";
import { startTrainer } from "./lib/trainer.ts";
import { startOf } from "./lib/universe.ts";
import { refreshIfMoved, settlePrices } from "./lib/upkeep.ts";

const WEEK = 7;
/** {s} after midnight: the day's close is known and published. */
const AFTER_CLOSE = 300;
/** Where on each of the two curves fills are tried: near the end, where the price suits the venue. */
const POSITIONS = [0.97, 1.97];
/** {s} before the next decision in which nothing else happens. */
const REST = 3_600;
/** Orders that the outside filler takes at each step. */
const OUTSIDE = 1;

interface OpenEpoch {
  index: DemoIndex;
  opensAt: number;
}

/** The weeks of the replay; the other scenes take their turn after each of them. */
export function replayScene(others: readonly Scene[]): Scene {
  return {
    number: "07",
    title: "The replay: every week the models are trained and the keeper decides",
    prepare: (demo: Demo) => {
      demo.trainer = startTrainer(demo);
    },
    run: async (demo: Demo) => {
      const { from, to } = demo.options;
      demo.keeper = await openKeeper(demo);
      demo.screen.say(`${isoFromDay(from)} to ${isoFromDay(to)}, ${demo.replay.label}`);
      demo.screen.say(TOKEN_LINE);
      for (const index of demo.indices) await record(demo, index, demo.marketDay);
      for (let day = from, number = 1; day <= to; day += WEEK, ++number) {
        const week: Week = { day, number, isLast: day + WEEK > to };
        await playWeek(demo, week, others);
        for (const scene of others) await scene.week?.(demo, week);
        await demo.agenda.playUntil(startOf(day + WEEK) - REST);
      }
    },
  };
}

async function playWeek(demo: Demo, week: Week, others: readonly Scene[]): Promise<void> {
  const { day } = week;
  await demo.chain.advanceTo(startOf(day) + AFTER_CLOSE);
  demo.marketDay = day - 1;
  await moveMarket(demo, day - 1);
  for (const scene of others) await scene.opening?.(demo, week);
  const thawed = await settlePrices(demo, day - 1);
  if (thawed.length > 0) demo.screen.say(`${isoFromDay(day)} thawed after a jump: ${thawed.join(", ")}`);

  const open: OpenEpoch[] = [];
  const decided: Evaluation[] = [];
  for (const index of demo.indices) decided.push(await decideFor(demo, index, day));
  for (const [place, index] of demo.indices.entries()) {
    const evaluation = decided[place];
    if (evaluation?.record.action === "propose") open.push(await proposeFor(demo, index, evaluation));
  }
  const turnoverBefore = new Map(demo.indices.map((index) => [index, index.totals.turnover]));
  await fillAll(demo, open, day);
  for (const index of demo.indices) {
    const point = await record(demo, index, demo.marketDay);
    const note = index.decisions.at(-1);
    if (open.some((epoch) => epoch.index === index) && note !== undefined) {
      note.turnover = index.totals.turnover - (turnoverBefore.get(index) ?? 0);
    }
    demo.screen.progress(
      `${isoFromDay(day)} ${index.symbol} $${point.nav.toFixed(2)} a share, ${(point.exposure * 100).toFixed(0)}% in coins`,
    );
  }
}

async function decideFor(demo: Demo, index: DemoIndex, day: number): Promise<Evaluation> {
  const { record: decision, hash } = await demo.keeper.decide(index, day);
  index.wishes.push({
    timestamp: decision.asOf,
    from: exposureOf(index, decision, "currentBps"),
    to: exposureOf(index, decision, "targetBps"),
  });
  const before = demo.evaluations.findLast((evaluation) => evaluation.index === index.symbol);
  const evaluation = { index: index.symbol, day, record: decision, hash };
  demo.evaluations.push(evaluation);
  for (const line of decisionLines(index, evaluation, before)) demo.screen.say(line);
  return evaluation;
}

async function proposeFor(demo: Demo, index: DemoIndex, { record: decision, hash }: Evaluation): Promise<OpenEpoch> {
  const { keeper, chain } = demo;
  const { gasUsed } = await chain.client.getTransactionReceipt({ hash: await keeper.propose(decision) });
  noteGas(demo, `${decision.epoch === 1 ? "first proposal" : "proposal"}, ${index.assets.length} assets`, gasUsed);
  index.totals.gas += gasUsed;
  const timestamp = await chain.now();
  const lane = decision.lane ?? "RISK";
  index.decisions.push({ timestamp, epoch: decision.epoch, lane, decisionHash: hash, turnover: 0 });
  return { index, opensAt: timestamp + (lane === "RISK" ? DEFAULT_LIMITS.riskDelay : 0) };
}

/** Goes through the fill times of all open epochs in order, the market moving on with each new day. */
async function fillAll(demo: Demo, open: readonly OpenEpoch[], day: number): Promise<void> {
  const visits = open
    .flatMap(({ index, opensAt }) =>
      POSITIONS.map((position) => ({ index, time: Math.floor(opensAt + position * DEFAULT_LIMITS.curveLength) })),
    )
    .sort((a, b) => a.time - b.time);
  let known = day - 1;
  let tradedAt = 0;
  for (const { index, time } of visits) {
    await demo.agenda.passUntil(time);
    const closed = Math.floor(time / DAY) - 1;
    if (closed > known) {
      known = closed;
      demo.marketDay = known;
      await moveMarket(demo, known);
    } else if (time > tradedAt) {
      await tradePools(demo, known);
    }
    tradedAt = time + 60;
    await refreshIfMoved(demo, index);
    await fillEpoch(demo, index, OUTSIDE);
    await noteExposure(demo, index);
  }
}
