// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Buyout, LockStatus, LockTerms, RoyaltyRound} from "../../types/ServiceTypes.sol";
import {IEarningSource} from "./IEarningSource.sol";
import {IStrategyRegistry} from "./IStrategyRegistry.sol";

/// @title IStrategyShares
/// @notice Shares (ERC-20) of one locked strategy or dataset: royalties in proportion, redemption by who holds all of
/// them, or a buy-out.
interface IStrategyShares is IERC20 {
    /// @notice Emitted once, when the token is locked and all shares are with the locker.
    event Locked(uint256 indexed id, address indexed locker, LockTerms terms);
    /// @notice Emitted when royalties are shared: by balances at the end of the second `timepoint`. {raw tokens}, {s}
    event Harvested(address indexed token, uint256 indexed round, uint256 amount, uint256 timepoint);
    /// @notice Emitted when an account gets its part of rounds `from` (with) to `to` (without). {raw tokens}
    event Claimed(address indexed account, address indexed token, uint256 amount, uint256 from, uint256 to);
    /// @notice Emitted once at most, when all shares are burned for the token.
    event Redeemed(address indexed holder, uint256 shares);
    /// @notice Emitted when royalties that were here at the redemption go to who redeemed. {raw tokens}
    event Released(address indexed token, address indexed holder, uint256 amount);
    /// @notice Emitted with each bid: the one it beats, and the end of the auction now. {raw currency}, {s}
    event BidPlaced(
        address indexed bidder,
        uint256 amount,
        address indexed outbid,
        uint256 outbidAmount,
        uint256 endsAt
    );
    /// @notice Emitted when money of beaten bids goes back to its bidder. {raw currency}
    event BidWithdrawn(address indexed bidder, uint256 amount);
    /// @notice Emitted once at most, when the token goes to the winner. {raw currency}
    event Settled(address indexed winner, uint256 price);
    /// @notice Emitted when shares are burned for their part of the price. {share wei}, {raw currency}
    event CashedOut(address indexed holder, uint256 shares, uint256 amount);

    /* LOCKING */

    /// @notice Issues all shares to the locker.
    /// Emits {Locked}.
    /// Requirements: caller is the factory, which sends the token here first and calls this once.
    function initialize() external;

    /* ROYALTIES */

    /// @notice Brings royalties of a token here and shares out what came since the last round.
    /// Emits {Harvested}; {Released} after a redemption.
    /// Notes: anyone may call it. What comes within a day of a round waits for the next one. After a buy-out, what is
    /// still here goes to those who had shares when it was settled; after a redemption, to who redeemed.
    /// Requirements: a day since the last round of this token; something came; not the shares themselves.
    function harvest(address token) external returns (uint256 amount);

    /// @notice Sends an account its part of the rounds that it has not claimed, oldest first.
    /// Emits {Claimed}.
    /// Notes: anyone may call it. Shares that were sold since do not matter.
    /// Requirements: `maxRounds` is not 0.
    /// @return amount {raw tokens} sent.
    /// @return isComplete whether no round is left.
    function claim(
        address account,
        address token,
        uint256 maxRounds
    ) external returns (uint256 amount, bool isComplete);

    /* REDEMPTION */

    /// @notice Burns all shares and sends the token to the caller.
    /// Emits {Redeemed}.
    /// Requirements: caller holds all shares; no buy-out has begun.
    function redeem() external;

    /* BUY-OUT */

    /// @notice Bids for the token. The first bid begins an auction of 7 days.
    /// Emits {BidPlaced}.
    /// Notes: the bid is paid at once. When it is beaten it waits for {withdrawBid}. A bid in the last 15 minutes moves
    /// the end to 15 minutes from now.
    /// Requirements: at least the reserve price, and 5% above the highest bid; before the end; the whole amount
    /// arrives.
    function bid(uint256 amount) external;

    /// @notice Sends an account the money of its beaten bids.
    /// Emits {BidWithdrawn}.
    /// Notes: anyone may call it.
    /// Requirements: there is some.
    function withdrawBid(address account) external returns (uint256 amount);

    /// @notice Ends a buy-out: shares out royalties of `tokens` a last time, and sends the token to the winner.
    /// Emits {Harvested} for each of `tokens` of which something came, {Settled}.
    /// Notes: anyone may call it. Royalties that are not brought here before it belong to the winner.
    /// Requirements: the auction is over; once; none of `tokens` is the shares themselves.
    function settle(address[] calldata tokens) external;

    /// @notice Burns shares of the caller for their part of the price.
    /// Emits {CashedOut}.
    /// Requirements: the token was sold; shares not 0, and the caller has them.
    function cashOut(uint256 shares) external returns (uint256 amount);

    /* VIEWS */

    /// @notice What the lock fixed.
    function terms() external view returns (LockTerms memory);

    /// @notice Where the lock stands.
    function status() external view returns (LockStatus);

    /// @notice The buy-out as it stands.
    function buyout() external view returns (Buyout memory);

    /// @notice Least amount of the next bid. {raw currency}
    function minBid() external view returns (uint256);

    /// @notice Money of an account's beaten bids. {raw currency}
    function refundOf(address account) external view returns (uint256);

    /// @notice What an account could claim of a token now, over all rounds. {raw tokens}
    function claimable(address account, address token) external view returns (uint256);

    /// @notice First round of a token that an account has not claimed.
    function nextRoundOf(address account, address token) external view returns (uint256);

    /// @notice First second in which another round of a token may be made. {s}
    function nextRoundAt(address token) external view returns (uint256);

    /// @notice What is here of a token and spoken for: royalties not claimed, bids, refunds, the price. {raw tokens}
    function accounted(address token) external view returns (uint256);

    /// @notice Number of rounds of a token.
    function roundCount(address token) external view returns (uint256);

    /// @notice Rounds of a token from number `from` on, at most `count`.
    function rounds(address token, uint256 from, uint256 count) external view returns (RoyaltyRound[] memory);

    /// @notice Shares of an account at the end of a past second. {share wei}
    /// Requirements: the second is over.
    function balanceOfAt(address account, uint256 timestamp) external view returns (uint256);

    /// @notice Where the token is registered.
    function registry() external view returns (IStrategyRegistry);

    /// @notice The factory that made the lock.
    function factory() external view returns (address);

    /// @notice What pays assets for their use; 0 = none.
    function accessPass() external view returns (IEarningSource);
}
