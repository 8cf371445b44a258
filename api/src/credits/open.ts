import { randomUUID } from "node:crypto";
import type { Deployment } from "@gimbal/sdk";
import type { PublicClient } from "viem";
import type { ApiContext } from "../context.ts";
import { CREDIT_SETTINGS, Credits } from "./credits.ts";
import { ChainPassReads } from "./passReads.ts";
import type { PassPlace } from "./receipt.ts";
import { ReceiptBook } from "./receiptBook.ts";
import { ChainStrategyReads } from "./strategyReads.ts";

/** The AccessPass of a deployment; undefined: nothing is sold there. */
export function passOf({ chainId, contracts }: Pick<Deployment, "chainId" | "contracts">): PassPlace | undefined {
  const contract = contracts["AccessPass"];
  return contract === undefined ? undefined : { chainId, contract };
}

/** Reads of a deployment's AccessPass. */
export function passReadsOf(client: PublicClient, deployment: Deployment, place: PassPlace): ChainPassReads {
  return new ChainPassReads(client, place, deployment.external.multicall3, deployment.blockNumber);
}

/** What takes payment, over a store and a node; undefined: nothing is sold. */
export function openCredits(
  parts: Pick<ApiContext, "client" | "deployment" | "store" | "clock" | "logger"> & {
    readonly settings: { readonly freeComputePerHour: number; readonly trustedCredits: number };
  },
): { readonly credits: Credits; readonly book: ReceiptBook } | undefined {
  const { client, deployment, store, clock, logger } = parts;
  const place = passOf(deployment);
  if (place === undefined) return undefined;
  const book = new ReceiptBook(store.database, place, randomUUID());
  const reads = passReadsOf(client, deployment, place);
  const { freeComputePerHour: quota, trustedCredits } = parts.settings;
  const settings = { freeCompute: { ...CREDIT_SETTINGS.freeCompute, quota }, trustedCredits };
  const registry = deployment.contracts["StrategyRegistry"];
  const strategyReads = new ChainStrategyReads(client, { registry, multicall: deployment.external.multicall3 });
  return { credits: new Credits({ place, reads, strategyReads, book, clock, settings, logger }), book };
}
