import { type Address, type Hex, hashTypedData, numberToHex, parseSignature, size, stringToBytes } from "viem";
import type { TypedDataSigner } from "../eip712.ts";
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

/** A signed receipt, as a service of the API takes it. */
export type SignedReceipt = UsageReceipt & { chainId: number; contract: Address; signature: Hex };

const MAX_UNITS = 2 ** 32 - 1;
const MAX_TIME = 2 ** 48 - 1; // {s}

function requireSignable({ id, units, validUntil, asset }: UsageReceipt): void {
  if (!Object.values<bigint>(PASS_IDS).includes(id)) {
    throw new ArgumentInvalidError("id", `must be credits 1 to 4 or the trial ${PASS_IDS.trial}, not ${id}`);
  }
  if (asset < 0n) throw new ArgumentInvalidError("asset", `must be a token of the registry or 0, not ${asset}`);
  if (!Number.isInteger(units) || units < 1 || units > MAX_UNITS) {
    throw new ArgumentInvalidError("units", `must be a whole number from 1 to ${MAX_UNITS}, not ${units}`);
  }
  if (!Number.isInteger(validUntil) || validUntil < 1 || validUntil > MAX_TIME) {
    throw new ArgumentInvalidError("validUntil", `must be a time in seconds, not ${validUntil}`);
  }
}

/**
 * Signs a receipt, with the key of its account or with the key that `setSessionKey` named. It costs no gas.
 *
 * @throws {ArgumentInvalidError} when no contract would settle it: id, nonce, units or time out of range.
 * @example
 * const signed = await signUsageReceipt(privateKeyToAccount(key), { chainId, accessPass }, receipt);
 * await fetch(url, { headers: { "Gimbal-Receipt": encodeReceiptHeader(signed) } });
 */
export async function signUsageReceipt(
  signer: TypedDataSigner,
  domain: AccessPassDomain,
  receipt: UsageReceipt,
): Promise<SignedReceipt> {
  requireSignable(receipt);
  const signature = await signer.signTypedData(getUsageReceiptTypedData(domain, receipt));
  return { ...receipt, chainId: domain.chainId, contract: domain.accessPass, signature };
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** base64url without padding: runtimes differ in what they bring for it, and this package brings no types of any. */
function toBase64Url(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const three = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const digits = Math.min(bytes.length - i, 3) + 1; // 8, 16 or 24 bits
    for (let digit = 0; digit < digits; digit++) text += DIGITS[(three >> (18 - 6 * digit)) & 63];
  }
  return text;
}

/** The text of the header `Gimbal-Receipt`: base64url of JSON, integers of 256 bits as decimal texts. */
export function encodeReceiptHeader(signed: SignedReceipt): string {
  const { chainId, contract, account, id, asset, nonce, units, validUntil, signature } = signed;
  const numbers = { id: String(id), asset: String(asset), nonce: String(nonce) };
  const json = JSON.stringify({ chainId, contract, account, ...numbers, units, validUntil, signature });
  return toBase64Url(stringToBytes(json));
}
