// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IKeeperRegistry} from "../IKeeperRegistry.sol";
import {IScoreRegistry} from "./IScoreRegistry.sol";

/// @title IIndexGovernor
/// @notice What is ours in the DAO's governor; the rest is OpenZeppelin's IGovernor.
interface IIndexGovernor {
    /// @notice Emitted when the bounds of the quorum change, for proposals whose snapshot is now or later. {veGIM wei}
    event QuorumBoundsSet(uint256 floor, uint256 cap);
    /// @notice Emitted once, with the first proposal: the launch gate is open for good. {veGIM wei}
    event Launched(uint256 supply);

    /* SETTINGS */

    /// @notice Sets the least and the largest quorum. {veGIM wei}
    /// Emits {QuorumBoundsSet}.
    /// Notes: proposals whose snapshot has passed keep the bounds they had.
    /// Requirements: by a proposal only; the floor is `MIN_QUORUM_FLOOR` to `MAX_QUORUM_FLOOR`; the cap is not below.
    function setQuorumBounds(uint104 floor, uint104 cap) external;

    /* VIEWS */

    /// @notice Bounds of the quorum of proposals whose snapshot is at a time. {veGIM wei}
    function quorumBounds(uint256 timepoint) external view returns (uint256 floor, uint256 cap);

    /// @notice Supply that must have existed when the first proposal is made. {veGIM wei}
    function launchGate() external view returns (uint256);

    /// @notice Whether the first proposal was made.
    function launched() external view returns (bool);

    /// @notice How many proposals an account has made in this month of 30 days, and how many its tier allows.
    function proposalQuota(address account) external view returns (uint256 used, uint256 allowed);

    /// @notice Who may cancel any proposal now; may nothing else here.
    function guardian() external view returns (address);

    /// @notice Where tiers are read.
    function scores() external view returns (IScoreRegistry);

    /// @notice Where the guardian is named.
    function keepers() external view returns (IKeeperRegistry);
}
