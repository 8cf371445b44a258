import type { MarketSnapshot } from "../../../keeper/src/data/snapshot.ts";
import type { MarketPanel } from "../../../keeper/src/features/marketPanel.ts";
import { prepareMarket } from "../../../keeper/src/training/sentimentHead.ts";
import type { DecisionSource } from "../decisions/decisions.ts";
import type { At } from "../history/history.ts";
import { NotFoundError, UnprocessableError } from "../http/problem.ts";
import type { DayHead } from "./gradeDay.ts";
import type { MarketStore, SERIES_COLUMNS, StoredToken } from "./marketStore.ts";
import type { InputsReader } from "./updateBook.ts";

/** Panels of earlier days that are kept: each takes tens of megabytes. */
const PANELS_KEPT = 2;

/**
 * What the API knows of the market: days that were graded from the inputs of decisions. Answers about a moment come from the
 * newest day that was graded from what was known then, and from nothing later.
 */
export class MarketBook {
  readonly store: MarketStore;
  readonly #decisions: Pick<DecisionSource, "byHash">;
  readonly #reader: InputsReader;
  readonly #panels = new Map<string, Promise<MarketPanel>>();

  constructor(store: MarketStore, decisions: Pick<DecisionSource, "byHash">, reader: InputsReader) {
    this.store = store;
    this.#decisions = decisions;
    this.#reader = reader;
  }

  /** The day that speaks at a moment. Throws UnprocessableError when none was graded by then. */
  async at(at: At): Promise<DayHead> {
    const head = await this.store.head(at);
    if (head !== undefined) return head;
    throw new UnprocessableError(
      at.asOf === undefined && at.asOfBlock === undefined
        ? "No decision of the keeper has been graded yet. Come back after its first one."
        : "Nothing was graded by then: the first decision is younger. Ask for a later moment.",
    );
  }

  /** One token of a day. Throws NotFoundError when the day's snapshot does not know it. */
  async token(head: DayHead, token: string): Promise<StoredToken> {
    const filter = { tokens: [token] };
    const [found] = await this.store.page({
      day: head.day,
      filter,
      sort: "symbol",
      order: "asc",
      limit: 1,
      after: null,
    });
    if (found !== undefined) return found;
    throw new NotFoundError("The market data of that day has no such token. /v1/tokens lists those that it has.", {
      token,
    });
  }

  /** Daily figures of tokens as they were known on a day. */
  async panel(
    head: DayHead,
    tokens: readonly string[] | "all",
    names: readonly (typeof SERIES_COLUMNS)[number][],
  ): Promise<MarketPanel> {
    return (await this.store.series(head.market, tokens, names)) ?? this.#pastPanel(head);
  }

  /** Everything that the decision of a day saw of the market. Large, and not kept: for who keeps what it makes of it. */
  async snapshot(head: Pick<DayHead, "decision">): Promise<MarketSnapshot> {
    return (await this.#inputs(head)).market;
  }

  /** Changes with every graded day. */
  revision(): Promise<string> {
    return this.store.revision();
  }

  /** Of an earlier day, from the journal; whoever asks at the same time waits for one piece of work. */
  #pastPanel(head: DayHead): Promise<MarketPanel> {
    const known = this.#panels.get(head.decision);
    if (known !== undefined) return known;
    const panel = this.#readPanel(head);
    this.#panels.set(head.decision, panel);
    panel.catch(() => this.#panels.delete(head.decision));
    const [oldest] = this.#panels.keys();
    if (this.#panels.size > PANELS_KEPT && oldest !== undefined) this.#panels.delete(oldest);
    return panel;
  }

  async #readPanel(head: DayHead): Promise<MarketPanel> {
    const { market, model } = await this.#inputs(head);
    return prepareMarket(market, model).panel;
  }

  async #inputs({ decision: hash }: Pick<DayHead, "decision">): ReturnType<InputsReader["inputs"]> {
    const decision = await this.#decisions.byHash(hash);
    if (decision !== undefined) return this.#reader.inputs(decision.record);
    throw new NotFoundError("The journal no longer has the decision that this day was graded from.", {
      decision: hash,
    });
  }
}
