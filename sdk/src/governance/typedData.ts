import type { Address } from "viem";

/** Where a delegation counts: one escrow on one chain. */
export type EscrowDomain = { chainId: number; escrow: Address };

/** A delegation that somebody else submits. */
export type Delegation = {
  delegatee: Address;
  /** `VotingEscrow.nonces` of the signer */
  nonce: bigint;
  /** {s} last second in which it may be submitted */
  expiry: bigint;
};

const delegationTypes = {
  Delegation: [
    { name: "delegatee", type: "address" },
    { name: "nonce", type: "uint256" },
    { name: "expiry", type: "uint256" },
  ],
} as const;

/** Typed data of a delegation, ready for `signTypedData` of any wallet. */
export function delegationTypedData({ chainId, escrow }: EscrowDomain, message: Delegation) {
  return {
    domain: { name: "Vote-escrowed Gimbal", version: "1", chainId, verifyingContract: escrow },
    types: delegationTypes,
    primaryType: "Delegation",
    message,
  } as const;
}

/** Where a vote counts: one governor on one chain. */
export type GovernorDomain = {
  chainId: number;
  governor: Address;
  /** `name()` of the governor. */
  name: string;
};

/** A vote that somebody else submits. */
export type Ballot = {
  proposalId: bigint;
  /** 0 against, 1 for, 2 abstain */
  support: number;
  voter: Address;
  /** of the voter, at the governor */
  nonce: bigint;
};

const ballotTypes = {
  Ballot: [
    { name: "proposalId", type: "uint256" },
    { name: "support", type: "uint8" },
    { name: "voter", type: "address" },
    { name: "nonce", type: "uint256" },
  ],
} as const;

/** Typed data of a vote, ready for `signTypedData` of any wallet. */
export function ballotTypedData({ chainId, governor, name }: GovernorDomain, message: Ballot) {
  return {
    domain: { name, version: "1", chainId, verifyingContract: governor },
    types: ballotTypes,
    primaryType: "Ballot",
    message,
  } as const;
}
