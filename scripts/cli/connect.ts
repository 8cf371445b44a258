import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Address, createClient, getAddress, http, isAddress, type LocalAccount } from "viem";
import { getChainId } from "viem/actions";
import { type AnyClient, type Deployment, parseDeployment, UnknownChainError } from "../../sdk/src/index.ts";
import { choice, type Flags, required, UsageError } from "./options.ts";
import { hasWalletKey, WALLET_KEY as KEY, openWallet, SIGNER_APIS, type WalletSource } from "./wallet.ts";

export const LOCAL_RPC = "http://127.0.0.1:8545";

/** A chain with the protocol on it, and who looks at it. */
export type Session = {
  client: AnyClient;
  deployment: Deployment;
  /** Undefined when neither a key nor --account names anyone. */
  account: Address | undefined;
  /** The account that can sign and send; undefined without a key. */
  wallet: LocalAccount | undefined;
};

/** The bytes of a file that a flag names. */
export function readBytes(path: string, flag: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    throw new UsageError(`--${flag}: the file ${path} cannot be read.`, "Correct the path.");
  }
}

/** The text of a file that a flag names. */
export function readText(path: string, flag: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(readBytes(path, flag));
}

export function readJson(path: string, flag: string): unknown {
  const text = readText(path, flag);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`--${flag}: the file ${path} is not JSON.`, "Correct the file.");
  }
}

/** Where the wallet is: a keystore or a remote signer, as the keeper's own; else the environment. */
function walletSource(flags: Flags): WalletSource {
  const { keystore, "password-file": passwordFile, "remote-signer": url } = flags;
  if (keystore === undefined && url === undefined) return { kind: "environment" };
  const flag = keystore === undefined ? "remote-signer" : "keystore";
  if (keystore !== undefined && url !== undefined) {
    throw new UsageError("--keystore and --remote-signer exclude each other.", "Leave one of them out.");
  }
  if (hasWalletKey()) throw new UsageError(`--${flag} and ${KEY} exclude each other.`, "Leave one of them out.");
  if (keystore !== undefined) return { kind: "keystore", file: keystore, passwordFile };
  if (url === undefined || !/^https?:\/\/[^@]+$/.test(url) || !URL.canParse(url)) {
    throw new UsageError("--remote-signer must be an address such as https://signer:9000, without a password.");
  }
  const address = asAddress(required(flags.account, "account"), "account");
  const api = choice(flags["signer-api"] ?? "web3signer", "signer-api", SIGNER_APIS);
  return { kind: "remote", url, address, api, tokenVariable: flags["signer-token-variable"] };
}

export function asAddress(text: string, flag: string): Address {
  if (!isAddress(text)) throw new UsageError(`--${flag} must be an address, not ${text}.`, "Copy it again.");
  return getAddress(text);
}

/** Connects to the chain of --rpc and reads its deployment: --deployment, else deployments/<chain>.json. */
export async function connect(flags: Flags): Promise<Session> {
  const wallet = await openWallet(walletSource(flags));
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
  if (account === undefined)
    throw new UsageError("For whom?", `Give --account, or a key in ${KEY}, --keystore or --remote-signer.`);
  return account;
}

export function requireSender({ wallet }: Session): LocalAccount {
  if (wallet === undefined) {
    throw new UsageError(
      "This command sends transactions and needs a key.",
      `Set ${KEY}, or give --keystore or --remote-signer.`,
    );
  }
  return wallet;
}
