import { type Address, erc20Abi } from "viem";
import { readContract } from "viem/actions";
import { indexLensAbi } from "../../abis/indexLens.ts";
import { cashValue, type Position } from "../../portfolio/drift.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../client.ts";

export type GetPositionsParameters = AtBlock & {
  lens: Address;
  account: Address;
  /** {bps} of the plan, each with its index. */
  plan: readonly { vault: Address; weightBps: number }[];
  /** Decimals of the cash that values are counted in. */
  cashDecimals: number;
};

/** A position with what it was computed from. */
export type HeldPosition = Position & {
  /** {share wei} */
  shares: bigint;
  /** D18{USD/share} */
  perShare: bigint;
  /** Tokens of the index without a price: its true value is higher by their worth. */
  unpriced: readonly Address[];
};

export type GetPositionsReturnType = { blockNumber: bigint; positions: readonly HeldPosition[] };

export type GetPositionsErrorType = ReadErrorType;

/**
 * What an account holds of the indices of a plan, at their net asset values.
 *
 * @example
 * const { positions } = await getPositions(client, { lens, account, plan: plan.indices, cashDecimals: 6 });
 * const { isBeyond } = compareWithPlan(positions);
 */
export async function getPositions(
  client: AnyClient,
  parameters: GetPositionsParameters,
): Promise<GetPositionsReturnType> {
  const { lens, account, plan, cashDecimals } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const positions = await withTypedErrors(() =>
    Promise.all(
      plan.map(async ({ vault, weightBps }): Promise<HeldPosition> => {
        const [shares, { perShare, unpriced }] = await Promise.all([
          readContract(client, {
            address: vault,
            abi: erc20Abi,
            functionName: "balanceOf",
            args: [account],
            blockNumber,
          }),
          readContract(client, { address: lens, abi: indexLensAbi, functionName: "nav", args: [vault], blockNumber }),
        ]);
        return {
          vault,
          targetBps: weightBps,
          value: cashValue(shares, perShare, cashDecimals),
          shares,
          perShare,
          unpriced,
        };
      }),
    ),
  );
  return { blockNumber, positions };
}
