// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Errors} from "./Errors.sol";

/// @title MinPriceLib
/// @notice A feed's minimum answer as a 24-bit float: 16 bits of mantissa, then 8 bits of exponent to the base 2.
library MinPriceLib {
    /// @dev With a mantissa of 16 bits the value stays within 128 bits, the largest price there is.
    uint256 private constant MAX_EXPONENT = 112;

    /// @dev D27{USD/tok}, exact.
    function decode(uint24 encoded) internal pure returns (uint256) {
        return uint256(encoded >> 8) << (encoded & 0xff);
    }

    /// @dev Smallest float at or above `price`, so that the warning comes rather too early than too late.
    /// @param price D27{USD/tok}
    function encodeUp(uint256 price) internal pure returns (uint24) {
        uint256 mantissa = price;
        uint256 exponent;
        while (mantissa > type(uint16).max) {
            ++exponent;
            // ceil(price / 2^exponent); the loop ends at or before exponent 241
            mantissa = (price >> exponent) + (price & ((1 << exponent) - 1) == 0 ? 0 : 1);
        }
        require(exponent <= MAX_EXPONENT, Errors.AssetRegistry_MinPriceInvalid(price));
        // 16 + 8 bits
        return uint24((mantissa << 8) | exponent);
    }

    /// @dev Whether the exponent is one that `encodeUp` can give.
    function isValid(uint24 encoded) internal pure returns (bool) {
        return encoded & 0xff <= MAX_EXPONENT;
    }
}
