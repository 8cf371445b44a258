// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {VaultStorage} from "../types/VaultStorage.sol";
import {Epoch, Target} from "../types/VaultTypes.sol";
import {FloatPrice} from "./FloatPrice.sol";
import {Units} from "./Units.sol";

/// @title TargetLib
/// @notice Target records (weight, snapshot price, feed tag, freeze), two a slot, and the target units they imply.
/// @dev Target units are computed, not stored: target = navUnit * weight / tradable weight / snapshot price.
library TargetLib {
    uint8 internal constant NOT_SOLD = 1;
    uint8 internal constant NOT_BOUGHT = 2;
    uint8 internal constant FROZEN = 3;

    function get(VaultStorage storage s, uint256 i) internal view returns (Target memory) {
        return unpack(recordOf(s, i));
    }

    /// @dev Packed record of token i.
    function recordOf(VaultStorage storage s, uint256 i) internal view returns (uint256) {
        return (s.targets[i >> 1] >> ((i & 1) << 7)) & type(uint128).max;
    }

    function setRecord(VaultStorage storage s, uint256 i, uint256 record) internal {
        uint256 shift = (i & 1) << 7;
        uint256 word = s.targets[i >> 1];
        s.targets[i >> 1] = (word & ~(uint256(type(uint128).max) << shift)) | (record << shift);
    }

    function weightOf(uint256 record) internal pure returns (uint256) {
        return record & 0xffff;
    }

    function withWeight(uint256 record, uint256 weight) internal pure returns (uint256) {
        return (record & ~uint256(0xffff)) | weight;
    }

    function priceOf(uint256 record) internal pure returns (uint64) {
        return uint64(record >> 16);
    }

    function feedTagOf(uint256 record) internal pure returns (uint40) {
        return uint40(record >> 80);
    }

    function freezeOf(uint256 record) internal pure returns (uint8) {
        return uint8(record >> 120);
    }

    /// @dev weight 16 bits | price 64 | feed tag 40 | freeze 8, from the lowest bit.
    function pack(Target memory t) internal pure returns (uint256) {
        return
            uint256(t.weightBps) | (uint256(t.price) << 16) | (uint256(t.feedTag) << 80) | (uint256(t.freeze) << 120);
    }

    function unpack(uint256 word) internal pure returns (Target memory t) {
        t.weightBps = uint16(word);
        t.price = uint64(word >> 16);
        t.feedTag = uint40(word >> 80);
        t.freeze = uint8(word >> 120);
    }

    /// @dev D27{tok/share at multiplier 1} that the token should have. A token frozen for one side is only moved to the
    /// other.
    function targetUnits(Epoch storage e, Target memory t, uint256 units) internal view returns (uint256 target) {
        if (t.freeze == FROZEN || t.price == 0 || e.tradableBps == 0 || e.cancelled) return units;
        // D27{tok/share} = D18{USD/share} * {bps} / {bps} * 1e36 / D27{USD/tok}; navUnit * weight < 2^126
        // Rounded to what can be stored, so that a fill never ends on the other side of it.
        target = Units.round(
            FixedPointMathLib.fullMulDiv(
                uint256(e.navUnit) * t.weightBps,
                1e36,
                FloatPrice.decode(t.price) * e.tradableBps
            )
        );
        if (t.freeze & NOT_SOLD != 0 && target < units) return units;
        if (t.freeze & NOT_BOUGHT != 0 && target > units) return units;
    }

    /// @dev D18{USD/share at multiplier 1} = D27{tok/share} * D27{USD/tok} / 1e36
    function value(uint256 units, uint256 price) internal pure returns (uint256) {
        return FixedPointMathLib.fullMulDiv(units, price, 1e36);
    }

    /// @dev D18{USD} of the whole vault = D18{USD/share} * D27{share wei} / 1e45
    function navTotal(VaultStorage storage s) internal view returns (uint256) {
        return FixedPointMathLib.fullMulDiv(s.epoch.navUnit, s.aggregate, 1e45);
    }
}
