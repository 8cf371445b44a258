import { type Address, type Hex, hexToBigInt, isAddressEqual, isHex, recoverAddress, size, slice } from "viem";

/** Half of the order of the curve: a signature with a larger s has a twin with a smaller one. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/**
 * Whether the registry would read these bytes as a signature: 65 bytes, s in the lower half, v 27 or 28. One item that it
 * cannot read makes it refuse all of them, so that looser forms must not get as far as the chain.
 */
export function isStrictSignature(signature: unknown): signature is Hex {
  if (!isHex(signature, { strict: true }) || size(signature) !== 65) return false;
  const v = Number(hexToBigInt(slice(signature, 64, 65)));
  return (v === 27 || v === 28) && hexToBigInt(slice(signature, 32, 64)) <= HALF_ORDER;
}

/** The account that signed a digest; null: the bytes are no signature at all. */
export async function signerOf(digest: Hex, signature: unknown): Promise<Address | null> {
  if (!isStrictSignature(signature)) return null;
  return recoverAddress({ hash: digest, signature }).catch(() => null);
}

/** Whether a list has an account, however it is written. */
export function includesAccount(accounts: readonly Address[], account: Address): boolean {
  return accounts.some((item) => isAddressEqual(item, account));
}
