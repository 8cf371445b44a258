import type { DataPoint } from "../features/featureSpec.ts";

/** A value as it is said: "12%", "$1.2 billion", "71". */
export function say(value: number, unit: DataPoint["unit"]): string {
  if (unit === "percent") return `${rounded(value * 100)}%`;
  if (unit === "usd") return dollars(value);
  return rounded(value);
}

const SCALES = [
  [1e12, " trillion"],
  [1e9, " billion"],
  [1e6, " million"],
  [1e3, " thousand"],
] as const;

function dollars(value: number): string {
  const size = Math.abs(value);
  const [scale, word] = SCALES.find(([least]) => size >= least) ?? [1, ""];
  return `${value < 0 ? "-" : ""}$${rounded(size / scale)}${word}`;
}

/** Three digits at most before the point is reached, none beyond what a reader needs. */
function rounded(value: number): string {
  const size = Math.abs(value);
  const text = value.toFixed(size >= 10 ? 0 : size >= 1 ? 1 : 2);
  // A rounded nothing has no sign, and no digits.
  return Number(text) === 0 ? "0" : text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
