import type { LookupAddress } from "node:dns";
import { expect } from "chai";
import { AddressRefusedError } from "../errors.ts";
import { answerWith, endless, FakeWebhook, hang, hangUp } from "./fakeWebhook.fixture.ts";
import { Guard, isPublic, type Resolve } from "./guard.ts";
import { post } from "./post.ts";

const LIMITS = { timeout: 2_000, longestAnswer: 16_384 };
const refusal = async (work: Promise<unknown>) => {
  const error = await work.catch((caught: unknown) => caught);
  expect(error).to.be.instanceOf(AddressRefusedError);
};
const found = (...addresses: readonly string[]): readonly LookupAddress[] =>
  addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
/** Gives its answers one after the other, the last one again and again. */
const fakeResolve = (...answers: readonly (readonly LookupAddress[])[]): Resolve => {
  let asked = 0;
  return async () => answers[Math.min(asked++, answers.length - 1)] ?? [];
};

describe("guard of webhooks", () => {
  const guard = new Guard({ allowsPrivate: false });

  it("knows which addresses are public", () => {
    const open = ["1.1.1.1", "8.8.8.8", "100.63.255.255", "172.32.0.1", "192.167.1.1", "223.255.255.255"];
    for (const address of [...open, "2606:4700::1111", "2a00:1450::1"])
      expect(isPublic(address), address).to.equal(true);
    const inside = [
      ...["0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.0.9", "169.254.169.254", "172.16.0.1"],
      ...["172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.0.1"],
      ...["198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"],
      ...["::", "::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a00:1", "64:ff9b::8.8.8.8", "100::1"],
      ...["fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "2001::1", "2001:db8::1", "2002:a00:1::1"],
      ...["3fff::1", "4000::1", "example.com", ""],
    ];
    for (const address of inside) expect(isPublic(address), address).to.equal(false);
  });

  it("refuses what is no plain HTTPS address of a public host, in every way of writing it", () => {
    const wrong = [
      ...["", "gimbal", "ftp://example.com", "file:///etc/passwd", "http://example.com/hook", "https://"],
      ...["https://user:secret@example.com", "https://user@example.com", `https://example.com/${"a".repeat(2_048)}`],
      ...["https://127.0.0.1/x", "https://0x7f.1/x", "https://2130706433/", "https://017700000001/", "https://127.1/"],
      ...[
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fd00:ec2::254]/",
        "https://169.254.169.254/latest",
      ],
      ...["https://①②⑦.0.0.1/", "https://0/", "https://10.0.0.1:8443/"],
    ];
    for (const text of wrong) expect(() => guard.parse(text), text).to.throw(AddressRefusedError);
  });

  it("takes public addresses, without what is behind #", () => {
    expect(guard.parse("https://Example.com/hook?a=1#part").href).to.equal("https://example.com/hook?a=1");
    expect(guard.parse("https://8.8.8.8:8443/").href).to.equal("https://8.8.8.8:8443/");
  });

  it("refuses a name that leads inside, also when only one of its addresses does", async () => {
    const url = new URL("https://inside.example/");
    for (const addresses of [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["8.8.8.8", "::1"], []]) {
      const wary = new Guard({ allowsPrivate: false, resolve: fakeResolve(found(...addresses)) });
      await refusal(wary.check(url));
    }
    await new Guard({ allowsPrivate: false, resolve: fakeResolve(found("8.8.8.8")) }).check(url);
    await refusal(guard.check(new URL("https://localhost/")));
  });

  it("gives a connection the addresses of the kind that it asks for", async () => {
    const known = new Guard({ allowsPrivate: false, resolve: fakeResolve(found("8.8.8.8", "2606:4700::1111")) });
    const ask = (options: { family?: number; all?: boolean }) =>
      new Promise((resolve) => known.lookup("a", options, (error, ...answer) => resolve(error ?? answer)));
    expect(await ask({})).to.deep.equal(["8.8.8.8", 4]);
    expect(await ask({ family: 6 })).to.deep.equal(["2606:4700::1111", 6]);
    expect(await ask({ all: true })).to.deep.equal([found("8.8.8.8", "2606:4700::1111")]);
    const four = new Guard({ allowsPrivate: false, resolve: fakeResolve(found("8.8.8.8")) });
    const none = await new Promise((resolve) => four.lookup("a", { family: 6 }, resolve));
    expect(none).to.be.instanceOf(AddressRefusedError);
  });

  it("lets a local chain call this machine when it is told to", async () => {
    const local = new Guard({ allowsPrivate: true });
    expect(local.parse("http://127.0.0.1:8545/").port).to.equal("8545");
    await local.check(new URL("http://localhost/"));
    expect(() => local.parse("ftp://127.0.0.1/")).to.throw(AddressRefusedError);
  });
});

