import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { JournalError } from "../errors.ts";
import { NO_TRIALS, type Trial, type TrialLedger, withTrial } from "../training/trials.ts";

/** Reads a ledger; a file that is not there yet is an empty one. Throws JournalError for anything else. */
export function readTrials(path: string): TrialLedger {
  if (!existsSync(path)) return NO_TRIALS;
  try {
    const ledger = JSON.parse(readFileSync(path, "utf8")) as TrialLedger;
    if (ledger.schema === NO_TRIALS.schema && Array.isArray(ledger.trials) && Array.isArray(ledger.counted)) {
      return ledger;
    }
  } catch (cause) {
    throw new JournalError("The trial ledger cannot be read. Restore it.", { path }, { cause });
  }
  throw new JournalError("The trial ledger has another schema. Restore it, or name another file.", { path });
}

/**
 * Adds a trial to the file, whole or not at all. A file that cannot be written is no reason to lose a result: returns why it
 * could not be, or null.
 */
export function registerTrial(path: string, trial: Trial): string | null {
  const draft = `${path}.${process.pid}.draft`;
  try {
    const text = `${JSON.stringify(withTrial(readTrials(path), trial), null, 2)}\n`;
    writeFileSync(draft, text);
    renameSync(draft, path);
    return null;
  } catch (error) {
    return `The trial could not be written to ${path}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
