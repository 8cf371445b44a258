import { setTimeout as wait } from "node:timers/promises";
import { isoFromDay } from "../../keeper/src/data/time.ts";
import { openKeeper } from "./lib/keeper.ts";
import { keepServices } from "./lib/keptServices.ts";
import { publishFeeds, tradePools } from "./lib/market.ts";
import type { Demo, Scene } from "./lib/scene.ts";

/** {s} between two rounds of the feeds. */
const ROUND = 60;
/** {s} between two looks of the keeper. */
const KEEPER_ROUND = 3_600;

/** With --keep: the chain stays, its clock is set to now, the feeds go on publishing, the keeper looks after it, the app shows it. */
export const keepScene: Scene = {
  number: "18",
  title: "Afterwards",
  run: async (demo: Demo) => {
    if (!demo.options.keep) {
      demo.screen.say("The chain is stopped. `npm start -- --keep` leaves it running and opens the app.");
      return;
    }
    const { chain, screen, replay } = demo;
    demo.keeper ??= await openKeeper(demo); // after a replay it is there already
    await publishNow(demo);
    await tradePools(demo, demo.marketDay);
    screen.say(`Chain ${chain.url}, its clock at ${new Date((await chain.now()) * 1_000).toISOString()}.`);
    screen.say(`Addresses: deployments/${demo.deployment.chainId}.json. Vaults: ${vaultList(demo)}.`);
    screen.say(
      `The feeds repeat the closes of ${isoFromDay(demo.marketDay)} (${replay.label}) every ${ROUND} seconds.`,
    );
    await keepServices(demo);
    screen.say("Stop with Ctrl-C.");
    await stay(demo);
  },
};

/** Until the process is stopped from outside. */
async function stay(demo: Demo): Promise<never> {
  for (let keeperAt = 0; ; await wait(ROUND * 1_000)) {
    await publishNow(demo);
    const now = await demo.chain.now();
    if (now - keeperAt < KEEPER_ROUND) continue;
    keeperAt = now;
    for (const index of demo.indices) demo.screen.say(`keeper, ${index.symbol}: ${await demo.keeper.watch(index)}`);
  }
}

/** The clock moves to now, and every feed that still has a price starts a round, in one block: none is without prices. */
async function publishNow(demo: Demo): Promise<void> {
  const now = Math.floor(Date.now() / 1_000);
  if (now > (await demo.chain.now())) await demo.chain.dateNext(now);
  await publishFeeds(demo, demo.marketDay);
}

function vaultList({ indices }: Demo): string {
  return indices.map(({ symbol, vault }) => `${symbol} ${vault}`).join(", ");
}
