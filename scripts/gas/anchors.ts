// What the same operations cost elsewhere: exec gas, measured in November 2026 by the method of scripts/gas/measure.ts on a
// local node. Bare: the least that can be done (a list of tokens in code, N transfers, one share mint; one packed slot a
// token for a proposal; two transfers for a fill; a clone, N transfers and a first mint for a creation), with OpenZeppelin
// 5.7 tokens. Folio: Reserve Index DTF 6.0.0 (commit e0e8376, its own compiler settings). Set: Set Protocol V2 (commit
// 63d6cf5), BasicIssuanceModule, GeneralIndexModule and SetTokenCreator. A Folio proposal is startRebalance plus the
// first openAuction, without which nothing can trade. Neither Folio nor Set reads feeds in a proposal or a fill.
//
// Ceiling: what ours may cost at most; the gas check fails above it. Missed: the design's target where we do not reach it,
// with the reasons in docs/decisions/0005-missed-gas-targets.md.

/** What a transaction may execute at most: the protocol's cap (EIP-7825) less 21,000 and 200 addresses as calldata. */
const TRANSACTION_GAS = 16_777_216 - 21_000 - 80_000;

/** Who else is measured, by the key of an anchor. */
export type System = "bare" | "folio" | "set" | "velodrome" | "aerodrome" | "balancer" | "reserve" | "openzeppelin";

export type Anchor = { ceiling?: number; missed?: number } & { [S in System]?: number };

export const anchors: Record<string, Anchor> = {
  "mint 1 token, exec": { bare: 33_528, folio: 94_242, set: 84_157 },
  "mint 10 tokens, exec": { ceiling: 245_000, bare: 196_284, folio: 300_719, set: 385_434 },
  "mint 50 tokens, exec": { bare: 919_650, folio: 1_218_729, set: 1_726_171 },
  "mint 100 tokens, exec": { ceiling: 2_120_000, bare: 1_823_866, folio: 2_367_008, set: 3_406_046 },
  "redeem 1 token, exec": { bare: 31_045, folio: 56_970, set: 84_181 },
  "redeem 10 tokens, exec": { ceiling: 215_000, bare: 171_796, folio: 244_447, set: 432_679 },
  "redeem 50 tokens, exec": { bare: 797_362, folio: 1_077_891, set: 1_983_128 },
  "redeem 100 tokens, exec": { ceiling: 1_850_000, bare: 1_579_328, folio: 2_120_175, set: 3_924_780 },
  "create index of 10 tokens, exec": { ceiling: 1_100_000, bare: 566_073, folio: 2_380_156, set: 3_612_565 },
  "create index of 100 tokens, exec": {
    ceiling: 5_950_000,
    missed: 5_500_000,
    bare: 4_337_655,
    folio: 10_073_350,
    set: 8_492_014,
  },
  "first proposal for 10 tokens, exec": { bare: 245_832, folio: 2_735_001, set: 388_899 },
  "first proposal for 50 tokens, exec": { bare: 1_134_872, folio: 12_198_150, set: 1_877_359 },
  "first proposal for 100 tokens, exec": { ceiling: 4_200_000, bare: 2_246_172, folio: 24_034_170, set: 4_092_097 },
  "weekly proposal for 10 tokens, exec": { bare: 57_732, folio: 1_260_600, set: 189_599 },
  "weekly proposal for 50 tokens, exec": { bare: 262_772, folio: 5_487_749, set: 994_059 },
  "weekly proposal for 100 tokens, exec": { ceiling: 2_800_000, bare: 519_072, folio: 10_778_769, set: 2_353_797 },
  "fill, exec": { ceiling: 165_000, bare: 34_114, folio: 156_426, set: 261_003 },
  "share transfer, exec": { ceiling: 15_200, missed: 14_000, bare: 12_881, folio: 20_199, set: 13_194 },
  "distributeFees, exec": { folio: 115_716 },
  "basket token transfer, exec": { bare: 12_881 },
  "batch deposit request 10 tokens, exec": { ceiling: 90_000 },
  "batch deposit request 100 tokens, exec": { ceiling: 90_000 },
  "open batch of 200 requests 100 tokens, exec": { ceiling: TRANSACTION_GAS },
  "zap of the market maker for 200 requests, exec": { ceiling: TRANSACTION_GAS },
  "deliver shares to 200 requests 100 tokens, exec": { ceiling: TRANSACTION_GAS },
  "claims of 200 requests, exec": { ceiling: TRANSACTION_GAS },
  "claims of 200 requests with refunds, exec": { ceiling: TRANSACTION_GAS },
  "first recurring deposit, index of 10 tokens, exec": { ceiling: 120_000 },
  "first recurring deposit, index of 100 tokens, exec": { ceiling: 120_000 },
  "recurring deposit, index of 10 tokens, exec": { ceiling: 120_000 },
  "recurring deposit, index of 100 tokens, exec": { ceiling: 120_000 },
  "recurring deposit with a tip, index of 10 tokens, exec": { ceiling: 120_000 },
  "recurring deposit with a tip, index of 100 tokens, exec": { ceiling: 120_000 },
  // A deposit by an order, three times.
  "first deposit requests into 3 indices in one transaction, exec": { ceiling: 360_000 },
  "deposit requests into 3 indices in one transaction, exec": { ceiling: 360_000 },
};
