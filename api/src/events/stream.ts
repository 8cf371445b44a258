import { TooManyStreamsError } from "./errors.ts";
import { type EventFilter, type LoggedEvent, matches } from "./event.ts";
import { streamLimit } from "./limits.ts";
import type { EventLog } from "./log.ts";

/** What bounds the streams. */
export interface StreamLimits {
  readonly streams: number; // open at a time, of all clients
  readonly kept: number; // newest events in memory, shared by all streams
  readonly page: number; // events in one piece
  readonly heartbeat: number; // {ms} of silence before a sign of life
  readonly slow: number; // {ms} in which a client must take the next piece
}

export const STREAM_LIMITS: StreamLimits = { streams: 1_000, kept: 1_000, page: 50, heartbeat: 15_000, slow: 30_000 };

/** Why a stream was ended by the server. */
export class StreamDroppedError extends Error {}

/** How long a client is asked to wait before it connects again {ms}. */
const RETRY = 3_000;

/**
 * Follows the log for everybody who is connected. Each stream asks for its next piece when its client took the last one, so
 * that a slow client costs one piece of memory and holds nobody up; who is too slow is dropped, and resumes by the id of the
 * last event.
 */
export class StreamHub {
  readonly #log: EventLog;
  readonly #limits: StreamLimits;
  readonly #open = new Map<string, number>(); // streams by client
  readonly #waiting = new Set<() => void>();
  #kept: readonly LoggedEvent[] = [];
  #newest = 0;
  #count = 0;
  #reading: Promise<void> | undefined;
  #isStale = true;
  #isClosed = false;
  readonly #unlisten: () => void;

  constructor(log: EventLog, limits: StreamLimits = STREAM_LIMITS) {
    this.#log = log;
    this.#limits = limits;
    this.#unlisten = log.listen(() => {
      this.#isStale = true;
      for (const wake of this.#waiting) wake();
    });
  }

  /** Streams that are open now. */
  get size(): number {
    return this.#count;
  }

  /**
   * Opens a stream of the events behind `from`; null: of those to come. Throws TooManyStreamsError.
   * `client`: who is connected; all streams of one client count together.
   * `hangUp`: ends the connection of a client that does not read; without it, the stream fails.
   */
  async open(
    client: string,
    tier: number,
    filter: EventFilter,
    from: number | null,
    toText: (event: LoggedEvent) => Promise<string>,
    hangUp?: () => void,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    this.#admit(client, tier);
    let cursor: number;
    try {
      // A number from the future belongs to a log that is no more.
      cursor = Math.min(from ?? Number.MAX_SAFE_INTEGER, await this.#log.newest());
    } catch (error) {
      this.#leave(client);
      throw error;
    }
    const follower = new Follower(this, this.#limits, filter, cursor, toText, () => this.#leave(client), hangUp);
    return follower.stream;
  }

  /** Ends every stream. */
  close(): void {
    this.#isClosed = true;
    this.#unlisten();
    for (const wake of this.#waiting) wake();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The next events behind a number, and the number that was looked up to. */
  async after(cursor: number, filter: EventFilter): Promise<{ events: readonly LoggedEvent[]; cursor: number }> {
    await this.#refresh();
    const { page } = this.#limits;
    const oldest = this.#kept[0]?.seq ?? this.#newest + 1;
    if (cursor + 1 >= oldest) {
      const start = cursor + 1 - oldest;
      const looked = this.#kept.slice(start, start + page);
      return { events: looked.filter((event) => matches(event, filter)), cursor: looked.at(-1)?.seq ?? cursor };
    }
    const newest = this.#newest;
    const events = await this.#log.after(cursor, filter, page);
    const last = events.at(-1)?.seq ?? cursor;
    return { events, cursor: events.length < page ? Math.max(newest, last) : last };
  }

  /** Waits for something new behind a number, for `limit` {ms}, or until `signal`. */
  async wait(limit: number, signal: AbortSignal): Promise<void> {
    if (this.#isClosed || this.#isStale || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#waiting.delete(end);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, limit);
      this.#waiting.add(end);
      signal.addEventListener("abort", end);
    });
  }

  /** Brings what is kept up to date: one read for all streams. */
  async #refresh(): Promise<void> {
    // A read that is under way is waited for too: who would look before its end would miss what it brings.
    while (this.#isStale || this.#reading !== undefined) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined;
      });
      await this.#reading;
    }
  }

  async #read(): Promise<void> {
    this.#isStale = false;
    try {
      // What is older than what is kept is read from the log by whoever asks for it.
      if (this.#newest === 0) this.#newest = Math.max(0, (await this.#log.newest()) - this.#limits.kept);
      for (;;) {
        const more = await this.#log.every(this.#newest, this.#limits.kept);
        this.#kept = [...this.#kept, ...more].slice(-this.#limits.kept);
        this.#newest = more.at(-1)?.seq ?? this.#newest;
        if (more.length < this.#limits.kept) return;
      }
    } catch (error) {
      this.#isStale = true;
      throw error;
    }
  }

  #admit(client: string, tier: number): void {
    const own = this.#open.get(client) ?? 0;
    const most = streamLimit(tier);
    if (own >= most) {
      throw new TooManyStreamsError(`You have ${own} streams open, and your tier ${tier} allows ${most}. Close one.`);
    }
    if (this.#count >= this.#limits.streams || this.#isClosed) {
      throw new TooManyStreamsError("The server has as many streams open as it can. Come back later.");
    }
    this.#open.set(client, own + 1);
    this.#count++;
  }

  #leave(client: string): void {
    this.#count--;
    const rest = (this.#open.get(client) ?? 1) - 1;
    if (rest === 0) this.#open.delete(client);
    else this.#open.set(client, rest);
  }
}

