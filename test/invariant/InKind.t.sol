// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Campaign} from "./Campaign.sol";
import {InKindHandler} from "./InKindHandler.sol";
import {VaultHandlerBase} from "./VaultHandlerBase.sol";

/// @title InKindInvariantTest
/// @notice INV-07 and INV-11.
contract InKindInvariantTest is Campaign {
    InKindHandler internal handler;

    function setUp() external {
        handler = new InKindHandler();
        targetContract(address(handler));
    }

    function invariant_INV07_whatAMintAsksForIsWhatARedemptionPays() external view {
        assertEq(handler.violation(), "", handler.violation());
    }

    function invariant_INV11_mintThenRedeemNeverProfits() external view {
        if (!handler.isBuilt()) return;
        assertEq(handler.violation(), "", handler.violation());
        assertEq(handler.unsolvent(), address(0), "INV-01: balance >= ceil(units * A) + claims for every basket token");
        assertTrue(handler.supplyIsExact(), "INV-02: A, balances and fee shares agree exactly, dead shares stay");
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        bytes4[] memory list = new bytes4[](9);
        list[0] = handler.mint.selector;
        list[1] = handler.redeem.selector;
        list[2] = handler.claim.selector;
        list[3] = handler.donate.selector;
        list[4] = handler.sync.selector;
        list[5] = handler.setFees.selector;
        list[6] = handler.wait.selector;
        list[7] = handler.roundTrip.selector;
        list[8] = handler.compare.selector;
        _play(list, 2, 50);
        _assertDone("roundTrip", 4);
        _assertDone("compare", 5);
        _assertDone("drip", 4);
        _assertDone("claim", 5);
        _assertDone("setFees", 5);
    }

    function _newHandler() internal override returns (VaultHandlerBase) {
        return new InKindHandler();
    }
}
