import { type Canonical, packFloats, unpackFloats } from "../data/canonical.ts";
import { SnapshotError } from "../errors.ts";
import type { SentimentModel, SentimentParams } from "./classifier.ts";
import { LEXICON_COLUMNS } from "./textFeatures.ts";

const FORMAT = "gimbal-sentiment/1";
const CLASSES = 3;

/** The model as a record of integers and strings; `restoreSentiment` gives back the same bits. */
export function serializeSentiment(model: SentimentModel): Canonical {
  const { balances, ...single } = model.params;
  return {
    format: FORMAT,
    words: model.words,
    pairs: model.pairs,
    weights: packFloats(model.logistic.weights),
    intercepts: packFloats(model.logistic.intercepts),
    bayes: packFloats(model.bayes),
    rows: model.rows,
    through: model.through,
    balance: packFloats([model.balance]),
    balances: packFloats(balances),
    params: packFloats(
      Object.keys(single)
        .sort()
        .map((name) => single[name as keyof typeof single]),
    ),
  };
}

/** Throws SnapshotError when the record is not what `serializeSentiment` writes. */
export function restoreSentiment(record: Canonical): SentimentModel {
  const fields = record as Readonly<Record<string, Canonical>>;
  if (record === null || typeof record !== "object" || fields.format !== FORMAT) throw invalid("format");
  const [words, pairs] = [strings(fields, "words"), strings(fields, "pairs")];
  const columns = words.length + pairs.length + LEXICON_COLUMNS;
  const weights = floats(fields, "weights", columns * CLASSES);
  const intercepts = floats(fields, "intercepts", CLASSES);
  return {
    words,
    pairs,
    logistic: { classes: CLASSES, columns, weights, intercepts },
    bayes: floats(fields, "bayes", words.length * CLASSES),
    balance: floats(fields, "balance", 1)[0] ?? 0,
    rows: integer(fields, "rows"),
    through: integer(fields, "through"),
    params: restoreParams(fields),
  };
}

function restoreParams(fields: Readonly<Record<string, Canonical>>): SentimentParams {
  // In the order of their names.
  const values = floats(fields, "params", 7);
  const [bayesShare = 0, bayesTemperature = 0, lambda = 0, lexiconRows = 0, minPairRows = 0, minWordRows = 0] = values;
  const balances = [...floats(fields, "balances")];
  const smoothing = values[6] ?? 0;
  return { lambda, minWordRows, minPairRows, balances, smoothing, bayesTemperature, bayesShare, lexiconRows };
}

function strings(fields: Readonly<Record<string, Canonical>>, name: string): readonly string[] {
  const value = fields[name];
  if (!Array.isArray(value) || value.some((item) => typeof item !== "string")) throw invalid(name);
  return value as readonly string[];
}

function integer(fields: Readonly<Record<string, Canonical>>, name: string): number {
  const value = fields[name];
  if (!Number.isSafeInteger(value)) throw invalid(name);
  return value as number;
}

function floats(fields: Readonly<Record<string, Canonical>>, name: string, length?: number): Float64Array {
  const value = fields[name];
  const floatsOf = typeof value === "string" ? unpackFloats(value) : undefined;
  if (floatsOf === undefined || (length !== undefined && floatsOf.length !== length)) throw invalid(name);
  return floatsOf;
}

function invalid(field: string): SnapshotError {
  return new SnapshotError("A stored sentiment model cannot be read. Train it again.", { field });
}
