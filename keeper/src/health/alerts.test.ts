import { expect } from "chai";
import { ALERT_KINDS, type AlertFacts } from "./alertKinds.ts";
import { Alerts, type AlertsOptions, type Receiver } from "./alerts.ts";
import { type FakeReceiver, startFakeReceiver } from "./fakeReceiver.fixture.ts";
import type { KeeperEvent } from "./observer.ts";
import { createRedactor } from "./redact.ts";
import type { AlertMessage } from "./webhook.ts";

const halted: AlertFacts = { subject: "drawdown", reason: "NAV fell by 30% in a day." };

describe("Alerts", () => {
  let receiver: FakeReceiver;
  let now: number;
  let told: KeeperEvent[];
  let opened: Alerts[];

  beforeEach(async () => {
    receiver = await startFakeReceiver();
    [now, told, opened] = [1_700_000_000, [], []];
  });
  afterEach(async () => {
    await Promise.all(opened.map((alerts) => alerts.close()));
    await receiver.close();
  });

  const to = (over: Partial<Receiver> = {}): Receiver => {
    return { name: "desk", shape: "generic", url: `${receiver.url}/hook`, least: "info", ...over };
  };
  const open = (over: Partial<AlertsOptions> = {}) => {
    const alerts = new Alerts({
      receivers: [to()],
      keeper: "keeper-1",
      chainId: 1,
      repeatAfter: 3_600,
      mostPerHour: 30,
      observer: { tell: (event) => told.push(event) },
      redact: createRedactor(["hunter2-hunter2"]),
      delivery: { retries: 2, minRetryDelay: 1, timeout: 2_000 },
      clock: () => now,
      ...over,
    });
    opened.push(alerts);
    return alerts;
  };
  const messages = () => receiver.received.map(({ body }) => JSON.parse(body) as AlertMessage);
  const results = () => told.map((event) => (event.kind === "alert" ? event.result : event.kind));

  it("default: posts what is wrong, since when, and what to do", async () => {
    const alerts = open();
    alerts.raise("halt", { ...halted, details: { vault: "0x1" } });
    await alerts.flush();
    expect(receiver.received[0]).to.deep.include({ method: "POST", path: "/hook" });
    expect(receiver.received[0]?.headers["content-type"]).to.equal("application/json");
    expect(messages()).to.deep.equal([
      {
        schema: "gimbal.alert/1",
        status: "firing",
        alert: "halt",
        severity: "critical",
        subject: "drawdown",
        title: ALERT_KINDS.halt.title,
        reason: "NAV fell by 30% in a day.",
        action: ALERT_KINDS.halt.action,
        runbook: "docs/OPERATIONS.md#halt",
        details: { vault: "0x1" },
        keeper: "keeper-1",
        chainId: 1,
        since: "2023-11-14T22:13:20.000Z",
        at: "2023-11-14T22:13:20.000Z",
        count: 1,
      },
    ]);
    expect(alerts.active).to.deep.equal([{ alert: "halt", subject: "drawdown", reason: halted.reason }]);
  });

  it("behavior: the same alert is sent once within the time, and again after it with how often it came", async () => {
    const alerts = open();
    for (const wait of [0, 1, 3_598]) {
      now += wait;
      alerts.raise("halt", halted);
      await alerts.flush();
    }
    expect(messages()).to.have.length(1);
    now += 1;
    alerts.raise("halt", halted);
    await alerts.flush();
    expect(messages().map(({ count }) => count)).to.deep.equal([1, 4]);
    expect(results()).to.deep.equal(["sent", "repeated", "repeated", "sent"]);
  });

  it("behavior: two subjects are two alerts", async () => {
    const alerts = open();
    alerts.raise("low-balance", { subject: "0xaa", reason: "" });
    alerts.raise("low-balance", { subject: "0xbb", reason: "" });
    await alerts.flush();
    expect(messages().map(({ subject }) => subject)).to.deep.equal(["0xaa", "0xbb"]);
  });

  it("behavior: says once that it is over, and nothing of what nobody was told of", async () => {
    const alerts = open();
    alerts.raise("halt", halted);
    alerts.resolve("halt", "another");
    await alerts.flush();
    now += 60;
    alerts.resolve("halt", "drawdown");
    alerts.resolve("halt", "drawdown");
    await alerts.flush();
    expect(messages().map(({ status }) => status)).to.deep.equal(["firing", "resolved"]);
    expect(messages()[1]?.since).to.equal(messages()[0]?.since);
    expect(alerts.active).to.deep.equal([]);
  });

  it("behavior: an alert that comes and goes is not sent at every turn, and is sent when it stays", async () => {
    const alerts = open();
    for (let turn = 0; turn < 3; turn++) {
      alerts.raise("rpc-trouble", { subject: "node", reason: "slow" });
      await alerts.flush();
      alerts.resolve("rpc-trouble", "node");
      await alerts.flush();
    }
    alerts.raise("rpc-trouble", { subject: "node", reason: "slow" });
    await alerts.flush();
    expect(messages().map(({ status }) => status)).to.deep.equal(["firing", "resolved"]);
    now += 3_600;
    alerts.sweep();
    await alerts.flush();
    expect(messages().map(({ status }) => status)).to.deep.equal(["firing", "resolved", "firing"]);
  });

  it("behavior: an event is over at once: it is neither repeated by itself nor resolved", async () => {
    const alerts = open();
    alerts.raise("reorganisation", { subject: "1/v/propose", reason: "lost" });
    await alerts.flush();
    now += 10_000;
    alerts.sweep();
    alerts.sweep();
    await alerts.flush();
    expect([messages().length, alerts.active.length]).to.deep.equal([1, 0]);
  });

  it("behavior: tries again after a failure of the receiver, with the same body", async () => {
    const alerts = open();
    receiver.answers.push(500, 503);
    alerts.raise("halt", halted);
    await alerts.flush();
    expect(new Set(receiver.received.map(({ body }) => body)).size).to.equal(1);
    expect([receiver.received.length, results()]).to.deep.equal([3, ["sent"]]);
  });

  it("behavior: what was given up is sent later, as long as it holds", async () => {
    const troubles: unknown[] = [];
    const alerts = open({ onTrouble: (error) => troubles.push(error) });
    receiver.answers.push(500, 500, 500);
    alerts.raise("halt", halted);
    await alerts.flush();
    expect(results()).to.deep.equal(["failed"]);
    expect(String(troubles[0])).to.contain("desk").and.contain("HTTP 500").and.not.contain(receiver.url);
    now += 15;
    alerts.sweep();
    await alerts.flush();
    expect([receiver.received.length, results()]).to.deep.equal([4, ["failed", "sent"]]);
  });

  it("behavior: a refusal (4xx) is not tried again at once", async () => {
    const alerts = open();
    receiver.answers.push(404);
    alerts.raise("halt", halted);
    await alerts.flush();
    expect([receiver.received.length, results()]).to.deep.equal([1, ["failed"]]);
  });

  it("behavior: more than the hour's messages wait for the next hour", async () => {
    const alerts = open({ mostPerHour: 2 });
    for (const subject of ["0x1", "0x2", "0x3"]) alerts.raise("stale-model", { subject, reason: "" });
    await alerts.flush();
    expect([messages().length, results()]).to.deep.equal([2, ["sent", "sent", "limited"]]);
    now += 3_600;
    alerts.sweep();
    await alerts.flush();
    expect(messages().map(({ subject }) => subject)).to.include("0x3");
  });

  it("behavior: a receiver hears only what is grave enough for it", async () => {
    const pager = to({ name: "pager", url: `${receiver.url}/pager`, least: "critical" });
    const alerts = open({ receivers: [to(), pager] });
    alerts.raise("stale-data", { subject: "csv", reason: "" });
    alerts.raise("halt", halted);
    await alerts.flush();
    expect(receiver.received.map(({ path }) => path).sort()).to.deep.equal(["/hook", "/hook", "/pager"]);
  });

  it("behavior: a receiver that is down keeps no other one waiting", async () => {
    const dead = to({ name: "dead", url: "http://127.0.0.1:9/none" });
    const alerts = open({ receivers: [dead, to()] });
    alerts.raise("halt", halted);
    await receiver.until(1);
    await alerts.flush();
    expect(results().sort()).to.deep.equal(["failed", "sent"]);
  });

  for (const [shape, field] of [
    ["slack", "text"],
    ["discord", "content"],
  ] as const) {
    it(`behavior: ${shape} gets a text with the reason and what to do`, async () => {
      const alerts = open({ receivers: [to({ shape })] });
      alerts.raise("halt", { ...halted, reason: "x".repeat(5_000) });
      await alerts.flush();
      const body = JSON.parse(receiver.received[0]?.body ?? "{}") as Record<string, string>;
      expect(body[field]).to.match(/^\[CRITICAL\] A breaker stopped the keeper: drawdown\nx+/);
      expect(body[field]?.length).to.be.below(2_000);
      alerts.resolve("halt", "drawdown");
      await alerts.flush();
      expect(receiver.received[1]?.body).to.contain("[RESOLVED]").and.not.contain("What to do");
    });
  }

  it("behavior: no message carries a secret", async () => {
    const alerts = open();
    const reason = "https://node.example/v2/abcdef0123456789abcdef did not take hunter2-hunter2";
    alerts.raise("rpc-trouble", { subject: "node", reason });
    await alerts.flush();
    expect(messages()[0]?.reason).to.equal("https://node.example/v2/[hidden] did not take [hidden]");
  });
});
