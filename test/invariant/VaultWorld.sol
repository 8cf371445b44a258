// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CommonBase} from "forge-std/Base.sol";
import {StdCheats} from "forge-std/StdCheats.sol";
import {StdUtils} from "forge-std/StdUtils.sol";

import {AssetRegistry} from "../../contracts/AssetRegistry.sol";
import {IndexFactory} from "../../contracts/IndexFactory.sol";
import {IndexVault} from "../../contracts/IndexVault.sol";
import {AssetConfig} from "../../contracts/interfaces/IAssetRegistry.sol";
import {SecondaryKind} from "../../contracts/interfaces/IAssetRegistry.sol";
import {KeeperRegistry} from "../../contracts/KeeperRegistry.sol";
import {DecisionHash} from "../../contracts/libraries/DecisionHash.sol";
import {HostileToken} from "../../contracts/mocks/HostileToken.sol";
import {ReplayFeed} from "../../contracts/mocks/ReplayFeed.sol";
import {AssetFlags} from "../../contracts/types/AssetFlags.sol";
import {Asset, Destination, FeeParams, IndexParams, Lane, Limits, Strategy} from "../../contracts/types/VaultTypes.sol";

/// @title VaultWorld
/// @notice The real protocol with tokens and feeds that can be told anything, built anew from the first seed of each run:
/// 1 to 12 tokens of 0 to 36 decimals at $0.000001 to $100,000, limits and fees anywhere in their ranges.
/// @dev `truth` is what a token is worth; `said` is what its feed says. Only tests know both.
abstract contract VaultWorld is CommonBase, StdCheats, StdUtils {
    struct Coin {
        HostileToken token;
        ReplayFeed feed;
        uint8 decimals;
        uint8 feedDecimals;
        uint8 flags;
        uint256 truth; // D27{USD/tok}
        uint256 said; // D27{USD/tok}
    }

    uint256 internal constant SIGNER_KEY = 0x51617e;
    uint24 internal constant HEARTBEAT = 180 days; // so that only an action of the run takes a price away
    uint256 internal constant SPARES = 2; // listed tokens outside the first basket

    AssetRegistry public registry;
    KeeperRegistry public keepers;
    IndexFactory public factory;
    IndexVault public vault;
    address public immutable signer = vm.addr(SIGNER_KEY);
    address public immutable curator = makeAddr("curator");
    address public immutable guardian = makeAddr("guardian");
    address public immutable dao = makeAddr("dao");

    Coin[] internal _coins; // ascending by token; spares among them
    mapping(address token => uint256 index) internal _coinAt; // index + 1
    uint256 internal _entropy;

    constructor() {
        vm.warp(1_760_000_000);
        keepers = new KeeperRegistry(address(this), guardian);
        registry = new AssetRegistry(address(this), keepers, address(0), 0);
        factory = new IndexFactory(address(this), registry, keepers, 2_000, dao);
        keepers.setFactory(address(factory));
        factory.addVersion(address(new IndexVault(address(factory), registry, keepers)));
        registry.setTier(0, 10_000);
        registry.setTier(1, 4_000);
    }

    /* RANDOMNESS */

    /// @dev Below `n`, from the seed of the action.
    function _rand(uint256 n) internal returns (uint256) {
        _entropy = uint256(keccak256(abi.encode(_entropy)));
        return _entropy % n;
    }

    function _between(uint256 low, uint256 high) internal returns (uint256) {
        return low + _rand(high - low + 1);
    }

    function _pick(uint256 a, uint256 b, uint256 c, uint256 d) internal returns (uint256) {
        uint256 k = _rand(4);
        return
            k == 0
                ? a
                : k == 1
                    ? b
                    : k == 2
                        ? c
                        : d;
    }

    /* BUILDING */

    function _isBuilt() internal view returns (bool) {
        return address(vault) != address(0);
    }

    /// @dev `n` tokens in the basket and `spares` that are only listed.
    function _build(uint256 seed, uint256 n, uint256 spares) internal {
        _entropy = uint256(keccak256(abi.encode(seed)));
        HostileToken[] memory tokens = new HostileToken[](n + spares);
        uint256 stables =
            n < 3
                ? 1
                : n < 5
                    ? 2
                    : 3;
        for (uint256 i; i < tokens.length; ++i) tokens[i] = new HostileToken(i < stables ? 6 : _decimals());
        uint256[] memory price = new uint256[](tokens.length);
        for (uint256 i; i < tokens.length; ++i) price[i] = i < stables ? 1e27 : _price(tokens[i].decimals());
        uint256[] memory order = _ascending(tokens);
        uint256 spared;
        bool[] memory isSpare = new bool[](tokens.length);
        for (uint256 k; k < tokens.length; ++k) {
            uint256 i = order[k];
            _addCoin(tokens[i], price[i], i < stables ? AssetFlags.STABLE : _coinFlags());
            if (i >= n) {
                isSpare[k] = true;
                ++spared;
            }
        }
        _createVault(isSpare, tokens.length - spared, stables);
    }

    function _decimals() internal virtual returns (uint8) {
        uint256 k = _rand(10);
        return
            uint8(
                k < 7
                    ? _pick(6, 8, 18, 27)
                    : k == 7
                        ? 0
                        : k == 8
                            ? 2
                            : 36
            );
    }

    /// @dev Nothing for which one raw token is worth more than a cent: no such token is listed.
    function _price(uint8 decimals) internal virtual returns (uint256) {
        uint256 most =
            decimals >= 8
                ? 10
                : decimals == 6
                    ? 9
                    : decimals == 2
                        ? 5
                        : 3;
        return _between(1, 9) * 10 ** (21 + _rand(most + 1)); // D27{USD/tok} 1e-6 to 9e4
    }

    function _coinFlags() internal virtual returns (uint8) {
        return _rand(3) == 0 ? AssetFlags.MAY_SHRINK : 0;
    }

    function _tier() internal virtual returns (uint8) {
        return 0;
    }

    function _ascending(HostileToken[] memory tokens) private pure returns (uint256[] memory order) {
        order = new uint256[](tokens.length);
        for (uint256 i; i < order.length; ++i) {
            uint256 k = i;
            for (; k > 0 && address(tokens[order[k - 1]]) > address(tokens[i]); --k) order[k] = order[k - 1];
            order[k] = i;
        }
    }

    function _addCoin(HostileToken token, uint256 price, uint8 flags) internal {
        uint8 feedDecimals = price >= 1e25 ? 8 : 18;
        ReplayFeed feed = new ReplayFeed(address(this), address(this), feedDecimals, "", -1, type(int192).max);
        _coins.push(Coin(token, feed, token.decimals(), feedDecimals, flags, price, 0));
        _coinAt[address(token)] = _coins.length;
        _publish(_coins.length - 1, price);
        registry.setAsset(
            address(token),
            AssetConfig({
                feed: address(feed),
                heartbeat: HEARTBEAT,
                feedDecimals: feedDecimals,
                tokenDecimals: token.decimals(),
                tier: flags & AssetFlags.STABLE != 0 ? 0 : _tier(),
                deviationBps: uint16(_pick(10, 25, 50, 200)),
                flags: flags,
                minPrice: 0,
                secondary: address(0),
                secondaryKind: SecondaryKind.NONE,
                secondaryDecimals: 0,
                secondaryWindow: 0,
                usdCap: 0
            })
        );
    }

    function _createVault(bool[] memory isSpare, uint256 n, uint256 stables) private {
        IndexParams memory params;
        params.name = "Index";
        params.symbol = "IDX";
        params.tokens = new address[](n);
        params.amounts = new uint256[](n);
        params.destinations = new Destination[](stables);
        uint256 nav = _between(10_000, 1_000_000); // {USD}
        uint256 j;
        uint256 k;
        for (uint256 c; c < isSpare.length; ++c) {
            Coin storage coin = _coins[c];
            if (isSpare[c]) continue;
            params.tokens[j] = address(coin.token);
            uint256 usd = (nav * _between(2, 10)) / (6 * n);
            // {raw tokens} = {USD} * 1e27 * 10^decimals / D27{USD/tok}
            params.amounts[j] = (usd * 1e27 * 10 ** coin.decimals) / coin.truth + 1;
            if (coin.flags & AssetFlags.STABLE != 0) {
                uint16 split = uint16(k + 1 == stables ? 10_000 - k * (10_000 / stables) : 10_000 / stables);
                params.destinations[k++] = Destination(address(coin.token), split);
            }
            ++j;
        }
        params.shares = (nav * 1e18) / _between(20, 500);
        params.receiver = address(this);
        params.curator = curator;
        params.limits = _limits();
        params.fees = FeeParams(uint64(_rand(uint256(0.05e18) / 365 days)), uint16(_rand(101)), curator);
        params.strategy = Strategy(makeAddr("strategist"), uint16(_rand(5_001)), keccak256("methodology"));
        params.signers = new address[](1);
        params.signers[0] = signer;
        params.threshold = 1;
        vault = _create(params);
        _created(params);
    }

    function _create(IndexParams memory params) internal returns (IndexVault) {
        for (uint256 i; i < params.tokens.length; ++i) {
            HostileToken token = HostileToken(params.tokens[i]);
            token.mint(address(this), params.amounts[i]);
            token.approve(address(factory), type(uint256).max);
        }
        return IndexVault(factory.createIndex(params));
    }

    /// @dev For those who want a second vault like the first.
    function _created(IndexParams memory params) internal virtual {}

    function _limits() internal virtual returns (Limits memory) {
        return
            Limits({
                turnoverBps: uint16(_pick(1_000, 2_500, 5_000, 10_000)),
                lossBps: uint16(_pick(5, 10, 50, 100)),
                deriskLossBps: uint16(_pick(5, 10, 50, 100)),
                maxWeightChangeBps: uint16(_pick(500, 1_000, 2_500, 10_000)),
                riskDelay: uint32(_between(1 hours, 4 hours)),
                basketDelay: uint32(_between(1 days, 3 days)),
                curveLength: uint32(_between(30 minutes, 12 hours)),
                cooldown: uint32(_between(1 hours, 12 hours)),
                deriskPeriod: 14 days
            });
    }

    /* FEEDS */

    /// @dev Starts a round of coin `c` and keeps what the feed made of the price. 0 takes the price away.
    function _publish(uint256 c, uint256 price) internal {
        Coin storage coin = _coins[c];
        uint256 step = 10 ** (27 - coin.feedDecimals);
        coin.feed.publish(int256(price / step), 0);
        coin.said = (price / step) * step;
    }

    function _coinOf(address token) internal view returns (Coin storage) {
        return _coins[_coinAt[token] - 1];
    }

    /* SIGNING */

    function _sign(bytes32 structHash) internal view returns (bytes[] memory signatures) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(SIGNER_KEY, keepers.digest(structHash));
        signatures = new bytes[](1);
        signatures[0] = abi.encode(signer, abi.encodePacked(r, s, v));
    }

    /// @dev Packs, signs and submits. False when the vault refuses.
    function _propose(uint256[] memory weights, Lane lane) internal returns (bool) {
        uint256[] memory words = new uint256[]((weights.length + 15) / 16);
        for (uint256 i; i < weights.length; ++i) words[i >> 4] |= weights[i] << ((i & 15) << 4);
        uint32 id = vault.epoch().id + 1;
        bytes32 structHash = keccak256(
            abi.encode(
                DecisionHash.DECISION_TYPEHASH,
                address(vault),
                id,
                keccak256(abi.encodePacked(words)),
                lane,
                bytes32(uint256(1)),
                uint40(block.timestamp)
            )
        );
        try vault.proposeWeights(id, words, lane, bytes32(uint256(1)), uint40(block.timestamp), _sign(structHash)) {
            return true;
        } catch {
            return false;
        }
    }

    function _proposeBasket(address[] memory add, address[] memory drop) internal returns (bool) {
        (, , uint32 last) = vault.pendingBasket();
        bytes32 structHash = keccak256(
            abi.encode(
                DecisionHash.BASKET_TYPEHASH,
                address(vault),
                last + 1,
                keccak256(abi.encodePacked(add)),
                keccak256(abi.encodePacked(drop)),
                bytes32(uint256(2)),
                uint40(block.timestamp)
            )
        );
        try vault.proposeBasket(last + 1, add, drop, bytes32(uint256(2)), uint40(block.timestamp), _sign(structHash)) {
            return true;
        } catch {
            return false;
        }
    }

    /* READING */

    /// @dev D36{USD/share at multiplier 1} at true prices: sum of D27{tok/share} * D27{USD/tok} / 1e18.
    function _trueNavPerShare() internal view returns (uint256 nav) {
        (Asset[] memory assets, uint256[] memory units, ) = vault.basket();
        for (uint256 i; i < assets.length; ++i) nav += (units[i] * (_coinOf(assets[i].token).truth / 1e9)) / 1e9;
    }
}
