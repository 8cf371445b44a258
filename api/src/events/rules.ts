import type { Address } from "viem";
import type { LoggedEvent } from "./event.ts";

/** Rules about a figure that rises and falls. Each fires once when the figure crosses its line. */
export type FigureRule =
  | {
      readonly kind: "grade";
      readonly token: string; // id of a listed token, such as "bitcoin"
      readonly grade: "trader" | "investor";
      readonly when: "below" | "above" | "drops-by" | "rises-by";
      readonly value: number; // 0 to 100, or points
    }
  | {
      readonly kind: "price";
      readonly index: Address;
      readonly when: "below" | "above" | "drops-by" | "rises-by";
      readonly value: number; // {USD/share}, or % of it for the last two
    }
  | { readonly kind: "drift"; readonly index: Address; readonly when: "above"; readonly value: number } // {%}
  | { readonly kind: "claimable"; readonly token: Address; readonly when: "above"; readonly value: number }; // {tok}

/** Rules about something that happens. Each fires once for every such thing. */
export type HappeningRule =
  | {
      readonly kind: "rebalance";
      readonly index: Address;
      /** Only when this token is traded; then told at its first fill. Absent: told when weights are proposed. */
      readonly token?: Address | undefined;
      readonly side?: "bought" | "sold" | undefined;
    }
  | { readonly kind: "proposal" } // the DAO has a new one
  | { readonly kind: "vote-ends"; readonly hours: number } // so long before the vote on a proposal ends
  | { readonly kind: "regime"; readonly index?: Address | undefined; readonly to?: string | undefined };

export type RuleSpec = FigureRule | HappeningRule;
export type RuleKind = RuleSpec["kind"];

/** Where a figure stands against a rule's line. */
export interface FigureState {
  /** "armed": the next crossing fires. "beyond": it has crossed, and must come back first. "new": never looked at. */
  readonly phase: "new" | "armed" | "beyond";
  /** What a change is measured from: the figure's extreme since the last firing. null: not needed, or unknown. */
  readonly reference: number | null;
  /** How often it fired; also makes the id of each firing. */
  readonly crossings: number;
}

export const FRESH: FigureState = { phase: "new", reference: null, crossings: 0 };

/** What a look at a figure leads to. */
export interface FigureStep {
  readonly state: FigureState;
  readonly hasFired: boolean;
  /** What the figure is compared with, for the words of the message. */
  readonly from: number | null;
}

/** How far behind its line a figure must come back before the rule can fire again, so that trembling does not fire it. */
export function marginOf(rule: FigureRule): number {
  return rule.kind === "grade" ? 2 : Math.abs(rule.value) * (rule.kind === "price" ? 0.01 : 0.1);
}

/**
 * Looks at a figure. null: unknown now, nothing changes. A figure that is beyond the line when the rule is new does not fire:
 * it has not crossed anything. A rule about a change measures from the highest (or lowest) figure since it last fired.
 */
export function look(rule: FigureRule, state: FigureState, figure: number | null): FigureStep {
  if (figure === null || !Number.isFinite(figure)) return { state, hasFired: false, from: null };
  return rule.when === "drops-by" || rule.when === "rises-by"
    ? lookAtChange(rule, state, figure)
    : lookAtLevel(rule, state, figure);
}

function lookAtLevel(rule: FigureRule, state: FigureState, figure: number): FigureStep {
  // Turned so that beyond is always upwards.
  const sign = rule.when === "below" ? -1 : 1;
  const height = sign * (figure - rule.value);
  const isBeyond = height > 0;
  const isBack = height <= -marginOf(rule);
  const stay = { state, hasFired: false, from: null };
  if (state.phase === "new") return { ...stay, state: { ...state, phase: isBeyond ? "beyond" : "armed" } };
  if (state.phase === "beyond") return isBack ? { ...stay, state: { ...state, phase: "armed" } } : stay;
  if (!isBeyond) return stay;
  return {
    state: { ...state, phase: "beyond", crossings: state.crossings + 1 },
    hasFired: true,
    from: rule.value,
  };
}

function lookAtChange(rule: FigureRule, state: FigureState, figure: number): FigureStep {
  const { reference } = state;
  if (reference === null)
    return { state: { ...state, phase: "armed", reference: figure }, hasFired: false, from: null };
  const sign = rule.when === "drops-by" ? -1 : 1;
  const change = sign * (figure - reference);
  const needed = rule.kind === "price" ? (Math.abs(reference) * rule.value) / 100 : rule.value;
  if (change >= needed) {
    return {
      state: { phase: "armed", reference: figure, crossings: state.crossings + 1 },
      hasFired: true,
      from: reference,
    };
  }
  // Away from the line: measure from there on.
  return { state: change < 0 ? { ...state, phase: "armed", reference: figure } : state, hasFired: false, from: null };
}

/** A figure that a rule is about, the same text for the same figure. */
export function figureKey(rule: FigureRule, owner: Address): string {
  switch (rule.kind) {
    case "grade":
      return `grade ${rule.grade} ${rule.token}`;
    case "price":
    case "drift":
      return `${rule.kind} ${rule.index.toLowerCase()}`;
    case "claimable":
      return `claimable ${rule.token.toLowerCase()} ${owner.toLowerCase()}`;
  }
}

/** Whether a rule is about a figure. */
export function isFigureRule(rule: RuleSpec): rule is FigureRule {
  return rule.kind === "grade" || rule.kind === "price" || rule.kind === "drift" || rule.kind === "claimable";
}

/**
 * Whether an event is what a rule waits for. The answer names it: the same thing has the same name, so that a rule about a
 * token's trades fires once an epoch and not once a fill. undefined: it is not.
 */
export function happeningIn(rule: RuleSpec, event: LoggedEvent): string | undefined {
  if (rule.kind === "proposal") return event.type === "proposal.created" ? String(event.seq) : undefined;
  if (rule.kind === "regime") return regimeIn(rule, event);
  return rule.kind === "rebalance" ? rebalanceIn(rule, event) : undefined;
}

function regimeIn({ index, to }: Extract<RuleSpec, { kind: "regime" }>, event: LoggedEvent): string | undefined {
  if (event.type !== "regime.changed" || !isAbout(event, index)) return undefined;
  if (to !== undefined && event.data.after !== to) return undefined;
  // Without an index: the first of the indices that sees the market so, once a day and regime.
  const day = Math.floor(event.at / 86_400);
  return index === undefined ? `${event.data.after} ${day}` : String(event.seq);
}

function rebalanceIn(rule: Extract<RuleSpec, { kind: "rebalance" }>, event: LoggedEvent): string | undefined {
  const { index, token, side } = rule;
  if (!isAbout(event, index)) return undefined;
  if (token === undefined) return event.type === "rebalance.proposed" ? String(event.seq) : undefined;
  if (event.type !== "rebalance.filled") return undefined;
  const { sellToken, buyToken, epoch } = event.data;
  const isSold = side !== "bought" && isSame(sellToken, token);
  const isBought = side !== "sold" && isSame(buyToken, token);
  return isSold || isBought ? `epoch ${epoch}` : undefined;
}

function isAbout({ index }: LoggedEvent, wanted: Address | undefined): boolean {
  return wanted === undefined || (index !== null && index.toLowerCase() === wanted.toLowerCase());
}

function isSame(a: unknown, b: Address): boolean {
  return typeof a === "string" && a.toLowerCase() === b.toLowerCase();
}
