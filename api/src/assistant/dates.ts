import { DAY, type Day, dayFromIso, isoFromDay } from "../../../keeper/src/data/time.ts";
import { type Word, wordsOf } from "./text.ts";

/** Days of a question, both included, UTC. */
export interface DaySpan {
  readonly from: Day;
  readonly to: Day;
}

/** What a question says about time. */
export type DateReading =
  | { readonly kind: "none" }
  | { readonly kind: "span"; readonly span: DaySpan }
  | { readonly kind: "ambiguous"; readonly options: readonly DaySpan[]; readonly words: string }
  | { readonly kind: "impossible"; readonly words: string };

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH_NAMES =
  /^(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)$/;
const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const WEEKDAY_NAMES = /^(mon(day)?|tue(s|sday)?|wed(nesday)?|thu(r|rs|rsday)?|fri(day)?|sat(urday)?|sun(day)?)$/;
const NUMBERS = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
];
const UNITS = { day: 1, week: 7, month: 30, year: 365 } as const;
/** Words that may mean something else than a month or a weekday unless a neighbour says so. */
const DOUBTFUL = new Set(["may", "march", "mar", "sun", "sat", "wed"]);
/** {days} No record is older than the chain itself, and no answer is about more than this ahead. */
const EARLIEST = dayFromIso("2015-01-01");
const FURTHEST = 3_660;

const NONE: DateReading = { kind: "none" };
const span = (from: Day, to: Day = from): DateReading => ({ kind: "span", span: { from, to } });

/** Reads the days that a question speaks of. `now` {s} decides what "yesterday" is and which year an unsaid one is. */
export function readDates(question: string, now: number): DateReading {
  const words = wordsOf(question);
  const today = Math.floor(now / DAY);
  for (let i = 0; i < words.length; i++) {
    const reading = numeric(words[i], today) ?? named(words, i, today) ?? relative(words, i, today);
    if (reading !== null) return within(reading, words[i]?.text ?? "", today);
  }
  return NONE;
}

/** What to call a span in an answer. */
export function spanInWords({ from, to }: DaySpan): string {
  return from === to ? isoFromDay(from) : `${isoFromDay(from)} to ${isoFromDay(to)}`;
}

function within(reading: DateReading, words: string, today: Day): DateReading {
  if (reading.kind !== "span") return reading;
  const { from, to } = reading.span;
  return from < EARLIEST || to > today + FURTHEST ? { kind: "impossible", words } : reading;
}

