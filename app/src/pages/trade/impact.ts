import { percent } from "../../format.ts";

/** {bps} from which a price impact is shown as a warning. */
const AMBER = 100;
/** {bps} above which a person has to say that he means it. */
const MUST_AGREE = 500;

/** What a price impact means for whoever trades. */
export interface ImpactWords {
  readonly tone: "calm" | "amber" | "agree";
  readonly sentence: string;
}

/** {bps} of a trade in words; null: it cannot be told, which is no reason to trust it. */
export function impactWords(impact: number | null, side: "buy" | "sell"): ImpactWords {
  if (impact === null) {
    return {
      tone: "agree",
      sentence: "A price is missing, so nobody can tell how far this is from the net asset value.",
    };
  }
  const size = percent(Math.abs(impact)).short;
  if (impact <= 0) return { tone: "calm", sentence: `The pools are ${size} better than the net asset value.` };
  const worse = side === "buy" ? "You pay" : "You lose";
  const than = side === "buy" ? "more than the net asset value" : "of the net asset value";
  const sentence = `${worse} ${size} ${than}, by the prices and fees of the pools.`;
  if (impact > MUST_AGREE) {
    return { tone: "agree", sentence: `${sentence} A smaller amount, the daily batch or in kind costs less.` };
  }
  return { tone: impact > AMBER ? "amber" : "calm", sentence };
}
