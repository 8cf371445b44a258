// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IAssetRegistry, Quote} from "../interfaces/IAssetRegistry.sol";
import {IFillCallback} from "../interfaces/IFillCallback.sol";
import {IIndexVault} from "../interfaces/IIndexVault.sol";
import {IKeeperRegistry} from "../interfaces/IKeeperRegistry.sol";
import {AssetFlags} from "../types/AssetFlags.sol";
import {VaultStorage} from "../types/VaultStorage.sol";
import {Buckets, Epoch, Lane, Limits, Target} from "../types/VaultTypes.sol";
import {BasketBlob} from "./BasketBlob.sol";
import {BucketLib} from "./BucketLib.sol";
import {CloneArgs} from "./CloneArgs.sol";
import {Errors} from "./Errors.sol";
import {FloatPrice} from "./FloatPrice.sol";
import {ProposalLib} from "./ProposalLib.sol";
import {QuoteReader} from "./QuoteReader.sol";
import {ShareMath} from "./ShareMath.sol";
import {TargetLib} from "./TargetLib.sol";
import {TokenCalls} from "./TokenCalls.sol";
import {Units} from "./Units.sol";
import {VaultMath} from "./VaultMath.sol";

/// @title FillLib
/// @notice One fill: sells surplus of token i for deficit of token j at the live cross price times the curve's factor.
/// @dev External: runs in the vault by delegatecall, to keep the vault within the size limit.
library FillLib {
    using BasketBlob for address;
    using FixedPointMathLib for uint256;

    uint256 internal constant BAND_BPS = 1_000; // {bps} a live price may leave its snapshot by

    /// @dev Caller's arguments of one fill.
    struct Order {
        uint256 i;
        uint256 j;
        uint256 maxSell; // {raw tokens}
        uint256 minSell; // {raw tokens}
        uint256 maxPay; // {raw tokens}
    }

    /// @dev One side of a fill.
    struct Side {
        address token;
        uint8 decimals;
        uint256 price; // D27{USD/tok} live
        uint256 snapshot; // D27{USD/tok}
        uint256 units; // D27{tok/share at multiplier 1} held
        uint256 target; // D27{tok/share at multiplier 1} wanted
    }

    struct Trade {
        Side sell;
        Side buy;
        uint256 aggregate; // D27{share wei}
        uint256 nav; // D18{USD}
        uint256 factor; // D18{1} of the curve
        uint256 deficit; // {raw tokens} of the bought token
        uint256 sold; // {raw tokens}
        uint256 owed; // {raw tokens} least payment
    }

    /// @dev See IIndexVault.fill.
    function fill(
        VaultStorage storage s,
        IAssetRegistry registry,
        IKeeperRegistry keepers,
        Order calldata order,
        bytes calldata callbackData
    ) external returns (uint256, uint256) {
        Epoch storage e = s.epoch;
        require(isOpen(e), Errors.IndexVault_EpochNotOpen());
        ProposalLib.requireLiveSigners(e, keepers);

        Limits memory l = CloneArgs.limits();
        Trade memory t = _load(s, registry, e, l, order);
        Buckets memory b = s.buckets;
        BucketLib.leak(b, l.turnoverBps, l.lossBps);
        _size(t, order.maxSell, _turnoverLeft(e, b, l));
        require(
            t.sold != 0 && t.owed != 0 && t.sold >= order.minSell && t.owed <= order.maxPay,
            Errors.IndexVault_FillLimit(t.sold, order.minSell, t.owed, order.maxPay)
        );

        uint256 paid = _settle(s, t, order, callbackData);
        _debit(e, b, l, t, paid);
        s.buckets = b;

        emit IIndexVault.Filled(e.id, msg.sender, t.sell.token, t.buy.token, t.sold, paid);
        return (t.sold, paid);
    }

    /// @dev Whether the clock accepts fills.
    function isOpen(Epoch storage e) internal view returns (bool) {
        return block.timestamp >= e.opensAt && block.timestamp < e.closesAt && !e.cancelled;
    }

    /// @dev D18{1} a line from 1 + premium down to 1 - discount, once per curve length. Premium and discount come from
    /// the two feeds' deviation thresholds; the discount is clamped so that spending the whole turnover at it cannot
    /// cost more than the loss figure.
    function priceFactor(Epoch storage e, Limits memory l, uint256 deviationBps) internal view returns (uint256) {
        uint256 spread = deviationBps * BucketLib.BPS_TO_D18; // D18{1}
        uint256 ceiling =
            e.lane == Lane.RISK
                ? (uint256(l.lossBps) * 1e18) / l.turnoverBps
                : uint256(l.deriskLossBps) * BucketLib.BPS_TO_D18;
        uint256 discount = spread.min(ceiling);
        uint256 position = (block.timestamp - e.opensAt) % l.curveLength; // {s}
        return 1e18 + spread - ((spread + discount) * position) / l.curveLength;
    }

    /// @dev Reads both sides and checks that they may be traded.
    function _load(
        VaultStorage storage s,
        IAssetRegistry registry,
        Epoch storage e,
        Limits memory l,
        Order calldata order
    ) private view returns (Trade memory t) {
        (t.sell.token, t.sell.decimals, ) = s.basketPointer.single(order.i);
        (t.buy.token, t.buy.decimals, ) = s.basketPointer.single(order.j);
        (Quote memory quoteSell, Quote memory quoteBuy) = QuoteReader.pair(registry, t.sell.token, t.buy.token);
        _loadSide(s, e, t.sell, quoteSell, order.i, TargetLib.NOT_SOLD);
        _loadSide(s, e, t.buy, quoteBuy, order.j, TargetLib.NOT_BOUGHT);
        require(
            t.sell.units > t.sell.target && t.buy.target > t.buy.units,
            Errors.IndexVault_NothingToFill(t.sell.token, t.buy.token)
        );

        require(quoteBuy.flags & AssetFlags.NEAR_MINIMUM == 0, Errors.IndexVault_AssetFrozen(t.buy.token));
        require(quoteBuy.flags & AssetFlags.OFF_PEG == 0, Errors.IndexVault_AssetOffPeg(t.buy.token));
        // After a refresh at lower prices a fixed weight would buy: DERISK never does, except its destinations.
        require(
            e.lane == Lane.RISK || CloneArgs.isDestination(t.buy.token),
            Errors.IndexVault_NothingToFill(t.sell.token, t.buy.token)
        );
        t.aggregate = s.aggregate;
        t.nav = TargetLib.navTotal(s);
        t.factor = priceFactor(e, l, uint256(quoteSell.deviationBps) + quoteBuy.deviationBps);
    }

    /// @dev `side`: the freeze bit that forbids this side of the trade.
    function _loadSide(
        VaultStorage storage s,
        Epoch storage e,
        Side memory token,
        Quote memory quote,
        uint256 index,
        uint8 side
    ) private view {
        Target memory record = TargetLib.get(s, index);
        require(quote.price != 0, Errors.IndexVault_PriceMissing(token.token));
        require(
            record.freeze & side == 0 && quote.flags & AssetFlags.FROZEN == 0 && record.feedTag == quote.feedTag,
            Errors.IndexVault_AssetFrozen(token.token)
        );
        token.price = quote.price;
        token.snapshot = FloatPrice.decode(record.price);
        require(
            quote.price * 10_000 <= token.snapshot * (10_000 + BAND_BPS) &&
                quote.price * 10_000 >= token.snapshot * (10_000 - BAND_BPS),
            Errors.IndexVault_PriceOutOfBand(token.token, quote.price, token.snapshot)
        );
        token.units = Units.load(s, index);
        token.target = TargetLib.targetUnits(e, record, token.units);
    }

    /// @dev D18{1} of NAV that may still be sold now. DERISK may overdraw.
    function _turnoverLeft(Epoch storage e, Buckets memory b, Limits memory l) private view returns (uint256) {
        if (e.lane == Lane.DERISK) return type(uint256).max;
        uint256 figure = uint256(l.turnoverBps) * BucketLib.BPS_TO_D18;
        uint256 released = (figure * (block.timestamp - e.opensAt)) / (2 * uint256(l.curveLength));
        uint256 byEpoch = FixedPointMathLib.zeroFloorSub(released, e.turnoverUsed);
        return byEpoch.min(FixedPointMathLib.zeroFloorSub(BucketLib.capacity(l.turnoverBps), b.turnover));
    }

    /// @dev Clamps the amount to surplus, turnover and deficit, and prices it. Every rounding favours the vault.
    function _size(Trade memory t, uint256 maxSell, uint256 turnoverLeft) private pure {
        uint256 surplus = ShareMath.toRawDown(t.sell.units - t.sell.target, t.aggregate, t.sell.decimals);
        t.deficit = ShareMath.toRawDown(t.buy.target - t.buy.units, t.aggregate, t.buy.decimals);
        t.sold = surplus.min(maxSell);
        if (turnoverLeft != type(uint256).max) {
            // D18{USD} to {raw tokens} at the higher of the two prices
            uint256 price = t.sell.price.max(t.sell.snapshot);
            uint256 usd = turnoverLeft.fullMulDiv(t.nav, 1e18);
            t.sold = t.sold.min(VaultMath.toRaw(usd, price, t.sell.decimals));
        }
        t.owed = VaultMath.payFor(t.sold, t.sell.price, t.sell.decimals, t.buy.price, t.buy.decimals, t.factor);
        if (t.owed > t.deficit) {
            t.owed = t.deficit;
            t.sold = t.sold.min(
                VaultMath.soldFor(t.owed, t.sell.price, t.sell.decimals, t.buy.price, t.buy.decimals, t.factor)
            );
        }
    }

    /// @dev Writes both unit entries, sends, takes the payment, and believes nothing but the vault's own balances.
    function _settle(
        VaultStorage storage s,
        Trade memory t,
        Order calldata order,
        bytes calldata callbackData
    ) private returns (uint256 paid) {
        uint256 sellBefore = VaultMath.balance(t.sell.token);
        uint256 buyBefore = VaultMath.balance(t.buy.token);
        Units.store(s, order.i, _unitsAfterSale(t));
        _credit(s, t, order.j, t.owed);

        require(
            TokenCalls.push(t.sell.token, msg.sender, t.sold, gasleft()),
            Errors.IndexVault_TransferFailed(t.sell.token)
        );
        if (callbackData.length != 0) {
            IFillCallback(msg.sender).onFill(t.sell.token, t.sold, t.buy.token, t.owed, callbackData);
        } else {
            require(
                TokenCalls.pull(t.buy.token, msg.sender, address(this), t.owed),
                Errors.IndexVault_TransferFailed(t.buy.token)
            );
        }

        uint256 sellAfter = VaultMath.balance(t.sell.token);
        uint256 buyAfter = VaultMath.balance(t.buy.token);
        require(buyAfter >= buyBefore + t.owed, Errors.IndexVault_Insolvent(t.buy.token, buyAfter, buyBefore + t.owed));
        require(
            sellAfter + t.sold >= sellBefore,
            Errors.IndexVault_Insolvent(t.sell.token, sellAfter, sellBefore - t.sold)
        );
        paid = buyAfter - buyBefore;
        // More than owed is credited up to the deficit; the rest is a surplus that `sync` releases slowly.
        if (paid > t.owed) _credit(s, t, order.j, paid.min(t.deficit));
        VaultMath.requireSolvent(s, order.i, t.sell.token, t.sell.decimals, sellAfter);
        VaultMath.requireSolvent(s, order.j, t.buy.token, t.buy.decimals, buyAfter);
    }

    /// @dev Selling all of a token leaves no dust in its units, so that it can be dropped.
    function _unitsAfterSale(Trade memory t) private pure returns (uint256) {
        bool all = t.sell.target == 0 && t.sold == ShareMath.toRawDown(t.sell.units, t.aggregate, t.sell.decimals);
        return all ? 0 : t.sell.units - ShareMath.toUnitsUp(t.sold, t.aggregate, t.sell.decimals);
    }

    function _credit(VaultStorage storage s, Trade memory t, uint256 index, uint256 amount) private {
        uint256 units = t.buy.units + ShareMath.toUnitsDown(amount, t.aggregate, t.buy.decimals);
        require(units <= Units.MAX, Errors.IndexVault_UnitsOutOfRange(t.buy.token, units));
        Units.store(s, index, units);
    }

    /// @dev Turnover at the higher of live and snapshot price; loss at live prices. Both per share: value / NAV.
    function _debit(Epoch storage e, Buckets memory b, Limits memory l, Trade memory t, uint256 paid) private {
        (uint256 turnover, uint256 loss) = _fractions(t, paid);
        if (e.lane == Lane.DERISK) _debitDerisk(b, l, turnover, loss);
        else _debitRisk(b, l, turnover, loss);
        e.turnoverUsed = uint64(FixedPointMathLib.min(e.turnoverUsed + turnover, type(uint64).max));
    }

    /// @dev D18{1} of NAV sold and lost, rounded up.
    function _fractions(Trade memory t, uint256 paid) private pure returns (uint256 turnover, uint256 loss) {
        uint256 price = t.sell.price.max(t.sell.snapshot);
        turnover = VaultMath.toUsdUp(t.sold, price, t.sell.decimals).fullMulDivUp(1e18, t.nav);
        uint256 valueOut = VaultMath.toUsdUp(t.sold, t.sell.price, t.sell.decimals);
        uint256 valueIn = VaultMath.toUsdDown(paid.min(t.deficit), t.buy.price, t.buy.decimals);
        loss = FixedPointMathLib.zeroFloorSub(valueOut, valueIn).fullMulDivUp(1e18, t.nav);
    }

    /// @dev Loss under its own cap. The turnover overdraft is not carried: RISK waits for a full bucket to leak.
    function _debitDerisk(Buckets memory b, Limits memory l, uint256 turnover, uint256 loss) private pure {
        uint256 cap = uint256(l.deriskLossBps) * BucketLib.BPS_TO_D18;
        uint256 level = b.deriskLoss + loss;
        require(level <= cap, Errors.IndexVault_BudgetExhausted(0, cap - b.deriskLoss));
        b.deriskLoss = uint64(level); // <= 1e16
        b.turnover = uint64((b.turnover + turnover).min(BucketLib.capacity(l.turnoverBps))); // <= 5e17
    }

    function _debitRisk(Buckets memory b, Limits memory l, uint256 turnover, uint256 loss) private pure {
        uint256 turnoverLeft = FixedPointMathLib.zeroFloorSub(BucketLib.capacity(l.turnoverBps), b.turnover);
        uint256 lossLeft = FixedPointMathLib.zeroFloorSub(BucketLib.capacity(l.lossBps), b.loss);
        // Rounding up may cost one unit of 1e-18 more than was left.
        require(
            turnover <= turnoverLeft + 1 && loss <= lossLeft + 1,
            Errors.IndexVault_BudgetExhausted(turnoverLeft, lossLeft)
        );
        b.turnover = uint64(b.turnover + turnover); // <= 5e17 + 1
        b.loss = uint64(b.loss + loss); // <= 5e15 + 1
    }
}
