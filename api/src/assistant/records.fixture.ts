// Planted records of two indices: what a test's questions are about. November 2026, day by day as the figures say.
import { type Address, getAddress, type Hex, keccak256, toHex } from "viem";
import { dayFromIso } from "../../../keeper/src/data/time.ts";
import type { DecisionRecord, RecordedAsset } from "../../../keeper/src/plan/record.ts";
import type { Named } from "./names.ts";
import type { DecisionFacts, FillFacts, IndexEntry, Records } from "./records.ts";

/** 2026-11-21 12:00 UTC, a Saturday. */
export const NOW = dayFromIso("2026-11-21") * 86_400 + 43_200;

export const address = (seed: string): Address => getAddress(`0x${keccak256(toHex(seed)).slice(-40)}`);
export const hash = (seed: string): Hex => keccak256(toHex(seed));
const at = (iso: string): number => Date.parse(iso) / 1_000;

export const AI: IndexEntry = { address: address("ai"), symbol: "GAI", name: "AI Index" };
export const GLOBAL: IndexEntry = { address: address("global"), symbol: "G100", name: "Global 100" };
export const ALICE = address("alice");

const token = (symbol: string, name: string): Named => ({ address: address(symbol), symbol, name });
export const TOKENS: readonly Named[] = [
  token("AAVE", "Aave"),
  token("LDO", "Lido DAO"),
  token("USDC", "USD Coin"),
  token("WBTC", "Wrapped Bitcoin"),
  token("LINK", "Chainlink"),
  { ...token("UNI", "Uniswap"), address: address("uni one") },
  { ...token("UNI", "Unicorn"), address: address("uni two") },
];

const asset = (
  name: string,
  currentBps: number,
  proposedBps: number,
  rest: Partial<RecordedAsset> = {},
): RecordedAsset => ({
  asset: name,
  token: address(name),
  currentBps,
  targetBps: proposedBps,
  proposedBps,
  stance: "neutral",
  traderGrade: 50,
  investorGrade: 50,
  known: 120,
  possible: 130,
  drivers: [],
  costCentiBps: 0,
  reasons: [],
  ...rest,
});

const LDO_REASONS = ["LDO is bearish: its trader grade fell below 40.", "LDO was unwanted for 2 decisions in a row."];

/** A record with the fields that answers are made of; what they never read is left out. */
function record(asOf: string, epoch: number, rest: Partial<DecisionRecord>): DecisionRecord {
  const base = {
    schema: "gimbal.decision/3",
    chainId: 31_337,
    vault: AI.address,
    epoch,
    asOf: at(asOf),
    action: "propose",
    lane: "RISK",
    regime: {
      regime: "bear",
      exposureBps: 3_300,
      since: "2026-11-10",
      votes: { trend: -1 },
      reasons: ["4 of 6 voters are against risk."],
      trendStrengthBps: -200,
      sectors: {},
    },
    events: ["Volatility spike: 4.1 times the usual."],
    assets: [],
    turnoverBps: 2_150,
    oneWayDriftBps: 2_200,
    reasons: ["Acting costs 12 bps and brings 40 bps."],
    ...rest,
  };
  return base as unknown as DecisionRecord;
}

export const SOLD: DecisionFacts = {
  hash: hash("decision of the 14th"),
  transaction: hash("proposal of the 14th"),
  record: record("2026-11-14T00:15:00Z", 7, {
    assets: [
      asset("AAVE", 2_000, 2_500, { reasons: ["AAVE is bullish."] }),
      asset("LDO", 1_250, 0, {
        stance: "bearish",
        traderGrade: 31,
        investorGrade: 44,
        reasons: LDO_REASONS,
        drivers: [{ feature: "rsi14", words: "14-day RSI", value: "28", effectBps: -420 }],
      }),
      asset("USDC", 6_750, 7_500),
    ],
  }),
};

export const QUIET: DecisionFacts = {
  hash: hash("decision of the 7th"),
  transaction: null,
  record: record("2026-11-07T00:15:00Z", 7, {
    action: "none",
    lane: null,
    events: [],
    assets: [asset("AAVE", 2_000, 2_000), asset("LDO", 1_300, 1_300), asset("USDC", 6_700, 6_700)],
    reasons: ["The drift of 0.4% is below the threshold."],
  }),
};

export const FILL: FillFacts = {
  time: at("2026-11-14T06:00:00Z"),
  transaction: hash("fill of the 14th"),
  sold: { amount: "812.5", unit: "LDO" },
  bought: { amount: "1470.25", unit: "USDC" },
};

/** Records of a world in which AI Index sold LDO on 2026-11-14. Global 100 has nothing on record. */
export class PlantedRecords implements Records {
  indexList: readonly IndexEntry[] = [AI, GLOBAL];
  tokenList: readonly Named[] = TOKENS;
  decisionList: readonly DecisionFacts[] = [SOLD, QUIET];
  fillList: readonly FillFacts[] = [FILL];

  newest = async () => ({ time: NOW, block: 1_234 });
  indices = async () => this.indexList;
  tokens = async () => this.tokenList;

  decisions: Records["decisions"] = async (index, { span, limit }) =>
    index !== AI.address
      ? []
      : this.decisionList.filter(({ record: { asOf } }) => isWithin(asOf, span)).slice(0, limit);

  fills: Records["fills"] = async (index, { span, limit }) =>
    index !== AI.address ? [] : this.fillList.filter(({ time }) => isWithin(time, span)).slice(0, limit);

  holdings: Records["holdings"] = async (index) =>
    index !== AI.address
      ? { missing: "The records hold no snapshot of this index yet." }
      : {
          nav: { amount: "100000", unit: "USD" },
          holdings: [
            {
              symbol: "AAVE",
              token: address("AAVE"),
              weightBps: 2_510,
              targetBps: 2_500,
              amount: { amount: "100.5", unit: "AAVE" },
              value: { amount: "25100", unit: "USD" },
            },
            {
              symbol: "USDC",
              token: address("USDC"),
              weightBps: 7_490,
              targetBps: 7_500,
              amount: { amount: "74900", unit: "USDC" },
              value: { amount: "74900", unit: "USD" },
            },
          ],
        };

  performance: Records["performance"] = async () => ({
    from: "2026-10-22",
    to: "2026-11-21",
    returned: "-0.0345",
    benchmarks: [
      { name: "BTC", returned: "-0.081" },
      { name: "ETH", returned: null },
    ],
  });

  fees: Records["fees"] = async () => ({ fees: [{ name: "streaming fee", value: "1% a year" }] });
  next: Records["next"] = async () => ({
    at: at("2026-11-23T00:15:00Z"),
    reason: "The week decision of 2026-W48.",
    epoch: null,
  });
  claims: Records["claims"] = async () => ({
    claims: [{ what: "revenue of your lock", sum: { amount: "12.5", unit: "USDC" } }],
    nextWeek: "2026-11-26",
  });
  tier: Records["tier"] = async () => ({
    tier: 2,
    score: { amount: "12000", unit: "GIM" },
    asOf: "2026-11-19",
    next: { tier: 3, missing: { amount: "10200", unit: "GIM" } },
    benefits: ["4% off the platform's fees"],
  });
}

function isWithin(time: number, span: { readonly from: number; readonly to: number } | null): boolean {
  const day = Math.floor(time / 86_400);
  return span === null || (day >= span.from && day <= span.to);
}
