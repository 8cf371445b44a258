// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBatchDepositor} from "../../contracts/interfaces/IBatchDepositor.sol";
import {IFillCallback} from "../../contracts/interfaces/IFillCallback.sol";
import {IERC7540Deposit} from "../../contracts/interfaces/external/IERC7540Deposit.sol";
import {HostileToken} from "../../contracts/mocks/HostileToken.sol";
import {Asset, Lane} from "../../contracts/types/VaultTypes.sol";
import {BatchCalls} from "./BatchCalls.sol";

/// @title BatchHandler
/// @notice Everything that people, operators, makers, thieves, keepers, tokens and feeds do to a batch depositor and its
/// index, at any second, allowed or not. What the books say is refused must be refused, for the reason they say.
contract BatchHandler is BatchCalls, IFillCallback {
    /// @dev Builds the world from the first seed; lets time pass, then acts, then looks at everything.
    modifier action(uint256 seed) {
        if (!_isBuilt()) _begin(seed);
        _entropy = uint256(keccak256(abi.encode(seed, ++_steps)));
        if (_rand(4) == 0) skip(_rand(20 minutes));
        _;
        _checkLaws();
    }

    /* ACTIONS OF PEOPLE */

    /// @dev Any amount: nothing, dust, everything, more than there is; by owner, operator or thief; for anybody.
    function request(uint256 seed) external action(seed) {
        for (uint256 count = _between(1, 4); count > 0; --count) {
            uint256 side = _rand(2);
            uint256 owner = _rand(PEOPLE);
            uint256 i = _rand(4) == 0 ? _rand(PEOPLE) : owner;
            if (side == 0 && _rand(2) == 0) _mintCash(owner, _rand(50_000 * _unit));
            uint256 minimum = side == 0 ? _unit : MIN_SHARES;
            uint256 has = side == 0 ? _cashOf[owner] : _sharesOf[owner];
            uint256 amount = _pick(minimum + _rand(3), _between(minimum, has + minimum), has / (1 + _rand(20)), has);
            if (_rand(12) == 0) amount = _pick(0, minimum - 1, has + 1, type(uint96).max);
            if (_request(side, _someCaller(owner), i, owner, amount))
                _did(side == 0 ? "requestDeposit" : "requestRedeem");
        }
    }

    /// @dev One person owns every share but the dead ones and asks for cash for all of them.
    function requestWholeSupply(uint256 seed) external action(seed) {
        if (_rand(3) != 0) return;
        uint256 i = _rand(PEOPLE);
        for (uint256 k; k < PEOPLE; ++k) {
            if (k == i) continue;
            vm.prank(_people[k]);
            vault.transfer(_people[i], _sharesOf[k]);
            _sharesOf[i] += _sharesOf[k];
            _sharesOf[k] = 0;
        }
        if (_request(1, _people[i], i, i, _sharesOf[i])) _did("requestWholeSupply");
    }

    function cancel(uint256 seed) external action(seed) {
        for (uint256 count = _between(1, 3); count > 0; --count) {
            (uint256 side, uint256 i) = (_rand(2), _rand(PEOPLE));
            uint256 batch = _rand(4) == 0 ? _someBatch() : _collecting();
            for (uint256 k; k < PEOPLE && _asked[side][batch][i] == 0; ++k) i = (i + 1) % PEOPLE;
            uint256 to = _rand(3) == 0 ? _rand(PEOPLE) : i;
            if (_cancel(side, _someCaller(i), i, batch, to)) _did("cancel");
        }
    }

    function setOperator(uint256 seed) external action(seed) {
        address operator = _rand(4) == 0 ? address(cash) : _people[_rand(PEOPLE)];
        _setOperator(_rand(PEOPLE), operator, _rand(3) != 0);
        _did("setOperator");
    }

    /// @dev Any batch at any time, mostly the one whose turn it is.
    function open(uint256 seed) external action(seed) {
        _toWindow();
        for (uint256 count = _between(1, 2); count > 0; --count) {
            bool late = block.timestamp % DAY > WINDOW / 2;
            if (_openBatch(_people[_rand(PEOPLE)], _rand(5) == 0 ? _someBatch() : block.timestamp / DAY)) {
                _did(late ? "openLate" : "open");
            }
        }
    }

    function deliver(uint256 seed) external action(seed) {
        _toWindow();
        uint256 batch = _rand(6) == 0 ? _someBatch() : block.timestamp / DAY;
        if (_rand(4) != 0 && _openBatch(_people[_rand(PEOPLE)], batch)) _did("open");
        for (uint256 count = _between(1, 4); count > 0; --count) {
            if (_isInWindow(batch) && _rand(2) == 0) {
                vm.warp(_between(block.timestamp, batch * DAY + WINDOW - 1));
            }
            (uint256 i, uint256 slack) = (_rand(PEOPLE), _pick(0, 0, 1, 2));
            uint256 to = _rand(3) == 0 ? _rand(PEOPLE) : i;
            if (_rand(2) == 0) {
                if (_rand(2) == 0) _mintShares(i, 1 + _rand(vault.totalSupply()));
                uint256 most = _pick(_rand(1e12), _rand(_sharesOf[i] + 1), _sharesOf[i], type(uint256).max);
                if (_deliverShares(i, batch, most, slack, to)) _did("deliverShares");
            } else {
                _mintCash(i, _rand(100_000 * _unit));
                uint256 most = _pick(_rand(100), _rand(_cashOf[i] + 1), _cashOf[i], type(uint256).max);
                if (_deliverCash(i, batch, most, slack, to)) _did("deliverCash");
            }
        }
    }

    /// @dev In parts, too much, for others; and refunds, which nothing but the cash itself can hold up.
    function claim(uint256 seed) external action(seed) {
        if (_rand(3) == 0) vm.warp(((block.timestamp + DAY - WINDOW) / DAY) * DAY + WINDOW);
        for (uint256 count = _between(1, 6); count > 0; --count) {
            (uint256 side, uint256 i, bool byOwn) = (_rand(2), _rand(PEOPLE), _rand(2) == 0);
            (Pool memory p, ) = _standing(side, i);
            for (uint256 k; k < PEOPLE && p.own + p.refund == 0; ++k) {
                i = (i + 1) % PEOPLE;
                (p, ) = _standing(side, i);
            }
            uint256 to = _rand(3) == 0 ? _rand(PEOPLE) : i;
            address caller = _someCaller(i);
            if (_rand(3) == 0) {
                if (_claimRefund(side, caller, i, to)) _did(side == 0 ? "refundCash" : "refundShares");
                continue;
            }
            uint256 limit = byOwn ? p.own : p.other;
            uint256 amount = _rand(8) == 0 ? _pick(0, 1, limit + 1, type(uint256).max) : _between(limit / 2, limit);
            if (_claim(side, byOwn, caller, i, to, _rand(2) == 0 ? amount : limit)) {
                _did(side == 0 ? (byOwn ? "deposit" : "mint") : (byOwn ? "redeem" : "withdraw"));
            }
        }
    }

    function claimMany(uint256 seed) external action(seed) {
        uint256[] memory list = new uint256[](_between(1, PEOPLE));
        for (uint256 k; k < list.length; ++k) list[k] = _rand(PEOPLE);
        _claimMany(_people[_rand(PEOPLE)], list);
        _did("claimMany");
    }

    /* WHAT HAPPENS AROUND IT */

    /// @dev To the next second in which something changes, the one before it or after it, or over several batches.
    function wait(uint256 seed) external action(seed) {
        uint256 today = block.timestamp - (block.timestamp % DAY);
        uint256 next = _pick(today + WINDOW, today + DAY - LOCK, today + DAY, today + DAY + WINDOW) + _rand(3) - 1;
        if (next <= block.timestamp) next = block.timestamp + _rand(DAY);
        if (_rand(10) == 0) next = block.timestamp + _between(1, 5) * DAY;
        vm.warp(next);
        _did("wait");
    }

    /// @dev Mints, redemptions, fees and rebalances of the index, at any time.
    function trade(uint256 seed) external action(seed) {
        uint256 i = _rand(PEOPLE);
        uint256 kind = _rand(5);
        if (kind == 0) {
            _mintShares(i, 1 + _rand(vault.totalSupply()));
        } else if (kind == 1 && _sharesOf[i] > 1) {
            vm.prank(_people[i]);
            try vault.redeem(_rand(_sharesOf[i]) + 1, _people[i], _people[i], new uint256[](0), 0, type(uint32).max) {
                _did("vaultRedeem");
            } catch {}
            _sharesOf[i] = vault.balanceOf(_people[i]);
        } else if (kind == 2) {
            vault.distributeFees();
        } else {
            _rebalance();
        }
    }

    /// @dev Up to 3%, up to 9%, or by a half; the cash by up to 1%, or off its peg.
    function movePrice(uint256 seed) external action(seed) {
        uint256 c = _rand(_coins.length);
        uint256 bps =
            c == _cashCoin
                ? _pick(_between(9_900, 10_100), _between(9_900, 10_100), 9_750, 10_000)
                : _pick(
                    _between(9_700, 10_300),
                    _between(9_900, 10_100),
                    _between(9_100, 11_000),
                    _between(6_500, 14_000)
                );
        uint256 price = ((c == _cashCoin ? ONE : _coins[c].truth) * bps) / 10_000;
        if (price < 1e21 || price > 1e33) return;
        _publish(c, price);
        _coins[c].truth = _coins[c].said;
        _did("movePrice");
    }

    /// @dev A price gone, a token frozen, short or unreadable, the mint paused, all prices too old.
    function trouble(uint256 seed) external action(seed) {
        uint256 c = _rand(_coins.length);
        HostileToken token = _coins[c].token;
        uint256 kind = _rand(7);
        if (kind == 0) {
            _publish(c, 0);
        } else if (kind == 1) {
            vm.prank(keepers.guardian());
            registry.setFrozen(address(token), true);
            _isFrozen[address(token)] = true;
        } else if (kind == 2) {
            vm.prank(keepers.guardian());
            try vault.pause(1) {
                _did("pause");
            } catch {}
        } else if (kind == 3 && c != _cashCoin) {
            uint256 held = token.books(address(vault));
            token.take(address(vault), held / _pick(1_000, 100, 10, 2));
        } else if (kind == 4 && c != _cashCoin) {
            token.setMode(HostileToken.Mode.SILENT_BALANCE);
        } else if (kind == 5) {
            skip(HEARTBEAT - DAY + _rand(2 * DAY));
            if (_rand(2) == 0) _publishAll(_rand(_coins.length));
        } else {
            _misbehave();
        }
        _did("trouble");
    }

    /// @dev Every feed answers, every token is honest and counted, nothing is frozen or paused.
    function heal(uint256 seed) external action(seed) {
        if (_rand(4) == 0) _publishAll(type(uint256).max);
        else _heal();
    }

    function donate(uint256 seed) external action(seed) {
        uint256 i = _rand(PEOPLE);
        uint256 kind = _rand(3);
        if (kind == 0) {
            uint256 amount = _pick(1, _rand(1_000), _rand(10_000 * _unit), _cashHeld);
            cash.mint(address(depositor), amount);
            (_cashHeld, _cashGiven) = (_cashHeld + amount, _cashGiven + amount);
        } else if (kind == 1) {
            uint256 amount = _rand(_sharesOf[i] / 10 + 1);
            vm.prank(_people[i]);
            vault.transfer(address(depositor), amount);
            _sharesOf[i] -= amount;
            (_sharesHeld, _sharesGiven) = (_sharesHeld + amount, _sharesGiven + amount);
        } else {
            HostileToken token = _coins[_rand(_coins.length)].token;
            token.mint(address(vault), _rand(token.books(address(vault)) + 1_000));
        }
        _did("donate");
    }

    /// @notice After the last window: no price, no mint, no order, and still everybody gets all that is his.
    function finish() public {
        if (!_isBuilt()) return;
        vm.warp((block.timestamp / DAY + 2) * DAY + WINDOW + _rand(DAY));
        for (uint256 c; c < _coins.length; ++c) {
            _publish(c, 0);
            if (c != _cashCoin) _coins[c].token.setMode(HostileToken.Mode.PAUSED);
        }
        cash.setMode(HostileToken.Mode.HONEST);
        uint256 first = _rand(PEOPLE);
        uint256[] memory one = new uint256[](1);
        for (uint256 k; k < PEOPLE; ++k) {
            uint256 i = (first + 2 * k) % PEOPLE;
            one[0] = i;
            for (uint256 side; side < 2; ++side) {
                (Pool memory p, uint256 pending) = _standing(side, i);
                _check(pending == 0, "INV-12(d): nothing waits when the window is over");
                if (p.refund != 0 && _rand(2) == 0) _claimRefund(side, _people[i], i, i);
                if (p.other != 0 && _rand(2) == 0) _claim(side, false, _people[i], i, i, p.other);
            }
            _claimMany(address(this), one);
        }
        _checkLaws();
        _check(_cashHeld <= _cashGiven + _requests, "INV-12(a): in the end no cash is left but rounding");
        _check(_sharesHeld <= _sharesGiven + _requests, "INV-12(a): in the end no shares are left but rounding");
        _did("finish");
    }

    /// @inheritdoc IFillCallback
    function onFill(address, uint256, address buyToken, uint256 owed, bytes calldata) external {
        if (msg.sender == address(vault)) HostileToken(buyToken).mint(address(vault), owed);
    }

    /* STEPS */

    /// @dev Mostly the controller or owner himself, at times somebody who may or may not be his operator.
    function _someCaller(uint256 i) private returns (address) {
        return _rand(4) == 0 ? _people[_rand(PEOPLE)] : _people[i];
    }

    /// @dev One in which somebody is, or the last or the next of the calendar.
    function _someBatch() private returns (uint256) {
        if (_batchIds.length == 0 || _rand(3) == 0) return block.timestamp / DAY + _rand(3);
        return _batchIds[_batchIds.length - 1 - _rand(_batchIds.length > 3 ? 3 : _batchIds.length)];
    }

    /// @dev Mostly goes to the window of the last batch that is still to come.
    function _toWindow() private {
        if (_batchIds.length == 0 || _rand(8) == 0) return;
        if (_rand(6) != 0) _heal();
        uint256 opensAt = _batchIds[_batchIds.length - 1] * DAY;
        if (opensAt >= block.timestamp) vm.warp(opensAt + _pick(0, _rand(10 minutes), _rand(WINDOW), WINDOW - 1));
    }

    function _mintShares(uint256 i, uint256 shares) private {
        if (vault.totalSupply() > 1e26) shares = 1 + (shares % 1e20);
        (uint256[] memory amounts, ) = vault.previewMint(shares);
        (Asset[] memory assets, , ) = vault.basket();
        for (uint256 k; k < assets.length; ++k) {
            HostileToken(assets[k].token).mint(_people[i], amounts[k]);
            vm.prank(_people[i]);
            HostileToken(assets[k].token).approve(address(vault), type(uint256).max);
        }
        uint32 nonce = vault.basketNonce();
        vm.prank(_people[i]);
        try vault.mint(shares, _people[i], new uint256[](0), 100, nonce) {
            _did("vaultMint");
        } catch {}
        _sharesOf[i] = vault.balanceOf(_people[i]);
    }

    function _rebalance() private {
        uint256 n = vault.basketSize();
        uint256[] memory weights = new uint256[](n);
        uint256 left = 10_000;
        for (uint256 k; k + 1 < n; ++k) {
            weights[k] = _rand(left + 1);
            left -= weights[k];
        }
        weights[n - 1] = left;
        if (!vault.isOpen() && _propose(weights, _rand(3) == 0 ? Lane.DERISK : Lane.RISK)) _did("propose");
        // Chance alone would rarely wait out the veto delay and no more.
        uint256 opensAt = vault.epoch().opensAt;
        if (opensAt > block.timestamp && _rand(3) != 0) vm.warp(opensAt + _rand(1 hours));
        uint32 nonce = vault.basketNonce();
        for (uint256 pair; pair < n * n; ++pair) {
            try vault.fill(pair / n, pair % n, type(uint256).max, 1, type(uint256).max, nonce, "pay") {
                _did("fill");
            } catch {}
        }
    }

    /// @dev Publishes all prices anew but one.
    function _publishAll(uint256 but) private {
        for (uint256 c; c < _coins.length; ++c) if (c != but) _publish(c, c == _cashCoin ? ONE : _coins[c].truth);
    }

    function _heal() private {
        _publishAll(type(uint256).max);
        for (uint256 c; c < _coins.length; ++c) {
            HostileToken token = _coins[c].token;
            token.setMode(HostileToken.Mode.HONEST);
            if (!_isFrozen[address(token)]) continue;
            registry.setFrozen(address(token), false);
            _isFrozen[address(token)] = false;
        }
        vm.prank(keepers.guardian());
        vault.unpause();
        for (uint256 k; k < vault.basketSize(); ++k) {
            try vault.sync(k) {} catch {}
            vault.checkPrice(k);
        }
        _did("heal");
    }

    /// @dev The cash in one of the ways in which cash is known to fail; from hooks it calls what it may call.
    function _misbehave() private {
        HostileToken.Mode[9] memory modes = [
            HostileToken.Mode.PAUSED,
            HostileToken.Mode.BLOCKLIST,
            HostileToken.Mode.BLOCKLIST,
            HostileToken.Mode.FALSE_RETURN,
            HostileToken.Mode.NO_RETURN,
            HostileToken.Mode.BURN_GAS,
            HostileToken.Mode.REENTRANT,
            HostileToken.Mode.REENTRANT,
            _rand(2) == 0 ? HostileToken.Mode.FEE : HostileToken.Mode.SILENT_BALANCE
        ];
        HostileToken.Mode mode = modes[_rand(9)];
        uint256 i = _rand(PEOPLE);
        if (mode == HostileToken.Mode.BLOCKLIST) cash.setBlocked(_people[i]);
        if (mode == HostileToken.Mode.REENTRANT) {
            if (!_isOperator[i][address(cash)]) _setOperator(i, address(cash), true);
            cash.setHook(address(depositor), _hooks(_people[i]));
            _did("hook");
        }
        cash.setMode(mode);
    }

    /// @dev Calls that would all take something of a person who trusts the cash, but for the lock.
    function _hooks(address person) private returns (bytes[] memory payloads) {
        address[] memory one = new address[](1);
        one[0] = person;
        payloads = new bytes[](3);
        payloads[0] = abi.encodeCall(IBatchDepositor.claimDepositRefund, (address(this), person));
        payloads[1] = abi.encodeCall(IBatchDepositor.claimMany, (one));
        uint256 amount = _unit;
        payloads[2] =
            _rand(2) == 0
                ? abi.encodeCall(IERC7540Deposit.requestDeposit, (amount, person, person))
                : abi.encodeCall(IBatchDepositor.cancelDepositRequest, (_collecting(), address(this), person));
    }
}
