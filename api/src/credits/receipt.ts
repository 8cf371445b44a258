import { getUsageReceiptTypedData, MAX_RECEIPT_NONCE, type UsageReceipt } from "@gimbal/sdk";
import { type Address, getAddress, type Hex, hashTypedData, isAddress, recoverAddress } from "viem";
import { z } from "zod";
import { ReceiptInvalidError } from "./errors.ts";

/** Header in which a caller sends a signed receipt. */
export const RECEIPT_HEADER = "Gimbal-Receipt";
/** Header by which a caller without a session says whose nonce the quote is to name. It proves nothing. */
export const ACCOUNT_HEADER = "Gimbal-Account";
/** Header of an answer: how it was paid. */
export const CHARGE_HEADER = "Gimbal-Charge";

/** {characters} of the longest header that is looked at. */
const LONGEST_HEADER = 2_048;
const MOST_UNITS = 2 ** 32 - 1;
const LATEST = 2 ** 48 - 1; // {s}
const UINT256 = 2n ** 256n;
/** Nonces are below this, for each account and id. */
export const NONCES = MAX_RECEIPT_NONCE + 1n;

/** A receipt with who signed it for which contract. */
export interface SignedReceipt extends Readonly<UsageReceipt> {
  readonly chainId: number;
  readonly contract: Address;
  /** 65 bytes of the account or of its session key. */
  readonly signature: Hex;
}

/** One AccessPass. */
export interface PassPlace {
  readonly chainId: number;
  readonly contract: Address;
}

/** What a wallet signs (`signTypedData`). */
export function usageReceiptTypedData({ chainId, contract }: PassPlace, receipt: UsageReceipt) {
  const { account, id, asset, nonce, units, validUntil } = receipt;
  return getUsageReceiptTypedData({ chainId, accessPass: contract }, { account, id, asset, nonce, units, validUntil });
}

/** The header's text: base64url of JSON, integers of 256 bits as decimal texts. */
export function encodeReceipt(receipt: SignedReceipt): string {
  const { id, asset, nonce, ...rest } = receipt;
  const json = JSON.stringify({ ...rest, id: String(id), asset: String(asset), nonce: String(nonce) });
  return Buffer.from(json, "utf8").toString("base64url");
}

const uint256 = z
  .string()
  .regex(/^(0|[1-9]\d{0,77})$/, "must be a decimal text without leading zeros")
  .transform(BigInt)
  .refine((value) => value < UINT256, "must fit into 256 bits");
const address = z
  .string()
  .refine((text) => isAddress(text, { strict: false }), "must be an address")
  .transform((text) => getAddress(text));

const receiptSchema = z.strictObject({
  chainId: z.int().min(1),
  contract: address,
  account: address,
  id: uint256,
  asset: uint256,
  nonce: uint256.refine((value) => value < NONCES, "must be below 2^87"),
  units: z.int().min(1).max(MOST_UNITS),
  validUntil: z.int().min(1).max(LATEST),
  signature: z
    .string()
    .regex(/^0x[0-9a-fA-F]{130}$/, "must be 65 bytes as hexadecimal digits after 0x")
    .transform((text) => text.toLowerCase() as Hex),
});

/** Reads the header. Throws {@link ReceiptInvalidError} with every fault. Nothing of what it says is checked yet. */
export function decodeReceipt(header: string): SignedReceipt {
  const fault = (message: string) => new ReceiptInvalidError([{ at: RECEIPT_HEADER, message }]);
  if (header.length > LONGEST_HEADER) throw fault(`must have at most ${LONGEST_HEADER} characters`);
  if (!/^[A-Za-z0-9_-]+$/.test(header)) throw fault("must be base64url of a receipt's JSON");
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(header, "base64url").toString("utf8"));
  } catch {
    throw fault("must be base64url of a receipt's JSON");
  }
  const read = receiptSchema.safeParse(json);
  if (read.success) return read.data;
  throw new ReceiptInvalidError(
    read.error.issues.map(({ path, message }) => ({ at: [RECEIPT_HEADER, ...path].join("."), message })),
  );
}

/** Half of the order of the curve: a signature with a larger `s` is one that contracts refuse. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/**
 * Who signed a receipt; undefined: nobody whom the contract would recognise. Stricter than the curve, exactly as the
 * contract is: otherwise a receipt would buy an answer here and be worth nothing there.
 */
export async function signerOf(receipt: SignedReceipt): Promise<Address | undefined> {
  const { signature } = receipt;
  const s = BigInt(`0x${signature.slice(66, 130)}`);
  const v = Number.parseInt(signature.slice(130), 16);
  if (s > HALF_ORDER || (v !== 27 && v !== 28)) return undefined;
  const hash = hashTypedData(usageReceiptTypedData(receipt, receipt));
  return recoverAddress({ hash, signature }).catch(() => undefined);
}
