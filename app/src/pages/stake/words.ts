import { amount, type Shown, time, UNKNOWN } from "../../format.ts";

/** {GIM wei} with its unit. */
export const gim = (raw: bigint | null | undefined): Shown => amount(raw, 18, "GIM");

/** {veGIM wei} with its unit. */
export const veGim = (raw: bigint | null | undefined): Shown => amount(raw, 18, "veGIM");

/** A Staking Score has no unit of its own: it is GIM times one to two. */
export const scoreWords = (raw: bigint | null | undefined): Shown => amount(raw, 18, "points");

/** "Tier 3", or "None". */
export const tierWords = (tier: number | undefined): string =>
  tier === undefined ? UNKNOWN : tier === 0 ? "None" : `Tier ${tier}`;

/** A day that must not be misread, with its hour for whoever points at it. */
export const dayWords = (seconds: bigint | undefined): Shown => time(seconds);
