import { expect } from "chai";
import { canonicalJson } from "../data/canonical.ts";
import { createRandom } from "../data/random.ts";
import { plantedPanel } from "../features/planted.fixture.ts";
import { defaultGradeParams } from "./gradeParams.ts";
import { nextMemory } from "./memory.ts";
import { type DecisionMemory, NO_MEMORY, type Opinion, type TokenRule } from "./opinion.ts";
import { findPumps } from "./pump.ts";
import { judgedTokens, defaultRuleParams as params, type RuleInputs, tokenRules } from "./rules.ts";

const HIGH = new Array<number>(100).fill(100);
const FALLEN = [...HIGH.slice(0, 50), ...new Array<number>(50).fill(69)];

function opinion(asset: string, changes: Partial<Opinion> = {}): Opinion {
  const grades = { score: 0.1, traderGrade: 70, investorGrade: 50, known: 9, possible: 9 };
  return { asset, stance: "bullish", ...grades, drivers: [], suspicious: false, reasons: [], ...changes };
}

function ruleOf(changes: Partial<Opinion>, rest: Partial<RuleInputs> = {}, close = HIGH): TokenRule {
  const panel = plantedPanel({ A: { columns: { close } } });
  const inputs = { opinions: [opinion("A", changes)], panel, memory: NO_MEMORY, held: new Set<string>(), params };
  return tokenRules({ ...inputs, ...rest })[0]!;
}

function unwanted(decisions: number): DecisionMemory {
  const rest = { stance: "neutral", included: true, entryPrice: null, profitSteps: 0, traderGrade: null } as const;
  return { tokens: { A: { ...rest, unwantedFor: decisions } }, events: {}, planned: null };
}

const held = new Set(["A"]);

describe("rules", () => {
  it("allow to buy a bullish token, and no neutral, bearish or unknown one", () => {
    expect(ruleOf({})).to.deep.equal({ asset: "A", mayIncrease: true, mustLeave: false, reasons: [] });
    for (const stance of ["neutral", "bearish", "unknown"] as const) {
      const { mayIncrease, mustLeave, reasons } = ruleOf({ stance });
      expect([mayIncrease, mustLeave], stance).to.deep.equal([false, false]);
      expect(reasons[0]).to.match(/^A is not bought: (it is (neutral|bearish)|too little is known about it)\.$/);
    }
    expect(ruleOf({}, { opinions: [], held }).mayIncrease).to.equal(false);
  });

  it("send a bearish token out at once, and others that are not bullish at their second decision", () => {
    expect(ruleOf({ stance: "bearish" }, { held }).mustLeave).to.equal(true);
    const first = ruleOf({ stance: "neutral" }, { held });
    expect(first.mustLeave).to.equal(false);
    expect(first.reasons.at(-1)).to.equal("A is neutral: it may stay for 1 more decision at most.");
    const second = ruleOf({ stance: "neutral" }, { held, memory: unwanted(1) });
    expect([second.mustLeave, second.reasons.at(-1)]).to.deep.equal([true, "A is neutral: it leaves."]);
    expect(ruleOf({ stance: "unknown" }, { held, memory: unwanted(1) }).mustLeave).to.equal(true);
    expect(ruleOf({}, { held, memory: unwanted(1) }).mustLeave).to.equal(false);
    expect(ruleOf({ stance: "bearish" }, { memory: unwanted(1) }).mustLeave).to.equal(false);
  });

  it("record why a token is still there", () => {
    const late = ruleOf(
      { stance: "neutral" },
      { held, memory: unwanted(2), blocked: new Map([["A", "it is frozen"]]) },
    );
    expect(late.mustLeave).to.equal(true);
    expect(late.reasons.slice(1)).to.deep.equal([
      "A is neutral: it leaves.",
      "A should have left before: this is decision 3 in which it is still held.",
      "A cannot be sold now: it is frozen.",
    ]);
  });

  it("ask for an investor grade before they allow to add to a fallen token", () => {
    const rule = ruleOf({ investorGrade: 59 }, {}, FALLEN);
    expect(rule.mayIncrease).to.equal(false);
    expect(rule.reasons[0]).to.equal(
      "A is not added to: it stands 31% below its 90-day high, and that needs an investor grade of at least 60 (it has 59).",
    );
    expect(ruleOf({ investorGrade: null }, {}, FALLEN).mayIncrease).to.equal(false);
    expect(ruleOf({ investorGrade: 60 }, {}, FALLEN).mayIncrease).to.equal(true);
    expect(ruleOf({ investorGrade: 10 }, {}, [...HIGH.slice(1), 70]).mayIncrease).to.equal(true);
    // The high is older than 90 days.
    expect(ruleOf({}, {}, [...HIGH.slice(0, 10), ...new Array<number>(90).fill(60)]).mayIncrease).to.equal(true);
  });

  it("do not buy what is suspicious", () => {
    expect(ruleOf({ suspicious: true }).reasons).to.deep.equal(["A is not bought: it is suspicious."]);
  });

  it("rule on every token held, also on one without an opinion, in ascending order", () => {
    const panel = plantedPanel({ B: { columns: { close: HIGH } } });
    const inputs = { opinions: [opinion("B")], panel, memory: unwanted(1), held, params };
    expect(tokenRules(inputs).map(({ asset, mustLeave }) => [asset, mustLeave])).to.deep.equal([
      ["A", true],
      ["B", false],
    ]);
  });
});

