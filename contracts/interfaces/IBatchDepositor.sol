// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IERC7540Deposit} from "./external/IERC7540Deposit.sol";
import {IERC7540Operator} from "./external/IERC7540Operator.sol";
import {IERC7540Redeem} from "./external/IERC7540Redeem.sol";
import {IERC7575} from "./external/IERC7575.sol";

/// @dev Totals of one batch. Whatever of `assets` and `shares` is not spent when the window is over is refunded.
struct Batch {
    uint64 assets; // {raw cash} of all deposit requests
    uint96 shares; // {share wei} of all redeem requests
    uint40 openedAt; // {s} 0 = not opened
    uint64 assetsSpent; // {raw cash} of `assets` that became shares
    uint96 sharesSpent; // {share wei} of `shares` that became cash
    uint96 sharesBought; // {share wei} for the depositors
    uint64 assetsBought; // {raw cash} for the redeemers
    uint128 price; // D27{raw cash/share wei} NAV at which the two sides crossed
}

/// @dev What a market maker wants to know about an open batch. Prices are those of this second.
struct Curve {
    uint256 nav; // D27{raw cash/share wei} live NAV
    uint256 depositPrice; // D27{raw cash/share wei} that depositors pay for delivered shares
    uint256 redeemPrice; // D27{raw cash/share wei} that redeemers ask for their shares
    uint256 assetsLeft; // {raw cash} of deposits still to be exchanged
    uint256 sharesLeft; // {share wei} of redemptions still to be exchanged
}

/// @dev Everything one controller has here. Claimable and refundable parts include requests whose batch is over.
struct BatchAccount {
    uint256 pendingAssets; // {raw cash} in requests whose outcome is open
    uint256 pendingShares; // {share wei} in requests whose outcome is open
    uint256 depositedAssets; // {raw cash} that became `sharesOut`
    uint256 sharesOut; // {share wei} bought, to be claimed
    uint256 redeemedShares; // {share wei} that became `assetsOut`
    uint256 assetsOut; // {raw cash} received for shares, to be claimed
    uint256 refundAssets; // {raw cash} not exchanged, to be claimed back
    uint256 refundShares; // {share wei} not exchanged, to be claimed back
}

/// @title IBatchDepositor
/// @notice Deposits into and redemptions from one index, settled together once a day.
///
/// A request costs the same whatever the size of the basket. Batch `d` is the one of day `d` (days since 1970): its
/// window runs from 00:00 to 04:00 UTC. Requests for it are taken until 30 minutes before. In the window anyone opens
/// it: both sides cross at NAV, and what is left is auctioned to whoever delivers shares or cash. What is not exchanged
/// by 04:00 belongs to those who brought it, without a call by anybody.
///
/// ERC-7540 names: `requestId` is the batch; a "controller" owns a request; an "operator" acts for a controller.
/// ERC-7575 names: `asset` is the cash, `share` the index.
interface IBatchDepositor is IERC7540Operator, IERC7540Deposit, IERC7540Redeem, IERC7575, IERC165 {
    /// @notice Emitted when a deposit request is cancelled before its batch is locked. {raw cash}
    event DepositCancelled(address indexed controller, uint256 indexed batch, address receiver, uint256 assets);
    /// @notice Emitted when a redeem request is cancelled before its batch is locked. {share wei}
    event RedeemCancelled(address indexed controller, uint256 indexed batch, address receiver, uint256 shares);
    /// @notice Emitted once a batch, when deposits and redemptions cross.
    /// @param price D27{raw cash/share wei} NAV.
    /// @param assetsCrossed {raw cash} that went from depositors to redeemers.
    /// @param sharesCrossed {share wei} that went from redeemers to depositors.
    event BatchOpened(
        uint256 indexed batch,
        address indexed caller,
        uint256 price,
        uint256 assetsCrossed,
        uint256 sharesCrossed
    );
    /// @notice Emitted when somebody sells shares to the depositors. {share wei}, {raw cash}, D27{raw cash/share wei}
    event SharesDelivered(
        uint256 indexed batch,
        address indexed deliverer,
        address receiver,
        uint256 shares,
        uint256 assets,
        uint256 price
    );
    /// @notice Emitted when somebody buys shares from the redeemers. {raw cash}, {share wei}, D27{raw cash/share wei}
    event CashDelivered(
        uint256 indexed batch,
        address indexed deliverer,
        address receiver,
        uint256 assets,
        uint256 shares,
        uint256 price
    );
    /// @notice Emitted when cash that was not exchanged is sent back. {raw cash}
    event DepositRefunded(address indexed controller, address indexed receiver, uint256 assets);
    /// @notice Emitted when shares that were not exchanged are sent back. {share wei}
    event RedeemRefunded(address indexed controller, address indexed receiver, uint256 shares);
    /// @notice Emitted by `claimMany` when a token refused a transfer. The amount can be claimed later.
    event PayoutFailed(address indexed controller, address indexed token, uint256 amount);

    /* REQUEST */

    /// @notice Cancels the controller's deposit request in a batch that is not locked yet and sends all of it back.
    /// Emits {DepositCancelled}.
    /// Requirements: caller is the controller or an operator; the batch still takes requests; there is a request.
    /// @return assets {raw cash} sent to `receiver`.
    function cancelDepositRequest(
        uint256 batch,
        address receiver,
        address controller
    ) external returns (uint256 assets);

