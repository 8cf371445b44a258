// Mutation testing of the vault, of what holds the stakers' tokens, of recurring orders and of access passes: breaks them on
// purpose, one small change at a time, in a copy of the tree, and reports the changes that no test noticed. Nightly: `npm run mutate`. A sample:
// `npm run mutate -- --max 50 --seed 7`. Results are kept, so that a run that was stopped goes on where it was: delete
// .gimbal/mutate to start afresh.
//   --suite NAME  vault, governance, orders or passes; all unless told   --files a,b   sources to break, comma-separated
//   --max N       at most N mutants in this run, 0 only reports   --tests a,b   test files, comma-separated
//   --seed N      order of the sample, 1 unless told
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { apply, type Mutant, mutantsOf } from "./mutants.ts";

type Outcome = "killed" | "survived" | "invalid" | "equivalent";
type Results = Record<string, { outcome: Outcome; where: string; what: string }>;

const { values: options } = parseArgs({
  options: {
    max: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    suite: { type: "string" },
    files: { type: "string" },
    tests: { type: "string" },
  },
});

const root = process.cwd();
const RESULTS = join(root, ".gimbal", "mutate", "results.json");

const gitFiles = (): string[] =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
    .split("\n")
    .filter((path) => path !== "" && existsSync(path));

/** A source and everything of ours that it is made of. */
function closure(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path) || !existsSync(path)) return found;
  found.add(path);
  for (const [, target = ""] of readFileSync(path, "utf8").matchAll(/from "(\.[^"]+)"/g)) {
    closure(join(dirname(path), target), found);
  }
  return found;
}

const hasCode = (path: string): boolean => !/^contracts\/(interfaces|types)\/|Errors\.sol$/.test(path);
const testFiles = (): string[] => gitFiles().filter((path) => /^test\/.*(\.test\.ts|\.t\.sol)$/.test(path));

/** What is broken, and the tests that must notice. */
type Suite = { sources: () => string[]; tests: () => string[] };

const SUITES: Record<string, Suite> = {
  vault: {
    sources: () => [...closure("contracts/IndexVault.sol")].filter(hasCode),
    tests: () => testFiles().filter((path) => /IndexVault/.test(readFileSync(path, "utf8"))),
  },
  governance: {
    sources: () => [
      "contracts/governance/VotingEscrow.sol",
      "contracts/libraries/LineLib.sol",
      "contracts/governance/RevenueDistributor.sol",
    ],
    tests: () =>
      testFiles().filter((path) =>
        /VotingEscrow|RevenueDistributor|Revenue\w*\.t\.sol|voting-escrow|ve-maths|dust|attacks\/(governance|revenue)/.test(
          path,
        ),
      ),
  },
  orders: {
    sources: () => ["contracts/periphery/RecurringOrders.sol", "contracts/periphery/libraries/PeriodLib.sol"],
    tests: () => testFiles().filter((path) => /RecurringOrders/.test(path)),
  },
  passes: {
    sources: () => [
      "contracts/services/AccessPass.sol",
      "contracts/services/AccessPassViews.sol",
      ...["MeterLib", "PoolLib", "ReceiptLib"].map((name) => `contracts/services/libraries/${name}.sol`),
    ],
    tests: () => testFiles().filter((path) => /AccessPass/.test(path)),
  },
};

const suites = Object.entries(SUITES).filter(([name]) => name === (options.suite ?? name));
if (suites.length === 0) throw new Error(`No such suite. Suites: ${Object.keys(SUITES).join(" ")}`);
const sources = options.files?.split(",") ?? suites.flatMap(([, suite]) => suite.sources());
/** Tests of the suites that a source belongs to; of all suites when it belongs to none. */
function testsFor(file: string): string[] {
  const own = suites.filter(([, suite]) => suite.sources().includes(file));
  return [...new Set((own.length > 0 ? own : suites).flatMap(([, suite]) => suite.tests()))];
}

const testsOf = new Map(sources.map((file) => [file, options.tests?.split(",") ?? testsFor(file)]));

/** A copy of everything that a build needs, with the compiler's cache, so that only what a mutant touches is compiled. */
function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), "gimbal-mutate-"));
  for (const path of gitFiles()) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(path, join(copy, path));
  }
  for (const folder of ["artifacts", "cache"])
    if (existsSync(folder)) cpSync(folder, join(copy, folder), { recursive: true });
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
  return copy;
}

