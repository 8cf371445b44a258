/** A part of a line: plain, strong, code, or a link. */
export type Inline =
  | { readonly kind: "text" | "strong" | "code"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string };

/** A part of a document. */
export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly text: string }
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "list"; readonly isOrdered: boolean; readonly items: readonly string[] }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** A heading with everything until the next one of its level or above. */
export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

const FENCE = /^```/;
const HEADING = /^(#{1,6})\s+(.*)$/;
const ITEM = /^\s*(?:([-*])|(\d+)\.)\s+(.*)$/;
const ROW = /^\s*\|(.*)\|\s*$/;
const RULE = /^\s*\|[\s:|-]+\|\s*$/;
const INDENTED = /^ {4}(.*)$/;

/** Reads the Markdown of this project's documents: headings, paragraphs, lists, tables and code. No HTML passes. */
export function parseMarkdown(source: string): readonly Block[] {
  const lines = source.split("\n");
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const [block, next] = readBlock(lines, at);
    if (block !== undefined) blocks.push(block);
    at = next;
  }
  return blocks;
}

function readBlock(lines: readonly string[], at: number): [Block | undefined, number] {
  const line = lines[at] ?? "";
  if (line.trim() === "") return [undefined, at + 1];
  const heading = HEADING.exec(line);
  if (heading) return [{ kind: "heading", level: heading[1]?.length ?? 1, text: heading[2] ?? "" }, at + 1];
  if (FENCE.test(line)) {
    const end = endOf(lines, at + 1, (text) => FENCE.test(text));
    return [{ kind: "code", text: lines.slice(at + 1, end).join("\n") }, end + 1];
  }
  if (ROW.test(line)) return readTable(lines, at);
  if (ITEM.test(line)) return readList(lines, at);
  if (INDENTED.test(line)) {
    const end = endOf(lines, at, (text) => !INDENTED.test(text));
    return [
      {
        kind: "code",
        text: lines
          .slice(at, end)
          .map((text) => text.slice(4))
          .join("\n"),
      },
      end,
    ];
  }
  const end = endOf(lines, at + 1, (text) => text.trim() === "" || isStart(text));
  return [
    {
      kind: "paragraph",
      text: lines
        .slice(at, end)
        .map((text) => text.trim())
        .join(" "),
    },
    end,
  ];
}

function readTable(lines: readonly string[], at: number): [Block, number] {
  const end = endOf(lines, at, (text) => !ROW.test(text));
  const rows = lines
    .slice(at, end)
    .filter((text) => !RULE.test(text))
    .map(cellsOf);
  const hasHead = RULE.test(lines[at + 1] ?? "");
  return [{ kind: "table", head: hasHead ? (rows[0] ?? []) : [], rows: hasHead ? rows.slice(1) : rows }, end];
}

function readList(lines: readonly string[], at: number): [Block, number] {
  const items: string[] = [];
  const isOrdered = ITEM.exec(lines[at] ?? "")?.[2] !== undefined;
  let next = at;
  for (; next < lines.length; next++) {
    const line = lines[next] ?? "";
    const item = ITEM.exec(line);
    if (item) items.push(item[3] ?? "");
    else if (line.trim() === "" || !/^\s/.test(line)) break;
    else items.push(`${items.pop() ?? ""} ${line.trim()}`);
  }
  return [{ kind: "list", isOrdered, items }, next];
}

function isStart(line: string): boolean {
  return HEADING.test(line) || FENCE.test(line) || ROW.test(line) || ITEM.test(line);
}

function endOf(lines: readonly string[], from: number, isEnd: (line: string) => boolean): number {
  let at = from;
  while (at < lines.length && !isEnd(lines[at] ?? "")) at++;
  return at;
}

/** A bar inside code (`a|b`) or after a backslash does not part cells. */
function cellsOf(line: string): readonly string[] {
  const inner = ROW.exec(line)?.[1] ?? "";
  const cells = [""];
  let isCode = false;
  for (let i = 0; i < inner.length; i++) {
    const letter = inner[i] ?? "";
    if (letter === "`") isCode = !isCode;
    if (letter === "\\" && inner[i + 1] === "|") {
      cells[cells.length - 1] += "|";
      i++;
    } else if (letter === "|" && !isCode) cells.push("");
    else cells[cells.length - 1] += letter;
  }
  return cells.map((cell) => cell.trim());
}

/** Bounded: a stranger's text of nothing but brackets must not keep the page busy. */
const INLINE = /`([^`]{1,2000})`|\*\*([^*]{1,2000})\*\*|\[([^[\]]{1,500})\]\(([^()\s]{1,2000})\)/g;

/** Parts of a line. */
export function parseInline(text: string): readonly Inline[] {
  const parts: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > at) parts.push({ kind: "text", text: text.slice(at, match.index) });
    const [whole, code, strong, label, href] = match;
    if (code !== undefined) parts.push({ kind: "code", text: code });
    else if (strong !== undefined) parts.push({ kind: "strong", text: strong });
    else parts.push({ kind: "link", text: label ?? "", href: href ?? "" });
    at = match.index + whole.length;
  }
  if (at < text.length) parts.push({ kind: "text", text: text.slice(at) });
  return parts;
}

/** Sections under the headings of one level; what stands before the first one is left out. */
export function sectionsOf(blocks: readonly Block[], level: number): readonly Section[] {
  const sections: { title: string; blocks: Block[] }[] = [];
  let isInside = false;
  for (const block of blocks) {
    if (block.kind === "heading" && block.level <= level) {
      isInside = block.level === level;
      if (isInside) sections.push({ title: block.text, blocks: [] });
    } else if (isInside) sections.at(-1)?.blocks.push(block);
  }
  return sections;
}
