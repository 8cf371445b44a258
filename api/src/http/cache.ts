import { type EncodedBody, encodeBody } from "./encoding.ts";
import { etagOf } from "./etag.ts";

/** The bytes of an answer. */
export interface KeptAnswer extends EncodedBody {
  readonly etag: string;
}

/** What bounds a cache. */
export interface CacheLimits {
  readonly bytes: number;
  readonly entries: number;
}

const LIMITS: CacheLimits = { bytes: 128 * 2 ** 20, entries: 20_000 };

/**
 * Answers as bytes. Those that depend on what is indexed are forgotten as soon as the revision changes; the oldest go when
 * there are too many. Callers who ask for the same at the same time wait for one piece of work.
 */
export class AnswerCache {
  readonly #revision: () => Promise<string>;
  readonly #limits: CacheLimits;
  readonly #kept = new Map<string, KeptAnswer>();
  readonly #underway = new Map<string, Promise<KeptAnswer>>();
  #current = "";
  #bytes = 0;

  constructor(revision: () => Promise<string>, limits: CacheLimits = LIMITS) {
    this.#revision = revision;
    this.#limits = limits;
  }

  /** The answer under a key; `make` is called when it is not there. */
  async get(key: string, freshness: "revision" | "immutable", make: () => Promise<string>): Promise<KeptAnswer> {
    const revision = await this.#revision();
    if (revision !== this.#current) this.#startOver(revision);
    const name = freshness === "immutable" ? key : `${revision} ${key}`;
    const kept = this.#kept.get(name);
    if (kept !== undefined) return kept;
    const waiting = this.#underway.get(name);
    if (waiting !== undefined) return waiting;
    const work = this.#make(name, make);
    this.#underway.set(name, work);
    return work;
  }

  async #make(name: string, make: () => Promise<string>): Promise<KeptAnswer> {
    try {
      const body = await encodeBody(await make());
      const answer = { ...body, etag: etagOf(body.plain) };
      this.#keep(name, answer);
      return answer;
    } finally {
      this.#underway.delete(name);
    }
  }

  #keep(name: string, answer: KeptAnswer): void {
    // What was made while the revision changed may be of either: nobody asks for its name again.
    const isOfThePast = !name.startsWith("/") && !name.startsWith(`${this.#current} `);
    if (isOfThePast || sizeOf(answer) > this.#limits.bytes / 8) return;
    this.#kept.set(name, answer);
    this.#bytes += sizeOf(answer);
    for (const [oldest, dropped] of this.#kept) {
      if (this.#bytes <= this.#limits.bytes && this.#kept.size <= this.#limits.entries) return;
      this.#kept.delete(oldest);
      this.#bytes -= sizeOf(dropped);
    }
  }

  #startOver(revision: string): void {
    for (const [name, dropped] of this.#kept) {
      if (name.startsWith("/")) continue;
      this.#kept.delete(name);
      this.#bytes -= sizeOf(dropped);
    }
    this.#current = revision;
  }
}

/** {bytes} that a kept answer takes. */
function sizeOf({ plain, packed }: EncodedBody): number {
  return plain.byteLength + (packed?.byteLength ?? 0);
}
