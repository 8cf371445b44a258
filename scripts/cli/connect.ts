import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Address, createClient, getAddress, type Hex, http, isAddress, isHex } from "viem";
import { type LocalAccount, privateKeyToAccount } from "viem/accounts";
import { getChainId } from "viem/actions";
import { openKeystore } from "../../keeper/src/signers/keys.ts";
import { Secrets } from "../../keeper/src/signers/secrets.ts";
import { type AnyClient, type Deployment, parseDeployment, UnknownChainError } from "../../sdk/src/index.ts";
import { type Flags, UsageError } from "./options.ts";

export const LOCAL_RPC = "http://127.0.0.1:8545";
export const KEY = "GIMBAL_WALLET_KEY";

/** A chain with the protocol on it, and who looks at it. */
export type Session = {
  client: AnyClient;
  deployment: Deployment;
  /** Undefined when neither a key nor --account names anyone. */
  account: Address | undefined;
  /** The account that can sign and send; undefined without a key. */
  wallet: LocalAccount | undefined;
};

/** A file that a flag names. */
export function readText(path: string, flag: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new UsageError(`--${flag}: the file ${path} cannot be read.`, "Correct the path.");
  }
}

export function readJson(path: string, flag: string): unknown {
  const text = readText(path, flag);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`--${flag}: the file ${path} is not JSON.`, "Correct the file.");
  }
}

/** The wallet's key: from the environment only, so that it stands in no history of commands. */
function walletKey(): Hex | undefined {
  const key = process.env[KEY];
  if (key === undefined || key === "") return undefined;
  if (!isHex(key) || key.length !== 66) throw new UsageError(`${KEY} must be 0x and 64 digits.`, "Correct it.");
  return key;
}

/** The wallet that sends: a keystore as the keeper reads it, else the key of the environment; undefined: none. */
async function walletOf({ keystore, "password-file": passwordFile }: Flags): Promise<LocalAccount | undefined> {
  const key = walletKey();
  if (keystore === undefined) return key === undefined ? undefined : privateKeyToAccount(key);
  if (key !== undefined) throw new UsageError(`--keystore and ${KEY} exclude each other.`, "Leave one of them out.");
  const context = {
    environment: process.env,
    secrets: new Secrets(),
    warn: (message: string) => console.error(message),
  };
  return openKeystore({ file: keystore, passwordFile }, context);
}

export function asAddress(text: string, flag: string): Address {
  if (!isAddress(text)) throw new UsageError(`--${flag} must be an address, not ${text}.`, "Copy it again.");
  return getAddress(text);
}

/** Connects to the chain of --rpc and reads its deployment: --deployment, else deployments/<chain>.json. */
export async function connect(flags: Flags): Promise<Session> {
  const wallet = await walletOf(flags);
  const url = flags.rpc ?? LOCAL_RPC;
  const client: AnyClient = createClient({
    ...(wallet !== undefined && { account: wallet }),
    transport: http(url, { retryCount: 1 }),
    pollingInterval: 50,
    cacheTime: 0,
  });
  const chainId = await getChainId(client).catch(() => {
    throw new UsageError(`No chain answers at ${url}.`, "Start one with npm run seed, or give --rpc.");
  });
  const path = flags.deployment ?? join(import.meta.dirname, "..", "..", "deployments", `${chainId}.json`);
  const deployment = parseDeployment(readJson(path, "deployment"));
  if (deployment.chainId !== chainId) throw new UnknownChainError(chainId, [deployment.chainId]);
  const named = flags.account === undefined ? undefined : asAddress(flags.account, "account");
  if (named !== undefined && wallet !== undefined && named !== wallet.address) {
    throw new UsageError(`--account ${named} is not the account of the key.`, "Leave one of them out.");
  }
  return { client, deployment, account: wallet?.address ?? named, wallet };
}

/** A contract of the deployment that not every deployment has. */
export function contractOf({ contracts }: Deployment, name: string): Address {
  const address = contracts[name];
  if (address === undefined) throw new UsageError(`The deployment has no ${name}.`, "Deploy the newest version.");
  return address;
}

/** Whose state a command shows or prepares for. */
export function requireAccount({ account }: Session): Address {
  if (account === undefined) throw new UsageError("For whom?", `Give --account, or a key in ${KEY} or --keystore.`);
  return account;
}

export function requireSender({ wallet }: Session): LocalAccount {
  if (wallet === undefined) {
    throw new UsageError("This command sends transactions and needs a key.", `Set ${KEY}, or give --keystore.`);
  }
  return wallet;
}
