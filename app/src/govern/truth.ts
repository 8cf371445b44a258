import { hashProposal, type ProposalAction } from "@gimbal/sdk";
import { encodeAbiParameters, type Hex, keccak256 } from "viem";

/** What somebody says that a proposal is. */
export interface ProposalClaim {
  readonly id: bigint;
  readonly actions: readonly ProposalAction[];
  readonly description: string;
}

/** Whether these calls and this text are those of the governor's proposal: its number is their hash. */
export function isGovernorProposal({ id, actions, description }: ProposalClaim): boolean {
  try {
    return hashProposal({ actions, description }) === id;
  } catch {
    return false; // What cannot be encoded was never proposed.
  }
}

const CALLS = [
  {
    type: "tuple[]",
    components: [
      { name: "target", type: "address" },
      { name: "data", type: "bytes" },
    ],
  },
] as const;

/** Whether these are the calls of an optimistic proposal, of which the module keeps the hash. They carry no Ether. */
export function areOptimisticCalls(actions: readonly ProposalAction[], callsHash: Hex): boolean {
  if (actions.some(({ value }) => value !== 0n)) return false;
  try {
    const calls = actions.map(({ target, data }) => ({ target, data }));
    return keccak256(encodeAbiParameters(CALLS, [calls])) === callsHash;
  } catch {
    return false;
  }
}
