import {
  DEFAULT_PORTFOLIO_LIMITS,
  PLAN_KINDS,
  type PlanKind,
  type PortfolioIndex,
  type PortfolioLimits,
  RISK_TIERS,
  type RiskTier,
} from "@gimbal/sdk";
import type { Address } from "viem";
import { toBps } from "../create/draft.ts";

/** What the API knows of an index that a plan needs. null: not known. */
export interface PlanCandidate {
  readonly vault: Address;
  readonly name: string;
  readonly symbol: string;
  readonly tier: RiskTier | null;
  /** {bps} of each sector, by name; null: no holdings or sectors are known. */
  readonly sectors: Readonly<Record<string, number>> | null;
  /** {1} a year */
  readonly volatility: number | null;
}

/** What a person chose. Texts are as they were typed; it survives a reload. */
export interface PlanChoice {
  readonly kind: PlanKind;
  /** Indices that are left out, by vault. */
  readonly without: readonly string[];
  /** Tiers that the person named, where none is known. */
  readonly tiers: Readonly<Record<string, RiskTier>>;
  /** {%} */
  readonly limits: Readonly<Record<keyof PortfolioLimits, string>>;
}

export const LIMIT_KEYS = Object.keys(DEFAULT_PORTFOLIO_LIMITS) as (keyof PortfolioLimits)[];

export const DEFAULT_CHOICE: PlanChoice = {
  kind: "three-tier",
  without: [],
  tiers: {},
  limits: Object.fromEntries(
    LIMIT_KEYS.map((key) => [key, String(DEFAULT_PORTFOLIO_LIMITS[key] / 100)]),
  ) as PlanChoice["limits"],
};

const placeOf = (chainId: number): string => `gimbal.plan.${chainId}`;

/** The choice of the last visit, or the usual one. */
export function loadChoice(storage: Pick<Storage, "getItem">, chainId: number): PlanChoice {
  try {
    const value = JSON.parse(storage.getItem(placeOf(chainId)) ?? "null") as Partial<PlanChoice> | null;
    if (value === null || typeof value !== "object") return DEFAULT_CHOICE;
    const tiers = Object.entries(value.tiers ?? {}).filter(([, tier]) => RISK_TIERS.includes(tier));
    const limitOf = (key: keyof PortfolioLimits): string => {
      const kept: unknown = value.limits?.[key];
      return typeof kept === "string" ? kept : DEFAULT_CHOICE.limits[key];
    };
    return {
      kind: PLAN_KINDS.find((kind) => kind === value.kind) ?? DEFAULT_CHOICE.kind,
      without: Array.isArray(value.without) ? value.without.filter((vault) => typeof vault === "string") : [],
      tiers: Object.fromEntries(tiers),
      limits: Object.fromEntries(LIMIT_KEYS.map((key) => [key, limitOf(key)])) as PlanChoice["limits"],
    };
  } catch {
    return DEFAULT_CHOICE;
  }
}

export function saveChoice(storage: Pick<Storage, "setItem">, chainId: number, choice: PlanChoice): void {
  storage.setItem(placeOf(chainId), JSON.stringify(choice));
}

/** {bps} of the limits; undefined where one is no percentage. */
export function limitsOf({ limits }: PlanChoice): PortfolioLimits | undefined {
  const entries = LIMIT_KEYS.map((key) => [key, toBps(limits[key])] as const);
  if (entries.some(([, bps]) => bps === undefined || bps > 10_000)) return undefined;
  return Object.fromEntries(entries) as unknown as PortfolioLimits;
}

/** What the plan is made of: those that are wanted and whose tier is known. Without sectors, no sector limit can be kept. */
export function indicesOf(candidates: readonly PlanCandidate[], choice: PlanChoice): readonly PortfolioIndex[] {
  return candidates.flatMap((candidate): PortfolioIndex[] => {
    const { vault, name, sectors, volatility } = candidate;
    const tier = candidate.tier ?? choice.tiers[vault];
    if (choice.without.includes(vault) || tier === undefined) return [];
    if (choice.kind === "risk-parity" && volatility === null) return [];
    return [{ vault, name, tier, sectors: sectors ?? {}, ...(volatility !== null && { volatility }) }];
  });
}

/** {bps} of each sector of an index, from its holdings. Never more than 10,000 in all. undefined: no weight is known. */
export function sectorsFrom(
  holdings: readonly { readonly symbol: string | null; readonly weightBps: number | null }[],
  sectorOf: ReadonlyMap<string, string>,
): Readonly<Record<string, number>> | null {
  const parts = new Map<string, number>();
  let left = 10_000;
  for (const { symbol, weightBps } of holdings) {
    const sector = symbol === null ? undefined : sectorOf.get(symbol.toUpperCase());
    if (sector === undefined || weightBps === null || weightBps <= 0) continue;
    const part = Math.min(Math.floor(weightBps), left);
    left -= part;
    if (part > 0) parts.set(sector, (parts.get(sector) ?? 0) + part);
  }
  return parts.size === 0 ? null : Object.fromEntries(parts);
}
