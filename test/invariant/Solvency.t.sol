// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Campaign} from "./Campaign.sol";
import {SolvencyHandler} from "./SolvencyHandler.sol";
import {VaultHandlerBase} from "./VaultHandlerBase.sol";

/// @title SolvencyInvariantTest
/// @notice INV-01, 02, 06 and 09 with 1 to 12 tokens, any of which may turn hostile and back at any time.
contract SolvencyInvariantTest is Campaign {
    SolvencyHandler internal handler;

    function setUp() external {
        handler = new SolvencyHandler();
        targetContract(address(handler));
    }

    function invariant_INV01_balancesCoverUnitsAndClaims() external view {
        if (!handler.isBuilt()) return;
        assertEq(handler.unsolvent(), address(0), "INV-01: balance >= ceil(units * A) + claims for every basket token");
        assertEq(handler.violation(), "", handler.violation());
    }

    function invariant_INV02_supplyIsExact() external view {
        if (!handler.isBuilt()) return;
        assertTrue(handler.supplyIsExact(), "INV-02: A, balances and fee shares agree exactly, dead shares stay");
        assertEq(handler.violation(), "", handler.violation());
    }

    function invariant_INV06_exitsWorkWhateverTokensDo() external view {
        assertEq(handler.violation(), "", handler.violation());
    }

    function invariant_INV09_nothingComesThroughTheLock() external view {
        if (!handler.isBuilt()) return;
        assertEq(handler.reentries(), 0, "INV-09: no call out of a token's transfer changes or prices the vault");
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        _play(_actions(), 3, 50);
        _assertDone("mint", 8);
        _assertDone("redeem", 6);
        _assertDone("redeemWithin", 6);
        _assertDone("starved", 1);
        _assertDone("failedLeg", 3);
        _assertDone("claim", 9);
        _assertDone("drip", 2);
        _assertDone("absorb", 1);
        _assertDone("distributeFees", 3);
        _assertDone("shrink", 3);
        _assertDone("destroy", 5);
    }

    function _newHandler() internal override returns (VaultHandlerBase) {
        return new SolvencyHandler();
    }

    function _actions() private view returns (bytes4[] memory list) {
        list = new bytes4[](14);
        list[0] = handler.mint.selector;
        list[1] = handler.redeem.selector;
        list[2] = handler.claim.selector;
        list[3] = handler.transfer.selector;
        list[4] = handler.donate.selector;
        list[5] = handler.sync.selector;
        list[6] = handler.distributeFees.selector;
        list[7] = handler.setFees.selector;
        list[8] = handler.wait.selector;
        list[9] = handler.setMode.selector;
        list[10] = handler.recover.selector;
        list[11] = handler.shrink.selector;
        list[12] = handler.redeemWithLittleGas.selector;
        list[13] = handler.destroy.selector;
    }
}
