import type { Methodology } from "@gimbal/sdk";
import { z } from "zod";
import { decisionPeriod } from "../methodology/policy.ts";
import { PERIODS, WEEKDAYS } from "./calendar.ts";
import type { Schedule } from "./schedule.ts";

const HOUR = 3_600;
const seconds = z.int().min(1);
const look = z.strictObject({ checkEvery: seconds.default(HOUR) });
const bps = z.int().min(1).max(10_000);

/** A schedule as a configuration writes it. Triggers that are left out are not looked for. */
export const scheduleSchema = z.strictObject({
  /** Absent: the document's period of a vault with a methodology, else `decideEvery`. */
  every: z
    .union(
      [z.enum(PERIODS), z.strictObject({ seconds })],
      `must be one of ${PERIODS.join(", ")}, or { "seconds": a number }`,
    )
    .optional(),
  /** UTC. A quarter of an hour after midnight the day's prices are there. */
  at: z
    .strictObject({
      hour: z.int().min(0).max(23).default(0),
      minute: z.int().min(0).max(59).default(15),
      weekday: z.enum(WEEKDAYS).default("monday"),
      day: z.int().min(1).max(31).default(1),
    })
    .prefault({}),
  cooldown: z
    .int()
    .min(0)
    .default(6 * HOUR),
  drift: z
    .strictObject({ largestBps: bps.default(500), oneWayBps: bps.default(1_000), checkEvery: seconds.default(HOUR) })
    .optional(),
  events: look.optional(),
  regime: look.optional(),
});
export type ScheduleSettings = z.output<typeof scheduleSchema>;

/** What holds where a configuration has no schedule. */
export interface UsualTimes {
  readonly decideEvery: number; // {s} between two decisions
  readonly eventEvery?: number; // {s} between two looks for events; absent: none are looked for
}

const AT_ONCE = scheduleSchema.parse({}).at;

/**
 * When decisions about a vault are due. A methodology's document says how often, whatever the settings say; and a methodology
 * by a rule decides on its own days only, whatever happens in between.
 */
export function toSchedule(
  settings: ScheduleSettings | undefined,
  { decideEvery, eventEvery }: UsualTimes,
  document: Pick<Methodology, "rebalance" | "weighting"> | null,
): Schedule {
  const isRule = document !== null && document.weighting.kind !== "grades";
  if (settings === undefined) {
    const every = { seconds: document === null ? decideEvery : decisionPeriod(document) };
    const events = isRule || eventEvery === undefined ? undefined : { checkEvery: eventEvery };
    return { every, at: AT_ONCE, cooldown: 0, events };
  }
  const { at, cooldown, drift, events, regime } = settings;
  const every = document?.rebalance ?? settings.every ?? { seconds: decideEvery };
  return isRule ? { every, at, cooldown } : { every, at, cooldown, drift, events, regime };
}
