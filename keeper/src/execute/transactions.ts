import { ContractError } from "@gimbal/sdk";
import type { Span } from "@opentelemetry/api";
import { type Address, keccak256 } from "viem";
import {
  FeeCeilingError,
  InsufficientFundsError,
  JournalError,
  NonceTakenError,
  SpendingCapError,
  StoppedError,
  TransactionStuckError,
} from "../errors.ts";
import { type Observer, silentObserver } from "../health/observer.ts";
import { inSpan, type SpanName } from "../health/spans.ts";
import type { Attempt, Journal, JournalTransaction } from "../journal/journal.ts";
import { FINAL_STATES, NOT_MINED, type TransactionState } from "../journal/schema.ts";
import { CANCEL_GAS, type Spending, type SpendingLimit } from "../journal/spending.ts";
import type { GasSigner } from "../signers/signer.ts";
import type { Logger } from "./logger.ts";
import type { Receipt, TransactionPort } from "./port.ts";
import { tellTransaction } from "./tell.ts";

/** How transactions are paid for and waited for. */
export interface TransactionSettings {
  readonly maxFeeCeiling: bigint; // {wei} most per gas
  readonly gasMarginBps: number; // {bps} on top of the estimate
  readonly bumpAfter: number; // {ms} without a block before the fee is raised
  readonly giveUpAfter: number; // {ms} before the run leaves a transaction to the next one
  readonly pollInterval: number; // {ms}
  readonly confirmations: bigint; // blocks on top before a transaction counts as done
  readonly spendingCap: bigint; // {wei} most that the account spends on gas within any 24 hours
}

export const defaultTransactionSettings: TransactionSettings = {
  maxFeeCeiling: 200_000_000_000n,
  gasMarginBps: 2_000,
  bumpAfter: 45_000,
  giveUpAfter: 600_000,
  pollInterval: 2_000,
  confirmations: 2n,
  spendingCap: 10n ** 18n,
};

/** What to send. */
export type WantedTransaction = Pick<JournalTransaction, "intent" | "target" | "data" | "validUntil">;

export interface TransactionManagerOptions {
  readonly chainId: number;
  readonly account: GasSigner;
  readonly journal: Journal;
  readonly port: TransactionPort;
  readonly settings: TransactionSettings;
  readonly logger: Logger;
  readonly observer?: Observer;
  /** Ends the work after the step in hand; the journal knows how to go on. */
  readonly signal?: AbortSignal;
}

const DAY = 86_400; // {s}
/** What is done in a state; those that stay are done with. */
const SPANS: Readonly<Record<TransactionState, SpanName>> = {
  PLANNED: "simulation",
  SIMULATED: "signing",
  SIGNED: "sending",
  BROADCAST: "confirmation",
  MINED: "confirmation",
  DONE: "confirmation",
  REVERTED: "confirmation",
  EXPIRED: "confirmation",
  REPLACED: "confirmation",
};
const BPS = 10_000n;
/** Several vaults may reach for the same nonce; each time one of them gets it. */
const NONCE_TRIES = 100;

/**
 * Takes transactions from PLANNED to an end, one at a time. Each step is in the journal before it is taken, so that a
 * new process goes on where an old one was killed, and never sends the same intent twice.
 */
export class TransactionManager {
  readonly #options: TransactionManagerOptions;
  readonly #simulated = new Set<number>();

  constructor(options: TransactionManagerOptions) {
    this.#options = options;
  }

  /** The account that pays. */
  get account(): Address {
    return this.#options.account.address;
  }

  /** Sends a call and returns how it ended. */
  async execute(wanted: WantedTransaction): Promise<JournalTransaction> {
    const { journal, account, chainId } = this.#options;
    const { id } = await journal.plan({ ...wanted, chainId, signer: account.address });
    return this.#drive(id);
  }

