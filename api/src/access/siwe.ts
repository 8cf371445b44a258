import type { Address } from "viem";
import { getAddress } from "viem";
import { createSiweMessage, parseSiweMessage, type SiweMessage } from "viem/siwe";
import { SignInRefusedError } from "./errors.ts";

/** What a message must say to be meant for this server. */
export type SignInTerms = {
  /** Hosts, with port, of the sites that may ask for the signature, such as "app.example"; the first is the usual one. */
  readonly domains: readonly string[];
  /** What is signed in to: the address of this API. */
  readonly uri: string;
  readonly chainId: number;
};

/** {s} a message may be old, and a nonce lives. */
export const SIGN_IN_LIFETIME = 600;
/** {s} that the clock of a wallet may be ahead. */
const SKEW = 60;
/** {characters} A message of this API has some 400. */
export const LONGEST_MESSAGE = 2_048;

/** A message that said all it had to say; its signature is not checked yet. */
export type SignInClaim = {
  readonly account: Address;
  readonly nonce: string;
  /** {s} when the message stops to count; undefined when it says nothing about it */
  readonly expiresAt: number | undefined;
};

const DATES = /^(Issued At|Expiration Time|Not Before): (.+)$/gm;

/** Whether a message is one of EIP-4361 from its first character to its last, and not a text with one inside. */
function isWhole(message: string, parsed: SiweMessage): boolean {
  try {
    // Wallets write times with and without milliseconds. Everything else has one spelling.
    const spelled = message.replace(
      DATES,
      (_, name: string, time: string) => `${name}: ${new Date(time).toISOString()}`,
    );
    return createSiweMessage(parsed) === spelled;
  } catch {
    return false;
  }
}

function parse(message: string): SiweMessage {
  if (message.length > LONGEST_MESSAGE) {
    throw new SignInRefusedError("message", `has ${message.length} characters; at most ${LONGEST_MESSAGE} are read`);
  }
  const parsed = parseSiweMessage(message) as SiweMessage;
  const times = [parsed.issuedAt, parsed.expirationTime, parsed.notBefore];
  const isDated = times.every((time) => time === undefined || !Number.isNaN(time.getTime()));
  if (!isDated || parsed.issuedAt === undefined || !isWhole(message, parsed)) {
    throw new SignInRefusedError("message", "is not a message of EIP-4361; ask POST /v1/session/nonce what to sign");
  }
  return parsed;
}

/**
 * Checks everything that a sign-in message says but its nonce and its signature. `now` {s}. Throws {@link SignInRefusedError},
 * which names the line that is wrong.
 */
export function checkSignIn(message: string, terms: SignInTerms, now: number): SignInClaim {
  const { address, domain, uri, chainId, nonce, issuedAt, expirationTime, notBefore } = parse(message);
  const refuse = (field: string, reason: string): never => {
    throw new SignInRefusedError(field, reason);
  };
  if (!terms.domains.includes(domain))
    refuse("domain", `must be ${terms.domains.join(" or ")}: this is for another site`);
  if (uri !== terms.uri) refuse("uri", `must be ${terms.uri}`);
  if (chainId !== terms.chainId) refuse("chainId", `must be ${terms.chainId}, not ${chainId}`);
  const seconds = (time: Date | undefined): number | undefined =>
    time === undefined ? undefined : time.getTime() / 1_000;
  const [issued = 0, expires, starts] = [issuedAt, expirationTime, notBefore].map(seconds);
  if (issued > now + SKEW) refuse("issuedAt", "lies in the future: set the clock of the device");
  if (issued <= now - SIGN_IN_LIFETIME)
    refuse("issuedAt", `is more than ${SIGN_IN_LIFETIME} seconds ago: sign a new message`);
  if (expires !== undefined && expires <= now) refuse("expirationTime", "has passed: sign a new message");
  if (starts !== undefined && starts > now) refuse("notBefore", "has not come yet");
  return { account: getAddress(address), nonce, expiresAt: expires };
}
