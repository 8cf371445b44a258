import type { Address, Hex } from "viem";
import { ArgumentInvalidError } from "../errors/base.ts";
import type { ProposalAction } from "./proposals.ts";

/** Calls as the optimistic module takes them: they carry no Ether. */
export function toOptimisticCalls(actions: readonly ProposalAction[]): { target: Address; data: Hex }[] {
  return actions.map(({ target, value, data }) => {
    if (value !== 0n) throw new ArgumentInvalidError("actions", "must not send Ether on the optimistic path");
    return { target, data };
  });
}
