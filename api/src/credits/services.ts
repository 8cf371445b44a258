import { z } from "zod";

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
  /** Token of StrategyRegistry whose owner earns a part of it; 0n: nobody's. */
  readonly asset: bigint;
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

const namedDatasets = z.looseObject({ datasets: z.array(z.string().regex(/^[1-9]\d{0,76}$/)).optional() });

/** Ids of the data sets that the `source` of a decision's record names, in its order; none where it names none. */
export function datasetsOf(source: unknown): readonly bigint[] {
  const read = namedDatasets.safeParse(source);
  return read.success ? (read.data.datasets ?? []).map(BigInt) : [];
}

/**
 * The data set that earns by a request about a decision. Where a decision used several, its hash chooses one: over many
 * decisions each has its turn, and no caller can choose. 0n: the decision names none.
 */
export function assetOf(source: unknown, decisionHash: string): bigint {
  const datasets = datasetsOf(source);
  if (datasets.length === 0) return 0n;
  return datasets[Number(BigInt(decisionHash) % BigInt(datasets.length))] ?? 0n;
}
