import type { Address, Hex } from "viem";
import type { AssetListing } from "../../../deploy/config/types.ts";
import type { AssetId } from "../../../keeper/src/data/source.ts";
import type { Policy } from "../../../keeper/src/plan/policy.ts";
import type { DecisionRecord } from "../../../keeper/src/plan/record.ts";
import type { Deployment } from "../../../sdk/src/index.ts";
import type { Agenda } from "./agenda.ts";
import type { Chain } from "./chain.ts";
import type { Dao } from "./dao.ts";
import type { Keeper } from "./keeper.ts";
import type { DemoOptions } from "./options.ts";
import type { Products } from "./products.ts";
import type { Screen } from "./screen.ts";
import type { Services } from "./services.ts";
import type { Trainer } from "./trainer.ts";
import type { Replay } from "./universe.ts";

/** One capability of the protocol, shown on the running chain. */
export interface Scene {
  /** Of its file. */
  number: string;
  title: string;
  /** Before the first scene: starts what goes on beside the others. */
  prepare?(demo: Demo): void;
  /** Once, in the order of the files; a scene that only plays during the replay has none. */
  run?(demo: Demo): Promise<void>;
  /** At the start of every week of the replay: prices are new, the keeper has not decided yet. */
  opening?(demo: Demo, week: Week): Promise<void>;
  /** After every week of the replay. */
  week?(demo: Demo, week: Week): Promise<void>;
}

/** A week of the replay: the decision's day and what became of it. */
export interface Week {
  /** Day that begins with the decision. */
  day: number;
  number: number;
  isLast: boolean;
}

/** A token of the market: how the data, the chain and the venue know it. */
export interface MarketAsset extends AssetListing {
  asset: AssetId;
  aggregator: Address;
  stable: boolean;
  /** Pool against USDC; USDC itself has none. */
  pool: { address: Address; fee: number } | undefined;
}

/** Everything that a replay moves. */
export interface Market {
  assets: readonly MarketAsset[];
  byToken: ReadonlyMap<string, MarketAsset>;
  usdc: MarketAsset;
  hub: Address;
  bot: Address;
  /** Has a token and a feed, but the registry does not list it when the replay begins. */
  candidate: MarketAsset;
}

/** Who plays. Normal accounts, each with its own key. */
export interface Cast {
  deployer: Address;
  creator: Address;
  keeper: Address;
  filler: Address;
  /** Wrote the method that the indices follow, and gathers the data that it works with. */
  strategist: Person;
  /** Stand for the multisigs that a public network would have. */
  guardian: Address;
  liquidity: Address;
  /** Sells a token to stakers. */
  issuer: Address;
  holders: readonly Person[];
  /** Large accounts of the airdrop, who lock and vote. */
  wallets: readonly Person[];
  /** Makes an index from a table of weights. No role, no GIM, no vote. */
  author: Person;
  /** Buys a portfolio plan. */
  planner: Person;
  /** Deposits every week. */
  saver: Person;
  /** Fills batches for what the curve pays. */
  maker: Address;
  /** Buys shares of the method, and later the data. */
  investor: Person;
  /** Reads decisions over HTTP and pays for it with credits. */
  reader: Person;
  /** Signs the reader's receipts. */
  key: Address;
  /** Settles receipts; it needs ether and no right. */
  relayer: Address;
  /** Reads decisions too, by the plan that a holder of GIM bought for it. */
  program: Person;
  /** Deposit $50 to $500 in a batch. */
  small: readonly Person[];
}

export interface Person {
  name: string;
  address: Address;
}

/** An index of the demo and what was noted about it. */
export interface DemoIndex {
  name: string;
  symbol: string;
  vault: Address;
  /** How the keeper decides for it. */
  policy: Policy;
  assets: readonly MarketAsset[];
  /** {USD} per share at the start, and units per share then: the portfolio that is merely held. */
  start: { navPerShare: number; unitsPerShare: ReadonlyMap<AssetId, number> };
  history: HistoryPoint[];
  decisions: DecisionNote[];
  totals: { turnover: number; costUsd: number; fills: number; outsideFills: number; gas: bigint };
  /** Every exposure that the keeper wanted, also when the limits allowed no step. */
  wishes: Wish[];
  /** {1} part in coins after every step. */
  exposures: { timestamp: number; exposure: number }[];
  /** Shares that each collection of fees paid. */
  feeSplits: { week: number; daoShares: bigint; royaltyShares: bigint; creatorShares: bigint }[];
  /** Orders that were not filled, by reason. */
  skipped: Map<string, number>;
}

/** {1} part in coins: where it was and where the keeper wanted it. */
export interface Wish {
  timestamp: number;
  from: number;
  to: number;
}

export interface HistoryPoint {
  timestamp: number;
  /** Day whose closes the figures are made from. */
  day: number;
  /** {USD} of the whole index */
  total: number;
  /** {USD/share} */
  nav: number;
  /** {USD/share} of the basket of the first day, merely held. */
  held: number;
  /** {1} part of the NAV that is in no stable token. */
  exposure: number;
}

export interface DecisionNote {
  timestamp: number;
  epoch: number;
  lane: "RISK" | "DERISK";
  decisionHash: Hex;
  turnover: number;
}

/** One look of the keeper at a vault. */
export interface Evaluation {
  index: string;
  day: number;
  record: DecisionRecord;
  hash: Hex;
}

export type GasBook = Map<string, { count: number; total: bigint; largest: bigint }>;

/** What the scenes share. Each scene fills in its part. */
export interface Demo {
  options: DemoOptions;
  screen: Screen;
  replay: Replay;
  chain: Chain;
  /** What accounts do on their own account, at its time. */
  agenda: Agenda;
  cast: Cast;
  deployment: Deployment;
  market: Market;
  /** Those that the keeper decides for. */
  indices: DemoIndex[];
  /** The index from a table of weights, batches, the recurring plan, the portfolio plan. */
  products: Products;
  /** The method and the data as tokens, and the access to services that is sold. */
  services: Services;
  keeper: Keeper;
  /** Works ahead of the keeper from the first scene on. */
  trainer: Trainer;
  /** Airdrop, locks, revenue, votes, a sale. */
  dao: Dao;
  /** Day whose closes the market pays now. */
  marketDay: number;
  /** Every evaluation of the keeper, also those that led to nothing. */
  evaluations: Evaluation[];
  /** Gas by kind of transaction. */
  gas: GasBook;
  /** Tokens whose transfers revert now; nobody trades them. */
  halted: Set<Address>;
  /** Things to undo at the end, last first. */
  cleanUp: (() => Promise<void> | void)[];
}

/** An empty stage. Each scene puts its part on it before the next one begins. */
export function createDemo(options: DemoOptions, replay: Replay, screen: Screen): Demo {
  const start = {
    options,
    screen,
    replay,
    marketDay: options.from - 1,
    evaluations: [],
    indices: [],
    gas: new Map(),
    halted: new Set<Address>(),
    cleanUp: [],
  };
  return start as Omit<
    Demo,
    "chain" | "agenda" | "cast" | "deployment" | "market" | "products" | "services" | "keeper" | "trainer" | "dao"
  > as Demo;
}
