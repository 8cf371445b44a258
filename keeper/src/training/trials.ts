import type { Hex } from "viem";

/** One configuration on one period. Strings and integers, so that the ledger has one way to be written. */
export type Trial = {
  readonly hash: Hex; // of the policy, or of the ensemble's configuration where only that was run
  readonly id: string;
  readonly words: string;
  readonly data: string; // label of the source
  readonly from: string; // ISO date
  readonly to: string; // ISO date
  readonly dailySharpe: string | null; // decimal; null: not measured, or not kept
  readonly neutralIc: string | null; // decimal, mean of the weeks; null: not measured, or not kept
};

/** Configurations of which only the number was kept. */
export type CountedTrials = {
  readonly id: string;
  readonly words: string;
  readonly count: number;
  /** Whether a strategy's returns were chosen by them: only those deflate a Sharpe ratio. */
  readonly ofReturns: boolean;
};

/** Everything that was ever tried. */
export type TrialLedger = {
  readonly schema: "gimbal.trials/1";
  readonly counted: readonly CountedTrials[]; // by id
  readonly trials: readonly Trial[]; // by id, hash, data, from, to
};

/** What a Sharpe ratio is deflated by. */
export interface TrialCount {
  readonly count: number;
  readonly dailySharpes: readonly number[]; // of the other trials, as far as they were kept
}

/** Nothing was tried. */
export const NO_TRIALS: TrialLedger = { schema: "gimbal.trials/1", counted: [], trials: [] };

/** The ledger with one more trial. The same configuration on the same data and period is the same trial: newer figures count. */
export function withTrial(ledger: TrialLedger, trial: Trial): TrialLedger {
  const others = ledger.trials.filter((other) => keyOf(other) !== keyOf(trial));
  const trials = [...others, trial].sort((a, b) => {
    const [one, two] = [`${a.id} ${keyOf(a)}`, `${b.id} ${keyOf(b)}`];
    return one < two ? -1 : 1;
  });
  return { ...ledger, trials };
}

/**
 * How many configurations were tried, `own` among them, and the Sharpe ratios of all but that run. A configuration that was
 * run on several periods is one configuration.
 */
export function countTrials(ledger: TrialLedger, own: Pick<Trial, "hash" | "data" | "from" | "to">): TrialCount {
  const hashes = new Set([...ledger.trials.map(({ hash }) => hash), own.hash]);
  const counted = ledger.counted.reduce((sum, { count, ofReturns }) => sum + (ofReturns ? count : 0), 0);
  const dailySharpes = ledger.trials.flatMap((trial) => {
    return trial.dailySharpe === null || keyOf(trial) === keyOf(own) ? [] : [Number(trial.dailySharpe)];
  });
  return { count: hashes.size + counted, dailySharpes };
}

function keyOf({ hash, data, from, to }: Pick<Trial, "hash" | "data" | "from" | "to">): string {
  return [hash, data, from, to].join(" ");
}
