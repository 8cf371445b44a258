import { type Attributes, type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import { createRedactor } from "./redact.ts";

/** Name of the keeper's tracer and, unless the environment says otherwise, of its service. */
export const TRACER = "gimbal-keeper";
const hide = createRedactor();

/** The parts of a round that are measured. */
export type SpanName =
  | "round"
  | "observation"
  | "training"
  | "decision"
  | "proposal"
  | "transaction"
  | "simulation"
  | "signing"
  | "sending"
  | "confirmation";

/** Runs work as a span, inside of whichever span is running. A failure is noted in the span and goes on to the caller. */
export function inSpan<T>(name: SpanName, attributes: Attributes, work: (span: Span) => Promise<T>): Promise<T> {
  return trace.getTracer(TRACER).startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Runs work that does not wait as a span. */
export function inSpanSync<T>(name: SpanName, attributes: Attributes, work: () => T): T {
  return trace.getTracer(TRACER).startActiveSpan(name, { attributes }, (span) => {
    try {
      return work();
    } finally {
      span.end();
    }
  });
}

/** Notes in the running span why it failed, where the failure does not leave it. */
export function noteFailure(error: unknown): void {
  const span = trace.getActiveSpan();
  if (span !== undefined) markFailed(span, error);
}

function markFailed(span: Span, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message: hide(firstLine(message)) });
}

/** Details of libraries' errors stand below their first line and may hold addresses with keys. */
function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? "";
}
