// How a command is declared. Nothing here reads the SDK: --help has to be quick.
import type { Command } from "commander";
import { type Flags, toFlags } from "./options.ts";

/** For a flag that may be given again. */
export const list = (value: string, before: string[] = []): string[] => [...before, value];

/** Flags of every command that looks at a chain. */
export function onChain(command: Command): Command {
  return command
    .option("--rpc <url>", "node of the chain; http://127.0.0.1:8545")
    .option("--deployment <file>", "addresses; deployments/<chain>.json")
    .option("--account <address>", "whose view, without a key")
    .option("--keystore <file>", "encrypted key to send with, instead of GIMBAL_WALLET_KEY")
    .option("--password-file <file>", "password of the keystore; else from the environment")
    .option("--remote-signer <url>", "service that signs for --account; the key never comes here")
    .option("--signer-api <kind>", "web3signer, clef or node")
    .option("--signer-token-variable <name>", "environment variable with the service's bearer token")
    .option("--json", "one JSON value, for a program");
}

/** Flags of a command that can send. */
export const sending = (command: Command): Command =>
  onChain(command).option("--send", "send it; without this, it is only shown what would be sent");

/** Flags of a command that may pay with a signature. */
export const permitting = (command: Command): Command =>
  command.option("--permit", "sign a permit instead of sending an approval");

/** What a command does with its flags and arguments. */
export type Act = (flags: Flags, args: readonly string[]) => Promise<void>;

/** Gives a command its deed, which `load` brings when it is wanted. */
export function acts(command: Command, load: () => Promise<Act>): Command {
  // commander passes the arguments, then the options, then itself; an argument in brackets may be undefined.
  return command.action(async (...given: unknown[]) => {
    const args = given.slice(0, -2).filter((item): item is string => typeof item === "string");
    const act = await load();
    return act(toFlags(command.opts()), args);
  });
}
