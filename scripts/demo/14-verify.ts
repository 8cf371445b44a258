import { parseEventLogs } from "viem";
import { indexVaultAbi } from "../../sdk/src/index.ts";
import type { Demo, DemoIndex, Scene } from "./lib/scene.ts";

/** What the chain says was decided against what comes out when each decision is made again from its stored inputs. */
export const verifyScene: Scene = {
  number: "14",
  title: "Every decision on chain, made again from its record",
  run: async (demo: Demo) => {
    for (const index of demo.indices) {
      const verified = await verify(demo, index);
      demo.screen.say(`${index.symbol}: ${verified} decisions on chain, each verified from its record`);
    }
  },
};

async function verify({ chain, keeper }: Demo, { vault, symbol, decisions }: DemoIndex): Promise<number> {
  const logs = await chain.client.getLogs({ address: vault, fromBlock: 0n, toBlock: "latest" });
  const proposed = parseEventLogs({ abi: indexVaultAbi, eventName: "WeightsProposed", logs });
  if (proposed.length !== decisions.length) {
    throw new Error(`${symbol}: ${proposed.length} proposals on chain, ${decisions.length} decisions made`);
  }
  for (const { args } of proposed) await keeper.verify(args.decisionHash);
  return proposed.length;
}
