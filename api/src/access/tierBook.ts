import { getTier, WEEK } from "@gimbal/sdk";
import type { Address, PublicClient } from "viem";
import { UnavailableError } from "../http/problem.ts";

/** A tier and the week start that it was read at. */
export type KnownTier = {
  /** 1 to 10; 0 = none */
  readonly tier: number;
  /** {s} the week start at which the chain read the score */
  readonly readAt: number;
};

/** Asks the chain for the tier that an account had at last week's start. */
export type TierSource = (account: Address) => Promise<KnownTier>;

type Entry = KnownTier & { readonly askedAt: number };

/** Accounts that are remembered at once. */
const MOST_ACCOUNTS = 10_000;
/** {s} before the chain is asked again when a week has begun for us but not for it: its next block may take a while. */
const RETRY = 15;

/** The chain's own answer: ScoreRegistry at the last week start before its newest block. */
export function tierSource(client: PublicClient, scores: Address): TierSource {
  return async (account) => {
    try {
      const { tier, readAt } = await getTier(client, { scores, account });
      return { tier, readAt: Number(readAt) };
    } catch (cause) {
      throw new UnavailableError(["node"], "The node could not be asked for the tier. Try again in a moment.", {
        cause,
      });
    }
  };
}

/**
 * Tiers of accounts. A tier holds for a week, so that it is asked for once a week; whoever asks while the answer is on its way
 * waits for the same one. A week that the node does not tell about is answered with the tier of the week before for as long as
 * the node is silent, but not beyond that week: then there is no tier.
 */
export class TierBook {
  readonly #source: TierSource;
  readonly #known = new Map<Address, Entry>();
  readonly #asked = new Map<Address, Promise<Entry>>();

  constructor(source: TierSource) {
    this.#source = source;
  }

  /** The tier that counts at `now` {s}. Throws {@link UnavailableError} when nothing is known and the node is silent. */
  async tierOf(account: Address, now: number): Promise<KnownTier> {
    const week = Number(WEEK);
    const weekStart = Math.floor((now - 1) / week) * week;
    const known = this.#known.get(account);
    if (known !== undefined && known.readAt >= weekStart) return known;
    const isLastWeeks = known !== undefined && known.readAt >= weekStart - week;
    if (isLastWeeks && now >= known.askedAt && now - known.askedAt < RETRY) return known;
    try {
      return await this.#ask(account, now);
    } catch (error) {
      if (!isLastWeeks) throw error;
      this.#keep(account, { ...known, askedAt: now });
      return known;
    }
  }

  #ask(account: Address, now: number): Promise<Entry> {
    const running = this.#asked.get(account);
    if (running !== undefined) return running;
    const answer = this.#source(account)
      .then((found): Entry => ({ ...found, askedAt: now }))
      .finally(() => this.#asked.delete(account));
    this.#asked.set(account, answer);
    return answer.then((entry) => {
      this.#keep(account, entry);
      return entry;
    });
  }

  #keep(account: Address, entry: Entry): void {
    this.#known.delete(account);
    const oldest = this.#known.size >= MOST_ACCOUNTS ? this.#known.keys().next().value : undefined;
    if (oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(account, entry);
  }
}
