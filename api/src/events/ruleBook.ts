import { createHash, randomUUID } from "node:crypto";
import type { Address } from "viem";
import type { Database, Row } from "../../../keeper/src/journal/database.ts";
import { NotFoundError } from "../http/problem.ts";
import { QuotaReachedError } from "./errors.ts";
import { alertLimit } from "./limits.ts";
import type { Channel } from "./messenger.ts";
import { type FigureState, FRESH, type RuleSpec } from "./rules.ts";

/** Where a rule's firings go besides the owner's stream, which always has them. */
export interface RuleDestinations {
  readonly webhooks: readonly string[]; // ids
  readonly chats: readonly Channel[]; // the chats that the owner linked
}

/** A rule of an account. */
export interface AlertRule {
  readonly id: string;
  readonly owner: Address;
  readonly name: string;
  readonly spec: RuleSpec;
  readonly destinations: RuleDestinations;
  readonly isOn: boolean;
  readonly revision: number; // rises with every change by its owner
  readonly state: FigureState;
  readonly createdAt: number; // {s}
  /** Events up to this number do not fire it: it was not there yet. */
  readonly afterSeq: number;
}

/** What an account says about its rule. */
export interface RuleTerms {
  readonly name: string;
  readonly spec: RuleSpec;
  readonly destinations: RuleDestinations;
  readonly isOn: boolean;
}

/** One time that a rule fired. */
export interface Firing {
  readonly id: string;
  readonly rule: string;
  readonly owner: Address;
  readonly event: number | null; // number of the event that made it fire; null: a figure did
  readonly at: number; // {s}
  readonly text: string;
  readonly value: number | null; // the figure
  readonly destinations: RuleDestinations;
  readonly isRetracted: boolean; // the event did not happen after all
}

/** A place in a list of firings. */
export interface FiringPlace {
  readonly at: number;
  readonly id: string;
}

/** The alert rules of all accounts and what became of them. */
export class RuleBook {
  readonly #db: Database;

  constructor(database: Database) {
    this.#db = database;
  }

  /** Throws QuotaReachedError when the account has as many as its tier allows, NotFoundError for a webhook that it has not. */
  async create(owner: Address, tier: number, terms: RuleTerms, now: number): Promise<AlertRule> {
    const id = `rule_${randomUUID().replaceAll("-", "")}`;
    await this.#db.atomically(async (db) => {
      const row = await db.get("SELECT COUNT(*) AS n FROM alert_rules WHERE owner = ?", owner.toLowerCase());
      const most = alertLimit(tier);
      if (Number(row?.n) >= most) {
        throw new QuotaReachedError(`Your tier ${tier} has ${most} rules at most. Remove one, or raise your tier.`);
      }
      await requireWebhooks(db, owner, terms.destinations);
      await db.run(
        `INSERT INTO alert_rules VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, (SELECT COALESCE(MAX(seq), 0) FROM events))`,
        ...[id, owner.toLowerCase(), ...columns(terms), JSON.stringify(FRESH), now],
      );
    });
    return this.get(owner, id);
  }

  async list(owner: Address): Promise<readonly AlertRule[]> {
    const rows = await this.#db.all(
      "SELECT * FROM alert_rules WHERE owner = ? ORDER BY created_at, id",
      owner.toLowerCase(),
    );
    return rows.map(toRule);
  }

  /** Throws NotFoundError when the account has no such rule. */
  async get(owner: Address, id: string): Promise<AlertRule> {
    return toRule(await requireOwn(this.#db, owner, id));
  }

  /** Changes a rule. With another condition, or switched on again, it starts as if it were new. */
  async change(owner: Address, id: string, terms: Partial<RuleTerms>): Promise<AlertRule> {
    await this.#db.atomically(async (db) => {
      const old = toRule(await requireOwn(db, owner, id));
      const next = { ...old, ...terms };
      const isNew = JSON.stringify(next.spec) !== JSON.stringify(old.spec) || (next.isOn && !old.isOn);
      await requireWebhooks(db, owner, next.destinations);
      const state = isNew ? { ...FRESH, crossings: old.state.crossings } : old.state;
      await db.run(
        `UPDATE alert_rules SET name = ?, spec = ?, destinations = ?, is_on = ?, revision = revision + 1, state = ?,
           after_seq = ${isNew ? "(SELECT COALESCE(MAX(seq), 0) FROM events)" : "after_seq"} WHERE id = ?`,
        ...[...columns(next), JSON.stringify(state), id],
      );
    });
    return this.get(owner, id);
  }

  /** Removes a rule with its history. */
  remove(owner: Address, id: string): Promise<void> {
    return this.#db.atomically(async (db) => {
      await requireOwn(db, owner, id);
      await db.run("DELETE FROM alert_rules WHERE id = ?", id);
      await db.run("DELETE FROM alert_firings WHERE rule = ?", id);
    });
  }

  /** Firings of an account, newest first, of one rule or of all. */
  async firings(
    owner: Address,
    rule: string | null,
    limit: number,
    after: FiringPlace | null,
  ): Promise<readonly Firing[]> {
    const rows = await this.#db.all(
      `SELECT * FROM alert_firings WHERE owner = ? ${rule === null ? "" : "AND rule = ?"}
         ${after === null ? "" : "AND (at < ? OR (at = ? AND id > ?))"} ORDER BY at DESC, id LIMIT ?`,
      owner.toLowerCase(),
      ...(rule === null ? [] : [rule]),
      ...(after === null ? [] : [after.at, after.at, after.id]),
      limit,
    );
    return rows.map(toFiring);
  }
}

