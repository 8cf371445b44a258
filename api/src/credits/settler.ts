import { accessPassAbi, type SignedUsage, toSignedUsage } from "@gimbal/sdk";
import { type Address, encodeFunctionData, type Hex } from "viem";
import type { JournalTransaction } from "../../../keeper/src/journal/journal.ts";
import type { Logger } from "../context.ts";
import type { PassReads, Skip } from "./passReads.ts";
import type { PassPlace, SignedReceipt } from "./receipt.ts";
import { nameOf, type ReceiptBook, type ReceiptEnd } from "./receiptBook.ts";

/** What of the keeper's transaction manager and journal the settler works with. */
export interface SettlementSender {
  /** The transaction of an intent, whatever became of it; undefined: it was never planned. */
  find(intent: string): Promise<JournalTransaction | undefined>;
  /** Goes on with what an earlier run left unfinished, of intents that start with `prefix`. */
  resume(prefix: string): Promise<unknown>;
  /** Sends a call and returns how it ended. */
  execute(wanted: {
    readonly intent: string;
    readonly target: Address;
    readonly data: Hex;
    readonly validUntil: number;
  }): Promise<JournalTransaction>;
}

/** What settling works with. */
export interface SettlerParts {
  readonly place: PassPlace;
  readonly book: ReceiptBook;
  readonly reads: PassReads;
  readonly sender: SettlementSender;
  readonly clock: () => number; // {s}
  readonly logger: Logger;
  /** Receipts of one transaction. */
  readonly batchSize: number;
}

/** How one run ended. */
export interface SettlementReport {
  readonly batches: number;
  readonly settled: number;
  /** Left for a later run, each with why. */
  readonly kept: readonly ToldReceipt[];
  /** Will never be settled, each with why. */
  readonly lost: readonly ToldReceipt[];
}

/** A receipt that was not settled. */
export interface ToldReceipt {
  readonly account: Address;
  readonly id: bigint;
  readonly nonce: bigint;
  readonly units: number;
  readonly reason: string;
}

/** Receipts that one transaction takes: 500 of up to 200 accounts are settled within 5 million gas. */
export const BATCH_SIZE = 500;

/**
 * Settles everything that is owed. First what an earlier run left in the middle: its transaction is followed or sent, then
 * the nonces on chain say which receipts counted. Every step is in the store or in the journal before it is taken, so that a
 * run may be killed anywhere; the contract lets no receipt count twice.
 */
export async function settleAll(parts: SettlerParts): Promise<SettlementReport> {
  const { book, batchSize, clock } = parts;
  const report = new Report();
  for (const batch of await book.openBatches()) report.add(await settleBatch(parts, batch));
  for (;;) {
    // What this run could not settle it does not try again.
    const batch = await book.makeBatch(batchSize, clock(), report.keptNames());
    if (batch === undefined) return report.result();
    report.add(await settleBatch(parts, batch));
  }
}

/** Why a receipt is kept that its meter cannot pay now. */
const SHORT = "the meter holds too little";

/** The intent of a batch in the settler's journal. It ends so that none is the beginning of another one. */
export function intentOf({ chainId, contract }: PassPlace, batch: number): string {
  return `${chainId}/${contract}/settle/${batch}/`;
}

/** The call that settles receipts: those that follow each other with the same account, id and asset form a group. */
export function settlementCall(receipts: readonly SignedReceipt[]): Hex {
  const groups: {
    account: Address;
    id: bigint;
    asset: bigint;
    receipts: SignedUsage[];
  }[] = [];
  for (const receipt of receipts) {
    const { account, id, asset } = receipt;
    const last = groups.at(-1);
    const isSame = last?.account === account && last.id === id && last.asset === asset;
    const group = isSame ? last : { account, id, asset, receipts: [] };
    if (!isSame) groups.push(group);
    group.receipts.push(toSignedUsage(receipt, receipt.signature));
  }
  return encodeFunctionData({ abi: accessPassAbi, functionName: "settle", args: [groups] });
}

