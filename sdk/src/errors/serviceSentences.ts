import { percent, time } from "./format.ts";
import type { ContractErrorName, Sentences } from "./sentences.ts";

/** Contracts that sell services, and what is proven of their answers. */
type ServiceContract = "AccessPass" | "GradeBook" | "StrategyMarket";

/** Sentences of the services: credits, plans, trials, receipts, the market, grades. */
export const serviceSentences: Sentences<Extract<ContractErrorName, `${ServiceContract}_${string}`>> = {
  /* AccessPass */
  AccessPass_AssetShareTooHigh: ([actual, maximum]) =>
    `Owners of assets may get at most ${percent(maximum)} of the price of credits, not ${percent(actual)}.`,
  AccessPass_CostTooHigh: ([cost, maxCost]) =>
    `This costs ${cost} in the smallest units, more than the ${maxCost} that you accept. The price or your tier changed.`,
  AccessPass_CurrencyUnknown: ([currency]) => `${currency} is not taken. Pay in USDC or GIM.`,
  AccessPass_KeyTermInvalid: ([until, earliest, latest]) =>
    `A key must end between ${time(earliest)} and ${time(latest)}, not at ${time(until)}; no key ends at 0.`,
  AccessPass_MeterTooLow: ([, , units, meter]) => `The meter holds ${meter} credits, fewer than ${units}.`,
  AccessPass_NonceInvalid: ([nonce, maximum]) => `The nonce ${nonce} is above ${maximum}. Use the next free one.`,
  AccessPass_NonceUsed: ([, , nonce]) => `The receipt with nonce ${nonce} was settled or cancelled already.`,
  AccessPass_NotCredits: ([id]) => `${id} is no kind of credits. Choose 1, 2, 3 or 4.`,
  AccessPass_NotSold: ([id, currency], say) => `${id} is not sold for ${say.token(currency)} now.`,
  AccessPass_NotTransferable: ([id]) => `Plans and trials cannot be transferred, and ${id} is one of them.`,
  AccessPass_NothingThere: ([, currency], say) =>
    `Nothing was earned in ${say.token(currency)} since the last payment.`,
  AccessPass_NoticeNotOver: ([endsAt]) =>
    endsAt === 0n ? "Give notice first, and come back a day later." : `The notice is over at ${time(endsAt)}.`,
  AccessPass_PeriodsInvalid: ([periods, maximum]) =>
    `You can pay 1 to ${maximum} periods of this plan now, not ${periods}.`,
  AccessPass_PlanUnknown: ([plan, count]) => `There is no plan ${plan}; there are ${count}, counted from 0.`,
  AccessPass_PlansFull: ([maximum]) => `There can be ${maximum} plans, and there are.`,
  AccessPass_PriceTooLow: ([price, minimum]) =>
    `A price of ${price} is below ${minimum}, in the smallest units. Use 0 to sell nothing.`,
  AccessPass_ServicesInvalid: ([services]) =>
    `A plan needs services 1 to 4 and at least one, not the bits ${services}.`,
  AccessPass_TransferInexact: ([currency, received, amount], say) =>
    `Only ${say.amount(received, currency)} of ${say.amount(amount, currency)} arrived: this token keeps a fee.`,
  AccessPass_TrialNotOver: ([, endsAt, units]) =>
    units === 0n ? "Nothing is left of this trial." : `The trial runs until ${time(endsAt)}.`,
  AccessPass_TrialTooLarge: ([units, maximum]) => `A trial has at most ${maximum} units, not ${units}.`,
  AccessPass_TrialUsed: ([account]) => `${account} had its trial. Buy credits or a plan.`,
  AccessPass_TrialsClosed: () => "No trials are given now. Buy credits or a plan.",
  AccessPass_UnitsInvalid: ([units, maximum]) => `Choose 1 to ${maximum} credits, not ${units}.`,
  AccessPass_ZeroAddress: () => "An address is missing.",

  /* GradeBook */
  GradeBook_DecisionUnknown: ([vault, epoch]) =>
    `Nobody wrote down the decision of epoch ${epoch} of ${vault} while it was the newest one. Only later ones can be proven.`,
  GradeBook_FactoryInvalid: ([factory]) => `There is no contract at ${factory}. Give the factory of the indices.`,
  GradeBook_NoDecision: ([vault]) => `No decision has been made about ${vault} yet. Try again after the first one.`,
  GradeBook_NotIndex: ([vault]) => `${vault} is not an index of this protocol.`,
  GradeBook_ProofInvalid: ([vault, epoch, token]) =>
    `The decision of epoch ${epoch} of ${vault} does not say this of ${token}. Ask for the grade and its proof again.`,

  /* StrategyMarket */
  StrategyMarket_CollectionUnknown: ([collection]) =>
    `${collection} is not sold here: only strategies, datasets and credits are.`,
  StrategyMarket_CostTooHigh: ([cost, maximum, currency], say) =>
    `This costs ${say.amount(cost, currency)}, above your limit of ${say.amount(maximum, currency)}.`,
  StrategyMarket_CurrencyUnknown: ([currency], say) =>
    `Prices are in USDC or GIM, not in ${say.token(currency)}. Choose one of the two.`,
  StrategyMarket_Expired: ([until]) => `This offer ended at ${time(until)}. Ask the seller for a new one.`,
  StrategyMarket_FeeTooHigh: ([feeBps, maximum]) =>
    `A market fee of ${percent(feeBps)} is above the ${percent(maximum)} allowed.`,
  StrategyMarket_ListingUnknown: ([listingId]) =>
    `There is no offer ${listingId}: it was never made, was taken back, or is sold out.`,
  StrategyMarket_NotApproved: ([seller]) =>
    `The seller ${seller} has not approved the market for this token. Only he can do that.`,
  StrategyMarket_NotOwned: ([seller, id, held, units]) =>
    `${seller} holds ${held} of token ${id}, and ${units} are needed.`,
  StrategyMarket_NotTransferable: ([id]) => `Token ${id} belongs to its holder alone, so that it cannot be sold.`,
  StrategyMarket_PriceZero: () => "Name a price above zero.",
  StrategyMarket_SellerBuys: () => "This is your own offer. Take it back instead of buying it.",
  StrategyMarket_TokenMoved: ([id]) =>
    `Token ${id} has had another owner since it was offered, so that this offer is over. Ask its owner for a new one.`,
  StrategyMarket_Unauthorized: ([caller]) => `${caller} is not the seller, who alone can take an offer back.`,
  StrategyMarket_UnitsInvalid: ([units, maximum]) => `You asked for ${units} units, and 1 to ${maximum} are possible.`,
  StrategyMarket_UntilInvalid: ([, latest]) => `An offer ends in the future, at ${time(latest)} at the latest.`,
  StrategyMarket_VersionChanged: ([newest]) =>
    `Its owner has published another version meanwhile (${newest}). Look at it before you buy.`,
  StrategyMarket_ZeroAddress: () => "An address is missing, or is the market itself.",
};
