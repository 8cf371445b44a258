// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IBatchDepositor} from "../../contracts/interfaces/IBatchDepositor.sol";
import {IERC7540Deposit} from "../../contracts/interfaces/external/IERC7540Deposit.sol";
import {IERC7540Operator} from "../../contracts/interfaces/external/IERC7540Operator.sol";
import {IERC7540Redeem} from "../../contracts/interfaces/external/IERC7540Redeem.sol";
import {IERC7575} from "../../contracts/interfaces/external/IERC7575.sol";
import {Errors} from "../../contracts/libraries/Errors.sol";
import {BatchBooks} from "./BatchBooks.sol";

/// @title BatchCalls
/// @notice Every call of a batch depositor with the reason for which it must be refused, and what it does when it is not.
abstract contract BatchCalls is BatchBooks {
    /// @dev One delivery: what was asked for, what the books say about it.
    struct Trade {
        uint256 i; // who delivers
        uint256 batch;
        uint256 most; // of what he delivers
        uint256 limit; // D27{raw cash/share wei} that he accepts
        uint256 to; // who gets what he is paid
        uint256 nav; // D27{raw cash/share wei}
        uint256 price; // D27{raw cash/share wei}
        uint256 shares; // {share wei}
        uint256 assets; // {raw cash}
        bytes4 reason; // against it, 0 for none
    }

    bytes4 internal constant ANY = 0xffffffff; // refused, by whomever
    bytes4 internal constant NAV = 0xfffffffe; // refused for want of a complete NAV
    uint256 private constant CALL_GAS = 12_000_000; // {gas} some tokens burn all they get

    /// @dev A call works when there is no reason against it, and fails for just that reason when there is.
    function _expect(
        address caller,
        bytes memory data,
        bytes4 reason
    ) internal returns (bool worked, uint256[2] memory r) {
        bytes memory answer;
        vm.prank(caller);
        (worked, answer) = address(depositor).call{gas: CALL_GAS}(data);
        if (reason == 0) {
            _check(worked, string.concat("INV-12(d): what the rules allow works: ", _words(data, answer)));
        } else {
            bytes4 found = bytes4(answer);
            bool right = reason == ANY || (reason == NAV ? _isNavReason(found) : found == reason);
            _check(!worked && right, string.concat("INV-12(f): what the rules forbid fails: ", _words(data, answer)));
        }
        if (!worked) return (worked, r);
        if (answer.length >= 64) r = abi.decode(answer, (uint256[2]));
        else if (answer.length == 32) r[0] = abi.decode(answer, (uint256));
    }

    function _words(bytes memory data, bytes memory answer) private pure returns (string memory) {
        return string.concat(vm.toString(bytes32(bytes4(data))), " ", vm.toString(bytes32(bytes4(answer))));
    }

    function _isNavReason(bytes4 reason) private pure returns (bool) {
        return
            reason == Errors.BatchDepositor_CashUnusable.selector ||
            reason == Errors.BatchDepositor_MintPaused.selector ||
            reason == Errors.BatchDepositor_TokenShort.selector ||
            reason == Errors.BatchDepositor_TokenUnpriced.selector ||
            reason == Errors.BatchDepositor_TokenFrozen.selector ||
            reason == Errors.BatchDepositor_PriceOutOfRange.selector;
    }

    function _mayAct(address caller, uint256 i) internal view returns (bool) {
        return caller == _people[i] || _isOperator[i][caller];
    }

    /* REQUESTS */

    /// @dev A request of `caller` for controller `i` with the tokens of `owner`.
    function _request(uint256 side, address caller, uint256 i, uint256 owner, uint256 amount) internal returns (bool) {
        uint256 batch = _collecting();
        uint256 minimum = side == 0 ? _unit : MIN_SHARES;
        uint256 room = (side == 0 ? type(uint64).max : type(uint96).max) - _books[batch].total[side];
        bool has = side == 0 ? _cashArrives(owner, amount) : amount <= _sharesOf[owner];
        bytes4 reason;
        if (amount < minimum) reason = Errors.BatchDepositor_AmountTooSmall.selector;
        else if (!_mayAct(caller, owner)) reason = Errors.BatchDepositor_Unauthorized.selector;
        else if (amount > room) reason = Errors.BatchDepositor_AmountTooLarge.selector;
        else if (!has) reason = ANY;

        bytes memory data =
            side == 0
                ? abi.encodeCall(IERC7540Deposit.requestDeposit, (amount, _people[i], _people[owner]))
                : abi.encodeCall(IERC7540Redeem.requestRedeem, (amount, _people[i], _people[owner]));
        (bool worked, uint256[2] memory r) = _expect(caller, data, reason);
        if (!worked) return false;
        _check(r[0] == batch, "INV-12(b): nobody joins a batch later than 30 minutes before it");
        _took(side, owner, amount);
        _file(side, i, batch, amount);
        return true;
    }

    function _cancel(uint256 side, address caller, uint256 i, uint256 batch, uint256 to) internal returns (bool) {
        uint256 amount = batch == _collecting() ? _asked[side][batch][i] : 0;
        bytes4 reason;
        if (!_mayAct(caller, i)) reason = Errors.BatchDepositor_Unauthorized.selector;
        else if (batch != _collecting()) reason = Errors.BatchDepositor_Locked.selector;
        else if (amount == 0) reason = Errors.BatchDepositor_NothingToSend.selector;
        else if (side == 0 && !_cashMoves(address(depositor), _people[to])) reason = ANY;

        bytes memory data =
            side == 0
                ? abi.encodeCall(IBatchDepositor.cancelDepositRequest, (batch, _people[to], _people[i]))
                : abi.encodeCall(IBatchDepositor.cancelRedeemRequest, (batch, _people[to], _people[i]));
        (bool worked, uint256[2] memory r) = _expect(caller, data, reason);
        if (!worked) return false;
        _check(r[0] == amount, "INV-12(e): a cancelled request comes back in full");
        _unfile(side, i, batch);
        _paid(side, to, amount);
        return true;
    }

    function _setOperator(uint256 i, address operator, bool approved) internal {
        _expect(_people[i], abi.encodeCall(IERC7540Operator.setOperator, (operator, approved)), 0);
        _isOperator[i][operator] = approved;
    }

    /* SETTLING */

    function _openBatch(address caller, uint256 batch) internal returns (bool) {
        Book storage b = _books[batch];
        (bool complete, uint256 price) = _nav();
        bytes4 reason;
        if (!_isInWindow(batch)) reason = Errors.BatchDepositor_NotInWindow.selector;
        else if (b.openedAt != 0) reason = Errors.BatchDepositor_AlreadyOpened.selector;
        else if (b.total[0] + b.total[1] == 0) reason = Errors.BatchDepositor_BatchEmpty.selector;
        else if (!complete) reason = NAV;
        (bool worked, ) = _expect(caller, abi.encodeCall(IBatchDepositor.open, (batch)), reason);
        if (!worked) return false;

        // The smaller side entirely; a half of which either side would get nothing does not happen.
        uint256 assets = Math.mulDiv(b.total[1], price, ONE);
        uint256 shares = b.total[1];
        if (assets > b.total[0]) (assets, shares) = (b.total[0], Math.mulDiv(b.total[0], ONE, price));
        if (assets == 0 || shares == 0) (assets, shares) = (0, 0);
        (b.openedAt, b.price) = (block.timestamp, price);
        (b.spent, b.bought) = ([assets, shares], [shares, assets]);
        uint256 paid = assets * ONE;
        _check(
            paid <= (shares + 1) * price && (shares == 0 || paid + ONE > shares * price),
            "INV-12(b): both sides cross at NAV, to the unit"
        );
        return true;
    }

    /// @dev Why nobody can deliver now, 0 when somebody can; the live NAV.
    function _closed(uint256 batch) private view returns (bytes4, uint256) {
        Book storage b = _books[batch];
        if (b.openedAt == 0) return (Errors.BatchDepositor_NotOpened.selector, 0);
        if (!_isInWindow(batch)) return (Errors.BatchDepositor_NotInWindow.selector, 0);
        (bool complete, uint256 nav) = _nav();
        if (!complete) return (NAV, 0);
        bool moved = (Math.max(nav, b.price) - Math.min(nav, b.price)) * 100 > b.price * 5;
        return (moved ? Errors.BatchDepositor_NavMoved.selector : bytes4(0), nav);
    }

    /// @dev D27{raw cash/share wei} what depositors pay now, from NAV - 1% up by 2% in four hours.
    function _depositPrice(uint256 batch, uint256 nav) internal view returns (uint256) {
        uint256 elapsed = block.timestamp - _books[batch].openedAt;
        return Math.mulDiv(nav, 99 * WINDOW + 2 * elapsed, 100 * WINDOW);
    }

    /// @dev D27{raw cash/share wei} what redeemers get now, from NAV + 1% down by 2% in four hours.
    function _redeemPrice(uint256 batch, uint256 nav) internal view returns (uint256) {
        uint256 elapsed = block.timestamp - _books[batch].openedAt;
        return Math.mulDiv(nav, 101 * WINDOW - 2 * elapsed, 100 * WINDOW, Math.Rounding.Ceil);
    }

    /// @dev `slack` 0: any price; 1: just this one; 2: one more than there is.
    function _deliverShares(uint256 i, uint256 batch, uint256 most, uint256 slack, uint256 to) internal returns (bool) {
        Trade memory t = Trade(i, batch, most, 0, to, 0, 0, 0, 0, 0);
        (t.reason, t.nav) = _closed(batch);
        t.price = t.reason == 0 ? _depositPrice(batch, t.nav) : 0;
        t.limit = slack == 0 ? 0 : t.price + slack - 1;
        if (t.reason == 0) _sizeShares(t);
        bytes memory data = abi.encodeCall(IBatchDepositor.deliverShares, (batch, most, t.limit, _people[to]));
        (bool worked, uint256[2] memory r) = _expect(_people[i], data, t.reason);
        if (!worked) return false;
        _check(r[0] == t.shares && r[1] == t.assets, "INV-12(b): shares are bought at the price of this second");
        _check(r[1] * ONE * 100 <= r[0] * t.nav * 101, "INV-12(b): depositors pay NAV + 1% at most");
        _check(
            (r[1] + 1) * ONE * 100 >= (r[0] - 1) * t.nav * 99,
            "INV-12(b): who delivers shares gets NAV - 1% at least"
        );
        _books[batch].spent[0] += t.assets;
        _books[batch].bought[0] += t.shares;
        _took(1, i, t.shares);
        _paid(0, to, t.assets);
        return true;
    }

    function _sizeShares(Trade memory t) private view {
        t.assets = _books[t.batch].total[0] - _books[t.batch].spent[0];
        t.shares = Math.mulDiv(t.assets, ONE, t.price, Math.Rounding.Ceil);
        if (t.most < t.shares) (t.shares, t.assets) = (t.most, Math.mulDiv(t.most, t.price, ONE));
        if (t.limit > t.price) t.reason = Errors.BatchDepositor_PriceBeyondLimit.selector;
        else if (t.shares == 0 || t.assets == 0) t.reason = Errors.BatchDepositor_NothingToExchange.selector;
        else if (t.shares > _sharesOf[t.i] || !_cashMoves(address(depositor), _people[t.to])) t.reason = ANY;
    }

    /// @dev `slack` as above.
    function _deliverCash(uint256 i, uint256 batch, uint256 most, uint256 slack, uint256 to) internal returns (bool) {
        Trade memory t = Trade(i, batch, most, 0, to, 0, 0, 0, 0, 0);
        (t.reason, t.nav) = _closed(batch);
        t.price = t.reason == 0 ? _redeemPrice(batch, t.nav) : 0;
        t.limit = slack == 0 || t.price == 0 ? type(uint256).max : t.price + 1 - slack;
        if (t.reason == 0) _sizeCash(t);
        bytes memory data = abi.encodeCall(IBatchDepositor.deliverCash, (batch, most, t.limit, _people[to]));
        (bool worked, uint256[2] memory r) = _expect(_people[i], data, t.reason);
        if (!worked) return false;
        _check(r[0] == t.assets && r[1] == t.shares, "INV-12(b): shares are sold at the price of this second");
        _check(r[0] * ONE * 100 >= r[1] * t.nav * 99, "INV-12(b): redeemers get NAV - 1% at least");
        _check(
            (r[0] - 1) * ONE * 100 <= (r[1] + 1) * t.nav * 101,
            "INV-12(b): who delivers cash pays NAV + 1% at most"
        );
        _books[batch].spent[1] += t.shares;
        _books[batch].bought[1] += t.assets;
        _took(0, i, t.assets);
        _paid(1, to, t.shares);
        return true;
    }

    function _sizeCash(Trade memory t) private view {
        t.shares = _books[t.batch].total[1] - _books[t.batch].spent[1];
        t.assets = Math.mulDiv(t.shares, t.price, ONE, Math.Rounding.Ceil);
        if (t.most < t.assets) {
            t.shares = Math.mulDiv(t.most, ONE, t.price);
            t.assets = Math.mulDiv(t.shares, t.price, ONE, Math.Rounding.Ceil);
        }
        if (t.limit < t.price) t.reason = Errors.BatchDepositor_PriceBeyondLimit.selector;
        else if (t.shares == 0 || t.assets == 0) t.reason = Errors.BatchDepositor_NothingToExchange.selector;
        else if (!_cashArrives(t.i, t.assets)) t.reason = ANY;
    }

    /* CLAIMS */

    /// @dev `byOwn`: the amount is in what was given, cash of deposits and shares of redemptions.
    function _claim(
        uint256 side,
        bool byOwn,
        address caller,
        uint256 i,
        uint256 to,
        uint256 amount
    ) internal returns (bool) {
        (uint256 own, uint256 other, bytes4 reason) = _parts(side, byOwn, i, amount);
        if (!_mayAct(caller, i)) reason = Errors.BatchDepositor_Unauthorized.selector;
        else if (reason == 0 && side == 1 && !_cashMoves(address(depositor), _people[to])) reason = ANY;
        bytes memory data = _claimData(side, byOwn, amount, to, i);
        (bool worked, uint256[2] memory r) = _expect(caller, data, reason);
        if (!worked) return false;
        _check(r[0] == (byOwn ? other : own), "INV-12(c): claims are rounded against who claims");
        _collect(side, i);
        _pools[side][i].own -= own;
        _pools[side][i].other -= other;
        _paid(1 - side, to, other);
        return true;
    }

    /// @dev What a claim takes off either amount, or why it cannot be.
    function _parts(
        uint256 side,
        bool byOwn,
        uint256 i,
        uint256 amount
    ) private view returns (uint256 own, uint256 other, bytes4 reason) {
        (Pool memory p, ) = _standing(side, i);
        if (amount == 0 || amount > (byOwn ? p.own : p.other)) {
            return (0, 0, Errors.BatchDepositor_ClaimTooLarge.selector);
        }
        (own, other) = (amount, amount);
        if (byOwn) other = (amount * p.other) / p.own;
        else own = Math.mulDiv(amount, p.own, p.other, Math.Rounding.Ceil);
        if (other == 0) reason = Errors.BatchDepositor_ClaimTooSmall.selector;
    }

    function _claimData(
        uint256 side,
        bool byOwn,
        uint256 amount,
        uint256 to,
        uint256 i
    ) private view returns (bytes memory) {
        (address receiver, address controller) = (_people[to], _people[i]);
        if (side == 1) {
            return
                byOwn
                    ? abi.encodeCall(IERC7575.redeem, (amount, receiver, controller))
                    : abi.encodeCall(IERC7575.withdraw, (amount, receiver, controller));
        }
        return
            byOwn
                ? abi.encodeWithSignature("deposit(uint256,address,address)", amount, receiver, controller)
                : abi.encodeWithSignature("mint(uint256,address,address)", amount, receiver, controller);
    }

    function _claimRefund(uint256 side, address caller, uint256 i, uint256 to) internal returns (bool) {
        (Pool memory p, ) = _standing(side, i);
        bytes4 reason;
        if (!_mayAct(caller, i)) reason = Errors.BatchDepositor_Unauthorized.selector;
        else if (p.refund == 0) reason = Errors.BatchDepositor_NothingToSend.selector;
        else if (side == 0 && !_cashMoves(address(depositor), _people[to])) reason = ANY;
        bytes memory data =
            side == 0
                ? abi.encodeCall(IBatchDepositor.claimDepositRefund, (_people[to], _people[i]))
                : abi.encodeCall(IBatchDepositor.claimRedeemRefund, (_people[to], _people[i]));
        (bool worked, uint256[2] memory r) = _expect(caller, data, reason);
        if (!worked) return false;
        _check(r[0] == p.refund, "INV-12(d): a refund is paid in full");
        _collect(side, i);
        _pools[side][i].refund = 0;
        _paid(side, to, p.refund);
        return true;
    }

    /// @dev By anyone, for anyone, to each himself. What the cash refuses to send stays claimable.
    function _claimMany(address caller, uint256[] memory list) internal {
        address[] memory controllers = new address[](list.length);
        for (uint256 k; k < list.length; ++k) controllers[k] = _people[list[k]];
        _expect(caller, abi.encodeCall(IBatchDepositor.claimMany, (controllers)), 0);
        for (uint256 k; k < list.length; ++k) _payOut(list[k]);
    }

    function _payOut(uint256 i) private {
        (Pool memory d, Pool memory w) = (_pools[0][i], _pools[1][i]);
        (uint256 deposited, uint256 redeemed) = (d.own, w.own);
        (d, w) = (_collect(0, i), _collect(1, i));
        if (d.other + d.refund + w.other + w.refund == 0) {
            // A part so small that it became nothing is forgotten.
            (_pools[0][i].own, _pools[1][i].own) = (deposited, redeemed);
            return;
        }
        _paid(1, i, d.other + w.refund);
        (d.own, d.other, w.refund) = (0, 0, 0);
        uint256 due = d.refund + w.other;
        if (due == 0 || _cashMoves(address(depositor), _people[i])) {
            if (due != 0) _paid(0, i, due);
            (w.own, w.other, d.refund) = (0, 0, 0);
        } else {
            _did("payoutFailed");
        }
        if (w.other + w.refund == 0) w.own = 0;
        (_pools[0][i], _pools[1][i]) = (d, w);
    }
}
