import { differences, type Measurements, withSpaces } from "../snapshot.ts";
import { type Anchor, anchors, type System } from "./anchors.ts";
import { governanceAnchors } from "./governance/anchors.ts";
import { serviceAnchors } from "./serviceAnchors.ts";

export const SNAPSHOT = "snapshots/gas.json";

interface Table {
  title: string;
  /** Whether a measurement of this name belongs here. */
  holds(name: string): boolean;
  anchors: Record<string, Anchor>;
  systems: { [S in System]?: string };
}

const isWhole = (name: string): boolean => name.endsWith(", tx");
const wholeAnchors = { ...governanceAnchors, ...serviceAnchors };

const tables: readonly Table[] = [
  {
    title: "Indices: what the call executes",
    holds: (name) => !isWhole(name),
    anchors,
    systems: { bare: "bare floor", folio: "Folio", set: "Set" },
  },
  {
    title: "Governance and services: the whole transaction",
    holds: isWhole,
    anchors: wholeAnchors,
    systems: {
      velodrome: "Velodrome",
      aerodrome: "Aerodrome",
      balancer: "veBAL, Balancer",
      reserve: "Reserve",
      openzeppelin: "OpenZeppelin",
    },
  },
];

const allAnchors: Record<string, Anchor> = { ...anchors, ...wholeAnchors };

const ratio = (ours: number, theirs: number | undefined): string =>
  theirs === undefined ? "" : `${withSpaces(theirs)} (${(ours / theirs).toFixed(2)}x)`;

/** Ours beside the least that can be done and the best that exists; the ratio is ours to theirs. */
export function printTables(measured: Measurements): void {
  for (const table of tables) printTable(measured, table);
}

function printTable(measured: Measurements, { title, holds, anchors, systems }: Table): void {
  const keys = Object.keys(systems) as System[];
  const heads = Object.values(systems).map((name) => name.padStart(20));
  console.log(`\n${title.padEnd(54)}${"ours".padStart(10)}${"ceiling".padStart(10)}${heads.join("")}`);
  for (const [name, gas] of Object.entries(measured)) {
    if (!holds(name)) continue;
    const anchor = anchors[name] ?? {};
    const limit = anchor.ceiling === undefined ? "" : withSpaces(anchor.ceiling);
    const others = keys.map((key) => ratio(gas, anchor[key]).padStart(20));
    console.log(`${name.padEnd(54)}${withSpaces(gas).padStart(10)}${limit.padStart(10)}${others.join("")}`);
  }
}

/** One sentence for each target of the design that is missed. */
export function missedTargets(measured: Measurements): string[] {
  return Object.entries(allAnchors).flatMap(([name, { missed }]) => {
    const gas = measured[name];
    return missed === undefined || gas === undefined
      ? []
      : [`${name} is ${gas}: the design's target of ${missed} is missed (docs/decisions/0005-missed-gas-targets.md)`];
  });
}

/** One sentence for each measurement above its ceiling, and for each ceiling that nothing was measured for. */
export function aboveCeiling(measured: Measurements): string[] {
  return Object.entries(allAnchors).flatMap(([name, { ceiling }]) => {
    const gas = measured[name];
    if (gas === undefined) return [`${name} has an anchor but was not measured`];
    return ceiling !== undefined && gas > ceiling ? [`${name} is ${gas}, above its ceiling of ${ceiling}`] : [];
  });
}

export const unexplained = (measured: Measurements): string[] => differences(SNAPSHOT, measured);
