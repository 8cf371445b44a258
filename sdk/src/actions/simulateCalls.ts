import { type Account, type Address, concatHex, type Hex, numberToHex, size } from "viem";
import { call } from "viem/actions";
import {
  type AnyClient,
  type AtBlock,
  addressOf,
  resolveAccount,
  type WriteErrorType,
  withTypedErrors,
} from "./client.ts";
import type { Tx } from "./prepared.ts";

export type SimulateCallsParameters = AtBlock & {
  /** In the order in which they happen; the first that fails ends all. */
  calls: readonly Tx[];
  account?: Account | Address | undefined;
};

export type SimulateCallsErrorType = WriteErrorType;

/** {bytes} of the program for one call, without its data. */
const CALL_BYTES = 88;
const HEAD_BYTES = 22;

const word = (value: number | bigint, bytes: number): Hex => numberToHex(value, { size: bytes });

/**
 * What an account would have to be, as code, to do these calls one after another when it calls itself. Whoever else calls it
 * gets back the four bytes that were asked with: an account that can be paid and takes every kind of token.
 */
function programOf(calls: readonly Tx[]): Hex {
  const begin = HEAD_BYTES + CALL_BYTES * calls.length + 1;
  const head: Hex[] = [
    "0x333014", // CALLER ADDRESS EQ
    concatHex(["0x61", word(HEAD_BYTES - 1, 2), "0x57"]), // JUMPI to the calls
    "0x5f3560e01c60e01b5f5260205ff3", // returns the first four bytes as a word
    "0x5b", // JUMPDEST
  ];
  const parts: Hex[] = [];
  let at = begin;
  for (const [index, { to, data, value }] of calls.entries()) {
    const length = word(size(data), 4);
    const next = HEAD_BYTES + CALL_BYTES * (index + 1) - 1;
    parts.push(
      concatHex(["0x63", length, "0x63", word(at, 4), "0x5f39"]), // CODECOPY of the data to 0
      concatHex(["0x5f5f63", length, "0x5f7f", word(value, 32), "0x73", to, "0x5af1"]), // CALL with all gas
      concatHex(["0x61", word(next, 2), "0x57"]), // JUMPI over the failure
      "0x3d5f5f3e3d5ffd", // reverts with what the call reverted with
      "0x5b", // JUMPDEST
    );
    at += size(data);
  }
  return concatHex([...head, ...parts, "0x00", ...calls.map(({ data }) => data)]);
}

/**
 * Runs calls of one account one after another without sending them, as a wallet that batches would (EIP-5792), and throws the
 * contract's error in words if one fails. Needs a node whose `eth_call` takes state overrides. Signatures of a contract account
 * (ERC-1271) count as valid here.
 *
 * @example
 * const approvals = (await action.getRequirements()).filter(({ kind }) => kind === "approval");
 * await simulateCalls(client, { calls: [...approvals.map(({ tx }) => tx), action.buildTx()] });
 */
export async function simulateCalls(client: AnyClient, parameters: SimulateCallsParameters): Promise<void> {
  const account = addressOf(resolveAccount(client, parameters.account));
  const stateOverride = [{ address: account, code: programOf(parameters.calls) }];
  const { blockNumber } = parameters;
  const at = blockNumber === undefined ? {} : { blockNumber };
  await withTypedErrors(() => call(client, { account, to: account, data: "0x", stateOverride, ...at }));
}
