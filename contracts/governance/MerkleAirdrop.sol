// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {IMerkleAirdrop} from "../interfaces/governance/IMerkleAirdrop.sol";
import {IVotingEscrow} from "../interfaces/governance/IVotingEscrow.sol";
import {GovernanceErrors} from "../libraries/GovernanceErrors.sol";
import {AirdropVesting, AirdropWave, Lock} from "../types/GovernanceTypes.sol";

/// @title MerkleAirdrop
/// @notice The community's GIM, in waves.
///
/// createWave() -> claim() -> release() ..., or claimAndLock() -> sweep() after the deadline
///
/// @dev
/// WAVES
/// - A wave is a list of (index, account, amount) behind one root, paid for when it is announced. It never changes.
/// - No two waves have the same root, so the root that a proof leads to says which wave is meant.
/// - Each claim comes out of what is left of its own wave, so a list that sums to more than was funded touches neither
///   another wave, nor the bonus pool, nor what vests.
///
/// CHOICE
/// - `claim`: LIQUID_BPS at once, the rest in a straight line from the wave's start to its `vestEnd`, however late.
/// - `claimAndLock`: everything into the escrow for 12 to 52 weeks, and up to a quarter on top, by weeks. First come,
///   first served: `minBonus` protects from a pool that was emptied a moment before.
/// - Only the account itself chooses, once. `claimFor` pays the account as `claim` does, and opens LAST_CALL before the
///   deadline: earlier it would let anyone take the bonus from anyone, later the amount would be lost to the treasury.
///
/// DELEGATION
/// - Not here: it needs the account's own signature, and VotingEscrow.delegate and delegateBySig work before the first
///   lock too, so that a wallet can send both together.
///
/// LEFT OVER
/// - After the deadline anyone sends what is left to the treasury. Vesting goes on; it has no deadline.
/// - The bonus pool can leave when no wave is running or announced any more, not before.
///
/// ROLES
/// - Owner (the timelock): new waves, and the rest of the bonus pool at the end. It cannot touch a running wave.
///
/// TOKEN REQUIREMENTS
/// - GIM: below 2^96 wei, no fee on transfer, no callback. That is why nothing here guards against reentrancy.
contract MerkleAirdrop is IMerkleAirdrop, Ownable2Step {
    using BitMaps for BitMaps.BitMap;
    using SafeERC20 for IERC20;

    /* CONSTANTS */

    /// @notice {bps} of a claim that is paid at once.
    uint256 public constant LIQUID_BPS = 2_500;
    /// @notice {bps} of a claim that a lock of `MAX_LOCK_WEEKS` brings on top.
    uint256 public constant MAX_BONUS_BPS = 2_500;
    /// @notice {weeks}
    uint256 public constant MIN_LOCK_WEEKS = 12;
    /// @notice {weeks}
    uint256 public constant MAX_LOCK_WEEKS = 52;
    /// @notice {s} at least between start and deadline.
    uint256 public constant MIN_WINDOW = 180 days;
    /// @notice {s} at most between start and deadline: a slip of the pen must not bury tokens for centuries.
    uint256 public constant MAX_WINDOW = 3 * 365 days;
    /// @notice {s} at most between start and the end of vesting.
    uint256 public constant MAX_VESTING = 2 * 365 days;
    /// @notice {s} at most between the announcement and the start.
    uint256 public constant MAX_NOTICE = 365 days;
    /// @notice {s} before the deadline in which anyone may claim for an account.
    uint256 public constant LAST_CALL = 30 days;
    uint256 private constant BPS = 10_000;

    /* STORAGE */

    /// @inheritdoc IMerkleAirdrop
    IERC20 public immutable token;
    /// @inheritdoc IMerkleAirdrop
    IVotingEscrow public immutable escrow;
    /// @inheritdoc IMerkleAirdrop
    address public immutable treasury;
    /// @inheritdoc IMerkleAirdrop
    uint256 public bonusPool; // {GIM wei}
    /// @inheritdoc IMerkleAirdrop
    uint256 public waveCount; // number of waves
    /// @inheritdoc IMerkleAirdrop
    uint256 public lastDeadline; // {s}

    /// @inheritdoc IMerkleAirdrop
    mapping(uint256 wave => bytes32 root) public rootOf;

    mapping(bytes32 root => AirdropWave data) private _waves;
    mapping(uint256 wave => BitMaps.BitMap indices) private _claimed;
    mapping(uint256 wave => mapping(address account => AirdropVesting vesting)) private _vestings;

    /* CONSTRUCTOR */

    constructor(IVotingEscrow newEscrow, address initialOwner, address newTreasury) Ownable(initialOwner) {
        require(newTreasury != address(0), GovernanceErrors.MerkleAirdrop_ZeroAddress());
        escrow = newEscrow;
        token = newEscrow.token();
        treasury = newTreasury;
        token.forceApprove(address(newEscrow), type(uint256).max);
    }

    /* OWNER */

    /// @inheritdoc IMerkleAirdrop
    function createWave(
        bytes32 root,
        uint96 total,
        uint40 start,
        uint40 deadline,
        uint40 vestEnd
    ) external onlyOwner returns (uint256 wave) {
        require(root != 0 && _waves[root].deadline == 0, GovernanceErrors.MerkleAirdrop_RootInvalid(root));
        require(total != 0, GovernanceErrors.MerkleAirdrop_AmountZero());
        require(
            start >= block.timestamp && start <= block.timestamp + MAX_NOTICE,
            GovernanceErrors.MerkleAirdrop_StartInvalid(start, block.timestamp, block.timestamp + MAX_NOTICE)
        );
        require(
            deadline >= start + MIN_WINDOW && deadline <= start + MAX_WINDOW,
            GovernanceErrors.MerkleAirdrop_DeadlineInvalid(deadline, start + MIN_WINDOW, start + MAX_WINDOW)
        );
        require(
            vestEnd > start && vestEnd <= start + MAX_VESTING,
            GovernanceErrors.MerkleAirdrop_VestEndInvalid(vestEnd, uint256(start) + 1, start + MAX_VESTING)
        );

        wave = waveCount++;
        rootOf[wave] = root;
        _waves[root] = AirdropWave(uint32(wave), total, start, deadline, vestEnd, total); // never 2^32 waves
        if (deadline > lastDeadline) lastDeadline = deadline;

        emit WaveCreated(wave, root, total, start, deadline, vestEnd);
        token.safeTransferFrom(msg.sender, address(this), total);
    }

    /// @inheritdoc IMerkleAirdrop
    function sweepBonus() external onlyOwner {
        uint256 amount = bonusPool;
        require(block.timestamp >= lastDeadline, GovernanceErrors.MerkleAirdrop_NotOver(lastDeadline, block.timestamp));
        require(amount != 0, GovernanceErrors.MerkleAirdrop_NothingThere());

        bonusPool = 0;

        emit BonusSwept(amount);
        token.safeTransfer(treasury, amount);
    }

    /* CLAIMS */

    /// @inheritdoc IMerkleAirdrop
    function claim(uint256 index, uint256 amount, bytes32[] calldata proof) external {
        _claim(index, msg.sender, amount, proof);
    }

    /// @inheritdoc IMerkleAirdrop
    function claimFor(uint256 index, address account, uint256 amount, bytes32[] calldata proof) external {
        uint256 opensAt = _claim(index, account, amount, proof) - LAST_CALL; // no window is shorter
        require(
            msg.sender == account || block.timestamp >= opensAt,
            GovernanceErrors.MerkleAirdrop_LastCallNotOpen(opensAt, block.timestamp)
        );
    }

    /// @inheritdoc IMerkleAirdrop
    function claimAndLock(
        uint256 index,
        uint256 amount,
        bytes32[] calldata proof,
        uint256 lockWeeks,
        uint256 minBonus
    ) external {
        require(
            lockWeeks >= MIN_LOCK_WEEKS && lockWeeks <= MAX_LOCK_WEEKS,
            GovernanceErrors.MerkleAirdrop_LockWeeksInvalid(lockWeeks, MIN_LOCK_WEEKS, MAX_LOCK_WEEKS)
        );
        uint256 end = _endFor(msg.sender, lockWeeks);
        (uint256 wave, ) = _take(index, msg.sender, amount, proof);
        uint256 bonus = bonusFor(amount, lockWeeks);
        require(bonus >= minBonus, GovernanceErrors.MerkleAirdrop_BonusTooLow(bonus, minBonus));
        if (bonus != 0) bonusPool -= bonus;

        emit ClaimedLocked(wave, msg.sender, index, amount, bonus, end);
        escrow.lockFor(msg.sender, amount + bonus, end);
    }

    /// @inheritdoc IMerkleAirdrop
    function release(uint256 wave, address account) external returns (uint256 amount) {
        amount = releasable(wave, account);
        require(amount != 0, GovernanceErrors.MerkleAirdrop_NothingThere());

        _vestings[wave][account].released += uint128(amount); // at most the rest of `total`

        emit Released(wave, account, amount);
        token.safeTransfer(account, amount);
    }

    /* FUNDS */

    /// @inheritdoc IMerkleAirdrop
    function fundBonus(uint256 amount) external {
        require(amount != 0, GovernanceErrors.MerkleAirdrop_AmountZero());

        uint256 pool = bonusPool + amount;
        bonusPool = pool;

        emit BonusFunded(msg.sender, amount, pool);
        token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IMerkleAirdrop
    function sweep(uint256 wave) external returns (uint256 amount) {
        AirdropWave storage data = _waves[rootOf[wave]];
        amount = data.remaining;
        require(
            block.timestamp >= data.deadline,
            GovernanceErrors.MerkleAirdrop_NotOver(data.deadline, block.timestamp)
        );
        require(amount != 0, GovernanceErrors.MerkleAirdrop_NothingThere()); // nor in a wave that does not exist

        data.remaining = 0;

        emit WaveSwept(wave, amount);
        token.safeTransfer(treasury, amount);
    }

    /* VIEWS */

    /// @inheritdoc IMerkleAirdrop
    function waveOf(uint256 wave) external view returns (AirdropWave memory) {
        return _waves[rootOf[wave]];
    }

    /// @inheritdoc IMerkleAirdrop
    function isClaimed(uint256 wave, uint256 index) external view returns (bool) {
        return _claimed[wave].get(index);
    }

    /// @inheritdoc IMerkleAirdrop
    function vestingOf(uint256 wave, address account) external view returns (AirdropVesting memory) {
        return _vestings[wave][account];
    }

    /// @inheritdoc IMerkleAirdrop
    /// @dev total {GIM wei} * passed {s} / whole {s}, rounded down, less what was released
    function releasable(uint256 wave, address account) public view returns (uint256) {
        AirdropVesting memory vesting = _vestings[wave][account];
        if (vesting.total == 0) return 0;
        AirdropWave storage data = _waves[rootOf[wave]];
        uint256 start = data.start;
        uint256 whole = data.vestEnd - start;
        uint256 passed = Math.min(block.timestamp - start, whole); // nobody claimed before the start
        return (uint256(vesting.total) * passed) / whole - vesting.released;
    }

    /// @inheritdoc IMerkleAirdrop
    /// @dev amount {GIM wei} * MAX_BONUS_BPS * weeks / (52 {weeks} * 10,000), rounded down
    function bonusFor(uint256 amount, uint256 lockWeeks) public view returns (uint256) {
        return Math.min((amount * MAX_BONUS_BPS * lockWeeks) / (MAX_LOCK_WEEKS * BPS), bonusPool);
    }

    /* INTERNAL */

    function _claim(
        uint256 index,
        address account,
        uint256 amount,
        bytes32[] calldata proof
    ) private returns (uint256 deadline) {
        uint256 wave;
        (wave, deadline) = _take(index, account, amount, proof);
        uint256 liquid = (amount * LIQUID_BPS) / BPS;
        _vestings[wave][account].total += uint128(amount - liquid); // all waves together are below 2^96

        emit Claimed(wave, account, index, amount);
        token.safeTransfer(account, liquid);
    }

    /// @dev Checks a claim, marks it and takes it from what is left of the wave.
    function _take(
        uint256 index,
        address account,
        uint256 amount,
        bytes32[] calldata proof
    ) private returns (uint256 wave, uint256 deadline) {
        // Hashed twice, so that 64 bytes of two inner nodes can never be a leaf.
        bytes32 root = _climb(keccak256(bytes.concat(keccak256(abi.encode(index, account, amount)))), proof);
        AirdropWave storage data = _waves[root];
        uint256 start = data.start;
        uint256 remaining = data.remaining;
        wave = data.id;
        deadline = data.deadline;
        require(deadline != 0, GovernanceErrors.MerkleAirdrop_ProofInvalid(index, account, amount));
        require(block.timestamp >= start, GovernanceErrors.MerkleAirdrop_NotStarted(wave, start));
        require(block.timestamp < deadline, GovernanceErrors.MerkleAirdrop_Ended(wave, deadline));
        BitMaps.BitMap storage claimed = _claimed[wave];
        require(!claimed.get(index), GovernanceErrors.MerkleAirdrop_AlreadyClaimed(wave, index));
        require(amount <= remaining, GovernanceErrors.MerkleAirdrop_WaveExhausted(wave, amount, remaining));

        claimed.set(index);
        data.remaining = uint96(remaining - amount); // less than before
    }

    /// @dev The root that a leaf and the nodes beside its path lead to. As OpenZeppelin's MerkleProof, for half the
    /// gas: in each pair the smaller hash comes first.
    function _climb(bytes32 leaf, bytes32[] calldata proof) private pure returns (bytes32 node) {
        node = leaf;
        // Memory below 0x40 is scratch space; `proof` was checked to lie within the calldata.
        assembly ("memory-safe") {
            let end := add(proof.offset, shl(5, proof.length))
            for {
                let at := proof.offset
            } lt(at, end) {
                at := add(at, 0x20)
            } {
                let other := calldataload(at)
                let place := shl(5, gt(node, other))
                mstore(place, node)
                mstore(xor(place, 0x20), other)
                node := keccak256(0x00, 0x40)
            }
        }
    }

    /// @dev The end to ask the escrow for; 0 keeps that of a lock which ends later, or never.
    function _endFor(address account, uint256 lockWeeks) private view returns (uint256 end) {
        Lock memory held = escrow.locked(account);
        require(
            held.amount == 0 || held.permanent || held.end > block.timestamp,
            GovernanceErrors.MerkleAirdrop_LockExpired(account, held.end)
        );
        end = ((block.timestamp + lockWeeks * 1 weeks) / 1 weeks) * 1 weeks;
        if (held.permanent || held.end >= end) end = 0;
    }
}
