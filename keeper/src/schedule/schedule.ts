import type { RecordedDue } from "../plan/record.ts";
import { type Period, type Slot, type SlotTime, slotAt, slotOf } from "./calendar.ts";

/** What makes a decision due before its time. */
export const TRIGGERS = ["drift", "events", "regime"] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** How often is looked whether a trigger has something to say. */
export interface Look {
  readonly checkEvery: number; // {s}
}

/** How far weights may move from what the last decision set before one is due. More than either limit is too far. */
export interface DriftLook extends Look {
  readonly largestBps: number; // {bps of NAV} of one token
  readonly oneWayBps: number; // {bps of NAV} of all tokens: half the sum of their drifts
}

/** When decisions about a vault are due. Data: nothing in it runs. */
export interface Schedule {
  /** A slot of the calendar each period; or {s} since the decision before, whatever made that one due. */
  readonly every: Period | { readonly seconds: number };
  readonly at: SlotTime;
  /** {s} after a decision in which no trigger makes another one due. Slots of the calendar do not wait for it. */
  readonly cooldown: number;
  /** Absent: there is no looking for it. */
  readonly drift?: DriftLook;
  readonly events?: Look;
  readonly regime?: Look;
}

/** The newest decision about a vault. `due`: absent in records that tell no reason, which count as decided by the schedule. */
export interface LastDecision {
  readonly asOf: number; // {s}
  readonly due?: RecordedDue;
}

/** {s} when was last looked, by trigger. */
export type Looks = { readonly [trigger in Trigger]?: number };

/** What the schedule is asked with. */
export interface Moment {
  readonly schedule: Schedule;
  readonly now: number; // {s} of the chain's newest block
  readonly last: LastDecision | undefined;
  readonly looks: Looks;
  /** The last decision was to be proposed, its time is over, and it never reached the chain. */
  readonly isLost?: boolean;
}

/** A decision is due; or it is time to look whether one is; or neither, when `look` is empty. */
export interface Due {
  readonly decide: RecordedDue | null;
  readonly look: readonly Trigger[];
}

/** When the next decision is due by the schedule, and when the next looks are. */
export interface NextDue {
  readonly at: number; // {s}; past: it is due since then
  readonly reason: string;
  readonly looks: { readonly [trigger in Trigger]?: number }; // {s}
}

/** Whether a decision is due now, by which slot, and why. One slot never gets two; of several missed ones the newest gets one. */
export function whatIsDue(moment: Moment): Due {
  const decide = bySchedule(moment);
  if (decide !== null) return { decide, look: [] };
  const times = lookTimes(moment);
  return {
    decide: null,
    look: TRIGGERS.filter((trigger) => (times[trigger] ?? Number.POSITIVE_INFINITY) <= moment.now),
  };
}

/** The reason of a decision that a trigger made due. It leaves the slot of the calendar as it is. */
export function dueBy(trigger: Trigger, words: string, { schedule, last }: Moment): RecordedDue {
  return { trigger, slot: last === undefined ? null : slotServed(schedule, last), reason: words };
}

/** When the next decision is due, for people and metrics. */
export function nextDue(moment: Moment): NextDue {
  const { schedule, now, last } = moment;
  const looks = lookTimes(moment);
  const decide = bySchedule(moment);
  if (typeof schedule.every !== "string") {
    const { seconds } = schedule.every;
    const at = last === undefined ? now : last.asOf + seconds;
    return { at, reason: decide?.reason ?? `Due ${inWords(seconds)} after the decision before.`, looks };
  }
  if (last === undefined) return { at: now, reason: decide?.reason ?? "", looks };
  if (decide !== null) return { at: decide.slot?.start ?? now, reason: decide.reason, looks };
  const slot = nextSlot(schedule.every, schedule.at, now, slotServed(schedule, last));
  return { at: slot.start, reason: `The ${schedule.every} decision of ${slot.id}.`, looks };
}

