// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FillActions} from "./FillActions.sol";
import {HostileActions} from "./HostileActions.sol";
import {KeeperActions} from "./KeeperActions.sol";
import {VaultHandlerBase} from "./VaultHandlerBase.sol";

/// @title ChaosHandler
/// @notice Everything at once: a thief with the key, hostile tokens, holders in between.
contract ChaosHandler is KeeperActions, HostileActions {
    /// @dev Tokens take value by themselves here, so that only the books are checked.
    function _start() internal override(FillActions, VaultHandlerBase) {}

    function _finish() internal override(FillActions, VaultHandlerBase) {}
}
