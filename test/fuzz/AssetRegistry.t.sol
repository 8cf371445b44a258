// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetRegistry} from "../../contracts/AssetRegistry.sol";
import {KeeperRegistry} from "../../contracts/KeeperRegistry.sol";
import {AssetConfig, Quote, SecondaryKind} from "../../contracts/interfaces/IAssetRegistry.sol";
import {FeedMock} from "../../contracts/mocks/FeedMock.sol";
import {UniswapV3PoolMock} from "../../contracts/mocks/UniswapV3PoolMock.sol";
import {AssetFlags} from "../../contracts/types/AssetFlags.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Test} from "forge-std/Test.sol";

contract AssetRegistryTest is Test {
    uint256 private constant NOW = 1_800_000_000;
    uint24 private constant HEARTBEAT = 3600;
    uint24 private constant WINDOW = 600;

    AssetRegistry private registry;
    // A FeedMock tells any decimals, so it stands in for tokens too.
    FeedMock private token;
    FeedMock private other;
    FeedMock private feed;
    FeedMock private second;
    UniswapV3PoolMock private pool;

    function setUp() external {
        vm.warp(NOW);
        registry = new AssetRegistry(address(this), new KeeperRegistry(address(this), address(0)), address(0), 0);
        registry.setTier(0, 10_000);
        (token, other, feed, second) = (new FeedMock(), new FeedMock(), new FeedMock(), new FeedMock());
        pool = new UniswapV3PoolMock();
    }

    function config(uint8 tokenDecimals, uint8 feedDecimals) private returns (AssetConfig memory result) {
        token.setDecimals(tokenDecimals);
        feed.setDecimals(feedDecimals);
        result.feed = address(feed);
        result.heartbeat = HEARTBEAT;
        result.feedDecimals = feedDecimals;
        result.tokenDecimals = tokenDecimals;
    }

    function setRound(FeedMock target, uint256 answer) private {
        target.setRound([uint256(1), answer, NOW, NOW, 1]);
    }

    function testFuzz_ScalesEveryNumberOfDecimalsTo27(
        uint8 tokenDecimals,
        uint8 feedDecimals,
        uint256 answer
    ) external {
        (tokenDecimals, feedDecimals) = (tokenDecimals % 37, feedDecimals % 37);
        answer = answer % 10 ** (feedDecimals + 12); // below $1e12
        registry.setAsset(address(token), config(tokenDecimals, feedDecimals));
        setRound(feed, answer);

        uint256 exact = Math.mulDiv(answer, 1e27, 10 ** feedDecimals); // D27{USD/tok}
        uint256 expected = exact <= type(uint128).max ? exact : 0;
        assertEq(registry.price(address(token)), expected);
    }

    function testFuzz_NoRoundMakesAReadRevertOrAnUndatedPriceCount(
        uint256[5] calldata round,
        uint8 feedDecimals,
        uint8 fault
    ) external {
        feedDecimals %= 37;
        registry.setAsset(address(token), config(18, feedDecimals));
        feed.setRound(round);
        feed.setFault(FeedMock.Fault(fault % 7));

        address[] memory tokens = new address[](2);
        (tokens[0], tokens[1]) = (address(token), address(other));
        Quote[] memory quotes = registry.quotes(tokens);
        (Quote memory quote, ) = registry.pair(address(token), address(other));

        assertEq(quotes[0].price, registry.price(address(token)), "quotes and price differ");
        assertEq(quote.price, quotes[0].price, "pair and quotes differ");
        assertEq(quotes[1].price, 0, "a price without listing");
        bool dated = round[3] <= NOW && NOW - round[3] <= HEARTBEAT;
        if (!dated || int256(round[1]) <= 0 || round[0] >= 2 ** 80) assertEq(quote.price, 0, "a bad round counts");
    }

    function testFuzz_CrossCheckDependsOnNothingButTheDistance(uint96 a, uint96 b, uint16 deviationBps) external {
        deviationBps = deviationBps % 1_001;
        AssetConfig memory listing = config(18, 18);
        second.setDecimals(18);
        listing.secondary = address(second);
        listing.secondaryKind = SecondaryKind.AGGREGATOR;
        listing.secondaryDecimals = 18;
        listing.secondaryWindow = HEARTBEAT;
        listing.deviationBps = deviationBps;
        listing.flags = AssetFlags.CROSS_CHECK;
        registry.setAsset(address(token), listing);
        setRound(feed, a);
        setRound(second, b);

        (uint256 low, uint256 high) = a < b ? (uint256(a), uint256(b)) : (uint256(b), uint256(a));
        uint256 tolerance = Math.max(200, 2 * uint256(deviationBps)); // {bps}
        bool agree = b == 0 || high * 10_000 <= low * (10_000 + tolerance);
        assertEq(registry.price(address(token)), agree ? uint256(a) * 1e9 : 0);
        assertEq(registry.secondaryPrice(address(token)), uint256(b) * 1e9);
    }

    function testFuzz_NoPoolMakesAReadRevert(
        int56 older,
        int56 newer,
        uint8 tokenDecimals,
        uint8 otherDecimals,
        uint128 otherAnswer
    ) external {
        AssetConfig memory listing = listWithPool(tokenDecimals % 37, otherDecimals % 37);
        setRound(second, otherAnswer);
        pool.setTicks(older, newer);
        assertLe(registry.secondaryPrice(address(token)), type(uint128).max);
        assertEq(listing.secondary, address(pool));
    }

    /// @dev Around equal value, where every digit can be told: the pool's price is a power of ten.
    function testFuzz_PoolPricesHeedTheDecimalsOfBothTokens(
        uint8 tokenDecimals,
        uint8 otherDecimals,
        uint32 dollars
    ) external {
        (tokenDecimals, otherDecimals) = (tokenDecimals % 37, otherDecimals % 37);
        vm.assume(dollars != 0);
        listWithPool(tokenDecimals, otherDecimals);
        setRound(second, uint256(dollars) * 1e8);
        // {raw other/raw tok} = 10^(otherDecimals - tokenDecimals). A tick is log base 1.0001: ten is 23,027.0022
        // ticks.
        int256 tick = ((int256(uint256(otherDecimals)) - int256(uint256(tokenDecimals))) * 230_270_022) / 10_000;
        if (address(token) > address(other)) tick = -tick;
        pool.setTicks(0, int56(tick * int256(uint256(WINDOW))));

        uint256 expected = uint256(dollars) * 1e27; // D27{USD/tok}
        uint256 actual = registry.secondaryPrice(address(token));
        assertApproxEqRel(actual, expected, 0.0003e18);
    }

    function listWithPool(uint8 tokenDecimals, uint8 otherDecimals) private returns (AssetConfig memory listing) {
        second.setDecimals(8);
        other.setDecimals(otherDecimals);
        AssetConfig memory quoteListing = config(tokenDecimals, 8);
        quoteListing.feed = address(second);
        quoteListing.tokenDecimals = otherDecimals;
        registry.setAsset(address(other), quoteListing);

        (address token0, address token1) = address(token) < address(other)
            ? (address(token), address(other))
            : (address(other), address(token));
        pool.setTokens(uint160(token0), uint160(token1));
        listing = config(tokenDecimals, 8);
        listing.secondary = address(pool);
        listing.secondaryKind = SecondaryKind.UNISWAP_V3_TWAP;
        listing.secondaryWindow = WINDOW;
        registry.setAsset(address(token), listing);
    }
}