describe("one attempt at a webhook", () => {
  const local = new Guard({ allowsPrivate: true });
  let fake: FakeWebhook;
  const send = (url = fake.url, guard = local, limits = LIMITS) =>
    post(new URL(url), { a: "b" }, '{"é":1}', guard, limits);

  beforeEach(async () => {
    fake = await FakeWebhook.start();
  });
  afterEach(() => fake.close());

  it("sends the body and the header fields, and counts any 2xx as taken", async () => {
    fake.answers.push(answerWith(200), answerWith(299), answerWith(300), answerWith(199 + 1));
    expect(await send()).to.deep.equal({ isTaken: true, status: 200, reason: null, retryAfter: null, isGone: false });
    expect((await send()).isTaken).to.equal(true);
    expect((await send()).isTaken).to.equal(false);
    expect(fake.received[0]).to.have.property("body", '{"é":1}');
    expect(fake.received[0]?.headers).to.include({ a: "b", "content-type": "application/json", "content-length": "8" });
  });

  it("tells why a receiver did not take it", async () => {
    fake.answers.push(answerWith(500), answerWith(410), answerWith(429, { "retry-after": "7" }), hangUp);
    fake.answers.push(answerWith(503, { "retry-after": "999999" }), answerWith(503, { "retry-after": "soon" }));
    expect(await send()).to.include({ isTaken: false, status: 500, reason: "HTTP 500", isGone: false });
    expect(await send()).to.include({ status: 410, isGone: true });
    expect(await send()).to.include({ status: 429, retryAfter: 7 });
    expect(await send()).to.include({ status: null, reason: "ECONNRESET" });
    expect(await send()).to.include({ retryAfter: 86_400 });
    expect(await send()).to.include({ retryAfter: null });
    const { url } = fake;
    await fake.close();
    expect(await send(url)).to.include({ status: null, reason: "ECONNREFUSED" });
  });

  it("does not follow a redirect into a private network, nor any other", async () => {
    const inner = await FakeWebhook.start();
    for (const status of [301, 302, 307, 308]) {
      fake.answers.push(answerWith(status, { location: inner.url }));
      const outcome = await send();
      expect(outcome).to.include({ isTaken: false, status });
      expect(outcome.reason).to.contain("redirects are not followed");
    }
    expect(inner.received).to.deep.equal([]);
    await inner.close();
  });

  it("gives up on a receiver that hangs, and reads no more than it must of an endless answer", async () => {
    fake.answers.push(hang, endless);
    const outcome = await send(fake.url, local, { ...LIMITS, timeout: 50 });
    expect(outcome).to.include({ isTaken: false, status: null, reason: "no answer within 0.05 s" });
    expect(await send()).to.include({ isTaken: true, status: 200 });
  });

  it("looks at the address again when it connects: a name that was public a moment ago leads nowhere else", async () => {
    const rebinding = new Guard({
      allowsPrivate: false,
      resolve: fakeResolve(found("8.8.8.8"), found("127.0.0.1")),
    });
    const url = new URL(`https://rebind.example:${fake.port}/`);
    await rebinding.check(url);
    const outcome = await send(url.href, rebinding);
    expect(outcome.reason).to.contain("not public");
    expect(fake.received).to.deep.equal([]);
  });

  it("does not call a number that is not public, although no name server is asked for it", async () => {
    const outcome = await send(`https://127.0.0.1:${fake.port}/`, new Guard({ allowsPrivate: false }));
    expect(outcome.reason).to.contain("not public");
  });
});
