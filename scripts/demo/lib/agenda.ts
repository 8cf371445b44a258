import type { Chain } from "./chain.ts";

/** What happens at a time of the chain's clock; it may put more on the agenda. */
export type Task = () => Promise<void>;

interface Entry {
  /** {s} */
  at: number;
  task: Task;
}

/** What accounts have set out to do, each at its time: votes, claims, the openings of a sale. */
export interface Agenda {
  add(at: number, task: Task): void;
  /** Does in order what is due until `time` {s}, setting the clock forward. What is late is done at once. */
  playUntil(time: number): Promise<void>;
  /** The same, and then sets the clock to `time` {s}, unless it is past. */
  passUntil(time: number): Promise<void>;
}

export function createAgenda(chain: Pick<Chain, "now" | "advanceTo">): Agenda {
  let entries: Entry[] = [];
  const playUntil = async (time: number): Promise<void> => {
    for (let next = entries[0]; next !== undefined && next.at <= time; next = entries[0]) {
      entries = entries.slice(1);
      if ((await chain.now()) < next.at) await chain.advanceTo(next.at);
      await next.task();
    }
  };
  return {
    add: (at, task) => {
      // Stable: of two at the same time, the one that was added first goes first.
      entries = [...entries, { at, task }].sort((a, b) => a.at - b.at);
    },
    playUntil,
    passUntil: async (time) => {
      await playUntil(time);
      if ((await chain.now()) < time) await chain.advanceTo(time);
    },
  };
}
