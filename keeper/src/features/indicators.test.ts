import { expect } from "chai";
import {
  ADX,
  AO,
  Aroon,
  ATR,
  BollingerBands,
  CCI,
  CMO,
  EMA,
  MACD,
  MFI,
  RSI,
  SMA,
  StochasticOscillator,
  TRIX,
  WilliamsR,
} from "trading-signals";
import {
  aroon,
  averageTrueRange,
  awesomeOscillator,
  bollinger,
  type Candles,
  chandeMomentum,
  channelIndex,
  directionalMovement,
  exponentialAverages,
  macd,
  moneyFlowIndex,
  relativeStrength,
  stochastic,
  tripleExponentialChange,
  trueRanges,
  typicalPrices,
  wilderAverage,
} from "./indicators.ts";
import { syntheticPanel } from "./panel.fixture.ts";

const panel = syntheticPanel({ assets: 3, days: 160, seed: 5 });
const close = panel.column("close", 2);
const candles: Candles = [panel.column("high", 2), panel.column("low", 2), close];
const volume = panel.column("volumeGlobal", 2);
const bars = [...close].map((price, i) => ({
  open: price,
  high: candles[0][i]!,
  low: candles[1][i]!,
  close: price,
  volume: volume[i]! / typicalPrices(candles)[i]!, // the oracle counts coins, we count dollars
}));
const last = (values: Float64Array, count: number) => values.subarray(values.length - count);
const lastCandles = (count: number): Candles => [last(candles[0], count), last(candles[1], count), last(close, count)];

interface Oracle<Input, Output> {
  update(input: Input, replace: boolean): unknown;
  getResultOrThrow(): Output;
}

function oracle<Input, Output>(indicator: Oracle<Input, Output>, inputs: Iterable<Input>): Output {
  for (const input of inputs) indicator.update(input, false);
  return indicator.getResultOrThrow();
}

/** Equal within a part in a billion. */
function same(actual: number, expected: number, name?: string): void {
  expect(Math.abs(actual - expected), name).to.be.lessThan(1e-9 * Math.max(1, Math.abs(expected)));
}

describe("indicators equal an independent implementation", () => {
  it("relative strength, for three periods", () => {
    for (const period of [7, 14, 21]) {
      same(relativeStrength(close, period), oracle(new RSI(period), close), `RSI ${period}`);
    }
  });

  it("true range, directional movement and exponential averages", () => {
    same(averageTrueRange(candles, 14), oracle(new ATR(14), bars));
    const adx = new ADX(14);
    const { index, balance } = directionalMovement(candles, 14);
    same(index, oracle(adx, bars));
    same(balance, 100 * (Number(adx.pdi) - Number(adx.mdi)));
    same(exponentialAverages(close, 26).at(-1)!, oracle(new EMA(26), close));
  });

  it("MACD and TRIX", () => {
    const expected = oracle(new MACD(new EMA(12), new EMA(26), new EMA(9)), close);
    const { line, histogram } = macd(close, 12, 26, 9);
    same(line, expected.macd);
    same(histogram, expected.histogram);
    const [, before, now] = [2, 1, 0].map((back) => tripleOf(close.subarray(0, close.length - back)));
    same(tripleExponentialChange(close, 15), now! / before! - 1);
    expect(Math.sign(tripleExponentialChange(close, 15))).to.equal(Math.sign(oracle(new TRIX(15), close)));
  });

  it("channel index, stochastic, Williams and money flow", () => {
    same(channelIndex(lastCandles(20)), oracle(new CCI(20), bars));
    const expected = oracle(new StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 1, dPeriod: 3 }), bars);
    const places = [0, 1, 2].map((back) => stochastic(candles, 14, close.length - back));
    same(places[0]!, expected.stochK);
    same((places[0]! + places[1]! + places[2]!) / 3, expected.stochD);
    same(stochastic(lastCandles(30), 30) - 100, oracle(new WilliamsR(30), bars));
    same(moneyFlowIndex(lastCandles(15), last(volume, 15)), oracle(new MFI(14), bars));
  });

  it("Bollinger bands, Chande, awesome oscillator and Aroon", () => {
    const { lower, middle, upper } = oracle(new BollingerBands(20, 2), close);
    const { place, width } = bollinger(last(close, 20));
    same(place, (close.at(-1)! - lower) / (upper - lower));
    same(width, (upper - lower) / middle);
    same(chandeMomentum(last(close, 21)), oracle(new CMO(20), close));
    same(awesomeOscillator(lastCandles(34)), oracle(new AO(5, 34), bars));
    const { aroonUp, aroonDown } = oracle(new Aroon(25), bars);
    same(aroon(last(candles[0], 26), last(candles[1], 26)), aroonUp - aroonDown);
    same(oracle(new SMA(20), close), middle);
  });
});

describe("indicators worked by hand", () => {
  it("a price that only rises has strength 100, one that never moves has the middle of its bands", () => {
    const rising = Float64Array.from({ length: 30 }, (_, i) => 10 + i);
    expect(relativeStrength(rising, 14)).to.equal(100);
    expect(chandeMomentum(rising)).to.equal(100);
    const flat = new Float64Array(30).fill(10);
    expect(bollinger(flat)).to.deep.equal({ place: 0.5, width: 0 });
    expect(chandeMomentum(flat)).to.equal(0);
    expect(channelIndex([flat, flat, flat])).to.equal(0);
    expect(stochastic([flat, flat, flat], 14)).to.equal(50);
    expect(moneyFlowIndex([flat, flat, flat], flat)).to.equal(50);
    expect(directionalMovement([flat, flat, flat], 14)).to.deep.equal({ index: 0, balance: 0 });
  });

  it("Wilder's average starts with a mean and then moves by a period's part", () => {
    expect(wilderAverage(Float64Array.of(1, 2, 3, 6), 3)).to.be.closeTo(2 + 4 / 3, 1e-15);
  });

  it("a gap counts in the true range", () => {
    const gap: Candles = [Float64Array.of(11, 20), Float64Array.of(9, 18), Float64Array.of(10, 19)];
    expect([...trueRanges(gap)]).to.deep.equal([2, 10]);
  });
});

function tripleOf(values: Float64Array): number {
  const once = exponentialAverages(values, 15);
  return exponentialAverages(exponentialAverages(once, 15), 15).at(-1)!;
}
