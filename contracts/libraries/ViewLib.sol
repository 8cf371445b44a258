// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAssetRegistry, Quote} from "../interfaces/IAssetRegistry.sol";
import {VaultStorage} from "../types/VaultStorage.sol";
import {Asset, Buckets, Limits, Target} from "../types/VaultTypes.sol";
import {BasketBlob} from "./BasketBlob.sol";
import {BucketLib} from "./BucketLib.sol";
import {CloneArgs} from "./CloneArgs.sol";
import {Errors} from "./Errors.sol";
import {FillLib} from "./FillLib.sol";
import {ShareMath} from "./ShareMath.sol";
import {TargetLib} from "./TargetLib.sol";
import {Units} from "./Units.sol";

/// @title ViewLib
/// @notice Views over the whole basket.
/// @dev External: runs in the vault by delegatecall, to keep the vault within the size limit.
library ViewLib {
    using BasketBlob for address;
    using BasketBlob for bytes;

    /// @dev {raw tokens} of every token for a part of the aggregate, D27{share wei}.
    function amounts(VaultStorage storage s, uint256 part, bool roundUp) external view returns (uint256[] memory list) {
        bytes memory blob = s.basketPointer.read();
        list = new uint256[](blob.count());
        for (uint256 i; i < list.length; ++i) {
            (, uint8 decimals, ) = blob.entry(i);
            uint256 units = Units.load(s, i);
            list[i] = roundUp ? ShareMath.toRawUp(units, part, decimals) : ShareMath.toRawDown(units, part, decimals);
        }
    }

    /// @dev See IIndexVault.basket.
    function basket(
        VaultStorage storage s
    ) external view returns (Asset[] memory assets, uint256[] memory units, uint256[] memory holdings) {
        assets = s.basketPointer.read().toAssets();
        units = new uint256[](assets.length);
        holdings = new uint256[](assets.length);
        for (uint256 i; i < assets.length; ++i) {
            units[i] = Units.load(s, i);
            holdings[i] = ShareMath.toRawDown(units[i], s.aggregate, assets[i].decimals);
        }
    }

    /// @dev See IIndexVault.targets. A cancelled epoch has no weights.
    function targets(VaultStorage storage s) external view returns (Target[] memory list) {
        list = new Target[](s.basketPointer.size());
        for (uint256 i; i < list.length; ++i) {
            list[i] = TargetLib.get(s, i);
            if (s.epoch.cancelled) list[i].weightBps = 0;
        }
    }

    /// @dev See IIndexVault.targetUnits.
    function targetUnits(VaultStorage storage s) external view returns (uint256[] memory list) {
        list = new uint256[](s.basketPointer.size());
        for (uint256 i; i < list.length; ++i) {
            list[i] = TargetLib.targetUnits(s.epoch, TargetLib.get(s, i), Units.load(s, i));
        }
    }

    /// @dev See IIndexVault.priceFactor.
    function priceFactor(
        VaultStorage storage s,
        IAssetRegistry registry,
        uint256 i,
        uint256 j
    ) external view returns (uint256) {
        require(FillLib.isOpen(s.epoch), Errors.IndexVault_EpochNotOpen());
        (address sell, , ) = s.basketPointer.single(i);
        (address buy, , ) = s.basketPointer.single(j);
        (Quote memory a, Quote memory b) = registry.pair(sell, buy);
        return FillLib.priceFactor(s.epoch, CloneArgs.limits(), uint256(a.deviationBps) + b.deviationBps);
    }

    /// @dev See IIndexVault.buckets.
    function buckets(VaultStorage storage s) external view returns (Buckets memory b) {
        Limits memory l = CloneArgs.limits();
        b = s.buckets;
        BucketLib.leak(b, l.turnoverBps, l.lossBps);
    }
}
