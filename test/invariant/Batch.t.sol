// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {BatchHandler} from "./BatchHandler.sol";

/// @title BatchInvariantTest
/// @notice INV-12.
contract BatchInvariantTest is Test {
    BatchHandler internal handler;

    function setUp() external {
        handler = new BatchHandler();
        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), _actions()));
    }

    /// @notice Checked in every action, for all requests, purses and batches.
    function invariant_INV12_everyRequestEndsInSharesAtAFairPriceOrAFullRefund() external view {
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice At the end of each run: everybody claims all that is his.
    function afterInvariant() external {
        handler.finish();
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        bytes4[] memory actions = _actions();
        BatchHandler[8] memory played;
        for (uint256 run; run < played.length; ++run) {
            played[run] = new BatchHandler();
            for (uint256 step; step < 110; ++step) {
                uint256 seed = uint256(keccak256(abi.encode("batch 15", run, step)));
                (bool worked, ) = address(played[run]).call(
                    abi.encodePacked(actions[(seed >> 128) % actions.length], seed)
                );
                assertTrue(worked, "an action of a handler reverted");
                assertEq(played[run].violation(), "", played[run].violation());
            }
            played[run].finish();
            assertEq(played[run].violation(), "", played[run].violation());
        }
        string[25] memory names = [
            "requestDeposit",
            "requestRedeem",
            "requestWholeSupply",
            "cancel",
            "open",
            "openLate",
            "deliverShares",
            "deliverCash",
            "deposit",
            "mint",
            "redeem",
            "withdraw",
            "refundCash",
            "refundShares",
            "claimMany",
            "payoutFailed",
            "donate",
            "pause",
            "hook",
            "vaultMint",
            "vaultRedeem",
            "propose",
            "fill",
            "setOperator",
            "finish"
        ];

        for (uint256 k; k < names.length; ++k) {
            uint256 sum;
            for (uint256 run; run < played.length; ++run) sum += played[run].times(names[k]);
            emit log_named_uint(names[k], sum);
            assertGe(sum, 2, string.concat("fewer than two of: ", names[k]));
        }
    }

    function _actions() private view returns (bytes4[] memory list) {
        list = new bytes4[](17);
        list[0] = handler.request.selector;
        list[1] = handler.request.selector;
        list[2] = handler.requestWholeSupply.selector;
        list[3] = handler.cancel.selector;
        list[4] = handler.setOperator.selector;
        list[5] = handler.open.selector;
        list[6] = handler.deliver.selector;
        list[7] = handler.deliver.selector;
        list[8] = handler.claim.selector;
        list[9] = handler.claim.selector;
        list[10] = handler.claimMany.selector;
        list[11] = handler.wait.selector;
        list[12] = handler.trade.selector;
        list[13] = handler.movePrice.selector;
        list[14] = handler.trouble.selector;
        list[15] = handler.heal.selector;
        list[16] = handler.donate.selector;
    }
}
