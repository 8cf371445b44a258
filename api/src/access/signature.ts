import { type Address, type Hex, hashMessage, isAddressEqual, type PublicClient, recoverAddress } from "viem";
import { getCode, verifyHash } from "viem/actions";
import { isErc6492Signature } from "viem/utils";
import { UnavailableError } from "../http/problem.ts";

/** {bytes} of the longest signature that is looked at: a wallet of many owners, not yet deployed, has some thousand. */
export const LONGEST_SIGNATURE = 4_096;

/** Whether a key signed the message: found out without the chain. */
async function isOfKey(account: Address, hash: Hex, signature: Hex): Promise<boolean> {
  return recoverAddress({ hash, signature }).then(
    (signer) => isAddressEqual(signer, account),
    () => false,
  );
}

/**
 * Whether an account signed a message: with its key, or as a smart wallet by ERC-1271, or by ERC-6492 when it is not deployed yet.
 * Wallets are asked through the node, by a call that changes nothing; where there is no wallet, nothing is called.
 * Throws {@link UnavailableError} when the node does not answer.
 */
export async function isSignedBy(
  client: PublicClient,
  account: Address,
  message: string,
  signature: Hex,
): Promise<boolean> {
  const hash = hashMessage(message);
  if (await isOfKey(account, hash, signature)) return true;
  try {
    const code = await getCode(client, { address: account });
    if (code === undefined && !isErc6492Signature(signature)) return false;
    return await verifyHash(client, { address: account, hash, signature });
  } catch (cause) {
    const detail = "The node could not be asked about the signature. Try again in a moment.";
    throw new UnavailableError(["node"], detail, { cause });
  }
}
