import { getBasket, getIndices, getVault, keeperRegistryAbi } from "@gimbal/sdk";
import { type Address, type Hex, isAddressEqual, type PublicClient } from "viem";
import type { StoredMethodology } from "../data/methodologyFolder.ts";
import type { AssetId } from "../data/source.ts";
import type { DecisionSigner } from "../signers/signer.ts";
import type { Logger } from "./logger.ts";

/** An index whose methodology is known. */
export interface ServedVault {
  readonly vault: Address;
  readonly name: string;
  readonly methodology: StoredMethodology;
}

/** An index that this keeper leaves alone. */
export interface UnservedVault {
  readonly vault: Address;
  readonly name: string;
  readonly hash: Hex;
  /** In words that a curator can act upon. */
  readonly reason: string;
}

/** Every index of a factory, sorted by whether this keeper decides for it. */
export interface VaultList {
  readonly served: readonly ServedVault[];
  readonly unserved: readonly UnservedVault[];
}

/** What to look at, and what this keeper has. */
export interface FindVaultsParameters {
  readonly client: PublicClient;
  readonly factory: Address;
  readonly keeperRegistry: Address;
  readonly methodologies: ReadonlyMap<Hex, StoredMethodology>;
  /** The decision signers at hand. */
  readonly signers: readonly Pick<DecisionSigner, "address">[];
  /** Accounts of other keepers that are asked to sign. */
  readonly cosigners?: readonly Address[];
  /** Name of each token in the market data, by lower-case address. */
  readonly names: ReadonlyMap<string, AssetId>;
  /** Indices that are read at once. */
  readonly page?: number;
}

/**
 * Reads every index of the factory and the hash of its methodology, and looks the document up. An index is served when its
 * document is known, this keeper holds enough of its signers' keys, and the market data knows its tokens.
 */
export async function findVaults(parameters: FindVaultsParameters): Promise<VaultList> {
  const { client, factory, page = 100 } = parameters;
  const vaults: Address[] = [];
  for (;;) {
    const { indices, total } = await getIndices(client, { factory, start: vaults.length, count: page });
    vaults.push(...indices);
    if (vaults.length >= total || indices.length === 0) break;
  }
  const looks = await Promise.all(vaults.map((vault) => look(vault, parameters)));
  return {
    served: looks.flatMap((item) => ("methodology" in item ? [item] : [])),
    unserved: looks.flatMap((item) => ("reason" in item ? [item] : [])),
  };
}

async function look(vault: Address, parameters: FindVaultsParameters): Promise<ServedVault | UnservedVault> {
  const { client, methodologies } = parameters;
  const { name, strategy } = await getVault(client, { vault });
  const hash = strategy.methodologyHash;
  const methodology = methodologies.get(hash);
  const reason =
    methodology === undefined
      ? "No document in the folders of methodologies has its hash. Add the document to serve it."
      : await obstacleOf(vault, parameters);
  if (methodology === undefined || reason !== null) return { vault, name, hash, reason: reason ?? "" };
  return { vault, name, methodology };
}

/** Why a known methodology cannot be followed for this vault by this keeper; null: it can. */
async function obstacleOf(vault: Address, parameters: FindVaultsParameters): Promise<string | null> {
  const { client, keeperRegistry: address, signers, cosigners = [], names } = parameters;
  const [wanted, threshold] = await client.readContract({
    address,
    abi: keeperRegistryAbi,
    functionName: "signersOf",
    args: [vault],
  });
  const ours = wanted.filter((account) => signers.some((signer) => isAddressEqual(signer.address, account)));
  if (threshold === 0 || wanted.length < threshold) return "Its signers are revoked: nobody may decide for it.";
  const others = wanted.filter((account) => cosigners.some((other) => isAddressEqual(other, account)));
  const reachable = new Set([...ours, ...others]).size;
  if (ours.length === 0 || reachable < threshold) {
    const known = cosigners.length === 0 ? "" : ` and knows ${reachable - ours.length} of the other keepers`;
    return `Others sign for it: ${threshold} of ${wanted.length} signatures are needed, and this keeper holds ${ours.length} of the keys${known}.`;
  }
  const { tokens } = await getBasket(client, { vault });
  const unknown = tokens.filter(({ token }) => !names.has(token.toLowerCase())).map(({ token }) => token);
  if (unknown.length === 0) return null;
  return `The market data has no name for ${unknown.join(", ")}. Add them to \`assets\`.`;
}

/** Says which indices are served and which are not, and why; what was said before is not said again. */
export class VaultAnnouncer {
  readonly #logger: Logger;
  readonly #said = new Map<Address, string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  announce({ served, unserved }: VaultList): void {
    for (const { vault, name, methodology } of served) {
      const { id, hash } = methodology;
      if (this.#isNew(vault, hash)) this.#logger.info({ vault, name, methodology: id, hash }, "index is served");
    }
    for (const { vault, name, hash, reason } of unserved) {
      if (this.#isNew(vault, reason)) this.#logger.warn({ vault, name, hash, reason }, "index is not served");
    }
  }

  #isNew(vault: Address, words: string): boolean {
    if (this.#said.get(vault) === words) return false;
    this.#said.set(vault, words);
    return true;
  }
}