async function settleBatch(parts: SettlerParts, batch: number): Promise<readonly ReceiptEnd[]> {
  const { book, logger } = parts;
  const receipts = await book.receiptsOf(batch);
  if (receipts.length === 0) return [];
  const transaction = await send(parts, batch, receipts);
  const ends = await endsOf(parts, receipts, transaction);
  await book.endBatch(batch, ends);
  const count = (state: ReceiptEnd["state"]) => ends.filter((end) => end.state === state).length;
  const counts = { settled: count("settled"), kept: count("owed"), lost: count("lost") };
  logger.info({ batch, state: transaction?.state, hash: transaction?.minedHash, ...counts }, "batch settled");
  for (const { receipt, state, reason } of ends) {
    const { account, id, nonce, units } = receipt;
    if (state !== "settled") logger.warn({ account, id, nonce, units, state, reason }, "receipt not settled");
  }
  return ends;
}

/** Sends a batch, or goes on with the transaction that an earlier run began. Undefined: nothing has to be sent. */
async function send(
  { place, sender, reads }: SettlerParts,
  batch: number,
  receipts: readonly SignedReceipt[],
): Promise<JournalTransaction | undefined> {
  const intent = intentOf(place, batch);
  const known = await sender.find(intent);
  if (known !== undefined) {
    await sender.resume(intent);
    return sender.find(intent);
  }
  // A transaction in which nothing would count is not worth its gas.
  const { used } = await reads.used(receipts);
  const now = await reads.time();
  const unused = receipts.filter(({ validUntil }, i) => used[i] !== true && validUntil > now);
  const open = await payable(reads, unused);
  if (open.length === 0) return undefined;
  const validUntil = Math.max(...open.map((receipt) => receipt.validUntil)) - 1;
  return sender.execute({ intent, target: place.contract, data: settlementCall(open), validUntil });
}

/**
 * Those that the meters can pay, in their order. The others would cost gas in every run, as long as they are valid: an
 * account could empty its meter and have us pay for years.
 */
async function payable(reads: PassReads, receipts: readonly SignedReceipt[]): Promise<readonly SignedReceipt[]> {
  if (receipts.length === 0) return [];
  const meters = await reads.unitsLeft(receipts);
  const taken = new Map<string, bigint>();
  return receipts.filter(({ account, id, units }, i) => {
    const meter = `${account}/${id}`;
    const sum = (taken.get(meter) ?? 0n) + BigInt(units);
    if (sum > (meters[i] ?? 0n)) return false;
    taken.set(meter, sum);
    return true;
  });
}

/** What the chain says of each receipt of a batch, once its transaction has ended. */
async function endsOf(
  { book, reads }: Pick<SettlerParts, "book" | "reads">,
  receipts: readonly SignedReceipt[],
  transaction: JournalTransaction | undefined,
): Promise<readonly ReceiptEnd[]> {
  const hash = transaction?.state === "DONE" ? transaction.minedHash : null;
  const outcome = hash === null ? { counted: [], skipped: [] } : await reads.outcome(hash);
  const skips = new Map(outcome.skipped.map((skip) => [nameOf(skip), skip]));
  const counted = new Set(outcome.counted.map(nameOf));
  const { block, used } = await reads.used(receipts);
  const own = receipts.filter((receipt, i) => used[i] === true && counted.has(nameOf(receipt)));
  // A nonce that our own transaction did not use was used by somebody who had the receipt or its key, or cancelled.
  const foreign = receipts.filter((receipt, i) => used[i] === true && !counted.has(nameOf(receipt)));
  const cancelled = new Set((await reads.cancelled(foreign)).map(nameOf));
  const settled = foreign.filter((receipt) => !cancelled.has(nameOf(receipt)));
  const replaced = new Set((await replacedOf({ book, reads }, { own, settled, block })).map(nameOf));
  const now = await reads.time();
  const short = await shortOf(
    { book, reads },
    receipts.filter((_, i) => used[i] !== true),
    now,
  );
  return receipts.map((receipt, i): ReceiptEnd => {
    const name = nameOf(receipt);
    if (cancelled.has(name)) return { receipt, state: "lost", reason: "cancelled", block: null };
    if (replaced.has(name)) return { receipt, state: "lost", reason: "replaced", block: null };
    if (used[i] === true) return { receipt, state: "settled", reason: null, block };
    return {
      receipt,
      block: null,
      ...fateOf(receipt, { skip: skips.get(name), isShort: short.has(name), transaction, now }),
    };
  });
}

/**
 * Names of receipts whose meter holds too little. Of those that are over: whose meter did when they could still be settled,
 * whatever it holds now, or an account could fill it up again when it need not pay any more.
 */
