import { percent, time } from "./format.ts";
import type { ContractErrorName, Sentences } from "./sentences.ts";

/** Sentences of the services: credits, plans, trials and receipts. */
export const serviceSentences: Sentences<Extract<ContractErrorName, `AccessPass_${string}`>> = {
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
};
