import type { Account, Address } from "viem";
import { feeSplitterAbi } from "../../../abis/feeSplitter.ts";
import { prepareCall } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type DistributeRevenueParameters = {
  splitter: Address;
  /** Token that lies in the splitter. */
  token: Address;
  account?: Account | Address | undefined;
};

export type DistributeRevenueResult = {
  /** {raw tokens} to this week's pot of the stakers */
  stakers: bigint;
  /** {raw tokens} to be sold for GIM */
  buyback: bigint;
  /** {GIM wei} burned at once */
  burned: bigint;
  /** {raw tokens} */
  treasury: bigint;
  /** {raw tokens} */
  keepers: bigint;
};

export type DistributeRevenueReturnType = PreparedAction<DistributeRevenueResult>;
export type DistributeRevenueErrorType = WriteErrorType;

/**
 * Splits what lies in the splitter of one token. Anyone may.
 *
 * @example
 * const action = distributeRevenue(client, { splitter, token: usdc });
 * const { stakers } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function distributeRevenue(
  client: AnyClient,
  { splitter, token, account }: DistributeRevenueParameters,
): DistributeRevenueReturnType {
  return prepareCall(client, {
    to: splitter,
    abi: feeSplitterAbi,
    functionName: "distribute",
    args: [token],
    account,
    toResult: (parts): DistributeRevenueResult => parts,
  });
}
