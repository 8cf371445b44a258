// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BucketLib} from "../libraries/BucketLib.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {DecisionHash} from "../libraries/DecisionHash.sol";
import {GradeLib} from "../libraries/GradeLib.sol";
import {Grade} from "../types/ServiceTypes.sol";
import {FillLib} from "../libraries/FillLib.sol";
import {FloatPrice} from "../libraries/FloatPrice.sol";
import {ShareMath} from "../libraries/ShareMath.sol";
import {TargetLib} from "../libraries/TargetLib.sol";
import {Units} from "../libraries/Units.sol";
import {VaultMath} from "../libraries/VaultMath.sol";
import {VaultStorage} from "../types/VaultStorage.sol";
import {Epoch, Lane, Limits, Target} from "../types/VaultTypes.sol";

/// @title VaultMathHarness
/// @notice The internal arithmetic of the vault's libraries, callable from outside, for the vectors of the SDK.
/// @dev Called by eth_call only: what the functions write is never kept.
contract VaultMathHarness {
    VaultStorage private _s;

    function floatPrice(uint256 value) external pure returns (uint64 encoded, uint256 decoded) {
        encoded = FloatPrice.encode(value);
        decoded = FloatPrice.decode(encoded);
    }

    function floatUnits(uint256 value) external pure returns (uint256 encoded, uint256 decoded, uint256 rounded) {
        encoded = Units.encode(value);
        decoded = Units.decode(encoded);
        rounded = Units.round(value);
    }

    function units(
        uint256 unitsOfToken,
        uint256 aggregate,
        uint256 raw,
        uint8 decimals
    ) external pure returns (uint256 rawDown, uint256 rawUp, uint256 unitsDown, uint256 unitsUp) {
        rawDown = ShareMath.toRawDown(unitsOfToken, aggregate, decimals);
        rawUp = ShareMath.toRawUp(unitsOfToken, aggregate, decimals);
        unitsDown = ShareMath.toUnitsDown(raw, aggregate, decimals);
        unitsUp = ShareMath.toUnitsUp(raw, aggregate, decimals);
    }

    function multiplier(uint96 checkpoint, uint64 streamingRate, uint40 elapsed) external returns (uint256) {
        _s.checkpointMultiplier = checkpoint;
        _s.streamingRate = streamingRate;
        _s.checkpointAt = uint40(block.timestamp) - elapsed;
        return ShareMath.multiplier(_s);
    }

    function bucket(
        uint256 level,
        uint256 elapsed,
        uint256 weeklyBps
    ) external view returns (uint256 capacity, uint256 used) {
        capacity = BucketLib.capacity(weeklyBps);
        used = BucketLib.used(level, block.timestamp - elapsed, weeklyBps);
    }

    function priceFactor(
        Limits calldata limits,
        Lane lane,
        uint256 deviationBps,
        uint40 elapsed
    ) external returns (uint256) {
        _s.epoch.lane = lane;
        _s.epoch.opensAt = uint40(block.timestamp) - elapsed;
        return FillLib.priceFactor(_s.epoch, limits, deviationBps);
    }

    function targetUnits(
        uint112 navUnit,
        uint16 tradableBps,
        Target calldata target,
        uint256 unitsOfToken
    ) external returns (uint256) {
        Epoch storage epoch = _s.epoch;
        epoch.navUnit = navUnit;
        epoch.tradableBps = tradableBps;
        return TargetLib.targetUnits(epoch, target, unitsOfToken);
    }

    function trade(
        uint256 amount,
        uint256 sellPrice,
        uint8 sellDecimals,
        uint256 buyPrice,
        uint8 buyDecimals,
        uint256 factor
    ) external pure returns (uint256 pay, uint256 sold) {
        pay = VaultMath.payFor(amount, sellPrice, sellDecimals, buyPrice, buyDecimals, factor);
        sold = VaultMath.soldFor(amount, sellPrice, sellDecimals, buyPrice, buyDecimals, factor);
    }

    function worth(
        uint256 amount,
        uint256 usd,
        uint256 price,
        uint8 decimals
    ) external pure returns (uint256 usdDown, uint256 usdUp, uint256 raw) {
        usdDown = VaultMath.toUsdDown(amount, price, decimals);
        usdUp = VaultMath.toUsdUp(amount, price, decimals);
        raw = VaultMath.toRaw(usd, price, decimals);
    }

    /// @dev What a grade and its proof lead to, as GradeBook works it out.
    function gradedDecision(
        uint256 chainId,
        address vault,
        uint32 epoch,
        Grade calldata grade,
        bytes32[] calldata proof,
        bytes32 contentHash
    ) external pure returns (bytes32 gradesRoot, bytes32 hash) {
        gradesRoot = MerkleProof.processProofCalldata(proof, GradeLib.leafOf(chainId, vault, epoch, grade));
        hash = GradeLib.decisionHashOf(contentHash, gradesRoot);
    }

    function decisionHash(
        uint32 epoch,
        uint256[] calldata weights,
        Lane lane,
        bytes32 recordHash,
        uint40 validUntil
    ) external view returns (bytes32) {
        return DecisionHash.weights(epoch, weights, lane, recordHash, validUntil);
    }

    function basketDecisionHash(
        uint32 id,
        address[] calldata add,
        address[] calldata drop,
        bytes32 recordHash,
        uint40 validUntil
    ) external view returns (bytes32) {
        return DecisionHash.basket(id, add, drop, recordHash, validUntil);
    }
}
