import { expect } from "chai";
import { createRandom } from "../../../keeper/src/data/random.ts";
import { dayFromIso, isoFromDay } from "../../../keeper/src/data/time.ts";
import { readDates } from "./dates.ts";
import { readIntent } from "./intents.ts";
import { type Named, type NameReading, readIndex, readToken, suggest } from "./names.ts";
import { AI, address, GLOBAL, NOW, TOKENS } from "./records.fixture.ts";
import { cleanText, editDistance, safeName } from "./text.ts";

/** What a reading says, in one word or two days. */
function days(question: string): string {
  const reading = readDates(question, NOW);
  if (reading.kind === "span") {
    const { from, to } = reading.span;
    return from === to ? isoFromDay(from) : `${isoFromDay(from)} ${isoFromDay(to)}`;
  }
  return reading.kind === "ambiguous"
    ? `which of ${reading.options.map(({ from }) => isoFromDay(from)).join(" ")}`
    : reading.kind;
}

const who = (reading: NameReading<Named>): string => {
  if (reading.kind === "one") return reading.item.symbol;
  if (reading.kind === "several") return `several of ${reading.words}`;
  return reading.kind === "unknown"
    ? `unknown ${reading.words}: ${reading.suggestions.map(({ symbol }) => symbol)}`
    : "none";
};

describe("assistant: days of a question", () => {
  const cases: readonly (readonly [question: string, expected: string])[] = [
    ["why did it sell LDO on 2026-11-14?", "2026-11-14"],
    ["on 2026/11/14", "2026-11-14"],
    ["at 2026-11-14T00:15:00Z", "2026-11-14"],
    ["am 14.11.2026", "2026-11-14"],
    ["on 14 November 2026", "2026-11-14"],
    ["on the 14th of November", "2026-11-14"],
    ["on Nov 14, 2026?", "2026-11-14"],
    ["on november 14th", "2026-11-14"],
    ["on 24 December", "2025-12-24"], // this year's has not come yet
    ["on 29 February", "2024-02-29"],
    ["on 11/14/2026", "2026-11-14"],
    ["on 14/11/2026", "2026-11-14"],
    ["on 4/11/2026", "which of 2026-04-11 2026-11-04"],
    ["on 11/11/2026", "2026-11-11"],
    ["on 2026-02-30", "impossible"],
    ["on 31 June", "impossible"],
    ["on 13/13/2026", "impossible"],
    ["in the year 9999-12-31", "impossible"],
    ["in 2026-W46", "2026-11-09 2026-11-15"],
    ["in 2026-W53", "2026-12-28 2027-01-03"],
    ["in 2025-W53", "impossible"],
    ["in November", "2026-11-01 2026-11-30"],
    ["in December 2025", "2025-12-01 2025-12-31"],
    ["in May", "2026-05-01 2026-05-31"],
    ["it may sell", "none"],
    ["today", "2026-11-21"],
    ["yesterday", "2026-11-20"],
    ["the day before yesterday", "2026-11-19"],
    ["3 days ago", "2026-11-18"],
    ["a week ago", "2026-11-14"],
    ["two months ago", "2026-09-21"],
    ["1 year ago", "2025-11-21"],
    ["9999 years ago", "impossible"],
    ["last week", "2026-11-09 2026-11-15"],
    ["this week", "2026-11-16 2026-11-22"],
    ["the last 7 days", "2026-11-15 2026-11-21"],
    ["in the past month", "2026-10-22 2026-11-21"],
    ["last month", "2026-10-01 2026-10-31"],
    ["last year", "2025-01-01 2025-12-31"],
    ["on Monday", "2026-11-16"],
    ["last Friday", "2026-11-20"],
    ["last Saturday", "2026-11-14"],
    ["next Monday", "2026-11-23"],
    ["what does it hold?", "none"],
    ["why did Global 100 sell 5", "none"],
  ];
  for (const [question, expected] of cases) {
    it(`reads "${question}" as ${expected}`, () => expect(days(question)).to.equal(expected));
  }

  it("reads every day that it writes", () => {
    for (let day = dayFromIso("2016-01-01"); day <= dayFromIso("2026-11-21"); day += 17) {
      const iso = isoFromDay(day);
      const words = new Date(day * 86_400_000).toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" });
      expect(days(`on ${iso}`)).to.equal(iso);
      expect(days(`on ${words}`)).to.equal(iso);
    }
  });
});

