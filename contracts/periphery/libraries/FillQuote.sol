// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IAssetRegistry, Quote} from "../../interfaces/IAssetRegistry.sol";
import {PairQuote} from "../../interfaces/IIndexLens.sol";
import {IIndexVault} from "../../interfaces/IIndexVault.sol";
import {IKeeperRegistry} from "../../interfaces/IKeeperRegistry.sol";
import {BucketLib} from "../../libraries/BucketLib.sol";
import {Errors} from "../../libraries/Errors.sol";
import {FillLib} from "../../libraries/FillLib.sol";
import {FloatPrice} from "../../libraries/FloatPrice.sol";
import {ShareMath} from "../../libraries/ShareMath.sol";
import {TargetLib} from "../../libraries/TargetLib.sol";
import {Units} from "../../libraries/Units.sol";
import {VaultMath} from "../../libraries/VaultMath.sol";
import {AssetFlags} from "../../types/AssetFlags.sol";
import {Buckets, Destination, Epoch, Lane, Limits, Target} from "../../types/VaultTypes.sol";
import {Position, VaultReads} from "./VaultReads.sol";

/// @title FillQuote
/// @notice What one fill would give, worked out from a vault's public views with the vault's own arithmetic.
/// @dev Follows FillLib step by step, in the same order, so that the first reason found is the error of `fill`.
/// What a token does in its own transfer, and what the filler pays on top, cannot be known in advance.
library FillQuote {
    using FixedPointMathLib for uint256;

    uint256 private constant FULL_BPS = 10_000; // {bps} one
    uint256 private constant ONE_D18 = 1e18; // D18{1}
    uint8 private constant FILLS_PAUSED = 2; // bit 1

    /// @dev One side of the trade.
    struct Side {
        Position position;
        Quote quote;
        Target target;
        uint256 wanted; // D27{tok/share at multiplier 1}
        uint256 snapshot; // D27{USD/tok}
    }

    /// @dev Everything that decides about one fill.
    struct Context {
        IIndexVault vault;
        Epoch epoch;
        Limits limits;
        Buckets buckets;
        Side sell;
        Side buy;
        uint256 aggregate; // D27{share wei}
        uint256 nav; // D18{USD}
    }

    /// @dev See IIndexLens.quoteFill.
    function quote(
        IIndexVault vault,
        IAssetRegistry registry,
        IKeeperRegistry keepers,
        uint256 i,
        uint256 j,
        uint256 maxSell
    ) internal view returns (PairQuote memory result) {
        Context memory c;
        c.vault = vault;
        c.epoch = vault.epoch();
        result.reason = _closedReason(c, keepers);
        if (result.reason != 0) return result;

        _load(c, registry, i, j);
        result.priceFactor = vault.priceFactor(i, j);
        if (c.sell.quote.price != 0 && c.buy.quote.price != 0) {
            // D27{tok j/tok i} = D27{USD/tok i} * 1e27 / D27{USD/tok j} * D18{1} / 1e18
            result.limitPrice = c.sell.quote.price.fullMulDiv(1e27, c.buy.quote.price).fullMulDivUp(
                result.priceFactor,
                ONE_D18
            );
        }
        result.reason = _pairReason(c);
        if (result.reason != 0) return result;

        (result.sold, result.paid) = _size(c, maxSell, result.priceFactor);
        result.reason = _sizeReason(c, result.sold, result.paid);
        result.fillable = result.reason == 0;
    }

    /// @dev Reasons that hold for every pair.
    function _closedReason(Context memory c, IKeeperRegistry keepers) private view returns (bytes4) {
        (uint8 bits, ) = c.vault.paused();
        if (bits & FILLS_PAUSED != 0) return Errors.IndexVault_Paused.selector;
        bool open = block.timestamp >= c.epoch.opensAt && block.timestamp < c.epoch.closesAt && !c.epoch.cancelled;
        if (!open) return Errors.IndexVault_EpochNotOpen.selector;
        if (keepers.signersVersion(address(c.vault)) != c.epoch.signersVersion) {
            return Errors.IndexVault_SignersRevoked.selector;
        }
        return 0;
    }

    function _load(Context memory c, IAssetRegistry registry, uint256 i, uint256 j) private view {
        Target[] memory targets = c.vault.targets();
        uint256[] memory wanted = c.vault.targetUnits();
        c.limits = c.vault.limits();
        c.buckets = c.vault.buckets();
        c.aggregate = c.vault.aggregate();
        // D18{USD} = D18{USD/share} * D27{share wei} / 1e45
        c.nav = uint256(c.epoch.navUnit).fullMulDiv(c.aggregate, 1e45);

        c.sell = _side(address(c.vault), targets[i], wanted[i], i);
        c.buy = _side(address(c.vault), targets[j], wanted[j], j);
        (c.sell.quote, c.buy.quote) = registry.pair(c.sell.position.token, c.buy.position.token);
    }

    function _side(
        address vault,
        Target memory target,
        uint256 wanted,
        uint256 index
    ) private view returns (Side memory side) {
        side.position = VaultReads.position(vault, index);
        side.target = target;
        side.wanted = wanted;
        side.snapshot = FloatPrice.decode(target.price);
    }

    /// @dev Reasons why these two tokens cannot be traded now, in the vault's order.
    function _pairReason(Context memory c) private view returns (bytes4 reason) {
        reason = _sideReason(c.sell, TargetLib.NOT_SOLD);
        if (reason == 0) reason = _sideReason(c.buy, TargetLib.NOT_BOUGHT);
        if (reason != 0) return reason;

        bool crossed = c.sell.position.units > c.sell.wanted && c.buy.wanted > c.buy.position.units;
        if (!crossed) return Errors.IndexVault_NothingToFill.selector;
        if (c.buy.quote.flags & AssetFlags.NEAR_MINIMUM != 0) return Errors.IndexVault_AssetFrozen.selector;
        if (c.buy.quote.flags & AssetFlags.OFF_PEG != 0) return Errors.IndexVault_AssetOffPeg.selector;
        if (c.epoch.lane == Lane.DERISK && !_isDestination(c.vault, c.buy.position.token)) {
            return Errors.IndexVault_NothingToFill.selector;
        }
        return 0;
    }

    /// @dev `freezeBit` forbids this side of the trade.
    function _sideReason(Side memory side, uint8 freezeBit) private pure returns (bytes4) {
        if (side.quote.price == 0) return Errors.IndexVault_PriceMissing.selector;
        bool frozen =
            side.target.freeze & freezeBit != 0 ||
                side.quote.flags & AssetFlags.FROZEN != 0 ||
                side.target.feedTag != side.quote.feedTag;
        if (frozen) return Errors.IndexVault_AssetFrozen.selector;

        uint256 price = side.quote.price * FULL_BPS; // prices are below 2^128
        bool within =
            price <= side.snapshot * (FULL_BPS + FillLib.BAND_BPS) &&
                price >= side.snapshot * (FULL_BPS - FillLib.BAND_BPS);
        return within ? bytes4(0) : Errors.IndexVault_PriceOutOfBand.selector;
    }

    /// @dev Clamped to surplus, turnover and deficit; every rounding favours the vault.
    function _size(
        Context memory c,
        uint256 maxSell,
        uint256 factor
    ) private view returns (uint256 sold, uint256 paid) {
        Position memory sell = c.sell.position;
        Position memory buy = c.buy.position;
        uint256 deficit = ShareMath.toRawDown(c.buy.wanted - buy.units, c.aggregate, buy.decimals);
        sold = ShareMath.toRawDown(sell.units - c.sell.wanted, c.aggregate, sell.decimals).min(maxSell);
        if (c.epoch.lane == Lane.RISK) {
            uint256 usd = _turnoverLeft(c).fullMulDiv(c.nav, ONE_D18); // D18{USD}
            sold = sold.min(VaultMath.toRaw(usd, _turnoverPrice(c), sell.decimals));
        }

        paid = VaultMath.payFor(sold, c.sell.quote.price, sell.decimals, c.buy.quote.price, buy.decimals, factor);
        if (paid > deficit) {
            paid = deficit;
            sold = sold.min(
                VaultMath.soldFor(paid, c.sell.quote.price, sell.decimals, c.buy.quote.price, buy.decimals, factor)
            );
        }
    }

    /// @dev Reasons that depend on the amounts: nothing left, balances, solvency after the trade, budgets.
    function _sizeReason(Context memory c, uint256 sold, uint256 paid) private pure returns (bytes4) {
        if (sold == 0 || paid == 0) return Errors.IndexVault_FillLimit.selector;
        bool readable = c.sell.position.readable && c.buy.position.readable;
        if (!readable || c.sell.position.balance < sold) return Errors.IndexVault_TransferFailed.selector;
        if (!_isCovered(c, sold, paid)) return Errors.IndexVault_Insolvent.selector;
        if (!_isInBudget(c, sold, paid)) return Errors.IndexVault_BudgetExhausted.selector;
        return 0;
    }

    /// @dev Whether both balances cover units and claims once the trade is done.
    function _isCovered(Context memory c, uint256 sold, uint256 paid) private pure returns (bool) {
        Position memory sell = c.sell.position;
        Position memory buy = c.buy.position;
        bool all = c.sell.wanted == 0 && sold == ShareMath.toRawDown(sell.units, c.aggregate, sell.decimals);
        uint256 sellUnits = all ? 0 : sell.units - ShareMath.toUnitsUp(sold, c.aggregate, sell.decimals);
        uint256 buyUnits = buy.units + ShareMath.toUnitsDown(paid, c.aggregate, buy.decimals);
        return
            sell.balance - sold >= ShareMath.toRawUp(Units.round(sellUnits), c.aggregate, sell.decimals) + sell.owed &&
            buy.balance + paid >= ShareMath.toRawUp(Units.round(buyUnits), c.aggregate, buy.decimals) + buy.owed;
    }

    /// @dev Whether turnover and loss of the trade fit what is left. Both per share: value / NAV.
    function _isInBudget(Context memory c, uint256 sold, uint256 paid) private pure returns (bool) {
        uint8 decimals = c.sell.position.decimals;
        uint256 valueOut = VaultMath.toUsdUp(sold, c.sell.quote.price, decimals);
        uint256 valueIn = VaultMath.toUsdDown(paid, c.buy.quote.price, c.buy.position.decimals);
        uint256 loss = valueOut.zeroFloorSub(valueIn).fullMulDivUp(ONE_D18, c.nav);
        if (c.epoch.lane == Lane.DERISK) {
            return c.buckets.deriskLoss + loss <= uint256(c.limits.deriskLossBps) * BucketLib.BPS_TO_D18;
        }

        uint256 turnover = VaultMath.toUsdUp(sold, _turnoverPrice(c), decimals).fullMulDivUp(ONE_D18, c.nav);
        return
            turnover <= BucketLib.capacity(c.limits.turnoverBps).zeroFloorSub(c.buckets.turnover) + 1 &&
            loss <= BucketLib.capacity(c.limits.lossBps).zeroFloorSub(c.buckets.loss) + 1;
    }

    /// @dev D18{1} of NAV that a RISK epoch may still sell now: released so far, and left in the bucket.
    function _turnoverLeft(Context memory c) private view returns (uint256) {
        uint256 figure = uint256(c.limits.turnoverBps) * BucketLib.BPS_TO_D18;
        uint256 released = (figure * (block.timestamp - c.epoch.opensAt)) / (2 * uint256(c.limits.curveLength));
        uint256 byEpoch = released.zeroFloorSub(c.epoch.turnoverUsed);
        return byEpoch.min(BucketLib.capacity(c.limits.turnoverBps).zeroFloorSub(c.buckets.turnover));
    }

    /// @dev D27{USD/tok} turnover counts at the higher of live and snapshot price.
    function _turnoverPrice(Context memory c) private pure returns (uint256) {
        return c.sell.quote.price.max(c.sell.snapshot);
    }

    function _isDestination(IIndexVault vault, address token) private view returns (bool) {
        Destination[] memory list = vault.destinations();
        for (uint256 k; k < list.length; ++k) if (list[k].token == token) return true;
        return false;
    }
}
