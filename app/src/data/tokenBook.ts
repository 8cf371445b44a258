import { type Address, erc20Abi, getAddress } from "viem";
import { readContract } from "viem/actions";
import { shortAddress } from "../format.ts";
import type { NetworkSettings } from "../settings.ts";
import type { ChainClient } from "./network.tsx";
import { type PayToken, payTokens } from "./payToken.ts";

/** How a token is written: its symbol and its decimals. */
export type TokenWords = PayToken;

/** Words of tokens, by checksummed address. */
export type TokenBook = ReadonlyMap<Address, TokenWords>;

/** Words of tokens: those that the deployment names without asking, the others from the chain. */
export async function readTokens(
  client: ChainClient,
  network: Pick<NetworkSettings, "deployment">,
  tokens: readonly Address[],
): Promise<TokenBook> {
  const known = new Map(payTokens(network).map((token) => [getAddress(token.address), token]));
  const wanted = [...new Set(tokens.map((token) => getAddress(token)))];
  const words = await Promise.all(wanted.map(async (token) => known.get(token) ?? ask(client, token)));
  return new Map(words.map((word, i) => [wanted[i] ?? word.address, word]));
}

/** Words of one token. */
export async function readToken(
  client: ChainClient,
  network: Pick<NetworkSettings, "deployment">,
  token: Address,
): Promise<TokenWords> {
  return (await readTokens(client, network, [token])).get(getAddress(token)) ?? ask(client, token);
}

async function ask(client: ChainClient, address: Address): Promise<TokenWords> {
  const at = { address, abi: erc20Abi } as const;
  const [symbol, decimals] = await Promise.all([
    readContract(client, { ...at, functionName: "symbol" }).catch(() => shortAddress(address)),
    readContract(client, { ...at, functionName: "decimals" }),
  ]);
  return { address, symbol, decimals };
}
