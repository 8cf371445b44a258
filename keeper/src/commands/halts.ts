import type { Command } from "commander";
import { getAddress, isAddress } from "viem";
import type { KeeperConfig } from "../config.ts";
import { ConfigError } from "../errors.ts";
import type { BreakerLimits } from "../execute/breakers.ts";
import { EVERY_VAULT, type Halt, type HaltScope } from "../journal/haltBook.ts";
import type { Journal } from "../journal/journal.ts";

interface Opened {
  readonly chainId: number;
  readonly journal: Journal;
}

type MakeCommand = (name: string, description: string) => Command;

/** Adds `halts`, `halt` and `clear`: what a person does about the keeper's breakers. They take effect in the next round. */
export function haltCommands<T extends object>(command: MakeCommand, open: (options: T) => Promise<Opened>): void {
  const withBook = async (options: T, work: (book: ReturnType<Journal["halts"]>) => Promise<readonly Halt[]>) => {
    const { chainId, journal } = await open(options);
    try {
      for (const halt of await work(journal.halts(chainId))) console.log(JSON.stringify(inWords(halt)));
    } finally {
      await journal.close();
    }
  };
  command("halts", "prints what is halted, since when and why").action((options: T) =>
    withBook(options, (book) => book.list()),
  );
  command("halt", "stops decisions and proposals of a vault, or of all")
    .argument("<scope>", 'a vault\'s address, or "all"')
    .argument("<reason>", "told wherever the halt is told")
    .action((scope: string, reason: string, options: T) =>
      withBook(options, async (book) => {
        const halt = { scope: toScope(scope), kind: "by-hand", since: Math.floor(Date.now() / 1000), reason } as const;
        await book.halt(halt);
        return book.list();
      }),
    );
  command("clear", "ends the halts of a vault, or those of all, once their cause is gone; prints them")
    .argument("<scope>", 'a vault\'s address, or "all"')
    .action((scope: string, options: T) => withBook(options, (book) => book.clear(toScope(scope))));
}

/** The limits of a configuration. */
export function breakerLimits({ breakers }: Pick<KeeperConfig, "breakers">): BreakerLimits {
  const { gasBudgetWei: gasBudget, staleDataSeconds: staleData, ...rest } = breakers;
  return { ...rest, gasBudget, staleData };
}

function toScope(scope: string): HaltScope {
  if (scope === EVERY_VAULT) return scope;
  if (isAddress(scope, { strict: false })) return getAddress(scope);
  throw new ConfigError('Say which vault by its address, or "all".', { scope });
}

function inWords({ scope, kind, since, reason }: Halt): object {
  return { scope, breaker: kind, since: new Date(since * 1000).toISOString(), reason };
}
