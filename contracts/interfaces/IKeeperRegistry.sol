// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title IKeeperRegistry
/// @notice Who may decide for a vault: m-of-n EIP-712 signatures. Anyone may submit what they signed.
/// @dev EIP-712 domain: name "Gimbal KeeperRegistry", version "1", this chain, this contract.
/// Types:
///   Decision(address vault,uint32 epoch,uint256[] weights,uint8 lane,bytes32 decisionHash,uint40 validUntil)
///   BasketDecision(address vault,uint32 id,address[] add,address[] drop,bytes32 decisionHash,uint40 validUntil)
interface IKeeperRegistry {
    /// @notice Emitted when a vault's signers change; `version` invalidates every open epoch of the old ones.
    event SignersSet(address indexed vault, uint32 indexed version, address[] signers, uint8 threshold);
    /// @notice Emitted when new signers are announced and wait for their delay.
    event SignersProposed(address indexed vault, address[] signers, uint8 threshold, uint48 eta);
    /// @notice Emitted when the guardian or the curator revokes all signers of a vault at once.
    event SignersRevoked(address indexed vault, uint32 indexed version);
    /// @notice Emitted when the guardian changes.
    event GuardianSet(address indexed previous, address indexed current, uint48 expiresAt);
    /// @notice Emitted when the factory is set, once.
    event FactorySet(address indexed factory);

    /// @notice Registers the first signers of a new vault.
    /// @dev Requirements: caller is the factory; the vault has no signers yet.
    function initSigners(address vault, address[] calldata signers, uint8 threshold) external;

    /// @notice Announces new signers for `vault`.
    /// @dev Requirements: caller is the vault's curator or the owner. Takes effect with `applySigners` after
    /// `SIGNERS_DELAY`.
    function proposeSigners(address vault, address[] calldata signers, uint8 threshold) external;

    /// @notice Applies announced signers. Anyone may call it once the delay is over, for 14 days.
    function applySigners(address vault, address[] calldata signers, uint8 threshold) external;

    /// @notice Revokes every signer of `vault` at once; its open epoch stops.
    /// @dev Requirements: caller is the guardian, the vault's curator or the owner.
    function revokeSigners(address vault) external;

    /// @notice Checks signatures over a struct hash for the calling vault.
    /// @param structHash EIP-712 struct hash of a Decision or BasketDecision whose `vault` is the caller.
    /// @param signatures at least `threshold`, ordered by strictly ascending signer; 65 bytes, or ERC-1271.
    /// Each item is abi.encode(address signer, bytes signature).
    /// @return version of the signer set.
    function verify(bytes32 structHash, bytes[] calldata signatures) external view returns (uint32 version);

    /// @notice Version of the signer set of `vault`; changes with every change and revocation. 0 = none ever.
    function signersVersion(address vault) external view returns (uint32);

    /// @notice Signers and threshold of `vault`. Empty after a revocation.
    function signersOf(address vault) external view returns (address[] memory signers, uint8 threshold);

    /// @notice EIP-712 digest of a struct hash, for signers.
    function digest(bytes32 structHash) external view returns (bytes32);

    /// @notice Who holds the guardian's powers now: cancels, pauses, revokes, freezes; nothing else. The named
    /// guardian until its term ends; from that second on, or when none is named, the owner.
    function guardian() external view returns (address);
}
