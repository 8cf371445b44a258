import { getEpoch, type Methodology } from "@gimbal/sdk";
import type { Address, PublicClient } from "viem";
import type { Journal } from "../journal/journal.ts";
import type { DecisionRecord } from "../plan/record.ts";
import { type Looks, type NextDue, nextDue, type Schedule, type Trigger } from "../schedule/schedule.ts";
import { type ScheduleSettings, toSchedule, type UsualTimes } from "../schedule/settings.ts";
import type { Asked } from "../schedule/triggers.ts";

/** Schedules as they are configured; without any, decisions go by `decideEvery` and `eventEvery` or the document's period. */
export interface TimetableOptions extends UsualTimes {
  /** null: the chain is not asked whether the last decision reached it. */
  readonly client: PublicClient | null;
  readonly chainId: number;
  readonly journal: Journal;
  /** Of every vault that has none of its own. */
  readonly schedule?: ScheduleSettings;
  /** By lower-case address of the vault. */
  readonly schedules?: ReadonlyMap<string, ScheduleSettings>;
}

/** What a schedule needs to know of how a vault is decided for. */
export type ScheduledGuide = object | { readonly document: Methodology };

/** The schedules of all vaults, what their last decisions were, and when was last looked. */
export class Timetable {
  readonly #options: TimetableOptions;
  /** Of this process: after a restart, or by another keeper, may be looked once more. */
  readonly #looks = new Map<string, Looks>();

  constructor(options: TimetableOptions) {
    this.#options = options;
  }

  scheduleOf(vault: Address, guide: ScheduledGuide): Schedule {
    const { schedule, schedules } = this.#options;
    const document = "document" in guide ? guide.document : null;
    return toSchedule(schedules?.get(vault.toLowerCase()) ?? schedule, this.#options, document);
  }

  /** What the schedule of a vault is asked with at `now` {s}. */
  async ask(vault: Address, guide: ScheduledGuide, now: number): Promise<Asked> {
    const { chainId, journal } = this.#options;
    // Of another keeper too, if this one came to it as well: those who check each other go by one schedule.
    const last = await journal.cosigned.newest(chainId, vault);
    const isLost = last !== undefined && (await this.#isLost(last, now));
    return { schedule: this.scheduleOf(vault, guide), now, last, looks: this.#looks.get(vault) ?? {}, isLost };
  }

  /** Whether a decision was to be proposed, is not valid any more, and its epoch has not begun, with it or another one. */
  async #isLost({ action, validUntil, vault, epoch }: DecisionRecord, now: number): Promise<boolean> {
    const { client } = this.#options;
    if (client === null || action !== "propose" || validUntil >= now) return false;
    return (await getEpoch(client, { vault })).id < epoch;
  }

  /** Notes that was looked at `now` {s}. */
  looked(vault: Address, triggers: readonly Trigger[], now: number): void {
    const times = Object.fromEntries(triggers.map((trigger) => [trigger, now]));
    this.#looks.set(vault, { ...this.#looks.get(vault), ...times });
  }

  /** When the next decision about a vault is due, and why. */
  async nextDue(vault: Address, guide: ScheduledGuide, now: number): Promise<NextDue> {
    return nextDue(await this.ask(vault, guide, now));
  }
}
