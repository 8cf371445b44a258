// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {SaleRoundHandler} from "./SaleRoundHandler.sol";

/// @title SaleRoundInvariantTest
/// @notice I-17.
contract SaleRoundInvariantTest is Test {
    SaleRoundHandler internal handler;

    function setUp() external {
        handler = new SaleRoundHandler();
        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), _actions()));
    }

    /// @notice Checked in every action, for the sale as it stands.
    /// hardhat-config: invariant.runs = 500
    /// hardhat-config: invariant.depth = 50
    function invariant_I17_aSaleOwesNothingThatItDoesNotHave() external view {
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice At the end of each run: the sale that is on is brought to its end.
    function afterInvariant() external {
        handler.finish();
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        bytes4[] memory actions = _actions();
        SaleRoundHandler[12] memory played;
        for (uint256 run; run < played.length; ++run) {
            played[run] = new SaleRoundHandler();
            for (uint256 step; step < 120; ++step) {
                uint256 seed = uint256(keccak256(abi.encode("sale", run, step)));
                (bool worked, ) = address(played[run]).call(
                    abi.encodePacked(actions[(seed >> 128) % actions.length], seed)
                );
                assertTrue(worked, "an action of a handler reverted");
            }
            played[run].finish();
            assertEq(played[run].violation(), "", played[run].violation());
        }
        string[15] memory names = [
            "fund",
            "commit",
            "commitAboveHardCap",
            "settleRefunded",
            "settleAccepted",
            "settlePart",
            "releasePart",
            "releaseAll",
            "closeRefunded",
            "closeSold",
            "cancelEmpty",
            "cancel",
            "donate",
            "announceNext",
            "finish"
        ];
        for (uint256 k; k < names.length; ++k) {
            uint256 sum;
            for (uint256 run; run < played.length; ++run) sum += played[run].times(names[k]);
            emit log_named_uint(names[k], sum);
            assertGe(sum, 2, string.concat("too few of: ", names[k]));
        }
    }

    function _actions() private view returns (bytes4[] memory list) {
        list = new bytes4[](9);
        list[0] = handler.fund.selector;
        list[1] = handler.commit.selector;
        list[2] = handler.settle.selector;
        list[3] = handler.release.selector;
        list[4] = handler.close.selector;
        list[5] = handler.cancel.selector;
        list[6] = handler.donate.selector;
        list[7] = handler.wait.selector;
        list[8] = handler.announceNext.selector;
    }
}
