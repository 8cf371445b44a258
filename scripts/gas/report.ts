import { differences, type Measurements, withSpaces } from "../snapshot.ts";
import { anchors } from "./anchors.ts";

export const SNAPSHOT = "snapshots/gas.json";

const ratio = (ours: number, theirs: number | undefined): string =>
  theirs === undefined ? "" : `${withSpaces(theirs)} (${(ours / theirs).toFixed(2)}x)`;

/** Ours beside the least that can be done and the best that exists; the ratio is ours to theirs. */
export function printTable(measured: Measurements): void {
  console.log(
    `${"".padEnd(44)}${"ours".padStart(11)}${"ceiling".padStart(11)}` +
      `${"bare floor".padStart(20)}${"Folio".padStart(20)}${"Set".padStart(20)}`,
  );
  for (const [name, gas] of Object.entries(measured)) {
    const { ceiling, bare, folio, set } = anchors[name] ?? {};
    const limit = ceiling === undefined ? "" : withSpaces(ceiling);
    console.log(
      `${name.padEnd(44)}${withSpaces(gas).padStart(11)}${limit.padStart(11)}` +
        [bare, folio, set].map((theirs) => ratio(gas, theirs).padStart(20)).join(""),
    );
  }
}

/** One sentence for each target of the design that is missed. */
export function missedTargets(measured: Measurements): string[] {
  return Object.entries(anchors).flatMap(([name, { missed }]) => {
    const gas = measured[name];
    return missed === undefined || gas === undefined
      ? []
      : [`${name} is ${gas}: the design's target of ${missed} is missed (docs/decisions/0005-missed-gas-targets.md)`];
  });
}

/** One sentence for each measurement above its ceiling, and for each ceiling that nothing was measured for. */
export function aboveCeiling(measured: Measurements): string[] {
  return Object.entries(anchors).flatMap(([name, { ceiling }]) => {
    const gas = measured[name];
    if (gas === undefined) return [`${name} has an anchor but was not measured`];
    return ceiling !== undefined && gas > ceiling ? [`${name} is ${gas}, above its ceiling of ${ceiling}`] : [];
  });
}

export const unexplained = (measured: Measurements): string[] => differences(SNAPSHOT, measured);
