import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createPublicClient, type Hex, http, isHex, parseEventLogs } from "viem";
import { getTransactionReceipt } from "viem/actions";
import { Journal } from "../../keeper/src/journal/journal.ts";
import { verifyDecision } from "../../keeper/src/verify.ts";
import { indexVaultAbi } from "../../sdk/src/index.ts";
import { connect, LOCAL_RPC } from "./connect.ts";
import { type Flags, say, UsageError } from "./options.ts";

const KEEPER = join(import.meta.dirname, "../../keeper/src");
const DEFAULT_JOURNAL = ".gimbal/keeper.db";

/** Runs a program of the keeper with these words, as if it had been called itself; its exit code becomes ours. */
export async function passOn(program: "cli.ts" | "backtest/cli.ts", args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [join(KEEPER, program), ...args], { stdio: "inherit" });
  // The terminal tells both of Ctrl-C; whoever ends this process by its id means the keeper.
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on("SIGTERM", forward);
  process.on("SIGINT", () => undefined);
  const [code] = (await once(child, "close")) as [number | null];
  process.off("SIGTERM", forward);
  process.exitCode = code ?? 1;
}

/** `verify`: finds the decision in a transaction, recomputes it from the journal and compares it with the chain. */
export async function verifyCommand(flags: Flags, [tx]: readonly string[]): Promise<void> {
  if (tx === undefined || !isHex(tx) || tx.length !== 66) {
    throw new UsageError(`A transaction has a hash of 0x and 64 digits, not ${tx ?? "nothing"}.`);
  }
  const path = flags.journal ?? DEFAULT_JOURNAL;
  if (!existsSync(path)) throw new UsageError(`There is no journal at ${path}.`, "Correct --journal.");
  const { client } = await connect(flags);
  const receipt = await getTransactionReceipt(client, { hash: tx }).catch(() => {
    throw new UsageError(`This chain has no transaction ${tx}.`, "Check the hash and --rpc.");
  });
  const found = parseEventLogs({
    abi: indexVaultAbi,
    logs: receipt.logs,
    eventName: ["WeightsProposed", "BasketProposed"],
  });
  const hashes = [...new Set(found.map(({ args }): Hex => args.decisionHash))];
  if (hashes.length === 0)
    throw new UsageError("No decision stands in this transaction.", "Give the one that proposed it.");
  const journal = await Journal.open(path);
  try {
    const checked = createPublicClient({ transport: http(flags.rpc ?? LOCAL_RPC) });
    const decisions = [];
    for (const hash of hashes) {
      const { record, retrained, chain, contentHash, gradesRoot } = await verifyDecision(hash, journal, checked);
      const { vault, epoch, action, reasons } = record;
      const parts = { hash, contentHash, gradesRoot };
      decisions.push({ ...parts, vault, epoch, action, reasons, chain, recomputed: "equal", models: retrained });
    }
    const lines = decisions.flatMap(({ hash, contentHash, gradesRoot, vault, action, chain, models }) => [
      `decision ${hash}`,
      `content ${contentHash}, grades ${gradesRoot}`,
      `index ${vault}, ${action}`,
      `recomputed: equal; models: ${models === null ? "none spoke" : "trained again, equal"}; chain: ${chain}`,
    ]);
    say(flags, lines, { transaction: tx, blockNumber: receipt.blockNumber, decisions });
  } finally {
    await journal.close();
  }
}
