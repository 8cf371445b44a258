import type { Address } from "viem";
import { readContract } from "viem/actions";
import { batchDepositorAbi } from "../../abis/batchDepositor.ts";
import { type AnyClient, withTypedErrors } from "../client.ts";
import { type ApprovalRequirement, getApprovals } from "../requirements.ts";

/** What a batch depositor takes: its cash ("asset") or shares of its index ("share"). */
export type BatchToken = "asset" | "share";

/** The approvals that `owner` still owes a batch depositor for `amount` of its cash or shares. */
export async function getBatchApprovals(
  client: AnyClient,
  { depositor, owner, token, amount }: { depositor: Address; owner: Address; token: BatchToken; amount: bigint },
): Promise<ApprovalRequirement[]> {
  const address = await withTypedErrors(() =>
    readContract(client, { address: depositor, abi: batchDepositorAbi, functionName: token }),
  );
  return getApprovals(client, owner, depositor, [{ token: address, amount }]);
}
