import type { Hex } from "viem";
import type { Database, Row } from "../../keeper/src/journal/database.ts";

/** A swap that was signed. It stands here before it is sent. */
export interface ChainOrder {
  readonly clientId: string;
  readonly hash: Hex;
  /** The signed transaction: whoever has it can send it again, and it counts once. */
  readonly raw: Hex;
  readonly nonce: number;
  readonly deadline: number; // {s}
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly amount: number; // {base}
  readonly price: number; // {quote} limit
  readonly amountIn: bigint; // {raw} what is paid
  /** canceled: reverted; expired: never in a block, and it cannot be any more. */
  readonly status: "open" | "closed" | "canceled" | "expired";
  readonly filled: bigint; // {raw base}
  readonly cost: bigint; // {raw quote}
  readonly fee: bigint; // {wei}
  readonly at: number; // {s}
}

/** The signed swaps of one account. */
export class ChainOrders {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(clientId: string): Promise<ChainOrder | undefined> {
    const row = await this.#database.get("SELECT * FROM chain_orders WHERE client_id = ?", clientId);
    return row === undefined ? undefined : toChainOrder(row);
  }

  /** Newest first, since {s}. */
  async list(since: number, limit: number): Promise<readonly ChainOrder[]> {
    const sql = "SELECT * FROM chain_orders WHERE at >= ? ORDER BY at DESC, client_id LIMIT ?";
    return (await this.#database.all(sql, Math.floor(since), limit)).map(toChainOrder);
  }

  /** Fails when there is an order with this id: two swaps for one id must never exist. */
  async add(order: ChainOrder): Promise<void> {
    const { clientId, hash, raw, nonce, deadline, symbol, side, amount, price, amountIn, status, at } = order;
    await this.#database.run(
      "INSERT INTO chain_orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '0', '0', '0', ?)",
      ...[clientId, hash, raw, nonce, deadline, symbol, side, amount, price, String(amountIn), status, at],
    );
  }

  /** Writes down how an order ended. */
  async end(order: ChainOrder): Promise<ChainOrder> {
    const { clientId, status, filled, cost, fee } = order;
    await this.#database.run(
      "UPDATE chain_orders SET status = ?, filled = ?, cost = ?, fee = ? WHERE client_id = ?",
      ...[status, String(filled), String(cost), String(fee), clientId],
    );
    return order;
  }
}

function toChainOrder(row: Row): ChainOrder {
  const text = (name: string) => String(row[name]);
  return {
    clientId: text("client_id"),
    hash: text("hash") as Hex,
    raw: text("raw") as Hex,
    nonce: Number(row["nonce"]),
    deadline: Number(row["deadline"]),
    symbol: text("symbol"),
    side: text("side") as ChainOrder["side"],
    amount: Number(row["amount"]),
    price: Number(row["price"]),
    amountIn: BigInt(text("amount_in")),
    status: text("status") as ChainOrder["status"],
    filled: BigInt(text("filled")),
    cost: BigInt(text("cost")),
    fee: BigInt(text("fee")),
    at: Number(row["at"]),
  };
}
