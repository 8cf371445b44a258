import { methodologyHash, parseMethodology, REGISTRY_LIMITS } from "@gimbal/sdk";
import { type Hash, isHash, keccak256, size, stringToHex, zeroHash } from "viem";
import { toBps } from "../create/draft.ts";

/** A document that somebody chose from a file. */
export interface ReadDocument {
  readonly hash: Hash;
  /** What the hash is of, in words. */
  readonly words: string;
}

/** The hash of a document: that of its rules if it is a methodology, which indices carry, else that of its bytes. */
export function readDocument(bytes: Uint8Array): ReadDocument {
  try {
    const document = parseMethodology(JSON.parse(new TextDecoder().decode(bytes)));
    return { hash: methodologyHash(document), words: `Hash of the rules of “${document.name}”, as indices carry it.` };
  } catch {
    return { hash: keccak256(bytes), words: "keccak256 of the file." }; // Data sets and other files have no rules to read.
  }
}

/** Why a hash cannot be that of a document; undefined: it can. */
export function hashFault(text: string): string | undefined {
  const hash = text.trim();
  return isHash(hash) && hash !== zeroHash ? undefined : "Choose the document, or type its hash: 0x and 64 digits";
}

/** Why a place cannot be kept; undefined: it can. */
export function uriFault(text: string): string | undefined {
  const bytes = size(stringToHex(text.trim()));
  if (bytes === 0) return "Say where the document is";
  return bytes > REGISTRY_LIMITS.uri ? `At most ${REGISTRY_LIMITS.uri} bytes, not ${bytes}` : undefined;
}

/** Why a percentage cannot be; undefined: it can. @param mostBps {bps} */
export function rateFault(text: string, mostBps: number): string | undefined {
  const bps = toBps(text);
  return bps === undefined || bps > mostBps ? `From 0% to ${mostBps / 100}%, two decimals at most` : undefined;
}
