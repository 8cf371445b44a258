// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {VaultStorage} from "../types/VaultStorage.sol";

/// @title Units
/// @notice Units per share D27{tok/share at multiplier 1} in 84 bits, three tokens a slot: 76-bit mantissa in the high
/// bits, 8-bit binary exponent in the low bits.
/// @dev Every stored value is rounded down to 76 bits, less than 2^-75 of it: 22 significant digits for a token of
/// $100,000 as for one of $0.000001. What rounding leaves in the vault is a surplus of everybody.
library Units {
    uint256 internal constant BITS = 84;
    uint256 internal constant MASK = (1 << BITS) - 1;
    uint256 internal constant MAX = type(uint160).max; // D27{tok/share}

    /// @dev Rounds down to what can be stored.
    function round(uint256 value) internal pure returns (uint256) {
        uint256 exponent = _exponent(value);
        return (value >> exponent) << exponent;
    }

    function encode(uint256 value) internal pure returns (uint256) {
        uint256 exponent = _exponent(value);
        return ((value >> exponent) << 8) | exponent;
    }

    /// @dev Decodes the lowest 84 bits of a word.
    function decode(uint256 word) internal pure returns (uint256) {
        return ((word & MASK) >> 8) << (word & 0xff);
    }

    /// @dev Units of token i.
    function load(VaultStorage storage s, uint256 i) internal view returns (uint256) {
        return decode(s.units[i / 3] >> ((i % 3) * BITS));
    }

    /// @dev Stores `value` rounded down. Callers make sure that it is at most `MAX`.
    function store(VaultStorage storage s, uint256 i, uint256 value) internal {
        uint256 shift = (i % 3) * BITS;
        uint256 word = s.units[i / 3];
        s.units[i / 3] = (word & ~(MASK << shift)) | (encode(value) << shift);
    }

    function _exponent(uint256 value) private pure returns (uint256) {
        if (value >> 76 == 0) return 0;
        return FixedPointMathLib.log2(value) - 75;
    }
}
