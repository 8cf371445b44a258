// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {FeedLib} from "./FeedLib.sol";
import {TickMath} from "./TickMath.sol";

/// @title TwapLib
/// @notice Reads time-weighted prices of Uniswap V3 pools. Nothing here reverts, whatever the pool does.
library TwapLib {
    /// @dev Arithmetic mean tick of `pool` over the last `window` seconds, rounded down as Uniswap's OracleLibrary
    /// does.
    /// @param window {s}, not 0.
    function meanTick(address pool, uint256 window) internal view returns (bool known, int256 tick) {
        uint256 maxTick = TickMath.MAX_TICK;
        uint256 gasCap = FeedLib.GAS;
        bool answered;
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, shl(224, 0x883bdbfd)) // observe(uint32[])
            mstore(add(data, 0x04), 0x20)
            mstore(add(data, 0x24), 2)
            mstore(add(data, 0x44), window)
            mstore(add(data, 0x64), 0)
            answered := and(gt(returndatasize(), 0x9f), staticcall(gasCap, pool, data, 0x84, data, 0xa0))
            // int56[2] first in the answer, at its usual place
            known := and(answered, and(eq(mload(data), 0x40), eq(mload(add(data, 0x40)), 2)))
            // The accumulators are int56 and wrap: only their difference modulo 2^56 means something.
            let delta := signextend(6, sub(mload(add(data, 0x80)), mload(add(data, 0x60))))
            tick := sub(sdiv(delta, window), slt(smod(delta, window), 0))
            known := and(known, iszero(gt(add(tick, maxTick), mul(maxTick, 2))))
        }
        if (!answered) FeedLib.requireGas(gasCap);
    }

    /// @dev The other token of a pool, 0 when `token` is in none of its places.
    function counterpart(address pool, address token) internal view returns (address) {
        address token0 = _readAddress(pool, 0x0dfe1681); // token0()
        address token1 = _readAddress(pool, 0xd21220a7); // token1()
        if (token0 == token) return token1;
        return token1 == token ? token0 : address(0);
    }

    /// @dev `amount` of one token in units of the other at `tick`; 0 when the result does not fit 256 bits.
    /// @param tick log base 1.0001 of {raw token1/raw token0}, |tick| <= MAX_TICK.
    /// @param zeroForOne whether `amount` is of token0.
    function convert(int256 tick, uint256 amount, bool zeroForOne) internal pure returns (uint256) {
        uint256 root = TickMath.sqrtRatioAtTick(tick); // Q64.96
        // The square is kept at 192 fractional bits when it fits (root < 2^128), at 128 when it does not.
        (uint256 ratio, uint256 one) = root <= type(uint128).max
            ? (root * root, 1 << 192)
            : (Math.mulDiv(root, root, 1 << 64), 1 << 128);
        (uint256 numerator, uint256 denominator) = zeroForOne ? (ratio, one) : (one, ratio);

        (uint256 high, ) = Math.mul512(amount, numerator);
        return high < denominator ? Math.mulDiv(amount, numerator, denominator) : 0;
    }

    /// @dev Answer of a getter without arguments, 0 when it fails or is no address.
    function _readAddress(address target, uint256 selector) private view returns (address result) {
        uint256 gasCap = FeedLib.GAS;
        bool answered;
        assembly ("memory-safe") {
            mstore(0, selector)
            answered := and(gt(returndatasize(), 0x1f), staticcall(gasCap, target, 0x1c, 0x04, 0, 0x20))
            if answered {
                if iszero(shr(160, mload(0))) {
                    result := mload(0)
                }
            }
        }
        if (!answered) FeedLib.requireGas(gasCap);
    }
}
