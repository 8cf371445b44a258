import { amount, type Shown, time, UNKNOWN } from "../../format.ts";

/** {GIM wei} with its unit. */
export const gim = (raw: bigint | null | undefined): Shown => amount(raw, 18, "GIM");

/** {GIM wei} where several stand beside each other on a phone. */
export const gimBrief = (raw: bigint | null | undefined): Shown => amount(raw, 18, "GIM", 2);

/** {veGIM wei} with its unit. It falls each second, so that more digits would say nothing. */
export const veGim = (raw: bigint | null | undefined): Shown => amount(raw, 18, "veGIM", 2);

/** A Staking Score has no unit of its own: it is GIM times one to two. */
export const scoreWords = (raw: bigint | null | undefined): Shown => amount(raw, 18, "points", 2);

/** "Tier 3", or "None". */
export const tierWords = (tier: number | undefined): string =>
  tier === undefined ? UNKNOWN : tier === 0 ? "None" : `Tier ${tier}`;

/** A day that must not be misread, with its hour for whoever points at it. */
export const dayWords = (seconds: bigint | undefined): Shown => time(seconds);
