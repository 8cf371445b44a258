// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {VaultHandlerBase} from "./VaultHandlerBase.sol";

/// @title Campaign
/// @notice Runs a handler through fixed random sequences and counts, so that fuzz runs that change nothing are noticed.
abstract contract Campaign is Test {
    uint256 private constant ACTION_GAS = 1_000_000_000; // {gas} some tokens burn all they get

    VaultHandlerBase[] private _played;

    function _newHandler() internal virtual returns (VaultHandlerBase);

    /// @dev A new handler for each run.
    function _play(bytes4[] memory actions, uint256 runs, uint256 depth) internal {
        for (uint256 run; run < runs; ++run) {
            VaultHandlerBase handler = _newHandler();
            _played.push(handler);
            for (uint256 step; step < depth; ++step) {
                uint256 seed = uint256(keccak256(abi.encode("campaign", run, step)));
                bytes4 action = actions[(seed >> 128) % actions.length];
                (bool worked, ) = address(handler).call{gas: ACTION_GAS}(abi.encodePacked(action, seed));
                assertTrue(worked, "an action of a handler reverted");
            }
            assertEq(handler.violation(), "", handler.violation());
        }
    }

    function _assertDone(string memory name, uint256 least) internal view {
        uint256 sum;
        for (uint256 k; k < _played.length; ++k) sum += _played[k].times(name);
        assertGe(sum, least, string.concat("too few of: ", name));
    }
}
