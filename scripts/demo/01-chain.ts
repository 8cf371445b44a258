import type { Address } from "viem";
import { DAY } from "../../keeper/src/data/time.ts";
import { createAgenda } from "./lib/agenda.ts";
import { requireFree, startChain } from "./lib/chain.ts";
import { RELAYER_ACCOUNT } from "./lib/keeper.ts";
import type { Demo, Person, Scene } from "./lib/scene.ts";
import { startOf } from "./lib/universe.ts";

/** Days before the replay on which contracts, pools and indices come to be. */
export const PREPARATION = 2;

/** Who has which of the node's accounts. */
const ACCOUNTS = {
  deployer: 0,
  creator: 1,
  keeper: 2,
  filler: 3,
  strategist: 4,
  guardian: 10,
  liquidity: 12,
  issuer: 13,
};
const HOLDERS = ["Alice", "Bob", "Carol", "Dave", "Erin"];
const FIRST_HOLDER = 5;
const WALLETS = ["Wallet 1", "Wallet 2", "Wallet 3", "Wallet 4", "Wallet 5", "Wallet 6"];
const FIRST_WALLET = 14;
/** Who uses the products: first those with a name, then the small ones. */
const CUSTOMERS = { author: 20, planner: 21, saver: 22, maker: 23 };
const SMALL = 10;
const FIRST_SMALL = 24;
/** Who makes, buys and settles services. */
const SERVICES = { investor: 34, reader: 35, key: 36, relayer: RELAYER_ACCOUNT, program: 38 };

export const chainScene: Scene = {
  number: "01",
  title: "A local chain, its clock set to the start of the replay",
  run: async (demo: Demo) => {
    if (demo.options.keep) await requireFree(demo.options.appPort);
    const startsAt = startOf(demo.options.from) - PREPARATION * DAY;
    const chain = await startChain(startsAt, demo.options.port);
    demo.cleanUp.push(() => chain.stop());
    const at = (index: number): Address => {
      const address = chain.accounts[index];
      if (address === undefined) throw new Error("the chain has too few accounts");
      return address;
    };
    const people = (names: readonly string[], first: number): Person[] =>
      names.map((name, index) => ({ name, address: at(first + index) }));
    demo.chain = chain;
    demo.agenda = createAgenda(chain);
    demo.cast = {
      deployer: at(ACCOUNTS.deployer),
      creator: at(ACCOUNTS.creator),
      keeper: at(ACCOUNTS.keeper),
      filler: at(ACCOUNTS.filler),
      strategist: { name: "Ivan", address: at(ACCOUNTS.strategist) },
      guardian: at(ACCOUNTS.guardian),
      liquidity: at(ACCOUNTS.liquidity),
      issuer: at(ACCOUNTS.issuer),
      holders: people(HOLDERS, FIRST_HOLDER),
      wallets: people(WALLETS, FIRST_WALLET),
      author: { name: "Frank", address: at(CUSTOMERS.author) },
      planner: { name: "Grace", address: at(CUSTOMERS.planner) },
      saver: { name: "Heidi", address: at(CUSTOMERS.saver) },
      maker: at(CUSTOMERS.maker),
      investor: { name: "Judy", address: at(SERVICES.investor) },
      reader: { name: "Ken", address: at(SERVICES.reader) },
      key: at(SERVICES.key),
      relayer: at(SERVICES.relayer),
      program: { name: "Alice's program", address: at(SERVICES.program) },
      small: people(
        Array.from({ length: SMALL }, (_, index) => `Small wallet ${index + 1}`),
        FIRST_SMALL,
      ),
    };
    demo.screen.say(`${chain.url}, first block ${new Date(startsAt * 1_000).toISOString().slice(0, 10)}`);
  },
};
