import { join } from "node:path";
import { canonicalHash } from "../data/canonical.ts";
import { type Day, isoFromDay } from "../data/time.ts";
import { readTrials, registerTrial } from "../journal/trialLedger.ts";
import type { Policy } from "../plan/policy.ts";
import { countTrials, type Trial } from "../training/trials.ts";
import type { Trials } from "./analyse.ts";
import { DAYS_A_YEAR } from "./metrics.ts";

/** The ledger of this repository: every configuration that was ever run on real data. */
export const DEFAULT_LEDGER = join(import.meta.dirname, "../../trials.json");

/** What is run now. */
export interface CurrentTrial {
  readonly id: string;
  readonly words: string;
  readonly policy: Policy;
  readonly data: string;
  readonly from: Day;
  readonly to: Day;
}

/** Counts what is run now among everything that was tried. */
export interface TrialBook {
  readonly trials: Trials;
  /** Writes the result down; `warn` is told when that fails. */
  finish(result: { readonly sharpe: number; readonly neutralIc: number | null }, warn: (words: string) => void): void;
}

/** Opens the ledger for one run. */
export function openTrials(path: string, { id, words, policy, data, from, to }: CurrentTrial): TrialBook {
  const [first, last] = [isoFromDay(from), isoFromDay(to)];
  const key = { hash: canonicalHash(policy), data, from: first, to: last };
  const { count, dailySharpes } = countTrials(readTrials(path), key);
  return {
    trials: { count, dailySharpes, words: "the trial ledger, this one included" },
    finish: ({ sharpe, neutralIc }, warn) => {
      const decimal = (value: number | null) => (value === null || !Number.isFinite(value) ? null : String(value));
      const dailySharpe = decimal(sharpe / Math.sqrt(DAYS_A_YEAR));
      const trial: Trial = { ...key, id, words, dailySharpe, neutralIc: decimal(neutralIc) };
      const problem = registerTrial(path, trial);
      if (problem !== null) warn(problem);
    },
  };
}
