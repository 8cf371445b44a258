#!/usr/bin/env node
// npm run index -- <command>: indices and plans without code. Keys come from the environment only.
import { BaseError } from "../../sdk/src/index.ts";
import { createCommand, previewCommand } from "./creation.ts";
import { readCommand } from "./options.ts";
import { buyCommand, planCommand } from "./plan.ts";

const HELP = `gimbal-index: indices and plans without code

  preview  --csv <file> --seed-usd <USD> --name <name> --symbol <symbol> [--template fixed|equal|market-cap|ai]
           What an index would hold, need and cost. Sends nothing.
  create   the same flags. Shows the preview, sends the approvals and creates the index.
  plan     --kind three-tier|core-satellite|barbell|risk-parity --indices <file> [--deposit <USD> | --withdraw <USD>]
           What to hold, what is held, where a deposit goes. Sends nothing.
  buy      --kind <kind> --indices <file> --deposit <USD>
           Files the deposit with every index of the plan in one action. Creates batch depositors that are missing.

  of an index  --cap <percent>         largest part of a token (market-cap, ai)
               --unit percent|bps      of the weights, where the table does not say
               --stable <symbol>       to go to in danger when no token is stable; again for a second one
               --fee-bps, --mint-fee-bps, --signer <address>, --threshold <n>, --salt <hash>
               --tier conservative|balanced|aggressive, --rebalance daily|weekly|two-weekly|monthly
               --methodology <file>    a document of your own instead of the template's
               --document <file>       writes the document that a keeper needs
  of a plan    --holdings <file>       { "<vault or name>": "<USD>" } instead of what the account holds
               --absolute, --relative <percent>   drift thresholds; 5 and 25
               --least <USD>           smaller parts of a deposit are left to the others; 1
               --json                  for a program
  of the chain --rpc <url>             http://127.0.0.1:8545
               --deployment <file>     deployments/<chain>.json
               --account <address>     whose preview or plan, without a key
  GIMBAL_WALLET_KEY                    the key that create and buy send with
`;

const COMMANDS = { preview: previewCommand, create: createCommand, plan: planCommand, buy: buyCommand };

/** Runs one command line. Throws the typed error of what is wrong. */
export async function run(args: readonly string[]): Promise<void> {
  const asked = readCommand(args);
  if (asked === undefined) console.log(HELP);
  else await COMMANDS[asked.command](asked.flags);
}

if (import.meta.main) {
  await run(process.argv.slice(2)).catch((error: unknown) => {
    // One line says what is wrong and what to do; details only where they help.
    if (error instanceof BaseError) {
      console.error(`${error.name}: ${error.shortMessage}`);
      if (error.details !== undefined) console.error(error.details);
    } else console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    process.exitCode = 1;
  });
}
