import type { Address } from "viem";
import { readContract } from "viem/actions";
import { batchDepositorAbi } from "../../abis/batchDepositor.ts";
import { type AnyClient, withTypedErrors } from "../client.ts";
import { type ApprovalRequirement, getApprovals, type Spend } from "../requirements.ts";

/** What a batch depositor takes: its cash ("asset") or shares of its index ("share"). */
export type BatchToken = "asset" | "share";

export type BatchPayment = { depositor: Address; owner: Address; token: BatchToken; amount: bigint };

async function addressOfToken(client: AnyClient, { depositor, token }: BatchPayment): Promise<Address> {
  return withTypedErrors(() =>
    readContract(client, { address: depositor, abi: batchDepositorAbi, functionName: token }),
  );
}

/** The approvals that `owner` still owes a batch depositor for `amount` of its cash or shares. */
export async function getBatchApprovals(client: AnyClient, payment: BatchPayment): Promise<ApprovalRequirement[]> {
  const { owner, depositor, amount } = payment;
  return getApprovals(client, owner, depositor, [{ token: await addressOfToken(client, payment), amount }]);
}

/** What a request takes from its owner. */
export async function getBatchSpends(client: AnyClient, payment: BatchPayment): Promise<Spend[]> {
  return [{ token: await addressOfToken(client, payment), amount: payment.amount, owner: payment.owner }];
}
