// The whole test command. Two steps run at a time, on a core each: always the first of the list that can, so that one core
// compiles while the other does what needs no contracts. The first failure ends the others.
// `npm test` runs every step; `npm test -- types contracts` runs the steps whose names begin with these words.
import { globSync } from "node:fs";
import { stripVTControlCharacters, styleText } from "node:util";
import { runInLanes, secondsSince, type Task } from "./lanes.ts";

/**
 * Lots of the contract tests in TypeScript, a process each: all in one hold 5 GB at its end. A file belongs to the first lot
 * whose words its path begins with.
 */
const lots = {
  keeper: "test/integration/keeper",
  integration: "test/integration/",
  periphery: "test/unit/periphery/",
  governance: "test/unit/governance/",
  vaults: "test/",
};
const lotOf = (file: string) => Object.values(lots).find((words) => file.startsWith(words));
const filesOf = (lot: string) => globSync("test/**/*.test.ts").filter((file) => lotOf(file) === lot);

const contractTests = Object.entries(lots).map(([name, words]) => ({
  name: `contracts-${name}`,
  title: `Contract tests in TypeScript: ${name}`,
  command: `hardhat test mocha --no-compile ${filesOf(words).sort().join(" ")}`,
  after: "build",
}));

// First what others wait for, then what finds a mistake soonest; then the longest first, so that both cores end together.
const steps: Task[] = [
  { name: "build", title: "Compile, generated files up to date", command: "npm run --silent check:generated" },
  { name: "format", title: "Formatting", command: "npm run --silent format:check" },
  { name: "lint", title: "Lint", command: "npm run --silent lint" },
  { name: "checks", title: "Project rules", command: "npm run --silent check:style" },
  { name: "publish", title: "The SDK as published", command: "npm run --silent check:package" },
  { name: "packages", title: "SDK, keeper and API tests", command: "npm run --silent test:packages" },
  { name: "types", title: "Types", command: "npm run --silent typecheck", after: "build" },
  { name: "indexer", title: "Indexer: its own packages, types and tests", command: "npm run --silent test:indexer" },
  { name: "sizes", title: "Contract sizes", command: "npm run --silent check:size", after: "build" },
  {
    name: "contracts-solidity",
    title: "Contract tests in Solidity",
    command: "hardhat test solidity --no-compile",
    after: "build",
  },
  ...contractTests,
  {
    name: "app",
    title: "The app in a browser, smoke set",
    command: "npm run --silent test:app -- --smoke",
    after: "build",
  },
  { name: "gas", title: "Gas", command: "npm run --silent check:gas", after: "build" },
];

/** The totals that mocha prints ("12 passing (3s)") or Hardhat's Solidity tests ("3 passing"). */
function count(output: string, word: "passing" | "failing"): number {
  const totals = stripVTControlCharacters(output).matchAll(new RegExp(`^\\s*(\\d+) ${word}\\b`, "gm"));
  return [...totals].reduce((sum, match) => sum + Number(match[1]), 0);
}

const wanted = process.argv.slice(2);
const selected = steps.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.startsWith(word)));
if (selected.length === 0) {
  console.error(`No such step. Steps: ${steps.map(({ name }) => name).join(" ")}`);
  process.exit(1);
}

const began = performance.now();
const outcomes = await runInLanes(selected, 2);
const total = (word: "passing" | "failing") => outcomes.reduce((sum, { output }) => sum + count(output, word), 0);
const broken = outcomes.filter(({ code, stopped }) => code !== 0 && !stopped);
for (const { task } of broken) {
  console.error(styleText("red", `\nFailed: ${task.title}. Once more: npm test -- ${task.name}`));
}

const failed = Math.max(total("failing"), broken.length);
console.log(`\nTotal time ${secondsSince(began)}\n`);
console.log(`${total("passing")} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
