import {
  type Address,
  type Hex,
  hashTypedData,
  isAddressEqual,
  isHex,
  keccak256,
  parseSignature,
  parseTransaction,
  recoverAddress,
  type Signature,
  serializeSignature,
  serializeTransaction,
  type TypedDataDefinition,
} from "viem";
import { SignerMismatchError } from "../errors.ts";
import type { UnsignedTransaction } from "./signer.ts";

/** Half of the curve's order: nodes and contracts refuse signatures whose s is larger (EIP-2). */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/** What a signer was asked, and who must have signed. */
interface Asked {
  readonly signer: Address;
  readonly where: string; // the signer's place, for messages
}

/**
 * Returns `raw` if it is exactly the transaction that was asked for, signed by the expected account. Built anew from the
 * asked fields and the signature, it must be equal to the byte. Throws SignerMismatchError, which names what differs.
 */
export async function checkTransaction(asked: Asked, wanted: UnsignedTransaction, raw: unknown): Promise<Hex> {
  const answer = typeof raw === "string" ? raw.toLowerCase() : raw;
  const { signature, differs } = readSigned(asked, wanted, answer);
  if (serializeTransaction(wanted, signature) !== answer) {
    throw mismatch(asked, "The remote signer signed another transaction than it was asked to.", {
      differs: differs.join(", ") || "the encoding",
    });
  }
  await requireSigner(asked, keccak256(serializeTransaction(wanted)), signature);
  return answer as Hex;
}

/** The signature in the form that contracts take, if the expected account signed this very data. Throws SignerMismatchError. */
export async function checkTypedData(asked: Asked, wanted: TypedDataDefinition, answer: unknown): Promise<Hex> {
  const signature = readSignature(answer);
  if (signature === null) throw mismatch(asked, "The remote signer's answer is no signature.");
  await requireSigner(asked, hashTypedData(wanted), signature);
  return serializeSignature(signature);
}

function readSignature(answer: unknown): PlainSignature | null {
  if (typeof answer !== "string" || !/^0x[0-9a-f]{128}(00|01|1b|1c)$/i.test(answer)) return null;
  try {
    const { r, s, yParity } = parseSignature(answer as Hex);
    return { r, s, yParity };
  } catch {
    return null; // numbers that no signature has
  }
}

type PlainSignature = Pick<Signature, "r" | "s"> & { readonly yParity: number };

function readSigned(asked: Asked, wanted: UnsignedTransaction, raw: unknown) {
  const unusable = () => mismatch(asked, "The remote signer's answer is no signed transaction.");
  if (!isHex(raw)) throw unusable();
  try {
    const signed = parseTransaction(raw);
    const { r, s, yParity } = signed;
    if (r === undefined || s === undefined || yParity === undefined) throw unusable();
    const read = signed as Readonly<Record<string, unknown>>;
    const names = [...new Set([...Object.keys(wanted), ...Object.keys(read)])].filter((name) => !SIGNATURE.has(name));
    const differs = names.filter((name) => plain(wanted[name as keyof typeof wanted]) !== plain(read[name]));
    return { signature: { r, s, yParity } satisfies PlainSignature, differs };
  } catch {
    throw unusable();
  }
}

const SIGNATURE = new Set(["r", "s", "v", "yParity"]);

/** Zero, nothing and empty are the same in a transaction's encoding. */
function plain(value: unknown): string {
  const text = String(value ?? "").toLowerCase();
  return text === "0" || text === "0x" ? "" : text;
}

async function requireSigner(asked: Asked, hash: Hex, signature: PlainSignature): Promise<void> {
  if (BigInt(signature.s) > HALF_ORDER) {
    throw mismatch(asked, "The remote signer's signature has the form that nodes refuse (its s is too large).");
  }
  const signer = await recoverAddress({ hash, signature }).catch(() => null);
  if (signer !== null && isAddressEqual(signer, asked.signer)) return;
  throw mismatch(asked, "The remote signer signed with another key, or something else than it was asked to.", {
    recovered: signer ?? "nobody",
  });
}

function mismatch({ signer, where }: Asked, message: string, details: Readonly<Record<string, string>> = {}) {
  return new SignerMismatchError(`${message} Check it before it is used again.`, {
    signer: where,
    expected: signer,
    ...details,
  });
}
