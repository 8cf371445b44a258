import { fileURLToPath } from "node:url";
import type { Address } from "viem";
import { optional, readSettings } from "../config/settings.ts";

/** The deployment that this process indexes. */
export const { deployment } = readSettings(process.env, fileURLToPath(new URL("../..", import.meta.url)));

/** The market and the registry of strategies in lower case; the zero address where there is none. */
export const market = optional(deployment, "StrategyMarket").toLowerCase() as Address;
export const registry = optional(deployment, "StrategyRegistry").toLowerCase() as Address;
