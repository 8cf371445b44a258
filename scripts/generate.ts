// Writes every generated file from scratch: typechain-types/ (all contracts), the ABIs of the SDK, the test vectors,
// the description of the API and its answers as types of the app.
// With --check, fails when what is in the working tree is not what comes out.
import { execSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { normalizeName } from "typechain";

type Artifact = { contractName: string; abi: unknown[] };

const generated = ["typechain-types", "sdk/src/abis", "test/vectors"];

/** Path -> hash of every file under a folder. */
function snapshot(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, createHash("sha256").update(readFileSync(path)).digest("hex")];
    }),
  );
}

const API_FILES = ["docs/openapi.json", "app/src/data/answers.d.ts"];
const hashOf = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
const ofApi = (): [string, string][] => API_FILES.filter(existsSync).map((path) => [path, hashOf(path)]);
const before = new Map([...generated.flatMap((folder) => [...snapshot(folder)]), ...ofApi()]);

// The old folder goes first: typechain leaves files of removed contracts behind.
rmSync("typechain-types", { recursive: true, force: true });
execSync("hardhat build --quiet", { stdio: "inherit" });
execSync("node scripts/generate-abis.ts && node scripts/generate-vectors.ts && npm run --silent openapi", {
  stdio: "inherit",
});

const after = new Map([...generated.flatMap((folder) => [...snapshot(folder)]), ...ofApi()]);

const factories = new Set([...after.keys()].map((path) => basename(path)));
const untyped = readdirSync("artifacts/contracts", { recursive: true, encoding: "utf8" })
  .filter((path) => /(?<!\.t)\.sol[/\\]\w+\.json$/.test(path))
  .map((path) => JSON.parse(readFileSync(join("artifacts/contracts", path), "utf8")) as Artifact)
  .filter(({ abi }) => abi.length > 0)
  .map(({ contractName }) => normalizeName(contractName))
  .filter((name) => !factories.has(`${name}__factory.ts`));
if (untyped.length > 0) {
  console.error(`No types were generated for ${untyped.join(", ")}: run npx hardhat build --force`);
  process.exit(1);
}

const stale = [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path));
if (process.argv.includes("--check") && stale.length > 0) {
  console.error(`Generated files were stale; they are fresh now, commit them:\n  ${stale.slice(0, 20).join("\n  ")}`);
  if (stale.length > 20) console.error(`  and ${stale.length - 20} more`);
  process.exit(1);
}
console.log(`${after.size} generated files, ${stale.length} changed`);
