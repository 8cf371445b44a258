import { accessPassAbi, type DecodedAction, decodeAction, type ProposalAction, strategyMarketAbi } from "@gimbal/sdk";
import type { Abi } from "viem";

/** Calls that governance owns and that the SDK's table of the core does not name. */
const SERVICE_ABIS: Abi = [...accessPassAbi, ...strategyMarketAbi];

/** A call in words of the protocol, those of its services included. */
export function decodeCall(action: ProposalAction): DecodedAction {
  const known = decodeAction(action);
  return known.functionName === undefined ? decodeAction(action, SERVICE_ABIS) : known;
}
