import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a fake receiver was sent. */
export interface FakeReceived {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How a fake receiver answers one request. */
export type FakeAnswer = (response: ServerResponse) => void;

/** Answers with a status, and header fields if need be. */
export const answerWith =
  (status: number, headers: Readonly<Record<string, string>> = {}): FakeAnswer =>
  (response) => {
    response.writeHead(status, headers).end("{}");
  };

/** Says nothing, for ever. */
export const hang: FakeAnswer = () => {};

/** Hangs up in the middle. */
export const hangUp: FakeAnswer = (response) => {
  response.destroy();
};

/** Begins an answer that never ends. */
export const endless: FakeAnswer = (response) => {
  response.writeHead(200);
  const more = () => {
    if (!response.destroyed) response.write(Buffer.alloc(8_192), () => setImmediate(more));
  };
  more();
};

/** An HTTP server of a test that stands in for somebody's webhook. */
export class FakeWebhook {
  readonly received: FakeReceived[] = [];
  /** Answers to come, one a request; 204 when there are none left. */
  readonly answers: FakeAnswer[] = [];
  /** Requests that are being answered now, at most. */
  busiest = 0;
  readonly #waiting = new Set<() => void>();
  readonly #server = createServer(async (request, response) => {
    this.busiest = Math.max(this.busiest, ++this.#busy);
    response.on("close", () => this.#busy--);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    this.received.push({ headers: request.headers, body: Buffer.concat(parts).toString("utf8") });
    (this.answers.shift() ?? answerWith(204))(response);
    for (const wake of this.#waiting) wake();
  });
  #busy = 0;

  static async start(): Promise<FakeWebhook> {
    const fake = new FakeWebhook();
    await new Promise<void>((resolve) => fake.#server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  /** The ids of the messages, in the order in which they came. */
  get ids(): readonly string[] {
    return this.received.map(({ headers }) => String(headers["webhook-id"]));
  }

  /** Waits until so many requests came. */
  async until(count: number): Promise<void> {
    while (this.received.length < count) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}
