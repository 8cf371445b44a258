import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { getAddress, type Hex, isAddress } from "viem";
import { z } from "zod";
import { contentHash } from "../data/canonical.ts";
import { type DecisionRecord, decisionHash, recordText } from "../plan/record.ts";
import { CosignRefusal } from "./refusal.ts";

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** Of zlib: level 6 takes two and a half times as long for a twentieth less. */
const COMPRESSION = 3;

/** A decision with everything that it was made from, as one keeper hands it to another. */
export interface Bundle {
  readonly record: DecisionRecord;
  /** Decisions before it, oldest first, from the last one that everybody knows: they prove its memory. */
  readonly history: readonly DecisionRecord[];
  /** Market months and manifests, states of vaults and models by sha256: those that the other keeper lacks. */
  readonly texts: ReadonlyMap<Hex, string>;
}

const hex = z.string().regex(/^0x[0-9a-f]{64}$/);
/** In the one form that keepers write: the same vault in other letters would pass for another one. */
const address = z.string().refine((text) => isAddress(text, { strict: false }) && getAddress(text) === text);
const grade = z.int().min(0).max(100).nullable();
/** An epoch is a uint32. */
const LAST_EPOCH = 2 ** 32 - 1;
const wire = z.strictObject({
  schema: z.literal("gimbal.bundle/1"),
  record: z.string(),
  history: z.array(z.string()).max(400),
  texts: z.record(hex, z.string()),
});

/** Only what is read or hashed before the decision is recomputed; the recomputed text vouches for the rest. */
const recordShape = z.looseObject({
  schema: z.literal("gimbal.decision/3"),
  chainId: z.int().min(1),
  vault: address,
  epoch: z.int().min(0).max(LAST_EPOCH),
  asOf: z.int(),
  validUntil: z.int(),
  block: z.looseObject({ number: z.string().regex(/^\d{1,20}$/), hash: z.string() }),
  source: z.looseObject({ datasets: z.array(z.int().min(1)) }),
  inputs: z.strictObject({ market: hex, vault: hex }),
  model: z.looseObject({ hash: hex.nullable() }),
  policy: z.looseObject({}),
  costModel: z.looseObject({}).nullable(),
  assets: z
    .array(
      z.looseObject({
        asset: z.string(),
        token: address,
        proposedBps: z.int().min(0).max(10_000),
        traderGrade: grade,
        investorGrade: grade,
      }),
    )
    .min(1),
  action: z.enum(["propose", "none"]),
  lane: z.enum(["RISK", "DERISK"]).nullable(),
  memory: z.looseObject({ before: z.looseObject({}), after: z.looseObject({}) }),
});

/** The bundle as it travels: gzipped JSON. */
export async function packBundle({ record, history, texts }: Bundle): Promise<Uint8Array> {
  const body = {
    schema: "gimbal.bundle/1",
    record: recordText(record),
    history: history.map(recordText),
    texts: Object.fromEntries(texts),
  };
  return compress(JSON.stringify(body), { level: COMPRESSION });
}

/**
 * Reads a bundle of the decision `hash`, every content checked against its hash. `largest` {bytes} once it is expanded, so
 * that a small body cannot become a large one. Throws BUNDLE_TOO_LARGE, BUNDLE_INVALID or INPUTS_INVALID.
 */
export async function unpackBundle(bytes: Uint8Array, hash: Hex, largest: number): Promise<Bundle> {
  const { record: text, history, texts } = parseWire(await inflate(bytes, largest));
  for (const [key, content] of Object.entries(texts)) {
    const actual = contentHash(content);
    if (actual === key) continue;
    throw new CosignRefusal("INPUTS_INVALID", "An input does not fit its hash.", { expected: key, actual });
  }
  const record = parseRecord(text);
  const actual = decisionHash(record);
  if (actual !== hash) {
    throw new CosignRefusal("BUNDLE_INVALID", "The record is not of the decision that was asked for.", {
      asked: hash,
      actual,
    });
  }
  return { record, history: history.map(parseRecord), texts: new Map(Object.entries(texts) as [Hex, string][]) };
}

async function inflate(bytes: Uint8Array, largest: number): Promise<string> {
  try {
    return (await expand(bytes, { maxOutputLength: largest })).toString("utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE") {
      throw new CosignRefusal("BUNDLE_TOO_LARGE", "The bundle is larger than allowed once it is expanded.", {
        largest: `${largest} bytes`,
      });
    }
    throw new CosignRefusal("BUNDLE_INVALID", "The bundle is not gzip.", {}, { cause });
  }
}

function parseWire(text: string): z.output<typeof wire> {
  const parsed = wire.safeParse(readJson(text, "bundle"));
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "(top)"}: ${message}`);
  throw new CosignRefusal("BUNDLE_INVALID", "The bundle has another form than agreed.", {
    at: places.slice(0, 3).join(", "),
  });
}

/** A record in its one canonical form. */
function parseRecord(text: string): DecisionRecord {
  const value = readJson(text, "record");
  const parsed = recordShape.safeParse(value);
  if (!parsed.success) {
    const at = parsed.error.issues.map(({ path }) => path.join(".")).slice(0, 3);
    throw new CosignRefusal("BUNDLE_INVALID", "A record has another form than agreed.", { at: at.join(", ") });
  }
  const record = value as DecisionRecord;
  if (canonicalText(record) === text) return record;
  throw new CosignRefusal("BUNDLE_INVALID", "A record is not in its canonical form.");
}

function canonicalText(record: DecisionRecord): string {
  try {
    return recordText(record);
  } catch (cause) {
    throw new CosignRefusal("BUNDLE_INVALID", "A record has no canonical form.", {}, { cause });
  }
}

function readJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CosignRefusal("BUNDLE_INVALID", `The ${what} is not JSON.`, {}, { cause });
  }
}
