// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {ICappedRateFeed, RateSnapshot, RateSource} from "../interfaces/ICappedRateFeed.sol";
import {Errors} from "../libraries/Errors.sol";

/// @title CappedRateFeed
/// @dev LIFECYCLE
/// constructor (first snapshot) -> latestRoundData() by the registry -> refresh() by anyone, at most once a day
///
/// @dev TRUST
/// - No owner, no upgrade, no funds. Whoever lists the feed checks its source, its cap and its first snapshot, which is
///   the rate of the block it was deployed in.
/// - The source may say anything at any time. A rate that leaps, as after a gift to the vault, counts as far as the cap
///   only: the snapshot grown in a straight line. Refreshed every day, that is e^growth a year at most.
/// - A rate that falls counts at once, whatever the snapshot says. Without a rate there is no price.
///
/// @dev STALENESS
/// - Round and time are those of the underlying's feed: a rate has none. A source that stopped growing looks like one
///   that does not grow; the price is then too low by the growth that it missed. A loss that the source does not tell
///   is seen only by a second source of the registry, such as a pool of the token.
contract CappedRateFeed is ICappedRateFeed {
    using FixedPointMathLib for uint256;

    uint256 private constant BPS = 10_000; // {bps} one
    uint256 private constant YEAR = 365 days;
    uint256 private constant MIN_AGE = 1 days; // {s} of a snapshot before the next
    uint256 private constant MAX_GROWTH = 5_000; // {bps} a year
    uint256 private constant MAX_DECIMALS = 36;

    /// @inheritdoc ICappedRateFeed
    AggregatorV3Interface public immutable underlyingFeed;
    /// @inheritdoc ICappedRateFeed
    uint256 public immutable maxYearlyGrowthBps; // {bps}
    /// @inheritdoc AggregatorV3Interface
    uint8 public immutable decimals;
    /// @inheritdoc AggregatorV3Interface
    string public description;

    address private immutable TARGET;
    bytes4 private immutable SELECTOR;
    uint256 private immutable ONE_SHARE; // {raw shares}
    uint8 private immutable RATE_DECIMALS;

    RateSnapshot private _snapshot;

    constructor(
        AggregatorV3Interface underlyingFeed_,
        RateSource memory source_,
        uint256 maxYearlyGrowthBps_,
        string memory description_
    ) {
        require(source_.target.code.length != 0, Errors.CappedRateFeed_SourceInvalid(source_.target));
        require(
            source_.oneShare != 0 && source_.decimals <= MAX_DECIMALS,
            Errors.CappedRateFeed_SourceInvalid(source_.target)
        );
        require(
            maxYearlyGrowthBps_ != 0 && maxYearlyGrowthBps_ <= MAX_GROWTH,
            Errors.CappedRateFeed_GrowthInvalid(maxYearlyGrowthBps_, MAX_GROWTH)
        );

        underlyingFeed = underlyingFeed_;
        maxYearlyGrowthBps = maxYearlyGrowthBps_;
        decimals = underlyingFeed_.decimals();
        description = description_;
        TARGET = source_.target;
        SELECTOR = source_.selector;
        ONE_SHARE = source_.oneShare;
        RATE_DECIMALS = source_.decimals;
        _take(_read(source_.target, source_.selector, source_.oneShare));
    }

    /// @inheritdoc ICappedRateFeed
    function refresh() external {
        RateSnapshot memory previous = _snapshot;
        uint256 next = previous.takenAt + MIN_AGE; // {s}
        require(block.timestamp >= next, Errors.CappedRateFeed_TooEarly(next, block.timestamp));
        uint256 current = rate();
        require(current > previous.rate, Errors.CappedRateFeed_NotGrown(current, previous.rate));

        _take(current);
        emit RateRefreshed(previous.rate, current, msg.sender);
    }

    /// @inheritdoc AggregatorV3Interface
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        (roundId, answer, startedAt, updatedAt, answeredInRound) = underlyingFeed.latestRoundData();
        answer = _price(answer);
    }

    /// @inheritdoc AggregatorV3Interface
    function getRoundData(uint80) external pure returns (uint80, int256, uint256, uint256, uint80) {
        // A past round has no rate: the source tells today's only.
        revert Errors.CappedRateFeed_NoHistory();
    }

    /// @inheritdoc ICappedRateFeed
    function snapshot() external view returns (RateSnapshot memory) {
        return _snapshot;
    }

    /// @inheritdoc ICappedRateFeed
    function source() external view returns (RateSource memory) {
        return RateSource(TARGET, SELECTOR, ONE_SHARE, RATE_DECIMALS);
    }

    /// @inheritdoc AggregatorV3Interface
    function version() external pure returns (uint256) {
        return 1;
    }

    /// @inheritdoc ICappedRateFeed
    function rate() public view returns (uint256) {
        return _read(TARGET, SELECTOR, ONE_SHARE).min(cap());
    }

    /// @inheritdoc ICappedRateFeed
    function cap() public view returns (uint256) {
        RateSnapshot memory last = _snapshot;
        uint256 elapsed = block.timestamp - last.takenAt; // {s}
        // rate * (1 + growth * t / year); 192 bits times 13 bits times seconds
        return last.rate + uint256(last.rate).fullMulDiv(maxYearlyGrowthBps * elapsed, BPS * YEAR);
    }

    /// @dev D(decimals){USD/share} = D(decimals){USD/underlying} * D(r){underlying/share} / 10^r. What is no price
    /// stays none.
    function _price(int256 underlying) private view returns (int256) {
        if (underlying <= 0) return underlying;
        uint256 price = uint256(underlying).fullMulDiv(rate(), 10 ** RATE_DECIMALS);
        require(price <= uint256(type(int256).max), Errors.CappedRateFeed_RateMissing(TARGET));
        // Casting is safe: just checked.
        return int256(price);
    }

    function _take(uint256 accepted) private {
        // Casting is safe: `_read` lets nothing above 2^128 through, and the cap is below the rate that was read.
        _snapshot = RateSnapshot(uint192(accepted), uint64(block.timestamp));
    }

    /// @dev The rate by the source. Reads one word of what it returns, whatever its length.
    /// @return current D(source.decimals){underlying/share}
    function _read(address target, bytes4 selector, uint256 oneShare) private view returns (uint256 current) {
        assembly ("memory-safe") {
            mstore(0, selector)
            mstore(4, oneShare)
            // Evaluated from right to left: the call comes first.
            if and(gt(returndatasize(), 0x1f), staticcall(gas(), target, 0, 0x24, 0, 0x20)) {
                current := mload(0)
            }
        }
        require(current != 0 && current <= type(uint128).max, Errors.CappedRateFeed_RateMissing(target));
    }
}
