// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Campaign} from "./Campaign.sol";
import {LiarHandler} from "./LiarHandler.sol";
import {VaultHandlerBase} from "./VaultHandlerBase.sol";

/// @title LiarInvariantTest
/// @notice INV-03 with feeds that lie, go silent or are frozen while a thief holds the signing key.
contract LiarInvariantTest is Campaign {
    LiarHandler internal handler;

    function setUp() external {
        handler = new LiarHandler();
        targetContract(address(handler));
    }

    function invariant_INV03_lossStaysWithinFigureAndOracleError() external view {
        if (!handler.isBuilt()) return;
        assertEq(
            handler.lossBeyondFigure(),
            0,
            "INV-03: the true loss per share in any 7 days <= the loss figure + oracle error * turnover"
        );
        assertEq(handler.turnoverBeyondFigure(), 0, "INV-04: turnover per share in any 7 days <= its figure");
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        bytes4[] memory list = new bytes4[](9);
        list[0] = handler.plunder.selector;
        list[1] = handler.lie.selector;
        list[2] = handler.silence.selector;
        list[3] = handler.tellTruth.selector;
        list[4] = handler.freeze.selector;
        list[5] = handler.checkPrice.selector;
        list[6] = handler.tick.selector;
        list[7] = handler.wait.selector;
        list[8] = handler.fill.selector;
        _play(list, 3, 45);
        _assertDone("plunder", 5);
        _assertDone("fillRisk", 10);
        _assertDone("lie", 5);
        _assertDone("frozen", 5);
        _assertDone("silence", 4);
    }

    function _newHandler() internal override returns (VaultHandlerBase) {
        return new LiarHandler();
    }
}
