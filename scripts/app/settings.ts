import type { Chain } from "viem";
import * as chains from "viem/chains";
import { canBeLocal, isDevelopment } from "../../app/src/local.ts";
import type { Deployment } from "../../sdk/src/index.ts";

/** One network as `gimbal.json` beside the app names it; app/src/settings.ts reads it. */
export interface AppNetwork {
  readonly chainId: number;
  readonly name: string;
  readonly rpcUrl: string;
  readonly apiUrl: string | null;
  readonly explorerUrl: string | null;
  readonly deployment: Deployment;
  readonly isLocal: boolean;
}

export interface NetworkParts {
  readonly deployment: Deployment;
  readonly rpcUrl: string;
  readonly apiUrl?: string | undefined;
  /** Else the name that wallets know the chain by. */
  readonly name?: string | undefined;
  /** Root of a block explorer; else the usual one of the chain. */
  readonly explorerUrl?: string | undefined;
}

/** A network of the app. Only a development chain of this machine counts as local. */
export function appNetwork({ deployment, rpcUrl, apiUrl, name, explorerUrl }: NetworkParts): AppNetwork {
  const { chainId } = deployment;
  const isOurs = isDevelopment(chainId);
  const known: Chain | undefined = isOurs ? undefined : Object.values(chains).find(({ id }) => id === chainId);
  const usualExplorer = known?.blockExplorers?.default.url ?? null;
  return {
    chainId,
    name: name ?? known?.name ?? (isOurs ? "Local chain" : `Chain ${chainId}`),
    rpcUrl,
    apiUrl: apiUrl ?? null,
    explorerUrl: explorerUrl ?? usualExplorer,
    deployment,
    isLocal: canBeLocal(chainId, rpcUrl),
  };
}
