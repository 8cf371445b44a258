// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {VaultStorage} from "../types/VaultStorage.sol";

/// @title ShareMath
/// @notice Shares, fees and units. One integer A (the aggregate) and one multiplier m(t) describe supply and fees
/// together:
///   supply including fee shares = A / m(t)          m(t) = m0 * exp(-rate * (t - t0))
///   liability in token i        = units[i] * A      constant in time, so that accrual writes nothing
/// Units are D27{tok/share at multiplier 1}, A is D27{share wei}, so raw = units * A * 10^decimals / 10^72.
library ShareMath {
    using FixedPointMathLib for uint256;

    uint256 internal constant ONE = 1e27; // D27{1}

    /// @dev m(now). Depends on nothing but the clock, so fees do not depend on who calls when.
    function multiplier(VaultStorage storage s) internal view returns (uint256) {
        uint256 elapsed = block.timestamp - s.checkpointAt;
        if (elapsed == 0 || s.streamingRate == 0) return s.checkpointMultiplier;
        // rate < 2^31 and elapsed < 2^40, so the product fits; exp(-x) lies in (0, 1e18].
        uint256 decay = uint256(FixedPointMathLib.expWad(-int256(uint256(s.streamingRate) * elapsed)));
        return (uint256(s.checkpointMultiplier) * decay) / 1e18;
    }

    /// @dev {1} what units * aggregate is divided by to get raw tokens: 10^(72 - decimals).
    function scale(uint8 decimals) internal pure returns (uint256) {
        unchecked {
            return 10 ** (72 - uint256(decimals)); // the registry admits at most 36 decimals
        }
    }

    /// @dev {raw tokens} = D27{tok/share} * D27{share wei} / 10^(72 - decimals)
    function toRawDown(uint256 units, uint256 aggregate, uint8 decimals) internal pure returns (uint256) {
        return units.fullMulDiv(aggregate, scale(decimals));
    }

    function toRawUp(uint256 units, uint256 aggregate, uint8 decimals) internal pure returns (uint256) {
        return units.fullMulDivUp(aggregate, scale(decimals));
    }

    /// @dev D27{tok/share} = {raw tokens} * 10^(72 - decimals) / D27{share wei}
    function toUnitsDown(uint256 raw, uint256 aggregate, uint8 decimals) internal pure returns (uint256) {
        return raw.fullMulDiv(scale(decimals), aggregate);
    }

    function toUnitsUp(uint256 raw, uint256 aggregate, uint8 decimals) internal pure returns (uint256) {
        return raw.fullMulDivUp(scale(decimals), aggregate);
    }
}
