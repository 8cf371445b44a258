import type { Hex } from "viem";
import { putBlobs } from "../../../keeper/src/journal/blobs.ts";
import { Journal } from "../../../keeper/src/journal/journal.ts";
import { openSqlite } from "../../../keeper/src/journal/sqlite.ts";
import { type DecisionRecord, recordText } from "../../../keeper/src/plan/record.ts";
import { NotFoundError } from "../http/problem.ts";
import type { DecisionSource, StoredDecision } from "./decisions.ts";

/** A decision with everything it was made from. `texts`: by their sha256, except for the record, whose hash is a keccak256. */
export interface Bundle {
  readonly schema: "gimbal.bundle/1";
  readonly hash: Hex;
  /** Canonical text of the record. */
  readonly record: string;
  readonly texts: Readonly<Record<Hex, string>>;
}

/** What of a stored text names further texts. */
interface Naming {
  readonly months?: readonly Hex[]; // of a market
  readonly inputs?: Hex; // of a models' state: its market
  readonly labels?: Hex;
  readonly previous?: Hex | null;
}

/**
 * Everything that `verifyDecision` needs: market, vault and models; `hasTraining`: also what the models were trained on and the
 * state before them. Throws NotFoundError when the journal no longer has a part.
 */
export async function makeBundle(
  source: DecisionSource,
  decision: StoredDecision,
  hasTraining: boolean,
): Promise<Bundle> {
  const texts: Record<Hex, string> = {};
  const add = async (hash: Hex): Promise<Naming> => {
    const text = texts[hash] ?? (await source.text(hash));
    if (text === undefined) {
      throw new NotFoundError("The journal no longer has everything that this decision was made from.", {
        missing: hash,
      });
    }
    texts[hash] = text;
    return JSON.parse(text) as Naming;
  };
  const addMarket = async (hash: Hex) => {
    for (const month of (await add(hash)).months ?? []) await add(month);
  };
  const { inputs, model } = decision.record;
  await addMarket(inputs.market);
  await add(inputs.vault);
  if (model.hash !== null) {
    const state = await add(model.hash);
    if (hasTraining) {
      if (state.inputs !== undefined) await addMarket(state.inputs);
      if (state.labels !== undefined) await add(state.labels);
      if (state.previous) await add(state.previous);
    }
  }
  return { schema: "gimbal.bundle/1", hash: decision.hash, record: recordText(decision.record), texts };
}

/** A journal in memory that holds a bundle and nothing else: what it needs for `verifyDecision`. Nothing is checked yet. */
export async function openBundle({ hash, record, texts }: Bundle): Promise<Journal> {
  const database = await openSqlite(":memory:");
  await putBlobs(database, Object.entries(texts));
  const { chainId, vault, epoch, asOf, action } = JSON.parse(record) as DecisionRecord;
  const values = [hash, chainId, vault, epoch, asOf, action, record] as const;
  await database.run("INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?)", ...values);
  return new Journal(database);
}
