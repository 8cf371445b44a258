import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Hex } from "viem";
import { contentHash } from "../data/canonical.ts";
import { captureMarket, encodeSnapshot } from "../data/snapshot.ts";
import type { MarketDataSource } from "../data/source.ts";
import { type Day, firstKnown, lastCompleteDay } from "../data/time.ts";
import type { EnsembleSpec } from "../training/params.ts";
import { encodeLabels } from "../training/sentimentHead.ts";
import { type EnsembleState, encodeState, specHash, stateHash } from "../training/state.ts";
import { train, trainingLookback } from "../training/train.ts";
import { codeHash } from "./codeHash.ts";
import type { Journal } from "./journal.ts";

/** {days} between two trainings. */
const WEEK = 7;
/** Day 3 of the count, 4 January 1970, was a Sunday. */
const SUNDAY = 3;

/** Told when a training begins and when it is over. */
export type TrainingListener = (event: {
  readonly spec: string;
  readonly day: number;
  readonly ms: number | null;
}) => void;

/** Makes a state from what is known. Takes minutes with a large configuration: a service lets another thread do it. */
export type Fit = (...inputs: Parameters<typeof train>) => Promise<EnsembleState>;

/** Where states are remembered with what they were made from. */
export type StateBook = Pick<Journal, "newestState" | "saveState">;

/**
 * Trains when a week has passed since the last training, and keeps every state with all that it was made from in the journal.
 * With a folder, states are also kept there under the hash of their inputs: whoever has the same inputs need not train again.
 */
export class ModelStore {
  readonly #journal: StateBook;
  readonly #folder: string | null;
  readonly #listener: TrainingListener;
  readonly #fit: Fit;
  /** What is being found or made, so that vaults which ask at the same time wait for one training. */
  readonly #underWay = new Map<string, Promise<EnsembleState>>();

  constructor(
    journal: StateBook,
    folder: string | null,
    listener: TrainingListener = () => {},
    fit: Fit = async (...inputs) => train(...inputs),
  ) {
    this.#journal = journal;
    this.#folder = folder;
    this.#listener = listener;
    this.#fit = fit;
  }

  /**
   * The state that speaks at `asOf` {s}: trained on what was known when the last Sunday ended, so that everybody who asks
   * within a week, at whatever second, gets the same one. Weeks in which nobody asked are left out.
   */
  stateFor(source: MarketDataSource, asOf: number, spec: EnsembleSpec): Promise<EnsembleState> {
    const day = trainingDay(asOf);
    const name = `${specHash(spec)}/${day}`;
    const known = this.#underWay.get(name);
    if (known !== undefined) return known;
    const state = this.#findOrTrain(source, day, spec).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, state);
    return state;
  }

  async #findOrTrain(source: MarketDataSource, day: Day, spec: EnsembleSpec): Promise<EnsembleState> {
    const previous = await this.#journal.newestState(specHash(spec), day);
    if (previous?.day === day) return previous;

    const view = source.at(firstKnown(day));
    const market = await captureMarket(view, { assets: "listed", lookbackDays: trainingLookback(spec) });
    const snapshot = encodeSnapshot(market);
    const labels = await view.labels();
    const judged = encodeLabels(labels);
    const wanted = trainedOn(snapshot.hash, judged.hash, previous ?? null, spec, day);
    const key = trainingKey(wanted);
    const state =
      this.#read(key, wanted) ??
      (await this.#train(key, () => this.#fit(market, labels, previous ?? null, spec), spec, day));
    await this.#journal.saveState(state, snapshot, judged);
    return state;
  }

  async #train(key: Hex, fit: () => Promise<EnsembleState>, spec: EnsembleSpec, day: number): Promise<EnsembleState> {
    this.#listener({ spec: spec.id, day, ms: null });
    const started = performance.now();
    const { hash, text } = encodeState(await fit());
    this.#listener({ spec: spec.id, day, ms: Math.round(performance.now() - started) });
    this.#write(key, `${hash}\n${text}`);
    // As it is read from storage, where keys have another order than where they were made.
    return JSON.parse(text) as EnsembleState;
  }

  /** A file that was cut off or altered, or that holds anything but what its name promises, is as good as none. */
  #read(key: Hex, wanted: TrainedOn): EnsembleState | undefined {
    const path = this.#path(key);
    if (path === null || !existsSync(path)) return undefined;
    try {
      const [hash, text = ""] = gunzipSync(readFileSync(path)).toString("utf8").split("\n");
      if (contentHash(text) !== hash) return undefined;
      const state = JSON.parse(text) as EnsembleState;
      const found = { ...state, spec: specHash(state.spec) };
      const names = Object.keys(wanted) as (keyof TrainedOn)[];
      return names.every((name) => found[name] === wanted[name]) ? state : undefined;
    } catch {
      return undefined;
    }
  }

  /** Under another name first, so that a killed process leaves no half file under this one. */
  #write(key: Hex, text: string): void {
    const path = this.#path(key);
    if (path === null || this.#folder === null) return;
    mkdirSync(this.#folder, { recursive: true });
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, gzipSync(text, { level: 1 }));
    renameSync(draft, path);
  }

  #path(key: Hex): string | null {
    return this.#folder === null ? null : join(this.#folder, `${key.slice(2)}.json.gz`);
  }
}

/** The last Sunday that was over at `timestamp` {s}: the newest day that the week's training sees. */
export function trainingDay(timestamp: number): Day {
  const last = lastCompleteDay(timestamp);
  return last - ((((last - SUNDAY) % WEEK) + WEEK) % WEEK);
}

/** What a state says about what it was made from. */
type TrainedOn = Pick<EnsembleState, "inputs" | "labels" | "previous" | "day"> & { readonly spec: Hex };

function trainedOn(inputs: Hex, labels: Hex, previous: EnsembleState | null, spec: EnsembleSpec, day: Day): TrainedOn {
  return { inputs, labels, previous: previous === null ? null : stateHash(previous), day, spec: specHash(spec) };
}

/** Everything that a training depends on, in one name: inputs, configuration, the state before it, and the code. */
function trainingKey({ inputs, labels, previous, spec }: TrainedOn): Hex {
  return contentHash(`${inputs} ${labels} ${previous ?? "none"} ${spec} ${codeHash()}`);
}
