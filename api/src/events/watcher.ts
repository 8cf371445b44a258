import type { Database } from "../../../keeper/src/journal/database.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { type AlertRule, activeRules, saveState } from "./ruleBook.ts";
import { type FigureRule, figureKey, isFigureRule, look } from "./rules.ts";
import { figureSentence, type Names } from "./words.ts";

/** A vote that goes on. */
export interface OpenVote {
  readonly id: string;
  readonly title: string;
  readonly endsAt: number; // {s}
}

/** Reads what rules look at. null: unknown now. */
export interface Figures {
  /** The figure of a rule, for its owner. */
  figure(rule: FigureRule, owner: AlertRule["owner"]): Promise<number | null>;
  openVotes(): Promise<readonly OpenVote[]>;
}

/** What the watcher works with. */
export interface WatcherParts {
  readonly database: Database;
  readonly dispatcher: Pick<Dispatcher, "fire">;
  readonly figures: Figures;
  readonly names: () => Promise<Names>;
  readonly clock: () => number; // {s}
  readonly onTrouble: (what: string, error: unknown) => void;
}

const HOUR = 3_600;

/** Looks at figures and clocks for the rules that wait for no event. */
export class Watcher {
  readonly #parts: WatcherParts;

  constructor(parts: WatcherParts) {
    this.#parts = parts;
  }

  /** Looks once. Returns how many rules fired. */
  async run(): Promise<number> {
    const { database, names } = this.#parts;
    const rules = await activeRules(database);
    if (!rules.some(({ spec }) => isFigureRule(spec) || spec.kind === "vote-ends")) return 0;
    const figures = await this.#read(rules);
    const votes = rules.some(({ spec }) => spec.kind === "vote-ends") ? await this.#votes() : [];
    const known = await names();
    return database.atomically(async (db) => {
      let count = 0;
      // Rules may have changed while figures were read: what was not read for is left alone.
      for (const rule of await activeRules(db)) {
        if (isFigureRule(rule.spec)) count += await this.#lookAtFigure(db, rule, rule.spec, figures, known);
        else if (rule.spec.kind === "vote-ends") count += await this.#lookAtVotes(db, rule, rule.spec.hours, votes);
      }
      return count;
    });
  }

  /** Each figure once, however many rules are about it. One that cannot be read is unknown, and the others are read. */
  async #read(rules: readonly AlertRule[]): Promise<ReadonlyMap<string, number | null>> {
    const figures = new Map<string, number | null>();
    for (const { spec, owner } of rules) {
      if (!isFigureRule(spec)) continue;
      const key = figureKey(spec, owner);
      if (figures.has(key)) continue;
      try {
        figures.set(key, await this.#parts.figures.figure(spec, owner));
      } catch (error) {
        figures.set(key, null);
        this.#parts.onTrouble(key, error);
      }
    }
    return figures;
  }

  async #votes(): Promise<readonly OpenVote[]> {
    try {
      return await this.#parts.figures.openVotes();
    } catch (error) {
      this.#parts.onTrouble("votes", error);
      return [];
    }
  }

  async #lookAtFigure(
    db: Database,
    rule: AlertRule,
    spec: FigureRule,
    figures: ReadonlyMap<string, number | null>,
    names: Names,
  ): Promise<number> {
    const figure = figures.get(figureKey(spec, rule.owner)) ?? null;
    const { state, hasFired, from } = look(spec, rule.state, figure);
    if (state !== rule.state) await saveState(db, rule, state);
    if (!hasFired || figure === null || from === null) return 0;
    const reason = { text: figureSentence(spec, figure, from, names), event: null, value: figure };
    const fired = await this.#parts.dispatcher.fire(db, rule, { ...reason, thing: `crossing ${state.crossings}` });
    return fired ? 1 : 0;
  }

  async #lookAtVotes(db: Database, rule: AlertRule, hours: number, votes: readonly OpenVote[]): Promise<number> {
    const now = this.#parts.clock();
    let count = 0;
    for (const { id, title, endsAt } of votes) {
      if (endsAt <= now || endsAt - now > hours * HOUR) continue;
      const text = `The vote on "${title}" ends at ${new Date(endsAt * 1000).toISOString()}.`;
      // A vote that was extended has another end, and is told of again.
      const thing = `vote ${id} ${endsAt}`;
      if (await this.#parts.dispatcher.fire(db, rule, { thing, text, event: null, value: null })) count++;
    }
    return count;
  }
}
