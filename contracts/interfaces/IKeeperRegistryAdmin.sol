// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title IKeeperRegistryAdmin
/// @notice What only the owner, the DAO's timelock, may set.
interface IKeeperRegistryAdmin {
    /// @notice Sets the factory whose vaults may register signers. Once.
    /// Emits {FactorySet}.
    /// Requirements: caller is the owner; not set before; not 0.
    function setFactory(address newFactory) external;

    /// @notice Sets the guardian and when its powers end; 0 and 0 for none.
    /// Emits {GuardianSet}.
    /// Requirements: caller is the owner; the end is in the future and at most `GUARDIAN_TERM` away.
    /// @param expiresAt {s} first second without powers.
    function setGuardian(address newGuardian, uint48 expiresAt) external;

    /// @notice The factory; 0 until it is set.
    function factory() external view returns (address);

    /// @notice First second in which the guardian has no powers. {s}
    function guardianExpiresAt() external view returns (uint48);

    /// @notice What `applySigners` waits for: hash of abi.encode(signers, threshold) and the first second it may be
    /// applied.
    function pendingSigners(address vault) external view returns (bytes32 signersHash, uint48 eta);
}
