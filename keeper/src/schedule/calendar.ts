import { DAY, type Day, dayFromIso, isoFromDay } from "../data/time.ts";

/** Periods of the calendar. Each has one slot a period. */
export const PERIODS = ["daily", "weekly", "two-weekly", "monthly", "quarterly"] as const;
export type Period = (typeof PERIODS)[number];

/** Days of the week as ISO 8601 counts them. */
export const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** When in its period a slot begins; UTC, as everything here. */
export interface SlotTime {
  readonly hour: number; // 0 to 23
  readonly minute: number; // 0 to 59
  readonly weekday: Weekday; // of weekly and two-weekly slots
  readonly day: number; // 1 to 31, of monthly and quarterly slots; a shorter month has its last day instead
}

/** One slot. Absolute: whoever asks, whenever, finds the same slots, so several keepers agree on them. */
export interface Slot {
  /** Such as "2026-11-21", "2026-W47", "2026-W47/W48", "2026-11" or "2026-Q4". */
  readonly id: string;
  /** Counts the slots of a period without a gap. */
  readonly index: number;
  /** {s} when its decision becomes due. */
  readonly start: number;
}

const MONTHS = 12;
const QUARTER = 3; // {months}
const WEEK = 7; // {days}
/** Day 0 is a Thursday, and the Monday before it begins week 0. */
const MONDAY = -3;

/** The newest slot that has begun at `time` {s}. */
export function slotAt(period: Period, at: SlotTime, time: number): Slot {
  const index = indexOf(period, Math.floor(time / DAY));
  const slot = slotOf(period, at, index);
  // A slot lies in its period, so before its hour the one before is still the newest.
  return slot.start <= time ? slot : slotOf(period, at, index - 1);
}

/** The slot of an index. */
export function slotOf(period: Period, at: SlotTime, index: number): Slot {
  const start = startDay(period, at, index) * DAY + at.hour * 3_600 + at.minute * 60;
  return { id: idOf(period, index), index, start };
}

function indexOf(period: Period, day: Day): number {
  if (period === "daily") return day;
  const week = Math.floor((day - MONDAY) / WEEK);
  if (period === "weekly") return week;
  if (period === "two-weekly") return Math.floor(week / 2);
  const [year, month] = isoFromDay(day).split("-").map(Number) as [number, number];
  const months = year * MONTHS + month - 1;
  return period === "monthly" ? months : Math.floor(months / QUARTER);
}

function startDay(period: Period, { weekday, day }: SlotTime, index: number): Day {
  if (period === "daily") return index;
  if (period === "weekly") return weekStart(index) + WEEKDAYS.indexOf(weekday);
  if (period === "two-weekly") return weekStart(2 * index) + WEEKDAYS.indexOf(weekday);
  const months = period === "monthly" ? index : index * QUARTER;
  const first = monthDay(months);
  return first + Math.min(day, monthDay(months + 1) - first) - 1;
}

function idOf(period: Period, index: number): string {
  if (period === "daily") return isoFromDay(index);
  if (period === "weekly") return isoWeek(index);
  if (period === "two-weekly") return `${isoWeek(2 * index)}/${isoWeek(2 * index + 1).slice(-3)}`;
  if (period === "monthly") return isoFromDay(monthDay(index)).slice(0, 7);
  const perYear = MONTHS / QUARTER;
  return `${Math.floor(index / perYear)}-Q${(index % perYear) + 1}`;
}

/** Monday of a week. */
function weekStart(week: number): Day {
  return week * WEEK + MONDAY;
}

/** A week belongs to the year of its Thursday. */
function isoWeek(week: number): string {
  const thursday = weekStart(week) + 3;
  const year = isoFromDay(thursday).slice(0, 4);
  const number = Math.floor((thursday - dayFromIso(`${year}-01-01`)) / WEEK) + 1;
  return `${year}-W${String(number).padStart(2, "0")}`;
}

/** First day of a month, counted from the year 0. */
function monthDay(months: number): Day {
  const month = String((months % MONTHS) + 1).padStart(2, "0");
  return dayFromIso(`${Math.floor(months / MONTHS)}-${month}-01`);
}
