// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {RevenueHandler} from "./RevenueHandler.sol";

/// @title RevenueInvariantTest
/// @notice I-11 to I-14.
contract RevenueInvariantTest is Test {
    RevenueHandler internal handler;

    function setUp() external {
        handler = new RevenueHandler();
        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), _actions()));
    }

    /// @notice I-11 sums, I-12 each claim, I-13 second and split claims, I-14 pots: checked in every action.
    /// hardhat-config: invariant.runs = 500
    /// hardhat-config: invariant.depth = 50
    function invariant_I11_I12_I13_I14_holdAfterEveryCall() external view {
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice At the end of each run everybody claims everything, in both distributors.
    function afterInvariant() external {
        handler.settle();
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        bytes4[] memory actions = _actions();
        RevenueHandler[6] memory played;
        for (uint256 run; run < played.length; ++run) {
            played[run] = new RevenueHandler();
            for (uint256 step; step < 100; ++step) {
                uint256 seed = uint256(keccak256(abi.encode("revenue", run, step)));
                (bool worked, ) = address(played[run]).call(
                    abi.encodePacked(actions[(seed >> 128) % actions.length], seed)
                );
                assertTrue(worked, "an action of a handler reverted");
            }
            played[run].settle();
            assertEq(played[run].violation(), "", played[run].violation());
        }
        string[16] memory names = [
            "lock",
            "extendOnly",
            "fidget",
            "setPermanent",
            "goAway",
            "delegate",
            "pay",
            "crowdOneSecond",
            "finalize",
            "finalizeAfterSilence",
            "removeToken",
            "sweep",
            "claim",
            "claimByClaimer",
            "claimPart",
            "claimRest"
        ];
        for (uint256 k; k < names.length; ++k) {
            uint256 sum;
            for (uint256 run; run < played.length; ++run) sum += played[run].times(names[k]);
            emit log_named_uint(names[k], sum);
            assertGe(sum, 2, string.concat("too few of: ", names[k]));
        }
    }

    function _actions() private view returns (bytes4[] memory list) {
        list = new bytes4[](16);
        list[0] = handler.lock.selector;
        list[1] = handler.extendOnly.selector;
        list[2] = handler.fidget.selector;
        list[3] = handler.setPermanent.selector;
        list[4] = handler.goAway.selector;
        list[5] = handler.delegate.selector;
        list[6] = handler.pay.selector;
        list[7] = handler.payAll.selector;
        list[8] = handler.crowdOneSecond.selector;
        list[9] = handler.finalize.selector;
        list[10] = handler.removeToken.selector;
        list[11] = handler.donate.selector;
        list[12] = handler.claim.selector;
        list[13] = handler.claimInPieces.selector;
        list[14] = handler.claimOnePiece.selector;
        list[15] = handler.wait.selector;
    }
}
