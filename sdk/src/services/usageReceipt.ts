import { type Address, type Hex, hashTypedData, numberToHex, parseSignature, size } from "viem";
import { ArgumentInvalidError } from "../errors/base.ts";

/** Where a receipt counts: one AccessPass on one chain. */
export type AccessPassDomain = { chainId: number; accessPass: Address };

/** What a payer signs for one use of a service. Mirrors ServiceTypes. */
export type UsageReceipt = {
  /** Whose meter pays; signed by it or by its key. */
  account: Address;
  /** Credits 1 to 4, or the trial. */
  id: bigint;
  /** Token of the registry that was used; 0 for none. */
  asset: bigint;
  /** Below 2^87, once an account and id. Numbers that follow each other cost least to settle. */
  nonce: bigint;
  /** {credits} */
  units: number;
  /** {s} settled before this second, or never. */
  validUntil: number;
};

/** A receipt as `AccessPass.settle` takes it, within the group of its account, id and asset. */
export type SignedUsage = { nonce: bigint; units: number; validUntil: number; r: Hex; vs: Hex };

/** Ids that a receipt may name. */
export const PASS_IDS = { signals: 1n, decisions: 2n, compute: 3n, datasets: 4n, trial: 2_000n } as const;

/** Largest nonce: its word of 128 fits 80 bits. */
export const MAX_RECEIPT_NONCE = (1n << 87n) - 1n;

export const usageReceiptTypes = {
  UsageReceipt: [
    { name: "account", type: "address" },
    { name: "id", type: "uint256" },
    { name: "asset", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "units", type: "uint32" },
    { name: "validUntil", type: "uint48" },
  ],
} as const;

/**
 * Typed data of a receipt, ready for `signTypedData` of any wallet.
 *
 * @throws {ArgumentInvalidError} when the nonce is out of range.
 * @example
 * const typedData = getUsageReceiptTypedData({ chainId: 8453, accessPass }, receipt);
 * const signature = await walletClient.signTypedData({ account, ...typedData });
 */
export function getUsageReceiptTypedData({ chainId, accessPass }: AccessPassDomain, message: UsageReceipt) {
  if (message.nonce < 0n || message.nonce > MAX_RECEIPT_NONCE) {
    throw new ArgumentInvalidError("nonce", `must be from 0 to ${MAX_RECEIPT_NONCE}, and is ${message.nonce}`);
  }
  return {
    domain: { name: "Gimbal AccessPass", version: "1", chainId, verifyingContract: accessPass },
    types: usageReceiptTypes,
    primaryType: "UsageReceipt",
    message,
  } as const;
}

/** What is signed: equal to `AccessPass.receiptDigest`. */
export function usageReceiptDigest(domain: AccessPassDomain, receipt: UsageReceipt): Hex {
  return hashTypedData(getUsageReceiptTypedData(domain, receipt));
}

/**
 * Puts a receipt and its signature into the form that is settled (ERC-2098).
 *
 * @throws {ArgumentInvalidError} when the signature is not one of 65 bytes.
 */
export function toSignedUsage(receipt: UsageReceipt, signature: Hex): SignedUsage {
  if (size(signature) !== 65) {
    throw new ArgumentInvalidError("signature", `must have 65 bytes, and has ${size(signature)}: sign with a key`);
  }
  const { r, s, yParity } = parseSignature(signature);
  const vs = numberToHex(BigInt(s) | (BigInt(yParity) << 255n), { size: 32 });
  const { nonce, units, validUntil } = receipt;
  return { nonce, units, validUntil, r, vs };
}
