import { expect } from "chai";
import { computeMatrix, dataPoints } from "./dataPoints.ts";
import type { MarketPanel } from "./marketPanel.ts";
import { type PlantedAsset, plantedPanel } from "./planted.fixture.ts";

const DAYS = 420;
const LAST = DAYS - 1;
const NONE = Number.NaN;

type Columns = PlantedAsset["columns"];

const series = (value: (t: number) => number, days = DAYS) => Array.from({ length: days }, (_, t) => value(t));
const only = (columns: Columns) => plantedPanel({ BTC: { columns } });

/** Value of a data point; of the first asset and the last day when nothing else is said. */
function valueAt(panel: MarketPanel, id: string, asset = 0, day: number = panel.days - 1): number {
  const column = dataPoints.findIndex((point) => point.id === id);
  if (column < 0) throw new RangeError(`No data point "${id}".`);
  return computeMatrix(panel, { day: Int32Array.of(day), asset: Int32Array.of(asset) }).values[column] ?? NONE;
}

function expectValues(panel: MarketPanel, expected: Readonly<Record<string, number>>, asset = 0): void {
  for (const [id, value] of Object.entries(expected)) {
    const actual = valueAt(panel, id, asset);
    if (Number.isNaN(value)) expect(actual, id).to.deep.equal(NONE);
    else expect(actual, id).to.be.closeTo(value, 1e-12 * Math.max(1, Math.abs(value)));
  }
}

/** 1% more every day. */
const growth = (t: number) => 1.01 ** (t - LAST);
const RATE = Math.log(1.01);

describe("price, worked by hand", () => {
  it("a price that grows 1% a day", () => {
    let mean = 0;
    for (let back = 0; back < 10; back++) mean += growth(LAST - back) / 10;
    expectValues(only({ close: series(growth) }), {
      change1: 0.01,
      change7: 1.01 ** 7 - 1,
      change90: 1.01 ** 90 - 1,
      change90Before7: 1.01 ** 83 - 1,
      acceleration: 1.01 ** 7 - 1 - ((1.01 ** 30 - 1) * 7) / 30,
      averageGap10: 1 / mean - 1,
      trendSlope30: RATE,
      trendFit90: 1,
      channel20: 1,
      highGap365: 0,
      efficiency30: 1,
    });
  });

  it("a price that fell from 8 to 4 and rose to 5", () => {
    const close = series((t) => (t === LAST ? 5 : t > LAST - 20 ? 4 : 8));
    expectValues(only({ close }), {
      highGap90: -0.375,
      channel20: 1,
      channel55: 0.25,
      efficiency30: -3 / 5,
      averageCross: (8 * 30 + 4 * 19 + 5) / 50 / ((8 * 180 + 4 * 19 + 5) / 200) - 1,
    });
  });

  it("a change bridges two missing days in the past, not three, and needs today's close", () => {
    const without = (gone: readonly number[]) =>
      only({ close: series((t) => (gone.includes(LAST - t) ? NONE : growth(t))) });
    expect(valueAt(without([7, 8]), "change7")).to.be.closeTo(1.01 ** 9 - 1, 1e-12);
    expect(valueAt(without([7, 8, 9]), "change7")).to.deep.equal(NONE);
    expect(valueAt(without([0]), "change7")).to.deep.equal(NONE);
  });

  it("one day in ten of a window may be missing", () => {
    const without = (gone: readonly number[]) => only({ close: series((t) => (gone.includes(LAST - t) ? NONE : 3)) });
    expect(valueAt(without([4, 11]), "averageGap20")).to.equal(0);
    expect(valueAt(without([4, 11, 12]), "averageGap20")).to.deep.equal(NONE);
    expect(valueAt(without([4]), "averageGap10")).to.equal(0);
  });
});

