// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Amounts} from "../../types/ServiceTypes.sol";

/// @title PoolLib
/// @notice Arithmetic of what is kept for owners of assets.
/// @dev What a pool holds for one credit only falls by rounding and by use: every part is rounded up as it leaves.
library PoolLib {
    using SafeCast for uint256;

    uint256 internal constant BPS = 10_000;

    /// @dev What `units` of `outstanding` earn: pool {raw} * units / outstanding, rounded up; all for the last one.
    /// A part of a uint128 fits it.
    function partUp(Amounts memory pool, uint256 units, uint256 outstanding) internal pure returns (Amounts memory) {
        return
            Amounts(
                uint128(Math.ceilDiv(pool.usdc * units, outstanding)),
                uint128(Math.ceilDiv(pool.gim * units, outstanding))
            );
    }

    /// @dev What is kept of a sale: the share of its cost, as far as the cost is due to the basis.
    /// kept {raw} = cost {raw} * basis {raw} * share {bps} / (price {raw} * 10,000). Below 2^(144 + 96 + 12).
    function keptDown(uint256 cost, uint256 price, uint256 basis, uint256 shareBps) internal pure returns (uint128) {
        return ((cost * basis * shareBps) / (price * BPS)).toUint128();
    }

    /// @dev Basis after a price was set, and what stays in the pool. A price of 0 sells nothing, so it changes nothing.
    /// pool {raw} * price {raw} / basis {raw}, of values below 2^128 and 2^96, and the result is less than the pool.
    function rebase(
        uint128 pool,
        uint128 basis,
        uint128 price,
        bool held
    ) internal pure returns (uint128 newPool, uint128 newBasis) {
        if (price == 0 || (held && basis != 0 && price >= basis)) return (pool, basis);
        if (!held || basis == 0) return (pool, price);
        return (uint128((uint256(pool) * price) / basis), price);
    }

    function plus(Amounts memory a, Amounts memory b) internal pure returns (Amounts memory) {
        return Amounts(a.usdc + b.usdc, a.gim + b.gim);
    }

    function minus(Amounts memory a, Amounts memory b) internal pure returns (Amounts memory) {
        return Amounts(a.usdc - b.usdc, a.gim - b.gim);
    }
}
