import { createContext, type ReactNode, use, useMemo } from "react";
import { useClient, useConnection } from "wagmi";
import type { NetworkSettings } from "../settings.ts";
import { type Api, createApi } from "./api.ts";
import type { ChainClient } from "./chainClient.ts";

export type { ChainClient };

const Networks = createContext<readonly NetworkSettings[]>([]);

/** Gives the networks of the settings to everything below. */
export function NetworksProvider({
  networks,
  children,
}: {
  networks: readonly NetworkSettings[];
  children: ReactNode;
}) {
  return <Networks value={networks}>{children}</Networks>;
}

/** The network that pages show: the wallet's if the app knows it, else the first one. */
export function useNetwork(): NetworkSettings {
  const networks = use(Networks);
  const { chainId } = useConnection();
  const found = networks.find((network) => network.chainId === chainId) ?? networks[0];
  if (found === undefined) throw new Error("no network is named");
  return found;
}

/** Reads from the network that pages show. */
export function useChainClient(): ChainClient | undefined {
  const { chainId } = useNetwork();
  return useClient({ chainId });
}

/**
 * For what changes with the clock of the chain alone: it is read anew by itself, often on a chain of this machine, whose clock
 * may jump.
 */
export const fetching = ({ isLocal }: NetworkSettings) => ({ refetchInterval: isLocal ? 5_000 : 30_000 });

/** The API of that network; undefined when it has none. */
export function useApi(): Api | undefined {
  const { apiUrl } = useNetwork();
  return useMemo(() => (apiUrl === null ? undefined : createApi(apiUrl)), [apiUrl]);
}
