/** What is kept when somebody has read the notice; a new text gets a new number, and is shown again. */
const PLACE = "gimbal.riskNotice";
const VERSION = "1";

/** What everybody reads once before the first deposit of this browser. */
export const RISKS = [
  "The value of an index can fall, also to nothing. What it did before says nothing about what it will do.",
  "The contracts may have faults that nobody has found. A token inside an index may break, freeze or lose its value.",
  "A program proposes the weights. It can be wrong; the limits of the index bound how fast it can be wrong, not whether.",
  "Selling for one token needs pools that buy. In kind, you can always leave, and nobody can stop that.",
] as const;

/** Whether the notice was read here. A browser that keeps nothing is asked each time. */
export function hasReadRisks(storage: Pick<Storage, "getItem">): boolean {
  try {
    return storage.getItem(PLACE) === VERSION;
  } catch {
    return false;
  }
}

/** Remembers that the notice was read. */
export function rememberRisks(storage: Pick<Storage, "setItem">): void {
  try {
    storage.setItem(PLACE, VERSION);
  } catch {
    // A browser that keeps nothing shows the notice again.
  }
}
