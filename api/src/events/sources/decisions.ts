import type { DecisionPlace, DecisionSource, StoredDecision } from "../../decisions/decisions.ts";
import type { SourceEvent } from "../event.ts";
import type { EventSource } from "../feeder.ts";
import type { SourceBatch } from "../log.ts";
import { Span } from "./span.ts";

const DAY = 86_400;
const PAGE = 50;
/** A decision may reach the journal some time after the moment that it is about. */
const OVERLAP = 2 * DAY;

/** Decisions of the keeper, and the changes of regime that they tell of. Places are the moments they are about {s}. */
export class DecisionEvents implements EventSource {
  readonly name = "decisions";
  readonly first = 0;
  readonly overlap = OVERLAP;
  readonly keeps = true;
  readonly #decisions: DecisionSource;
  readonly #clock: () => number;
  readonly #span = new Span(30 * DAY, 100 * 365 * DAY);
  #seen: { readonly revision: string; readonly to: number } | undefined;

  constructor(decisions: DecisionSource, clock: () => number) {
    this.#decisions = decisions;
    this.#clock = clock;
  }

  async read(from: number): Promise<SourceBatch> {
    const revision = await this.#decisions.revision();
    // Nothing came since everything was read and taken over.
    const isTaken = this.#seen !== undefined && from > this.#seen.to - OVERLAP;
    if (isTaken && revision === this.#seen?.revision) return { from, to: from - 1, events: [], isNewest: true };
    const now = Math.floor(this.#clock());
    const to = this.#span.end(from, now);
    const found = await this.#between(from, to);
    const lists = await Promise.all(found.map((decision) => this.#eventsOf(decision)));
    const events = lists.flat();
    this.#span.learn(events.length);
    const isNewest = to >= now;
    if (isNewest) this.#seen = { revision, to };
    return { from, to, events, isNewest };
  }

  /** Decisions about a span of time, oldest first. */
  async #between(from: number, to: number): Promise<readonly StoredDecision[]> {
    const found: StoredDecision[] = [];
    let after: DecisionPlace | null = null;
    for (;;) {
      const page: readonly StoredDecision[] = await this.#decisions.list({ until: to }, PAGE, after);
      found.push(...page.filter(({ record }) => record.asOf >= from));
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE || last.record.asOf < from) return found.reverse();
      after = { asOf: last.record.asOf, hash: last.hash };
    }
  }

  async #eventsOf(decision: StoredDecision): Promise<readonly SourceEvent[]> {
    const { hash, record } = decision;
    const { asOf, vault, regime, action, epoch, reasons } = record;
    const shared = { place: asOf, identity: "", at: asOf, block: null, index: vault, account: null, tx: null };
    const made: SourceEvent = {
      ...{ ...shared, key: `decision:${hash}`, type: "decision.made", decision: hash },
      data: { action, epoch, lane: record.lane, regime: regime.regime, reason: reasons[0] ?? "" },
    };
    const before = await this.#decisions.newest(vault, asOf - 1);
    if (before === undefined || before.record.regime.regime === regime.regime) return [made];
    const data = { before: before.record.regime.regime, after: regime.regime, exposureBps: regime.exposureBps };
    return [made, { ...shared, key: `regime:${hash}`, type: "regime.changed", decision: hash, data }];
  }
}
