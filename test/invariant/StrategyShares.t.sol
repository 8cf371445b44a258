// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {StrategySharesHandler} from "./StrategySharesHandler.sol";

/// @title StrategySharesInvariantTest
/// @notice Royalties paid are at most the fees received, shares never claim more than the royalties, a locked token
/// leaves by redemption or buy-out only, and an auction's money is the sum of what people can take of it.
contract StrategySharesInvariantTest is Test {
    StrategySharesHandler internal handler;

    function setUp() external {
        handler = new StrategySharesHandler();
        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), _actions()));
    }

    /// @notice Checked in every action, for the lock as it stands.
    /// hardhat-config: invariant.runs = 300
    /// hardhat-config: invariant.depth = 60
    function invariant_sharesOweNothingThatTheyDoNotHave() external view {
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice At the end of each run everybody takes what is his.
    function afterInvariant() external {
        handler.finish();
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        bytes4[] memory actions = _actions();
        StrategySharesHandler[12] memory played;
        for (uint256 run; run < played.length; ++run) {
            played[run] = new StrategySharesHandler();
            for (uint256 step; step < 150; ++step) {
                uint256 seed = uint256(keccak256(abi.encode("shares", run, step)));
                (bool worked, ) = address(played[run]).call(
                    abi.encodePacked(actions[(seed >> 128) % actions.length], seed)
                );
                assertTrue(worked, "an action of a handler reverted");
            }
            played[run].finish();
            assertEq(played[run].violation(), "", played[run].violation());
        }
        string[19] memory names = [
            "earn",
            "earnByUse",
            "payOut",
            "harvest",
            "harvestSold",
            "release",
            "claim",
            "claimNothing",
            "move",
            "redeem",
            "firstBid",
            "raise",
            "withdraw",
            "settle",
            "settleWithRoyalties",
            "cashOut",
            "wait",
            "relock",
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
        list = new bytes4[](13);
        list[0] = handler.earn.selector;
        list[1] = handler.payOut.selector;
        list[2] = handler.harvest.selector;
        list[3] = handler.claim.selector;
        list[4] = handler.move.selector;
        list[5] = handler.gather.selector;
        list[6] = handler.redeem.selector;
        list[7] = handler.bid.selector;
        list[8] = handler.withdraw.selector;
        list[9] = handler.settle.selector;
        list[10] = handler.cashOut.selector;
        list[11] = handler.wait.selector;
        list[12] = handler.relock.selector;
    }
}
