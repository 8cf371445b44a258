// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {CommonBase} from "forge-std/Base.sol";
import {StdCheats} from "forge-std/StdCheats.sol";

import {GovernanceToken} from "../../contracts/governance/GovernanceToken.sol";
import {SaleRound} from "../../contracts/governance/SaleRound.sol";
import {SaleRoundFactory} from "../../contracts/governance/SaleRoundFactory.sol";
import {ScoreRegistry} from "../../contracts/governance/ScoreRegistry.sol";
import {VotingEscrow} from "../../contracts/governance/VotingEscrow.sol";
import {KeeperRegistry} from "../../contracts/KeeperRegistry.sol";
import {TokenMock} from "../../contracts/mocks/TokenMock.sol";
import {SaleTerms, Tier} from "../../contracts/types/GovernanceTypes.sol";
import {ScoreTable} from "../fuzz/ScoreTable.sol";

/// @title SaleRoundLedger
/// @notice Twelve buyers and the books of a sale kept beside it: one of each tier, one without a lock, and one who locked
/// late, so that he has a tier in later sales only.
/// @dev An action never reverts: a broken law is kept in `violation`, so that a run shrinks to the sequence that broke it.
abstract contract SaleRoundLedger is CommonBase, StdCheats {
    struct Book {
        uint256 committed; // {raw payment tokens}
        uint256 released; // {raw sale tokens}
        bool settled;
    }

    uint256 internal constant BUYERS = 12;
    uint256 internal constant LATE = 11; // who locked late

    SaleRoundFactory public immutable factory;
    address internal immutable issuer = makeAddr("issuer");
    address internal immutable guardian = makeAddr("guardian");
    address internal immutable feeReceiver = makeAddr("fees");
    uint256 private immutable _lateSince; // {s}
    uint256 private immutable _guardianUntil; // {s}

    /// @notice The first law that was broken, in words; empty while all hold.
    string public violation;
    /// @notice How often each action changed something.
    mapping(bytes32 name => uint256 times) private _done;
    uint256 internal _entropy;

    address[BUYERS] internal _buyers;
    TokenMock[4] private _dollars;

    /* THE SALE AND ITS BOOKS */

    SaleRound public round;
    SaleTerms internal _terms;
    TokenMock internal _pay;
    TokenMock internal _sold;
    Book[BUYERS] internal _books;
    uint256 internal _total; // {raw payment tokens} committed
    uint256 internal _payOut; // {raw payment tokens} sent away
    uint256 internal _payGiven; // {raw payment tokens} donated
    uint256 internal _soldOut; // {raw sale tokens} sent away
    uint256 internal _soldGiven; // {raw sale tokens} donated
    bool internal _isFunded;
    bool internal _isCancelled;
    bool internal _isClosed;

    constructor() {
        vm.warp(2_900 weeks);
        GovernanceToken token = new GovernanceToken(address(this));
        VotingEscrow escrow = new VotingEscrow(token, address(this), address(this));
        ScoreRegistry scores = new ScoreRegistry(escrow, address(this), ScoreTable.tiers());
        KeeperRegistry keepers = new KeeperRegistry(address(this), guardian);
        _guardianUntil = block.timestamp + keepers.GUARDIAN_TERM();
        factory = new SaleRoundFactory(address(this), scores, keepers, feeReceiver);
        for (uint256 k; k < 4; ++k) _dollars[k] = new TokenMock("Dollar", "USD", [0, 2, 6, 18][k]);
        for (uint256 i; i < BUYERS; ++i) {
            _buyers[i] = makeAddr(string.concat("buyer ", vm.toString(i)));
            if (i < 10) _lock(token, escrow, _buyers[i], ScoreTable.tiers()[i].minScore);
        }
        skip(15 days);
        _lock(token, escrow, _buyers[LATE], 777_700e18);
        _lateSince = block.timestamp;
        skip(20 days);
    }

    /// @dev For ever, which makes the score twice the amount.
    function _lock(GovernanceToken token, VotingEscrow escrow, address buyer, uint256 score) private {
        token.transfer(buyer, score / 2);
        vm.startPrank(buyer);
        token.approve(address(escrow), score / 2);
        escrow.lock(score / 2, block.timestamp + 20 weeks);
        escrow.setPermanent(true);
        vm.stopPrank();
    }

    /// @dev A sale with terms from one end of their ranges to the other.
    function _announce() internal {
        uint256 decimals = _rand(4);
        _pay = _dollars[decimals];
        _sold = new TokenMock("Sold", "SOLD", 18);
        uint256 unit = 10 ** _pay.decimals();
        uint256 hardCap = _pick(1 + _rand(20), 1 + _rand(5_000 * unit), _between(unit, 90_000 * unit), 70_000 * unit);
        uint256 vesting = _pick(0, _rand(10), _rand(4 * 365 days), 4 * 365 days);
        uint256 start = block.timestamp + 1 + _rand(10 days);

        _terms.issuer = issuer;
        _terms.paymentToken = address(_pay);
        _terms.saleToken = address(_sold);
        _terms.hardCap = uint128(_rand(20) == 0 ? type(uint128).max : hardCap);
        _terms.softCap = uint128(_pick(0, _rand(20), _rand(hardCap / 2 + 1), hardCap));
        if (_terms.softCap > _terms.hardCap) _terms.softCap = _terms.hardCap;
        _terms.saleAmount = uint120(_pick(1 + _rand(20), 1_000_000e18, 1 + _rand(1e30), type(uint120).max));
        _terms.snapshot = uint40(start - 1 - _rand(30 days));
        _terms.start = uint40(start);
        _terms.end = uint40(start + 2 days + _rand(28 days + 1));
        _terms.vesting = uint40(vesting);
        _terms.cliff = uint40(_pick(0, _rand(vesting / 4 + 1), _rand(vesting + 1), vesting));
        _terms.feeBps = uint16(_rand(1_001));
        round = SaleRound(factory.createRound(_terms));

        delete _books;
        (_total, _payOut, _payGiven, _soldOut, _soldGiven) = (0, 0, 0, 0, 0);
        (_isFunded, _isCancelled, _isClosed) = (false, false, false);
    }

    /* WHAT IS TRUE */

    /// @dev The owner's powers once the term is over.
    function _guardian() internal view returns (address) {
        return block.timestamp < _guardianUntil ? guardian : address(this);
    }

    /// @dev Tier of a buyer at the snapshot, 0 for none.
    function _tierOf(uint256 i) internal view returns (uint256) {
        if (i < 10) return i + 1;
        return i == LATE && _terms.snapshot >= _lateSince ? 10 : 0;
    }

    /// @dev {raw payment tokens}
    function _capOf(uint256 i) internal view returns (uint256) {
        uint256 tier = _tierOf(i);
        if (tier == 0) return 0;
        Tier memory t = ScoreTable.tiers()[tier - 1];
        return (uint256(t.saleCapUsd) * 10 ** _pay.decimals() * t.launchMultiplierBps) / 10_000;
    }

    /// @dev {s}
    function _opensAt(uint256 i) internal view returns (uint256) {
        uint256 tier = _tierOf(i);
        return _terms.start + (tier == 0 ? 0 : ScoreTable.tiers()[tier - 1].saleOpensAfter);
    }

    function _isOver() internal view returns (bool) {
        return _isCancelled || block.timestamp >= _terms.end;
    }

    function _isRefunded() internal view returns (bool) {
        return _isCancelled || _total < _terms.softCap;
    }

    function _hasSucceeded() internal view returns (bool) {
        return _isFunded && block.timestamp >= _terms.end && !_isRefunded();
    }

    /// @dev {raw payment tokens} accepted of all.
    function _proceeds() internal view returns (uint256) {
        return _isRefunded() ? 0 : Math.min(_total, _terms.hardCap);
    }

    /// @dev {raw sale tokens} that go back to the issuer.
    function _unsold() internal view returns (uint256) {
        return _terms.saleAmount - Math.mulDiv(_proceeds(), _terms.saleAmount, _terms.hardCap);
    }

    /// @dev {raw sale tokens} of a buyer that have vested.
    function _vestedOf(uint256 i) internal view returns (uint256) {
        if (!_hasSucceeded()) return 0;
        uint256 bought = Math.mulDiv(_books[i].committed, _terms.saleAmount, Math.max(_total, _terms.hardCap));
        uint256 elapsed = block.timestamp - _terms.end;
        if (elapsed < _terms.cliff) return 0;
        return elapsed >= _terms.vesting ? bought : Math.mulDiv(bought, elapsed, _terms.vesting);
    }

    /* LAWS */

    /// @dev I-17 for the sale as it stands.
    function _checkLaws() internal {
        uint256 accepted;
        uint256 bought;
        uint256 refundsDue;
        uint256 tokensDue;
        uint256 buyers;
        for (uint256 i; i < BUYERS; ++i) {
            Book memory book = _books[i];
            if (book.committed == 0) continue;
            ++buyers;
            (uint256 taken, uint256 refund, uint256 gets) = round.resultOf(_buyers[i]);
            _checkBuyer(book, taken, refund, gets);
            accepted += taken;
            bought += gets;
            if (!book.settled) refundsDue += refund;
            if (_hasSucceeded()) tokensDue += gets - book.released;
        }
        _check(
            accepted >= _proceeds() && accepted <= _proceeds() + buyers,
            "I-17: what is accepted sums to the smaller of total and hard cap, and at most one unit a buyer more"
        );
        _check(bought <= _terms.saleAmount, "I-17: what is bought is never more than there is");
        _checkBalances(refundsDue, tokensDue);
    }

    function _checkBuyer(Book memory book, uint256 accepted, uint256 refund, uint256 bought) private {
        _check(accepted + refund == book.committed, "I-17: accepted and refunded are what was committed");
        _check(bought >= book.released, "I-17: nobody gets more tokens than he bought");
        if (_isRefunded()) {
            _check(accepted == 0 && bought == 0, "I-17: a sale without success gives everything back");
            return;
        }
        // bought / accepted <= saleAmount / hardCap < bought / accepted + rounding
        _check(
            bought * _terms.hardCap <= accepted * _terms.saleAmount,
            "I-17: nobody buys below the price that was announced"
        );
        _check(
            accepted == 0 || bought >= Math.mulDiv(accepted - 1, _terms.saleAmount, _terms.hardCap),
            "I-17: nobody pays more than one unit above the price that was announced"
        );
    }

    function _checkBalances(uint256 refundsDue, uint256 tokensDue) private {
        uint256 pay = _pay.balanceOf(address(round));
        uint256 sold = _sold.balanceOf(address(round));
        uint256 funds = _isFunded ? _terms.saleAmount : 0;
        _check(pay == _total + _payGiven - _payOut, "I-17: payment tokens leave only as the books say");
        _check(sold == funds + _soldGiven - _soldOut, "I-17: sale tokens leave only as the books say");
        if (!_isOver() || !_isFunded) return;
        uint256 proceeds = _isClosed ? 0 : _proceeds();
        _check(pay >= refundsDue + proceeds + _payGiven, "I-17: the sale can pay every refund and the issuer");
        uint256 unsold = _isClosed ? 0 : _unsold();
        _check(sold >= tokensDue + unsold + _soldGiven, "I-17: the sale can deliver what was bought, and the rest");
    }

    /* RANDOMNESS AND BOOKS */

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
