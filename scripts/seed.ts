// npm run seed: a local chain with everything deployed, pools and feeds seeded, three indices and their first holders, a method
// and a data set as tokens, the airdrop and the first locks, left running for whoever builds on it. The same scenes as npm
// start, without the replay; the same flags.
import { chainScene } from "./demo/01-chain.ts";
import { deployScene } from "./demo/02-deploy.ts";
import { marketScene } from "./demo/03-market.ts";
import { indicesScene } from "./demo/04-indices.ts";
import { depositsScene } from "./demo/05-deposits.ts";
import { airdropScene } from "./demo/06-airdrop.ts";
import { keepScene } from "./demo/18-keep.ts";
import { playScenes } from "./demo/lib/play.ts";
import type { Scene } from "./demo/lib/scene.ts";

/** Locks, sales and votes live in real time here, not in that of the prices. */
const clockScene: Scene = {
  number: "01",
  title: "The clock set to now",
  run: ({ chain }) => chain.advanceTo(Math.floor(Date.now() / 1_000)),
};

await playScenes(
  [chainScene, clockScene, deployScene, marketScene, indicesScene, depositsScene, airdropScene, keepScene],
  [...process.argv.slice(2), "--keep"],
);
