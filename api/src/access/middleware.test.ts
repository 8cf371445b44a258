import { expect } from "chai";
import type { Address } from "viem";
import { bodyOf, testApp } from "../app.fixture.ts";
import { createApp } from "../app.ts";
import type { ApiContext } from "../context.ts";
import { ALICE, accessContext, bearer, type HandClock, invited, post, signIn } from "./access.fixture.ts";

const START = 1_795_000_000;
const PATH = "/v1/decisions?limit=1";

/** Sends a request as if it had come over a connection from an address. */
function connection(context: ApiContext) {
  const app = createApp(context);
  return async (remoteAddress: string, headers: Record<string, string> = {}, path = PATH) =>
    app.request(path, { headers }, { incoming: { socket: { remoteAddress } } });
}

async function stage(over: Partial<ApiContext> = {}) {
  const clock: HandClock = { now: START };
  const context = await accessContext(clock, over);
  return { clock, context, ask: connection(context) };
}

/** Answers until one is refused, at most `most`; how many were not. */
async function until429(ask: () => Promise<Response>, most = 2_000): Promise<number> {
  for (let count = 0; count < most; count++) if ((await ask()).status === 429) return count;
  return most;
}

describe("access of every request", () => {
  it("tells what is left, refuses what is too much with a problem, and lets in who waited", async () => {
    const { ask, clock } = await stage();
    const first = await ask("192.0.2.1");
    expect(first.headers.get("ratelimit-policy")).to.equal('"free";q=120;w=60');
    expect(first.headers.get("ratelimit")).to.equal('"free";r=119;t=1');
    expect(first.headers.get("retry-after")).to.equal(null);
    expect(await until429(() => ask("192.0.2.1"))).to.equal(119);
    const refused = await ask("192.0.2.1");
    expect(refused.headers.get("content-type")).to.equal("application/problem+json");
    expect(refused.headers.get("ratelimit")).to.equal('"free";r=0;t=1');
    expect(refused.headers.get("retry-after")).to.equal("1");
    expect(refused.headers.get("access-control-allow-origin")).to.equal("*");
    expect(await bodyOf(refused)).to.include({ status: 429, code: "RATE_LIMITED", retryAfterSeconds: 1 });
    expect((await ask("192.0.2.2")).status).to.equal(200);
    clock.now += 1;
    expect(await until429(() => ask("192.0.2.1"))).to.equal(2);
  });

  it("carries the fields of the quota on problems, too", async () => {
    const { ask } = await stage();
    const problem = await ask("192.0.2.1", {}, "/v1/decisions?limit=0");
    expect([problem.status, problem.headers.get("ratelimit")]).to.deep.equal([400, '"free";r=119;t=1']);
  });

  it("does not let a client choose its address by X-Forwarded-For", async () => {
    const { ask } = await stage();
    let count = 0;
    const spoofed = () => ask("192.0.2.1", { "x-forwarded-for": `198.51.100.${count++ % 250}` });
    expect(await until429(spoofed)).to.equal(120);
    const behindProxy = (address: string) => ask("10.1.2.3", { "x-forwarded-for": `203.0.113.77, ${address}` });
    expect(await until429(() => behindProxy("192.0.2.9"))).to.equal(120);
    expect((await behindProxy("192.0.2.10")).status).to.equal(200);
  });

  it("counts an IPv6 network of 64 bits as one client, and bounds those of one site together", async () => {
    const { ask } = await stage();
    let count = 0;
    expect(await until429(() => ask(`2001:db8:1:1::${(count++).toString(16)}`))).to.equal(120);
    count = 0;
    expect(await until429(() => ask(`2001:db8:1:${(2 + count++).toString(16)}::1`))).to.equal(1_080);
    expect((await ask("2001:db8:2::1")).status).to.equal(200);
  });

  it("charges wrong tokens to the address, and answers them with 401", async () => {
    const { ask } = await stage();
    const wrong = { authorization: `Bearer gs_${"0".repeat(64)}` };
    expect((await ask("192.0.2.1", wrong)).status).to.equal(401);
    for (const authorization of ["Bearer", "Basic YTpi", "gs_", "Bearer a b"]) {
      expect((await ask("192.0.2.1", { authorization })).status, authorization).to.equal(401);
    }
    expect(await until429(() => ask("192.0.2.1", wrong))).to.equal(115);
    expect((await ask("192.0.2.1")).status).to.equal(429);
  });

  it("lets many accounts without a tier share the quota of their address", async () => {
    const { ask, context } = await stage();
    const { token } = await signIn(testApp(context), ALICE);
    expect(await until429(() => ask("192.0.2.1", { authorization: `Bearer ${token}` }))).to.equal(120);
    expect((await ask("192.0.2.1")).status).to.equal(429);
    expect((await ask("192.0.2.2", { authorization: `bearer ${token}` })).status).to.equal(200);
  });

  it("leaves no trace of nonces that were only asked for", async () => {
    const { context } = await stage();
    const fetch = testApp(context);
    for (let count = 0; count < 9; count++) await invited(fetch, ALICE, ALICE);
    const rows = await context.store.database.all("SELECT * FROM access_nonces");
    expect(rows).to.deep.equal([]);
  });

  it("forgets used nonces and sessions once they ended, and keeps twenty sessions of an account", async () => {
    const { context, clock } = await stage();
    const fetch = testApp(context);
    const first = await signIn(fetch, ALICE);
    for (let count = 0; count < 20; count++) {
      clock.now += 60;
      await signIn(fetch, ALICE);
    }
    const count = async (table: string) => (await context.store.database.all(`SELECT * FROM ${table}`)).length;
    expect(await count("access_sessions")).to.equal(20);
    expect((await fetch("/v1/session", bearer(first.token))).status).to.equal(401);
    expect(await count("access_nonces")).to.be.lessThan(12);
    clock.now += 8 * 86_400;
    await signIn(fetch, ALICE);
    expect([await count("access_sessions"), await count("access_nonces")]).to.deep.equal([1, 1]);
  });

  it("charges what makes the node or the index work for more, also as HEAD and however the path is spelled", async () => {
    const { context } = await stage();
    const app = createApp(context);
    const left = async (path: string, method: string, remoteAddress: string) => {
      const response = await app.request(path, { method }, { incoming: { socket: { remoteAddress } } });
      return response.headers.get("ratelimit");
    };
    const gains = `/v1/accounts/${ALICE.address}/gains`;
    expect(await left("/v1/quote", "GET", "192.0.2.1")).to.contain("r=110;");
    expect(await left("/v1/quote", "HEAD", "192.0.2.2")).to.contain("r=110;");
    expect(await left("/v1/quot%65", "GET", "192.0.2.3")).to.contain("r=110;");
    expect(await left(gains, "HEAD", "192.0.2.4")).to.contain("r=115;");
    expect(await left(`${gains}.csv`, "GET", "192.0.2.5")).to.contain("r=115;");
    expect(await left("/v1/session", "POST", "192.0.2.6")).to.contain("r=110;");
    expect(await left("/v1/sales", "GET", "192.0.2.7")).to.contain("r=115;");
  });

  it("allows no origin to send credentials, and sets no cookie", async () => {
    const { context } = await stage();
    const fetch = testApp(context);
    const { message, signature } = await invited(fetch, ALICE, ALICE);
    const opened = await fetch("/v1/session", post({ message, signature }));
    for (const response of [
      opened,
      await fetch("/v1/session", { method: "OPTIONS", headers: { origin: "https://evil.example" } }),
    ]) {
      expect(response.headers.get("access-control-allow-origin")).to.equal("*");
      expect(response.headers.get("access-control-allow-credentials")).to.equal(null);
      expect(response.headers.get("set-cookie")).to.equal(null);
    }
  });

  it("opens a session with a token of its own making, whatever token was shown", async () => {
    const { context } = await stage();
    const fetch = testApp(context);
    const attacker = await signIn(fetch, ALICE);
    const { message, signature } = await invited(fetch, ALICE, ALICE);
    const opened = await bodyOf(fetch("/v1/session", post({ message, signature }, attacker.token)));
    expect(opened.data.token).to.not.equal(attacker.token);
    const made = `gs_${"7".repeat(64)}`;
    expect((await fetch("/v1/session", post({ message, signature }, made))).status).to.equal(401);
  });

  it("knows a caller by the session's account alone", async () => {
    const { context } = await stage();
    const { token } = await signIn(testApp(context), ALICE);
    const { identify } = await context.access.admit({
      ...{ method: "GET", path: "/", authorization: `Bearer ${token}` },
      ...{ forwardedFor: undefined, socketAddress: undefined },
    });
    expect(identify().account satisfies Address | null).to.equal(ALICE.address);
  });
});
