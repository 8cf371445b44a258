// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {AssetConfig, IAssetRegistry, Quote, SecondaryKind} from "./interfaces/IAssetRegistry.sol";
import {IAssetRegistryAdmin} from "./interfaces/IAssetRegistryAdmin.sol";
import {IKeeperRegistry} from "./interfaces/IKeeperRegistry.sol";
import {Errors} from "./libraries/Errors.sol";
import {FeedLib} from "./libraries/FeedLib.sol";
import {MinPriceLib} from "./libraries/MinPriceLib.sol";
import {TwapLib} from "./libraries/TwapLib.sol";
import {AssetFlags} from "./types/AssetFlags.sol";

/// @title AssetRegistry
/// @dev Lifecycle of a token: setTier -> setAsset -> (setFrozen) -> removeAsset.
///
/// PRICES: the primary feed's answer counts when it is positive, not from the future, not older than the heartbeat,
/// and the L2 sequencer has been up for the grace period. Everything else is "no price" (0) for this token alone: a
/// feed that reverts, burns gas, returns garbage or has vanished cannot stop a read of other tokens.
///
/// CROSS-CHECK: a listing may ask that a second source agrees. Without an answer of the second source the primary
/// stands alone, otherwise whoever can silence the second one could stop trading.
///
/// STORAGE: two slots a listing; the second is read only by those who need it. All tiers share one slot.
///
/// ROLES: the owner lists, thaws and sets tiers; the guardian, whom the keeper registry names, freezes. Neither can
/// touch a vault's tokens.
///
/// KNOWN LIMITS: the owner chooses feeds and pools, and a wrong choice is a wrong price; vaults notice a replaced
/// feed by `feedTag` and keep out of that token for a while. `usdCap` and tiers bound what one bad feed can cost.
contract AssetRegistry is IAssetRegistry, IAssetRegistryAdmin, Ownable2Step {
    using MinPriceLib for uint24;

    /// @dev One peg or cross-check tolerance for all: {bps}
    uint256 private constant TOLERANCE = 200;
    uint256 private constant BPS = 10_000;
    /// @dev {bps} no live feed has a threshold above 5%; a vault pays it to fillers as premium.
    uint256 public constant MAX_DEVIATION = 1_000;
    /// @dev {s} below this a pool's price can be held by one party for long enough.
    uint256 public constant MIN_TWAP_WINDOW = 300;
    uint256 private constant MAX_DECIMALS = 36;
    uint256 private constant TIERS = 16;
    /// @dev D27{USD/tok}
    uint256 private constant ONE_USD = 1e27;

    uint8 private constant STORED_FLAGS =
        AssetFlags.STABLE | AssetFlags.FROZEN | AssetFlags.MAY_SHRINK | AssetFlags.CROSS_CHECK;
    /// @dev Stored only: the second slot holds a dollar cap, so that quotes of the other tokens need not read it.
    uint8 private constant HAS_CAP = 128;

    /// @dev Places of the fields in the first slot of an AssetConfig, in bits.
    uint256 private constant HEARTBEAT_AT = 160;
    uint256 private constant FEED_DECIMALS_AT = 184;
    uint256 private constant TOKEN_DECIMALS_AT = 192;
    uint256 private constant TIER_AT = 200;
    uint256 private constant DEVIATION_AT = 208;
    uint256 private constant FLAGS_AT = 224;
    uint256 private constant MIN_PRICE_AT = 232;
    /// @dev The same in the second slot.
    uint256 private constant KIND_AT = 160;
    uint256 private constant SECONDARY_DECIMALS_AT = 168;
    uint256 private constant WINDOW_AT = 176;
    uint256 private constant USD_CAP_AT = 200;

    /// @dev Size of an encoded Quote: seven words.
    uint256 private constant QUOTE_SIZE = 0xe0;

    /// @inheritdoc IAssetRegistryAdmin
    IKeeperRegistry public immutable keepers;
    /// @inheritdoc IAssetRegistryAdmin
    address public immutable sequencerFeed;
    /// @inheritdoc IAssetRegistryAdmin
    uint32 public immutable sequencerGrace;

    /// @dev 16 caps of 16 bits. {bps of NAV}
    uint256 private _tiers;
    mapping(address token => AssetConfig config) private _assets;

    constructor(
        address initialOwner,
        IKeeperRegistry initialKeepers,
        address initialSequencerFeed,
        uint32 initialSequencerGrace
    ) Ownable(initialOwner) {
        require(address(initialKeepers).code.length != 0, Errors.AssetRegistry_NoCode(address(initialKeepers)));

        keepers = initialKeepers;
        sequencerFeed = initialSequencerFeed;
        sequencerGrace = initialSequencerGrace;
    }

    /* OWNER AND GUARDIAN */

    /// @inheritdoc IAssetRegistryAdmin
    function setAsset(address token, AssetConfig calldata config) external onlyOwner {
        _setAsset(token, config);
    }

    /// @inheritdoc IAssetRegistryAdmin
    function setAssets(address[] calldata tokens, AssetConfig[] calldata configs) external onlyOwner {
        require(tokens.length == configs.length, Errors.AssetRegistry_LengthMismatch(configs.length, tokens.length));

        for (uint256 i; i < tokens.length; ++i) {
            _setAsset(tokens[i], configs[i]);
        }
    }

    /// @inheritdoc IAssetRegistryAdmin
    function removeAsset(address token) external onlyOwner {
        AssetConfig memory previous = assetConfig(token);
        require(previous.feed != address(0), Errors.AssetRegistry_AssetNotListed(token));

        delete _assets[token];

        emit AssetSet(token, previous, assetConfig(token));
    }

    /// @inheritdoc IAssetRegistryAdmin
    function setFrozen(address token, bool frozen) external {
        require(
            msg.sender == owner() || (frozen && msg.sender == keepers.guardian()),
            Errors.AssetRegistry_Unauthorized(msg.sender)
        );
        AssetConfig storage asset = _assets[token];
        require(asset.feed != address(0), Errors.AssetRegistry_AssetNotListed(token));

        asset.flags = frozen ? asset.flags | AssetFlags.FROZEN : asset.flags & ~AssetFlags.FROZEN;

        emit AssetFrozen(token, frozen);
    }

    /// @inheritdoc IAssetRegistryAdmin
    function setTier(uint8 tier, uint16 maxWeightBps) external onlyOwner {
        require(tier < TIERS, Errors.AssetRegistry_TierInvalid(tier));
        require(maxWeightBps <= BPS, Errors.AssetRegistry_WeightTooHigh(maxWeightBps, BPS));

        uint16 previous = tierMaxWeightBps(tier);
        uint256 shift = uint256(tier) * 16;
        _tiers = (_tiers & ~(uint256(type(uint16).max) << shift)) | (uint256(maxWeightBps) << shift);

        emit TierSet(tier, previous, maxWeightBps);
    }

    /* PRICES */

    /// @inheritdoc IAssetRegistry
    function price(address token) external view returns (uint256) {
        return sequencerUp() ? _read(token) : 0;
    }

    /// @inheritdoc IAssetRegistry
    function prices(address[] calldata tokens) external view returns (uint256[] memory results) {
        results = new uint256[](tokens.length);
        if (!sequencerUp()) return results;

        for (uint256 i; i < tokens.length; ++i) {
            results[i] = _read(tokens[i]);
        }
    }

    /// @inheritdoc IAssetRegistry
    function pair(address a, address b) external view returns (Quote memory, Quote memory) {
        uint256 output = _allocate(2 * QUOTE_SIZE);
        bool up = sequencerUp();

        _writeQuote(output, a, up, 0);
        _writeQuote(output + QUOTE_SIZE, b, up, 0);

        assembly ("memory-safe") {
            return(output, mul(2, QUOTE_SIZE))
        }
    }

    /// @inheritdoc IAssetRegistry
    /// @dev Writes the encoded answer in place and returns it: nothing is allocated, zeroed or copied a second
    /// time.
    function quotes(address[] calldata tokens) external view returns (Quote[] memory) {
        uint256 size = 0x40 + tokens.length * QUOTE_SIZE;
        uint256 output = _allocate(size);
        assembly ("memory-safe") {
            mstore(output, 0x20)
            mstore(add(output, 0x20), tokens.length)
        }

        bool up = sequencerUp();
        uint256 tiers = _tiers;
        uint256 cursor = output + 0x40;
        for (uint256 i; i < tokens.length; ++i) {
            address token;
            assembly ("memory-safe") {
                // i is in range; what an address leaves of the word is not looked at
                token := shr(96, shl(96, calldataload(add(tokens.offset, shl(5, i)))))
            }
            uint256 listing = _writeQuote(cursor, token, up, tiers);
            if ((listing >> FLAGS_AT) & HAS_CAP != 0) _writeUsdCap(cursor, token);
            unchecked {
                cursor += QUOTE_SIZE; // within what was allocated
            }
        }

        assembly ("memory-safe") {
            return(output, size)
        }
    }

    /// @inheritdoc IAssetRegistry
    function secondaryPrice(address token) external view returns (uint256) {
        return sequencerUp() ? _readSecondary(token, _listing(token)) : 0;
    }

    /* LISTINGS */

    /// @inheritdoc IAssetRegistry
    function assetConfig(address token) public view returns (AssetConfig memory config) {
        config = _assets[token];
        config.flags &= STORED_FLAGS;
    }

    /// @inheritdoc IAssetRegistry
    function listings(address[] calldata tokens) external view returns (uint16[] memory list) {
        list = new uint16[](tokens.length);
        for (uint256 i; i < list.length; ++i) {
            uint256 listing = _listing(tokens[i]);
            uint256 flags = (listing >> FLAGS_AT) & STORED_FLAGS;
            uint256 decimals = (listing >> TOKEN_DECIMALS_AT) & 0xff;
            list[i] = listing == 0 ? type(uint16).max : uint16((flags << 8) | decimals);
        }
    }

    /// @inheritdoc IAssetRegistry
    function tierMaxWeightBps(uint8 tier) public view returns (uint16) {
        // Tiers above 15 shift everything out; the cast keeps the tier's 16 bits.
        return uint16(_tiers >> (uint256(tier) * 16));
    }

    /// @inheritdoc IAssetRegistry
    function sequencerUp() public view returns (bool) {
        if (sequencerFeed == address(0)) return true;

        (uint256 status, uint256 startedAt) = FeedLib.readStatus(sequencerFeed);
        // `startedAt` is when the status last changed, 0 before the feed's first round. In the future it is no answer.
        return
            status == 0 &&
            startedAt != 0 &&
            startedAt <= block.timestamp &&
            block.timestamp - startedAt > sequencerGrace;
    }

    /// @inheritdoc IAssetRegistryAdmin
    function encodeMinPrice(uint256 minimum) external pure returns (uint24) {
        return MinPriceLib.encodeUp(minimum);
    }

    /* READING */

    /// @dev First slot of a listing, 0 when there is none.
    function _listing(address token) private view returns (uint256 listing) {
        AssetConfig storage asset = _assets[token];
        assembly ("memory-safe") {
            listing := sload(asset.slot)
        }
    }

    /// @dev Second slot of a listing.
    function _secondSlot(address token) private view returns (uint256 second) {
        AssetConfig storage asset = _assets[token];
        assembly ("memory-safe") {
            second := sload(add(asset.slot, 1))
        }
    }

    /// @dev Price by the primary feed. The casts cut the fields out of the slot.
    function _readPrimary(uint256 listing) private view returns (uint256 result, uint256 roundId) {
        return
            FeedLib.read(
                address(uint160(listing)),
                uint24(listing >> HEARTBEAT_AT),
                uint8(listing >> FEED_DECIMALS_AT)
            );
    }

    /// @dev Price by the primary feed, 0 when the listing wants a cross-check and it fails. D27{USD/tok}
    function _read(address token) private view returns (uint256 result) {
        uint256 listing = _listing(token);
        (result, ) = _readPrimary(listing);
        if ((listing >> FLAGS_AT) & AssetFlags.CROSS_CHECK != 0) result = _crossChecked(token, listing, result);
    }

    /// @dev `result` unless the second source disagrees; 0 then. D27{USD/tok}
    function _crossChecked(address token, uint256 listing, uint256 result) private view returns (uint256) {
        if (result == 0) return 0;
        return _agree(result, _readSecondary(token, listing), uint16(listing >> DEVIATION_AT)) ? result : 0;
    }

    /// @dev Whether two sources are within the larger of 2% and two deviation thresholds; a silent second one
    /// agrees.
    function _agree(uint256 first, uint256 second, uint256 deviationBps) private pure returns (bool) {
        if (second == 0) return true;
        (uint256 low, uint256 high) = first < second ? (first, second) : (second, first);
        uint256 tolerance = 2 * deviationBps > TOLERANCE ? 2 * deviationBps : TOLERANCE; // {bps}
        // {bps} = {1} * {bps/1}: prices are below 2^128
        return (high - low) * BPS <= low * tolerance;
    }

    /// @dev Price by the second source alone. D27{USD/tok}
    function _readSecondary(address token, uint256 listing) private view returns (uint256 result) {
        uint256 second = _secondSlot(token);
        address source = address(uint160(second));
        uint256 kind = uint8(second >> KIND_AT);
        uint256 window = uint24(second >> WINDOW_AT); // {s}

        if (kind == uint256(SecondaryKind.AGGREGATOR)) {
            (result, ) = FeedLib.read(source, window, uint8(second >> SECONDARY_DECIMALS_AT));
        } else if (kind == uint256(SecondaryKind.UNISWAP_V3_TWAP)) {
            result = _readTwap(token, listing, source, window);
        }
    }

    /// @dev Price by a pool and the primary feed of the pool's other token. D27{USD/tok}
    function _readTwap(
        address token,
        uint256 listing,
        address pool,
        uint256 window
    ) private view returns (uint256 result) {
        (bool known, int256 tick) = TwapLib.meanTick(pool, window);
        if (!known) return 0;
        address other = TwapLib.counterpart(pool, token);
        uint256 otherListing = _listing(other);
        (uint256 otherPrice, ) = _readPrimary(otherListing); // D27{USD/other}

        // D27{USD/other} * {raw tok/tok}: at most 128 + 120 bits
        uint256 amount = otherPrice * 10 ** uint8(listing >> TOKEN_DECIMALS_AT);
        // D27{USD/tok} = D27{USD/other} * {raw tok/tok} * {raw other/raw tok} / {raw other/other}
        result = TwapLib.convert(tick, amount, token < other) / 10 ** uint8(otherListing >> TOKEN_DECIMALS_AT);
        if (result > FeedLib.MAX_PRICE) result = 0;
    }

    /* ENCODING */

    /// @dev Reserves `size` bytes of memory that are not zeroed.
    function _allocate(uint256 size) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := mload(0x40)
            mstore(0x40, add(pointer, size))
        }
    }

    /// @dev Writes the encoded quote of `token`, without its dollar cap, to the QUOTE_SIZE bytes at `cursor`. A
    /// proposal runs this a hundred times: calls that most tokens do not need are behind conditions.
    /// @return listing first slot of the token's listing.
    function _writeQuote(uint256 cursor, address token, bool up, uint256 tiers) private view returns (uint256 listing) {
        listing = _listing(token);
        uint256 result; // D27{USD/tok}
        uint256 roundId;
        if (up) (result, roundId) = _readPrimary(listing);
        uint256 flags = (listing >> FLAGS_AT) & STORED_FLAGS;
        if (flags & AssetFlags.CROSS_CHECK != 0) result = _crossChecked(token, listing, result);
        // A minimum price, the highest field, or a peg: whatever may raise a live flag.
        if ((listing >> MIN_PRICE_AT) | (flags & AssetFlags.STABLE) != 0) flags |= _liveFlags(listing, result);

        assembly ("memory-safe") {
            mstore(cursor, result)
            mstore(add(cursor, 0x20), roundId)
            // feedTag: 40 bits of the hash of feed, heartbeat and feed decimals, the low 192 bits of the slot
            mstore(0, shl(64, listing))
            mstore(add(cursor, 0x40), shr(216, keccak256(0, 24)))
            mstore(add(cursor, 0x60), and(shr(shl(4, and(shr(TIER_AT, listing), 0xff)), tiers), 0xffff))
            mstore(add(cursor, 0x80), and(shr(DEVIATION_AT, listing), 0xffff))
            mstore(add(cursor, 0xa0), flags)
            mstore(add(cursor, 0xc0), 0)
            // Nothing of the above means anything for a token that is not listed.
            if iszero(listing) {
                calldatacopy(cursor, calldatasize(), QUOTE_SIZE)
            }
        }
    }

    /// @dev Writes the dollar cap of `token` into its encoded quote at `cursor`.
    function _writeUsdCap(uint256 cursor, address token) private view {
        uint256 usdCap = _secondSlot(token) >> USD_CAP_AT; // {USD} the highest field
        assembly ("memory-safe") {
            mstore(add(cursor, 0xc0), usdCap)
        }
    }

    /// @dev Flags that follow from a price; none without one.
    /// @param result D27{USD/tok}
    function _liveFlags(uint256 listing, uint256 result) private pure returns (uint256 flags) {
        if (result == 0) return 0;

        unchecked {
            // Prices and minimum prices are below 2^128, no product can overflow; `uint24` keeps the highest field.
            uint24 minimum = uint24(listing >> MIN_PRICE_AT);
            if (minimum != 0 && result * 10 <= minimum.decode() * 11) flags = AssetFlags.NEAR_MINIMUM;
            if ((listing >> FLAGS_AT) & AssetFlags.STABLE != 0) {
                uint256 distance = result > ONE_USD ? result - ONE_USD : ONE_USD - result; // D27{USD/tok}
                if (distance * BPS > ONE_USD * TOLERANCE) flags |= AssetFlags.OFF_PEG;
            }
        }
    }

    /* CHECKING LISTINGS */

    function _setAsset(address token, AssetConfig calldata config) private {
        _requireFeedFits(token, config);
        _requireSecondaryFits(token, config);

        AssetConfig memory previous = assetConfig(token);
        AssetConfig memory current = config;
        current.flags |= previous.flags & AssetFlags.FROZEN;

        emit AssetSet(token, previous, current);

        // After the event, which tells what was asked for.
        if (current.usdCap != 0) current.flags |= HAS_CAP;
        _assets[token] = current;
    }

    function _requireFeedFits(address token, AssetConfig calldata config) private view {
        _requireDecimals(token, config.tokenDecimals);
        _requireDecimals(config.feed, config.feedDecimals);
        require(config.heartbeat != 0, Errors.AssetRegistry_HeartbeatZero(token));
        require(tierMaxWeightBps(config.tier) != 0, Errors.AssetRegistry_TierInvalid(config.tier));
        require(
            config.deviationBps <= MAX_DEVIATION,
            Errors.AssetRegistry_DeviationTooHigh(config.deviationBps, MAX_DEVIATION)
        );
        require(config.flags & ~STORED_FLAGS == 0, Errors.AssetRegistry_FlagsInvalid(config.flags));
        require(config.minPrice.isValid(), Errors.AssetRegistry_MinPriceInvalid(config.minPrice));
    }

    function _requireSecondaryFits(address token, AssetConfig calldata config) private view {
        bool fits;
        if (config.secondaryKind == SecondaryKind.NONE) {
            fits =
                config.secondary == address(0) &&
                config.secondaryDecimals == 0 &&
                config.secondaryWindow == 0 &&
                config.flags & AssetFlags.CROSS_CHECK == 0;
        } else if (config.secondaryKind == SecondaryKind.AGGREGATOR) {
            _requireDecimals(config.secondary, config.secondaryDecimals);
            fits = config.secondaryWindow != 0 && config.secondary != config.feed;
        } else {
            address other = TwapLib.counterpart(config.secondary, token);
            fits =
                other != address(0) &&
                _assets[other].feed != address(0) &&
                config.secondaryDecimals == 0 &&
                config.secondaryWindow >= MIN_TWAP_WINDOW;
        }
        require(fits, Errors.AssetRegistry_SecondaryInvalid(token, config.secondary));
    }

    /// @dev `account` must have code and `decimals()` equal to `expected`, at most 36.
    function _requireDecimals(address account, uint8 expected) private view {
        require(account.code.length != 0, Errors.AssetRegistry_NoCode(account));
        (bool success, bytes memory data) = account.staticcall(abi.encodeCall(IERC20Metadata.decimals, ()));
        uint256 actual = success && data.length >= 32 ? abi.decode(data, (uint256)) : type(uint256).max;

        require(actual == expected, Errors.AssetRegistry_DecimalsMismatch(account, actual, expected));
        require(actual <= MAX_DECIMALS, Errors.AssetRegistry_DecimalsTooLarge(account, actual, MAX_DECIMALS));
    }
}
