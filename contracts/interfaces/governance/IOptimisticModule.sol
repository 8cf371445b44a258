// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {OptimisticCall, OptimisticProposal, OptimisticState} from "../../types/GovernanceTypes.sol";
import {IKeeperRegistry} from "../IKeeperRegistry.sol";
import {IVotingEscrow} from "./IVotingEscrow.sol";

/// @title IOptimisticModule
/// @notice Routine calls pass the timelock without a vote unless holders of veGIM veto them.
interface IOptimisticModule {
    /// @notice Emitted when an account may propose, or no longer.
    event ProposerSet(address indexed proposer, bool allowed);
    /// @notice Emitted when a call may be proposed, or no longer.
    event CallSet(address indexed target, bytes4 indexed selector, bool allowed);
    /// @notice Emitted when calls are proposed. {s} {veGIM wei}
    event OptimisticProposed(
        uint256 indexed id,
        address indexed proposer,
        OptimisticCall[] calls,
        string description,
        uint256 snapshot,
        uint256 vetoEnd,
        uint256 vetoThreshold
    );
    /// @notice Emitted when a holder vetoes. {veGIM wei}
    event Vetoed(uint256 indexed id, address indexed voter, uint256 votes, uint256 vetoes);
    /// @notice Emitted with the veto that reaches the threshold.
    event OptimisticRejected(uint256 indexed id);
    /// @notice Emitted when the calls wait in the timelock. {s}
    event OptimisticQueued(uint256 indexed id, bytes32 indexed operation, uint256 readyAt);
    /// @notice Emitted when the calls are made through this contract; the timelock tells of each of them in any case.
    event OptimisticExecuted(uint256 indexed id);
    /// @notice Emitted when a proposal is cancelled.
    event OptimisticCancelled(uint256 indexed id, address indexed by);

    /* OWNER */

    /// @notice Lets an account propose, or no longer; then its proposals that wait cannot be queued either.
    /// Emits {ProposerSet}.
    /// Requirements: caller is the owner.
    function setProposer(address proposer, bool allowed) external;

    /// @notice Lets a call be proposed, or no longer; then proposals with it that wait cannot be queued either.
    /// Emits {CallSet}.
    /// Requirements: caller is the owner; the target has code and is neither this contract nor the timelock nor the
    /// governor.
    function setCall(address target, bytes4 selector, bool allowed) external;

    /* PROPOSALS */

    /// @notice Proposes calls for the timelock to make.
    /// Emits {OptimisticProposed}.
    /// Notes: votes are read one second before.
    /// Requirements: caller is an allowed proposer with less than `THROTTLE` proposals in the last `THROTTLE_WINDOW`;
    /// 1 to `MAX_CALLS` calls, each of them allowed; somebody had votes.
    function propose(OptimisticCall[] calldata calls, string calldata description) external returns (uint256 id);

    /// @notice Vetoes with all votes that the caller had at the snapshot.
    /// Emits {Vetoed}, and {OptimisticRejected} when that is enough.
    /// Requirements: the proposal is open; the caller had votes and has not vetoed it before.
    function veto(uint256 id) external returns (uint256 votes);

    /// @notice Cancels a proposal.
    /// Emits {OptimisticCancelled}.
    /// Requirements: caller is the guardian and the proposal is open, passed or queued; or caller is its proposer and
    /// it is not queued yet.
    function cancel(uint256 id) external;

    /// @notice Hands the calls of a proposal that has passed to the timelock. Anyone may.
    /// Emits {OptimisticQueued}.
    /// Requirements: passed; these are its calls; proposer and calls are still allowed.
    function queue(uint256 id, OptimisticCall[] calldata calls) external returns (bytes32 operation);

    /// @notice Makes the calls when the timelock's delay is over. Anyone may.
    /// Emits {OptimisticExecuted}.
    /// Requirements: queued; these are its calls; the delay is over.
    function execute(uint256 id, OptimisticCall[] calldata calls) external;

    /* VIEWS */

    /// @notice Where a proposal stands.
    function state(uint256 id) external view returns (OptimisticState);

    /// @notice Everything about a proposal; all zero when there is none.
    function proposalOf(uint256 id) external view returns (OptimisticProposal memory);

    /// @notice Number of proposals; ids are 1 to this.
    function proposalCount() external view returns (uint256);

    /// @notice Whether an account has vetoed a proposal.
    function hasVetoed(uint256 id, address account) external view returns (bool);

    /// @notice Whether an account may propose.
    function isProposer(address account) external view returns (bool);

    /// @notice Whether a call may be proposed.
    function isAllowed(address target, bytes4 selector) external view returns (bool);

    /// @notice First second in which a proposer's next proposal fits the throttle; past when it fits now. {s}
    function nextProposalAt(address proposer) external view returns (uint256);

    /// @notice The timelock that makes the calls.
    function timelock() external view returns (TimelockController);

    /// @notice The governor, to which no call is ever made from here.
    function governor() external view returns (address);

    /// @notice Where votes are.
    function escrow() external view returns (IVotingEscrow);

    /// @notice Where the guardian is named.
    function keepers() external view returns (IKeeperRegistry);
}
