import { areaChart, type ChartFrame, type ChartLine, legend, lineChart, stackChart } from "./charts.ts";
import { drawdownPath } from "./metrics.ts";
import type { BacktestReport, NamedSeries } from "./report.ts";
import { SHEET_STYLE } from "./sheetStyle.ts";
import { comparisonTable, heatTable, passageTable, rebalanceList, regimeTable } from "./sheetTables.ts";
import { escapeText } from "./svg.ts";
import { days, decimal, percent, probability, signedPercent } from "./words.ts";

/**
 * The tear sheet: one HTML document that needs nothing else, neither a network nor a script.
 *
 * @example
 * writeFileSync("sheet.html", drawSheet(report));
 */
export function drawSheet(report: BacktestReport): string {
  const title = `${report.words}, ${report.period.from} to ${report.period.to}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeText(title)}</title><style>${SHEET_STYLE}</style></head><body><main>
${head(report)}
${tiles(report)}
${honesty(report)}
${charts(report)}
<h2>Against benchmarks on the same dates, universe and costs</h2><div class="card scroll">${comparisonTable(report)}</div>
<h2>Month by month</h2><div class="card scroll">${heatTable(report.months)}</div>
${effect(report)}
${delays(report)}
<h2>Regimes</h2><div class="card scroll">${regimeTable(report.regimeLog)}</div>
<h2>Every rebalance, and why</h2>${idle(report)}<div class="card">${rebalanceList(report.rebalances)}</div>
<h2>What these figures do not know</h2><ul class="plain">${items([...report.biases, ...report.notes])}</ul>
<footer>${escapeText(report.source)}. A simulation of the past is no promise: nothing here says what will happen.</footer>
</main></body></html>
`;
}

function head({ words, period, source, costs, universe, decisions }: BacktestReport): string {
  return `<h1>${escapeText(words)}</h1>
<p class="lead">${period.from} to ${period.to}, ${period.days} days, ${decisions} decisions. Universe: ${escapeText(universe)}.</p>
<p class="lead">Net of ${escapeText(costs)}; traded through a simulated vault with its delays, budgets and price curve. Data: ${escapeText(source)}.</p>`;
}

function tiles({ result, benchmarks, overfitting, months }: BacktestReport): string {
  const { performance } = result;
  const market = benchmarks.find(({ id }) => id === "cap-weight")?.performance;
  const { low, high } = overfitting.sharpeInterval;
  const best = months.filter((month) => month.result > 0).length;
  const tile = (value: string, words: string) => `<div class="tile"><b>${value}</b><span>${words}</span></div>`;
  return `<div class="tiles">${[
    tile(signedPercent(performance.totalReturn), `in all; ${signedPercent(performance.annualReturn)} a year`),
    tile(decimal(performance.sharpe), `Sharpe ratio; 95% between ${decimal(low)} and ${decimal(high)}`),
    tile(
      percent(performance.maxDrawdown),
      `deepest fall; by capitalisation ${percent(market?.maxDrawdown ?? Number.NaN)}`,
    ),
    tile(percent(performance.volatility), "volatility a year"),
    tile(percent(result.turnoverWeekly), "sold a week"),
    tile(percent(result.costShare), "of what was put in went into costs"),
    tile(
      probability(overfitting.deflatedSharpe),
      `deflated Sharpe: chance of skill after ${overfitting.trials} trials`,
    ),
    tile(`${best} of ${months.length}`, "months above zero"),
  ].join("")}</div>`;
}

function honesty({ overfitting }: BacktestReport): string {
  const { trials, trialsFrom, sharpeThreshold, probabilisticSharpe, overfitting: chance } = overfitting;
  const choice =
    chance === null
      ? "The period is too short for the probability of overfitting."
      : `Picking the best of ${chance.configurations} in one half of the time and looking at the other half, ${probability(chance.probability)} of ${chance.splits} splits end below the middle (probability of backtest overfitting).`;
  const record = Number.isNaN(overfitting.minimumTrackRecordDays)
    ? "The Sharpe ratio is not above zero, so that no length of record would show skill."
    : `${days(overfitting.minimumTrackRecordDays)} of such a record are needed to call it above zero with 95% confidence.`;
  return `<p class="warn"><b>How much may be luck.</b> ${trials} configurations were tried (${escapeText(trialsFrom)}); without any skill the luckiest would show a Sharpe ratio of ${decimal(sharpeThreshold)}. Chance that the true ratio is above that: ${probability(overfitting.deflatedSharpe)}; above zero: ${probability(probabilisticSharpe)}. ${choice} ${record}</p>`;
}

