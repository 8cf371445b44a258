// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {StrategyMarketHandler} from "./StrategyMarketHandler.sol";

/// @title StrategyMarketInvariantTest
/// @notice I-24.
contract StrategyMarketInvariantTest is Test {
    StrategyMarketHandler internal handler;

    function setUp() external {
        handler = new StrategyMarketHandler();
        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), _actions()));
    }

    /// @notice Checked in every action.
    /// hardhat-config: invariant.runs = 500
    /// hardhat-config: invariant.depth = 50
    function invariant_I24_aSaleLeavesNobodyWithoutTokenOrMoney() external view {
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        bytes4[] memory actions = _actions();
        StrategyMarketHandler[8] memory played;
        for (uint256 run; run < played.length; ++run) {
            played[run] = new StrategyMarketHandler();
            for (uint256 step; step < 150; ++step) {
                uint256 seed = uint256(keccak256(abi.encode("market", run, step)));
                (bool worked, ) = address(played[run]).call(
                    abi.encodePacked(actions[(seed >> 128) % actions.length], seed)
                );
                assertTrue(worked, "an action of a handler reverted");
            }
            assertEq(played[run].violation(), "", played[run].violation());
        }
        string[18] memory names = [
            "listStrategy",
            "listCredits",
            "buyStrategy",
            "buyPart",
            "buyRest",
            "buyWithoutMoney",
            "buyRefusedByReceiver",
            "cancel",
            "moveStrategy",
            "moveThereAndBack",
            "moveCredits",
            "approve",
            "withdrawApproval",
            "publish",
            "setFee",
            "handRightOn",
            "refuse",
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
        list = new bytes4[](15);
        list[0] = handler.listStrategy.selector;
        list[1] = handler.listCredits.selector;
        // Most of what happens in a market is buying.
        list[2] = handler.buy.selector;
        list[3] = handler.buy.selector;
        list[4] = handler.buy.selector;
        list[5] = handler.cancel.selector;
        list[6] = handler.move.selector;
        list[7] = handler.approve.selector;
        list[8] = handler.publish.selector;
        list[9] = handler.setFee.selector;
        list[10] = handler.handRightOn.selector;
        list[11] = handler.refuse.selector;
        list[12] = handler.donate.selector;
        list[13] = handler.wait.selector;
        list[14] = handler.listStrategy.selector;
    }
}
