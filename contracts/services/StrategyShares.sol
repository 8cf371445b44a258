// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {LibClone} from "solady/src/utils/LibClone.sol";
import {IEarningSource} from "../interfaces/services/IEarningSource.sol";
import {IRoyaltyReceiver} from "../interfaces/services/IRoyaltyReceiver.sol";
import {IStrategyRegistry} from "../interfaces/services/IStrategyRegistry.sol";
import {IStrategyShares} from "../interfaces/services/IStrategyShares.sol";
import {ServiceErrors} from "../libraries/ServiceErrors.sol";
import {Buyout, LockStatus, LockTerms, RoyaltyBook, RoyaltyRound} from "../types/ServiceTypes.sol";

/// @title StrategyShares
/// @notice Shares (ERC-20) of one locked strategy or dataset: royalties in proportion, redemption by who holds all of
/// them, or a buy-out.
///
/// locked -> harvest(), claim() -> redeem() by who holds all shares, or bid() -> settle() -> cashOut()
///
/// @dev
/// LOCK
/// - The token leaves in two ways only: `redeem` and `settle`. While it is here nobody can transfer, list or approve
///   it, publish a version or change its royalty: its owner is this contract, which has no function for any of that.
///   Who buys shares buys a thing that stands still; a version that nobody answers for, or a rate set by whoever is
///   quick, would change it under the holders. To go on with the work, redeem or buy out, publish, and lock again.
///
/// ROYALTIES
/// - A round shares what is here of a token and not spoken for. So it does not matter who had it paid out, and gifts
///   are shared too. What is spoken for (royalties not claimed, bids, refunds, the price) is counted by token.
/// - A round pays by balances at the end of the second before it: shares borrowed within a call get nothing. Moving
///   shares afterwards moves no claim, so the balances that a round reads sum to the supply, which is fixed.
/// - One round a token and day. So nobody can make a claim long by many small rounds; a year has 365 of them.
/// - part {raw} = floor(amount {raw} * balance {share wei} / supply {share wei}), at most 2^128 * 10^36 before the
///   division. All parts of a round sum to at most its amount. A round takes at most 2^128 - 1; more waits.
///
/// BUY-OUT
/// - English auction from the reserve price. Bids are here in full; a beaten one waits to be withdrawn, so no bidder
///   can stop the next. Once a bid is in, the token will be sold: there is no redemption any more.
/// - Royalties brought here before the settlement are the holders', by balances at its second less one, whenever they
///   are shared. What waits in the receiver after it is the winner's: harvest before the end.
/// - The price belongs to the shares and goes with them. It pays no resale royalty: all of it is the holders'.
///
/// LIVENESS
/// - Royalties, redemption, refunds and the price do not wait for each other: a token that fails stops itself only, and
///   `settle` only when it is named there. Claims need no registry and no other token.
/// - A source of earnings that fails is left out. To starve a healthy one of gas and still have enough left for the
///   round, one would have to give it 63 times that much, which is plenty; and what it owes is only a round later.
///
/// ROLES
/// - Nobody owns a lock. Its terms are part of its code.
///
/// TOKEN REQUIREMENTS
/// - Currency: exact transfers (USDC, GIM). Royalties: any ERC-20; a fee on transfers is borne by the holders. One that
///   takes balance away by itself pays whoever claims first; no other token is touched.
///
/// KNOWN LIMITS
/// - Less than one raw token an account and round stays here by rounding, and so does any ERC-721 sent here by mistake.
/// - Shares in a contract that cannot use what it is paid, such as a pool, earn for that contract.
contract StrategyShares is IStrategyShares, ERC20, ReentrancyGuardTransient {
    using Checkpoints for Checkpoints.Trace208;
    using SafeERC20 for IERC20;

    /* CONSTANTS */

    /// @notice {s} between two rounds of a token.
    uint256 public constant ROUND_INTERVAL = 1 days;
    /// @notice {s} from the first bid to the end.
    uint256 public constant AUCTION_LENGTH = 7 days;
    /// @notice {s} left at least after a bid.
    uint256 public constant BID_EXTENSION = 15 minutes;
    /// @notice {bps} by which a bid must be above the last.
    uint256 public constant MIN_RAISE_BPS = 500;
    uint256 private constant BPS = 10_000;
    uint256 private constant HEAD = 0x20; // {bytes} of the terms before their first word
    uint256 private constant FIXED = 6 * 0x20; // {bytes} of terms that are one word each

    /* STORAGE */

    /// @inheritdoc IStrategyShares
    IStrategyRegistry public immutable registry;
    /// @inheritdoc IStrategyShares
    address public immutable factory;
    /// @inheritdoc IStrategyShares
    IEarningSource public immutable accessPass;
    address private immutable USDC;
    address private immutable GIM;

    /// @inheritdoc IStrategyShares
    mapping(address account => mapping(address token => uint256)) public nextRoundOf;
    /// @inheritdoc IStrategyShares
    mapping(address account => uint256) public refundOf; // {raw currency}

    mapping(address account => Checkpoints.Trace208) private _balanceHistory; // {s} -> {share wei}
    mapping(address token => RoyaltyBook) private _books;
    Buyout private _buyout;
    address private _redeemer;

    /* CONSTRUCTOR */

    /// @dev Of the code that clones run; the terms are in the code of each clone.
    constructor(
        IStrategyRegistry newRegistry,
        address newUsdc,
        address newGim,
        IEarningSource newAccessPass
    ) ERC20("", "") {
        registry = newRegistry;
        factory = msg.sender;
        accessPass = newAccessPass;
        USDC = newUsdc;
        GIM = newGim;
    }

    /* LOCKING */

    /// @inheritdoc IStrategyShares
    function initialize() external {
        require(msg.sender == factory, ServiceErrors.StrategyShares_Unauthorized(msg.sender));
        LockTerms memory fixedTerms = terms();

        emit Locked(fixedTerms.id, fixedTerms.locker, fixedTerms);
        _mint(fixedTerms.locker, fixedTerms.supply);
    }

    /* ROYALTIES */

    /// @inheritdoc IStrategyShares
    function harvest(address token) external nonReentrant returns (uint256 amount) {
        _requireRoyalty(token);
        LockStatus current = status();
        if (current == LockStatus.REDEEMED) return _release(token);
        uint256 nextAt = nextRoundAt(token);
        require(block.timestamp >= nextAt, ServiceErrors.StrategyShares_RoundTooEarly(token, nextAt, block.timestamp));

        if (current != LockStatus.SOLD) _bring(token);
        amount = _share(token);
        require(amount != 0, ServiceErrors.StrategyShares_NothingCame(token));
    }

    /// @inheritdoc IStrategyShares
    function claim(
        address account,
        address token,
        uint256 maxRounds
    ) external nonReentrant returns (uint256 amount, bool isComplete) {
        require(maxRounds != 0, ServiceErrors.StrategyShares_RoundsZero());
        RoyaltyBook storage book = _books[token];
        uint256 from = nextRoundOf[account][token];
        uint256 to = from + Math.min(maxRounds, book.rounds.length - from);
        isComplete = to == book.rounds.length;
        if (to == from) return (0, isComplete);

        amount = _partOf(account, book, from, to);
        nextRoundOf[account][token] = to;
        book.accounted -= amount;

        emit Claimed(account, token, amount, from, to);
        if (amount != 0) IERC20(token).safeTransfer(account, amount);
    }

    /* REDEMPTION */

    /// @inheritdoc IStrategyShares
    function redeem() external nonReentrant {
        _requireStatus(LockStatus.LOCKED);
        (uint256 id, uint256 supply, , , ) = _terms();
        uint256 balance = balanceOf(msg.sender);
        require(balance == supply, ServiceErrors.StrategyShares_SharesMissing(balance, supply));

        _buyout.endedAt = uint48(block.timestamp);
        _redeemer = msg.sender;
        _burn(msg.sender, supply);

        emit Redeemed(msg.sender, supply);
        registry.transferFrom(address(this), msg.sender, id);
    }

    /* BUY-OUT */

    /// @inheritdoc IStrategyShares
    function bid(uint256 amount) external nonReentrant {
        Buyout memory last = _buyout;
        (, , , address currency, ) = _terms();
        LockStatus current = status();
        require(
            current == LockStatus.LOCKED || current == LockStatus.AUCTION,
            ServiceErrors.StrategyShares_StateInvalid(uint8(current))
        );
        uint256 endsAt = block.timestamp + AUCTION_LENGTH;
        if (current == LockStatus.AUCTION) {
            require(
                block.timestamp < last.endsAt,
                ServiceErrors.StrategyShares_AuctionOver(last.endsAt, block.timestamp)
            );
            endsAt = Math.max(last.endsAt, block.timestamp + BID_EXTENSION);
        }
        uint256 least = minBid();
        require(amount >= least, ServiceErrors.StrategyShares_BidTooLow(amount, least, currency));

        _buyout = Buyout(msg.sender, uint48(endsAt), 0, amount);
        if (last.bidder != address(0)) refundOf[last.bidder] += last.bid;
        _books[currency].accounted += amount;

        emit BidPlaced(msg.sender, amount, last.bidder, last.bid, endsAt);
        _receive(currency, amount);
    }

    /// @inheritdoc IStrategyShares
    function withdrawBid(address account) external nonReentrant returns (uint256 amount) {
        amount = refundOf[account];
        require(amount != 0, ServiceErrors.StrategyShares_NothingToWithdraw(account));
        (, , , address currency, ) = _terms();

        refundOf[account] = 0;
        _books[currency].accounted -= amount;

        emit BidWithdrawn(account, amount);
        IERC20(currency).safeTransfer(account, amount);
    }

    /// @inheritdoc IStrategyShares
    /// @dev Royalties come first: the receiver pays the token's owner.
    function settle(address[] calldata tokens) external nonReentrant {
        _requireStatus(LockStatus.AUCTION);
        Buyout memory last = _buyout;
        require(
            block.timestamp >= last.endsAt,
            ServiceErrors.StrategyShares_AuctionRunning(last.endsAt, block.timestamp)
        );
        (uint256 id, , , , ) = _terms();

        _buyout.endedAt = uint48(block.timestamp);
        for (uint256 i; i < tokens.length; ++i) {
            _requireRoyalty(tokens[i]);
            _bring(tokens[i]);
            _share(tokens[i]);
        }

        emit Settled(last.bidder, last.bid);
        registry.transferFrom(address(this), last.bidder, id);
    }

    /// @inheritdoc IStrategyShares
    function cashOut(uint256 shares) external nonReentrant returns (uint256 amount) {
        _requireStatus(LockStatus.SOLD);
        require(shares != 0, ServiceErrors.StrategyShares_SharesZero());
        (, uint256 supply, , address currency, ) = _terms();

        amount = Math.mulDiv(_buyout.bid, shares, supply);
        _burn(msg.sender, shares);
        _books[currency].accounted -= amount;

        emit CashedOut(msg.sender, shares, amount);
        if (amount != 0) IERC20(currency).safeTransfer(msg.sender, amount);
    }

    /* VIEWS */

    /// @inheritdoc IStrategyShares
    function status() public view returns (LockStatus) {
        bool hasBid = _buyout.bidder != address(0);
        if (_buyout.endedAt == 0) return hasBid ? LockStatus.AUCTION : LockStatus.LOCKED;
        return hasBid ? LockStatus.SOLD : LockStatus.REDEEMED;
    }

    /// @inheritdoc IStrategyShares
    function buyout() external view returns (Buyout memory) {
        return _buyout;
    }

    /// @inheritdoc IStrategyShares
    function minBid() public view returns (uint256) {
        (, , uint256 reservePrice, , ) = _terms();
        if (_buyout.bidder == address(0)) return reservePrice;
        return Math.mulDiv(_buyout.bid, BPS + MIN_RAISE_BPS, BPS, Math.Rounding.Ceil);
    }

    /// @inheritdoc IStrategyShares
    function claimable(address account, address token) external view returns (uint256) {
        RoyaltyBook storage book = _books[token];
        return _partOf(account, book, nextRoundOf[account][token], book.rounds.length);
    }

    /// @inheritdoc IStrategyShares
    /// @dev Not in the second of the lock: nobody had shares at the end of the one before.
    function nextRoundAt(address token) public view returns (uint256) {
        (, , , , uint256 lockedAt) = _terms();
        return Math.max(_books[token].nextRoundAt, lockedAt + 1);
    }

    /// @inheritdoc IStrategyShares
    function accounted(address token) external view returns (uint256) {
        return _books[token].accounted;
    }

    /// @inheritdoc IStrategyShares
    function roundCount(address token) external view returns (uint256) {
        return _books[token].rounds.length;
    }

    /// @inheritdoc IStrategyShares
    function rounds(address token, uint256 from, uint256 count) external view returns (RoyaltyRound[] memory list) {
        RoyaltyRound[] storage all = _books[token].rounds;
        uint256 start = Math.min(from, all.length);
        list = new RoyaltyRound[](Math.min(count, all.length - start));
        for (uint256 i; i < list.length; ++i) list[i] = all[start + i];
    }

    /// @inheritdoc IStrategyShares
    function balanceOfAt(address account, uint256 timestamp) external view returns (uint256) {
        require(timestamp < block.timestamp, ServiceErrors.StrategyShares_FutureLookup(timestamp, block.timestamp));
        return _balanceHistory[account].upperLookupRecent(uint48(timestamp)); // in the past, so it fits
    }

    /// @inheritdoc IStrategyShares
    function terms() public view returns (LockTerms memory) {
        return abi.decode(LibClone.argsOnClone(address(this)), (LockTerms));
    }

    /// @notice Name of the shares, for ever.
    function name() public view override returns (string memory) {
        return terms().name;
    }

    /// @notice Symbol of the shares, for ever.
    function symbol() public view override returns (string memory) {
        return terms().symbol;
    }

    /* INTERNAL: SHARES */

    /// @dev Writes down who has how many at the end of this second. The contract itself takes none: its part of the
    /// royalties would be nobody's, and nobody could hold all shares again.
    function _update(address from, address to, uint256 value) internal override {
        require(to != address(this), ServiceErrors.StrategyShares_ReceiverInvalid(to));
        super._update(from, to, value);
        if (from != address(0)) _remember(from);
        if (to != address(0)) _remember(to);
    }

    /// @dev At most 10^36, below 2^120.
    function _remember(address account) private {
        _balanceHistory[account].push(uint48(block.timestamp), uint208(balanceOf(account)));
    }

    /* INTERNAL: ROYALTIES */

    /// @dev Has everybody who owes the token's owner a token pay it.
    function _bring(address token) private {
        (uint256 id, , , , ) = _terms();
        IRoyaltyReceiver(registry.receiverOf(id)).payOut(token);
        if (address(accessPass) == address(0) || (token != USDC && token != GIM)) return;
        // Nothing of the answer is copied.
        try accessPass.claimEarned(id, token) {} catch {}
    }

    /// @dev Makes a round of what is here and not spoken for. After a buy-out it is for those who had shares then.
    function _share(address token) private returns (uint256 amount) {
        RoyaltyBook storage book = _books[token];
        uint256 surplus = Math.saturatingSub(IERC20(token).balanceOf(address(this)), book.accounted);
        amount = Math.min(surplus, type(uint128).max);
        if (amount == 0) return 0;
        uint256 endedAt = _buyout.endedAt;
        uint256 timepoint = (endedAt == 0 ? block.timestamp : endedAt) - 1;

        book.accounted += amount;
        book.nextRoundAt = uint48(block.timestamp + ROUND_INTERVAL);
        book.rounds.push(RoyaltyRound(uint128(amount), uint48(timepoint))); // cut above; a time

        emit Harvested(token, book.rounds.length - 1, amount, timepoint);
    }

    /// @dev After a redemption: who had all shares has all that came too late for a round.
    function _release(address token) private returns (uint256 amount) {
        amount = Math.saturatingSub(IERC20(token).balanceOf(address(this)), _books[token].accounted);
        require(amount != 0, ServiceErrors.StrategyShares_NothingCame(token));

        emit Released(token, _redeemer, amount);
        IERC20(token).safeTransfer(_redeemer, amount);
    }

    /// @dev An account's part of rounds `from` (with) to `to` (without). {raw tokens}
    function _partOf(
        address account,
        RoyaltyBook storage book,
        uint256 from,
        uint256 to
    ) private view returns (uint256 sum) {
        (, uint256 supply, , , ) = _terms();
        Checkpoints.Trace208 storage history = _balanceHistory[account];
        for (uint256 i = from; i < to; ++i) {
            RoyaltyRound memory round = book.rounds[i];
            sum += (uint256(round.amount) * history.upperLookupRecent(round.timepoint)) / supply;
        }
    }

    /* INTERNAL */

    /// @dev The terms that are one word each: id, supply, reserve price, currency, second of the lock.
    function _terms()
        private
        view
        returns (uint256 id, uint256 supply, uint256 reservePrice, address currency, uint256 lockedAt)
    {
        bytes memory words = LibClone.argsOnClone(address(this), HEAD, HEAD + FIXED);
        (id, supply, reservePrice, currency, , lockedAt) = abi.decode(
            words,
            (uint256, uint256, uint256, address, address, uint256)
        );
    }

    /// @dev All of it must arrive, or the last to be paid would find too little.
    function _receive(address token, uint256 amount) private {
        uint256 balance = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - balance;
        require(received == amount, ServiceErrors.StrategyShares_TransferInexact(token, received, amount));
    }

    function _requireStatus(LockStatus expected) private view {
        LockStatus current = status();
        require(current == expected, ServiceErrors.StrategyShares_StateInvalid(uint8(current)));
    }

    function _requireRoyalty(address token) private view {
        require(token != address(this), ServiceErrors.StrategyShares_TokenInvalid(token));
    }
}
