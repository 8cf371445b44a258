import { dataPoints } from "./dataPoints.ts";
import { type DataPoint, FAMILIES, type FamilyId } from "./featureSpec.ts";

const TITLES: Readonly<Record<FamilyId, string>> = {
  price: "Price and trend",
  volatility: "Volatility",
  oscillator: "Oscillators",
  volume: "Volume and liquidity",
  relative: "Beside the market, sector, BTC and ETH",
  size: "Size, age and supply",
  onchain: "On chain, protocols and futures",
  sentiment: "News",
  macro: "The world around (compared with its own last year)",
};

const INTRODUCTION = `# Data points

Written by \`npm run data-points\` from the registry in keeper/src/features; a test fails when it is out of date.

The value of a day uses that day and the days before it that its lookback names, nothing later and nothing earlier. An
input is what was known at the end of its day. What is missing stays missing: of the days of a window at most one in ten
may lack, and never the newest. News are the exception, since most days have none. A daily return may bridge a gap of two
days; a listing of the market counts for 45 days; figures of markets that rest on weekends stand for 5 days more.

Recursive indicators (RSI, ATR, ADX, MACD, TRIX) start at the first day of their lookback, so that the same days give the
same bits. The three ways of counting daily volume are neither compared nor joined: each window takes the first one of
them that covers it, and compares it with itself. Levels of liquidity are compared among assets by listed volume.

Before a model sees them, data points become ranks from -0.5 to 0.5: among the assets of the day, or, for those of the
world around, within their own last 365 days, of which 180 must be known. Ranks are sorted into 63 equal bins; bin 0 is
for what is missing. Nothing is fitted to data here.
`;

/** docs/DATA-POINTS.md: every registered data point, by family. */
export function dataPointTable(): string {
  const parts = FAMILIES.map((family) => familyTable(family)).join("\n");
  return `${INTRODUCTION}\n${dataPoints.length} data points in ${FAMILIES.length} families.\n\n${parts}`;
}

function familyTable(family: FamilyId): string {
  const points = dataPoints.filter((point) => point.family === family);
  const head = "| id | in words | lookback | unit | inputs | source |\n|---|---|---|---|---|---|";
  return `## ${TITLES[family]} (${points.length})\n\n${head}\n${points.map(row).join("\n")}\n`;
}

function row({ id, version, words, lookback, unit, inputs, source }: DataPoint): string {
  const name = version === 1 ? id : `${id} (version ${version})`;
  return `| ${name} | ${words} | ${lookback} | ${unit} | ${inputs.join(", ")} | ${source} |`;
}