/** The day of a calendar date; null when the calendar has no such day. */
function dayOf(year: number, month: number, day: number): Day | null {
  if (!Number.isInteger(year) || year < 1_970 || year > 9_999) return null;
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  const iso = `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  const found = dayFromIso(iso);
  return isoFromDay(found) === iso ? found : null;
}

/** Without a year: the last time that this date came. */
function lastTime(month: number, day: number, today: Day): Day | null {
  const year = Number(isoFromDay(today).slice(0, 4));
  for (let back = 0; back <= 8; back++) {
    const found = dayOf(year - back, month, day);
    if (found !== null && found <= today) return found;
  }
  return null;
}

const fullYear = (text: string): number => (text.length === 2 ? 2_000 + Number(text) : Number(text));

function numeric(word: Word | undefined, today: Day): DateReading | null {
  if (word === undefined) return null;
  const text = word.lower;
  const week = /^(\d{4})-w(\d{2})$/.exec(text);
  if (week !== null) return isoWeek(Number(week[1]), Number(week[2]), word.text);
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:t[\d:.]{1,20}z?)?$/.exec(text);
  if (iso !== null) return one(dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3])), word.text);
  const month = /^(\d{4})-(\d{2})$/.exec(text);
  if (month !== null) return wholeMonth(Number(month[1]), Number(month[2]), word.text);
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})$/.exec(text);
  if (dotted !== null) return one(dayOf(fullYear(dotted[3] ?? ""), Number(dotted[2]), Number(dotted[1])), word.text);
  const slashed = /^(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}|\d{2}))?$/.exec(text);
  return slashed === null ? null : eitherOrder(slashed, word.text, today);
}

const one = (day: Day | null, words: string): DateReading => (day === null ? { kind: "impossible", words } : span(day));

/** 4/11 is the fourth of November for some and the eleventh of April for others. */
function eitherOrder(match: RegExpExecArray, words: string, today: Day): DateReading {
  const [first, second, year] = [Number(match[1]), Number(match[2]), match[3]];
  const read = (month: number, day: number) =>
    year === undefined ? lastTime(month, day, today) : dayOf(fullYear(year), month, day);
  const days = new Set([read(second, first), read(first, second)].filter((day) => day !== null));
  const options = [...days].sort((a, b) => a - b).map((day) => ({ from: day, to: day }));
  if (options.length === 2) return { kind: "ambiguous", options, words };
  return one(options[0]?.from ?? null, words);
}

function isoWeek(year: number, week: number, words: string): DateReading {
  const fourth = dayOf(year, 1, 4);
  if (fourth === null || week < 1 || week > 53) return { kind: "impossible", words };
  const monday = mondayOf(fourth) + (week - 1) * 7;
  const isOwn = isoFromDay(monday + 3).startsWith(String(year));
  return isOwn ? span(monday, monday + 6) : { kind: "impossible", words };
}

function wholeMonth(year: number, month: number, words: string): DateReading {
  const first = dayOf(year, month, 1);
  if (first === null) return { kind: "impossible", words };
  const next = month === 12 ? dayOf(year + 1, 1, 1) : dayOf(year, month + 1, 1);
  return span(first, (next ?? first + 31) - 1);
}

/** 1970-01-01 was a Thursday. */
const mondayOf = (day: Day): Day => day - ((((day + 3) % 7) + 7) % 7);

const ordinal = (text: string | undefined): number | null => {
  const match = /^(\d{1,2})(st|nd|rd|th)?$/.exec(text ?? "");
  return match === null ? null : Number(match[1]);
};

const yearIn = (text: string | undefined): number | null => (/^(19|20)\d\d$/.test(text ?? "") ? Number(text) : null);

/** "14 November 2026", "the 14th of November", "Nov 14, 2026", "in November". */
function named(words: readonly Word[], i: number, today: Day): DateReading | null {
  const lower = words[i]?.lower ?? "";
  if (!MONTH_NAMES.test(lower)) return null;
  const month = MONTHS.indexOf(lower.slice(0, 3)) + 1;
  const before = words[i - 1]?.lower;
  const dayBefore = ordinal(before === "of" ? words[i - 2]?.lower : before);
  const dayAfter = ordinal(words[i + 1]?.lower);
  const year = yearIn(words[i + 1]?.lower) ?? (dayAfter === null ? null : yearIn(words[i + 2]?.lower));
  const day = dayBefore ?? dayAfter;
  if (day !== null) {
    const found = year === null ? lastTime(month, day, today) : dayOf(year, month, day);
    return one(found, `${day} ${words[i]?.text}`);
  }
  const isMeant = year !== null || ["in", "of", "during", "since", "last"].includes(before ?? "");
  if (!isMeant && DOUBTFUL.has(lower)) return null;
  const first = year === null ? lastTime(month, 1, today) : dayOf(year, month, 1);
  if (first === null) return { kind: "impossible", words: words[i]?.text ?? "" };
  return wholeMonth(Number(isoFromDay(first).slice(0, 4)), month, words[i]?.text ?? "");
}

function count(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (text === "a" || text === "an") return 1;
  if (/^\d{1,4}$/.test(text)) return Number(text);
  const index = NUMBERS.indexOf(text);
  return index < 0 ? null : index;
}

function unitOf(text: string | undefined): keyof typeof UNITS | null {
  const match = /^(day|week|month|year)s?$/.exec(text ?? "");
  return match === null ? null : (match[1] as keyof typeof UNITS);
}

/** "yesterday", "3 days ago", "last week", "on Monday". */
function relative(words: readonly Word[], i: number, today: Day): DateReading | null {
  const [lower, next, afterNext] = [words[i]?.lower ?? "", words[i + 1]?.lower, words[i + 2]?.lower];
  if (lower === "today") return span(today);
  if (lower === "tomorrow") return span(today + 1);
  if (lower === "yesterday") return span(today - (words[i - 1]?.lower === "before" ? 2 : 1));
  if (lower === "day" && next === "before" && afterNext === "yesterday") return span(today - 2);
  if (WEEKDAY_NAMES.test(lower)) return weekday(words, i, today);
  const howMany = count(lower);
  const unit = unitOf(next);
  if (howMany !== null && unit !== null && afterNext === "ago") return span(back(howMany, unit, today));
  if (["last", "past", "previous", "this", "next"].includes(lower)) return around(lower, next, afterNext, today);
  return null;
}

function weekday(words: readonly Word[], i: number, today: Day): DateReading | null {
  const lower = words[i]?.lower ?? "";
  const before = words[i - 1]?.lower ?? "";
  if (DOUBTFUL.has(lower) && !["on", "last", "this", "next", "since"].includes(before)) return null;
  const wanted = WEEKDAYS.indexOf(lower.slice(0, 3));
  const thisWeek = mondayOf(today) + wanted;
  if (before === "next") return span(thisWeek > today ? thisWeek : thisWeek + 7);
  if (before === "last") return span(thisWeek < today ? thisWeek : thisWeek - 7);
  return span(thisWeek <= today ? thisWeek : thisWeek - 7);
}

/** So many days, weeks, months or years before today; months and years by the calendar. */
function back(howMany: number, unit: keyof typeof UNITS, today: Day): Day {
  if (unit === "day" || unit === "week") return today - howMany * UNITS[unit];
  const [year, month, day] = isoFromDay(today).split("-").map(Number) as [number, number, number];
  const months = year * 12 + month - 1 - howMany * (unit === "year" ? 12 : 1);
  for (let shorter = 0; shorter < 4; shorter++) {
    const found = dayOf(Math.floor(months / 12), (months % 12) + 1, day - shorter);
    if (found !== null) return found;
  }
  return EARLIEST - 1;
}

/** "last week" is the one before this, Monday to Sunday; "the last 7 days" ends today. */
function around(
  which: string,
  next: string | undefined,
  afterNext: string | undefined,
  today: Day,
): DateReading | null {
  const howMany = count(next);
  const unit = unitOf(howMany === null ? next : afterNext);
  if (unit === null) return null;
  if (howMany !== null) {
    if (which === "this" || which === "next") return null;
    return span(back(howMany, unit, today) + 1, today);
  }
  const step = which === "next" ? 1 : which === "this" ? 0 : -1;
  if (which === "past") return span(back(1, unit, today) + 1, today);
  if (unit === "day") return span(today + step);
  if (unit === "week") {
    const monday = mondayOf(today) + 7 * step;
    return span(monday, monday + 6);
  }
  const [year, month] = isoFromDay(today).split("-").map(Number) as [number, number];
  if (unit === "year") return span(dayFromIso(`${year + step}-01-01`), dayFromIso(`${year + step}-12-31`));
  const months = year * 12 + month - 1 + step;
  return wholeMonth(Math.floor(months / 12), (months % 12) + 1, next ?? "");
}
