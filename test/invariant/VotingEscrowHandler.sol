// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {GovernanceErrors} from "../../contracts/libraries/GovernanceErrors.sol";
import {VotingEscrow} from "../../contracts/governance/VotingEscrow.sol";
import {VotingEscrowLedger} from "./VotingEscrowLedger.sol";

/// @title VotingEscrowHandler
/// @notice What holders do: at any second, several in one second, at exact week boundaries, after weeks of silence.
contract VotingEscrowHandler is VotingEscrowLedger {
    /// @dev Lets time pass, then acts, then looks at everything.
    modifier action(uint256 seed) {
        _entropy = uint256(keccak256(abi.encode(seed, _memos.length, block.timestamp)));
        _pass();
        _;
        _checkSums(block.timestamp);
        _checkTokens();
        if (_memos.length != 0) _checkMemo(_rand(_memos.length));
    }

    /* LOCKING */

    /// @dev A first lock, or anything that `lock` can do to one that runs.
    function lock(uint256 seed) external action(seed) {
        uint256 i = _rand(HOLDERS);
        if (_isExpired(i)) _withdraw(i);
        if (!_isRunning(i)) _create(i, _rand(4) == 0);
        else _extend(i, _books[i].permanent ? 1 : _rand(3));
    }

    function extendOnly(uint256 seed) external action(seed) {
        uint256 i = _holder(true);
        if (!_isRunning(i) || _books[i].permanent) return;
        _extend(i, 0);
    }

    function topUp(uint256 seed) external action(seed) {
        uint256 i = _holder(true);
        if (_isRunning(i)) _add(i, _accounts[i]);
    }

    /// @dev By an allowed contract: a first lock or more of one. Anybody else is refused.
    function lockFor(uint256 seed) external action(seed) {
        uint256 i = _rand(HOLDERS);
        bytes memory call_ = abi.encodeCall(VotingEscrow.lockFor, (_accounts[i], TERM, block.timestamp + TERM));
        (bool worked, bytes4 reason) = _try(_accounts[(i + 1) % HOLDERS], call_);
        _check(
            !worked && reason == GovernanceErrors.VotingEscrow_Unauthorized.selector,
            "only depositors lock for others"
        );
        if (_isExpired(i)) {
            (worked, reason) = _try(depositor, call_);
            _check(!worked && reason == GovernanceErrors.VotingEscrow_LockExpired.selector, "no silent renewal");
        } else if (_isRunning(i)) {
            _add(i, depositor);
        } else {
            _create(i, true);
        }
        _did("lockFor");
    }

    function setPermanent(uint256 seed) external action(seed) {
        uint256 i = _holder(true);
        if (_isRunning(i)) _turn(i);
    }

    /// @dev On and off again in one second: nothing but the end may change.
    function turnTwice(uint256 seed) external action(seed) {
        uint256 i = _holder(true);
        if (!_isRunning(i)) return;
        _turn(i);
        _checkSums(block.timestamp);
        _turn(i);
    }

    /* LEAVING */

    function withdraw(uint256 seed) external action(seed) {
        uint256 i = _holder(false);
        if (_isExpired(i)) {
            _withdraw(i);
        } else if (_isRunning(i)) {
            (bool worked, bytes4 reason) = _try(_accounts[i], abi.encodeCall(VotingEscrow.withdraw, ()));
            _check(
                !worked && reason == GovernanceErrors.VotingEscrow_LockActive.selector,
                "nobody withdraws a running lock"
            );
        }
    }

    /// @dev Sometimes with a new delegate in the same second.
    function earlyExit(uint256 seed) external action(seed) {
        uint256 i = _holder(true);
        if (!_isRunning(i)) return;
        if (_rand(3) == 0) _delegate(i, _rand(ACCOUNTS));
        _exit(i);
    }

    /// @dev Locks or adds, and tries to leave in the same second; sometimes locks again after leaving.
    function exitAtOnce(uint256 seed) external action(seed) {
        uint256 i = _rand(HOLDERS);
        if (_isExpired(i)) _withdraw(i);
        if (_isRunning(i)) {
            _exit(i);
            if (_isRunning(i)) return;
        }
        _create(i, false);
        _exit(i);
        _check(_books[i].amount == 0 || _isRunning(i), "I10: nobody leaves in the second in which he came");
    }

    function lowerMaxPenalty(uint256 seed) external action(seed) {
        uint16 now_ = escrow.maxPenaltyBps();
        if (_rand(8) != 0 || now_ == 0) return;
        escrow.lowerMaxPenalty(uint16(now_ - 1 - _rand(now_ > 100 ? 100 : now_)));
        _did("lowerMaxPenalty");
    }

    /* VOTES */

    function delegate(uint256 seed) external action(seed) {
        uint256 i = _rand(HOLDERS);
        _delegate(i, _rand(3) == 0 ? i : _rand(ACCOUNTS));
    }

    /// @dev a to b, b to c, c to d or back to a, in one second: votes that were received stay where they are.
    function delegateInChain(uint256 seed) external action(seed) {
        uint256 first = _rand(HOLDERS);
        uint256 next = first;
        for (uint256 k; k < 3; ++k) {
            uint256 to = k == 2 && _rand(2) == 0 ? first : _rand(HOLDERS);
            _delegate(next, to);
            next = to;
        }
        _did("delegateInChain");
    }

    /// @dev I08.
    function roundTrip(uint256 seed) external action(seed) {
        uint256 i = _holder(true);
        uint256 home = _books[i].voter;
        uint256 away = _rand(ACCOUNTS);
        uint256[4] memory before = _fourValues(i, home, away);
        _delegate(i, away);
        _checkSums(block.timestamp);
        _delegate(i, home);
        uint256[4] memory after_ = _fourValues(i, home, away);
        for (uint256 k; k < 4; ++k) {
            _check(before[k] == after_[k], "I08: votes that go and come back leave all values as they were");
        }
        _did("roundTrip");
    }

    /* AROUND */

    function donate(uint256 seed) external action(seed) {
        uint256 amount = 1 + _rand(1e20);
        if (token.balanceOf(address(this)) < amount) return;
        token.transfer(address(escrow), amount);
        _donated += amount;
        _did("donate");
    }

    /// @dev Weeks of silence.
    function wait(uint256 seed) external action(seed) {
        _goTo(block.timestamp + 1 + _rand(_rand(6) == 0 ? 80 * WEEK : 5 * WEEK));
        _did("wait");
    }

    /// @notice At the end of a run: everything remembered is as it was, everybody gets his tokens, and still it is.
    function settle() external {
        for (uint256 k; k < _memos.length; ++k) _checkMemo(k);
        _goTo(block.timestamp + 1);
        for (uint256 i; i < HOLDERS; ++i) if (_books[i].permanent) _turn(i);
        _goTo(block.timestamp + 53 * WEEK);
        _check(escrow.totalSupply() == 0, "I05: power is 0 when all locks have ended");
        for (uint256 i; i < HOLDERS; ++i) if (_isExpired(i)) _withdraw(i);
        _check(escrow.totalLocked() == 0, "I09: every ended lock can be withdrawn");
        _checkTokens();
        _goTo(block.timestamp + 1);
        for (uint256 k; k < _memos.length; ++k) {
            _checkMemo(k);
            if (k % 8 == 0) _checkSumsLongAgo(_memos[k].timestamp);
        }
    }

    /* STEPS */

    function _create(uint256 i, bool byDepositor) private {
        address payer = byDepositor ? depositor : _accounts[i];
        uint256 amount = _amount(payer, TERM);
        if (amount == 0) return;
        uint256 end = _end(0);
        bytes memory call_ =
            byDepositor
                ? abi.encodeCall(VotingEscrow.lockFor, (_accounts[i], amount, end))
                : abi.encodeCall(VotingEscrow.lock, (amount, end));
        (bool worked, ) = _try(payer, call_);
        _check(worked, "a first lock is made");
        (_books[i].amount, _books[i].end, _books[i].heldSince) = (amount, (end / WEEK) * WEEK, block.timestamp);
        _checkRange(i);
        _did("create");
    }

    function _add(uint256 i, address payer) private {
        uint256 amount = _amount(payer, 1);
        if (amount == 0) return;
        uint256 before = escrow.balanceOf(_accounts[i]);
        bytes memory call_ =
            payer == depositor
                ? abi.encodeCall(VotingEscrow.lockFor, (_accounts[i], amount, 0))
                : abi.encodeCall(VotingEscrow.lock, (amount, _books[i].permanent ? _rand(2) : 0));
        (bool worked, ) = _try(payer, call_);
        _check(worked, "a running lock takes more");
        (_books[i].amount, _books[i].heldSince) = (_books[i].amount + amount, block.timestamp);
        uint256 power = escrow.balanceOf(_accounts[i]);
        _check(power >= before, "I07: adding never lowers power");
        if (amount >= TERM || _books[i].permanent) _check(power > before, "I07: adding raises power now");
        _checkRange(i);
        _did("add");
    }

    /// @dev `more` 0: nothing but the end.
    function _extend(uint256 i, uint256 more) private {
        uint256 amount = more == 0 ? 0 : _amount(_accounts[i], 1);
        uint256 end = _end(_books[i].end);
        bool moves = !_books[i].permanent && (end / WEEK) * WEEK != _books[i].end;
        if (amount == 0 && !moves) return;
        uint256 before = escrow.balanceOf(_accounts[i]);
        (bool worked, ) = _try(_accounts[i], abi.encodeCall(VotingEscrow.lock, (amount, end)));
        _check(worked, "a running lock is extended");
        (_books[i].amount, _books[i].heldSince) = (_books[i].amount + amount, block.timestamp);
        if (!_books[i].permanent) _books[i].end = (end / WEEK) * WEEK;
        uint256 power = escrow.balanceOf(_accounts[i]);
        _check(power >= before, "I07: extending never lowers power");
        if (moves) _check(power > before, "I07: extending raises power now");
        _checkRange(i);
        _did(amount == 0 ? "extendOnly" : "extendAndAdd");
    }

    function _turn(uint256 i) private {
        bool on = !_books[i].permanent;
        (bool worked, ) = _try(_accounts[i], abi.encodeCall(VotingEscrow.setPermanent, (on)));
        _check(worked, "a running lock becomes permanent, or decays again");
        _books[i].permanent = on;
        _books[i].end = on ? 0 : ((block.timestamp + TERM) / WEEK) * WEEK;
        if (on) _books[i].heldSince = block.timestamp;
        _checkRange(i);
        _did(on ? "permanentOn" : "permanentOff");
    }

    /// @dev I09, whoever has the votes.
    function _withdraw(uint256 i) private {
        address account = _accounts[i];
        uint256 before = token.balanceOf(account);
        (bool worked, ) = _try(account, abi.encodeCall(VotingEscrow.withdraw, ()));
        _check(
            worked && token.balanceOf(account) == before + _books[i].amount,
            "I09: an ended lock is paid out in full, whoever has its votes"
        );
        _gone(i);
        _did(_books[i].voter == i ? "withdraw" : "withdrawDelegated");
    }

    /// @dev I10; before the minimum hold is over it must fail.
    function _exit(uint256 i) private {
        Book memory book = _books[i];
        address account = _accounts[i];
        (uint256 before, uint256 received) = (token.balanceOf(account), token.balanceOf(address(this)));
        uint256 left = book.permanent ? TERM : book.end - block.timestamp;
        uint256 scale = TERM * 10_000;
        uint256 penalty = (book.amount * escrow.maxPenaltyBps() * left + scale - 1) / scale;
        if (penalty != 0 && book.heldSince + 7 days <= block.timestamp) {
            (bool cheaper, ) = _try(account, abi.encodeCall(VotingEscrow.earlyExit, (penalty - 1)));
            _check(!cheaper, "an exit never costs more than its owner allows");
        }
        (bool worked, bytes4 reason) = _try(account, abi.encodeCall(VotingEscrow.earlyExit, (penalty)));
        if (book.heldSince + 7 days > block.timestamp) {
            _check(
                !worked && reason == GovernanceErrors.VotingEscrow_HoldNotOver.selector,
                "I10: nobody leaves before the minimum hold is over"
            );
            _did("exitTooEarly");
            return;
        }
        _check(worked, "an exit after the minimum hold works");
        _check(token.balanceOf(account) == before + book.amount - penalty, "an exit pays the amount less the penalty");
        _check(token.balanceOf(address(this)) == received + penalty, "the receiver gets the penalty");
        _penalties += penalty;
        _gone(i);
        _did(book.voter == i ? "earlyExit" : "earlyExitDelegated");
    }

    function _gone(uint256 i) private {
        (_books[i].amount, _books[i].end, _books[i].permanent) = (0, 0, false);
        address account = _accounts[i];
        _check(
            escrow.balanceOf(account) == 0 && escrow.scoreAt(account, block.timestamp) == 0,
            "I10: whoever left has no power and no score in the same second"
        );
        _checkSums(block.timestamp);
    }

    function _delegate(uint256 i, uint256 to) private {
        if (to == _books[i].voter) return;
        // 0 stands for the account itself
        address target = to == i && _rand(2) == 0 ? address(0) : _accounts[to];
        (bool worked, ) = _try(_accounts[i], abi.encodeWithSelector(escrow.delegate.selector, target));
        _check(worked && escrow.delegates(_accounts[i]) == _accounts[to], "votes go where their owner sends them");
        _books[i].voter = to;
        _did(to == i ? "delegateBack" : "delegate");
    }

    /* CHOICES */

    /// @dev A holder whose lock runs (or has ended), if there is one.
    function _holder(bool running) private returns (uint256) {
        uint256 first = _rand(HOLDERS);
        for (uint256 k; k < HOLDERS; ++k) {
            uint256 i = (first + k) % HOLDERS;
            if (running ? _isRunning(i) : _isExpired(i)) return i;
        }
        return first;
    }

    /// @dev {GIM wei} from the smallest to a large part of what the payer has; 0 when that is less than `least`.
    function _amount(address payer, uint256 least) private returns (uint256) {
        uint256 has = token.balanceOf(payer);
        if (has < least) return 0;
        uint256 kind = _rand(5);
        uint256 amount =
            kind == 0
                ? least + _rand(3)
                : kind == 1
                    ? least + _rand(2 * TERM)
                    : kind == 2
                        ? least + _rand(1e21)
                        : least + _rand(has / 3 + 1);
        return amount > has ? has : amount;
    }

    /// @dev {s} any second of a week that is allowed, often the first or the last of them.
    function _end(uint256 atLeast) private returns (uint256) {
        uint256 first = block.timestamp / WEEK + 1;
        if (atLeast / WEEK > first) first = atLeast / WEEK;
        uint256 last = (block.timestamp + TERM) / WEEK;
        uint256 kind = _rand(6);
        uint256 week =
            kind == 0
                ? first
                : kind == 1
                    ? last
                    : first + _rand(last - first + 1);
        return week * WEEK + (kind == 2 ? 0 : _rand(WEEK));
    }

    /// @dev Same second, a second, days, week boundaries and the seconds beside them, an exact end, months.
    function _pass() private {
        uint256 kind = _rand(12);
        uint256 boundary = (block.timestamp / WEEK + 1) * WEEK;
        if (kind < 4) return;
        if (kind == 4) _goTo(block.timestamp + 1);
        else if (kind == 5) _goTo(boundary);
        else if (kind == 6) _goTo(boundary - 1);
        else if (kind == 7) _goTo(block.timestamp + _rand(20 days));
        else if (kind == 8) _goTo(block.timestamp + 7 days);
        else if (kind == 9 && _rand(4) == 0) _goTo(_books[_holder(true)].end);
        else _goTo(block.timestamp + 1 + _rand(3 days));
    }

    /// @dev Moves on; what was true in between is checked and remembered, because it is history now.
    function _goTo(uint256 timestamp) private {
        uint256 before = block.timestamp;
        if (timestamp <= before) return;
        vm.warp(timestamp);
        _checkSums(before);
        _remember(_rand(ACCOUNTS), before);
        uint256 between = before + _rand(timestamp - before);
        if (_rand(2) == 0 && (between / WEEK) * WEEK > before) between = (between / WEEK) * WEEK;
        _checkSums(between);
        _remember(_rand(ACCOUNTS), between);
        _checkDecay(_rand(HOLDERS), before);
    }

    /// @dev {veGIM wei} balance of i, votes of both delegates, supply.
    function _fourValues(uint256 i, uint256 home, uint256 away) private view returns (uint256[4] memory) {
        return
            [
                escrow.balanceOf(_accounts[i]),
                escrow.getVotes(_accounts[home]),
                escrow.getVotes(_accounts[away]),
                escrow.totalSupply()
            ];
    }
}
