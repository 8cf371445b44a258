// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IndexParams} from "../types/VaultTypes.sol";

/// @title IIndexFactory
/// @notice Anyone creates an index. Also the registry of all indices and of the protocol's fee share.
interface IIndexFactory {
    /// @notice Emitted when an index is created.
    event IndexCreated(
        address indexed vault,
        address indexed creator,
        uint256 indexed version,
        string name,
        string symbol,
        bytes32 methodologyHash
    );
    /// @notice Emitted when a vault version is appended. Existing vaults keep theirs for ever.
    event VersionAdded(uint256 indexed version, address implementation);
    /// @notice Emitted when the protocol's part of the fees changes.
    event ProtocolFeeSet(uint16 previousBps, uint16 bps, address recipient);

    /// @notice Creates and seeds an index with the newest vault version.
    /// Emits {IndexCreated}.
    /// Notes: the seed is pulled from the caller. Shares worth at least one USD go to a dead address for ever.
    /// Requirements: approvals given; tokens listed, ascending; parameters in range; seed worth at least 100 USD.
    function createIndex(IndexParams calldata params) external returns (address vault);

    /// @notice Appends a vault version; new indices use it, existing ones keep theirs.
    /// Emits {VersionAdded}.
    /// Requirements: caller is the owner; the implementation has code.
    function addVersion(address newImplementation) external;

    /// @notice Sets the protocol's part of every vault's fees {bps} and its recipient.
    /// Emits {ProtocolFeeSet}.
    /// Requirements: caller is the owner; at most `MAX_PROTOCOL_FEE_BPS`; the recipient is not zero.
    function setProtocolFee(uint16 bps, address recipient) external;

    /// @notice Address that `createIndex` will give `creator` for these parameters.
    function predictIndex(IndexParams calldata params, address creator) external view returns (address);

    /// @notice Implementation of a version; versions start at 1 and are never changed or removed.
    function implementation(uint256 version) external view returns (address);

    /// @notice Newest version.
    function latestVersion() external view returns (uint256);

    /// @notice Whether `vault` was created here.
    function isIndex(address vault) external view returns (bool);

    /// @notice Number of indices.
    function indexCount() external view returns (uint256);

    /// @notice Indices from `start`, at most `count`, oldest first.
    function indices(uint256 start, uint256 count) external view returns (address[] memory);

    /// @notice The protocol's part of every vault's fees {bps} and who receives it.
    function protocolFee() external view returns (uint16 bps, address recipient);
}
