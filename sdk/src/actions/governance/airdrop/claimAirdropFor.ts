import type { Account, Address } from "viem";
import { merkleAirdropAbi } from "../../../abis/merkleAirdrop.ts";
import type { AirdropEntry } from "../../../governance/airdropFile.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type ClaimAirdropForParameters = {
  airdrop: Address;
  /** Of the account that is paid. */
  entry: AirdropEntry;
  account?: Account | Address | undefined;
};

export type ClaimAirdropForReturnType = PreparedAction<void>;
export type ClaimAirdropForErrorType = WriteErrorType;

/**
 * Claims for an account that has not come, in the last 30 days before the deadline. Pays that account only.
 *
 * @example
 * await send(client, { tx: claimAirdropFor(client, { airdrop, entry }).buildTx() });
 */
export function claimAirdropFor(client: AnyClient, parameters: ClaimAirdropForParameters): ClaimAirdropForReturnType {
  const { airdrop, entry, account } = parameters;
  return prepareCall(client, {
    to: airdrop,
    abi: merkleAirdropAbi,
    functionName: "claimFor",
    args: [BigInt(entry.index), entry.account, entry.amount, entry.proof],
    account,
    toResult: toNothing,
  });
}
