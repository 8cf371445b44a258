// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {HostileActions} from "./HostileActions.sol";

/// @title SolvencyHandler
/// @notice Holders among hostile tokens, without rebalancing.
contract SolvencyHandler is HostileActions {}
