import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "csv-parse/sync";
import type { LabelledHeadline } from "../data/columns.ts";
import { findDataFolder } from "../data/csvFolder.ts";
import { dayFromIso, firstKnown } from "../data/time.ts";
import { textKey } from "../sentiment/classifier.ts";
import { measureQuality } from "../sentiment/quality.ts";
import type { Tone } from "../sentiment/scorer.ts";
import { evaluateSentiment } from "./sentimentScore.ts";

const DAY = 86_400;

/** `good` headlines that the lexicon knows for good and bad ones by turns, one a day from day 0 on. */
function plain(count: number): LabelledHeadline[] {
  return Array.from({ length: count }, (_, i) => ({
    at: i * DAY,
    source: "test",
    text: `Token n${i} ${i % 2 === 0 ? "surges to record high" : "hacked and drained"}`,
    label: i % 2 === 0 ? 1 : -1,
  }));
}

/** Real labelled headlines with VADER's answers; undefined where they are not at hand. */
function readReal(): { readonly row: LabelledHeadline; readonly vader: Tone }[] | undefined {
  const folder = findDataFolder(undefined, process.env.GIMBAL_DATA);
  if (folder === undefined) return undefined;
  const text = readFileSync(join(folder, "sentiment_public.csv"));
  const rows = parse(text, { columns: true }) as Record<"date" | "text" | "label" | "vader_class", string>[];
  return rows.map(({ date, text: title, label, vader_class }) => ({
    row: { at: firstKnown(dayFromIso(date)), source: "csv", text: title, label: Number(label) as Tone },
    vader: Number(vader_class) as Tone,
  }));
}

describe("evaluation of the sentiment classifier", () => {
  it("learns from what precedes the date and tests what follows it", () => {
    const result = evaluateSentiment(plain(400), 250 * DAY);
    expect(result).to.include({ rows: 150, trainRows: 250, testedFrom: 250 * DAY, scorer: "classifier", accuracy: 1 });
    expect(result.byClass.map(({ rows }) => rows)).to.deep.equal([75, 0, 75]);
  });

  it("says so when it has to test other rows than the asked ones", () => {
    const split = evaluateSentiment(plain(400), 390 * DAY, 200 * DAY);
    expect(split).to.include({ rows: 200, testedFrom: 200 * DAY });
    expect(split.chosenBy).to.contain("only 10 rows").and.to.contain("later split");
    const share = evaluateSentiment(plain(400), 900 * DAY);
    expect(share).to.include({ rows: 120, testedFrom: 280 * DAY });
    expect(share.chosenBy).to.contain("last 30%");
  });

  it("does not test a text that it has learnt from", () => {
    const rows = plain(400);
    const copies = rows
      .slice(0, 50)
      .map((row, i) => ({ ...row, text: row.text.toUpperCase(), at: (300 + i) * DAY + 1 }));
    expect(evaluateSentiment([...rows, ...copies], 250 * DAY).rows).to.equal(150);
  });

  it("lets the lexicon speak when there is nothing to learn from, and says so", () => {
    const result = evaluateSentiment(plain(300), 10 * DAY);
    expect(result).to.include({ scorer: "lexicon", trainRows: 10 });
    expect(result.lexicon.accuracy).to.equal(result.accuracy);
  });

  it("beats VADER and FinBERT's published figure on real headlines that it has not seen", () => {
    const real = readReal();
    if (real === undefined) {
      console.log("      no data folder beside the repository: the real headlines were not tested");
      return;
    }
    const later = real[Math.floor(real.length * 0.7)]!.row.at;
    const result = evaluateSentiment(
      real.map(({ row }) => row),
      later,
    );
    const known = new Set(real.filter(({ row }) => row.at < later).map(({ row }) => textKey(row.text)));
    const tested = real.filter(({ row }) => row.at >= later && !known.has(textKey(row.text)));
    const vader = measureQuality(
      tested.map(({ row }) => row.label),
      tested.map(({ vader: said }) => said),
    );
    const figures = [result, result.lexicon, vader].map(
      ({ accuracy, macroF1 }) => `${macroF1.toFixed(3)} (accuracy ${accuracy.toFixed(3)})`,
    );
    console.log(
      `      macro-F1 on ${result.rows} rows: ours ${figures[0]}, lexicon ${figures[1]}, VADER ${figures[2]}`,
    );
    expect(result.macroF1).to.be.greaterThan(vader.macroF1 + 0.05);
    expect(result.macroF1).to.be.greaterThan(0.58);
    expect(result.lexicon.macroF1).to.be.greaterThan(0.55);
  });
});