/** All rules that are switched on, in the order in which they were made. */
export async function activeRules(db: Database): Promise<readonly AlertRule[]> {
  return (await db.all("SELECT * FROM alert_rules WHERE is_on = 1 ORDER BY created_at, id")).map(toRule);
}

/** Writes down where a rule stands, in the transaction that read it. */
export async function saveState(db: Database, rule: AlertRule, state: FigureState): Promise<void> {
  await db.run("UPDATE alert_rules SET state = ? WHERE id = ?", JSON.stringify(state), rule.id);
}

/** Id of a firing: the same for the same rule and thing, so that a thing fires a rule once. */
export function firingId(rule: AlertRule, thing: string): string {
  return `fir_${createHash("sha256").update(`${rule.id} ${thing}`).digest("hex").slice(0, 32)}`;
}

/** Writes a firing down. False: it was there already. */
export async function saveFiring(db: Database, firing: Firing): Promise<boolean> {
  const rows = await db.run(
    "INSERT INTO alert_firings VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
    ...[firing.id, firing.rule, firing.owner.toLowerCase(), firing.event, firing.at, firing.text, firing.value],
    JSON.stringify(firing.destinations),
  );
  return rows === 1;
}

export async function firingOf(db: Database, id: string): Promise<Firing | undefined> {
  const row = await db.get("SELECT * FROM alert_firings WHERE id = ?", id);
  return row === undefined ? undefined : toFiring(row);
}

/** Marks what an event made fire as not having happened. Returns what was not marked before. */
export async function retractFirings(db: Database, event: number): Promise<readonly Firing[]> {
  const rows = await db.all("SELECT * FROM alert_firings WHERE event = ? AND is_retracted = 0 ORDER BY id", event);
  await db.run("UPDATE alert_firings SET is_retracted = 1 WHERE event = ?", event);
  return rows.map(toFiring);
}

async function requireOwn(db: Database, owner: Address, id: string): Promise<Row> {
  const row = await db.get("SELECT * FROM alert_rules WHERE id = ? AND owner = ?", id, owner.toLowerCase());
  if (row !== undefined) return row;
  throw new NotFoundError("Your account has no rule of this id. GET /v1/alerts lists those it has.");
}

async function requireWebhooks(db: Database, owner: Address, { webhooks }: RuleDestinations): Promise<void> {
  for (const id of webhooks) {
    const row = await db.get("SELECT id FROM webhooks WHERE id = ? AND owner = ?", id, owner.toLowerCase());
    if (row !== undefined) continue;
    throw new NotFoundError("A rule goes to webhooks of your account only. Register this one first.", { webhook: id });
  }
}

function columns({ name, spec, destinations, isOn }: RuleTerms): readonly [string, string, string, number] {
  return [name, JSON.stringify(spec), JSON.stringify(destinations), isOn ? 1 : 0];
}

function toRule(row: Row): AlertRule {
  return {
    id: String(row.id),
    owner: row.owner as Address,
    name: String(row.name),
    spec: JSON.parse(String(row.spec)) as RuleSpec,
    destinations: JSON.parse(String(row.destinations)) as RuleDestinations,
    isOn: Number(row.is_on) === 1,
    revision: Number(row.revision),
    state: JSON.parse(String(row.state)) as FigureState,
    createdAt: Number(row.created_at),
    afterSeq: Number(row.after_seq),
  };
}

function toFiring(row: Row): Firing {
  return {
    id: String(row.id),
    rule: String(row.rule),
    owner: row.owner as Address,
    event: row.event === null ? null : Number(row.event),
    at: Number(row.at),
    text: String(row.text),
    value: row.value === null ? null : Number(row.value),
    destinations: JSON.parse(String(row.destinations)) as RuleDestinations,
    isRetracted: Number(row.is_retracted) === 1,
  };
}
