// npm start: one command that shows the protocol at work on real prices. See README.md for its flags.
import { chainScene } from "./demo/01-chain.ts";
import { deployScene } from "./demo/02-deploy.ts";
import { marketScene } from "./demo/03-market.ts";
import { indicesScene } from "./demo/04-indices.ts";
import { depositsScene } from "./demo/05-deposits.ts";
import { replayScene } from "./demo/06-replay.ts";
import { exitsScene } from "./demo/07-exits.ts";
import { reconcileScene } from "./demo/08-reconcile.ts";
import { verifyScene } from "./demo/09-verify.ts";
import { reportScene } from "./demo/10-report.ts";
import { keepScene } from "./demo/11-keep.ts";
import { OptionError, parseOptions } from "./demo/lib/options.ts";
import { createDemo, type Demo, type Scene } from "./demo/lib/scene.ts";
import { createScreen } from "./demo/lib/screen.ts";
import { openReplay } from "./demo/lib/universe.ts";

const scenes: Scene[] = [
  chainScene,
  deployScene,
  marketScene,
  indicesScene,
  depositsScene,
  replayScene([exitsScene]),
  exitsScene,
  reconcileScene,
  verifyScene,
  reportScene,
  keepScene,
];

const screen = createScreen((text) => process.stdout.write(text), process.stdout.isTTY);
try {
  await play();
} catch (error) {
  screen.say(explain(error));
  process.exitCode = 1;
}

async function play(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const replay = await openReplay(options);
  screen.say(`Prices: ${replay.label}`);
  const demo = createDemo(options, replay, screen);
  // A chain that outlived the command would be in the way of the next one.
  const stop = (): void => void cleanUp(demo).then(() => process.exit(options.keep ? 0 : 130));
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    for (const scene of scenes) {
      if (scene.run === undefined) continue;
      screen.scene(scene.number, scene.title);
      await scene.run(demo);
    }
  } finally {
    await cleanUp(demo);
  }
}

/** Errors that are made for people in their own words; of others, where they come from. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof OptionError || "shortMessage" in error ? error.message : (error.stack ?? error.message);
}

async function cleanUp({ cleanUp }: Demo): Promise<void> {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
}
