// Receives webhooks of Gimbal and believes only what its secret signed. Needs nothing but Node.js.
//   GIMBAL_WEBHOOK_SECRET=whsec_... node examples/webhook-receiver.ts [port]
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

const TOLERANCE = 300; // {s} between the sender's clock and ours: older messages may be replayed ones

/** Whether a message was signed with the secret a moment ago. `body`: the bytes as they came, before any parsing. */
export function isGenuine(
  secret: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
  now = Date.now() / 1000,
): boolean {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures } = headers;
  if (typeof id !== "string" || typeof timestamp !== "string" || typeof signatures !== "string") return false;
  if (!/^\d+$/.test(timestamp) || Math.abs(now - Number(timestamp)) > TOLERANCE) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
  // While a secret is being replaced there are two signatures: one that fits is enough.
  return signatures.split(" ").some((signature) => {
    const given = Buffer.from(signature.replace(/^v1,/, ""), "base64");
    return signature.startsWith("v1,") && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** Answers webhooks; `onMessage` gets each message once, however often it is delivered. */
export function receiver(secret: string, onMessage: (message: { type: string; text?: string }) => void) {
  const seen = new Set<string>(); // a database in earnest: the same id means the same message
  return createServer(async (request, response) => {
    try {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      const body = Buffer.concat(parts);
      if (!isGenuine(secret, request.headers, body)) {
        response.writeHead(401).end();
        return;
      }
      const id = String(request.headers["webhook-id"]);
      if (!seen.has(id)) onMessage(JSON.parse(body.toString("utf8")));
      seen.add(id);
      response.writeHead(204).end();
    } catch {
      // The sender hung up, or we could not work on it: it comes again.
      response.writeHead(500).end();
    }
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { GIMBAL_WEBHOOK_SECRET: secret } = process.env;
  if (secret === undefined) throw new Error("Set GIMBAL_WEBHOOK_SECRET to the secret of your webhook.");
  const print = ({ type, text = "" }: { type: string; text?: string }) => console.log(`${type}: ${text}`);
  const server = receiver(secret, print);
  server.listen(Number(process.argv[2] ?? 8080), () =>
    console.log(`listening on ${(server.address() as AddressInfo).port}`),
  );
}
