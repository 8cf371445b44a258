// Size of the code of every contract that we deploy. `npm run size` writes the snapshot, `npm run check:size` compares.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { differences, type Measurements, withSpaces, writeSnapshot } from "./snapshot.ts";

const SNAPSHOT = "snapshots/sizes.json";
const ARTIFACTS = "artifacts/contracts";
const LIMIT = 24_576; // {bytes} EIP-170

type Artifact = {
  contractName: string;
  abi: { type: string }[];
  deployedBytecode: string;
  linkReferences: Record<string, Record<string, unknown>>;
};

/** Contracts with code that goes on a chain: those with functions, and the libraries that they link to. */
function deployed(): Artifact[] {
  const artifacts = readdirSync(ARTIFACTS, { recursive: true, encoding: "utf8" })
    .filter((path) => /(?<!\.t)\.sol[/\\]\w+\.json$/.test(path) && !path.startsWith("mocks"))
    .map((path) => JSON.parse(readFileSync(join(ARTIFACTS, path), "utf8")) as Artifact)
    .filter(({ deployedBytecode }) => deployedBytecode !== "0x");
  const linked = new Set(artifacts.flatMap(({ linkReferences }) => Object.values(linkReferences).flatMap(Object.keys)));
  return artifacts
    .filter(({ contractName, abi }) => linked.has(contractName) || abi.some(({ type }) => type === "function"))
    .sort((a, b) => a.contractName.localeCompare(b.contractName, "en"));
}

const sizes: Measurements = Object.fromEntries(
  deployed().map(({ contractName, deployedBytecode }) => [contractName, (deployedBytecode.length - 2) / 2]),
);

for (const [name, size] of Object.entries(sizes)) {
  console.log(`${name.padEnd(24)}${withSpaces(size).padStart(8)} bytes${withSpaces(LIMIT - size).padStart(8)} left`);
}

const tooLarge = Object.entries(sizes).filter(([, size]) => size > LIMIT);
for (const [name, size] of tooLarge)
  console.error(`${name} has ${size} bytes, at most ${LIMIT}: move code to a library`);

if (process.argv.includes("--check")) {
  const changes = differences(SNAPSHOT, sizes);
  for (const change of changes) console.error(change);
  if (changes.length > 0) console.error("Explain the difference in the commit and run npm run size");
  process.exitCode = changes.length + tooLarge.length === 0 ? 0 : 1;
} else {
  writeSnapshot(SNAPSHOT, sizes);
  process.exitCode = tooLarge.length === 0 ? 0 : 1;
}
