import type { MethodologyGap, MethodologyResult } from "./methodologyRun.ts";
import type { Performance } from "./metrics.ts";
import { decimal, percent, signedPercent } from "./words.ts";

/** Everything that one run of `npm run replay:methodologies` found. */
export interface MethodologyTable {
  readonly schema: "gimbal.methodologies/1";
  readonly period: { readonly from: string; readonly to: string };
  readonly source: string;
  readonly costs: string;
  readonly models: string; // who spoke for the indices of the AI
  readonly results: readonly MethodologyResult[];
  readonly gaps: readonly MethodologyGap[];
  readonly biases: readonly string[];
}

const HEAD = [
  "methodology",
  "from",
  "members",
  "return",
  "a year",
  "volatility",
  "Sharpe",
  "deepest fall",
  "sold a week",
  "cost",
  "decisions",
  "acted",
  "BTC",
  "BTC fall",
  "cap-weight",
  "cap-weight fall",
] as const;

/** The table as rows of cells, the head first. What the data says too little about says so. */
export function tableRows({ results, gaps }: MethodologyTable): readonly (readonly string[])[] {
  const rows = results.map((result) => [
    result.name,
    result.from,
    `${result.coverage.meanMembers.toFixed(1)} of ${result.coverage.wanted}`,
    ...figuresOf(result.performance),
    percent(result.turnoverWeekly),
    percent(result.costShare),
    String(result.decisions),
    String(result.acted),
    signedPercent(result.btc.totalReturn),
    percent(result.btc.maxDrawdown),
    signedPercent(result.capWeight.totalReturn),
    percent(result.capWeight.maxDrawdown),
  ]);
  const missing = gaps.map(({ name, coverage }) => {
    const members = `${coverage.meanMembers.toFixed(1)} of ${coverage.wanted}`;
    return [name, "", members, "not enough data", ...HEAD.slice(4).map(() => "")];
  });
  return [HEAD, ...rows, ...missing];
}

function figuresOf(performance: Performance): readonly string[] {
  const { totalReturn, annualReturn, volatility, sharpe, maxDrawdown } = performance;
  return [
    signedPercent(totalReturn),
    signedPercent(annualReturn),
    percent(volatility),
    decimal(sharpe),
    percent(maxDrawdown),
  ];
}

/** For a terminal: columns of equal width, and the notes under them. */
export function terminalTable(table: MethodologyTable): string {
  const rows = tableRows(table);
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? "").length)));
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  "),
  );
  return [...lines, "", ...notesOf(table)].join("\n");
}

/** For docs/METHODOLOGIES.md. */
export function markdownTable(table: MethodologyTable): string {
  const [head = [], ...rows] = tableRows(table);
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const ruler = head.map((_, column) => (column < 2 ? "---" : "---:"));
  return [line(head), line(ruler), ...rows.map(line), "", ...notesOf(table).map((note) => `- ${note}`)].join("\n");
}

/** What a row needs beside its figures. */
export function notesOf({ results, gaps, period, source, costs, models }: MethodologyTable): readonly string[] {
  return [
    `${period.from} to ${period.to}; ${costs}; ${models}. Data: ${source}.`,
    "BTC and cap-weight (the hundred best ranked coins) beside each row are of the row's own dates and costs.",
    "Every figure is after costs. Gas and the vault's own fees are not charged.",
    ...results.filter(({ note }) => note !== "").map(({ name, note }) => `${name}: ${note}.`),
    ...gaps.map(({ name, missing, coverage }) => {
      return `${name}: not enough data: ${missing} (${coverage.meanMembers.toFixed(1)} on average, ${coverage.meanUnpriced.toFixed(1)} more without a price).`;
    }),
  ];
}

/** One row a methodology, unrounded figures as decimal numbers, fractions of 1. */
export function csvTable({ results, gaps }: MethodologyTable): string {
  const head = [
    ["id", "name", "from", "to", "members", "fewest_members", "wanted_members", "unpriced"],
    ["return", "annual_return", "volatility", "sharpe", "max_drawdown", "turnover_weekly", "cost_share"],
    ["decisions", "acted", "btc_return", "btc_sharpe", "btc_max_drawdown"],
    ["cap_weight_return", "cap_weight_sharpe", "cap_weight_max_drawdown", "note"],
  ].flat();
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const number = (value: number) => (Number.isFinite(value) ? value.toFixed(6) : "");
  const known = ({ coverage }: MethodologyResult | MethodologyGap) => [
    number(coverage.meanMembers),
    String(coverage.fewestMembers),
    String(coverage.wanted),
    number(coverage.meanUnpriced),
  ];
  const three = ({ totalReturn, sharpe, maxDrawdown }: Performance) => [totalReturn, sharpe, maxDrawdown].map(number);
  const rows = results.map((result) => {
    const { totalReturn, annualReturn, volatility, sharpe, maxDrawdown } = result.performance;
    const own = [totalReturn, annualReturn, volatility, sharpe, maxDrawdown].map(number);
    return [
      ...[result.id, quoted(result.name), result.from, result.to, ...known(result), ...own],
      ...[number(result.turnoverWeekly), number(result.costShare), String(result.decisions), String(result.acted)],
      ...[...three(result.btc), ...three(result.capWeight), quoted(result.note)],
    ];
  });
  const missing = gaps.map((gap) => {
    const empty = head.slice(8, -1).map(() => "");
    return [gap.id, quoted(gap.name), "", "", ...known(gap), ...empty, quoted(`not enough data: ${gap.missing}`)];
  });
  return `${[head, ...rows, ...missing].map((cells) => cells.join(",")).join("\n")}\n`;
}