  /**
   * Goes on with what an earlier run left unfinished, of intents that start with `prefix`. What a keeper with another account
   * left is taken over while nobody has signed it; else its bytes are sent again and followed. Unsigned intents that start
   * with `withheld` stay as they are.
   */
  async resume(prefix = "", withheld?: string): Promise<readonly JournalTransaction[]> {
    const { journal, account } = this.#options;
    const finished: JournalTransaction[] = [];
    // What is signed first, for it holds a nonce: whatever stops the others must not keep it from being sent.
    const rows = await journal.unfinished(prefix);
    for (const row of rows.toSorted((a, b) => Number(isUnsigned(a)) - Number(isUnsigned(b)))) {
      const { id, intent, signer } = row;
      if (isUnsigned(row) && withheld !== undefined && intent.startsWith(withheld)) continue;
      if (isUnsigned(row) && signer !== account.address) await journal.adopt(id, account.address);
      finished.push(await this.#drive(id));
    }
    return finished;
  }

  /**
   * Goes on with a transaction that was done, in a block that the chain has lost since. When another one took its nonce
   * meanwhile it is REPLACED, and what it was for may be planned anew.
   */
  async reopen(id: number): Promise<JournalTransaction> {
    const { journal } = this.#options;
    const { chainId, signer, nonce } = await journal.transaction(id);
    const reason = "The chain lost it, and another transaction took its nonce.";
    const isTaken = nonce !== null && (await journal.nonces.live(chainId, signer)).has(nonce);
    if (isTaken) return journal.advance(id, "REPLACED", { ...NOT_MINED, reason });
    await journal.advance(id, "BROADCAST", NOT_MINED);
    return this.#drive(id, "DONE");
  }

  /** Tells what the account holds, and how many of its transactions wait for a block. */
  async tellAccount(): Promise<void> {
    const { port, account, observer = silentObserver } = this.#options;
    const [balance, { latest, pending }] = await Promise.all([
      port.balance(account.address),
      port.nonces(account.address),
    ]);
    observer.tell({ kind: "account", account: account.address, balance, nonceGap: Math.max(0, pending - latest) });
  }

  #drive(id: number, from: TransactionState | null = null): Promise<JournalTransaction> {
    return inSpan("transaction", { id }, (span) => this.#steps(id, from, span));
  }

  async #steps(id: number, from: TransactionState | null, span: Span): Promise<JournalTransaction> {
    const { observer = silentObserver } = this.#options;
    for (let before = from; ; ) {
      const transaction = await this.#options.journal.transaction(id);
      const { intent, state, reason } = transaction;
      this.#options.logger.info({ intent, state, reason }, "transaction");
      tellTransaction(observer, transaction, before);
      span.setAttributes({ intent, state });
      before = state;
      if (FINAL_STATES.includes(state)) return transaction;
      this.#stopIfAsked(intent);
      await inSpan(SPANS[state], { intent }, () => this.#step(transaction));
    }
  }

  #stopIfAsked(intent: string): void {
    if (!this.#options.signal?.aborted) return;
    throw new StoppedError("The keeper was asked to stop. The next run goes on with this transaction.", { intent });
  }

  async #step(transaction: JournalTransaction): Promise<void> {
    switch (transaction.state) {
      case "PLANNED":
        return this.#simulate(transaction);
      case "SIMULATED":
        return this.#sign(transaction);
      case "SIGNED":
        return this.#broadcast(transaction);
      case "BROADCAST":
        return this.#await(transaction);
      default:
        return this.#confirm(transaction);
    }
  }

  async #simulate(transaction: JournalTransaction): Promise<void> {
    const { journal } = this.#options;
    if (await this.#isLate(transaction)) return await this.#end(transaction, "EXPIRED", "Too late to send.");
    const gas = await this.#estimate(transaction);
    if (gas !== null) await journal.advance(transaction.id, "SIMULATED", { gas });
  }

