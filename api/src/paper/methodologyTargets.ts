import { setImmediate } from "node:timers/promises";
import { type Methodology, methodologyHash, methodologyLimits } from "@gimbal/sdk";
import { type Hex, pad, toHex } from "viem";
import { nameOn } from "../../../keeper/src/data/renames.ts";
import type { MarketSnapshot } from "../../../keeper/src/data/snapshot.ts";
import { DAY, type Day, isoFromDay } from "../../../keeper/src/data/time.ts";
import { AssetFlag, BPS, Freeze, type VaultAsset, type VaultSnapshot } from "../../../keeper/src/data/vault.ts";
import { KeeperError } from "../../../keeper/src/errors.ts";
import type { MarketPanel } from "../../../keeper/src/features/marketPanel.ts";
import { policyFor } from "../../../keeper/src/methodology/policy.ts";
import { decide } from "../../../keeper/src/pipeline.ts";
import { aiPolicy } from "../../../keeper/src/plan/policy.ts";
import { slotAt, slotOf } from "../../../keeper/src/schedule/calendar.ts";
import { scheduleSchema } from "../../../keeper/src/schedule/settings.ts";
import { NO_MEMORY } from "../../../keeper/src/signals/opinion.ts";
import { prepareMarket } from "../../../keeper/src/training/sentimentHead.ts";
import { priceNow } from "../../../keeper/src/weights/ruleSignals.ts";
import type { Target } from "./valuation.ts";

/** {s} after which what was known is too old to decide by: a keeper with a weekly index leaves no longer gap. */
const OLDEST = 7 * DAY;
/** Fewest members that make an index, as in the keeper's replays of methodologies. */
const LEAST_MEMBERS = 3;
const PUT_IN = 1_000_000; // {USD} scale of the imagined holdings; weights do not depend on it
const DECIMALS = 18;

/** The data that a moment may know: of a graded decision. */
export interface KnownDay {
  readonly asOf: number; // {s} of the decision
  readonly day: Day; // last day of its data
  readonly decision: Hex;
}

/** Where a slot finds its data. `at` answers with nothing that was made after `time` {s}; undefined: there is nothing. */
export interface SlotSource {
  at(time: number): Promise<KnownDay | undefined>;
  snapshot(known: KnownDay): Promise<MarketSnapshot>;
}

/** Weights of one slot, with what they were made from. */
export interface SlotTarget extends Target {
  readonly known: KnownDay;
  readonly reasons: readonly string[];
}

/** What a methodology wanted, slot by slot, ascending, and the slots at which too little was known, each with the reason. */
export interface MethodologyTargets {
  readonly targets: readonly SlotTarget[];
  readonly skipped: readonly { readonly at: number; readonly why: string }[];
}

/** {units} by token, the stable one included. */
type Units = ReadonlyMap<string, number>;

/** What a slot decided, and what is held from then on. A string: why nothing could be decided. */
type Step = { readonly parts: ReadonlyMap<string, number>; readonly units: Units; readonly reasons: readonly string[] };

/** Steps that were worked out, by everything that they depend on. */
export type StepCache = Map<string, Step | string>;

const STEPS_KEPT = 2_000;

/** {s} the beginning and every later slot of the document's calendar up to `end`, at the keeper's usual time of day. */
export function dueMoments({ rebalance }: Pick<Methodology, "rebalance">, begin: number, end: number): number[] {
  const { at } = scheduleSchema.parse({});
  const due = [begin];
  for (let index = slotAt(rebalance, at, begin).index + 1; ; index++) {
    const { start } = slotOf(rebalance, at, index);
    if (start > end) return due;
    due.push(start);
  }
}

/**
 * Weights by a document of rules at each of its slots from `begin` to `end` {s}. The keeper's own decide() makes them, from the newest
 * graded decision's market that was known at the slot, for holdings that follow the slots before. A slot that knows too little
 * is skipped: what was held stays. `stable`: the token that holds what is not at risk.
 */
export async function methodologyTargets(
  document: Methodology,
  { begin, end }: { readonly begin: number; readonly end: number },
  source: SlotSource,
  stable: string,
  cache: StepCache = new Map(),
): Promise<MethodologyTargets> {
  const targets: SlotTarget[] = [];
  const skipped: { at: number; why: string }[] = [];
  let units: Units = new Map([[stable, PUT_IN]]);
  for (const at of dueMoments(document, begin, end)) {
    const known = await source.at(at);
    if (known === undefined || at - known.asOf > OLDEST) {
      const last = known === undefined ? "none was graded before" : `the newest one is of ${isoFromDay(known.day)}`;
      skipped.push({ at, why: `No graded decision of the seven days before: ${last}.` });
      continue;
    }
    const key = JSON.stringify([methodologyHash(document), known.decision, stable, ...units]);
    let step = cache.get(key);
    if (step === undefined) {
      await setImmediate(); // whoever else asks is answered between two decisions
      step = decideSlot(document, await source.snapshot(known), units, stable);
      keep(cache, key, step);
    }
    if (typeof step === "string") skipped.push({ at, why: step });
    else {
      targets.push({ from: at, parts: step.parts, known, reasons: step.reasons });
      units = step.units;
    }
  }
  return { targets, skipped };
}

