// Technical indicators at the end of a series, oldest value first. Recursive ones start with the first value that they are
// given, so that the same window gives the same bits whatever came before it.

/** Highs, lows and closes of the same days. */
export type Candles = readonly [high: Float64Array, low: Float64Array, close: Float64Array];

/** Exponential moving average with weight 2 / (period + 1), started with the first value. */
export function exponentialAverages(values: Float64Array, period: number): Float64Array {
  const weight = 2 / (period + 1);
  const averages = new Float64Array(values.length);
  let average = values[0] ?? Number.NaN;
  for (let i = 0; i < values.length; i++) {
    average = (values[i] ?? Number.NaN) * weight + average * (1 - weight);
    averages[i] = average;
  }
  return averages;
}

/** Wilder's average of the last value: the mean of the first `period` values, then weight 1 / period. */
export function wilderAverage(values: Float64Array, period: number): number {
  let average = meanOf(values, 0, period);
  for (let i = period; i < values.length; i++) average += ((values[i] ?? 0) - average) / period;
  return average;
}

/** Wilder's relative strength index, 0 to 100. */
export function relativeStrength(close: Float64Array, period: number): number {
  // Two of Wilder's averages side by side: neither waits for the other's divisions.
  let gain = 0;
  let loss = 0;
  for (let i = 1; i < close.length; i++) {
    const change = (close[i] as number) - (close[i - 1] as number);
    const up = change > 0 ? change : 0;
    const down = change < 0 ? -change : 0;
    if (i <= period) {
      gain += up;
      loss += down;
    }
    if (i === period) {
      gain /= period;
      loss /= period;
    }
    if (i > period) {
      gain += (up - gain) / period;
      loss += (down - loss) / period;
    }
  }
  return loss === 0 ? 100 : 100 - 100 / (1 + gain / loss);
}

/** Chande's momentum oscillator over the whole window, -100 to 100. */
export function chandeMomentum(close: Float64Array): number {
  let up = 0;
  let down = 0;
  for (let i = 1; i < close.length; i++) {
    const change = (close[i] ?? 0) - (close[i - 1] ?? 0);
    if (change > 0) up += change;
    else down -= change;
  }
  return up + down === 0 ? 0 : (100 * (up - down)) / (up + down);
}

/** True ranges; that of the first day is its high minus its low. */
export function trueRanges([high, low, close]: Candles): Float64Array {
  const ranges = new Float64Array(high.length);
  for (let i = 0; i < high.length; i++) {
    const top = high[i] ?? Number.NaN;
    const bottom = low[i] ?? Number.NaN;
    const before = i === 0 ? top : (close[i - 1] ?? Number.NaN);
    ranges[i] = Math.max(top - bottom, Math.abs(top - before), Math.abs(bottom - before));
  }
  return ranges;
}

/** Wilder's average true range. */
export function averageTrueRange(candles: Candles, period: number): number {
  return wilderAverage(trueRanges(candles), period);
}

/** Wilder's directional movement: the average index (0 to 100) and the last +DI minus -DI. */
export function directionalMovement(candles: Candles, period: number): { index: number; balance: number } {
  const [high, low] = candles;
  const ranges = trueRanges(candles);
  let range = 0;
  let plus = 0;
  let minus = 0;
  let index = 0;
  let balance = 0;
  for (let i = 0; i < high.length; i++) {
    const up = i === 0 ? 0 : (high[i] ?? 0) - (high[i - 1] ?? 0);
    const down = i === 0 ? 0 : (low[i - 1] ?? 0) - (low[i] ?? 0);
    const seen = i + 1;
    const rate = 1 / Math.min(seen, period);
    range += ((ranges[i] ?? 0) - range) * rate;
    plus += ((up > down && up > 0 ? up : 0) - plus) * rate;
    minus += ((down > up && down > 0 ? down : 0) - minus) * rate;
    if (seen < period) continue;
    const strength = plus + minus === 0 ? 0 : (100 * Math.abs(plus - minus)) / (plus + minus);
    balance = range === 0 ? 0 : (100 * (plus - minus)) / range;
    const directions = seen - period + 1;
    index += (strength - index) / Math.min(directions, period);
  }
  return { index, balance };
}

