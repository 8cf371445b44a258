import type { AssetColumn } from "../data/columns.ts";
import { createRandom } from "../data/random.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { syntheticPanel } from "../features/panel.fixture.ts";
import { exp } from "../math/functions.ts";
import { centredRanks } from "../math/ranks.ts";
import { correlation } from "../math/statistics.ts";
import { eraAt } from "./examples.ts";
import { forwardReturns } from "./labels.ts";
import type { EnsembleSpec } from "./params.ts";
import { smallSpec } from "./specs.ts";
import { readOutcome } from "./state.ts";
import { walkForward } from "./walkForward.ts";

/** The small ensemble on a short history: enough for a force that is planted. */
export const plantedSpec: EnsembleSpec = {
  ...smallSpec,
  params: { ...smallSpec.params, historyDays: 250, leastRows: 300, warmUpWeeks: 2, rehearsalWeeks: 2 },
};

const FIRST_WEEK = 420; // day of the first prediction: the slowest data points have their value after 365 days

const NOISE = 0.03; // {1/day}
const MEMORY = 0.9; // of the hidden force, from day to day

/** A market in which the funding rate shows, before others see it, where an asset drifts. */
export interface PlantedMarket {
  readonly panel: MarketPanel;
  /** The best that anybody could say on `day`: what drives the asset's drift from then on. */
  oracle(asset: number, day: number): number;
}

/** Plants a force of given strength {1/day for one deviation}; strength 0 plants nothing. */
export function plantedMarket(options: {
  assets: number;
  days: number;
  seed: number;
  strength: number;
}): PlantedMarket {
  const base = syntheticPanel(options);
  const random = createRandom(options.seed + 99);
  const size = options.assets * options.days;
  const force = new Float64Array(size);
  const own = (name: AssetColumn) => base.assets.map((_, i) => Float64Array.from(base.column(name, i)));
  const columns = {
    close: own("close"),
    open: own("open"),
    high: own("high"),
    low: own("low"),
    fundingRate: own("fundingRate"),
  };
  for (let i = 0; i < options.assets; i++) {
    let price = columns.close[i]?.[0] ?? 1;
    let hidden = random.normal();
    for (let t = 0; t < options.days; t++) {
      const drift = options.strength * hidden;
      const open = price;
      price *= exp(drift + NOISE * random.normal());
      hidden = MEMORY * hidden + Math.sqrt(1 - MEMORY * MEMORY) * random.normal();
      force[i * options.days + t] = hidden;
      write(columns.close[i], t, price);
      write(columns.open[i], t, open);
      write(columns.high[i], t, Math.max(open, price) * (1 + 0.01 * random.uniform()));
      write(columns.low[i], t, Math.min(open, price) * (1 - 0.01 * random.uniform()));
      write(columns.fundingRate[i], t, 0.0001 * (hidden + 0.1 * random.normal()));
    }
  }
  const replaced: { readonly [name: string]: readonly Float64Array[] } = columns;
  const panel: MarketPanel = {
    ...base,
    column: (name, asset) => replaced[name]?.[asset] ?? base.column(name, asset),
  };
  return { panel, oracle: (asset, day) => force[asset * options.days + day] ?? 0 };
}

/** Weekly information coefficients along the market: of the ensemble's own record, and of the oracle. */
export function walkScores({ panel, oracle }: PlantedMarket, spec: EnsembleSpec) {
  const learnt = { inputs: "0x00", labels: "0x01", sentiment: null } as const;
  const walk = walkForward(panel, learnt, spec, panel.firstDay + FIRST_WEEK);
  const { outcomes } = walk.at(panel.firstDay + panel.days - 1);
  const own = outcomes.map(({ ensemble }) => readOutcome(ensemble).raw);
  const best = outcomes.map(({ day }) => {
    const era = eraAt(panel, day - panel.firstDay, spec.params);
    if (era === null) return Number.NaN;
    const returns = forwardReturns(panel, era.day, era.assets, spec.params.lagDays, spec.params.weekDays);
    const said = Float64Array.from(era.assets, (asset) => oracle(asset, era.day));
    return correlation(centredRanks(said), centredRanks(returns));
  });
  return { own, oracle: best };
}

function write(series: Float64Array | undefined, at: number, value: number): void {
  if (series !== undefined) series[at] = value;
}
