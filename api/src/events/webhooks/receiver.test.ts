import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { isGenuine, receiver } from "../../../../examples/webhook-receiver.ts";
import { CHILD_ENVIRONMENT } from "../../../../keeper/src/childProcess.fixture.ts";
import type { Database } from "../../../../keeper/src/journal/database.ts";
import { openEventStore } from "../events.fixture.ts";
import { World } from "../world.fixture.ts";
import { newSecret, sign } from "./sign.ts";

const PROGRAM = join(import.meta.dirname, "../../../../examples/webhook-receiver.ts");
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

  describe("as a program", () => {
    let child: ChildProcess | undefined;
    const start = (environment: NodeJS.ProcessEnv): ChildProcess => {
      child = spawn(process.execPath, [PROGRAM, "0"], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
      return child;
    };
    afterEach(async () => {
      if (child === undefined || child.exitCode !== null) return;
      child.kill();
      await once(child, "exit");
    });

    it("answers 204 to what was signed and prints it once, 401 to what was forged, and outlives a sender that hangs up", async () => {
      const { stdout } = start({ ...CHILD_ENVIRONMENT, GIMBAL_WEBHOOK_SECRET: secret });
      const lines = createInterface({ input: stdout! })[Symbol.asyncIterator]();
      const line = async (): Promise<string> => (await lines.next()).value ?? "";
      const port = Number((await line()).replace("listening on ", ""));
      const send = async (headers: object, text = body) => {
        const init = { method: "POST", headers: { ...headers }, body: text };
        return (await fetch(`http://127.0.0.1:${port}/`, init)).status;
      };
      const now = Math.floor(Date.now() / 1000);
      const signed = sign("evt_1", now, body, [secret]);
      expect(await send(sign("evt_0", now, body, [newSecret()]))).to.equal(401);
      expect(await send(signed, body.replace("a", "b"))).to.equal(401);
      expect(await send({})).to.equal(401);

      const socket = connect(port, "127.0.0.1", () => {
        socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n{", () => socket.destroy());
      });
      await once(socket, "close");

      expect(await send(signed)).to.equal(204);
      expect(await send(signed)).to.equal(204);
      const last = '{"type":"last"}';
      expect(await send(sign("evt_2", now, last, [secret]), last)).to.equal(204);
      expect([await line(), await line()]).to.deep.equal(["a: é", "last: "]);
    });

    it("says what it needs when it has no secret", async () => {
      const { stderr } = start(CHILD_ENVIRONMENT);
      let told = "";
      stderr!.on("data", (chunk: Buffer) => {
        told += chunk.toString();
      });
      const [code] = await once(child!, "close");
      expect(code).to.equal(1);
      expect(told).to.contain("Set GIMBAL_WEBHOOK_SECRET to the secret of your webhook.");
    });
  });
});
