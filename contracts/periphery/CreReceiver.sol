// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC165, IReceiver} from "@chainlink/contracts/src/v0.8/keystone/interfaces/IReceiver.sol";
import {CreReport, ICreReceiver, Staleness} from "../interfaces/ICreReceiver.sol";
import {IIndexVault} from "../interfaces/IIndexVault.sol";
import {Errors} from "../libraries/Errors.sol";
import {Lane} from "../types/VaultTypes.sol";

/// @title CreReceiver
/// @dev LIFECYCLE
/// workflow -> DON signatures -> KeystoneForwarder.report() -> onReport() -> vault.proposeWeights()
///
/// @dev TRUST
/// - Holds no role and no funds: the vault checks the m-of-n decision signatures again, so neither the DON nor the
///   workflow's owner can decide anything; they can only deliver, late or not at all.
/// - Forwarder, workflow id and workflow owner are immutable. Another workflow needs another receiver.
///
/// @dev DELIVERY
/// - A report that can never succeed again (too old, epoch taken) is discarded without an error: the forwarder then
///   counts it as delivered and nobody pays for retries.
/// - A report that may succeed later (cooldown, pause, missing price, too little gas) reverts with the vault's error:
///   the forwarder lets anyone try it again until its deadline.
contract CreReceiver is ICreReceiver {
    /// @dev workflowId(32) | workflowName(10) | workflowOwner(20); production appends reportId(2), tools do not.
    uint256 private constant METADATA_LENGTH = 62;
    uint256 private constant OWNER_OFFSET = 42;

    /// @inheritdoc ICreReceiver
    address public immutable forwarder;
    /// @inheritdoc ICreReceiver
    bytes32 public immutable workflowId;
    /// @inheritdoc ICreReceiver
    address public immutable workflowOwner;

    /// @inheritdoc ICreReceiver
    mapping(address vault => uint32 epoch) public lastEpoch;

    constructor(address forwarder_, bytes32 workflowId_, address workflowOwner_) {
        // An account without code could be anybody's key; a zero forwarder, id or owner would match an unset field.
        require(forwarder_.code.length != 0, Errors.CreReceiver_ForwarderInvalid(forwarder_));
        require(
            workflowId_ != 0 && workflowOwner_ != address(0),
            Errors.CreReceiver_WorkflowUnknown(workflowId_, workflowOwner_)
        );

        forwarder = forwarder_;
        workflowId = workflowId_;
        workflowOwner = workflowOwner_;
    }

    /// @inheritdoc IReceiver
    function onReport(bytes calldata metadata, bytes calldata report) external {
        require(msg.sender == forwarder, Errors.CreReceiver_CallerNotForwarder(msg.sender));
        _checkWorkflow(metadata);

        CreReport memory decision = _decode(report);
        Staleness staleness = _staleness(decision);
        if (staleness != Staleness.FRESH) {
            emit ReportDiscarded(decision.vault, decision.epoch, staleness);
            return;
        }

        lastEpoch[decision.vault] = decision.epoch;
        emit ReportForwarded(decision.vault, decision.epoch, decision.decisionHash);

        IIndexVault(decision.vault).proposeWeights(
            decision.epoch,
            decision.weights,
            decision.lane,
            decision.decisionHash,
            decision.validUntil,
            decision.signatures
        );
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IReceiver).interfaceId || interfaceId == type(IERC165).interfaceId;
    }

    function _checkWorkflow(bytes calldata metadata) private view {
        require(
            metadata.length >= METADATA_LENGTH,
            Errors.CreReceiver_MetadataTooShort(metadata.length, METADATA_LENGTH)
        );

        bytes32 id = bytes32(metadata[:32]);
        address owner = address(bytes20(metadata[OWNER_OFFSET:METADATA_LENGTH]));
        require(id == workflowId && owner == workflowOwner, Errors.CreReceiver_WorkflowUnknown(id, owner));
    }

    function _staleness(CreReport memory decision) private view returns (Staleness) {
        if (block.timestamp > decision.deadline) return Staleness.DEADLINE_PASSED;
        if (block.timestamp > decision.validUntil) return Staleness.DECISION_EXPIRED;
        // Own guard first: it also holds for a vault that misreports its epoch.
        if (decision.epoch <= lastEpoch[decision.vault]) return Staleness.EPOCH_DELIVERED;
        if (decision.epoch <= IIndexVault(decision.vault).epoch().id) return Staleness.EPOCH_PAST;
        return Staleness.FRESH;
    }

    function _decode(bytes calldata report) private pure returns (CreReport memory decision) {
        (
            decision.vault,
            decision.epoch,
            decision.weights,
            decision.lane,
            decision.decisionHash,
            decision.validUntil,
            decision.signatures,
            decision.deadline
        ) = abi.decode(report, (address, uint32, uint256[], Lane, bytes32, uint40, bytes[], uint40));
    }
}
