import { type AstNode, type Check, contracts, type SoliditySource } from "./sources.ts";

/** Indices, counts and bitmaps have no unit. */
const isPlainNumber = (source: SoliditySource, field: AstNode): boolean =>
  /^(i|j|n)$|Bitmap$/.test(field.name ?? "") || /\bnumber of\b/i.test(surroundings(source, field));

const isUint256 = ({ typeName }: AstNode): boolean => typeName?.name === "uint256";

/** Struct members and state variables; constants carry their value, which says enough when it has no unit. */
function fieldsOf(nodes: AstNode[]): AstNode[] {
  return nodes.flatMap((node) => {
    if (node.nodeType === "StructDefinition") return node.members ?? [];
    if (node.nodeType === "ContractDefinition") return fieldsOf(node.nodes ?? []);
    return node.nodeType === "VariableDeclaration" && !node.constant ? [node] : [];
  });
}

/** The line that a field is declared on and the comment lines right above it. */
function surroundings({ text }: SoliditySource, { src }: AstNode): string {
  const bytes = Buffer.from(text);
  const start = Number(src.split(":")[0]);
  const above = bytes.subarray(0, start).toString().split("\n");
  const rest = bytes.subarray(start).toString().split("\n")[0] ?? "";
  const comments: string[] = [];
  for (let i = above.length - 2; i >= 0 && /^\s*(\/\/|\*|\/\*)/.test(above[i] ?? ""); i--)
    comments.push(above[i] ?? "");
  return [...comments, rest].join("\n");
}

export const unitsCheck: Check = {
  name: "units beside uint256 fields",
  run: () =>
    contracts()
      .filter(({ path }) => !/^contracts\/mocks\/|\.t\.sol$/.test(path))
      .flatMap((source) =>
        fieldsOf(source.nodes)
          .filter(isUint256)
          .filter((field) => !isPlainNumber(source, field))
          .filter((field) => !/\{[^}]+\}/.test(surroundings(source, field)))
          .map(({ name }) => `${source.path} ${name}: write its unit in braces beside it, for example D18{USD/share}`),
      ),
};
