import { expect } from "chai";
import { parseInline, parseMarkdown, sectionsOf } from "./markdown.ts";

describe("Markdown of the documents", () => {
  it("reads headings, paragraphs over several lines, lists with continued items and code", () => {
    const blocks = parseMarkdown("# A\n\none\ntwo\n\n- x\n  y\n- z\n\n    a = b\n\n```ts\nc\n```\n1. first");
    expect(blocks).to.deep.equal([
      { kind: "heading", level: 1, text: "A" },
      { kind: "paragraph", text: "one two" },
      { kind: "list", isOrdered: false, items: ["x y", "z"] },
      { kind: "code", text: "a = b" },
      { kind: "code", text: "c" },
      { kind: "list", isOrdered: true, items: ["first"] },
    ]);
  });

  it("keeps bars inside code and after a backslash within their cell", () => {
    const [table] = parseMarkdown("| who | what |\n|---|---|\n| `a|b` | c \\| d |\n| e | |");
    expect(table).to.deep.equal({
      kind: "table",
      head: ["who", "what"],
      rows: [
        ["`a|b`", "c | d"],
        ["e", ""],
      ],
    });
  });

  it("parts a line, and leaves what is not closed as it is", () => {
    expect(parseInline("a `b` **c** [d](e.md) *f")).to.deep.equal([
      { kind: "text", text: "a " },
      { kind: "code", text: "b" },
      { kind: "text", text: " " },
      { kind: "strong", text: "c" },
      { kind: "text", text: " " },
      { kind: "link", text: "d", href: "e.md" },
      { kind: "text", text: " *f" },
    ]);
  });

  it("looks for the end of a link no further than one can be, so that brackets alone do not keep a page busy", () => {
    const link = { kind: "link", text: "b", href: "https://c.org" } as const;
    expect(parseInline("[a [b](https://c.org)")).to.deep.equal([{ kind: "text", text: "[a " }, link]);
    expect(parseInline("[a](b [b](https://c.org)")).to.deep.equal([{ kind: "text", text: "[a](b " }, link]);
    const long = `[${"b".repeat(501)}](https://c.org)`;
    expect(parseInline(long)).to.deep.equal([{ kind: "text", text: long }]);
  });

  it("gathers sections of one level and ends them at a higher one", () => {
    const blocks = parseMarkdown("intro\n## A\nx\n### B\ny\n# C\nz\n## D\nw");
    expect(sectionsOf(blocks, 2).map(({ title, blocks: of }) => [title, of.length])).to.deep.equal([
      ["A", 3],
      ["D", 1],
    ]);
  });
});
