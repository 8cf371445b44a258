// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Campaign} from "./Campaign.sol";
import {ThiefHandler} from "./ThiefHandler.sol";
import {VaultHandlerBase} from "./VaultHandlerBase.sol";

/// @title RebalanceInvariantTest
/// @notice INV-03, 04, 05 and 08 against a thief who holds the signing key, with feeds that tell the truth.
contract RebalanceInvariantTest is Campaign {
    ThiefHandler internal handler;

    function setUp() external {
        handler = new ThiefHandler();
        targetContract(address(handler));
    }

    function invariant_INV03_lossStaysWithinItsFigure() external view {
        if (!handler.isBuilt()) return;
        assertEq(handler.lossBeyondFigure(), 0, "INV-03: the true loss per share in any 7 days <= the loss figure");
        assertEq(handler.violation(), "", handler.violation());
    }

    function invariant_INV04_turnoverStaysWithinItsFigure() external view {
        if (!handler.isBuilt()) return;
        assertEq(handler.turnoverBeyondFigure(), 0, "INV-04: turnover per share in any 7 days <= its figure");
    }

    function invariant_INV05_fillsConverge() external view {
        assertEq(handler.violation(), "", handler.violation());
    }

    function invariant_INV08_weightsKeepWithinCapsAndChanges() external view {
        if (!handler.isBuilt()) return;
        assertEq(handler.violation(), "", handler.violation());
        assertEq(handler.unsolvent(), address(0), "INV-01: balance >= ceil(units * A) + claims for every basket token");
        assertTrue(handler.supplyIsExact(), "INV-02: A, balances and fee shares agree exactly, dead shares stay");
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        _play(_actions(), 2, 40);
        _assertDone("proposeRisk", 4);
        _assertDone("proposeDerisk", 2);
        _assertDone("fillRisk", 15);
        _assertDone("fillDerisk", 7);
        _assertDone("refresh", 3);
        _assertDone("frozen", 2);
        _assertDone("cancel", 2);
        _assertDone("proposeBasket", 2);
        _assertDone("applyBasket", 1);
        _assertDone("mint", 4);
        _assertDone("redeem", 4);
    }

    function _newHandler() internal override returns (VaultHandlerBase) {
        return new ThiefHandler();
    }

    function _actions() private view returns (bytes4[] memory list) {
        list = new bytes4[](15);
        list[0] = handler.proposeRisk.selector;
        list[1] = handler.proposeDerisk.selector;
        list[2] = handler.fill.selector;
        list[3] = handler.fill.selector;
        list[4] = handler.refresh.selector;
        list[5] = handler.checkPrice.selector;
        list[6] = handler.close.selector;
        list[7] = handler.cancel.selector;
        list[8] = handler.changeBasket.selector;
        list[9] = handler.movePrice.selector;
        list[10] = handler.tick.selector;
        list[11] = handler.mint.selector;
        list[12] = handler.redeem.selector;
        list[13] = handler.wait.selector;
        list[14] = handler.plunder.selector;
    }
}
