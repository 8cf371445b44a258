import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import { trace } from "@opentelemetry/api";

/** What ties the lines and spans of one round together. */
export interface Correlation {
  readonly trace: string; // of the trace, or made up where there is none
  vault?: string;
  epoch?: number;
  decision?: string; // hash
}

const storage = new AsyncLocalStorage<Correlation>();

/** Runs the work of a round, whose log lines then carry `vault`, a trace id, and what `correlate` adds. */
export function correlated<T>(fields: Omit<Correlation, "trace">, work: () => T): T {
  return storage.run({ ...fields, trace: traceId() ?? randomBytes(16).toString("hex") }, work);
}

/** Adds to what the lines of the running round carry; outside of one it does nothing. */
export function correlate(fields: Partial<Omit<Correlation, "trace">>): void {
  const running = storage.getStore();
  if (running !== undefined) Object.assign(running, fields);
}

/** What the running round is known by; empty outside of one. */
export function correlation(): Partial<Correlation> {
  const id = traceId();
  return { ...storage.getStore(), ...(id === undefined ? {} : { trace: id }) };
}

function traceId(): string | undefined {
  const context = trace.getActiveSpan()?.spanContext();
  return context === undefined || /^0+$/.test(context.traceId) ? undefined : context.traceId;
}
