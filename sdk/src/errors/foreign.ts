import { parseAbi } from "viem";

/** Errors of tokens and of OpenZeppelin's and Solady's contracts, on which the protocol stands, that reach its callers. */
export const foreignErrorsAbi = parseAbi([
  "error AccessControlUnauthorizedAccount(address account, bytes32 neededRole)",
  "error ECDSAInvalidSignature()",
  "error ECDSAInvalidSignatureS(bytes32 s)",
  "error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)",
  "error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)",
  "error ERC20InvalidReceiver(address receiver)",
  "error ERC2612ExpiredSignature(uint256 deadline)",
  "error ERC2612InvalidSigner(address signer, address owner)",
  "error FailedCall()",
  "error GovernorAlreadyCastVote(address voter)",
  "error GovernorAlreadyQueuedProposal(uint256 proposalId)",
  "error GovernorInsufficientProposerVotes(address proposer, uint256 votes, uint256 threshold)",
  "error GovernorInvalidProposalLength(uint256 targets, uint256 calldatas, uint256 values)",
  "error GovernorInvalidSignature(address voter)",
  "error GovernorInvalidVoteType()",
  "error GovernorNonexistentProposal(uint256 proposalId)",
  "error GovernorNotQueuedProposal(uint256 proposalId)",
  "error GovernorOnlyExecutor(address account)",
  "error GovernorRestrictedProposer(address proposer)",
  "error GovernorUnableToCancel(uint256 proposalId, address account)",
  "error GovernorUnexpectedProposalState(uint256 proposalId, uint8 current, bytes32 expectedStates)",
  "error InsufficientAllowance()",
  "error InsufficientBalance()",
  "error InvalidAccountNonce(address account, uint256 currentNonce)",
  "error InvalidNonce()",
  "error InvalidPermit()",
  "error InvalidSigner()",
  "error OwnableUnauthorizedAccount(address account)",
  "error PermitExpired()",
  "error SafeERC20FailedOperation(address token)",
  "error SignatureExpired(uint256 signatureDeadline)",
  "error TimelockInsufficientDelay(uint256 delay, uint256 minDelay)",
  "error TimelockUnexpectedOperationState(bytes32 operationId, bytes32 expectedStates)",
  "error VotesExpiredSignature(uint256 expiry)",
]);

type ForeignErrorName = (typeof foreignErrorsAbi)[number]["name"];

const permitMisfit = "The signature of the permit does not fit. Sign it again with the right account and chain.";
const signatureMisfit = "The signature does not fit. Sign it again with the right account and chain.";

/** A sentence for a screen for each of them. */
export const foreignSentences: Record<ForeignErrorName, string> = {
  AccessControlUnauthorizedAccount: "This account has no right to do this.",
  ECDSAInvalidSignature: signatureMisfit,
  ECDSAInvalidSignatureS: signatureMisfit,
  ERC20InsufficientAllowance: "The approval of a token is too small. Approve it first.",
  ERC20InsufficientBalance: "The balance of a token is too small for this.",
  ERC20InvalidReceiver: "The receiver is no address that a token can be sent to.",
  ERC2612ExpiredSignature: "The permit expired. Sign a new one.",
  ERC2612InvalidSigner: permitMisfit,
  FailedCall: "A call of the proposal failed. What it changes may have changed since it was written.",
  GovernorAlreadyCastVote: "This account has voted on this proposal already. A vote cannot be changed.",
  GovernorAlreadyQueuedProposal: "This proposal waits in the timelock already.",
  GovernorInsufficientProposerVotes: "Proposing needs more votes. Lock more GIM or ask for delegations.",
  GovernorInvalidProposalLength: "A proposal needs at least one call.",
  GovernorInvalidSignature: "The signature of the vote does not fit. Sign it again with the right account and chain.",
  GovernorInvalidVoteType: "A vote is against (0), for (1) or abstain (2).",
  GovernorNonexistentProposal: "There is no such proposal.",
  GovernorNotQueuedProposal: "This proposal does not wait in the timelock.",
  GovernorOnlyExecutor: "Only a proposal that was executed can do this.",
  GovernorRestrictedProposer: "The description names another account as the only one that may propose it.",
  GovernorUnableToCancel: "This account may not cancel this proposal now.",
  GovernorUnexpectedProposalState: "The proposal is not in the state that this needs. Look at its dates.",
  InsufficientAllowance: "The approval of the shares is too small. Approve them first.",
  InsufficientBalance: "The balance of shares is too small for this.",
  InvalidAccountNonce: "This signature was used before, or another one in between. Sign a new one.",
  InvalidNonce: "This permit was used before. Sign a new one.",
  InvalidPermit: permitMisfit,
  InvalidSigner: permitMisfit,
  OwnableUnauthorizedAccount: "Only the owner may do this, which is the DAO's timelock: make a proposal.",
  PermitExpired: "The permit expired. Sign a new one.",
  SafeERC20FailedOperation: "A token refused the transfer. Check balance and approval; the token may also be paused.",
  SignatureExpired: "The permit expired. Sign a new one.",
  TimelockInsufficientDelay: "The timelock asks for a longer delay.",
  TimelockUnexpectedOperationState: "The timelock is not ready for this. Its delay may not be over.",
  VotesExpiredSignature: "The signature of the delegation expired. Sign a new one.",
};

export function isForeignError(name: string): name is ForeignErrorName {
  return name in foreignSentences;
}
