import {
  accessPassAbi,
  creditId,
  type Deployment,
  feeSplitterAbi,
  governanceOf,
  indexFactoryAbi,
  indexGovernorAbi,
  SERVICE_NAMES,
  scoreRegistryAbi,
} from "@gimbal/sdk";
import { formatUnits } from "viem";
import { getBlock, readContract } from "viem/actions";
import type { ChainClient } from "../data/network.tsx";
import type { Typed } from "./reader.ts";
import { nameOf } from "./words.ts";

const percentText = (bps: number) => formatUnits(BigInt(bps), 2);

type Reading = (client: ChainClient, deployment: Deployment) => Promise<Typed>;

/** What is in force now, for forms that change it. A form without one begins empty. */
const READINGS: Readonly<Record<string, Reading>> = {
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
  creditPrice: async (client, { contracts }): Promise<Typed> => {
    const [first] = SERVICE_NAMES;
    if (contracts.AccessPass === undefined) return {};
    const at = { address: contracts.AccessPass, abi: accessPassAbi } as const;
    const { usdc, gim } = await readContract(client, { ...at, functionName: "priceOf", args: [creditId(first)] });
    return { service: first, usdc: formatUnits(usdc, 6), gim: formatUnits(gim, 18) };
  },
};

/** What a form begins with: what is in force now, where the chain says it. */
export function readCurrent(formId: string, client: ChainClient, deployment: Deployment): Promise<Typed> {
  return READINGS[formId]?.(client, deployment) ?? Promise.resolve({});
}
