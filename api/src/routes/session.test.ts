import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ALICE, accessContext, BOB, bearer, type HandClock, invited, post, signIn } from "../access/access.fixture.ts";
import { SESSION_LIFETIME } from "../access/sessionStore.ts";
import { SIGN_IN_LIFETIME } from "../access/siwe.ts";
import { bodyOf, testApp } from "../app.fixture.ts";
import type { ApiContext } from "../context.ts";
import { Store } from "../store/store.ts";

const START = 1_795_000_000;

async function stage(over: Partial<ApiContext> = {}) {
  const clock: HandClock = { now: START };
  const context = await accessContext(clock, over);
  return { clock, context, fetch: testApp(context) };
}

/** Status and the field that a sign-in was refused for. */
async function refusal(response: Response): Promise<unknown[]> {
  const { code, field } = await bodyOf(response);
  return [response.status, code, field];
}

const REFUSED = (field: string) => [401, "SIGN_IN_REFUSED", field];

describe("session routes", () => {
  it("signs in with the message that the nonce comes with, and tells who is signed in", async () => {
    const { fetch } = await stage();
    const invitation = await bodyOf(fetch("/v1/session/nonce", post({ address: ALICE.address.toLowerCase() })));
    expect(invitation.data).to.include({
      domain: "app.gimbal.example",
      chainId: 31_337,
      uri: "https://api.gimbal.example",
    });
    expect(invitation.data.message).to.contain(`${ALICE.address}\n`).and.to.contain(`Nonce: ${invitation.data.nonce}`);
    const signature = await ALICE.signMessage({ message: invitation.data.message });
    const opened = await fetch("/v1/session", post({ message: invitation.data.message, signature }));
    expect(opened.status).to.equal(201);
    expect(opened.headers.get("cache-control")).to.equal("private, no-store");
    const { token, ...session } = (await bodyOf(opened)).data;
    expect(token).to.match(/^gs_[0-9a-f]{64}$/);
    expect(session).to.deep.equal({
      account: ALICE.address,
      tier: 0,
      tierReadAt: null,
      limit: { name: "free", requests: 120, seconds: 60 },
      openedAt: "2026-11-18T11:06:40Z",
      expiresAt: "2026-11-25T11:06:40Z",
    });
    expect((await bodyOf(fetch("/v1/session", bearer(token)))).data).to.deep.equal(session);
  });

  it("takes a nonce once, also when two requests come at the same time", async () => {
    const { fetch } = await stage();
    const { message, signature } = await invited(fetch, ALICE, ALICE);
    const both = await Promise.all([1, 2].map(() => fetch("/v1/session", post({ message, signature }))));
    expect(both.map(({ status }) => status).sort()).to.deep.equal([201, 401]);
    expect(await refusal(await fetch("/v1/session", post({ message, signature })))).to.deep.equal(REFUSED("nonce"));
  });

  it("refuses a nonce that ended, that is another server's, or that was never given out", async () => {
    const { fetch, clock } = await stage();
    const other = await stage();
    const foreign = await invited(other.fetch, ALICE, ALICE);
    expect(await refusal(await fetch("/v1/session", post(foreign)))).to.deep.equal([400, "REQUEST_INVALID", undefined]);
    const { message, signature } = foreign;
    expect(await refusal(await fetch("/v1/session", post({ message, signature })))).to.deep.equal(REFUSED("nonce"));
    const late = await invited(fetch, ALICE, ALICE);
    clock.now += SIGN_IN_LIFETIME;
    const body = { message: late.message, signature: late.signature };
    expect((await fetch("/v1/session", post(body))).status).to.equal(401);
  });

  it("refuses the signature of somebody else, of another message, and one that was changed", async () => {
    const { fetch } = await stage();
    const { message, signature } = await invited(fetch, ALICE, BOB);
    // This stage has no node: what is not the key's own signature would have to be asked of a smart wallet.
    expect((await fetch("/v1/session", post({ message, signature }))).status).to.equal(503);
    const mine = await invited(fetch, ALICE, ALICE);
    const forBob = mine.message.replace(ALICE.address, BOB.address);
    expect((await fetch("/v1/session", post({ message: forBob, signature: mine.signature }))).status).to.equal(503);
    // A failed attempt does not use the nonce up.
    expect((await fetch("/v1/session", post({ message: mine.message, signature: mine.signature }))).status).to.equal(
      201,
    );
  });

  it("refuses messages for another site, API or chain", async () => {
    const { fetch } = await stage();
    const { message } = await invited(fetch, ALICE, ALICE);
    const changes: [string, string, string][] = [
      ["domain", "app.gimbal.example", "evil.example"],
      ["uri", "URI: https://api.gimbal.example", "URI: https://evil.example"],
      ["chainId", "Chain ID: 31337", "Chain ID: 1"],
      ["message", "Version: 1", "Version: 2"],
    ];
    for (const [field, from, to] of changes) {
      const changed = message.replace(from, to);
      const signature = await ALICE.signMessage({ message: changed });
      expect(await refusal(await fetch("/v1/session", post({ message: changed, signature })))).to.deep.equal(
        REFUSED(field),
      );
    }
    const invitation = await fetch("/v1/session/nonce", post({ address: ALICE.address, domain: "evil.example" }));
    expect((await bodyOf(invitation)).errors[0].at).to.equal("body.domain");
  });

  it("names what is wrong with a body before it looks at anything", async () => {
    const { fetch } = await stage();
    const wrong: [string, unknown, string][] = [
      ["/v1/session/nonce", {}, "body.address"],
      ["/v1/session/nonce", { address: "0x12" }, "body.address"],
      ["/v1/session/nonce", { address: ALICE.address, more: 1 }, "body.more"],
      ["/v1/session", { message: "x" }, "body.signature"],
      ["/v1/session", { message: "x", signature: "0x123" }, "body.signature"],
      ["/v1/session", { message: "x", signature: `0x${"00".repeat(4_097)}` }, "body.signature"],
      ["/v1/session", { message: "x".repeat(3_000), signature: "0x00" }, "body.message"],
    ];
    for (const [path, body, at] of wrong) {
      const response = await fetch(path, post(body));
      expect([response.status, (await bodyOf(response)).errors[0].at]).to.deep.equal([400, at]);
    }
    expect((await fetch("/v1/session?everywhere=perhaps", { method: "DELETE" })).status).to.equal(400);
  });

  it("ends one's own session, or all of one's account, and nobody else's", async () => {
    const { fetch } = await stage();
    const [alice, again, bob] = [await signIn(fetch, ALICE), await signIn(fetch, ALICE), await signIn(fetch, BOB)];
    const status = async (token: string) => (await fetch("/v1/session", bearer(token))).status;
    expect((await bodyOf(fetch("/v1/session", bearer(alice.token, "DELETE")))).data).to.deep.equal({ closed: 1 });
    expect(await Promise.all([alice, again, bob].map(({ token }) => status(token)))).to.deep.equal([401, 200, 200]);
    const third = await signIn(fetch, ALICE);
    const all = await bodyOf(fetch("/v1/session?everywhere=true", bearer(third.token, "DELETE")));
    expect(all.data).to.deep.equal({ closed: 2 });
    expect(await Promise.all([again, third, bob].map(({ token }) => status(token)))).to.deep.equal([401, 401, 200]);
    expect((await bodyOf(fetch("/v1/session", bearer(bob.token)))).data.account).to.equal(BOB.address);
    expect((await fetch("/v1/session", { method: "DELETE" })).status).to.equal(401);
    expect((await fetch("/v1/session")).status).to.equal(401);
  });

  it("ends a session after its time", async () => {
    const { fetch, clock } = await stage();
    const { token } = await signIn(fetch, ALICE);
    clock.now += SESSION_LIFETIME - 1;
    expect((await fetch("/v1/session", bearer(token))).status).to.equal(200);
    clock.now += 1;
    expect((await fetch("/v1/session", bearer(token))).status).to.equal(401);
  });

  it("keeps sessions, used nonces and nonces on their way over a restart, and no token in the file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gimbal-access-"));
    try {
      const path = join(folder, "api.sqlite");
      const first = await stage({ store: await Store.open(path) });
      const { token } = await signIn(first.fetch, ALICE);
      const used = await invited(first.fetch, ALICE, ALICE);
      const body = { message: used.message, signature: used.signature };
      expect((await first.fetch("/v1/session", post(body))).status).to.equal(201);
      const underway = await invited(first.fetch, BOB, BOB);
      const rows = await first.context.store.database.all("SELECT * FROM access_sessions");
      expect(JSON.stringify(rows)).to.not.contain(token.slice(3));
      await first.context.store.close();

      const second = await stage({ store: await Store.open(path) });
      expect((await bodyOf(second.fetch("/v1/session", bearer(token)))).data.account).to.equal(ALICE.address);
      expect(await refusal(await second.fetch("/v1/session", post(body)))).to.deep.equal(REFUSED("nonce"));
      const { message, signature } = underway;
      expect((await second.fetch("/v1/session", post({ message, signature }))).status).to.equal(201);
      await second.context.store.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
