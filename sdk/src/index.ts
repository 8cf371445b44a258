export * from "./abis/index.ts";
export { type Authorization, takesPermits, type ZapPermit } from "./actions/authorization.ts";
export * from "./actions/batch/index.ts";
export type { AnyClient, AtBlock, ReadErrorType, WriteErrorType } from "./actions/client.ts";
export * from "./actions/curator/index.ts";
export * from "./actions/getRequirements.ts";
export * from "./actions/governance/index.ts";
export {
  type PreparedAction,
  type SendParameters,
  type SendReturnType,
  type SimulateOptions,
  send,
  type Tx,
} from "./actions/prepared.ts";
export * from "./actions/read/getBasket.ts";
export * from "./actions/read/getDrift.ts";
export * from "./actions/read/getEpoch.ts";
export * from "./actions/read/getHealth.ts";
export * from "./actions/read/getIndices.ts";
export * from "./actions/read/getLots.ts";
export * from "./actions/read/getNav.ts";
export * from "./actions/read/getPositions.ts";
export * from "./actions/read/getPromises.ts";
export * from "./actions/read/getTargets.ts";
export * from "./actions/read/getVault.ts";
export * from "./actions/read/previewMint.ts";
export * from "./actions/read/previewRedeem.ts";
export * from "./actions/read/quoteFill.ts";
export * from "./actions/recurring/cancelPlan.ts";
export * from "./actions/recurring/createPlan.ts";
export * from "./actions/recurring/executeOrders.ts";
export * from "./actions/recurring/getPlans.ts";
export * from "./actions/recurring/requestDeposits.ts";
export type {
  ApprovalRequirement,
  DecisionRequirement,
  Permit2Requirement,
  PermitRequirement,
  Requirement,
  Spend,
  TokenAmount,
} from "./actions/requirements.ts";
export { encodePath, type FindRouteParameters, findRoute, type Route, type Venue } from "./actions/routes.ts";
export * from "./actions/services/index.ts";
export * from "./actions/simulateCalls.ts";
export * from "./actions/write/applyBasket.ts";
export * from "./actions/write/checkPrice.ts";
export * from "./actions/write/claim.ts";
export * from "./actions/write/closeEpoch.ts";
export * from "./actions/write/createIndex.ts";
export * from "./actions/write/fill.ts";
export * from "./actions/write/mint.ts";
export * from "./actions/write/proposeBasket.ts";
export * from "./actions/write/proposeWeights.ts";
export * from "./actions/write/redeem.ts";
export * from "./actions/write/refreshTargets.ts";
export * from "./actions/write/sync.ts";
export * from "./actions/write/zapIn.ts";
export * from "./actions/write/zapOut.ts";
export { NATIVE, ZAP_LIFETIME } from "./actions/zap.ts";
export * from "./addresses.ts";
export * from "./canonical.ts";
export * from "./eip712.ts";
export * from "./errors/base.ts";
export * from "./errors/contract.ts";
export { type ContractErrorArgs, type ContractErrorName, sentences } from "./errors/sentences.ts";
export * from "./governance/airdropFile.ts";
export * from "./governance/compounding.ts";
export * from "./governance/decodeAction.ts";
export * from "./governance/lines.ts";
export * from "./governance/locks.ts";
export * from "./governance/optimistic.ts";
export * from "./governance/proposalActions.ts";
export * from "./governance/proposals.ts";
export * from "./governance/revenue.ts";
export * from "./governance/sales.ts";
export * from "./governance/sums.ts";
export * from "./governance/support.ts";
export * from "./governance/tiers.ts";
export * from "./governance/typedData.ts";
export * from "./governance/votes.ts";
export * from "./math/batches.ts";
export * from "./math/buckets.ts";
export * from "./math/curve.ts";
export * from "./math/exp.ts";
export * from "./math/fees.ts";
export { BPS, D18, D27, mulDiv, mulDivUp, WEEK } from "./math/fixed.ts";
export * from "./math/floats.ts";
export * from "./math/nav.ts";
export * from "./math/targets.ts";
export * from "./math/trade.ts";
export * from "./math/units.ts";
export * from "./math/weights.ts";
export { MethodologyInvalidError } from "./methodology/fields.ts";
export * from "./methodology/methodologyHash.ts";
export * from "./methodology/methodologyLimits.ts";
export * from "./methodology/parse.ts";
export * from "./methodology/types.ts";
export * from "./permits.ts";
export * from "./portfolio/drift.ts";
export * from "./portfolio/errors.ts";
export * from "./portfolio/plan.ts";
export * from "./portfolio/portfolioFile.ts";
export * from "./portfolio/requests.ts";
export { equalRiskShares, inverseVolatility } from "./portfolio/riskParity.ts";
export * from "./portfolio/trades.ts";
export {
  DEFAULT_PORTFOLIO_LIMITS,
  PLAN_KINDS,
  type PlanKind,
  type PortfolioIndex,
  type PortfolioLimits,
  RISK_TIERS,
  type RiskTier,
} from "./portfolio/types.ts";
export * from "./recurring/schedule.ts";
export * from "./services/credits.ts";
export * from "./services/strategies.ts";
export * from "./services/usageReceipt.ts";
export { type GasSnapshot, measuredCreationGas } from "./templates/creationGas.ts";
export * from "./templates/errors.ts";
export * from "./templates/previewIndex.ts";
export * from "./templates/templateMethodology.ts";
export { type KnownTokens, MAX_TOKENS } from "./templates/tokenTable.ts";
export * from "./templates/weights.ts";
export * from "./templates/weightsCsv.ts";
