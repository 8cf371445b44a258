// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIndexFactory} from "../IIndexFactory.sol";
import {Listing, Pot, RevenueEpoch} from "../../types/GovernanceTypes.sol";
import {IVotingEscrow} from "./IVotingEscrow.sol";

/// @title IRevenueDistributor
/// @notice Shares each week's revenue among those who had veGIM when the week began.
/// @dev Weeks are numbered from 1970: week k starts at the second k * 7 days, a Thursday 00:00 UTC.
interface IRevenueDistributor {
    /// @notice Emitted when a payment joins the pot of the running week. {raw tokens}
    event Notified(address indexed token, address indexed payer, uint256 indexed week, uint256 amount, uint256 pot);
    /// @notice Emitted when a week's pot is shared out. {raw tokens}, {veGIM wei}
    event Finalized(address indexed token, uint256 indexed week, uint256 pot, uint256 supply);
    /// @notice Emitted when a pot moves on, because too little was locked when its week began. {raw tokens}
    event RolledOn(address indexed token, uint256 fromWeek, uint256 toWeek, uint256 pot);
    /// @notice Emitted when an account's part of the pots [fromEpoch, toEpoch) of a token is settled. {raw tokens}
    event Claimed(
        address indexed account,
        address indexed token,
        address receiver,
        uint256 amount,
        uint256 fromEpoch,
        uint256 toEpoch
    );
    /// @notice Emitted when an account names who may claim for it; 0 = nobody else.
    event ClaimerSet(address indexed account, address indexed previous, address indexed claimer);
    /// @notice Emitted when a token is listed, or removed.
    event RewardTokenSet(address indexed token, Listing previous, Listing listing);
    /// @notice Emitted when the owner takes tokens out that belong to nobody. {raw tokens}
    event Swept(address indexed token, address indexed to, uint256 amount);

    /* PAYING IN */

    /// @notice Pays `amount` into the pot of the running week.
    /// Emits {Notified}, and {RolledOn} and {Finalized} when an older pot was open.
    /// Notes: what arrives counts, so a fee on the transfer is the payer's.
    /// Requirements: the token is a reward token; approval given; the pot stays below 2^112.
    function notify(address token, uint256 amount) external;

    /// @notice Shares the pot of a finished week out. Does nothing when there is none.
    /// Emits {RolledOn} and {Finalized}.
    /// Notes: {notify} and {claim} do it too; whoever calls when, the result is the same.
    function finalize(address token) external;

    /* CLAIMING */

    /// @notice Pays out an account's part of all finished weeks, for each token.
    /// Emits {Claimed} for each token whose pots were settled.
    /// Notes: reads at most `MAX_SEGMENTS` points of the account's history for each token; when there are more, the
    /// next call goes on. A token whose transfers fail keeps only itself from being paid: leave it out.
    /// Requirements: caller is the account or its claimer; the receiver is not 0.
    /// @return amounts {raw tokens} in the order of the tokens.
    function claim(
        address account,
        address[] calldata tokens,
        address receiver
    ) external returns (uint256[] memory amounts);

    /// @notice As {claim}, for one token and at most `maxSegments` points of the account's history.
    /// Emits {Claimed}.
    /// Requirements: as {claim}; `maxSegments` is not 0.
    /// @return amount {raw tokens}
    /// @return isComplete whether nothing of the finished weeks is left.
    function claimUpTo(
        address account,
        address token,
        address receiver,
        uint256 maxSegments
    ) external returns (uint256 amount, bool isComplete);

    /// @notice Names who may claim for the caller, to any receiver; 0 = nobody else.
    /// Emits {ClaimerSet}.
    function setClaimer(address claimer) external;

    /* OWNER */

    /// @notice Lists a reward token, or removes it. Removal stops payments in, never claims.
    /// Emits {RewardTokenSet}.
    /// Notes: shares of the factory's indices are reward tokens unless they are removed.
    /// Requirements: caller is the owner; not 0.
    function setRewardToken(address token, bool isListed) external;

    /// @notice Sends out what was transferred here without {notify}.
    /// Emits {Swept}.
    /// Requirements: caller is the owner; the receiver is not 0; there is something that belongs to nobody.
    function sweep(address token, address to) external returns (uint256 amount);

    /* VIEWS */

    /// @notice The escrow whose balances share the pots.
    function escrow() external view returns (IVotingEscrow);

    /// @notice The factory whose indices' shares are reward tokens.
    function factory() external view returns (IIndexFactory);

    /// @notice A pot waits for the first week that starts with at least this much veGIM. {veGIM wei}
    function minSupply() external view returns (uint256);

    /// @notice Whether a token may be paid in.
    function isRewardToken(address token) external view returns (bool);

    /// @notice What the owner said about a token.
    function listing(address token) external view returns (Listing);

    /// @notice Who may claim for an account besides itself.
    function claimerOf(address account) external view returns (address);

    /// @notice What all claims together could pay out, now or later, with what rounding leaves behind. {raw tokens}
    function accounted(address token) external view returns (uint256);

    /// @notice Payments that no finished week has shared out yet.
    function potOf(address token) external view returns (Pot memory);

    /// @notice Sums over the pots up to the `index`-th one that was shared out, from 0.
    function epochAt(address token, uint256 index) external view returns (RevenueEpoch memory);

    /// @notice First pot of a token that is not settled with an account.
    function nextEpoch(address account, address token) external view returns (uint256);

    /// @notice What an account could claim now, with as many calls as it takes. {raw tokens}
    /// Notes: a pot that nobody has shared out yet, though its week is over, is counted.
    function claimable(address account, address token) external view returns (uint256);
}
