import { type Methodology, MethodologyInvalidError, parseMethodology } from "@gimbal/sdk";
import { STRATEGIES } from "../../../keeper/src/backtest/strategies.ts";
import type { ApiContext } from "../context.ts";
import { usedDecision } from "../credits/services.ts";
import { NotFoundError, RequestInvalidError, UnavailableError } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressInput, addressSchema, hashInput, hashSchema, isoTime, timeSchema, z } from "../http/schemas.ts";
import type { Simulator } from "../simulations/simulator.ts";

const MOST_MOVES = 50;
/** {days} Longest period of a backtest. */
const LONGEST = 366;
const DAY_MS = 86_400_000;
/** {days} of a backtest that one credit pays for. */
const DAYS_A_CREDIT = 93;

function simulatorOf({ simulator }: ApiContext): Simulator {
  if (simulator === null) throw new UnavailableError(["simulation"], "Simulations are switched off in this service.");
  return simulator;
}

const simulatedAsset = z
  .strictObject({
    symbol: z.string(),
    token: addressSchema,
    currentBps: z.number().int().openapi({ description: "Weight after the price moves, in basis points of NAV." }),
    proposedBps: z
      .number()
      .int()
      .openapi({ description: "Weight that the keeper would propose, in basis points of NAV." }),
    recordedBps: z.number().int().openapi({ description: "Weight that it proposed then, in basis points of NAV." }),
    reasons: z.array(z.string()),
  })
  .openapi("SimulatedAsset");

const simulateRebalance = defineRoute({
  id: "simulateRebalance",
  method: "post",
  path: "/v1/simulations/rebalance",
  tag: "Simulations",
  summary: "What the keeper would propose if prices had been others",
  description:
    "Runs the keeper's own pipeline on the recorded inputs of a decision, with the prices of what is held changed. Grades, regime and news stay as they were. Nothing is signed or sent.",
  body: z.strictObject({
    index: addressInput,
    decision: hashInput
      .optional()
      .openapi({ description: "Whose inputs to start from; the newest of the index unless told." }),
    moves: z
      .array(z.strictObject({ asset: z.string().min(1).max(40), changeBps: z.number().int().min(-9_900).max(100_000) }))
      .max(MOST_MOVES)
      .default([])
      .openapi({
        description: "Changes of prices in basis points, each token once.",
        example: [{ asset: "ETH", changeBps: -2_000 }],
      }),
  }),
  data: z
    .strictObject({
      decision: hashSchema,
      decidedAt: timeSchema,
      action: z.enum(["propose", "none"]),
      lane: z.enum(["RISK", "DERISK"]).nullable(),
      turnoverBps: z.number().int(),
      oneWayDriftBps: z.number().int(),
      reasons: z.array(z.string()),
      assets: z.array(simulatedAsset),
    })
    .openapi("SimulatedRebalance"),
  pays: {
    words: "1 credit",
    service: "COMPUTE",
    charge: async ({ decisions }, { body: { index, decision } }) => {
      const found = decision === undefined ? await decisions.newest(index) : await decisions.byHash(decision);
      return { service: "COMPUTE", units: 1, about: usedDecision(found) };
    },
  },
  freshness: "live",
  handle: async (context, { body }) => {
    const simulator = simulatorOf(context);
    const { journal } = simulator.places;
    if (journal === null)
      throw new UnavailableError(["journal"], "No journal is configured, so nothing can be run again.");
    const { index, moves } = body;
    const found =
      body.decision === undefined
        ? await context.decisions.newest(index)
        : await context.decisions.byHash(body.decision);
    if (found === undefined || found.record.vault.toLowerCase() !== index.toLowerCase()) {
      throw new NotFoundError("No keeper of this service made such a decision about this index.", { index });
    }
    const held = new Set(found.record.assets.map(({ asset }) => asset));
    const faults = moves.flatMap(({ asset }, i) => {
      const at = `body.moves.${i}.asset`;
      if (!held.has(asset)) return [{ at, message: `is not in the basket: ${[...held].slice(0, 50).join(", ")}` }];
      return moves.findIndex((move) => move.asset === asset) < i ? [{ at, message: "is there more than once" }] : [];
    });
    if (faults.length > 0) throw new RequestInvalidError(faults);
    const result = await simulator.rebalance({ kind: "rebalance", journal, decision: found.hash, moves });
    const assets = result.assets.map((asset) => ({ ...asset, reasons: [...asset.reasons] }));
    const data = {
      decision: found.hash,
      decidedAt: isoTime(found.record.asOf),
      ...result,
      reasons: [...result.reasons],
      assets,
    };
    return { data, asOf: found.record.asOf, asOfBlock: Number(found.record.block.number) };
  },
});

