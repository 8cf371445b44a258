import { trackTransaction, wipe } from "@nomicfoundation/ignition-core";
import { type Hex, numberToHex } from "viem";
import type { RpcProvider } from "./ignition.ts";

/** A transaction that the journal announces and whose hash it does not know: the run stopped while it was sent. */
interface LostTransaction {
  futureId: string;
  nonce: number;
  sender: string;
}

/** Hardhat's number of that error. */
const TRANSACTION_LOST = 10_410;
/** How far back the chain is searched for it. */
const SEARCHED_BLOCKS = 1_000;

export function lostTransactionOf(error: unknown): LostTransaction | undefined {
  if (!(error instanceof Error) || !("number" in error) || !("messageArguments" in error)) return undefined;
  return error.number === TRANSACTION_LOST ? (error.messageArguments as LostTransaction) : undefined;
}

/**
 * Tells the journal what became of the transaction: its hash when it reached the chain, else that it was never sent.
 * @returns whether the deployment can go on.
 */
export async function recoverLostTransaction(
  journal: string,
  artifactResolver: Parameters<typeof wipe>[1],
  provider: RpcProvider,
  { futureId, nonce, sender }: LostTransaction,
): Promise<boolean> {
  const count = async (tag: string): Promise<number> =>
    Number(await provider.request({ method: "eth_getTransactionCount", params: [sender, tag] }));

  if ((await count("pending")) <= nonce) {
    await wipe(journal, artifactResolver, futureId);
    return true;
  }
  if ((await count("latest")) <= nonce) return false; // still waiting for a block

  const hash = await findTransaction(provider, sender, nonce);
  if (hash === undefined) return false;
  await trackTransaction(journal, hash, provider as Parameters<typeof trackTransaction>[2]);
  return true;
}

interface FullBlock {
  transactions: { from: string; nonce: Hex; hash: string }[];
}

async function findTransaction(provider: RpcProvider, sender: string, nonce: number): Promise<string | undefined> {
  const latest = Number(await provider.request({ method: "eth_blockNumber" }));
  for (let number = latest; number >= Math.max(0, latest - SEARCHED_BLOCKS); --number) {
    const params = [numberToHex(number), true];
    const { transactions } = (await provider.request({ method: "eth_getBlockByNumber", params })) as FullBlock;
    const found = transactions.find(
      (transaction) => transaction.from.toLowerCase() === sender.toLowerCase() && Number(transaction.nonce) === nonce,
    );
    if (found !== undefined) return found.hash;
  }
  return undefined;
}
