import { decodeContractError } from "@gimbal/sdk";
import { type Address, type Hex, type PublicClient, TransactionReceiptNotFoundError } from "viem";

/** What is needed of a receipt. */
export interface Receipt {
  readonly succeeded: boolean;
  readonly block: bigint;
  readonly blockHash: Hex;
  readonly gasUsed: bigint;
  readonly gasPrice: bigint; // {wei}
}

/** An unsigned call. */
export interface Call {
  readonly from: Address;
  readonly to: Address;
  readonly data: Hex;
}

/** The chain as the transaction manager needs it. Small, so that a test can stand in for a failing node. */
export interface TransactionPort {
  /** {s} of the latest block. */
  time(): Promise<number>;
  /** {gas} the call takes; throws the contract's typed error when it is refused. */
  simulate(call: Call): Promise<bigint>;
  /** Why a mined call was refused, in words. */
  explain(call: Call, block: bigint): Promise<string>;
  /** {wei} */
  balance(account: Address): Promise<bigint>;
  nonces(account: Address): Promise<{ readonly latest: number; readonly pending: number }>;
  /** {wei} base fee of the next block and a usual tip. */
  fees(): Promise<{ readonly base: bigint; readonly tip: bigint }>;
  send(raw: Hex): Promise<void>;
  receipt(hash: Hex): Promise<Receipt | null>;
  height(): Promise<bigint>;
}

/** A node behind a viem client. */
export function createPort(client: PublicClient): TransactionPort {
  return {
    time: async () => Number((await client.getBlock()).timestamp),
    simulate: async ({ from, to, data }) => {
      try {
        return await client.estimateGas({ account: from, to, data });
      } catch (error) {
        throw decodeContractError(error);
      }
    },
    explain: async ({ from, to, data }, block) => {
      try {
        await client.call({ account: from, to, data, blockNumber: block - 1n });
        return "It was refused in its block and passes before it: another transaction came first.";
      } catch (error) {
        return decodeContractError(error).shortMessage;
      }
    },
    balance: (account) => client.getBalance({ address: account }),
    nonces: async (account) => {
      const [latest, pending] = await Promise.all([
        client.getTransactionCount({ address: account, blockTag: "latest" }),
        client.getTransactionCount({ address: account, blockTag: "pending" }),
      ]);
      return { latest, pending };
    },
    fees: async () => {
      const [block, tip] = await Promise.all([client.getBlock(), client.estimateMaxPriorityFeePerGas()]);
      return { base: block.baseFeePerGas ?? 0n, tip };
    },
    send: async (raw) => {
      await client.sendRawTransaction({ serializedTransaction: raw });
    },
    receipt: async (hash) => {
      try {
        const receipt = await client.getTransactionReceipt({ hash });
        return {
          succeeded: receipt.status === "success",
          block: receipt.blockNumber,
          blockHash: receipt.blockHash,
          gasUsed: receipt.gasUsed,
          gasPrice: receipt.effectiveGasPrice,
        };
      } catch (error) {
        if (error instanceof TransactionReceiptNotFoundError) return null;
        throw error;
      }
    },
    height: () => client.getBlockNumber({ cacheTime: 0 }),
  };
}
