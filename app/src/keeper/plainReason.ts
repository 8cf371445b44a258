/** Rules from the keeper's way of writing to that of people: its sentences count in basis points and name its lanes. */
const RULES: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  [
    /at ([\d.]+) bps, target (\d+(?:\.\d+)?)(?: bps)?/g,
    (_, from = "", to = "") => `at ${percent(from)}, target ${percent(to)}`,
  ],
  [/from ([\d.]+) to ([\d.]+) bps/g, (_, from = "", to = "") => `from ${percent(from)} to ${percent(to)}`],
  [/band of (\d+(?:\.\d+)?)(?: bps)?/g, (_, wide = "") => `band of ${percent(wide)}`],
  [/([\d.]*\d) bps/g, (_, part = "") => percent(part)],
  [/through the RISK lane/g, () => "in the usual lane"],
  [/through the DERISK lane/g, () => "in the fast lane to safety"],
];

/** A sentence of the keeper's journal with percentages for basis points, to be read without its dictionary. */
export function plainReason(reason: string): string {
  return RULES.reduce((words, [pattern, say]) => words.replace(pattern, say), reason);
}

/** {bps} in percent, with as many digits as it needs. */
function percent(bps: string): string {
  return `${Number((Number(bps) / 100).toFixed(4))}%`;
}