async function shortOf(
  { book, reads }: Pick<SettlerParts, "book" | "reads">,
  receipts: readonly SignedReceipt[],
  now: number,
): Promise<ReadonlySet<string>> {
  const valid = receipts.filter(({ validUntil }) => validUntil > now);
  const meters = valid.length === 0 ? [] : await reads.unitsLeft(valid);
  const short = valid.filter(({ units }, i) => BigInt(units) > (meters[i] ?? 0n)).map(nameOf);
  for (const receipt of receipts) {
    const wasShort = receipt.validUntil <= now && (await book.find(receipt))?.reason === SHORT;
    if (wasShort) short.push(nameOf(receipt));
  }
  return new Set(short);
}

/**
 * Of receipts whose nonces somebody else settled, those that something less was settled for. The chain does not say what a
 * nonce was used for, but how many credits it counted for each account, id and asset: what is missing to what this book
 * has as settled was replaced. The largest ones first, until nothing is missing.
 */
async function replacedOf(
  { book, reads }: Pick<SettlerParts, "book" | "reads">,
  {
    own,
    settled,
    block,
  }: {
    readonly own: readonly SignedReceipt[];
    readonly settled: readonly SignedReceipt[];
    readonly block: number;
  },
): Promise<readonly SignedReceipt[]> {
  const replaced: SignedReceipt[] = [];
  const groupOf = ({ account, id, asset }: SignedReceipt) => `${account}/${id}/${asset}`;
  const largestFirst = [...settled].sort((a, b) => b.units - a.units);
  const groups = new Map(settled.map((receipt) => [groupOf(receipt), receipt]));
  const onChain = await reads.settledUnits([...groups.values()], block);
  for (const [place, [group, first]] of [...groups].entries()) {
    const ofGroup = largestFirst.filter((receipt) => groupOf(receipt) === group);
    const counted = own.filter((receipt) => groupOf(receipt) === group);
    const claimed = sumOf([...ofGroup, ...counted]) + (await book.settledUnits(first));
    let missing = claimed - (onChain[place] ?? 0n);
    for (const receipt of ofGroup) {
      if (missing <= 0n) break;
      replaced.push(receipt);
      missing -= BigInt(receipt.units);
    }
  }
  return replaced;
}

/** {credits} */
function sumOf(receipts: readonly SignedReceipt[]): bigint {
  return receipts.reduce((sum, { units }) => sum + BigInt(units), 0n);
}

/** Of a receipt that the chain has not counted. What may count later is kept. */
function fateOf(
  { validUntil }: SignedReceipt,
  {
    skip,
    isShort,
    transaction,
    now,
  }: {
    readonly skip: Skip | undefined;
    readonly isShort: boolean;
    readonly transaction: JournalTransaction | undefined;
    readonly now: number;
  },
): Pick<ReceiptEnd, "state" | "reason"> {
  const isOver = validUntil <= now;
  if (skip?.reason === "signature") return { state: "lost", reason: "signature" };
  if (isOver && (isShort || skip?.reason === "units")) return { state: "lost", reason: "balance" };
  if (isOver || skip?.reason === "expired") return { state: "lost", reason: "expired" };
  if (isShort || skip?.reason === "units") return { state: "owed", reason: SHORT };
  const why = transaction?.reason ?? `it ended as ${transaction?.state ?? "not sent"}`;
  return { state: "owed", reason: `the transaction did not count it: ${why}` };
}

/** Adds up what batches ended as. */
class Report {
  #batches = 0;
  #settled = 0;
  readonly #kept: ToldReceipt[] = [];
  readonly #lost: ToldReceipt[] = [];

  add(ends: readonly ReceiptEnd[]): void {
    if (ends.length > 0) this.#batches++;
    for (const { receipt, state, reason } of ends) {
      const { account, id, nonce, units } = receipt;
      if (state === "settled") this.#settled++;
      else (state === "owed" ? this.#kept : this.#lost).push({ account, id, nonce, units, reason: reason ?? "" });
    }
  }

  keptNames(): ReadonlySet<string> {
    return new Set(this.#kept.map(nameOf));
  }

  result(): SettlementReport {
    return { batches: this.#batches, settled: this.#settled, kept: this.#kept, lost: this.#lost };
  }
}
