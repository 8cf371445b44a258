// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IIndexVault} from "./interfaces/IIndexVault.sol";
import {IKeeperRegistry} from "./interfaces/IKeeperRegistry.sol";
import {IKeeperRegistryAdmin} from "./interfaces/IKeeperRegistryAdmin.sol";
import {Errors} from "./libraries/Errors.sol";

/// @title KeeperRegistry
/// @dev Lifecycle of a vault's signers: initSigners (factory) -> proposeSigners -> applySigners; revokeSigners at
/// any time.
///
/// SIGNERS: one to 16 accounts, with or without code (ERC-1271), and a threshold. A new set is announced
/// `SIGNERS_DELAY` before it counts, so that holders can leave; taking power away needs no delay.
///
/// VERSIONS: every change and revocation raises the version of a vault's set. Membership is stored by version, so
/// an old set is gone at once without touching its storage; vaults keep the version of an open epoch and stop when
/// it differs.
///
/// ROLES: the vault's curator and the owner announce and revoke; the guardian revokes.
///
/// GUARDIAN: one account with one expiry for the whole protocol: vaults, the asset registry and governance read it
/// here. When none is named or the term is over, its powers are the owner's, so that somebody can always cancel,
/// pause and revoke.
///
/// KNOWN LIMITS: replay protection (epoch, expiry) is part of the signed decision and checked by the vault. A
/// signature of a contract can become invalid later; it is checked once, when the decision is submitted.
contract KeeperRegistry is IKeeperRegistry, IKeeperRegistryAdmin, Ownable2Step, EIP712 {
    struct SignerSet {
        uint32 version;
        uint8 threshold; // 0 after a revocation
        address[] signers; // strictly ascending
    }

    struct Pending {
        bytes32 signersHash;
        uint48 eta; // {s}
    }

    /// @dev {s}
    uint256 public constant SIGNERS_DELAY = 2 days;
    /// @dev {s} after which an announcement has lapsed.
    uint256 public constant APPLY_WINDOW = 14 days;
    /// @dev {s} longest term of a guardian; renewed by the owner.
    uint256 public constant GUARDIAN_TERM = 365 days;
    uint256 public constant MAX_SIGNERS = 16;

    /// @inheritdoc IKeeperRegistryAdmin
    address public factory;
    /// @inheritdoc IKeeperRegistryAdmin
    uint48 public guardianExpiresAt;
    address private _guardian;
    mapping(address vault => SignerSet set) private _sets;
    mapping(address vault => mapping(uint32 version => mapping(address account => bool isSigner))) private _isSigner;
    /// @inheritdoc IKeeperRegistryAdmin
    mapping(address vault => Pending pending) public pendingSigners;

    constructor(
        address initialOwner,
        address initialGuardian
    ) Ownable(initialOwner) EIP712("Gimbal KeeperRegistry", "1") {
        // Fits 48 bits for some millions of years.
        _setGuardian(initialGuardian, initialGuardian == address(0) ? 0 : uint48(block.timestamp + GUARDIAN_TERM));
    }

    /* OWNER */

    /// @inheritdoc IKeeperRegistryAdmin
    function setFactory(address newFactory) external onlyOwner {
        require(factory == address(0), Errors.KeeperRegistry_FactoryAlreadySet(factory));
        require(newFactory != address(0), Errors.KeeperRegistry_ZeroAddress());

        factory = newFactory;

        emit FactorySet(newFactory);
    }

    /// @inheritdoc IKeeperRegistryAdmin
    function setGuardian(address newGuardian, uint48 expiresAt) external onlyOwner {
        bool valid =
            newGuardian == address(0)
                ? expiresAt == 0
                : expiresAt > block.timestamp && expiresAt <= block.timestamp + GUARDIAN_TERM;
        require(valid, Errors.KeeperRegistry_GuardianExpiryInvalid(expiresAt, block.timestamp));

        _setGuardian(newGuardian, expiresAt);
    }

    /* SIGNERS */

    /// @inheritdoc IKeeperRegistry
    function initSigners(address vault, address[] calldata signers, uint8 threshold) external {
        require(msg.sender == factory, Errors.KeeperRegistry_Unauthorized(msg.sender));
        require(_sets[vault].version == 0, Errors.KeeperRegistry_VaultAlreadyInitialized(vault));
        _requireValid(signers, threshold);

        _store(vault, signers, threshold);
    }

    /// @inheritdoc IKeeperRegistry
    function proposeSigners(address vault, address[] calldata signers, uint8 threshold) external {
        _requireKnown(vault);
        require(
            msg.sender == owner() || msg.sender == IIndexVault(vault).curator(),
            Errors.KeeperRegistry_Unauthorized(msg.sender)
        );
        _requireValid(signers, threshold);

        // Fits 48 bits as above.
        uint48 eta = uint48(block.timestamp + SIGNERS_DELAY);
        pendingSigners[vault] = Pending(_hash(signers, threshold), eta);

        emit SignersProposed(vault, signers, threshold, eta);
    }

    /// @inheritdoc IKeeperRegistry
    function applySigners(address vault, address[] calldata signers, uint8 threshold) external {
        Pending memory pending = pendingSigners[vault];
        bytes32 signersHash = _hash(signers, threshold);
        require(
            pending.signersHash == signersHash, // never 0, so there was an announcement
            Errors.KeeperRegistry_ProposalMismatch(signersHash, pending.signersHash)
        );
        require(
            block.timestamp >= pending.eta && block.timestamp < pending.eta + APPLY_WINDOW,
            Errors.KeeperRegistry_ProposalNotReady(pending.eta, block.timestamp)
        );

        delete pendingSigners[vault];
        _store(vault, signers, threshold);
    }

    /// @inheritdoc IKeeperRegistry
    /// @dev An announced set goes too: it may come from the account that is the reason for revoking.
    function revokeSigners(address vault) external {
        _requireKnown(vault);
        require(
            msg.sender == guardian() || msg.sender == owner() || msg.sender == IIndexVault(vault).curator(),
            Errors.KeeperRegistry_Unauthorized(msg.sender)
        );

        SignerSet storage set = _sets[vault];
        uint32 version = set.version + 1;
        set.version = version;
        set.threshold = 0;
        delete set.signers;
        delete pendingSigners[vault];

        emit SignersRevoked(vault, version);
    }

    /* VIEWS */

    /// @inheritdoc IKeeperRegistry
    function verify(bytes32 structHash, bytes[] calldata signatures) external view returns (uint32 version) {
        SignerSet storage set = _sets[msg.sender];
        uint256 threshold = set.threshold;
        version = set.version;
        require(threshold != 0, Errors.KeeperRegistry_NoSigners(msg.sender));
        require(signatures.length >= threshold, Errors.KeeperRegistry_SignaturesTooFew(signatures.length, threshold));

        bytes32 signed = _hashTypedDataV4(structHash);
        address previous;
        for (uint256 i; i < signatures.length; ++i) {
            (address signer, bytes calldata signature) = _split(signatures[i], i);
            require(signer > previous, Errors.KeeperRegistry_SignersNotAscending(previous, signer));
            require(_isSigner[msg.sender][version][signer], Errors.KeeperRegistry_SignerUnknown(signer));
            require(
                SignatureChecker.isValidSignatureNowCalldata(signer, signed, signature),
                Errors.KeeperRegistry_SignatureInvalid(signer)
            );
            previous = signer;
        }
    }

    /// @inheritdoc IKeeperRegistry
    function signersVersion(address vault) external view returns (uint32) {
        return _sets[vault].version;
    }

    /// @inheritdoc IKeeperRegistry
    function signersOf(address vault) external view returns (address[] memory signers, uint8 threshold) {
        return (_sets[vault].signers, _sets[vault].threshold);
    }

    /// @inheritdoc IKeeperRegistry
    function digest(bytes32 structHash) external view returns (bytes32) {
        return _hashTypedDataV4(structHash);
    }

    /// @inheritdoc IKeeperRegistry
    /// @dev Without a guardian the expiry is 0, which has always passed.
    function guardian() public view returns (address) {
        return block.timestamp < guardianExpiresAt ? _guardian : owner();
    }

    /* INTERNAL */

    function _setGuardian(address newGuardian, uint48 expiresAt) private {
        emit GuardianSet(_guardian, newGuardian, expiresAt);

        _guardian = newGuardian;
        guardianExpiresAt = expiresAt;
    }

    /// @dev Replaces the signers of `vault` and raises the version.
    function _store(address vault, address[] calldata signers, uint8 threshold) private {
        SignerSet storage set = _sets[vault];
        uint32 version = set.version + 1;
        set.version = version;
        set.threshold = threshold;
        set.signers = signers;
        for (uint256 i; i < signers.length; ++i) {
            _isSigner[vault][version][signers[i]] = true;
        }

        emit SignersSet(vault, version, signers, threshold);
    }

    function _requireKnown(address vault) private view {
        require(_sets[vault].version != 0, Errors.KeeperRegistry_VaultUnknown(vault));
    }

    /// @dev Strictly ascending also means: none is 0 and none is there twice.
    function _requireValid(address[] calldata signers, uint8 threshold) private pure {
        uint256 count = signers.length;
        require(count != 0 && count <= MAX_SIGNERS, Errors.KeeperRegistry_SignerCountInvalid(count, MAX_SIGNERS));
        require(threshold != 0 && threshold <= count, Errors.KeeperRegistry_ThresholdInvalid(threshold, count));
        address previous;
        for (uint256 i; i < count; ++i) {
            require(signers[i] > previous, Errors.KeeperRegistry_SignersNotAscending(previous, signers[i]));
            previous = signers[i];
        }
    }

    function _hash(address[] calldata signers, uint8 threshold) private pure returns (bytes32) {
        return keccak256(abi.encode(signers, threshold));
    }

    /// @dev Takes abi.encode(address signer, bytes signature) apart in calldata; anything else is malformed.
    function _split(
        bytes calldata item,
        uint256 index
    ) private pure returns (address signer, bytes calldata signature) {
        bool wellFormed = item.length >= 0x60 && uint256(bytes32(item[0x20:0x40])) == 0x40;
        uint256 first = wellFormed ? uint256(bytes32(item[:0x20])) : 0;
        uint256 length = wellFormed ? uint256(bytes32(item[0x40:0x60])) : 0;
        require(
            wellFormed && first <= type(uint160).max && length <= item.length - 0x60,
            Errors.KeeperRegistry_SignatureMalformed(index)
        );
        // `first` was just bounded
        return (address(uint160(first)), item[0x60:0x60 + length]);
    }
}
