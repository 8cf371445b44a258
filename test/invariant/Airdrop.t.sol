// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {AirdropHandler} from "./AirdropHandler.sol";

/// @title AirdropInvariantTest
/// @notice I-16.
contract AirdropInvariantTest is Test {
    AirdropHandler internal handler;

    function setUp() external {
        handler = new AirdropHandler();
        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), _actions()));
    }

    /// @notice I-16 holds after each call.
    /// hardhat-config: invariant.runs = 500
    /// hardhat-config: invariant.depth = 50
    function invariant_I16_everyWavePaysWhatWasFundedAndNoMore() external view {
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice At the end of each run everything is paid out, to the wei.
    function afterInvariant() external {
        handler.settle();
        assertEq(handler.violation(), "", handler.violation());
    }

    /// @notice The runs above are about something.
    function test_fixedSequencesReachEveryAction() external {
        bytes4[] memory actions = _actions();
        AirdropHandler[4] memory played;
        for (uint256 run; run < played.length; ++run) {
            played[run] = new AirdropHandler();
            for (uint256 step; step < 90; ++step) {
                uint256 seed = uint256(keccak256(abi.encode("airdrop", run, step)));
                (bool worked, ) = address(played[run]).call(
                    abi.encodePacked(actions[(seed >> 128) % actions.length], seed)
                );
                assertTrue(worked, "an action of a handler reverted");
            }
            played[run].settle();
            assertEq(played[run].violation(), "", played[run].violation());
        }
        string[10] memory names = [
            "createWave",
            "claim",
            "claimFor",
            "lockWithBonus",
            "lockWithoutBonus",
            "claimWrong",
            "release",
            "sweep",
            "sweepBonus",
            "withdraw"
        ];
        for (uint256 k; k < names.length; ++k) {
            uint256 sum;
            for (uint256 run; run < played.length; ++run) sum += played[run].times(names[k]);
            emit log_named_uint(names[k], sum);
            assertGe(sum, 2, string.concat("too few of: ", names[k]));
        }
    }

    function _actions() private view returns (bytes4[] memory list) {
        list = new bytes4[](12);
        list[0] = handler.createWave.selector;
        list[1] = handler.claim.selector;
        list[2] = handler.claim.selector;
        list[3] = handler.claimFor.selector;
        list[4] = handler.claimAndLock.selector;
        list[5] = handler.claimAndLock.selector;
        list[6] = handler.claimWrong.selector;
        list[7] = handler.release.selector;
        list[8] = handler.fundBonus.selector;
        list[9] = handler.sweep.selector;
        list[10] = handler.sweepBonus.selector;
        list[11] = handler.withdraw.selector;
    }
}
