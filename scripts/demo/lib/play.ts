import { OptionError, parseOptions } from "./options.ts";
import { createDemo, type Demo, type Scene } from "./scene.ts";
import { createScreen } from "./screen.ts";
import { openReplay } from "./universe.ts";

/** Plays scenes one after the other with the flags of the command line, and cleans up whatever happens. */
export async function playScenes(scenes: readonly Scene[], args: string[]): Promise<void> {
  const screen = createScreen((text) => process.stdout.write(text), process.stdout.isTTY);
  try {
    const options = parseOptions(args);
    const replay = await openReplay(options);
    screen.say(`Prices: ${replay.label}`);
    await play(scenes, createDemo(options, replay, screen));
  } catch (error) {
    screen.say(error instanceof OptionError ? error.message : String(error instanceof Error ? error.stack : error));
    process.exitCode = 1;
  }
}

async function play(scenes: readonly Scene[], demo: Demo): Promise<void> {
  // A chain that outlived the command would be in the way of the next one.
  const stop = (): void => void cleanUp(demo).then(() => process.exit(demo.options.keep ? 0 : 130));
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    for (const scene of scenes) scene.prepare?.(demo);
    for (const scene of scenes) {
      if (scene.run === undefined) continue;
      demo.screen.scene(scene.number, scene.title);
      await scene.run(demo);
    }
  } finally {
    await cleanUp(demo);
  }
}

async function cleanUp({ cleanUp }: Demo): Promise<void> {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
}
