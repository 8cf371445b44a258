import type { Address, Hex } from "viem";
import type { EventsOf, History, Page, PageOf } from "../../history/history.ts";
import type { EventRow, RebalanceRow, Stamp } from "../../history/rows.ts";
import type { JsonObject, SourceEvent } from "../event.ts";
import type { EventSource } from "../feeder.ts";
import type { SourceBatch } from "../log.ts";
import { Span } from "./span.ts";

/** Blocks that may still be replaced, with room to spare: Ethereum makes them final after 64 to 96. */
const OVERLAP = 128;
/** An id of a row is the block's number times this, plus the number of the log. */
const LOGS_PER_BLOCK = 100_000;
const PAGE = 1_000;
const LONGEST_TITLE = 140;
/** {s} from a proposal of weights to the end of its window, at most, with room to spare. */
const LONGEST_EPOCH = 60 * 86_400;

/** What is the same in every event of a row: where it lies. */
type Place = Pick<SourceEvent, "key" | "place" | "identity" | "at" | "block" | "tx">;

/** Events of the chain, as the index knows them. A block that is replaced takes its events with it. */
export class ChainSource implements EventSource {
  readonly name = "chain";
  readonly overlap = OVERLAP;
  readonly keeps = false;
  readonly first: number;
  readonly #history: History;
  readonly #span = new Span(1_000, 100_000);

  /** `first`: the block in which the deployment began. */
  constructor(history: History, first: number) {
    this.#history = history;
    this.first = first;
  }

  async read(from: number): Promise<SourceBatch> {
    const head = await this.#history.head();
    const to = this.#span.end(from, head.block);
    if (to < from) return { from, to, events: [], isNewest: true };
    const lists = await Promise.all([
      ...this.#rows(head.chainId, from, to),
      this.#proposed(head.chainId, from, to),
      this.#proposals(head.chainId, from, to),
      this.#created(head.chainId, from, to),
    ]);
    const events = lists.flat().sort((a, b) => a.place - b.place || logOf(a) - logOf(b));
    this.#span.learn(events.length);
    // The index went back while it was read: what it said may be half of the old and half of the new.
    const isTorn = (await this.#history.head()).block < to;
    return isTorn
      ? { from, to: from - 1, events: [], isNewest: true }
      : { from, to, events, isNewest: to === head.block };
  }

  /** Everything that is a row of one event. */
  #rows(chain: number, from: number, to: number): readonly Promise<readonly SourceEvent[]>[] {
    const h = this.#history;
    const each = async <Row extends EventRow>(
      read: (page: EventsOf) => Promise<Page<Row>>,
      make: (row: Row) => Omit<SourceEvent, keyof Place> | undefined,
    ) => {
      const base = { afterId: from * LOGS_PER_BLOCK - 1, asOfBlock: to, order: "oldest", limit: PAGE } as const;
      const rows = await everyPage((cursor) => read({ ...base, cursor }));
      return rows.flatMap((row) => {
        const event = make(row);
        return event === undefined ? [] : [{ ...placeOf(chain, row, String(row.id % LOGS_PER_BLOCK)), ...event }];
      });
    };
    return [
      each(h.flows.bind(h), ({ vault, kind, receiver, caller, shares, feeShares }) => {
        if (kind !== "mint" && kind !== "redeem") return undefined;
        const data = { shares: String(shares), unit: "share wei", caller, feeShares: textOrNull(feeShares) };
        const type = kind === "mint" ? "index.minted" : "index.redeemed";
        return { type, index: vault, account: kind === "mint" ? receiver : caller, decision: null, data };
      }),
      each(h.fills.bind(h), ({ vault, filler, epoch, sellToken, buyToken, sold, paid, soldValue, paidValue }) => ({
        ...{ type: "rebalance.filled", index: vault, account: filler, decision: null },
        data: {
          ...{ epoch, sellToken, buyToken, sold: String(sold), paid: String(paid), unit: "raw tokens" },
          ...{ soldValue: textOrNull(soldValue), paidValue: textOrNull(paidValue), valueUnit: "D18{USD}" },
        },
      })),
      each(h.votes.bind(h), ({ proposal, voter, support, weight, reason }) => ({
        ...{ type: "proposal.voted", index: null, account: voter, decision: null },
        data: { proposal: String(proposal), support, weight: String(weight), unit: "veGIM wei", reason: cut(reason) },
      })),
      each(h.revenueClaims.bind(h), ({ account, token, receiver, amount, fromEpoch, toEpoch }) => ({
        ...{ type: "revenue.claimed", index: null, account, decision: null },
        data: { token, receiver, amount: String(amount), unit: "raw tokens", fromEpoch, toEpoch },
      })),
    ];
  }

