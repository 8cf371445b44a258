import type { Address } from "viem";
import type { AssetId } from "../data/source.ts";
import { type CostNote, expectedCostBps, type RealisedFill } from "../plan/costRefit.ts";
import type { PlanParams } from "../plan/params.ts";
import type { Database } from "./database.ts";

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
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The last block that was looked through for fills of a vault; null: none yet. */
  async scannedBlock(chainId: number, vault: Address): Promise<bigint | null> {
    const row = await this.#db.get("SELECT block FROM fill_scans WHERE chain = ? AND vault = ?", chainId, vault);
    return row === undefined ? null : BigInt(Number(row.block));
  }

  /** Books fills, each once, and that blocks up to `block` were looked through, all or nothing. */
  async add(chainId: number, vault: Address, fills: readonly BookedFill[], block: bigint): Promise<void> {
    await this.#db.atomically(async (db) => {
      for (const { block: of, logIndex, at, filler, sold, bought, usd, costCentiBps } of fills) {
        const values = [chainId, vault, Number(of), logIndex, at, filler, sold, bought, usd, costCentiBps] as const;
        await db.run(
          "INSERT INTO fills VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL) ON CONFLICT DO NOTHING",
          ...values,
        );
      }
      await db.run(
        `INSERT INTO fill_scans VALUES (?, ?, ?)
         ON CONFLICT (chain, vault) DO UPDATE SET block = excluded.block WHERE fill_scans.block < excluded.block`,
        chainId,
        vault,
        Number(block),
      );
    });
  }

  /**
   * Adds the daily volume {USD} to fills that have none yet, and what they were expected to cost by `params`. The token with
   * the smaller volume counts; `volumes` has risk tokens only, so that a fill between two others stays without.
   */
  async complete(
    chainId: number,
    vault: Address,
    volumes: ReadonlyMap<AssetId, number>,
    params: PlanParams,
  ): Promise<void> {
    const rows = await this.#db.all(
      "SELECT block, log, sold, bought, usd FROM fills WHERE chain = ? AND vault = ? AND daily_volume IS NULL",
      chainId,
      vault,
    );
    for (const { block, log, sold, bought, usd } of rows) {
      const known = [sold, bought].flatMap((asset) => volumes.get(String(asset)) ?? []);
      const dailyVolume = Math.round(Math.min(...known));
      if (known.length === 0 || dailyVolume <= 0) continue;
      const expected = Math.round(CENTI * expectedCostBps({ size: Number(usd), dailyVolume }, params));
      await this.#db.run(
        `UPDATE fills SET daily_volume = ?, expected_centi_bps = ?
         WHERE chain = ? AND vault = ? AND block = ? AND log = ?`,
        dailyVolume,
        expected,
        chainId,
        vault,
        Number(block),
        Number(log),
      );
    }
  }

  /** Fills after `since` {s} whose volume is known, oldest first. */
  async since(chainId: number, vault: Address, since: number): Promise<readonly RealisedFill[]> {
    const rows = await this.#db.all(
      `SELECT usd, daily_volume, cost_centi_bps FROM fills
       WHERE chain = ? AND vault = ? AND at > ? AND daily_volume IS NOT NULL ORDER BY block, log`,
      chainId,
      vault,
      since,
    );
    return rows.map((row) => ({
      size: Number(row.usd),
      dailyVolume: Number(row.daily_volume),
      costBps: Number(row.cost_centi_bps) / CENTI,
    }));
  }

  /** The last look at a vault's fills. */
  async newestNote(chainId: number, vault: Address): Promise<CostNote | null> {
    const row = await this.#db.get(
      "SELECT note FROM cost_notes WHERE chain = ? AND vault = ? ORDER BY at DESC LIMIT 1",
      chainId,
      vault,
    );
    return row === undefined ? null : (JSON.parse(String(row.note)) as CostNote);
  }

  /** Stores a look, once. */
  async saveNote(chainId: number, vault: Address, note: CostNote): Promise<void> {
    const values = [chainId, vault, note.at, JSON.stringify(note)] as const;
    await this.#db.run("INSERT INTO cost_notes VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", ...values);
  }
}
