// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IKeeperRegistry} from "../interfaces/IKeeperRegistry.sol";
import {IOptimisticModule} from "../interfaces/governance/IOptimisticModule.sol";
import {IVotingEscrow} from "../interfaces/governance/IVotingEscrow.sol";
import {GovernanceErrors} from "../libraries/GovernanceErrors.sol";
import {OptimisticCall, OptimisticProposal, OptimisticState} from "../types/GovernanceTypes.sol";

/// @title OptimisticModule
/// @notice Routine calls pass the timelock without a vote unless holders of veGIM veto them.
///
/// propose -> (3 days: veto) -> queue -> (timelock) -> execute; cancel before that
///
/// @dev
/// WHAT FOR
/// - Changing the keepers of a vault must not need 10% of all votes each time. Whoever runs them proposes, from a list
///   of calls that a vote has allowed; silence is consent.
///
/// WHAT IT CAN REACH
/// - (target, selector) pairs that the owner listed; never this contract, the timelock or the governor, so that it can
///   widen neither its own powers nor those of others over the DAO. Calls carry no ether.
/// - Proposer and calls are checked again when a proposal is queued: what a vote took away meanwhile is gone.
///
/// VETO
/// - Votes one second before the proposal, so that nobody locks or borrows in answer to it. Once an account and
///   proposal.
/// - 10% of the supply of that second, rounded up, rejects. A rejected proposal is final here; the same calls can still
///   be proposed to the governor, where they need a majority.
///
/// THROTTLE
/// - At most `THROTTLE` proposals of one proposer in any `THROTTLE_WINDOW`: the time of each is kept and compared, so
///   there is no rounding to play with, and no proposer uses up what another one has.
///
/// IDS
/// - Counted up, so that equal calls never share one. The timelock's salt holds this contract and the id: no operation
///   of the governor or of another module can be equal.
///
/// ROLES
/// - Owner (the timelock): who proposes and what. Guardian, whom the keeper registry names: cancels until execution;
///   after its term the timelock. Proposer: cancels its own until it is queued. Anyone: vetoes with votes, queues,
///   executes.
/// - This contract is proposer and canceller of the timelock, and cancels only what it scheduled.
///
/// KNOWN LIMITS
/// - A proposal that was queued and never executed waits until somebody does, or the guardian cancels it.
contract OptimisticModule is IOptimisticModule, Ownable2Step {
    /* CONSTANTS */

    /// @notice {s}
    uint256 public constant VETO_PERIOD = 3 days;
    /// @notice {s} after the veto period, in which a proposal must be queued.
    uint256 public constant QUEUE_WINDOW = 14 days;
    /// @notice {bps} of the supply that reject.
    uint256 public constant VETO_BPS = 1_000;
    /// @notice Most proposals of one proposer in any window.
    uint256 public constant THROTTLE = 4;
    /// @notice {s}
    uint256 public constant THROTTLE_WINDOW = 12 hours;
    /// @notice Most calls of one proposal.
    uint256 public constant MAX_CALLS = 16;
    uint256 private constant BPS = 10_000;

    /* STORAGE */

    /// @inheritdoc IOptimisticModule
    TimelockController public immutable timelock;
    /// @inheritdoc IOptimisticModule
    address public immutable governor;
    /// @inheritdoc IOptimisticModule
    IVotingEscrow public immutable escrow;
    /// @inheritdoc IOptimisticModule
    IKeeperRegistry public immutable keepers;

    /// @inheritdoc IOptimisticModule
    uint256 public proposalCount; // number of proposals
    /// @inheritdoc IOptimisticModule
    mapping(address account => bool allowed) public isProposer;
    /// @inheritdoc IOptimisticModule
    mapping(address target => mapping(bytes4 selector => bool allowed)) public isAllowed;
    /// @inheritdoc IOptimisticModule
    mapping(uint256 id => mapping(address account => bool vetoed)) public hasVetoed;

    mapping(uint256 id => OptimisticProposal proposal) private _proposals;
    mapping(address proposer => uint256[] times) private _proposedAt; // {s} ascending

    /* CONSTRUCTOR */

    constructor(
        TimelockController newTimelock,
        address newGovernor,
        IVotingEscrow newEscrow,
        IKeeperRegistry newKeepers
    ) Ownable(address(newTimelock)) {
        _requireCode(address(newTimelock));
        _requireCode(newGovernor);
        _requireCode(address(newEscrow));
        _requireCode(address(newKeepers));

        timelock = newTimelock;
        governor = newGovernor;
        escrow = newEscrow;
        keepers = newKeepers;
    }

    /* OWNER */

    /// @inheritdoc IOptimisticModule
    function setProposer(address proposer, bool allowed) external onlyOwner {
        isProposer[proposer] = allowed;

        emit ProposerSet(proposer, allowed);
    }

    /// @inheritdoc IOptimisticModule
    function setCall(address target, bytes4 selector, bool allowed) external onlyOwner {
        _requireCode(target);
        require(
            target != address(this) && target != address(timelock) && target != governor,
            GovernanceErrors.OptimisticModule_TargetForbidden(target)
        );

        isAllowed[target][selector] = allowed;

        emit CallSet(target, selector, allowed);
    }

    /* PROPOSALS */

    /// @inheritdoc IOptimisticModule
    function propose(OptimisticCall[] calldata calls, string calldata description) external returns (uint256 id) {
        _requireAllowed(msg.sender, calls);
        uint256 nextAt = nextProposalAt(msg.sender);
        require(block.timestamp >= nextAt, GovernanceErrors.OptimisticModule_Throttled(nextAt, block.timestamp));
        uint256 snapshot = block.timestamp - 1;
        // threshold {veGIM wei} = supply {veGIM wei} * VETO_BPS / 10,000, rounded up: 10% and not a wei less rejects
        uint256 threshold = (escrow.getPastTotalSupply(snapshot) * VETO_BPS + BPS - 1) / BPS;
        require(threshold != 0, GovernanceErrors.OptimisticModule_NobodyCanVeto());

        id = ++proposalCount;
        _proposedAt[msg.sender].push(block.timestamp);
        OptimisticProposal storage proposal = _proposals[id];
        proposal.proposer = msg.sender;
        // Times fit 40 bits for some ten thousand years, and all GIM fits 90.
        proposal.snapshot = uint40(snapshot);
        proposal.vetoEnd = uint40(block.timestamp + VETO_PERIOD);
        proposal.vetoThreshold = uint104(threshold);
        proposal.callsHash = keccak256(abi.encode(calls));

        emit OptimisticProposed(id, msg.sender, calls, description, snapshot, proposal.vetoEnd, threshold);
    }

    /// @inheritdoc IOptimisticModule
    function veto(uint256 id) external returns (uint256 votes) {
        _requireState(id, OptimisticState.Open);
        require(!hasVetoed[id][msg.sender], GovernanceErrors.OptimisticModule_AlreadyVetoed(id, msg.sender));
        OptimisticProposal storage proposal = _proposals[id];
        votes = escrow.getPastVotes(msg.sender, proposal.snapshot);
        require(votes != 0, GovernanceErrors.OptimisticModule_WithoutVotes(id, msg.sender));

        hasVetoed[id][msg.sender] = true;
        uint256 vetoes = proposal.vetoes + votes;
        proposal.vetoes = uint104(vetoes); // at most the supply

        emit Vetoed(id, msg.sender, votes, vetoes);
        if (vetoes >= proposal.vetoThreshold) emit OptimisticRejected(id);
    }

    /// @inheritdoc IOptimisticModule
    function cancel(uint256 id) external {
        OptimisticState current = state(id);
        OptimisticProposal storage proposal = _proposals[id];
        bool isQueued = current == OptimisticState.Queued;
        require(
            isQueued || current == OptimisticState.Open || current == OptimisticState.Passed,
            GovernanceErrors.OptimisticModule_StateInvalid(id, uint8(current))
        );
        require(
            msg.sender == keepers.guardian() || (msg.sender == proposal.proposer && !isQueued),
            GovernanceErrors.OptimisticModule_Unauthorized(msg.sender)
        );

        proposal.cancelled = true;

        emit OptimisticCancelled(id, msg.sender);
        if (isQueued) timelock.cancel(proposal.operation);
    }

    /// @inheritdoc IOptimisticModule
    function queue(uint256 id, OptimisticCall[] calldata calls) external returns (bytes32 operation) {
        _requireState(id, OptimisticState.Passed);
        OptimisticProposal storage proposal = _proposals[id];
        _requireCalls(id, calls);
        _requireAllowed(proposal.proposer, calls);

        (address[] memory targets, uint256[] memory values, bytes[] memory payloads) = _split(calls);
        bytes32 salt = _saltOf(id);
        uint256 delay = timelock.getMinDelay();
        operation = timelock.hashOperationBatch(targets, values, payloads, 0, salt);
        proposal.operation = operation;

        emit OptimisticQueued(id, operation, block.timestamp + delay);
        timelock.scheduleBatch(targets, values, payloads, 0, salt, delay);
    }

    /// @inheritdoc IOptimisticModule
    /// @dev The timelock makes sure that this happens once and not too early.
    function execute(uint256 id, OptimisticCall[] calldata calls) external {
        _requireState(id, OptimisticState.Queued);
        _requireCalls(id, calls);

        emit OptimisticExecuted(id);
        (address[] memory targets, uint256[] memory values, bytes[] memory payloads) = _split(calls);
        timelock.executeBatch(targets, values, payloads, 0, _saltOf(id));
    }

    /* VIEWS */

    /// @inheritdoc IOptimisticModule
    /// @dev What waits in the timelock is what the timelock says: its operation can be executed there directly.
    function state(uint256 id) public view returns (OptimisticState) {
        OptimisticProposal storage proposal = _proposals[id];
        if (proposal.vetoEnd == 0) return OptimisticState.Missing;
        if (proposal.cancelled) return OptimisticState.Cancelled;
        if (proposal.vetoes >= proposal.vetoThreshold) return OptimisticState.Rejected;
        bytes32 operation = proposal.operation;
        if (operation != 0) {
            if (timelock.isOperationDone(operation)) return OptimisticState.Executed;
            return timelock.isOperation(operation) ? OptimisticState.Queued : OptimisticState.Cancelled;
        }
        if (block.timestamp < proposal.vetoEnd) return OptimisticState.Open;
        return block.timestamp < proposal.vetoEnd + QUEUE_WINDOW ? OptimisticState.Passed : OptimisticState.Expired;
    }

    /// @inheritdoc IOptimisticModule
    function proposalOf(uint256 id) external view returns (OptimisticProposal memory) {
        return _proposals[id];
    }

    /// @inheritdoc IOptimisticModule
    /// @dev The fourth last proposal must have left the window.
    function nextProposalAt(address proposer) public view returns (uint256) {
        uint256[] storage times = _proposedAt[proposer];
        uint256 count = times.length;
        return count < THROTTLE ? 0 : times[count - THROTTLE] + THROTTLE_WINDOW;
    }

    /* INTERNAL */

    function _requireState(uint256 id, OptimisticState expected) private view {
        OptimisticState current = state(id);
        require(current == expected, GovernanceErrors.OptimisticModule_StateInvalid(id, uint8(current)));
    }

    function _requireCalls(uint256 id, OptimisticCall[] calldata calls) private view {
        bytes32 expected = _proposals[id].callsHash;
        bytes32 actual = keccak256(abi.encode(calls));
        require(actual == expected, GovernanceErrors.OptimisticModule_CallsMismatch(id, actual, expected));
    }

    /// @dev Data of less than four bytes reaches a fallback: it is read as the selector it would be with zeros behind
    /// it, and refused for its length.
    function _requireAllowed(address proposer, OptimisticCall[] calldata calls) private view {
        require(isProposer[proposer], GovernanceErrors.OptimisticModule_Unauthorized(proposer));
        uint256 count = calls.length;
        require(
            count != 0 && count <= MAX_CALLS,
            GovernanceErrors.OptimisticModule_CallsCountInvalid(count, MAX_CALLS)
        );
        for (uint256 i; i < count; ++i) {
            OptimisticCall calldata call = calls[i];
            bytes4 selector = bytes4(call.data);
            require(
                call.data.length >= 4 && isAllowed[call.target][selector],
                GovernanceErrors.OptimisticModule_CallNotAllowed(call.target, selector)
            );
        }
    }

    /// @dev As the timelock wants them; no call has a value.
    function _split(
        OptimisticCall[] calldata calls
    ) private pure returns (address[] memory targets, uint256[] memory values, bytes[] memory payloads) {
        uint256 count = calls.length;
        targets = new address[](count);
        values = new uint256[](count);
        payloads = new bytes[](count);
        for (uint256 i; i < count; ++i) (targets[i], payloads[i]) = (calls[i].target, calls[i].data);
    }

    function _saltOf(uint256 id) private view returns (bytes32) {
        return keccak256(abi.encode(address(this), id));
    }

    function _requireCode(address account) private view {
        require(account.code.length != 0, GovernanceErrors.OptimisticModule_NoCode(account));
    }
}
