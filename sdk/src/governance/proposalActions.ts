import { type Address, type ContractFunctionArgs, erc20Abi, type Hex } from "viem";
import { assetRegistryAdminAbi } from "../abis/assetRegistryAdmin.ts";
import { feeSplitterAbi } from "../abis/feeSplitter.ts";
import { indexFactoryAbi } from "../abis/indexFactory.ts";
import { indexGovernorAbi } from "../abis/indexGovernor.ts";
import { keeperRegistryAdminAbi } from "../abis/keeperRegistryAdmin.ts";
import { optimisticModuleAbi } from "../abis/optimisticModule.ts";
import { revenueDistributorAbi } from "../abis/revenueDistributor.ts";
import { saleRoundFactoryAbi } from "../abis/saleRoundFactory.ts";
import { scoreRegistryAbi } from "../abis/scoreRegistry.ts";
import { votingEscrowAbi } from "../abis/votingEscrow.ts";
import { type ProposalAction, toAction } from "./proposals.ts";

/** A listing as the AssetRegistry takes it. */
export type AssetConfig = ContractFunctionArgs<typeof assetRegistryAdminAbi, "nonpayable", "setAsset">[1];
/** {bps} parts of the revenue; their sum is 10,000. */
export type RevenueShares = ContractFunctionArgs<typeof feeSplitterAbi, "nonpayable", "setShares">[0];
/** Ten tiers, the lowest first. */
export type ScoreTiers = ContractFunctionArgs<typeof scoreRegistryAbi, "nonpayable", "setTiers">[0];
/** Everything about a sale that is announced. */
export type NewSaleTerms = ContractFunctionArgs<typeof saleRoundFactoryAbi, "nonpayable", "createRound">[0];

export type ListAssetParameters = {
  assetRegistry: Address;
  /** The token. */
  token: Address;
  /** Feeds, bounds and tier. */
  config: AssetConfig;
};

/**
 * Lists a token, or changes its listing.
 *
 * @example
 * listAsset({ assetRegistry, token: link, config: { feed, heartbeat: 3_600, tier: 2, ... } });
 */
export function listAsset({ assetRegistry, token, config }: ListAssetParameters): ProposalAction {
  return toAction({
    target: assetRegistry,
    abi: assetRegistryAdminAbi,
    functionName: "setAsset",
    args: [token, config],
  });
}

export type DelistAssetParameters = {
  assetRegistry: Address;
  token: Address;
};

/**
 * Removes the listing of a token: it has no price from then on.
 *
 * @example
 * delistAsset({ assetRegistry, token });
 */
export function delistAsset({ assetRegistry, token }: DelistAssetParameters): ProposalAction {
  return toAction({ target: assetRegistry, abi: assetRegistryAdminAbi, functionName: "removeAsset", args: [token] });
}

export type SetAssetFrozenParameters = {
  assetRegistry: Address;
  token: Address;
  frozen: boolean;
};

/**
 * Freezes or thaws trading in a token.
 *
 * @example
 * setAssetFrozen({ assetRegistry, token, frozen });
 */
export function setAssetFrozen({ assetRegistry, token, frozen }: SetAssetFrozenParameters): ProposalAction {
  return toAction({
    target: assetRegistry,
    abi: assetRegistryAdminAbi,
    functionName: "setFrozen",
    args: [token, frozen],
  });
}

export type SetAssetTierParameters = {
  assetRegistry: Address;
  /** 0 to 15 */
  tier: number;
  /** {bps of NAV} */
  maxWeightBps: number;
};

/**
 * Sets the largest weight of an asset tier; 0 closes it.
 *
 * @example
 * setAssetTier({ assetRegistry, tier, maxWeightBps });
 */
export function setAssetTier({ assetRegistry, tier, maxWeightBps }: SetAssetTierParameters): ProposalAction {
  return toAction({
    target: assetRegistry,
    abi: assetRegistryAdminAbi,
    functionName: "setTier",
    args: [tier, maxWeightBps],
  });
}

export type SetProtocolFeeParameters = {
  factory: Address;
  /** {bps of the fees} */
  bps: number;
  recipient: Address;
};

/**
 * Sets the protocol's part of the fees of indices and who receives it.
 *
 * @example
 * await propose(client, { governor, actions: [setProtocolFee({ factory, bps: 500, recipient })], description });
 */
export function setProtocolFee({ factory, bps, recipient }: SetProtocolFeeParameters): ProposalAction {
  return toAction({ target: factory, abi: indexFactoryAbi, functionName: "setProtocolFee", args: [bps, recipient] });
}

export type AddVaultVersionParameters = {
  factory: Address;
  implementation: Address;
};

/**
 * Makes new indices run another implementation. Those that exist stay as they are.
 *
 * @example
 * addVaultVersion({ factory, implementation });
 */
export function addVaultVersion({ factory, implementation }: AddVaultVersionParameters): ProposalAction {
  return toAction({ target: factory, abi: indexFactoryAbi, functionName: "addVersion", args: [implementation] });
}

export type SetGuardianParameters = {
  keeperRegistry: Address;
  guardian: Address;
  /** {s} at most 12 months away */
  expiresAt: number;
};

/**
 * Names the guardian of the whole protocol and when its term ends.
 *
 * @example
 * setGuardian({ keeperRegistry, guardian: council, expiresAt: now + 31_536_000 });
 */
export function setGuardian({ keeperRegistry, guardian, expiresAt }: SetGuardianParameters): ProposalAction {
  return toAction({
    target: keeperRegistry,
    abi: keeperRegistryAdminAbi,
    functionName: "setGuardian",
    args: [guardian, expiresAt],
  });
}

