// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

/// @title FloatPrice
/// @notice A price in 64 bits: 56-bit mantissa in the high bits, 8-bit binary exponent in the low bits. Rounds down by
/// less than 2^-55 of the value, so that a snapshot fits beside a weight in half a slot.
library FloatPrice {
    /// @dev value = mantissa << exponent, rounded down. 0 stays 0.
    function encode(uint256 value) internal pure returns (uint64) {
        if (value == 0) return 0;
        uint256 bits = FixedPointMathLib.log2(value) + 1;
        uint256 exponent = bits > 56 ? bits - 56 : 0;
        // The mantissa has at most 56 bits and the exponent at most 200, so both fit.
        return uint64(((value >> exponent) << 8) | exponent);
    }

    function decode(uint64 encoded) internal pure returns (uint256) {
        return uint256(encoded >> 8) << (encoded & 0xff);
    }
}
