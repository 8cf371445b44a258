import { expect } from "chai";
import type { AssetId } from "../data/source.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { centredRanks } from "../math/ranks.ts";
import type { Outlook } from "../models/outlook.ts";
import { EXAMPLE, examplePanel } from "./example.fixture.ts";
import { defaultGradeParams } from "./gradeParams.ts";
import { gradeTokens } from "./grades.ts";
import { nextMemory } from "./memory.ts";
import { type DecisionMemory, NO_MEMORY, type Opinion, type TokenRule } from "./opinion.ts";
import { plantedOutlook } from "./outlook.fixture.ts";
import { type MarketRegime, marketRegime, sectorExposureBps } from "./regime.ts";
import { defaultRegimeParams } from "./regimeParams.ts";
import { defaultRuleParams, tokenRules } from "./rules.ts";

const risky = (panel: MarketPanel) => panel.assets.map((_, i) => panel.classes[i]?.category !== "stable");

/** A plain outlook: the mean of three ranks of trend, each of which contributes a third of itself. */
function trendOutlook(panel: MarketPanel): Outlook {
  const last = panel.days - 1;
  const wanted = risky(panel);
  const perAsset = (measure: (close: Float64Array) => number) =>
    panel.assets.map((_, i) => (wanted[i] ? measure(panel.column("close", i)) : Number.NaN));
  const change = (days: number) => perAsset((close) => close[last]! / close[last - days]! - 1);
  const average = (close: Float64Array) => close.slice(last - 49, last + 1).reduce((sum, value) => sum + value, 0) / 50;
  const points = {
    change7: change(7),
    change30: change(30),
    averageGap50: perAsset((close) => close[last]! / average(close) - 1),
  };
  const ranks = Object.entries(points).map(
    ([id, values]) => [id, [...centredRanks(values)].map((rank) => rank / 3)] as const,
  );
  const week = panel.assets.map((_, i) => ranks.reduce((sum, [, parts]) => sum + parts[i]!, 0));
  return plantedOutlook(panel, { week, month: points.change30, points, contributions: Object.fromEntries(ranks) });
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
    memory: nextMemory({ before: memory, opinions, held, tracked, positions, events: memory.events }),
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
      /^AAVE: trader grade \d\d, investor grade \d\d, computed from 3 of \d+ data points\. For it: .*30-day price change \d+% \(\+\d+\)/,
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
