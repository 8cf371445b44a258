import { expect } from "chai";
import type { Decision } from "../answers.d.ts";
import { estimateOf, moversOf, nextWeights } from "./decision.ts";

type Asset = Decision["assets"][number];

const asset = (symbol: string, over: Partial<Asset>): Asset => ({
  ...{ symbol, token: `0x${symbol}`, currentBps: 0, targetBps: 0, proposedBps: 0, stance: "neutral" },
  ...{ traderGrade: null, investorGrade: null, drivers: [], reasons: [], ...over },
});
const driver = (words: string, effectBps: number) => ({ feature: words, words, value: "1", effectBps });

describe("what moved a decision", () => {
  it("is told strongest first, whichever way it moved, of all tokens together", () => {
    const assets = [
      asset("ETH", { currentBps: 100, drivers: [driver("volume rose", 120), driver("news", 10)] }),
      asset("UNI", { targetBps: 100, drivers: [driver("fell below its mean", -300)] }),
      asset("FAR", { drivers: [driver("of no concern here", 900)] }),
    ];
    expect(moversOf(assets, 2)).to.deep.equal([
      { symbol: "UNI", words: "fell below its mean", effect: -300 },
      { symbol: "ETH", words: "volume rose", effect: 120 },
    ]);
  });
});

describe("what a decision expected", () => {
  it("is read in basis points, and not at all from a record that lacks it", () => {
    expect(estimateOf({ estimateCentiBps: { cost: 1_250, benefit: 3_001 } })).to.deep.equal({
      cost: 12.5,
      benefit: 30.01,
    });
    expect([
      estimateOf({ estimateCentiBps: null }),
      estimateOf({}),
      estimateOf({ estimateCentiBps: {} }),
    ]).to.deep.equal([null, null, null]);
  });
});

describe("next weights", () => {
  const assets = [
    asset("ETH", { currentBps: 4_000, proposedBps: 4_500, targetBps: 5_000 }),
    asset("UNI", { currentBps: 1_000, proposedBps: 0, targetBps: 0 }),
    asset("OLD", {}),
  ];

  it("measure the way to go from what is held now, not from what was held then", () => {
    const live = new Map<string, number | null>([
      ["0xETH", 4_400],
      ["0xUNI", null],
    ]);
    expect(nextWeights(assets, (token) => live.get(token))).to.deep.equal([
      { token: "0xETH", symbol: "ETH", now: 4_400, proposed: 4_500, wanted: 5_000, gap: 600 },
      { token: "0xUNI", symbol: "UNI", now: null, proposed: 0, wanted: 0, gap: null },
    ]);
  });

  it("fall back to the weights of the decision while the holdings are not known, the longest way first", () => {
    const found = nextWeights(assets, () => undefined).map(({ symbol, gap }) => [symbol, gap]);
    expect(found).to.deep.equal([
      ["ETH", 1_000],
      ["UNI", -1_000],
    ]);
  });
});
