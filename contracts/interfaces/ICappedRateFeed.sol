// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

/// @dev Where a rate is read: `target.selector(oneShare)`, whose first word is underlying for that many shares. A
/// function without parameters ignores `oneShare`.
struct RateSource {
    address target;
    bytes4 selector; // convertToAssets(uint256) of ERC-4626, stEthPerToken(), getExchangeRate(), ...
    uint256 oneShare; // {raw shares} of one whole share
    uint8 decimals; // of the rate
}

/// @dev A rate that was accepted, and when. One slot.
struct RateSnapshot {
    uint192 rate; // D(source.decimals){underlying/share}
    uint64 takenAt; // {s}
}

/// @title ICappedRateFeed
/// @notice Price of a token that stands for a growing amount of another one: a savings vault or staked ether. Price =
/// the underlying's feed times the token's own rate, and the rate counts only as far as it may have grown since a
/// snapshot.
interface ICappedRateFeed is AggregatorV3Interface {
    /// @notice Emitted when the snapshot moves forward.
    event RateRefreshed(uint256 previousRate, uint256 rate, address indexed caller);

    /// @notice Moves the snapshot to the rate that counts now, so that room that was not used does not add up. Anyone.
    /// Emits {RateRefreshed}.
    /// Notes: never lowers the snapshot, so that nobody can pin the price down after a dip.
    /// Requirements: a day since the last snapshot; the rate is above it.
    function refresh() external;

    /// @notice The rate that counts now: what the source says, at most `cap`.
    /// @return D(rateDecimals){underlying/share}
    function rate() external view returns (uint256);

    /// @notice The highest rate that counts now: the snapshot grown by `maxYearlyGrowthBps` a year, in a straight line.
    /// @return D(rateDecimals){underlying/share}
    function cap() external view returns (uint256);

    /// @notice The accepted rate that growth is counted from, and when it was taken.
    function snapshot() external view returns (RateSnapshot memory);

    /// @notice Largest growth of the rate in a year. {bps}
    function maxYearlyGrowthBps() external view returns (uint256);

    /// @notice Feed of the underlying.
    function underlyingFeed() external view returns (AggregatorV3Interface);

    /// @notice Where the rate is read.
    function source() external view returns (RateSource memory);
}
