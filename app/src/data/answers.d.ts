// Generated from docs/openapi.json by scripts/generate-app-types.ts. Do not edit.

/**
 * Address, checksummed.
 */
export type Address = string;
/**
 * 32 bytes.
 */
export type Hash = string;
/**
 * Moment in UTC, ISO 8601.
 */
export type Time = string;
/**
 * Number of a block.
 */
export type Block = number;
export type IndexDetail = Index & {
  creator: Address;
  /**
   * null: nobody may change its terms.
   */
  curator: Address | null;
  feeRecipient: Address;
  /**
   * null: no royalty is paid.
   */
  royaltyRecipient: Address | null;
  /**
   * null: it takes no batches.
   */
  batchDepositor: Address | null;
  version: number;
  createdBlock: Block;
  createdBy: Hash & {
    [k: string]: unknown;
  };
  paused: {
    mint: boolean;
    fill: boolean;
    propose: boolean;
    until: Time | null;
  };
  /**
   * Tokens held that have no price now.
   */
  unpriced: Address[];
};
export type PerformanceComparison = {
  /**
   * How much the index moved for each percent of the benchmark; null: too few days.
   */
  beta: number | null;
  /**
   * Of daily returns; null: too few days.
   */
  correlation: number | null;
  /**
   * Deviation of the difference of daily returns, a year; null: too few days.
   */
  trackingError: number | null;
  /**
   * Mean difference of daily returns over its deviation, a year; null: too few days.
   */
  informationRatio: number | null;
  /**
   * Total return less that of the benchmark; null: too few days.
   */
  excessReturn: number | null;
} | null;
export type RebalanceDetail = Rebalance & {
  cost: {
    /**
     * What the keeper expected, in basis points of NAV; null: the decision is not known here.
     */
    expected: {
      gasBps: number;
      feeAndSpreadBps: number;
      impactBps: number;
      totalBps: number;
    } | null;
    /**
     * Value sold less value received, at oracle prices; null: a token had no price.
     */
    given: Amount | null;
  };
  turnoverBps: number | null;
};
export type Decision = DecisionSummary & {
  validUntil: Time;
  regimeReasons: string[];
  events: string[];
  assets: DecisionAsset[];
  model: {
    /**
     * State of the models; null: there was none.
     */
    hash: Hash | null;
    spoke: "ensemble" | "fallback";
    notes: string[];
  };
  contentHash: Hash & {
    [k: string]: unknown;
  };
  gradesRoot: Hash & {
    [k: string]: unknown;
  };
  /**
   * Ids of the strategy registry: data sets that the decision was made from, whose owners earn by its use.
   */
  datasets: number[];
  /**
   * The record itself. The keccak256 of its canonical JSON (sorted keys, no spaces) is `contentHash`.
   */
  record: {
    [k: string]: unknown;
  };
};
export type Token = TokenRef & {
  /**
   * Chain that it lives on; own: it is a chain's own coin.
   */
  ecosystem: string;
  /**
   * In the newest listing of the market.
   */
  rank: number | null;
  /**
   * Whether the newest listing of the market has it, an earlier one of the last months had it, or none.
   */
  listing: "listed" | "left" | "unlisted";
  price: UsdFigure;
  priceDate: Date;
  marketCap: UsdFigure & {
    [k: string]: unknown;
  };
  volume24h: UsdFigure & {
    [k: string]: unknown;
  };
  /**
   * Way of counting: all venues, one exchange, or what the newest listing said. Not to be compared.
   */
  volumeSource: "volumeGlobal" | "volumeBinance" | "volumeCoinbase" | "listing" | null;
  circulatingSupply: {
    amount: string;
    unit: string;
  } | null;
  fullyDilutedMarketCap: UsdFigure & {
    [k: string]: unknown;
  };
  /**
   * Change of the close over a day, as a fraction: 0.05 means 5%.
   */
  change24h: number | null;
  /**
   * Change of the close over seven days, as a fraction: 0.05 means 5%.
   */
  change7d: number | null;
  /**
   * Change of the close over 30 days, as a fraction: 0.05 means 5%.
   */
  change30d: number | null;
  traderGrade: number | null;
  investorGrade: number | null;
  stance: "bullish" | "neutral" | "bearish" | "unknown";
  computedFrom: ComputedFrom;
};
/**
 * Newest close of the last week.
 */
export type UsdFigure = {
  amount: string;
  unit: "USD";
} | null;
/**
 * The day that the price is of.
 */
