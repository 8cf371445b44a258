import { type Decision, type DecisionDomain, getEpoch, keeperRegistryAbi } from "@gimbal/sdk";
import { type Address, BlockNotFoundError, type Hex, type PublicClient } from "viem";
import { encodeVault, type VaultSnapshot } from "../data/vault.ts";
import { type ReadVaultParameters, readVault } from "../execute/readVault.ts";
import type { DecisionRecord } from "../plan/record.ts";
import { differences } from "./policyCheck.ts";
import { CosignRefusal } from "./refusal.ts";
import { includesAccount } from "./signature.ts";

/** The chain by one's own node. */
export interface OwnNode {
  readonly client: PublicClient;
  readonly domain: DecisionDomain;
  /** How a vault is read, as in the keeper's own decisions. */
  readonly reading: Omit<ReadVaultParameters, "vault" | "blockNumber">;
}

/** Who signs for a vault now. Throws SIGNER_UNKNOWN when one of `accounts` does not. */
export async function checkSigners(
  { client, domain }: OwnNode,
  vault: Address,
  accounts: Readonly<Record<string, Address>>,
): Promise<void> {
  const [signers] = await client.readContract({
    address: domain.keeperRegistry,
    abi: keeperRegistryAbi,
    functionName: "signersOf",
    args: [vault],
  });
  for (const [whose, account] of Object.entries(accounts)) {
    if (includesAccount(signers, account)) continue;
    throw new CosignRefusal("SIGNER_UNKNOWN", `${whose} is none of the vault's signers.`, { account, vault });
  }
}

/** What the newest block says about when and where a decision would be submitted. */
export interface Present {
  readonly now: number; // {s}
  readonly epoch: number; // the vault's last one
  readonly decisionHash: Hex; // of that epoch
}

export async function readPresent({ client }: OwnNode, vault: Address): Promise<Present> {
  const block = await client.getBlock();
  const { id, decisionHash } = await getEpoch(client, { vault, blockNumber: block.number });
  return { now: Number(block.timestamp), epoch: id, decisionHash };
}

/** Whether the decision is for the vault's next epoch and of now. Throws EPOCH_WRONG, DECISION_EXPIRED or DECISION_TOO_OLD. */
export function checkMoment(
  { epoch, validUntil }: Pick<Decision, "epoch" | "validUntil">,
  asOf: number,
  present: Present,
  maxAge: number,
): void {
  if (epoch !== present.epoch + 1) {
    const details = { asked: String(epoch), next: String(present.epoch + 1) };
    throw new CosignRefusal("EPOCH_WRONG", "The decision is not for the vault's next epoch.", details);
  }
  if (validUntil < present.now) {
    const details = { validUntil: String(validUntil), now: String(present.now) };
    throw new CosignRefusal("DECISION_EXPIRED", "The decision can no longer be submitted.", details);
  }
  if (asOf <= present.now && present.now - asOf <= maxAge) return;
  const details = { asOf: String(asOf), now: String(present.now), maxAge: `${maxAge} s` };
  throw new CosignRefusal(
    "DECISION_TOO_OLD",
    "The decision is of the future, or older than this keeper signs.",
    details,
  );
}

/**
 * Reads the vault again by one's own node, at the same block, and compares every field. Throws BLOCK_UNKNOWN,
 * BLOCK_UNREADABLE (the node no longer has that state) or VAULT_DIFFERS.
 */
export async function checkVault(node: OwnNode, seen: VaultSnapshot, record: DecisionRecord): Promise<void> {
  const { number, hash, timestamp } = seen.block;
  const block = await node.client.getBlock({ blockNumber: number }).catch((cause: unknown) => {
    if (cause instanceof BlockNotFoundError) return null;
    throw cause;
  });
  if (block === null || block.hash !== hash || Number(block.timestamp) !== timestamp || record.block.hash !== hash) {
    throw new CosignRefusal(
      "BLOCK_UNKNOWN",
      "The decision was made at a block that this keeper's node does not have.",
      {
        number: String(number),
        asked: hash,
        here: block?.hash ?? "none",
      },
    );
  }
  const own = await readVault(node.client, { ...node.reading, vault: record.vault, blockNumber: number }).catch(
    (cause: unknown) => {
      const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
      throw new CosignRefusal(
        "BLOCK_UNREADABLE",
        "This keeper's node cannot read the vault at that block; it may have dropped its state. Use an archive node.",
        { number: String(number), reason },
        { cause },
      );
    },
  );
  if (encodeVault(own).text === encodeVault(seen).text) return;
  const places = differences(JSON.parse(encodeVault(seen).text), JSON.parse(encodeVault(own).text)).slice(0, 5);
  throw new CosignRefusal("VAULT_DIFFERS", "The vault was not in the state that the decision was made from.", {
    block: String(number),
    at: places.join(", "),
  });
}
