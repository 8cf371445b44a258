import { ArgumentInvalidError } from "../errors/base.ts";
import { PASS_IDS } from "./usageReceipt.ts";

/** What credits pay for, in the order of their ids, which count from 1. */
export const SERVICE_NAMES = ["signals", "decisions", "compute", "datasets"] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Id of plan 0; plan n is this + n. */
export const FIRST_PLAN_ID = 1_000n;

/** Periods of 30 days that a plan can be paid ahead. */
export const MAX_PLAN_PERIODS = 36n;

/** {s} until credits leave a meter after the request. */
export const UNLOAD_NOTICE = 86_400n;

/**
 * Id of credits.
 *
 * @throws {ArgumentInvalidError} when there are no such credits.
 */
export function creditId(service: ServiceName | bigint): bigint {
  const id = typeof service === "bigint" ? service : PASS_IDS[service];
  if (id === undefined || id < 1n || id > BigInt(SERVICE_NAMES.length)) {
    throw new ArgumentInvalidError("service", `must be one of ${SERVICE_NAMES.join(", ")} or 1 to 4, not ${service}`);
  }
  return id;
}

/** Services of a plan: bit n stands for credits n. */
export function servicesIn(bits: number): readonly ServiceName[] {
  return SERVICE_NAMES.filter((_, index) => ((bits >> (index + 1)) & 1) === 1);
}
