// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MinPriceLib} from "../../contracts/libraries/MinPriceLib.sol";
import {Test} from "forge-std/Test.sol";

contract MinPriceLibTest is Test {
    function encode(uint256 price) external pure returns (uint24) {
        return MinPriceLib.encodeUp(price);
    }

    function testFuzz_NeverBelowAndAtMostOneStepAboveThePrice(uint128 seed, uint8 shift) external pure {
        uint256 price = uint256(seed) >> (shift % 128);
        vm.assume(price <= uint256(0xffff) << 112);
        uint24 encoded = MinPriceLib.encodeUp(price);
        uint256 decoded = MinPriceLib.decode(encoded);

        assertTrue(MinPriceLib.isValid(encoded), "encodes to a float that the registry refuses");
        assertGe(decoded, price, "below the price");
        // The mantissa has 16 bits unless it is exact, so one step is at most 1/32768 of the price.
        assertLe(decoded - price, price >> 15, "more than one step above the price");
    }

    function testFuzz_DecodedValuesKeepTheirValue(uint16 mantissa, uint8 exponent) external pure {
        exponent %= 113;
        uint24 encoded = (uint24(mantissa) << 8) | exponent;
        uint256 value = MinPriceLib.decode(encoded);

        assertEq(value, uint256(mantissa) * 2 ** exponent, "decodes to something else");
        assertEq(MinPriceLib.decode(MinPriceLib.encodeUp(value)), value, "changes when encoded again");
    }

    function testFuzz_RevertsWhenThePriceIsTooLarge(uint256 price) external {
        price = bound(price, (uint256(0xffff) << 112) + 1, type(uint256).max);
        vm.expectRevert(abi.encodeWithSignature("AssetRegistry_MinPriceInvalid(uint256)", price));
        this.encode(price);
    }

    function testFuzz_OnlyExponentsUpTo112AreValid(uint24 encoded) external pure {
        assertEq(MinPriceLib.isValid(encoded), uint8(encoded) <= 112);
    }
}
