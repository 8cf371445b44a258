import {
  type Decision,
  type DecisionSignature,
  getEpoch,
  keeperRegistryAbi,
  Lane,
  packWeights,
  proposeWeights,
  signDecision,
  type TypedDataSigner,
} from "@gimbal/sdk";
import type { Address, Hex, PublicClient } from "viem";
import { SignaturesMissingError, VerificationError } from "../errors.ts";
import { type DecisionRecord, decisionHash } from "../plan/record.ts";
import type { TransactionManager } from "./transactions.ts";

/** What became of a proposal. `already`: this very decision is on chain. `taken`: another one took its epoch. */
export interface ProposalOutcome {
  readonly result: "mined" | "already" | "taken" | "refused";
  readonly hash: Hex | null; // of the transaction
  readonly reason: string | null;
}

export interface ProposeParameters {
  readonly client: PublicClient;
  readonly keeperRegistry: Address;
  readonly manager: TransactionManager;
  readonly signers: readonly TypedDataSigner[];
  /** Gathers signatures of other keepers too; absent: the signers at hand are all there are. */
  readonly collect?: CollectSignatures;
  /** Asked last of all; what it throws keeps the decision from being sent. */
  readonly beforeSending?: () => Promise<void>;
  /** Compares the nodes, after one of them said that the chain refuses; throws when none can be believed. */
  readonly compareNodes?: () => Promise<void>;
}

/** Enough signatures for a decision. Throws SignaturesMissingError. */
export type CollectSignatures = (record: DecisionRecord) => Promise<readonly DecisionSignature[]>;

/** Name of the journal's row for an epoch's proposal: one epoch, one proposal. */
export function proposalIntent(record: Pick<DecisionRecord, "chainId" | "vault" | "epoch">): string {
  return `${record.chainId}/${record.vault}/propose/${record.epoch}`;
}

/** Signs a decision with the vault's signers at hand and brings it on chain, unless its epoch is taken. */
export async function propose(record: DecisionRecord, parameters: ProposeParameters): Promise<ProposalOutcome> {
  const { client, keeperRegistry, manager } = parameters;
  // The chain first: what it has cannot be proposed again, whatever the journal says.
  const onChain = await getEpoch(client, { vault: record.vault });
  if (onChain.id >= record.epoch) {
    const same = onChain.id === record.epoch && onChain.decisionHash === decisionHash(record);
    const reason = `Epoch ${onChain.id} carries decision ${onChain.decisionHash}.`;
    return { result: same ? "already" : "taken", hash: null, reason };
  }

  const domain = { chainId: record.chainId, keeperRegistry };
  const decision = toDecision(record);
  const { collect = () => sign(decision, record.chainId, parameters) } = parameters;
  const signatures = await collect(record);
  await parameters.beforeSending?.();
  const { data, to } = proposeWeights(client, { domain, decision, signatures }).buildTx();
  const wanted = { intent: proposalIntent(record), target: to, data, validUntil: record.validUntil };
  let end = await manager.execute(wanted);
  if (end.state === "REVERTED" && end.minedHash === null && parameters.compareNodes !== undefined) {
    // A simulation is one node's word. A refusal counts when a node that agrees with the others repeats it.
    await parameters.compareNodes();
    end = await manager.execute(wanted);
  }
  if (end.state !== "DONE") return { result: "refused", hash: end.minedHash, reason: end.reason };
  await reconcile(client, record);
  return { result: "mined", hash: end.minedHash, reason: null };
}

/** A receipt is a node's word; the vault's storage is what counts. */
async function reconcile(client: PublicClient, record: DecisionRecord): Promise<void> {
  const { id, decisionHash: stored } = await getEpoch(client, { vault: record.vault });
  if (id > record.epoch || (id === record.epoch && stored === decisionHash(record))) return;
  throw new VerificationError("The vault does not carry a decision whose transaction succeeded. Check the node.", {
    vault: record.vault,
    epoch: `${id}, expected ${record.epoch}`,
    decisionHash: `${stored}, expected ${decisionHash(record)}`,
  });
}

/** The part of a record that is signed and sent. */
export function toDecision(record: DecisionRecord): Decision {
  return {
    vault: record.vault,
    epoch: record.epoch,
    weights: packWeights(record.assets.map(({ proposedBps }) => proposedBps)),
    lane: record.lane === "DERISK" ? Lane.DERISK : Lane.RISK,
    decisionHash: decisionHash(record),
    validUntil: record.validUntil,
  };
}

/** For the record's chain: what a node says of itself is not signed. */
async function sign(
  decision: Decision,
  chainId: number,
  parameters: ProposeParameters,
): Promise<readonly DecisionSignature[]> {
  const { client, keeperRegistry, signers } = parameters;
  const [allowed, threshold] = await client.readContract({
    address: keeperRegistry,
    abi: keeperRegistryAbi,
    functionName: "signersOf",
    args: [decision.vault],
  });
  const wanted = new Set(allowed.map((signer) => signer.toLowerCase()));
  const ready = signers.filter(({ address }) => wanted.has(address.toLowerCase())).slice(0, threshold);
  if (threshold === 0 || ready.length < threshold) {
    throw new SignaturesMissingError("The vault asks for more signatures than there are signers here.", {
      vault: decision.vault,
      threshold: String(threshold),
      atHand: ready.map(({ address }) => address).join(", ") || "none",
      allowed: allowed.join(", ") || "none (revoked)",
    });
  }
  const domain = { chainId, keeperRegistry };
  return Promise.all(ready.map((signer) => signDecision(signer, domain, decision)));
}
