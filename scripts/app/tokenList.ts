import { type Address, createPublicClient, erc20Abi, getAddress, http } from "viem";
import { getBlock, readContract } from "viem/actions";
import { getIndices } from "../../sdk/src/index.ts";
import type { AppNetwork } from "./settings.ts";

type Tag = "asset" | "governance" | "index";

/** A token as wallets and other apps read it. */
export interface ListedToken {
  readonly chainId: number;
  readonly address: Address;
  readonly name: string;
  readonly symbol: string;
  readonly decimals: number;
  readonly tags: readonly Tag[];
}

/** A list by the schema that Uniswap began: https://uniswap.org/tokenlist.schema.json. */
export interface TokenList {
  readonly name: string;
  readonly timestamp: string;
  readonly version: { readonly major: number; readonly minor: number; readonly patch: number };
  readonly keywords: readonly string[];
  readonly tags: Readonly<Record<Tag, { readonly name: string; readonly description: string }>>;
  readonly tokens: readonly ListedToken[];
}

const TAGS: TokenList["tags"] = {
  asset: { name: "Asset", description: "What indices may hold" },
  governance: { name: "Governance", description: "Locked for votes and a share of the revenue" },
  index: { name: "Index", description: "A share of a basket of tokens" },
};

/** {ms} after which a silent node gives no list. */
const PATIENCE = 10_000;
/** {indices} asked for at once. */
const PAGE = 100;
/** {characters} of a name; the schema's limit. */
const MOST = 40;

/** Every token of the networks: the DAO's, what indices may hold, and the shares of all indices, as the chains say now. */
export async function readTokenList(networks: readonly AppNetwork[]): Promise<TokenList> {
  const parts = await Promise.all(networks.map(readNetwork));
  const tokens = parts.flatMap((part) => part.tokens);
  return {
    name: "Gimbal",
    timestamp: new Date(Math.max(...parts.map(({ asOf }) => asOf)) * 1_000).toISOString(),
    // Tokens come and do not go: each one is a new minor version.
    version: { major: 1, minor: tokens.length, patch: 0 },
    keywords: ["gimbal", "index"],
    tags: TAGS,
    tokens,
  };
}

async function readNetwork({ chainId, rpcUrl, deployment }: AppNetwork) {
  const client = createPublicClient({ transport: http(rpcUrl, { batch: true, timeout: PATIENCE, retryCount: 0 }) });
  const { contracts, tokens } = deployment;
  const { number: blockNumber, timestamp } = await getBlock(client);
  const indices: Address[] = [];
  for (let total = 1; indices.length < total; ) {
    const page = { factory: contracts.IndexFactory, start: indices.length, count: PAGE, blockNumber };
    const found = await getIndices(client, page);
    if (found.indices.length === 0) break;
    indices.push(...found.indices);
    total = found.total;
  }
  const wanted = new Map<Address, Tag>([
    ...(contracts.GovernanceToken === undefined
      ? []
      : [[getAddress(contracts.GovernanceToken), "governance"] as const]),
    ...Object.values(tokens).map(({ address }) => [getAddress(address), "asset"] as const),
    ...indices.map((address) => [getAddress(address), "index"] as const),
  ]);
  const listed = await Promise.all(
    [...wanted].map(async ([address, tag]): Promise<ListedToken | undefined> => {
      const at = { address, abi: erc20Abi, blockNumber } as const;
      const [name, symbol, decimals] = await Promise.all([
        readContract(client, { ...at, functionName: "name" }),
        readContract(client, { ...at, functionName: "symbol" }),
        readContract(client, { ...at, functionName: "decimals" }),
      ]).catch(() => [undefined, "", 0] as const);
      return name === undefined ? undefined : listable({ chainId, address, name, symbol, decimals, tags: [tag] });
    }),
  );
  return { asOf: Number(timestamp), tokens: listed.filter((token) => token !== undefined) };
}

/**
 * A token as the schema lets it be written: names are whatever their makers wrote. undefined: its symbol cannot be written, and
 * another one would be a lie.
 */
export function listable(token: ListedToken): ListedToken | undefined {
  const allowed = token.name.replace(/[^ \w.'+\-%/À-ÖØ-öø-ÿ:]/g, " ");
  const name = allowed.replace(/\s+/g, " ").trim().slice(0, MOST).trim();
  const isWritable = /^[a-zA-Z0-9+\-%/$.]{1,20}$/.test(token.symbol);
  return isWritable ? { ...token, name: name === "" ? token.symbol : name } : undefined;
}
