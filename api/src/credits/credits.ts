import { createHash } from "node:crypto";
import { type Address, getAddress, isAddress, isAddressEqual } from "viem";
import type { AccessLimit } from "../access/limits.ts";
import { RateLimiter } from "../access/rateLimiter.ts";
import type { Logger } from "../context.ts";
import type { Caller } from "../http/caller.ts";
import { UnavailableError } from "../http/problem.ts";
import { PaymentRequiredError, type Quote, ReceiptRefusedError, type RefusedField } from "./errors.ts";
import type { PassReads, RunningPlan, Standing } from "./passReads.ts";
import { decodeReceipt, NONCES, type PassPlace, type SignedReceipt, signerOf } from "./receipt.ts";
import type { ReceiptBook } from "./receiptBook.ts";
import {
  assetOf,
  type Charge,
  includesService,
  SERVICE_WORDS,
  SERVICES,
  type StrategyReads,
  TRIAL,
} from "./services.ts";

/** {s} that a receipt has to be good for at least: the settler needs time. The contract honours a replaced key as long. */
export const LEAST_VALIDITY = 7_200;
/** {s} ahead that a receipt ends at the latest: one that its meter cannot pay is kept until then. */
export const MOST_VALIDITY = 30 * 86_400;

/** What a deployment decides about credits. */
export interface CreditSettings {
  /** Simulations that a caller runs without paying. */
  readonly freeCompute: AccessLimit;
  /** {credits} See {@link TakingParts.trusted}. */
  readonly trustedCredits: number;
}

/** Unless a deployment says otherwise. */
export const CREDIT_SETTINGS: CreditSettings = {
  freeCompute: { name: "compute", quota: 5, window: 3_600 },
  trustedCredits: 0,
};

/** What credits work with. */
export interface CreditParts {
  readonly place: PassPlace;
  readonly reads: PassReads;
  readonly strategyReads: StrategyReads;
  readonly book: ReceiptBook;
  readonly clock: () => number; // {s}
  readonly settings: CreditSettings;
  readonly logger: Logger;
}

/** Who wants to pay, and with what. */
export interface Visitor {
  readonly caller: Caller;
  /** The caller has asked more often than is free. */
  readonly isOverQuota: boolean;
  /** The Gimbal-Receipt header; undefined: none. */
  readonly receipt: string | undefined;
  /** The Gimbal-Account header; undefined: none. */
  readonly account: string | undefined;
  /** Fingerprint of what is asked: a receipt pays for this alone. See {@link requestName}. */
  readonly request: string;
}

/** A request that may be answered. One of the two functions is called when it is known what became of it. */
export interface Admission {
  /** How it was paid, for the answer's header; null: it was free. */
  readonly charge: string | null;
  /** The answer is there and about to leave. */
  answered(): Promise<void>;
  /** There is no answer. Never throws: what cannot be given back now is given back at the next start. */
  giveBack(): Promise<void>;
}

const UNPROVEN_WORDS =
  "is more than this account may owe at once before its earlier receipts are settled: ask again after that, or use a plan";
const FREE: Admission = { charge: null, answered: async () => {}, giveBack: async () => {} };
const DAY = 86_400; // {s}
/** {s} for which the plans of an account are remembered. */
const PLANS_AGE = 30;
/** {s} for which the time of the newest block is remembered. */
const TIME_AGE = 2;
/** Accounts that are remembered at once. */
const MOST_ACCOUNTS = 10_000;
/** Nonces that quotes run ahead of the largest that was taken. */
const NONCES_AHEAD = 1_024n;
/** Tries to get a node that knows of the newest settlement. */
const STALE_TRIES = 3;

/** Name of a request for receipts: its route and all that was asked, however the query was ordered. */
export function requestName(route: string, raw: { params?: unknown; query?: unknown; body?: unknown }): string {
  const text = JSON.stringify([route, sorted(raw.params), sorted(raw.query), sorted(raw.body)]);
  return createHash("sha256").update(text).digest("hex");
}

/** Takes payment for requests: what is free, then the caller's plan, then a receipt; else it tells what to sign. */
export class Credits {
  readonly #parts: CreditParts;
  readonly #compute = new RateLimiter();
  readonly #plans = new Map<Address, { readonly at: number; readonly plans: readonly RunningPlan[] }>();
  #time: { readonly at: number; readonly time: number } | undefined;
  readonly #suggested = new Map<string, bigint>();

  constructor(parts: CreditParts) {
    this.#parts = parts;
  }

