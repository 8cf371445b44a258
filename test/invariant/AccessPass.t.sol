// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {AccessPassHandler} from "./AccessPassHandler.sol";

/// @title AccessPassInvariantTest
/// @notice I-23.
contract AccessPassInvariantTest is Test {
    AccessPassHandler internal handler;

    function setUp() external {
        handler = new AccessPassHandler();
        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), _actions()));
    }

    /// @notice Checked in every action.
    /// hardhat-config: invariant.runs = 200
    /// hardhat-config: invariant.depth = 50
    function invariant_I23_creditsAndTheirMoneyAddUp() external view {
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        bytes4[] memory actions = _actions();
        AccessPassHandler[4] memory played;
        for (uint256 run; run < played.length; ++run) {
            played[run] = new AccessPassHandler();
            for (uint256 step; step < 100; ++step) {
                uint256 seed = uint256(keccak256(abi.encode("pass", run, step)));
                (bool worked, ) = address(played[run]).call(
                    abi.encodePacked(actions[(seed >> 128) % actions.length], seed)
                );
                assertTrue(worked, "an action of a handler reverted");
            }
            assertEq(played[run].violation(), "", played[run].violation());
        }
        string[16] memory names = [
            "buy",
            "transfer",
            "load",
            "requestUnload",
            "unload",
            "startTrial",
            "expireTrial",
            "setKey",
            "sign",
            "settle",
            "skip",
            "cancel",
            "claim",
            "flush",
            "setTerms",
            "donate"
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
        list[0] = handler.buy.selector;
        list[1] = handler.transfer.selector;
        list[2] = handler.load.selector;
        list[3] = handler.requestUnload.selector;
        list[4] = handler.unload.selector;
        list[5] = handler.trial.selector;
        list[6] = handler.setKey.selector;
        list[7] = handler.sign.selector;
        list[8] = handler.settle.selector;
        list[9] = handler.cancel.selector;
        list[10] = handler.claim.selector;
        list[11] = handler.setTerms.selector;
        list[12] = handler.donate.selector;
    }
}
