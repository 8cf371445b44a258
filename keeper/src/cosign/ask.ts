import {
  type Decision,
  type DecisionDomain,
  type DecisionSignature,
  hashDecision,
  type TypedDataSigner,
} from "@gimbal/sdk";
import { type Address, type Hex, isAddressEqual } from "viem";
import { z } from "zod";
import { refusalSigner, signRequest } from "./envelope.ts";
import type { OutcomeCode, OutcomeKind, Peer } from "./outcome.ts";
import { REFUSALS } from "./refusal.ts";
import { includesAccount, signerOf } from "./signature.ts";

/** {bytes} of the longest answer that is read: whoever is asked must not be able to fill this keeper's memory. */
const LONGEST_ANSWER = 256 * 1024;
const LONGEST_WORDS = 600;

/** What is asked for, and in whose name. */
export interface Question {
  readonly domain: DecisionDomain;
  readonly decision: Decision;
  readonly asker: TypedDataSigner;
  /** The vault's signers. */
  readonly allowed: readonly Address[];
  /** Hashes of all inputs, and their bundle without those that the other keeper has. */
  readonly inputs: { readonly decision: readonly Hex[]; readonly training: readonly Hex[] };
  readonly pack: (missing: readonly Hex[]) => Promise<Uint8Array>;
  readonly timeout: number; // {ms} for everything together
  readonly clock: () => number; // {ms}
}

/** What one keeper answered. */
export interface Answer {
  readonly kind: OutcomeKind;
  readonly code: OutcomeCode;
  readonly words: string;
  readonly signature: DecisionSignature | null; // checked
  readonly bytes: number;
}

const missingShape = z.object({ missing: z.array(z.string()).max(20_000) });
const signedShape = z.object({
  decisionHash: z.string(),
  signature: z.string(),
  unchecked: z.array(z.string()).max(1_000),
});
const refusalShape = z.object({ code: z.enum(REFUSALS), words: z.string(), signature: z.string().optional() });

/** Asks one keeper for its signature. Whatever it does, or does not, is an answer: this never throws. */
export async function askForSignature(peer: Peer, question: Question): Promise<Answer> {
  const signal = AbortSignal.timeout(question.timeout);
  let bytes = 0;
  try {
    const { decision, inputs } = question;
    const asked = Buffer.from(JSON.stringify(inputs));
    const told = await post(peer, question, "/v1/texts/missing", asked, signal);
    if (told.status !== 200) return { ...(await readRefusal(peer, question, told, ZERO)), bytes };
    const { missing } = missingShape.parse(JSON.parse(told.text));
    const body = await question.pack(missing as Hex[]);
    bytes = body.length;
    const path = `/v1/decisions/${decision.decisionHash}/signatures`;
    const reply = await post(peer, question, path, body, signal);
    if (reply.status !== 200) return { ...(await readRefusal(peer, question, reply, decision.decisionHash)), bytes };
    return { ...(await judge(peer, question, reply.text)), bytes };
  } catch (error) {
    return { ...explainFailure(error, signal.aborted), signature: null, bytes };
  }
}

const ZERO: Hex = `0x${"0".repeat(64)}`;

type Verdict = Omit<Answer, "bytes">;

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly nonce: Hex;
}

async function post(
  peer: Peer,
  question: Question,
  path: string,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<Reply> {
  const { asker, domain, decision, clock } = question;
  const sentAt = Math.floor(clock() / 1000);
  const headers = await signRequest(asker, domain, { to: peer.address, path, vault: decision.vault, sentAt, body });
  // A copy with a buffer of its own, as fetch wants it.
  const init = { method: "POST", headers, body: new Uint8Array(body), signal, redirect: "error" } as const;
  const response = await fetch(new URL(`.${path}`, withSlash(peer.url)), init);
  return { status: response.status, text: await readText(response), nonce: headers["x-gimbal-nonce"] as Hex };
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LONGEST_ANSWER) throw new RangeError(`the answer is longer than ${LONGEST_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Whether what came is the signature that was asked for, of the account that was asked. */
async function judge(peer: Peer, { domain, decision, allowed, asker }: Question, text: string): Promise<Verdict> {
  const { decisionHash, signature, unchecked } = signedShape.parse(JSON.parse(text));
  if (decisionHash.toLowerCase() !== decision.decisionHash.toLowerCase()) {
    return dishonest("OTHER_DECISION", `It signed decision ${clean(decisionHash)} instead.`);
  }
  const signer = await signerOf(hashDecision(domain, decision), signature);
  if (signer !== null && isAddressEqual(signer, peer.address)) {
    const words = unchecked.length === 0 ? "" : `Not checked: ${clean(unchecked.join(" "))}`;
    const given = { signer: peer.address, signature: signature as Hex };
    return { kind: "signed", code: "SIGNED", words, signature: given };
  }
  if (signer !== null && (includesAccount(allowed, signer) || isAddressEqual(signer, asker.address))) {
    return dishonest("OTHER_ACCOUNT", `It sent a signature of ${signer}.`);
  }
  return dishonest("WRONG_SIGNATURE", "What it sent is not its signature under this decision.");
}

function dishonest(code: OutcomeCode, words: string): Verdict {
  return { kind: "dishonest", code, words, signature: null };
}

/** A refusal counts when it is signed; whoever sits in between could make up any other. */
async function readRefusal(peer: Peer, { domain }: Question, reply: Reply, decisionHash: Hex): Promise<Verdict> {
  const { code, words, signature } = refusalShape.parse(JSON.parse(reply.text));
  const signer = await refusalSigner(domain, { nonce: reply.nonce, decisionHash }, { code, words, signature });
  if (signer !== null && isAddressEqual(signer, peer.address)) {
    return { kind: "refused", code, words: clean(words), signature: null };
  }
  return { kind: "broken", code: "UNSIGNED_REFUSAL", words: `${code}: ${clean(words)}`, signature: null };
}

function explainFailure(error: unknown, isLate: boolean): Omit<Verdict, "signature"> {
  if (isLate) return { kind: "silent", code: "NO_ANSWER", words: "It did not answer in time." };
  if (error instanceof SyntaxError || error instanceof z.ZodError || error instanceof RangeError) {
    return { kind: "broken", code: "ANSWER_UNREADABLE", words: "Its answer has another form than agreed." };
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return { kind: "silent", code: "NO_ANSWER", words: `It cannot be reached: ${clean(reason)}` };
}

/** Words of others go into logs and alerts: one line, of bounded length. */
function clean(words: string): string {
  return words.replaceAll(/\p{C}+/gu, " ").slice(0, LONGEST_WORDS);
}
