// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReceiver} from "@chainlink/contracts/src/v0.8/keystone/interfaces/IReceiver.sol";
import {Lane} from "../types/VaultTypes.sol";

/// @dev What a report of a Chainlink CRE workflow carries; its first word. Both kinds are encoded field by field:
/// DECISION: abi.encode(kind, vault, epoch, weights, lane, decisionHash, validUntil, signatures, deadline)
/// UPKEEP: abi.encode(kind, target, performData, deadline), with
/// - address target: `keeperUpkeep` or `recurringOrders`
/// - bytes performData: what the target's `checkUpkeep` answered
/// - uint40 deadline: {s} last second in which this report may be delivered
enum ReportKind {
    DECISION,
    UPKEEP
}

/// @dev A signed decision and how long it may still be delivered: what a report of kind DECISION carries.
struct CreReport {
    address vault;
    uint32 epoch; // id that the proposal will have
    uint256[] weights; // 16 weights of 16 bits {bps} a word
    Lane lane;
    bytes32 decisionHash;
    uint40 validUntil; // {s} signed: last second in which the decision may be submitted
    bytes[] signatures; // of the vault's decision signers, as IKeeperRegistry.verify wants them
    uint40 deadline; // {s} last second in which this report may be delivered
}

/// @dev Why a report was dropped without an error, so that the forwarder does not try it again.
enum Staleness {
    FRESH,
    DEADLINE_PASSED, // the report is too old
    DECISION_EXPIRED, // the signed decision is too old
    EPOCH_DELIVERED, // this receiver has delivered a report of this or a later epoch
    EPOCH_PAST // the vault has had a proposal of this or a later epoch
}

/// @title ICreReceiver
/// @notice Carries what one Chainlink CRE workflow reports: signed decisions to vaults, and upkeep to the contracts
/// that do it. Anyone may submit a signed decision and do upkeep, so may this.
/// @dev `onReport` reverts with the error of what it calls when that refuses. A decision is refused for good when its
/// epoch is past, and then discarded. Of upkeep this cannot be told, and a revert loses nothing: the forwarder records
/// a failure, anyone may try the same report until its deadline, and the target checks the need again each time. What
/// is still needed, the next `checkUpkeep` finds.
interface ICreReceiver is IReceiver {
    /// @notice Emitted when a report became a proposal of the vault.
    event ReportForwarded(address indexed vault, uint32 indexed epoch, bytes32 indexed decisionHash);
    /// @notice Emitted when a report came too late to mean anything.
    event ReportDiscarded(address indexed vault, uint32 indexed epoch, Staleness indexed reason);
    /// @notice Emitted when a report's upkeep was done; `performDataHash` is the hash of what `checkUpkeep` answered.
    event UpkeepForwarded(address indexed target, bytes32 indexed performDataHash);
    /// @notice Emitted when upkeep came after its deadline.
    event UpkeepDiscarded(address indexed target, uint40 deadline);
    /// @notice Emitted when the tips of recurring orders went on; `amount` {raw cash}.
    event TipsPassedOn(address indexed tipReceiver, uint256 amount);

    /// @notice The KeystoneForwarder that alone may deliver, for ever.
    function forwarder() external view returns (address);

    /// @notice The workflow whose reports are accepted, for ever.
    function workflowId() external view returns (bytes32);

    /// @notice The workflow's owner, for ever.
    function workflowOwner() external view returns (address);

    /// @notice The contract that does the upkeep of vaults, for ever.
    function keeperUpkeep() external view returns (address);

    /// @notice The contract that files recurring orders, for ever.
    function recurringOrders() external view returns (address);

    /// @notice Who gets the tips of the orders filed through here, for ever. When the cash token refuses him, orders
    /// with a tip are refused here and must be filed by somebody else; nothing is kept back.
    function tipReceiver() external view returns (address);

    /// @notice Newest epoch of `vault` that was delivered through here.
    function lastEpoch(address vault) external view returns (uint32);
}
