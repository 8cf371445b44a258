import { inspect } from "node:util";
import { Command } from "commander";
import { haltCommands } from "./commands/halts.ts";
import { keysCommand } from "./commands/keys.ts";
import { dryRun, status, verify } from "./commands/look.ts";
import { cosign, run } from "./commands/run.ts";
import { explain, type Options, openJournal, secrets } from "./commands/session.ts";
import { type TrainFlags, trainCommand } from "./commands/train.ts";
import { redactorOf } from "./commands/watch.ts";
import { loadConfig } from "./config.ts";

/** The keeper's command line. */
export function createProgram(): Command {
  const program = new Command("gimbal-keeper").description("Decides target weights and keeps vaults on them");
  const command = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option("-c, --config <file>", "configuration (JSON)", "keeper.json")
      .option("--data <folder>", "folder of market data, for the CSV source");

  command("run", "works on every vault: upkeep, fills, decisions")
    .option("--once", "one round, then exit")
    .option("--loop", "round after round until it is stopped: what happens without --once")
    .option("--dry-run", "decide and print, sign and send nothing")
    .action((options: Options & { once?: boolean; dryRun?: boolean }) =>
      options.dryRun ? dryRun(options) : run(options),
    );
  command("cosign", "checks what other keepers decided and signs it; decides nothing itself").action(cosign);
  command("decide", "prints what would be decided now; signs and sends nothing")
    .option("--dry-run", "what this command does anyway")
    .action(dryRun);
  command("replay", "recomputes a decision and its models from their stored inputs and compares them with the chain")
    .alias("verify")
    .argument("<hash>", "decision hash")
    .option("--journal <file>", "a journal alone, without configuration and chain")
    .action((hash: string, options: Options & { journal?: string }) => verify(hash, options));
  program.addCommand(keysCommand({ environment: process.env, secrets }));
  program
    .command("train")
    .description("trains what decisions in a span of weeks will ask for, so that they need not wait")
    .option("--source <kind>", "csv, simulation or live", "csv")
    .option("--data <folder>", "folder of market data; else GIMBAL_DATA, else ../shared/data")
    .option("--seed <number>", "of the simulation", "7")
    .option("--spec <name>", "full or small", "small")
    .option("--from <date>", "day of the first decision", "2022-01-03")
    .option("--to <date>", "no decision after this day", "2022-12-26")
    .option("--models <folder>", "where the models go", ".gimbal/models")
    .action((flags: TrainFlags) => trainCommand(flags));
  command("status", "prints the newest decision, the halts and the unfinished transactions of each vault").action(
    status,
  );
  haltCommands(command, openHalts);
  return program;
}

/** Needs no node: a keeper must be stopped when none answers, too. */
async function openHalts({ config: path }: Options) {
  const config = loadConfig(path, process.env);
  return { chainId: config.chainId, journal: await openJournal(config) };
}

if (import.meta.main) {
  await createProgram()
    .parseAsync()
    .catch((error: unknown) => {
      const { error: message, details } = explain(error);
      const redact = redactorOf(secrets);
      console.error(redact(message));
      if (details !== undefined) console.error(redact(inspect(details)));
      process.exitCode = 1;
    });
}
