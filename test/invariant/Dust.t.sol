// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {DustHandler} from "./DustHandler.sol";

/// @title DustInvariantTest
/// @notice I-20.
contract DustInvariantTest is Test {
    DustHandler internal handler;

    function setUp() external {
        handler = new DustHandler();
        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), _actions()));
    }

    /// @notice I-20: dust that others delegate prices nobody out of locking, leaving, delegating and voting.
    /// hardhat-config: invariant.runs = 500
    /// hardhat-config: invariant.depth = 50
    function invariant_I20_dustPricesNobodyOut() external view {
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        bytes4[] memory actions = _actions();
        for (uint256 step; step < 400; ++step) {
            uint256 seed = uint256(keccak256(abi.encode("dust", step)));
            (bool worked, ) = address(handler).call(abi.encodePacked(actions[(seed >> 128) % actions.length], seed));
            assertTrue(worked, "an action of a handler reverted");
        }
        assertEq(handler.violation(), "", handler.violation());
        string[7] memory names = ["dust", "lock", "delegate", "turn", "exit", "readVotes", "withdraw"];
        for (uint256 k; k < names.length; ++k) {
            emit log_named_uint(names[k], handler.most(names[k]));
            assertGe(handler.times(names[k]), 3, string.concat("too few of: ", names[k]));
        }
    }

    function _actions() private view returns (bytes4[] memory list) {
        list = new bytes4[](7);
        list[0] = handler.dust.selector;
        list[1] = handler.lock.selector;
        list[2] = handler.delegate.selector;
        list[3] = handler.turn.selector;
        list[4] = handler.exit.selector;
        list[5] = handler.readVotes.selector;
        list[6] = handler.wait.selector;
    }
}
