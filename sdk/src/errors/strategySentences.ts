import { formatUnits } from "viem";
import { percent, time } from "./format.ts";
import type { ContractErrorName, Sentences } from "./sentences.ts";

/** Contracts of strategies, their royalties and their shares. */
type StrategyContract = "StrategyRegistry" | "StrategyShares" | "StrategySharesFactory";

/** By the numbers of a lock's states. */
const LOCK_STATES = [
  "locked, and nobody has bid",
  "being auctioned",
  "sold: cash the shares out",
  "redeemed: no shares are left",
];

/** Sentences of strategies and datasets as tokens, and of shares of them. */
export const strategySentences: Sentences<Extract<ContractErrorName, `${StrategyContract}_${string}`>> = {
  /* StrategyRegistry */
  StrategyRegistry_HashZero: () => "A version needs the hash of its document.",
  StrategyRegistry_NotAStrategy: ([id]) =>
    `Token ${id} is a dataset: it earns when decisions name it, has no royalty of vaults and cannot be adopted.`,
  StrategyRegistry_ReceiverZero: () => "Name the account that gets the resale royalty from now on.",
  StrategyRegistry_ResaleTooHigh: ([resaleBps, maximum]) =>
    `A resale royalty may be ${percent(maximum)} of the price at most, not ${percent(resaleBps)}.`,
  StrategyRegistry_RoyaltyTooHigh: ([royaltyBps, maximum]) =>
    `A royalty may be ${percent(maximum)} of the creator's part at most, not ${percent(royaltyBps)}.`,
  StrategyRegistry_Unauthorized: ([caller, id]) =>
    `${caller} has no right to do this with token ${id}. A token that is locked in shares stands still.`,
  StrategyRegistry_UriInvalid: ([length, maximum]) =>
    `The address of the document has ${length} bytes, and must have 1 to ${maximum}.`,

  /* StrategyShares */
  StrategyShares_AuctionOver: ([endsAt]) => `The auction ended at ${time(endsAt)}. Anyone can settle it now.`,
  StrategyShares_AuctionRunning: ([endsAt]) => `The auction runs until ${time(endsAt)}. Settle it afterwards.`,
  StrategyShares_BidTooLow: ([amount, minimum, currency], say) =>
    `A bid of ${say.amount(amount, currency)} is too low. Bid at least ${say.amount(minimum, currency)}.`,
  StrategyShares_FutureLookup: ([timestamp]) => `Balances at ${time(timestamp)} are not final yet.`,
  StrategyShares_NothingCame: ([token], say) => `No ${say.token(token)} came since the last round.`,
  StrategyShares_NothingToWithdraw: ([account]) => `${account} has no money of beaten bids here.`,
  StrategyShares_ReceiverInvalid: () => "Shares cannot be sent to their own contract: nobody could use them there.",
  StrategyShares_RoundTooEarly: ([token, nextAt], say) =>
    `${say.token(token)} can be shared out again from ${time(nextAt)}. What comes before waits for it.`,
  StrategyShares_RoundsZero: () => "Claim at least one round.",
  StrategyShares_SharesMissing: ([balance, supply]) =>
    `Redeeming takes all ${formatUnits(supply, 18)} shares, and the caller has ${formatUnits(balance, 18)}.`,
  StrategyShares_SharesZero: () => "Cash out more than zero shares.",
  StrategyShares_StateInvalid: ([state]) =>
    `This cannot be done now: the token is ${LOCK_STATES[Number(state)] ?? "in an unknown state"}.`,
  StrategyShares_TokenInvalid: () => "The shares themselves are no royalty.",
  StrategyShares_TransferInexact: ([token, received, expected], say) =>
    `${say.amount(received, token)} arrived instead of ${say.amount(expected, token)}.`,
  StrategyShares_Unauthorized: ([caller]) => `${caller} has no right to do this.`,

  /* StrategySharesFactory */
  StrategySharesFactory_AddressInvalid: ([account]) => `${account} is no contract.`,
  StrategySharesFactory_CurrencyInvalid: ([currency], say) =>
    `Bids are made in USDC or GIM, not in ${say.token(currency)}.`,
  StrategySharesFactory_NameInvalid: ([, maximum]) => `Name and symbol must be 1 to ${maximum} bytes long.`,
  StrategySharesFactory_ReserveInvalid: ([reservePrice, maximum]) =>
    `The reserve price must be from 1 to ${maximum}, in the smallest units, not ${reservePrice}.`,
  StrategySharesFactory_SupplyInvalid: ([supply, minimum, maximum]) =>
    `The supply must be from ${minimum} to ${maximum}, in the smallest units, not ${supply}.`,
};
