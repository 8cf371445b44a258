// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title GovernanceErrors
/// @notice Every error of the governance contracts, by contract, alphabetical, with enough arguments for a sentence on
/// a screen.
library GovernanceErrors {
    /* Buyback */

    /* Compounder */

    /* FeeSplitter */

    /* IndexGovernor */

    /* MerkleAirdrop */

    /* OptimisticModule */

    /* RevenueDistributor */

    /* SaleRound */

    /* SaleRoundFactory */

    /* ScoreRegistry */

    /// @notice Thrown when an address has no code that must have.
    error ScoreRegistry_AddressInvalid(address account);
    /// @notice Thrown when a tier brings less than the one below it, or opens later, or multiplies by less than 1.
    error ScoreRegistry_BenefitFalls(uint256 tier);
    /// @notice Thrown when a tier brings more than the contract allows.
    error ScoreRegistry_BenefitTooHigh(uint256 tier);
    /// @notice Thrown when a time is asked for that has not passed. {s}
    error ScoreRegistry_FutureLookup(uint256 timestamp, uint256 current);
    /// @notice Thrown when a tier's score is not above the one below it. {GIM wei}
    error ScoreRegistry_ScoresNotAscending(uint256 tier, uint256 minScore, uint256 previous);
    /// @notice Thrown when a tier is not 1 to 10.
    error ScoreRegistry_TierUnknown(uint8 tier);

    /* TimelockFactory */

    /// @notice Thrown when the protocol is handed over a second time.
    error TimelockFactory_AlreadyCompleted();
    /// @notice Thrown when a setup call would go to the timelock itself.
    error TimelockFactory_CallInvalid(uint256 index);
    /// @notice Thrown when a delay of the DAO is below its minimum. {s}
    error TimelockFactory_DelayTooShort(uint256 delay, uint256 minimum);
    /// @notice Thrown when the governor executes through another timelock.
    error TimelockFactory_GovernorInvalid(address timelock);
    /// @notice Thrown when a contract would not belong to the timelock, or is offered to somebody.
    error TimelockFactory_NotOwned(address owned, address owner, address pendingOwner);
    /// @notice Thrown when anyone but the deployer hands over.
    error TimelockFactory_Unauthorized(address caller);

    /* VotingEscrow */

    /// @notice Thrown when more is to be locked than there ever was. {GIM wei}
    error VotingEscrow_AmountTooLarge(uint256 amount, uint256 maximum);
    /// @notice Thrown when an amount is zero that must not be.
    error VotingEscrow_AmountZero();
    /// @notice Thrown when a lock would end in the past, before its present end or after the longest term. {s}
    error VotingEscrow_EndInvalid(uint256 end, uint256 earliest, uint256 latest);
    /// @notice Thrown when a time is asked for that has not passed. {s}
    error VotingEscrow_FutureLookup(uint256 timestamp, uint48 clock);
    /// @notice Thrown when an exit comes before the minimum hold is over. {s}
    error VotingEscrow_HoldNotOver(uint256 holdEndsAt, uint256 timestamp);
    /// @notice Thrown when a lock has not ended yet. {s} 0 for a permanent lock.
    error VotingEscrow_LockActive(uint256 end);
    /// @notice Thrown when a lock has ended: withdraw it first. {s}
    error VotingEscrow_LockExpired(uint256 end);
    /// @notice Thrown when an account has no lock.
    error VotingEscrow_LockMissing(address account);
    /// @notice Thrown when a lock is too small to decay by a wei a second. {GIM wei}
    error VotingEscrow_LockTooSmall(uint256 amount, uint256 minimum);
    /// @notice Thrown when permanence is set to what it is already.
    error VotingEscrow_PermanenceUnchanged(bool permanent);
    /// @notice Thrown when the largest penalty would rise. {bps}
    error VotingEscrow_PenaltyRaised(uint256 bps, uint256 current);
    /// @notice Thrown when the penalty is above the caller's maximum. {GIM wei}
    error VotingEscrow_PenaltyTooHigh(uint256 penalty, uint256 maximum);
    /// @notice Thrown when a caller may not lock for others.
    error VotingEscrow_Unauthorized(address caller);
    /// @notice Thrown when an address is zero that must not be.
    error VotingEscrow_ZeroAddress();
}
