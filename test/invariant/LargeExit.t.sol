// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {LargeExitHandler} from "./LargeExitHandler.sol";

/// @title LargeExitInvariantTest
/// @notice INV-06 with 128 tokens.
contract LargeExitInvariantTest is Test {
    LargeExitHandler internal handler;

    function setUp() external {
        handler = new LargeExitHandler();
        bytes4[] memory actions = new bytes4[](6);
        actions[0] = handler.scramble.selector;
        actions[1] = handler.shrink.selector;
        actions[2] = handler.redeemInOneTransaction.selector;
        actions[3] = handler.redeemWithLittleGas.selector;
        actions[4] = handler.redeem.selector;
        actions[5] = handler.claim.selector;
        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), actions));
    }

    /// hardhat-config: invariant.runs = 8
    /// hardhat-config: invariant.depth = 25
    function invariant_INV06_128HostileTokensDoNotStopAnExit() external view {
        assertEq(handler.unsolvent(), address(0), "INV-01: balance >= ceil(units * A) + claims for every basket token");
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice The worst case: all 128 tokens may shrink and burn all gas, in balance reads too.
    function test_S70_128TokensThatBurnAllGasLeaveInOneTransaction() external {
        handler.burnEverything();
        handler.redeemInOneTransaction(1);
        assertEq(handler.violation(), "", handler.violation());
        assertEq(handler.times("redeemInOneTransaction"), 1);
    }
}