describe("volatility, worked by hand", () => {
  it("returns that go up and down by 1% in turn", () => {
    const close = series((t) => (t % 2 === 0 ? 1 : 1.01));
    expectValues(only({ close }), {
      deviation30: RATE * Math.sqrt(30 / 29),
      deviation90: RATE * Math.sqrt(90 / 89),
      deviationRatio: Math.sqrt((7 - 1 / 7) / 6) / Math.sqrt(90 / 89),
      downside30: RATE * Math.sqrt(0.5),
      bestDay30: RATE,
      worstDay30: -RATE,
      volatilityOfVolatility60: 0,
      skewness60: 0,
      kurtosis60: -2,
      autocorrelation60: -59 / 60,
      maxDrawdown90: 1 / 1.01 - 1,
      ulcer90: (1 - 1 / 1.01) * Math.sqrt(44 / 90), // the window starts low, at its first high
    });
  });

  it("one fall of 2% in a month", () => {
    const close = series((t) => (t < LAST - 3 ? 100 : 98));
    const fall = Math.log(0.98);
    expectValues(only({ close }), { downside30: -fall / Math.sqrt(30), bestDay30: 0, worstDay30: fall });
  });

  it("a return bridges two missing days, not three", () => {
    const without = (gone: readonly number[]) =>
      only({ close: series((t) => (gone.includes(LAST - t) ? NONE : growth(t))) });
    expect(valueAt(without([5, 6]), "bestDay30")).to.be.closeTo(3 * RATE, 1e-12);
    // Three days without a close and the day after them without a return are more than one in ten of 30.
    expect(valueAt(without([5, 6, 7]), "bestDay30")).to.deep.equal(NONE);
  });

  it("Parkinson's volatility of a constant range, and a range that is all of the true range", () => {
    const panel = only({ close: series(() => 100), high: series(() => 110), low: series(() => 90) });
    expectValues(panel, { parkinson30: Math.log(110 / 90) / Math.sqrt(4 * Math.LN2), atr14: 0.2 });
  });
});

describe("volume, worked by hand", () => {
  const close = series((t) => (t % 3 === 0 ? 10 : 11));

  it("takes the first volume that covers the window and never joins two", () => {
    const global = series((t) => (t > LAST - 5 ? NONE : 900));
    const binance = series((t) => (t > LAST - 7 ? 300 : 100));
    const coinbase = series(() => 7);
    const mean = (7 * 300 + 23 * 100) / 30;
    const panel = only({ close, volumeGlobal: global, volumeBinance: binance, volumeCoinbase: coinbase });
    expectValues(panel, { volumeTrend7: 300 / mean, volumeTrend1: 300 / mean });
    const none = only({ close, volumeGlobal: global, volumeBinance: series((t) => (t <= LAST - 5 ? NONE : 300)) });
    expectValues(none, { volumeTrend7: NONE, balanceVolume30: NONE, mfi14: NONE });
  });

  it("all of the volume on rising days, at the day's high", () => {
    const rising = series((t) => 10 + t);
    const panel = only({ close: rising, high: rising, low: series((t) => 9 + t), volumeBinance: series(() => 50) });
    let paid = 0;
    for (let t = LAST - 29; t <= LAST; t++) paid += (10 + t) / 30;
    expectValues(panel, { balanceVolume30: 1, moneyFlow20: 1, mfi14: 100, volumePriceGap30: (10 + LAST) / paid - 1 });
    expectValues(panel, { priceVolumeCorrelation30: 0, volumeTrend30: 1 });
  });

  it("liquidity among assets comes from the listing, for 45 days", () => {
    const listing = (value: number, back: number) => series((t) => (t === LAST - back ? value : NONE));
    const listed = (back: number) =>
      only({
        close: series(growth),
        volumeGlobal: series(() => 5),
        listedRank: listing(3, back),
        listedVolume: listing(2e6, back),
        listedCap: listing(4e7, back),
      });
    expectValues(listed(45), { listedVolume: 2e6, turnover: 0.05, illiquidity30: RATE / 2 });
    expectValues(listed(46), { listedVolume: NONE, turnover: NONE, illiquidity30: NONE });
  });
});

