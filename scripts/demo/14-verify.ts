import { type Hex, parseEventLogs } from "viem";
import { indexVaultAbi } from "../../sdk/src/index.ts";
import type { Demo, DemoIndex, Scene } from "./lib/scene.ts";

/** What the chain says was decided against what comes out when each decision is made again from its stored inputs. */
export const verifyScene: Scene = {
  number: "14",
  title: "Every decision on chain, made again from its stored inputs and models",
  run: async (demo: Demo) => {
    // Most of it was done beside the replay; the last week's goes on while the decisions are made again here.
    const models = demo.keeper.verifyModels();
    models.catch(() => {}); // told below, after the decisions
    const proposed = await Promise.all(demo.indices.map((index) => proposalsOf(demo, index)));
    // In the order of time: two indices that decided on the same block share the work on its market.
    for (const { hash } of proposed.flat().sort((a, b) => a.block - b.block)) await demo.keeper.verify(hash);
    demo.indices.forEach(({ symbol }, i) => {
      const count = proposed[i]?.length ?? 0;
      demo.screen.say(`${symbol}: ${count} decisions on chain, each equal to the bit when made again`);
    });
    const { checked, weeks } = await models;
    demo.screen.say(
      `models: those of ${checked} of ${weeks} weeks trained again from their stored inputs, equal to the bit; ` +
        "`gimbal-keeper replay <hash>` does it for any decision",
    );
  },
};

interface Proposal {
  hash: Hex;
  block: number;
}

async function proposalsOf({ chain }: Demo, { vault, symbol, decisions }: DemoIndex): Promise<Proposal[]> {
  const logs = await chain.client.getLogs({ address: vault, fromBlock: 0n, toBlock: "latest" });
  const proposed = parseEventLogs({ abi: indexVaultAbi, eventName: "WeightsProposed", logs });
  if (proposed.length !== decisions.length) {
    throw new Error(`${symbol}: ${proposed.length} proposals on chain, ${decisions.length} decisions made`);
  }
  return proposed.map(({ args, blockNumber }) => ({ hash: args.decisionHash, block: Number(blockNumber) }));
}
