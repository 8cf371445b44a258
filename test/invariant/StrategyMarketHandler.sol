// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ServiceErrors} from "../../contracts/libraries/ServiceErrors.sol";
import {StrategyMarket} from "../../contracts/services/StrategyMarket.sol";
import {StrategyMarketLedger} from "./StrategyMarketLedger.sol";

/// @title StrategyMarketHandler
/// @notice Everything that anyone may do with a market, its tokens and its listings, at any time, allowed or not. What
/// the books say is refused must be refused, for the reason they say, and nothing may have moved.
contract StrategyMarketHandler is StrategyMarketLedger {
    /// @dev A purchase that is tried.
    struct Attempt {
        address buyer;
        uint256 units;
        uint256 cost; // {raw currency}
        uint256 maxCost; // {raw currency}
        bytes32 expected;
        bytes data;
    }

    /// @dev Lets time pass, then acts, then looks at everything.
    modifier action(uint256 seed) {
        _entropy = uint256(keccak256(abi.encode(seed, block.timestamp, market.listingCount())));
        if (_rand(3) == 0) skip(_rand(2 days));
        _;
        _checkLaws();
    }

    /* ACTIONS */

    function listStrategy(uint256 seed) external action(seed) {
        uint256 id = _between(1, registry.count());
        address seller = _rand(4) == 0 ? _someone() : registry.ownerOf(id);
        _list(seller, true, id, _rand(20) == 0 ? _rand(3) : 1);
    }

    function listCredits(uint256 seed) external action(seed) {
        address seller = _someone();
        uint256 id = _rand(12) == 0 ? _pick(0, 1_000, 2_000, 5) : _between(1, 2);
        uint256 held = pass.balanceOf(seller, id);
        _list(seller, false, id, _pick(_rand(held + 1), held, held + 1, _between(1, held + 1)));
    }

    function buy(uint256 seed) external action(seed) {
        uint256 count = _between(1, 4);
        for (uint256 k; k < count; ++k) _buy(_someListing(), _someone());
    }

    function cancel(uint256 seed) external action(seed) {
        uint256 listingId = _someListing();
        Offer memory o = _offers[listingId];
        address caller = _rand(3) == 0 ? _someone() : o.seller;
        if (caller == address(0)) caller = _someone();
        bytes4 reason;
        if (o.left == 0) reason = ServiceErrors.StrategyMarket_ListingUnknown.selector;
        else if (caller != o.seller) reason = ServiceErrors.StrategyMarket_Unauthorized.selector;
        if (!_expect(caller, abi.encodeCall(StrategyMarket.cancel, (listingId)), reason)) return;
        _offers[listingId].left = 0;
        _did("cancel");
    }

    /// @dev Outside of the market: to somebody else, often back again.
    function move(uint256 seed) external action(seed) {
        address from = _someone();
        address to = _someone();
        uint256 credits = _between(1, 2);
        uint256 id = _between(1, registry.count());
        if (_rand(2) == 0) {
            from = registry.ownerOf(id);
            vm.prank(from);
            registry.transferFrom(from, to, id);
            if (from != to) ++_moves[id];
            if (_rand(2) == 0 && from != to) {
                vm.prank(to);
                registry.transferFrom(to, from, id);
                ++_moves[id];
                _did("moveThereAndBack");
            }
            _did("moveStrategy");
            return;
        }
        uint256 units = _rand(pass.balanceOf(from, credits) + 1);
        _setRefusing(false);
        vm.prank(from);
        pass.safeTransferFrom(from, to, credits, units, "");
        _did("moveCredits");
    }

    function approve(uint256 seed) external action(seed) {
        address account = _someone();
        bool approved = _rand(3) != 0;
        uint256 what = _rand(4);
        vm.startPrank(account);
        if (what == 0) registry.setApprovalForAll(address(market), approved);
        if (what == 1) pass.setApprovalForAll(address(market), approved);
        if (what == 2) usdc.approve(address(market), approved ? type(uint256).max : _rand(1e9));
        if (what == 3) gim.approve(address(market), approved ? type(uint256).max : _rand(1e20));
        vm.stopPrank();
        _did(approved ? "approve" : "withdrawApproval");
    }

    function publish(uint256 seed) external action(seed) {
        uint256 id = _between(1, registry.count());
        bytes32 version = keccak256(abi.encode(_entropy));
        vm.prank(registry.ownerOf(id));
        registry.publish(id, "ipfs://next", version);
        _did("publish");
    }

    function setFee(uint256 seed) external action(seed) {
        uint256 fee = _pick(_rand(501), 0, 500, 501);
        address caller = _rand(3) == 0 ? _someone() : address(this);
        bytes4 reason;
        if (caller != address(this)) reason = bytes4(keccak256("OwnableUnauthorizedAccount(address)"));
        else if (fee > 500) reason = ServiceErrors.StrategyMarket_FeeTooHigh.selector;
        if (!_expect(caller, abi.encodeCall(StrategyMarket.setFeeBps, (fee)), reason)) return;
        _fee = fee;
        _did("setFee");
    }

    /// @dev The resale right of one author goes to anybody, also to the market.
    function handRightOn(uint256 seed) external action(seed) {
        uint256 id = _between(1, registry.count());
        address next = _rand(4) == 0 ? address(market) : _someone();
        address present = registry.recordOf(id).resaleReceiver;
        if (present == address(market)) return; // it has no way to hand it on
        vm.prank(present);
        registry.setResaleReceiver(id, next);
        _did("handRightOn");
    }

    function refuse(uint256 seed) external action(seed) {
        _setRefusing(_rand(2) == 0);
        _did("refuse");
    }

    function donate(uint256 seed) external action(seed) {
        uint256 amount = _rand(1_000);
        (_rand(2) == 0 ? usdc : gim).mint(_someone(), amount);
        usdc.mint(address(market), amount);
        _donated += amount;
        _did("donate");
    }

    function wait(uint256 seed) external action(seed) {
        skip(_pick(1, _rand(1 hours), _rand(10 days), _rand(100 days)));
        _did("wait");
    }

    /* CALLS AND WHAT THEY MUST DO */

    function _list(address seller, bool isStrategy, uint256 id, uint256 units) private {
        Offer memory o;
        o.seller = seller;
        o.isStrategy = isStrategy;
        o.id = id;
        o.left = units;
        o.inGim = _rand(2) == 0;
        o.price = _pick(_rand(3), _between(1, 1e6), _between(1, 1e10), 1e6);
        o.until = block.timestamp + _pick(_rand(2), _between(1, 3 days), 365 days, _between(1, 365 days + 1));
        o.fee = _fee;
        o.moves = isStrategy ? _moves[id] : 0;

        uint256 held = isStrategy ? 0 : pass.balanceOf(seller, id);
        bytes4 reason;
        if (o.until <= block.timestamp || o.until > block.timestamp + 365 days)
            reason = ServiceErrors.StrategyMarket_UntilInvalid.selector;
        else if (o.price == 0) reason = ServiceErrors.StrategyMarket_PriceZero.selector;
        else if (isStrategy && units != 1) reason = ServiceErrors.StrategyMarket_UnitsInvalid.selector;
        else if (isStrategy && registry.ownerOf(id) != seller) reason = ServiceErrors.StrategyMarket_NotOwned.selector;
        else if (!isStrategy && (id == 0 || id > 4)) reason = ServiceErrors.StrategyMarket_NotTransferable.selector;
        else if (units == 0) reason = ServiceErrors.StrategyMarket_UnitsInvalid.selector;
        else if (!isStrategy && units > held) reason = ServiceErrors.StrategyMarket_NotOwned.selector;
        else if (!_approved(seller, isStrategy)) reason = ServiceErrors.StrategyMarket_NotApproved.selector;

        address collection = isStrategy ? address(registry) : address(pass);
        address currency = o.inGim ? address(gim) : address(usdc);
        bytes memory data = abi.encodeCall(StrategyMarket.list, (collection, id, units, o.price, currency, o.until));
        uint256 last = market.listingCount();
        if (!_expect(seller, data, reason)) return;
        _offers[last + 1] = o;
        _check(market.listingCount() == last + 1, "I-24: listings are numbered one after the other");
        _did(isStrategy ? "listStrategy" : "listCredits");
    }

    function _buy(uint256 listingId, address buyer) private {
        Offer memory o = _offers[listingId];
        Attempt memory a;
        a.buyer = buyer;
        a.units = o.isStrategy ? _pick(1, 1, 1, _rand(3)) : _pick(1, o.left, _rand(o.left + 2), 1);
        a.cost = a.units * o.price;
        a.maxCost = _rand(8) == 0 && a.cost != 0 ? a.cost - 1 : a.cost;
        a.expected = o.isStrategy && _rand(8) != 0 ? registry.latestHash(o.id) : bytes32(0);
        a.data = abi.encodeCall(StrategyMarket.buy, (listingId, a.units, a.maxCost, a.expected));
        bytes4 reason = _refusal(o, a);
        Sides memory before = _sides(o, buyer);

        if (reason == 0 && !_canTake(o, a)) {
            // Money or receiver: the token's own error, and nothing has moved.
            vm.prank(buyer);
            (bool worked, ) = address(market).call(a.data);
            _check(!worked, "I-24: nobody buys without money, or what he refuses");
            _checkUntouched(before, _sides(o, buyer));
            return;
        }
        if (reason == 0) {
            _check(market.availableUnits(listingId) >= a.units, "I-24: what is bought was said to be available");
        }
        if (!_expect(buyer, a.data, reason)) {
            _checkUntouched(before, _sides(o, buyer));
            return;
        }
        _offers[listingId].left -= a.units;
        if (o.isStrategy) ++_moves[o.id];
        _checkSale(o, buyer, a.units, a.cost, before);
        _did(
            o.isStrategy
                ? "buyStrategy"
                : a.units == o.left
                    ? "buyRest"
                    : "buyPart"
        );
    }

    /// @dev Why the market itself would refuse; 0 when it would not.
    function _refusal(Offer memory o, Attempt memory a) private view returns (bytes4) {
        if (o.left == 0) return ServiceErrors.StrategyMarket_ListingUnknown.selector;
        if (block.timestamp >= o.until) return ServiceErrors.StrategyMarket_Expired.selector;
        if (a.units == 0 || a.units > o.left) return ServiceErrors.StrategyMarket_UnitsInvalid.selector;
        if (a.buyer == o.seller) return ServiceErrors.StrategyMarket_SellerBuys.selector;
        if (o.isStrategy && o.moves != _moves[o.id]) return ServiceErrors.StrategyMarket_TokenMoved.selector;
        if (o.isStrategy && a.expected != registry.latestHash(o.id))
            return ServiceErrors.StrategyMarket_VersionChanged.selector;
        if (!_approved(o.seller, o.isStrategy)) return ServiceErrors.StrategyMarket_NotApproved.selector;
        if (!o.isStrategy && a.units > pass.balanceOf(o.seller, o.id))
            return ServiceErrors.StrategyMarket_NotOwned.selector;
        if (a.cost > a.maxCost) return ServiceErrors.StrategyMarket_CostTooHigh.selector;
        return 0;
    }

    /// @dev Whether the buyer has the money and accepts the token.
    function _canTake(Offer memory o, Attempt memory a) private returns (bool) {
        if (!_canPay(a.buyer, o.inGim, a.cost)) {
            _did("buyWithoutMoney");
            return false;
        }
        if (a.buyer != address(picky) || !picky.refusing()) return true;
        _did("buyRefusedByReceiver");
        return false;
    }

    function _canPay(address buyer, bool inGim, uint256 cost) private view returns (bool) {
        IERC20 currency = inGim ? IERC20(gim) : IERC20(usdc);
        return Math.min(currency.balanceOf(buyer), currency.allowance(buyer, address(market))) >= cost;
    }

    /// @dev A call works when there is no reason against it, and fails for just that reason when there is.
    function _expect(address caller, bytes memory data, bytes4 reason) private returns (bool worked) {
        bytes memory answer;
        vm.prank(caller);
        (worked, answer) = address(market).call(data);
        if (reason == 0) _check(worked, "I-24: what the rules allow works");
        else _check(!worked && bytes4(answer) == reason, "I-24: what the rules forbid is refused, with its reason");
    }
}
