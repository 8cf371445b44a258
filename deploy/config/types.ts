import type { Address, Hex } from "viem";

/** Caps of the listing tiers. BTC and ETH may hold 70%, as a market-cap index needs; stables may hold everything. */
export const TIERS = {
  MAJOR: { id: 1, maxWeightBps: 7_000 },
  LARGE: { id: 2, maxWeightBps: 2_500 },
  MID: { id: 3, maxWeightBps: 1_500 },
  SMALL: { id: 4, maxWeightBps: 500 },
  STABLE: { id: 5, maxWeightBps: 10_000 },
} as const satisfies Record<string, { id: number; maxWeightBps: number }>;

export type Tier = keyof typeof TIERS;

/** Bits of AssetFlags.sol that a listing may carry. */
export const FLAGS = { STABLE: 1, MAY_SHRINK: 4, CROSS_CHECK: 8 } as const;

/** Values of SecondaryKind in IAssetRegistry.sol. */
export const SECONDARY = { NONE: 0, AGGREGATOR: 1, UNISWAP_V3_TWAP: 2 } as const;

/** A second source for the price of one token. */
export interface SecondarySource {
  kind: "AGGREGATOR" | "UNISWAP_V3_TWAP";
  source: Address;
  /** {s} heartbeat of an aggregator, window of a TWAP. */
  window: number;
  /** Decimals of an aggregator's answer; 0 for a pool. */
  decimals: number;
}

/** One token as its feed's publisher describes it. */
export interface AssetListing {
  symbol: string;
  token: Address;
  decimals: number;
  feed: Address;
  feedDecimals: number;
  /** {s} as published by the feed's operator, without slack. */
  heartbeat: number;
  /**
   * {bps} deviation threshold. Unlike the addresses, not every one could be read from the operator's page when it was written
   * down (all of Base, some of mainnet): compare them with the page before a deployment. A wrong one shifts the ends of the
   * price curve, within the vault's loss figure.
   */
  deviationBps: number;
  tier: Tier;
  /** {USD} largest position of one vault; 0 = none. */
  usdCap: number;
  secondary?: SecondarySource;
}

/** Contracts of others that the protocol uses. */
export interface ExternalAddresses {
  uniswapV3Factory: Address;
  positionManager: Address;
  swapRouter02: Address;
  quoterV2: Address;
  weth: Address;
  permit2: Address;
  multicall3: Address;
}

/** A registered workflow of Chainlink's runtime environment. */
export interface CreWorkflow {
  forwarder: Address;
  workflowId: Hex;
  workflowOwner: Address;
  /** Who gets the tips of the recurring orders that the workflow files. Must be able to move the cash token. */
  tipReceiver: Address;
}

/** Accounts outside the protocol that have a part in it from the start. Multisigs, on a public network. */
export interface Accounts {
  /** Cancels, pauses, freezes and revokes until its term is over. */
  guardian: Address;
  /** Receives the team's GIM as it vests. */
  team: Address;
  /** Receives the GIM that is to become liquidity; the timelock when it is not named. */
  liquidity?: Address;
  /** Receives the GIM for keepers and grants; the timelock when it is not named. */
  grants?: Address;
}

/** The first list of the airdrop, as its builder printed it. */
export interface AirdropWave {
  root: Hex;
  /** {GIM wei} sum of the list. What is left of the airdrop's part stays in the timelock for later waves. */
  total: bigint;
  /** {s since 1970} first second of claims. */
  start: number;
  /** {s since 1970} first second without claims. */
  deadline: number;
  /** {s since 1970} when everything has vested. */
  vestEnd: number;
}

/** The fields of GovernorConfig in GovernanceTypes.sol, which says what they mean. */
export interface GovernorSettings {
  votingDelay: number;
  votingPeriod: number;
  lateQuorumExtension: number;
  proposalThreshold: bigint;
  quorumPercent: number;
  quorumFloor: bigint;
  quorumCap: bigint;
  launchGate: bigint;
}

/** What the DAO starts with. */
export interface GovernanceConfig {
  /** Whom the environment does not name when deploying. */
  accounts: Partial<Accounts>;
  /** {s} between a passed proposal and its execution. */
  timelockDelay: number;
  governor: GovernorSettings;
  /** {veGIM wei} Revenue waits for the first week that begins with so much. */
  minStaked: bigint;
  /** Absent until the list is published; a public network is not deployed without it. */
  airdrop?: AirdropWave;
  /** Symbols of the listed tokens that may be paid to stakers, beside GIM and the shares of indices. */
  rewardTokens: readonly string[];
}

/** Price of something in both currencies; 0 = not sold for it. */
export interface ServicePrice {
  /** {raw USDC} */
  usdc: bigint;
  /** {GIM wei} */
  gim: bigint;
}

/** A subscription of AccessPass. */
export interface ServicePlan extends ServicePrice {
  /** Bit n: what credits n pay for. */
  services: number;
  creditsPerDay: number;
}

/** What access to services costs when a network starts. The DAO changes it. */
export interface ServicesConfig {
  /** Where wallets find the descriptions of passes: a URI of ERC-1155, with {id}. */
  uri: string;
  /** Price of one credit: 1 signals and grades, 2 decisions and replay, 3 compute, 4 datasets. */
  credits: Readonly<Record<1 | 2 | 3 | 4, ServicePrice>>;
  plans: readonly ServicePlan[];
  /** Units of one trial. */
  trialCredits: number;
  /** {bps of the price} of sales in StrategyMarket. */
  marketFeeBps: number;
}

/** Everything that differs between networks. */
export interface NetworkConfig {
  name: string;
  chainId: number;
  /** Zero address: no sequencer feed is read (L1, or none published). */
  sequencerFeed: Address;
  /** {s} after the sequencer is back before prices count again. */
  sequencerGrace: number;
  /** {bps of fees} */
  protocolFeeBps: number;
  external: ExternalAddresses;
  governance: GovernanceConfig;
  services: ServicesConfig;
  /** Chainlink CRE: absent until a workflow is registered, because its id is part of the receiver. */
  cre?: CreWorkflow;
  assets: readonly AssetListing[];
}

/** The stable token that batch deposits and services are paid in, by its symbol. */
export const CASH = "USDC";

/** The same address on every chain. */
export const PERMIT2: Address = "0x000000000022D473030F116dDEE9F6B43aC78BA3";
/** The same address on every chain. */
export const MULTICALL3: Address = "0xcA11bde05977b3631167028862bE2a173976CA11";
export const ZERO_ADDRESS: Address = "0x0000000000000000000000000000000000000000";

/**
 * {s} added to each published heartbeat. Nodes send a heartbeat round when the interval is over, so a healthy feed is
 * regularly a little older than its heartbeat; without slack it would have no price for a block or two.
 */
export const HEARTBEAT_SLACK = 900;
