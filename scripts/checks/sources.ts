// What the checks look at: files that git knows or would know, and the syntax trees of the contracts.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

export type Problem = string;
export type Check = { name: string; run: () => Problem[] };

/** A node of solc's syntax tree, as far as the checks need it. */
export type AstNode = {
  nodeType: string;
  src: string;
  name?: string;
  kind?: string;
  visibility?: string;
  contractKind?: string;
  constant?: boolean;
  mutability?: string;
  stateVariable?: boolean;
  documentation?: { text: string } | null;
  absolutePath?: string;
  file?: string;
  symbolAliases?: unknown[];
  typeName?: { name?: string; nodeType: string };
  overrides?: AstNode | null;
  body?: AstNode | null;
  nodes?: AstNode[];
  members?: AstNode[];
};

export type SoliditySource = { path: string; text: string; nodes: AstNode[] };

const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  encoding: "utf8",
  maxBuffer: 1 << 26,
})
  .split("\n")
  .filter((path) => path !== "" && existsSync(path));

/** Paths of the project's own files that match, without generated and foreign ones. */
export function files(pattern: RegExp): string[] {
  return listed.filter(
    (path) => pattern.test(path) && !/^(typechain-types|vendor|sdk\/src\/abis|app\/src\/data\/answers)[./]/.test(path),
  );
}

export const read = (path: string): string => readFileSync(path, "utf8");

export const lineCount = (text: string): number => text.trimEnd().split("\n").length;

type Solc = { compile: (input: string) => string };
type SolcOutput = { sources: Record<string, { ast?: { nodes: AstNode[] } }> };

/** Syntax trees of all Solidity sources below contracts/, parsed but not compiled. */
function parseContracts(): SoliditySource[] {
  const solc = createRequire(import.meta.url)("solc") as Solc;
  const paths = files(/^contracts\/.*\.sol$/);
  const sources = Object.fromEntries(paths.map((path) => [path, { content: read(path) }]));
  const input = {
    language: "Solidity",
    sources,
    settings: { stopAfter: "parsing", outputSelection: { "*": { "": ["ast"] } } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as SolcOutput;
  return paths.map((path) => ({ path, text: read(path), nodes: output.sources[path]?.ast?.nodes ?? [] }));
}

let parsed: SoliditySource[] | undefined;

export function contracts(): SoliditySource[] {
  parsed ??= parseContracts();
  return parsed;
}

/** The text of a node and the number of lines it covers. solc counts bytes, not characters. */
export function textOf(source: SoliditySource, node: AstNode): string {
  const [start = 0, length = 0] = node.src.split(":").map(Number);
  return Buffer.from(source.text)
    .subarray(start, start + length)
    .toString();
}
