import { ModelError } from "../errors.ts";
import { fitHiddenMarkov } from "../models/hiddenMarkov.ts";
import type { HiddenStates } from "./votes.ts";

/** Rounds of learning: the model is fitted many times along a path, and later rounds change little. */
const CONFIG = { states: 2, iterations: 30 } as const;

/** Two states by a hidden Markov model: the one with the smaller daily moves is the calm one. */
export const markovStates: HiddenStates = {
  fit: (returns) => {
    try {
      const model = fitHiddenMarkov(returns, CONFIG);
      return { filter: (days) => model.filter(days).filter((_, i) => i % CONFIG.states === 0) };
    } catch (error) {
      // Returns that do not vary teach nothing: the voter abstains.
      if (error instanceof ModelError) return null;
      throw error;
    }
  },
};
