/** Text that may stand in SVG or HTML. */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Places a value on an axis. */
export type Scale = (value: number) => number;

/** From [low, high] to [start, end], in equal steps. */
export function linearScale(low: number, high: number, start: number, end: number): Scale {
  const span = high === low ? 1 : high - low;
  return (value) => start + ((value - low) / span) * (end - start);
}

/** `x,y x,y ...` of the finite values; a gap stays a straight line. */
export function pointsOf(values: ArrayLike<number>, x: Scale, y: Scale): string {
  const points: string[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isFinite(value)) points.push(`${x(i).toFixed(1)},${y(value).toFixed(1)}`);
  }
  return points.join(" ");
}

/** At most `most` values between two bounds at round distances (1, 2, 5 x 10^n). */
export function niceTicks(low: number, high: number, most: number): readonly number[] {
  if (!(high > low)) return [low];
  let step = 1;
  while (step * most > high - low) step /= 10;
  while (step * most < high - low) step *= 10;
  for (const finer of [5, 2])
    if ((step / finer) * most >= high - low) {
      step /= finer;
      break;
    }
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) ticks.push(k * step);
  return ticks;
}

/** Round values on a logarithmic axis: 1, 2, 5 x 10^n, and also halves between them when few fit. */
export function logTicks(low: number, high: number): readonly number[] {
  const ticks: number[] = [];
  for (const factors of [
    [1, 2, 5],
    [1, 1.5, 2, 3, 4, 5, 6, 8],
    [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 9.5],
  ]) {
    ticks.length = 0;
    let base = 1;
    while (base > low) base /= 10;
    while (base * 10 <= low) base *= 10;
    for (; base <= high; base *= 10) {
      for (const factor of factors) if (base * factor >= low && base * factor <= high) ticks.push(base * factor);
    }
    if (ticks.length >= 4) break;
  }
  return ticks;
}
