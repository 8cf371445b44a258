import { type Address, isAddressEqual, keccak256, stringToHex } from "viem";
import { Journal } from "../../keeper/src/journal/journal.ts";
import { decisionHash } from "../../keeper/src/plan/record.ts";
import { SignalsInvalidError, SignalsStaleError } from "./errors.ts";
import type { Signal } from "./plan.ts";
import type { TradedToken } from "./prices.ts";

/** What was thought at one moment. */
export interface SignalSet {
  /** Hash of the decision, or of the answer that they were read from: one set trades once. */
  readonly id: string;
  readonly asOf: number; // {s}
  readonly validUntil: number | null; // {s}; null: it does not say
  readonly signals: readonly Signal[];
}

/** Where signals come from. */
export type SignalSource = () => Promise<SignalSet>;

const STANCES = ["bullish", "neutral", "bearish", "unknown"] as const;

/** Signals of the newest decision about an index, from a keeper's journal. */
export function journalSignals(
  file: string,
  { chainId, vault, tokens }: { chainId: number; vault: Address; tokens: readonly TradedToken[] },
): SignalSource {
  return async () => {
    const journal = await Journal.open(file);
    try {
      const [hash] = await journal.decisions(chainId, vault, 1);
      const record = hash === undefined ? undefined : await journal.decision(hash);
      if (record === undefined)
        throw new SignalsInvalidError(`${file} has no decision about ${vault}. Ask its keeper.`);
      if (decisionHash(record) !== hash) throw new SignalsInvalidError(`${file} was changed: a hash does not fit.`);
      const signals = record.assets.flatMap(({ token, stance }): Signal[] => {
        const traded = tokens.find(({ address }) => isAddressEqual(address, token));
        return traded === undefined || stance === "stable" ? [] : [{ symbol: traded.symbol, stance: stanceOf(stance) }];
      });
      return { id: hash, asOf: record.asOf, validUntil: record.validUntil, signals };
    } finally {
      await journal.close();
    }
  };
}

/** Tokens that stand for a coin on chain, by the coin that the API speaks of. */
const WRAPPED: Readonly<Record<string, string>> = { ETH: "WETH", BTC: "WBTC" };

/** Signals of the API's /v1/trading-signals, all pages of it. `url`: the API's root. */
export function apiSignals(
  url: string,
  { tokens, fetch: ask = fetch }: { tokens: readonly TradedToken[]; fetch?: typeof fetch },
): SignalSource {
  const known = (symbol: string) => tokens.find((token) => token.symbol === symbol)?.symbol;
  return async () => {
    const pages: SignalPage[] = [];
    let cursor: string | undefined;
    do {
      const place = new URL(`${url.replace(/\/$/, "")}/v1/trading-signals`);
      place.searchParams.set("limit", "100");
      if (cursor !== undefined) place.searchParams.set("cursor", cursor);
      const page = await readPage(place, ask);
      pages.push(page);
      cursor = page.next;
    } while (cursor !== undefined);
    const items = pages.flatMap(({ signals }) => signals);
    const decisions = new Set(items.map(({ decision }) => decision));
    if (decisions.size > 1) throw new SignalsInvalidError("The API decided anew meanwhile. Ask again.");
    const signals = items
      .flatMap(({ symbol, stance }): Signal[] => {
        const token = known(symbol) ?? known(WRAPPED[symbol] ?? "");
        return token === undefined ? [] : [{ symbol: token, stance }];
      })
      .sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
    // Named by the decision and not by the moment: the same signals asked for later are the same set.
    const id = keccak256(stringToHex(JSON.stringify([...decisions, signals])));
    const asOf = Math.min(...pages.map((page) => page.asOf));
    return { id, asOf, validUntil: null, signals };
  };
}

interface SignalPage {
  readonly asOf: number; // {s}
  readonly next: string | undefined;
  readonly signals: readonly { symbol: string; stance: Signal["stance"]; decision: string }[];
}

async function readPage(place: URL, ask: typeof fetch): Promise<SignalPage> {
  const response = await ask(place, { signal: AbortSignal.timeout(10_000) }).catch((cause: unknown) => {
    throw new SignalsInvalidError(`No API answers at ${place.origin}. Correct its address, or start it.`, { cause });
  });
  if (!response.ok) throw new SignalsInvalidError(`The API answered ${response.status} instead of signals.`);
  const page = (await response.json().catch(() => null)) as { data?: unknown; asOf?: unknown; next?: unknown } | null;
  const asOf = Math.floor(Date.parse(String(page?.asOf)) / 1_000);
  if (page === null || !Array.isArray(page.data) || Number.isNaN(asOf)) {
    throw new SignalsInvalidError("What the API answered are no signals. Is its version another one?");
  }
  const signals = page.data.map((item: unknown) => {
    const { symbol, signal, computedFrom } = (item ?? {}) as Readonly<Record<string, unknown>>;
    const { decision } = (computedFrom ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof symbol === "string" && typeof decision === "string")
      return { symbol, stance: stanceOf(signal), decision };
    throw new SignalsInvalidError("A signal of the API has no symbol, or does not say what it was computed from.");
  });
  return { asOf, next: typeof page.next === "string" ? page.next : undefined, signals };
}

function stanceOf(value: unknown): Signal["stance"] {
  const found = STANCES.find((stance) => stance === value);
  if (found === undefined) throw new SignalsInvalidError(`${String(value)} is no stance that this bot knows.`);
  return found;
}

/** Throws SignalsStaleError unless the signals are of the last `maxAge` {s} and still count at `now` {s}. */
export function requireFresh({ asOf, validUntil }: SignalSet, now: number, maxAge: number): void {
  const age = now - asOf;
  if (!(age <= maxAge)) {
    throw new SignalsStaleError(
      `The signals are ${age} s old, and at most ${maxAge} s are allowed. Wait for new ones.`,
    );
  }
  if (age < 0) throw new SignalsStaleError(`The signals are of ${-age} s from now. Check both clocks.`);
  if (validUntil !== null && now > validUntil) {
    throw new SignalsStaleError(`The signals counted until ${validUntil}, and it is ${now}. Wait for new ones.`);
  }
}
