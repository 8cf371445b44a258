export * from "./access/buyCredits.ts";
export * from "./access/buyPlan.ts";
export * from "./access/claimEarned.ts";
export * from "./access/getCredits.ts";
export * from "./access/getEarned.ts";
export * from "./access/loadCredits.ts";
export {
  type QuoteCreditsErrorType,
  type QuoteCreditsParameters,
  type QuoteCreditsReturnType,
  type QuotePlanErrorType,
  type QuotePlanParameters,
  type QuotePlanReturnType,
  type QuoteReturnType,
  quoteCredits,
  quotePlan,
} from "./access/quoteCredits.ts";
export * from "./access/requestUnload.ts";
export * from "./access/setSessionKey.ts";
export * from "./access/startTrial.ts";
export * from "./access/unloadCredits.ts";
export * from "./grades/rememberDecision.ts";
export * from "./grades/verifyGradeOnChain.ts";
export * from "./market/buyListed.ts";
export * from "./market/cancelListing.ts";
export {
  type GetListingErrorType,
  type GetListingParameters,
  type GetListingReturnType,
  getListing,
  type ListingState,
  type MarketListing,
} from "./market/getListing.ts";
export * from "./market/getListings.ts";
export * from "./market/listForSale.ts";
export * from "./market/quoteListing.ts";
export * from "./shares/bid.ts";
export * from "./shares/cashOut.ts";
export * from "./shares/claimRoyalties.ts";
export * from "./shares/getShares.ts";
export * from "./shares/getSharesList.ts";
export * from "./shares/harvestRoyalties.ts";
export * from "./shares/lockStrategy.ts";
export * from "./shares/redeemStrategy.ts";
export * from "./shares/settleBuyout.ts";
export * from "./shares/withdrawBid.ts";
export * from "./strategies/adoptStrategy.ts";
export * from "./strategies/getStrategies.ts";
export {
  type GetStrategyErrorType,
  type GetStrategyParameters,
  type GetStrategyReturnType,
  getStrategy,
  type RegisteredStrategy,
} from "./strategies/getStrategy.ts";
export * from "./strategies/getVersions.ts";
export * from "./strategies/payOutRoyalties.ts";
export * from "./strategies/publishVersion.ts";
export * from "./strategies/registerStrategy.ts";
export * from "./strategies/setResaleReceiver.ts";
export * from "./strategies/setStrategyRoyalty.ts";
