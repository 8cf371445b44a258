// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {VotingEscrowHandler} from "./VotingEscrowHandler.sol";

/// @title VotingEscrowInvariantTest
/// @notice I-01 to I-10.
contract VotingEscrowInvariantTest is Test {
    VotingEscrowHandler internal handler;

    function setUp() external {
        handler = new VotingEscrowHandler();
        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), _actions()));
    }

    /// @notice I-01 sums of balances, I-02 sums of votes, I-03 tokens, I-04 history, I-05 decay, I-06 ranges, I-07 more is
    /// more, I-08 round trips, I-09 withdrawals, I-10 leaving: each is checked in every action.
    /// hardhat-config: invariant.runs = 500
    /// hardhat-config: invariant.depth = 50
    function invariant_I01_I02_I03_I04_I05_I06_I07_I08_I09_I10_holdAfterEveryCall() external view {
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice At the end of each run: I-04 for everything remembered, I-09 for everybody.
    function afterInvariant() external {
        handler.settle();
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        bytes4[] memory actions = _actions();
        VotingEscrowHandler[4] memory played;
        for (uint256 run; run < played.length; ++run) {
            vm.warp(1);
            played[run] = new VotingEscrowHandler();
            for (uint256 step; step < 120; ++step) {
                uint256 seed = uint256(keccak256(abi.encode("escrow", run, step)));
                (bool worked, ) = address(played[run]).call(
                    abi.encodePacked(actions[(seed >> 128) % actions.length], seed)
                );
                assertTrue(worked, "an action of a handler reverted");
            }
            assertGt(played[run].memos(), 40);
            played[run].settle();
            assertEq(played[run].violation(), "", played[run].violation());
        }
        string[17] memory names = [
            "create",
            "add",
            "extendOnly",
            "extendAndAdd",
            "lockFor",
            "permanentOn",
            "permanentOff",
            "withdraw",
            "withdrawDelegated",
            "earlyExit",
            "earlyExitDelegated",
            "exitTooEarly",
            "delegate",
            "delegateBack",
            "delegateInChain",
            "roundTrip",
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
        list[0] = handler.lock.selector;
        list[1] = handler.extendOnly.selector;
        list[2] = handler.topUp.selector;
        list[3] = handler.lockFor.selector;
        list[4] = handler.setPermanent.selector;
        list[5] = handler.turnTwice.selector;
        list[6] = handler.withdraw.selector;
        list[7] = handler.earlyExit.selector;
        list[8] = handler.exitAtOnce.selector;
        list[9] = handler.lowerMaxPenalty.selector;
        list[10] = handler.delegate.selector;
        list[11] = handler.delegateInChain.selector;
        list[12] = handler.roundTrip.selector;
        list[13] = handler.donate.selector;
        list[14] = handler.wait.selector;
    }
}
