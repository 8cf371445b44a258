// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IVotingEscrow} from "../interfaces/governance/IVotingEscrow.sol";
import {GovernanceErrors} from "../libraries/GovernanceErrors.sol";
import {LineLib} from "../libraries/LineLib.sol";
import {Aggregate, Line, Lock} from "../types/GovernanceTypes.sol";
import {GovernanceToken} from "./GovernanceToken.sol";

/// @title VotingEscrow
/// @notice veGIM: lock GIM for up to 52 weeks, get votes, a score and a share of the revenue.
///
/// lock() -> [top up, extend, setPermanent(true) -> setPermanent(false)] -> withdraw() after the end, or earlyExit()
///
/// @dev
/// POWER
/// - amount / 52 weeks * time left, in whole integers: the slope floor(amount / 52 weeks) is the only rounding.
/// - Ends lie on week boundaries. A permanent lock is worth its amount and does not fall.
/// - The sum of all balances is the total supply, and so is the sum of all votes, at every second, to the wei.
///
/// HISTORY
/// - One point a second and account at most. Values at a past second never change (LineLib says why).
///
/// DELEGATION
/// - An account has its own votes until it delegates; then its whole line counts in one aggregate of the delegate,
///   whatever happens to the lock later. Votes that were received are not passed on.
/// - A delegate's votes cost the same to read with three lines in them as with three thousand.
///
/// LEAVING
/// - `withdraw` after the end takes nothing. `earlyExit` keeps amount * maxPenaltyBps * time left / 52 weeks, rounded
///   up. The rate can only fall.
/// - An expired lock has no power, no score, no revenue, and is not renewed silently: withdraw, then lock again.
///
/// RENTING
/// - Nobody leaves within `MIN_HOLD` of adding or extending, and those who use scores read them in the past.
///
/// ROLES
/// - Owner (the timelock): who may lock for others, who receives penalties, a lower penalty. It cannot touch a lock.
///
/// TOKEN REQUIREMENTS
/// - GIM: fixed supply below 2^90 wei, no fee on transfer, no callback.
contract VotingEscrow is IVotingEscrow, Ownable2Step, ReentrancyGuardTransient, EIP712, Nonces {
    using LineLib for Aggregate;
    using LineLib for Line;
    using LineLib for mapping(uint256 => uint256);
    using LineLib for uint256;
    using SafeERC20 for IERC20;

    /* CONSTANTS */

    /// @notice {s}
    uint256 public constant WEEK = LineLib.WEEK;
    /// @notice {s} longest term.
    uint256 public constant MAX_TERM = LineLib.MAX_TERM;
    /// @notice {s} between adding or extending and an early exit.
    uint256 public constant MIN_HOLD = 7 days;
    /// @dev {bps} of the amount, with 52 weeks to go; where `maxPenaltyBps` begins.
    uint16 public constant PENALTY_CAP_BPS = 5_000;
    uint256 private constant BPS = 10_000;
    uint256 private constant MAX_AMOUNT = 1_000_000_000e18; // {GIM wei} all there is, so that no sum below overflows
    bytes32 private constant DELEGATION_TYPEHASH = keccak256(
        "Delegation(address delegatee,uint256 nonce,uint256 expiry)"
    );

    /* STORAGE */

    /// @inheritdoc IVotingEscrow
    IERC20 public immutable token;
    /// @inheritdoc IVotingEscrow
    address public penaltyReceiver;
    /// @inheritdoc IVotingEscrow
    uint16 public maxPenaltyBps; // {bps}
    /// @inheritdoc IVotingEscrow
    mapping(address account => bool allowed) public isDepositor;

    mapping(address account => Lock lock) private _locks;
    mapping(address account => mapping(uint256 index => uint256 word)) private _points;
    mapping(address account => address delegatee) private _delegatees; // 0 = itself
    mapping(address account => Aggregate sum) private _received;
    Aggregate private _total;

    /* CONSTRUCTOR */

    constructor(
        GovernanceToken newToken,
        address initialOwner,
        address newPenaltyReceiver
    ) Ownable(initialOwner) EIP712("Vote-escrowed Gimbal", "1") {
        token = newToken;
        maxPenaltyBps = PENALTY_CAP_BPS;
        _setPenaltyReceiver(newPenaltyReceiver);
    }

    /* LOCKING */

    /// @inheritdoc IVotingEscrow
    function lock(uint256 amount, uint256 newEnd) external nonReentrant {
        _lock(msg.sender, amount, newEnd);
    }

    /// @inheritdoc IVotingEscrow
    function lockWithPermit(
        uint256 amount,
        uint256 newEnd,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        // Somebody may have sent the permit ahead of us: then the allowance is there already, and if not, the transfer
        // says so.
        try IERC20Permit(address(token)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        _lock(msg.sender, amount, newEnd);
    }

    /// @inheritdoc IVotingEscrow
    function lockFor(address account, uint256 amount, uint256 newEnd) external nonReentrant {
        require(isDepositor[msg.sender], GovernanceErrors.VotingEscrow_Unauthorized(msg.sender));
        require(account != address(0), GovernanceErrors.VotingEscrow_ZeroAddress());
        _lock(account, amount, newEnd);
    }

    /// @inheritdoc IVotingEscrow
    function setPermanent(bool on) external {
        Lock memory held = _requireRunning(msg.sender);
        require(held.permanent != on, GovernanceErrors.VotingEscrow_PermanenceUnchanged(on));

        uint256 end = on ? 0 : _latestEnd();
        if (on) held.heldSince = uint40(block.timestamp); // fits 40 bits for some ten thousand years
        _change(msg.sender, held, held.amount, end, on);

        emit Locked(msg.sender, msg.sender, 0, held.amount, end, on);
    }

    /// @inheritdoc IVotingEscrow
    function withdraw() external nonReentrant returns (uint256 amount) {
        Lock memory held = _locks[msg.sender];
        amount = held.amount;
        require(amount != 0, GovernanceErrors.VotingEscrow_LockMissing(msg.sender));
        require(!_isRunning(held), GovernanceErrors.VotingEscrow_LockActive(held.end));

        _change(msg.sender, held, 0, 0, false);

        emit Withdrawn(msg.sender, amount, 0);
        token.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IVotingEscrow
    function earlyExit(uint256 maxPenalty) external nonReentrant returns (uint256 amountOut, uint256 penalty) {
        Lock memory held = _requireRunning(msg.sender);
        uint256 holdEndsAt = held.heldSince + MIN_HOLD;
        require(block.timestamp >= holdEndsAt, GovernanceErrors.VotingEscrow_HoldNotOver(holdEndsAt, block.timestamp));
        penalty = _penaltyOf(held);
        require(penalty <= maxPenalty, GovernanceErrors.VotingEscrow_PenaltyTooHigh(penalty, maxPenalty));

        amountOut = held.amount - penalty;
        _change(msg.sender, held, 0, 0, false);

        emit Withdrawn(msg.sender, amountOut, penalty);
        token.safeTransfer(msg.sender, amountOut);
        if (penalty != 0) token.safeTransfer(penaltyReceiver, penalty);
    }

    /* DELEGATION */

    /// @inheritdoc IVotes
    /// @dev Address 0 stands for the account itself, as for one that never delegated.
    function delegate(address delegatee) external {
        _delegate(msg.sender, delegatee);
    }

    /// @inheritdoc IVotes
    function delegateBySig(address delegatee, uint256 nonce, uint256 expiry, uint8 v, bytes32 r, bytes32 s) external {
        require(block.timestamp <= expiry, VotesExpiredSignature(expiry));
        bytes32 structHash = keccak256(abi.encode(DELEGATION_TYPEHASH, delegatee, nonce, expiry));
        address signer = ECDSA.recover(_hashTypedDataV4(structHash), v, r, s);
        _useCheckedNonce(signer, nonce);
        _delegate(signer, delegatee);
    }

    /* OWNER */

    /// @inheritdoc IVotingEscrow
    function setDepositor(address depositor, bool allowed) external onlyOwner {
        require(depositor != address(0), GovernanceErrors.VotingEscrow_ZeroAddress());
        isDepositor[depositor] = allowed;

        emit DepositorSet(depositor, allowed);
    }

    /// @inheritdoc IVotingEscrow
    function setPenaltyReceiver(address receiver) external onlyOwner {
        _setPenaltyReceiver(receiver);
    }

    /// @inheritdoc IVotingEscrow
    function lowerMaxPenalty(uint16 bps) external onlyOwner {
        require(bps < maxPenaltyBps, GovernanceErrors.VotingEscrow_PenaltyRaised(bps, maxPenaltyBps));

        emit MaxPenaltyLowered(maxPenaltyBps, bps);
        maxPenaltyBps = bps;
    }

    /* VIEWS */

    /// @inheritdoc IVotingEscrow
    function name() external pure returns (string memory) {
        return "Vote-escrowed Gimbal";
    }

    /// @inheritdoc IVotingEscrow
    function symbol() external pure returns (string memory) {
        return "veGIM";
    }

    /// @inheritdoc IVotingEscrow
    function decimals() external pure returns (uint8) {
        return 18;
    }

    /// @inheritdoc IVotingEscrow
    function locked(address account) external view returns (Lock memory) {
        return _locks[account];
    }

    /// @inheritdoc IVotingEscrow
    function totalLocked() external view returns (uint256) {
        return _total.head.amount;
    }

    /// @inheritdoc IVotingEscrow
    function penaltyOf(address account) external view returns (uint256) {
        return _penaltyOf(_locks[account]);
    }

    /// @inheritdoc IVotingEscrow
    function balanceOf(address account) external view returns (uint256) {
        return balanceOfAt(account, block.timestamp);
    }

    /// @inheritdoc IVotingEscrow
    function balanceOfAt(address account, uint256 timestamp) public view returns (uint256) {
        return _pointOf(account, timestamp).valueAt(timestamp);
    }

    /// @inheritdoc IVotingEscrow
    function totalSupply() external view returns (uint256) {
        return totalSupplyAt(block.timestamp);
    }

    /// @inheritdoc IVotingEscrow
    function totalSupplyAt(uint256 timestamp) public view returns (uint256) {
        return _total.sumAt(timestamp);
    }

    /// @inheritdoc IVotingEscrow
    /// @dev committed + power; committed is what decays: slope {wei/s} * MAX_TERM {s}, or all of a permanent lock.
    function scoreAt(address account, uint256 timestamp) external view returns (uint256) {
        uint256 word = _pointOf(account, timestamp);
        uint256 power = word.valueAt(timestamp);
        if (power == 0) return 0;
        uint256 slope = word.slopeOf();
        return slope == 0 ? 2 * power : slope * MAX_TERM + power;
    }

    /// @inheritdoc IVotingEscrow
    function pointCount(address account) external view returns (uint256) {
        return _locks[account].points;
    }

    /// @inheritdoc IVotingEscrow
    function pointAt(
        address account,
        uint256 index
    ) external view returns (uint256 since, uint256 slope, uint256 bias) {
        uint256 word = _points[account][index];
        return (word.sinceOf(), word.slopeOf(), word.biasOf());
    }

    /// @inheritdoc IVotingEscrow
    function pointIndexAt(address account, uint256 timestamp) external view returns (uint256) {
        uint256 count = _points[account].countUntil(_locks[account].points, timestamp);
        return count == 0 ? type(uint256).max : count - 1;
    }

    /// @inheritdoc IVotes
    function getVotes(address account) external view returns (uint256) {
        return _votesAt(account, block.timestamp);
    }

    /// @inheritdoc IVotes
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256) {
        _requirePast(timepoint);
        return _votesAt(account, timepoint);
    }

    /// @inheritdoc IVotes
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        _requirePast(timepoint);
        return totalSupplyAt(timepoint);
    }

    /// @inheritdoc IVotes
    function delegates(address account) public view returns (address) {
        address delegatee = _delegatees[account];
        return delegatee == address(0) ? account : delegatee;
    }

    /// @inheritdoc IERC6372
    function clock() public view returns (uint48) {
        return uint48(block.timestamp); // fits for some millions of years
    }

    /// @inheritdoc IERC6372
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=timestamp";
    }

    /* INTERNAL */

    function _lock(address account, uint256 amount, uint256 newEnd) private {
        Lock memory held = _locks[account];
        require(held.amount == 0 || _isRunning(held), GovernanceErrors.VotingEscrow_LockExpired(held.end));

        uint256 end;
        if (!held.permanent) {
            end = newEnd == 0 ? held.end : (newEnd / WEEK) * WEEK;
            uint256 earliest = Math.max(held.end, (block.timestamp / WEEK + 1) * WEEK);
            uint256 latest = _latestEnd();
            require(end >= earliest && end <= latest, GovernanceErrors.VotingEscrow_EndInvalid(end, earliest, latest));
        }
        bool extended = end != held.end && held.amount != 0;
        require(amount != 0 || extended, GovernanceErrors.VotingEscrow_AmountZero());
        require(amount <= MAX_AMOUNT, GovernanceErrors.VotingEscrow_AmountTooLarge(amount, MAX_AMOUNT));

        uint256 newAmount = held.amount + amount;
        held.heldSince = uint40(block.timestamp); // fits 40 bits for some ten thousand years
        _change(account, held, newAmount, end, held.permanent);

        emit Locked(account, msg.sender, amount, newAmount, end, held.permanent);
        if (amount != 0) token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @dev Replaces an account's line by one of `amount` until `end`, in every sum that holds it. Writes `held`.
    function _change(address account, Lock memory held, uint256 amount, uint256 end, bool permanent) private {
        require(amount == 0 || amount >= MAX_TERM, GovernanceErrors.VotingEscrow_LockTooSmall(amount, MAX_TERM));
        Line memory old = LineLib.lineOf(held.amount, held.end, held.permanent, block.timestamp);
        Line memory line = LineLib.lineOf(amount, end, permanent, block.timestamp);

        _total.replace(old, line);
        address voter = account;
        uint256 votes = old.valueOf(block.timestamp); // of `voter`, before
        if (held.away) {
            voter = _delegatees[account];
            votes = _ownVotes(voter) + _received[voter].replace(old, line);
        } else {
            votes += _received[account].sumAt(block.timestamp);
            if (held.points == 0) emit DelegateChanged(account, address(0), account);
        }

        // All locks together are below 2^90, a time below 2^40, and there is one point a second at most.
        held.amount = uint112(amount);
        held.end = uint40(end);
        held.permanent = permanent;
        held.points = uint32(_pushPoint(account, held, line));
        _locks[account] = held;

        uint256 newVotes;
        // The old line is part of the votes, and votes are no more than all GIM.
        unchecked {
            newVotes = votes - old.valueOf(block.timestamp) + line.valueOf(block.timestamp);
        }
        if (newVotes != votes) emit DelegateVotesChanged(voter, votes, newVotes);
    }

    function _delegate(address account, address to) private {
        if (to == address(0)) to = account;
        address from = delegates(account);
        if (from == to) return;

        Lock memory held = _locks[account];
        Line memory line = LineLib.lineOf(held.amount, held.end, held.permanent, block.timestamp);
        Line memory none;
        uint256 moved = line.valueOf(block.timestamp);
        // Before the change; what an account has of its own moves with `away` only.
        uint256 votesFrom = from == account ? moved : _ownVotes(from);
        uint256 votesTo = to == account ? 0 : _ownVotes(to);
        votesFrom += from == account ? _received[from].sumAt(block.timestamp) : _received[from].replace(line, none);
        votesTo += to == account ? _received[to].sumAt(block.timestamp) : _received[to].replace(none, line);
        _delegatees[account] = to;
        held.away = to != account;
        held.points = uint32(_pushPoint(account, held, line)); // one a second at most
        _locks[account] = held;

        emit DelegateChanged(account, from, to);
        if (moved == 0) return;
        emit DelegateVotesChanged(from, votesFrom, votesFrom - moved);
        emit DelegateVotesChanged(to, votesTo, votesTo + moved);
    }

    function _pushPoint(address account, Lock memory held, Line memory line) private returns (uint256) {
        uint256 flags = held.away ? LineLib.AWAY : 0;
        uint256 word = LineLib.packPoint(block.timestamp, flags, line.slope, line.bias);
        return _points[account].push(held.points, word);
    }

    function _setPenaltyReceiver(address receiver) private {
        require(receiver != address(0), GovernanceErrors.VotingEscrow_ZeroAddress());

        emit PenaltyReceiverSet(penaltyReceiver, receiver);
        penaltyReceiver = receiver;
    }

    function _requireRunning(address account) private view returns (Lock memory held) {
        held = _locks[account];
        require(held.amount != 0, GovernanceErrors.VotingEscrow_LockMissing(account));
        require(_isRunning(held), GovernanceErrors.VotingEscrow_LockExpired(held.end));
    }

    function _requirePast(uint256 timepoint) private view {
        require(timepoint < block.timestamp, GovernanceErrors.VotingEscrow_FutureLookup(timepoint, clock()));
    }

    function _isRunning(Lock memory held) private view returns (bool) {
        return held.permanent || held.end > block.timestamp;
    }

    function _latestEnd() private view returns (uint256) {
        // a timestamp is far below 2^256
        unchecked {
            return ((block.timestamp + MAX_TERM) / WEEK) * WEEK;
        }
    }

    /// @dev ceil(amount {wei} * maxPenaltyBps * left {s} / (MAX_TERM {s} * 10,000))
    function _penaltyOf(Lock memory held) private view returns (uint256) {
        uint256 left = held.permanent ? MAX_TERM : Math.saturatingSub(held.end, block.timestamp);
        return Math.ceilDiv(uint256(held.amount) * maxPenaltyBps * left, MAX_TERM * BPS);
    }

    function _pointOf(address account, uint256 timestamp) private view returns (uint256) {
        return _points[account].pointAt(_locks[account].points, timestamp);
    }

    /// @dev Votes that an account has of its own now; one slot instead of the history.
    function _ownVotes(address account) private view returns (uint256) {
        Lock memory held = _locks[account];
        if (held.away) return 0;
        return LineLib.lineOf(held.amount, held.end, held.permanent, block.timestamp).valueOf(block.timestamp);
    }

    function _votesAt(address account, uint256 timestamp) private view returns (uint256) {
        uint256 word = _pointOf(account, timestamp);
        uint256 own = word.isAway() ? 0 : word.valueAt(timestamp);
        return own + _received[account].sumAt(timestamp);
    }
}
