import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isoFromDay } from "../../keeper/src/data/time.ts";
import { type Chart, drawCharts } from "./lib/chart.ts";
import { daoLines } from "./lib/daoReport.ts";
import { fullLines } from "./lib/decisions.ts";
import { journeysOf } from "./lib/journeys.ts";
import { productLines } from "./lib/productsReport.ts";
import type { Demo, DemoIndex, GasBook, Scene } from "./lib/scene.ts";
import { serviceLines } from "./lib/servicesReport.ts";
import { formatTable, percent, usd } from "./lib/table.ts";

/** The closing table, a file with every decision and its reasons, and the chart. */
export const reportScene: Scene = {
  number: "17",
  title: "What came of it",
  run: async (demo: Demo) => {
    const { options, replay, screen } = demo;
    const lines = [
      `Prices: ${replay.label}. ${isoFromDay(options.from)} to ${isoFromDay(options.to)}.`,
      "One period is a demonstration, not a promise.",
      trainingLine(demo),
      "",
      ...formatTable(performance(demo)),
      "",
      ...formatTable(activity(demo)),
      "",
      ...(await daoLines(demo)),
      "",
      ...productLines(demo.products),
      "",
      ...serviceLines(demo),
      "",
      ...formatTable(gasTable(demo.gas)),
    ];
    for (const line of lines) screen.say(line);

    mkdirSync(options.out, { recursive: true });
    const report = join(options.out, "report.txt");
    writeFileSync(
      report,
      `${[...lines, "", ...formatTable(gasTable(demo.dao.gas)), "", ...everyDecision(demo)].join("\n")}\n`,
    );
    const chart = join(options.out, "chart.svg");
    writeFileSync(chart, drawCharts(demo.indices.map((index) => chartOf(demo, index))));
    screen.say("");
    screen.say(`Every decision with its reasons, and the gas of stakers: ${report}`);
    screen.say(`Chart: ${chart}`);
  },
};

/** {USD} of BTC bought with $100 on the first day, at each point of an index's history. */
function bitcoin(demo: Demo, { history }: DemoIndex): number[] {
  const first = demo.replay.lastClose("BTC", demo.options.from - 1);
  return history.map(({ day }) => (100 * demo.replay.lastClose("BTC", day)) / first);
}

/** {1} largest fall from an earlier high. */
function drawdown(values: readonly number[]): number {
  let high = 0;
  return values.reduce((worst, value) => {
    high = Math.max(high, value);
    return Math.max(worst, 1 - value / high);
  }, 0);
}

function performance(demo: Demo): string[][] {
  const rows = [["$100 at the start", "became", "worst fall"]];
  for (const index of demo.indices) {
    const start = index.start.navPerShare;
    const nav = index.history.map((point) => (100 * point.nav) / start);
    const held = index.history.map((point) => (100 * point.held) / start);
    rows.push([index.name, usd(nav.at(-1) ?? 0, 2), percent(drawdown(nav))]);
    rows.push([`  its first basket, held`, usd(held.at(-1) ?? 0, 2), percent(drawdown(held))]);
  }
  const [first] = demo.indices;
  if (first !== undefined) {
    const btc = bitcoin(demo, first);
    rows.push(["BTC, held", usd(btc.at(-1) ?? 0, 2), percent(drawdown(btc))]);
  }
  return rows;
}

function activity(demo: Demo): string[][] {
  const columns = demo.indices.map((index) => {
    const { totals, decisions } = index;
    const average = index.history.reduce((sum, { total }) => sum + total, 0) / index.history.length;
    const evaluations = demo.evaluations.filter((evaluation) => evaluation.index === index.symbol).length;
    const { exits, entries } = journeysOf(index);
    return [
      index.name,
      `${decisions.length} of ${evaluations}`,
      `${decisions.filter(({ lane }) => lane === "DERISK").length}`,
      `${totals.fills} + ${totals.outsideFills}`,
      percent(totals.turnover / average, 0),
      `${usd(totals.costUsd)} (${percent(totals.costUsd / totals.turnover, 2)} of what was traded)`,
      `${(Number(totals.gas) / 1e6).toFixed(0)}M`,
      daysText(exits),
      daysText(entries),
    ];
  });
  const names = [
    "",
    "decisions that acted",
    "of them through the DERISK lane",
    "fills: venue + outside",
    "turnover, of the average NAV",
    "cost of trading against the feeds",
    "gas of proposals and fills",
    "days to exit to stables",
    "days to re-enter the market",
  ];
  return names.map((name, row) => [name, ...columns.map((column) => column[row] ?? "")]);
}

function daysText(days: readonly number[]): string {
  return days.length === 0 ? "none in this period" : days.map((value) => value.toFixed(1)).join(", ");
}

function gasTable(gas: GasBook): string[][] {
  const rows = [...gas]
    .filter(([kind]) => kind !== "approve")
    .map(([kind, { count, total, largest }]) => [kind, `${count}`, `${total / BigInt(count)}`, `${largest}`]);
  return [["gas of a whole transaction", "times", "average", "largest"], ...rows];
}

function trainingLine({ keeper }: Demo): string {
  const { trained, found, seconds } = keeper.training();
  return `Models of ${trained + found} weeks: ${trained} trained in ${seconds.toFixed(0)} s beside the chain, ${found} found in the cache.`;
}

/** Everything that the keeper decided, also to do nothing. */
function everyDecision(demo: Demo): string[] {
  const decisions = demo.evaluations.flatMap((evaluation) => {
    const index = demo.indices.find(({ symbol }) => symbol === evaluation.index);
    return index === undefined ? [] : ["", ...fullLines(index, evaluation)];
  });
  const unfilled = demo.indices.flatMap(({ name, skipped }) =>
    [...skipped].map(([reason, count]) => `${name}: ${count} orders not filled: ${reason}`),
  );
  return ["Every decision", ...decisions, "", ...unfilled];
}

function chartOf(demo: Demo, index: DemoIndex): Chart {
  const start = index.start.navPerShare;
  return {
    title: `${index.name}: what became of $100`,
    label: demo.replay.label,
    timestamps: index.history.map(({ timestamp }) => timestamp),
    exposure: index.history.map(({ exposure }) => exposure),
    lines: [
      { name: index.name, color: "#1f5fbf", values: index.history.map(({ nav }) => (100 * nav) / start) },
      {
        name: "first basket, held",
        color: "#888888",
        values: index.history.map(({ held }) => (100 * held) / start),
        dashed: true,
      },
      { name: "BTC, held", color: "#e08a1e", values: bitcoin(demo, index) },
    ],
  };
}
