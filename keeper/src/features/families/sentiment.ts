import { createFamily, forEach, single } from "../family.ts";
import type { FeatureFamily } from "../featureSpec.ts";
import { DECAYS, decayedScore, newsOf, newsWithin } from "../news.ts";

const WEEK = 7;
const MONTH = 30;

const count = single(
  {
    id: "newsCount7",
    lookback: MONTH,
    inputs: ["newsCount"],
    words: "headlines of the week",
    unit: "number",
  },
  ({ panel }, asset, day) => {
    // No headline in a month: the asset is not covered, which is not the same as a quiet week.
    const counts = panel.column("newsCount", asset);
    return newsWithin(counts, day, MONTH) > 0 ? newsWithin(counts, day, WEEK) : Number.NaN;
  },
);

const attention = single(
  {
    id: "newsAttention",
    lookback: MONTH,
    inputs: ["newsCount"],
    words: "headlines of the week against the month's pace",
    unit: "ratio",
  },
  ({ panel }, asset, day) => {
    const counts = panel.column("newsCount", asset);
    return (newsWithin(counts, day, WEEK) * MONTH) / (newsWithin(counts, day, MONTH) * WEEK);
  },
);

const scores = forEach(
  DECAYS,
  ({ halfLife, window }) => ({
    id: `newsScore${halfLife}`,
    lookback: window,
    inputs: ["newsScore", "newsCount"],
    words: `mood of the news, halved every ${halfLife === 1 ? "day" : `${halfLife} days`}`,
    unit: "ratio",
  }),
  (decay) =>
    ({ panel }, asset, day) =>
      decayedScore(newsOf(panel, asset), day, decay),
);

const columns = forEach(
  [
    { column: "newsSpread", words: "disagreement of the week's headlines" },
    { column: "newsNovelty", words: "novelty of the week's headlines" },
  ] as const,
  ({ column, words }) => ({ id: `${column}7`, lookback: WEEK, inputs: [column], words, unit: "ratio" }),
  ({ column }) =>
    ({ panel }, asset, day) =>
      newsWithin(panel.column(column, asset), day, WEEK, "mean"),
);

/** News. Days without a headline are missing by nature, so these look at whatever headlines their window has. */
export const sentimentFamily: FeatureFamily = createFamily("sentiment", { source: "headlines", compared: "cross" }, [
  count,
  attention,
  ...scores,
  ...columns,
]);
