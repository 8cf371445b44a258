import type { Day } from "../data/time.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { buildExamples } from "./examples.ts";
import type { EnsembleSpec } from "./params.ts";
import type { EnsembleState } from "./state.ts";
import { type Learnt, trainWeek } from "./train.ts";

const WEEK = 7;

/** Weekly states as they would have been at each time. */
export interface Walk {
  /** The state of the last weekly training at or before `day`. Days must be asked for in ascending order. */
  at(day: Day): EnsembleState;
}

/**
 * Trains week after week along a finished history, from `first` on and the warm-up before it. Rows are computed once for all
 * weeks: that changes nothing, because a row uses the days up to its own only, and a training the rows whose labels had ended.
 */
export function walkForward(
  panel: MarketPanel,
  learnt: Learnt,
  spec: EnsembleSpec,
  first: Day,
  onWeek: (state: EnsembleState) => void = () => {},
): Walk {
  const { historyDays, warmUpWeeks } = spec.params;
  const start = first - panel.firstDay - WEEK * warmUpWeeks;
  const examples = buildExamples(panel, spec.params, start - historyDays, panel.days - 1);
  let cut = start - WEEK;
  let state: EnsembleState | null = null;
  return {
    at: (day) => {
      while (state === null || cut + WEEK <= day - panel.firstDay) {
        cut += WEEK;
        state = trainWeek({ examples, cut, learnt }, state, spec);
        onWeek(state);
      }
      return state;
    },
  };
}
