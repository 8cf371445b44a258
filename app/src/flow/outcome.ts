import {
  type Address,
  type Hash,
  isAddressEqual,
  TransactionNotFoundError,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from "viem";
import {
  getBlock,
  getBlockNumber,
  getCallsStatus,
  getTransaction,
  getTransactionCount,
  getTransactionReceipt,
} from "viem/actions";
import type { ChainClient } from "../data/chainClient.ts";
import type { Activity, KeptCall } from "./activity.ts";

/** How something that was sent ended. */
export type Outcome =
  | { readonly kind: "confirmed" | "failed"; readonly hash: Hash; readonly blockNumber: bigint }
  /** It is in no block, and will be in none. */
  | { readonly kind: "dropped"; readonly reason: string; readonly hash?: Hash };

/** A transaction that is followed. */
export interface Sent {
  readonly hash: Hash;
  readonly account: Address;
  readonly call: KeptCall | undefined;
  /** undefined: no node has told it yet. */
  readonly nonce: number | undefined;
}

/** {blocks} in a row in which a node knows neither transaction nor receipt, before it counts as dropped. */
const ABSENCES = 3;
/** {blocks} that are looked through for what took a transaction's place: what any node still knows. */
const REACH = 120n;
const REPLACED = "Another transaction of your wallet took its place.";
const CANCELLED = "You cancelled it in your wallet.";
const DROPPED = "The network no longer knows it. Look into your wallet before you send it again.";

/**
 * Follows a transaction until it has ended: in a block, taken over by another one of the same account and nonce, or forgotten by
 * the network. A node that is down or behind is asked again.
 *
 * @param onNonce told once, so that it can be written down.
 */
export async function outcomeOf(
  client: ChainClient,
  sent: Sent,
  onNonce: (nonce: number) => void = () => {},
): Promise<Outcome> {
  let { nonce } = sent;
  let absent: { readonly count: number; readonly block: bigint } = { count: 0, block: -1n };
  const look = async (): Promise<Outcome | undefined> => {
    const receipt = await receiptOf(client, sent.hash);
    if (receipt !== undefined) return settled(receipt);
    const transaction = await orAbsent(getTransaction(client, { hash: sent.hash }));
    if (nonce === undefined && transaction !== undefined) {
      nonce = transaction.nonce;
      onNonce(nonce);
    }
    const block = await getBlockNumber(client, { cacheTime: 0 });
    if (nonce !== undefined && (await getTransactionCount(client, { address: sent.account })) > nonce) {
      const taker = await takerOf(client, { ...sent, nonce }, block);
      if (taker !== undefined) return taker;
    }
    if (transaction !== undefined) absent = { count: 0, block };
    else if (block !== absent.block) absent = { count: absent.count + 1, block };
    return absent.count > ABSENCES ? { kind: "dropped", reason: DROPPED } : undefined;
  };
  return untilKnown(client.pollingInterval, look);
}

/**
 * Follows a batch that a wallet has sent as one.
 *
 * @param every {ms} between two questions.
 */
export function batchOutcomeOf(wallet: ChainClient, id: string, every: number): Promise<Outcome> {
  return untilKnown(every, async () => {
    const { status, statusCode, receipts } = await getCallsStatus(wallet, { id }).catch((error: unknown) => {
      if (!hasCode(error, UNKNOWN_BATCH)) throw error;
      return { status: "failure", statusCode: UNKNOWN_BATCH, receipts: [] } as const;
    });
    const last = receipts?.at(-1);
    if (status !== "success" && status !== "failure") return undefined;
    const kind = status === "success" ? "confirmed" : "failed";
    if (last !== undefined) return { kind, hash: last.transactionHash, blockNumber: last.blockNumber };
    if (status === "success") return undefined;
    return {
      kind: "dropped",
      reason:
        statusCode === UNKNOWN_BATCH ? "Your wallet no longer knows it. Look there." : "Your wallet did not send it.",
    };
  });
}

/** What the wallet answers for a batch that it has forgotten (EIP-5792). */
const UNKNOWN_BATCH = 5730;

/** Whether an error, or what caused it, carries one of these codes (EIP-1193, EIP-5792). */
export function hasCode(error: unknown, ...codes: readonly number[]): boolean {
  let current = error;
  for (let depth = 0; depth < 12 && current !== null && typeof current === "object"; depth++) {
    const { code, cause } = current as { code?: unknown; cause?: unknown };
    if (codes.includes(Number(code))) return true;
    current = cause;
  }
  return false;
}

/** What an entry of the list needs to be followed on the chain. */
export function sentOf({ hash, account, underWay }: Activity): Sent | undefined {
  return hash === null ? undefined : { hash, account, call: underWay?.calls[0], nonce: underWay?.nonce };
}

async function untilKnown(every: number, look: () => Promise<Outcome | undefined>): Promise<Outcome> {
  for (;;) {
    // Whatever fails on the way says nothing about what was sent.
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

function settled({ status, transactionHash: hash, blockNumber }: TransactionReceipt): Outcome {
  return { kind: status === "success" ? "confirmed" : "failed", hash, blockNumber };
}

async function orAbsent<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) => {
    if (error instanceof TransactionNotFoundError || error instanceof TransactionReceiptNotFoundError) return undefined;
    throw error;
  });
}

const receiptOf = (client: ChainClient, hash: Hash) => orAbsent(getTransactionReceipt(client, { hash }));

/** The transaction that has used up the nonce: the same call at another price, a cancellation, or something else. */
async function takerOf(
  client: ChainClient,
  { hash, account, call, nonce }: Sent & { readonly nonce: number },
  latest: bigint,
): Promise<Outcome | undefined> {
  const usedAt = (blockNumber: bigint) => getTransactionCount(client, { address: account, blockNumber });
  let [low, high] = [latest > REACH ? latest - REACH : 0n, latest];
  if ((await usedAt(low)) > nonce) return { kind: "dropped", reason: REPLACED };
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if ((await usedAt(middle)) > nonce) high = middle;
    else low = middle;
  }
  const { transactions } = await getBlock(client, { blockNumber: high, includeTransactions: true });
  const taker = transactions.find((each) => each.nonce === nonce && isAddressEqual(each.from, account));
  if (taker === undefined) return undefined;
  const isSame =
    call !== undefined &&
    taker.to?.toLowerCase() === call.to.toLowerCase() &&
    taker.input === call.data &&
    taker.value === BigInt(call.value);
  if (taker.hash === hash || isSame) {
    const receipt = await receiptOf(client, taker.hash);
    return receipt && settled(receipt);
  }
  const isCancelled = taker.to !== null && isAddressEqual(taker.to, account) && taker.input === "0x";
  return { kind: "dropped", hash: taker.hash, reason: isCancelled ? CANCELLED : REPLACED };
}
