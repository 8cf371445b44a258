import { type Address, isAddressEqual } from "viem";
import { readContract } from "viem/actions";
import { compounderAbi } from "../../../abis/compounder.ts";
import { revenueDistributorAbi } from "../../../abis/revenueDistributor.ts";
import { type CompoundModeName, fromCompoundMode } from "../../../governance/compounding.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../../client.ts";

export type GetPolicyParameters = AtBlock & { compounder: Address; distributor: Address; account: Address };

export type GetPolicyReturnType = {
  blockNumber: bigint;
  mode: CompoundModeName;
  /** Whether anyone may start it. */
  anyone: boolean;
  /** {bps} */
  maxFeeBps: number;
  /** {bps} */
  maxSlippageBps: number;
  /** The index of the mode "index"; the zero address in the others. */
  vault: Address;
  /** Whether the compounder may claim for the account: without it nothing happens. */
  isClaimer: boolean;
};

export type GetPolicyErrorType = ReadErrorType;

/**
 * What an account chose for its revenue, and whether the compounder may act on it.
 *
 * @example
 * const { mode, isClaimer } = await getPolicy(client, { compounder, distributor, account });
 */
export async function getPolicy(client: AnyClient, parameters: GetPolicyParameters): Promise<GetPolicyReturnType> {
  const { compounder, distributor, account } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { blockNumber, args: [account] } as const;
  const [policy, claimer] = await withTypedErrors(() =>
    Promise.all([
      readContract(client, { ...at, address: compounder, abi: compounderAbi, functionName: "policyOf" }),
      readContract(client, { ...at, address: distributor, abi: revenueDistributorAbi, functionName: "claimerOf" }),
    ]),
  );
  return {
    ...policy,
    blockNumber,
    mode: fromCompoundMode(policy.mode),
    isClaimer: isAddressEqual(claimer, compounder),
  };
}
