import {
  accessPassAbi,
  assetRegistryAbi,
  creditId,
  type Deployment,
  feeSplitterAbi,
  governanceOf,
  indexFactoryAbi,
  indexGovernorAbi,
  SERVICE_NAMES,
  scoreRegistryAbi,
  votingEscrowAbi,
} from "@gimbal/sdk";
import { formatUnits } from "viem";
import { getBlock, readContract } from "viem/actions";
import type { ChainClient } from "../data/network.tsx";
import { type FormStart, readListing } from "./listing.ts";
import type { Typed } from "./reader.ts";
import { nameOf } from "./words.ts";

const percentText = (bps: number) => formatUnits(BigInt(bps), 2);

type Reading = (client: ChainClient, deployment: Deployment, typed: Typed) => Promise<Typed>;

/** Fields that say what is asked about: when one of them changes, what is in force there is read anew. */
const SUBJECTS: Readonly<Record<string, readonly string[]>> = {
  listAsset: ["token", "feed"],
  assetTier: ["tier"],
  creditPrice: ["service"],
  planPrice: ["plan"],
};

/** What is in force now, for forms that change it. A form without one begins empty. */
const READINGS: Readonly<Record<string, Reading>> = {
  assetTier: async (client, { contracts }, { tier = "" }): Promise<Typed> => {
    if (!/^\d+$/.test(tier) || Number(tier) > 15) return {};
    const at = { address: contracts.AssetRegistry, abi: assetRegistryAbi } as const;
    const bps = await readContract(client, { ...at, functionName: "tierMaxWeightBps", args: [Number(tier)] });
    return { weight: percentText(bps) };
  },
  exitPenalty: async (client, deployment) => {
    const at = { address: governanceOf(deployment).VotingEscrow, abi: votingEscrowAbi } as const;
    return { penalty: percentText(await readContract(client, { ...at, functionName: "maxPenaltyBps" })) };
  },
  protocolFee: async (client, deployment) => {
    const at = { address: deployment.contracts.IndexFactory, abi: indexFactoryAbi } as const;
    const [bps, recipient] = await readContract(client, { ...at, functionName: "protocolFee" });
    const name = nameOf(deployment, recipient);
    return { fee: percentText(bps), recipient: name.includes("…") ? recipient : name };
  },
  revenueShares: async (client, deployment) => {
    const at = { address: governanceOf(deployment).FeeSplitter, abi: feeSplitterAbi } as const;
    const shares = await readContract(client, { ...at, functionName: "shares" });
    return Object.fromEntries(Object.entries(shares).map(([name, bps]) => [name, percentText(bps)]));
  },
  tiers: async (client, deployment) => {
    const at = { address: governanceOf(deployment).ScoreRegistry, abi: scoreRegistryAbi } as const;
    const [tiers] = await readContract(client, { ...at, functionName: "latestTiers" });
    const lines = tiers.map((tier) =>
      [
        ...[formatUnits(tier.minScore, 18), percentText(tier.feeDiscountBps), percentText(tier.apiDiscountBps)],
        ...[tier.proposalsPerMonth, tier.saleCapUsd, tier.saleOpensAfter, percentText(tier.launchMultiplierBps)],
      ].join("; "),
    );
    return { tiers: lines.join("\n") };
  },
  quorum: async (client, deployment) => {
    const at = { address: governanceOf(deployment).IndexGovernor, abi: indexGovernorAbi } as const;
    const { timestamp } = await getBlock(client);
    const [floor, cap] = await readContract(client, { ...at, functionName: "quorumBounds", args: [timestamp - 1n] });
    return { floor: formatUnits(floor, 18), cap: formatUnits(cap, 18) };
  },
  votingPeriod: async (client, deployment) => {
    const at = { address: governanceOf(deployment).IndexGovernor, abi: indexGovernorAbi } as const;
    const period = await readContract(client, { ...at, functionName: "votingPeriod" });
    return { days: formatUnits((period * 10_000n) / 86_400n, 4) };
  },
  creditPrice: async (client, { contracts }, { service = "" }): Promise<Typed> => {
    const known = SERVICE_NAMES.find((name) => name === service);
    if (contracts.AccessPass === undefined || known === undefined) return {};
    const at = { address: contracts.AccessPass, abi: accessPassAbi } as const;
    const { usdc, gim } = await readContract(client, { ...at, functionName: "priceOf", args: [creditId(known)] });
    return { usdc: formatUnits(usdc, 6), gim: formatUnits(gim, 18) };
  },
  planPrice: async (client, { contracts }, { plan = "" }): Promise<Typed> => {
    if (contracts.AccessPass === undefined || !/^\d{1,4}$/.test(plan)) return {};
    const at = { address: contracts.AccessPass, abi: accessPassAbi } as const;
    if (BigInt(plan) >= (await readContract(client, { ...at, functionName: "planCount" }))) return {};
    const terms = await readContract(client, { ...at, functionName: "planOf", args: [BigInt(plan)] });
    return { usdc: formatUnits(terms.usdcPrice, 6), gim: formatUnits(terms.gimPrice, 18) };
  },
};

/** What a form asks about, as text: another text, another reading. Empty: of nothing in particular. */
export function subjectOf(formId: string, typed: Typed): string {
  return (SUBJECTS[formId] ?? [])
    .map((name) => (typed[name] ?? "").trim())
    .join("\n")
    .trim();
}

/**
 * What is emptied when `name` is typed in: of another token, service or tier nothing holds that was read of the one before,
 * unless it was typed over.
 */
export function emptiedBy(formId: string, name: string, typed: Typed, wasRead: Typed): Typed {
  if (SUBJECTS[formId]?.[0] !== name) return {};
  const stale = Object.keys(wasRead).filter((other) => other !== name && typed[other] === wasRead[other]);
  return Object.fromEntries(stale.map((other) => [other, ""]));
}

/** Whether a form reads only once it is known of what. */
export const hasSubject = (formId: string): boolean => SUBJECTS[formId] !== undefined;

/** What stands in a form before anything is typed: what is in force now, where the chain says it, and what is said at its fields. */
export async function readCurrent(
  formId: string,
  client: ChainClient,
  deployment: Deployment,
  typed: Typed,
): Promise<FormStart> {
  if (formId === "listAsset") return readListing(client, deployment, typed);
  return { values: (await READINGS[formId]?.(client, deployment, typed)) ?? {}, hints: {} };
}
