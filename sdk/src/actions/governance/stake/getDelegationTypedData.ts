import type { Address } from "viem";
import { readContract } from "viem/actions";
import { votingEscrowAbi } from "../../../abis/votingEscrow.ts";
import { delegationTypedData } from "../../../governance/typedData.ts";
import { type AnyClient, type ReadErrorType, withTypedErrors } from "../../client.ts";

export type GetDelegationTypedDataParameters = {
  escrow: Address;
  /** Whose votes move, and who signs. */
  holder: Address;
  delegatee: Address;
  /** {s} last second in which it may be submitted. */
  expiry: bigint;
};

export type GetDelegationTypedDataReturnType = ReturnType<typeof delegationTypedData>;
export type GetDelegationTypedDataErrorType = ReadErrorType;

/**
 * What a holder signs so that somebody else can submit his delegation, with the nonce of now.
 *
 * @example
 * const typedData = await getDelegationTypedData(client, { escrow, holder, delegatee, expiry });
 * const signature = await walletClient.signTypedData({ account, ...typedData });
 */
export async function getDelegationTypedData(
  client: AnyClient,
  parameters: GetDelegationTypedDataParameters,
): Promise<GetDelegationTypedDataReturnType> {
  const { escrow, holder, delegatee, expiry } = parameters;
  const [nonce, chainId] = await withTypedErrors(() =>
    Promise.all([
      readContract(client, { address: escrow, abi: votingEscrowAbi, functionName: "nonces", args: [holder] }),
      client.request({ method: "eth_chainId" }).then(Number),
    ]),
  );
  return delegationTypedData({ chainId, escrow }, { delegatee, nonce, expiry });
}
