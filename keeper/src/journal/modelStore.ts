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
import { type EnsembleState, encodeState, specHash } from "../training/state.ts";
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

/**
 * Trains when a week has passed since the last training, and keeps every state with all that it was made from in the journal.
 * With a folder, states are also kept there under the hash of their inputs: whoever has the same inputs need not train again.
 */
export class ModelStore {
  readonly #journal: Journal;
  readonly #folder: string | null;
  readonly #listener: TrainingListener;

  constructor(journal: Journal, folder: string | null, listener: TrainingListener = () => {}) {
    this.#journal = journal;
    this.#folder = folder;
    this.#listener = listener;
  }

  /**
   * The state that speaks at `asOf` {s}: trained on what was known when the last Sunday ended, so that everybody who asks
   * within a week, at whatever second, gets the same one. Weeks in which nobody asked are left out.
   */
  async stateFor(source: MarketDataSource, asOf: number, spec: EnsembleSpec): Promise<EnsembleState> {
    const day = trainingDay(asOf);
    const previous = this.#journal.newestState(specHash(spec), day);
    if (previous?.day === day) return previous;

    const view = source.at(firstKnown(day));
    const market = await captureMarket(view, { assets: "listed", lookbackDays: trainingLookback(spec) });
    const snapshot = encodeSnapshot(market);
    const labels = await view.labels();
    const judged = encodeLabels(labels);
    const key = trainingKey(snapshot.hash, judged.hash, previous ?? null, spec);
    const state = this.#read(key) ?? this.#train(key, () => train(market, labels, previous ?? null, spec), spec, day);
    this.#journal.saveState(state, snapshot, judged);
    return state;
  }

  #train(key: Hex, fit: () => EnsembleState, spec: EnsembleSpec, day: number): EnsembleState {
    this.#listener({ spec: spec.id, day, ms: null });
    const started = performance.now();
    const { text } = encodeState(fit());
    this.#listener({ spec: spec.id, day, ms: Math.round(performance.now() - started) });
    this.#write(key, text);
    // As it is read from storage, where keys have another order than where they were made.
    return JSON.parse(text) as EnsembleState;
  }

  #read(key: Hex): EnsembleState | undefined {
    const path = this.#path(key);
    if (path === null || !existsSync(path)) return undefined;
    try {
      return JSON.parse(gunzipSync(readFileSync(path)).toString("utf8")) as EnsembleState;
    } catch {
      // A file that was cut off while it was written is made again.
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

/** Everything that a training depends on, in one name: inputs, configuration, the state before it, and the code. */
function trainingKey(inputs: Hex, labels: Hex, previous: EnsembleState | null, spec: EnsembleSpec): Hex {
  const before = previous === null ? "none" : encodeState(previous).hash;
  return contentHash(`${inputs} ${labels} ${before} ${specHash(spec)} ${codeHash()}`);
}