const copy = copyTree();
process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));

/** Runs Hardhat in the copy; warnings are no errors there, because a removed statement leaves unused variables. */
function hardhat(...args: string[]): boolean {
  const env = { ...process.env, GIMBAL_ALLOW_WARNINGS: "1" };
  return spawnSync("hardhat", args, { cwd: copy, env, stdio: "ignore", timeout: 900_000 }).status === 0;
}

const build = (): boolean => hardhat("build", "--quiet");

function testsPass(tests: string[]): boolean {
  const mocha = tests.filter((path) => path.endsWith(".ts"));
  const solidity = tests.filter((path) => path.endsWith(".sol"));
  return (
    (mocha.length === 0 || hardhat("test", "mocha", "--no-compile", "--bail", ...mocha)) &&
    (solidity.length === 0 || hardhat("test", "solidity", "--no-compile", ...solidity))
  );
}

/** Hash of the code of all contracts: a mutant that leaves it as it was changes nothing that could be tested. */
function codeHash(): string {
  const folder = join(copy, "artifacts", "contracts");
  const codes = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.sol[/\\]\w+\.json$/.test(path) && !/\.t\.sol/.test(path))
    .sort()
    .map((path) => (JSON.parse(readFileSync(join(folder, path), "utf8")) as { bytecode: string }).bytecode);
  return createHash("sha256").update(codes.join()).digest("hex");
}

/** Mutants in an order that depends on the seed only (mulberry32 and Fisher-Yates). */
function shuffle(mutants: Mutant[], seed: number): Mutant[] {
  let state = seed >>> 0;
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const order = [...mutants];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as Mutant, order[i] as Mutant];
  }
  return order;
}

function judge(mutant: Mutant, original: string, baseline: string): Outcome {
  writeFileSync(join(copy, mutant.file), apply(original, mutant));
  if (!build()) return "invalid";
  if (codeHash() === baseline) return "equivalent";
  return testsPass(testsOf.get(mutant.file) ?? []) ? "survived" : "killed";
}

function report(results: Results): void {
  const outcomes = Object.values(results);
  const count = (wanted: Outcome): number => outcomes.filter(({ outcome }) => outcome === wanted).length;
  const tested = count("killed") + count("survived");
  console.log("\nSurvivors:");
  for (const { outcome, where, what } of outcomes) if (outcome === "survived") console.log(`  ${where}  ${what}`);
  console.log(
    `\n${count("killed")} of ${tested} mutants killed: ${((100 * count("killed")) / Math.max(tested, 1)).toFixed(1)}%` +
      ` (${count("invalid")} did not compile, ${count("equivalent")} gave the same code)`,
  );
}

const allTests = [...new Set([...testsOf.values()].flat())];
console.log(`${sources.length} sources, ${allTests.length} test files`);
if (!build() || !testsPass(allTests)) {
  console.error("The tests must pass on the unchanged sources first");
  process.exit(1);
}
const baseline = codeHash();
const originals = new Map(sources.map((file) => [file, readFileSync(file, "utf8")]));
const mutants = shuffle(
  [...originals].flatMap(([file, text]) => mutantsOf(file, text)),
  Number(options.seed),
);
const known = existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, "utf8")) as Results) : {};
const results: Results = Object.fromEntries(mutants.flatMap(({ id }) => (known[id] ? [[id, known[id]]] : [])));
const todo = mutants.filter(({ id }) => !results[id]).slice(0, Number(options.max));
console.log(`${mutants.length} mutants, ${Object.keys(results).length} judged before, ${todo.length} in this run`);
mkdirSync(dirname(RESULTS), { recursive: true });

for (const [index, mutant] of todo.entries()) {
  const started = performance.now();
  const original = originals.get(mutant.file) ?? "";
  const outcome = judge(mutant, original, baseline);
  writeFileSync(join(copy, mutant.file), original);
  const where = `${mutant.file}:${mutant.line}`;
  results[mutant.id] = { outcome, where, what: mutant.what };
  writeFileSync(RESULTS, JSON.stringify(results, null, 2));
  const time = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`${index + 1}/${todo.length} ${outcome.padEnd(10)} ${where}  ${mutant.what}  (${time} s)`);
}
report(results);
