import type { TypedDataSigner } from "@gimbal/sdk";
import { type Address, type Hex, type TransactionSerializableEIP1559, zeroAddress } from "viem";
import { SigningForbiddenError } from "../errors.ts";

/** A transaction as it is signed: every field is set, nothing is left to the signer. */
export type UnsignedTransaction = Required<
  Pick<
    TransactionSerializableEIP1559,
    "type" | "chainId" | "nonce" | "value" | "to" | "gas" | "maxFeePerGas" | "maxPriorityFeePerGas"
  >
> & { readonly data?: Hex };

/** Signs the keeper's transactions. Its account pays for gas and holds no right over any vault. */
export interface GasSigner {
  readonly address: Address;
  /** The raw transaction: exactly the given one, signed by `address`. */
  signTransaction(transaction: UnsignedTransaction): Promise<Hex>;
}

/** Signs decisions (EIP-712). */
export type DecisionSigner = TypedDataSigner;

/** Stands where nothing may be signed. */
export const noSigner: GasSigner = {
  address: zeroAddress,
  signTransaction: async () => {
    throw new SigningForbiddenError("A dry run signs nothing. Use the command `run` to act.");
  },
};
