import { KeeperError } from "../errors.ts";

/** Why a keeper does not sign, or does not even listen. Stable: machines read them. */
export const REFUSALS = [
  // The request itself.
  "REQUEST_INVALID",
  "REQUEST_UNAUTHENTICATED",
  "REQUEST_STALE",
  "REQUEST_REPLAYED",
  "REQUESTS_TOO_MANY",
  "BUNDLE_TOO_LARGE",
  "BUNDLE_INVALID",
  "SIGNER_UNKNOWN",
  "VAULT_UNKNOWN",
  "VAULT_HALTED",
  // The decision's place on the chain.
  "NOTHING_TO_SIGN",
  "EPOCH_WRONG",
  "DECISION_EXPIRED",
  "DECISION_TOO_OLD",
  "OTHER_DECISION_SIGNED",
  // What it was made from.
  "INPUTS_INVALID",
  "BLOCK_UNKNOWN",
  "BLOCK_UNREADABLE",
  "VAULT_DIFFERS",
  "MARKET_DIFFERS",
  "PRICES_DIFFER",
  "FIGURES_DIFFER",
  "TOKENS_MISSING",
  "POLICY_DIFFERS",
  "COSTS_DIFFER",
  "DATASETS_DIFFER",
  "MODEL_DIFFERS",
  "MODEL_UNKNOWN",
  "MEMORY_UNPROVEN",
  "RESULT_DIFFERS",
  // This keeper.
  "KEEPER_FAILED",
] as const;

export type RefusalCode = (typeof REFUSALS)[number];

/** A keeper does not sign a decision of another one. `refusal` says why in one word, the message in a sentence. */
export class CosignRefusal extends KeeperError {
  readonly code = "COSIGN_REFUSED";
  readonly refusal: RefusalCode;

  constructor(
    refusal: RefusalCode,
    words: string,
    details: Readonly<Record<string, string>> = {},
    options?: ErrorOptions,
  ) {
    super(words, details, options);
    this.refusal = refusal;
  }

  /** What is told to the keeper that asked: the sentence, then what it is about. */
  get words(): string {
    const facts = Object.entries(this.details).map(([key, value]) => `${key} ${value}`);
    return facts.length === 0 ? this.shortMessage : `${this.shortMessage} (${facts.join("; ")})`;
  }
}
