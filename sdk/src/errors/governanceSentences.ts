import { formatUnits } from "viem";
import { percent, time } from "./format.ts";
import type { ContractErrorName, Sentences } from "./sentences.ts";

/** Contracts of the governance side. */
type GovernanceContract =
  | "Buyback"
  | "Compounder"
  | "FeeSplitter"
  | "IndexGovernor"
  | "MerkleAirdrop"
  | "OptimisticModule"
  | "RevenueDistributor"
  | "SaleRound"
  | "SaleRoundFactory"
  | "ScoreRegistry"
  | "TimelockFactory"
  | "VotingEscrow";

/** Sentences of the token, the escrow, the revenue, the sales and the DAO. */
export const governanceSentences: Sentences<Extract<ContractErrorName, `${GovernanceContract}_${string}`>> = {
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
