import { indexFactoryAbi } from "@gimbal/sdk";
import type { Address } from "viem";
import { readContract } from "viem/actions";
import type { ChainClient } from "../network.tsx";

/** Thrown for a contract that this network's factory did not make. `shortMessage` is a sentence for a screen. */
export class NotAnIndexError extends Error {
  override readonly name = "NotAnIndexError";
  readonly shortMessage: string;

  constructor(vault: Address) {
    super(`The factory of this network did not make ${vault}. It is no index, whatever it says of itself.`);
    this.shortMessage = this.message;
  }
}

/**
 * Asks the factory whether it made a vault. Links and the API may name any contract, and one that only looks like a vault
 * could take what is approved for it. Throws NotAnIndexError.
 */
export async function requireIndex(client: ChainClient, factory: Address, vault: Address): Promise<void> {
  if (!(await isIndex(client, factory, vault))) throw new NotAnIndexError(vault);
}

/** Whether the factory made it. */
export function isIndex(client: ChainClient, factory: Address, vault: Address): Promise<boolean> {
  return readContract(client, { address: factory, abi: indexFactoryAbi, functionName: "isIndex", args: [vault] });
}
