import { type Address, type Chain, createClient, type Hash, type Hex, http, type TransactionSerializable } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { prepareTransactionRequest, sendRawTransaction } from "viem/actions";

/** A transaction as the embedded wallet was asked to send it. */
export interface WantedTransaction {
  readonly to: Address | null;
  /** {wei} */
  readonly value: bigint;
  readonly data: Hex;
  /** Left out: the node estimates. */
  readonly gas?: bigint;
}

/** A transaction with everything filled in, not signed yet. */
export interface ReadyTransaction {
  /** {wei} that the network takes for it at most */
  readonly maxFee: bigint;
  /** Signs it for its chain alone, and sends it. */
  send(): Promise<Hash>;
}

/** An open key at work. It asks nobody: whoever calls it has the person's word. */
export interface Signer {
  readonly address: Address;
  signMessage(raw: Hex): Promise<Hex>;
  /** @param text typed data (EIP-712) as JSON. */
  signTypedData(text: string): Promise<Hex>;
  prepare(chain: Chain, transaction: WantedTransaction): Promise<ReadyTransaction>;
}

/** Signs with a key. A file of its own because curves are heavy, and who brings a wallet of their own never needs them. */
export function signerOf(key: Hex): Signer {
  const account = privateKeyToAccount(key);
  return {
    address: account.address,
    signMessage: (raw) => account.signMessage({ message: { raw } }),
    signTypedData: (text) => account.signTypedData(JSON.parse(text)),
    prepare: async (chain, transaction) => {
      const client = createClient({ account, chain, transport: http() });
      const request = await prepareTransactionRequest(client, { ...transaction, account, chain });
      const { gas, maxFeePerGas, gasPrice } = request as { gas: bigint; maxFeePerGas?: bigint; gasPrice?: bigint };
      const unsigned = { ...request, chainId: chain.id } as unknown as TransactionSerializable;
      return {
        maxFee: gas * (maxFeePerGas ?? gasPrice ?? 0n),
        send: async () =>
          sendRawTransaction(client, { serializedTransaction: await account.signTransaction(unsigned) }),
      };
    },
  };
}
