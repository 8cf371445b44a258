// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CommonBase} from "forge-std/Base.sol";
import {StdCheats} from "forge-std/StdCheats.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IScoreRegistry} from "../../contracts/interfaces/governance/IScoreRegistry.sol";
import {ReceiverMock} from "../../contracts/mocks/ReceiverMock.sol";
import {TokenMock} from "../../contracts/mocks/TokenMock.sol";
import {AccessPass} from "../../contracts/services/AccessPass.sol";
import {StrategyMarket} from "../../contracts/services/StrategyMarket.sol";
import {StrategyRegistry} from "../../contracts/services/StrategyRegistry.sol";
import {Listing, StrategyKind} from "../../contracts/types/ServiceTypes.sol";
import {ScoresMock} from "../unit/services/ScoresMock.sol";

/// @title StrategyMarketLedger
/// @notice A market with its people and tokens, books kept beside it in the plainest way, and I-24.
abstract contract StrategyMarketLedger is CommonBase, StdCheats {
    /// @dev A listing as the books know it.
    struct Offer {
        address seller;
        bool isStrategy;
        bool inGim;
        uint256 id;
        uint256 left; // {units} 0 = gone
        uint256 price; // {raw currency/unit}
        uint256 until; // {s}
        uint256 fee; // {bps}
        uint256 moves; // of the strategy when it was listed
    }

    /// @dev What everybody has before or after a purchase.
    struct Sides {
        uint256[] money; // {raw currency} of the people, then of the fee receiver
        uint256 sellersUnits;
        uint256 buyersUnits;
    }

    uint256 internal constant PEOPLE = 7; // the last is a contract that refuses tokens now and then
    uint256 internal constant STRATEGIES = 4;
    uint256 private constant BPS = 10_000;

    string public violation;

    StrategyMarket internal market;
    StrategyRegistry internal registry;
    AccessPass internal pass;
    TokenMock internal usdc;
    TokenMock internal gim;
    ReceiverMock internal picky;
    address internal splitter = makeAddr("splitter");

    address[] internal _people;
    mapping(uint256 listingId => Offer offer) internal _offers;
    mapping(uint256 id => uint256 count) internal _moves;
    uint256 internal _fee; // {bps}
    uint256 internal _donated; // {raw USDC}
    uint256 internal _entropy;
    mapping(bytes32 name => uint256 count) private _done;

    constructor() {
        registry = new StrategyRegistry();
        usdc = new TokenMock("US dollar", "USDC", 6);
        gim = new TokenMock("Gimbal", "GIM", 18);
        pass = _openPass();
        _fee = 250;
        market = new StrategyMarket(registry, pass, usdc, gim, splitter, _fee, address(this));
        picky = new ReceiverMock();
        for (uint256 i; i < PEOPLE; ++i) {
            address account = i == PEOPLE - 1 ? address(picky) : makeAddr(string.concat("person ", vm.toString(i)));
            _people.push(account);
            // One has little money, so that some purchases fail for it.
            usdc.mint(account, i == 0 ? 1e6 : 1e15);
            gim.mint(account, i == 0 ? 1e6 : 1e15);
            for (uint256 id = 1; id <= 2; ++id)
                if (i != 0) pass.buyCredits(id, 20 * i, address(usdc), type(uint256).max, account);
            vm.startPrank(account);
            usdc.approve(address(market), type(uint256).max);
            gim.approve(address(market), type(uint256).max);
            registry.setApprovalForAll(address(market), true);
            pass.setApprovalForAll(address(market), true);
            vm.stopPrank();
        }
        uint16[4] memory resale = [uint16(0), 1, 750, 1_000];
        for (uint256 i; i < STRATEGIES; ++i) {
            vm.prank(_people[i]);
            registry.register(
                i == 3 ? StrategyKind.DATASET : StrategyKind.STRATEGY,
                "ipfs://",
                keccak256("v"),
                0,
                resale[i]
            );
        }
    }

    /// @dev Credits of two ids at 100 raw USDC each; this contract pays for those that the people start with.
    function _openPass() private returns (AccessPass opened) {
        opened = new AccessPass(
            IERC20(address(usdc)),
            IERC20(address(gim)),
            registry,
            IScoreRegistry(address(new ScoresMock())),
            splitter,
            address(this),
            "ipfs://pass/{id}"
        );
        for (uint256 id = 1; id <= 2; ++id) opened.setCreditPrice(id, 100, 0);
        usdc.mint(address(this), 1e6);
        usdc.approve(address(opened), 1e6);
    }

    /* LAWS */

    /// @dev Both sides of a sale, to the unit: the token against the money, and every payment.
    function _checkSale(Offer memory o, address buyer, uint256 units, uint256 cost, Sides memory before) internal {
        Sides memory present = _sides(o, buyer);
        _check(present.buyersUnits == before.buyersUnits + units, "I-24: the buyer has what he paid for");
        _check(present.sellersUnits + units == before.sellersUnits, "I-24: the seller gave what he is paid for");

        address author;
        uint256 royalty;
        if (o.isStrategy) (author, royalty) = registry.royaltyInfo(o.id, cost);
        if (author == o.seller || author == address(market)) royalty = 0;
        uint256 fee = (cost * (o.fee < _fee ? o.fee : _fee)) / BPS;
        for (uint256 i; i <= PEOPLE; ++i) {
            address account = i == PEOPLE ? splitter : _people[i];
            uint256 expected = before.money[i];
            if (account == splitter) expected += fee;
            if (account == author) expected += royalty;
            if (account == o.seller) expected += cost - royalty - fee;
            if (account == buyer) expected -= cost;
            _check(present.money[i] == expected, "I-24: everybody is paid his part of the price, and nobody else");
        }
    }

    function _checkUntouched(Sides memory before, Sides memory present) internal {
        _check(
            keccak256(abi.encode(before)) == keccak256(abi.encode(present)),
            "I-24: a sale that fails moves neither token nor money"
        );
    }

    /// @dev After every action: the market holds nothing, and its listings are those of the books.
    function _checkLaws() internal {
        _check(usdc.balanceOf(address(market)) == _donated, "I-24: the market never holds USDC");
        _check(gim.balanceOf(address(market)) == 0, "I-24: the market never holds GIM");
        _check(registry.balanceOf(address(market)) == 0, "I-24: the market never holds a strategy");
        uint256 credits;
        for (uint256 i; i < PEOPLE; ++i) credits += pass.balanceOf(_people[i], 1) + pass.balanceOf(_people[i], 2);
        _check(credits == 40 * 21, "I-24: credits are neither made nor lost, and none are with the market");
        _check(market.feeBps() == _fee && _fee <= 500, "I-24: the fee is what the owner set, within its cap");
        for (uint256 id = 1; id <= STRATEGIES; ++id) {
            _check(registry.transferNonce(id) == _moves[id], "I-24: every change of owner is counted");
        }
        uint256 count = market.listingCount();
        for (uint256 k; k < 5 && count != 0; ++k) _checkListing(1 + _rand(count));
    }

    function _checkListing(uint256 listingId) private {
        Offer memory o = _offers[listingId];
        Listing memory l = market.listing(listingId);
        uint256 free = market.availableUnits(listingId);
        if (o.left == 0) {
            _check(l.seller == address(0) && l.left == 0 && free == 0, "I-24: what is gone stays gone");
            return;
        }
        _check(
            l.seller == o.seller && l.id == o.id && l.left == o.left && l.unitPrice == o.price && l.until == o.until,
            "I-24: nothing of a listing changes but what is left"
        );
        bool dead =
            block.timestamp >= o.until ||
                !_approved(o.seller, o.isStrategy) ||
                (o.isStrategy && _moves[o.id] != o.moves);
        _check(!dead || free == 0, "I-24: nothing of a dead listing is available");
        _check(free <= o.left, "I-24: not more is available than is left");
        if (dead) return;
        uint256 held = o.isStrategy ? 1 : pass.balanceOf(o.seller, o.id);
        _check(free == (held < o.left ? held : o.left), "I-24: what is left and held is available");
        if (o.isStrategy) _check(registry.ownerOf(o.id) == o.seller, "I-24: a living listing is of the owner");
    }

    /* READING */

    function _sides(Offer memory o, address buyer) internal view returns (Sides memory s) {
        TokenMock currency = o.inGim ? gim : usdc;
        s.money = new uint256[](PEOPLE + 1);
        for (uint256 i; i < PEOPLE; ++i) s.money[i] = currency.balanceOf(_people[i]);
        s.money[PEOPLE] = currency.balanceOf(splitter);
        if (o.seller == address(0)) return s;
        s.sellersUnits = _units(o, o.seller);
        s.buyersUnits = _units(o, buyer);
    }

    function _units(Offer memory o, address account) private view returns (uint256) {
        if (o.isStrategy) return registry.ownerOf(o.id) == account ? 1 : 0;
        return pass.balanceOf(account, o.id);
    }

    function _approved(address account, bool isStrategy) internal view returns (bool) {
        return
            isStrategy
                ? registry.isApprovedForAll(account, address(market))
                : pass.isApprovedForAll(account, address(market));
    }

    function _setRefusing(bool refusing) internal {
        picky.setRefusing(refusing);
    }

    /* RANDOMNESS AND BOOKS */

    function _someone() internal returns (address) {
        return _people[_rand(PEOPLE)];
    }

    /// @dev Mostly one of the newest, and one that stands if there is one.
    function _someListing() internal returns (uint256 listingId) {
        uint256 count = market.listingCount();
        if (count == 0 || _rand(12) == 0) return count + _rand(3);
        uint256 newest = count < 12 ? count : 12;
        listingId = count - _rand(newest);
        if (_rand(4) == 0) return listingId;
        for (uint256 k; k < newest && market.availableUnits(listingId) == 0; ++k) {
            listingId = listingId == count ? count + 1 - newest : listingId + 1;
        }
    }

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

    /// @dev Below `n`, from the seed of the action.
    function _rand(uint256 n) internal returns (uint256) {
        _entropy = uint256(keccak256(abi.encode(_entropy)));
        return _entropy % n;
    }

    function _between(uint256 low, uint256 high) internal returns (uint256) {
        return low + _rand(high - low + 1);
    }

    function _pick(uint256 a, uint256 b, uint256 c, uint256 d) internal returns (uint256) {
        return [a, b, c, d][_rand(4)];
    }
}
