import type { Address } from "viem";
import { ConfigError } from "../errors.ts";
import { decisionAccountsOf, gasAccountOf, type KeyContext, keystoreAddress, openKeystore, tokenOf } from "./keys.ts";
import { RemoteSigner } from "./remote.ts";
import type { SignerSettings, SignerSource } from "./settings.ts";
import type { DecisionSigner, GasSigner } from "./signer.ts";

/** A signer as an operator sees it: whose account, and where its key is. */
export interface SignerDescription {
  readonly purpose: "gas" | "decisions";
  readonly kind: SignerSource["kind"];
  readonly address: Address;
  /** File of a keystore, place of a remote signer. */
  readonly where?: string;
}

/** The signer that pays for gas. Throws ConfigError, KeystoreError. */
export async function openGasSigner(source: SignerSource, context: KeyContext): Promise<GasSigner> {
  if (source.kind === "environment") return gasAccountOf(context);
  return source.kind === "keystore" ? openKeystore(source, context) : openRemote(source, context);
}

/** All signers of decisions, each account once. Throws ConfigError, KeystoreError. */
export async function openDecisionSigners(
  sources: readonly SignerSource[],
  context: KeyContext,
): Promise<readonly DecisionSigner[]> {
  const signers = await Promise.all(
    sources.map(async (source): Promise<readonly DecisionSigner[]> => {
      if (source.kind === "environment") return decisionAccountsOf(context);
      return [source.kind === "keystore" ? await openKeystore(source, context) : openRemote(source, context)];
    }),
  );
  return eachOnce(signers.flat());
}

/** Every configured signer; a keystore is opened only when it does not tell its address. Throws as opening does. */
export async function describeSigners(
  { gas, decisions }: SignerSettings,
  context: KeyContext,
): Promise<readonly SignerDescription[]> {
  const wanted = [
    { purpose: "gas", source: gas } as const,
    ...decisions.map((source) => ({ purpose: "decisions", source }) as const),
  ];
  const found = await Promise.all(
    wanted.map(async ({ purpose, source }) => {
      const accounts = await addressesOf(purpose, source, context);
      return accounts.map((address) => ({ purpose, kind: source.kind, address, ...placeOf(source) }));
    }),
  );
  return found.flat();
}

/** Accounts of the decision signers, without opening what need not be opened. */
export async function decisionAccounts(
  sources: readonly SignerSource[],
  context: KeyContext,
): Promise<readonly Pick<DecisionSigner, "address">[]> {
  const found = await Promise.all(sources.map((source) => addressesOf("decisions", source, context)));
  return eachOnce(found.flat().map((address) => ({ address })));
}

async function addressesOf(
  purpose: SignerDescription["purpose"],
  source: SignerSource,
  context: KeyContext,
): Promise<readonly Address[]> {
  if (source.kind === "environment") {
    const accounts = purpose === "gas" ? [gasAccountOf(context)] : decisionAccountsOf(context);
    return accounts.map(({ address }) => address);
  }
  if (source.address !== undefined) return [source.address];
  const told = source.kind === "keystore" ? await keystoreAddress(source.file, context.warn) : null;
  if (told !== null) return [told];
  return source.kind === "keystore" ? [(await openKeystore(source, context)).address] : [];
}

function placeOf(source: SignerSource): Pick<SignerDescription, "where"> {
  if (source.kind === "environment") return {};
  return { where: source.kind === "keystore" ? source.file : new URL(source.url).origin };
}

type RemoteSource = Extract<SignerSource, { kind: "remote" }>;

function openRemote({ url, address, api, tokenVariable, timeoutSeconds }: RemoteSource, context: KeyContext) {
  const token = tokenVariable === undefined ? undefined : tokenOf(tokenVariable, context);
  const { protocol, hostname } = new URL(url);
  if (token !== undefined && protocol === "http:" && !LOOPBACK.has(hostname)) {
    const field = "signers";
    throw new ConfigError("A token must not cross a network unencrypted. Use https, or leave the token out.", {
      field,
    });
  }
  return new RemoteSigner({ url, address, api, token, timeout: timeoutSeconds * 1000, secrets: context.secrets });
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Two signatures of one account count once for a vault, so the second is a slip of the pen. */
function eachOnce<T extends { readonly address: Address }>(signers: readonly T[]): readonly T[] {
  const seen = new Set<Address>();
  for (const { address } of signers) {
    if (seen.has(address)) throw new ConfigError("This account is configured twice to sign decisions.", { address });
    seen.add(address);
  }
  return signers;
}