function charts(report: BacktestReport): string {
  const { result, benchmarks } = report;
  const frame: ChartFrame = { firstDay: report.firstDay, days: result.values.length, regimes: report.regimes };
  const own: ChartLine = { name: result.words, tone: "t0", values: relative(result), strong: true };
  const others = benchmarks.map((series, i) => ({ name: series.words, tone: `t${i + 1}`, values: relative(series) }));
  const growth = [...others, own];
  const falls = growth.map((line) => ({ ...line, values: drawdownPath(line.values).map((fall) => -fall) }));
  const rolling = report.rollingSharpe.map((value) => value ?? Number.NaN);
  const layers = report.weights.map(({ asset, parts }, i, all) => {
    return { name: asset, tone: i === all.length - 1 ? "cash" : `t${i % 10}`, values: parts };
  });
  const share = (value: number) => `${Math.round(100 * value)}%`;
  const exposure = { name: "exposure", tone: "t0", values: report.exposure };
  const regimes = legend(["bull", "range", "bear"].map((name) => ({ name: `${name} regime`, tone: name })));
  const drawn = rolling.some((value) => Number.isFinite(value))
    ? section(
        "Sharpe ratio of the last 180 days",
        lineChart(
          frame,
          [{ name: "Sharpe ratio", tone: "t0", values: rolling, strong: true }],
          { kind: "linear", format: decimal },
          "Rolling Sharpe ratio",
        ),
        "",
      )
    : "";
  return [
    section(
      "What 100 became (logarithmic)",
      lineChart(frame, growth, { kind: "log", format: (value) => value.toFixed(0) }, "Value over time"),
      legend([own, ...others]) + regimes,
    ),
    section(
      "Below the last peak",
      lineChart(frame, falls, { kind: "linear", format: share, high: 0 }, "Drawdown over time"),
      "",
    ),
    section(
      "Part in coins",
      areaChart(frame, exposure, { kind: "linear", format: share, low: 0, high: 1 }, "Exposure over time"),
      regimes,
    ),
    section("What was held", stackChart(frame, layers, "Weights over time"), legend(layers)),
    drawn,
  ].join("");
}

function section(title: string, chart: string, below: string): string {
  return `<h2>${title}</h2><figure class="card">${below}${chart}</figure>`;
}

/** 100 at the start. */
function relative({ values }: NamedSeries): readonly number[] {
  return values.map((value) => (100 * value) / (values[0] ?? 1));
}

function effect({ effect: { held, gain, costs, costShareOfBenefit } }: BacktestReport): string {
  const share = Number.isNaN(costShareOfBenefit)
    ? "There was no benefit before costs."
    : `Costs took ${percent(costShareOfBenefit)} of the benefit.`;
  return `<h2>What rebalancing brought</h2><p>The same first basket, left alone, made ${signedPercent(held.totalReturn)} with a deepest fall of ${percent(held.maxDrawdown)}. Rebalancing added ${signedPercent(gain)} of what was put in, after ${percent(costs)} of costs. ${share}</p>`;
}

function delays({ delays: { passages, meanExitDays, meanEntryDays, cost, atOnce } }: BacktestReport): string {
  const mean = (value: number) => (Number.isNaN(value) ? "never happened" : `took ${days(value)} on average`);
  return `<h2>What the vault's delays and budgets did</h2><p>Going out ${mean(meanExitDays)}, coming back ${mean(meanEntryDays)}. The same decisions done at once would have made ${signedPercent(atOnce.totalReturn)}: waiting ${cost >= 0 ? "cost" : "saved"} ${percent(Math.abs(cost))} of what was put in.</p><div class="card scroll">${passageTable(passages)}</div>`;
}

function idle({ idle: counts, decisions, rebalances }: BacktestReport): string {
  const reasons = Object.entries(counts)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 6)
    .map(([reason, count]) => `${count} times: ${reason}`);
  return `<p class="note">${rebalances.length} of ${decisions} decisions were acted upon. The others: ${escapeText(reasons.join("; ") || "none")}.</p>`;
}

function items(texts: readonly string[]): string {
  return texts.map((text) => `<li>${escapeText(text)}</li>`).join("");
}
