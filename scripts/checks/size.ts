import { type AstNode, type Check, contracts, files, lineCount, type Problem, read, textOf } from "./sources.ts";

const MAX_FILE_LINES = { solidity: 550, test: 700, typescript: 450 };
const MAX_FUNCTION_LINES = 45;

function fileProblems(): Problem[] {
  const limitOf = (path: string): number => {
    if (!path.endsWith(".sol")) return MAX_FILE_LINES.typescript;
    return /^test\/|\.t\.sol$/.test(path) ? MAX_FILE_LINES.test : MAX_FILE_LINES.solidity;
  };
  return files(/\.(sol|tsx?)$/)
    .map((path) => ({ path, lines: lineCount(read(path)), limit: limitOf(path) }))
    .filter(({ lines, limit }) => lines > limit)
    .map(({ path, lines, limit }) => `${path} has ${lines} lines, at most ${limit}: split it`);
}

function functionProblems(): Problem[] {
  return contracts().flatMap((source) => {
    const definitions = source.nodes.flatMap((node): AstNode[] => [node, ...(node.nodes ?? [])]);
    return definitions
      .filter(({ nodeType, body }) => nodeType === "FunctionDefinition" && body)
      .map((node) => ({ name: node.name || node.kind, lines: lineCount(textOf(source, node)) }))
      .filter(({ lines }) => lines > MAX_FUNCTION_LINES)
      .map(({ name, lines }) => `${source.path} ${name} has ${lines} lines, at most ${MAX_FUNCTION_LINES}: split it`);
  });
}

export const sizeCheck: Check = {
  name: "sizes of files and functions",
  run: () => [...fileProblems(), ...functionProblems()],
};
