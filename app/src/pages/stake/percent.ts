/** What was typed as a percentage: whole basis points, or why it is none. Empty text is 0. */
export interface TypedPercent {
  /** {bps} */
  readonly bps: number;
  readonly fault: string | undefined;
}

/** Reads a percentage with at most two decimals, up to a limit in {bps}. */
export function parsePercent(text: string, limitBps: number): TypedPercent {
  const typed = text.trim();
  if (typed === "") return { bps: 0, fault: undefined };
  const [, whole = "", fraction = ""] = /^(\d{1,3})(?:\.(\d{0,2}))?$/.exec(typed) ?? [];
  if (whole === "") return { bps: 0, fault: "Write a percentage with at most two decimals" };
  const bps = Number(whole) * 100 + Number(fraction.padEnd(2, "0"));
  return bps > limitBps ? { bps, fault: `At most ${limitBps / 100}%` } : { bps, fault: undefined };
}
