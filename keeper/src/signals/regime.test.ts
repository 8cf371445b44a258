import { expect } from "chai";
import { canonicalJson } from "../data/canonical.ts";
import { createRandom } from "../data/random.ts";
import { marketState } from "../features/marketState.ts";
import { plantedPanel, truncated } from "../features/planted.fixture.ts";
import { markovStates } from "./hiddenStates.ts";
import { marketBallots, marketLadder, marketRegime, regimePath, sectorExposureBps, withAnomalies } from "./regime.ts";
import { defaultRegimeParams as defaults } from "./regimeParams.ts";
import type { Ballot, HiddenStates } from "./votes.ts";

const DAYS = 420;

/** Prices that follow daily returns, with noise of their own that grows when they fall. */
function walk(daily: (t: number) => number, seed: number): number[] {
  const random = createRandom(seed);
  let level = 100;
  return Array.from({ length: DAYS }, (_, t) => {
    level *= 1 + daily(t) + (daily(t) < 0 ? 0.00005 * t : 0.004) * random.normal();
    return level;
  });
}

function planted(market: (t: number) => number, defi = market) {
  const asset = (sector: string, daily: (t: number) => number, seed: number, size: number) => {
    const close = walk(daily, seed);
    return { sector, columns: { close, marketCap: close.map((price) => price * size) } };
  };
  return plantedPanel({
    AAVE: asset("defi", defi, 1, 1),
    BTC: asset("layer-1", market, 2, 1_000),
    ETH: asset("layer-1", market, 3, 400),
    SOL: asset("layer-1", market, 4, 100),
    UNI: asset("defi", defi, 5, 1),
    CRV: asset("defi", defi, 6, 1),
  });
}

const rise = () => 0.004;
const fall = () => -0.006;
const crash = (t: number) => (t < 360 ? 0.004 : -0.02);

/** One ballot that votes the given scores, so that the machine alone is tested. */
function ballots(votes: readonly number[]): readonly Ballot[] {
  const values = Float64Array.from(votes);
  return [{ voter: "trend50", votes: values, values }];
}

const alone = { ...defaults, leastVoters: 1 };
const repeat = (vote: number, days: number) => new Array<number>(days).fill(vote);
const rungs = (votes: readonly number[], params = alone) =>
  regimePath(ballots(votes), marketLadder(params), params).map(({ exposureBps }) => exposureBps);

