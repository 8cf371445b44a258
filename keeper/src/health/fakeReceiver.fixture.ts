import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

/** What a fake receiver was sent. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An HTTP server of a test that stands in for Slack, a webhook of one's own, or a collector of traces. */
export interface FakeReceiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** Answers to come, one a request; 200 when there are none left. */
  readonly answers: number[];
  /** Bodies of answers to come; an empty object when there are none left. */
  readonly bodies: string[];
  /** Waits until so many requests were answered. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a fake receiver on any free port. */
export async function startFakeReceiver(): Promise<FakeReceiver> {
  const received: Received[] = [];
  const answers: number[] = [];
  const bodies: string[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const bytes = Buffer.concat(parts);
    const body = (request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString("utf8");
    const { method = "", url: path = "", headers } = request;
    response.writeHead(answers.shift() ?? 200, { "content-type": "application/json" }).end(bodies.shift() ?? "{}");
    received.push({ method, path, headers, body });
    for (const wake of waiting.splice(0)) wake();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    answers,
    bodies,
    until: async (count) => {
      while (received.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