const encoder = new TextEncoder();

/** One stream: its place in the log, and the timers that watch over its client. */
class Follower {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #hub: StreamHub;
  readonly #limits: StreamLimits;
  readonly #filter: EventFilter;
  readonly #toText: (event: LoggedEvent) => Promise<string>;
  readonly #onEnd: () => void;
  readonly #hangUp: (() => void) | undefined;
  readonly #end = new AbortController();
  #cursor: number;
  #hasGreeted = false;
  #slow: NodeJS.Timeout | undefined;

  constructor(
    hub: StreamHub,
    limits: StreamLimits,
    filter: EventFilter,
    cursor: number,
    toText: (event: LoggedEvent) => Promise<string>,
    onEnd: () => void,
    hangUp: (() => void) | undefined,
  ) {
    this.#hub = hub;
    this.#limits = limits;
    this.#filter = filter;
    this.#cursor = cursor;
    this.#toText = toText;
    this.#onEnd = onEnd;
    this.#hangUp = hangUp;
    this.stream = new ReadableStream(
      { pull: (controller) => this.#pull(controller), cancel: () => this.#finish() },
      { highWaterMark: 0 },
    );
    this.#watch(() => {});
  }

  /** Ends a stream whose client takes nothing for too long. */
  #watch(onSlow: () => void): void {
    this.#slow = setTimeout(() => {
      this.#finish();
      if (this.#hangUp === undefined) onSlow();
      else this.#hangUp();
    }, this.#limits.slow).unref();
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> {
    clearTimeout(this.#slow);
    try {
      const piece = this.#hasGreeted ? await this.#next() : `retry: ${RETRY}\n: following from ${this.#cursor}\n\n`;
      this.#hasGreeted = true;
      if (this.#end.signal.aborted) return;
      if (piece === null) {
        this.#finish();
        controller.close();
        return;
      }
      controller.enqueue(encoder.encode(piece));
      this.#watch(() => controller.error(new StreamDroppedError("The client did not take what was sent in time.")));
    } catch (error) {
      this.#finish();
      throw error;
    }
  }

  /** The next piece: events, or a sign of life. null: the hub was closed. */
  async #next(): Promise<string | null> {
    const deadline = performance.now() + this.#limits.heartbeat;
    for (;;) {
      if (this.#hub.isClosed) return null;
      const { events, cursor } = await this.#hub.after(this.#cursor, this.#filter);
      const hasMoved = cursor > this.#cursor;
      this.#cursor = cursor;
      if (events.length > 0) return (await Promise.all(events.map((event) => this.#write(event)))).join("");
      const left = deadline - performance.now();
      if (left <= 0) return ": still here\n\n";
      if (!hasMoved) await this.#hub.wait(left, this.#end.signal);
      if (this.#end.signal.aborted) return null;
    }
  }

  async #write(event: LoggedEvent): Promise<string> {
    return `id: ${event.seq}\nevent: ${event.type}\ndata: ${await this.#toText(event)}\n\n`;
  }

  #finish(): void {
    if (this.#end.signal.aborted) return;
    clearTimeout(this.#slow);
    this.#end.abort();
    this.#onEnd();
  }
}
