// Committed measurements: a difference is either explained in the commit that brings it, or a mistake.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export type Measurements = Record<string, number>;

export function readSnapshot(path: string): Measurements {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Measurements) : {};
}

export function writeSnapshot(path: string, measured: Measurements): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(measured, null, 2)}\n`);
}

/** One sentence for each measurement that is not what the snapshot says. */
export function differences(path: string, measured: Measurements): string[] {
  const expected = readSnapshot(path);
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(measured)])];
  return keys.flatMap((key) => {
    const was = expected[key];
    const is = measured[key];
    if (was === is) return [];
    if (is === undefined) return [`${key} is in ${path} but was not measured`];
    if (was === undefined) return [`${key} = ${is} is not in ${path}`];
    return [`${key} was ${was}, is ${is} (${is > was ? "+" : ""}${is - was})`];
  });
}

export const withSpaces = (n: number): string => n.toString().replace(/\B(?=(\d{3})+$)/g, " ");
