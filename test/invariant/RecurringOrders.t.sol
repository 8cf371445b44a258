// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {RecurringOrdersHandler} from "./RecurringOrdersHandler.sol";

/// @title RecurringOrdersInvariantTest
/// @notice An order once a period, for what its owner allowed; nothing stays behind; a cancelled plan is dead.
contract RecurringOrdersInvariantTest is Test {
    RecurringOrdersHandler internal handler;

    function setUp() external {
        handler = new RecurringOrdersHandler();
        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), _actions()));
    }

    /// @notice Checked in every action.
    function invariant_recurringOrdersTakeWhatWasAllowedOnceAPeriod() external view {
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        bytes4[] memory actions = _actions();
        RecurringOrdersHandler[6] memory played;
        for (uint256 run; run < played.length; ++run) {
            played[run] = new RecurringOrdersHandler();
            for (uint256 step; step < 150; ++step) {
                uint256 seed = uint256(keccak256(abi.encode("recurring", run, step)));
                (bool worked, ) = address(played[run]).call(
                    abi.encodePacked(actions[(seed >> 128) % actions.length], seed)
                );
                assertTrue(worked, "an action of a handler reverted");
            }
            assertEq(played[run].violation(), "", played[run].violation());
        }
        string[14] memory names = [
            "create",
            "cancel",
            "cancelDue",
            "deposit",
            "withdrawSum",
            "withdrawPart",
            "refuse",
            "skip",
            "tip",
            "complete",
            "executeMany",
            "perform",
            "requestDeposits",
            "claim"
        ];
        for (uint256 k; k < names.length; ++k) {
            uint256 sum;
            for (uint256 run; run < played.length; ++run) sum += played[run].times(names[k]);
            emit log_named_uint(names[k], sum);
            assertGe(sum, 2, string.concat("too few of: ", names[k]));
        }
    }

    function _actions() private view returns (bytes4[] memory list) {
        list = new bytes4[](12);
        list[0] = handler.create.selector;
        list[1] = handler.create.selector;
        list[2] = handler.cancel.selector;
        list[3] = handler.execute.selector;
        list[4] = handler.execute.selector;
        list[5] = handler.execute.selector;
        list[6] = handler.executeMany.selector;
        list[7] = handler.perform.selector;
        list[8] = handler.requestDeposits.selector;
        list[9] = handler.changePurse.selector;
        list[10] = handler.claim.selector;
        list[11] = handler.donate.selector;
    }
}
