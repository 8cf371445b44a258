import { DAY } from "../../keeper/src/data/time.ts";
import { claimFor } from "./09-revenue.ts";
import { weekStartAfter } from "./lib/dao.ts";
import { collectAll, finalizeAll } from "./lib/revenue.ts";
import type { Demo, Scene } from "./lib/scene.ts";
import { startOf } from "./lib/universe.ts";

/** {days} after the start by which every vote is over and the sale is settled and released in part. */
const LATEST = 42;
const HOUR = 3_600;

/** What a short replay left open is played to its end, and the last week's fees are shared out. */
export const finishScene: Scene = {
  number: "14",
  title: "What was under way ends; the last fees are shared out and claimed",
  run: async (demo: Demo) => {
    const { agenda, options, chain } = demo;
    await agenda.playUntil(startOf(options.from) + LATEST * DAY);
    await collectAll(demo);
    await chain.advanceTo(weekStartAfter(await chain.now()) + HOUR);
    await finalizeAll(demo);
    await claimFor(demo);
  },
};
