import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { SignInRefusedError } from "./errors.ts";
import { SIGN_IN_LIFETIME } from "./siwe.ts";

/** {characters} of the random part, of the second it was made in, and of the mark that says that we made it. */
const RANDOM = 24;
const TIME = 10;
const MARK = 32;

const SHAPE = new RegExp(`^[0-9a-f]{${RANDOM + TIME + MARK}}$`);

function markOf(secret: Uint8Array, text: string): string {
  return createHmac("sha256", secret).update(text).digest("hex").slice(0, MARK);
}

/**
 * A nonce that says by itself when it was made and that we made it, so that asking for a million of them leaves nothing behind.
 * What was used is kept until it would have ended anyway: see `SessionStore.useNonce`. `now` {s}.
 */
export function makeNonce(secret: Uint8Array, now: number): string {
  const text = randomBytes(RANDOM / 2).toString("hex") + Math.floor(now).toString(16).padStart(TIME, "0");
  return text + markOf(secret, text);
}

/** {s} when a nonce of ours ends. Throws {@link SignInRefusedError} for one that is not ours or has ended. */
export function checkNonce(secret: Uint8Array, nonce: string, now: number): number {
  const text = nonce.slice(0, RANDOM + TIME);
  const isOurs =
    SHAPE.test(nonce) && timingSafeEqual(Buffer.from(nonce.slice(-MARK)), Buffer.from(markOf(secret, text)));
  if (!isOurs)
    throw new SignInRefusedError("nonce", "was not given out by this server: ask POST /v1/session/nonce for one");
  const expiresAt = Number.parseInt(text.slice(RANDOM), 16) + SIGN_IN_LIFETIME;
  if (expiresAt <= now)
    throw new SignInRefusedError("nonce", `ended: one counts for ${SIGN_IN_LIFETIME} seconds; ask for a new one`);
  return expiresAt;
}
