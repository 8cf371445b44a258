import { DataSourceError } from "../errors.ts";
import type { Headline } from "./columns.ts";

/** What a source gave: usable headlines, and how many items were left out for which reason. */
export interface HeadlineBatch {
  readonly headlines: readonly Headline[];
  readonly skipped: Readonly<Record<SkipReason, number>>;
}

/** Why an item was left out. */
export type SkipReason = "noText" | "noDate" | "repeated" | "tooMany" | "tooOld";

/** Somewhere that headlines come from: a feed, a listing, a file. */
export interface HeadlineSource {
  readonly id: string; // such as "rss/coindesk"; stands in every headline
  /** Throws DataSourceError when the answer is unusable as a whole. */
  fetch(fetchedAt: number): Promise<HeadlineBatch>;
}

/** A source that gave nothing, and why. */
export interface SourceFailure {
  readonly source: string;
  readonly reason: string;
}

/** Text of an address or file. Throws DataSourceError. */
export type ReadText = (location: string) => Promise<string>;

/** An answer larger than this {UTF-16 units} is refused as a whole. */
export const MAX_ANSWER_LENGTH = 5_000_000;
/** Items of one answer beyond this are left out, the latest in the answer first. */
export const MAX_ITEMS = 1_000;
/** A longer text is cut {UTF-16 units}. */
export const MAX_HEADLINE_LENGTH = 600;

// A date before Bitcoin's first block is a mistake.
const EARLIEST = Date.UTC(2009, 0, 3) / 1_000;

/** An item as an answer has it, before anything is believed. */
export interface RawItem {
  readonly text: string | undefined;
  readonly published: number | undefined; // {s}
}

/**
 * Checks items. What claims to be published after it was fetched counts from `fetchedAt` {s} on: a feed cannot date itself
 * into the future, where it would come back as news.
 */
export function toBatch(source: string, items: readonly RawItem[], fetchedAt: number): HeadlineBatch {
  const skipped = { noText: 0, noDate: 0, repeated: 0, tooMany: Math.max(0, items.length - MAX_ITEMS), tooOld: 0 };
  const headlines: Headline[] = [];
  const seen = new Set<string>();
  for (const item of items.slice(0, MAX_ITEMS)) {
    const text = plainText(item.text ?? "");
    const published = item.published;
    if (text === "") skipped.noText += 1;
    else if (published === undefined || !Number.isFinite(published)) skipped.noDate += 1;
    else if (published < EARLIEST) skipped.tooOld += 1;
    else if (seen.has(text)) skipped.repeated += 1;
    else {
      seen.add(text);
      headlines.push({ at: Math.min(Math.floor(published), fetchedAt), source, text });
    }
  }
  return { headlines: headlines.sort(byTime), skipped };
}

/** Headlines of all sources, by time, source and text. A source that fails is reported and does not stop the others. */
export async function collectHeadlines(
  sources: readonly HeadlineSource[],
  fetchedAt: number,
): Promise<{
  readonly headlines: readonly Headline[];
  readonly batches: Readonly<Record<string, HeadlineBatch["skipped"]>>;
  readonly failures: readonly SourceFailure[];
}> {
  const answers = await Promise.all(
    sources.map(async (source) => {
      try {
        return { source: source.id, batch: await source.fetch(fetchedAt) };
      } catch (error) {
        if (!(error instanceof DataSourceError)) throw error;
        return { source: source.id, reason: error.shortMessage };
      }
    }),
  );
  const given = answers.flatMap(({ source, batch }) => (batch === undefined ? [] : [{ source, batch }]));
  return {
    headlines: given.flatMap(({ batch }) => batch.headlines).sort(byTime),
    batches: Object.fromEntries(given.map(({ source, batch }) => [source, batch.skipped])),
    failures: answers.flatMap(({ source, reason }) => (reason === undefined ? [] : [{ source, reason }])),
  };
}

/** Throws DataSourceError when an answer is too large to be what was asked for. */
export function requireSize(source: string, text: string): string {
  if (text.length <= MAX_ANSWER_LENGTH) return text;
  const details = { source, length: String(text.length), limit: String(MAX_ANSWER_LENGTH) };
  throw new DataSourceError("A source of headlines answered with far too much. Check its address.", details);
}

/** Markup, control characters and lone surrogates taken out, spaces joined, cut to length. */
function plainText(text: string): string {
  const plain = text
    .slice(0, 20 * MAX_HEADLINE_LENGTH)
    .replaceAll(/<[^<>]*>/g, " ")
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return plain.slice(0, MAX_HEADLINE_LENGTH).toWellFormed().trim();
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const ZONES: Readonly<Record<string, number>> = { EST: -300, EDT: -240, CST: -360, CDT: -300, PST: -480, PDT: -420 };
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;
const MAIL =
  /^(?:[a-z]{3,9},?\s+)?(\d{1,2})\s+([a-z]{3})[a-z]*\s+(\d{4})\s+(\d{2}):(\d{2})(?::(\d{2}))?\s*([a-z]{1,3}|[+-]\d{4})?$/i;

/**
 * {s} of a date as feeds write it (ISO 8601 or RFC 822), undefined when it is none. A date without an hour means its last
 * second, since the text may have come at any hour; a time without a zone is read as UTC.
 */
export function parseMoment(text: string): number | undefined {
  const iso = ISO.exec(text.trim());
  if (iso !== null) {
    const [, year, month, day, hour = "23", minute = "59", second = iso[4] === undefined ? "59" : "0", zone] = iso;
    return moment([year, month, day, hour, minute, second].map(Number), zone);
  }
  const mail = MAIL.exec(text.trim());
  if (mail === null) return undefined;
  const [, day, name = "", year, hour, minute, second = "0", zone] = mail;
  return moment([year, MONTHS.indexOf(name.toLowerCase()) + 1, day, hour, minute, second].map(Number), zone);
}

function moment(parts: readonly number[], zone: string | undefined): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const utc = Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59));
  const date = new Date(utc);
  // A day such as 31 April would silently become another one.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59) return undefined;
  return utc / 1_000 - 60 * offsetOf(zone);
}

/** {min} that a zone is ahead of UTC; an unknown name counts as UTC. */
function offsetOf(zone: string | undefined): number {
  const numeric = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? "");
  if (numeric === null) return ZONES[(zone ?? "").toUpperCase()] ?? 0;
  const minutes = 60 * Number(numeric[2]) + Number(numeric[3]);
  return numeric[1] === "-" ? -minutes : minutes;
}

function byTime(a: Headline, b: Headline): number {
  return a.at - b.at || compare(a.source, b.source) || compare(a.text, b.text);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
