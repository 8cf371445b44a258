// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {AssetConfig, IAssetRegistry, Quote} from "../interfaces/IAssetRegistry.sol";
import {IIndexFactory} from "../interfaces/IIndexFactory.sol";
import {
    Budget,
    CreationPreview,
    Health,
    Holding,
    IIndexLens,
    Lot,
    Nav,
    PairQuote,
    Promises,
    TokenHealth,
    Weight
} from "../interfaces/IIndexLens.sol";
import {IIndexVault} from "../interfaces/IIndexVault.sol";
import {IKeeperRegistry} from "../interfaces/IKeeperRegistry.sol";
import {BucketLib} from "../libraries/BucketLib.sol";
import {Errors} from "../libraries/Errors.sol";
import {ShareMath} from "../libraries/ShareMath.sol";
import {VaultMath} from "../libraries/VaultMath.sol";
import {AssetFlags} from "../types/AssetFlags.sol";
import {Buckets, Limits, Target} from "../types/VaultTypes.sol";
import {FillQuote} from "./libraries/FillQuote.sol";
import {NavReader, Valuation} from "./libraries/NavReader.sol";
import {Position, VaultReads} from "./libraries/VaultReads.sol";

/// @title IndexLens
/// @dev READING
/// - Answers about the vaults of one factory, at the prices of the registry that they trade by.
/// - Views only, no storage; anyone can deploy another one. Vaults do not know that it exists.
///
/// @dev ROBUSTNESS
/// - A token that reverts, burns gas or returns megabytes costs its gas cap and is reported as unreadable.
/// - A token without a price is left out of the NAV and listed; nothing is guessed for it.
/// - Gas caps mean that a call with too little gas under-reports: use eth_call with its usual budget.
///
/// @dev UNITS
/// - D18{USD}, D27{USD/tok}, {raw tokens}, {bps}, {s}, as beside each field in IIndexLens.
contract IndexLens is IIndexLens {
    using VaultReads for Position;

    uint256 private constant BPS = 10_000; // {bps} one
    uint256 private constant ONE_D18 = 1e18; // D18{1}
    uint256 private constant YEAR = 365 days; // {s}
    uint256 private constant DAY = 1 days; // {s}

    IIndexFactory private immutable FACTORY;
    IAssetRegistry private immutable REGISTRY;
    IKeeperRegistry private immutable KEEPERS;

    constructor(IIndexFactory factory, IAssetRegistry registry, IKeeperRegistry keepers) {
        FACTORY = factory;
        REGISTRY = registry;
        KEEPERS = keepers;
    }

    modifier onlyIndex(address vault) {
        _requireIndex(vault);
        _;
    }

    /* VALUE */

    /// @inheritdoc IIndexLens
    function nav(address vault) external view onlyIndex(vault) returns (Nav memory result) {
        Valuation memory v = NavReader.value(REGISTRY, vault);
        result.supply = v.supply;
        result.total = v.total;
        result.holdings = new Holding[](v.held.length);
        result.unpriced = new address[](v.held.length);
        uint256 missing;

        for (uint256 i; i < v.held.length; ++i) {
            address token = v.held[i].token;
            uint256 price = v.quotes[i].price;
            result.holdings[i] = Holding(token, v.held[i].decimals, price, v.amounts[i], v.values[i]);
            if (price == 0 && v.amounts[i] != 0) result.unpriced[missing++] = token;
        }

        _truncate(result.unpriced, missing);
        // D18{USD/share} = D18{USD} * 1e18 / {share wei}; dead shares keep the supply above 0
        result.perShare = FixedPointMathLib.fullMulDiv(result.total, ONE_D18, result.supply);
    }

    /// @inheritdoc IIndexLens
    function weights(address vault) external view onlyIndex(vault) returns (Weight[] memory list, uint256 drift) {
        Position[] memory held = VaultReads.positions(vault);
        Target[] memory targets = IIndexVault(vault).targets();
        (uint256[] memory values, uint256 total) = _values(held);

        list = new Weight[](held.length);
        uint256 sum; // D18{1}
        for (uint256 i; i < held.length; ++i) {
            uint256 current = total == 0 ? 0 : FixedPointMathLib.fullMulDiv(values[i], ONE_D18, total);
            // Both terms are below 2^64.
            int256 difference = int256(current) - int256(uint256(targets[i].weightBps) * (ONE_D18 / BPS));
            sum += FixedPointMathLib.abs(difference);
            list[i] = Weight(held[i].token, _toBps(current), targets[i].weightBps, _toSignedBps(difference));
        }
        drift = _toBps(sum / 2);
    }

    /* REBALANCE */

    /// @inheritdoc IIndexLens
    function lots(address vault) external view onlyIndex(vault) returns (Lot[] memory list) {
        Position[] memory held = VaultReads.positions(vault);
        Quote[] memory quotes = VaultReads.quotes(REGISTRY, held);
        Target[] memory targets = IIndexVault(vault).targets();
        uint256[] memory wanted = IIndexVault(vault).targetUnits();
        uint256 aggregate = IIndexVault(vault).aggregate();
        bool open = IIndexVault(vault).isOpen();

        list = new Lot[](held.length);
        for (uint256 i; i < held.length; ++i) {
            Position memory p = held[i];
            Lot memory lot = list[i];
            lot.token = p.token;
            lot.freeze = targets[i].freeze;
            lot.price = quotes[i].price;
            if (!open) continue;

            if (p.units > wanted[i]) lot.surplus = ShareMath.toRawDown(p.units - wanted[i], aggregate, p.decimals);
            else lot.deficit = ShareMath.toRawDown(wanted[i] - p.units, aggregate, p.decimals);
            lot.surplusValue = VaultMath.toUsdDown(lot.surplus, lot.price, p.decimals);
            lot.deficitValue = VaultMath.toUsdDown(lot.deficit, lot.price, p.decimals);
        }
    }

    /// @inheritdoc IIndexLens
    function quoteFill(
        address vault,
        uint256 i,
        uint256 j,
        uint256 maxSell
    ) external view onlyIndex(vault) returns (PairQuote memory) {
        return FillQuote.quote(IIndexVault(vault), REGISTRY, KEEPERS, i, j, maxSell);
    }

    /* HEALTH */

    /// @inheritdoc IIndexLens
    function health(address vault) external view onlyIndex(vault) returns (Health memory h) {
        IIndexVault index = IIndexVault(vault);
        Limits memory limits = index.limits();
        Buckets memory buckets = index.buckets();
        address[] memory signers;
        bytes32 pending;

        h.turnover = _budget(limits.turnoverBps, buckets.turnover);
        h.loss = _budget(limits.lossBps, buckets.loss);
        h.epoch = index.epoch();
        h.open = index.isOpen();
        (h.pausedBits, h.pausedUntil) = index.paused();
        h.sequencerUp = REGISTRY.sequencerUp();
        h.signersMatch = h.epoch.signersVersion == KEEPERS.signersVersion(vault);
        (signers, h.threshold) = KEEPERS.signersOf(vault);
        h.signers = signers.length;
        (pending, h.basketAppliesAt, ) = index.pendingBasket();
        h.pendingBasket = pending != 0;

        Position[] memory held = VaultReads.positions(vault);
        Quote[] memory quotes = VaultReads.quotes(REGISTRY, held);
        Target[] memory targets = index.targets();
        h.tokens = new TokenHealth[](held.length);
        for (uint256 i; i < held.length; ++i) {
            h.tokens[i] = _tokenHealth(held[i], quotes[i], targets[i].freeze);
            if (_isTroubled(h.tokens[i])) ++h.troubled;
        }
    }

    /// @inheritdoc IIndexLens
    function promises(address vault) external view onlyIndex(vault) returns (Promises memory p) {
        IIndexVault index = IIndexVault(vault);
        p.limits = index.limits();
        p.destinations = index.destinations();
        p.fees = index.fees();
        // A share stands for exp(-rate * year) of what it stood for; rate * year is at most 5% and some.
        p.streamingPerYear = ONE_D18 - uint256(FixedPointMathLib.expWad(-int256(uint256(p.fees.streamingRate) * YEAR)));
        p.curator = index.curator();
        p.guardian = KEEPERS.guardian();
    }

    /* PREVIEWS */

    /// @inheritdoc IIndexLens
    function previewMint(
        address vault,
        uint256 shares
    ) external view onlyIndex(vault) returns (uint256[] memory amounts, uint256 feeShares, uint256 value) {
        (amounts, feeShares) = IIndexVault(vault).previewMint(shares);
        Position[] memory held = VaultReads.positions(vault);
        value = _worth(held, amounts);
    }

    /// @inheritdoc IIndexLens
    function previewRedeem(
        address vault,
        uint256 shares
    ) external view onlyIndex(vault) returns (uint256[] memory amounts, uint256 value, uint256 skipBitmap) {
        amounts = IIndexVault(vault).previewRedeem(shares);
        Position[] memory held = VaultReads.positions(vault);
        for (uint256 i; i < held.length; ++i) {
            amounts[i] = held[i].payout(amounts[i]);
            if (!held[i].readable) skipBitmap |= 1 << i;
        }
        value = _worth(held, amounts);
    }

    /// @inheritdoc IIndexLens
    function previewCreate(
        address[] calldata tokens,
        uint256[] calldata amounts,
        uint256 shares
    ) external view returns (CreationPreview memory preview) {
        uint256 n = tokens.length;
        require(n == amounts.length, Errors.IndexLens_LengthMismatch(n, amounts.length));
        require(shares != 0, Errors.IndexLens_SharesZero());

        Quote[] memory quotes = REGISTRY.quotes(tokens);
        uint256[] memory values = new uint256[](n);
        for (uint256 i; i < n; ++i) {
            uint8 decimals = REGISTRY.assetConfig(tokens[i]).tokenDecimals;
            values[i] = VaultMath.toUsdDown(amounts[i], quotes[i].price, decimals);
            preview.value += values[i];
        }

        // D18{USD/share} = D18{USD} * 1e18 / {share wei}
        preview.perShare = FixedPointMathLib.fullMulDiv(preview.value, ONE_D18, shares);
        preview.weights = new uint256[](n);
        preview.unpriced = new address[](n);
        preview.aboveCap = new address[](n);
        _judgeSeed(tokens, quotes, values, preview);
    }

    /* INTERNAL */

    /// @dev Numbers of a contract that only looks like a vault would be worth nothing.
    function _requireIndex(address vault) private view {
        require(FACTORY.isIndex(vault), Errors.IndexLens_VaultUnknown(vault));
    }

    /// @dev Weights of a seed, and which of its tokens have no price or too large a part.
    function _judgeSeed(
        address[] calldata tokens,
        Quote[] memory quotes,
        uint256[] memory values,
        CreationPreview memory preview
    ) private pure {
        uint256 missing;
        uint256 above;
        for (uint256 i; i < tokens.length; ++i) {
            if (preview.value != 0) {
                preview.weights[i] = _toBps(FixedPointMathLib.fullMulDiv(values[i], ONE_D18, preview.value));
            }
            if (quotes[i].price == 0) preview.unpriced[missing++] = tokens[i];
            else if (preview.weights[i] > quotes[i].maxWeightBps) preview.aboveCap[above++] = tokens[i];
        }
        _truncate(preview.unpriced, missing);
        _truncate(preview.aboveCap, above);
    }

    function _tokenHealth(Position memory p, Quote memory q, uint8 freeze) private view returns (TokenHealth memory h) {
        AssetConfig memory config = REGISTRY.assetConfig(p.token);

        h.token = p.token;
        h.priced = q.price != 0;
        h.listed = config.feed != address(0);
        h.frozen = (config.flags | q.flags) & AssetFlags.FROZEN != 0;
        h.offPeg = q.flags & AssetFlags.OFF_PEG != 0;
        h.nearMinimum = q.flags & AssetFlags.NEAR_MINIMUM != 0;
        h.readable = p.readable;
        h.freeze = freeze;
        h.feedAge = VaultReads.feedAge(config.feed);
        h.heartbeat = config.heartbeat;
        h.owed = p.owed;
        h.shortfall = p.shortfall();
    }

    function _isTroubled(TokenHealth memory h) private pure returns (bool) {
        return !h.priced || h.frozen || h.offPeg || h.nearMinimum || !h.readable || h.shortfall != 0;
    }

    /// @dev {bps of NAV/share per 7 days}, D18{1} used -> the bucket in words.
    function _budget(uint256 weeklyBps, uint256 used) private pure returns (Budget memory b) {
        b.weekly = weeklyBps * (ONE_D18 / BPS);
        b.capacity = BucketLib.capacity(weeklyBps);
        // Rounding may leave one unit more in the bucket than it holds.
        b.left = FixedPointMathLib.zeroFloorSub(b.capacity, used);
        // D18{day} = D18{1} * {s} * 1e18 / (D18{1} * {s/day}); the bucket leaks its capacity in one period
        b.daysToFull = FixedPointMathLib.fullMulDivUp(used, BucketLib.PERIOD * ONE_D18, b.capacity * DAY);
    }

    /// @dev D18{USD} of every position and their sum; 0 where there is no price.
    function _values(Position[] memory held) private view returns (uint256[] memory values, uint256 total) {
        Quote[] memory quotes = VaultReads.quotes(REGISTRY, held);
        values = new uint256[](held.length);
        for (uint256 i; i < held.length; ++i) {
            values[i] = VaultMath.toUsdDown(held[i].payout(held[i].holdings), quotes[i].price, held[i].decimals);
            total += values[i];
        }
    }

    /// @dev D18{USD} of amounts in basket order, as far as they have prices.
    function _worth(Position[] memory held, uint256[] memory amounts) private view returns (uint256 value) {
        Quote[] memory quotes = VaultReads.quotes(REGISTRY, held);
        for (uint256 i; i < held.length; ++i) {
            value += VaultMath.toUsdDown(amounts[i], quotes[i].price, held[i].decimals);
        }
    }

    /// @dev {bps} = D18{1} * 1e4 / 1e18, rounded to nearest.
    function _toBps(uint256 part) private pure returns (uint256) {
        return (part * BPS + ONE_D18 / 2) / ONE_D18;
    }

    function _toSignedBps(int256 part) private pure returns (int256) {
        int256 size = int256(_toBps(FixedPointMathLib.abs(part)));
        return part < 0 ? -size : size;
    }

    /// @dev Cuts the unused end off an array.
    function _truncate(address[] memory list, uint256 length) private pure {
        assembly ("memory-safe") {
            mstore(list, length)
        }
    }
}
