// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IScoreRegistry} from "../interfaces/governance/IScoreRegistry.sol";
import {IVotingEscrow} from "../interfaces/governance/IVotingEscrow.sol";
import {GovernanceErrors} from "../libraries/GovernanceErrors.sol";
import {LineLib} from "../libraries/LineLib.sol";
import {Tier} from "../types/GovernanceTypes.sol";

/// @title ScoreRegistry
/// @notice Ten tiers of Staking Score and what each of them brings.
///
/// setTiers() -> counts from the next week start -> counts for its time for ever
///
/// @dev
/// SCORE
/// - Committed GIM times 1 to 2, by the time left (VotingEscrow). This contract adds the tiers.
///
/// RENTING
/// - `tierOf` reads the last week start, and nothing reads the running second: a lock made now counts from the next
///   week on, and MIN_HOLD of the escrow keeps it there for a week.
///
/// HISTORY
/// - A new table begins to count at a week start ahead, so the table of a second that has come is final. Tables are
///   appended; only one that does not count yet is replaced.
///
/// ROLES
/// - Owner (the timelock): tables, within the caps below. It cannot change a score.
contract ScoreRegistry is IScoreRegistry, Ownable2Step {
    using Checkpoints for Checkpoints.Trace208;

    /// @dev The table set last, which most questions are about. One slot.
    struct Latest {
        uint48 since; // {s}
        uint208 id;
    }

    /* CONSTANTS */

    uint256 public constant TIERS = 10;
    /// @notice {bps} largest discount.
    uint16 public constant MAX_DISCOUNT_BPS = 5_000;
    uint8 public constant MAX_PROPOSALS_PER_MONTH = 30;
    /// @notice {USD} largest cap a sale, at multiplier 1.
    uint32 public constant MAX_SALE_CAP = 1_000_000;
    /// @notice {s} latest opening; sales last at least a day longer.
    uint32 public constant MAX_SALE_OPENS_AFTER = 1 days;
    /// @notice {bps} 1x.
    uint16 public constant MIN_LAUNCH_MULTIPLIER_BPS = 10_000;
    /// @notice {bps} 3x.
    uint16 public constant MAX_LAUNCH_MULTIPLIER_BPS = 30_000;
    uint256 private constant BPS = 10_000;

    /* STORAGE */

    /// @inheritdoc IScoreRegistry
    IVotingEscrow public immutable escrow;

    Checkpoints.Trace208 private _versions; // {s} since when -> id of the table
    mapping(uint256 id => Tier[10] tiers) private _tables;
    Latest private _latest;

    /* CONSTRUCTOR */

    /// @dev The first table counts for all time before the second one.
    constructor(IVotingEscrow newEscrow, address initialOwner, Tier[10] memory tiers) Ownable(initialOwner) {
        require(address(newEscrow).code.length != 0, GovernanceErrors.ScoreRegistry_AddressInvalid(address(newEscrow)));
        escrow = newEscrow;
        _setTiers(tiers, 0);
    }

    /* OWNER */

    /// @inheritdoc IScoreRegistry
    function setTiers(Tier[10] calldata tiers) external onlyOwner {
        _setTiers(tiers, (block.timestamp / LineLib.WEEK + 1) * LineLib.WEEK);
    }

    /* SCORES */

    /// @inheritdoc IScoreRegistry
    function scoreOf(address account) external view returns (uint256) {
        return escrow.scoreAt(account, lastWeekStart());
    }

    /// @inheritdoc IScoreRegistry
    function scoreAt(address account, uint256 timestamp) public view returns (uint256) {
        require(timestamp < block.timestamp, GovernanceErrors.ScoreRegistry_FutureLookup(timestamp, block.timestamp));
        return escrow.scoreAt(account, timestamp);
    }

    /// @inheritdoc IScoreRegistry
    /// @dev multiplier {bps} = score {GIM wei} * 10,000 / committed {GIM wei}. Committed is what decays,
    /// slope {wei/s} * MAX_TERM {s}, or all of a permanent lock.
    function multiplierAt(address account, uint256 timestamp) external view returns (uint256) {
        uint256 score = scoreAt(account, timestamp);
        if (score == 0) return 0;
        (, uint256 slope, uint256 bias) = escrow.pointAt(account, escrow.pointIndexAt(account, timestamp));
        uint256 committed = slope == 0 ? bias : slope * LineLib.MAX_TERM;
        return (score * BPS) / committed;
    }

    /* TIERS */

    /// @inheritdoc IScoreRegistry
    function tierOf(address account) external view returns (uint8) {
        return tierAt(account, lastWeekStart());
    }

    /// @inheritdoc IScoreRegistry
    function tierAt(address account, uint256 timestamp) public view returns (uint8 tier) {
        (tier, ) = benefitsAt(account, timestamp);
    }

    /// @inheritdoc IScoreRegistry
    /// @dev Binary search: reads four tiers at most, and the one it returns is among them.
    function benefitsAt(address account, uint256 timestamp) public view returns (uint8 tier, Tier memory benefits) {
        uint256 score = scoreAt(account, timestamp);
        Tier[10] storage table = _tableAt(timestamp);
        uint256 low; // tiers up to here are reached
        uint256 high = TIERS; // tiers above are not
        while (low < high) {
            uint256 middle = (low + high + 1) / 2;
            if (score >= table[middle - 1].minScore) low = middle;
            else high = middle - 1;
        }
        if (low != 0) benefits = table[low - 1];
        tier = uint8(low); // at most 10
    }

    /// @inheritdoc IScoreRegistry
    function tierData(uint8 tier, uint256 timestamp) external view returns (Tier memory) {
        require(tier != 0 && tier <= TIERS, GovernanceErrors.ScoreRegistry_TierUnknown(tier));
        return _pastTableAt(timestamp)[tier - 1];
    }

    /// @inheritdoc IScoreRegistry
    function tiersAt(uint256 timestamp) external view returns (Tier[10] memory) {
        return _pastTableAt(timestamp);
    }

    /// @inheritdoc IScoreRegistry
    function latestTiers() external view returns (Tier[10] memory tiers, uint256 since) {
        since = _latest.since;
        tiers = _tables[_latest.id];
    }

    /// @inheritdoc IScoreRegistry
    /// @dev In the first second of a week, the week before: locks of the running second may still change.
    function lastWeekStart() public view returns (uint256) {
        return ((block.timestamp - 1) / LineLib.WEEK) * LineLib.WEEK;
    }

    /* INTERNAL */

    function _setTiers(Tier[10] memory tiers, uint256 since) private {
        Tier memory previous;
        previous.saleOpensAfter = MAX_SALE_OPENS_AFTER;
        previous.launchMultiplierBps = MIN_LAUNCH_MULTIPLIER_BPS;
        uint208 id = _latest.id + 1;
        for (uint256 i; i < TIERS; ++i) {
            Tier memory tier = tiers[i];
            require(
                tier.minScore > previous.minScore,
                GovernanceErrors.ScoreRegistry_ScoresNotAscending(i + 1, tier.minScore, previous.minScore)
            );
            require(_isAtLeast(tier, previous), GovernanceErrors.ScoreRegistry_BenefitFalls(i + 1));
            require(_isCapped(tier), GovernanceErrors.ScoreRegistry_BenefitTooHigh(i + 1));
            _tables[id][i] = tier;
            previous = tier;
        }
        // A time fits 48 bits for some millions of years. The same start again replaces the table that waits for it.
        _latest = Latest(uint48(since), id);
        _versions.push(uint48(since), id);

        emit TiersSet(since, tiers);
    }

    function _isAtLeast(Tier memory tier, Tier memory lower) private pure returns (bool) {
        return
            tier.feeDiscountBps >= lower.feeDiscountBps &&
            tier.apiDiscountBps >= lower.apiDiscountBps &&
            tier.proposalsPerMonth >= lower.proposalsPerMonth &&
            tier.saleCapUsd >= lower.saleCapUsd &&
            tier.saleOpensAfter <= lower.saleOpensAfter &&
            tier.launchMultiplierBps >= lower.launchMultiplierBps;
    }

    /// @dev The latest opening and the smallest multiplier bound the first tier from the other side, as what came
    /// "before" it.
    function _isCapped(Tier memory tier) private pure returns (bool) {
        return
            tier.feeDiscountBps <= MAX_DISCOUNT_BPS &&
            tier.apiDiscountBps <= MAX_DISCOUNT_BPS &&
            tier.proposalsPerMonth <= MAX_PROPOSALS_PER_MONTH &&
            tier.saleCapUsd <= MAX_SALE_CAP &&
            tier.launchMultiplierBps <= MAX_LAUNCH_MULTIPLIER_BPS;
    }

    function _pastTableAt(uint256 timestamp) private view returns (Tier[10] storage) {
        require(timestamp <= block.timestamp, GovernanceErrors.ScoreRegistry_FutureLookup(timestamp, block.timestamp));
        return _tableAt(timestamp);
    }

    /// @dev Not in the future, so the time fits 48 bits.
    function _tableAt(uint256 timestamp) private view returns (Tier[10] storage) {
        Latest memory latest = _latest;
        uint256 id = timestamp >= latest.since ? latest.id : _versions.upperLookupRecent(uint48(timestamp));
        return _tables[id];
    }
}
