import { createHash, randomBytes } from "node:crypto";
import type { DecisionDomain, TypedDataSigner } from "@gimbal/sdk";
import { type Address, type Hex, hashTypedData, isAddress, isHex, size } from "viem";
import { CosignRefusal, type RefusalCode } from "./refusal.ts";
import { signerOf } from "./signature.ts";

/** What a request says about itself, signed, in its headers: whoever is nobody is turned away before a body is read. */
export interface Envelope {
  readonly from: Address;
  readonly to: Address;
  readonly path: string;
  readonly vault: Address;
  readonly body: Hex; // sha256 of the body as it travels
  readonly sentAt: number; // {s}
  readonly nonce: Hex;
}

const REQUEST_TYPES = {
  CosignRequest: [
    { name: "to", type: "address" },
    { name: "path", type: "string" },
    { name: "vault", type: "address" },
    { name: "body", type: "bytes32" },
    { name: "sentAt", type: "uint40" },
    { name: "nonce", type: "bytes32" },
  ],
} as const;

const REFUSAL_TYPES = {
  CosignRefusal: [
    { name: "nonce", type: "bytes32" },
    { name: "decisionHash", type: "bytes32" },
    { name: "code", type: "string" },
    { name: "words", type: "string" },
  ],
} as const;

/** A refusal that its keeper signed: it cannot deny it later, and nobody can invent it. */
export interface SignedRefusal {
  readonly code: RefusalCode;
  readonly words: string;
  readonly signer: Address;
  readonly signature: Hex;
}

/** What a refusal is an answer to. */
export interface RefusedRequest {
  readonly nonce: Hex;
  readonly decisionHash: Hex;
}

function domainOf({ chainId, keeperRegistry }: DecisionDomain) {
  return { name: "Gimbal Cosigning", version: "1", chainId, verifyingContract: keeperRegistry } as const;
}

function requestData(domain: DecisionDomain, { to, path, vault, body, sentAt, nonce }: Envelope) {
  const message = { to, path, vault, body, sentAt, nonce };
  return { domain: domainOf(domain), types: REQUEST_TYPES, primaryType: "CosignRequest", message } as const;
}

function refusalData(domain: DecisionDomain, { nonce, decisionHash }: RefusedRequest, code: string, words: string) {
  const message = { nonce, decisionHash, code, words };
  return { domain: domainOf(domain), types: REFUSAL_TYPES, primaryType: "CosignRefusal", message } as const;
}

/** sha256 of bytes. */
export function bytesHash(bytes: Uint8Array): Hex {
  return `0x${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Headers of a request in the name of `signer`. */
export async function signRequest(
  signer: TypedDataSigner,
  domain: DecisionDomain,
  request: Pick<Envelope, "to" | "path" | "vault" | "sentAt"> & { readonly body: Uint8Array },
): Promise<Readonly<Record<string, string>>> {
  const nonce: Hex = `0x${randomBytes(32).toString("hex")}`;
  const envelope = { ...request, from: signer.address, body: bytesHash(request.body), nonce };
  return {
    "x-gimbal-from": envelope.from,
    "x-gimbal-to": envelope.to,
    "x-gimbal-vault": envelope.vault,
    "x-gimbal-body": envelope.body,
    "x-gimbal-sent-at": String(envelope.sentAt),
    "x-gimbal-nonce": nonce,
    "x-gimbal-signature": await signer.signTypedData(requestData(domain, envelope)),
  };
}

/** The envelope in a request's headers, with its signature checked. Throws REQUEST_INVALID or REQUEST_UNAUTHENTICATED. */
export async function readEnvelope(
  domain: DecisionDomain,
  path: string,
  header: (name: string) => string | undefined,
): Promise<Envelope> {
  const field = (name: string) => header(`x-gimbal-${name}`) ?? "";
  const [from, to, vault, body, nonce] = ["from", "to", "vault", "body", "nonce"].map(field);
  const sentAt = Number(field("sent-at"));
  const isDigest = (text: string | undefined): text is Hex => isHex(text) && size(text) === 32;
  if (
    !isAccount(from) ||
    !isAccount(to) ||
    !isAccount(vault) ||
    !isDigest(body) ||
    !isDigest(nonce) ||
    !Number.isSafeInteger(sentAt) ||
    sentAt < 0
  ) {
    throw new CosignRefusal("REQUEST_INVALID", "The headers that say who asks for what are missing or malformed.");
  }
  const envelope = { from, to, path, vault, body, sentAt, nonce };
  const signer = await signerOf(hashTypedData(requestData(domain, envelope)), field("signature"));
  if (signer === null || signer.toLowerCase() !== from.toLowerCase()) {
    throw new CosignRefusal("REQUEST_UNAUTHENTICATED", "The request is not signed by the account that it names.", {
      from,
    });
  }
  return envelope;
}

/** Signs a refusal. */
export async function signRefusal(
  signer: TypedDataSigner,
  domain: DecisionDomain,
  request: RefusedRequest,
  { refusal: code, words }: Pick<CosignRefusal, "refusal" | "words">,
): Promise<SignedRefusal> {
  const signature = await signer.signTypedData(refusalData(domain, request, code, words));
  return { code, words, signer: signer.address, signature };
}

/** The account that signed a refusal of this request; null: nobody did. */
export function refusalSigner(
  domain: DecisionDomain,
  request: RefusedRequest,
  { code, words, signature }: { readonly code: string; readonly words: string; readonly signature: unknown },
): Promise<Address | null> {
  return signerOf(hashTypedData(refusalData(domain, request, code, words)), signature);
}

function isAccount(text: string | undefined): text is Address {
  return text !== undefined && isAddress(text, { strict: false });
}