    /// @notice Cancels the controller's redeem request in a batch that is not locked yet and sends all of it back.
    /// Emits {RedeemCancelled}.
    /// Requirements: caller is the controller or an operator; the batch still takes requests; there is a request.
    /// @return shares {share wei} sent to `receiver`.
    function cancelRedeemRequest(uint256 batch, address receiver, address controller) external returns (uint256 shares);

    /* SETTLE */

    /// @notice Opens a batch: deposits and redemptions cross at NAV, the smaller side entirely. Anyone, once, in the
    /// window.
    /// Emits {BatchOpened}.
    /// Requirements: somebody asked for something; the NAV is complete: cash and every token held have a fresh price,
    /// no token is short or unreadable, none above 1% of NAV is frozen, and minting is not paused.
    function open(uint256 batch) external;

    /// @notice Sells shares of the caller to the depositors of an open batch, at the price of this second.
    /// Emits {SharesDelivered}.
    /// Notes: the price rises from NAV - 1% at the opening by 2% of NAV in four hours. Amounts are clamped to what is
    /// left.
    /// Requirements: opened and in the window; the live NAV is complete and within 5% of the one at the opening; an
    /// allowance of shares.
    /// @param maxShares {share wei} most to be sold.
    /// @param minPrice D27{raw cash/share wei} least price accepted.
    /// @return shares {share wei} taken from the caller.
    /// @return assets {raw cash} sent to `receiver`.
    function deliverShares(
        uint256 batch,
        uint256 maxShares,
        uint256 minPrice,
        address receiver
    ) external returns (uint256 shares, uint256 assets);

    /// @notice Buys shares from the redeemers of an open batch with cash of the caller, at the price of this second.
    /// Emits {CashDelivered}.
    /// Notes: the price falls from NAV + 1% at the opening by 2% of NAV in four hours. Amounts are clamped to what is
    /// left.
    /// Requirements: as for `deliverShares`, with an allowance of cash.
    /// @param maxAssets {raw cash} most to be paid.
    /// @param maxPrice D27{raw cash/share wei} largest price accepted.
    /// @return assets {raw cash} taken from the caller.
    /// @return shares {share wei} sent to `receiver`.
    function deliverCash(
        uint256 batch,
        uint256 maxAssets,
        uint256 maxPrice,
        address receiver
    ) external returns (uint256 assets, uint256 shares);

    /* CLAIM */

    /// @notice Sends the cash of the controller's deposit requests that was not exchanged. Cannot be stopped.
    /// Emits {DepositRefunded}.
    /// Requirements: caller is the controller or an operator; there is something to send.
    /// @return assets {raw cash} sent to `receiver`.
    function claimDepositRefund(address receiver, address controller) external returns (uint256 assets);

    /// @notice Sends the shares of the controller's redeem requests that were not exchanged. Cannot be stopped.
    /// Emits {RedeemRefunded}.
    /// Requirements: caller is the controller or an operator; there is something to send.
    /// @return shares {share wei} sent to `receiver`.
    function claimRedeemRefund(address receiver, address controller) external returns (uint256 shares);

    /// @notice Sends each controller everything that is claimable and refundable, to the controller itself. Anyone.
    /// Emits {Deposit}, {Withdraw}, {DepositRefunded}, {RedeemRefunded} for what was sent, and {PayoutFailed} for what
    /// a token refused to send, which stays claimable.
    /// Notes: controllers with nothing to claim are passed over.
    function claimMany(address[] calldata controllers) external;

    /* VIEWS */

    /// @notice The batch that a request made now joins.
    function collecting() external view returns (uint256 batch);

    /// @notice Times of a batch.
    /// @return lockedAt {s} last second in which requests for it are taken or cancelled.
    /// @return opensAt {s} first second of its window.
    /// @return closesAt {s} first second after its window.
    function windowOf(uint256 batch) external pure returns (uint256 lockedAt, uint256 opensAt, uint256 closesAt);

    /// @notice Totals of a batch.
    function batchOf(uint256 batch) external view returns (Batch memory);

    /// @notice Live prices and what is left of an open batch. Reverts as a delivery would.
    function curveOf(uint256 batch) external view returns (Curve memory);

    /// @notice D27{raw cash/share wei} NAV now. Source: the registry's prices, of basket and cash. Reverts without a
    /// complete NAV, see `open`.
    function sharePrice() external view returns (uint256);

    /// @notice Everything a controller has here now.
    function accountOf(address controller) external view returns (BatchAccount memory);

    /// @notice Requests of one controller whose batch may not be over, the older one first; amounts of 0 where there is
    /// none.
    /// @return batches of the two requests.
    /// @return assets {raw cash} of the two requests.
    function depositRequestsOf(
        address controller
    ) external view returns (uint256[2] memory batches, uint256[2] memory assets);

    /// @notice The same for redeem requests. {share wei}
    function redeemRequestsOf(
        address controller
    ) external view returns (uint256[2] memory batches, uint256[2] memory shares);

    /// @notice {raw cash} smallest deposit request: one whole unit of the cash.
    function minAssets() external view returns (uint256);

    /// @notice {share wei} smallest redeem request.
    function minShares() external view returns (uint256);
}
