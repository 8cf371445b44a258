// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {AirdropVesting, AirdropWave} from "../../types/GovernanceTypes.sol";
import {IVotingEscrow} from "./IVotingEscrow.sol";

/// @title IMerkleAirdrop
/// @notice Gives GIM to lists of accounts, in waves: a quarter at once and the rest over time, or all of it locked with
/// a bonus.
/// @dev Amounts in GIM wei, times in seconds since 1970. A leaf is keccak256(keccak256(abi.encode(index, account,
/// amount))), in a tree as OpenZeppelin's StandardMerkleTree builds it from (uint256, address, uint256).
interface IMerkleAirdrop {
    /// @notice Emitted when a wave is announced; the contract holds its `total` from then on.
    event WaveCreated(
        uint256 indexed wave,
        bytes32 root,
        uint256 total,
        uint256 start,
        uint256 deadline,
        uint256 vestEnd
    );
    /// @notice Emitted when an account takes its amount: a quarter of it was paid, the rest vests.
    event Claimed(uint256 indexed wave, address indexed account, uint256 index, uint256 amount);
    /// @notice Emitted when an account takes its amount locked; `bonus` came on top. `end` as given to the escrow: 0
    /// where the lock ended later already.
    event ClaimedLocked(
        uint256 indexed wave,
        address indexed account,
        uint256 index,
        uint256 amount,
        uint256 bonus,
        uint256 end
    );
    /// @notice Emitted when vested tokens are paid.
    event Released(uint256 indexed wave, address indexed account, uint256 amount);
    /// @notice Emitted when what nobody claimed goes to the treasury.
    event WaveSwept(uint256 indexed wave, uint256 amount);
    /// @notice Emitted when the bonus pool grows to `pool`.
    event BonusFunded(address indexed payer, uint256 amount, uint256 pool);
    /// @notice Emitted when the rest of the bonus pool goes to the treasury.
    event BonusSwept(uint256 amount);

    /* OWNER */

    /// @notice Announces a wave and takes its tokens from the caller.
    /// Emits {WaveCreated}.
    /// Notes: a wave never changes. `total` is the sum that the builder printed: claims cannot exceed it, and what the
    /// list leaves of it goes to the treasury.
    /// Requirements: caller is the owner; allowance for `total`, which is not 0; a root that no wave had; start not
    /// past and within `MAX_NOTICE`; deadline `MIN_WINDOW` to `MAX_WINDOW` after the start; vesting ends 1 second to
    /// `MAX_VESTING` after the start.
    function createWave(
        bytes32 root,
        uint96 total,
        uint40 start,
        uint40 deadline,
        uint40 vestEnd
    ) external returns (uint256 wave);

    /// @notice Sends the rest of the bonus pool to the treasury.
    /// Emits {BonusSwept}.
    /// Requirements: caller is the owner; the deadlines of all waves have passed; something is left.
    function sweepBonus() external;

    /* CLAIMS */

    /// @notice Pays a quarter of the caller's amount at once; the rest vests from the wave's start.
    /// Emits {Claimed}.
    /// Notes: the root that `proof` leads to says which wave is meant.
    /// Requirements: a proof for the caller; start <= now < deadline; not claimed.
    function claim(uint256 index, uint256 amount, bytes32[] calldata proof) external;

    /// @notice As {claim}, for an account that has not come: pays that account only.
    /// Emits {Claimed}.
    /// Notes: open in the last `LAST_CALL` before the deadline only, because it takes the choice of a lock from the
    /// account. Nobody can lock for another.
    /// Requirements: those of {claim} for `account`; last call.
    function claimFor(uint256 index, address account, uint256 amount, bytes32[] calldata proof) external;

    /// @notice Locks the caller's amount and its bonus in the escrow for `lockWeeks`; nothing of it vests.
    /// Emits {ClaimedLocked}.
    /// Notes: an end is rounded down to a week boundary, as everywhere in the escrow. A lock that exists is topped up,
    /// and extended if it ends earlier, never shortened; the bonus is for the weeks asked for. A pool with less than
    /// the bonus gives what it has.
    /// Requirements: those of {claim}; 12 to 52 weeks; no expired lock; the bonus is at least `minBonus`.
    function claimAndLock(
        uint256 index,
        uint256 amount,
        bytes32[] calldata proof,
        uint256 lockWeeks,
        uint256 minBonus
    ) external;

    /// @notice Pays an account what has vested of one wave. Anyone may call.
    /// Emits {Released}.
    /// Requirements: something has vested that was not paid.
    function release(uint256 wave, address account) external returns (uint256 amount);

    /* FUNDS */

    /// @notice Adds the caller's tokens to the bonus pool.
    /// Emits {BonusFunded}.
    /// Requirements: allowance for `amount`, which is not 0.
    function fundBonus(uint256 amount) external;

    /// @notice Sends what nobody claimed of a wave to the treasury. Anyone may call.
    /// Emits {WaveSwept}.
    /// Requirements: the deadline has passed; something is left.
    function sweep(uint256 wave) external returns (uint256 amount);

    /* VIEWS */

    /// @notice The token that is given.
    function token() external view returns (IERC20);

    /// @notice Where locked claims go.
    function escrow() external view returns (IVotingEscrow);

    /// @notice Who receives what nobody claims.
    function treasury() external view returns (address);

    /// @notice Number of waves; the first is 0.
    function waveCount() external view returns (uint256);

    /// @notice Root of a wave's list; 0 when there is no such wave.
    function rootOf(uint256 wave) external view returns (bytes32);

    /// @notice A wave; all 0 when there is none.
    function waveOf(uint256 wave) external view returns (AirdropWave memory);

    /// @notice Whether an index of a wave has been claimed.
    function isClaimed(uint256 wave, uint256 index) external view returns (bool);

    /// @notice What vests for an account in a wave.
    function vestingOf(uint256 wave, address account) external view returns (AirdropVesting memory);

    /// @notice What {release} would pay now. {GIM wei}
    function releasable(uint256 wave, address account) external view returns (uint256);

    /// @notice What is left for bonuses. {GIM wei}
    function bonusPool() external view returns (uint256);

    /// @notice Bonus for locking an amount now: up to a quarter, by weeks, and not more than the pool. {GIM wei}
    function bonusFor(uint256 amount, uint256 lockWeeks) external view returns (uint256);

    /// @notice Latest deadline of all waves. {s}
    function lastDeadline() external view returns (uint256);
}
