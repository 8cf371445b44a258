// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReceiver} from "@chainlink/contracts/src/v0.8/keystone/interfaces/IReceiver.sol";
import {Lane} from "../types/VaultTypes.sol";

/// @dev What a Chainlink CRE workflow reports: a signed decision and how long it may still be delivered.
/// Encoded field by field: abi.encode(vault, epoch, weights, lane, decisionHash, validUntil, signatures, deadline).
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
/// @notice Carries decisions from one Chainlink CRE workflow to vaults. Anyone may submit a signed decision, so may
/// this.
interface ICreReceiver is IReceiver {
    /// @notice Emitted when a report became a proposal of the vault.
    event ReportForwarded(address indexed vault, uint32 indexed epoch, bytes32 indexed decisionHash);
    /// @notice Emitted when a report came too late to mean anything.
    event ReportDiscarded(address indexed vault, uint32 indexed epoch, Staleness indexed reason);

    /// @notice The KeystoneForwarder that alone may deliver, for ever.
    function forwarder() external view returns (address);

    /// @notice The workflow whose reports are accepted, for ever.
    function workflowId() external view returns (bytes32);

    /// @notice The workflow's owner, for ever.
    function workflowOwner() external view returns (address);

    /// @notice Newest epoch of `vault` that was delivered through here.
    function lastEpoch(address vault) external view returns (uint32);
}
