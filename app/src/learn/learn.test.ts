import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parseMarkdown } from "../safety/markdown.ts";
import { findTerms, termsOf } from "./glossary.ts";
import { findTopic, TOPICS } from "./topics.ts";

describe("the learn pages", () => {
  it("have each their own address, and text that is read as more than one block", () => {
    expect(new Set(TOPICS.map(({ id }) => id)).size).to.equal(TOPICS.length);
    for (const { id, text } of TOPICS) {
      expect(findTopic(id)?.id).to.equal(id);
      expect(parseMarkdown(text).length, id).to.be.greaterThan(1);
    }
    expect(findTopic("nothing")).to.equal(undefined);
  });
});

describe("the glossary", () => {
  const terms = termsOf(readFileSync(new URL("../../../docs/GLOSSARY.md", import.meta.url), "utf8"));

  it("is the project's own document", () => {
    expect(terms.length).to.be.greaterThan(100);
    expect(terms.find(({ term }) => term === "bps")?.meaning).to.equal("Basis point, 1/10,000.");
    expect(terms.every(({ term, meaning }) => term !== "" && meaning !== "")).to.equal(true);
  });

  it("finds names first, then meanings", () => {
    const list = [
      { term: "epoch", meaning: "What one proposal starts." },
      { term: "proposal", meaning: "A call for a vote." },
    ];
    expect(findTerms(list, " Proposal ").map(({ term }) => term)).to.deep.equal(["proposal", "epoch"]);
    expect(findTerms(list, "")).to.equal(list);
    expect(findTerms(list, "zebra")).to.deep.equal([]);
  });
});
