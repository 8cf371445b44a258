import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { isGenuine, receiver } from "../../../../examples/webhook-receiver.ts";
import type { Database } from "../../../../keeper/src/journal/database.ts";
import { openEventStore } from "../events.fixture.ts";
import { World } from "../world.fixture.ts";
import { newSecret, sign } from "./sign.ts";

const NOW = 1_700_000_000;

describe("example of a webhook's receiver", () => {
  const secret = newSecret();
  const body = '{"type":"a","text":"é"}';
  const isBelieved = (headers: object, text = body, now = NOW) =>
    isGenuine(secret, headers as Record<string, string>, Buffer.from(text), now);

  it("believes what its secret signed within five minutes, and nothing else", () => {
    const headers = { ...sign("evt_1", NOW, body, [secret]) };
    expect(isBelieved(headers)).to.equal(true);
    expect(isBelieved(headers, body, NOW + 300)).to.equal(true);
    expect(isBelieved(headers, body, NOW + 301)).to.equal(false);
    expect(isBelieved(headers, body, NOW - 301)).to.equal(false);
    expect(isBelieved(headers, `${body} `)).to.equal(false);
    expect(isBelieved({ ...headers, "webhook-id": "evt_2" })).to.equal(false);
    expect(isBelieved({ ...headers, "webhook-timestamp": String(NOW + 1) })).to.equal(false);
    expect(isBelieved({ ...headers, "webhook-timestamp": "soon" })).to.equal(false);
    expect(isBelieved({ ...headers, "webhook-signature": "v1,AAAA" })).to.equal(false);
    expect(isBelieved({})).to.equal(false);
    expect(isBelieved(sign("evt_1", NOW, body, [newSecret()]))).to.equal(false);
  });

  it("believes a message with the new and the old signature", () => {
    expect(isBelieved(sign("evt_1", NOW, body, [newSecret(), secret]))).to.equal(true);
  });

  describe("behind the API", () => {
    let server: Server;
    let database: Database;
    afterEach(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await database.close();
    });

    it("gets each message once, although one was delivered twice", async () => {
      database = await openEventStore();
      const world = new World(database);
      world.now = Math.floor(Date.now() / 1000);
      const told: string[] = [];
      server = receiver(secret, ({ type }) => told.push(type));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const owner = "0x00000000000000000000000000000000000000b1";
      const terms = { url, types: ["index.minted"], index: null, account: null, secret } as const;
      const { id } = await world.webhooks.register(owner, 0, terms, world.now);
      await world.tell({ type: "index.minted" });
      await world.sender.drain();
      await world.outbox.again(`webhook:${id}`, "evt_1", world.now);
      await world.sender.drain();
      const [message] = await world.outbox.list(`webhook:${id}`, 9, null);
      expect(message).to.include({ state: "delivered", status: 204 });
      expect(told).to.deep.equal(["index.minted"]);
    });
  });
});