  /** {gas} with its margin, or null when the chain refuses the call, which ends the transaction. */
  async #estimate(transaction: JournalTransaction): Promise<bigint | null> {
    const { port, settings } = this.#options;
    try {
      const gas = await port.simulate(toCall(transaction));
      this.#simulated.add(transaction.id);
      return gas + (gas * BigInt(settings.gasMarginBps)) / BPS;
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      // The chain's answer would be the same tomorrow: no retry.
      await this.#end(transaction, "REVERTED", `${error.errorName || "refused"}: ${error.shortMessage}`);
      return null;
    }
  }

  async #sign(transaction: JournalTransaction): Promise<void> {
    if (await this.#isLate(transaction)) return await this.#end(transaction, "EXPIRED", "Too late to send.");
    // After a restart the chain may have moved on since the stored simulation.
    if (!this.#simulated.has(transaction.id) && (await this.#estimate(transaction)) === null) return;

    for (let attempt = 1; ; attempt++) {
      const { nonce, left } = await this.#nextNonce();
      const fee = await this.#quoteFee(left);
      if (fee === null) {
        const details = { ceiling: `${this.#options.settings.maxFeeCeiling} wei`, intent: transaction.intent };
        throw new FeeCeilingError("Gas costs more than the configured ceiling; tried again later.", details);
      }
      await this.#requireFunds((transaction.gas ?? 0n) * fee.maxFee);
      try {
        return await this.#addAttempt(transaction, "send", nonce, fee);
      } catch (error) {
        if (!(error instanceof NonceTakenError) || attempt === NONCE_TRIES) throw error;
      }
    }
  }

  /**
   * The lowest nonce that nothing holds, for all later ones wait for it: the node knows what was sent, the journal what is
   * about to be. `left`: what was given up with this nonce; a node that still has it wants a higher fee for another one.
   */
  async #nextNonce(): Promise<{ readonly nonce: number; readonly left: Attempt | null }> {
    const { port, account, journal, chainId } = this.#options;
    // The journal first: what it calls unfinished may be mined by the time that the node is asked, never the other way round.
    const live = await journal.nonces.live(chainId, account.address);
    const { latest, pending } = await port.nonces(account.address);
    const left = await journal.nonces.left(chainId, account.address, latest);
    let nonce = Math.min(pending, ...[...left.keys()].filter((each) => !live.has(each)));
    while (live.has(nonce)) nonce++;
    return { nonce, left: left.get(nonce) ?? null };
  }

  /** A node refuses what the account cannot pay for, each in words of its own; better not to sign it at all. */
  async #requireFunds(needed: bigint): Promise<void> {
    const { port, account } = this.#options;
    const held = await port.balance(account.address);
    if (held >= needed) return;
    throw new InsufficientFundsError("The keeper's account cannot pay for the gas. Send it Ether.", {
      account: account.address,
      held: `${held} wei`,
      needed: `${needed} wei`,
    });
  }

  async #broadcast(transaction: JournalTransaction): Promise<void> {
    const { journal } = this.#options;
    if (await this.#settle(transaction)) return;
    await this.#resend(transaction);
    await journal.advance(transaction.id, "BROADCAST");
  }

  async #await(transaction: JournalTransaction): Promise<void> {
    const { settings, port } = this.#options;
    if (!this.#isOurs(transaction)) return await this.#awaitForeign(transaction);
    const polls = Math.ceil(settings.giveUpAfter / settings.pollInterval);
    const pollsPerBump = Math.ceil(settings.bumpAfter / settings.pollInterval);
    for (let poll = 0; poll < polls; poll++) {
      if (await this.#settle(transaction)) return;
      this.#stopIfAsked(transaction.intent);
      // A node may have forgotten it; sending the same bytes again cannot do it twice.
      if (poll === 0) await this.#resend(transaction);
      else if (poll % pollsPerBump === 0) await this.#bump(transaction);
      else await sleep(settings.pollInterval);
    }
    const height = String(await port.height());
    throw new TransactionStuckError("A transaction is not mined yet; the next run goes on with it.", {
      intent: transaction.intent,
      height,
    });
  }

  /**
   * Another account's transaction: its fee cannot be raised with this key, so it is followed for as long as its owner would
   * have waited before raising it. Then it is left, and done anew: the contracts themselves let nothing happen twice.
   */
  async #awaitForeign(transaction: JournalTransaction): Promise<void> {
    const { settings } = this.#options;
    const polls = Math.ceil(settings.bumpAfter / settings.pollInterval);
    for (let poll = 0; poll < polls; poll++) {
      if (await this.#settle(transaction)) return;
      this.#stopIfAsked(transaction.intent);
      if (poll === 0) await this.#resend(transaction);
      else await sleep(settings.pollInterval);
    }
    await this.#end(transaction, "REPLACED", "Left by another account and not mined; done anew.");
  }

  async #confirm(transaction: JournalTransaction): Promise<void> {
    const { journal, port, settings } = this.#options;
    const mined = await this.#findReceipt(transaction);
    if (mined === null || mined.receipt.blockHash !== transaction.minedBlockHash) {
      await journal.advance(transaction.id, "BROADCAST", NOT_MINED);
      return;
    }
    const { attempt, receipt } = mined;
    if ((await port.height()) - receipt.block < settings.confirmations) return sleep(settings.pollInterval);

    const paid = { gasUsed: receipt.gasUsed, gasPrice: receipt.gasPrice, spentAt: await port.time() };
    if (attempt.kind === "cancel") {
      await journal.advance(transaction.id, "EXPIRED", { ...paid, reason: "Cancelled: it was not mined in time." });
    } else if (receipt.succeeded) {
      await journal.advance(transaction.id, "DONE", paid);
    } else {
      const reason = await port.explain(toCall(transaction), receipt.block);
      await journal.advance(transaction.id, "REVERTED", { ...paid, reason });
    }
  }

  /** Whether the nonce is used up: by one of our attempts (MINED) or by somebody else with this key (REPLACED). */
  async #settle(transaction: JournalTransaction): Promise<boolean> {
    const { journal, port } = this.#options;
    const { latest } = await port.nonces(transaction.signer);
    const mined = await this.#findReceipt(transaction);
    if (mined !== null) {
      const { attempt, receipt } = mined;
      const where = { minedHash: attempt.hash, minedBlock: receipt.block, minedBlockHash: receipt.blockHash };
      await journal.advance(transaction.id, "MINED", where);
      return true;
    }
    if (transaction.nonce === null || latest <= transaction.nonce) return false;
    await this.#end(transaction, "REPLACED", "Another transaction of this account used the nonce.");
    return true;
  }

  async #findReceipt(transaction: JournalTransaction): Promise<{ attempt: Attempt; receipt: Receipt } | null> {
    for (const attempt of await this.#options.journal.attempts(transaction.id)) {
      const receipt = await this.#options.port.receipt(attempt.hash);
      if (receipt !== null) return { attempt, receipt };
    }
    return null;
  }

  async #resend(transaction: JournalTransaction): Promise<void> {
    const newest = (await this.#options.journal.attempts(transaction.id)).at(-1);
    if (newest === undefined)
      throw new JournalError("A signed transaction lost its bytes.", { intent: transaction.intent });
    try {
      await this.#options.port.send(newest.raw);
    } catch (error) {
      // Known or already mined: the next look at the nonce and the receipts tells which.
      if (!isHarmless(error)) throw error;
    }
  }

  /** Raises the fee of a slow transaction, or cancels one that came too late. */
  async #bump(transaction: JournalTransaction): Promise<void> {
    const { journal, logger } = this.#options;
    const newest = (await journal.attempts(transaction.id)).at(-1);
    if (newest === undefined || transaction.nonce === null) return;
    const kind = newest.kind === "cancel" || (await this.#isLate(transaction)) ? "cancel" : "send";
    const fee = await this.#quoteFee(newest);
    if (fee === null) {
      logger.warn({ intent: transaction.intent }, "the fee cannot be raised any further");
    } else {
      await this.#addAttempt(transaction, kind, transaction.nonce, fee);
    }
    await this.#resend(transaction);
  }

  /** The only place that signs: within the day's cap, which is looked at before, and again with the row that is written. */
  async #addAttempt(
    transaction: JournalTransaction,
    kind: Attempt["kind"],
    nonce: number,
    { maxFee, tip }: Fee,
  ): Promise<void> {
    const { account, chainId, journal, port, settings } = this.#options;
    const { id, gas, target: to, data } = transaction;
    const limit = { cap: settings.spendingCap, since: (await port.time()) - DAY };
    await this.#requireRoom({ transaction, attempt: { kind, maxFee } }, limit);
    const what = kind === "send" ? { to, data, gas: gas ?? 0n } : { to: account.address, gas: CANCEL_GAS };
    const fees = { maxFeePerGas: maxFee, maxPriorityFeePerGas: tip };
    const raw = await account.signTransaction({ type: "eip1559", chainId, nonce, value: 0n, ...what, ...fees });
    await journal.addAttempt(id, { hash: keccak256(raw), kind, raw, maxFee, tip }, nonce, limit);
  }

  /** Tells what the day's gas has cost so far, and whether the cap stands in the way. */
  async #requireRoom(spending: Spending, limit: SpendingLimit): Promise<void> {
    const { journal, chainId, account, observer = silentObserver } = this.#options;
    const { paid, open } = await journal.spending.of(chainId, account.address, limit.since);
    const told = { kind: "spending", spent: paid + open, cap: limit.cap } as const;
    try {
      await journal.spending.requireRoom(spending, limit);
      observer.tell({ ...told, isReached: false });
    } catch (error) {
      if (error instanceof SpendingCapError) observer.tell({ ...told, isReached: true });
      throw error;
    }
  }

  /** Twice the base fee plus a tip; an eighth more than the last attempt, as nodes demand; null above the ceiling. */
  async #quoteFee(last: Attempt | null): Promise<Fee | null> {
    const { port, settings } = this.#options;
    const { base, tip } = await port.fees();
    const ceiling = settings.maxFeeCeiling;
    const least = last === null ? { maxFee: base + tip, tip } : { maxFee: raised(last.maxFee), tip: raised(last.tip) };
    if (least.maxFee > ceiling) return null;
    const raisedTip = tip > least.tip ? tip : least.tip;
    const wished = 2n * base + raisedTip;
    const maxFee = wished > ceiling ? ceiling : wished > least.maxFee ? wished : least.maxFee;
    return { maxFee, tip: raisedTip < maxFee ? raisedTip : maxFee };
  }

  async #isLate({ validUntil }: JournalTransaction): Promise<boolean> {
    return validUntil !== 0 && (await this.#options.port.time()) > validUntil;
  }

  #isOurs({ signer }: JournalTransaction): boolean {
    return signer === this.#options.account.address;
  }

  async #end({ id }: JournalTransaction, state: "EXPIRED" | "REVERTED" | "REPLACED", reason: string): Promise<void> {
    await this.#options.journal.advance(id, state, { reason });
  }
}

interface Fee {
  readonly maxFee: bigint; // {wei}
  readonly tip: bigint; // {wei}
}

function isUnsigned({ state }: JournalTransaction): boolean {
  return state === "PLANNED" || state === "SIMULATED";
}

function toCall({ signer, target, data }: JournalTransaction) {
  return { from: signer, to: target, data };
}

function raised(fee: bigint): bigint {
  return fee + fee / 8n + 1n;
}

function isHarmless(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return /already known|known transaction|already imported|nonce too low|underpriced|nonce has already been used/i.test(
    message,
  );
}

function sleep(duration: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration));
}
