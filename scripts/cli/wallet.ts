// The wallet of whoever runs a program of ours: a key of its own, never one of the keeper's, but kept and checked like those.
import { type Address, type Hex, isHex, type TypedDataDefinition } from "viem";
import { type LocalAccount, privateKeyToAccount, toAccount } from "viem/accounts";
import { KeeperError } from "../../keeper/src/errors.ts";
import { openKeystore } from "../../keeper/src/signers/keys.ts";
import { openGasSigner } from "../../keeper/src/signers/open.ts";
import type { RemoteSigner } from "../../keeper/src/signers/remote.ts";
import { Secrets } from "../../keeper/src/signers/secrets.ts";
import type { UnsignedTransaction } from "../../keeper/src/signers/signer.ts";
import { BaseError } from "../../sdk/src/index.ts";

/** The environment variable with a wallet's private key. */
export const WALLET_KEY = "GIMBAL_WALLET_KEY";

/** How a remote signer wants to be asked. */
export const SIGNER_APIS = ["web3signer", "clef", "node"] as const;

/** Where a wallet's key is. */
export type WalletSource =
  | { readonly kind: "environment" }
  | { readonly kind: "keystore"; readonly file: string; readonly passwordFile?: string | undefined }
  | {
      readonly kind: "remote";
      readonly url: string;
      /** The account that must sign; every answer is checked against it. */
      readonly address: Address;
      readonly api: (typeof SIGNER_APIS)[number];
      /** Environment variable with a bearer token. */
      readonly tokenVariable?: string | undefined;
    };

/** Thrown when a wallet cannot be opened or cannot sign what was asked. Shows no secret. */
export class WalletError extends BaseError {
  override readonly name = "WalletError";
}

const REMOTE_TIMEOUT = 120; // {s} a person may have to confirm

/** The key of the environment, undefined when none is set. Throws WalletError when it is no key. */
function environmentKey(environment: NodeJS.ProcessEnv): Hex | undefined {
  const key = environment[WALLET_KEY]?.trim() ?? "";
  if (key === "") return undefined;
  if (!isHex(key) || key.length !== 66) throw new WalletError(`${WALLET_KEY} must be 0x and 64 digits. Correct it.`);
  try {
    return privateKeyToAccount(key) && key;
  } catch {
    throw new WalletError(`${WALLET_KEY} is no private key: it is zero or too large. Correct it.`);
  }
}

/** Whether the environment holds a wallet's key. Throws WalletError when what it holds is no key. */
export function hasWalletKey(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environmentKey(environment) !== undefined;
}

/**
 * The account that signs; undefined when the environment was asked and holds no key. Throws WalletError, and ConfigError or
 * KeystoreError of the keeper's own readers.
 */
export async function openWallet(
  source: WalletSource,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<LocalAccount | undefined> {
  if (source.kind === "environment") {
    const key = environmentKey(environment);
    return key === undefined ? undefined : privateKeyToAccount(key);
  }
  const context = { environment, secrets: new Secrets(), warn: (message: string) => console.error(message) };
  if (source.kind === "keystore") return openKeystore(source, context);
  const signer = await openGasSigner({ ...source, timeoutSeconds: REMOTE_TIMEOUT }, context);
  return remoteAccount(signer as RemoteSigner);
}

/** A viem account whose key is elsewhere. It signs transactions of type 2 and typed data, and no plain messages. */
function remoteAccount(signer: RemoteSigner): LocalAccount {
  return toAccount({
    address: signer.address,
    signTransaction: async (transaction) => {
      const wanted = complete(transaction as Partial<UnsignedTransaction>);
      return inOurWords(() => signer.signTransaction(wanted));
    },
    signTypedData: async (wanted) => inOurWords(() => signer.signTypedData(wanted as TypedDataDefinition as never)),
    signMessage: async () => {
      throw new WalletError("A remote signer signs transactions and typed data only. Use another wallet for messages.");
    },
  });
}

/** Errors of the keeper's readers as a program of ours tells them: viem takes details for text. */
async function inOurWords<T>(sign: () => Promise<T>): Promise<T> {
  try {
    return await sign();
  } catch (error) {
    if (!(error instanceof KeeperError)) throw error;
    throw new WalletError(error.shortMessage, { details: JSON.stringify(error.details) });
  }
}

/** A transaction with every field that a signer is to see, and no other. Throws WalletError when one is missing. */
function complete(transaction: Partial<UnsignedTransaction>): UnsignedTransaction {
  const { chainId, nonce, value = 0n, to, gas, maxFeePerGas, maxPriorityFeePerGas, data } = transaction;
  if (
    chainId === undefined ||
    nonce === undefined ||
    to === undefined ||
    gas === undefined ||
    maxFeePerGas === undefined ||
    maxPriorityFeePerGas === undefined
  ) {
    throw new WalletError("The chain's fees are not known in the form of EIP-1559. Use a node that knows them.");
  }
  const fields = { type: "eip1559", chainId, nonce, value, to, gas, maxFeePerGas, maxPriorityFeePerGas } as const;
  return data === undefined ? fields : { ...fields, data };
}
