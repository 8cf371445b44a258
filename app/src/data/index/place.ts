import type { Address } from "viem";
import { erc20Abi } from "viem";
import { readContract } from "viem/actions";
import type { NetworkSettings } from "../../settings.ts";
import type { Api } from "../api.ts";
import { type ChainClient, useApi, useChainClient, useNetwork } from "../network.tsx";

/** Where things are read from. */
export interface Place {
  readonly api: Api | undefined;
  readonly client: ChainClient;
  readonly network: NetworkSettings;
}

/** Where pages read from; undefined until there is a way to the chain. */
export function usePlace(): Place | undefined {
  const api = useApi();
  const network = useNetwork();
  const client = useChainClient();
  return client && { api, client, network };
}

/** Symbol of a token: of the deployment, else what the token says; null: it says nothing. */
export async function symbolOf({ client, network }: Place, token: Address): Promise<string | null> {
  const known = Object.entries(network.deployment.tokens).find(
    ([, { address }]) => address.toLowerCase() === token.toLowerCase(),
  );
  if (known !== undefined) return known[0];
  return readContract(client, { address: token, abi: erc20Abi, functionName: "symbol" }).catch(() => null);
}
