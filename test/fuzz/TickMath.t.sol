// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TickMath} from "../../contracts/libraries/TickMath.sol";
import {TwapLib} from "../../contracts/libraries/TwapLib.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Test} from "forge-std/Test.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

contract TickMathTest is Test {
    int256 private constant MAX_TICK = 887_272;
    uint256 private constant ONE = 1e27;

    /// @dev Within 1e-9 of each other.
    function assertNear(uint256 actual, uint256 expected, string memory reason) private pure {
        uint256 distance = actual > expected ? actual - expected : expected - actual;
        assertLe(distance, expected / 1e9 + 1, reason);
    }

    function test_HasTheValuesOfUniswapAtTheEndsAndInTheMiddle() external pure {
        assertEq(TickMath.sqrtRatioAtTick(-MAX_TICK), 4295128739);
        assertEq(TickMath.sqrtRatioAtTick(MAX_TICK), 1461446703485210103287273052203988822378723970342);
        assertEq(TickMath.sqrtRatioAtTick(0), 2 ** 96);
        assertEq(TickMath.sqrtRatioAtTick(1), 79232123823359799118286999568);
        assertEq(TickMath.sqrtRatioAtTick(-1), 79224201403219477170569942574);
        assertEq(TickMath.sqrtRatioAtTick(50), 79426470787362580746886972461);
        assertEq(TickMath.sqrtRatioAtTick(-250000), 295440463448801648376846);
    }

    /// @dev The smallest amount whose conversion needs a 257th bit, and the largest that does not.
    function test_ConversionIsZeroFromTheFirstAmountThatDoesNotFit() external pure {
        uint256 ratio = TickMath.sqrtRatioAtTick(-MAX_TICK) ** 2; // Q64.192
        assertEq(TwapLib.convert(-MAX_TICK, ratio << 64, false), 0);
        assertGt(TwapLib.convert(-MAX_TICK, (ratio << 64) - 1, false), type(uint256).max - 2 ** 193);
    }

    /// @dev Ticks below 2^18 against powers of 1.0001 by another library: one factor each of 18 of the 20 bits.
    function testFuzz_IsTheRootOfAPowerOfOnePointZeroZeroZeroOne(uint256 seed) external pure {
        uint256 tick = seed % 200_000;
        uint256 power = FixedPointMathLib.rpow(10001 * 1e23, tick, ONE); // D27{1}
        uint256 root = TickMath.sqrtRatioAtTick(int256(tick));
        assertNear(Math.mulDiv(root, root, 2 ** 96), Math.mulDiv(power, 2 ** 96, ONE), "not the power");
    }

    /// @dev Carries the proof above over to the highest bits and to negative ticks.
    function testFuzz_AddingTicksMultipliesRatios(int256 a, int256 b) external pure {
        a = bound(a, -MAX_TICK / 2, MAX_TICK / 2);
        b = bound(b, -MAX_TICK / 2, MAX_TICK / 2);
        vm.assume(a + b > -300_000); // below, the ratio has too few bits to compare
        uint256 product = Math.mulDiv(TickMath.sqrtRatioAtTick(a), TickMath.sqrtRatioAtTick(b), 2 ** 96);
        vm.assume(TickMath.sqrtRatioAtTick(a) > 2 ** 60 && TickMath.sqrtRatioAtTick(b) > 2 ** 60);
        assertNear(product, TickMath.sqrtRatioAtTick(a + b), "not the product");
    }

    function testFuzz_RisesWithTheTick(int256 tick) external pure {
        tick = bound(tick, -MAX_TICK, MAX_TICK - 1);
        assertLt(TickMath.sqrtRatioAtTick(tick), TickMath.sqrtRatioAtTick(tick + 1));
    }

    function testFuzz_ConversionsNeverRevertAndAreZeroOnlyWhenTheyMustBe(
        int256 tick,
        uint256 amount,
        bool zeroForOne
    ) external pure {
        tick = bound(tick, -MAX_TICK, MAX_TICK);
        uint256 converted = TwapLib.convert(tick, amount, zeroForOne);
        // A ratio r of at most 2^128 takes the amount beyond 256 bits, or below one.
        uint256 root = TickMath.sqrtRatioAtTick(tick);
        bool up = zeroForOne == (root >= 2 ** 96);
        if (up && amount != 0 && amount < 2 ** 127) assertGe(converted + 1, amount, "fell although it must rise");
        if (!up) assertLe(converted, amount, "rose although it must fall");
    }

    function testFuzz_ConvertingThereAndBackLosesNearlyNothing(int256 tick, uint256 amount) external pure {
        tick = bound(tick, -400_000, 400_000);
        amount = bound(amount, 2 ** 100, 2 ** 160);
        uint256 there = TwapLib.convert(tick, amount, true);
        assertNear(TwapLib.convert(tick, there, false), amount, "lost on the way");
        uint256 back = TwapLib.convert(tick, amount, false);
        assertNear(TwapLib.convert(tick, back, true), amount, "lost on the way back");
    }
}
