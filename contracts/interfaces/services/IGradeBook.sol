// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Grade} from "../../types/ServiceTypes.sol";
import {IIndexFactory} from "../IIndexFactory.sol";

/// @title IGradeBook
/// @notice Proves what a decision said of a token: the grades of an epoch, against the hash that the vault carries.
/// @dev A decision's hash is keccak256(contentHash, gradesRoot). contentHash is the keccak256 of the record's canonical
/// JSON. gradesRoot is the root of a tree as OpenZeppelin's StandardMerkleTree builds it, from (uint256 chainId,
/// address vault, uint32 epoch, address token, uint16 traderBps, uint16 investorBps) of every asset of the record; a
/// leaf is keccak256(keccak256(abi.encode(...))).
interface IGradeBook {
    /// @notice Emitted when the decision of an epoch is written down.
    event DecisionRemembered(address indexed vault, uint32 indexed epoch, bytes32 indexed decisionHash);

    /// @notice Writes down the decision of the vault's present epoch, so that its grades can be proven after the next
    /// one began. Anyone may call.
    /// Emits {DecisionRemembered}, once an epoch.
    /// Notes: an epoch that nobody remembered in its time cannot be proven later: a vault keeps its newest one only.
    /// Requirements: the vault is an index of the factory and has had a decision.
    function remember(address vault) external returns (uint32 epoch, bytes32 decisionHash);

    /// @notice Returns when a decision said exactly this of a token, and reverts otherwise.
    /// Notes: a grade proves what the vault's signers signed, not that it is right, and not that the vault traded by
    /// it: the decision of an epoch that was cancelled, or whose signers were revoked, proves its grades all the same.
    /// Who minds looks at `epoch()` of the vault. Who does not know the vault's signers trusts them blindly.
    /// Requirements: the epoch is the vault's present one, or was remembered; the proof leads to its decision.
    /// @param contentHash keccak256 of the record's canonical JSON.
    /// @param proof from the leaf to the root, hash by hash.
    function verifyGrade(
        address vault,
        uint32 epoch,
        bytes32 contentHash,
        Grade calldata grade,
        bytes32[] calldata proof
    ) external view;

    /// @notice Hash of the decision of an epoch that is the vault's present one or was remembered; 0 for others.
    /// Requirements: the vault is an index of the factory.
    function decisionOf(address vault, uint32 epoch) external view returns (bytes32 decisionHash);

    /// @notice Whose indices are looked at.
    function factory() external view returns (IIndexFactory);
}
