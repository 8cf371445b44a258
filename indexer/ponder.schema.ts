// Every table of the index. Units stand beside the columns: D18 means that 10^18 stands for 1, D27 that 10^27 does.
// Addresses and hashes are lower case. Times are seconds since 1970, days are whole days since 1970, UTC.
// `id` of what an event left is block * 100,000 + number of the log in it: unique, and in the order of the chain.
export * from "./schema/batches.ts";
export * from "./schema/credits.ts";
export * from "./schema/governance.ts";
export * from "./schema/locks.ts";
export * from "./schema/market.ts";
export * from "./schema/revenue.ts";
export * from "./schema/sales.ts";
export * from "./schema/shares.ts";
export * from "./schema/strategies.ts";
export * from "./schema/strategyShares.ts";
export * from "./schema/vaults.ts";
