import type { VaultLimits } from "../data/vault.ts";
import { BacktestError } from "../errors.ts";
import { binaryPolicy, marketCapPolicy, type Policy } from "../plan/policy.ts";
import { createDecider, type Decider } from "./decider.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Limits that the demonstration gives its vaults for ever, and that a backtest runs under. */
export const DEFAULT_LIMITS: VaultLimits = {
  turnoverBps: 5_000,
  lossBps: 100,
  deriskLossBps: 100,
  maxWeightChangeBps: 5_000,
  riskDelay: DAY,
  basketDelay: 3 * DAY,
  curveLength: 6 * HOUR,
  cooldown: 6 * DAY,
  deriskPeriod: 28 * DAY,
};

/** Something that a vault can be run by. */
export interface Strategy {
  readonly id: string;
  readonly words: string;
  readonly universe: number; // best ranked coins
  readonly maxWeightBps: number; // {bps} cap of a coin
  readonly policy: Policy; // what names it in the trial ledger
  /** A new one for each run: it remembers its decisions. */
  readonly createDecider: () => Decider;
}

const equalPolicy: Policy = { ...marketCapPolicy, weighting: "equal" };

/** Strategies that need no training. */
export const STRATEGIES: readonly Strategy[] = [
  {
    id: "global100",
    words: "Global 100: by capitalisation, all in or all out",
    universe: 100,
    maxWeightBps: 7_000,
    policy: binaryPolicy,
    createDecider: () => createDecider(binaryPolicy),
  },
  {
    id: "top10",
    words: "Top 10: by capitalisation, exposure in four steps",
    universe: 10,
    maxWeightBps: 7_000,
    policy: marketCapPolicy,
    createDecider: () => createDecider(marketCapPolicy),
  },
  {
    id: "equal",
    words: "Equal 30: the thirty largest in equal parts, exposure in four steps",
    universe: 30,
    maxWeightBps: 7_000,
    policy: equalPolicy,
    createDecider: () => createDecider(equalPolicy),
  },
];

/** The strategy of this name, or a typed error that names those there are. */
export function findStrategy(id: string, others: readonly Strategy[] = []): Strategy {
  const all = [...STRATEGIES, ...others];
  const found = all.find((strategy) => strategy.id === id);
  if (found !== undefined) return found;
  const known = all.map((strategy) => strategy.id).join(", ");
  throw new BacktestError("There is no such strategy. Choose one of those named.", { asked: id, known });
}
