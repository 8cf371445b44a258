import { type Account, type Address, zeroAddress } from "viem";
import { accessPassAbi } from "../../../abis/accessPass.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import { requireSomebody, requireTime } from "../../../services/checks.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type SetSessionKeyParameters = {
  /** AccessPass. */
  pass: Address;
  /** Who may sign receipts for the account; nobody but the account when left out. */
  key?: Address | undefined;
  /** {s} when it ends; at most a year ahead. Left out when no key is named. */
  until?: number | undefined;
  account?: Account | Address | undefined;
};

export type SetSessionKeyReturnType = PreparedAction<void>;
export type SetSessionKeyErrorType = WriteErrorType;

/**
 * Names the one key that may sign receipts for the account: for a server, or a wallet that is a contract. It can do
 * nothing else. What the key before it signed is settled for two hours more.
 *
 * @example
 * await send(client, { tx: setSessionKey(client, { pass, key: server.address, until: now + 30 * 86_400 }).buildTx() });
 */
export function setSessionKey(client: AnyClient, parameters: SetSessionKeyParameters): SetSessionKeyReturnType {
  const { pass, key, until, account } = parameters;
  if (key !== undefined) requireSomebody(key, "key");
  if ((key === undefined) !== (until === undefined)) {
    throw new ArgumentInvalidError("until", "belongs to a key: give both, or none to name no key");
  }
  if (until !== undefined) {
    if (!Number.isInteger(until)) throw new ArgumentInvalidError("until", `must be whole seconds, not ${until}`);
    requireTime(BigInt(until), "until");
  }
  return prepareCall(client, {
    to: pass,
    abi: accessPassAbi,
    functionName: "setKey",
    args: [key ?? zeroAddress, until ?? 0],
    account,
    toResult: toNothing,
  });
}
