// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AutomationCompatibleInterface} from "@chainlink/contracts/src/v0.8/automation/AutomationCompatible.sol";

/// @dev What can be done for a vault by anyone, most urgent first.
enum UpkeepAction {
    CHECK_PRICE, // arguments: (uint256 index, address token, uint8 freeze seen)
    SYNC, // arguments: (uint256 index)
    CLOSE_EPOCH, // no arguments
    REFRESH_TARGETS, // no arguments
    APPLY_BASKET, // arguments: (address[] add, address[] drop)
    APPLY_FEES, // arguments: (FeeParams fees)
    APPLY_STRATEGY, // arguments: (Strategy strategy)
    DISTRIBUTE_FEES // no arguments
}

/// @dev An announced change that an operator knows. The vault keeps only its hash, so the words must come from outside.
struct Announcement {
    UpkeepAction action; // APPLY_BASKET, APPLY_FEES or APPLY_STRATEGY
    bytes arguments; // abi.encode of the arguments
}

/// @dev What to look after; `checkData` is its encoding.
struct UpkeepPlan {
    address vault;
    uint16 minMoveBps; // {bps} refresh targets once a price is this far from its snapshot; 0 = never
    uint256 minFeeShares; // {share wei} distribute fees once this much is pending; 0 = never
    Announcement[] announcements;
}

/// @dev One thing to do; `performData` is its encoding.
struct Upkeep {
    address vault;
    UpkeepAction action;
    uint256 minimum; // {bps} of REFRESH_TARGETS or {share wei} of DISTRIBUTE_FEES; else 0
    bytes arguments;
}

/// @title IKeeperUpkeep
/// @notice Upkeep of vaults in the shape that bots speak. Anyone may call; it holds no role and no funds.
interface IKeeperUpkeep is AutomationCompatibleInterface {
    /// @notice Emitted when something was done for a vault.
    event UpkeepPerformed(address indexed vault, UpkeepAction indexed action, address indexed caller);

    /// @notice Does what `performData` says and always reverts: with `KeeperUpkeep_Simulated()` when it would work.
    /// @dev How `checkUpkeep` finds out without leaving a trace.
    function simulate(bytes calldata performData) external;
}