export type Date = string | null;
export type TokenPrice = TokenRef & {
  price: UsdFigure & {
    [k: string]: unknown;
  };
  priceDate: Date & {
    [k: string]: unknown;
  };
  computedFrom: ComputedFrom;
};
export type TraderGrade = TokenRef & {
  date: Date & {
    [k: string]: unknown;
  };
  /**
   * Place among the tokens compared, 0 to 100; null: too little is known.
   */
  grade: number | null;
  /**
   * Points since the grade of the day before; null: that day was not graded.
   */
  change24h: number | null;
  /**
   * The last grade before this one, of whatever day.
   */
  previous: {
    date: Date & {
      [k: string]: unknown;
    };
    grade: number | null;
    /**
     * Points since then.
     */
    change: number | null;
  } | null;
  /**
   * What moves the grade most, at most three.
   */
  drivers: GradeDriver[];
  dataPoints: {
    known: number;
    possible: number;
  };
  /**
   * Tokens of the day that the grade compares.
   */
  comparedWith: number;
  /**
   * Unusual, or looks like a pump and dump: an index does not buy it.
   */
  suspicious: boolean;
  reasons: string[];
  computedFrom: ComputedFrom;
};
export type InvestorGrade = TokenRef & {
  date: Date & {
    [k: string]: unknown;
  };
  /**
   * Place among the tokens compared, 0 to 100; null: too little is known.
   */
  grade: number | null;
  /**
   * Points since the grade of the day before; null: that day was not graded.
   */
  change24h: number | null;
  /**
   * The last grade before this one, of whatever day.
   */
  previous: {
    date: Date & {
      [k: string]: unknown;
    };
    grade: number | null;
    /**
     * Points since then.
     */
    change: number | null;
  } | null;
  /**
   * What moves the grade most, at most three.
   */
  drivers: GradeDriver[];
  dataPoints: {
    known: number;
    possible: number;
  };
  /**
   * Tokens of the day that the grade compares.
   */
  comparedWith: number;
  /**
   * Unusual, or looks like a pump and dump: an index does not buy it.
   */
  suspicious: boolean;
  reasons: string[];
  computedFrom: ComputedFrom;
};
export type TradingSignal = TokenRef & {
  date: Date & {
    [k: string]: unknown;
  };
  signal: "bullish" | "neutral" | "bearish" | "unknown";
  /**
   * The signal as a number: 1 bullish, 0 neutral, -1 bearish, null unknown.
   */
  value: 1 | 0 | -1 | null;
  since: Date & {
    [k: string]: unknown;
  };
  /**
   * true: it was there on the first day that was ever graded.
   */
  sinceAtLeast: boolean;
  traderGrade: number | null;
  investorGrade: number | null;
  reason: string;
  computedFrom: ComputedFrom;
};
export type TokenSentiment = TokenRef & {
  date: Date & {
    [k: string]: unknown;
  };
  sentiment: Sentiment;
  /**
   * Why there is no sentiment.
   */
  reason: string | null;
  computedFrom: ComputedFrom;
};
export type Sentiment = {
  /**
   * Headlines of the last seven days, repeats counted once.
   */
  headlines7d: number;
  /**
   * Mean of the day's headlines, -1 (bad) to 1 (good); null: the day had none.
   */
  score: number | null;
  /**
   * Mean over days, halved every day.
   */
  scoreHalved1d: number | null;
  /**
   * Halved every three days.
   */
  scoreHalved3d: number | null;
  /**
   * Halved every seven days.
   */
  scoreHalved7d: number | null;
  /**
   * Mean deviation of the scores of a day; null: no day had two headlines.
   */
  disagreement7d: number | null;
  /**
   * 0 to 1: how little of it was said in the 30 days before.
   */
  novelty7d: number | null;
  newest: {
    at: Time;
    source: string;
    text: string;
    score: number;
  }[];
} | null;
export type QuantMetrics = TokenRef & {
  date: Date & {
    [k: string]: unknown;
  };
  windowDays: number;
  /**
   * Daily results that the figures are of.
   */
  days: number;
  /**
   * Days of the window without a close.
   */
  missingDays: number;
  /**
   * Over the window, as a fraction.
   */
  totalReturn: number | null;
  /**
   * Compound, a year, as a fraction; null for windows below a year.
   */
  annualReturn: number | null;
  /**
   * Standard deviation of daily results, a year, as a fraction.
   */
  volatility: number | null;
  /**
   * Sharpe ratio, a year, without a risk-free rate.
   */
  sharpe: number | null;
  /**
   * Sortino ratio, a year: falls alone count as risk.
   */
  sortino: number | null;
  /**
   * Annual return over the largest drawdown.
   */
  calmar: number | null;
  /**
   * Largest fall from a high, as a fraction >= 0.
   */
  maxDrawdown: number | null;
  /**
   * Days from a high until it was reached again, or to the end.
   */
  longestDrawdownDays: number | null;
  /**
   * Loss of a day that one day in twenty exceeds, as a fraction >= 0.
   */
  valueAtRisk95: number | null;
  /**
   * Mean loss of the worst twentieth of the days, as a fraction.
   */
  expectedShortfall95: number | null;
  /**
   * Of the daily results.
   */
  skewness: number | null;
  /**
   * Of the daily results; 3 for a normal distribution.
   */
  kurtosis: number | null;
  /**
   * Days that rose, of those that were not flat.
   */
  winRate: number | null;
  /**
   * Sum of the rises over the sum of the falls.
   */
  profitFactor: number | null;
  /**
   * 95th percentile over the size of the 5th.
   */
  tailRatio: number | null;
  /**
   * Move for each 1% of the market, weighed by capitalisation.
   */
  beta: number | null;
  /**
   * Correlation of the daily results with the market's, -1 to 1.
   */
  marketCorrelation: number | null;
  /**
   * Why the figures are missing.
   */
  reason: string | null;
  computedFrom: ComputedFrom;
};
/**
 * The shares that hold it; null: none do.
 */
export type StrategyLock = {
  shares: Address;
  name: string;
  symbol: string;
  supply: Amount;
  holders: number;
  locker: Address;
  lockedAt: Time;
  status: "LOCKED" | "AUCTION" | "SOLD" | "REDEEMED";
  reservePrice: Amount & {
    [k: string]: unknown;
  };
  /**
   * The highest; null: nobody has bid.
   */
  bid: Amount | null;
  bidder: Address | null;
  /**
   * Of the auction; null: none has begun.
   */
  endsAt: Time | null;
  /**
   * Royalties that were shared out, by token.
   */
  distributed: {
    token: Address;
    rounds: number;
    amount: Amount;
  }[];
} | null;
/**
 * What the rules wanted at each slot; null: no rules.
 */
export type PaperIndexRules = {
  slots: {
    due: Time;
    decision: Hash & {
      [k: string]: unknown;
    };
    known: Time;
    /**
     * Last day of that data.
     */
    lastDay: string;
    /**
     * bps by token.
     */
    weights: {
      [k: string]: number;
    };
  }[];
  /**
   * Slots at which too little was known: what was held stayed.
   */
  skipped: {
    due: Time;
    why: string;
  }[];
} | null;
/**
 * null: nothing is locked.
 */
export type Lock = {
  amount: Amount;
  status: "running" | "permanent" | "expired";
  /**
   * null: a permanent lock.
   */
  endsAt: Time | null;
  power: Amount & {
    [k: string]: unknown;
  };
  score: Amount & {
    [k: string]: unknown;
  };
  exitOpensAt: Time & {
    [k: string]: unknown;
  };
} | null;
/**
 * null: none.
 */
export type ScoreTier = {
  tier: number;
  minScore: Amount;
  feeDiscountBps: number;
  apiDiscountBps: number;
  proposalsPerMonth: number;
  saleCap: Amount;
  saleOpensAfterSeconds: number;
  launchMultiplierBps: number;
} | null;

/**
 * What each path answers to GET.
 */
