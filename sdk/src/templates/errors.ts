import { BaseError } from "../errors/base.ts";

const DOCS = { docsPath: "/docs/PRODUCTS.md" };

/** What can be wrong with a line of a table of weights. */
export type WeightsCsvReason =
  | "empty"
  | "quote"
  | "columns"
  | "unknown-token"
  | "address"
  | "duplicate"
  | "weight"
  | "unit"
  | "sum"
  | "too-many";

/** Thrown when a table of tokens and weights is not what it should be. Names the line, as an editor counts. */
export class WeightsCsvInvalidError extends BaseError {
  override readonly name = "WeightsCsvInvalidError";
  /** First line is 1; a wrong sum is reported at the last line. */
  readonly line: number;
  readonly reason: WeightsCsvReason;

  constructor(line: number, reason: WeightsCsvReason, sentence: string) {
    super(`Line ${line}: ${sentence}`, DOCS);
    this.line = line;
    this.reason = reason;
  }
}

/** Thrown when a template cannot give weights: too few tokens for its cap, a size that is none, no stable token. */
export class TemplateInvalidError extends BaseError {
  override readonly name = "TemplateInvalidError";
  readonly field: string;

  constructor(field: string, reason: string) {
    super(`${field} ${reason}.`, DOCS);
    this.field = field;
  }
}

/** Thrown when tokens have no trustworthy price now, so that nobody can say how much of them the seed needs. */
export class SeedUnpricedError extends BaseError {
  override readonly name = "SeedUnpricedError";
  readonly tokens: readonly string[];

  constructor(tokens: readonly string[]) {
    super(`No price is known now for ${tokens.join(", ")}. Leave them out or try again later.`, DOCS);
    this.tokens = tokens;
  }
}

/** Thrown when tokens are not listed: no index may hold them. */
export class TokenUnlistedError extends BaseError {
  override readonly name = "TokenUnlistedError";
  readonly tokens: readonly string[];

  constructor(tokens: readonly string[]) {
    super(`${tokens.join(", ")} may not be held by an index: not listed. Leave it out.`, DOCS);
    this.tokens = tokens;
  }
}
