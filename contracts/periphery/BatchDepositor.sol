// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IAssetRegistry} from "../interfaces/IAssetRegistry.sol";
import {Batch, Curve, IBatchDepositor} from "../interfaces/IBatchDepositor.sol";
import {IERC7540Deposit} from "../interfaces/external/IERC7540Deposit.sol";
import {IERC7540Operator} from "../interfaces/external/IERC7540Operator.sol";
import {IERC7540Redeem} from "../interfaces/external/IERC7540Redeem.sol";
import {IERC7575} from "../interfaces/external/IERC7575.sol";
import {Errors} from "../libraries/Errors.sol";
import {TokenCalls} from "../libraries/TokenCalls.sol";
import {Ledger, Outcome, Side} from "../types/BatchTypes.sol";
import {BatchDepositorViews} from "./BatchDepositorViews.sol";
import {BatchLedger} from "./libraries/BatchLedger.sol";

/// @title BatchDepositor
/// @dev LIFECYCLE
/// requestDeposit(), requestRedeem() -> [cancel until the lock] -> open() -> deliverShares(), deliverCash() -> claims
///
/// @dev TRUST
/// - No owner, no fee, no upgrade, no approval given to anybody. Settling is open to everybody and moves no funds but
///   those of the batch, at a price that follows from the registry's prices and the clock.
/// - Operators are trusted with all that belongs to who named them, as ERC-7540 says.
///
/// @dev PRICE
/// - A request is filed at least 30 minutes before its NAV is read and cannot be taken back afterwards: nobody buys or
///   sells at a price that he knows.
/// - NAV = holdings at the registry's prices; no pool is asked. It must be complete, and within 5% of the one at the
///   opening at each delivery. Reads revert while the vault is in a call.
/// - A late opening starts the curve late and never reaches its end, so waiting gains nothing for who delivers.
///
/// @dev FUNDS
/// - INV-12: every request ends in shares at a fair price or a full refund. Parts follow from totals and are rounded
///   down; what rounding leaves stays here.
/// - Totals are booked from calls. What is sent here without a call is nobody's and moves no price.
/// - Refunds need no price, no opening and no other token: after the window nothing of this contract can stop them.
///
/// @dev KNOWN LIMITS
/// - Cash that can be blocked by its issuer can be blocked here. Shares and refunds of shares are paid all the same.
/// - Whoever opens picks the moment within the window. Every deliverer wants it open early; anyone can do it.
contract BatchDepositor is BatchDepositorViews, ReentrancyGuardTransient {
    using BatchLedger for Ledger;
    using SafeERC20 for IERC20;

    uint256 private constant PAYOUT_GAS = 250_000; // {gas} most that one transfer of claimMany may burn
    uint256 private constant RESERVE_GAS = 50_000; // {gas} kept to write down what was not sent

    /// @dev Claims go to somebody, and not back into this contract, where they would be nobody's.
    modifier onlyFor(address controller, address receiver) {
        _requireController(controller);
        _requireReceiver(receiver);
        _;
    }

    constructor(IAssetRegistry registry, address cash) BatchDepositorViews(registry, cash) {}

    /* REQUEST */

    /// @inheritdoc IERC7540Deposit
    function requestDeposit(
        uint256 assets,
        address controller,
        address owner
    ) external nonReentrant returns (uint256 batch) {
        _requireRequest(assets, MIN_ASSETS, controller, owner);
        batch = BatchLedger.collecting();
        Batch storage b = _batches[batch];
        uint256 room = type(uint64).max - b.assets;
        require(assets <= room, Errors.BatchDepositor_AmountTooLarge(assets, room));

        b.assets += uint64(assets);
        _deposits[controller].file(_batches, Side.DEPOSIT, batch, assets);
        emit DepositRequest(controller, owner, batch, msg.sender, assets);

        _pull(CASH, owner, assets);
    }

    /// @inheritdoc IERC7540Redeem
    function requestRedeem(
        uint256 shares,
        address controller,
        address owner
    ) external nonReentrant returns (uint256 batch) {
        _requireRequest(shares, MIN_SHARES, controller, owner);
        batch = BatchLedger.collecting();
        Batch storage b = _batches[batch];
        uint256 room = type(uint96).max - b.shares;
        require(shares <= room, Errors.BatchDepositor_AmountTooLarge(shares, room));

        b.shares += uint96(shares);
        _redemptions[controller].file(_batches, Side.REDEEM, batch, shares);
        emit RedeemRequest(controller, owner, batch, msg.sender, shares);

        _pull(_vault(), owner, shares);
    }

    /// @inheritdoc IBatchDepositor
    function cancelDepositRequest(
        uint256 batch,
        address receiver,
        address controller
    ) external nonReentrant onlyFor(controller, receiver) returns (uint256 assets) {
        require(batch == BatchLedger.collecting(), Errors.BatchDepositor_Locked(batch));
        assets = _deposits[controller].cancel(batch);
        require(assets != 0, Errors.BatchDepositor_NothingToSend(controller));

        _batches[batch].assets -= uint64(assets); // the request is part of the total
        emit DepositCancelled(controller, batch, receiver, assets);

        IERC20(CASH).safeTransfer(receiver, assets);
    }

    /// @inheritdoc IBatchDepositor
    function cancelRedeemRequest(
        uint256 batch,
        address receiver,
        address controller
    ) external nonReentrant onlyFor(controller, receiver) returns (uint256 shares) {
        require(batch == BatchLedger.collecting(), Errors.BatchDepositor_Locked(batch));
        shares = _redemptions[controller].cancel(batch);
        require(shares != 0, Errors.BatchDepositor_NothingToSend(controller));

        _batches[batch].shares -= uint96(shares); // the request is part of the total
        emit RedeemCancelled(controller, batch, receiver, shares);

        IERC20(_vault()).safeTransfer(receiver, shares);
    }

    /// @inheritdoc IERC7540Operator
    function setOperator(address operator, bool approved) external returns (bool) {
        isOperator[msg.sender][operator] = approved;
        emit OperatorSet(msg.sender, operator, approved);
        return true;
    }

    /* SETTLE */

    /// @inheritdoc IBatchDepositor
    function open(uint256 batch) external nonReentrant {
        require(BatchLedger.isInWindow(batch), Errors.BatchDepositor_NotInWindow(batch, block.timestamp));
        Batch memory b = _batches[batch];
        require(b.openedAt == 0, Errors.BatchDepositor_AlreadyOpened(batch));
        require(b.assets != 0 || b.shares != 0, Errors.BatchDepositor_BatchEmpty(batch));

        uint256 price = _sharePrice();
        // {raw cash} = {share wei} * D27{raw cash/share wei} / 1e27
        uint256 assets = FixedPointMathLib.fullMulDiv(b.shares, price, ONE);
        uint256 shares = b.shares;
        if (assets > b.assets) {
            assets = b.assets;
            shares = FixedPointMathLib.fullMulDiv(assets, ONE, price); // below b.shares, which are worth more
        }
        if (assets == 0 || shares == 0) (assets, shares) = (0, 0);

        // Casts: price was checked; the others are at most the totals, or the counterpart's tokens.
        b.openedAt = uint40(block.timestamp);
        b.price = uint128(price);
        (b.assetsSpent, b.assetsBought) = (uint64(assets), uint64(assets));
        (b.sharesSpent, b.sharesBought) = (uint96(shares), uint96(shares));
        _batches[batch] = b;

        emit BatchOpened(batch, msg.sender, price, assets, shares);
    }

    /// @inheritdoc IBatchDepositor
    function deliverShares(
        uint256 batch,
        uint256 maxShares,
        uint256 minPrice,
        address receiver
    ) external nonReentrant returns (uint256 shares, uint256 assets) {
        _requireReceiver(receiver);
        Curve memory c = _curve(batch);
        require(c.depositPrice >= minPrice, Errors.BatchDepositor_PriceBeyondLimit(c.depositPrice, minPrice));

        // {raw cash} = {share wei} * D27{raw cash/share wei} / 1e27; depositors never pay more than the price
        uint256 wanted = FixedPointMathLib.fullMulDivUp(c.assetsLeft, ONE, c.depositPrice); // {share wei}
        (shares, assets) = maxShares < wanted
            ? (maxShares, FixedPointMathLib.fullMulDiv(maxShares, c.depositPrice, ONE)) // at most what is left
            : (wanted, c.assetsLeft);
        require(assets != 0 && shares != 0, Errors.BatchDepositor_NothingToExchange(batch));
        Batch storage b = _batches[batch];
        uint256 room = type(uint96).max - b.sharesBought;
        require(shares <= room, Errors.BatchDepositor_AmountTooLarge(shares, room));

        b.assetsSpent += uint64(assets);
        b.sharesBought += uint96(shares);
        emit SharesDelivered(batch, msg.sender, receiver, shares, assets, c.depositPrice);

        _pull(_vault(), msg.sender, shares);
        IERC20(CASH).safeTransfer(receiver, assets);
    }

    /// @inheritdoc IBatchDepositor
    function deliverCash(
        uint256 batch,
        uint256 maxAssets,
        uint256 maxPrice,
        address receiver
    ) external nonReentrant returns (uint256 assets, uint256 shares) {
        _requireReceiver(receiver);
        Curve memory c = _curve(batch);
        require(c.redeemPrice <= maxPrice, Errors.BatchDepositor_PriceBeyondLimit(c.redeemPrice, maxPrice));

        // {share wei} = {raw cash} * 1e27 / D27{raw cash/share wei}; redeemers never get less than the price
        shares = c.sharesLeft;
        assets = FixedPointMathLib.fullMulDivUp(shares, c.redeemPrice, ONE);
        if (maxAssets < assets) {
            shares = FixedPointMathLib.fullMulDiv(maxAssets, ONE, c.redeemPrice); // at most what is left
            assets = FixedPointMathLib.fullMulDivUp(shares, c.redeemPrice, ONE); // at most maxAssets
        }
        require(assets != 0 && shares != 0, Errors.BatchDepositor_NothingToExchange(batch));
        Batch storage b = _batches[batch];
        uint256 room = type(uint64).max - b.assetsBought;
        require(assets <= room, Errors.BatchDepositor_AmountTooLarge(assets, room));

        b.sharesSpent += uint96(shares); // at most what was left
        b.assetsBought += uint64(assets);
        emit CashDelivered(batch, msg.sender, receiver, assets, shares, c.redeemPrice);

        _pull(CASH, msg.sender, assets);
        IERC20(_vault()).safeTransfer(receiver, shares);
    }

    /* CLAIM */

    /// @inheritdoc IERC7540Deposit
    function deposit(uint256 assets, address receiver, address controller) external returns (uint256) {
        return _deposit(assets, receiver, controller);
    }

    /// @inheritdoc IERC7575
    function deposit(uint256 assets, address receiver) external returns (uint256) {
        return _deposit(assets, receiver, msg.sender);
    }

    /// @inheritdoc IERC7540Deposit
    function mint(uint256 shares, address receiver, address controller) external returns (uint256) {
        return _mint(shares, receiver, controller);
    }

    /// @inheritdoc IERC7575
    function mint(uint256 shares, address receiver) external returns (uint256) {
        return _mint(shares, receiver, msg.sender);
    }

    /// @inheritdoc IERC7575
    function redeem(
        uint256 shares,
        address receiver,
        address controller
    ) external nonReentrant onlyFor(controller, receiver) returns (uint256 assets) {
        Outcome memory o = _redemptions[controller].collect(_batches, Side.REDEEM);
        require(shares != 0 && shares <= o.shares, Errors.BatchDepositor_ClaimTooLarge(shares, o.shares));
        assets = (shares * o.assets) / o.shares;
        _withdraw(o, shares, assets, receiver, controller);
    }

    /// @inheritdoc IERC7575
    function withdraw(
        uint256 assets,
        address receiver,
        address controller
    ) external nonReentrant onlyFor(controller, receiver) returns (uint256 shares) {
        Outcome memory o = _redemptions[controller].collect(_batches, Side.REDEEM);
        require(assets != 0 && assets <= o.assets, Errors.BatchDepositor_ClaimTooLarge(assets, o.assets));
        shares = FixedPointMathLib.mulDivUp(assets, o.shares, o.assets);
        _withdraw(o, shares, assets, receiver, controller);
    }

    /// @inheritdoc IBatchDepositor
    function claimDepositRefund(
        address receiver,
        address controller
    ) external nonReentrant onlyFor(controller, receiver) returns (uint256 assets) {
        Outcome memory o = _deposits[controller].collect(_batches, Side.DEPOSIT);
        assets = o.refund;
        require(assets != 0, Errors.BatchDepositor_NothingToSend(controller));
        o.refund = 0;
        _deposits[controller].outcome = o;
        emit DepositRefunded(controller, receiver, assets);

        IERC20(CASH).safeTransfer(receiver, assets);
    }

    /// @inheritdoc IBatchDepositor
    function claimRedeemRefund(
        address receiver,
        address controller
    ) external nonReentrant onlyFor(controller, receiver) returns (uint256 shares) {
        Outcome memory o = _redemptions[controller].collect(_batches, Side.REDEEM);
        shares = o.refund;
        require(shares != 0, Errors.BatchDepositor_NothingToSend(controller));
        o.refund = 0;
        _redemptions[controller].outcome = o;
        emit RedeemRefunded(controller, receiver, shares);

        IERC20(_vault()).safeTransfer(receiver, shares);
    }

    /// @inheritdoc IBatchDepositor
    function claimMany(address[] calldata controllers) external nonReentrant {
        for (uint256 i; i < controllers.length; ++i) _payOut(controllers[i]);
    }

    /* INTERNAL */

    function _deposit(
        uint256 assets,
        address receiver,
        address controller
    ) private nonReentrant onlyFor(controller, receiver) returns (uint256 shares) {
        Outcome memory o = _deposits[controller].collect(_batches, Side.DEPOSIT);
        require(assets != 0 && assets <= o.assets, Errors.BatchDepositor_ClaimTooLarge(assets, o.assets));
        shares = (assets * o.shares) / o.assets;
        _sendShares(o, assets, shares, receiver, controller);
    }

    function _mint(
        uint256 shares,
        address receiver,
        address controller
    ) private nonReentrant onlyFor(controller, receiver) returns (uint256 assets) {
        Outcome memory o = _deposits[controller].collect(_batches, Side.DEPOSIT);
        require(shares != 0 && shares <= o.shares, Errors.BatchDepositor_ClaimTooLarge(shares, o.shares));
        assets = FixedPointMathLib.mulDivUp(shares, o.assets, o.shares);
        _sendShares(o, assets, shares, receiver, controller);
    }

    /// @dev Both amounts are at most those of the outcome, so the casts hold.
    function _sendShares(
        Outcome memory o,
        uint256 assets,
        uint256 shares,
        address receiver,
        address controller
    ) private {
        require(shares != 0, Errors.BatchDepositor_ClaimTooSmall(assets));
        o.assets -= uint64(assets);
        o.shares -= uint96(shares);
        _deposits[controller].outcome = o;
        emit Deposit(controller, receiver, assets, shares);

        IERC20(_vault()).safeTransfer(receiver, shares);
    }

    /// @dev Both amounts are at most those of the outcome, so the casts hold.
    function _withdraw(Outcome memory o, uint256 shares, uint256 assets, address receiver, address controller) private {
        require(assets != 0, Errors.BatchDepositor_ClaimTooSmall(shares));
        o.shares -= uint96(shares);
        o.assets -= uint64(assets);
        _redemptions[controller].outcome = o;
        emit Withdraw(msg.sender, receiver, controller, assets, shares);

        IERC20(CASH).safeTransfer(receiver, assets);
    }

    /// @dev Sends a controller all that is his. What a token refuses to send is written back.
    function _payOut(address controller) private {
        Outcome memory d = _deposits[controller].collect(_batches, Side.DEPOSIT);
        Outcome memory w = _redemptions[controller].collect(_batches, Side.REDEEM);
        // {raw cash}, {share wei}: sums of two values below 2^96
        uint256 assets = uint256(d.refund) + w.assets;
        uint256 shares = uint256(w.refund) + d.shares;
        if (assets == 0 && shares == 0) return;

        delete _deposits[controller].outcome;
        delete _redemptions[controller].outcome;
        if (shares == 0 || _push(_vault(), controller, shares)) {
            if (d.shares != 0) emit Deposit(controller, controller, d.assets, d.shares);
            if (w.refund != 0) emit RedeemRefunded(controller, controller, w.refund);
            (d.assets, d.shares, w.refund) = (0, 0, 0);
        }
        if (assets == 0 || _push(CASH, controller, assets)) {
            if (w.assets != 0) emit Withdraw(msg.sender, controller, controller, w.assets, w.shares);
            if (d.refund != 0) emit DepositRefunded(controller, controller, d.refund);
            (w.shares, w.assets, d.refund) = (0, 0, 0);
        }
        if (uint256(d.shares) + d.refund != 0) _deposits[controller].outcome = d;
        if (uint256(w.assets) + w.refund != 0) _redemptions[controller].outcome = w;
    }

    /// @dev One transfer that cannot make the others fail, and that the caller cannot starve of gas.
    function _push(address token, address to, uint256 amount) private returns (bool sent) {
        uint256 needed = PAYOUT_GAS + PAYOUT_GAS / 63 + RESERVE_GAS;
        require(gasleft() > needed, Errors.BatchDepositor_GasTooLow(gasleft(), needed));
        sent = TokenCalls.push(token, to, amount, PAYOUT_GAS);
        if (!sent) emit PayoutFailed(to, token, amount);
    }

    /// @dev Takes tokens and makes sure that all of them arrived.
    function _pull(address token, address from, uint256 amount) private {
        uint256 before = _ownBalance(token);
        IERC20(token).safeTransferFrom(from, address(this), amount);
        uint256 received = _ownBalance(token) - before;
        require(received >= amount, Errors.BatchDepositor_ReceivedTooLittle(token, received, amount));
    }

    function _ownBalance(address token) private view returns (uint256 balance) {
        bool ok;
        (ok, balance) = TokenCalls.balanceOf(token, address(this), gasleft());
        require(ok, Errors.BatchDepositor_BalanceUnknown(token));
    }

    function _requireRequest(uint256 amount, uint256 minimum, address controller, address owner) private view {
        require(address(this) != IMPLEMENTATION, Errors.BatchDepositor_NotAClone());
        require(amount >= minimum, Errors.BatchDepositor_AmountTooSmall(amount, minimum));
        _requireReceiver(controller);
        _requireController(owner);
    }

    function _requireController(address account) private view {
        require(
            msg.sender == account || isOperator[account][msg.sender],
            Errors.BatchDepositor_Unauthorized(msg.sender, account)
        );
    }

    function _requireReceiver(address receiver) private view {
        require(receiver != address(0) && receiver != address(this), Errors.BatchDepositor_ReceiverInvalid(receiver));
    }
}
