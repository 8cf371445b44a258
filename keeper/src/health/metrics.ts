import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type MetricConfiguration,
  type MetricObject,
  Registry,
} from "prom-client";
import type { TransactionState } from "../journal/schema.ts";
import { STATES } from "../journal/schema.ts";
import { ChainClock } from "./clock.ts";
import { type AlertEvent, type KeeperEvent, type Observer, observerOf } from "./observer.ts";

/** What Prometheus reads, and the observer that fills it. */
export interface Metrics {
  readonly registry: Registry;
  readonly observer: Observer;
}

/** Where ages are measured from, and which transactions are under way. */
export interface MetricsOptions {
  readonly clock?: ChainClock;
  /** Metrics of the process (memory, event loop) beside the keeper's own; on unless false. */
  readonly hasProcess?: boolean;
}

const PREFIX = "gimbal_keeper_";
const BPS = 10_000;
const CENTI_BPS = 1_000_000;
const ROUND_BUCKETS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800];
const CALL_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

type Labels = readonly string[];

/** Makes metrics of one registry; a help text is a must. */
class Maker {
  readonly registry = new Registry();

  counter(name: string, help: string, labels: Labels = []): Counter {
    return new Counter(this.#of(name, help, labels));
  }

  gauge(name: string, help: string, labels: Labels = [], collect?: (gauge: Gauge) => void): Gauge {
    const configuration = this.#of(name, help, labels);
    if (collect === undefined) return new Gauge(configuration);
    return new Gauge({
      ...configuration,
      collect() {
        collect(this);
      },
    });
  }

  histogram(name: string, help: string, labels: Labels, buckets: number[]): Histogram {
    return new Histogram({ ...this.#of(name, help, labels), buckets });
  }

  #of(name: string, help: string, labels: Labels): MetricConfiguration<string> {
    return { name: `${PREFIX}${name}`, help, labelNames: [...labels], registers: [this.registry] };
  }
}

/** Every metric of the keeper in a registry of its own, and the observer that keeps them up to date. */
export function createMetrics({ clock = new ChainClock(), hasProcess = true }: MetricsOptions = {}): Metrics {
  const maker = new Maker();
  if (hasProcess) collectDefaultMetrics({ register: maker.registry });
  const observers = [
    observeRounds(maker),
    observeAges(maker, clock),
    observeDecisions(maker),
    observeTrades(maker),
    observeTransactions(maker),
    observeAccount(maker),
    observeNodes(maker),
    observeKeeper(maker),
  ];
  const tell = (event: KeeperEvent) => {
    for (const observer of observers) observer.tell(event);
  };
  return { registry: maker.registry, observer: { tell } };
}

function observeRounds(maker: Maker): Observer {
  const rounds = maker.counter("rounds_total", "Rounds about a vault, by how they ended", ["vault", "outcome"]);
  const seconds = maker.histogram("round_duration_seconds", "How long a round about a vault took", [], ROUND_BUCKETS);
  const last = maker.gauge(
    "last_round_timestamp_seconds",
    "When the last round that did not fail was over, machine's clock",
    ["vault"],
  );
  const failures = maker.gauge("failed_rounds", "Rounds that failed in a row", ["vault"]);
  const training = maker.histogram(
    "training_duration_seconds",
    "How long a weekly training took",
    ["spec"],
    ROUND_BUCKETS,
  );
  const trainings = maker.counter("trainings_total", "Weekly trainings, by how they ended", ["spec", "outcome"]);
  return observerOf({
    round: ({ vault, outcome, seconds: took }) => {
      rounds.inc({ vault, outcome });
      seconds.observe(took);
      if (outcome === "failed") return failures.inc({ vault });
      failures.set({ vault }, 0);
      last.setToCurrentTime({ vault });
    },
    training: ({ spec, seconds: took, failure }) => {
      if (failure !== null) trainings.inc({ spec, outcome: "failed" });
      if (failure !== null || took === null) return;
      trainings.inc({ spec, outcome: "done" });
      training.observe({ spec }, took);
    },
  });
}

/** Ages grow between two rounds: they are worked out when they are asked for. */
function observeAges(maker: Maker, clock: ChainClock): Observer {
  const since = () => new Map<string, number>();
  const [decided, known, fitted, due] = [since(), since(), since(), since()];
  const age = (name: string, help: string, label: string, from: ReadonlyMap<string, number>) =>
    maker.gauge(name, help, [label], (gauge) => {
      gauge.reset(); // what is no longer known has no age
      for (const [of, at] of from) gauge.set({ [label]: of }, Math.max(0, clock.now() - at));
    });
  age("decision_age_seconds", "Age of a vault's newest decision, in the chain's time", "vault", decided);
  age("data_age_seconds", "Time since the end of the last day that a source has data of", "source", known);
  age(
    "model_age_seconds",
    "Time since the end of the last day that the speaking models were fitted on",
    "vault",
    fitted,
  );
  age("decision_overdue_seconds", "How long a vault's next decision has been due; 0 while it is not", "vault", due);
  return observerOf({
    decision: ({ vault, asOf }) => decided.set(vault, asOf),
    observation: ({ source, knownUntil }) => known.set(source, knownUntil),
    model: ({ vault, fittedUntil }) => (fittedUntil === null ? fitted.delete(vault) : fitted.set(vault, fittedUntil)),
    due: ({ vault, at }) => due.set(vault, at),
    vaults: ({ served }) => {
      const kept = new Set<string>(served);
      for (const ages of [decided, fitted, due]) {
        for (const vault of ages.keys()) if (!kept.has(vault)) ages.delete(vault);
      }
    },
  });
}

function observeDecisions(maker: Maker): Observer {
  const decisions = maker.counter("decisions_total", "Decisions, by action (propose, none) and lane", [
    "vault",
    "action",
    "lane",
  ]);
  const drift = maker.gauge(
    "drift_ratio",
    "One-way drift between held and wanted weights at the newest decision, 0 to 1",
    ["vault"],
  );
  const epoch = maker.gauge("epoch", "Epoch that the newest decision is for", ["vault"]);
  const mode = maker.gauge("model_mode", "1 for what spoke at the newest look: ensemble or fallback", [
    "vault",
    "mode",
  ]);
  const correlation = maker.gauge(
    "model_rank_correlation_ratio",
    "Neutral rank IC of the newest week whose outcome is known, -1 to 1",
    ["vault"],
  );
  const proposals = maker.counter("proposals_total", "Proposals, by what became of them", ["vault", "result"]);
  return observerOf({
    decision: (event) => {
      decisions.inc({ vault: event.vault, action: event.action, lane: event.lane ?? "none" });
      drift.set({ vault: event.vault }, event.driftBps / BPS);
      epoch.set({ vault: event.vault }, event.epoch);
    },
    model: ({ vault, spoke, rankCorrelation }) => {
      for (const one of ["ensemble", "fallback"]) mode.set({ vault, mode: one }, one === spoke ? 1 : 0);
      if (rankCorrelation === null) correlation.remove({ vault });
      else correlation.set({ vault }, rankCorrelation);
    },
    proposal: ({ vault, result }) => proposals.inc({ vault, result }),
  });
}

function observeTrades(maker: Maker): Observer {
  const fills = maker.counter("fills_total", "Fills that were booked, whoever did them", ["vault"]);
  const value = maker.counter("fill_value_usd_total", "Worth of what fills sold, in US dollars by the oracle", [
    "vault",
  ]);
  const cost = maker.counter(
    "fill_cost_usd_total",
    "What vaults did not get back of it, in US dollars; gains are left out",
    ["vault"],
  );
  const last = maker.gauge("last_fill_cost_ratio", "Cost of the newest fill as a part of its worth; negative: a gain", [
    "vault",
  ]);
  const upkeep = maker.counter(
    "upkeep_transactions_total",
    "Transactions of the permissionless part, by what for: vaults or recurring",
    ["part"],
  );
  return observerOf({
    fill: ({ vault, usd, costCentiBps }) => {
      fills.inc({ vault });
      value.inc({ vault }, usd);
      cost.inc({ vault }, Math.max(0, (usd * costCentiBps) / CENTI_BPS));
      last.set({ vault }, costCentiBps / CENTI_BPS);
    },
    upkeep: ({ vault, transactions }) => upkeep.inc({ part: vault === null ? "recurring" : "vaults" }, transactions),
  });
}

/** An intent is {chain}/{contract}/{what}/{which}. */
function purposeOf(intent: string): string {
  return intent.split("/")[2] ?? "other";
}

function observeTransactions(maker: Maker): Observer {
  const steps = maker.counter("transaction_steps_total", "Steps of transactions, by purpose and the state reached", [
    "purpose",
    "state",
  ]);
  const lost = maker.counter("reorganisations_total", "Mined transactions whose block was lost again");
  const gas = maker.counter("gas_spent_wei_total", "Paid for gas of finished transactions, in wei", ["purpose"]);
  const open = new Map<string, TransactionState>();
  maker.gauge("transactions", "Transactions under way, by state", ["state"], (gauge) => {
    const counts = new Map(STATES.slice(0, STATES.indexOf("DONE")).map((state) => [state, 0]));
    for (const state of open.values()) counts.set(state, (counts.get(state) ?? 0) + 1);
    for (const [state, count] of counts) gauge.set({ state }, count);
  });
  return observerOf({
    transaction: ({ intent, state, isLost, gasUsed, gasPrice }) => {
      const purpose = purposeOf(intent);
      steps.inc({ purpose, state });
      if (isLost) lost.inc();
      if (STATES.indexOf(state) < STATES.indexOf("DONE")) return open.set(intent, state);
      open.delete(intent);
      // Wei in a double: right to 15 digits, which a sum of fees never needs.
      if (gasUsed !== null && gasPrice !== null) gas.inc({ purpose }, Number(gasUsed * gasPrice));
    },
  });
}

function observeAccount(maker: Maker): Observer {
  const balance = maker.gauge("account_balance_wei", "Ether of the account that pays for gas, in wei", ["account"]);
  const gap = maker.gauge("pending_nonces", "Transactions of the account that nodes hold and no block has yet", [
    "account",
  ]);
  const spent = maker.gauge("daily_gas_spent_wei", "Spent on gas in the running day, in wei");
  const share = maker.gauge("daily_gas_ratio", "Part of the daily cap on gas that is spent, 0 to 1");
  return observerOf({
    account: (event) => {
      balance.set({ account: event.account }, Number(event.balance));
      gap.set({ account: event.account }, event.nonceGap);
    },
    spending: (event) => {
      spent.set(Number(event.spent));
      share.set(event.cap === 0n ? 0 : Number((event.spent * 10_000n) / event.cap) / BPS);
    },
  });
}

function observeNodes(maker: Maker): Observer {
  const latency = maker.histogram("rpc_duration_seconds", "How long calls of nodes took", ["node"], CALL_BUCKETS);
  const calls = maker.counter("rpc_requests_total", "Calls of nodes, by outcome", ["node", "outcome"]);
  const usable = maker.gauge("rpc_usable", "1 while a node is relied upon, else 0", ["node"]);
  const head = maker.gauge("head_block", "Newest block that a node gave", ["node"]);
  const time = maker.gauge("head_timestamp_seconds", "Its time", ["node"]);
  return observerOf({
    rpc: ({ node, seconds, failure }) => {
      latency.observe({ node }, seconds);
      calls.inc({ node, outcome: failure === null ? "ok" : "failed" });
    },
    node: ({ node, isUsable }) => usable.set({ node }, isUsable ? 1 : 0),
    head: ({ node, block, timestamp }) => {
      head.set({ node }, Number(block));
      time.set({ node }, timestamp);
    },
  });
}

function observeKeeper(maker: Maker): Observer {
  const halted = maker.gauge("halted", "1 while a breaker stops the keeper, else 0", ["breaker"]);
  const role = maker.gauge("role", "1 for what this keeper does: acting or standby", ["role"]);
  const served = maker.gauge("vaults", "Vaults, by whether they are served", ["served"]);
  const stale = maker.gauge("stale_feeds", "Price feeds of a vault without a fresh price", ["vault"]);
  const journal = maker.gauge("journal_usable", "1 while the journal can be written, else 0");
  const cosigners = maker.counter("cosigner_answers_total", "Answers of other keepers that sign, by result", [
    "cosigner",
    "result",
  ]);
  const alerts = maker.counter("alerts_total", "Alerts, by what became of them", ["alert", "result"]);
  return observerOf({
    halt: ({ breaker, isHalted }) => halted.set({ breaker }, isHalted ? 1 : 0),
    role: (event) => {
      for (const one of ["acting", "standby"]) role.set({ role: one }, one === event.role ? 1 : 0);
    },
    vaults: (event) => {
      served.set({ served: "yes" }, event.served.length);
      served.set({ served: "no" }, event.unserved.length);
    },
    feeds: (event) => stale.set({ vault: event.vault }, event.stale.length),
    journal: ({ failure }) => journal.set(failure === null ? 1 : 0),
    cosigner: ({ cosigner, result }) => cosigners.inc({ cosigner, result }),
    alert: ({ alert, result }: AlertEvent) => alerts.inc({ alert, result }),
  });
}

/** One line a metric of the keeper's own, as docs/OPERATIONS.md shows them: name, kind, labels, help. */
export function metricTable(registry: Registry): string {
  const own = (registry.getMetricsAsArray() as readonly (MetricObject & { readonly labelNames?: readonly string[] })[])
    .filter(({ name }) => name.startsWith(PREFIX))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const rows = own.map((metric) => {
    const labels = (metric.labelNames ?? []).map((label) => `\`${label}\``).join(", ");
    return `| \`${metric.name}\` | ${String(metric.type)} | ${labels} | ${metric.help} |`;
  });
  return ["| metric | kind | labels | what |", "|---|---|---|---|", ...rows].join("\n");
}
