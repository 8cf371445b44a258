import type { Hex } from "viem";
import { captureMarket, decodeSnapshot, encodeSnapshot, type MarketSnapshot } from "../data/snapshot.ts";
import type { MarketDataSource } from "../data/source.ts";
import { firstKnown } from "../data/time.ts";
import type { Journal } from "../journal/journal.ts";
import { type ModelStore, trainingDay } from "../journal/modelStore.ts";
import type { EnsembleSpec } from "../training/params.ts";
import { decodeLabels, encodeLabels } from "../training/sentimentHead.ts";
import { type EnsembleState, encodeState, specHash, stateHash } from "../training/state.ts";
import { train, trainingLookback } from "../training/train.ts";
import { checkMarket, type MarketLimits } from "./marketCheck.ts";
import { CosignRefusal } from "./refusal.ts";

/**
 * How models of another keeper are checked. `own`: they are the ones that this keeper trained in that week, to the byte, which
 * takes the same market data. `again`: they are trained once more from the inputs that were sent.
 */
export type ModelMode = "own" | "again";

/** What models are checked with. */
export interface ModelBench {
  readonly mode: ModelMode;
  readonly market: MarketDataSource;
  readonly models: Pick<ModelStore, "stateFor">;
  readonly journal: Journal;
  readonly limits: MarketLimits;
}

/** Reads an input by its hash: from the bundle, else from what was sent before. */
export type TextReader = (hash: Hex) => Promise<string | undefined>;

/**
 * The models that a decision at `asOf` {s} heard, once they are known to be the right ones; null: none spoke, rightly. Throws
 * MODEL_DIFFERS or MODEL_UNKNOWN.
 */
export async function checkModel(
  hash: Hex | null,
  asOf: number,
  spec: EnsembleSpec | null,
  bench: ModelBench,
  read: TextReader,
): Promise<EnsembleState | null> {
  if (spec === null) return hash === null ? null : fail(hash, null, "The vault's policy hears no models.");
  if (bench.mode === "again" && hash !== null) return trainAgain(hash, asOf, spec, bench, read);
  // Without models the fallback speaks: allowed to whoever cannot train, and to nobody else.
  const own = await ownState(asOf, spec, bench);
  const expected = own === null ? null : stateHash(own);
  return hash === expected ? own : fail(hash, expected, "This keeper trained other models for that week.");
}

function fail(theirs: Hex | null, own: Hex | null, words: string): never {
  throw new CosignRefusal("MODEL_DIFFERS", words, { theirs: theirs ?? "none", own: own ?? "none" });
}

/** As the keeper's own decisions have it: the week's models, else the last ones. */
async function ownState(asOf: number, spec: EnsembleSpec, bench: ModelBench): Promise<EnsembleState | null> {
  const { market, models, journal, mode } = bench;
  const day = trainingDay(asOf);
  if (mode === "own") {
    const state = await models.stateFor(market, asOf, spec).catch(() => null);
    if (state !== null) return state;
  }
  return (await journal.newestState(specHash(spec), day)) ?? null;
}

async function trainAgain(
  hash: Hex,
  asOf: number,
  spec: EnsembleSpec,
  bench: ModelBench,
  read: TextReader,
): Promise<EnsembleState> {
  const state = await checkState(hash, bench, read);
  if (specHash(state.spec) !== specHash(spec)) return fail(hash, null, "The models are of another configuration.");
  const day = trainingDay(asOf);
  if (state.day === day) return state;
  const own = await bench.journal.newestState(specHash(spec), day);
  // The models of an earlier week speak while the training of this one fails.
  if (state.day < day && (own?.day ?? 0) <= state.day) return state;
  return fail(hash, own === undefined ? null : stateHash(own), "The models are not those of the decision's week.");
}

/** A state whose training was checked now or before, like every one before it. */
async function checkState(hash: Hex, bench: ModelBench, read: TextReader): Promise<EnsembleState> {
  const { journal, market: source, limits } = bench;
  if (await journal.cosigned.knowsState(hash)) return journal.state(hash);
  const text = await read(hash);
  if (text === undefined) {
    throw new CosignRefusal(
      "MODEL_UNKNOWN",
      "Models in the chain of weekly trainings were never seen here. Send them too.",
      {
        hash,
      },
    );
  }
  const state = JSON.parse(text) as EnsembleState;
  const previous = state.previous === null ? null : await checkState(state.previous, bench, read);
  const market = await decodeSnapshot(state.inputs, read);
  const view = source.at(firstKnown(state.day));
  const own = await captureMarket(view, { assets: "listed", lookbackDays: trainingLookback(state.spec) });
  checkMarket(market, own, [], limits);
  const labels = await read(state.labels);
  if (labels === undefined || encodeLabels(await view.labels()).hash !== state.labels) {
    return fail(hash, null, "The models learnt from other labelled headlines than this keeper has.");
  }
  return retrain(hash, { state, market, labels, previous }, journal);
}

async function retrain(
  hash: Hex,
  inputs: {
    readonly state: EnsembleState;
    readonly market: MarketSnapshot;
    readonly labels: string;
    readonly previous: EnsembleState | null;
  },
  journal: Journal,
): Promise<EnsembleState> {
  const { state, market, labels, previous } = inputs;
  const again = encodeState(train(market, decodeLabels(labels), previous, state.spec));
  if (again.hash !== hash) return fail(hash, again.hash, "Training again from the same inputs leads to other models.");
  const trained = JSON.parse(again.text) as EnsembleState;
  await journal.saveState(trained, encodeSnapshot(market), { hash: state.labels, text: labels });
  return trained;
}
