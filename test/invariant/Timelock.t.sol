// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {TimelockHandler} from "./TimelockHandler.sol";

/// @title TimelockInvariantTest
/// @notice I-19.
contract TimelockInvariantTest is Test {
    TimelockHandler internal handler;

    function setUp() external {
        handler = new TimelockHandler();
        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), _actions()));
    }

    /// @notice Whatever was said of roles and delay after each action; the whole table at the end of each run.
    /// hardhat-config: invariant.runs = 500
    /// hardhat-config: invariant.depth = 50
    function invariant_I19_theTimelocksRolesAreConstant() external view {
        assertEq(handler.violation(), "", handler.violation());
    }

    function afterInvariant() external {
        handler.checkTable();
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        bytes4[] memory actions = _actions();
        TimelockHandler[6] memory played;
        for (uint256 run; run < played.length; ++run) {
            played[run] = new TimelockHandler();
            for (uint256 step; step < 120; ++step) {
                uint256 seed = uint256(keccak256(abi.encode("timelock", run, step)));
                (bool worked, ) = address(played[run]).call(
                    abi.encodePacked(actions[(seed >> 128) % actions.length], seed)
                );
                assertTrue(worked, "an action of a handler reverted");
            }
            played[run].checkTable();
            assertEq(played[run].violation(), "", played[run].violation());
        }
        string[16] memory names = [
            "propose",
            "proposeRoles",
            "vote",
            "queue",
            "execute",
            "executeDirectly",
            "cancel",
            "proposeQuietly",
            "proposeQuietlyHostile",
            "veto",
            "queueQuietly",
            "executeQuietly",
            "cancelQuietly",
            "knock",
            "completeAgain",
            "wait"
        ];
        for (uint256 k; k < names.length; ++k) {
            uint256 sum;
            for (uint256 run; run < played.length; ++run) sum += played[run].times(names[k]);
            emit log_named_uint(names[k], sum);
            assertGe(sum, 2, string.concat("too few of: ", names[k]));
        }
    }

    function _actions() private view returns (bytes4[] memory list) {
        list = new bytes4[](13);
        list[0] = handler.propose.selector;
        list[1] = handler.vote.selector;
        list[2] = handler.queue.selector;
        list[3] = handler.execute.selector;
        list[4] = handler.cancel.selector;
        list[5] = handler.proposeQuietly.selector;
        list[6] = handler.proposeQuietlyAtTheTimelock.selector;
        list[7] = handler.pushQuietly.selector;
        list[8] = handler.knock.selector;
        list[9] = handler.completeAgain.selector;
        list[10] = handler.wait.selector;
        list[11] = handler.pass.selector;
        list[12] = handler.pushQuietly.selector;
    }
}
