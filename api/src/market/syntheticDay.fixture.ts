import { pad, toHex } from "viem";
import { createRandom } from "../../../keeper/src/data/random.ts";
import type { MarketPanel } from "../../../keeper/src/features/marketPanel.ts";
import { plantedPanel } from "../../../keeper/src/features/planted.fixture.ts";
import type { DayHead, MarketDay, TokenDay } from "./gradeDay.ts";

/** A head of a day on which nothing was computed, for tests of the store. */
export function syntheticHead(day: number, over: Partial<DayHead> = {}): DayHead {
  const hash = pad(toHex(day), { size: 32 });
  return {
    day,
    asOf: (day + 1) * 86_400,
    block: { number: String(day * 10), hash },
    chainId: 31_337,
    vault: "0x00000000000000000000000000000000000000aa",
    decision: hash,
    market: hash,
    model: { hash: null, spoke: "fallback", fittedOn: null, weightsBps: {}, notes: [] },
    source: { kind: "simulation", id: "test", label: "synthetic figures of a test", datasets: [] },
    compared: 0,
    possible: 130,
    regime: {
      regime: "range",
      exposureBps: 6_600,
      since: "2022-01-01",
      votes: {},
      reasons: [],
      trendStrengthBps: 0,
      sectors: {},
    },
    regimeChanges: [],
    overview: {
      totalMarketCap: null,
      bitcoinDominance: null,
      stableShare: null,
      fearGreed: null,
      equityVolatility: null,
      dollarIndex: null,
      change1: null,
      change7: null,
      change30: null,
      volatility: null,
      drawdown: null,
      breadth: null,
      trendStrength: null,
    },
    sentiment: null,
    stances: { bullish: 0, neutral: 0, bearish: 0, unknown: 0 },
    ...over,
  };
}

/** A token of which only what is told is known. */
export function syntheticToken(token: string, over: Partial<TokenDay> = {}): TokenDay {
  return {
    token,
    symbol: token,
    name: null,
    category: "coin",
    sector: "other",
    ecosystem: "unknown",
    rank: null,
    listing: "listed",
    price: null,
    priceDay: null,
    marketCap: null,
    volume: null,
    volumeSource: null,
    supply: null,
    dilutedCap: null,
    change1: null,
    change7: null,
    change30: null,
    traderGrade: null,
    investorGrade: null,
    stance: "unknown",
    stanceSince: 0,
    stanceAtLeast: false,
    known: 1,
    previous: null,
    detail: { traderDrivers: [], investorDrivers: [], suspicious: false, reasons: [], sentiment: null, quant: [] },
    ...over,
  };
}

/** A day of so many tokens, of which every tenth lacks its figures and many share a grade. */
export function syntheticDay(day: number, count: number): MarketDay {
  const random = createRandom(day);
  const tokens = Array.from({ length: count }, (_, i) => {
    const token = `T${String(i).padStart(5, "0")}`;
    if (i % 10 === 9) return syntheticToken(token);
    return syntheticToken(token, {
      rank: i + 1,
      price: random.uniform() * 100,
      marketCap: Math.floor(random.uniform() * 50) * 1e6,
      volume: random.uniform() * 1e7,
      traderGrade: Math.floor(101 * random.uniform()),
      investorGrade: Math.floor(101 * random.uniform()),
      stance: "neutral",
      stanceSince: day,
    });
  });
  return { head: syntheticHead(day, { compared: count }), tokens };
}

/** A panel without any asset. */
export const EMPTY_PANEL: MarketPanel = plantedPanel({});