  /**
   * Lets a request pass or says what it costs. What pays is written down before this returns. Throws
   * {@link PaymentRequiredError}, {@link ReceiptRefusedError}, ReceiptInvalidError, {@link UnavailableError}.
   */
  async admit(charge: Charge, visitor: Visitor): Promise<Admission> {
    const now = this.#parts.clock();
    if (!visitor.isOverQuota && this.#isFree(charge, visitor, now)) return FREE;
    const { account } = visitor.caller;
    const time = await this.#chainTime(now);
    // A receipt that is there is meant to be used: its owner may want to spare the plan.
    if (visitor.receipt !== undefined) return this.#byReceipt(charge, visitor, visitor.receipt, time);
    const plan = account === null ? undefined : await this.#byPlan(account, charge, time);
    if (plan !== undefined) return plan;
    throw await this.#required(charge, visitor, time);
  }

  /** {s} What is signed, sold and tried ends by the clock of the chain. Remembered for a moment. */
  async #chainTime(now: number): Promise<number> {
    const known = this.#time;
    if (known !== undefined && now >= known.at && now - known.at < TIME_AGE) return known.time + (now - known.at);
    const time = await this.#parts.reads.time();
    this.#time = { at: now, time };
    return time;
  }

  #isFree({ service, units }: Charge, { caller }: Visitor, now: number): boolean {
    if (service !== "COMPUTE") return true;
    const key = caller.client ?? "local";
    return this.#compute.take(key, this.#parts.settings.freeCompute, units, now).isAllowed;
  }

  async #byPlan(account: Address, { service, units }: Charge, now: number): Promise<Admission | undefined> {
    const { book } = this.#parts;
    const day = Math.floor(now / DAY);
    for (const { plan, services, creditsPerDay, endsAt } of await this.#plansOf(account, now)) {
      if (endsAt <= now || !includesService(services, service)) continue;
      if (!(await book.usePlan(account, plan, day, units, creditsPerDay))) continue;
      return {
        charge: `plan;number=${plan};units=${units}`,
        answered: async () => {},
        giveBack: () => this.#quietly(() => book.returnPlan(account, plan, day, units)),
      };
    }
    return undefined;
  }

  async #plansOf(account: Address, now: number): Promise<readonly RunningPlan[]> {
    const known = this.#plans.get(account);
    if (known !== undefined && now >= known.at && now - known.at < PLANS_AGE) return known.plans;
    const plans = await this.#parts.reads.plans(account, now);
    keep(this.#plans, account, { at: now, plans });
    return plans;
  }

  async #byReceipt(charge: Charge, visitor: Visitor, header: string, now: number): Promise<Admission> {
    const { book } = this.#parts;
    const receipt = decodeReceipt(header);
    const asset = await assetOf(charge, this.#parts.strategyReads);
    const quote = () => this.#quote(charge, asset, receipt.account, receipt.id, now);
    const refuse = async (field: RefusedField, reason: string) => new ReceiptRefusedError(field, reason, await quote());

    const fault = this.#compare(receipt, charge, asset, now);
    if (fault !== undefined) throw await refuse(...fault);
    const signer = await signerOf(receipt);
    if (signer === undefined) throw await refuse("signature", "is none that the contract accepts");

    for (let tried = 1; tried <= STALE_TRIES; tried++) {
      const standing = await this.#parts.reads.standing(receipt);
      const usable = standing.units > standing.noticeUnits ? standing.units - standing.noticeUnits : 0n;
      const trusted = BigInt(this.#parts.settings.trustedCredits);
      const parts = { receipt, request: visitor.request, usable, trusted, block: standing.block, now };
      const barred = bar(receipt, signer, standing, now);
      // What was settled meanwhile is used on chain, and its answer may be fetched again all the same.
      if (barred !== undefined && barred[0] !== "nonce") throw await refuse(...barred);
      const taking = await book.take(barred === undefined ? parts : { ...parts, usable: 0n });
      if (taking.kind === "stale") continue;
      if (taking.kind === "repeated") return { ...FREE, charge: wordsOf(receipt, true) };
      if (barred !== undefined) throw await refuse(...barred);
      if (taking.kind === "used") throw await refuse("nonce", "has paid for a request already: sign another one");
      if (taking.kind === "short") {
        const left = taking.available > 0n ? taking.available : 0n;
        throw await refuse("balance", `of ${left} credits is too little: load more into the meter`);
      }
      if (taking.kind === "unproven") throw await refuse("unsettled", UNPROVEN_WORDS);
      return {
        charge: wordsOf(receipt, false),
        answered: () => book.answered(receipt),
        giveBack: () => this.#quietly(() => book.giveBack(receipt, "the answer failed")),
      };
    }
    throw new UnavailableError(["node"], "The node is behind the newest settlement. Try again in a moment.");
  }

  /** What of a receipt is not what was asked for; undefined: all is. */
  #compare(
    receipt: SignedReceipt,
    charge: Charge,
    asset: bigint,
    now: number,
  ): readonly [RefusedField, string] | undefined {
    const { place } = this.#parts;
    if (receipt.chainId !== place.chainId) return ["chainId", `must be ${place.chainId}`];
    if (!isAddressEqual(receipt.contract, place.contract)) return ["contract", `must be ${place.contract}`];
    if (!acceptedIds(charge).includes(receipt.id)) return ["id", `must be ${acceptedIds(charge).join(" or ")}`];
    if (receipt.asset !== asset) return ["asset", `must be ${asset}`];
    if (receipt.units !== charge.units) return ["units", `must be ${charge.units}`];
    const least = Math.ceil(now) + LEAST_VALIDITY;
    if (receipt.validUntil < least) return ["validUntil", `must be ${least} or later`];
    const latest = Math.floor(now) + MOST_VALIDITY;
    return receipt.validUntil > latest ? ["validUntil", `must be ${latest} or earlier`] : undefined;
  }

  async #required(charge: Charge, visitor: Visitor, now: number): Promise<PaymentRequiredError> {
    const named = visitor.account !== undefined && isAddress(visitor.account, { strict: false });
    const account = visitor.caller.account ?? (named ? getAddress(visitor.account ?? "") : null);
    const asset = await assetOf(charge, this.#parts.strategyReads);
    const quote = await this.#quote(charge, asset, account, SERVICES[charge.service], now);
    const price = `${charge.units} ${charge.units === 1 ? "credit" : "credits"} for ${SERVICE_WORDS[charge.service]}`;
    const how =
      "Sign a receipt as docs/SERVICES.md says and send it as Gimbal-Receipt, or sign in with a running plan.";
    const who = account === null ? " Name your account in Gimbal-Account to be told a nonce." : "";
    return new PaymentRequiredError(`What is free is used up. This costs ${price}. ${how}${who}`, quote);
  }

  async #quote(charge: Charge, asset: bigint, account: Address | null, paidBy: bigint, now: number): Promise<Quote> {
    const { service, units } = charge;
    const ids = acceptedIds(charge);
    const id = ids.includes(paidBy) ? paidBy : SERVICES[service];
    return {
      ...this.#parts.place,
      ...{ service, id: String(id), acceptedIds: ids.map(String), units, asset: String(asset), account },
      nonce: account === null ? null : String(await this.#nextNonce(account, id)),
      leastValidUntil: Math.ceil(now) + LEAST_VALIDITY,
    };
  }

  /** Callers that ask at the same time are told different ones; whoever asks for nothing but nonces gets no further. */
  async #nextNonce(account: Address, id: bigint): Promise<bigint> {
    const first = await this.#parts.book.nextNonce(account, id);
    const key = `${account}/${id}`;
    const last = this.#suggested.get(key);
    const isAhead = last !== undefined && last >= first && last < first + NONCES_AHEAD - 1n && last + 1n < NONCES;
    const next = isAhead ? last + 1n : first;
    keep(this.#suggested, key, next);
    return next;
  }

  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (err) {
      this.#parts.logger.error({ err }, "a payment could not be given back now");
    }
  }
}

