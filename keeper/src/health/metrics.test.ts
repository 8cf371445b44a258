import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Address } from "viem";
import { ALERT_KINDS, ALERT_NAMES } from "./alertKinds.ts";
import { ChainClock } from "./clock.ts";
import { createMetrics, metricTable } from "./metrics.ts";
import { type KeeperEvent, toAll } from "./observer.ts";

const GUIDE = join(import.meta.dirname, "../../../docs/OPERATIONS.md");
const RULES = join(import.meta.dirname, "../../../docs/examples/keeper-alerts.yml");
const V: Address = "0x00000000000000000000000000000000000000aa";

describe("createMetrics", () => {
  /** What Prometheus would read after the events: value by name and labels, without prefix. */
  async function after(events: readonly KeeperEvent[], clock?: ChainClock): Promise<ReadonlyMap<string, number>> {
    const { registry, observer } = createMetrics({ hasProcess: false, ...(clock && { clock }) });
    for (const event of events) observer.tell(event);
    const lines = (await registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(
      lines.map((line) => {
        const [name = "", value] = line.split(/ (?=\S+$)/);
        return [name.replace("gimbal_keeper_", "").replaceAll(`"${V}"`, "V"), Number(value)];
      }),
    );
  }
  const step = { kind: "transaction", intent: `1/${V}/propose/1`, isLost: false, reason: null } as const;
  const unpaid = { gasUsed: null, gasPrice: null } as const;
  const round = { kind: "round", vault: V, seconds: 1, reason: null } as const;

  it("default: counts transactions by where they are, and what they cost", async () => {
    const seen = await after([
      { ...step, ...unpaid, state: "PLANNED" },
      { ...step, ...unpaid, state: "MINED" },
      { ...step, ...unpaid, state: "BROADCAST", isLost: true },
      { ...step, ...unpaid, intent: `1/${V}/upkeep/9`, state: "PLANNED" },
      { ...step, ...unpaid, intent: `1/${V}/propose/0`, state: "BROADCAST" },
      { ...step, intent: `1/${V}/propose/0`, state: "DONE", gasUsed: 100_000n, gasPrice: 20n },
    ]);
    expect(seen.get('transactions{state="BROADCAST"}')).to.equal(1);
    expect(seen.get('transactions{state="PLANNED"}')).to.equal(1);
    expect(seen.get('transactions{state="MINED"}')).to.equal(0);
    expect(seen.get('gas_spent_wei_total{purpose="propose"}')).to.equal(2_000_000);
    expect(seen.get("reorganisations_total")).to.equal(1);
  });

  it("behavior: ages grow in the chain's time between two looks, and end with what they were of", async () => {
    let now = 5_000;
    const clock = new ChainClock(() => now);
    clock.see(1_000_000);
    now += 50;
    const model = { kind: "model", vault: V, spec: "full", asOf: 1_000_000, rankCorrelation: 0.05 } as const;
    const events: KeeperEvent[] = [
      { kind: "observation", vault: V, source: "live", asOf: 1_000_000, knownUntil: 900_000 },
      { ...model, fittedUntil: 500_000, spoke: "ensemble" },
      { kind: "due", vault: V, at: 1_000_020, reason: "" },
    ];
    const seen = await after(events, clock);
    expect(seen.get('data_age_seconds{source="live"}')).to.equal(100_050);
    expect(seen.get("model_age_seconds{vault=V}")).to.equal(500_050);
    expect(seen.get("decision_overdue_seconds{vault=V}")).to.equal(30);
    expect(seen.get("model_rank_correlation_ratio{vault=V}")).to.equal(0.05);
    const fallback = await after([...events, { ...model, fittedUntil: null, spoke: "fallback" }], clock);
    expect([...fallback.keys()].some((name) => name.startsWith("model_age"))).to.equal(false);
    expect(fallback.get('model_mode{vault=V,mode="fallback"}')).to.equal(1);
    expect(fallback.get('model_mode{vault=V,mode="ensemble"}')).to.equal(0);
    const gone = await after([...events, { kind: "vaults", served: [], unserved: [] }], clock);
    expect([...gone.keys()].some((name) => name.startsWith("decision_overdue"))).to.equal(false);
  });

  it("behavior: failures in a row end with a round that worked; costs and parts are ratios", async () => {
    const failed = { ...round, outcome: "failed", reason: "node" } as const;
    const fill = { kind: "fill", vault: V, usd: 1_000 } as const;
    const account = { kind: "account", account: V, balance: 10n ** 18n, nonceGap: 2 } as const;
    const seen = await after([
      failed,
      failed,
      { ...fill, costCentiBps: 3_000 },
      { ...fill, costCentiBps: -1_000 },
      account,
    ]);
    expect(seen.get("failed_rounds{vault=V}")).to.equal(2);
    expect(seen.get("fill_cost_usd_total{vault=V}")).to.be.closeTo(3, 1e-9);
    expect(seen.get("last_fill_cost_ratio{vault=V}")).to.equal(-0.001);
    expect(seen.get("account_balance_wei{account=V}")).to.equal(1e18);
    const spending = { kind: "spending", spent: 25n, cap: 100n, isReached: false } as const;
    const then = await after([failed, { ...round, outcome: "idle" }, spending]);
    expect(then.get("failed_rounds{vault=V}")).to.equal(0);
    expect(then.get("daily_gas_ratio")).to.equal(0.25);
  });

  it("behavior: an observer that fails keeps no other one from hearing", () => {
    const heard: string[] = [];
    const failures: unknown[] = [];
    const broken = { tell: () => { throw new Error("broken"); } }; // biome-ignore format: one thought
    toAll([broken, { tell: ({ kind }) => heard.push(kind) }], (error) => failures.push(error)).tell({
      ...round,
      outcome: "idle",
    });
    expect([heard, failures.length]).to.deep.equal([["round"], 1]);
  });

  it("behavior: names carry their units as Prometheus wants them", () => {
    const { registry } = createMetrics({ hasProcess: false });
    for (const { name, type } of registry.getMetricsAsArray() as unknown as { name: string; type: string }[]) {
      expect(name).to.match(/^gimbal_keeper_[a-z_]+$/);
      expect(name.endsWith("_total"), `${name} is a ${type}`).to.equal(type === "counter");
      expect(name).to.not.match(/_(ms|minutes|hours|days|bps|percent|eth|gwei)(_|$)/);
    }
  });
});

describe("docs/OPERATIONS.md", () => {
  const guide = readFileSync(GUIDE, "utf8");
  const { registry } = createMetrics({ hasProcess: false });

  it("has the table of exactly the metrics that there are", () => {
    const table = metricTable(registry);
    expect(guide.includes(table), `put this table into "Watching it":\n${table}`).to.equal(true);
  });

  it("explains every alert under a heading of its name, with its severity and what to do", () => {
    for (const name of ALERT_NAMES) {
      const section = guide.split(`\n#### ${name}\n`)[1]?.split("\n#")[0];
      expect(section, `#### ${name}`).to.contain(`**${ALERT_KINDS[name].severity}**`);
      expect(section, name).to.contain(ALERT_KINDS[name].action);
    }
    const headings = [...guide.matchAll(/^#### ([a-z-]+)$/gm)].map(([, name]) => name);
    expect(headings).to.deep.equal(ALERT_NAMES);
  });

  it("has example rules for Prometheus that ask for metrics and labels that there are", () => {
    const metrics = registry.getMetricsAsArray() as unknown as { name: string; labelNames: string[] }[];
    const text = readFileSync(RULES, "utf8");
    const asked = [...text.matchAll(/\b(gimbal_keeper_[a-z_]+)(?:\{([^}]*)\})?/g)];
    expect(asked.length).to.be.greaterThan(8);
    for (const [, name = "", labels = ""] of asked) {
      const metric = metrics.find((one) => one.name === name.replace(/_(bucket|sum|count)$/, ""));
      expect(metric, name).to.not.equal(undefined);
      for (const [, label] of labels.matchAll(/([a-z]+)[=!]/g)) expect(metric?.labelNames, name).to.include(label);
    }
  });
});
