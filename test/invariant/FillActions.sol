// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IFillCallback} from "../../contracts/interfaces/IFillCallback.sol";
import {FloatPrice} from "../../contracts/libraries/FloatPrice.sol";
import {HostileToken} from "../../contracts/mocks/HostileToken.sol";
import {Asset, Epoch, Lane} from "../../contracts/types/VaultTypes.sol";
import {HolderActions} from "./HolderActions.sol";

/// @title FillActions
/// @notice Fills by a filler who waits for the worst price, with a ledger of what they cost at true prices, and the market.
abstract contract FillActions is HolderActions, IFillCallback {
    uint256 internal constant WEEK = 7 days; // {s}
    /// @dev D18{1} per window: roundings of many fills, one billionth.
    uint256 internal constant TOLERANCE = 1e9;

    /// @dev One fill, per share, as a part of NAV.
    struct Flow {
        uint256 time; // {s}
        uint256 turnover; // D18{1} sold, at the higher of live and snapshot price, of the NAV at the snapshot
        uint256 loss; // D18{1} lost at true prices, less what the error of the two feeds explains
        uint256 trueLoss; // D18{1} lost at true prices
        Lane lane;
    }

    /// @dev What a fill is measured by.
    struct Sight {
        uint256 i;
        uint256 j;
        uint256 nav; // D36{USD/share at multiplier 1} at true prices
        uint256 aggregate; // D27{share wei}
        uint256 snapshot; // D27{USD/tok} of the sold token
        uint256[] units;
        uint256[] targets;
        Epoch epoch;
    }

    Flow[] internal _flows;
    bool private _mayLose;
    uint256 private _navBefore; // D36{USD/share at multiplier 1}
    uint256 private _extra; // {raw tokens} paid on top
    bool private _cameThrough;

    /* ACTIONS */

    function fill(uint256 seed) external action(seed) {
        _fillSome();
    }

    function _fillSome() internal {
        if (!_enterWindow()) return;
        _loses();
        for (uint256 k = 1 + _rand(4); k > 0; --k) {
            (uint256[] memory from, uint256[] memory to) = _gaps();
            if (from.length == 0 || to.length == 0) return;
            _fill(from[_rand(from.length)], to[_rand(to.length)], _rand(3) == 0 ? 1 + _rand(1e9) : type(uint256).max);
        }
    }

    /// @dev Everybody learns of it: truth and feed move together.
    function movePrice(uint256 seed) external action(seed) {
        _loses();
        uint256 c = _rand(_coins.length);
        uint256 bps = _pick(_between(9_700, 10_300), _between(9_000, 11_100), _between(6_500, 14_500), _extremeMove());
        _coins[c].truth = (_knownOf(c) * bps) / 10_000;
        if (_coins[c].truth < 1e19) _coins[c].truth = 1e19;
        _publish(c, _coins[c].truth);
        _coins[c].truth = _coins[c].said;
        _did("movePrice");
    }

    /// @dev Two new rounds for every feed, as live feeds have.
    function tick(uint256 seed) external action(seed) {
        for (uint256 c; c < _coins.length; ++c) {
            _publish(c, _coins[c].said);
            _publish(c, _coins[c].said);
        }
        skip(_between(6 hours, 7 hours));
    }

    /// @inheritdoc IFillCallback
    function onFill(address sellToken, uint256, address buyToken, uint256 owed, bytes calldata) external {
        if (msg.sender != address(vault)) return; // the fuzzer calls it, too
        try vault.distributeFees() {
            _cameThrough = true;
        } catch {}
        try vault.previewRedeem(1e18) {
            _cameThrough = true;
        } catch {}
        HostileToken(buyToken).mint(address(vault), owed + _extra);
        if (_extra & 1 == 1) HostileToken(sellToken).mint(address(vault), _extra);
    }

    /* LAWS */

    /// @notice INV-03: D18{1} the most that was lost in any 7 days beyond the loss figure; 0 when the law holds.
    function lossBeyondFigure() external view returns (uint256 beyond) {
        uint256 figure = uint256(vault.limits().lossBps) * 1e14 + TOLERANCE;
        uint256 deriskFigure = uint256(vault.limits().deriskLossBps) * 1e14;
        for (uint256 k; k < _flows.length; ++k) {
            uint256 sum;
            uint256 allowed = figure;
            for (uint256 n = k; n < _flows.length && _flows[n].time <= _flows[k].time + WEEK; ++n) {
                sum += _flows[n].loss;
                if (_flows[n].lane == Lane.DERISK) allowed = figure + deriskFigure;
            }
            if (sum > allowed && sum - allowed > beyond) beyond = sum - allowed;
        }
    }

    /// @notice INV-04: D18{1} the most that RISK sold in any 7 days beyond the turnover figure; 0 when the law holds.
    function turnoverBeyondFigure() external view returns (uint256 beyond) {
        uint256 figure = uint256(vault.limits().turnoverBps) * 1e14 + TOLERANCE;
        for (uint256 k; k < _flows.length; ++k) {
            uint256 sum;
            for (uint256 n = k; n < _flows.length && _flows[n].time <= _flows[k].time + WEEK; ++n) {
                if (_flows[n].lane == Lane.RISK) sum += _flows[n].turnover;
            }
            if (sum > figure && sum - figure > beyond) beyond = sum - figure;
        }
    }

    /// @notice D18{1} the most that was really lost in any 7 days, as a part of the loss figure.
    function worstLossOfFigure() external view returns (uint256 worst) {
        for (uint256 k; k < _flows.length; ++k) {
            uint256 sum;
            for (uint256 n = k; n < _flows.length && _flows[n].time <= _flows[k].time + WEEK; ++n)
                sum += _flows[n].trueLoss;
            uint256 part = (sum * 10_000) / vault.limits().lossBps;
            if (part > worst) worst = part;
        }
    }

    /* STEPS */

    function _start() internal virtual override {
        _mayLose = false;
        _navBefore = _trueNavPerShare();
    }

    /// @dev The rest of this action is measured by the ledger of fills, or by nothing when prices move.
    function _loses() internal {
        if (!_mayLose) _finish();
        _mayLose = true;
    }

    /// @dev At true prices that do not change in the action.
    function _finish() internal virtual override {
        _check(_mayLose || _trueNavPerShare() >= _navBefore, "INV-09: nothing but a fill takes value from the holders");
    }

    function _extremeMove() internal virtual returns (uint256) {
        return _rand(2) == 0 ? 4_000 : 25_000; // {bps}
    }

    function _knownOf(uint256 c) private view returns (uint256) {
        return _coins[c].truth;
    }

    /// @dev Waits for the window, and often for the end of a curve, where the price is worst.
    function _enterWindow() private returns (bool) {
        Epoch memory e = vault.epoch();
        if (e.cancelled || block.timestamp >= e.closesAt) return false;
        uint256 curve = vault.limits().curveLength;
        if (block.timestamp < e.opensAt) vm.warp(e.opensAt);
        uint256 end = e.opensAt + (block.timestamp - e.opensAt < curve ? curve : 2 * curve) - 1;
        uint256 choice = _rand(3);
        if (choice == 0) vm.warp(end);
        if (choice == 1) vm.warp(_between(block.timestamp, end));
        return true;
    }

    /// @dev Indices of tokens with a surplus and with a deficit.
    function _gaps() internal view returns (uint256[] memory from, uint256[] memory to) {
        (, uint256[] memory units, ) = vault.basket();
        uint256[] memory wanted = vault.targetUnits();
        (uint256 n, uint256 m) = (0, 0);
        for (uint256 i; i < units.length; ++i) {
            if (units[i] > wanted[i]) ++n;
            if (units[i] < wanted[i]) ++m;
        }
        (from, to) = (new uint256[](n), new uint256[](m));
        for (uint256 i; i < units.length; ++i) {
            if (units[i] > wanted[i]) from[--n] = i;
            if (units[i] < wanted[i]) to[--m] = i;
        }
    }

    function _fill(uint256 i, uint256 j, uint256 maxSell) internal {
        Sight memory sight;
        (sight.i, sight.j) = (i, j);
        sight.nav = _trueNavPerShare();
        sight.aggregate = vault.aggregate();
        sight.snapshot = FloatPrice.decode(vault.targets()[i].price);
        sight.targets = vault.targetUnits();
        sight.epoch = vault.epoch();
        Asset[] memory assets;
        (assets, sight.units, ) = vault.basket();
        _extra = _rand(4) == 0 ? _rand(1e6) : 0;

        try vault.fill(i, j, maxSell, 1, type(uint256).max, vault.basketNonce(), "pay") returns (
            uint256 sold,
            uint256
        ) {
            _mayLeave[assets[i].token] += sold;
            _did(sight.epoch.lane == Lane.RISK ? "fillRisk" : "fillDerisk");
            _checkDrift(sight);
            _book(sight, assets, sold);
            _check(!_cameThrough, "INV-09: no call out of a fill changes or prices the vault");
        } catch {
            _did("fillRefused");
        }
    }

    /// @dev INV-05.
    function _checkDrift(Sight memory sight) private {
        (, uint256[] memory units, ) = vault.basket();
        (uint256 i, uint256 j) = (sight.i, sight.j);
        _check(
            units[i] < sight.units[i] && units[i] >= sight.targets[i],
            "INV-05: a fill reduces the surplus, not past 0"
        );
        _check(
            units[j] >= sight.units[j] && units[j] <= sight.targets[j],
            "INV-05: a fill reduces the deficit, not past 0"
        );
        for (uint256 k; k < units.length; ++k) {
            _check(k == i || k == j || units[k] == sight.units[k], "INV-05: a fill changes two tokens and no other");
        }
    }

    function _book(Sight memory sight, Asset[] memory assets, uint256 sold) private {
        Coin memory sell = _coinOf(assets[sight.i].token);
        Coin memory buy = _coinOf(assets[sight.j].token);
        // D36{USD/share} against the larger of the true NAV and the one that the vault saw at its snapshot
        uint256 base = FixedPointMathLib.max(sight.nav, uint256(sight.epoch.navUnit) * 1e18);
        uint256 loss = FixedPointMathLib.zeroFloorSub(sight.nav, _trueNavPerShare());
        Flow memory flow;
        flow.time = block.timestamp;
        flow.lane = sight.epoch.lane;
        flow.trueLoss = FixedPointMathLib.fullMulDiv(loss, 1e18, base);
        loss = FixedPointMathLib.zeroFloorSub(loss, _rounding(sight, sell) + _rounding(sight, buy));
        loss = FixedPointMathLib.zeroFloorSub(loss, _error(sight, sell, buy, sold));
        // A bought token worth more than its feed says makes each oracle dollar of loss worth more, too.
        if (buy.truth > buy.said) loss = FixedPointMathLib.fullMulDiv(loss, buy.said, buy.truth);
        flow.loss = FixedPointMathLib.fullMulDiv(loss, 1e18, base);
        uint256 units = FixedPointMathLib.fullMulDiv(sold, 10 ** (72 - sell.decimals), sight.aggregate);
        flow.turnover = _perShare(units, FixedPointMathLib.max(sell.said, sight.snapshot)) / sight.epoch.navUnit;
        _flows.push(flow);
    }

    /// @dev D36{USD/share} two raw tokens, and what a 76-bit mantissa drops.
    function _rounding(Sight memory sight, Coin memory coin) private pure returns (uint256) {
        uint256 units = 2 + (2 * 10 ** (72 - coin.decimals)) / sight.aggregate;
        return _perShare(units, coin.truth) + sight.nav / 1e20 + 1;
    }

    /// @dev D36{USD/share} sold * (truth of the sold token - what the feeds make it worth in the bought token at truth).
    function _error(
        Sight memory sight,
        Coin memory sell,
        Coin memory buy,
        uint256 sold
    ) private pure returns (uint256) {
        uint256 worth = FixedPointMathLib.fullMulDiv(buy.truth, sell.said, buy.said); // D27{USD/tok}
        if (sell.truth <= worth) return 0;
        uint256 units = FixedPointMathLib.fullMulDiv(sold, 10 ** (72 - sell.decimals), sight.aggregate);
        return _perShare(units, sell.truth - worth);
    }

    /// @dev D36{USD/share} = D27{tok/share} * D27{USD/tok} / 1e18
    function _perShare(uint256 units, uint256 price) internal pure returns (uint256) {
        return FixedPointMathLib.fullMulDiv(units, price, 1e18);
    }

    /// @dev Rounds again what would soon be too old.
    function _keepFresh() internal {
        for (uint256 c; c < _coins.length; ++c) {
            if (_coins[c].feed.latestTimestamp() + HEARTBEAT / 2 < block.timestamp) _publish(c, _coins[c].said);
        }
    }
}