/** Ids that pay for a charge. A trial earns no owner of an asset anything, but is good for any service. */
function acceptedIds({ service }: Charge): readonly bigint[] {
  return [SERVICES[service], TRIAL];
}

/** Why the chain would not settle a receipt; undefined: it would. */
function bar(
  { account, validUntil }: SignedReceipt,
  signer: Address,
  { key, endsAt, isNonceUsed, cancelReadyAt }: Standing,
  now: number,
): readonly [RefusedField, string] | undefined {
  if (!isAddressEqual(signer, account)) {
    if (key === null || !isAddressEqual(signer, key.address)) {
      return ["signature", `is neither of ${account} nor of its present key`];
    }
    if (key.until < now + LEAST_VALIDITY) return ["signature", "is of a key that ends too soon: name one that lasts"];
  }
  if (endsAt !== null && endsAt < now + LEAST_VALIDITY) return ["id", "is of a trial that has ended or is about to"];
  if (cancelReadyAt !== 0 && cancelReadyAt < validUntil) return ["nonce", "is to be cancelled: sign another one"];
  return isNonceUsed ? ["nonce", "is used on chain: sign another one"] : undefined;
}

function wordsOf({ id, nonce, units }: SignedReceipt, isRepeat: boolean): string {
  return `receipt;id=${id};nonce=${nonce};units=${isRepeat ? 0 : units}`;
}

/** Remembers something, and forgets the oldest when there is too much. */
function keep<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  const oldest = map.size >= MOST_ACCOUNTS ? map.keys().next() : undefined;
  if (oldest?.value !== undefined) map.delete(oldest.value);
  map.set(key, value);
}

/** The same value with the members of objects in the order of their names. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