describe("regime", () => {
  it("says bull of a rising market and bear of a falling one, with values in the reasons", () => {
    const bull = marketRegime(planted(rise), defaults, null);
    expect([bull.regime, bull.exposureBps]).to.deep.equal(["bull", 10_000]);
    expect(bull.votes).to.include({ trend50: 1, trend200: 1, breadth: 1, drawdown: 1 });
    expect(bull.trendStrengthBps).to.be.greaterThan(5_000);
    expect(bull.reasons[0]).to.match(/^Market regime is bull: exposure 100% since 2021-\d\d-\d\d\.$/);
    expect(bull.reasons[1]).to.match(/^50-day trend: for, index \d+% above its 50-day average\.$/);

    const bear = marketRegime(planted(fall), defaults, null);
    expect([bear.regime, bear.exposureBps]).to.deep.equal(["bear", 0]);
    expect(bear.votes).to.include({ trend50: -1, trend200: -1, breadth: -1, drawdown: -1 });
    expect(bear.trendStrengthBps).to.be.lessThan(-4_000);
    canonicalJson(bear);
  });

  it("knows nothing of a market without history, and keeps the exposure", () => {
    const regime = marketRegime(truncated(planted(rise), 40), defaults, null);
    expect([regime.regime, regime.exposureBps, regime.votes]).to.deep.equal(["unknown", 10_000, {}]);
    expect(regime.reasons[0]).to.contain("Too little is known");
  });

  it("climbs the ladder by the mean vote", () => {
    const exposure = (score: number) => rungs([score])[0];
    expect([1, 0.4, 0.39, 0, -0.01, -0.6, -0.61, -1].map(exposure)).to.deep.equal([
      10_000, 10_000, 6_600, 6_600, 3_300, 3_300, 0, 0,
    ]);
  });

  it("is all or nothing in binary mode: out with a bear market, in with a bull market", () => {
    const binary = { ...alone, mode: "binary" as const };
    expect([1, 0, -0.5, -1].map((vote) => rungs([vote], binary)[0])).to.deep.equal([10_000, 10_000, 10_000, 0]);
    expect(marketRegime(planted(crash), { ...defaults, mode: "binary" }, null).exposureBps).to.equal(0);
    // Out in the bear market, and not in again before the next bull market.
    expect(rungs([1, -1, 0, 0, 1, 0], { ...binary, dwellDays: 1 })).to.deep.equal([10_000, 0, 0, 0, 10_000, 10_000]);
  });

  it("stays a week on a rung, but leaves for bear at once", () => {
    const climb = rungs([...repeat(0, 1), ...repeat(1, 10)]);
    expect(climb.indexOf(10_000)).to.equal(7);
    expect(rungs([1, 1, -1])[2]).to.equal(0);
    // Out on day 1: back on day 8 at the earliest.
    expect(rungs([1, -1, ...repeat(1, 10)]).lastIndexOf(0)).to.equal(7);
  });

  it("keeps its state for a week without votes, then says unknown and keeps the exposure", () => {
    const blind = repeat(Number.NaN, 9);
    const path = regimePath(ballots([-0.3, ...blind, 1]), marketLadder(alone), alone);
    expect(path.map(({ regime }) => regime)).to.deep.equal([
      ...new Array(8).fill("range"),
      "unknown",
      "unknown",
      "bull",
    ]);
    expect(path[9]?.exposureBps).to.equal(3_300);
  });

  it("needs three voters", () => {
    expect(regimePath(ballots([1]), marketLadder(defaults), defaults)[0]?.regime).to.equal("unknown");
  });

  it("crosses an average, and gives up a level, only beyond the band", () => {
    const close = Array.from({ length: 300 }, (_, t) => 100 + (t >= 200 && t % 2 === 0 ? 2 : 0));
    const flat = plantedPanel({ A: { columns: { close, marketCap: close } } });
    const state = marketState(flat);
    const trend = marketBallots(flat, state, defaults, null)[0]!.votes;
    expect([...new Set(trend.slice(60))]).to.deep.equal([0]);
    const narrow = marketBallots(flat, state, { ...defaults, bandBps: 50 }, null)[0]!.votes;
    expect([...new Set(narrow.slice(60))]).to.deep.equal([0, 1, -1]);

    const breadth = Float64Array.of(0.5, 0.6, 0.58, 0.56, 0.4, 0.42, 0.44);
    const votes = marketBallots(flat, { ...state, breadth }, defaults, null)[2]!.votes;
    expect([...votes]).to.deep.equal([0, 1, 1, 0, -1, -1, 0]);
  });

  it("never changes an earlier state when days are added", () => {
    const panel = planted(crash);
    const pathOf = (days: number) => {
      const part = truncated(panel, days);
      return regimePath(marketBallots(part, marketState(part), defaults, byMean), marketLadder(defaults), defaults);
    };
    const whole = pathOf(DAYS);
    expect(new Set(whole.map(({ regime }) => regime)).size).to.be.greaterThan(2);
    for (const days of [250, 333, 365, 380, 401]) {
      expect(pathOf(days), String(days)).to.deep.equal(whole.slice(0, days));
    }
  });

  it("lets the world vote when two of its sides agree, and abstain when it is not known", () => {
    const close = repeat(100, 100);
    const asset = { A: { columns: { close, marketCap: close } } };
    const macro = (columns: Parameters<typeof plantedPanel>[1]) => {
      const panel = plantedPanel(asset, columns);
      return marketBallots(panel, marketState(panel), defaults, null)[5]!.votes[99]!;
    };
    expect(macro({})).to.be.NaN;
    expect(macro({ fearGreed: repeat(80, 100) })).to.be.NaN;
    expect(macro({ fearGreed: repeat(80, 100), equityVolatility: repeat(14, 100) })).to.equal(1);
    expect(macro({ fearGreed: repeat(10, 100), equityVolatility: repeat(45, 100) })).to.equal(-1);
    expect(macro({ fearGreed: repeat(10, 100), equityVolatility: repeat(14, 100) })).to.equal(0);
    const dollar = [...repeat(100, 90), ...repeat(110, 10)];
    expect(macro({ fearGreed: repeat(10, 100), dollarIndex: dollar })).to.equal(-1);
    expect(macro({ fearGreed: repeat(10, 100), stableShare: dollar })).to.equal(-1);
    const stale = [...repeat(14, 90), ...repeat(Number.NaN, 10)];
    expect(macro({ fearGreed: repeat(80, 100), equityVolatility: stale })).to.be.NaN;
  });

  it("gives the hidden states a voice that knows the past alone", () => {
    const { votes } = marketRegime(planted(rise), defaults, byMean);
    expect(votes.calm).to.equal(1);
    expect(marketRegime(planted(crash), defaults, byMean).votes.calm).to.equal(-1);
    expect(marketRegime(planted(rise), defaults, null).votes).not.to.have.property("calm");
    expect(marketRegime(planted(rise), defaults, { fit: () => null }).votes).not.to.have.property("calm");
  });

  it("learns a calm and a troubled state from returns, and knows a day before later ones come", () => {
    const random = createRandom(9);
    const returns = Float64Array.from({ length: 500 }, (_, t) => (t % 200 < 150 ? 0.01 : 0.06) * random.normal());
    const calm = markovStates.fit(returns)!.filter(returns);
    expect(calm).to.have.length(500);
    const mean = (from: number, to: number) => calm.slice(from, to).reduce((sum, p) => sum + p, 0) / (to - from);
    expect(mean(10, 150)).to.be.greaterThan(0.9);
    expect(mean(155, 200)).to.be.lessThan(0.1);
    expect(markovStates.fit(returns)!.filter(returns.slice(0, 300))).to.deep.equal(calm.slice(0, 300));
    expect(markovStates.fit(new Float64Array(200))).to.equal(null);
    const nervous = (t: number) => (t < 380 ? 0.004 : 0.06 * (t % 2 === 0 ? 1 : -1));
    expect(marketRegime(planted(nervous), defaults, markovStates).votes.calm).to.equal(-1);
    expect(marketRegime(planted(rise), defaults, markovStates).votes).to.have.property("calm");
  });

  it("does not let a step without a change of exposure delay one with", () => {
    const flat = { ...alone, rangeBps: 10_000 };
    expect(rungs([...repeat(1, 8), 0, -0.3], flat)).to.deep.equal([...repeat(10_000, 9), 3_300]);
  });

  it("gives a sector its own regime, and takes the stricter of the two", () => {
    const weak = marketRegime(planted(rise, crash), defaults, null);
    expect(weak.regime).to.equal("bull");
    expect(weak.sectors["layer-1"]?.exposureBps).to.equal(10_000);
    expect(weak.sectors.defi?.regime).to.equal("bear");
    expect(weak.sectors.defi?.reason).to.match(
      /^The defi sector is weak since 2022-\d\d-\d\d: its index stands \d+% below its 50-day average, 0% of its tokens are above their own\. 60% of its weight goes into stable tokens\.$/,
    );
    expect(sectorExposureBps(weak, "defi")).to.equal(4_000);
    expect(sectorExposureBps(weak, "layer-1")).to.equal(10_000);
    expect(sectorExposureBps(weak, "unheard of")).to.equal(10_000);
    expect(sectorExposureBps({ ...weak, exposureBps: 3_300 }, "defi")).to.equal(3_300);
  });

  it("goes one rung down while too many tokens look unusual, and says so", () => {
    const regime = marketRegime(planted(rise), defaults, null);
    const unusual = (count: number) => Float64Array.from({ length: 20 }, (_, i) => (i < count ? 0.995 : 0.5));
    expect(withAnomalies(regime, unusual(2), defaults)).to.deep.equal(regime);
    const lower = withAnomalies(regime, unusual(3), defaults);
    expect(lower.exposureBps).to.equal(6_600);
    expect(lower.reasons.at(-1)).to.match(/^15% of the tokens .* one step down, from 100% to 66%\.$/);
    expect(withAnomalies(regime, unusual(3), { ...defaults, mode: "binary" }).exposureBps).to.equal(10_000);
    expect(withAnomalies({ ...regime, exposureBps: 0 }, unusual(3), defaults).exposureBps).to.equal(0);
  });
});

/** Stands for the hidden states: calm where the mean of the last 20 returns is above that of the past it was fitted on. */
const byMean: HiddenStates = {
  fit: (past) => {
    const centre = past.reduce((sum, value) => sum + value, 0) / past.length;
    return {
      filter: (returns) =>
        returns.map((_, t) => {
          const recent = returns.slice(Math.max(0, t - 19), t + 1);
          const mean = recent.reduce((sum, value) => sum + value, 0) / recent.length;
          return mean > Math.min(centre, 0.002) ? 0.9 : 0.1;
        }),
    };
  },
};
