// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Batch, BatchAccount, IBatchDepositor} from "../../contracts/interfaces/IBatchDepositor.sol";
import {FloatPrice} from "../../contracts/libraries/FloatPrice.sol";
import {HostileToken} from "../../contracts/mocks/HostileToken.sol";
import {BatchFactory} from "../../contracts/periphery/BatchFactory.sol";
import {AssetFlags} from "../../contracts/types/AssetFlags.sol";
import {Asset, Debt, Target} from "../../contracts/types/VaultTypes.sol";
import {VaultWorld} from "./VaultWorld.sol";

/// @title BatchBooks
/// @notice Nine people, an index, its batch depositor, cash that can misbehave, and the books of all of them to the wei:
/// every purse, every request, every batch, worked out anew from what was called and never read from the depositor.
/// @dev An action never reverts: a broken law is kept in `violation`, so that a run shrinks to the sequence that broke it.
/// Side 0 are deposits, whose own token is cash; side 1 are redemptions, whose own token is the share.
abstract contract BatchBooks is VaultWorld {
    struct Book {
        uint256 openedAt; // {s} 0 = not opened
        uint256 price; // D27{raw cash/share wei}
        uint256[2] total; // of both sides, in their own tokens
        uint256[2] spent; // of the total
        uint256[2] bought; // with what was spent, in the other token
    }

    /// @dev What a person can claim on one side.
    struct Pool {
        uint256 own; // exchanged
        uint256 other; // got for it
        uint256 refund; // not exchanged
    }

    uint256 internal constant PEOPLE = 9;
    uint256 internal constant DAY = 1 days; // {s}
    uint256 internal constant WINDOW = 4 hours; // {s}
    uint256 internal constant LOCK = 30 minutes; // {s}
    uint256 internal constant ONE = 1e27; // D27{1}
    uint256 internal constant MIN_SHARES = 1e12; // {share wei}

    /// @notice The first law that was broken, in words; empty while all hold.
    string public violation;
    /// @notice How often each action changed something.
    mapping(bytes32 name => uint256 times) private _done;
    uint256 internal _steps;

    IBatchDepositor public depositor;
    HostileToken public cash;
    uint256 internal _cashCoin; // index of the cash among the coins
    uint256 internal _unit; // {raw cash} one
    mapping(address token => bool) internal _isFrozen; // by the registry

    address[PEOPLE] internal _people;
    uint256[PEOPLE] internal _cashOf; // {raw cash} in each purse
    uint256[PEOPLE] internal _sharesOf; // {share wei} in each purse
    mapping(uint256 i => mapping(address operator => bool)) internal _isOperator;
    uint256 internal _cashHeld; // {raw cash} of the depositor
    uint256 internal _sharesHeld; // {share wei} of the depositor
    uint256 internal _cashGiven; // {raw cash} of it was donated
    uint256 internal _sharesGiven; // {share wei} of it was donated

    uint256[] internal _batchIds; // in which anybody asked for anything, ascending
    mapping(uint256 batch => Book) internal _books;
    mapping(uint256 side => mapping(uint256 batch => uint256[PEOPLE])) internal _asked;
    mapping(uint256 side => mapping(uint256 i => uint256[])) private _open; // batches not counted yet
    mapping(uint256 side => mapping(uint256 i => Pool)) internal _pools;
    uint256 internal _requests; // made and not cancelled

    /* BUILDING */

    function _begin(uint256 seed) internal {
        vm.warp(20_500 * DAY + (uint256(keccak256(abi.encode(seed))) % DAY));
        _build(seed, 1 + (uint256(keccak256(abi.encode(seed))) % 4), 0);
        cash = new HostileToken(uint8(_pick(6, 6, 2, 8)));
        _unit = 10 ** cash.decimals();
        _cashCoin = _coins.length;
        _addCoin(cash, ONE, AssetFlags.STABLE);
        depositor = IBatchDepositor(new BatchFactory(factory, registry, address(cash)).create(address(vault)));

        uint256 left = vault.balanceOf(address(this));
        for (uint256 i; i < PEOPLE; ++i) {
            address person = makeAddr(string.concat("person ", vm.toString(i)));
            _people[i] = person;
            _sharesOf[i] = i + 1 == PEOPLE ? left : _rand(left / 3 + 1);
            left -= _sharesOf[i];
            vault.transfer(person, _sharesOf[i]);
            _mintCash(i, _between(1, 100_000) * _unit);
            vm.startPrank(person);
            cash.approve(address(depositor), type(uint256).max);
            vault.approve(address(depositor), type(uint256).max);
            vm.stopPrank();
        }
    }

    function _mintCash(uint256 i, uint256 amount) internal {
        cash.mint(_people[i], amount);
        _cashOf[i] += amount;
    }

    /* WHAT IS TRUE: THE PRICE */

    /// @dev D27{USD/tok} that may be used now, 0 for none: known, and not older than the heartbeat.
    function _usable(uint256 c) internal view returns (uint256) {
        return block.timestamp - _coins[c].feed.latestTimestamp() > HEARTBEAT ? 0 : _coins[c].said;
    }

    /// @dev D27{raw cash/share wei} worth of a share, from units and prices; `complete` when it may be traded at.
    function _nav() internal view returns (bool complete, uint256 price) {
        uint256 dollar = _usable(_cashCoin);
        bool onPeg = Math.max(dollar, ONE) - Math.min(dollar, ONE) <= (ONE * 2) / 100;
        (uint8 pauses, ) = vault.paused();
        if (!onPeg || _isFrozen[address(cash)] || pauses & 1 != 0) return (false, 0);

        (Asset[] memory assets, uint256[] memory units, ) = vault.basket();
        uint256 a = vault.aggregate();
        uint256[] memory values = new uint256[](assets.length); // D18{USD}
        uint256 total;
        for (uint256 i; i < assets.length; ++i) {
            uint256 raw = Math.mulDiv(units[i], a, 10 ** (72 - assets[i].decimals));
            values[i] = Math.mulDiv(raw, _usable(_coinAt[assets[i].token] - 1), 10 ** (9 + assets[i].decimals));
            total += values[i];
            if (raw == 0) continue;
            if (_usable(_coinAt[assets[i].token] - 1) == 0 || _isShort(assets[i], units[i], a)) return (false, 0);
        }
        Target[] memory targets = vault.targets();
        for (uint256 i; i < assets.length; ++i) {
            if (_isTroubled(assets[i].token, targets[i]) && values[i] * 100 > total) return (false, 0);
        }
        // {raw cash/share wei} = D18{USD} / D27{USD/cash} * 1e9 * {raw cash/cash} / {share wei}
        price = Math.mulDiv(total * 1e9 * _unit, ONE, dollar * vault.totalSupply());
        return (price >= 1e6 && price <= type(uint128).max, price);
    }

    /// @dev Whether less is there than the vault owes, or nobody can tell.
    function _isShort(Asset memory asset, uint256 units, uint256 a) private view returns (bool) {
        HostileToken token = HostileToken(asset.token);
        if (token.mode() == HostileToken.Mode.SILENT_BALANCE) return true;
        Debt memory debt = vault.debt(asset.token);
        uint256 owed = debt.scale == 0 ? debt.total : Math.mulDiv(debt.total, debt.scale, ONE, Math.Rounding.Ceil);
        uint256 needed = Math.mulDiv(units, a, 10 ** (72 - asset.decimals), Math.Rounding.Ceil) + owed;
        return token.books(address(vault)) < needed;
    }

    /// @dev Whether the vault would not trade at the price of a token.
    function _isTroubled(address token, Target memory target) private view returns (bool) {
        if (_isFrozen[token] || target.freeze != 0) return true;
        uint256 last = FloatPrice.decode(target.price);
        uint256 price = _usable(_coinAt[token] - 1);
        return last != 0 && Math.min(last, price) * 10_000 < Math.max(last, price) * 6_000;
    }

    /* WHAT IS TRUE: REQUESTS */

    /// @dev The first batch whose window is 30 minutes away or more.
    function _collecting() internal view returns (uint256 batch) {
        batch = block.timestamp / DAY;
        while (batch * DAY < block.timestamp + LOCK) ++batch;
    }

    function _isInWindow(uint256 batch) internal view returns (bool) {
        return block.timestamp >= batch * DAY && block.timestamp < batch * DAY + WINDOW;
    }

    /// @dev Whether what becomes of one side's requests can change no more.
    function _isOver(uint256 side, uint256 batch) internal view returns (bool) {
        Book storage b = _books[batch];
        return block.timestamp >= batch * DAY + WINDOW || (b.openedAt != 0 && b.spent[side] == b.total[side]);
    }

    function _file(uint256 side, uint256 i, uint256 batch, uint256 amount) internal {
        uint256 count = _batchIds.length;
        if (count == 0 || _batchIds[count - 1] != batch) _batchIds.push(batch);
        if (_asked[side][batch][i] == 0) {
            _open[side][i].push(batch);
            ++_requests;
        }
        _asked[side][batch][i] += amount;
        _books[batch].total[side] += amount;
    }

    function _unfile(uint256 side, uint256 i, uint256 batch) internal {
        _books[batch].total[side] -= _asked[side][batch][i];
        _asked[side][batch][i] = 0;
        uint256[] storage list = _open[side][i];
        list.pop(); // the one that takes requests is the last
        --_requests;
    }

    /// @dev Claimable now, and what waits.
    function _standing(uint256 side, uint256 i) internal view returns (Pool memory p, uint256 pending) {
        p = _pools[side][i];
        uint256[] storage list = _open[side][i];
        for (uint256 k; k < list.length; ++k) {
            uint256 amount = _asked[side][list[k]][i];
            if (!_isOver(side, list[k])) {
                pending += amount;
                continue;
            }
            Book storage b = _books[list[k]];
            p.own += (amount * b.spent[side]) / b.total[side];
            p.other += (amount * b.bought[side]) / b.total[side];
            p.refund += (amount * (b.total[side] - b.spent[side])) / b.total[side];
        }
    }

    /// @dev Counts what is over.
    function _collect(uint256 side, uint256 i) internal returns (Pool memory p) {
        (p, ) = _standing(side, i);
        uint256[] storage list = _open[side][i];
        for (uint256 k = list.length; k > 0; --k) {
            if (!_isOver(side, list[k - 1])) continue;
            for (uint256 n = k; n < list.length; ++n) list[n - 1] = list[n];
            list.pop();
        }
        _pools[side][i] = p;
    }

    /* MONEY */

    /// @dev Whether cash moves when it is sent.
    function _cashMoves(address from, address to) internal view returns (bool) {
        HostileToken.Mode mode = cash.mode();
        if (mode == HostileToken.Mode.BLOCKLIST) return from != cash.blocked() && to != cash.blocked();
        return
            mode == HostileToken.Mode.HONEST ||
            mode == HostileToken.Mode.NO_RETURN ||
            mode == HostileToken.Mode.REENTRANT ||
            mode == HostileToken.Mode.FEE ||
            mode == HostileToken.Mode.SILENT_BALANCE;
    }

    /// @dev Whether all of it arrives, and can be seen to.
    function _cashArrives(uint256 i, uint256 amount) internal view returns (bool) {
        HostileToken.Mode mode = cash.mode();
        bool short = mode == HostileToken.Mode.FEE || mode == HostileToken.Mode.SILENT_BALANCE;
        return !short && amount <= _cashOf[i] && _cashMoves(_people[i], address(depositor));
    }

    function _took(uint256 side, uint256 i, uint256 amount) internal {
        if (side == 0) {
            _cashOf[i] -= amount;
            _cashHeld += amount;
        } else {
            _sharesOf[i] -= amount;
            _sharesHeld += amount;
        }
    }

    function _paid(uint256 side, uint256 i, uint256 amount) internal {
        if (side == 0) {
            uint256 fee = cash.mode() == HostileToken.Mode.FEE ? (amount + 99) / 100 : 0;
            _cashOf[i] += amount - fee;
            _cashHeld -= amount;
        } else {
            _sharesOf[i] += amount;
            _sharesHeld -= amount;
        }
    }

    /* LAWS */

    /// @dev INV-12 as it stands.
    function _checkLaws() internal {
        uint256 cashDue;
        uint256 sharesDue;
        for (uint256 i; i < PEOPLE; ++i) {
            _checkPurse(i);
            BatchAccount memory account = depositor.accountOf(_people[i]);
            _checkAccount(i, account);
            cashDue += account.refundAssets + account.assetsOut;
            sharesDue += account.refundShares + account.sharesOut;
        }
        // Only the last three batches can be in the making.
        for (uint256 k = _batchIds.length; k > 0 && k + 3 > _batchIds.length; --k) {
            uint256 id = _batchIds[k - 1];
            Batch memory b = depositor.batchOf(id);
            _checkBatch(id, b);
            if (!_isOver(0, id)) {
                cashDue += b.assets - b.assetsSpent;
                sharesDue += b.sharesBought;
            }
            if (!_isOver(1, id)) {
                cashDue += b.assetsBought;
                sharesDue += b.shares - b.sharesSpent;
            }
        }
        _checkSums(cashDue, sharesDue);
        _check(cash.reentries() == 0, "INV-12(f): nothing can be called from a hook of the cash");
    }

    /// @dev INV-12(a).
    function _checkSums(uint256 cashDue, uint256 sharesDue) private {
        uint256 heldCash = cash.books(address(depositor));
        uint256 heldShares = vault.balanceOf(address(depositor));
        _check(heldCash == _cashHeld, "INV-12(a): cash comes and goes as the books say");
        _check(heldShares == _sharesHeld, "INV-12(a): shares come and go as the books say");
        _check(heldCash >= cashDue + _cashGiven, "INV-12(a): all cash that is owed is there");
        _check(heldShares >= sharesDue + _sharesGiven, "INV-12(a): all shares that are owed are there");
        _check(
            heldCash <= cashDue + _cashGiven + _requests,
            "INV-12(a): no cash is left over but rounding, a unit a request"
        );
        _check(
            heldShares <= sharesDue + _sharesGiven + _requests,
            "INV-12(a): no shares are left over but rounding, a unit a request"
        );
    }

    /// @dev INV-12(f): nobody has more or less in his purse than the calls that he or his operators made gave him.
    function _checkPurse(uint256 i) private {
        _check(cash.books(_people[i]) == _cashOf[i], "INV-12(f): the cash of a person moves by his own calls alone");
        _check(
            vault.balanceOf(_people[i]) == _sharesOf[i],
            "INV-12(f): the shares of a person move by his own calls alone"
        );
    }

    /// @dev INV-12(c): exactly pro rata, each part rounded down, the rest refunded.
    function _checkAccount(uint256 i, BatchAccount memory account) private {
        (Pool memory d, uint256 pending) = _standing(0, i);
        _check(account.pendingAssets == pending, "INV-12(c): cash waits until its batch is over");
        _check(account.sharesOut == d.other, "INV-12(c): a deposit gets its part of the shares bought, no more");
        _check(account.depositedAssets == d.own, "INV-12(c): a deposit pays its part of the cash spent");
        _check(account.refundAssets == d.refund, "INV-12(c): what was not exchanged is refunded, no more");
        (Pool memory w, uint256 waiting) = _standing(1, i);
        _check(account.pendingShares == waiting, "INV-12(c): shares wait until their batch is over");
        _check(account.assetsOut == w.other, "INV-12(c): a redemption gets its part of the cash bought, no more");
        _check(account.redeemedShares == w.own, "INV-12(c): a redemption pays its part of the shares spent");
        _check(account.refundShares == w.refund, "INV-12(c): shares not exchanged are refunded, no more");
    }

    function _checkBatch(uint256 id, Batch memory b) private {
        Book storage book = _books[id];
        _check(b.assets == book.total[0] && b.shares == book.total[1], "INV-12(c): totals are the sums of requests");
        _check(b.openedAt == book.openedAt && b.price == book.price, "INV-12(b): a batch is opened once, at NAV");
        _check(
            b.assetsSpent == book.spent[0] && b.sharesBought == book.bought[0],
            "INV-12(b): depositors pay and get what the curve says"
        );
        _check(
            b.sharesSpent == book.spent[1] && b.assetsBought == book.bought[1],
            "INV-12(b): redeemers give and get what the curve says"
        );
    }

    /* BOOKS OF ACTIONS */

    function _check(bool holds, string memory law) internal {
        if (!holds && bytes(violation).length == 0) violation = law;
    }

    function _did(string memory name) internal {
        ++_done[keccak256(bytes(name))];
    }

    /// @notice How often an action changed something.
    function times(string calldata name) external view returns (uint256) {
        return _done[keccak256(bytes(name))];
    }
}
