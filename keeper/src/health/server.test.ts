import { expect } from "chai";
import type { Address } from "viem";
import { ConfigError } from "../errors.ts";
import { type FakeReceiver, startFakeReceiver } from "./fakeReceiver.fixture.ts";
import { type Health, type HealthOptions, openHealth } from "./health.ts";
import type { Check, Probes } from "./readiness.ts";
import { createRedactor } from "./redact.ts";
import { alertsSchema, healthSchema, withAddresses } from "./settings.ts";

const VAULT: Address = "0x00000000000000000000000000000000000000aa";
const OTHER: Address = "0x00000000000000000000000000000000000000bb";
const NOW = 1_700_000_000;
const HASH = `0x${"cd".repeat(32)}` as const;

describe("openHealth", () => {
  let probes: { -readonly [K in keyof Probes]: Probes[K] };
  let receiver: FakeReceiver;
  let opened: Health[];

  beforeEach(async () => {
    receiver = await startFakeReceiver();
    opened = [];
    probes = { chain: async () => ({ chainId: 1, block: 10n, timestamp: NOW - 12 }), journal: async () => {} };
  });
  afterEach(async () => {
    await Promise.all(opened.map((health) => health.close()));
    await receiver.close();
  });

  const open = async (settings: object = {}, over: Partial<HealthOptions> = {}, environment = {}) => {
    const alerts = alertsSchema.parse({ webhooks: [{ name: "on-call", least: "warning" }] });
    const health = await openHealth({
      chainId: 1,
      settings: healthSchema.parse({ port: 0, probeTimeoutMs: 50, ...settings }),
      alerts: withAddresses(alerts, { GIMBAL_WEBHOOK_ON_CALL: `${receiver.url}/hook`, ...environment }),
      probes,
      journal: {
        newestDecision: async (vault) =>
          vault === VAULT
            ? { hash: HASH, epoch: 3, asOf: NOW - 60, action: "none", lane: null, driftBps: 12, reasons: ["No gain."] }
            : null,
        unfinished: async () => [{ intent: `1/${VAULT}/propose/3`, state: "BROADCAST" }],
      },
      redact: createRedactor(),
      onTrouble: () => {},
      environment: {},
      clock: () => NOW,
      delivery: { retries: 0, minRetryDelay: 1 },
      ...over,
    });
    opened.push(health);
    const get = async (path: string) => {
      const response = await fetch(`${health.url}${path}`);
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
    };
    return { health, get };
  };
  const failing = async (get: (path: string) => Promise<{ status: number; json: () => unknown }>) => {
    const answer = await get("/ready");
    const { checks } = answer.json() as { checks: Check[] };
    const names = checks.filter(({ state }) => state === "failing").map(({ name, reason }) => `${name}: ${reason}`);
    return [answer.status, ...names];
  };

  it("default: listens on this machine only, and serves no pages without a port", async () => {
    const { health } = await open();
    expect(health.url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await open({ port: undefined })).health.url).to.equal(null);
  });

  it("default: is alive and ready, with a reason for each check", async () => {
    const { get } = await open();
    const alive = await get("/health");
    expect([alive.status, alive.json().status]).to.deep.equal([200, "alive"]);
    const ready = await get("/ready");
    expect([ready.status, ready.json().status]).to.deep.equal([200, "ready"]);
    expect(ready.json().checks.map(({ name, state }: Check) => `${name} ${state}`)).to.deep.equal([
      "chain ok",
      "head ok",
      "journal ok",
      "data unknown",
      "models unknown",
      "breakers ok",
      "role unknown",
    ]);
    expect(ready.json().checks.every(({ reason }: Check) => reason.length > 8)).to.equal(true);
  });

  it("behavior: what the keeper tells is in the metrics, in Prometheus' format", async () => {
    const { health, get } = await open();
    health.observer.tell({ kind: "round", vault: VAULT, outcome: "decided", seconds: 2, reason: null });
    const { headers, text } = await get("/metrics");
    expect(headers.get("content-type")).to.match(/^text\/plain; version=0\.0\.4/);
    expect(text).to.contain(`gimbal_keeper_rounds_total{vault="${VAULT}",outcome="decided"} 1`);
    expect(text)
      .to.match(/^nodejs_eventloop_lag_seconds /m)
      .and.match(/^process_resident_memory_bytes /m);
  });

  const faults: readonly (readonly [what: string, fault: Partial<Probes>, said: RegExp])[] = [
    ["no node answers", { chain: () => Promise.reject(new Error("refused\nURL: secret")) }, /^chain: .*: refused$/],
    ["the node hangs", { chain: () => new Promise(() => {}) }, /^chain: .*no answer within 50 ms$/],
    [
      "the node is of another chain",
      { chain: async () => ({ chainId: 5, block: 1n, timestamp: NOW }) },
      /^chain: .*chain 5/,
    ],
    [
      "the head is old",
      { chain: async () => ({ chainId: 1, block: 1n, timestamp: NOW - 301 }) },
      /^head: Block 1 is 5 minutes old/,
    ],
    [
      "the machine's clock is behind",
      { chain: async () => ({ chainId: 1, block: 1n, timestamp: NOW + 301 }) },
      /^head: .*ahead of the machine's clock/,
    ],
    [
      "the journal cannot be written",
      { journal: () => Promise.reject(new Error("disk full")) },
      /^journal: .*: disk full$/,
    ],
  ];
  for (const [what, fault, said] of faults) {
    it(`behavior: is alive but not ready while ${what}, and ready again afterwards`, async () => {
      const { get } = await open();
      const well = { ...probes };
      Object.assign(probes, fault);
      const [status, reason, ...others] = await failing(get);
      expect([status, others]).to.deep.equal([503, []]);
      expect(reason).to.match(said);
      expect((await get("/health")).status).to.equal(200);
      Object.assign(probes, well);
      expect(await failing(get)).to.deep.equal([200]);
    });
  }

  it("behavior: is not ready on old data, old models or a tripped breaker, and is when standing by", async () => {
    const { health, get } = await open();
    const { tell } = health.observer;
    const seen = { kind: "observation", vault: VAULT, source: "live", asOf: NOW } as const;
    const model = { kind: "model", vault: VAULT, spec: "full", asOf: NOW, rankCorrelation: null } as const;
    tell({ ...seen, knownUntil: NOW - 172_801 });
    expect(await failing(get)).to.deep.equal([503, "data: live: up to 2 days ago; at most 2 days are allowed."]);
    tell({ ...seen, knownUntil: NOW - 172_800 });
    expect(await failing(get)).to.deep.equal([200]);
    tell({ ...model, fittedUntil: null, spoke: "fallback" });
    expect((await failing(get))[1]).to.match(/^models: .*there are none/);
    tell({ ...model, fittedUntil: NOW - 7 * 86_400, spoke: "ensemble" });
    expect(await failing(get)).to.deep.equal([200]);
    tell({ kind: "halt", breaker: "drawdown", isHalted: true, reason: "NAV fell" });
    expect(await failing(get)).to.deep.equal([503, "breakers: drawdown: NAV fell"]);
    tell({ kind: "halt", breaker: "drawdown", isHalted: false, reason: null });
    tell({ kind: "role", role: "standby", reason: "another keeper acts" });
    expect(await failing(get)).to.deep.equal([200]);
    expect((await get("/ready")).text).to.contain("Standing by: another keeper acts");
  });

  it("behavior: tells of each vault its newest decision, from what was told or else from the journal", async () => {
    const { health, get } = await open();
    const { tell } = health.observer;
    tell({
      kind: "vaults",
      served: [VAULT, OTHER],
      unserved: [{ vault: HASH.slice(0, 42) as Address, reason: "No document." }],
    });
    tell({ kind: "due", vault: VAULT, at: NOW + 100, reason: "daily" });
    const before = (await get("/status")).json();
    expect(before.vaults.map(({ vault }: { vault: string }) => vault)).to.deep.equal([VAULT, OTHER]);
    expect(before.vaults[0]).to.deep.include({ due: { at: NOW + 100, reason: "daily" }, lastRound: null });
    expect([before.vaults[0].decision.epoch, before.vaults[1].decision]).to.deep.equal([3, null]);
    expect(before.unfinished).to.deep.equal([{ intent: `1/${VAULT}/propose/3`, state: "BROADCAST" }]);
    expect(before.unserved[0].reason).to.equal("No document.");
    const decision = {
      hash: HASH,
      epoch: 4,
      asOf: NOW,
      action: "propose",
      lane: "RISK",
      driftBps: 900,
      reasons: [],
    } as const;
    tell({ kind: "decision", vault: VAULT, ...decision });
    tell({ kind: "round", vault: VAULT, outcome: "failed", seconds: 1, reason: "node" });
    const after = (await get("/status")).json().vaults[0];
    expect(after.decision).to.deep.equal(decision);
    expect(after.lastRound).to.deep.equal({ outcome: "failed", reason: "node", at: NOW });
  });

  it("behavior: a halt goes to the webhook and is in the status until it is cleared", async () => {
    const { health, get } = await open();
    health.observer.tell({ kind: "halt", breaker: "drawdown", isHalted: true, reason: "NAV fell" });
    await receiver.until(1);
    expect(receiver.received[0]?.body).to.contain('"alert":"halt"');
    expect((await get("/status")).json().alerts).to.have.length(1);
    await health.flush();
    expect((await get("/metrics")).text).to.contain('gimbal_keeper_alerts_total{alert="halt",result="sent"} 1');
    health.observer.tell({ kind: "halt", breaker: "drawdown", isHalted: false, reason: null });
    await receiver.until(2);
    expect((await get("/status")).json().alerts).to.have.length(0);
  });

  it("behavior: the heartbeat beats while the keeper is ready, and only then", async () => {
    const beats = { GIMBAL_HEARTBEAT_URL: `${receiver.url}/beat` };
    await open({}, {}, beats);
    await receiver.until(1);
    expect(receiver.received[0]).to.deep.include({ method: "GET", path: "/beat" });
    let asked = () => {};
    const wasAsked = new Promise<void>((resolve) => (asked = resolve));
    probes.journal = () => {
      asked();
      return Promise.reject(new Error("disk full"));
    };
    const { health } = await open({}, {}, beats);
    await wasAsked;
    await health.close();
    expect(receiver.received.map(({ path }) => path).sort()).to.deep.equal(["/beat", "/hook"]);
    expect(receiver.received[1]?.body).to.contain('"alert":"journal-trouble"').and.contain("disk full");
  });

  it("behavior: other pages and other methods than GET do nothing", async () => {
    const { health, get } = await open();
    expect((await get("/metrics/..%2f")).status).to.equal(404);
    expect((await fetch(`${health.url}/status`, { method: "POST" })).status).to.equal(404);
  });

  it("error: names the port that is taken", async () => {
    const { health } = await open();
    const port = Number(new URL(health.url ?? "").port);
    const error = await open({ port }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ConfigError).with.property("message").that.contains(String(port));
  });

  it("error: names the variable of an address that is missing or none, and does not show it", () => {
    const section = alertsSchema.parse({ webhooks: [{ name: "on-call" }] });
    expect(() => withAddresses(section, {})).to.throw(ConfigError, "GIMBAL_WEBHOOK_ON_CALL");
    expect(() => withAddresses(section, { GIMBAL_WEBHOOK_ON_CALL: "file:///secret" }))
      .to.throw(ConfigError, "GIMBAL_WEBHOOK_ON_CALL")
      .with.property("message")
      .that.does.not.contain("secret");
    expect(() => alertsSchema.parse({ webhooks: [{ name: "a" }, { name: "a" }] })).to.throw("different names");
  });
});
