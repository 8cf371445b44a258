import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { canonicalHash } from "../canonical.ts";
import { MethodologyInvalidError } from "./fields.ts";
import { methodologyHash, methodologyText } from "./methodologyHash.ts";
import { methodologyLimits } from "./methodologyLimits.ts";
import { parseMethodology } from "./parse.ts";

const FOLDER = join(import.meta.dirname, "../../../methodologies");
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
const read = (name: string): unknown => JSON.parse(readFileSync(join(FOLDER, name), "utf8"));
const top10 = () => read("top-10.json") as Record<string, unknown>;

/** The document with one field of it, named by a path, replaced. */
function changed(path: string, value: unknown): unknown {
  const copy = structuredClone(top10());
  const keys = path.split(".");
  const last = keys.pop()!;
  const holder = keys.reduce((at, key) => at[key] as Record<string, unknown>, copy);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}

describe("parseMethodology", () => {
  it("default: every ready document is valid, and no two share a name, a symbol or a hash", () => {
    const documents = files.map((name) => parseMethodology(read(name)));
    expect(documents.length).to.be.at.least(19);
    for (const unique of [({ name }) => name, ({ symbol }) => symbol, methodologyHash] as ((
      document: ReturnType<typeof parseMethodology>,
    ) => string)[]) {
      expect(new Set(documents.map(unique)).size).to.equal(documents.length);
    }
  });

  it("behavior: the hash is that of the content, whatever the order and spaces of the file", () => {
    const document = parseMethodology(top10());
    const reversed = Object.fromEntries(Object.entries(top10()).reverse());
    expect(methodologyHash(parseMethodology(reversed))).to.equal(methodologyHash(document));
    expect(methodologyHash(document)).to.equal(canonicalHash(document));
    expect(methodologyText(document)).to.match(/^\{"caps":\{"assetBps":3000,/);
    const other = parseMethodology(changed("caps.assetBps", 2_999));
    expect(methodologyHash(other)).to.not.equal(methodologyHash(document));
  });

  const wrong: readonly (readonly [path: string, value: unknown, says: string])[] = [
    ["schema", "gimbal.methodology/2", "schema must be one of"],
    ["name", "", "name must be a text of 3 to 32"],
    ["name", "n".repeat(33), "name must be"],
    ["name", "Top\u202e10", "name must be"],
    ["symbol", "G 10", "symbol must be"],
    ["words", undefined, "words is missing"],
    ["surprise", 1, "surprise is not a field"],
    ["universe", [], "universe must be an object"],
    ["universe.rankTo", 0, "universe.rankTo must be a whole number from 1"],
    ["universe.count", 10.5, "universe.count must be a whole number"],
    ["universe.count", 126, "universe.count must be a whole number from 1 to 125"],
    ["universe.list", ["BTC", "BTC"], "must not repeat"],
    ["universe.list", ["btc"], "universe.list[0] must be a symbol"],
    ["universe.allow", ["rebasing"], "universe.allow[0] must be one of: stable, wrapped"],
    ["weighting", { kind: "luck" }, "weighting.kind must be one of"],
    ["weighting", null, "weighting.kind must be one of"],
    ["weighting", { kind: "equal", days: 3 }, "weighting.days is not a field"],
    ["weighting", { kind: "momentum", days: 90, hold: 11 }, "weighting.hold must not be more"],
    ["weighting", { kind: "rsi", days: 14, enterBps: 4_000, leaveBps: 6_000 }, "weighting.leaveBps"],
    ["weighting", { kind: "fixed", weightsBps: { BTC: 9_999 } }, "must sum to 10000, not 9999"],
    ["weighting", { kind: "fixed", weightsBps: { BTC: 10_000 } }, "exactly the tokens of the list"],
    ["caps.exposureBps", 10_001, "caps.exposureBps must be"],
    ["rebalance", "hourly", "rebalance must be one of"],
    ["regime", { mode: "binary", inScoreBps: 0, outScoreBps: 1, dwellDays: 7 }, "regime.outScoreBps"],
    ["regime", { mode: "none", bullBps: 1 }, "regime.bullBps is not a field"],
    ["ensemble", "small-1", "only grades ask models"],
    ["rates", [{ asset: "RETH", underlying: "ETH", maxYearlyGrowthBps: 900 }], "must name tokens of the list"],
    ["fees.streamingBps", 501, "fees.streamingBps must be"],
  ];
  for (const [path, value, says] of wrong) {
    it(`error: ${path} = ${JSON.stringify(value)}`, () => {
      expect(() => parseMethodology(changed(path, value))).to.throw(MethodologyInvalidError, says);
    });
  }

  it("error: a rung of the ladder above the one before it, and a list that names what it excludes", () => {
    const ladder = (read("ai-balanced.json") as { regime: object }).regime;
    expect(() => parseMethodology(changed("regime", { ...ladder, rangeBps: 1, weakRangeBps: 2 }))).to.throw(
      MethodologyInvalidError,
      "regime.weakRangeBps",
    );
    const universe = { ...(top10()["universe"] as object), list: ["BTC"], exclude: ["BTC"] };
    expect(() => parseMethodology(changed("universe", universe))).to.throw(
      MethodologyInvalidError,
      "must not name BTC",
    );
  });
});

describe("methodologyLimits", () => {
  it("default: stays within what IndexFactory accepts, and lets a daily rule act every day", () => {
    for (const name of files) {
      const document = parseMethodology(read(name));
      const limits = methodologyLimits(document);
      expect(limits.turnoverBps, name).to.be.within(1_000, 10_000);
      expect(limits.basketDelay, name).to.be.at.least(Math.max(86_400, limits.riskDelay));
      expect(limits.deriskPeriod, name).to.be.at.least(14 * 86_400);
      expect(limits.cooldown < 86_400, name).to.equal(document.rebalance === "daily");
    }
  });
});
