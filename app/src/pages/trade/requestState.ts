import { batchWindow } from "@gimbal/sdk";
import { time } from "../../format.ts";

/** Where a request stands. */
export type RequestState = "open" | "locked" | "settling" | "over";

/** By the clock of the chain. {s} */
export function requestState(batch: bigint, now: bigint): RequestState {
  const { lockedAt, opensAt, closesAt } = batchWindow(batch);
  if (now >= closesAt) return "over";
  if (now >= opensAt) return "settling";
  return now > lockedAt ? "locked" : "open";
}

/** Where a request stands, as a sentence. */
export function stateWords(state: RequestState, batch: bigint): string {
  const { lockedAt, opensAt, closesAt } = batchWindow(batch);
  if (state === "open") return `Waiting. It can be taken back until ${time(lockedAt).exact}.`;
  if (state === "locked") return `Locked. It is exchanged from ${time(opensAt).exact} on.`;
  if (state === "settling") return `Being exchanged, until ${time(closesAt).exact}.`;
  return "Over. Collect what it became, and what was not exchanged.";
}
