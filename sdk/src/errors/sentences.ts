import type { AbiParameter, AbiParameterToPrimitiveType } from "viem";
import type { errorsAbi } from "../abis/errors.ts";
import { batchSentences } from "./batchSentences.ts";
import { percent, share, time, usd, usdPrice, type Wording } from "./format.ts";
import { governanceSentences } from "./governanceSentences.ts";
import { recurringSentences } from "./recurringSentences.ts";
import { serviceSentences } from "./serviceSentences.ts";

type ErrorsAbi = typeof errorsAbi;

type PrimitiveTypes<T extends readonly AbiParameter[]> = { [I in keyof T]: AbiParameterToPrimitiveType<T[I]> };

/** Name of a custom error of the protocol. */
export type ContractErrorName = ErrorsAbi[number]["name"];

/** Arguments of a custom error, in order. */
export type ContractErrorArgs<N extends ContractErrorName> = PrimitiveTypes<
  Extract<ErrorsAbi[number], { name: N }>["inputs"]
>;

/** A sentence for each of these errors: what happened, and what to do. */
export type Sentences<N extends ContractErrorName> = {
  [K in N]: (args: ContractErrorArgs<K>, say: Wording) => string;
};

/** A sentence for every custom error. A new error does not compile without one. */
export const sentences: Sentences<ContractErrorName> = {
  ...governanceSentences,
  ...batchSentences,
  ...recurringSentences,
  ...serviceSentences,

  /* IndexVault */
  IndexVault_AssetAlreadyInBasket: ([token], say) => `${say.token(token)} is in the basket already.`,
  IndexVault_AssetFrozen: ([token], say) =>
    `${say.token(token)} may not be traded in this direction now, because its price moved too far. Try again after it has settled.`,
  IndexVault_AssetNotInBasket: ([token], say) => `${say.token(token)} is not in this index.`,
  IndexVault_AssetNotListed: ([token], say) => `${say.token(token)} is not a listed token. Choose a listed one.`,
  IndexVault_AssetOffPeg: ([token], say) =>
    `${say.token(token)} is away from one US dollar, so the index does not buy it now.`,
  IndexVault_BasketChangeMismatch: () =>
    "This basket change is not the one that was announced. Apply exactly the announced tokens.",
  IndexVault_BasketNonceMismatch: () => "The basket of this index changed in the meantime. Reload and try again.",
  IndexVault_BasketSizeInvalid: ([size]) => `A basket holds 1 to 128 tokens, and this one would hold ${size}.`,
  IndexVault_BudgetExhausted: ([turnover, loss]) =>
    `The index has traded as much as it may for now (left: turnover ${share(turnover)}, loss ${share(loss)}). The budget refills over seven days.`,
  IndexVault_ChangeNotReady: ([eta]) => `This change was announced and may be applied from ${time(eta)}, for 14 days.`,
  IndexVault_ChangeUnknown: () => "This change was never announced. Announce it first, then wait for its delay.",
  IndexVault_CooldownActive: ([readyAt]) => `The last rebalance is too recent. The next may start at ${time(readyAt)}.`,
  IndexVault_DecisionExpired: ([validUntil]) =>
    `This decision could be submitted until ${time(validUntil)}. Ask the signers for a new one.`,
  IndexVault_DeriskRaises: ([token, weight, current], say) =>
    `A move to safety may only raise the stable destinations, and ${say.token(token)} would rise from ${percent(current)} to ${percent(weight)}.`,
  IndexVault_DeriskSplitMismatch: ([token, weight, expected], say) =>
    `A move to safety follows the fixed split of the index: ${say.token(token)} must be ${percent(expected)}, not ${percent(weight)}.`,
  IndexVault_DestinationsInvalid: () =>
    "Choose one to three listed stable tokens as safe destinations, with splits that sum to 100%.",
  IndexVault_DropNotAllowed: ([token], say) =>
    `${say.token(token)} may not be dropped: it is still held, or it is a safe destination.`,
  IndexVault_EpochMismatch: ([actual, expected]) =>
    `This decision is for rebalance ${actual}, and the next one of this index is ${expected}.`,
  IndexVault_EpochNotOpen: () => "The index accepts no trades now, because no rebalance is open.",
  IndexVault_EpochOpen: () => "A rebalance is open. Try again after it has closed.",
  IndexVault_EpochUnfinished: ([token], say) =>
    `The rebalance cannot close early: ${say.token(token)} is not at its target yet.`,
  IndexVault_FeeTooHigh: ([actual, maximum]) =>
    `The fee is ${actual}, above the accepted maximum of ${maximum}. Reload to see the current fee.`,
  IndexVault_FillLimit: ([sold, minSell, paid, maxPay]) =>
    `The trade came out worse than you allowed: you would receive ${sold} (at least ${minSell} wanted) for ${paid} (at most ${maxPay} allowed).`,
  IndexVault_GasTooLow: ([left, needed]) =>
    `The transaction has too little gas: ${left} left where ${needed} are needed. Raise the gas limit.`,
  IndexVault_IndexOutOfBounds: ([index, size]) => `The basket holds ${size} tokens; there is none with index ${index}.`,
  IndexVault_InitializationInvalid: () =>
    "This vault is set up already, or it is the template that indices are copied from.",
  IndexVault_Insolvent: ([token, balance, needed], say) =>
    `The index would hold ${say.amount(balance, token)}, and owes ${say.amount(needed, token)}. Nothing was changed.`,
  IndexVault_LengthMismatch: ([actual, expected]) =>
    `The list has ${actual} entries where the basket needs ${expected}. Reload and try again.`,
  IndexVault_LimitOutOfRange: ([name, value, minimum, maximum]) =>
    `The limit ${name} is ${value}, and it must be from ${minimum} to ${maximum}.`,
  IndexVault_NothingOwed: ([token, account], say) => `Nothing is owed to ${account} in ${say.token(token)}.`,
  IndexVault_NothingToFill: ([sellToken, buyToken], say) =>
    `The index has no ${say.token(sellToken)} to sell for ${say.token(buyToken)} now.`,
  IndexVault_NothingTradable: () =>
    "None of the tokens that should have a weight can be traded now. Try again when their prices have settled.",
  IndexVault_Paused: () =>
    "This action is paused by the guardian and resumes by itself. Redeeming and claiming are never paused.",
  IndexVault_PauseTooSoon: ([readyAt]) => `A pause may not be renewed before ${time(readyAt)}.`,
  IndexVault_PriceMissing: ([token], say) =>
    `${say.token(token)} has no trustworthy price now: its feed is late, frozen, or contradicted. Try again later.`,
  IndexVault_PriceOutOfBand: ([token, price, snapshot], say) =>
    `${say.token(token)} trades at ${usdPrice(price)}, too far from ${usdPrice(snapshot)} at the start of the rebalance.`,
  IndexVault_Reentered: () => "The index is in the middle of another call. Try again in a new transaction.",
  IndexVault_RefreshTooSoon: ([readyAt]) =>
    `The targets were refreshed a moment ago. The next time is ${time(readyAt)}.`,
  IndexVault_SharesInvalid: ([shares]) =>
    `${shares} is no possible number of shares: it is zero, too few for an index, or would exceed the largest supply.`,
  IndexVault_SignersRevoked: () => "The signers of this rebalance were revoked or replaced, so it stopped.",
  IndexVault_Slippage: ([token, amount, limit], say) =>
    `The amount is ${say.amount(amount, token)}, beyond your limit of ${say.amount(limit, token)}. Reload for current amounts.`,
  IndexVault_TransferFailed: ([token], say) =>
    `${say.token(token)} refused the transfer. Check your balance and approval; the token may also be paused.`,
  IndexVault_Unauthorized: ([caller]) => `${caller} has no right to do this.`,
  IndexVault_UnitsOutOfRange: ([token], say) =>
    `The amount of ${say.token(token)} per share is too small or too large to be kept exactly.`,
  IndexVault_WeightAboveCap: ([token, weight, cap], say) =>
    `${say.token(token)} would be ${percent(weight)} of the index, above its cap of ${percent(cap)}.`,
  IndexVault_WeightChangeTooLarge: ([token, weight, current, maximum], say) =>
    `${say.token(token)} would go from ${percent(current)} to ${percent(weight)}, more than the ${percent(maximum)} that one rebalance may change.`,
  IndexVault_WeightSumInvalid: ([actual]) => `The weights sum to ${percent(actual)}, and must sum to 100%.`,
  IndexVault_ZeroAddress: () => "An address is empty that must be given.",

  /* IndexFactory */
  IndexFactory_AddressInvalid: ([account]) => `${account} is not usable here: it is empty or no contract.`,
  IndexFactory_NameInvalid: () => "Name and symbol must be 1 to 64 characters long.",
  IndexFactory_ProtocolFeeTooHigh: ([actual, maximum]) =>
    `The protocol's part of the fees would be ${percent(actual)}, above the cap of ${percent(maximum)}.`,
  IndexFactory_SeedTooSmall: ([actual, minimum]) =>
    `The seed is worth ${usd(actual)}, and a new index needs at least ${usd(minimum)}.`,
  IndexFactory_TokensNotAscending: ([previous, token], say) =>
    `Tokens must be given in ascending order without repetition: ${say.token(token)} may not follow ${say.token(previous)}.`,

  /* CappedRateFeed */
  CappedRateFeed_GrowthInvalid: ([, maximum]) =>
    `The rate may grow by more than nothing and by ${percent(maximum)} a year at most. Choose a growth in between.`,
  CappedRateFeed_NoHistory: () => "This feed knows the price of now only. Ask for the latest round.",
  CappedRateFeed_NotGrown: () => "The rate has not grown since the last snapshot: there is nothing to refresh.",
  CappedRateFeed_RateMissing: ([source], say) =>
    `${say.token(source)} tells no usable rate now, so there is no price. Try again later.`,
  CappedRateFeed_SourceInvalid: ([source], say) =>
    `${say.token(source)} cannot be the source of a rate. Check its address, its share and its decimals.`,
  CappedRateFeed_TooEarly: ([readyAt]) => `The snapshot is too young. Try again after ${time(readyAt)}.`,

  /* CreReceiver */
  CreReceiver_CallerNotForwarder: ([caller]) =>
    `${caller} may not deliver reports. Only the Chainlink forwarder of this chain may.`,
  CreReceiver_ForwarderInvalid: ([forwarder]) =>
    `${forwarder} is no contract, so it cannot be the Chainlink forwarder.`,
  CreReceiver_KindUnknown: ([kind]) =>
    `The report begins with ${kind}, which is no kind of report. Begin with 0 for a decision, with 1 for upkeep.`,
  CreReceiver_MetadataTooShort: ([length]) =>
    `The metadata of the report has ${length} bytes, too few to name its workflow.`,
  CreReceiver_TargetInvalid: ([target]) => `${target} is no contract, so it cannot do any upkeep.`,
  CreReceiver_TargetUnknown: ([target]) =>
    `Reports cannot call ${target}. Name the receiver's KeeperUpkeep or RecurringOrders.`,
  CreReceiver_TipReceiverInvalid: ([account]) =>
    `Tips cannot go to ${account}, where nobody could take them out. Name an account of yours.`,
  CreReceiver_WorkflowUnknown: () => "The report comes from another workflow, or from another owner of it.",

  /* IndexLens */
  IndexLens_LengthMismatch: ([tokens, amounts]) => `${tokens} tokens were given with ${amounts} amounts.`,
  IndexLens_SharesZero: () => "A new index needs more than zero shares.",
  IndexLens_VaultUnknown: ([vault]) => `${vault} is no index of this factory.`,

  /* KeeperUpkeep */
  KeeperUpkeep_NotNeeded: ([vault]) => `The index ${vault} does not need this upkeep now.`,
  KeeperUpkeep_Simulated: () => "The simulation worked. Send it as an upkeep to make it happen.",
  KeeperUpkeep_VaultUnknown: ([vault]) => `${vault} is no index of this factory.`,

  /* AssetRegistry */
  AssetRegistry_AssetNotListed: ([token], say) => `${say.token(token)} is not a listed token.`,
  AssetRegistry_DecimalsMismatch: ([account, actual, expected]) =>
    `${account} has ${actual > 255n ? "no readable decimals" : `${actual} decimals`}, and the listing says ${expected}.`,
  AssetRegistry_DecimalsTooLarge: ([account, actual, maximum]) =>
    `${account} has ${actual} decimals, more than the supported ${maximum}.`,
  AssetRegistry_DeviationTooHigh: ([actual, maximum]) =>
    `A deviation threshold of ${percent(actual)} is above the maximum of ${percent(maximum)}.`,
  AssetRegistry_FlagsInvalid: ([flags]) => `The flags ${flags} contain one that a listing cannot store.`,
  AssetRegistry_GasTooLow: ([left, needed]) =>
    `The transaction has too little gas to read prices: ${left} left where ${needed} are needed. Raise the gas limit.`,
  AssetRegistry_HeartbeatZero: ([token], say) => `The listing of ${say.token(token)} needs a heartbeat above zero.`,
  AssetRegistry_LengthMismatch: ([actual, expected]) => `${expected} tokens were given with ${actual} listings.`,
  AssetRegistry_MinPriceInvalid: () => "The minimum price is too large to be one.",
  AssetRegistry_NoCode: ([account]) => `${account} is no contract.`,
  AssetRegistry_SecondaryInvalid: ([token, secondary], say) =>
    `${secondary} cannot be the second price source of ${say.token(token)} with these settings.`,
  AssetRegistry_TierInvalid: ([tier]) => `Tier ${tier} does not exist or is closed.`,
  AssetRegistry_Unauthorized: ([caller]) => `${caller} has no right to do this.`,
  AssetRegistry_WeightTooHigh: ([actual, maximum]) =>
    `A cap of ${percent(actual)} is above the maximum of ${percent(maximum)}.`,

  /* KeeperRegistry */
  KeeperRegistry_FactoryAlreadySet: ([factory]) => `The factory is ${factory} already, and can be set only once.`,
  KeeperRegistry_GuardianExpiryInvalid: ([expiresAt]) =>
    `A guardian's term must end in the future and within a year, not at ${time(expiresAt)}.`,
  KeeperRegistry_NoSigners: ([vault]) =>
    `The index ${vault} has no decision signers now. Its curator or the DAO must announce new ones.`,
  KeeperRegistry_ProposalMismatch: () => "These signers are not the announced ones. Apply exactly what was announced.",
  KeeperRegistry_ProposalNotReady: ([eta]) =>
    `These signers were announced and may be applied from ${time(eta)}, for 14 days.`,
  KeeperRegistry_SignatureInvalid: ([signer]) =>
    `The signature of ${signer} is not valid for this decision. Ask for a new one.`,
  KeeperRegistry_SignatureMalformed: ([index]) =>
    `Signature ${index + 1n} is not in the expected form: the signer's address, then the signature.`,
  KeeperRegistry_SignaturesTooFew: ([actual, threshold]) =>
    `The decision carries ${actual} signatures, and ${threshold} are needed.`,
  KeeperRegistry_SignerCountInvalid: ([actual, maximum]) =>
    `An index has 1 to ${maximum} decision signers, and ${actual} were given.`,
  KeeperRegistry_SignerUnknown: ([signer]) => `${signer} does not sign for this index.`,
  KeeperRegistry_SignersNotAscending: ([previous, signer]) =>
    `Signers must be given in ascending order without repetition: ${signer} may not follow ${previous}.`,
  KeeperRegistry_ThresholdInvalid: ([threshold, count]) =>
    `With ${count} signers, 1 to ${count} signatures can be asked for, not ${threshold}.`,
  KeeperRegistry_Unauthorized: ([caller]) => `${caller} has no right to do this.`,
  KeeperRegistry_VaultAlreadyInitialized: ([vault]) => `The index ${vault} has registered its signers already.`,
  KeeperRegistry_VaultUnknown: ([vault]) => `${vault} is not an index that registered signers.`,
  KeeperRegistry_ZeroAddress: () => "An address is empty that must be given.",

  /* AmmFiller */
  AmmFiller_AdapterUnknown: ([adapter]) => `${adapter} is not a venue that this filler knows.`,
  AmmFiller_AddressInvalid: ([account]) => `${account} is no contract.`,
  AmmFiller_CallerNotVault: ([caller]) => `${caller} is not the index that is being filled.`,
  AmmFiller_DeadlinePassed: ([deadline]) => `The trade was allowed until ${time(deadline)}. Send it again.`,
  AmmFiller_NotIndex: ([vault]) => `${vault} is not an index of this protocol.`,
  AmmFiller_ReceivedTooLittle: ([token, received, wanted], say) =>
    `The venue would pay ${say.amount(received, token)}, and at least ${say.amount(wanted, token)} are wanted. Try another route or later.`,
  AmmFiller_Reentered: () => "The filler was called again while it was filling.",
  AmmFiller_TooFewFilled: ([filled, minimum]) =>
    `Only ${filled} trades of the batch could be made, and at least ${minimum} are wanted.`,

  /* UniswapV3Swapper */
  UniswapV3Swapper_CallerNotPool: ([caller]) => `${caller} asked for a payment that it has no right to.`,
  UniswapV3Swapper_FactoryInvalid: ([factory]) => `${factory} is no contract, so it cannot be the Uniswap V3 factory.`,
  UniswapV3Swapper_InputAboveMaximum: ([amountIn, maximum]) =>
    `Buying the basket costs more than the input covers: ${amountIn} for one token where ${maximum} are left. Put in more, or take fewer shares.`,
  UniswapV3Swapper_PathInvalid: ([, first, last], say) =>
    `The route does not lead from ${say.token(first)} to ${say.token(last)}.`,
  UniswapV3Swapper_PoolMissing: ([tokenIn, tokenOut, fee], say) =>
    `There is no Uniswap V3 pool of ${say.token(tokenIn)} and ${say.token(tokenOut)} with a fee of ${percent(BigInt(fee) / 100n)}.`,
  UniswapV3Swapper_PoolTooThin: ([pool, swapped, wanted]) =>
    `The pool ${pool} could swap only ${swapped} of ${wanted}. Choose another route or a smaller amount.`,
  UniswapV3Swapper_Reentered: () => "A swap was started inside a swap.",

  /* Zap */
  Zap_AddressInvalid: ([account]) => `${account} is no contract.`,
  Zap_AllowanceTooSmall: ([token, allowance, needed], say) =>
    `The zap may take ${say.amount(allowance, token)} of yours, and ${say.amount(needed, token)} are needed. Approve more.`,
  Zap_DeadlinePassed: ([deadline]) => `The transaction was allowed until ${time(deadline)}. Send it again.`,
  Zap_InputTooSmall: ([token, available, needed], say) =>
    `The basket needs ${say.amount(needed, token)} itself, and only ${say.amount(available, token)} are there. Put in more, or take fewer shares.`,
  Zap_LengthMismatch: ([actual, expected]) => `${actual} routes were given for a basket of ${expected} tokens.`,
  Zap_NotIndex: ([vault]) => `${vault} is not an index of this protocol.`,
  Zap_OutputTooSmall: ([token, received, minimum], say) =>
    `You would receive ${say.amount(received, token)}, less than your minimum of ${say.amount(minimum, token)}. Nothing was changed.`,
  Zap_ReceiverInvalid: ([receiver]) => `${receiver} cannot be the receiver.`,
  Zap_SignatureInvalid: ([length]) => `The permit signature has ${length} bytes instead of 65. Sign again.`,
  Zap_Unauthorized: ([caller]) => `${caller} has no right to do this.`,
  Zap_ValueMismatch: ([actual, expected]) => `${actual} wei were sent where ${expected} are expected.`,
};
