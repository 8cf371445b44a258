// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ShareMath} from "../../contracts/libraries/ShareMath.sol";
import {VaultMath} from "../../contracts/libraries/VaultMath.sol";
import {Test} from "forge-std/Test.sol";

contract VaultArithmeticTest is Test {
    function testFuzz_AmountsAreFloorAndCeilingOfTheSameProduct(uint128 units, uint112 a, uint8 d) external pure {
        uint8 decimals = d % 37;
        uint256 product = uint256(units) * a;
        uint256 scale = 10 ** (72 - uint256(decimals));
        uint256 down = ShareMath.toRawDown(units, a, decimals);

        assertEq(down, product / scale, "floor");
        assertEq(ShareMath.toRawUp(units, a, decimals), down + (product % scale == 0 ? 0 : 1), "ceiling");
    }

    function testFuzz_UnitsAreFloorAndCeilingToo(uint64 raw, uint128 seed, uint8 d) external pure {
        uint8 decimals = uint8(bound(d, 18, 36)); // so that the product fits 256 bits
        uint256 aggregate = uint256(seed) + 1;
        uint256 product = uint256(raw) * 10 ** (72 - uint256(decimals));
        uint256 down = ShareMath.toUnitsDown(raw, aggregate, decimals);

        assertEq(down, product / aggregate, "floor");
        assertEq(ShareMath.toUnitsUp(raw, aggregate, decimals), down + (product % aggregate == 0 ? 0 : 1), "ceiling");
    }

    function testFuzz_MintingThenRedeemingNeverPays(uint128 units, uint112 part, uint8 d) external pure {
        uint8 decimals = d % 37;
        assertLe(ShareMath.toRawDown(units, part, decimals), ShareMath.toRawUp(units, part, decimals));
    }

    function testFuzz_CreditedUnitsAreCoveredByWhatArrived(uint96 raw, uint128 seed, uint8 d) external pure {
        uint8 decimals = d % 37;
        uint256 aggregate = bound(seed, 1e27, type(uint128).max);
        uint256 units = ShareMath.toUnitsDown(raw, aggregate, decimals);
        assertLe(ShareMath.toRawUp(units, aggregate, decimals), raw, "credits more than it received");
        uint256 taken = ShareMath.toUnitsUp(raw, aggregate, decimals);
        assertGe(ShareMath.toRawDown(taken, aggregate, decimals), raw, "takes off less than it sent");
    }

    /// @dev Prices from $1e-10 to $100,000, amounts of 64 bits, up to 24 decimals: the products below fit 256 bits.
    struct Pair {
        uint256 priceSell;
        uint256 priceBuy;
        uint256 factor;
        uint8 decimalsSell;
        uint8 decimalsBuy;
    }

    function testFuzz_AFillerNeverPaysLessThanThePrice(uint64 sold, Pair memory p) external pure {
        _bound(p);
        uint256 paid = VaultMath.payFor(sold, p.priceSell, p.decimalsSell, p.priceBuy, p.decimalsBuy, p.factor);
        assertTrue(_covers(p, paid, sold), "paid less than the price");
    }

    function testFuzz_WhatAPaymentBuysIsNeverWorthMore(uint64 paid, Pair memory p) external pure {
        _bound(p);
        uint256 sold = VaultMath.soldFor(paid, p.priceSell, p.decimalsSell, p.priceBuy, p.decimalsBuy, p.factor);
        uint256 cost = VaultMath.payFor(sold, p.priceSell, p.decimalsSell, p.priceBuy, p.decimalsBuy, p.factor);
        assertTrue(_covers(p, paid, sold), "got more than the payment is worth");
        assertLe(cost, paid, "costs more than what it was bought for");
    }

    function testFuzz_ValuesAreFloorAndCeiling(uint96 raw, uint112 price, uint8 d) external pure {
        uint8 decimals = d % 37;
        uint256 product = uint256(raw) * price;
        uint256 scale = 10 ** (uint256(decimals) + 9);
        uint256 down = VaultMath.toUsdDown(raw, price, decimals);
        assertEq(down, product / scale, "floor");
        assertEq(VaultMath.toUsdUp(raw, price, decimals), down + (product % scale == 0 ? 0 : 1), "ceiling");
        if (price != 0) assertLe(VaultMath.toRaw(down, price, decimals), raw, "turns into more than it was");
    }

    function _bound(Pair memory p) private pure {
        p.priceSell = bound(p.priceSell, 1e17, 1e32);
        p.priceBuy = bound(p.priceBuy, 1e17, 1e32);
        p.factor = bound(p.factor, 0.9e18, 1.1e18);
        p.decimalsSell %= 25;
        p.decimalsBuy %= 25;
    }

    /// @dev paid * priceBuy * 10^ds * 1e18 >= sold * priceSell * 10^db * factor, in 512 bits.
    function _covers(Pair memory p, uint256 paid, uint256 sold) private pure returns (bool) {
        (uint256 inHigh, uint256 inLow) = Math.mul512(paid * p.priceBuy, 10 ** uint256(p.decimalsSell) * 1e18);
        (uint256 outHigh, uint256 outLow) = Math.mul512(sold * p.priceSell, 10 ** uint256(p.decimalsBuy) * p.factor);
        return inHigh > outHigh || (inHigh == outHigh && inLow >= outLow);
    }
}
