import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { getCapabilities } from "viem/actions";
import { useConfig, useConnection } from "wagmi";
import { getConnectorClient } from "wagmi/actions";
import { useNetwork } from "../data/network.tsx";
import { hasCode } from "./outcome.ts";

/** {ms} How long a wallet's word about itself counts: it learns little while a page is open. */
const FRESH = 300_000;
/** Codes of a wallet that does not do it after all: no such method, no such capability, chain or size, an upgrade refused. */
const CANNOT = [-32_601, 4_200, 5_700, 5_710, 5_740, 5_750, 5_760] as const;

/** {ms} A wallet that takes longer to say what it can is served as one that cannot. */
const PATIENCE = 2_000;

export interface Batching {
  /** Whether the wallet has answered. */
  readonly isKnown: boolean;
  /** Whether the wallet sends several calls of this account on this chain as one, all or none (EIP-5792). */
  readonly canBatch: boolean;
  /** Whether the account is a contract's already, or will be at its first transaction: what it signs is no permit. */
  readonly isSmart: boolean;
  /** Takes note of what the wallet threw instead of sending a batch. Whether it cannot, so that steps go one by one from now on. */
  readonly refused: (error: unknown) => boolean;
}

/** Asks the wallet what it can. One that does not know the question cannot, and nobody is told. */
export function useBatching(): Batching {
  const config = useConfig();
  const queries: QueryClient = useQueryClient();
  const { chainId } = useNetwork();
  const { address: account, chainId: walletChainId, connector } = useConnection();
  const queryKey = ["batching", connector?.uid, account, chainId];
  const { data } = useQuery({
    queryKey,
    enabled: account !== undefined && walletChainId === chainId,
    staleTime: FRESH,
    retry: false,
    queryFn: async () => {
      const silence = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE));
      const asked = getConnectorClient(config, { chainId })
        .then((wallet) => getCapabilities(wallet, { account: wallet.account, chainId }))
        .catch(() => undefined);
      const status = (await Promise.race([asked, silence]))?.atomic?.status;
      return status === "supported" || status === "ready" ? status : "unsupported";
    },
  });
  return {
    isKnown: data !== undefined,
    canBatch: data === "supported" || data === "ready",
    isSmart: data === "supported",
    refused: (error) => {
      const cannot = hasCode(error, ...CANNOT);
      if (cannot) queries.setQueryData(queryKey, "unsupported");
      return cannot;
    },
  };
}
