import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { IndexReader } from "./lists.ts";

/** Answers every statement with so many rows, and counts the statements. */
class FakeIndex {
  asked = 0;
  readonly #server: Server;

  constructor(rows: number) {
    this.#server = createServer(({ url = "" }, response) => {
      const status = { local: { id: 1, block: { number: 7, timestamp: 70 } } };
      if (url.startsWith("/sql")) this.asked++;
      const body = url.startsWith("/sql") ? { rows: Array.from({ length: rows }, (_, n) => ({ n })) } : status;
      response.end(JSON.stringify(body));
    }).listen(0, "127.0.0.1");
  }

  async url(): Promise<string> {
    if (!this.#server.listening) await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe("the reader of the index", () => {
  const index = new FakeIndex(10);
  after(() => index.close());

  it("asks for the same rows once, and again once they do not fit beside the others", async () => {
    const reader = new IndexReader(await index.url(), 1, 25);
    const ask = async (value: number) => (await reader.query("select n from t where a = ?", [value])).length;
    expect([await ask(1), await ask(1), await ask(2), await ask(2)]).to.deep.equal([10, 10, 10, 10]);
    expect(index.asked).to.equal(2);
    await ask(3); // 30 rows: all are forgotten
    await ask(3);
    await ask(1);
    expect(index.asked).to.equal(5);
  });
});
