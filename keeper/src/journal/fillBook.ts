import type { DatabaseSync } from "node:sqlite";
import type { Address } from "viem";
import type { AssetId } from "../data/source.ts";
import { type CostNote, expectedCostBps, type RealisedFill } from "../plan/costRefit.ts";
import type { PlanParams } from "../plan/params.ts";

/** A fill that the chain has seen, whoever did it. Integers only. */
export interface BookedFill {
  readonly block: bigint;
  readonly logIndex: number;
  readonly at: number; // {s}
  readonly filler: Address;
  readonly sold: AssetId;
  readonly bought: AssetId;
  readonly usd: number; // {USD} worth of what was sold, by the oracle
  readonly costCentiBps: number; // {hundredths of a bp} of it that the vault did not get back, by the oracle
}

const CENTI = 100;

/** What the trades of vaults cost, and what was learned from it. Part of a journal. */
export class FillBook {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** The last block that was looked through for fills of a vault; null: none yet. */
  scannedBlock(chainId: number, vault: Address): bigint | null {
    const row = this.#db.prepare("SELECT block FROM fill_scans WHERE chain = ? AND vault = ?").get(chainId, vault);
    return row === undefined ? null : BigInt(Number(row.block));
  }

  /** Books fills, each once, and that blocks up to `block` were looked through, all or nothing. */
  add(chainId: number, vault: Address, fills: readonly BookedFill[], block: bigint): void {
    const insert = this.#db.prepare(
      "INSERT INTO fills VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL) ON CONFLICT DO NOTHING",
    );
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      for (const { block: of, logIndex, at, filler, sold, bought, usd, costCentiBps } of fills) {
        insert.run(chainId, vault, Number(of), logIndex, at, filler, sold, bought, usd, costCentiBps);
      }
      this.#db
        .prepare(
          `INSERT INTO fill_scans VALUES (?, ?, ?)
           ON CONFLICT (chain, vault) DO UPDATE SET block = max(block, excluded.block)`,
        )
        .run(chainId, vault, Number(block));
      this.#db.exec("COMMIT");
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  /**
   * Adds the daily volume {USD} to fills that have none yet, and what they were expected to cost by `params`. The token with
   * the smaller volume counts; `volumes` has risk tokens only, so that a fill between two others stays without.
   */
  complete(chainId: number, vault: Address, volumes: ReadonlyMap<AssetId, number>, params: PlanParams): void {
    const rows = this.#db
      .prepare("SELECT block, log, sold, bought, usd FROM fills WHERE chain = ? AND vault = ? AND daily_volume IS NULL")
      .all(chainId, vault);
    const update = this.#db.prepare(
      `UPDATE fills SET daily_volume = ?, expected_centi_bps = ?
       WHERE chain = ? AND vault = ? AND block = ? AND log = ?`,
    );
    for (const { block, log, sold, bought, usd } of rows) {
      const known = [sold, bought].flatMap((asset) => volumes.get(String(asset)) ?? []);
      const dailyVolume = Math.round(Math.min(...known));
      if (known.length === 0 || dailyVolume <= 0) continue;
      const expected = Math.round(CENTI * expectedCostBps({ size: Number(usd), dailyVolume }, params));
      update.run(dailyVolume, expected, chainId, vault, Number(block), Number(log));
    }
  }

  /** Fills after `since` {s} whose volume is known, oldest first. */
  since(chainId: number, vault: Address, since: number): readonly RealisedFill[] {
    const rows = this.#db
      .prepare(
        `SELECT usd, daily_volume, cost_centi_bps FROM fills
         WHERE chain = ? AND vault = ? AND at > ? AND daily_volume IS NOT NULL ORDER BY block, log`,
      )
      .all(chainId, vault, since);
    return rows.map((row) => ({
      size: Number(row.usd),
      dailyVolume: Number(row.daily_volume),
      costBps: Number(row.cost_centi_bps) / CENTI,
    }));
  }

  /** The last look at a vault's fills. */
  newestNote(chainId: number, vault: Address): CostNote | null {
    const row = this.#db
      .prepare("SELECT note FROM cost_notes WHERE chain = ? AND vault = ? ORDER BY at DESC LIMIT 1")
      .get(chainId, vault);
    return row === undefined ? null : (JSON.parse(String(row.note)) as CostNote);
  }

  /** Stores a look, once. */
  saveNote(chainId: number, vault: Address, note: CostNote): void {
    this.#db
      .prepare("INSERT INTO cost_notes VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
      .run(chainId, vault, note.at, JSON.stringify(note));
  }
}
