// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {ChaosHandler} from "./ChaosHandler.sol";

/// @title ChaosInvariantTest
/// @notice INV-01, 02, 04, 05, 06, 08 and 09 with a thief and hostile tokens at the same time.
contract ChaosInvariantTest is Test {
    ChaosHandler internal handler;

    function setUp() external {
        handler = new ChaosHandler();
        targetContract(address(handler));
    }

    function invariant_INV01_INV09_booksHoldWhateverHappens() external view {
        if (!handler.isBuilt()) return;
        assertEq(handler.violation(), "", handler.violation());
        assertEq(handler.unsolvent(), address(0), "INV-01: balance >= ceil(units * A) + claims for every basket token");
        assertTrue(handler.supplyIsExact(), "INV-02: A, balances and fee shares agree exactly, dead shares stay");
        assertEq(handler.turnoverBeyondFigure(), 0, "INV-04: turnover per share in any 7 days <= its figure");
        assertEq(handler.reentries(), 0, "INV-09: no call out of a token's transfer changes or prices the vault");
    }
}
