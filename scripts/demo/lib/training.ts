import { DAY, type Day } from "../../../keeper/src/data/time.ts";
import { ModelStore, type StateBook } from "../../../keeper/src/journal/modelStore.ts";
import { smallSpec } from "../../../keeper/src/training/specs.ts";
import type { EnsembleState } from "../../../keeper/src/training/state.ts";
import type { DemoOptions } from "./options.ts";
import type { TrainedDay } from "./trainer.ts";
import { openSource } from "./universe.ts";

const WEEK = 7;

/** Trained models, under the hash of what they were trained on: a second run finds them here. */
export const MODELS = ".gimbal/models";

/** What the demo's indices decide with: small enough to be trained for every week while the chain runs. */
export const SPEC = smallSpec;

/** Days on which the replay decides. */
export function decisionDays({ from, to }: Pick<DemoOptions, "from" | "to">): readonly Day[] {
  return Array.from({ length: Math.floor((to - from) / WEEK) + 1 }, (_, week) => from + WEEK * week);
}

/** Trains for every decision of the replay, each state from the one before it, and tells of each. */
export async function trainForReplay(options: DemoOptions, tell: (trained: TrainedDay) => void): Promise<void> {
  const { source } = await openSource(options);
  let ms: number | null = null;
  const models = new ModelStore(createBook(), MODELS, (event) => {
    ms = event.ms;
  });
  for (const day of decisionDays(options)) {
    ms = null;
    await models.stateFor(source, day * DAY, SPEC);
    tell({ day, ms });
  }
}

/** Remembers the newest state only: what it was made from is kept by the keeper that decides with it. */
function createBook(): StateBook {
  let newest: EnsembleState | undefined;
  return {
    newestState: async (_, day) => (newest !== undefined && newest.day <= day ? newest : undefined),
    saveState: async (state) => {
      newest = state;
      return state.inputs;
    },
  };
}
