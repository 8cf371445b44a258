import { type Hex, pad, toHex } from "viem";
import { captureMarket, type MarketSnapshot } from "../../keeper/src/data/snapshot.ts";
import type { MarketDataSource } from "../../keeper/src/data/source.ts";
import { AssetFlag, BPS, type VaultAsset, type VaultSnapshot } from "../../keeper/src/data/vault.ts";
import { DECISION_LOOKBACK } from "../../keeper/src/features/dataPoints.ts";
import { toMarketPanel } from "../../keeper/src/features/marketPanel.ts";
import { methodologyPolicy } from "../../keeper/src/methodology/policy.ts";
import { selectMembers } from "../../keeper/src/methodology/universe.ts";
import { decide } from "../../keeper/src/pipeline.ts";
import { NO_MEMORY } from "../../keeper/src/signals/opinion.ts";
import { type Methodology, methodologyLimits } from "../../sdk/src/index.ts";
import { TIERS } from "../config/types.ts";

const D27 = 10n ** 27n;
/** Stable token that a new index starts from. */
export const STABLE = "USDC";

/** Part {bps} of each token in a new index; they sum to 10,000. Tokens with nothing yet are in its basket all the same. */
export type StartWeights = ReadonlyMap<string, number>;

/** The market that start weights are worked out from: looked at once for all documents. */
export async function marketAt(source: MarketDataSource, timestamp: number): Promise<MarketSnapshot> {
  return captureMarket(source.at(timestamp), { assets: "listed", lookbackDays: DECISION_LOOKBACK });
}

/**
 * What a document holds on its first day: its members, weighed by the very decision that a keeper would make for a vault that
 * has nothing but a stable token. Without models: an index of the AI starts with the fallback's grades.
 */
export function startWeights(document: Methodology, market: MarketSnapshot): StartWeights {
  if (document.weighting.kind === "fixed") {
    return new Map([...Object.entries(document.weighting.weightsBps), [STABLE, 0] as const]);
  }
  const panel = toMarketPanel(market);
  const { members } = selectMembers(panel, panel.days - 1, document.universe, new Set());
  const policy = { ...methodologyPolicy(document, members), ensemble: null };
  const vault = emptyVault(document, members, market.asOf);
  const record = decide({ market, vault, policy, model: null, memory: NO_MEMORY });
  return new Map(record.assets.map(({ asset, targetBps }) => [asset, targetBps]));
}

function emptyVault(document: Methodology, members: readonly string[], timestamp: number): VaultSnapshot {
  const names = [...members, STABLE];
  const { limits, epoch } = {
    limits: methodologyLimits(document),
    epoch: { id: 0, proposedAt: 0, closesAt: 0, lastDeriskAt: 0, lane: "RISK", cancelled: false } as const,
  };
  const assets = names.map((asset, i) => emptyAsset(asset, addressOf(i), asset === STABLE));
  return {
    chainId: 31_337,
    vault: addressOf(names.length),
    block: { number: 0n, hash: pad("0x0", { size: 32 }), timestamp },
    assets,
    limits,
    destinations: [{ token: addressOf(members.length), splitBps: BPS }],
    epoch,
    turnoverUsed: 0n,
    proposalsPaused: false,
    signersActive: true,
    gasPrice: 10n ** 9n,
    nativeUsd: 2_000n * 10n ** 18n,
  };
}

function emptyAsset(asset: string, token: Hex, isStable: boolean): VaultAsset {
  const { maxWeightBps } = TIERS[tierOf(asset)];
  return {
    token,
    asset,
    decimals: 18,
    holdings: isStable ? 1_000_000n * 10n ** 18n : 0n,
    price: D27,
    maxWeightBps,
    usdCap: 0n,
    depthUsd: null,
    deviationBps: 50,
    flags: isStable ? AssetFlag.STABLE : 0,
    freeze: 0,
    isNew: false,
  };
}

/** Tier of a token on a local chain: the caps of a methodology count there, not those of a listing. */
export function tierOf(asset: string): "MAJOR" | "LARGE" | "STABLE" {
  if (["USDC", "USDT", "DAI", "USDE"].includes(asset)) return "STABLE";
  return asset === "BTC" || asset === "ETH" ? "MAJOR" : "LARGE";
}

function addressOf(index: number): Hex {
  return pad(toHex(index + 1), { size: 20 });
}
