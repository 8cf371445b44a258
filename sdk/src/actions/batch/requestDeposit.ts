import type { Account, Address } from "viem";
import { batchDepositorAbi } from "../../abis/batchDepositor.ts";
import { prepareCall } from "../call.ts";
import { type AnyClient, addressOf, requirePositive, resolveAccount, type WriteErrorType } from "../client.ts";
import type { PreparedAction } from "../prepared.ts";
import { getBatchApprovals, getBatchSpends } from "./approval.ts";

export type RequestDepositParameters = {
  depositor: Address;
  /** {raw cash} at least one whole unit of the cash. */
  assets: bigint;
  /** Owns the request and what becomes of it; the account when left out. */
  controller?: Address | undefined;
  /** Pays; the account when left out, or somebody who made the account his operator. */
  owner?: Address | undefined;
  account?: Account | Address | undefined;
};

export type RequestDepositReturnType = PreparedAction<{ batch: bigint }>;

export type RequestDepositErrorType = WriteErrorType;

/**
 * Asks for shares of an index for cash, in its next batch. Costs the same whatever the size of the basket.
 *
 * @example
 * const action = requestDeposit(client, { depositor, assets: 50_000_000n }); // $50
 * for (const requirement of await action.getRequirements()) if (requirement.kind === "approval") await send(client, requirement);
 * const { batch } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function requestDeposit(client: AnyClient, parameters: RequestDepositParameters): RequestDepositReturnType {
  const { depositor, assets } = parameters;
  requirePositive(assets, "assets");
  const account = resolveAccount(client, parameters.account);
  const owner = parameters.owner ?? addressOf(account);
  return prepareCall(client, {
    to: depositor,
    abi: batchDepositorAbi,
    functionName: "requestDeposit",
    args: [assets, parameters.controller ?? owner, owner],
    account,
    toResult: (batch) => ({ batch }),
    getRequirements: () => getBatchApprovals(client, { depositor, owner, token: "asset", amount: assets }),
    getSpends: () => getBatchSpends(client, { depositor, owner, token: "asset", amount: assets }),
  });
}
