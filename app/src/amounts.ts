import { parseUnits } from "viem";

/** What was typed as an amount: the amount, or why it is none. Empty text is neither. */
export interface TypedAmount {
  /** {raw} */
  readonly raw: bigint | undefined;
  readonly fault: string | undefined;
}

/** Reads an amount as a person types it. Refuses what could be misread: signs, exponents, commas, more digits than there are. */
export function parseAmount(text: string, decimals: number): TypedAmount {
  const typed = text.trim();
  if (typed === "") return { raw: undefined, fault: undefined };
  const [, whole = "", fraction = ""] = /^(\d*)(?:\.(\d*))?$/.exec(typed) ?? [];
  if (whole === "" && fraction === "") {
    return { raw: undefined, fault: "Write digits, with a point before the decimals." };
  }
  if (fraction.length > decimals) return { raw: undefined, fault: `It has at most ${decimals} decimals.` };
  return { raw: parseUnits(`${whole || "0"}.${fraction || "0"}`, decimals), fault: undefined };
}
