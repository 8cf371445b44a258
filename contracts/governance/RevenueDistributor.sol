// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IIndexFactory} from "../interfaces/IIndexFactory.sol";
import {IRevenueDistributor} from "../interfaces/governance/IRevenueDistributor.sol";
import {IVotingEscrow} from "../interfaces/governance/IVotingEscrow.sol";
import {GovernanceErrors} from "../libraries/GovernanceErrors.sol";
import {Listing, Pot, RevenueEpoch} from "../types/GovernanceTypes.sol";

/// @title RevenueDistributor
/// @notice Shares each week's revenue among those who had veGIM when the week began.
///
/// notify() in week k -> [the week ends] -> finalize() -> claim(), as often or as seldom as one likes
///
/// @dev
/// WEEKS
/// - What is paid in during week k is the pot of week k. It is split by the veGIM balances at the first second of week
///   k and can be claimed from week k + 1 on. Balances at a past second never change, so who locks, adds or leaves
///   after the week began gets nothing more and nothing less, and a late payment never reaches a past week.
/// - Each payment closes the pot of an older week first. So every week with payments has a pot of its own, however
///   long nobody calls in between.
/// - A week that begins with less than `minSupply` shares nothing: its pot rolls on to the next week that begins with
///   enough, so that the first few to lock do not take it all. Which week that is does not depend on who calls when,
///   unless nobody does for `MAX_ROLL` weeks of which none has enough.
///
/// CLAIMS
/// - rate(k) = pot(k) * 2^128 / supply(k), rounded down. An account's lock is a line between two changes: balance(k) =
///   v - s * WEEK * (k - k0), with v = balance(k0). So its part of all pots between two changes is
///
///       sum of balance(k) * rate(k) = v * A - s * WEEK * (B - k0 * A),  A = sum of rate(k), B = sum of rate(k) * k
///
///   and with the sums over all weeks up to each pot in storage, A and B are two subtractions. A claim costs the same
///   for one week and for a hundred; only changes of the own lock cost more.
/// - A claim looks at `MAX_SEGMENTS` changes at most. When there are more, the next claim goes on.
///
/// PRECISION
/// - A rate is short of the exact one by less than 2^-128 of a raw token for each veGIM wei, and there are less than
///   2^90 of these: less than 2^-38 raw tokens a week. The sum is cut once, so a claim is short by less than one raw
///   token for each claim made, whatever the number of weeks. Both are in favour of the contract.
/// - Nothing overflows for 2^16 weeks. pot < 2^112 and supply >= minSupply >= 2^59: a rate is below 2^181, A below
///   2^197 (stored in 224 bits), B below 2^213. A decaying lock has at most 52 weeks to go, so v <= 52 * balance(k) in
///   each week that counts; balance(k) * rate(k) <= pot(k) * 2^128, so v * A < 52 * 52 * 2^112 * 2^128 < 2^252. A
///   permanent one has v = balance(k) and any number of weeks, so v * A < 2^16 * 2^112 * 2^128 = 2^256. The second
///   product is at most the first, because balance(k) >= 0.
///
/// TOKENS
/// - Any number. The owner lists and removes them; shares of the factory's indices are welcome without a vote. Removal
///   stops payments in. What is here can be claimed for ever.
/// - Fees on transfers are measured. A token that loses balance by itself pays whoever comes first; do not list it.
/// - `accounted` is exactly what was paid in less what was claimed. Anything above it was sent here by mistake.
///
/// ROLES
/// - Owner (the timelock): the list, and what belongs to nobody. It cannot touch a pot.
/// - An account's claimer: may claim for it, to where it likes.
contract RevenueDistributor is IRevenueDistributor, Ownable2Step, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev The lock of an account between two changes: balance = max(0, bias - slope * t).
    struct Segment {
        uint256 index; // number of the point in the account's history, from 0
        uint256 since; // {s}
        uint256 slope; // {veGIM wei/s}
        uint256 bias; // {veGIM wei}
    }

    /* CONSTANTS */

    /// @notice {s}
    uint256 public constant WEEK = 7 days;
    /// @notice Changes of a lock that one claim of one token looks at.
    uint256 public constant MAX_SEGMENTS = 64;
    /// @notice Weeks that a pot looks ahead for one with enough locked; after that it rolls on to the running one.
    uint256 public constant MAX_ROLL = 104;
    /// @notice {veGIM wei} least `minSupply`; part of the proof above.
    uint256 public constant LEAST_MIN_SUPPLY = 1e18;
    uint256 private constant SCALE = 1 << 128;

    /* STORAGE */

    /// @inheritdoc IRevenueDistributor
    IVotingEscrow public immutable escrow;
    /// @inheritdoc IRevenueDistributor
    IIndexFactory public immutable factory;
    /// @inheritdoc IRevenueDistributor
    uint256 public immutable minSupply; // {veGIM wei}
    /// @inheritdoc IRevenueDistributor
    mapping(address token => Listing) public listing;
    /// @inheritdoc IRevenueDistributor
    mapping(address token => uint256 amount) public accounted; // {raw tokens}
    /// @inheritdoc IRevenueDistributor
    mapping(address account => address claimer) public claimerOf;
    /// @inheritdoc IRevenueDistributor
    mapping(address account => mapping(address token => uint256 index)) public nextEpoch;

    mapping(address token => Pot) private _pots;
    mapping(address token => mapping(uint256 index => RevenueEpoch)) private _epochs;

    /* CONSTRUCTOR */

    constructor(
        IVotingEscrow newEscrow,
        IIndexFactory newFactory,
        address initialOwner,
        uint256 newMinSupply
    ) Ownable(initialOwner) {
        require(
            address(newEscrow) != address(0) && address(newFactory) != address(0),
            GovernanceErrors.RevenueDistributor_ZeroAddress()
        );
        require(
            newMinSupply >= LEAST_MIN_SUPPLY,
            GovernanceErrors.RevenueDistributor_MinSupplyTooSmall(newMinSupply, LEAST_MIN_SUPPLY)
        );

        escrow = newEscrow;
        factory = newFactory;
        minSupply = newMinSupply;
    }

    /* PAYING IN */

    /// @inheritdoc IRevenueDistributor
    function notify(address token, uint256 amount) external nonReentrant {
        require(isRewardToken(token), GovernanceErrors.RevenueDistributor_TokenNotListed(token));
        require(amount != 0, GovernanceErrors.RevenueDistributor_AmountZero(token));
        Pot memory pot = _finalize(token);
        uint256 sum = Math.saturatingAdd(pot.amount, amount);
        require(
            sum <= type(uint112).max,
            GovernanceErrors.RevenueDistributor_PotTooLarge(token, sum, type(uint112).max)
        );

        uint256 balance = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        // Somebody may send more from within the transfer: only what was checked above counts.
        uint256 received = Math.min(amount, Math.saturatingSub(IERC20(token).balanceOf(address(this)), balance));
        require(received != 0, GovernanceErrors.RevenueDistributor_AmountZero(token));

        pot.amount += uint112(received); // at most `sum`
        pot.week = uint32(_currentWeek());
        _pots[token] = pot;
        accounted[token] += received;

        emit Notified(token, msg.sender, pot.week, received, pot.amount);
    }

    /// @inheritdoc IRevenueDistributor
    function finalize(address token) external {
        _finalize(token);
    }

    /* CLAIMING */

    /// @inheritdoc IRevenueDistributor
    function claim(
        address account,
        address[] calldata tokens,
        address receiver
    ) external nonReentrant returns (uint256[] memory amounts) {
        _requireClaimer(account, receiver);
        amounts = new uint256[](tokens.length);
        for (uint256 i; i < tokens.length; ++i) (amounts[i], ) = _claim(account, tokens[i], receiver, MAX_SEGMENTS);
    }

    /// @inheritdoc IRevenueDistributor
    function claimUpTo(
        address account,
        address token,
        address receiver,
        uint256 maxSegments
    ) external nonReentrant returns (uint256 amount, bool isComplete) {
        _requireClaimer(account, receiver);
        require(maxSegments != 0, GovernanceErrors.RevenueDistributor_SegmentsZero());
        return _claim(account, token, receiver, maxSegments);
    }

    /// @inheritdoc IRevenueDistributor
    function setClaimer(address claimer) external {
        emit ClaimerSet(msg.sender, claimerOf[msg.sender], claimer);
        claimerOf[msg.sender] = claimer;
    }

    /* OWNER */

    /// @inheritdoc IRevenueDistributor
    function setRewardToken(address token, bool isListed) external onlyOwner {
        require(token != address(0), GovernanceErrors.RevenueDistributor_ZeroAddress());
        Listing newListing = isListed ? Listing.LISTED : Listing.REMOVED;

        emit RewardTokenSet(token, listing[token], newListing);
        listing[token] = newListing;
    }

    /// @inheritdoc IRevenueDistributor
    function sweep(address token, address to) external onlyOwner nonReentrant returns (uint256 amount) {
        require(to != address(0), GovernanceErrors.RevenueDistributor_ZeroAddress());
        amount = Math.saturatingSub(IERC20(token).balanceOf(address(this)), accounted[token]);
        require(amount != 0, GovernanceErrors.RevenueDistributor_NothingToSweep(token));

        emit Swept(token, to, amount);
        IERC20(token).safeTransfer(to, amount);
    }

    /* VIEWS */

    /// @inheritdoc IRevenueDistributor
    function isRewardToken(address token) public view returns (bool) {
        Listing current = listing[token];
        return current == Listing.DEFAULT ? factory.isIndex(token) : current == Listing.LISTED;
    }

    /// @inheritdoc IRevenueDistributor
    function potOf(address token) external view returns (Pot memory) {
        return _pots[token];
    }

    /// @inheritdoc IRevenueDistributor
    function epochAt(address token, uint256 index) external view returns (RevenueEpoch memory) {
        return _epochs[token][index];
    }

    /// @inheritdoc IRevenueDistributor
    function claimable(address account, address token) external view returns (uint256) {
        Pot memory pot = _pots[token];
        (uint256 sum, ) = _settle(account, token, nextEpoch[account][token], pot.epochs, type(uint256).max);

        if (pot.amount != 0 && pot.week < _currentWeek()) {
            (uint256 week, uint256 supply) = _nextShared(pot.week);
            if (supply != 0) sum += escrow.balanceOfAt(account, week * WEEK) * _rate(pot.amount, supply);
        }
        return sum / SCALE;
    }

    /* INTERNAL: POTS */

    /// @dev Shares out the pot of a finished week, or rolls it on. What is left is empty or of the running week.
    function _finalize(address token) private returns (Pot memory pot) {
        pot = _pots[token];
        if (pot.amount == 0 || pot.week >= _currentWeek()) return pot;

        (uint256 week, uint256 supply) = _nextShared(pot.week);
        if (week != pot.week) emit RolledOn(token, pot.week, week, pot.amount);
        pot.week = uint32(week); // fits for some eighty million years
        if (supply != 0) {
            emit Finalized(token, week, pot.amount, supply);
            RevenueEpoch memory sums = _sumsBefore(token, pot.epochs);
            uint256 rate = _rate(pot.amount, supply);
            sums.week = pot.week;
            sums.rates += uint224(rate); // below 2^181
            sums.weightedRates += rate * week;
            _epochs[token][pot.epochs] = sums;
            ++pot.epochs;
            pot.amount = 0;
        }
        _pots[token] = pot;
    }

    /// @dev First finished week from `week` on that began with enough veGIM, and how much {veGIM wei}. Supply 0: there
    /// is none, the pot belongs to the running week.
    function _nextShared(uint256 week) private view returns (uint256, uint256) {
        uint256 current = _currentWeek();
        uint256 end = Math.min(current, week + MAX_ROLL);
        for (; week < end; ++week) {
            uint256 supply = escrow.totalSupplyAt(week * WEEK);
            if (supply >= minSupply) return (week, supply);
        }
        return (current, 0);
    }

    /// @dev D128{raw tokens/veGIM wei} = pot {raw tokens} * 2^128 / supply {veGIM wei}
    function _rate(uint256 pot, uint256 supply) private pure returns (uint256) {
        return (pot * SCALE) / supply;
    }

    /* INTERNAL: CLAIMS */

    function _claim(
        address account,
        address token,
        address receiver,
        uint256 maxSegments
    ) private returns (uint256 amount, bool isComplete) {
        uint256 count = _finalize(token).epochs;
        uint256 from = nextEpoch[account][token];
        (uint256 sum, uint256 next) = _settle(account, token, from, count, maxSegments);
        isComplete = next == count;
        if (next == from) return (0, isComplete);

        amount = sum / SCALE;
        nextEpoch[account][token] = next;
        accounted[token] -= amount;

        emit Claimed(account, token, receiver, amount, from, next);
        if (amount != 0) IERC20(token).safeTransfer(receiver, amount);
    }

    /// @dev An account's part of the pots from `next` on, of the first `count`, over at most `maxSegments` changes of
    /// its lock. When `next` < `count` it ends at least one pot further: each call makes progress.
    /// @return sum D128{raw tokens}
    /// @return first pot that was not looked at.
    function _settle(
        address account,
        address token,
        uint256 next,
        uint256 count,
        uint256 maxSegments
    ) private view returns (uint256 sum, uint256) {
        if (next == count) return (0, count);
        uint256 points = escrow.pointCount(account);
        if (points == 0) return (0, count);

        Segment memory segment;
        segment.index = escrow.pointIndexAt(account, _epochs[token][next].week * WEEK);
        bool isLater = segment.index == type(uint256).max;
        if (isLater) segment.index = 0;
        _load(segment, account);
        // Nothing was locked yet in the first weeks.
        if (isLater) next = _countBefore(token, _firstWeek(segment.since), next, count);

        for (; next < count && maxSegments != 0; --maxSegments) {
            (uint256 slope, uint256 bias) = (segment.slope, segment.bias);
            uint256 stop = count;
            if (++segment.index < points) {
                _load(segment, account);
                stop = _countBefore(token, _firstWeek(segment.since), next, count);
            }
            if (bias != 0 && next < stop) sum += _partOf(token, next, stop, slope, bias);
            next = stop;
        }
        return (sum, next);
    }

    /// @dev Part of the pots [from, to) of a line. D128{raw tokens}
    function _partOf(
        address token,
        uint256 from,
        uint256 to,
        uint256 slope,
        uint256 bias
    ) private view returns (uint256) {
        uint256 week = _epochs[token][from].week;
        if (slope != 0) {
            // bias = slope * end: from the week that starts at the end on, the balance is 0.
            to = _countBefore(token, bias / slope / WEEK, from, to);
            if (to == from) return 0;
        }
        RevenueEpoch memory low = _sumsBefore(token, from);
        RevenueEpoch memory high = _sumsBefore(token, to);
        uint256 rates = high.rates - low.rates;
        uint256 weightedRates = high.weightedRates - low.weightedRates;
        // See CLAIMS and PRECISION.
        return (bias - slope * week * WEEK) * rates - slope * WEEK * (weightedRates - week * rates);
    }

    /// @dev Number of pots before `week`, of those from `low` to `high` (low < high).
    function _countBefore(address token, uint256 week, uint256 low, uint256 high) private view returns (uint256) {
        mapping(uint256 index => RevenueEpoch) storage epochs = _epochs[token];
        uint256 lowWeek = epochs[low].week;
        if (week <= lowWeek) return low;
        // Weeks ascend, so there are not more pots than weeks between; mostly there are just as many.
        high = Math.min(high, low + week - lowWeek);
        if (epochs[high - 1].week < week) return high;
        ++low;
        --high;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (epochs[middle].week < week) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// @dev Sums over the first `count` pots.
    function _sumsBefore(address token, uint256 count) private view returns (RevenueEpoch memory sums) {
        if (count != 0) sums = _epochs[token][count - 1];
    }

    /// @dev Reads the point that the segment's index names.
    function _load(Segment memory segment, address account) private view {
        (segment.since, segment.slope, segment.bias) = escrow.pointAt(account, segment.index);
    }

    /// @dev First week that starts at `timestamp` or later.
    function _firstWeek(uint256 timestamp) private pure returns (uint256) {
        return Math.ceilDiv(timestamp, WEEK);
    }

    function _currentWeek() private view returns (uint256) {
        return block.timestamp / WEEK;
    }

    function _requireClaimer(address account, address receiver) private view {
        require(
            msg.sender == account || msg.sender == claimerOf[account],
            GovernanceErrors.RevenueDistributor_Unauthorized(msg.sender, account)
        );
        require(receiver != address(0), GovernanceErrors.RevenueDistributor_ZeroAddress());
    }
}
