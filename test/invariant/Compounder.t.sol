// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {CompounderHandler} from "./CompounderHandler.sol";

/// @title CompounderInvariantTest
/// @notice I-15.
contract CompounderInvariantTest is Test {
    CompounderHandler internal handler;

    function setUp() external {
        handler = new CompounderHandler();
        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), _actions()));
    }

    /// @notice I-15 holds after each call.
    /// hardhat-config: invariant.runs = 500
    /// hardhat-config: invariant.depth = 50
    function invariant_I15_compoundingNeverShortensALockAndKeepsNothing() external view {
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        bytes4[] memory actions = _actions();
        CompounderHandler[4] memory played;
        for (uint256 run; run < played.length; ++run) {
            played[run] = new CompounderHandler();
            for (uint256 step; step < 100; ++step) {
                uint256 seed = uint256(keccak256(abi.encode("compounder", run, step)));
                (bool worked, ) = address(played[run]).call(
                    abi.encodePacked(actions[(seed >> 128) % actions.length], seed)
                );
                assertTrue(worked, "an action of a handler reverted");
            }
            assertEq(played[run].violation(), "", played[run].violation());
        }
        string[11] memory names = [
            "lock",
            "setPermanent",
            "leave",
            "choose",
            "pay",
            "donate",
            "compound",
            "compoundSome",
            "compoundBoth",
            "topUp",
            "paidOutInstead"
        ];
        for (uint256 k; k < names.length; ++k) {
            uint256 sum;
            for (uint256 run; run < played.length; ++run) sum += played[run].times(names[k]);
            emit log_named_uint(names[k], sum);
            assertGe(sum, 1, string.concat("too few of: ", names[k]));
        }
    }

    function _actions() private view returns (bytes4[] memory list) {
        list = new bytes4[](11);
        list[0] = handler.lock.selector;
        list[1] = handler.lock.selector;
        list[2] = handler.setPermanent.selector;
        list[3] = handler.exit.selector;
        list[4] = handler.choose.selector;
        list[5] = handler.choose.selector;
        list[6] = handler.pay.selector;
        list[7] = handler.donate.selector;
        list[8] = handler.compound.selector;
        list[9] = handler.compound.selector;
        list[10] = handler.compoundMany.selector;
    }
}
