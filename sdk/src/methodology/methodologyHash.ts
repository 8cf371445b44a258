import type { Hex } from "viem";
import { canonicalHash, canonicalJson } from "../canonical.ts";
import type { Methodology } from "./types.ts";

/** The one text of a document, whatever order and spaces its file has. */
export function methodologyText(document: Methodology): string {
  return canonicalJson(document);
}

/**
 * keccak256 of the document's canonical text: what a vault carries as `strategy.methodologyHash`.
 *
 * @example
 * createIndex(client, { ..., strategy: { recipient, royaltyBps: 0, methodologyHash: methodologyHash(document) } });
 */
export function methodologyHash(document: Methodology): Hex {
  return canonicalHash(document);
}
