// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ISaleRound} from "../interfaces/governance/ISaleRound.sol";
import {IScoreRegistry} from "../interfaces/governance/IScoreRegistry.sol";
import {IKeeperRegistry} from "../interfaces/IKeeperRegistry.sol";
import {GovernanceErrors} from "../libraries/GovernanceErrors.sol";
import {SaleStatus, SaleTerms, Tier} from "../types/GovernanceTypes.sol";

/// @title SaleRound
/// @notice One early-access sale: who locked GIM commits US dollars first, and gets the token over time.
///
/// announced -> fund() -> commit() by tiers -> end -> settle(), release(), close() by anyone; cancel() until the end
///
/// @dev
/// ACCESS
/// - Tier, cap and opening come from the score and the table at `snapshot`, which is fixed when the sale is announced
///   and lies before the start: whoever reads about an open sale is too late to borrow a score.
/// - cap {USD} = the tier's cap * its launch multiplier. One payment token counts as one dollar.
///
/// RESULT
/// - Up to the hard cap everything is accepted. Beyond it everybody gets the same part:
///   refund = floor(committed * (total - hardCap) / total), bought = floor(committed * saleAmount / total).
/// - Refunds are rounded down, so all refunds and the issuer's payment are never more than was committed; accepted
///   sums to at most hardCap + one raw token a buyer. What is bought is worked out from what was committed, not from
///   what was accepted, so that it never sums to more than there is.
/// - Less than the soft cap, or cancelled: everything is refunded, all tokens go back to the issuer.
/// - Refund, tokens and the issuer's payment do not wait for each other: one transfer that fails stops no other.
///
/// VESTING
/// - From the end on, linear over `vesting`; what vested before the cliff comes with it.
///
/// ROLES
/// - Nobody owns a sale, and nobody can change it or touch what was committed. The guardian may cancel until the end.
///
/// TOKEN REQUIREMENTS
/// - No fee on transfer (measured, refused), no rebasing. A callback finds the contract locked.
///
/// KNOWN LIMITS
/// - Less than one raw token a buyer stays here by rounding, and so does what is sent here without a call.
contract SaleRound is ISaleRound, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev One slot.
    struct State {
        uint128 total; // {raw payment tokens}
        bool funded;
        bool cancelled;
        bool closed;
    }

    /// @dev One slot.
    struct Commitment {
        uint128 committed; // {raw payment tokens}
        uint120 released; // {raw sale tokens}
        bool settled;
    }

    /* CONSTANTS */

    uint256 private constant BPS = 10_000;
    uint256 private constant PROXY = 45; // {bytes} OpenZeppelin Clones
    uint256 private constant ARGS = 0x1c0; // {bytes} 12 words of terms and two more

    /* STORAGE */

    /// @inheritdoc ISaleRound
    IScoreRegistry public immutable scores;
    /// @inheritdoc ISaleRound
    IKeeperRegistry public immutable keepers;

    State private _state;
    mapping(address account => Commitment commitment) private _commitments;

    /* CONSTRUCTOR */

    /// @dev Of the code that clones run; the terms are in the code of each clone.
    constructor(IScoreRegistry newScores, IKeeperRegistry newKeepers) {
        scores = newScores;
        keepers = newKeepers;
    }

    /* ISSUER */

    /// @inheritdoc ISaleRound
    function fund() external nonReentrant {
        (SaleTerms memory sale, , ) = _args();
        require(msg.sender == sale.issuer, GovernanceErrors.SaleRound_Unauthorized(msg.sender));
        State memory state = _state;
        require(!state.cancelled, GovernanceErrors.SaleRound_Cancelled());
        require(!state.funded, GovernanceErrors.SaleRound_AlreadyFunded());
        require(block.timestamp < sale.start, GovernanceErrors.SaleRound_FundedTooLate(sale.start, block.timestamp));

        _state.funded = true;

        emit Funded(msg.sender, sale.saleAmount);
        _pull(sale.saleToken, sale.saleAmount);
    }

    /* BUYERS */

    /// @inheritdoc ISaleRound
    function commit(uint256 amount) external nonReentrant {
        (SaleTerms memory sale, , uint8 decimals) = _args();
        State memory state = _state;
        require(amount != 0, GovernanceErrors.SaleRound_AmountZero());
        require(!state.cancelled, GovernanceErrors.SaleRound_Cancelled());
        require(state.funded, GovernanceErrors.SaleRound_NotFunded());
        require(block.timestamp >= sale.start, GovernanceErrors.SaleRound_NotOpen(sale.start, block.timestamp));
        require(block.timestamp < sale.end, GovernanceErrors.SaleRound_Over(sale.end, block.timestamp));
        (uint8 tier, uint256 cap, uint256 opensAt) = _access(sale, decimals, msg.sender);
        require(tier != 0, GovernanceErrors.SaleRound_NotEligible(msg.sender));
        require(block.timestamp >= opensAt, GovernanceErrors.SaleRound_NotOpen(opensAt, block.timestamp));
        uint256 committed = _commitments[msg.sender].committed + amount;
        require(committed <= cap, GovernanceErrors.SaleRound_CapExceeded(committed, cap, sale.paymentToken));

        // A cap is below 2^82 (3 million dollars with 18 decimals), and nobody has 2^46 accounts.
        uint256 total = state.total + amount;
        _commitments[msg.sender].committed = uint128(committed);
        _state.total = uint128(total);

        emit Committed(msg.sender, tier, amount, committed, total);
        _pull(sale.paymentToken, amount);
    }

    /// @inheritdoc ISaleRound
    function settle(address account) external nonReentrant returns (uint256 accepted, uint256 refund) {
        (SaleTerms memory sale, , ) = _args();
        State memory state = _state;
        _requireOver(sale, state);
        Commitment memory commitment = _commitments[account];
        require(commitment.committed != 0, GovernanceErrors.SaleRound_NothingCommitted(account));
        require(!commitment.settled, GovernanceErrors.SaleRound_AlreadySettled(account));

        uint256 bought;
        (accepted, refund, bought) = _result(sale, state, commitment.committed);
        _commitments[account].settled = true;

        emit Settled(account, accepted, refund, bought);
        if (refund != 0) IERC20(sale.paymentToken).safeTransfer(account, refund);
    }

    /// @inheritdoc ISaleRound
    function release(address account) external nonReentrant returns (uint256 amount) {
        (SaleTerms memory sale, , ) = _args();
        State memory state = _state;
        SaleStatus current = _status(sale, state);
        require(current == SaleStatus.Succeeded, GovernanceErrors.SaleRound_NotSucceeded(uint8(current)));
        Commitment memory commitment = _commitments[account];
        uint256 vested = _vested(sale, state, commitment.committed);
        amount = vested - commitment.released;
        require(amount != 0, GovernanceErrors.SaleRound_NothingToRelease(account));

        _commitments[account].released = uint120(vested); // at most saleAmount

        emit Released(account, amount, vested);
        IERC20(sale.saleToken).safeTransfer(account, amount);
    }

    /* CLOSING */

    /// @inheritdoc ISaleRound
    function close() external nonReentrant returns (uint256 payment, uint256 fee, uint256 unsold) {
        (SaleTerms memory sale, address receiver, ) = _args();
        State memory state = _state;
        require(state.funded, GovernanceErrors.SaleRound_NotFunded());
        _requireOver(sale, state);
        require(!state.closed, GovernanceErrors.SaleRound_AlreadyClosed());

        if (_isRefunded(sale, state)) {
            unsold = sale.saleAmount;
        } else {
            uint256 sold = Math.min(state.total, sale.hardCap);
            fee = (sold * sale.feeBps) / BPS;
            payment = sold - fee;
            unsold = sale.saleAmount - (sold * sale.saleAmount) / sale.hardCap;
        }
        _state.closed = true;

        emit Closed(payment, fee, unsold);
        if (payment != 0) IERC20(sale.paymentToken).safeTransfer(sale.issuer, payment);
        if (fee != 0) IERC20(sale.paymentToken).safeTransfer(receiver, fee);
        if (unsold != 0) IERC20(sale.saleToken).safeTransfer(sale.issuer, unsold);
    }

    /// @inheritdoc ISaleRound
    function cancel() external {
        (SaleTerms memory sale, , ) = _args();
        State memory state = _state;
        require(msg.sender == keepers.guardian(), GovernanceErrors.SaleRound_Unauthorized(msg.sender));
        require(!state.cancelled, GovernanceErrors.SaleRound_Cancelled());
        require(block.timestamp < sale.end, GovernanceErrors.SaleRound_Over(sale.end, block.timestamp));

        _state.cancelled = true;

        emit Cancelled(msg.sender, state.total);
    }

    /* VIEWS */

    /// @inheritdoc ISaleRound
    function terms() external view returns (SaleTerms memory sale) {
        (sale, , ) = _args();
    }

    /// @inheritdoc ISaleRound
    function status() external view returns (SaleStatus) {
        (SaleTerms memory sale, , ) = _args();
        return _status(sale, _state);
    }

    /// @inheritdoc ISaleRound
    function totalCommitted() external view returns (uint256) {
        return _state.total;
    }

    /// @inheritdoc ISaleRound
    function commitmentOf(address account) external view returns (uint256 committed, bool settled, uint256 released) {
        Commitment memory commitment = _commitments[account];
        return (commitment.committed, commitment.settled, commitment.released);
    }

    /// @inheritdoc ISaleRound
    function accessOf(address account) external view returns (uint8 tier, uint256 cap, uint256 opensAt) {
        (SaleTerms memory sale, , uint8 decimals) = _args();
        return _access(sale, decimals, account);
    }

    /// @inheritdoc ISaleRound
    function resultOf(address account) external view returns (uint256 accepted, uint256 refund, uint256 bought) {
        (SaleTerms memory sale, , ) = _args();
        return _result(sale, _state, _commitments[account].committed);
    }

    /// @inheritdoc ISaleRound
    function releasableOf(address account) external view returns (uint256) {
        (SaleTerms memory sale, , ) = _args();
        State memory state = _state;
        if (_status(sale, state) != SaleStatus.Succeeded) return 0;
        Commitment memory commitment = _commitments[account];
        return _vested(sale, state, commitment.committed) - commitment.released;
    }

    /// @inheritdoc ISaleRound
    function feeReceiver() external view returns (address receiver) {
        (, receiver, ) = _args();
    }

    /* INTERNAL */

    /// @dev What the factory wrote into this clone's code: terms, receiver of the fee, decimals of the payment token.
    /// They are ABI-encoded one word each, which is how a struct lies in memory too, so copying is all the decoding.
    function _args() private view returns (SaleTerms memory sale, address receiver, uint8 decimals) {
        require(address(this).code.length == PROXY + ARGS, GovernanceErrors.SaleRound_NotASale());
        assembly ("memory-safe") {
            sale := mload(0x40)
            mstore(0x40, add(sale, ARGS))
            extcodecopy(address(), sale, PROXY, ARGS)
            receiver := mload(add(sale, 0x180))
            decimals := mload(add(sale, 0x1a0))
        }
    }

    /// @dev cap {raw} = cap {USD} * multiplier {bps} / 10,000 * 10^decimals {raw/USD}
    function _access(
        SaleTerms memory sale,
        uint8 decimals,
        address account
    ) private view returns (uint8 tier, uint256 cap, uint256 opensAt) {
        Tier memory benefits;
        (tier, benefits) = scores.benefitsAt(account, sale.snapshot);
        cap = (uint256(benefits.saleCapUsd) * benefits.launchMultiplierBps * 10 ** decimals) / BPS;
        opensAt = uint256(sale.start) + benefits.saleOpensAfter;
    }

    /// @dev Products of two amounts below 2^128 fit. `total` is not 0 where it divides: it is above the hard cap.
    function _result(
        SaleTerms memory sale,
        State memory state,
        uint256 committed
    ) private pure returns (uint256 accepted, uint256 refund, uint256 bought) {
        if (_isRefunded(sale, state)) return (0, committed, 0);
        uint256 total = state.total;
        uint256 hardCap = sale.hardCap;
        if (total > hardCap) refund = (committed * (total - hardCap)) / total;
        accepted = committed - refund;
        bought = (committed * sale.saleAmount) / Math.max(total, hardCap);
    }

    /// @dev Of a sale that succeeded. vested {raw} = bought {raw} * elapsed {s} / vesting {s}
    function _vested(SaleTerms memory sale, State memory state, uint256 committed) private view returns (uint256) {
        (, , uint256 bought) = _result(sale, state, committed);
        uint256 elapsed = block.timestamp - sale.end;
        if (elapsed < sale.cliff) return 0;
        return elapsed >= sale.vesting ? bought : (bought * elapsed) / sale.vesting;
    }

    function _status(SaleTerms memory sale, State memory state) private view returns (SaleStatus) {
        if (state.cancelled) return SaleStatus.Cancelled;
        bool started = block.timestamp >= sale.start;
        if (!state.funded) return started ? SaleStatus.Lapsed : SaleStatus.Announced;
        if (!started) return SaleStatus.Funded;
        if (block.timestamp < sale.end) return SaleStatus.Open;
        return _isRefunded(sale, state) ? SaleStatus.Missed : SaleStatus.Succeeded;
    }

    function _isRefunded(SaleTerms memory sale, State memory state) private pure returns (bool) {
        return state.cancelled || state.total < sale.softCap;
    }

    function _requireOver(SaleTerms memory sale, State memory state) private view {
        require(
            state.cancelled || block.timestamp >= sale.end,
            GovernanceErrors.SaleRound_NotOver(sale.end, block.timestamp)
        );
    }

    /// @dev All of it must arrive, or the last to be paid would find too little.
    function _pull(address token, uint256 amount) private {
        uint256 balance = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - balance;
        require(received == amount, GovernanceErrors.SaleRound_TransferInexact(token, received, amount));
    }
}
