// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {Lock} from "../../types/GovernanceTypes.sol";

/// @title IVotingEscrow
/// @notice veGIM: GIM locked for up to 52 weeks gives votes that fall to zero at the end of the lock.
/// @dev Amounts in GIM wei, times in seconds since 1970. Balances, votes, supply and scores at a past time never
/// change; those of the running second may, until it is over. Those of a future time assume that nobody acts.
interface IVotingEscrow is IERC5805 {
    /// @notice Emitted when a lock is made or changed: what was added, what it holds now and when it ends (0 = never).
    event Locked(
        address indexed account,
        address indexed payer,
        uint256 added,
        uint256 amount,
        uint256 end,
        bool permanent
    );
    /// @notice Emitted when a lock is emptied; `penalty` went to the receiver of penalties.
    event Withdrawn(address indexed account, uint256 amount, uint256 penalty);
    /// @notice Emitted when a contract may lock for others, or no longer.
    event DepositorSet(address indexed depositor, bool allowed);
    /// @notice Emitted when the largest penalty falls. {bps}
    event MaxPenaltyLowered(uint16 previousBps, uint16 bps);
    /// @notice Emitted when the receiver of penalties changes.
    event PenaltyReceiverSet(address indexed previous, address indexed receiver);

    /* LOCKING */

    /// @notice Makes a lock, adds to it or moves its end away; `newEnd` 0 keeps the end.
    /// Emits {Locked}, {DelegateVotesChanged} when votes change, and with the first lock {DelegateChanged}.
    /// Notes: the end is rounded down to a week boundary. Starts the minimum hold again, whoever pays.
    /// Requirements: allowance for `amount`; no expired lock; the end neither past nor earlier than now's nor more than
    /// `MAX_TERM` away; for a permanent lock `newEnd` is not looked at.
    function lock(uint256 amount, uint256 newEnd) external;

    /// @notice As {lock}, with a permit for the amount. A permit that fails is no error while the allowance is enough.
    function lockWithPermit(uint256 amount, uint256 newEnd, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice As {lock}, for another account and paid by the caller.
    /// Requirements: the caller is an allowed depositor.
    function lockFor(address account, uint256 amount, uint256 newEnd) external;

    /// @notice Makes the caller's lock permanent, or lets it decay again from 52 weeks.
    /// Emits {Locked} and {DelegateVotesChanged}.
    /// Notes: making it permanent starts the minimum hold again.
    /// Requirements: a lock that has not ended, and is not already so.
    function setPermanent(bool on) external;

    /// @notice Pays the caller's ended lock out.
    /// Emits {Withdrawn}; no {DelegateVotesChanged}, because an ended lock has no votes.
    /// Requirements: the lock has ended.
    function withdraw() external returns (uint256 amount);

    /// @notice Pays the caller's running lock out, less a penalty for the time left.
    /// Emits {Withdrawn} and {DelegateVotesChanged}.
    /// Requirements: the lock has not ended; held for `MIN_HOLD`; the penalty is at most `maxPenalty`.
    function earlyExit(uint256 maxPenalty) external returns (uint256 amountOut, uint256 penalty);

    /* OWNER */

    /// @notice Lets a contract lock for others, or no longer.
    /// Emits {DepositorSet}.
    /// Requirements: caller is the owner.
    function setDepositor(address depositor, bool allowed) external;

    /// @notice Names who receives penalties.
    /// Emits {PenaltyReceiverSet}.
    /// Requirements: caller is the owner; not 0.
    function setPenaltyReceiver(address receiver) external;

    /// @notice Lowers the largest penalty for good: nobody who has locked will pay more than was published then. {bps}
    /// Emits {MaxPenaltyLowered}.
    /// Requirements: caller is the owner; lower than now.
    function lowerMaxPenalty(uint16 bps) external;

    /* VIEWS */

    /// @notice Name as wallets show it. veGIM cannot be transferred or approved.
    function name() external view returns (string memory);

    /// @notice Symbol as wallets show it.
    function symbol() external view returns (string memory);

    /// @notice Decimals as wallets show them.
    function decimals() external view returns (uint8);

    /// @notice The token that is locked.
    function token() external view returns (IERC20);

    /// @notice An account's lock.
    function locked(address account) external view returns (Lock memory);

    /// @notice Sum of all locks, expired ones included. {GIM wei}
    function totalLocked() external view returns (uint256);

    /// @notice What {earlyExit} would keep now. {GIM wei}
    function penaltyOf(address account) external view returns (uint256);

    /// @notice Penalty with 52 weeks to go; falls linearly with the time left. {bps of the amount}
    function maxPenaltyBps() external view returns (uint16);

    /// @notice Who receives penalties.
    function penaltyReceiver() external view returns (address);

    /// @notice Whether a contract may lock for others.
    function isDepositor(address account) external view returns (bool);

    /// @notice Power of an account's own lock, delegated or not. {veGIM wei}
    function balanceOf(address account) external view returns (uint256);

    /// @notice {balanceOf} at a time. {veGIM wei}
    function balanceOfAt(address account, uint256 timestamp) external view returns (uint256);

    /// @notice Sum of all balances. {veGIM wei}
    function totalSupply() external view returns (uint256);

    /// @notice {totalSupply} at a time. {veGIM wei}
    function totalSupplyAt(uint256 timestamp) external view returns (uint256);

    /// @notice Staking Score at a time: what is committed times 1 to 2, by the time left; twice the amount for a
    /// permanent lock, 0 once expired. {GIM wei}
    function scoreAt(address account, uint256 timestamp) external view returns (uint256);

    /// @notice Length of an account's history.
    function pointCount(address account) external view returns (uint256);

    /// @notice Entry of an account's history: from `since` on its power is max(0, bias - slope * t).
    /// @return since {s}
    /// @return slope {veGIM wei/s}
    /// @return bias {veGIM wei} at the time 0
    function pointAt(address account, uint256 index) external view returns (uint256 since, uint256 slope, uint256 bias);

    /// @notice Last entry that is not younger than `timestamp`; type(uint256).max when there is none.
    function pointIndexAt(address account, uint256 timestamp) external view returns (uint256);
}
