// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title GovernanceErrors
/// @notice Every error of the governance contracts, by contract, alphabetical, with enough arguments for a sentence on
/// a screen.
library GovernanceErrors {
    /* Buyback */

    /// @notice Thrown when a pool keeps too few observations for its mean price to be there when it is needed.
    error Buyback_CardinalityTooLow(address pool, uint16 actual, uint16 minimum);
    /// @notice Thrown when a slice is sold too soon after the last one. {s}
    error Buyback_IntervalNotOver(uint256 endsAt, uint256 timestamp);
    /// @notice Thrown when there is nothing of a token to sell or to send.
    error Buyback_NothingThere(address token);
    /// @notice Thrown when a slice brings less than the mean price of the pools allows. {GIM wei}
    error Buyback_OutputTooLow(uint256 amountOut, uint256 minimum);
    /// @notice Thrown when a path has no hop, a broken length, begins with GIM or does not end with it.
    error Buyback_PathInvalid(bytes path);
    /// @notice Thrown when a path is not the one that its first token is sold along.
    error Buyback_PathMismatch(address token);
    /// @notice Thrown when a pool cannot tell its mean price of the last `window` seconds.
    error Buyback_PriceUnknown(address pool, uint256 window);
    /// @notice Thrown when slice, interval or slippage of a route is out of range.
    error Buyback_RouteInvalid(uint256 maxSlice, uint256 interval, uint256 maxSlippageBps);
    /// @notice Thrown when a token has no route.
    error Buyback_RouteMissing(address token);
    /// @notice Thrown when a token is to be sent out that has a route.
    error Buyback_RouteStanding(address token);
    /// @notice Thrown when an amount is too small to be worth a wei of GIM. {raw tokens}
    error Buyback_SliceTooSmall(address token, uint256 amountIn);
    /// @notice Thrown when an address is zero that must not be.
    error Buyback_ZeroAddress();

    /* Compounder */

    /// @notice Thrown when an amount is too small to be worth a wei of GIM. {raw tokens}
    error Compounder_AmountTooSmall(address token, uint256 amount);
    /// @notice Thrown when a fee is above what is allowed. {bps}
    error Compounder_FeeTooHigh(uint256 feeBps, uint256 maximum);
    /// @notice Thrown when an order does not say how each of its tokens is deposited.
    error Compounder_OrderInvalid(address token);
    /// @notice Thrown when an amount would bring less than the account accepts. {GIM wei} or {share wei}
    error Compounder_OutputTooLow(address token, uint256 amountOut, uint256 minimum);
    /// @notice Thrown when a token or an index has no trustworthy price now.
    error Compounder_PriceUnknown(address token, address vault);
    /// @notice Thrown when a slippage is not in the range of its mode. {bps}
    error Compounder_SlippageInvalid(uint256 slippageBps, uint256 maximum);
    /// @notice Thrown when buyback and escrow are not of the same token.
    error Compounder_TokenMismatch(address bought, address locked);
    /// @notice Thrown when a caller may not act for an account.
    error Compounder_Unauthorized(address caller, address account);
    /// @notice Thrown when a policy names no index of the factory where it must, or one where it must not.
    error Compounder_VaultInvalid(address vault);

    /* FeeSplitter */

    /// @notice Thrown when there is nothing of a token to split or to send.
    error FeeSplitter_NothingThere(address token);
    /// @notice Thrown when shares do not sum to the whole. {bps}
    error FeeSplitter_SharesInvalid(uint256 sum, uint256 expected);
    /// @notice Thrown when a token that stakers receive is to be sent to the treasury.
    error FeeSplitter_TokenListed(address token);
    /// @notice Thrown when stakers do not receive a token: list it, or release it to the treasury.
    error FeeSplitter_TokenNotListed(address token);
    /// @notice Thrown when an address is no vault of the factory.
    error FeeSplitter_VaultUnknown(address vault);
    /// @notice Thrown when an address is zero that must not be.
    error FeeSplitter_ZeroAddress();

    /* IndexGovernor */

    /// @notice Thrown when a period is outside its bounds. {s}
    error IndexGovernor_DurationInvalid(uint256 actual, uint256 minimum, uint256 maximum);
    /// @notice Thrown when an address that must have code has none.
    error IndexGovernor_NoCode(address account);
    /// @notice Thrown when the supply has not reached the gate for the first proposal. {veGIM wei}
    error IndexGovernor_NotLaunched(uint256 supply, uint256 gate);
    /// @notice Thrown when an account has made all the proposals that its tier allows in this month.
    error IndexGovernor_QuotaUsed(address proposer, uint256 used, uint256 allowed);
    /// @notice Thrown when the bounds of the quorum are outside their own. {veGIM wei}
    error IndexGovernor_QuorumBoundsInvalid(uint256 floor, uint256 cap);
    /// @notice Thrown when the quorum's part of the supply is too high. {%}
    error IndexGovernor_QuorumTooHigh(uint256 percent, uint256 maximum);
    /// @notice Thrown when proposing would need too many votes. {veGIM wei}
    error IndexGovernor_ThresholdTooHigh(uint256 threshold, uint256 maximum);
    /// @notice Thrown when an account without a tier proposes.
    error IndexGovernor_TierTooLow(address proposer);

    /* IndexTimelock */

    /// @notice Thrown when a delay is outside its bounds. {s}
    error IndexTimelock_DelayInvalid(uint256 actual, uint256 minimum, uint256 maximum);

    /* MerkleAirdrop */

    /// @notice Thrown when an index of a wave has been claimed.
    error MerkleAirdrop_AlreadyClaimed(uint256 wave, uint256 index);
    /// @notice Thrown when an amount is zero that must not be.
    error MerkleAirdrop_AmountZero();
    /// @notice Thrown when the pool gives less than the caller wants at least. {GIM wei}
    error MerkleAirdrop_BonusTooLow(uint256 bonus, uint256 minimum);
    /// @notice Thrown when a wave would be open for too short or too long. {s}
    error MerkleAirdrop_DeadlineInvalid(uint256 deadline, uint256 earliest, uint256 latest);
    /// @notice Thrown when a wave is over. {s}
    error MerkleAirdrop_Ended(uint256 wave, uint256 deadline);
    /// @notice Thrown when somebody claims for another account too early. {s}
    error MerkleAirdrop_LastCallNotOpen(uint256 opensAt, uint256 timestamp);
    /// @notice Thrown when the account's lock has ended: withdraw it, then claim again. {s}
    error MerkleAirdrop_LockExpired(address account, uint256 end);
    /// @notice Thrown when a lock is shorter or longer than the bonus is for. {weeks}
    error MerkleAirdrop_LockWeeksInvalid(uint256 lockWeeks, uint256 minimum, uint256 maximum);
    /// @notice Thrown when there is nothing to pay.
    error MerkleAirdrop_NothingThere();
    /// @notice Thrown when tokens that people can still claim are to be swept. {s}
    error MerkleAirdrop_NotOver(uint256 deadline, uint256 timestamp);
    /// @notice Thrown when a wave has not begun. {s}
    error MerkleAirdrop_NotStarted(uint256 wave, uint256 start);
    /// @notice Thrown when a proof leads to the list of no wave. {GIM wei}
    error MerkleAirdrop_ProofInvalid(uint256 index, address account, uint256 amount);
    /// @notice Thrown when a root is zero, or another wave's.
    error MerkleAirdrop_RootInvalid(bytes32 root);
    /// @notice Thrown when a wave would begin in the past or too far away. {s}
    error MerkleAirdrop_StartInvalid(uint256 start, uint256 earliest, uint256 latest);
    /// @notice Thrown when vesting would end before it begins, or too late. {s}
    error MerkleAirdrop_VestEndInvalid(uint256 vestEnd, uint256 earliest, uint256 latest);
    /// @notice Thrown when a list gives away more than was funded. {GIM wei}
    error MerkleAirdrop_WaveExhausted(uint256 wave, uint256 amount, uint256 remaining);
    /// @notice Thrown when an address is zero that must not be.
    error MerkleAirdrop_ZeroAddress();

    /* OptimisticModule */

    /// @notice Thrown when an account vetoes again.
    error OptimisticModule_AlreadyVetoed(uint256 id, address voter);
    /// @notice Thrown when a call may not be made without a vote.
    error OptimisticModule_CallNotAllowed(address target, bytes4 selector);
    /// @notice Thrown when there are no calls, or too many.
    error OptimisticModule_CallsCountInvalid(uint256 actual, uint256 maximum);
    /// @notice Thrown when the calls are not those of the proposal.
    error OptimisticModule_CallsMismatch(uint256 id, bytes32 actual, bytes32 expected);
    /// @notice Thrown when there is no supply to veto with.
    error OptimisticModule_NobodyCanVeto();
    /// @notice Thrown when an address that must have code has none.
    error OptimisticModule_NoCode(address account);
    /// @notice Thrown when a proposal is in a state in which this cannot be done.
    error OptimisticModule_StateInvalid(uint256 id, uint8 state);
    /// @notice Thrown when calls to a target can only be made after a vote.
    error OptimisticModule_TargetForbidden(address target);
    /// @notice Thrown when a proposer has made all the proposals that fit one window. {s}
    error OptimisticModule_Throttled(uint256 nextAt, uint256 timestamp);
    /// @notice Thrown when a caller has no right to do this.
    error OptimisticModule_Unauthorized(address caller);
    /// @notice Thrown when an account had no votes at the snapshot.
    error OptimisticModule_WithoutVotes(uint256 id, address voter);

    /* RevenueDistributor */

    /// @notice Thrown when nothing is paid in.
    error RevenueDistributor_AmountZero(address token);
    /// @notice Thrown when the smallest supply that shares a pot is too small for the arithmetic. {veGIM wei}
    error RevenueDistributor_MinSupplyTooSmall(uint256 actual, uint256 minimum);
    /// @notice Thrown when all that is here of a token belongs to somebody.
    error RevenueDistributor_NothingToSweep(address token);
    /// @notice Thrown when a pot would not fit its field. {raw tokens}
    error RevenueDistributor_PotTooLarge(address token, uint256 pot, uint256 maximum);
    /// @notice Thrown when a claim may look at nothing.
    error RevenueDistributor_SegmentsZero();
    /// @notice Thrown when a token is paid in that is no reward token.
    error RevenueDistributor_TokenNotListed(address token);
    /// @notice Thrown when a caller may not claim for an account.
    error RevenueDistributor_Unauthorized(address caller, address account);
    /// @notice Thrown when an address is zero that must not be.
    error RevenueDistributor_ZeroAddress();

    /* SaleRound */

    /// @notice Thrown when the issuer was paid already.
    error SaleRound_AlreadyClosed();
    /// @notice Thrown when the sale has its tokens already.
    error SaleRound_AlreadyFunded();
    /// @notice Thrown when an account was settled already.
    error SaleRound_AlreadySettled(address account);
    /// @notice Thrown when an amount is zero that must not be.
    error SaleRound_AmountZero();
    /// @notice Thrown when the guardian has cancelled the sale.
    error SaleRound_Cancelled();
    /// @notice Thrown when an account would commit more than its tier may. {raw payment tokens}
    error SaleRound_CapExceeded(uint256 committed, uint256 cap, address paymentToken);
    /// @notice Thrown when the issuer's tokens come after the start. {s}
    error SaleRound_FundedTooLate(uint256 start, uint256 timestamp);
    /// @notice Thrown when the code behind the sales is called itself.
    error SaleRound_NotASale();
    /// @notice Thrown when an account had no tier at the snapshot.
    error SaleRound_NotEligible(address account);
    /// @notice Thrown when the issuer's tokens are missing.
    error SaleRound_NotFunded();
    /// @notice Thrown when the sale, or the account's tier, opens later. {s}
    error SaleRound_NotOpen(uint256 opensAt, uint256 timestamp);
    /// @notice Thrown when the sale has not ended. {s}
    error SaleRound_NotOver(uint256 end, uint256 timestamp);
    /// @notice Thrown when the sale has not succeeded, or not yet.
    error SaleRound_NotSucceeded(uint8 status);
    /// @notice Thrown when an account has committed nothing.
    error SaleRound_NothingCommitted(address account);
    /// @notice Thrown when nothing more of an account's tokens has vested.
    error SaleRound_NothingToRelease(address account);
    /// @notice Thrown when the sale has ended. {s}
    error SaleRound_Over(uint256 end, uint256 timestamp);
    /// @notice Thrown when a transfer brings another amount than it says. {raw tokens}
    error SaleRound_TransferInexact(address token, uint256 received, uint256 amount);
    /// @notice Thrown when a caller has no right to do this.
    error SaleRound_Unauthorized(address caller);

    /* SaleRoundFactory */

    /// @notice Thrown when an address is zero, or has no code and must have.
    error SaleRoundFactory_AddressInvalid(address account);
    /// @notice Thrown when the hard cap is zero or below the soft cap. {raw payment tokens}
    error SaleRoundFactory_CapsInvalid(uint256 softCap, uint256 hardCap);
    /// @notice Thrown when a payment token has too many decimals.
    error SaleRoundFactory_DecimalsTooMany(uint256 decimals, uint256 maximum);
    /// @notice Thrown when a sale would be too short or too long. {s}
    error SaleRoundFactory_EndInvalid(uint256 end, uint256 earliest, uint256 latest);
    /// @notice Thrown when a fee is above its cap. {bps}
    error SaleRoundFactory_FeeTooHigh(uint256 actual, uint256 maximum);
    /// @notice Thrown when a sale would sell nothing.
    error SaleRoundFactory_SaleAmountZero();
    /// @notice Thrown when a snapshot is not before the start, or too long before it. {s}
    error SaleRoundFactory_SnapshotInvalid(uint256 snapshot, uint256 start);
    /// @notice Thrown when a sale would start in the past or too late. {s}
    error SaleRoundFactory_StartInvalid(uint256 start, uint256 earliest, uint256 latest);
    /// @notice Thrown when a token would be paid for with itself.
    error SaleRoundFactory_TokensEqual(address token);
    /// @notice Thrown when vesting is too long or ends before the cliff. {s}
    error SaleRoundFactory_VestingInvalid(uint256 cliff, uint256 vesting, uint256 maximum);

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
