import { BaseError } from "../errors/base.ts";

const DOCS = { docsPath: "/docs/PRODUCTS.md" };

/** Thrown when what a plan is made of cannot be right: a name, a tier, a sector, a number. */
export class PortfolioInvalidError extends BaseError {
  override readonly name = "PortfolioInvalidError";
  /** What is wrong, such as `indices[2].tier`. */
  readonly field: string;

  constructor(field: string, reason: string) {
    super(`${field} ${reason}.`, DOCS);
    this.field = field;
  }
}

/** One rule of a plan, in words and as a name that a program can compare. */
export type PlanRule = {
  /** "index-max", "aggressive-max", "conservative-min", "sector-max:<sector>" or "plan:<part>". */
  id: string;
  /** Such as "no index over 30%". */
  words: string;
};

/** Thrown when rules cannot be kept together. Without any one of `rules` the others could be. */
export class PortfolioInfeasibleError extends BaseError {
  override readonly name = "PortfolioInfeasibleError";
  readonly rules: readonly PlanRule[];

  constructor(rules: readonly PlanRule[], details: string) {
    const list = rules.map(({ words }) => words).join("; ");
    super(`These rules cannot be met together: ${list}. Give more indices, or loosen one of the rules.`, {
      ...DOCS,
      details,
    });
    this.rules = rules;
  }
}

/** Thrown when more is to be withdrawn than the holdings are worth. */
export class WithdrawalTooLargeError extends BaseError {
  override readonly name = "WithdrawalTooLargeError";

  constructor(withdrawal: bigint, total: bigint) {
    super(`${withdrawal} units of cash were asked for, and the holdings are worth ${total}. Ask for less.`, DOCS);
  }
}
