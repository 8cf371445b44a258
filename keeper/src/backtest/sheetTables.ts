import type { MonthResult, Performance } from "./metrics.ts";
import type { BacktestReport, NamedSeries, Passage, RebalanceEntry, RegimeEntry } from "./report.ts";
import { escapeText } from "./svg.ts";
import { days, decimal, percent, signedPercent } from "./words.ts";

/** {1} monthly result whose cell has the full colour. */
const FULL_COLOUR = 0.25;

const COLUMNS: readonly { readonly words: string; readonly show: (series: NamedSeries) => string }[] = [
  column("return", ({ totalReturn }) => signedPercent(totalReturn)),
  column("a year", ({ annualReturn }) => signedPercent(annualReturn)),
  column("volatility", ({ volatility }) => percent(volatility)),
  column("Sharpe", ({ sharpe }) => decimal(sharpe)),
  column("Sortino", ({ sortino }) => decimal(sortino)),
  column("Calmar", ({ calmar }) => decimal(calmar)),
  column("deepest fall", ({ maxDrawdown }) => percent(maxDrawdown)),
  column("longest fall", ({ longestDrawdown }) => `${longestDrawdown} d`),
  column("VaR 95%", ({ valueAtRisk95 }) => percent(valueAtRisk95)),
  column("CVaR 95%", ({ expectedShortfall95 }) => percent(expectedShortfall95)),
  column("skew", ({ skewness }) => decimal(skewness)),
  column("kurtosis", ({ kurtosis }) => decimal(kurtosis)),
  column("days won", ({ winRate }) => percent(winRate)),
  column("profit factor", ({ profitFactor }) => decimal(profitFactor)),
  column("tail ratio", ({ tailRatio }) => decimal(tailRatio)),
  { words: "sold a week", show: ({ turnoverWeekly }) => percent(turnoverWeekly) },
  { words: "costs", show: ({ costShare }) => percent(costShare) },
];

/** The strategy and its benchmarks, side by side. */
export function comparisonTable({ result, benchmarks }: BacktestReport): string {
  const head = COLUMNS.map(({ words }) => `<th>${words}</th>`).join("");
  const row = (series: NamedSeries, own: boolean) => {
    const cells = COLUMNS.map(({ show }) => `<td>${show(series)}</td>`).join("");
    return `<tr${own ? ' class="own"' : ""}><td>${escapeText(series.words)}</td>${cells}</tr>`;
  };
  const rows = [row(result, true), ...benchmarks.map((series) => row(series, false))].join("");
  return `<table><thead><tr><th></th>${head}</tr></thead><tbody>${rows}</tbody></table>`;
}

/** Years down, months across, coloured by result. */
export function heatTable(months: readonly MonthResult[]): string {
  const results = new Map(months.map(({ month, result }) => [month, result]));
  const years = [...new Set(months.map(({ month }) => month.slice(0, 4)))];
  const numbers = Array.from({ length: 12 }, (_, i) => String(i + 1).padStart(2, "0"));
  const names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const rows = years.map((year) => {
    const known = numbers.flatMap((number) => results.get(`${year}-${number}`) ?? []);
    const whole = known.reduce((product, result) => product * (1 + result), 1) - 1;
    const cells = numbers.map((number) => heatCell(results.get(`${year}-${number}`)));
    return `<tr><td>${year}</td>${cells.join("")}${heatCell(whole)}</tr>`;
  });
  const head = names.map((name) => `<th style="text-align:center">${name}</th>`).join("");
  return `<table class="heat"><thead><tr><th></th>${head}<th style="text-align:center">year</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

/** Ways out of the market and back. */
export function passageTable(passages: readonly Passage[]): string {
  if (passages.length === 0) return `<p class="note">The exposure was never changed by more than a tenth.</p>`;
  const rows = passages.map(({ kind, from, days: took, exposureFrom, exposureTo }) => {
    const time = took === null ? "given up" : `${took} d`;
    return `<tr><td>${from}</td><td>${kind === "exit" ? "out" : "in"}</td><td>${percent(exposureFrom)}</td><td>${percent(exposureTo)}</td><td>${time}</td></tr>`;
  });
  return `<table><thead><tr><th>from</th><th>way</th><th>in coins before</th><th>after</th><th>took</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

/** Regimes and what they were concluded from. */
export function regimeTable(log: readonly RegimeEntry[]): string {
  const rows = log.map(({ from, regime, exposureBps, reasons }) => {
    return `<tr><td>${from}</td><td>${tag(regime)}</td><td class="n">${Math.round(exposureBps / 100)}%</td><td>${escapeText(reasons.join(" "))}</td></tr>`;
  });
  return `<table class="words"><thead><tr><th>from</th><th>regime</th><th>exposure</th><th>because</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

/** One line a rebalance; its reasons unfold. */
export function rebalanceList(rebalances: readonly RebalanceEntry[]): string {
  if (rebalances.length === 0) return `<p class="note">Nothing was ever traded.</p>`;
  return rebalances
    .map(
      ({
        date,
        lane,
        regime,
        exposureBps,
        turnover,
        costUsd,
        daysToFirstFill,
        daysToLastFill,
        unfilled,
        reasons,
        changes,
      }) => {
        const filled =
          daysToLastFill === null
            ? "never filled"
            : `filled ${decimal(daysToFirstFill ?? Number.NaN)} to ${days(daysToLastFill)} later`;
        const left = unfilled > 0.005 ? `, ${percent(unfilled)} left over` : "";
        const facts = `sold ${percent(turnover)}, cost $${costUsd.toFixed(0)}, ${filled}${left}`;
        const lines = [changes.join(", "), ...reasons].map((text) => `<li>${escapeText(text)}</li>`).join("");
        return `<details><summary><b>${date}</b>${tag(regime)}<span>${lane}, ${Math.round(exposureBps / 100)}% in coins wanted</span><span class="note">${facts}</span></summary><ul>${lines}</ul></details>`;
      },
    )
    .join("");
}

function column(words: string, show: (performance: Performance) => string) {
  return { words, show: ({ performance }: NamedSeries) => show(performance) };
}

function heatCell(result: number | undefined): string {
  if (result === undefined) return "<td></td>";
  const strength = Math.min(1, Math.abs(result) / FULL_COLOUR);
  const colour = result >= 0 ? "--good" : "--bad";
  return `<td style="background:rgba(var(${colour}),${(0.08 + 0.55 * strength).toFixed(2)})">${(100 * result).toFixed(1)}</td>`;
}

function tag(regime: string): string {
  return `<span class="tag ${escapeText(regime)}">${escapeText(regime)}</span>`;
}