describe("assistant: indices and tokens of a question", () => {
  const index = (question: string) => who(readIndex(question, [AI, GLOBAL]));
  const token = (question: string) => {
    const found = readIndex(question, [AI, GLOBAL]);
    return who(readToken(question, TOKENS, found.kind === "one" ? found.span : null));
  };

  it("knows an index by its name, a part of it, its symbol and its address", () => {
    expect(index("What does Global 100 hold?")).to.equal("G100");
    expect(index("what does global hold")).to.equal("G100");
    expect(index("why did the AI index sell LDO")).to.equal("GAI");
    expect(index("fees of gai?")).to.equal("GAI");
    expect(index(`what does ${GLOBAL.address.toLowerCase()} hold`)).to.equal("G100");
    expect(index("what changed last week")).to.equal("none");
  });

  it("asks which index when several fit, and suggests when none does", () => {
    const two = [GLOBAL, { ...GLOBAL, address: address("other"), symbol: "G20", name: "Global 20" }];
    expect(who(readIndex("what does global hold", two))).to.equal("several of global");
    expect(who(readIndex("what does Global 20 hold", two))).to.equal("G20");
    expect(index("what does the Globel index hold")).to.equal("unknown Globel: G100");
    expect(index("what does the Banana index hold")).to.equal("unknown Banana: ");
  });

  it("knows a token by symbol, name, wrapped form and address, and never by a word that only looks like a symbol", () => {
    expect(token("why did AI Index sell LDO on Monday")).to.equal("LDO");
    expect(token("why did it sell ldo")).to.equal("LDO");
    expect(token("why was $ldo sold")).to.equal("LDO");
    expect(token("why did it buy Lido DAO")).to.equal("LDO");
    expect(token("why did it sell BTC")).to.equal("WBTC");
    expect(token("why did it buy link")).to.equal("LINK"); // behind a verb
    expect(token("is there a link to the rebalance")).to.equal("none");
    expect(token(`why did it sell ${address("AAVE")}`)).to.equal("AAVE");
    expect(token("why did it sell on Monday")).to.equal("none");
  });

  it("asks which token when two have the symbol, and takes the name or the address for an answer", () => {
    expect(token("why did it sell UNI")).to.equal("several of UNI");
    expect(who(readToken(`why did it sell ${address("uni two")}`, TOKENS, null))).to.equal("UNI");
    expect(token("why did it sell Unicorn")).to.equal("UNI");
  });

  it("suggests tokens for one that is nearly right, and none for one that is not", () => {
    expect(token("why did it sell AVE")).to.equal("unknown AVE: AAVE");
    expect(token("why did it sell Chainlnk")).to.equal("unknown Chainlnk: LINK");
    expect(token("why did it sell DOGE")).to.equal("unknown DOGE: ");
  });

  it("takes look-alike letters for what they are: other letters", () => {
    expect(token("why did it sell ＬＤＯ")).to.equal("unknown LDO: "); // not cleaned yet
    expect(token(cleanText("why did it sell ＬＤＯ"))).to.equal("LDO"); // full width is the same letter
    expect(token(cleanText("why did it sell L\u200BD\u202EO"))).to.equal("LDO"); // what nobody sees is taken out
    expect(token(cleanText("why did it sell \u041BDO"))).to.equal("unknown \u041BDO: LDO"); // Cyrillic is not
  });

  it("makes a name harmless before it says it", () => {
    expect(safeName("<b>x</b> [click](http://x) `a`\u202E\n*_")).to.equal("bx/b clickhttp://x a");
    expect([...safeName("x".repeat(10_000))].length).to.equal(40);
    expect(safeName("\u200B")).to.equal("(no name)");
  });

  it("suggests from names of any length without going through their letters", () => {
    const many = Array.from({ length: 6_000 }, (_, i) => ({
      address: null,
      symbol: `T${i}`,
      name: "(a+)+$".repeat(200),
    }));
    expect(suggest("T59999", many).map(({ symbol }) => symbol)).to.include("T5999");
  });

  it("counts letters to be changed", () => {
    expect(editDistance("aave", "ave", 2)).to.equal(1);
    expect(editDistance("abcdef", "abdcef", 2)).to.equal(2);
    expect(editDistance("a", "abcdef", 2)).to.equal(3);
  });
});

describe("assistant: what a question asks for", () => {
  const terms = new Set(["drift", "regime", "nav", "claim", "staking score", "fees"]);
  const cases: readonly (readonly [question: string, intent: string])[] = [
    ["Why did AI Index sell LDO on 2026-11-14?", "trade"],
    ["why was LDO sold", "trade"],
    ["when did it buy AAVE", "trade"],
    ["Why did it rebalance last week?", "rebalance"],
    ["explain the last rebalance of Global 100", "rebalance"],
    ["explain blockchain", "explain"],
    ["Why did the index do that?", "rebalance"],
    ["When is the next rebalance?", "next-rebalance"],
    ["when does Global 100 rebalance", "next-rebalance"],
    ["What is my next claim?", "claim"],
    ["can I claim rewards", "claim"],
    ["What does Global 100 hold?", "holdings"],
    ["what's in the AI index? its weights please", "holdings"],
    ["What changed last week?", "changes"],
    ["what happened yesterday", "changes"],
    ["What is the regime?", "regime"],
    ["is it a bear market", "regime"],
    ["How is Global 100 doing against BTC?", "performance"],
    ["What is my tier?", "tier"],
    ["What fees does Global 100 take?", "fees"],
    ["Explain drift", "explain"],
    ["what is drift?", "explain"],
    ["What does NAV mean?", "explain"],
    ["which indices are there", "list"],
    ["tell me a joke", "unknown"],
    ["", "unknown"],
  ];
  for (const [question, intent] of cases) {
    it(`reads "${question}" as ${intent}`, () => {
      expect(readIntent(question, (word) => terms.has(word)).intent).to.equal(intent);
    });
  }

  it("hears which side of a trade is meant", () => {
    expect(readIntent("why did it sell LDO", () => false).side).to.equal("sell");
    expect(readIntent("why was AAVE bought", () => false).side).to.equal("buy");
  });
});

describe("assistant: hostile questions", () => {
  it("reads any text without an error", () => {
    const read = (text: string) => {
      const clean = cleanText(text);
      readDates(clean, NOW);
      readIndex(clean, [AI, GLOBAL]);
      readToken(clean, TOKENS, null);
      readIntent(clean, () => true);
    };
    const random = createRandom(11);
    for (let i = 0; i < 300; i++) {
      const points = Array.from({ length: 200 }, () => Math.floor(random.uniform() * (i % 2 === 0 ? 0x10ffff : 0x250)));
      read(String.fromCodePoint(...points));
    }
    for (const piece of [
      "what is ",
      "a".repeat(50),
      "1/1/1/",
      "0x",
      "last ",
      "$",
      "((((",
      "'s",
      "-",
      "\u0301",
      "explain explain ",
      "no of no ",
    ]) {
      read(piece.repeat(100));
    }
  });
});
