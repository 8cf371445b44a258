import { expect } from "chai";
import type { AssetId } from "../data/source.ts";
import { computeMatrix } from "../features/dataPoints.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { riskAssets } from "../features/marketState.ts";
import { columnOf, valuesOf } from "../features/matrixColumns.ts";
import { rankRows } from "../features/ranks.ts";
import type { Outlook } from "../models/outlook.ts";
import { EXAMPLE, examplePanel } from "./example.fixture.ts";
import { defaultGradeParams } from "./gradeParams.ts";
import { gradeTokens } from "./grades.ts";
import { nextMemory } from "./memory.ts";
import { type DecisionMemory, NO_MEMORY, type Opinion, type TokenRule } from "./opinion.ts";
import { type MarketRegime, marketRegime, sectorExposureBps } from "./regime.ts";
import { defaultRegimeParams } from "./regimeParams.ts";
import { defaultRuleParams, tokenRules } from "./rules.ts";

/** A plain outlook on the real data points: the mean of three ranks of trend, each of which contributes a third. */
function trendOutlook(panel: MarketPanel): Outlook {
  const assets = riskAssets(panel);
  const rows = { day: new Int32Array(assets.length).fill(panel.days - 1), asset: Int32Array.from(assets) };
  const matrix = computeMatrix(panel, rows);
  const ranks = rankRows(matrix);
  const contributions = new Float64Array(ranks.length);
  for (const id of ["change7", "change30", "averageGap50"]) {
    const column = columnOf(matrix.features, id);
    for (let at = column; at < ranks.length; at += matrix.features.length) contributions[at] = ranks[at]! / 3;
  }
  const width = matrix.features.length;
  const week = Float64Array.from(assets, (_, row) =>
    contributions.slice(row * width, (row + 1) * width).reduce((sum, value) => sum + value, 0),
  );
  return {
    assets: assets.map((i) => panel.assets[i]!),
    matrix,
    ranks,
    week,
    month: valuesOf(matrix, "change30"),
    contributions,
    anomaly: new Float64Array(assets.length).fill(0.5),
    source: "ensemble",
    notes: [],
  };
}

interface Week {
  readonly regime: MarketRegime;
  readonly opinions: ReadonlyMap<AssetId, Opinion>;
  readonly rules: ReadonlyMap<AssetId, TokenRule>;
  readonly holdings: ReadonlySet<AssetId>;
  readonly memory: DecisionMemory;
}

/** One weekly decision without a portfolio: what is bullish and may be bought is held, what must leave is not. */
function decideWeek(week: 1 | 2 | 3, held: ReadonlySet<AssetId>, memory: DecisionMemory): Week {
  const panel = examplePanel(week);
  const regime = marketRegime(panel, defaultRegimeParams, null);
  const opinions = gradeTokens({ outlook: trendOutlook(panel), panel, regime, memory, params: defaultGradeParams });
  const rules = tokenRules({ opinions, panel, memory, held, params: defaultRuleParams });
  const wanted = rules.filter(({ asset }) => (EXAMPLE.tokens as readonly string[]).includes(asset));
  const holdings = new Set(
    wanted
      .filter(({ asset, mayIncrease, mustLeave }) => mayIncrease || (held.has(asset) && !mustLeave))
      .map((r) => r.asset),
  );
  const positions = new Map(
    [...holdings].map((a) => [a, { included: true, entryPrice: "1", profitSteps: 0 }] as const),
  );
  const tracked = new Set<AssetId>(EXAMPLE.tokens);
  return {
    regime,
    opinions: new Map(opinions.map((opinion) => [opinion.asset, opinion])),
    rules: new Map(rules.map((rule) => [rule.asset, rule])),
    holdings,
    memory: nextMemory({
      before: memory,
      opinions,
      held,
      judged: held,
      tracked,
      positions,
      planned: null,
      events: memory.events,
    }),
  };
}

describe("the product's example on planted prices", () => {
  const week1 = decideWeek(1, new Set(), NO_MEMORY);
  const week2 = decideWeek(2, week1.holdings, week1.memory);
  const week3 = decideWeek(3, week2.holdings, week2.memory);
  const stanceOf = (week: Week, asset: string) => week.opinions.get(asset)?.stance;

  it("week 1: AAVE, LDO and RUNE are bullish and in, in a rising market", () => {
    expect(week1.regime.regime).to.equal("bull");
    expect([...week1.holdings].sort()).to.deep.equal(["AAVE", "LDO", "RUNE"]);
    for (const asset of ["GMX", "UNI", "CRV", "COMP", "BTC", "ETH"]) {
      expect(stanceOf(week1, asset), asset).not.to.equal("bullish");
    }
    expect(sectorExposureBps(week1.regime, "defi-lending")).to.equal(10_000);
    expect(week1.opinions.get("AAVE")?.reasons[0]).to.match(
      /^AAVE: trader grade \d\d, investor grade \d\d, computed from \d\d of \d+ data points\. For it: .*30-day price change \d+% \(\+\d+\)/,
    );
  });

  it("week 2: LDO is bearish and out, GMX is in", () => {
    expect(stanceOf(week2, "LDO")).to.equal("bearish");
    expect([...week2.holdings].sort()).to.deep.equal(["AAVE", "GMX", "RUNE"]);
    expect(week2.rules.get("LDO")?.reasons).to.include("LDO is bearish: it leaves.");
    expect(week2.opinions.get("LDO")?.reasons[1]).to.match(/^LDO is bearish: combined grade \d+, price \d+% below/);
    expect(week2.opinions.get("GMX")?.reasons[1]).to.match(/^GMX is bullish: combined grade \d+, price \d+% above/);
    expect(sectorExposureBps(week2.regime, "defi-lending")).to.equal(10_000);
  });

  it("week 3: the sector is weak and 30% of it goes into USDC, while the market stays as it is", () => {
    expect([...week3.holdings].sort()).to.deep.equal(["AAVE", "GMX", "RUNE"]);
    expect([week3.regime.regime, week3.regime.exposureBps]).to.deep.equal(["bull", 10_000]);
    expect(10_000 - sectorExposureBps(week3.regime, "defi-lending")).to.equal(3_000);
    expect(10_000 - sectorExposureBps(week3.regime, "defi-exchange")).to.equal(3_000);
    expect(week3.regime.sectors.defi?.reason).to.match(
      /^The defi sector is weak since 2023-02-\d\d: .* 30% of its weight goes into stable tokens\.$/,
    );
    expect(sectorExposureBps(week3.regime, "layer-1")).to.equal(10_000);
  });
});