describe("relative, worked by hand", () => {
  const steps = (t: number) => (((t * 7919) % 13) - 6) / 1_000;
  const walk = (step: (t: number) => number) => {
    let level = 0;
    return series((t) => {
      level += step(t);
      return Math.exp(level);
    });
  };
  // The mean of the five is the common step: beta 1 on average.
  const betas = [2, 0.5, 1, 1.5, 0];
  const names = ["BTC", "ETH", "X", "Y", "Z"];
  const drift = (i: number) => (i === 0 ? 0.002 : i === 1 ? -0.002 : 0);
  const assets = names.map((name, i) => {
    const close = walk((t) => (betas[i] ?? 0) * steps(t) + drift(i));
    return [name, { sector: i < 2 ? "pair" : "trio", columns: { close } }] as const;
  });
  const panel = plantedPanel(Object.fromEntries(assets));
  const sum = (days: number) => {
    let total = 0;
    for (let t = LAST - days + 1; t <= LAST; t++) total += steps(t);
    return total;
  };

  it("beta and alpha are those that were planted", () => {
    for (const [i, beta] of betas.entries()) {
      expect(valueAt(panel, "marketBeta90", i)).to.be.closeTo(beta, 1e-9);
      expect(valueAt(panel, "marketAlpha90", i)).to.be.closeTo(drift(i), 1e-9);
      if (drift(i) === 0) expect(valueAt(panel, "fallingBeta90", i)).to.be.closeTo(beta, 1e-9);
      expect(valueAt(panel, "residualDeviation90", i)).to.be.lessThan(1e-9);
    }
  });

  it("beta in falls is not that in rises", () => {
    const bent = (falls: number, rises: number) => walk((t) => steps(t) * (steps(t) < 0 ? falls : rises));
    const two = plantedPanel({ X: { columns: { close: bent(1.5, 0.5) } }, Y: { columns: { close: bent(0.5, 1.5) } } });
    expect(valueAt(two, "fallingBeta90", 0)).to.be.closeTo(1.5, 1e-9);
    expect(valueAt(two, "fallingBeta90", 1)).to.be.closeTo(0.5, 1e-9);
  });

  it("what the market does not explain counts in units of its usual size, with the asset's own drift", () => {
    const shock = (t: number) => (t % 2 === 0 ? 0.01 : -0.01) + (t > LAST - 30 ? 0.02 : 0);
    const noisy = plantedPanel({
      ...Object.fromEntries(assets),
      X: { columns: { close: walk((t) => steps(t) + shock(t)) } },
      Y: { columns: { close: walk((t) => 1.5 * steps(t) - shock(t)) } },
    });
    const [month, week] = ["residualMomentum30", "residualMomentum7"].map((id) => valueAt(noisy, id, 2));
    const spread = valueAt(noisy, "residualDeviation90", 2);
    // 30 days of 2% each beyond the market; the slope takes a little of it.
    expect(month).to.be.closeTo(0.6 / spread, 0.1 / spread);
    expect(week).to.be.within(0.1 / spread, 0.2 / spread);
    expect(valueAt(noisy, "residualMomentum30", 3)).to.be.closeTo(-(month ?? 0), 0.2 / spread);
  });

  it("sectors of three or more have a momentum, and BTC leads itself by nothing", () => {
    expect(valueAt(panel, "sectorMomentum30", 0)).to.deep.equal(NONE);
    expect(valueAt(panel, "sectorMomentum30", 3)).to.be.closeTo((1.5 - 2.5 / 3) * sum(30), 1e-12);
    expect(valueAt(panel, "sectorMomentum7", 4)).to.be.closeTo((-2.5 / 3) * sum(7), 1e-12);
    expect(valueAt(panel, "sectorStrength30", 2)).to.be.closeTo((2.5 / 3 - 1) * sum(30), 1e-12);
    expect(valueAt(panel, "bitcoinLead30", 0)).to.equal(0);
    expect(valueAt(panel, "bitcoinLead30", 2)).to.be.closeTo(-sum(30) - 0.06, 1e-12);
    expect(valueAt(panel, "bitcoinCorrelation60", 3)).to.be.closeTo(1, 1e-12);
    expect(valueAt(panel, "etherCorrelation60", 3)).to.be.closeTo(1, 1e-12);
  });
});

describe("size, worked by hand", () => {
  const pages = (values: Readonly<Record<number, number>>) => series((t) => values[LAST - t] ?? NONE);
  const close = series((t) => (t < DAYS - 70 ? NONE : 10));

  it("rank, supply and age against earlier listings", () => {
    const panel = only({
      close,
      listedRank: pages({ 10: 20, 45: 30, 100: 40, 375: 80 }),
      listedSupply: pages({ 10: 1_100, 45: 1_050, 100: 1_000, 375: 880 }),
      listedCap: pages({ 10: 11_000 }),
      dilutedCap: pages({ 10: 33_000 }),
    });
    expectValues(panel, {
      listedRank: 20,
      rankChange30: 0.5,
      rankChange90: 1,
      supplyGrowth90: 0.1,
      supplyGrowth365: 0.25,
      dilution: 3,
      age: 70,
      marketCap: 11_000,
    });
  });

  it("an asset of two days is two days old", () => {
    expectValues(only({ close: series((t) => (t < LAST - 1 ? NONE : 10)) }), { age: 2 });
    expectValues(only({ close: series((t) => (t === LAST - 30 || t === LAST ? 10 : NONE)) }), { age: 31 });
  });

  it("the day's own capitalisation comes before the listed supply", () => {
    const panel = only({
      close,
      marketCap: series(() => 77),
      listedRank: pages({ 0: 1 }),
      listedSupply: pages({ 0: 5 }),
    });
    expectValues(panel, { marketCap: 77, rankChange30: NONE, dilution: NONE });
  });
});

