import { type Address, erc20Abi, getAddress, type PublicClient } from "viem";
import { readContract } from "viem/actions";
import type { ApiContext } from "../context.ts";
import { HistoryUnavailableError } from "../history/errors.ts";
import { UnprocessableError } from "../http/problem.ts";
import { type Amount, amountOf } from "../http/schemas.ts";

/** What a token calls itself. */
export type TokenName = { readonly symbol: string; readonly decimals: number };

/** Names of tokens by checksummed address. */
export type TokenNames = ReadonlyMap<Address, TokenName>;

/** {characters} of a symbol that are shown: anybody may name a token anything. */
const LONGEST_SYMBOL = 32;

async function askChain(client: PublicClient, token: Address): Promise<TokenName> {
  const at = { address: token, abi: erc20Abi } as const;
  const [symbol, decimals] = await Promise.all([
    // A token that does not say its name is named by its address.
    readContract(client, { ...at, functionName: "symbol" }).catch(() => token),
    readContract(client, { ...at, functionName: "decimals" }).catch((cause: unknown) => {
      throw new UnprocessableError(`${token} does not say its decimals: it is no token.`, { token }, { cause });
    }),
  ]);
  return { symbol, decimals };
}

/** Names of tokens: from the deployment and the index, and from the chain for what neither knows. */
export async function namesOf(context: ApiContext, wanted: readonly Address[]): Promise<TokenNames> {
  const { deployment, history, client } = context;
  const known = new Map<Address, TokenName>();
  // Names are no reason to fail: what the index cannot say now, the chain is asked for.
  const indexed = await history.tokens().catch((error: unknown) => {
    if (error instanceof HistoryUnavailableError) return [];
    throw error;
  });
  for (const { address, symbol, decimals } of indexed) {
    known.set(getAddress(address), { symbol: symbol ?? address, decimals });
  }
  for (const [symbol, { address, decimals }] of Object.entries(deployment.tokens)) {
    known.set(getAddress(address), { symbol, decimals });
  }
  const gim = deployment.contracts["GovernanceToken"];
  if (gim !== undefined) known.set(getAddress(gim), { symbol: "GIM", decimals: 18 });
  const tokens = [...new Set(wanted.map((token) => getAddress(token)))];
  const entries = await Promise.all(
    tokens.map(
      async (token): Promise<[Address, TokenName]> => [token, known.get(token) ?? (await askChain(client, token))],
    ),
  );
  return new Map(
    entries.map(([token, { symbol, decimals }]) => [token, { symbol: symbol.slice(0, LONGEST_SYMBOL), decimals }]),
  );
}

/** A sum of a token with its name as unit. */
export function tokenAmount(names: TokenNames, token: Address, raw: bigint): Amount {
  const { symbol, decimals } = names.get(getAddress(token)) ?? { symbol: token, decimals: 0 };
  return amountOf(raw, decimals, symbol);
}

/** A sum of index shares. */
export function sharesAmount(raw: bigint): Amount {
  return amountOf(raw, 18, "share");
}

/** D18{USD} as a sum; null stays null. */
export function dollars(raw: bigint | null): Amount | null {
  return raw === null ? null : amountOf(raw, 18, "USD");
}
