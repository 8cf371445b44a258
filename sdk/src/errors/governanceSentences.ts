import { formatUnits } from "viem";
import { percent, time } from "./format.ts";
import type { ContractErrorName, Sentences } from "./sentences.ts";

/** Contracts of the governance side. */
type GovernanceContract =
  | "Buyback"
  | "Compounder"
  | "FeeSplitter"
  | "IndexGovernor"
  | "IndexTimelock"
  | "MerkleAirdrop"
  | "OptimisticModule"
  | "RevenueDistributor"
  | "SaleRound"
  | "SaleRoundFactory"
  | "ScoreRegistry"
  | "TimelockFactory"
  | "VotingEscrow";

/** By the numbers of the module's states. */
const OPTIMISTIC_STATES = [
  "not there",
  "open to vetoes",
  "rejected",
  "passed and not queued yet",
  "expired",
  "queued",
  "executed",
  "cancelled",
];

/** Sentences of the token, the escrow, the revenue, the sales and the DAO. */
export const governanceSentences: Sentences<Extract<ContractErrorName, `${GovernanceContract}_${string}`>> = {
  /* Buyback */
  Buyback_CardinalityTooLow: ([pool, actual, minimum]) =>
    `The pool ${pool} keeps ${actual} observations and needs ${minimum}. Anyone can have it keep more (increaseObservationCardinalityNext), then it needs a swap.`,
  Buyback_IntervalNotOver: ([endsAt]) => `The next slice can be sold from ${time(endsAt)}.`,
  Buyback_NothingThere: ([token], say) => `The buyback holds no ${say.token(token)}.`,
  Buyback_OutputTooLow: ([amountOut, minimum]) =>
    `The pools would pay ${amountOut} wei of GIM, less than the ${minimum} that their mean price allows. Somebody may be moving the price: try again later.`,
  Buyback_PathInvalid: () => "The route must lead from another token to GIM.",
  Buyback_PathMismatch: ([token], say) => `${say.token(token)} is sold along another route. Read routeOf again.`,
  Buyback_PriceUnknown: ([pool, window]) =>
    `The pool ${pool} does not remember its prices of the last ${window} seconds yet. Try again later.`,
  Buyback_RouteInvalid: ([maxSlice, interval, maxSlippageBps]) =>
    `A slice of ${maxSlice} every ${interval} seconds, at most ${percent(maxSlippageBps)} below the mean price, is out of range.`,
  Buyback_RouteMissing: ([token], say) => `${say.token(token)} is not sold here.`,
  Buyback_RouteStanding: ([token], say) =>
    `${say.token(token)} is being sold for GIM. Remove its route before sending it elsewhere.`,
  Buyback_SliceTooSmall: ([token, amountIn], say) =>
    `${say.amount(amountIn, token)} is worth less than one wei of GIM. Wait for more.`,
  Buyback_ZeroAddress: () => "An address is missing.",

  /* Compounder */
  Compounder_AmountTooSmall: ([token, amount]) =>
    `${amount} raw units of ${token} are not worth a wei of GIM. Let more of it come together.`,
  Compounder_FeeTooHigh: ([feeBps, maximum]) => `A fee of ${percent(feeBps)} is above the ${percent(maximum)} allowed.`,
  Compounder_OrderInvalid: ([token]) =>
    `The order does not say how ${token} is deposited. Add a deposit for each token.`,
  Compounder_OutputTooLow: ([token, amountOut, minimum]) =>
    `${token} would bring ${amountOut} where ${minimum} is the least that the account accepts. Try later, or in smaller parts.`,
  Compounder_PriceUnknown: ([token, vault]) =>
    `There is no trustworthy price of ${token} or of the index ${vault} now.`,
  Compounder_SlippageInvalid: ([slippageBps, maximum]) =>
    maximum === 0n
      ? "This choice trades nothing, so it has no slippage. Set it to 0."
      : `A slippage of ${percent(slippageBps)} is not possible. Choose 0.01% to ${percent(maximum)}.`,
  Compounder_TokenMismatch: ([bought, locked]) => `The buyback buys ${bought}, but the escrow locks ${locked}.`,
  Compounder_Unauthorized: ([caller, account]) => `${caller} may not do this for ${account}.`,
  Compounder_VaultInvalid: ([vault]) =>
    vault === "0x0000000000000000000000000000000000000000"
      ? "Choose the index that revenue goes into."
      : `${vault} is no index of the factory, or this choice does not deposit in one.`,

  /* FeeSplitter */
  FeeSplitter_NothingThere: ([token], say) => `There is no ${say.token(token)} to split.`,
  FeeSplitter_SharesInvalid: ([sum]) => `The parts sum to ${percent(sum)}, not to 100%.`,
  FeeSplitter_TokenListed: ([token], say) => `${say.token(token)} goes to stakers. Split it.`,
  FeeSplitter_TokenNotListed: ([token], say) =>
    `Stakers do not receive ${say.token(token)}. A vote must list it, or send it to the treasury.`,
  FeeSplitter_VaultUnknown: ([vault]) => `${vault} is no index of this protocol.`,
  FeeSplitter_ZeroAddress: () => "An address is missing.",

  /* IndexGovernor */
  IndexGovernor_DurationInvalid: ([actual, minimum, maximum]) =>
    `A period of the governor must last between ${minimum} and ${maximum} seconds, not ${actual}.`,
  IndexGovernor_NoCode: ([account]) => `There is no contract at ${account}.`,
  IndexGovernor_NotLaunched: ([supply, gate]) =>
    `Proposals open when ${gate} wei of veGIM exist. There are ${supply} now.`,
  IndexGovernor_QuotaUsed: ([, used, allowed]) =>
    `Your tier allows ${allowed} proposals in 30 days, and you have made ${used}. Wait for the next month or lock more GIM.`,
  IndexGovernor_QuorumBoundsInvalid: ([floor, cap]) =>
    `The quorum cannot be bounded by ${floor} and ${cap} wei of veGIM. Choose a floor between 1% and 10% of all GIM, and a cap not below it.`,
  IndexGovernor_QuorumTooHigh: ([quorum, maximum]) =>
    `The quorum may be at most ${maximum}% of the supply, not ${quorum}%.`,
  IndexGovernor_ThresholdTooHigh: ([threshold, maximum]) =>
    `Proposing may need at most ${maximum} wei of veGIM, not ${threshold}.`,
  IndexGovernor_TierTooLow: ([proposer]) =>
    `${proposer} had no tier when this week began. Lock GIM of your own, and propose next week.`,

  /* IndexTimelock */
  IndexTimelock_DelayInvalid: ([actual, minimum, maximum]) =>
    `The timelock must wait between ${minimum} and ${maximum} seconds, not ${actual}.`,

  /* MerkleAirdrop */
  MerkleAirdrop_AlreadyClaimed: ([wave, index]) => `Number ${index} of wave ${wave} has been claimed already.`,
  MerkleAirdrop_AmountZero: () => "Nothing would be funded: enter an amount.",
  MerkleAirdrop_BonusTooLow: ([bonus, minimum]) =>
    `The bonus pool gives ${bonus} wei of GIM, less than your minimum of ${minimum}. Accept less, or claim without a lock.`,
  MerkleAirdrop_DeadlineInvalid: ([deadline, earliest, latest]) =>
    `A wave that ends at ${time(deadline)} is too short or too long. Choose ${time(earliest)} to ${time(latest)}.`,
  MerkleAirdrop_Ended: ([wave, deadline]) =>
    `Wave ${wave} ended at ${time(deadline)}. What was left went to the treasury.`,
  MerkleAirdrop_LastCallNotOpen: ([opensAt]) =>
    `Only the account itself can claim before ${time(opensAt)}, because it may want to lock.`,
  MerkleAirdrop_LockExpired: ([, end]) =>
    `Your lock ended at ${time(end)}. Withdraw it first, then claim: your tokens are still reserved for you.`,
  MerkleAirdrop_LockWeeksInvalid: ([lockWeeks, minimum, maximum]) =>
    `${lockWeeks} weeks bring no bonus. Choose ${minimum} to ${maximum} weeks.`,
  MerkleAirdrop_NothingThere: () => "There is nothing to pay yet, or any more.",
  MerkleAirdrop_NotOver: ([deadline]) => `People can claim until ${time(deadline)}. What is left can be swept then.`,
  MerkleAirdrop_NotStarted: ([wave, start]) => `Wave ${wave} begins at ${time(start)}.`,
  MerkleAirdrop_ProofInvalid: ([index, account]) =>
    `No list gives ${account} this amount as number ${index}. Check the account and the proof.`,
  MerkleAirdrop_RootInvalid: () => "This root is empty, or an earlier wave's. Build the list again.",
  MerkleAirdrop_StartInvalid: ([start, earliest, latest]) =>
    `A wave cannot begin at ${time(start)}. Choose ${time(earliest)} to ${time(latest)}.`,
  MerkleAirdrop_VestEndInvalid: ([vestEnd, earliest, latest]) =>
    `Vesting cannot end at ${time(vestEnd)}. Choose ${time(earliest)} to ${time(latest)}.`,
  MerkleAirdrop_WaveExhausted: ([wave, amount, remaining]) =>
    `Wave ${wave} has ${remaining} wei of GIM left and this claim needs ${amount}: its list was larger than its funds.`,
  MerkleAirdrop_ZeroAddress: () => "An address is missing.",

  /* OptimisticModule */
  OptimisticModule_AlreadyVetoed: ([id, voter]) => `${voter} has vetoed proposal ${id} already.`,
  OptimisticModule_CallNotAllowed: ([target, selector]) =>
    `The call ${selector} to ${target} needs a vote. Propose it to the governor.`,
  OptimisticModule_CallsCountInvalid: ([actual, maximum]) =>
    `A proposal makes between 1 and ${maximum} calls, not ${actual}.`,
  OptimisticModule_CallsMismatch: ([id]) => `These are not the calls of proposal ${id}.`,
  OptimisticModule_NoCode: ([account]) => `There is no contract at ${account}.`,
  OptimisticModule_NobodyCanVeto: () => "Nobody has votes to veto with yet. Propose it to the governor.",
  OptimisticModule_StateInvalid: ([id, state]) =>
    `Proposal ${id} is ${OPTIMISTIC_STATES[state] ?? "in another state"}, so this cannot be done.`,
  OptimisticModule_TargetForbidden: ([target]) => `Calls to ${target} are never made without a vote.`,
  OptimisticModule_Throttled: ([nextAt]) => `Too many proposals at once. The next one can be made at ${time(nextAt)}.`,
  OptimisticModule_Unauthorized: ([caller]) => `${caller} has no right to do this.`,
  OptimisticModule_WithoutVotes: ([id, voter]) => `${voter} had no votes when proposal ${id} was made.`,

  /* RevenueDistributor */
  RevenueDistributor_AmountZero: ([token], say) => `Nothing of ${say.token(token)} would be paid in. Enter an amount.`,
  RevenueDistributor_MinSupplyTooSmall: ([actual, minimum]) =>
    `The smallest supply that shares a pot is ${actual} wei of veGIM, but must be at least ${minimum}.`,
  RevenueDistributor_NothingToSweep: ([token], say) => `All ${say.token(token)} here belongs to stakers.`,
  RevenueDistributor_PotTooLarge: ([token, pot, maximum], say) =>
    `The week's pot of ${say.token(token)} would be ${pot}, more than the ${maximum} that fit. Pay less now, the rest next week.`,
  RevenueDistributor_SegmentsZero: () => "A claim must look at one change of the lock at least.",
  RevenueDistributor_TokenNotListed: ([token], say) =>
    `Stakers do not receive ${say.token(token)} until a vote lists it.`,
  RevenueDistributor_Unauthorized: ([caller, account]) =>
    `${caller} may not claim for ${account}. The account can name it as its claimer.`,
  RevenueDistributor_ZeroAddress: () => "An address is missing.",

  /* SaleRound */
  SaleRound_AlreadyClosed: () => "The issuer of this sale was paid already.",
  SaleRound_AlreadyFunded: () => "This sale has its tokens already.",
  SaleRound_AlreadySettled: ([account]) => `${account} was settled already.`,
  SaleRound_AmountZero: () => "Enter an amount above zero.",
  SaleRound_Cancelled: () => "This sale was cancelled. Everybody who committed is refunded.",
  SaleRound_CapExceeded: ([committed, cap, paymentToken], say) =>
    `Your tier may commit ${say.amount(cap, paymentToken)} in all, and this would make ${say.amount(committed, paymentToken)}.`,
  SaleRound_FundedTooLate: ([start]) =>
    `The tokens of this sale had to be there before ${time(start)}. Announce another sale.`,
  SaleRound_NotASale: () => "This address is the code behind the sales, not a sale.",
  SaleRound_NotEligible: ([account]) =>
    `${account} had no tier when scores were read for this sale. Lock GIM before the snapshot of the next one.`,
  SaleRound_NotFunded: () => "The issuer has not brought the tokens of this sale.",
  SaleRound_NotOpen: ([opensAt]) => `You can commit from ${time(opensAt)}.`,
  SaleRound_NotOver: ([end]) => `This sale runs until ${time(end)}.`,
  SaleRound_NotSucceeded: () => "Tokens are released only after a sale that has succeeded.",
  SaleRound_NothingCommitted: ([account]) => `${account} has committed nothing to this sale.`,
  SaleRound_NothingToRelease: ([account]) => `No more tokens of ${account} have vested yet.`,
  SaleRound_Over: ([end]) => `This sale ended at ${time(end)}.`,
  SaleRound_TransferInexact: ([token], say) =>
    `${say.token(token)} delivers another amount than was sent, so it cannot be used in a sale.`,
  SaleRound_Unauthorized: ([caller]) => `${caller} has no right to do this.`,

  /* SaleRoundFactory */
  SaleRoundFactory_AddressInvalid: ([account]) => `${account} cannot be used here: it is missing or has no code.`,
  SaleRoundFactory_CapsInvalid: ([softCap, hardCap]) =>
    `The hard cap (${hardCap}) must be above zero and not below the soft cap (${softCap}).`,
  SaleRoundFactory_DecimalsTooMany: ([decimals, maximum]) =>
    `The payment token has ${decimals} decimals. Choose one with at most ${maximum}.`,
  SaleRoundFactory_EndInvalid: ([, earliest, latest]) =>
    `This sale must end between ${time(earliest)} and ${time(latest)}.`,
  SaleRoundFactory_FeeTooHigh: ([actual, maximum]) =>
    `A sale's fee may be at most ${percent(maximum)}, not ${percent(actual)}.`,
  SaleRoundFactory_SaleAmountZero: () => "A sale must sell something.",
  SaleRoundFactory_SnapshotInvalid: ([snapshot, start]) =>
    `The snapshot (${time(snapshot)}) must lie before the start (${time(start)}), by at most 90 days.`,
  SaleRoundFactory_StartInvalid: ([, earliest, latest]) =>
    `This sale must start between ${time(earliest)} and ${time(latest)}.`,
  SaleRoundFactory_TokensEqual: ([token], say) => `${say.token(token)} cannot be paid for with itself.`,
  SaleRoundFactory_VestingInvalid: () => "Vesting may last four years at most, and not end before the cliff.",

  /* ScoreRegistry */
  ScoreRegistry_AddressInvalid: ([account]) => `${account} is not a contract.`,
  ScoreRegistry_BenefitFalls: ([tier]) =>
    `Tier ${tier} must bring at least what the tier below brings, open sales no later, and multiply by 1 or more.`,
  ScoreRegistry_BenefitTooHigh: ([tier]) =>
    `Tier ${tier} brings more than the contract allows: lower its discounts, proposals, cap or multiplier.`,
  ScoreRegistry_FutureLookup: ([timestamp]) => `${time(timestamp)} has not passed yet, so nothing is final about it.`,
  ScoreRegistry_ScoresNotAscending: ([tier]) => `Tier ${tier} must need a higher score than the tier below.`,
  ScoreRegistry_TierUnknown: ([tier]) => `There is no tier ${tier}. Tiers are numbered 1 to 10.`,

  /* TimelockFactory */
  TimelockFactory_AlreadyCompleted: () => "The protocol was handed over to the DAO already.",
  TimelockFactory_CallInvalid: ([index]) => `Setup call ${index} goes to the timelock itself, which is not allowed.`,
  TimelockFactory_DelayTooShort: ([delay, minimum]) =>
    `A delay of the DAO of ${delay} seconds is below the minimum of ${minimum} seconds.`,
  TimelockFactory_GovernorInvalid: ([timelock]) => `The governor executes through another timelock, ${timelock}.`,
  TimelockFactory_NotOwned: ([owned, owner]) =>
    `${owned} would not belong to the DAO's timelock alone: its owner is ${owner}.`,
  TimelockFactory_Unauthorized: ([caller]) => `${caller} has no right to do this.`,

  /* VotingEscrow */
  VotingEscrow_AmountTooLarge: ([, maximum]) =>
    `There are only ${formatUnits(maximum, 18)} GIM. Enter no more than you have.`,
  VotingEscrow_AmountZero: () => "Nothing would change: enter an amount, or a later end for the lock.",
  VotingEscrow_EndInvalid: ([end, earliest, latest]) =>
    `A lock cannot end at ${time(end)}. Choose a Thursday from ${time(earliest)} to ${time(latest)}.`,
  VotingEscrow_FutureLookup: ([timestamp]) => `${time(timestamp)} has not passed yet, so nothing is final about it.`,
  VotingEscrow_HoldNotOver: ([holdEndsAt]) =>
    `A lock that was just made or extended is held for seven days. You can leave from ${time(holdEndsAt)}.`,
  VotingEscrow_LockActive: ([end]) =>
    end === 0n
      ? "This lock is permanent. Let it decay first, or leave early."
      : `This lock runs until ${time(end)}. Withdraw then, or leave early.`,
  VotingEscrow_LockExpired: ([end]) => `This lock ended at ${time(end)}. Withdraw it first, then lock again.`,
  VotingEscrow_LockMissing: ([account]) => `${account} has nothing locked.`,
  VotingEscrow_LockTooSmall: ([amount, minimum]) =>
    `A lock of ${amount} wei is too small to decay. Lock at least ${minimum} wei of GIM.`,
  VotingEscrow_PenaltyRaised: ([bps, current]) =>
    `The largest penalty is ${percent(current)} and can only fall, so it cannot become ${percent(bps)}.`,
  VotingEscrow_PenaltyTooHigh: ([penalty, maximum]) =>
    `Leaving now costs ${penalty} wei of GIM, more than your maximum of ${maximum}. Accept more, or wait.`,
  VotingEscrow_PermanenceUnchanged: ([permanent]) =>
    permanent ? "This lock is permanent already." : "This lock is not permanent.",
  VotingEscrow_Unauthorized: ([caller]) => `${caller} may not lock for others.`,
  VotingEscrow_ZeroAddress: () => "An address is missing.",
};
