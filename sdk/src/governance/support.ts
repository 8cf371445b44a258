import { ArgumentInvalidError } from "../errors/base.ts";

/** Numbers that the governor uses for the sides of a vote. */
export const Support = { against: 0, for: 1, abstain: 2 } as const;

export type SupportName = keyof typeof Support;

/** The number of a side; throws for anything that is none. */
export function toSupport(side: SupportName): number {
  if (!Object.hasOwn(Support, side)) throw new ArgumentInvalidError("support", `must be against, for or abstain`);
  return Support[side];
}
