// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Tier} from "../../types/GovernanceTypes.sol";
import {IVotingEscrow} from "./IVotingEscrow.sol";

/// @title IScoreRegistry
/// @notice Ten tiers of Staking Score and what each of them brings.
/// @dev Tiers are numbered 1 to 10; 0 is below the first. Everything about a past time stays as it is for ever: scores,
/// because the escrow keeps its history, and tables, because this contract does.
interface IScoreRegistry {
    /// @notice Emitted when a table is set, to count from `since` on. {s} One that did not count yet is replaced.
    event TiersSet(uint256 indexed since, Tier[10] tiers);

    /* OWNER */

    /// @notice Sets the table that counts from the next week start.
    /// Emits {TiersSet}.
    /// Requirements: caller is the owner; scores strictly ascending from above 0; no benefit falls with the tier; all
    /// within the caps.
    function setTiers(Tier[10] calldata tiers) external;

    /* SCORES */

    /// @notice An account's Staking Score at the last week start. {GIM wei}
    function scoreOf(address account) external view returns (uint256);

    /// @notice An account's Staking Score at a past time. {GIM wei}
    function scoreAt(address account, uint256 timestamp) external view returns (uint256);

    /// @notice Score over what is committed, at a past time: 10,000 to 20,000, or 0 without a running lock. {bps}
    function multiplierAt(address account, uint256 timestamp) external view returns (uint256);

    /* TIERS */

    /// @notice An account's tier now: by its score at the last week start, so that a lock of a few days has none.
    function tierOf(address account) external view returns (uint8);

    /// @notice An account's tier at a past time, by the score and the table of that time.
    function tierAt(address account, uint256 timestamp) external view returns (uint8);

    /// @notice {tierAt} with what the tier brings; all zero for tier 0.
    function benefitsAt(address account, uint256 timestamp) external view returns (uint8 tier, Tier memory benefits);

    /// @notice What a tier brings at a time.
    /// Requirements: tier 1 to 10; the time is not in the future.
    function tierData(uint8 tier, uint256 timestamp) external view returns (Tier memory);

    /// @notice The table of a time.
    /// Requirements: the time is not in the future.
    function tiersAt(uint256 timestamp) external view returns (Tier[10] memory);

    /// @notice The table set last and when it begins to count, which may be the next week start. {s}
    function latestTiers() external view returns (Tier[10] memory tiers, uint256 since);

    /// @notice Start of the last week that has begun before this second: what {tierOf} and {scoreOf} read. {s}
    function lastWeekStart() external view returns (uint256);

    /// @notice Where the locks are.
    function escrow() external view returns (IVotingEscrow);
}
