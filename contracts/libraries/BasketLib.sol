// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetConfig, IAssetRegistry} from "../interfaces/IAssetRegistry.sol";
import {IIndexVault} from "../interfaces/IIndexVault.sol";
import {IKeeperRegistry} from "../interfaces/IKeeperRegistry.sol";
import {AssetFlags} from "../types/AssetFlags.sol";
import {VaultStorage} from "../types/VaultStorage.sol";
import {Asset, Epoch} from "../types/VaultTypes.sol";
import {BasketBlob} from "./BasketBlob.sol";
import {CloneArgs} from "./CloneArgs.sol";
import {DecisionHash} from "./DecisionHash.sol";
import {Errors} from "./Errors.sol";
import {ShareMath} from "./ShareMath.sol";
import {TargetLib} from "./TargetLib.sol";
import {Units} from "./Units.sol";

/// @title BasketLib
/// @notice Adds and drops constituents: announced by the decision signers, applied by anyone after the longest veto
/// delay.
/// @dev External: runs in the vault by delegatecall, to keep the vault within the size limit.
library BasketLib {
    using BasketBlob for address;
    using BasketBlob for bytes;

    uint256 internal constant MAX_TOKENS = 128;
    uint256 internal constant APPLY_WINDOW = 14 days; // {s} after which an announcement has lapsed

    /// @dev See IIndexVault.proposeBasket.
    function proposeBasket(
        VaultStorage storage s,
        IAssetRegistry registry,
        IKeeperRegistry keepers,
        uint32 id,
        address[] calldata add,
        address[] calldata drop,
        bytes32 decisionHash,
        uint40 validUntil,
        bytes[] calldata signatures
    ) external {
        require(block.timestamp <= validUntil, Errors.IndexVault_DecisionExpired(validUntil, block.timestamp));
        uint32 expectedId = s.pendingBasketId + 1;
        require(id == expectedId, Errors.IndexVault_EpochMismatch(id, expectedId));
        s.pendingBasketVersion = keepers.verify(
            DecisionHash.basket(id, add, drop, decisionHash, validUntil),
            signatures
        );
        _newBasket(s, registry, add, drop); // reverts when the change could not be applied to today's basket

        uint40 appliesAt = uint40(block.timestamp) + CloneArgs.limits().basketDelay;
        s.pendingBasketId = id;
        s.pendingBasketAt = appliesAt;
        s.pendingBasketHash = keccak256(abi.encode(add, drop));

        emit IIndexVault.BasketProposed(id, decisionHash, add, drop, appliesAt);
    }

    /// @dev See IIndexVault.applyBasket.
    function applyBasket(
        VaultStorage storage s,
        IAssetRegistry registry,
        IKeeperRegistry keepers,
        address[] calldata add,
        address[] calldata drop
    ) external {
        _requireApplicable(s, keepers, keccak256(abi.encode(add, drop)));
        Asset[] memory assets = _newBasket(s, registry, add, drop);
        _moveRecords(s, drop, assets.length);
        s.basketPointer = BasketBlob.write(assets);
        s.basketNonce += 1;
        delete s.pendingBasketHash;

        emit IIndexVault.BasketApplied(s.pendingBasketId, add, drop, s.basketNonce);
    }

    /// @dev The announced change, in time, by signers who still are, and no epoch whose indices it would move.
    function _requireApplicable(VaultStorage storage s, IKeeperRegistry keepers, bytes32 hash) private view {
        require(hash == s.pendingBasketHash, Errors.IndexVault_BasketChangeMismatch(hash, s.pendingBasketHash));
        uint256 eta = s.pendingBasketAt;
        require(
            block.timestamp >= eta && block.timestamp < eta + APPLY_WINDOW,
            Errors.IndexVault_ChangeNotReady(eta, block.timestamp)
        );
        Epoch storage e = s.epoch;
        require(block.timestamp >= e.closesAt || e.cancelled, Errors.IndexVault_EpochOpen());
        uint32 version = keepers.signersVersion(address(this));
        require(version == s.pendingBasketVersion, Errors.IndexVault_SignersRevoked(s.pendingBasketVersion, version));
    }

    /// @dev The basket after dropping (the last token takes the place of a dropped one) and then appending.
    function _newBasket(
        VaultStorage storage s,
        IAssetRegistry registry,
        address[] calldata add,
        address[] calldata drop
    ) private view returns (Asset[] memory assets) {
        Asset[] memory old = s.basketPointer.read().toAssets();
        uint256 n = old.length;
        for (uint256 k; k < drop.length; ++k) {
            uint256 i = _indexOf(old, n, drop[k]);
            require(i < n, Errors.IndexVault_AssetNotInBasket(drop[k]));
            require(!CloneArgs.isDestination(drop[k]), Errors.IndexVault_DropNotAllowed(drop[k]));
            old[i] = old[--n];
        }
        uint256 size = n + add.length;
        require(size != 0 && size <= MAX_TOKENS, Errors.IndexVault_BasketSizeInvalid(size));
        assets = new Asset[](size);
        for (uint256 i; i < n; ++i) assets[i] = old[i];
        for (uint256 k; k < add.length; ++k) {
            require(_indexOf(assets, n, add[k]) == n, Errors.IndexVault_AssetAlreadyInBasket(add[k]));
            AssetConfig memory config = registry.assetConfig(add[k]);
            require(config.feed != address(0), Errors.IndexVault_AssetNotListed(add[k]));
            assets[n++] = Asset(add[k], config.tokenDecimals, config.flags & AssetFlags.MAY_SHRINK);
        }
    }

    /// @dev Moves units and records along with the tokens and clears those behind the end and of added tokens.
    function _moveRecords(VaultStorage storage s, address[] calldata drop, uint256 size) private {
        Asset[] memory old = s.basketPointer.read().toAssets();
        uint256 n = old.length;
        uint256 end = n > size ? n : size;
        for (uint256 k; k < drop.length; ++k) {
            uint256 i = _indexOf(old, n, drop[k]);
            // Less than a raw unit cannot be sold: whoever buys all but that must not keep the token in the basket.
            uint256 raw = ShareMath.toRawDown(Units.load(s, i), s.aggregate, old[i].decimals);
            require(raw == 0, Errors.IndexVault_DropNotAllowed(drop[k]));
            delete s.breakers[drop[k]];
            --n;
            old[i] = old[n];
            Units.store(s, i, Units.load(s, n));
            TargetLib.setRecord(s, i, TargetLib.recordOf(s, n));
        }
        for (uint256 i = n; i < end; ++i) {
            Units.store(s, i, 0);
            TargetLib.setRecord(s, i, 0);
        }
    }

    /// @dev Index of `token` among the first `n`, or `n`.
    function _indexOf(Asset[] memory assets, uint256 n, address token) private pure returns (uint256 i) {
        for (; i < n; ++i) if (assets[i].token == token) return i;
    }
}
