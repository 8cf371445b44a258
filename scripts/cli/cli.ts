#!/usr/bin/env node
// gimbal <command>: what a holder, a staker and a keeper do, without code. Shows what would be sent; sends with --send.
import { Command, CommanderError } from "commander";
import { KeeperError } from "../../keeper/src/errors.ts";
import { BaseError } from "../../sdk/src/errors/base.ts";
import { completionScript } from "./completion.ts";
import { acts, list, onChain, permitting, sending } from "./define.ts";
import { UsageError } from "./options.ts";
import { addServices } from "./serviceCommands.ts";

// What a command needs is loaded when it runs: reading the SDK takes longer than all that --help has to say.
const creation = () => import("./creation.ts");
const holder = () => import("./holder.ts");
const keeper = () => import("./keeper.ts");
const portfolio = () => import("./portfolio.ts");
const staker = () => import("./staker.ts");
const trades = () => import("./trades.ts");

function addIndex(program: Command): void {
  const index = program.command("index").description("indices of your own");
  for (const [name, act, words] of [
    [
      "preview",
      async () => (await creation()).previewCommand,
      "what an index would hold, need and cost; sends nothing",
    ],
    [
      "create",
      async () => (await creation()).createCommand,
      "shows the preview, sends the approvals and creates the index",
    ],
  ] as const) {
    const command = (name === "create" ? sending : onChain)(index.command(name).description(words))
      .option("--csv <file>", "table of tokens and weights")
      .option("--seed-usd <USD>", "worth of the first shares")
      .option("--name <name>")
      .option("--symbol <symbol>")
      .option("--template <kind>", "fixed, equal, market-cap or ai")
      .option("--cap <percent>", "largest part of a token (market-cap, ai)")
      .option("--unit <unit>", "percent or bps, where the table does not say")
      .option("--stable <symbol>", "to go to in danger; again for a second one", list)
      .option("--fee-bps <bps>", "a year")
      .option("--mint-fee-bps <bps>")
      .option("--signer <address>", "who signs its decisions; again for each", list)
      .option("--threshold <n>", "how many of them must sign")
      .option("--tier <tier>", "conservative, balanced or aggressive")
      .option("--rebalance <period>", "daily, weekly, two-weekly or monthly")
      .option("--methodology <file>", "a document of your own instead of the template's")
      .option("--document <file>", "writes the document that a keeper needs")
      .option("--salt <hash>");
    acts(command, act);
  }
}

function addPortfolio(program: Command): void {
  const plans = program.command("portfolio").description("one sum over several indices");
  for (const [name, act, words] of [
    [
      "plan",
      async () => (await portfolio()).planCommand,
      "what to hold, what is held, where a deposit goes; sends nothing",
    ],
    ["buy", async () => (await portfolio()).buyCommand, "files the deposit with every index of the plan in one action"],
  ] as const) {
    const command = (name === "buy" ? sending : onChain)(plans.command(name).description(words))
      .option("--kind <kind>", "three-tier, core-satellite, barbell or risk-parity")
      .option("--indices <file>", "the indices and the limits (JSON)")
      .option("--deposit <USD>")
      .option("--withdraw <USD>")
      .option("--holdings <file>", '{ "<vault or name>": "<USD>" } instead of what the account holds')
      .option("--absolute <percent>", "drift threshold; 5")
      .option("--relative <percent>", "drift threshold; 25")
      .option("--least <USD>", "smaller parts of a deposit are left to the others; 1");
    acts(command, act);
  }
}

function addHolder(program: Command): void {
  const shares = (command: Command): Command =>
    command
      .option("--shares <amount>", "how many shares")
      .option("--usd <USD>", "as many shares as are worth this")
      .option("--slippage-bps <bps>", "how much worse than quoted it may come");
  const command = (name: string, words: string) => program.command(name).description(words);
  acts(
    onChain(command("status", "the indices of a chain and what the account has of them")).argument("[index]"),
    async () => (await holder()).statusCommand,
  );
  acts(
    shares(onChain(command("quote", "what shares cost or bring now")).argument("<index>", "address or symbol"))
      .option("--with <token>", "in this token instead of in kind")
      .option("--sell", "what they bring, instead of what they cost"),
    async () => (await holder()).quoteCommand,
  );
  acts(
    permitting(
      shares(sending(command("deposit", "buys shares with one token, or with all of the index")).argument("<index>")),
    ).option("--with <token>", "token that pays: a symbol, an address, or ETH; in kind when left out"),
    async () => (await holder()).depositCommand,
  );
  acts(
    permitting(
      shares(
        sending(command("redeem", "gives shares back for one token, or for all of the index")).argument("<index>"),
      ),
    ).option("--into <token>", "token to get; in kind when left out"),
    async () => (await holder()).redeemCommand,
  );
  acts(
    onChain(command("plan", "the trades from what you hold to an index's target; sends nothing"))
      .option("--index <index>", "address or symbol")
      .option("--holdings <file>", "table of tokens and amounts (CSV)")
      .option("--least <USD>", "smaller trades are left out; 1"),
    async () => (await trades()).tradesCommand,
  );
}

