import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { Command } from "commander";
import { loadConfig } from "../config.ts";
import { KeystoreError } from "../errors.ts";
import { createKeystore, type KeyContext, type NewKeystore, PASSWORD_VARIABLE } from "../signers/keys.ts";
import { describeSigners } from "../signers/open.ts";
import type { Warn } from "../signers/secretFiles.ts";

/** What the command gets from the process, so that a test can give it something else. */
export interface KeysProcess extends Pick<KeyContext, "environment" | "secrets"> {
  /** Where a key to import comes from. */
  readonly input?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly say?: (line: string) => void;
  readonly warn?: (line: string) => void;
  /** Of a new keystore: small ones are for tests. */
  readonly scryptRounds?: number;
}

interface FileFlags {
  readonly passwordFile?: string;
}

/** `gimbal-keeper keys`: makes keystores and lists the configured signers. Never prints a key. */
export function keysCommand(from: KeysProcess): Command {
  const { input = process.stdin, say = console.log, warn: complain = console.error } = from;
  const warn: Warn = (message, details) => complain(`warning: ${message} ${JSON.stringify(details)}`);
  const context: KeyContext = { environment: from.environment, secrets: from.secrets, warn };
  const make = async (file: string, { passwordFile }: FileFlags, key?: string) => {
    const rounds = from.scryptRounds === undefined ? {} : { scryptRounds: from.scryptRounds };
    const wanted: NewKeystore = { file: resolve(file), passwordFile, ...(key !== undefined && { key }), ...rounds };
    say(JSON.stringify({ address: await createKeystore(wanted, context), file: wanted.file }, null, 2));
  };

  const keys = new Command("keys").description("Makes keystores and lists the signers of a configuration");
  const fileCommand = (name: string, description: string) =>
    keys
      .command(name)
      .description(description)
      .argument("<file>", "the new keystore; an existing file is never overwritten")
      .option("--password-file <file>", `its password; else that of the environment (${PASSWORD_VARIABLE})`);
  fileCommand("new", "makes a new key and keeps it in an encrypted file").action((file: string, flags: FileFlags) => {
    return make(file, flags);
  });
  fileCommand("import", "keeps a key that comes through a pipe in an encrypted file").action(
    async (file: string, flags: FileFlags) => make(file, flags, await readKey(input)),
  );
  keys
    .command("list")
    .description("lists the configured signers: purpose, kind, address and place")
    .option("-c, --config <file>", "configuration (JSON)", "keeper.json")
    .action(async ({ config }: { readonly config: string }) => {
      const { signers } = loadConfig(config, from.environment);
      say(JSON.stringify(await describeSigners(signers, context), null, 2));
    });
  return keys;
}

/** Never from the command line, which every process of the machine can see and which shells remember. */
async function readKey(input: NodeJS.ReadableStream & { readonly isTTY?: boolean }): Promise<string> {
  if (input.isTTY === true) {
    throw new KeystoreError(
      'Give the key through a pipe: read -rs KEY && printf %s "$KEY" | gimbal-keeper keys import FILE.',
    );
  }
  return (await text(input)).trim();
}
