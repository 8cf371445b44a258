import type { Account, Address } from "viem";
import { merkleAirdropAbi } from "../../../abis/merkleAirdrop.ts";
import { prepareCall } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type SweepAirdropParameters = {
  airdrop: Address;
  /** Number of the wave, from 0. */
  wave: bigint;
  account?: Account | Address | undefined;
};

export type SweepAirdropReturnType = PreparedAction<{ /** {GIM wei} */ amount: bigint }>;
export type SweepAirdropErrorType = WriteErrorType;

/**
 * Sends what nobody claimed of a wave back to the treasury once its time is over. Anyone.
 *
 * @example
 * const { amount } = await sweepAirdrop(client, { airdrop, wave: 0n }).simulate();
 */
export function sweepAirdrop(client: AnyClient, parameters: SweepAirdropParameters): SweepAirdropReturnType {
  const { airdrop, wave, account } = parameters;
  return prepareCall(client, {
    to: airdrop,
    abi: merkleAirdropAbi,
    functionName: "sweep",
    args: [wave],
    account,
    toResult: (amount) => ({ amount }),
  });
}
