import { type DestinationStream, type Logger as PinoLogger, pino } from "pino";
import { SECRET_FIELDS } from "../signers/secrets.ts";
import { correlation } from "./correlation.ts";
import type { Redactor } from "./redact.ts";

/** How a logger is made. */
export interface LoggerOptions {
  readonly level: "trace" | "debug" | "info" | "warn" | "error" | "silent";
  readonly redact: Redactor;
  /** Where lines go; standard output when absent. */
  readonly destination?: DestinationStream;
}

/** One line of JSON an event, with the fields of the running round, and without secrets whatever was to be logged. */
export function createLogger({ level, redact, destination }: LoggerOptions): PinoLogger {
  const options = {
    level,
    redact: [...SECRET_FIELDS],
    // Amounts are bigints, which JSON has no words for.
    formatters: { log: (fields: object) => JSON.parse(JSON.stringify(fields, plain)) as Record<string, unknown> },
    mixin: () => correlation(),
    // The last step: what a library puts into its messages is seen too.
    hooks: { streamWrite: redact },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return value instanceof Error ? { name: value.name, message: value.message } : value;
}
