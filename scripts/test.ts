// The whole test command, in the order in which a mistake is cheapest to find. Stops at the first failure.
// `npm test` runs every step; `npm test -- types contracts` runs the steps whose names begin with these words.
import { spawn } from "node:child_process";
import { stripVTControlCharacters, styleText } from "node:util";

type Step = { name: string; title: string; command: string };

const steps: Step[] = [
  { name: "format", title: "Formatting", command: "npm run --silent format:check" },
  { name: "lint", title: "Lint", command: "npm run --silent lint" },
  { name: "checks", title: "Project rules", command: "npm run --silent check:style" },
  { name: "build", title: "Compile, generated files up to date", command: "npm run --silent check:generated" },
  { name: "types", title: "Types", command: "npm run --silent typecheck" },
  { name: "publish", title: "The SDK as it would be published", command: "npm run --silent check:package" },
  { name: "contracts", title: "Contract tests: Solidity and TypeScript", command: "hardhat test --no-compile" },
  { name: "packages", title: "SDK, keeper and API tests", command: "npm run --silent test:packages" },
  { name: "sizes", title: "Contract sizes", command: "npm run --silent check:size" },
  { name: "gas", title: "Gas", command: "npm run --silent check:gas" },
];

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Runs a command, passes its output on and returns it. */
function run(command: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, { shell: true, stdio: ["inherit", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      process.stdout.write(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => process.stderr.write(chunk));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * The total that mocha prints ("12 passing (3s)"), or Hardhat's sum over its runners ("12 passing (9 mocha, 3 solidity)"),
 * which comes after the totals that it sums.
 */
function count(output: string, word: "passing" | "failing"): number {
  const totals = [...stripVTControlCharacters(output).matchAll(new RegExp(`^\\s*(\\d+) ${word}\\b(.*)$`, "gm"))];
  const sum = totals.find((match) => /\d+ (mocha|solidity)/.test(match[2] ?? ""));
  return sum ? Number(sum[1]) : totals.reduce((total, match) => total + Number(match[1]), 0);
}

const wanted = process.argv.slice(2);
const selected = steps.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.startsWith(word)));
if (selected.length === 0) {
  console.error(`No such step. Steps: ${steps.map(({ name }) => name).join(" ")}`);
  process.exit(1);
}

const started = performance.now();
let passed = 0;
let failed = 0;

for (const [index, { title, command }] of selected.entries()) {
  console.log(styleText("bold", `\n== ${index + 1}/${selected.length} ${title}`));
  const stepStarted = performance.now();
  const { code, output } = await run(command);
  passed += count(output, "passing");
  failed += count(output, "failing");
  if (code !== 0) {
    failed = Math.max(failed, 1);
    console.error(styleText("red", `\nFailed: ${title} (${command})`));
    break;
  }
  console.log(`-- ${seconds(stepStarted)}`);
}

console.log(`\nTotal time ${seconds(started)}\n`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