describe("chain and futures, worked by hand", () => {
  it("flows for each dollar of capitalisation, and growth of a month on the last", () => {
    const panel = only({
      close: series(() => 1),
      marketCap: series(() => 1_000),
      realizedCap: series((t) => (t === LAST ? NONE : 400)),
      activeAddresses: series((t) => (t > LAST - 30 ? 30 : 20)),
      feesPaid: series(() => 2),
      exchangeInflow: series(() => 5),
      exchangeOutflow: series((t) => (t > LAST - 7 ? 3 : 6)),
      valueLocked: series(() => 250),
      fundingRate: series((t) => (t === LAST ? 0.001 : 0)),
    });
    expectValues(panel, {
      realizedRatio: 2.5,
      activeAddressesGrowth30: 0.5,
      capPerAddress: 1_000 / 30,
      feesPaidYield30: 0.73,
      exchangeFlow7: 14 / 1_000,
      exchangeFlow30: (14 - 23) / 1_000,
      lockedRatio: 0.25,
      valueLockedGrowth30: 0,
      funding1: 0.001,
      funding7: 0.001 / 7,
      hashRateGrowth30: NONE,
    });
  });
});

describe("news, worked by hand", () => {
  const at = (values: Readonly<Record<number, number>>) => series((t) => values[LAST - t] ?? NONE);
  const columns = { newsScore: at({ 0: 1, 1: -1, 3: 0.5 }), newsCount: at({ 0: 1, 1: 4, 3: 2, 20: 3 }) };

  it("moods fade by their half-lives and weigh by headlines", () => {
    const panel = only({ close: series(() => 1), ...columns, newsNovelty: at({ 2: 0.2, 6: 0.6, 7: 9 }) });
    const factor = 0.5 ** (1 / 3);
    const weights = [1, 4 * factor, 2 * factor ** 3];
    expectValues(panel, {
      newsScore1: (1 - 4 * 0.5 + 0.5 * 2 * 0.125) / (1 + 2 + 0.25),
      newsScore3: (1 - weights[1]! + 0.5 * weights[2]!) / (1 + weights[1]! + weights[2]!),
      newsCount7: 7,
      newsAttention: (7 * 30) / (10 * 7),
      newsNovelty7: 0.4,
      newsSpread7: NONE,
    });
  });

  it("a quiet week of a covered asset is 0 headlines; an asset without news for a month has none", () => {
    const quiet = only({ close: series(() => 1), newsCount: at({ 20: 3 }) });
    expectValues(quiet, { newsCount7: 0, newsAttention: 0, newsScore7: NONE });
    expectValues(only({ close: series(() => 1), newsCount: at({ 30: 3 }) }), { newsCount7: NONE, newsAttention: NONE });
  });
});

describe("macro, worked by hand", () => {
  it("figures stand over a weekend, for five days and no longer", () => {
    const equities = (gap: number) => series((t) => (t > LAST - gap ? NONE : t === LAST - gap ? 110 : 100));
    const world = (gap: number) =>
      plantedPanel({ BTC: { columns: { close: series(() => 1) } } }, { equities: equities(gap) });
    expect(valueAt(world(5), "equitiesChange30")).to.be.closeTo(0.1, 1e-12);
    expect(valueAt(world(6), "equitiesChange30")).to.deep.equal(NONE);
  });

  it("one wrong price moves the average coin by no more than its share of 50%", () => {
    const panel = plantedPanel({
      BTC: { columns: { close: series(() => 7) } },
      ETH: { columns: { close: series((t) => (t < LAST ? 1 : 100)) } },
    });
    expectValues(panel, { marketDeviation30: 0.25 / Math.sqrt(30) });
  });

  it("changes, trends and breadth", () => {
    const panel = plantedPanel(
      {
        BTC: { columns: { close: series((t) => t + 1) } },
        DAI: { category: "stable", columns: { close: series((t) => 500 - t) } },
        ETH: { columns: { close: series((t) => 500 - t) } },
        SOL: { columns: { close: series((t) => t + 9) } },
      },
      {
        fearGreed: series((t) => (t > LAST - 7 ? 60 : 45)),
        totalCap: series((t) => (t === LAST ? 300 : 200)),
        bitcoinDominance: series((t) => (t > LAST - 30 ? 0.4 : 0.5)),
        cryptoPageViews: series((t) => (t > LAST - 7 ? 20 : 10)),
      },
    );
    expectValues(panel, {
      fearGreed: 60,
      fearGreedChange7: 15,
      bitcoinDominanceChange30: -0.1,
      totalCapChange30: 0.5,
      totalCapGap50: 300 / ((49 * 200 + 300) / 50) - 1,
      cryptoPageViewsTrend7: 20 / ((140 + 230) / 30),
      breadth30: 2 / 3,
    });
  });
});
