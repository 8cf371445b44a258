import { DAY } from "../../keeper/src/data/time.ts";
import { startChain } from "./lib/chain.ts";
import type { Demo, Scene } from "./lib/scene.ts";
import { startOf } from "./lib/universe.ts";

/** Days before the replay on which contracts, pools and indices come to be. */
export const PREPARATION = 2;

const HOLDERS = ["Alice", "Bob", "Carol", "Dave", "Erin"];
const FIRST_HOLDER = 5;

export const chainScene: Scene = {
  number: "01",
  title: "A local chain, its clock set to the start of the replay",
  run: async (demo: Demo) => {
    const startsAt = startOf(demo.options.from) - PREPARATION * DAY;
    const chain = await startChain(startsAt, demo.options.port);
    demo.cleanUp.push(() => chain.stop());
    const [deployer, creator, keeper, filler] = chain.accounts;
    if (deployer === undefined || creator === undefined || keeper === undefined || filler === undefined) {
      throw new Error("the chain has too few accounts");
    }
    demo.chain = chain;
    demo.cast = {
      deployer,
      creator,
      keeper,
      filler,
      holders: HOLDERS.map((name, index) => {
        const address = chain.accounts[FIRST_HOLDER + index];
        if (address === undefined) throw new Error("the chain has too few accounts");
        return { name, address };
      }),
    };
    demo.screen.say(`${chain.url}, first block ${new Date(startsAt * 1_000).toISOString().slice(0, 10)}`);
  },
};
