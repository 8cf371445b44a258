// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Campaign} from "./Campaign.sol";
import {ThawHandler} from "./ThawHandler.sol";
import {VaultHandlerBase} from "./VaultHandlerBase.sol";

/// @title ThawInvariantTest
/// @notice INV-13.
contract ThawInvariantTest is Campaign {
    ThawHandler internal handler;

    function setUp() external {
        handler = new ThawHandler();
        targetContract(address(handler));
    }

    function invariant_INV13_whatReallyCrashedTradesAgainWithinADay() external view {
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        bytes4[] memory list = new bytes4[](6);
        list[0] = handler.crash.selector;
        list[1] = handler.crashTooEarly.selector;
        list[2] = handler.silence.selector;
        list[3] = handler.proposeRisk.selector;
        list[4] = handler.movePrice.selector;
        list[5] = handler.proposeRisk.selector;
        _play(list, 4, 30);
        _assertDone("crash", 5);
        _assertDone("tradedAgain", 2);
        _assertDone("crashTooEarly", 4);
        _assertDone("silence", 5);
    }

    function _newHandler() internal override returns (VaultHandlerBase) {
        return new ThawHandler();
    }
}
