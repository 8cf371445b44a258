// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AutomationCompatibleInterface} from "@chainlink/contracts/src/v0.8/automation/AutomationCompatible.sol";
import {IERC165, IReceiver} from "@chainlink/contracts/src/v0.8/keystone/interfaces/IReceiver.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {CreReport, ICreReceiver, ReportKind, Staleness} from "../interfaces/ICreReceiver.sol";
import {IIndexVault} from "../interfaces/IIndexVault.sol";
import {IRecurringOrders} from "../interfaces/IRecurringOrders.sol";
import {Errors} from "../libraries/Errors.sol";
import {Lane} from "../types/VaultTypes.sol";

/// @title CreReceiver
/// @dev LIFECYCLE
/// workflow -> DON signatures -> KeystoneForwarder.report() -> onReport() -> vault.proposeWeights()
///                                                                        -> KeeperUpkeep.performUpkeep()
///                                                                        -> RecurringOrders.performUpkeep()
///
/// @dev TRUST
/// - Holds no role and no funds: the vault checks the m-of-n decision signatures again, and upkeep is open to
///   everybody, so neither the DON nor the workflow's owner can decide anything; they can only deliver, late or not
///   at all.
/// - Forwarder, workflow, both targets of upkeep and the receiver of tips are immutable: another one needs another
///   receiver.
/// - A call that a hostile token sends back in finds nothing half done: what is kept here is written before any call,
///   and tips are counted after it. What a call returns is not used; what it reverts with, the forwarder throws away.
///
/// @dev DELIVERY
/// - A report that can never succeed again (too old, epoch taken) is discarded without an error: the forwarder then
///   counts it as delivered and nobody pays for retries.
/// - A decision that may succeed later (cooldown, pause, missing price, too little gas) reverts with the vault's error:
///   the forwarder lets anyone try it again until its deadline.
/// - Upkeep that is not needed now, or was done by somebody else, reverts with the target's error. Nothing is lost by
///   it: the need stands on the chain and not in the report, so the next `checkUpkeep` finds what is left of it, and a
///   retry changes nothing that the target does not find needed then.
///
/// @dev TIPS
/// - Recurring orders pay their caller, which is this contract. All cash goes on in the same call, or nothing is filed:
///   nothing stays here, where nobody could take it out.
contract CreReceiver is ICreReceiver {
    using SafeERC20 for IERC20;

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
    address public immutable keeperUpkeep;
    /// @inheritdoc ICreReceiver
    address public immutable recurringOrders;
    /// @inheritdoc ICreReceiver
    address public immutable tipReceiver;
    IERC20 private immutable _cash;

    /// @inheritdoc ICreReceiver
    mapping(address vault => uint32 epoch) public lastEpoch;

    constructor(
        address forwarder_,
        bytes32 workflowId_,
        address workflowOwner_,
        address keeperUpkeep_,
        address recurringOrders_,
        address tipReceiver_
    ) {
        // An account without code could be anybody's key; a zero forwarder, id or owner would match an unset field.
        require(forwarder_.code.length != 0, Errors.CreReceiver_ForwarderInvalid(forwarder_));
        require(
            workflowId_ != 0 && workflowOwner_ != address(0),
            Errors.CreReceiver_WorkflowUnknown(workflowId_, workflowOwner_)
        );
        // A call of an account without code would succeed and do nothing.
        require(keeperUpkeep_.code.length != 0, Errors.CreReceiver_TargetInvalid(keeperUpkeep_));
        require(recurringOrders_.code.length != 0, Errors.CreReceiver_TargetInvalid(recurringOrders_));
        require(
            tipReceiver_ != address(0) && tipReceiver_ != address(this),
            Errors.CreReceiver_TipReceiverInvalid(tipReceiver_)
        );

        forwarder = forwarder_;
        workflowId = workflowId_;
        workflowOwner = workflowOwner_;
        keeperUpkeep = keeperUpkeep_;
        recurringOrders = recurringOrders_;
        tipReceiver = tipReceiver_;
        _cash = IERC20(IRecurringOrders(recurringOrders_).cash());
    }

    /// @inheritdoc IReceiver
    function onReport(bytes calldata metadata, bytes calldata report) external {
        require(msg.sender == forwarder, Errors.CreReceiver_CallerNotForwarder(msg.sender));
        _checkWorkflow(metadata);

        uint256 kind = abi.decode(report, (uint256)); // a number, so that an unknown one has an error of its own
        if (kind == uint256(ReportKind.DECISION)) _deliverDecision(report);
        else if (kind == uint256(ReportKind.UPKEEP)) _deliverUpkeep(report);
        else revert Errors.CreReceiver_KindUnknown(kind);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IReceiver).interfaceId || interfaceId == type(IERC165).interfaceId;
    }

    function _deliverDecision(bytes calldata report) private {
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

    function _deliverUpkeep(bytes calldata report) private {
        (, address target, bytes memory performData, uint40 deadline) = abi.decode(
            report,
            (ReportKind, address, bytes, uint40)
        );
        require(target == keeperUpkeep || target == recurringOrders, Errors.CreReceiver_TargetUnknown(target));
        if (block.timestamp > deadline) {
            emit UpkeepDiscarded(target, deadline);
            return;
        }
        emit UpkeepForwarded(target, keccak256(performData));

        AutomationCompatibleInterface(target).performUpkeep(performData);
        _passTipsOn();
    }

    /// @dev All that is here, and not what this call brought: there is nothing else to keep apart.
    function _passTipsOn() private {
        uint256 tips = _cash.balanceOf(address(this)); // {raw cash}
        if (tips == 0) return;
        emit TipsPassedOn(tipReceiver, tips);
        _cash.safeTransfer(tipReceiver, tips);
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
            ,
            decision.vault,
            decision.epoch,
            decision.weights,
            decision.lane,
            decision.decisionHash,
            decision.validUntil,
            decision.signatures,
            decision.deadline
        ) = abi.decode(report, (ReportKind, address, uint32, uint256[], Lane, bytes32, uint40, bytes[], uint40));
    }
}
