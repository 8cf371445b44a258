import { ArgumentInvalidError } from "../errors/base.ts";

/** In the order of the contract's numbers. */
const MODES = ["payOut", "lock", "swapAndLock", "index"] as const;

/** payOut: as it is. lock: GIM into the lock. swapAndLock: everything that has a route. index: into an index. */
export type CompoundModeName = (typeof MODES)[number];

/** The number of a mode; throws for anything that is none. */
export function toCompoundMode(mode: CompoundModeName): number {
  const number = MODES.indexOf(mode);
  if (number === -1) throw new ArgumentInvalidError("mode", `must be one of ${MODES.join(", ")}`);
  return number;
}

/** The name of a mode's number. */
export function fromCompoundMode(mode: number): CompoundModeName {
  return MODES[mode] ?? "payOut";
}
