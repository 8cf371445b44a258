/** What bounds the outbox. */
export interface QueueLimits {
  readonly waiting: number; // messages of one destination
  readonly kept: number; // {s} that messages are kept after their end
}

export const QUEUE_LIMITS: QueueLimits = { waiting: 1_000, kept: 30 * 86_400 };

/** When a failed message is tried again, and when no more. */
export interface RetryLimits {
  readonly attempts: number; // of one message
  readonly first: number; // {s} pause after the first failure
  readonly growth: number; // of the pause from failure to failure
  readonly longest: number; // {s}
}

/** 5 s, 20 s, 80 s, ... up to a day: ten attempts in about two and a half days. */
export const RETRY_LIMITS: RetryLimits = { attempts: 10, first: 5, growth: 4, longest: 86_400 };

/**
 * Pause after a number of failures {s}: exponential, and up to a tenth longer by a draw from 0 to 1, so that what failed together
 * is not tried together. null: no more attempts.
 */
export function pauseAfter(failures: number, draw: number, limits: RetryLimits = RETRY_LIMITS): number | null {
  if (failures >= limits.attempts) return null;
  const pause = Math.min(limits.first * limits.growth ** (failures - 1), limits.longest);
  return Math.ceil(pause * (1 + draw / 10));
}

/** How many rules of alerts an account may have, by its score tier. */
export const alertLimit = (tier: number): number => 5 + 5 * tier;

/** How many webhooks an account may have, by its score tier. */
export const webhookLimit = (tier: number): number => 1 + tier;

/** How many streams a client may have open at a time, by its score tier. */
export const streamLimit = (tier: number): number => 2 + tier;
