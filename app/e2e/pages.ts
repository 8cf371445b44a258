import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { type Address, createPublicClient, getAddress, http, type PublicClient } from "viem";
import { readContract } from "viem/actions";
import {
  type Deployment,
  getIndices,
  getProposals,
  governanceOf,
  saleRoundFactoryAbi,
  servicesOf,
  strategyRegistryAbi,
} from "../../sdk/src/index.ts";
import { TOPICS } from "../src/learn/topics.ts";

/** {ms} that a page gets to read what it shows. */
const QUIET = 10_000;

/** Something real for what stands in paths, where the chain has it. */
interface Examples {
  readonly index: Address;
  readonly proposal: bigint;
  readonly sale: Address;
  readonly strategy: bigint;
}

/** Where parameters stand, and what for. */
const PARAMETERS: Readonly<Record<string, (examples: Examples) => string>> = {
  "/govern/$id": ({ proposal }) => String(proposal),
  "/index/$address": ({ index }) => index,
  "/learn/$topic": () => TOPICS[0]?.id ?? "",
  "/market/$id": ({ strategy }) => String(strategy),
  "/sales/$sale": ({ sale }) => sale,
};

/** Paths of the app's routes as it names them, parameters and all. */
export const ROUTES: readonly string[] = [
  ...new Set(
    [...readFileSync(new URL("../src/routes.tsx", import.meta.url), "utf8").matchAll(/\bpath: "([^"]+)"/g)].map(
      ([, path = "/"]) => path,
    ),
  ),
];

/** Every page that there is to look at on a chain: all routes, with something real in place of each parameter. */
export async function pagesOf(rpcUrl: string, deployment: Deployment): Promise<ReadonlyMap<string, string>> {
  const client = createPublicClient({ transport: http(rpcUrl) });
  const examples = await findExamples(client, deployment);
  return new Map(
    ROUTES.map((route) => {
      const fill = PARAMETERS[route];
      if (fill === undefined && route.includes("$")) throw new Error(`nothing is known to show at ${route}`);
      return [route, fill === undefined ? route : route.replace(/\$\w+/, fill(examples))];
    }),
  );
}

async function findExamples(client: PublicClient, deployment: Deployment): Promise<Examples> {
  const { IndexGovernor: governor, SaleRoundFactory: address } = governanceOf(deployment);
  const { StrategyRegistry: registry } = servicesOf(deployment);
  const [{ indices }, proposals, sales, strategies] = await Promise.all([
    getIndices(client, { factory: deployment.contracts.IndexFactory, start: 0, count: 1 }),
    getProposals(client, { governor, fromBlock: BigInt(deployment.blockNumber) }),
    readContract(client, { address, abi: saleRoundFactoryAbi, functionName: "rounds", args: [0n, 1n] }),
    readContract(client, { address: registry, abi: strategyRegistryAbi, functionName: "count" }),
  ]);
  const [index] = indices;
  if (index === undefined) throw new Error("the chain has no index to show");
  return {
    index: getAddress(index),
    // Numbers and addresses of nothing where there is none: pages say so, which is worth a look too.
    proposal: proposals[0]?.proposalId ?? 1n,
    sale: getAddress(sales[0] ?? index),
    strategy: strategies > 0n ? 1n : 7n,
  };
}

/** Waits until a page has read what it shows. */
export async function settle(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.waitForLoadState("networkidle", { timeout: QUIET }).catch(() => undefined);
}

/** {px} that stick out at the side. */
export async function overflowOf(page: Page): Promise<number> {
  return Number(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
}
