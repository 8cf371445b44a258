import type { Address, Hex } from "viem";
import type { StoredDecision } from "../decisions/decisions.ts";

/** Services that are sold, with the ids of their credits in the AccessPass contract. */
export const SERVICES = { SIGNALS: 1n, DECISIONS: 2n, COMPUTE: 3n, DATASETS: 4n } as const;

/** Name of a service. */
export type ServiceName = keyof typeof SERVICES;

/** Id of what is left of a trial: good for any service. */
export const TRIAL = 2_000n;

/** What a service is, in words. */
export const SERVICE_WORDS: Readonly<Record<ServiceName, string>> = {
  SIGNALS: "signals and grades",
  DECISIONS: "decisions and their replay",
  COMPUTE: "simulations and backtests",
  DATASETS: "data sets",
};

/** What one request costs. */
export interface Charge {
  readonly service: ServiceName;
  /** {credits} whole, at least 1 */
  readonly units: number;
  /** The decision that the answer is about: what it was made with earns a part. Null: nothing of anybody's was used. */
  readonly about: DecisionUsed | null;
}

/** What of a decision says who earns by its use. */
export interface DecisionUsed {
  readonly hash: Hex;
  readonly vault: Address;
  /** At which it was made. */
  readonly block: number;
  /** Ids of the data sets that its `source` names. */
  readonly datasets: readonly number[];
}

/** What a route says of its price. It is part of the route's declaration. */
export interface Pays<C, I> {
  /** In words, for the description of the route: "1 credit". */
  readonly words: string;
  /** Its service, or the dearest one where that depends on the request. */
  readonly service: ServiceName;
  /** Price of one request that was found valid. Cheap: it is asked for before anybody paid. */
  readonly charge: (context: C, input: I) => Promise<Charge> | Charge;
}

/** Bits of a plan's services: the bit of a service is the one of its id. */
export function includesService(services: bigint, service: ServiceName): boolean {
  return (services & (1n << SERVICES[service])) !== 0n;
}

/** A decision as one that an answer is about; undefined: there is none, so that nobody earns. */
export function usedDecision(decision: StoredDecision | undefined): DecisionUsed | null {
  if (decision === undefined) return null;
  const { hash, record } = decision;
  return { hash, vault: record.vault, block: Number(record.block.number), datasets: record.source.datasets };
}

/**
 * The data set that earns by a decision. Where a decision used several, its hash chooses one: over many decisions each has
 * its turn, and no caller can choose. 0n: the decision names none.
 */
export function datasetOf({ hash, datasets }: Pick<DecisionUsed, "hash" | "datasets">): bigint {
  if (datasets.length === 0) return 0n;
  return BigInt(datasets[Number(BigInt(hash) % BigInt(datasets.length))] ?? 0);
}

/** Which strategy an index followed. */
export interface StrategyReads {
  /** Id of the strategy in the registry that a vault followed at the end of a block; 0n: none that is registered. */
  strategyAt(vault: Address, block: number): Promise<bigint>;
}

/**
 * The token of StrategyRegistry whose owner earns by a request; 0n: nobody's. A receipt names one. What was trained on is
 * sold by DATASETS, so the data set earns there. Everything else sells what the strategy made of the data, so the strategy
 * earns, and the data set only where no registered strategy was followed.
 */
export async function assetOf({ service, about }: Charge, reads: StrategyReads): Promise<bigint> {
  if (about === null) return 0n;
  const strategy = service === "DATASETS" ? 0n : await reads.strategyAt(about.vault, about.block);
  return strategy === 0n ? datasetOf(about) : strategy;
}