  async #proposed(chain: number, from: number, to: number): Promise<readonly SourceEvent[]> {
    const known = await newestUntil((page) => this.#history.rebalances(page), from, to, LONGEST_EPOCH);
    const isWithin = ({ block }: { readonly block: number }) => block >= from && block <= to;
    const ended = known.flatMap(({ vault, epoch, outcome, status }): readonly SourceEvent[] => {
      if (outcome === null || !isWithin(outcome)) return [];
      const place = placeOf(chain, outcome, `ended:${vault}:${epoch}`);
      const data = { epoch, outcome: status, by: outcome.by };
      return [{ ...place, type: "rebalance.ended", index: vault, account: null, decision: null, data }];
    });
    const proposed = known.filter(isWithin).map(
      (row): SourceEvent => ({
        ...placeOf(chain, row, `rebalance:${row.vault}:${row.epoch}`),
        ...{ type: "rebalance.proposed", index: row.vault, account: null, decision: row.decisionHash },
        data: proposedData(row),
      }),
    );
    return [...proposed, ...ended];
  }

  async #proposals(chain: number, from: number, to: number): Promise<readonly SourceEvent[]> {
    const rows = await newestUntil((page) => this.#history.proposals(page), from, to);
    return rows.map((row) => ({
      ...placeOf(chain, row, `proposal:${row.id}`),
      ...{ type: "proposal.created", index: null, account: row.proposer, decision: null },
      data: {
        ...{ proposal: String(row.id), number: row.number, title: titleOf(row.description) },
        ...{ voteStart: iso(row.voteStart), voteEnd: iso(row.voteEnd) },
      },
    }));
  }

  async #created(chain: number, from: number, to: number): Promise<readonly SourceEvent[]> {
    const rows = await newestUntil((page) => this.#history.vaults(page), from, to);
    return rows.map((row) => ({
      ...placeOf(chain, row, `index:${row.address}`),
      ...{ type: "index.created", index: row.address, account: row.creator, decision: null },
      data: { name: row.name, symbol: row.symbol, curator: row.curator },
    }));
  }
}

function placeOf(chain: number, { block, time, transaction }: Stamp, log: string): Place {
  const key = `${chain}:${transaction}:${log}`;
  return { key, place: block, identity: `${block} ${time}`, at: time, block, tx: transaction as Hex };
}

/** The number of the log in a key; what has none comes first in its block. */
function logOf({ key }: SourceEvent): number {
  const log = Number(key.slice(key.lastIndexOf(":") + 1));
  return Number.isNaN(log) || log > LOGS_PER_BLOCK ? -1 : log;
}

function proposedData({ epoch, lane, opensAt, closesAt, weightsBefore, weightsTarget }: RebalanceRow): JsonObject {
  const before = new Map<Address, number | null>(weightsBefore.map(({ token, weightBps }) => [token, weightBps]));
  const weights = weightsTarget.map(({ token, weightBps }) => ({
    ...{ token, beforeBps: before.get(token) ?? null, targetBps: weightBps },
  }));
  return { epoch, lane, opensAt: iso(opensAt), closesAt: iso(closesAt), weights };
}

/** All rows of a list, page by page. */
async function everyPage<Row>(read: (cursor: string | undefined) => Promise<Page<Row>>): Promise<readonly Row[]> {
  const all: Row[] = [];
  let cursor: string | undefined;
  do {
    const { rows, next } = await read(cursor);
    all.push(...rows);
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  return all;
}

/** Rows of a list that knows no ids: from the newest of a span back to its first block, or `back` {s} further. */
async function newestUntil<Row extends Stamp>(
  read: (page: PageOf & { readonly asOfBlock: number }) => Promise<Page<Row>>,
  from: number,
  to: number,
  back = 0,
): Promise<readonly Row[]> {
  const found: Row[] = [];
  let cursor: string | undefined;
  for (;;) {
    const { rows, next }: Page<Row> = await read({
      asOfBlock: to,
      order: "newest",
      limit: back === 0 ? 100 : PAGE,
      cursor,
    });
    found.push(...rows);
    // The newest row before the span is not younger than the span: what is `back` older than it cannot reach into it.
    const before = found.find(({ block }) => block < from);
    const last = found.at(-1);
    const isEnough = before !== undefined && last !== undefined && last.time <= before.time - back;
    if (next === null || isEnough) return found.filter(({ block }) => back > 0 || block >= from).reverse();
    cursor = next;
  }
}

function titleOf(description: string): string {
  const [first = ""] = description.trim().split("\n");
  return cut(first.replace(/^#+\s*/, ""));
}

function cut(text: string): string {
  return text.length > LONGEST_TITLE ? `${text.slice(0, LONGEST_TITLE - 3)}...` : text;
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function textOrNull(value: bigint | null): string | null {
  return value === null ? null : String(value);
}
