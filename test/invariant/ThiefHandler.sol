// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {KeeperActions} from "./KeeperActions.sol";

/// @title ThiefHandler
/// @notice A thief holds the signing key and fills his own orders. The feeds tell the truth.
contract ThiefHandler is KeeperActions {}
