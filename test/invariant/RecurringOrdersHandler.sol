// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DateTimeLib} from "solady/src/utils/DateTimeLib.sol";

import {IBatchDepositor} from "../../contracts/interfaces/IBatchDepositor.sol";
import {HostileToken} from "../../contracts/mocks/HostileToken.sol";
import {BatchFactory} from "../../contracts/periphery/BatchFactory.sol";
import {RecurringOrders} from "../../contracts/periphery/RecurringOrders.sol";
import {AssetFlags} from "../../contracts/types/AssetFlags.sol";
import {
    DepositRequest,
    NewPlan,
    OrderKind,
    Period,
    Plan,
    RecurringCheck
} from "../../contracts/types/RecurringTypes.sol";
import {Permit} from "../../contracts/types/ZapTypes.sol";
import {VaultWorld} from "./VaultWorld.sol";

/// @title RecurringOrdersHandler
/// @notice Four owners with plans of every kind and period, who lose and regain money and allowances, and executors who try
/// every plan at any time, alone and in lists.
/// @dev An action never reverts: a broken law is kept in `violation`. Dates are known in another way than the contract's:
/// counted from the start of the plan.
contract RecurringOrdersHandler is VaultWorld {
    uint256 internal constant OWNERS = 4;

    /// @dev What is remembered of a plan beside the contract's books.
    struct Memory {
        NewPlan wanted;
        address owner;
        uint256 start; // {s}
        uint256 lastPlace; // number of the date that the last order was filed for, from 1 on; 0 = none yet
        uint256 filed; // number of orders
        bool dead; // cancelled, or had its last order
    }

    /// @dev What an account has at one moment.
    struct Purse {
        uint256 cash; // {raw cash}
        uint256 shares; // {share wei}
        uint256 pendingCash; // {raw cash} in requests and refunds
        uint256 pendingShares; // {share wei} in requests and refunds
    }

    /// @notice The first law that was broken, in words; empty while all hold.
    string public violation;
    mapping(bytes32 name => uint256 times) private _done;

    HostileToken public cash;
    IBatchDepositor public depositor;
    RecurringOrders public orders;

    address[] private _owners;
    address[] private _executors;
    Memory[] private _plans; // plan k has the id k + 1
    uint256 private _donatedCash; // {raw cash}
    uint256 private _donatedShares; // {share wei}
    uint256 private _steps;
    Permit private _none;

    modifier action(uint256 seed) {
        if (!_isBuilt()) _begin(seed);
        _entropy = uint256(keccak256(abi.encode(seed, ++_steps)));
        if (_rand(3) == 0) skip(_pick(_rand(1 hours), _rand(7 days), _rand(31 days), _rand(100 days)));
        for (uint256 c; c < _coins.length; ++c) _publish(c, _coins[c].truth);
        _;
        _check(
            cash.balanceOf(address(orders)) == _donatedCash && vault.balanceOf(address(orders)) == _donatedShares,
            "nothing stays in the contract, and what is given to it is nobody's"
        );
        _check(vault.allowance(address(orders), address(depositor)) == 0, "no approval of shares is left");
    }

    function _begin(uint256 seed) private {
        _build(seed, 1 + (uint256(keccak256(abi.encode(seed))) % 4), 0);
        cash = new HostileToken(6);
        _addCoin(cash, 1e27, AssetFlags.STABLE);
        BatchFactory batches = new BatchFactory(factory, registry, address(cash));
        depositor = IBatchDepositor(batches.create(address(vault)));
        orders = new RecurringOrders(batches, address(registry)); // Permit2 is not called: any code will do
        for (uint256 k; k < OWNERS; ++k) {
            address owner = makeAddr(string(abi.encodePacked("owner", k)));
            _owners.push(owner);
            cash.mint(owner, 1e12);
            vault.transfer(owner, vault.balanceOf(address(this)) / 8);
            vm.startPrank(owner);
            cash.approve(address(orders), type(uint256).max);
            vault.approve(address(orders), type(uint256).max);
            vm.stopPrank();
        }
        _executors.push(makeAddr("keeper"));
        _executors.push(makeAddr("bot"));
        _executors.push(_owners[0]); // one of the owners works for tips, too
    }

    /* OWNERS */

    function create(uint256 seed) external action(seed) {
        if (_plans.length >= 24) return;
        NewPlan memory wanted;
        wanted.batchDepositor = address(depositor);
        wanted.kind = OrderKind(_rand(3));
        wanted.period = Period(_rand(4));
        wanted.start = _rand(2) == 0 ? 0 : uint40(block.timestamp + _rand(90 days));
        uint256 start = wanted.start == 0 ? block.timestamp : wanted.start;
        wanted.lastDay = _rand(3) == 0 ? uint16((start + _rand(300 days)) / 1 days) : 0;
        wanted.orders = _rand(3) == 0 ? uint16(1 + _rand(4)) : 0;
        wanted.amount =
            wanted.kind == OrderKind.WITHDRAW_PART
                ? uint64(1 + _rand(10_000))
                : uint64(1e6 + _rand(_rand(2) == 0 ? 1e6 : 1e9));
        wanted.tipCap = _rand(2) == 0 ? 0 : uint32(_rand(1e7 + 1));
        address owner = _owners[_rand(OWNERS)];
        vm.prank(owner);
        uint256 id = orders.create(wanted, _none, _none);
        _plans.push(Memory(wanted, owner, start, 0, 0, false));
        _check(id == _plans.length, "ids count up and never come back");
        _did("create");
    }

    function cancel(uint256 seed) external action(seed) {
        if (_plans.length == 0) return;
        uint256 k = _rand(_plans.length);
        Memory storage plan = _plans[k];
        address caller = _rand(4) == 0 ? _owners[_rand(OWNERS)] : plan.owner;
        vm.prank(caller);
        (bool worked, ) = address(orders).call(abi.encodeCall(RecurringOrders.cancel, (k + 1)));
        _check(worked == (!plan.dead && caller == plan.owner), "the owner, and nobody else, cancels at any time");
        if (!worked) return;
        _did(_isDue(plan) ? "cancelDue" : "cancel");
        plan.dead = true;
    }

    /// @dev Money and allowances come and go.
    function changePurse(uint256 seed) external action(seed) {
        address owner = _owners[_rand(OWNERS)];
        uint256 k = _rand(5);
        uint256 amount = _rand(3) == 0 ? type(uint256).max : _rand(1e9);
        vm.startPrank(owner);
        if (k == 0) cash.approve(address(orders), amount);
        if (k == 1) vault.approve(address(orders), amount);
        if (k == 2) cash.transfer(address(this), _rand(cash.balanceOf(owner) + 1));
        if (k == 3) vault.transfer(_owners[_rand(OWNERS)], _rand(vault.balanceOf(owner) + 1));
        if (k == 4) cash.approve(address(orders), type(uint256).max);
        vm.stopPrank();
        if (k == 4) cash.mint(owner, 1e11);
    }

    function donate(uint256 seed) external action(seed) {
        uint256 amount = _rand(1e9);
        cash.mint(address(orders), amount);
        _donatedCash += amount;
        address owner = _owners[_rand(OWNERS)];
        uint256 shares = _rand(vault.balanceOf(owner) / 1e6 + 1);
        vm.prank(owner);
        vault.transfer(address(orders), shares);
        _donatedShares += shares;
    }

    function claim(uint256 seed) external action(seed) {
        Purse memory before = _purseOf(_owners[1]);
        depositor.claimMany(_owners);
        Purse memory now_ = _purseOf(_owners[1]);
        _check(
            before.cash + before.pendingCash == now_.cash + now_.pendingCash &&
                before.shares + before.pendingShares == now_.shares + now_.pendingShares,
            "INV-12: what nobody exchanged comes back in full"
        );
        if (now_.cash > before.cash) _did("claim");
    }

    /* EXECUTORS */

    function execute(uint256 seed) external action(seed) {
        if (_plans.length == 0) return;
        uint256 k = _rand(_plans.length);
        Memory storage plan = _plans[k];
        address executor = _executors[_rand(_executors.length)];
        Purse[] memory before = _purses();
        uint256 paid = cash.balanceOf(executor);
        vm.prank(executor);
        (bool worked, ) = address(orders).call(abi.encodeCall(RecurringOrders.execute, (k + 1)));
        if (!worked) {
            _check(
                keccak256(abi.encode(before)) == keccak256(abi.encode(_purses())),
                "a refused order changes nothing"
            );
            _check(!_mustWork(plan, before), "an order that is due and paid for goes through, whoever calls");
            _did("refuse");
            return;
        }
        _settle(plan, executor, before, paid);
    }

    /// @dev Some plans twice, some that never were.
    function executeMany(uint256 seed) external action(seed) {
        uint256[] memory ids = new uint256[](1 + _rand(6));
        for (uint256 k; k < ids.length; ++k) ids[k] = _rand(_plans.length + 2);
        _runMany(ids, abi.encodeCall(RecurringOrders.executeMany, (ids)), "executeMany");
    }

    function perform(uint256 seed) external action(seed) {
        RecurringCheck memory check = RecurringCheck(_rand(3), 1 + _rand(30), 1 + _rand(10), 10_000_000, 0);
        (bool needed, bytes memory data) = orders.checkUpkeep(abi.encode(check));
        if (!needed) return;
        uint256[] memory ids = abi.decode(data, (uint256[]));
        uint256 found = _runMany(ids, abi.encodeCall(RecurringOrders.performUpkeep, (data)), "perform");
        _check(found != 0, "what is proposed goes through");
    }

    function requestDeposits(uint256 seed) external action(seed) {
        uint256 owner = _rand(OWNERS);
        DepositRequest[] memory requests = new DepositRequest[](1 + _rand(3));
        uint256 sum;
        for (uint256 k; k < requests.length; ++k) {
            requests[k] = DepositRequest(address(depositor), 1e6 + _rand(1e8));
            sum += requests[k].assets;
        }
        Purse[] memory before = _purses();
        vm.prank(_owners[owner]);
        (bool worked, ) = address(orders).call(abi.encodeCall(RecurringOrders.requestDeposits, (requests, _none)));
        Purse[] memory now_ = _purses();
        if (worked) {
            before[owner].cash -= sum;
            before[owner].pendingCash += sum;
            _did("requestDeposits");
        }
        _check(
            keccak256(abi.encode(before)) == keccak256(abi.encode(now_)),
            "a caller pays for his own requests, exactly, and for nobody else's"
        );
    }

    function times(string calldata name) external view returns (uint256) {
        return _done[keccak256(bytes(name))];
    }

    /* LAWS */

    /// @dev One order went through: it was due, is the only one of its period, and cost what was allowed.
    function _settle(Memory storage plan, address executor, Purse[] memory before, uint256 paid) private {
        _check(!plan.dead, "a cancelled or completed plan is dead");
        _check(_isDue(plan), "no order before its date or after its end");
        uint256 place = _placeOf(plan, block.timestamp);
        _check(place > plan.lastPlace, "one order a period");
        if (place > plan.lastPlace + 1) _did("skip");
        Purse[] memory now_ = _purses();
        bool worksForHimself = executor == plan.owner;
        for (uint256 k; k < OWNERS; ++k) {
            if (_owners[k] != plan.owner) {
                if (_owners[k] == executor) now_[k].cash = before[k].cash; // the tip is looked at below
                _check(
                    keccak256(abi.encode(before[k])) == keccak256(abi.encode(now_[k])),
                    "an order touches its owner only"
                );
                continue;
            }
            uint256 tip = worksForHimself ? 0 : cash.balanceOf(executor) - paid;
            _check(tip <= plan.wanted.tipCap && tip <= orders.MAX_TIP(), "a tip is at most the owner's cap");
            if (tip != 0) _did("tip");
            _checkOrder(plan, before[k], now_[k], tip);
        }
        _book(plan, place);
    }

    function _checkOrder(Memory storage plan, Purse memory before, Purse memory now_, uint256 tip) private {
        uint256 amount = plan.wanted.amount;
        if (plan.wanted.kind == OrderKind.DEPOSIT) {
            _check(before.cash == now_.cash + amount + tip, "a deposit takes its amount and tip, no more");
            _check(now_.pendingCash == before.pendingCash + amount, "the request is the owner's, for the whole amount");
            _check(before.shares == now_.shares, "a deposit takes no shares");
            _did("deposit");
            return;
        }
        uint256 shares = before.shares - now_.shares;
        _check(before.cash == now_.cash + tip, "a withdrawal takes no cash but its tip");
        _check(now_.pendingShares == before.pendingShares + shares, "the request is the owner's, for all shares");
        if (plan.wanted.kind == OrderKind.WITHDRAW_PART) {
            _check(shares == (before.shares * amount) / 10_000, "a part is that part of the shares, rounded down");
            _did("withdrawPart");
        } else {
            uint256 worth = (shares * depositor.sharePrice()) / 1e27; // {raw cash}
            _check(worth <= amount, "a sum is never exceeded");
            _did("withdrawSum");
        }
    }

    /// @dev Several orders at once: each plan's owner pays at most once, and nobody for another.
    function _runMany(uint256[] memory ids, bytes memory call, string memory name) private returns (uint256 found) {
        Purse[] memory before = _purses();
        uint256[] memory next = new uint256[](_plans.length);
        for (uint256 k; k < next.length; ++k) next[k] = orders.plan(k + 1).next;
        address executor = _executors[_rand(2)];
        vm.prank(executor);
        (bool worked, ) = address(orders).call(call);
        if (!worked) {
            _check(keccak256(bytes(name)) != keccak256("executeMany"), "a list does not fail because of one order");
            return 0;
        }
        Purse[] memory now_ = _purses();
        uint256[] memory most = new uint256[](OWNERS); // {raw cash}
        for (uint256 k; k < next.length; ++k) {
            Memory storage plan = _plans[k];
            if (orders.plan(k + 1).next == next[k]) continue;
            _check(_isIn(k + 1, ids) && !plan.dead && _isDue(plan), "only what was named and due is filed");
            uint256 place = _placeOf(plan, block.timestamp);
            _check(place > plan.lastPlace, "one order a period, also in a list");
            most[_indexOf(plan.owner)] +=
                plan.wanted.tipCap + (plan.wanted.kind == OrderKind.DEPOSIT ? plan.wanted.amount : 0);
            _book(plan, place);
            ++found;
        }
        for (uint256 k; k < OWNERS; ++k) {
            _check(before[k].cash <= now_[k].cash + most[k], "owners pay for their own orders, once each");
            _check(
                before[k].shares + before[k].pendingShares == now_[k].shares + now_[k].pendingShares,
                "shares only go into the owner's own requests"
            );
        }
        if (found != 0) _did(name);
    }

    /// @dev Remembers an order, and that the plan is over when it was the last.
    function _book(Memory storage plan, uint256 place) private {
        plan.lastPlace = place;
        ++plan.filed;
        bool last = plan.wanted.orders != 0 && plan.filed == plan.wanted.orders;
        if (
            last ||
            (plan.wanted.lastDay != 0 && _dateOf(plan, place + 1) >= (uint256(plan.wanted.lastDay) + 1) * 1 days)
        ) {
            plan.dead = true;
            _did("complete");
        }
    }

    /// @dev A deposit that is due, whose owner has the money and allows it.
    function _mustWork(Memory storage plan, Purse[] memory purses) private view returns (bool) {
        if (plan.dead || !_isDue(plan) || plan.wanted.kind != OrderKind.DEPOSIT) return false;
        uint256 needed = uint256(plan.wanted.amount) + plan.wanted.tipCap;
        return purses[_indexOf(plan.owner)].cash >= needed && cash.allowance(plan.owner, address(orders)) >= needed;
    }

    /* DATES, COUNTED FROM THE START */

    /// @dev {s} the date with the number `place`; 1 is the start.
    function _dateOf(Memory storage plan, uint256 place) private view returns (uint256) {
        if (plan.wanted.period == Period.MONTH) return DateTimeLib.addMonths(plan.start, place - 1);
        uint256 weeks_ =
            plan.wanted.period == Period.ONE_WEEK
                ? 1
                : plan.wanted.period == Period.TWO_WEEKS
                    ? 2
                    : 4;
        return plan.start + (place - 1) * weeks_ * 1 weeks;
    }

    /// @dev Number of the last date that is not after `timestamp`; 0 before the start.
    function _placeOf(Memory storage plan, uint256 timestamp) private view returns (uint256 place) {
        while (_dateOf(plan, place + 1) <= timestamp) ++place;
    }

    function _isDue(Memory storage plan) private view returns (bool) {
        if (plan.wanted.lastDay != 0 && block.timestamp >= (uint256(plan.wanted.lastDay) + 1) * 1 days) return false;
        return _placeOf(plan, block.timestamp) > plan.lastPlace;
    }

    /* PLUMBING */

    function _purses() private view returns (Purse[] memory list) {
        list = new Purse[](OWNERS);
        for (uint256 k; k < OWNERS; ++k) list[k] = _purseOf(_owners[k]);
    }

    function _purseOf(address owner) private view returns (Purse memory purse) {
        purse.cash = cash.balanceOf(owner);
        purse.shares = vault.balanceOf(owner);
        purse.pendingCash = depositor.accountOf(owner).pendingAssets + depositor.accountOf(owner).refundAssets;
        purse.pendingShares = depositor.accountOf(owner).pendingShares + depositor.accountOf(owner).refundShares;
    }

    function _indexOf(address owner) private view returns (uint256 k) {
        while (_owners[k] != owner) ++k;
    }

    function _isIn(uint256 id, uint256[] memory ids) private pure returns (bool) {
        for (uint256 k; k < ids.length; ++k) if (ids[k] == id) return true;
        return false;
    }

    function _check(bool holds, string memory law) private {
        if (!holds && bytes(violation).length == 0) violation = law;
    }

    function _did(string memory name) private {
        ++_done[keccak256(bytes(name))];
    }
}