/** Moving average convergence and divergence: the line, and the line minus its signal. */
export function macd(
  close: Float64Array,
  short: number,
  long: number,
  signal: number,
): { line: number; histogram: number } {
  const fast = exponentialAverages(close, short);
  const slow = exponentialAverages(close, long);
  const lines = fast.map((value, i) => value - (slow[i] ?? 0)).subarray(long - 1);
  const line = lines.at(-1) ?? Number.NaN;
  return { line, histogram: line - (exponentialAverages(lines, signal).at(-1) ?? Number.NaN) };
}

/** Commodity channel index of the whole window. */
export function channelIndex(candles: Candles): number {
  const typical = typicalPrices(candles);
  const middle = meanOf(typical, 0, typical.length);
  let distance = 0;
  for (let i = 0; i < typical.length; i++) distance += Math.abs((typical[i] ?? 0) - middle);
  const spread = distance / typical.length;
  return spread === 0 ? 0 : ((typical.at(-1) ?? Number.NaN) - middle) / (0.015 * spread);
}

/** Where the last close lies between the lowest low and the highest high of the last `period` days before `end`: 0 to 100. */
export function stochastic([high, low, close]: Candles, period: number, end: number = close.length): number {
  let top = Number.NEGATIVE_INFINITY;
  let bottom = Number.POSITIVE_INFINITY;
  for (let i = Math.max(0, end - period); i < end; i++) {
    top = Math.max(top, high[i] ?? Number.NaN);
    bottom = Math.min(bottom, low[i] ?? Number.NaN);
  }
  return top === bottom ? 50 : (100 * ((close[end - 1] ?? Number.NaN) - bottom)) / (top - bottom);
}

/** Money flow index of the window, 0 to 100: flows of the days whose typical price rose against those that fell. Volume in {USD}. */
export function moneyFlowIndex(candles: Candles, volume: Float64Array): number {
  const typical = typicalPrices(candles);
  let up = 0;
  let down = 0;
  for (let i = 1; i < typical.length; i++) {
    const price = typical[i] ?? 0;
    const before = typical[i - 1] ?? 0;
    if (price > before) up += volume[i] ?? 0;
    else if (price < before) down += volume[i] ?? 0;
  }
  return up + down === 0 ? 50 : (100 * up) / (up + down);
}

/** One-day change of the triple exponential average, as a fraction. */
export function tripleExponentialChange(close: Float64Array, period: number): number {
  const smooth = exponentialAverages(exponentialAverages(exponentialAverages(close, period), period), period);
  return (smooth.at(-1) ?? Number.NaN) / (smooth.at(-2) ?? Number.NaN) - 1;
}

/** Bollinger bands of the whole window, two population deviations wide: place in the band (0 to 1), width over the middle. */
export function bollinger(close: Float64Array): { place: number; width: number } {
  const middle = meanOf(close, 0, close.length);
  let squares = 0;
  for (let i = 0; i < close.length; i++) squares += ((close[i] ?? 0) - middle) * ((close[i] ?? 0) - middle);
  const half = 2 * Math.sqrt(squares / close.length);
  const last = close.at(-1) ?? Number.NaN;
  return { place: half === 0 ? 0.5 : (last - middle + half) / (2 * half), width: (2 * half) / middle };
}

/** Bill Williams' awesome oscillator: mean of the last 5 middle prices minus that of the whole window. */
export function awesomeOscillator([high, low]: Candles): number {
  const middle = high.map((top, i) => (top + (low[i] ?? Number.NaN)) / 2);
  return meanOf(middle, middle.length - 5, middle.length) - meanOf(middle, 0, middle.length);
}

/** Aroon oscillator of a window of period + 1 days, -100 to 100: how much newer the high is than the low. */
export function aroon(high: Float64Array, low: Float64Array): number {
  let top = 0;
  let bottom = 0;
  for (let i = 1; i < high.length; i++) {
    if ((high[i] ?? Number.NaN) >= (high[top] ?? Number.NaN)) top = i;
    if ((low[i] ?? Number.NaN) <= (low[bottom] ?? Number.NaN)) bottom = i;
  }
  return (100 * (top - bottom)) / (high.length - 1);
}

/** (high + low + close) / 3. */
export function typicalPrices([high, low, close]: Candles): Float64Array {
  return high.map((top, i) => (top + (low[i] ?? Number.NaN) + (close[i] ?? Number.NaN)) / 3);
}

/** Mean of the values from `from` to before `to`. */
export function meanOf(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i] ?? 0;
  return sum / (to - from);
}
