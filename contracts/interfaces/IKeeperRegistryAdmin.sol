// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title IKeeperRegistryAdmin
/// @notice What only the owner, the DAO's timelock, may set.
interface IKeeperRegistryAdmin {
    /// @notice Sets the factory whose vaults may register signers. Once.
    /// Emits {FactorySet}.
    /// Requirements: caller is the owner; not set before; not 0.
    function setFactory(address newFactory) external;

    /// @notice Sets the guardian and when its powers end, or renews its term; 0 and 0 for none. What it may do is the
    /// owner's from then on.
    /// Emits {GuardianSet}.
    /// Requirements: caller is the owner; the end is in the future and at most `GUARDIAN_TERM` away.
    /// @param expiresAt {s} first second without powers.
    function setGuardian(address newGuardian, uint48 expiresAt) external;

    /// @notice The factory; 0 until it is set.
    function factory() external view returns (address);

    /// @notice First second in which the named guardian has no powers; 0 without one. {s}
    function guardianExpiresAt() external view returns (uint48);

    /// @notice What `applySigners` waits for: hash of abi.encode(signers, threshold) and the first second it may be
    /// applied.
    function pendingSigners(address vault) external view returns (bytes32 signersHash, uint48 eta);
}
