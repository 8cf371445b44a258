import retry, { AbortError } from "p-retry";
import { z } from "zod";
import type { AnswerCache } from "./cache.ts";
import type { AssetId, ColumnTable } from "./source.ts";
import { DAY, type Day } from "./time.ts";

/** Where to ask for what prices do not tell. */
export interface FigureOptions {
  readonly cache: AnswerCache;
  readonly moodUrl: string;
  readonly valueLockedUrl: string;
  readonly retries?: number;
  readonly minRetryDelay?: number; // {ms}
}

/** {USD} locked in a chain ("Ethereum") or in the contracts of a protocol ("protocol/aave"), by its token. */
const VALUE_LOCKED: Readonly<Record<AssetId, string>> = {
  AAVE: "protocol/aave",
  ADA: "Cardano",
  APT: "Aptos",
  ARB: "Arbitrum",
  AVAX: "Avalanche",
  BNB: "BSC",
  CAKE: "protocol/pancakeswap",
  COMP: "protocol/compound-finance",
  CRV: "protocol/curve-dex",
  ETH: "Ethereum",
  GMX: "protocol/gmx",
  LDO: "protocol/lido",
  MATIC: "Polygon",
  NEAR: "Near",
  OP: "Optimism",
  PENDLE: "protocol/pendle",
  POL: "Polygon",
  RUNE: "protocol/thorchain",
  SOL: "Solana",
  SUI: "Sui",
  SUSHI: "protocol/sushi",
  TON: "TON",
  TRX: "Tron",
  UNI: "protocol/uniswap",
};

const moodSchema = z.object({ data: z.array(z.object({ value: z.string(), timestamp: z.string() })) });
const chainSchema = z.array(z.object({ date: z.number(), tvl: z.number() }));
const protocolSchema = z.object({
  tvl: z.array(z.object({ date: z.number(), totalLiquidityUSD: z.number() })),
});
const storedSchema = z.array(z.tuple([z.number().int(), z.number()]));

/** A figure of a day, as [day, value]. */
type Dated = z.infer<typeof storedSchema>;

/** Fear & Greed of alternative.me for every day it has. */
export async function askMood(options: FigureOptions, lastDay: Day): Promise<ColumnTable<"fearGreed">> {
  const dated = await remembered(options, `mood/${lastDay}`, async () => {
    const { data } = moodSchema.parse(await ask(`${options.moodUrl}/fng/?limit=0&format=json`));
    return data.map(({ value, timestamp }) => [dayOf(Number(timestamp)), Number(value)]);
  });
  return toTable("fearGreed", dated);
}

/** DefiLlama's value locked behind an asset; nothing if the asset is neither a chain's nor a known protocol's. */
export async function askValueLocked(
  options: FigureOptions,
  asset: AssetId,
  lastDay: Day,
): Promise<ColumnTable<"valueLocked"> | undefined> {
  const place = VALUE_LOCKED[asset];
  if (place === undefined) return undefined;
  const dated = await remembered(options, `value-locked/${place}/${lastDay}`, async () => {
    if (place.startsWith("protocol/")) {
      const { tvl } = protocolSchema.parse(await ask(`${options.valueLockedUrl}/${place}`));
      return tvl.map(({ date, totalLiquidityUSD }) => [dayOf(date), totalLiquidityUSD]);
    }
    const chain = chainSchema.parse(await ask(`${options.valueLockedUrl}/v2/historicalChainTvl/${place}`));
    return chain.map(({ date, tvl }) => [dayOf(date), tvl]);
  });
  return toTable("valueLocked", dated);
}

/** Nothing that these providers say is needed for a decision: without an answer the figures are missing, and said to be. */
async function remembered(options: FigureOptions, key: string, fetchDated: () => Promise<Dated>): Promise<Dated> {
  const stored = await options.cache.get(key);
  if (stored !== undefined) return storedSchema.parse(JSON.parse(stored));
  try {
    const dated = await retry(fetchDated, {
      retries: options.retries ?? 2,
      minTimeout: options.minRetryDelay ?? 1_000,
      shouldRetry: ({ error }) => !(error instanceof AbortError) && !(error instanceof z.ZodError),
    });
    await options.cache.put(key, JSON.stringify(dated));
    return dated;
  } catch {
    return [];
  }
}

async function ask(url: string): Promise<unknown> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(20_000) });
  if (answer.ok) return answer.json();
  const failure = new TypeError(`status ${answer.status}`);
  throw answer.status === 429 || answer.status >= 500 ? failure : new AbortError(failure);
}

function dayOf(timestamp: number): Day {
  return Math.floor(timestamp / DAY);
}

/** The last value of a day counts. */
function toTable<Name extends "fearGreed" | "valueLocked">(name: Name, dated: Dated): ColumnTable<Name> {
  const known = dated.filter(([day, value]) => Number.isInteger(day) && Number.isFinite(value));
  const days = known.map(([day]) => day);
  const firstDay = days.reduce((first, day) => Math.min(first, day), days[0] ?? 0);
  const lastDay = days.reduce((last, day) => Math.max(last, day), firstDay);
  const values = new Float64Array(lastDay - firstDay + 1).fill(Number.NaN);
  for (const [day, value] of known) values[day - firstDay] = value;
  return { firstDay, columns: { [name]: values } as ColumnTable<Name>["columns"] };
}
