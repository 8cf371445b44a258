// npm start: one command that shows the protocol at work on real prices. See README.md for its flags.
import { chainScene } from "./demo/01-chain.ts";
import { deployScene } from "./demo/02-deploy.ts";
import { marketScene } from "./demo/03-market.ts";
import { indicesScene } from "./demo/04-indices.ts";
import { depositsScene } from "./demo/05-deposits.ts";
import { airdropScene } from "./demo/06-airdrop.ts";
import { replayScene } from "./demo/07-replay.ts";
import { exitsScene } from "./demo/08-exits.ts";
import { revenueScene } from "./demo/09-revenue.ts";
import { proposalsScene } from "./demo/10-proposals.ts";
import { productsScene } from "./demo/12-products.ts";
import { servicesScene } from "./demo/13-services.ts";
import { finishScene } from "./demo/14-finish.ts";
import { reconcileScene } from "./demo/15-reconcile.ts";
import { verifyScene } from "./demo/16-verify.ts";
import { reportScene } from "./demo/17-report.ts";
import { keepScene } from "./demo/18-keep.ts";
import { playScenes } from "./demo/lib/play.ts";
import type { Scene } from "./demo/lib/scene.ts";

const scenes: Scene[] = [
  chainScene,
  deployScene,
  marketScene,
  indicesScene,
  depositsScene,
  airdropScene,
  replayScene([exitsScene, revenueScene, proposalsScene, productsScene, servicesScene]),
  servicesScene,
  finishScene,
  reconcileScene,
  verifyScene,
  reportScene,
  keepScene,
];

await playScenes(scenes, process.argv.slice(2));