export type SetRevenueSharesParameters = {
  splitter: Address;
  /** Sum 10,000. */
  shares: RevenueShares;
};

/**
 * Splits revenue anew between stakers, buyback, treasury and keepers.
 *
 * @example
 * setRevenueShares({ splitter, shares });
 */
export function setRevenueShares({ splitter, shares }: SetRevenueSharesParameters): ProposalAction {
  return toAction({ target: splitter, abi: feeSplitterAbi, functionName: "setShares", args: [shares] });
}

export type SetRewardTokenParameters = {
  distributor: Address;
  token: Address;
  isListed: boolean;
};

/**
 * Lists a token that stakers may be paid in, or removes it.
 *
 * @example
 * setRewardToken({ distributor, token, isListed });
 */
export function setRewardToken({ distributor, token, isListed }: SetRewardTokenParameters): ProposalAction {
  return toAction({
    target: distributor,
    abi: revenueDistributorAbi,
    functionName: "setRewardToken",
    args: [token, isListed],
  });
}

export type SetScoreTiersParameters = {
  scores: Address;
  /** Tier 1 first. */
  tiers: ScoreTiers;
};

/**
 * Sets the ten score tiers from the next week start on.
 *
 * @example
 * setScoreTiers({ scores, tiers });
 */
export function setScoreTiers({ scores, tiers }: SetScoreTiersParameters): ProposalAction {
  return toAction({ target: scores, abi: scoreRegistryAbi, functionName: "setTiers", args: [tiers] });
}

export type CreateSaleParameters = {
  saleFactory: Address;
  /** They never change. */
  terms: NewSaleTerms;
};

/**
 * Announces an early-access sale.
 *
 * @example
 * createSale({ saleFactory, terms });
 */
export function createSale({ saleFactory, terms }: CreateSaleParameters): ProposalAction {
  return toAction({ target: saleFactory, abi: saleRoundFactoryAbi, functionName: "createRound", args: [terms] });
}

export type SetDepositorParameters = {
  escrow: Address;
  depositor: Address;
  allowed: boolean;
};

/**
 * Lets a contract lock for others, or no longer.
 *
 * @example
 * setDepositor({ escrow, depositor, allowed });
 */
export function setDepositor({ escrow, depositor, allowed }: SetDepositorParameters): ProposalAction {
  return toAction({ target: escrow, abi: votingEscrowAbi, functionName: "setDepositor", args: [depositor, allowed] });
}

export type LowerExitPenaltyParameters = {
  escrow: Address;
  /** {bps of the amount} */
  bps: number;
};

/**
 * Lowers the largest penalty of an early exit, for good.
 *
 * @example
 * lowerExitPenalty({ escrow, bps });
 */
export function lowerExitPenalty({ escrow, bps }: LowerExitPenaltyParameters): ProposalAction {
  return toAction({ target: escrow, abi: votingEscrowAbi, functionName: "lowerMaxPenalty", args: [bps] });
}

export type SetQuorumBoundsParameters = {
  governor: Address;
  /** {veGIM wei} */
  floor: bigint;
  /** {veGIM wei} */
  cap: bigint;
};

/**
 * Sets the least and the largest quorum of proposals to come.
 *
 * @example
 * setQuorumBounds({ governor, floor, cap });
 */
export function setQuorumBounds({ governor, floor, cap }: SetQuorumBoundsParameters): ProposalAction {
  return toAction({ target: governor, abi: indexGovernorAbi, functionName: "setQuorumBounds", args: [floor, cap] });
}

export type SetVotingPeriodParameters = {
  governor: Address;
  /** {s} */
  seconds: number;
};

/**
 * Sets how long votes last.
 *
 * @example
 * setVotingPeriod({ governor, seconds });
 */
export function setVotingPeriod({ governor, seconds }: SetVotingPeriodParameters): ProposalAction {
  return toAction({ target: governor, abi: indexGovernorAbi, functionName: "setVotingPeriod", args: [seconds] });
}

export type SetOptimisticProposerParameters = {
  module: Address;
  proposer: Address;
  allowed: boolean;
};

/**
 * Lets an account propose optimistically, or no longer.
 *
 * @example
 * setOptimisticProposer({ module, proposer, allowed });
 */
export function setOptimisticProposer({ module, proposer, allowed }: SetOptimisticProposerParameters): ProposalAction {
  return toAction({ target: module, abi: optimisticModuleAbi, functionName: "setProposer", args: [proposer, allowed] });
}

export type SetOptimisticCallParameters = {
  module: Address;
  target: Address;
  /** First four bytes of the call. */
  selector: Hex;
  allowed: boolean;
};

/**
 * Lets a call be proposed optimistically, or no longer.
 *
 * @example
 * setOptimisticCall({ module, target, selector, allowed });
 */
export function setOptimisticCall({ module, target, selector, allowed }: SetOptimisticCallParameters): ProposalAction {
  return toAction({
    target: module,
    abi: optimisticModuleAbi,
    functionName: "setCall",
    args: [target, selector, allowed],
  });
}

export type SendTokensParameters = {
  token: Address;
  to: Address;
  /** {raw tokens} that the timelock holds */
  amount: bigint;
};

/**
 * Sends tokens of the timelock, which is the treasury.
 *
 * @example
 * sendTokens({ token: gim, to: grantee, amount: parseEther("5000") });
 */
export function sendTokens({ token, to, amount }: SendTokensParameters): ProposalAction {
  return toAction({ target: token, abi: erc20Abi, functionName: "transfer", args: [to, amount] });
}
