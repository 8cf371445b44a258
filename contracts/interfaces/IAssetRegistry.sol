// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev One answer of the registry about one token.
struct Quote {
    uint256 price; // D27{USD/tok}; 0 = no trustworthy price now
    uint80 roundId; // of the primary feed
    uint40 feedTag; // changes when the feed is replaced
    uint16 maxWeightBps; // {bps of NAV} cap of the token's tier
    uint16 deviationBps; // {bps} deviation threshold of the primary feed
    uint8 flags; // AssetFlags
    uint64 usdCap; // {USD} largest position a vault may aim for; 0 = none
}

/// @dev How the second source of a price is read.
enum SecondaryKind {
    NONE,
    AGGREGATOR, // another AggregatorV3Interface in USD
    UNISWAP_V3_TWAP // a pool against a listed token, whose own feed turns the result into USD
}

/// @dev Listing of one token. The first nine fields are one slot, the rest another.
struct AssetConfig {
    address feed; // AggregatorV3Interface in USD
    uint24 heartbeat; // {s} oldest accepted answer
    uint8 feedDecimals;
    uint8 tokenDecimals;
    uint8 tier;
    uint16 deviationBps; // {bps} the feed's deviation threshold
    uint8 flags; // AssetFlags.STABLE | FROZEN | MAY_SHRINK | CROSS_CHECK
    uint24 minPrice; // float of D27{USD/tok}: the feed's minimum answer; 0 = unknown
    // ---
    address secondary; // aggregator or Uniswap V3 pool
    SecondaryKind secondaryKind;
    uint8 secondaryDecimals;
    uint24 secondaryWindow; // {s} heartbeat of an aggregator, window of a TWAP
    uint48 usdCap; // {USD}
}

/// @title IAssetRegistry
/// @notice Which tokens vaults may hold, and what they are worth. Prices come from Chainlink; a second
/// source cross-checks.
/// @dev Reading a price never reverts: 0 means "no price", and costs one token, not the whole basket.
interface IAssetRegistry {
    /// @notice Emitted when a token is listed or its listing changes.
    event AssetSet(address indexed token, AssetConfig previous, AssetConfig current);
    /// @notice Emitted when a token is frozen or thawed by the guardian or the owner.
    event AssetFrozen(address indexed token, bool frozen);
    /// @notice Emitted when a tier's cap changes.
    event TierSet(uint8 indexed tier, uint16 previousMaxWeightBps, uint16 maxWeightBps);

    /// @notice Price of one whole token, checked. Source: primary feed, cross-checked when the listing says so.
    /// @return D27{USD/tok}, or 0 when there is no trustworthy price.
    function price(address token) external view returns (uint256);

    /// @notice Prices of many tokens in the order given. See `price`.
    function prices(address[] calldata tokens) external view returns (uint256[] memory);

    /// @notice Full quotes of two tokens, for a fill. `maxWeightBps` and `usdCap` are not filled in.
    function pair(address a, address b) external view returns (Quote memory, Quote memory);

    /// @notice Full quotes of many tokens in the order given, for a proposal.
    function quotes(address[] calldata tokens) external view returns (Quote[] memory);

    /// @notice Price by the second source alone. Source: aggregator or Uniswap V3 TWAP.
    /// @return D27{USD/tok}, or 0 when there is none.
    function secondaryPrice(address token) external view returns (uint256);

    /// @notice The listing of a token; `feed` is 0 when it is not listed.
    function assetConfig(address token) external view returns (AssetConfig memory);

    /// @notice Decimals (low 8 bits) and stored flags (high 8 bits) of many tokens in the order given, for a creation.
    /// @return 2^16 - 1 for a token that is not listed.
    function listings(address[] calldata tokens) external view returns (uint16[] memory);

    /// @notice Cap of a tier. {bps of NAV}
    function tierMaxWeightBps(uint8 tier) external view returns (uint16);

    /// @notice Whether the L2 sequencer is up and past its grace period. Always true on L1.
    function sequencerUp() external view returns (bool);
}
