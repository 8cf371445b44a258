// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {RevenueDistributor} from "../../contracts/governance/RevenueDistributor.sol";
import {VotingEscrow} from "../../contracts/governance/VotingEscrow.sol";
import {GovernanceErrors} from "../../contracts/libraries/GovernanceErrors.sol";
import {HostileToken} from "../../contracts/mocks/HostileToken.sol";
import {TokenMock} from "../../contracts/mocks/TokenMock.sol";
import {Lock, Pot, RevenueEpoch} from "../../contracts/types/GovernanceTypes.sol";
import {RevenueLedger} from "./RevenueLedger.sol";

/// @title RevenueHandler
/// @notice What holders and payers do: at any second, several in one second, at exact week boundaries, after silence.
contract RevenueHandler is RevenueLedger {
    uint256 private _steps;

    /// @dev Lets time pass, acts, and looks at the books.
    modifier action(uint256 seed) {
        _entropy = uint256(keccak256(abi.encode(seed, ++_steps)));
        _pass();
        _;
        _checkBooks();
    }

    /* LOCKS */

    function lock(uint256 seed) external action(seed) {
        _lock(_accounts[_rand(HOLDERS)]);
    }

    function extendOnly(uint256 seed) external action(seed) {
        address account = _holder();
        Lock memory held = escrow.locked(account);
        if (!_isRunning(account) || held.permanent) return;
        uint256 weeks_ = (block.timestamp + TERM - held.end) / WEEK;
        if (weeks_ == 0) return;
        uint256 end = held.end + (1 + _rand(weeks_)) * WEEK;
        (bool worked, ) = _try(account, address(escrow), abi.encodeCall(VotingEscrow.lock, (0, end)));
        if (worked) _did("extendOnly");
    }

    /// @dev Several changes in one week, so that one week has many points of the lock.
    function fidget(uint256 seed) external action(seed) {
        address account = _holder();
        uint256 rounds = 2 + _rand(4);
        for (uint256 k; k < rounds; ++k) {
            _lock(account);
            vm.warp(block.timestamp + 1 + _rand(1 hours));
        }
        _did("fidget");
    }

    function setPermanent(uint256 seed) external action(seed) {
        address account = _holder();
        bool on = !escrow.locked(account).permanent;
        (bool worked, ) = _try(account, address(escrow), abi.encodeCall(VotingEscrow.setPermanent, (on)));
        if (worked) _did("setPermanent");
    }

    function goAway(uint256 seed) external action(seed) {
        address account = _holder();
        bytes memory call_ =
            _isRunning(account)
                ? abi.encodeCall(VotingEscrow.earlyExit, (type(uint256).max))
                : abi.encodeCall(VotingEscrow.withdraw, ());
        (bool worked, ) = _try(account, address(escrow), call_);
        if (worked) _did("goAway");
        if (worked && _rand(2) == 0) _lock(account); // relocked in the same second
    }

    function delegate(uint256 seed) external action(seed) {
        (bool worked, ) = _try(
            _accounts[_rand(HOLDERS)],
            address(escrow),
            abi.encodeCall(VotingEscrow.delegate, (_accounts[_rand(HOLDERS)]))
        );
        if (worked) _did("delegate");
    }

    /* PAYMENTS */

    function pay(uint256 seed) external action(seed) {
        _pay(_tokens[_rand(TOKENS)]);
    }

    function payAll(uint256 seed) external action(seed) {
        for (uint256 t; t < TOKENS; ++t) _pay(_tokens[t]);
    }

    /// @dev A payment, a lock, a claim and another payment in one second: the first two change nothing for the third.
    function crowdOneSecond(uint256 seed) external action(seed) {
        address token = _tokens[_rand(TOKENS)];
        address account = _accounts[_rand(HOLDERS)];
        distributor.finalize(token);
        uint256 before = distributor.claimable(account, token);
        _pay(token);
        _lock(account);
        _check(distributor.claimable(account, token) == before, "I-12: the running week pays nobody yet");
        _claim(account, false);
        _pay(token);
        _did("crowdOneSecond");
    }

    function finalize(uint256 seed) external action(seed) {
        address token = _tokens[_rand(TOKENS)];
        distributor.finalize(token);
        _checkPots(distributor, token, true);
        _did("finalize");
    }

    /// @dev Removed: nobody pays in, everybody claims. What is paid in afterwards belongs to later weeks.
    function removeToken(uint256 seed) external action(seed) {
        address token = _tokens[_rand(TOKENS)];
        distributor.setRewardToken(token, false);
        (bool worked, bytes4 reason) = _try(
            address(this),
            address(distributor),
            abi.encodeCall(RevenueDistributor.notify, (token, 1))
        );
        _check(
            !worked && reason == GovernanceErrors.RevenueDistributor_TokenNotListed.selector,
            "nobody pays a removed token in"
        );
        _claim(_holder(), false);
        distributor.setRewardToken(token, true);
        _did("removeToken");
    }

    /// @dev What comes without notice can be taken out by the owner, and nothing else.
    function donate(uint256 seed) external action(seed) {
        address token = _tokens[_rand(TOKENS)];
        uint256 amount = 100 + _rand(1e18);
        _mint(token, amount);
        if (IERC20(token).balanceOf(address(this)) < amount) return;
        IERC20(token).transfer(address(distributor), amount);
        _donated[token] += _arriving(token, amount);
        if (_rand(2) == 0) return;
        uint256 swept = distributor.sweep(token, _purse);
        _check(swept == _donated[token], "I-11: only what came without notice is swept");
        _donated[token] = 0;
        _did("sweep");
    }

    /* CLAIMS */

    function claim(uint256 seed) external action(seed) {
        _claim(_holder(), _rand(3) == 0);
    }

    /// @dev In pieces of one to three changes of the lock.
    function claimInPieces(uint256 seed) external action(seed) {
        address account = _holder();
        address token = _tokens[_rand(TOKENS)];
        bool isComplete;
        for (uint256 k; k < 20 && !isComplete; ++k) isComplete = _claimUpTo(account, token, 1 + _rand(3));
    }

    /// @dev Part of the pieces: the next claim goes on in the middle of the history.
    function claimOnePiece(uint256 seed) external action(seed) {
        _claimUpTo(_holder(), _tokens[_rand(TOKENS)], 1);
    }

    function wait(uint256 seed) external action(seed) {
        _goTo(block.timestamp + 1 + _rand(_rand(4) == 0 ? 60 * WEEK : 12 * WEEK));
        _did("wait");
    }

    /// @notice At the end of a run: everybody claims all; the twin pays everybody with one claim.
    function settle() external {
        _entropy = 1;
        address last = _accounts[0];
        if (!_isRunning(last)) _try(last, address(escrow), abi.encodeCall(VotingEscrow.withdraw, ()));
        uint256 end = escrow.locked(last).permanent ? 0 : block.timestamp + TERM;
        uint256 amount = gim.balanceOf(last) / 2;
        vm.prank(last);
        escrow.lock(amount, end);
        _goTo(block.timestamp + 2 * WEEK);
        for (uint256 i; i < HOLDERS; ++i) _claim(_accounts[i], false);
        for (uint256 t; t < TOKENS; ++t) {
            address token = _tokens[t];
            twin.finalize(token);
            _checkPots(distributor, token, true);
            _checkPots(twin, token, true);
            _checkTwins(token);
            // Rounding of the rates, of each claim, and a pot that no lock of ours shared: there is none.
            _check(
                distributor.accounted(token) <= 1 + _claims[token],
                "I-14: all that was paid in is claimed by somebody, up to a raw token a claim"
            );
        }
        _checkBooks();
    }

    /* STEPS */

    function _lock(address account) private {
        Lock memory held = escrow.locked(account);
        if (held.amount != 0 && !_isRunning(account)) {
            vm.prank(account);
            escrow.withdraw();
        }
        uint256 weeks_ = 1 + _rand(52);
        uint256 end = (block.timestamp / WEEK + weeks_) * WEEK;
        if (end < escrow.locked(account).end) end = 0;
        uint256 kind = _rand(4);
        uint256 amount = kind == 0 ? TERM + _rand(1e9) : (kind == 1 ? 1e18 : 1e22) + _rand(1e24);
        if (gim.balanceOf(account) < amount) return;
        (bool worked, ) = _try(account, address(escrow), abi.encodeCall(VotingEscrow.lock, (amount, end)));
        if (worked) _did("lock");
    }

    function _pay(address token) private {
        uint256 kind = _rand(4);
        uint256 amount = kind == 0 ? 2 : (kind == 1 ? 1e6 : 1) + _rand(kind == 2 ? 1e12 : 1e24);
        _mint(token, 2 * amount);
        if (IERC20(token).balanceOf(address(this)) < 2 * amount) return;
        distributor.notify(token, amount);
        twin.notify(token, amount);
        _noted(token, _arriving(token, amount));
        _checkPots(distributor, token, true);
        _did("pay");
    }

    function _claim(address account, bool byClaimer) private {
        address[] memory tokens = new address[](TOKENS);
        uint256[3][] memory before = new uint256[3][](TOKENS);
        for (uint256 t; t < TOKENS; ++t) {
            tokens[t] = _tokens[t];
            _advance(tokens[t]);
            before[t] = [
                distributor.nextEpoch(account, tokens[t]),
                distributor.claimable(account, tokens[t]),
                IERC20(tokens[t]).balanceOf(_purse)
            ];
        }
        uint256[] memory amounts = _callClaim(account, byClaimer, tokens);
        for (uint256 t; t < TOKENS; ++t) {
            uint256 to = distributor.nextEpoch(account, tokens[t]);
            _checkPots(distributor, tokens[t], true);
            _checkClaim(account, tokens[t], before[t][0], to, amounts[t]);
            if (to == distributor.potOf(tokens[t]).epochs) {
                _check(amounts[t] == before[t][1], "I-12: what can be claimed is said before, to the wei");
                _check(distributor.claimable(account, tokens[t]) == 0, "I-13: nothing is left after a claim");
            }
            _check(
                IERC20(tokens[t]).balanceOf(_purse) == before[t][2] + _arriving(tokens[t], amounts[t]),
                "the receiver gets what was claimed"
            );
            if (amounts[t] != 0) _did("claim");
        }
        if (byClaimer) _did("claimByClaimer");
        for (uint256 t; t < TOKENS; ++t) before[t][0] = distributor.nextEpoch(account, tokens[t]);
        amounts = _callClaim(account, byClaimer, tokens);
        for (uint256 t; t < TOKENS; ++t) {
            uint256 to = distributor.nextEpoch(account, tokens[t]);
            _checkClaim(account, tokens[t], before[t][0], to, amounts[t]);
            if (to == before[t][0]) _check(amounts[t] == 0, "I-13: a second claim pays nothing");
            else _did("claimLongHistory");
        }
    }

    function _callClaim(
        address account,
        bool byClaimer,
        address[] memory tokens
    ) private returns (uint256[] memory amounts) {
        if (byClaimer) {
            vm.prank(account);
            distributor.setClaimer(_claimer);
        }
        vm.prank(byClaimer ? _claimer : account);
        return distributor.claim(account, tokens, _purse);
    }

    function _claimUpTo(address account, address token, uint256 segments) private returns (bool isComplete) {
        _advance(token);
        uint256 amount;
        uint256 from = distributor.nextEpoch(account, token);
        vm.prank(account);
        (amount, isComplete) = distributor.claimUpTo(account, token, _purse, segments);
        uint256 to = distributor.nextEpoch(account, token);
        uint256 count = distributor.potOf(token).epochs;
        _check(isComplete == (to == count), "a claim says whether anything is left");
        _check(from == count || to > from, "every piece of a claim gets further");
        _checkClaim(account, token, from, to, amount);
        if (!isComplete) _did("claimPart");
        else if (to != from) _did("claimRest");
    }

    function _checkTwins(address token) private {
        uint256 count = twin.potOf(token).epochs;
        for (uint256 k; k < count; ++k) {
            RevenueEpoch memory one = distributor.epochAt(token, k);
            RevenueEpoch memory other = twin.epochAt(token, k);
            _check(
                one.week == other.week && one.rates == other.rates && one.weightedRates == other.weightedRates,
                "I-14: pots do not depend on who calls when"
            );
        }
        for (uint256 i; i < HOLDERS; ++i) {
            address account = _accounts[i];
            uint256 sum;
            bool isComplete;
            while (!isComplete) {
                uint256 amount;
                vm.prank(account);
                (amount, isComplete) = twin.claimUpTo(account, token, _purse, type(uint256).max);
                sum += amount;
            }
            uint256 got = _got[account][token];
            _check(
                got <= sum && got + _times[account][token] >= sum,
                "I-13: claims split at any weeks sum to one claim, within a raw token a claim"
            );
        }
    }

    function _mint(address token, uint256 amount) private {
        if (token == _tokens[2]) HostileToken(token).mint(address(this), amount);
        else if (token != address(gim)) TokenMock(token).mint(address(this), amount);
    }

    /// @dev One who has, or had, a lock, if there is one.
    function _holder() private returns (address account) {
        uint256 first = _rand(HOLDERS);
        for (uint256 k; k < HOLDERS; ++k) {
            account = _accounts[(first + k) % HOLDERS];
            if (escrow.pointCount(account) != 0) return account;
        }
    }

    /* TIME */

    function _pass() private {
        uint256 kind = _rand(8);
        uint256 boundary = (block.timestamp / WEEK + 1 + _rand(2)) * WEEK;
        if (kind < 3) return; // the same second as the last action
        if (kind == 3) _goTo(boundary - 1);
        else if (kind == 4) _goTo(boundary);
        else if (kind == 5) _goTo(boundary + 1);
        else _goTo(block.timestamp + 1 + _rand(2 * WEEK));
    }

    /// @dev Somebody finalizes now and then: a pot looks ahead `MAX_ROLL` weeks at most.
    function _goTo(uint256 timestamp) private {
        if (timestamp <= block.timestamp) return;
        vm.warp(timestamp);
        for (uint256 t; t < TOKENS; ++t) {
            Pot memory pot = distributor.potOf(_tokens[t]);
            if (pot.amount != 0 && pot.week + 30 < block.timestamp / WEEK) {
                twin.finalize(_tokens[t]);
                distributor.finalize(_tokens[t]);
                _did("finalizeAfterSilence");
            }
        }
    }
}
