import { type Deployment, decodeContractError, governanceOf, indexGovernorAbi, type ProposalAction } from "@gimbal/sdk";
import { call, getCode, readContract } from "viem/actions";
import type { ChainClient } from "../data/network.tsx";
import { amount } from "../format.ts";
import { decodeCall } from "./decodeCall.ts";
import { duration } from "./words.ts";

/** How one call would go now. */
export interface Rehearsal {
  /** unknown: it cannot be tried before it is done in earnest. */
  readonly outcome: "fine" | "fails" | "unknown";
  /** A sentence. */
  readonly words: string;
}

type Constant = Extract<(typeof indexGovernorAbi)[number], { name: `${"MIN" | "MAX"}_${string}` }>["name"];

/** What the governor takes as the first argument: its own constants, or 0 at the least, and how they are said. */
const LIMITS: Readonly<Record<string, readonly [least: Constant | 0, most: Constant, say: (raw: bigint) => string]>> = {
  setVotingPeriod: ["MIN_VOTING_PERIOD", "MAX_VOTING_PERIOD", duration],
  setVotingDelay: ["MIN_VOTING_DELAY", "MAX_VOTING_DELAY", duration],
  setQuorumBounds: ["MIN_QUORUM_FLOOR", "MAX_QUORUM_FLOOR", (raw) => amount(raw, 18, "veGIM").short],
  setProposalThreshold: [0, "MAX_THRESHOLD", (raw) => amount(raw, 18, "veGIM").short],
  updateQuorumNumerator: [0, "MAX_QUORUM_PERCENT", (raw) => `${raw}%`],
};

/**
 * Makes each call as the timelock would, at the newest block, without sending anything. Calls are tried one by one, so that one
 * that relies on an earlier one may fail here and not in earnest.
 */
export async function rehearse(
  client: ChainClient,
  deployment: Deployment,
  actions: readonly ProposalAction[],
): Promise<readonly Rehearsal[]> {
  return Promise.all(actions.map((action) => rehearseOne(client, deployment, action)));
}

async function rehearseOne(client: ChainClient, deployment: Deployment, action: ProposalAction): Promise<Rehearsal> {
  const { target: to, value, data } = action;
  const { IndexGovernor: governor, IndexTimelock: account } = governanceOf(deployment);
  if (data !== "0x" && (await getCode(client, { address: to })) === undefined) {
    return { outcome: "fails", words: "There is no contract at this address: the call would do nothing." };
  }
  if (to.toLowerCase() === governor.toLowerCase()) return checkRule(client, action);
  try {
    await call(client, { account, to, value, data });
    return { outcome: "fine", words: "It would go through now." };
  } catch (error) {
    return { outcome: "fails", words: `It would fail now: ${decodeContractError(error).shortMessage}` };
  }
}

/** The governor takes changes of its rules only from a proposal that is being executed: what can be known before are its limits. */
async function checkRule(client: ChainClient, action: ProposalAction): Promise<Rehearsal> {
  const { functionName = "", args } = decodeCall(action);
  const limits = LIMITS[functionName];
  const only = "The governor changes its rules only while a proposal is executed: this cannot be tried before.";
  if (limits === undefined) return { outcome: "unknown", words: only };
  const [least, most, say] = limits;
  const bound = (name: Constant) =>
    readContract(client, { address: action.target, abi: indexGovernorAbi, functionName: name });
  const [from, until] = await Promise.all([least === 0 ? 0n : bound(least), bound(most)]);
  const wanted = BigInt(args[0]?.value as bigint | number);
  return wanted < from || wanted > until
    ? { outcome: "fails", words: `It would fail: the governor takes ${say(from)} to ${say(until)}.` }
    : { outcome: "unknown", words: `${only} It is within the governor's limits.` };
}
