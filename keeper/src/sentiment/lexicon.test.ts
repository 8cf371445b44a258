import { expect } from "chai";
import { LEXICON_SIZE, readLexicon } from "./lexicon.ts";
import { lexiconScorer } from "./scorer.ts";
import { fold, MAX_TEXT_LENGTH, stemOf, tokenize } from "./tokenizer.ts";

const polarity = (text: string) => readLexicon(text).polarity;
const label = (text: string) => lexiconScorer.score(text).label;

describe("tokenizer", () => {
  it("names figures, tickers, links, percents and marks", () => {
    const text = "$SOL up 12.5% to $1.2 billion, see https://a.io/x?y=1 - 40,000 users!";
    expect(tokenize(text).map(({ stem }) => stem)).to.deep.equal([
      "$sol",
      "up",
      "#percent",
      "to",
      "#money",
      ",",
      "see",
      "#link",
      "#number",
      "user",
      "!",
    ]);
    expect(tokenize("down -7% 3rd")[1]?.stem).to.equal("#percentdown");
  });

  it("folds accents, quotes, dashes and dotted letters without asking the engine's locale", () => {
    expect(fold("Société Générale’s “U.S.” Straße – İstanbul")).to.equal('Societe Generales "US" Strasse - Istanbul');
    expect(tokenize("isn't").map(({ stem }) => stem)).to.deep.equal(tokenize("isnt").map(({ stem }) => stem));
  });

  it("brings the forms of a word together and keeps apart what only looks alike", () => {
    for (const [stem, ...forms] of [
      ["launch", "launch", "launches", "launched", "launching"],
      ["surg", "surge", "surges", "surged", "surging"],
      ["ban", "ban", "bans", "banned", "banning"],
      ["rally", "rally", "rallies", "rallied"],
      ["sell", "sell", "sells", "selling"],
    ]) {
      expect(forms.map(stemOf)).to.deep.equal(forms.map(() => stem));
    }
    for (const word of ["news", "loss", "crisis", "bonus", "speed", "bring", "king"])
      expect(stemOf(word)).to.equal(word);
  });

  it("keeps the few symbols with a tone, drops the others, cuts what is too long", () => {
    expect(tokenize("to the moon 🚀🚀 🥑").map(({ stem }) => stem)).to.deep.equal([
      "to",
      "the",
      "moon",
      "#rocket",
      "#rocket",
    ]);
    expect(tokenize("word ".repeat(5_000)).length).to.equal(MAX_TEXT_LENGTH / 5);
  });
});

describe("lexicon", () => {
  it("knows several hundred terms", () => expect(LEXICON_SIZE).to.be.greaterThan(700));

  it("hears the tone of plain news", () => {
    for (const good of [
      "Exchange wins approval for bitcoin ETF",
      "Token surges to all-time high",
      "Chain announces partnership",
    ]) {
      expect(label(good), good).to.equal(1);
    }
    for (const bad of [
      "Bridge exploited for $100 million",
      "Regulator sues exchange",
      "Lender files for bankruptcy",
      "Rug pull",
    ]) {
      expect(label(bad), bad).to.equal(-1);
    }
    for (const flat of ["What is a block explorer?", "Fear and greed index", "Weekly recap", ""]) {
      expect(label(flat), flat).to.equal(0);
    }
  });

  it("turns the tone under a negation, and back under two", () => {
    expect(polarity("The vote is successful")).to.be.greaterThan(0);
    expect(polarity("The vote is not successful")).to.be.lessThan(0);
    expect(polarity("The exchange was hacked")).to.be.lessThan(0);
    expect(polarity("The exchange wasn't hacked")).to.be.greaterThan(0);
    expect(polarity("Nothing new. The exchange was hacked")).to.be.lessThan(0);
    expect(polarity("It did not fail to succeed, never")).to.be.greaterThan(0);
  });

  it("turns what a verb does away with", () => {
    expect(polarity("SEC drops lawsuit against exchange")).to.be.greaterThan(0.2);
    expect(polarity("Court dismisses fraud charges")).to.be.greaterThan(0);
    expect(polarity("Project delays launch")).to.be.lessThan(0);
    expect(polarity("Regulator rejects approval of fund")).to.be.lessThan(0);
    expect(polarity("Protocol recovers from hack")).to.be.greaterThan(0);
    expect(polarity("Revenue falls short")).to.be.lessThan(0);
  });

  it("judges a movement by what moves", () => {
    expect(polarity("Price falls")).to.be.lessThan(0);
    expect(polarity("Transaction fees fall")).to.be.greaterThan(0);
    expect(polarity("Revenue rises")).to.be.greaterThan(0);
    expect(polarity("Inflation rises")).to.be.lessThan(0);
  });

  it("weighs strength, concessions and turns", () => {
    expect(polarity("Price falls sharply")).to.be.lessThan(polarity("Price falls"));
    expect(polarity("Price falls slightly")).to.be.greaterThan(polarity("Price falls"));
    expect(polarity("Token rallies despite lawsuit")).to.be.greaterThan(0);
    expect(polarity("Token rallies but exchange hacked")).to.be.lessThan(0);
    expect(Math.abs(polarity("Should investors fear a crash?"))).to.be.lessThan(
      Math.abs(polarity("Investors fear a crash")),
    );
  });

  it("gives probabilities that sum to 1 and agree with the label", () => {
    for (const text of ["Token surges", "Token crashes", "Token exists"]) {
      const { probabilities, label: said } = lexiconScorer.score(text);
      expect(probabilities[0] + probabilities[1] + probabilities[2]).to.be.closeTo(1, 1e-12);
      expect(probabilities[said + 1]).to.equal(Math.max(...probabilities));
    }
  });
});