describe("nextMemory", () => {
  const inputs = {
    before: unwanted(1),
    opinions: [opinion("A", { stance: "neutral" }), opinion("B")],
    held,
    judged: held,
    tracked: new Set(["B", "A", "C"]),
    positions: new Map([["B", { included: true, entryPrice: "2.5", profitSteps: 1 }]]),
    events: { gradeDrop: 7 },
    planned: null,
  };

  it("counts the decisions in which a held token was unwanted", () => {
    const { tokens, events } = nextMemory(inputs);
    expect(Object.keys(tokens)).to.deep.equal(["A", "B", "C"]);
    expect(tokens.A).to.include({ unwantedFor: 2, stance: "neutral", traderGrade: 70, included: false });
    expect(tokens.B).to.include({ unwantedFor: 0, included: true, entryPrice: "2.5", profitSteps: 1 });
    expect(tokens.C).to.include({ stance: "unknown", traderGrade: null });
    expect(events).to.deep.equal({ gradeDrop: 7 });
    canonicalJson(nextMemory(inputs));
  });

  it("keeps the count and the stance of a token whose price is waited for", () => {
    const panel = plantedPanel({ A: { columns: { close: HIGH.with(-1, Number.NaN) } } });
    const judged = judgedTokens(panel, held);
    expect([...judged]).to.deep.equal([...held].filter((asset) => asset !== "A"));
    expect(nextMemory({ ...inputs, judged }).tokens.A).to.include({ unwantedFor: 1, stance: "neutral" });
    const gone = plantedPanel({
      A: { columns: { close: HIGH.map((value, t) => (t < HIGH.length - 4 ? value : Number.NaN)) } },
    });
    expect([...judgedTokens(gone, held)]).to.deep.equal([...held]);
  });

  it("forgets the count once a token is bullish or gone", () => {
    expect(nextMemory({ ...inputs, opinions: [opinion("A")] }).tokens.A?.unwantedFor).to.equal(0);
    expect(nextMemory({ ...inputs, held: new Set() }).tokens.A?.unwantedFor).to.equal(0);
  });
});

describe("findPumps", () => {
  const DAYS = 120;
  const PUMPED = 9;

  /** Ten tokens, the first five of which are large; the last one jumps on the given day. */
  function market(options: { jumpDay?: number; rise?: number; burst?: number; asset?: number; all?: number } = {}) {
    const { jumpDay = DAYS - 2, rise = 0.8, burst = 10, asset = PUMPED, all = 0 } = options;
    const random = createRandom(3);
    const entries = Array.from({ length: 10 }, (_, i) => {
      const jumps = (t: number) => t >= jumpDay && i === asset;
      const quiet = Array.from({ length: DAYS }, () => 1 + 0.02 * random.normal());
      const close = quiet.map((q, t) => q * (jumps(t) ? 1 + rise : 1) * (t >= jumpDay ? 1 + all : 1));
      const volumeGlobal = quiet.map((q, t) => 1e6 * q * (jumps(t) && t < jumpDay + 3 ? burst : 1));
      return [
        `T${i}`,
        { columns: { close, volumeGlobal, marketCap: close.map((c) => c * (i < 5 ? 1e9 : 1e7)) } },
      ] as const;
    });
    return plantedPanel(Object.fromEntries(entries));
  }
  const found = (...options: Parameters<typeof market>) => [
    ...findPumps(market(...options), defaultGradeParams).keys(),
  ];

  it("flags a jump of the price on a burst of volume", () => {
    expect(found()).to.deep.equal([PUMPED]);
    const pump = findPumps(market(), defaultGradeParams).get(PUMPED)!;
    expect(pump.rise).to.be.closeTo(0.8, 0.15);
    expect(pump.burst).to.be.closeTo(10, 1);
  });

  it("asks for both, and for more than the market did", () => {
    expect(found({ burst: 3 })).to.deep.equal([]);
    expect(found({ rise: 0.2 })).to.deep.equal([]);
    expect(found({ rise: 0, all: 0.8, burst: 10 })).to.deep.equal([]);
  });

  it("leaves the largest tokens out, by their size before the jump", () => {
    expect(found({ asset: 1 })).to.deep.equal([]);
    expect(found({ rise: 500 })).to.deep.equal([PUMPED]);
  });

  it("remembers for two weeks", () => {
    expect(found({ jumpDay: DAYS - 16 })).to.deep.equal([PUMPED]);
    expect(found({ jumpDay: DAYS - 17 })).to.deep.equal([]);
  });
});
