// All small changes of a Solidity source that a good test suite must notice.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";

export type Mutant = {
  id: string; // stays the same as long as the file does
  file: string;
  line: number;
  what: string;
  start: number; // {bytes}
  end: number; // {bytes}
  replacement: string;
};

type Node = {
  nodeType?: string;
  src?: string;
  operator?: string;
  name?: string;
  leftExpression?: Node;
  rightExpression?: Node;
  leftHandSide?: Node;
  rightHandSide?: Node;
  condition?: Node;
  expression?: Node;
  memberName?: string;
};

type Change = { start: number; end: number; replacement: string; what: string };

const OPERATORS: Record<string, string> = {
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "==": "!=",
  "!=": "==",
  "&&": "||",
  "||": "&&",
  "&": "|",
  "|": "&",
  "<<": ">>",
  ">>": "<<",
};

/** Assignments with an operation, without the plain one: deleting the statement covers that. */
const ASSIGNMENTS: Record<string, string> = { "+=": "-=", "-=": "+=", "|=": "&=", "&=": "|=" };

/** Roundings and bounds whose opposite compiles as well. */
const OPPOSITES: Record<string, string> = {
  toRawDown: "toRawUp",
  toRawUp: "toRawDown",
  toUnitsDown: "toUnitsUp",
  toUnitsUp: "toUnitsDown",
  fullMulDiv: "fullMulDivUp",
  fullMulDivUp: "fullMulDiv",
  mulDiv: "mulDivUp",
  mulDivUp: "mulDiv",
  divUp: "rawDiv",
  min: "max",
  max: "min",
};

function span(node: Node | undefined): [number, number] {
  const [start = 0, length = 0] = (node?.src ?? "").split(":").map(Number);
  return [start, start + length];
}

/** The text between two operands is the operator with its blanks. */
function between(left: Node | undefined, right: Node | undefined, replacement: string, what: string): Change {
  return { start: span(left)[1], end: span(right)[0], replacement: ` ${replacement} `, what };
}

function whole(node: Node, replacement: string, what: string): Change {
  const [start, end] = span(node);
  return { start, end, replacement, what };
}

/** A statement's node ends before its semicolon; an empty block is valid wherever a statement is. */
function removed(node: Node, what: string): Change {
  const [start, end] = span(node);
  return { start, end: end + 1, replacement: "{}", what };
}

function changesOf(node: Node): Change[] {
  const { nodeType, operator = "" } = node;
  if (nodeType === "BinaryOperation" && OPERATORS[operator]) {
    const other = OPERATORS[operator];
    return [between(node.leftExpression, node.rightExpression, other, `${operator} becomes ${other}`)];
  }
  if (nodeType === "Assignment" && ASSIGNMENTS[operator]) {
    const other = ASSIGNMENTS[operator];
    return [between(node.leftHandSide, node.rightHandSide, other, `${operator} becomes ${other}`)];
  }
  if (nodeType === "EmitStatement") return [removed(node, "event removed")];
  if (nodeType === "ExpressionStatement") {
    const isRequire = node.expression?.expression?.name === "require";
    return [removed(node, isRequire ? "require removed" : "statement removed")];
  }
  if (nodeType === "IfStatement" && node.condition) {
    return [whole(node.condition, "false", "if (false)"), whole(node.condition, "true", "if (true)")];
  }
  if (nodeType === "Conditional" && node.condition) {
    return [whole(node.condition, "false", "false ? ..."), whole(node.condition, "true", "true ? ...")];
  }
  if (nodeType === "UnaryOperation" && operator === "!") {
    const [start] = span(node);
    return [{ start, end: start + 1, replacement: "", what: "! removed" }];
  }
  if (nodeType === "MemberAccess" && OPPOSITES[node.memberName ?? ""]) {
    const name = node.memberName ?? "";
    const [, end] = span(node);
    return [
      { start: end - name.length, end, replacement: OPPOSITES[name] ?? "", what: `${name} becomes its opposite` },
    ];
  }
  return [];
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit);
  } else if (typeof value === "object" && value !== null) {
    visit(value as Node);
    for (const child of Object.values(value)) walk(child, visit);
  }
}

type Solc = { compile: (input: string) => string };

/** Syntax tree of one source; imports are not looked at. */
function parse(file: string, text: string): unknown {
  const solc = createRequire(import.meta.url)("solc") as Solc;
  const settings = { stopAfter: "parsing", outputSelection: { "*": { "": ["ast"] } } };
  const input = { language: "Solidity", sources: { [file]: { content: text } }, settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as { sources: Record<string, { ast: unknown }> };
  return output.sources[file]?.ast;
}

export function mutantsOf(file: string, text: string): Mutant[] {
  const bytes = Buffer.from(text);
  const changes: Change[] = [];
  walk(parse(file, text), (node) => changes.push(...changesOf(node)));

  return changes.map((change) => {
    const line = bytes.subarray(0, change.start).toString().split("\n").length;
    const before = bytes.subarray(change.start, change.end).toString().replace(/\s+/g, " ").trim().slice(0, 70);
    const id = createHash("sha256")
      .update(JSON.stringify([file, text, change]))
      .digest("hex")
      .slice(0, 16);
    return { ...change, id, file, line, what: `${change.what}: ${before}` };
  });
}

export function apply(text: string, { start, end, replacement }: Mutant): string {
  const bytes = Buffer.from(text);
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(replacement), bytes.subarray(end)]).toString();
}
