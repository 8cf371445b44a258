import { type Address, type Chain, createClient, type Hash, type Hex, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { sendTransaction } from "viem/actions";

/** A transaction as the embedded wallet was asked to send it. */
export interface WantedTransaction {
  readonly to: Address | null;
  /** {wei} */
  readonly value: bigint;
  readonly data: Hex;
  /** Left out: the node estimates. */
  readonly gas?: bigint;
}

/** An open key at work. It asks nobody: whoever calls it has the person's word. */
export interface Signer {
  readonly address: Address;
  signMessage(raw: Hex): Promise<Hex>;
  /** @param text typed data (EIP-712) as JSON. */
  signTypedData(text: string): Promise<Hex>;
  send(chain: Chain, transaction: WantedTransaction): Promise<Hash>;
}

/** Signs with a key. A file of its own because curves are heavy, and who brings a wallet of their own never needs them. */
export function signerOf(key: Hex): Signer {
  const account = privateKeyToAccount(key);
  return {
    address: account.address,
    signMessage: (raw) => account.signMessage({ message: { raw } }),
    signTypedData: (text) => account.signTypedData(JSON.parse(text)),
    send: (chain, transaction) =>
      sendTransaction(createClient({ account, chain, transport: http() }), { ...transaction, chain }),
  };
}
