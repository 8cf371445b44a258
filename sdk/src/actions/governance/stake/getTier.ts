import type { Address } from "viem";
import { readContract } from "viem/actions";
import { scoreRegistryAbi } from "../../../abis/scoreRegistry.ts";
import { type ScoreTier, scoreToNextTier } from "../../../governance/tiers.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../../client.ts";

export type GetTierParameters = AtBlock & {
  /** ScoreRegistry. */
  scores: Address;
  account: Address;
};

export type GetTierReturnType = {
  blockNumber: bigint;
  /** {s} week start at which the score is read */
  readAt: bigint;
  /** {GIM wei} Staking Score there */
  score: bigint;
  /** {bps} score over what is committed: 10,000 to 20,000; 0 without a lock */
  multiplierBps: bigint;
  /** 1 to 10; 0 = none */
  tier: number;
  /** What the tier brings; undefined without one. */
  benefits: ScoreTier | undefined;
  /** {GIM wei} of score missing for the next tier; 0 in the highest */
  toNextTier: bigint;
  /** The table in force. */
  tiers: readonly ScoreTier[];
};

export type GetTierErrorType = ReadErrorType;

/**
 * An account's tier, what it brings, and how far the next one is. Tiers count from one week start to the next.
 *
 * @example
 * const { tier, benefits, toNextTier } = await getTier(client, { scores, account });
 */
export async function getTier(client: AnyClient, parameters: GetTierParameters): Promise<GetTierReturnType> {
  const { scores, account } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: scores, abi: scoreRegistryAbi, blockNumber } as const;
  return withTypedErrors(async () => {
    const readAt = await readContract(client, { ...at, functionName: "lastWeekStart" });
    const [score, multiplierBps, tier, tiers] = await Promise.all([
      readContract(client, { ...at, functionName: "scoreAt", args: [account, readAt] }),
      readContract(client, { ...at, functionName: "multiplierAt", args: [account, readAt] }),
      readContract(client, { ...at, functionName: "tierAt", args: [account, readAt] }),
      readContract(client, { ...at, functionName: "tiersAt", args: [readAt] }),
    ]);
    const benefits = tier === 0 ? undefined : tiers[tier - 1];
    const toNextTier = scoreToNextTier(score, tiers);
    return { blockNumber, readAt, score, multiplierBps, tier, benefits, toNextTier, tiers };
  });
}
