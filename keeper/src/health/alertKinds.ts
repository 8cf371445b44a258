/** How soon somebody has to look: now, today, or when there is time. */
export const SEVERITIES = ["info", "warning", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What an alert says, and what its reader does. */
export interface AlertKind {
  readonly severity: Severity;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** What to do first. docs/OPERATIONS.md has the rest under a heading of the alert's name. */
  readonly action: string;
  /** `state`: lasts until it is told to be over. `event`: happened, and is over. */
  readonly form: "state" | "event";
}

/** Every alert that the keeper raises. */
export const ALERT_KINDS = {
  halt: {
    severity: "critical",
    title: "A breaker stopped the keeper",
    action: "Read the reason, find its cause, and clear the breaker by hand once it is gone.",
    form: "state",
  },
  "proposal-refused": {
    severity: "warning",
    title: "A proposal did not go through",
    action: "Read the reason: the vault names the limit that the decision broke, or the signature that was missing.",
    form: "state",
  },
  "low-balance": {
    severity: "critical",
    title: "The account that pays for gas runs low",
    action: "Send Ether to the account.",
    form: "state",
  },
  "spending-cap": {
    severity: "warning",
    title: "The daily cap on gas is reached",
    action: "See what was spent on what; wait for the next day, or raise the cap if the spending is right.",
    form: "state",
  },
  "stale-data": {
    severity: "warning",
    title: "Market data is old",
    action: "Check the data source: whether it answers, and whether its newest day is there.",
    form: "state",
  },
  "stale-model": {
    severity: "warning",
    title: "The models are old, or the fallback speaks for them",
    action: "Look for failed trainings in the log. The fallback is safe, but it grades by calm and trend alone.",
    form: "state",
  },
  "rpc-trouble": {
    severity: "critical",
    title: "A node cannot be relied upon",
    action: "Check the node, or configure another one.",
    form: "state",
  },
  reorganisation: {
    severity: "info",
    title: "A mined transaction lost its block",
    action: "Nothing: the keeper follows the transaction. Look at the chain if this comes often.",
    form: "event",
  },
  "stale-feed": {
    severity: "warning",
    title: "A price feed gives no fresh price",
    action: "Look at the feed. The vault trades nothing in this token until it is back.",
    form: "state",
  },
  "unserved-vault": {
    severity: "warning",
    title: "A vault is not served",
    action: "Read the reason: it says what this keeper lacks.",
    form: "state",
  },
  "journal-trouble": {
    severity: "critical",
    title: "The journal cannot be written",
    action: "Check the disk, or the database. Nothing is sent while what is sent cannot be written down.",
    form: "state",
  },
  "cosigner-refused": {
    severity: "critical",
    title: "Another keeper does not sign",
    action:
      "Read its reason. If it recomputed another decision, compare inputs and versions of both before anything else.",
    form: "state",
  },
  "round-failed": {
    severity: "warning",
    title: "Rounds about a vault fail",
    action: "Read the reason in the log; the next round tries again by itself.",
    form: "state",
  },
} as const satisfies { readonly [kind: string]: AlertKind };

/** Name of an alert. */
export type AlertName = keyof typeof ALERT_KINDS;

/** All names, in the order of the documentation. */
export const ALERT_NAMES = Object.keys(ALERT_KINDS) as readonly AlertName[];

/** What an alert is about and why. */
export interface AlertFacts {
  readonly subject: string; // a vault, a node, an account, a breaker: one alert each
  readonly reason: string; // in words
  readonly details?: { readonly [field: string]: string };
}

/** Where in the operator's guide an alert is explained. */
export function runbookOf(name: AlertName): string {
  return `docs/OPERATIONS.md#${name}`;
}

/** Whether `severity` is at least `least`. */
export function reaches(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least);
}
