import type { Account, Address } from "viem";
import { feeSplitterAbi } from "../../../abis/feeSplitter.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type CollectFeesParameters = {
  splitter: Address;
  /** Indices of the factory. */
  vaults: readonly Address[];
  account?: Account | Address | undefined;
};

export type CollectFeesReturnType = PreparedAction<void>;
export type CollectFeesErrorType = WriteErrorType;

/**
 * Lets indices pay their fees out, to strategy, creator and protocol, and splits the protocol's part. Anyone may. An
 * index that fails does not stop the others.
 *
 * @example
 * const { indices } = await getIndices(client, { factory });
 * await send(client, { tx: collectFees(client, { splitter, vaults: indices }).buildTx() });
 */
export function collectFees(client: AnyClient, parameters: CollectFeesParameters): CollectFeesReturnType {
  const { splitter, vaults, account } = parameters;
  if (vaults.length === 0) throw new ArgumentInvalidError("vaults", "must name at least one index");
  return prepareCall(client, {
    to: splitter,
    abi: feeSplitterAbi,
    functionName: "collect",
    args: [[...vaults]],
    account,
    toResult: toNothing,
  });
}
