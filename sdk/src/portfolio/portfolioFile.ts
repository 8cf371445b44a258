import { getAddress, isAddress } from "viem";
import { PortfolioInvalidError } from "./errors.ts";
import type { PlanPortfolioParameters } from "./plan.ts";
import { DEFAULT_PORTFOLIO_LIMITS, type PortfolioIndex, type PortfolioLimits, RISK_TIERS } from "./types.ts";

function asRecord(value: unknown, field: string): Record<string, unknown> {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new PortfolioInvalidError(field, "must be an object");
  }
  return value as Record<string, unknown>;
}

function asList(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new PortfolioInvalidError(field, "must be a list");
  return value;
}

function asNumber(value: unknown, field: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new PortfolioInvalidError(field, "must be a number");
  return value;
}

function asVault(value: unknown, field: string) {
  if (typeof value !== "string" || !isAddress(value)) throw new PortfolioInvalidError(field, "must be an address");
  return getAddress(value);
}

function asNumbers(value: unknown, field: string): Record<string, number> {
  const entries = Object.entries(asRecord(value, field));
  return Object.fromEntries(entries.map(([key, item]) => [key, asNumber(item, `${field}.${key}`)]));
}

function asIndex(value: unknown, field: string): PortfolioIndex {
  const { vault, name, tier, sectors, volatility } = asRecord(value, field);
  if (typeof name !== "string") throw new PortfolioInvalidError(`${field}.name`, "must be a text");
  const found = RISK_TIERS.find((known) => known === tier);
  if (found === undefined) throw new PortfolioInvalidError(`${field}.tier`, `must be one of ${RISK_TIERS.join(", ")}`);
  return {
    vault: asVault(vault, `${field}.vault`),
    name,
    tier: found,
    sectors: sectors === undefined ? {} : asNumbers(sectors, `${field}.sectors`),
    ...(volatility !== undefined && { volatility: asNumber(volatility, `${field}.volatility`) }),
  };
}

function asLimits(value: unknown): Partial<PortfolioLimits> {
  const limits = asNumbers(value, "limits");
  const unknown = Object.keys(limits).find((key) => !(key in DEFAULT_PORTFOLIO_LIMITS));
  if (unknown !== undefined) throw new PortfolioInvalidError(`limits.${unknown}`, "is no limit");
  return limits;
}

/**
 * Checks what a file says of the indices of a plan and gives it a type:
 * `{ "indices": [{ "vault", "name", "tier", "sectors", "volatility" }], "limits", "core", "covariance" }`.
 *
 * @throws PortfolioInvalidError
 *
 * @example
 * const plan = planPortfolio({ kind: "barbell", ...parsePortfolioFile(JSON.parse(text)) });
 */
export function parsePortfolioFile(json: unknown): Omit<PlanPortfolioParameters, "kind"> {
  const { indices, limits, core, covariance } = asRecord(json, "file");
  return {
    indices: asList(indices, "indices").map((index, i) => asIndex(index, `indices[${i}]`)),
    ...(limits !== undefined && { limits: asLimits(limits) }),
    ...(core !== undefined && { core: asList(core, "core").map((vault, i) => asVault(vault, `core[${i}]`)) }),
    ...(covariance !== undefined && {
      covariance: asList(covariance, "covariance").map((row, i) =>
        asList(row, `covariance[${i}]`).map((value, j) => asNumber(value, `covariance[${i}][${j}]`)),
      ),
    }),
  };
}
