// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IRoyaltyReceiver} from "../../contracts/interfaces/services/IRoyaltyReceiver.sol";
import {ServiceErrors} from "../../contracts/libraries/ServiceErrors.sol";
import {TokenMock} from "../../contracts/mocks/TokenMock.sol";
import {StrategyShares} from "../../contracts/services/StrategyShares.sol";
import {LockStatus} from "../../contracts/types/ServiceTypes.sol";
import {StrategySharesLedger} from "./StrategySharesLedger.sol";

/// @title StrategySharesHandler
/// @notice One lock after the other: everything that anyone may call, at any time, allowed or not. What the books say is
/// refused must be refused, for the reason they say.
contract StrategySharesHandler is StrategySharesLedger {
    /// @dev Lets time pass, then acts, then looks at everything.
    modifier action(uint256 seed) {
        _entropy = uint256(keccak256(abi.encode(seed, block.timestamp, _step++)));
        if (address(shares) == address(0)) _lock();
        if (_rand(3) == 0) skip(_rand(20 hours));
        _turnSecond();
        _;
        _checkLaws();
    }

    /* ACTIONS */

    /// @dev A vault pays its royalty, somebody pays for a use of the token, somebody gives.
    function earn(uint256 seed) external action(seed) {
        TokenMock token = _someToken();
        uint256 amount = _pick(1, _rand(1_000), _rand(1e12), _rand(1e24));
        uint256 way = _rand(4);
        if (way == 0 && token == _usdc) {
            amount = _use(_between(1, 1_000));
            _did("earnByUse");
        } else {
            token.mint(way == 1 ? address(shares) : _receiver, amount);
        }
        _came[address(token)] += amount;
        _did("earn");
    }

    function payOut(uint256 seed) external action(seed) {
        TokenMock token = _someToken();
        uint256 waiting = token.balanceOf(_receiver);
        IRoyaltyReceiver(_receiver).payOut(address(token));
        if (_registryOwner() != address(shares)) _left[address(token)] += waiting;
        _did("payOut");
    }

    function harvest(uint256 seed) external action(seed) {
        _harvest(address(_someToken()));
    }

    function claim(uint256 seed) external action(seed) {
        uint256 count = _between(1, 4);
        for (uint256 k; k < count; ++k) _claim(_rand(PEOPLE), address(_someToken()), _pick(1, 2, 100, 0));
    }

    function move(uint256 seed) external action(seed) {
        uint256 count = _between(1, 3);
        for (uint256 k; k < count; ++k) _move(_someHolder(), _rand(PEOPLE));
    }

    /// @dev All shares to one, who can then redeem.
    function gather(uint256 seed) external action(seed) {
        if (_rand(4) != 0) return;
        uint256 to = _rand(PEOPLE);
        for (uint256 i; i < PEOPLE; ++i) _send(i, to, _now[i]);
        _redeem(to);
    }

    function redeem(uint256 seed) external action(seed) {
        _redeem(_someHolder());
    }

    function bid(uint256 seed) external action(seed) {
        if (_bidder == NOBODY && _rand(3) != 0) return;
        uint256 least = _bidder == NOBODY ? RESERVE : (_bid * 105 + 99) / 100;
        uint256 amount = _pick(least - 1, least, least + _rand(least), least);
        _place(_rand(PEOPLE), amount, least);
    }

    function withdraw(uint256 seed) external action(seed) {
        _withdraw(_rand(PEOPLE));
    }

    function settle(uint256 seed) external action(seed) {
        if (_status == LockStatus.AUCTION && block.timestamp < _endsAt && _rand(2) == 0) vm.warp(_endsAt - _rand(2));
        _turnSecond();
        _settle();
    }

    function cashOut(uint256 seed) external action(seed) {
        uint256 i = _someHolder();
        _cashOut(i, _pick(_now[i], _now[i], _rand(_now[i] + 1), _now[i] + 1));
    }

    function wait(uint256 seed) external action(seed) {
        skip(_pick(0, 1, 15 minutes, _rand(3 days)));
        _turnSecond();
        _did("wait");
    }

    /// @dev Brings a lock that is over to its end and locks the token again.
    function relock(uint256 seed) external action(seed) {
        if (_status != LockStatus.SOLD && _status != LockStatus.REDEEMED) return;
        finish();
        _lock();
        _did("relock");
    }

    /// @notice Everybody takes what is his, in any order: nothing but rounding is left.
    function finish() public {
        if (address(shares) == address(0)) return;
        uint256 first = _rand(PEOPLE);
        for (uint256 k; k < PEOPLE; ++k) {
            uint256 i = (first + k) % PEOPLE;
            _claim(i, address(_usdc), 1_000);
            _claim(i, address(_fee), 1_000);
            if (_refunds[i] != 0) _withdraw(i);
            if (_status == LockStatus.SOLD && _now[i] != 0) _cashOut(i, _now[i]);
        }
        _checkLaws();
        _checkDust();
        _did("finish");
    }

    /* CALLS AND WHAT THEY MUST DO */

    function _harvest(address token) private {
        uint256 waiting = _isLocked() ? _fromSources(token) : 0;
        uint256 surplus = _unspoken(token) + waiting;
        bytes4 reason;
        bool redeemed = _status == LockStatus.REDEEMED;
        if (!redeemed && block.timestamp < _nextAt[token]) reason = ServiceErrors.StrategyShares_RoundTooEarly.selector;
        else if (surplus == 0) reason = ServiceErrors.StrategyShares_NothingCame.selector;
        address holder = redeemed ? _people[_winner] : address(this);
        uint256 before = IERC20(token).balanceOf(holder);
        if (!_expect(address(this), abi.encodeCall(StrategyShares.harvest, (token)), reason)) return;
        if (redeemed) {
            _check(IERC20(token).balanceOf(holder) - before == surplus, "what came late is the redeemer's");
            _left[token] += surplus;
            _did("release");
        } else {
            _bookRound(token, surplus);
            _did(_status == LockStatus.SOLD ? "harvestSold" : "harvest");
        }
    }

    function _claim(uint256 i, address token, uint256 maxRounds) private {
        bytes4 reason = maxRounds == 0 ? ServiceErrors.StrategyShares_RoundsZero.selector : bytes4(0);
        uint256 expected = _takeParts(i, token, maxRounds);
        uint256 before = IERC20(token).balanceOf(_people[i]);
        if (!_expect(address(this), abi.encodeCall(StrategyShares.claim, (_people[i], token, maxRounds)), reason)) {
            return;
        }
        uint256 received = IERC20(token).balanceOf(_people[i]) - before;
        _check(received == expected, "an account gets its part of each round, whatever became of its shares");
        _claimed[token] += received;
        _did(received == 0 ? "claimNothing" : "claim");
    }

    function _move(uint256 from, uint256 to) private {
        _send(from, to, _pick(_now[from], _rand(_now[from] + 1), _rand(_now[from] + 1), 0));
    }

    function _send(uint256 from, uint256 to, uint256 amount) private {
        if (!_expect(_people[from], abi.encodeCall(IERC20.transfer, (_people[to], amount)), 0)) return;
        _now[from] -= amount;
        _now[to] += amount;
        _did("move");
    }

    function _redeem(uint256 i) private {
        bytes4 reason;
        if (_status != LockStatus.LOCKED) reason = ServiceErrors.StrategyShares_StateInvalid.selector;
        else if (_now[i] != SUPPLY) reason = ServiceErrors.StrategyShares_SharesMissing.selector;
        if (!_expect(_people[i], abi.encodeCall(StrategyShares.redeem, ()), reason)) return;
        _now[i] = 0;
        _winner = i;
        _status = LockStatus.REDEEMED;
        _did("redeem");
    }

    function _place(uint256 i, uint256 amount, uint256 least) private {
        bytes4 reason;
        if (!_isLocked()) reason = ServiceErrors.StrategyShares_StateInvalid.selector;
        else if (_bidder != NOBODY && block.timestamp >= _endsAt) {
            reason = ServiceErrors.StrategyShares_AuctionOver.selector;
        } else if (amount < least) reason = ServiceErrors.StrategyShares_BidTooLow.selector;
        _usdc.mint(_people[i], amount);
        if (!_expect(_people[i], abi.encodeCall(StrategyShares.bid, (amount)), reason)) return;
        _auctionIn += amount;
        if (_bidder == NOBODY) _endsAt = block.timestamp + 7 days;
        else _refunds[_bidder] += _bid;
        if (_endsAt < block.timestamp + 15 minutes) _endsAt = block.timestamp + 15 minutes;
        _did(_bidder == NOBODY ? "firstBid" : "raise");
        (_bidder, _bid, _status) = (i, amount, LockStatus.AUCTION);
    }

    function _withdraw(uint256 i) private {
        bytes4 reason = _refunds[i] == 0 ? ServiceErrors.StrategyShares_NothingToWithdraw.selector : bytes4(0);
        uint256 before = _usdc.balanceOf(_people[i]);
        if (!_expect(address(this), abi.encodeCall(StrategyShares.withdrawBid, (_people[i])), reason)) return;
        _check(_usdc.balanceOf(_people[i]) - before == _refunds[i], "a beaten bid comes back in full");
        _auctionOut += _refunds[i];
        _refunds[i] = 0;
        _did("withdraw");
    }

    function _settle() private {
        bytes4 reason;
        if (_status != LockStatus.AUCTION) reason = ServiceErrors.StrategyShares_StateInvalid.selector;
        else if (block.timestamp < _endsAt) reason = ServiceErrors.StrategyShares_AuctionRunning.selector;
        bool isNamed = _rand(2) == 0;
        address[] memory tokens = new address[](isNamed ? 2 : 0);
        if (isNamed) (tokens[0], tokens[1]) = (address(_usdc), address(_fee));
        uint256 usdcCame = _unspoken(address(_usdc)) + _fromSources(address(_usdc));
        uint256 feeCame = _unspoken(address(_fee)) + _fromSources(address(_fee));
        if (!_expect(address(this), abi.encodeCall(StrategyShares.settle, (tokens)), reason)) return;
        _status = LockStatus.SOLD;
        _winner = _bidder;
        _final = _before;
        if (isNamed) {
            _bookRound(address(_usdc), usdcCame);
            _bookRound(address(_fee), feeCame);
        }
        _did(isNamed ? "settleWithRoyalties" : "settle");
    }

    function _cashOut(uint256 i, uint256 amount) private {
        bytes4 reason;
        if (_status != LockStatus.SOLD) reason = ServiceErrors.StrategyShares_StateInvalid.selector;
        else if (amount == 0) reason = ServiceErrors.StrategyShares_SharesZero.selector;
        else if (amount > _now[i]) reason = INSUFFICIENT;
        uint256 before = _usdc.balanceOf(_people[i]);
        if (!_expect(_people[i], abi.encodeCall(StrategyShares.cashOut, (amount)), reason)) return;
        uint256 received = _usdc.balanceOf(_people[i]) - before;
        _check(received == (_bid * amount) / SUPPLY, "shares are worth their part of the price");
        _auctionOut += received;
        _now[i] -= amount;
        _did("cashOut");
    }
}
