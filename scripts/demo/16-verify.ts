import { type Hex, parseEventLogs } from "viem";
import { indexVaultAbi } from "../../sdk/src/index.ts";
import type { Demo, DemoIndex, Scene } from "./lib/scene.ts";

/** What the chain says was decided against what comes out when each decision is made again from its stored inputs. */
export const verifyScene: Scene = {
  number: "16",
  title: "Every decision on chain, made again from its stored inputs and models",
  run: async (demo: Demo) => {
    // Most of it was done beside the replay, in a thread of its own.
    const audited = await demo.keeper.audit();
    const proposed = await Promise.all(demo.indices.map((index) => proposalsOf(demo, index)));
    for (const hash of proposed.flat()) {
      if (!audited.decisions.has(hash)) throw new Error(`decision ${hash} was not made again`);
      await demo.keeper.compareWithChain(hash);
    }
    demo.indices.forEach(({ symbol }, i) => {
      const count = proposed[i]?.length ?? 0;
      demo.screen.say(`${symbol}: ${count} decisions on chain, each equal to the bit when made again`);
    });
    demo.screen.say(
      `models: those of ${audited.models} of ${audited.weeks} weeks trained again from their stored inputs, equal to the bit; ` +
        "`gimbal-keeper replay <hash>` does it for any decision",
    );
  },
};

/** Hashes of the decisions that the chain carries. */
async function proposalsOf({ chain }: Demo, { vault, symbol, decisions }: DemoIndex): Promise<Hex[]> {
  const logs = await chain.client.getLogs({ address: vault, fromBlock: 0n, toBlock: "latest" });
  const proposed = parseEventLogs({ abi: indexVaultAbi, eventName: "WeightsProposed", logs });
  if (proposed.length !== decisions.length) {
    throw new Error(`${symbol}: ${proposed.length} proposals on chain, ${decisions.length} decisions made`);
  }
  return proposed.map(({ args }) => args.decisionHash);
}
