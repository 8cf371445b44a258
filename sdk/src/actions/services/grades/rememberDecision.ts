import type { Account, Address, Hash } from "viem";
import { gradeBookAbi } from "../../../abis/gradeBook.ts";
import { prepareCall } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type RememberDecisionParameters = {
  /** GradeBook. */
  gradeBook: Address;
  vault: Address;
  account?: Account | Address | undefined;
};

export type RememberDecisionResult = {
  /** The vault's present epoch. */
  epoch: number;
  decisionHash: Hash;
};

export type RememberDecisionReturnType = PreparedAction<RememberDecisionResult>;
export type RememberDecisionErrorType = WriteErrorType;

/**
 * Writes down the decision of the vault's present epoch, so that its grades can be proven after the next one began. Anyone.
 *
 * @example
 * await send(client, { tx: rememberDecision(client, { gradeBook, vault }).buildTx() });
 */
export function rememberDecision(
  client: AnyClient,
  parameters: RememberDecisionParameters,
): RememberDecisionReturnType {
  const { gradeBook, vault, account } = parameters;
  return prepareCall(client, {
    to: gradeBook,
    abi: gradeBookAbi,
    functionName: "remember",
    args: [vault],
    account,
    toResult: ([epoch, decisionHash]): RememberDecisionResult => ({ epoch, decisionHash }),
  });
}
