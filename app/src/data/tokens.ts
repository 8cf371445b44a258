import { NATIVE } from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { type Address, erc20Abi } from "viem";
import { getBalance, readContract } from "viem/actions";
import { useConnection } from "wagmi";
import { shortAddress } from "../format.ts";
import { type ChainClient, useChainClient, useNetwork } from "./network.tsx";
import { type PayToken, payTokens } from "./payToken.ts";

const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** Tokens of the network, and what an address is called: its symbol where it is known, else its short form. */
export function useTokens(more: readonly PayToken[] = []) {
  const network = useNetwork();
  const tokens = useMemo(() => payTokens(network), [network]);
  const find = useCallback(
    (token: string) => [...more, ...tokens].find(({ address }) => isSame(address, token)),
    [tokens, more],
  );
  const symbolOf = useCallback((token: Address) => find(token)?.symbol ?? shortAddress(token), [find]);
  return { tokens, find, symbolOf };
}

/** {raw} that the connected account holds of each token, in their order; undefined while that is being read. */
export function useBalances(tokens: readonly Address[]): readonly bigint[] | undefined {
  const { chainId } = useNetwork();
  const { address: account } = useConnection();
  const client = useChainClient();
  const { data } = useQuery({
    queryKey: ["balances", chainId, account, tokens],
    enabled: account !== undefined && client !== undefined && tokens.length > 0,
    queryFn: () => Promise.all(tokens.map((token) => balanceOf(client as ChainClient, token, account as Address))),
  });
  return account === undefined ? undefined : data;
}

async function balanceOf(client: ChainClient, token: Address, account: Address): Promise<bigint> {
  return token === NATIVE
    ? getBalance(client, { address: account })
    : readContract(client, { address: token, abi: erc20Abi, functionName: "balanceOf", args: [account] });
}
