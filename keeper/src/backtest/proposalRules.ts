import type { AssetId } from "../data/source.ts";
import { BPS, holdingValue, type VaultAsset, type VaultSnapshot } from "../data/vault.ts";
import { ProposalRefusedError } from "../errors.ts";
import type { Weights } from "../weights/targets.ts";

/** {bps} largest first weight of a token that was added, as in contracts/libraries/ProposalLib.sol. */
export const NEW_TOKEN_BPS = 500;
const D27 = 10n ** 27n;

/** A proposal as the vault receives it, and the weights that its last one left behind. */
export interface ProposedWeights {
  readonly lane: "RISK" | "DERISK";
  readonly weights: Weights; // {bps}
  readonly last: Weights; // {bps} of the proposal before; empty = there was none
}

/** What the vault measures a proposal with. Values in D27{USD}. */
interface Scale {
  readonly values: ReadonlyMap<AssetId, bigint>;
  readonly nav: bigint;
  readonly tradableBps: number;
}

/** Whether the vault could trade a token now: it has a price and is frozen in no direction. */
export function isTradable(asset: VaultAsset): boolean {
  return asset.price > 0n && asset.freeze === 0;
}

/**
 * Applies the contract's checks of a proposal, in the contract's integers. Throws a ProposalRefusedError that names what
 * the vault would revert with.
 */
export function requireAcceptable(vault: VaultSnapshot, proposal: ProposedWeights): void {
  requireCooledDown(vault, proposal.lane);
  const scale = scaleOf(vault, proposal.weights);
  let sum = 0;
  for (const asset of vault.assets) {
    const weight = proposal.weights.get(asset.asset) ?? 0;
    const current = currentWeight(asset, scale, proposal.last);
    sum += weight;
    if (proposal.lane === "RISK") requireSmallStep(vault, asset, weight, current);
    else if (weight > current && !isDestination(vault, asset)) refuse("DeriskRaises", asset.asset, weight, current);
    const cap = capOf(asset, scale);
    if (weight > cap && weight >= current) refuse("WeightAboveCap", asset.asset, weight, cap);
  }
  if (sum !== BPS) refuse("WeightSumInvalid", "sum", sum, BPS);
  if (proposal.lane === "DERISK") requireSplit(vault, proposal.weights);
}

function requireCooledDown({ epoch, limits, block }: VaultSnapshot, lane: "RISK" | "DERISK"): void {
  if (epoch.id === 0 || (lane === "DERISK" && epoch.lastDeriskAt === 0)) return;
  const readyAt = lane === "RISK" ? epoch.proposedAt + limits.cooldown : epoch.lastDeriskAt + limits.deriskPeriod;
  if (block.timestamp < readyAt) refuse("CooldownActive", lane, block.timestamp, readyAt);
}

function scaleOf(vault: VaultSnapshot, weights: Weights): Scale {
  const values = new Map<AssetId, bigint>();
  let nav = 0n;
  let tradableBps = 0;
  for (const asset of vault.assets.filter(isTradable)) {
    const value = holdingValue(asset);
    values.set(asset.asset, value);
    nav += value;
    tradableBps += weights.get(asset.asset) ?? 0;
  }
  if (nav === 0n || tradableBps === 0) refuse("NothingTradable", "vault", 0, 1);
  return { values, nav, tradableBps };
}

/** {bps} by oracle; the last weight of what cannot be traded. */
function currentWeight(asset: VaultAsset, { values, nav, tradableBps }: Scale, last: Weights): number {
  const value = values.get(asset.asset);
  return value === undefined ? (last.get(asset.asset) ?? 0) : Number((value * BigInt(tradableBps)) / nav);
}

function requireSmallStep(vault: VaultSnapshot, asset: VaultAsset, weight: number, current: number): void {
  const frozen = !isTradable(asset);
  const most = weight > current && frozen ? 0 : asset.isNew ? NEW_TOKEN_BPS : vault.limits.maxWeightChangeBps;
  if (Math.abs(weight - current) > most) refuse("WeightChangeTooLarge", asset.asset, weight, current);
}

function capOf(asset: VaultAsset, { nav, tradableBps }: Scale): number {
  if (asset.usdCap === 0n) return asset.maxWeightBps;
  return Math.min(asset.maxWeightBps, Number((asset.usdCap * D27 * BigInt(tradableBps)) / nav));
}

function isDestination(vault: VaultSnapshot, asset: VaultAsset): boolean {
  return vault.destinations.some(({ token }) => token === asset.token);
}

function requireSplit(vault: VaultSnapshot, weights: Weights): void {
  const names = new Map(vault.assets.map(({ token, asset }) => [token, asset]));
  const parts = vault.destinations.map(({ token, splitBps }) => ({
    asset: names.get(token) ?? "",
    weight: weights.get(names.get(token) ?? "") ?? 0,
    splitBps,
  }));
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  for (const { asset, weight, splitBps } of parts) {
    const expected = Math.floor((total * splitBps) / BPS);
    if (Math.abs(weight - expected) > 1) refuse("DeriskSplitMismatch", asset, weight, expected);
  }
}

function refuse(reason: string, what: string, actual: number, limit: number): never {
  throw new ProposalRefusedError("The vault would refuse this proposal. Stay within its limits.", {
    reason,
    what,
    actual: String(actual),
    limit: String(limit),
  });
}