function keep(cache: StepCache, key: string, step: Step | string): void {
  cache.set(key, step);
  const [oldest] = cache.keys();
  if (cache.size > STEPS_KEPT && oldest !== undefined) cache.delete(oldest);
}

function decideSlot(document: Methodology, market: MarketSnapshot, before: Units, stable: string): Step | string {
  const { panel } = prepareMarket(market, null);
  const units = new Map([...before].map(([asset, amount]) => [nameOn(asset, market.lastDay), amount]));
  try {
    const followed = { document, base: aiPolicy };
    const policy = policyFor(followed, market, paperVault(document, market, panel, units, stable));
    const { members } = policy.methodology;
    const { list, count } = document.universe;
    const least = Math.min(LEAST_MEMBERS, list.length > 0 ? list.length : count);
    if (members.length < least) {
      return `Fewer than ${least} tokens fit the rules and have a price: ${members.join(", ") || "none"}.`;
    }
    const basket = new Map([...members.map((asset) => [asset, 0] as const), ...units]);
    const vault = paperVault(document, market, panel, basket, stable);
    const record = decide({ market, vault, policy, model: null, memory: NO_MEMORY });
    const wanted = record.assets.filter(({ targetBps }) => targetBps > 0);
    const parts = new Map(wanted.map(({ asset, targetBps }) => [asset, targetBps / BPS] as const));
    return { parts, units: unitsAfter(parts, panel, units, stable), reasons: record.reasons };
  } catch (error) {
    if (error instanceof KeeperError) return error.shortMessage; // the keeper would not decide either
    throw error;
  }
}

/** What is held once the parts were bought at the prices that were decided by. */
function unitsAfter(parts: ReadonlyMap<string, number>, panel: MarketPanel, before: Units, stable: string): Units {
  const worth = [...before].reduce((sum, [asset, amount]) => sum + amount * (priceOf(panel, asset, stable) ?? 0), 0);
  return new Map(
    [...parts].flatMap(([asset, part]) => {
      const price = priceOf(panel, asset, stable);
      return price === null ? [] : [[asset, (worth * part) / price] as const];
    }),
  );
}

/** {USD} */
function priceOf(panel: MarketPanel, asset: string, stable: string): number | null {
  if (asset === stable) return 1;
  const place = panel.assets.indexOf(asset);
  return place < 0 ? null : priceNow(panel, place);
}

/** The holdings as a vault without depth, gas or an open proposal, which no weights depend on. */
function paperVault(
  document: Methodology,
  market: MarketSnapshot,
  panel: MarketPanel,
  units: Units,
  stable: string,
): VaultSnapshot {
  const basket = [...units.keys()].filter((asset) => asset !== stable).sort((a, b) => (a < b ? -1 : 1));
  const assets = [...basket, stable].map((asset, i): VaultAsset => {
    const price = priceOf(panel, asset, stable);
    const isStable = asset === stable;
    return {
      token: pad(toHex(i + 1), { size: 20 }),
      asset,
      decimals: DECIMALS,
      holdings: toFixed(units.get(asset) ?? 0, DECIMALS),
      price: toFixed(price ?? 0, 27),
      maxWeightBps: isStable ? BPS : document.caps.assetBps,
      usdCap: 0n,
      depthUsd: null,
      deviationBps: 0,
      flags: isStable ? AssetFlag.STABLE : 0,
      freeze: price === null ? Freeze.SELL | Freeze.BUY : 0,
      isNew: false,
    };
  });
  const destination = assets.at(-1)?.token ?? "0x";
  return {
    chainId: 0,
    vault: pad("0x00", { size: 20 }),
    block: { number: 0n, hash: pad("0x00", { size: 32 }), timestamp: market.asOf },
    assets,
    limits: methodologyLimits(document),
    destinations: [{ token: destination, splitBps: BPS }],
    epoch: { id: 0, proposedAt: 0, closesAt: 0, lastDeriskAt: 0, lane: "RISK", cancelled: false },
    turnoverUsed: 0n,
    proposalsPaused: false,
    signersActive: true,
    gasPrice: 0n,
    nativeUsd: 0n,
  };
}

/** Twelve digits after the point are more than prices have. */
function toFixed(value: number, decimals: number): bigint {
  return BigInt(Math.round(value * 1e12)) * 10n ** BigInt(decimals - 12);
}
