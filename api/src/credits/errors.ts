import type { Address } from "viem";
import { ApiError, type RequestFault } from "../http/problem.ts";

/** What a request costs, for whoever is to sign a receipt. Integers of 256 bits as decimal texts. */
export type Quote = {
  readonly chainId: number;
  readonly contract: Address;
  readonly service: string;
  /** Of the service's credits. */
  readonly id: string;
  /** Ids that pay for it: the service's own, and the trial's. */
  readonly acceptedIds: readonly string[];
  /** {credits} */
  readonly units: number;
  /** Token that earns; "0": none. */
  readonly asset: string;
  readonly account: Address | null;
  /** A number that the account has not used here; null: nobody said whose receipt it will be. */
  readonly nonce: string | null;
  /** {s} least `validUntil` */
  readonly leastValidUntil: number;
};

/** The request costs more than what is free. The problem tells what to sign. */
export class PaymentRequiredError extends ApiError {
  readonly code = "PAYMENT_REQUIRED";
  readonly status = 402;
  readonly title = "This request has to be paid for";
  readonly quote: Quote;

  constructor(detail: string, quote: Quote) {
    super(detail, quote);
    this.quote = quote;
  }
}

/** Names what of a receipt was refused. */
export type RefusedField =
  | "chainId"
  | "contract"
  | "id"
  | "asset"
  | "units"
  | "validUntil"
  | "signature"
  | "nonce"
  | "balance"
  | "unsettled";

/** A receipt cannot pay for this request. `field` names why; the problem tells again what would. */
export class ReceiptRefusedError extends ApiError {
  readonly code = "RECEIPT_REFUSED";
  readonly status = 402;
  readonly title = "The receipt cannot pay for this request";
  readonly field: RefusedField;

  constructor(field: RefusedField, reason: string, quote: Quote) {
    super(`${field} ${reason}.`, { field, ...quote });
    this.field = field;
  }
}

/** The Gimbal-Receipt header is not a receipt. */
export class ReceiptInvalidError extends ApiError {
  readonly code = "RECEIPT_INVALID";
  readonly status = 400;
  readonly title = "The receipt cannot be understood";

  constructor(errors: readonly RequestFault[]) {
    super(errors.map(({ at, message }) => `${at}: ${message}`).join("; "), { errors });
  }
}

/** Kinds of problems of routes that are sold, for the pages that explain them. */
export const SOLD_PROBLEMS = [
  { code: "PAYMENT_REQUIRED", status: 402, title: "This request has to be paid for" },
  { code: "RECEIPT_REFUSED", status: 402, title: "The receipt cannot pay for this request" },
  { code: "RECEIPT_INVALID", status: 400, title: "The receipt cannot be understood" },
] as const;

/** A receipt that was taken is no longer this process's to answer for: another one gave it back. */
export class ReceiptLostError extends Error {
  readonly code = "RECEIPT_LOST";

  constructor() {
    super("The receipt of this request was given back by another process of the API. Run one process on one store.");
    this.name = "ReceiptLostError";
  }
}

/** The settler cannot work with its settings. */
export class SettlerConfigError extends Error {
  readonly code = "SETTLER_CONFIG";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SettlerConfigError";
  }
}