function addStaker(program: Command): void {
  acts(
    permitting(sending(program.command("lock").description("locks GIM for votes, score and revenue")))
      .option("--amount <GIM>", "added to the lock; 0 only moves its end away")
      .option("--weeks <n>", "from now; the end stays when left out"),
    async () => (await staker()).lockCommand,
  );
  const claim = program.command("claim").description("what is due to the account");
  acts(
    sending(claim.command("revenue").description("revenue of a lock")).option(
      "--token <token>",
      "USDC and GIM when left out",
      list,
    ),
    async () => (await staker()).claimRevenueCommand,
  );
  acts(
    sending(claim.command("airdrop").description("an entry of an airdrop's list"))
      .option("--list <file>", "the list with the proofs (JSON)")
      .option("--wave <n>", "0 when left out")
      .option("--lock-weeks <n>", "lock all of it for 12 to 52 weeks, with a bonus"),
    async () => (await staker()).claimAirdropCommand,
  );
  acts(
    sending(claim.command("index").description("what a redemption could not pay at once"))
      .argument("<index>")
      .option("--token <token>", "", list),
    async () => (await staker()).claimIndexCommand,
  );
  acts(
    sending(program.command("vote").description("votes on a proposal"))
      .argument("<proposal>", "its number")
      .argument("<answer>", "for, against or abstain")
      .option("--reason <text>", "published with the vote"),
    async () => (await staker()).voteCommand,
  );
  acts(
    sending(program.command("propose").description("puts a proposal to the vote")).option(
      "--file <file>",
      '{ "description", "actions": [{ "target", "value", "data" }] }',
    ),
    async () => (await staker()).proposeCommand,
  );
}

function addKeeper(program: Command): void {
  acts(
    onChain(
      program.command("verify").description("recomputes the decision of a transaction and compares it with the chain"),
    )
      .argument("<transaction>")
      .option("--journal <file>", "the keeper's journal; .gimbal/keeper.db"),
    async () => (await keeper()).verifyCommand,
  );
  const passing = (name: string, words: string): Command =>
    program.command(name).description(words).allowUnknownOption().helpOption(false).argument("[words...]");
  passing("backtest", "one strategy over one period: npm run backtest").action(async (words: string[]) =>
    (await keeper()).passOn("backtest/cli.ts", words),
  );
  passing("keeper", "the keeper's commands: keeper run, keeper status, ...").action(async (words: string[]) =>
    (await keeper()).passOn("cli.ts", words),
  );
}

/** The command line. */
export function createProgram(): Command {
  const program = new Command("gimbal")
    .description("Self-balancing indices from the command line")
    .enablePositionalOptions()
    .addHelpText(
      "after",
      "\nGIMBAL_WALLET_KEY is the key to send with. Exit codes: 0 done, 1 failed, 2 the command line is wrong.",
    );
  addHolder(program);
  addIndex(program);
  addPortfolio(program);
  addStaker(program);
  addServices(program);
  addKeeper(program);
  program
    .command("completion")
    .description("prints what teaches a shell these commands")
    .argument("<shell>", "bash, zsh or fish")
    .action((shell: string) => console.log(completionScript(program, shell).trimEnd()));
  const quiet = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    command.commands.forEach(quiet);
  };
  quiet(program);
  return program;
}

/** Runs one command line. Throws the typed error of what is wrong. */
export async function run(args: readonly string[]): Promise<void> {
  const program = createProgram();
  if (args.length === 0) return void console.log(program.helpInformation());
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return;
    throw new UsageError(`${error.message.replace(/^error: /, "").replace(/\.?$/, ".")}`);
  }
}

/** Says in one line what is wrong and what to do; details only where they help. */
function report(error: unknown): void {
  if (error instanceof BaseError) {
    console.error(`${error.name}: ${error.shortMessage}`);
    if (error.details !== undefined) console.error(error.details);
  } else if (error instanceof KeeperError) console.error(`${error.code}: ${error.shortMessage}`);
  else console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

if (import.meta.main) await run(process.argv.slice(2)).catch(report);
