// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {CommonBase} from "forge-std/Base.sol";
import {StdCheats} from "forge-std/StdCheats.sol";

import {IEarningSource} from "../../contracts/interfaces/services/IEarningSource.sol";
import {IScoreRegistry} from "../../contracts/interfaces/governance/IScoreRegistry.sol";
import {TokenMock} from "../../contracts/mocks/TokenMock.sol";
import {AccessPass} from "../../contracts/services/AccessPass.sol";
import {StrategyRegistry} from "../../contracts/services/StrategyRegistry.sol";
import {StrategyShares} from "../../contracts/services/StrategyShares.sol";
import {StrategySharesFactory} from "../../contracts/services/StrategySharesFactory.sol";
import {LockStatus, SignedUsage, StrategyKind, UsageGroup, UsageReceipt} from "../../contracts/types/ServiceTypes.sol";
import {ScoresMock} from "../unit/services/ScoresMock.sol";

/// @title StrategySharesLedger
/// @notice Six people and the books of a lock kept beside it, by adding up only: who had what at the end of each second,
/// what each round brought to whom, what each bid brought and what went back.
/// @dev An action never reverts: a broken law is kept in `violation`, so that a run shrinks to the sequence that broke it.
abstract contract StrategySharesLedger is CommonBase, StdCheats {
    uint256 internal constant PEOPLE = 6;
    uint256 internal constant NOBODY = type(uint256).max;
    uint256 internal constant SUPPLY = 1_000e18 + 7; // {share wei} divides nothing
    uint256 internal constant RESERVE = 1_000e6; // {raw USDC}
    uint256 private constant CREDIT = 1;
    uint256 private constant PAYER = uint256(keccak256("a payer of services")); // key
    bytes4 internal constant INSUFFICIENT = IERC20Errors.ERC20InsufficientBalance.selector;

    StrategyRegistry internal immutable _registry = new StrategyRegistry();
    TokenMock internal immutable _usdc = new TokenMock("USD Coin", "USDC", 6);
    TokenMock internal immutable _gim = new TokenMock("Gimbal", "GIM", 18);
    TokenMock internal immutable _fee = new TokenMock("Index", "IDX", 18);
    AccessPass internal immutable _pass;
    StrategySharesFactory internal immutable _factory;
    uint256 internal immutable _id;
    address internal immutable _receiver;

    /// @notice The first law that was broken, in words; empty while all hold.
    string public violation;
    /// @notice How often each action changed something.
    mapping(bytes32 name => uint256 times) private _done;
    uint256 internal _entropy;
    uint256 internal _step;
    address[PEOPLE] internal _people;

    /* ACROSS LOCKS */

    mapping(address token => uint256) internal _came; // {raw tokens} fees received, by whatever way
    mapping(address token => uint256) internal _left; // {raw tokens} that went to owners of the unlocked token
    mapping(address token => uint256) internal _claimed; // {raw tokens} royalties paid to holders
    uint256 internal _winner; // owner of the token while it is not locked

    /* THE LOCK AND ITS BOOKS */

    StrategyShares public shares;
    LockStatus internal _status;
    uint256[PEOPLE] internal _now; // {share wei}
    uint256[PEOPLE] internal _before; // {share wei} at the end of the second before
    uint256[PEOPLE] internal _final; // {share wei} at the end of the second before the settlement
    uint256 private _second; // {s}
    mapping(address token => uint256) internal _nextAt; // {s}
    mapping(address token => uint256[PEOPLE][]) private _parts; // {raw tokens} of each round, of each
    mapping(address token => uint256[PEOPLE]) private _nextPart;
    mapping(address token => uint256) private _shared; // {raw tokens} of all rounds
    mapping(address token => uint256) private _paid; // {raw tokens} of all claims
    uint256 internal _bidder;
    uint256 internal _bid; // {raw USDC}
    uint256 internal _endsAt; // {s}
    uint256[PEOPLE] internal _refunds; // {raw USDC}
    uint256 internal _auctionIn; // {raw USDC} of all bids
    uint256 internal _auctionOut; // {raw USDC} refunded or paid for shares

    constructor() {
        _pass = new AccessPass(
            _usdc,
            _gim,
            _registry,
            IScoreRegistry(address(new ScoresMock())),
            makeAddr("splitter"),
            address(this),
            "ipfs://pass/{id}"
        );
        _pass.setCreditPrice(CREDIT, 101, 0);
        _factory = new StrategySharesFactory(_registry, address(_usdc), address(_gim), IEarningSource(address(_pass)));
        for (uint256 i; i < PEOPLE; ++i)
            _people[i] = makeAddr(string(abi.encodePacked("person ", bytes1(uint8(65 + i)))));
        vm.prank(_people[0]);
        _id = _registry.register(StrategyKind.STRATEGY, "ipfs://method", keccak256("method"), 2_000, 500);
        _receiver = _registry.receiverOf(_id);
    }

    /// @notice How often an action changed something.
    function times(string memory name) external view returns (uint256) {
        return _done[keccak256(bytes(name))];
    }

    /* BOOKS */

    /// @dev Whoever owns the token locks it.
    function _lock() internal {
        address owner = _people[_winner];
        vm.startPrank(owner);
        _registry.approve(address(_factory), _id);
        shares = StrategyShares(_factory.lock(_id, "Shares", "SHR", SUPPLY, RESERVE, address(_usdc)));
        vm.stopPrank();
        for (uint256 i; i < PEOPLE; ++i) {
            vm.prank(_people[i]);
            _usdc.approve(address(shares), type(uint256).max);
            (_now[i], _before[i], _refunds[i]) = (0, 0, 0);
        }
        _now[_winner] = SUPPLY;
        _second = block.timestamp;
        _status = LockStatus.LOCKED;
        (_bidder, _bid, _endsAt, _auctionIn, _auctionOut) = (NOBODY, 0, 0, 0, 0);
        _reset(address(_usdc));
        _reset(address(_fee));
    }

    function _reset(address token) private {
        delete _parts[token];
        delete _nextPart[token];
        (_shared[token], _paid[token], _nextAt[token]) = (0, 0, block.timestamp + 1);
    }

    /// @dev When a second is over, what everybody has is what he had at its end.
    function _turnSecond() internal {
        if (block.timestamp == _second) return;
        _before = _now;
        _second = block.timestamp;
    }

    /// @dev Each gets his part by the balances of the second before, or of the one before the settlement.
    function _bookRound(address token, uint256 amount) internal {
        if (amount == 0) return;
        uint256[PEOPLE] memory parts;
        for (uint256 i; i < PEOPLE; ++i) {
            parts[i] = (amount * (_status == LockStatus.SOLD ? _final[i] : _before[i])) / SUPPLY;
        }
        _parts[token].push(parts);
        _shared[token] += amount;
        _nextAt[token] = block.timestamp + 1 days;
    }

    /// @dev What the rounds that somebody has not claimed bring him, which are then claimed.
    function _takeParts(uint256 i, address token, uint256 maxRounds) internal returns (uint256 sum) {
        uint256 next = _nextPart[token][i];
        for (; maxRounds != 0 && next < _parts[token].length; --maxRounds) sum += _parts[token][next++][i];
        _nextPart[token][i] = next;
        _paid[token] += sum;
    }

    /// @dev What is in the lock of a token and belongs to somebody.
    function _spoken(address token) private view returns (uint256 sum) {
        sum = _shared[token] - _paid[token];
        if (token == address(_usdc)) sum += _auctionIn - _auctionOut;
    }

    function _unspoken(address token) internal view returns (uint256) {
        return IERC20(token).balanceOf(address(shares)) - _spoken(token);
    }

    /// @dev What waits elsewhere for the token's owner.
    function _fromSources(address token) internal view returns (uint256) {
        return IERC20(token).balanceOf(_receiver) + (token == address(_usdc) ? _pass.earnedOf(_id).usdc : 0);
    }

    /// @dev Somebody buys credits, signs for uses of the token with some of them, and settles. What it earned by that.
    function _use(uint256 units) internal returns (uint256) {
        address payer = vm.addr(PAYER);
        uint256 before = _pass.earnedOf(_id).usdc;
        _usdc.mint(payer, units * 101);
        vm.startPrank(payer);
        _usdc.approve(address(_pass), units * 101);
        _pass.buyCredits(CREDIT, units, address(_usdc), type(uint256).max, payer);
        _pass.load(CREDIT, units);
        vm.stopPrank();
        uint32 used = uint32(_between(1, units));
        // What was used so far grows with every receipt, so no nonce comes twice.
        SignedUsage memory usage = SignedUsage(_pass.supplyOf(CREDIT).used, used, type(uint48).max, 0, 0);
        UsageReceipt memory receipt = UsageReceipt(payer, CREDIT, _id, usage.nonce, used, usage.validUntil);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PAYER, _pass.receiptDigest(receipt));
        (usage.r, usage.vs) = (r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
        UsageGroup[] memory groups = new UsageGroup[](1);
        groups[0] = UsageGroup(payer, CREDIT, _id, new SignedUsage[](1));
        groups[0].receipts[0] = usage;
        _check(_pass.settle(groups) == 1, "a receipt that was signed is settled");
        return _pass.earnedOf(_id).usdc - before;
    }

    function _isLocked() internal view returns (bool) {
        return _status == LockStatus.LOCKED || _status == LockStatus.AUCTION;
    }

    function _registryOwner() internal view returns (address) {
        return _registry.ownerOf(_id);
    }

    /* LAWS */

    function _checkLaws() internal {
        address owner = _isLocked() ? address(shares) : _people[_winner];
        _check(_registryOwner() == owner, "a locked token leaves by redemption or buy-out only");
        _check(shares.status() == _status, "the lock stands where the books say");
        uint256 sum;
        for (uint256 i; i < PEOPLE; ++i) {
            _check(shares.balanceOf(_people[i]) == _now[i], "shares move by their holders' calls alone");
            _check(shares.refundOf(_people[i]) == _refunds[i], "a beaten bid waits for its bidder");
            sum += _now[i];
        }
        _check(shares.totalSupply() == sum, "no share comes from nowhere");
        if (_isLocked()) _check(sum == SUPPLY, "the supply is fixed while the token is locked");
        _checkToken(address(_usdc));
        _checkToken(address(_fee));
        _checkAuction();
    }

    function _checkToken(address token) private {
        uint256 held = IERC20(token).balanceOf(address(shares));
        _check(shares.accounted(token) == _spoken(token), "what is spoken for is what belongs to somebody");
        _check(held >= _spoken(token), "all that belongs to somebody is there");
        _check(_paid[token] <= _shared[token], "shares never claim more than the royalties");
        _check(_claimed[token] + _left[token] <= _came[token], "royalties paid are at most the fees received");
        uint256 claimable;
        for (uint256 i; i < PEOPLE; ++i) claimable += shares.claimable(_people[i], token);
        _check(claimable <= _shared[token] - _paid[token], "what can be claimed is there");
    }

    /// @dev The auction's money is the sum of what people can take of it, to the wei: nobody's is lost.
    function _checkAuction() private {
        uint256 claims;
        for (uint256 i; i < PEOPLE; ++i) claims += _refunds[i];
        uint256 standing = _auctionIn - _auctionOut - claims;
        if (_isLocked()) _check(standing == _bid, "bids in are the standing bid, refunds, and what was taken");
        if (_status != LockStatus.SOLD) return;
        uint256 price;
        for (uint256 i; i < PEOPLE; ++i) price += (_bid * _now[i]) / SUPPLY;
        _check(price <= standing, "the price covers all shares that are left");
        _check(standing <= price + PEOPLE + _cashOuts(), "the price is the holders', but for rounding");
    }

    /// @dev After everybody took what is his.
    function _checkDust() internal {
        for (uint256 k; k < 2; ++k) {
            address token = k == 0 ? address(_usdc) : address(_fee);
            uint256 most = PEOPLE * _parts[token].length + (token == address(_usdc) ? _cashOuts() : 0);
            if (token == address(_usdc) && _isLocked() && _bidder != NOBODY) most += _bid;
            _check(_spoken(token) <= most, "in the end nothing but rounding is left");
        }
    }

    /// @dev Each leaves less than one raw token behind.
    function _cashOuts() private view returns (uint256) {
        return _done[keccak256("cashOut")];
    }

    /* TOOLS */

    /// @dev A call works when there is no reason against it, and fails for just that reason when there is.
    function _expect(address caller, bytes memory data, bytes4 reason) internal returns (bool worked) {
        bytes memory answer;
        vm.prank(caller);
        (worked, answer) = address(shares).call(data);
        if (reason == 0) _check(worked, "what the terms allow works");
        else _check(!worked && bytes4(answer) == reason, "what the terms forbid is refused, with its reason");
    }

    function _someToken() internal returns (TokenMock) {
        return _rand(2) == 0 ? _usdc : _fee;
    }

    /// @dev Mostly one who has shares.
    function _someHolder() internal returns (uint256 i) {
        i = _rand(PEOPLE);
        if (_rand(5) == 0) return i;
        for (uint256 k; k < PEOPLE && _now[i] == 0; ++k) i = (i + 1) % PEOPLE;
    }

    function _pick(uint256 a, uint256 b, uint256 c, uint256 d) internal returns (uint256) {
        return [a, b, c, d][_rand(4)];
    }

    function _between(uint256 low, uint256 high) internal returns (uint256) {
        return low + _rand(high - low + 1);
    }

    function _rand(uint256 below) internal returns (uint256) {
        _entropy = uint256(keccak256(abi.encode(_entropy)));
        return _entropy % below;
    }

    function _check(bool holds, string memory law) internal {
        if (!holds && bytes(violation).length == 0) violation = law;
    }

    function _did(string memory name) internal {
        ++_done[keccak256(bytes(name))];
    }
}