function bySchedule({ schedule, now, last, isLost = false }: Moment): RecordedDue | null {
  const { every, at } = schedule;
  if (typeof every !== "string") return byAge(every.seconds, now, last);
  const slot = slotAt(every, at, now);
  const begun = { id: slot.id, start: slot.start };
  if (last === undefined) {
    return { trigger: "schedule", slot: begun, reason: `The vault's first decision; it counts for ${slot.id}.` };
  }
  const served = slotServed(schedule, last);
  // After a change of the schedule's hour the same slot has another start, after a change of its period another name.
  if (served !== null && (served.id === slot.id || served.start >= slot.start)) {
    // A quarter is too long to wait because of some hours without a node or with gas above the ceiling.
    return isLost ? { trigger: "schedule", slot: served, reason: again(served.id) } : null;
  }
  const reason = `The ${every} decision of ${slot.id}, due since ${timeInWords(slot.start)}.`;
  const missed = served === null ? null : skipped(every, at, served, slot.index);
  return { trigger: "schedule", slot: begun, reason: missed === null ? reason : `${reason} ${missed}` };
}

function again(slot: string): string {
  return `The last decision could not be proposed in time: another one is made in ${slot}.`;
}

function byAge(seconds: number, now: number, last: LastDecision | undefined): RecordedDue | null {
  if (last === undefined) return { trigger: "schedule", slot: null, reason: "The vault's first decision." };
  if (now - last.asOf < seconds) return null;
  return { trigger: "schedule", slot: null, reason: `A decision is due ${inWords(seconds)} after the one before.` };
}

/** The newest slot that has its decision. A record without one was decided by the schedule or by hand, for its own time. */
function slotServed({ every, at }: Schedule, last: LastDecision): RecordedDue["slot"] {
  if (last.due !== undefined && last.due.slot !== null) return last.due.slot;
  if (typeof every !== "string") return null;
  const { id, start } = slotAt(every, at, last.asOf);
  return { id, start };
}

/** The first slot to begin after `now` that has no decision yet. */
function nextSlot(every: Period, at: SlotTime, now: number, served: RecordedDue["slot"]): Slot {
  // A clock may have gone back since a slot was served, and a slot of today may have been served before its new hour.
  const newest = slotAt(every, at, Math.max(now, served?.start ?? now));
  const next = slotOf(every, at, newest.index + 1);
  return next.id === served?.id ? slotOf(every, at, next.index + 1) : next;
}

/** What is to be said of slots between the one served and the one due: they get no decision any more. */
function skipped(every: Period, at: SlotTime, served: NonNullable<RecordedDue["slot"]>, index: number): string | null {
  const newest = slotAt(every, at, served.start).index;
  // With another hour its index is the next one; with another period there was no slot to miss.
  const known = [newest, newest + 1].find((candidate) => slotOf(every, at, candidate).id === served.id);
  const count = known === undefined ? 0 : index - known - 1;
  if (known === undefined || count < 1) return null;
  const first = slotOf(every, at, known + 1).id;
  if (count === 1) return `${first} passed without its decision and is skipped.`;
  return `${first} to ${slotOf(every, at, index - 1).id} passed without their decisions: these ${count} are skipped.`;
}

/** {s} when is looked next, by trigger: none before the cooldown after the last decision is over. A decision is a look. */
function lookTimes({ schedule, last, looks }: Moment): { readonly [trigger in Trigger]?: number } {
  if (last === undefined) return {};
  const entries = TRIGGERS.flatMap((trigger) => {
    const look = schedule[trigger];
    if (look === undefined) return [];
    const since = Math.max(looks[trigger] ?? last.asOf, last.asOf);
    return [[trigger, Math.max(since + look.checkEvery, last.asOf + schedule.cooldown)] as const];
  });
  return Object.fromEntries(entries);
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

function inWords(seconds: number): string {
  const [unit, size] = UNITS.find(([, length]) => seconds % length === 0) ?? ["second", 1];
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

function timeInWords(time: number): string {
  return `${new Date(time * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
