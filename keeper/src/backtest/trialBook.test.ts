import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { JournalError } from "../errors.ts";
import { readTrials } from "../journal/trialLedger.ts";
import { binaryPolicy, marketCapPolicy } from "../plan/policy.ts";
import { parseDay } from "./run.ts";
import { DEFAULT_LEDGER, openTrials } from "./trialBook.ts";

const period = { data: "files", from: parseDay("2021-01-01"), to: parseDay("2021-12-31") };
const binary = { ...period, id: "global100", words: "all or nothing", policy: binaryPolicy };
const steps = { ...period, id: "top10", words: "in steps", policy: marketCapPolicy };
const fails = (words: string) => expect.fail(words);

describe("backtest/trialBook", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "trials-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("default: each run is counted once, and deflated by the others", () => {
    const path = join(folder, "trials.json");
    const first = openTrials(path, binary);
    expect(first.trials).to.include({ count: 1 });
    first.finish({ sharpe: Math.sqrt(365), neutralIc: null }, fails);
    const second = openTrials(path, steps);
    expect(second.trials.count).to.equal(2);
    expect(second.trials.dailySharpes[0]).to.be.closeTo(1, 1e-12);
    second.finish({ sharpe: Number.NaN, neutralIc: 0.02 }, fails);
    expect(openTrials(path, binary).trials).to.deep.include({ count: 2, dailySharpes: [] });

    const { trials } = readTrials(path);
    expect(trials.map(({ id, dailySharpe, neutralIc }) => [id, dailySharpe, neutralIc])).to.deep.equal([
      ["global100", "1", null],
      ["top10", null, "0.02"],
    ]);
    expect(readdirSync(folder)).to.deep.equal(["trials.json"]);
    const before = readFileSync(path, "utf8");
    second.finish({ sharpe: Number.NaN, neutralIc: 0.02 }, fails);
    expect(readFileSync(path, "utf8")).to.equal(before);
  });

  it("behavior: a ledger that cannot be written is told, and the run still counts itself", () => {
    const path = join(folder, "trials.json");
    const book = openTrials(path, binary);
    mkdirSync(path);
    const told: string[] = [];
    book.finish({ sharpe: 1, neutralIc: null }, (words) => told.push(words));
    expect(told).to.have.length(1);
    expect(told[0]).to.match(/could not be written/);
    expect(book.trials.count).to.equal(1);
  });

  it("reverts: a ledger that is none is not overwritten", () => {
    const path = join(folder, "trials.json");
    for (const text of ["nothing", "{}", '{"schema":"gimbal.trials/1"}']) {
      writeFileSync(path, text);
      expect(() => openTrials(path, binary), text).to.throw(JournalError);
    }
  });

  it("behavior: the ledger of this repository holds what was tried during development, and no path", () => {
    const ledger = readTrials(DEFAULT_LEDGER);
    expect(ledger.counted.map(({ id }) => id)).to.deep.equal(["regime", "sentiment"]);
    expect(ledger.trials.length).to.be.least(4);
    expect(readFileSync(DEFAULT_LEDGER, "utf8")).to.not.match(/\/(home|tmp|work)\//);
  });
});
