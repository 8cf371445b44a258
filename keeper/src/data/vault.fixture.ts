import { type Address, pad, toHex } from "viem";
import { AssetFlag, type VaultAsset, type VaultSnapshot } from "./vault.ts";

const E27 = 10n ** 27n;

/** An asset worth `usd` at a price of one dollar, with plausible limits. For tests. */
export function fixtureAsset(asset: string, index: number, usd: number, over: Partial<VaultAsset> = {}): VaultAsset {
  return {
    token: tokenOf(index),
    asset,
    decimals: 18,
    holdings: BigInt(usd) * 10n ** 18n,
    price: E27,
    maxWeightBps: 7_000,
    usdCap: 0n,
    depthUsd: null,
    deviationBps: 50,
    flags: 0,
    freeze: 0,
    isNew: false,
    ...over,
  };
}

/** A stable token: may hold everything. */
export function fixtureStable(asset: string, index: number, usd: number): VaultAsset {
  const flags = AssetFlag.STABLE;
  return fixtureAsset(asset, index, usd, {
    decimals: 6,
    holdings: BigInt(usd) * 10n ** 6n,
    maxWeightBps: 10_000,
    flags,
  });
}

/** A vault that never proposed anything, with roomy limits. For tests. */
export function fixtureVault(assets: readonly VaultAsset[], over: Partial<VaultSnapshot> = {}): VaultSnapshot {
  const stables = assets.filter(({ flags }) => (flags & AssetFlag.STABLE) !== 0);
  return {
    chainId: 31_337,
    vault: "0x00000000000000000000000000000000000000aa",
    block: { number: 100n, hash: pad("0xb1", { size: 32 }), timestamp: 1_652_054_400 },
    assets,
    limits: {
      turnoverBps: 10_000,
      lossBps: 50,
      deriskLossBps: 100,
      maxWeightChangeBps: 10_000,
      riskDelay: 3_600,
      basketDelay: 86_400,
      curveLength: 3_600,
      cooldown: 86_400,
      deriskPeriod: 28 * 86_400,
    },
    destinations: stables.map(({ token }, i) => ({
      token,
      splitBps: i === 0 ? 10_000 - 2_500 * (stables.length - 1) : 2_500,
    })),
    epoch: { id: 0, proposedAt: 0, closesAt: 0, lastDeriskAt: 0, lane: "RISK", cancelled: false },
    turnoverUsed: 0n,
    proposalsPaused: false,
    signersActive: true,
    gasPrice: 10n ** 9n,
    nativeUsd: 2_000n * 10n ** 18n,
    ...over,
  };
}

/** Token number `index` of a test basket. */
export function tokenOf(index: number): Address {
  return pad(toHex(index + 1), { size: 20 });
}
