// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Campaign} from "./Campaign.sol";
import {FeesHandler} from "./FeesHandler.sol";
import {VaultHandlerBase} from "./VaultHandlerBase.sol";

/// @title FeesInvariantTest
/// @notice INV-10.
contract FeesInvariantTest is Campaign {
    FeesHandler internal handler;

    function setUp() external {
        handler = new FeesHandler();
        targetContract(address(handler));
    }

    function invariant_INV10_feesDoNotDependOnWhoCallsWhen() external view {
        if (!handler.isBuilt()) return;
        assertTrue(
            handler.feesAgree(),
            "INV-10: fee shares are the same however often the vault was poked, to the wei"
        );
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        bytes4[] memory list = new bytes4[](7);
        list[0] = handler.mint.selector;
        list[1] = handler.redeem.selector;
        list[2] = handler.changeFees.selector;
        list[3] = handler.wait.selector;
        list[4] = handler.distribute.selector;
        list[5] = handler.repeatFees.selector;
        list[6] = handler.pokeOtherwise.selector;
        _play(list, 2, 50);
        _assertDone("mint", 8);
        _assertDone("redeem", 8);
        _assertDone("changeFees", 6);
        _assertDone("distribute", 5);
        _assertDone("repeatFees", 8);
    }

    /// @notice A curator who sets what is in force already used to checkpoint, and each checkpoint rounds.
    function test_INV10_settingTheSameFeesAgainCostsNobodyAWei() external {
        for (uint256 k = 1; k <= 20; ++k) {
            handler.repeatFees(k);
            handler.wait(k);
            assertTrue(handler.feesAgree(), "INV-10: fee shares are the same however often the vault was poked");
        }
    }

    function _newHandler() internal override returns (VaultHandlerBase) {
        return new FeesHandler();
    }
}
