import { decodeContractError, type ProposalAction } from "@gimbal/sdk";
import type { Address } from "viem";
import { call, getCode } from "viem/actions";
import type { ChainClient } from "../data/network.tsx";

/** How one call would go now. */
export interface Rehearsal {
  readonly isFine: boolean;
  /** A sentence. */
  readonly words: string;
}

/**
 * Makes each call as the timelock would, at the newest block, without sending anything. Calls are tried one by one, so that one
 * that relies on an earlier one may fail here and not in earnest.
 */
export async function rehearse(
  client: ChainClient,
  timelock: Address,
  actions: readonly ProposalAction[],
): Promise<readonly Rehearsal[]> {
  return Promise.all(actions.map((action) => rehearseOne(client, timelock, action)));
}

async function rehearseOne(client: ChainClient, timelock: Address, action: ProposalAction): Promise<Rehearsal> {
  const { target: to, value, data } = action;
  if (data !== "0x" && (await getCode(client, { address: to })) === undefined) {
    return { isFine: false, words: "There is no contract at this address: the call would do nothing." };
  }
  try {
    await call(client, { account: timelock, to, value, data });
    return { isFine: true, words: "It would go through now." };
  } catch (error) {
    return { isFine: false, words: `It would fail now: ${decodeContractError(error).shortMessage}` };
  }
}