const ratio = (description: string) =>
  z
    .number()
    .nullable()
    .openapi({ description: `${description}; 0.1 stands for 10%.` });

const lineSchema = z
  .strictObject({
    name: z.string(),
    totalReturn: ratio("Return over the period"),
    annualReturn: ratio("Return a year, compound"),
    volatility: ratio("Standard deviation a year"),
    sharpe: z.number().nullable().openapi({ description: "Sharpe ratio a year, without a risk-free rate." }),
    maxDrawdown: ratio("Deepest fall"),
  })
  .openapi("BacktestLine");

/** What to test: a name, or a document that is what the format asks for. */
function testedOf({ strategy, methodology }: { strategy?: string | undefined; methodology?: unknown }) {
  if (strategy !== undefined && methodology === undefined) return strategy;
  if (strategy !== undefined || methodology === undefined) {
    throw new RequestInvalidError([{ at: "body", message: "must name either a strategy or a methodology" }]);
  }
  try {
    return parseMethodology(methodology) satisfies Methodology;
  } catch (error) {
    if (!(error instanceof MethodologyInvalidError)) throw error;
    throw new RequestInvalidError([{ at: `body.methodology.${error.path}`, message: error.shortMessage }]);
  }
}

const runBacktest = defineRoute({
  id: "runBacktest",
  method: "post",
  path: "/v1/simulations/backtest",
  tag: "Simulations",
  summary: "How a strategy, or rules of your own, would have done over a past period",
  description: `Through the simulated vault with its limits and flat costs; ${LONGEST} days at most, one run at a time. Either a named strategy or a methodology's document; nothing that needs training.`,
  body: z.strictObject({
    strategy: z
      .enum(STRATEGIES.map(({ id }) => id) as [string, ...string[]])
      .optional()
      .openapi({ description: "One of the service's own; not together with `methodology`." }),
    methodology: z.record(z.string(), z.unknown()).optional().openapi({
      description: "A document of docs/METHODOLOGIES.md, weighed by a rule. Fixed weights test a basket of your own.",
    }),
    from: z.iso.date(),
    to: z.iso.date(),
    costBps: z
      .number()
      .int()
      .min(0)
      .max(1_000)
      .default(30)
      .openapi({ description: "Costs of what is traded, in basis points." }),
    market: z.enum(["recorded", "simulated"]).default("recorded").openapi({
      description: "Recorded prices of the service, or an invented market that says nothing about the real one.",
    }),
  }),
  data: z
    .strictObject({
      source: z.string().openapi({ description: "Where the prices are from." }),
      days: z.number().int(),
      result: lineSchema,
      benchmarks: z.array(lineSchema),
      turnoverWeekly: ratio("Part of NAV sold a week"),
      biases: z.array(z.string()).openapi({ description: "What makes the figures look better than they are." }),
      notes: z.array(z.string()).openapi({
        description: "Tokens of a document that were reckoned as others, or had no price.",
      }),
    })
    .openapi("Backtest"),
  pays: {
    words: `1 credit for each ${DAYS_A_CREDIT} days or part of them`,
    service: "COMPUTE",
    charge: (_, { body: { from, to } }) => {
      const days = Math.min(LONGEST, Math.max(1, (Date.parse(to) - Date.parse(from)) / DAY_MS));
      return { service: "COMPUTE", units: Math.ceil(days / DAYS_A_CREDIT), about: null };
    },
  },
  freshness: "live",
  handle: async (context, { body }) => {
    const simulator = simulatorOf(context);
    const { market, from, to, costBps } = body;
    const strategy = testedOf(body);
    const days = (Date.parse(to) - Date.parse(from)) / DAY_MS;
    if (days < 27 || days > LONGEST) {
      throw new RequestInvalidError([{ at: "body.to", message: `must be 27 to ${LONGEST} days after body.from` }]);
    }
    const folder = market === "simulated" ? null : simulator.places.marketData;
    if (market === "recorded" && folder === null) {
      throw new UnavailableError(
        ["market data"],
        'This service has no recorded prices: set `marketData`, or ask for the "simulated" market.',
      );
    }
    const found = await simulator.backtest({ kind: "backtest", folder, strategy, from, to, costBps });
    const { benchmarks, biases, notes } = found;
    const data = { ...found, benchmarks: [...benchmarks], biases: [...biases], notes: [...notes] };
    return { data, asOf: Math.floor(context.clock()), asOfBlock: null };
  },
});

/** What would be or would have been. */
export const simulationRoutes: readonly Route[] = [simulateRebalance, runBacktest];
