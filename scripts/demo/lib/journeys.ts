import type { DemoIndex } from "./scene.ts";

const DAY = 86_400;
/** {1} of the way that counts as arrived: lots below the smallest order stay. */
const ARRIVED = 0.95;
/** {1} smallest change of exposure that is a journey. */
const JOURNEY = 0.3;
/** {1} the target that is an exit. */
const OUT = 0.05;

/** {days} from the first decision that wanted to leave, or to come back, until the vault had done so. */
export interface Journeys {
  exits: number[];
  entries: number[];
}

interface Goal {
  kind: "exits" | "entries";
  since: number;
  from: number;
  to: number;
}

/**
 * Follows the vault's exposure against what the keeper wanted. A journey begins with the decision that first wants it,
 * goes on through as many epochs as the vault's limits demand, and ends when 95% of the way is done; one that the keeper
 * gives up on the way counts for nothing.
 */
export function journeysOf({ wishes, exposures }: Pick<DemoIndex, "wishes" | "exposures">): Journeys {
  const journeys: Journeys = { exits: [], entries: [] };
  let goal: Goal | undefined;
  let wish = 0;
  for (const { timestamp, exposure } of exposures) {
    for (; wish < wishes.length; ++wish) {
      const wanted = wishes[wish];
      if (wanted === undefined || wanted.timestamp > timestamp) break;
      goal = nextGoal(goal, wanted);
    }
    if (goal === undefined || Math.abs(exposure - goal.from) < ARRIVED * Math.abs(goal.to - goal.from)) continue;
    journeys[goal.kind].push((timestamp - goal.since) / DAY);
    goal = undefined;
  }
  return journeys;
}

function nextGoal(goal: Goal | undefined, { timestamp, from, to }: DemoIndex["wishes"][number]): Goal | undefined {
  const kind = to <= OUT && from - to >= JOURNEY ? "exits" : to - from >= JOURNEY ? "entries" : undefined;
  if (goal !== undefined) {
    const stays = goal.kind === "exits" ? to <= OUT : Math.abs(to - goal.to) < OUT;
    if (stays) return goal;
  }
  return kind === undefined ? undefined : { kind, since: timestamp, from, to };
}
