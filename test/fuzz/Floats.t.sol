// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FloatPrice} from "../../contracts/libraries/FloatPrice.sol";
import {Units} from "../../contracts/libraries/Units.sol";
import {VaultStorage} from "../../contracts/types/VaultStorage.sol";
import {Test} from "forge-std/Test.sol";

contract FloatsTest is Test {
    VaultStorage private _s;

    function testFuzz_UnitsRoundDownByLessThanTwoToTheMinus75(uint160 seed, uint8 shift) external pure {
        uint256 value = uint256(seed) >> (shift % 160);
        uint256 decoded = Units.decode(Units.encode(value));

        assertEq(decoded, Units.round(value), "what is read is not what rounding promises");
        assertLe(decoded, value, "rounds up");
        if (value == 0) assertEq(decoded, 0);
        else assertLt((value - decoded) << 75, value, "loses 2^-75 of the value or more");
    }

    function testFuzz_UnitsFit84BitsAndKeepWhatWasRounded(uint160 value) external pure {
        uint256 encoded = Units.encode(value);
        uint256 rounded = Units.round(value);

        assertLe(encoded, Units.MASK, "spills into the next token");
        assertEq(Units.encode(rounded), encoded, "rounding twice differs");
        assertEq(Units.decode(encoded | (uint256(0xdead) << 84)), rounded, "reads the neighbour's bits");
    }

    function testFuzz_UnitsAreMonotone(uint160 a, uint160 b) external pure {
        (uint256 low, uint256 high) = a < b ? (a, b) : (b, a);
        assertLe(Units.round(low), Units.round(high));
    }

    function testFuzz_UnitsInStorageLeaveTheNeighboursAlone(uint160[128] calldata values, uint8 index) external {
        for (uint256 i; i < 128; ++i) Units.store(_s, i, values[i]);
        uint256 changed = index % 128;
        Units.store(_s, changed, 7);

        for (uint256 i; i < 128; ++i) {
            assertEq(Units.load(_s, i), i == changed ? 7 : Units.round(values[i]), "one of 128 units");
        }
    }

    function testFuzz_PricesRoundDownByLessThanTwoToTheMinus55(uint256 seed, uint8 shift) external pure {
        uint256 value = seed >> shift;
        uint256 decoded = FloatPrice.decode(FloatPrice.encode(value));

        assertLe(decoded, value, "rounds up");
        if (value == 0) assertEq(decoded, 0);
        else assertLt(value - decoded, (value >> 55) + 1, "loses 2^-55 of the value or more");
        assertEq(FloatPrice.decode(FloatPrice.encode(decoded)), decoded, "rounding twice differs");
    }

    function testFuzz_PricesAreMonotone(uint256 a, uint256 b) external pure {
        (uint256 low, uint256 high) = a < b ? (a, b) : (b, a);
        assertLe(FloatPrice.decode(FloatPrice.encode(low)), FloatPrice.decode(FloatPrice.encode(high)));
    }
}
