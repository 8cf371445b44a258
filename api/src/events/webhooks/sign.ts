import { createHmac, randomBytes } from "node:crypto";
import { SecretError } from "../errors.ts";

// Standard Webhooks 1.0.0: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

const PREFIX = "whsec_";
const SHORTEST = 24; // {bytes}
const LONGEST = 64; // {bytes}

/** The headers that tell a receiver who sent a message, when, and that nobody changed it. */
export interface SignedHeaders {
  readonly "webhook-id": string;
  readonly "webhook-timestamp": string; // {s} of this attempt
  readonly "webhook-signature": string; // one for each secret, with blanks between them
}

/** A new secret of 32 random bytes, as the specification writes it. */
export function newSecret(): string {
  return `${PREFIX}${randomBytes(32).toString("base64")}`;
}

/** Refuses what is no secret of 24 to 64 bytes. Throws SecretError. */
export function requireSecret(secret: string): string {
  keyOf(secret);
  return secret;
}

/** Signs `id.timestamp.body` with each secret. `id` holds no full stop: what is signed can be read in one way only. */
export function sign(id: string, timestamp: number, body: string, secrets: readonly string[]): SignedHeaders {
  if (id.includes(".")) throw new SecretError("The id of a message may hold no full stop.");
  const signatures = secrets.map((secret) => {
    const mac = createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.${body}`, "utf8");
    return `v1,${mac.digest("base64")}`;
  });
  return { "webhook-id": id, "webhook-timestamp": String(timestamp), "webhook-signature": signatures.join(" ") };
}

function keyOf(secret: string): Buffer {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : "";
  const key = Buffer.from(text, "base64");
  // Buffer skips what is not base64, so write it back and compare.
  const isWhole = key.toString("base64").replace(/=+$/, "") === text.replace(/=+$/, "");
  if (isWhole && key.length >= SHORTEST && key.length <= LONGEST) return key;
  throw new SecretError("A secret is whsec_ and 24 to 64 bytes in base64. Leave it out, and one is made for you.");
}
