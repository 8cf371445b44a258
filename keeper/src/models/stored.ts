import { type Canonical, unpackFloats } from "../data/canonical.ts";
import { ModelError } from "../errors.ts";

/** Reads the fields that a model wrote; every failure names the model and the field. */
export interface StoredModel {
  /** A whole number >= `least`. */
  integer(name: string, least: number): number;
  integers(name: string): readonly number[];
  strings(name: string): readonly string[];
  /** Doubles of packFloats; exactly `length` of them. */
  floats(name: string, length: number): Float64Array;
  /** Base64 of exactly `bytes` bytes. */
  text(name: string, bytes: number): string;
}

/** A stored model as fields, after checking that `learner` wrote it in this `version`. */
export function readStored(stored: Canonical, learner: string, version: number): StoredModel {
  const invalid = (name: string) =>
    new ModelError("A stored model is damaged: fit it again.", { learner, field: name });
  if (stored === null || typeof stored !== "object" || Array.isArray(stored)) throw invalid("(all)");
  const fields = stored as { readonly [name: string]: Canonical };
  if (fields.learner !== learner || fields.version !== version) {
    const found = `${fields.learner} ${fields.version}`;
    throw new ModelError("A stored model is of another kind: fit it again.", {
      wanted: `${learner} ${version}`,
      found,
    });
  }

  const list = <T>(name: string, is: (item: unknown) => item is T): readonly T[] => {
    const value = fields[name];
    if (!Array.isArray(value) || !value.every(is)) throw invalid(name);
    return value;
  };
  return {
    integer: (name, least) => {
      const value = fields[name];
      if (!isInteger(value) || value < least) throw invalid(name);
      return value;
    },
    integers: (name) => list(name, isInteger),
    strings: (name) => list(name, (item) => typeof item === "string"),
    floats: (name, length) => {
      const value = fields[name];
      const floats = typeof value === "string" ? unpackFloats(value) : null;
      if (floats?.length !== length) throw invalid(name);
      return floats;
    },
    text: (name, bytes) => {
      const value = fields[name];
      if (typeof value !== "string" || Buffer.byteLength(value, "base64") !== bytes) throw invalid(name);
      return value;
    },
  };
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
