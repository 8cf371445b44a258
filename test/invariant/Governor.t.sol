// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {GovernorHandler} from "./GovernorHandler.sol";

/// @title GovernorInvariantTest
/// @notice I-18.
contract GovernorInvariantTest is Test {
    GovernorHandler internal handler;

    function setUp() external {
        handler = new GovernorHandler();
        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), _actions()));
    }

    /// @notice I-18: weights, states and quorum.
    /// hardhat-config: invariant.runs = 500
    /// hardhat-config: invariant.depth = 50
    function invariant_I18_votesAreThoseOfTheSnapshotAndProposalsGoForwardOnly() external view {
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        bytes4[] memory actions = _actions();
        GovernorHandler[6] memory played;
        for (uint256 run; run < played.length; ++run) {
            vm.warp(1);
            played[run] = new GovernorHandler();
            for (uint256 step; step < 120; ++step) {
                uint256 seed = uint256(keccak256(abi.encode("governor", run, step)));
                (bool worked, ) = address(played[run]).call(
                    abi.encodePacked(actions[(seed >> 128) % actions.length], seed)
                );
                assertTrue(worked, "an action of a handler reverted");
            }
            assertEq(played[run].violation(), "", played[run].violation());
        }
        string[11] memory names = [
            "lock",
            "turn",
            "exit",
            "delegate",
            "propose",
            "vote",
            "queue",
            "execute",
            "changeFloor",
            "cancel",
            "wait"
        ];
        for (uint256 k; k < names.length; ++k) {
            uint256 sum;
            for (uint256 run; run < played.length; ++run) sum += played[run].times(names[k]);
            emit log_named_uint(names[k], sum);
            assertGe(sum, 2, string.concat("too few of: ", names[k]));
        }
    }

    /// @dev Votes and execution more often than the rest.
    function _actions() private view returns (bytes4[] memory list) {
        list = new bytes4[](15);
        list[0] = handler.lock.selector;
        list[1] = handler.exit.selector;
        list[2] = handler.delegate.selector;
        list[3] = handler.propose.selector;
        list[4] = handler.execute.selector;
        list[5] = handler.castVotes.selector;
        list[6] = handler.castVotes.selector;
        list[7] = handler.castVotes.selector;
        list[8] = handler.castVotes.selector;
        list[9] = handler.queue.selector;
        list[10] = handler.queue.selector;
        list[11] = handler.execute.selector;
        list[12] = handler.execute.selector;
        list[13] = handler.cancel.selector;
        list[14] = handler.wait.selector;
    }
}
