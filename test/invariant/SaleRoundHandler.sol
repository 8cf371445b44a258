// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {SaleRound} from "../../contracts/governance/SaleRound.sol";
import {GovernanceErrors} from "../../contracts/libraries/GovernanceErrors.sol";
import {SaleRoundLedger} from "./SaleRoundLedger.sol";

/// @title SaleRoundHandler
/// @notice One sale after the other: everything that anyone may call, at any time, allowed or not. What the books say is
/// refused must be refused, for the reason they say.
contract SaleRoundHandler is SaleRoundLedger {
    /// @dev Lets time pass, then acts, then looks at everything.
    modifier action(uint256 seed) {
        _entropy = uint256(keccak256(abi.encode(seed, block.timestamp, _total, _payOut, _soldOut)));
        if (address(round) == address(0)) _begin();
        if (_rand(3) == 0) skip(_rand(12 hours));
        _;
        _checkLaws();
    }

    /* ACTIONS */

    function fund(uint256 seed) external action(seed) {
        _fund(_rand(4) == 0 ? _buyers[_rand(BUYERS)] : issuer);
    }

    function commit(uint256 seed) external action(seed) {
        if (block.timestamp < _terms.start && _rand(2) == 0) vm.warp(_terms.start);
        uint256 count = _between(1, 6);
        for (uint256 k; k < count; ++k) {
            uint256 i = _rand(BUYERS);
            uint256 cap = _capOf(i);
            uint256 left = cap - _books[i].committed;
            _commit(i, _pick(_rand(10), _rand(left + 1), left, left + _rand(2)));
        }
    }

    function settle(uint256 seed) external action(seed) {
        uint256 count = _between(1, 4);
        for (uint256 k; k < count; ++k) _settle(_someBuyer());
    }

    function release(uint256 seed) external action(seed) {
        uint256 last = uint256(_terms.end) + _terms.vesting;
        if (_total != 0 && !_isOver() && _rand(3) == 0) vm.warp(_terms.end);
        if (_hasSucceeded() && block.timestamp < last && _rand(4) != 0) vm.warp(_between(block.timestamp, last));
        uint256 count = _between(1, 4);
        for (uint256 k; k < count; ++k) _release(_someBuyer());
    }

    function close(uint256 seed) external action(seed) {
        _close();
    }

    function cancel(uint256 seed) external action(seed) {
        uint256 k = _rand(20);
        _cancel(
            k == 0
                ? _guardian()
                : k == 1
                    ? address(this)
                    : _buyers[k % BUYERS]
        );
    }

    function donate(uint256 seed) external action(seed) {
        uint256 amount = _rand(1_000);
        if (_rand(2) == 0) {
            _pay.mint(address(round), amount);
            _payGiven += amount;
        } else {
            _sold.mint(address(round), amount);
            _soldGiven += amount;
        }
        _did("donate");
    }

    /// @dev To the next second in which something changes, the one before it, or somewhere on the way.
    function wait(uint256 seed) external action(seed) {
        uint256 next = _nextChange();
        if (next <= block.timestamp) skip(_rand(30 days));
        else vm.warp(_pick(next, next, Math.max(block.timestamp, next - 1), _between(block.timestamp, next)));
        _did("wait");
    }

    /// @dev Brings a sale that is over to its end, and announces another one.
    function announceNext(uint256 seed) external action(seed) {
        bool lapsed = !_isFunded && block.timestamp >= _terms.start;
        if (!lapsed && (!_isOver() || _rand(2) != 0)) return;
        finish();
        _begin();
        _did("announceNext");
    }

    /// @notice Settles everybody and releases everything, in any order: what is left is rounding and donations.
    function finish() public {
        if (address(round) == address(0)) return;
        if (!_isOver()) vm.warp(_terms.end);
        uint256 first = _rand(BUYERS);
        uint256 closesAt = _rand(BUYERS);
        uint256 buyers;
        for (uint256 k; k < BUYERS; ++k) {
            uint256 i = (first + 5 * k) % BUYERS;
            if (k == closesAt) _close();
            _settle(i);
            if (_books[i].committed != 0) ++buyers;
        }
        if (block.timestamp < uint256(_terms.end) + _terms.vesting) vm.warp(uint256(_terms.end) + _terms.vesting);
        for (uint256 i; i < BUYERS; ++i) _release(i);
        _checkLaws();
        _check(
            _pay.balanceOf(address(round)) <= _payGiven + buyers,
            "I-17: in the end no payment is left but rounding, in any order"
        );
        uint256 left = _sold.balanceOf(address(round));
        _check(left <= _soldGiven + buyers, "I-17: in the end no sale token is left but rounding, in any order");
        _did("finish");
    }

    /* CALLS AND WHAT THEY MUST DO */

    function _begin() private {
        _announce();
        _sold.mint(issuer, _terms.saleAmount);
        vm.prank(issuer);
        _sold.approve(address(round), type(uint256).max);
        for (uint256 i; i < BUYERS; ++i) {
            _pay.mint(_buyers[i], _capOf(i) + 10);
            vm.prank(_buyers[i]);
            _pay.approve(address(round), type(uint256).max);
        }
        if (_rand(8) != 0) _fund(issuer);
    }

    function _fund(address caller) private {
        bytes4 reason;
        if (caller != issuer) reason = GovernanceErrors.SaleRound_Unauthorized.selector;
        else if (_isCancelled) reason = GovernanceErrors.SaleRound_Cancelled.selector;
        else if (_isFunded) reason = GovernanceErrors.SaleRound_AlreadyFunded.selector;
        else if (block.timestamp >= _terms.start) reason = GovernanceErrors.SaleRound_FundedTooLate.selector;
        if (!_expect(caller, abi.encodeCall(SaleRound.fund, ()), reason)) return;
        _isFunded = true;
        _did("fund");
    }

    function _commit(uint256 i, uint256 amount) private {
        bytes4 reason;
        if (amount == 0) reason = GovernanceErrors.SaleRound_AmountZero.selector;
        else if (_isCancelled) reason = GovernanceErrors.SaleRound_Cancelled.selector;
        else if (!_isFunded) reason = GovernanceErrors.SaleRound_NotFunded.selector;
        else if (block.timestamp < _terms.start) reason = GovernanceErrors.SaleRound_NotOpen.selector;
        else if (block.timestamp >= _terms.end) reason = GovernanceErrors.SaleRound_Over.selector;
        else if (_tierOf(i) == 0) reason = GovernanceErrors.SaleRound_NotEligible.selector;
        else if (block.timestamp < _opensAt(i)) reason = GovernanceErrors.SaleRound_NotOpen.selector;
        else if (_books[i].committed + amount > _capOf(i)) reason = GovernanceErrors.SaleRound_CapExceeded.selector;
        if (!_expect(_buyers[i], abi.encodeCall(SaleRound.commit, (amount)), reason)) return;
        _books[i].committed += amount;
        _total += amount;
        _did(_total > _terms.hardCap ? "commitAboveHardCap" : "commit");
    }

    function _settle(uint256 i) private {
        bytes4 reason;
        if (!_isOver()) reason = GovernanceErrors.SaleRound_NotOver.selector;
        else if (_books[i].committed == 0) reason = GovernanceErrors.SaleRound_NothingCommitted.selector;
        else if (_books[i].settled) reason = GovernanceErrors.SaleRound_AlreadySettled.selector;
        uint256 balance = _pay.balanceOf(_buyers[i]);
        (, uint256 refund, ) = round.resultOf(_buyers[i]);
        if (!_expect(address(this), abi.encodeCall(SaleRound.settle, (_buyers[i])), reason)) return;
        uint256 received = _pay.balanceOf(_buyers[i]) - balance;
        _check(received == refund, "I-17: a settled buyer has his refund");
        _check(received <= _books[i].committed, "I-17: nobody gets more back than he committed");
        if (_isRefunded()) _check(received == _books[i].committed, "I-17: a sale without success refunds all");
        _books[i].settled = true;
        _payOut += received;
        _did(
            _isRefunded()
                ? "settleRefunded"
                : refund == 0
                    ? "settleAccepted"
                    : "settlePart"
        );
    }

    function _release(uint256 i) private {
        uint256 vested = _vestedOf(i);
        bytes4 reason;
        if (!_hasSucceeded()) reason = GovernanceErrors.SaleRound_NotSucceeded.selector;
        else if (vested == _books[i].released) reason = GovernanceErrors.SaleRound_NothingToRelease.selector;
        if (!_expect(address(this), abi.encodeCall(SaleRound.release, (_buyers[i])), reason)) return;
        _soldOut += vested - _books[i].released;
        _books[i].released = vested;
        _did(block.timestamp < uint256(_terms.end) + _terms.vesting ? "releasePart" : "releaseAll");
    }

    function _close() private {
        bytes4 reason;
        if (!_isFunded) reason = GovernanceErrors.SaleRound_NotFunded.selector;
        else if (!_isOver()) reason = GovernanceErrors.SaleRound_NotOver.selector;
        else if (_isClosed) reason = GovernanceErrors.SaleRound_AlreadyClosed.selector;
        uint256[3] memory before = [_pay.balanceOf(issuer), _pay.balanceOf(feeReceiver), _sold.balanceOf(issuer)];
        if (!_expect(address(this), abi.encodeCall(SaleRound.close, ()), reason)) return;
        uint256 fee = (_proceeds() * _terms.feeBps) / 10_000;
        _check(_pay.balanceOf(issuer) - before[0] == _proceeds() - fee, "I-17: the issuer is paid what was accepted");
        _check(_pay.balanceOf(feeReceiver) - before[1] == fee, "I-17: the fee is what was announced");
        _check(_sold.balanceOf(issuer) - before[2] == _unsold(), "I-17: the issuer has what was not sold");
        _isClosed = true;
        _payOut += _proceeds();
        _soldOut += _unsold();
        _did(_isRefunded() ? "closeRefunded" : "closeSold");
    }

    function _cancel(address caller) private {
        bytes4 reason;
        if (caller != _guardian()) reason = GovernanceErrors.SaleRound_Unauthorized.selector;
        else if (_isCancelled) reason = GovernanceErrors.SaleRound_Cancelled.selector;
        else if (block.timestamp >= _terms.end) reason = GovernanceErrors.SaleRound_Over.selector;
        if (!_expect(caller, abi.encodeCall(SaleRound.cancel, ()), reason)) return;
        _isCancelled = true;
        _did(_total == 0 ? "cancelEmpty" : "cancel");
    }

    /// @dev A call works when there is no reason against it, and fails for just that reason when there is.
    function _expect(address caller, bytes memory data, bytes4 reason) private returns (bool worked) {
        bytes memory answer;
        vm.prank(caller);
        (worked, answer) = address(round).call(data);
        if (reason == 0) _check(worked, "I-17: what the terms allow works");
        else _check(!worked && bytes4(answer) == reason, "I-17: what the terms forbid is refused, with its reason");
    }

    /// @dev Mostly one who has committed, if there is one.
    function _someBuyer() private returns (uint256 i) {
        i = _rand(BUYERS);
        if (_rand(4) == 0) return i;
        for (uint256 k; k < BUYERS && _books[i].committed == 0; ++k) i = (i + 1) % BUYERS;
    }

    /// @dev {s}
    function _nextChange() private returns (uint256) {
        if (block.timestamp < _terms.start) return _terms.start;
        uint256 opening = _opensAt(_rand(BUYERS));
        if (block.timestamp < opening) return opening;
        if (block.timestamp < _terms.end) return _rand(3) == 0 ? _terms.end : _between(block.timestamp, _terms.end);
        if (block.timestamp < uint256(_terms.end) + _terms.cliff) return uint256(_terms.end) + _terms.cliff;
        uint256 last = uint256(_terms.end) + _terms.vesting;
        return block.timestamp < last ? _between(block.timestamp + 1, last) : last;
    }
}