export interface Answers {
  "/v1/indices": {
    data: Index[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/indices/{address}": {
    data: IndexDetail;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/indices/{address}/holdings": {
    data: Holdings;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/indices-holdings": {
    data: Holdings;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/indices/{address}/weights": {
    data: WeightHistory;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/indices/{address}/performance": {
    data: Performance;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/indices-performance": {
    data: Performance;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/indices/{address}/nav": {
    data: NavSeries;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/indices/{address}/rebalances": {
    data: Rebalance[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/indices/{address}/rebalances/{epoch}": {
    data: RebalanceDetail;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/indices/{address}/fills": {
    data: Fill[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/indices/{address}/fees": {
    data: Fee[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/decisions": {
    data: DecisionSummary[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/decisions/{hash}": {
    data: Decision;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/decisions/{hash}/bundle": string;
  "/v1/decisions/{hash}/grades/{token}/proof": {
    data: GradeProof;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/keeper/status": {
    data: KeeperStatus;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/tokens": {
    data: Token[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/price": {
    data: TokenPrice[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/ohlcv": {
    data: Ohlcv;
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/trader-grades": {
    data: TraderGrade[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/investor-grades": {
    data: InvestorGrade[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/trading-signals": {
    data: TradingSignal[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/market-metrics": {
    data: MarketMetrics[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/regime": {
    data: Regime;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/sentiments": {
    data: TokenSentiment[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/sentiments/market": {
    data: MarketSentiment;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/quantmetrics": {
    data: QuantMetrics[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/correlation": {
    data: Correlation;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/resistance-support": {
    data: ResistanceSupport;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/scenario-analysis": {
    data: ScenarioAnalysis;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/strategies": {
    data: RankedStrategy[];
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/strategies/{id}": {
    data: Strategy;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/market/listings": {
    data: Listing[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/market/sales": {
    data: MarketSale[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/services": {
    data: Services;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/accounts/{address}/credits": {
    data: AccountCredits;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/paper-indices": {
    data: PaperIndex[];
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/paper-indices/{id}/performance": {
    data: {
      index: PaperIndex;
      value: Amount;
      /**
       * 1 is 100%, after costs.
       */
      return: number;
      costs: {
        bps: number;
        paid: Amount;
        traded: Amount;
        says: string;
      };
      rebalances: Time[];
      /**
       * Tokens that count at an older close than the last day's.
       */
      stale: string[];
      days: {
        date: string;
        value: Amount;
      }[];
      methodology: PaperIndexRules;
    };
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/paper-indices/{id}/holdings": {
    data: {
      token: string;
      value: Amount;
      weight: number;
    }[];
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/session": {
    data: Session;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/accounts/{address}": {
    data: Account;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/accounts/{address}/stake": {
    data: Stake;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/accounts/{address}/activity": {
    data: Activity[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/accounts/{address}/gains": {
    data: Gains;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/quote": {
    data: Quote;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/recurring/{account}": {
    data: RecurringPlan[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/proposals": {
    data: Proposal[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/proposals/{id}": {
    data: Proposal;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/sales": {
    data: Sale[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/events/log": {
    data: Event[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/alerts/firings": {
    data: AlertFiring[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/alerts": {
    data: {
      rules: AlertRule[];
      most: number;
    };
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/alerts/{id}": {
    data: AlertRule;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/webhooks": {
    data: {
      webhooks: Webhook[];
      most: number;
    };
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/webhooks/{id}": {
    data: Webhook;
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/webhooks/{id}/deliveries": {
    data: Delivery[];
    asOf: Time;
    asOfBlock: Block | null;
    /**
     * `cursor` of the next page; absent on the last one.
     */
    next?: string;
  };
  "/v1/chat/links": {
    data: ChatLink[];
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/v1/glossary": {
    data: GlossaryEntry[];
    asOf: Time;
    asOfBlock: Block | null;
  };
  "/health": string;
  "/ready": string;
}
export interface Index {
  address: Address;
  name: string;
  symbol: string;
  /**
   * null: no net asset value is known yet.
   */
  price: Amount | null;
  /**
   * False: a token held has no price, the true value is higher.
   */
  isPriceComplete: boolean;
  /**
   * In basis points; null: not known.
   */
  change24hBps: number | null;
  /**
   * In basis points; null: not known.
   */
  change30dBps: number | null;
  /**
   * null: no net asset value is known yet.
   */
  tvl: Amount | null;
  /**
   * null: no net asset value is known yet.
   */
  supply: Amount | null;
  holders: number;
  fees: {
    /**
     * Part of the value taken in a year, in basis points.
     */
    streamingBpsPerYear: number;
    /**
     * Charged on the shares of a purchase.
     */
    mintBps: number;
    /**
     * Leaving is free; the contract knows no such fee.
     */
    redeemBps: 0;
    /**
     * Part of the fees that goes to the methodology's author.
     */
    royaltyBps: number;
  };
  /**
   * null: its methodology's document is not known here.
   */
  risk: "conservative" | "balanced" | "aggressive" | null;
  methodology: {
    hash: Hash;
    /**
     * Name of the document; null: it is not known here.
     */
    id: string | null;
    name: string | null;
  };
  /**
   * Number of the last rebalance; 0: none yet.
   */
  epoch: number;
  createdAt: Time;
}
/**
 * A sum: `amount` is `raw` divided by 10 to the power of `decimals`, in `unit`.
 */
export interface Amount {
  amount: string;
  raw: string;
  decimals: number;
  unit: string;
}
export interface Holdings {
  index: Address;
  symbol: string;
  /**
   * null: the index was not looked at yet.
   */
  value: Amount | null;
  /**
   * When these weights were looked at.
   */
  snapshotAt: Time | null;
  /**
   * What would have to be sold to reach the target; null: no target, in basis points of NAV.
   */
  driftBps: number | null;
  /**
   * The rebalance that the targets are from; null: there was none.
   */
  target: {
    epoch: number;
    decision: Hash;
    status: "waiting" | "open" | "closed" | "cancelled" | "ended";
    proposedAt: Time;
  } | null;
  holdings: Holding[];
}
export interface Holding {
  token: Address;
  symbol: string | null;
  decimals: number;
  amount: Amount;
  amountPerShare: Amount;
  /**
   * null: the oracle has no price that can be trusted.
   */
  price: Amount | null;
  /**
   * In basis points; null: not known.
   */
  priceChange24hBps: number | null;
  value: Amount | null;
  /**
   * Weight now; null: no price, in basis points of NAV.
   */
  weightBps: number | null;
  /**
   * Weight wanted by the last rebalance; null: there was none, in basis points of NAV.
   */
  targetBps: number | null;
  /**
   * Weight now less weight wanted, in basis points of NAV.
   */
  driftBps: number | null;
}
export interface WeightHistory {
  index: Address;
  days: {
    date: string;
    weights: {
      token: Address;
      symbol: string | null;
      /**
       * Weight, in basis points of NAV.
       */
      weightBps: number | null;
    }[];
  }[];
}
export interface Performance {
  index: Address;
  benchmark: string | null;
  /**
   * Value at the end of each day; both begin at 1.
   */
  series: {
    date: string;
    value: number;
    benchmark: number | null;
  }[];
  metrics: PerformanceMetrics;
  benchmarkMetrics: PerformanceMetrics | null;
  comparison: PerformanceComparison;
  /**
   * Why there are too few days to measure, or nothing to compare with; null: there is enough.
   */
  reason: string | null;
}
export interface PerformanceMetrics {
  days: number;
  /**
   * From the first value to the last; null: too few days.
   */
  totalReturn: number | null;
  /**
   * The same a year, compound; null: too few days.
   */
  annualReturn: number | null;
  /**
   * Of daily returns, a year; null: too few days.
   */
  volatility: number | null;
  /**
   * Mean return over its deviation, a year, no risk-free rate; null: too few days.
   */
  sharpe: number | null;
  /**
   * Mean return over the deviation of falls, a year; null: too few days.
   */
  sortino: number | null;
  /**
   * Annual return over the largest drawdown; null: too few days.
   */
  calmar: number | null;
  /**
   * Largest fall from a peak, 0 or more; null: too few days.
   */
  maxDrawdown: number | null;
  /**
   * Loss of a day that one day in twenty exceeds; null: too few days.
   */
  valueAtRisk95: number | null;
  /**
   * Mean loss of the worst twentieth of the days; null: too few days.
   */
  expectedShortfall95: number | null;
}
export interface NavSeries {
  index: Address;
  interval: "1h" | "1d" | "1w" | "1M";
  bars: {
    from: Time & {
      [k: string]: unknown;
    };
    open: Amount;
    high: Amount;
    low: Amount;
    close: Amount;
    tvl: Amount;
    /**
     * False: at some moment of the bar a token had no price.
     */
    isComplete: boolean;
  }[];
}
export interface Rebalance {
  index: Address;
  epoch: number;
  lane: "RISK" | "DERISK";
  status: "waiting" | "open" | "closed" | "cancelled" | "ended";
  proposedAt: Time;
  opensAt: Time;
  closesAt: Time;
  /**
   * Closed early or cancelled then; null: neither.
   */
  endedAt: Time | null;
  tx: Hash;
  block: Block;
  decision: Hash & {
    [k: string]: unknown;
  };
  /**
   * Why, in words; null: the journal of this service does not have the decision.
   */
  reasons: string[] | null;
  weights: {
    token: Address;
    symbol: string | null;
    beforeBps: number | null;
    targetBps: number | null;
    /**
     * After the last fill; null: nothing was traded.
     */
    afterBps: number | null;
    reasons: string[] | null;
  }[];
  fills: number;
  traded: Amount & {
    [k: string]: unknown;
  };
}
export interface Fill {
  id: number;
  index: Address;
  epoch: number;
  at: Time;
  block: Block;
  tx: Hash;
  filler: Address;
  sold: {
    token: Address;
    symbol: string | null;
    amount: Amount;
    value: Amount | null;
  };
  bought: {
    token: Address;
    symbol: string | null;
    amount: Amount;
    value: Amount | null;
  };
}
export interface Fee {
  id: number;
  index: Address;
  /**
   * Charged with a purchase, or accrued and handed out.
   */
  kind: "mint" | "distributed";
  at: Time;
  block: Block;
  tx: Hash;
  shares: Amount;
  toDao: Amount | null;
  toRoyalty: Amount | null;
  toCreator: Amount | null;
}
export interface DecisionSummary {
  hash: Hash;
  vault: Address;
  /**
   * The epoch that the decision was for.
   */
  epoch: number;
  action: "propose" | "none";
  lane: "RISK" | "DERISK" | null;
  decidedAt: Time;
  block: Block;
  /**
   * Why a decision was due; null: somebody asked for it.
   */
  dueBecause: string | null;
  regime: string;
  /**
   * Part of NAV that may be in risk assets, in basis points.
   */
  exposureBps: number;
  /**
   * Distance between the weights held and wanted, in basis points.
   */
  oneWayDriftBps: number;
  /**
   * Value to be sold, as a part of NAV, in basis points.
   */
  turnoverBps: number;
  reasons: string[];
}
export interface DecisionAsset {
  symbol: string;
  token: Address;
  /**
   * Weight at the time of the decision, in basis points.
   */
  currentBps: number;
  /**
   * Weight wanted, in basis points.
   */
  targetBps: number;
  /**
   * Weight proposed to the vault, in basis points.
   */
  proposedBps: number;
  /**
   * bullish, neutral, bearish, unknown, or stable.
   */
  stance: string;
  traderGrade: number | null;
  investorGrade: number | null;
  /**
   * Data points that moved the grade most.
   */
  drivers: {
    feature: string;
    words: string;
    value: string;
    /**
     * By how much it moved the grade, in basis points.
     */
    effectBps: number;
  }[];
  reasons: string[];
}
export interface GradeProof {
  hash: Hash & {
    [k: string]: unknown;
  };
  contentHash: Hash & {
    [k: string]: unknown;
  };
  gradesRoot: Hash & {
    [k: string]: unknown;
  };
  chainId: number;
  /**
   * `GradeBook` of this deployment; null: it has none.
   */
  contract: Address | null;
  vault: Address;
  epoch: number;
  grade: {
    token: Address;
    /**
     * Trader grade in basis points, 10000 is the best; 65535: none.
     */
    traderBps: number;
    /**
     * Investor grade in basis points, 10000 is the best; 65535: none.
     */
    investorBps: number;
  };
  /**
   * From the leaf to the root.
   */
  proof: Hash[];
}
export interface KeeperStatus {
  indices: {
    index: Address;
    lastDecision: DecisionSummary;
    /**
     * Since that decision.
     */
    ageSeconds: number;
    model: {
      hash: Hash | null;
      spoke: string;
      fittedOn: string | null;
    };
    /**
     * When the next decision is due; null: `live` says why.
     */
    nextRun: Time | null;
  }[];
  halts: {
    scope: string;
    kind: string;
    since: Time;
    reason: string;
  }[];
  unfinished: {
    intent: string;
    state: string;
  }[];
  accounts: {
    account: Address;
    /**
     * null: the node does not answer.
     */
    gas: Amount | null;
  }[];
  /**
   * Whether the keeper itself answers on its own pages.
   */
  live: {
    isUp: boolean;
    detail: string;
  };
}
export interface TokenRef {
  /**
   * Name of the token in the market data: unique.
   */
  id: string;
  /**
   * What it is traded as.
   */
  symbol: string;
  /**
   * null: the stored inputs know it by its symbol alone.
   */
  name: string | null;
  /**
   * coin, stable, wrapped, or unlisted.
   */
  category: string;
  sector: string;
}
export interface ComputedFrom {
  date: Date & {
    [k: string]: unknown;
  };
  decision: Hash & {
    [k: string]: unknown;
  };
  market: Hash & {
    [k: string]: unknown;
  };
  /**
   * State of the models; null: there was none.
   */
  model: Hash | null;
  /**
   * Who graded.
   */
  spoke: "ensemble" | "fallback";
  /**
   * Where the market data comes from.
   */
  source: string;
}
export interface Ohlcv {
  token: string;
  interval: "1d";
  /**
   * Newest first. Days without a close are absent.
   */
  bars: Bar[];
  computedFrom: ComputedFrom;
}
export interface Bar {
  date: Date & {
    [k: string]: unknown;
  };
  open: UsdFigure & {
    [k: string]: unknown;
  };
  high: UsdFigure & {
    [k: string]: unknown;
  };
  low: UsdFigure & {
    [k: string]: unknown;
  };
  close: UsdFigure & {
    [k: string]: unknown;
  };
  volume: UsdFigure & {
    [k: string]: unknown;
  };
  /**
   * Way of counting: all venues, one exchange, or what the newest listing said. Not to be compared.
   */
  volumeSource: "volumeGlobal" | "volumeBinance" | "volumeCoinbase" | "listing" | null;
  marketCap: UsdFigure & {
    [k: string]: unknown;
  };
  /**
   * ohlc: a bar as a venue reported it. close: only the close is known; nothing stands in for the rest.
   */
  basis: "ohlc" | "close";
}
export interface GradeDriver {
  /**
   * Id of the data point, as docs/DATA-POINTS.md lists it, or of the part.
   */
  feature: string;
  words: string;
  /**
   * With its unit.
   */
  value: string;
  /**
   * Points of the grade that it adds or takes.
   */
  effect: number;
}
export interface MarketMetrics {
  date: Date & {
    [k: string]: unknown;
  };
  regime: "bull" | "range" | "bear" | "unknown";
  /**
   * Part of a portfolio that the regime lets be at risk, in basis points.
   */
  exposureBps: number;
  /**
   * Of the 200 largest tokens, as the source tells it.
   */
  totalMarketCap: {
    value: UsdFigure & {
      [k: string]: unknown;
    };
    date: Date & {
      [k: string]: unknown;
    };
  } | null;
  /**
   * Bitcoin's part of the total, as a fraction.
   */
  bitcoinDominance: {
    value: number;
    date: Date & {
      [k: string]: unknown;
    };
  } | null;
  /**
   * Part of the total that is in stable tokens, as a fraction.
   */
  stableShare: {
    value: number;
    date: Date & {
      [k: string]: unknown;
    };
  } | null;
  /**
   * Fear & greed index, 0 to 100.
   */
  fearGreed: {
    value: number;
    date: Date & {
      [k: string]: unknown;
    };
  } | null;
  /**
   * VIX: volatility that options on US shares expect, in percent a year.
   */
  equityVolatility: {
    value: number;
    date: Date & {
      [k: string]: unknown;
    };
  } | null;
  /**
   * Index of the dollar against other currencies.
   */
  dollarIndex: {
    value: number;
    date: Date & {
      [k: string]: unknown;
    };
  } | null;
  /**
   * Of the market weighed by capitalisation, over a day, as a fraction.
   */
  change24h: number | null;
  /**
   * Over seven days.
   */
  change7d: number | null;
  /**
   * Over 30 days.
   */
  change30d: number | null;
  /**
   * Of the market, from 30 days, a year, as a fraction.
   */
  volatility: number | null;
  /**
   * From the 180-day high, as a fraction <= 0.
   */
  drawdown: number | null;
  /**
   * Tokens above their own 50-day average price, as a fraction.
   */
  breadth: number | null;
  /**
   * Net move of 30 days over the sum of its daily moves, -1 to 1.
   */
  trendStrength: number | null;
  /**
   * Tokens by stance.
   */
  signals: {
    bullish: number;
    neutral: number;
    bearish: number;
    unknown: number;
  };
  computedFrom: ComputedFrom;
}
export interface Regime {
  date: Date & {
    [k: string]: unknown;
  };
  regime: "bull" | "range" | "bear" | "unknown";
  /**
   * Part of a portfolio that the regime lets be at risk, in basis points.
   */
  exposureBps: number;
  since: Date & {
    [k: string]: unknown;
  };
  /**
   * 1 for risk, -1 against it, 0 undecided; who abstains is absent.
   */
  votes: {
    [k: string]: number;
  };
  /**
   * The state first, then a sentence of each voter.
   */
  reasons: string[];
  sectors: {
    sector: string;
    regime: "bull" | "range" | "bear" | "unknown";
    /**
     * Of its weight, in basis points.
     */
    exposureBps: number;
    reason: string;
  }[];
  /**
   * Days on which regime or exposure changed, newest first, as this day's data tells them.
   */
  history: {
    date: Date & {
      [k: string]: unknown;
    };
    regime: "bull" | "range" | "bear" | "unknown";
    /**
     * From that day on, in basis points.
     */
    exposureBps: number;
    /**
     * Mean vote of the day, -10000 to 10000, in basis points.
     */
    scoreBps: number | null;
  }[];
  computedFrom: ComputedFrom;
}
export interface MarketSentiment {
  date: Date & {
    [k: string]: unknown;
  };
  sentiment: Sentiment;
  reason: string | null;
  computedFrom: ComputedFrom;
}
export interface Correlation {
  windowDays: number;
  /**
   * Of the tokens that were named, in their order.
   */
  matrix: {
    tokens: string[];
    rows: {
      /**
       * -1 to 1; null: fewer than 20 common days, or one of the two did not move.
       */
      correlation: number | null;
      /**
       * Days on which both have a result.
       */
      days: number;
    }[][];
  } | null;
  /**
   * The listed tokens that moved most and least like the one that was named.
   */
  ranking: {
    token: string;
    most: {
      token: string;
      correlation: number;
      days: number;
    }[];
    least: {
      token: string;
      correlation: number;
      days: number;
    }[];
  } | null;
  computedFrom: ComputedFrom;
}
export interface ResistanceSupport {
  token: string;
  close: UsdFigure & {
    [k: string]: unknown;
  };
  /**
   * Below the last close, nearest first.
   */
  support: {
    price: UsdFigure & {
      [k: string]: unknown;
    };
    /**
     * Turning points that the level is made of.
     */
    touches: number;
    lastDate: Date & {
      [k: string]: unknown;
    };
    /**
     * From the last close, as a fraction, signed.
     */
    distance: number;
  }[];
  /**
   * Above it, nearest first.
   */
  resistance: {
    price: UsdFigure & {
      [k: string]: unknown;
    };
    /**
     * Turning points that the level is made of.
     */
    touches: number;
    lastDate: Date & {
      [k: string]: unknown;
    };
    /**
     * From the last close, as a fraction, signed.
     */
    distance: number;
  }[];
  method: string;
  computedFrom: ComputedFrom;
}
export interface ScenarioAnalysis {
  /**
   * Name of the token in the market data: unique.
   */
  id: string;
  /**
   * What it is traded as.
   */
  symbol: string;
  /**
   * null: the stored inputs know it by its symbol alone.
   */
  name: string | null;
  /**
   * coin, stable, wrapped, or unlisted.
   */
  category: string;
  sector: string;
  price: UsdFigure & {
    [k: string]: unknown;
  };
  marketCap: UsdFigure & {
    [k: string]: unknown;
  };
  totalMarketCap: UsdFigure & {
    [k: string]: unknown;
  };
  totalMarketCapDate: Date & {
    [k: string]: unknown;
  };
  /**
   * Of the token in the total, as a fraction.
   */
  share: number;
  /**
   * Of the last 365 daily results.
   */
  beta: number | null;
  assumptions: string[];
  scenarios: {
    totalMarketCap: UsdFigure & {
      [k: string]: unknown;
    };
    sameShare: {
      marketCap: UsdFigure & {
        [k: string]: unknown;
      };
      price: UsdFigure & {
        [k: string]: unknown;
      };
      /**
       * Of the present price.
       */
      multiple: number;
    };
    byBeta: {
      marketCap: UsdFigure & {
        [k: string]: unknown;
      };
      price: UsdFigure & {
        [k: string]: unknown;
      };
      /**
       * Of the present price.
       */
      multiple: number;
    } | null;
  }[];
  computedFrom: ComputedFrom;
}
export interface RankedStrategy {
  /**
   * Place from 1; null: not ranked, see `reason`.
   */
  rank: number | null;
  /**
   * Why it is not ranked.
   */
  reason: string | null;
  /**
   * Token of StrategyRegistry.
   */
  id: string;
  author: Address;
  owner: Address;
  receiver: Address & {
    [k: string]: unknown;
  };
  /**
   * Of the creator's part of the fees, in basis points.
   */
  royaltyBps: number;
  hash: Hash & {
    [k: string]: unknown;
  };
  /**
   * Where its author says that it is. Not checked.
   */
  uri: string;
  versions: number;
  /**
   * That follow or followed it.
   */
  indices: number;
  /**
   * On which at least one followed it.
   */
  days: number;
  /**
   * Return since the first adoption; 0.1 stands for 10%, null: not known.
   */
  totalReturn: number | null;
  /**
   * Return less that of the benchmark on the same days; 0.1 stands for 10%, null: not known.
   */
  excess: number | null;
  /**
   * Mean daily excess times 365, by which places are given; 0.1 stands for 10%, null: not known.
   */
  excessAYear: number | null;
  /**
   * Largest fall from a peak; 0.1 stands for 10%, null: not known.
   */
  worstFall: number | null;
}
export interface Strategy {
  id: string;
  kind: "STRATEGY" | "DATASET";
  author: Address;
  owner: Address & {
    [k: string]: unknown;
  };
  receiver: Address & {
    [k: string]: unknown;
  };
  /**
   * Of later adoptions.
   */
  royaltyBps: number;
  /**
   * Of the price of each sale.
   */
  resaleBps: number;
  resaleReceiver: Address;
  /**
   * How often it changed its owner.
   */
  ownersBefore: number;
  registeredAt: Time;
  hash: Hash & {
    [k: string]: unknown;
  };
  /**
   * Newest first, at most 100.
   */
  versions: StrategyVersion[];
  /**
   * Newest first, at most 100.
   */
  adoptions: StrategyAdoption[];
  /**
   * What waits in the timelocks of indices, at most 100.
   */
  announced: AdoptionNotice[];
  /**
   * Paid by indices in shares of theirs, and paid out to owners. Other tokens only if USDC or GIM.
   */
  royalties: {
    token: Address;
    paid: Amount;
    paidOut: Amount;
  }[];
  /**
   * By credits that were used with it.
   */
  earned: {
    currency: Address;
    earned: Amount;
    paid: Amount;
  }[];
  lock: StrategyLock;
}
export interface StrategyVersion {
  /**
   * From 0.
   */
  number: number;
  hash: Hash;
  uri: string;
  publishedAt: Time;
}
export interface StrategyAdoption {
  index: Address;
  name: string;
  symbol: string;
  /**
   * Of the creator's part of the fees, in basis points.
   */
  royaltyBps: number;
  hash: Hash;
  /**
   * null: no version of this strategy has that hash.
   */
  version: number | null;
  /**
   * null: not by an offer of the registry.
   */
  announcedAt: Time | null;
  since: Time;
  /**
   * null: in force.
   */
  until: Time | null;
}
export interface AdoptionNotice {
  index: Address;
  name: string;
  symbol: string;
  /**
   * Of the creator's part of the fees, in basis points.
   */
  royaltyBps: number;
  hash: Hash;
  /**
   * null: no version of this strategy has that hash.
   */
  version: number | null;
  announcedAt: Time;
  appliesAt: Time & {
    [k: string]: unknown;
  };
  lapsesAt: Time & {
    [k: string]: unknown;
  };
}
export interface Listing {
  id: string;
  collection: "strategies" | "credits";
  contract: Address;
  tokenId: string;
  /**
   * What these credits pay for; null: a strategy.
   */
  service: string | null;
  seller: Address;
  /**
   * Offered at first.
   */
  units: string;
  /**
   * Not sold yet.
   */
  left: string;
  /**
   * That could be bought now: the seller may have fewer, or have taken his approval back.
   */
  available: string;
  unitPrice: Amount;
  currency: Address;
  until: Time;
  /**
   * The most that the market takes of the price.
   */
  feeBps: number;
  /**
   * Of the price, to the author.
   */
  royaltyBps: number;
  expectedHash: Hash & {
    [k: string]: unknown;
  };
  /**
   * As /v1/strategies tells it, against BTC; null: no strategy.
   */
  live: {
    rank: number | null;
    days: number;
    excessAYear: number | null;
  } | null;
  listedAt: Time;
}
export interface MarketSale {
  id: string;
  listing: string;
  collection: "strategies" | "credits";
  contract: Address;
  tokenId: string;
  /**
   * What these credits pay for; null: a strategy.
   */
  service: string | null;
  buyer: Address;
  seller: Address;
  units: string;
  cost: Amount;
  royalty: Amount & {
    [k: string]: unknown;
  };
  fee: Amount & {
    [k: string]: unknown;
  };
  currency: Address;
  /**
   * Newest version of a strategy at the time; null: credits.
   */
  hash: Hash | null;
  at: Time;
  block: number;
  transaction: Hash;
}
export interface Services {
  /**
   * AccessPass; null: nothing is sold.
   */
  contract: Address | null;
  credits: {
    id: string;
    service: "SIGNALS" | "DECISIONS" | "COMPUTE" | "DATASETS";
    words: string;
    price: ServicePrice;
    /**
     * What they pay for beyond what is free.
     */
    routes: {
      method: string;
      path: string;
      price: string;
    }[];
  }[];
  plans: {
    number: number;
    services: ("SIGNALS" | "DECISIONS" | "COMPUTE" | "DATASETS")[];
    creditsPerDay: number;
    /**
     * That one price is for.
     */
    days: number;
    price: ServicePrice & {
      [k: string]: unknown;
    };
  }[];
  /**
   * Once an address, for any service; null: none is given.
   */
  trial: {
    credits: number;
    days: number;
  } | null;
  /**
   * Of what credits cost, kept for owners of data sets; null: not known.
   */
  assetShareBps: number | null;
  /**
   * Of the price of new listings; null: not known.
   */
  marketFeeBps: number | null;
}
/**
 * Of one credit.
 */
export interface ServicePrice {
  /**
   * null: not sold for it.
   */
  usdc: Amount | null;
  /**
   * null: not sold for it.
   */
  gim: Amount | null;
}
export interface AccountCredits {
  account: Address;
  credits: {
    id: string;
    service: "SIGNALS" | "DECISIONS" | "COMPUTE" | "DATASETS";
    /**
     * That can be transferred, sold or loaded.
     */
    wallet: string;
    /**
     * That receipts are settled from.
     */
    meter: string;
    /**
     * Of them, announced to leave.
     */
    inNotice: string;
    /**
     * From when they may leave; null: no notice.
     */
    noticeEndsAt: Time | null;
    /**
     * For this account, in all.
     */
    bought: string;
    /**
     * Settled on chain.
     */
    used: string;
    /**
     * Settled.
     */
    receipts: number;
    /**
     * Used at this service and not settled yet, or lost to it: they do not count twice.
     */
    unsettled: string;
    /**
     * That a new receipt could use here: what the meter holds, less what is in notice, less `unsettled`.
     */
    usable: string;
  }[];
  /**
   * null: none was begun.
   */
  trial: {
    /**
     * At the beginning.
     */
    units: string;
    /**
     * 0 once it is over.
     */
    left: string;
    endsAt: Time;
    isRunning: boolean;
    /**
     * Settled on chain.
     */
    used: string;
    /**
     * Settled.
     */
    receipts: number;
    /**
     * Used at this service and not settled yet, or lost to it: they do not count twice.
     */
    unsettled: string;
    /**
     * That a new receipt could use here: what the meter holds, less what is in notice, less `unsettled`.
     */
    usable: string;
  } | null;
  plans: {
    number: number;
    services: ("SIGNALS" | "DECISIONS" | "COMPUTE" | "DATASETS")[];
    creditsPerDay: number;
    endsAt: Time;
    isRunning: boolean;
  }[];
  /**
   * That may sign receipts beside the account; null: none, or it has ended.
   */
  key: {
    address: Address;
    until: Time;
  } | null;
}
export interface PaperIndex {
  id: string;
  name: string;
  weights: {
    [k: string]: number;
  } | null;
  rebalance: "daily" | "weekly" | "two-weekly" | "monthly" | "quarterly" | "never" | null;
  index: string | null;
  /**
   * Hash of the document whose rules it follows.
   */
  methodology: Hash | null;
  invested: Amount;
  costBps: number;
  from: string;
  createdAt: Time;
  /**
   * It began before it was made: its maker knew what came.
   */
  isBackdated: boolean;
}
export interface Session {
  account: Address;
  /**
   * Score tier at `tierReadAt`; 0: none; null: the node could not be asked.
   */
  tier: number | null;
  /**
   * The week start that the tier comes from; null without a tier to read.
   */
  tierReadAt: Time | null;
  /**
   * A quota of so many requests that fills up again within so many seconds.
   */
  limit: {
    name: string;
    requests: number;
    seconds: number;
  };
  openedAt: Time;
  expiresAt: Time;
}
export interface Account {
  account: Address;
  positions: Position[];
  /**
   * All positions together; null when one has no value.
   */
  value: Amount | null;
  lock: Lock;
}
export interface Position {
  index: Address;
  name: string;
  symbol: string;
  shares: Amount;
  navPerShare: Amount | null;
  /**
   * Shares at NAV.
   */
  value: Amount | null;
  /**
   * Why a figure is null; null: none is.
   */
  missing: string | null;
}
export interface Stake {
  account: Address;
  lock: {
    amount: Amount;
    status: "none" | "running" | "permanent" | "expired";
    /**
     * null: permanent, or no lock.
     */
    unlocksAt: Time | null;
    /**
     * From when it can be left early; null: no lock.
     */
    exitOpensAt: Time | null;
    penalty: Amount & {
      [k: string]: unknown;
    };
    power: Amount & {
      [k: string]: unknown;
    };
    scoreNow: Amount & {
      [k: string]: unknown;
    };
  };
  votes: Amount & {
    [k: string]: unknown;
  };
  delegate: Address & {
    [k: string]: unknown;
  };
  tier: {
    current: ScoreTier;
    score: Amount & {
      [k: string]: unknown;
    };
    /**
     * Score over what is committed; 0 without a lock.
     */
    multiplierBps: number;
    readAt: Time & {
      [k: string]: unknown;
    };
    nextReadAt: Time & {
      [k: string]: unknown;
    };
    next: ScoreTier & {
      [k: string]: unknown;
    };
    /**
     * Score that the next tier asks for on top; null with the highest.
     */
    missing: Amount | null;
  };
  revenue: {
    claimable: {
      token: Address;
      amount: Amount;
    }[];
    nextEpochAt: Time & {
      [k: string]: unknown;
    };
  };
}
export interface Activity {
  id: number;
  /**
   * Such as mint, redeem, zapIn, transfer, lock-create, vote, revenue-claim.
   */
  kind: string;
  at: Time;
  block: Block;
  transaction: Hash;
  index: Address | null;
  shares: Amount | null;
  /**
   * Everything else that the event says; amounts raw.
   */
  details: {
    [k: string]: string;
  };
}
export interface Gains {
  account: Address;
  method: "FIFO";
  indices: {
    index: Address;
    symbol: string;
    shares: Amount & {
      [k: string]: unknown;
    };
    /**
     * Cost basis of the shares held.
     */
    cost: Amount | null;
    value: Amount | null;
    unrealised: Amount | null;
    /**
     * Cost basis of the shares sold.
     */
    realisedCost: Amount | null;
    proceeds: Amount | null;
    realised: Amount | null;
    unmatched: Amount & {
      [k: string]: unknown;
    };
    disposals: (ShareMovement & {
      shares: Amount;
      proceeds: Amount | null;
      lots: {
        acquired: ShareMovement;
        shares: Amount;
        cost: Amount | null;
        proceeds: Amount | null;
        gain: Amount | null;
      }[];
      unmatched: Amount;
    })[];
    lots: {
      acquired: ShareMovement;
      shares: Amount;
      cost: Amount | null;
      value: Amount | null;
      unrealised: Amount | null;
    }[];
  }[];
}
export interface ShareMovement {
  kind: "bought" | "received" | "sold" | "sent";
  at: Time;
  block: Block;
  transaction: Hash;
  navPerShare: Amount | null;
}
export interface Quote {
  index: Address;
  side: "buy" | "sell";
  way: "in-kind" | "one-token";
  shares: Amount & {
    [k: string]: unknown;
  };
  /**
   * null: a token of the index has no price.
   */
  navPerShare: Amount | null;
  /**
   * Of the shares at NAV.
   */
  value: Amount | null;
  /**
   * What is paid (buy) or received (sell).
   */
  legs: {
    token: Address;
    expected: Amount;
    limit: Amount & {
      [k: string]: unknown;
    };
  }[];
  /**
   * null: a sale.
   */
  mintFee: {
    shares: Amount;
    bps: number;
  } | null;
  slippageBps: number;
  /**
   * How much worse than NAV the market is.
   */
  priceImpactBps: number | null;
  /**
   * Why the price impact is null; null: it is not.
   */
  priceImpactMissing: string | null;
  gas: {
    units: string | null;
    /**
     * Why the gas is null; null: it is not.
     */
    missing: string | null;
  };
  /**
   * When the transaction ends to count; null: in kind, its limits hold.
   */
  expiresAt: Time | null;
  /**
   * To be sent before, in this order; null without `account`.
   */
  requirements:
    | {
        kind: "approval";
        token: Address;
        spender: Address;
        amount: Amount;
        transaction: {
          chainId: number;
          to: Address;
          data: string;
          /**
           * Wei.
           */
          value: string;
        };
      }[]
    | null;
  /**
   * Unsigned; null without `account`.
   */
  transaction: {
    chainId: number;
    to: Address;
    data: string;
    /**
     * Wei.
     */
    value: string;
  } | null;
}
export interface RecurringPlan {
  id: string;
  owner: Address;
  index: Address | null;
  batchDepositor: Address;
  kind: "deposit" | "withdraw-sum" | "withdraw-part";
  period: "1-week" | "2-weeks" | "4-weeks" | "month";
  /**
   * Raw units of the cash of the index's batches; null: a part.
   */
  amountRaw: string | null;
  /**
   * Of the shares held, of withdraw-part.
   */
  partBps: number | null;
  /**
   * Raw units of cash that whoever files an order gets at most.
   */
  tipCapRaw: string;
  status: "active" | "cancelled" | "completed";
  /**
   * Orders so far.
   */
  filed: number;
  /**
   * null: no limit.
   */
  ordersLeft: number | null;
  /**
   * Next dates, when each order is filed on its day.
   */
  next: Time[];
}
export interface Proposal {
  id: string;
  /**
   * optimistic: passes unless enough votes veto it.
   */
  path: "governor" | "optimistic";
  title: string;
  description: string;
  proposer: Address;
  transaction: Hash;
  state:
    | "pending"
    | "active"
    | "canceled"
    | "defeated"
    | "succeeded"
    | "queued"
    | "executed"
    | "open"
    | "rejected"
    | "passed"
    | "expired";
  actions: {
    target: Address;
    value: Amount;
    data: string;
    /**
     * null: not a function of the protocol. Do not vote for what you cannot read.
     */
    functionName: string | null;
    signature: string | null;
    args: {
      name: string;
      value: string;
    }[];
  }[];
  /**
   * null: an optimistic proposal.
   */
  votes: {
    for: Amount;
    against: Amount;
    abstain: Amount;
    voters: number;
  } | null;
  vetoes: {
    cast: Amount;
    threshold: Amount;
  } | null;
  /**
   * For and abstain together; null before the snapshot fixes it.
   */
  quorum: Amount | null;
  isQuorumReached: boolean | null;
  /**
   * More than 1.10 times as many for as against.
   */
  isMajority: boolean | null;
  proposedAt: Time;
  votesFrom: Time & {
    [k: string]: unknown;
  };
  votesUntil: Time;
  /**
   * null: not queued.
   */
  executableAt: Time | null;
  /**
   * When it was executed, cancelled or rejected; null: it was not.
   */
  endedAt: Time | null;
}
export interface Sale {
  sale: Address;
  /**
   * missed: the soft cap. lapsed: the issuer's tokens did not come in time.
   */
  status: "announced" | "funded" | "open" | "succeeded" | "missed" | "lapsed" | "cancelled";
  issuer: Address;
  saleToken: Address;
  paymentToken: Address;
  hardCap: Amount;
  softCap: Amount;
  offered: Amount & {
    [k: string]: unknown;
  };
  committed: Amount;
  buyers: number;
  feeBps: number;
  snapshotAt: Time & {
    [k: string]: unknown;
  };
  startsAt: Time;
  endsAt: Time;
  cliffEndsAt: Time;
  vestedAt: Time;
  /**
   * Of `account`, as things stand; null without it and before the snapshot.
   */
  access: {
    account: Address;
    tier: number;
    cap: Amount;
    /**
     * null: the account may not commit.
     */
    opensAt: Time | null;
    committed: Amount;
    accepted: Amount;
    refund: Amount;
    bought: Amount;
    releasable: Amount;
    isSettled: boolean;
  } | null;
}
export interface Event {
  /**
   * Number of the event. It rises; gaps may be events for other accounts.
   */
  id: string;
  type:
    | "index.created"
    | "index.minted"
    | "index.redeemed"
    | "rebalance.proposed"
    | "rebalance.filled"
    | "rebalance.ended"
    | "revenue.claimed"
    | "proposal.created"
    | "proposal.voted"
    | "decision.made"
    | "regime.changed"
    | "grade.changed"
    | "event.retracted"
    | "alert.fired"
    | "alert.retracted"
    | "webhook.stopped";
  timestamp: string;
  index: string | null;
  account: string | null;
  block: string | null;
  tx: string | null;
  /**
   * Hash of the decision behind it.
   */
  decision: string | null;
  /**
   * Id of the event that did not happen after all.
   */
  retracts: string | null;
  /**
   * What happened, in one sentence.
   */
  text: string;
  links: {
    [k: string]: string;
  };
  data: {
    [k: string]: unknown;
  };
}
export interface AlertFiring {
  id: string;
  rule: string;
  at: Time;
  text: string;
  /**
   * The figure; null: the rule is about an event.
   */
  value: number | null;
  /**
   * Id of the event; null: the rule is about a figure.
   */
  event: string | null;
  /**
   * The event's block was replaced: it did not happen.
   */
  isRetracted: boolean;
}
export interface AlertRule {
  id: string;
  name: string;
  condition: {
    [k: string]: unknown;
  };
  /**
   * The condition in one line.
   */
  words: string;
  destinations: {
    webhooks: string[];
    chats: ("telegram" | "discord" | "x")[];
  };
  isOn: boolean;
  /**
   * new: not looked at yet; armed: the next crossing fires; beyond: it must come back first.
   */
  phase: "new" | "armed" | "beyond" | null;
  createdAt: Time;
}
export interface Webhook {
  id: string;
  url: string;
  types: (
    | "index.created"
    | "index.minted"
    | "index.redeemed"
    | "rebalance.proposed"
    | "rebalance.filled"
    | "rebalance.ended"
    | "revenue.claimed"
    | "proposal.created"
    | "proposal.voted"
    | "decision.made"
    | "regime.changed"
    | "grade.changed"
    | "event.retracted"
    | "alert.fired"
    | "alert.retracted"
    | "webhook.stopped"
  )[];
  index: string | null;
  account: string | null;
  createdAt: Time;
  /**
   * Failed attempts in a row.
   */
  failures: number;
  /**
   * Messages that wait for it.
   */
  waiting: number;
  /**
   * Nothing is sent since then; null: it works.
   */
  stoppedAt: Time | null;
  stopReason: string | null;
  /**
   * Messages that were not queued because too many waited.
   */
  missed: number;
  /**
   * Id of the first missed event: read on there in the log.
   */
  missedFrom: string | null;
}
export interface Delivery {
  /**
   * webhook-id of the message: the same in every attempt.
   */
  id: string;
  state: "waiting" | "delivered" | "failed";
  attempts: number;
  /**
   * HTTP status of the last attempt; null: no answer.
   */
  status: number | null;
  /**
   * Why the last attempt failed.
   */
  reason: string | null;
  createdAt: Time;
  /**
   * When it is tried next; null: it is over.
   */
  nextAt: Time | null;
  endedAt: Time | null;
  /**
   * What is sent, to the letter.
   */
  body: string;
}
/**
 * A chat in which the account's alerts arrive.
 */
export interface ChatLink {
  channel: "telegram" | "discord" | "x";
  since: Time;
}
export interface GlossaryEntry {
  term: string;
  meaning: string;
}
