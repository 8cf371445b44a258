import type { Transport } from "viem";
import type { Observer } from "./observer.ts";

/** A transport whose calls are told: how long each took, and why it failed. `node` must not be an address with a key. */
export function observedTransport(transport: Transport, node: string, observer: Observer): Transport {
  return (parameters) => {
    const made = transport(parameters);
    const request = async (call: { readonly method: string; readonly params?: unknown }) => {
      const started = performance.now();
      const told = (failure: string | null) => {
        const seconds = (performance.now() - started) / 1000;
        observer.tell({ kind: "rpc", node, method: call.method, seconds, failure });
      };
      try {
        const answer = await made.request(call as Parameters<typeof made.request>[0]);
        told(null);
        return answer;
      } catch (error) {
        told(isRefusal(error) ? null : wordsOf(error));
        throw error;
      }
    };
    return { ...made, request: request as typeof made.request };
  };
}

/** Codes by which a node says that it cannot answer now: unknown, unavailable, internal, too many calls. */
const FAULTS = [-1, -32002, -32005, -32603];

/** A call that the chain refuses was answered: the node is well. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "number") return false;
  return !FAULTS.includes(error.code) || /revert/i.test(error.message);
}

function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
}
