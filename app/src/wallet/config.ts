import { type Chain, defineChain } from "viem";
import { createConfig, http } from "wagmi";
import type { NetworkSettings } from "../settings.ts";
import { type Approver, embeddedWallet } from "./embedded.ts";

/** A network of the settings as wallets and viem know it. */
export function chainOf({ chainId, name, rpcUrl, explorerUrl, deployment, isLocal }: NetworkSettings): Chain {
  const { multicall3 } = deployment.external;
  return defineChain({
    id: chainId,
    name,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
    ...(explorerUrl === null ? {} : { blockExplorers: { default: { name: "Explorer", url: explorerUrl } } }),
    contracts: { multicall3: { address: multicall3 } },
    testnet: isLocal,
  });
}

/** {ms} between two looks for a block. A chain of this machine makes one as soon as something is sent. */
const POLLING = { local: 500, other: 4_000 } as const;

/** Wallets announced in the browser (EIP-6963) and the embedded one; no key of any service. */
export function createWalletConfig(networks: readonly NetworkSettings[], approver: Approver) {
  const [first, ...rest] = networks.map(chainOf);
  if (first === undefined) throw new Error("no network is named");
  return createConfig({
    chains: [first, ...rest],
    connectors: [embeddedWallet(approver)],
    multiInjectedProviderDiscovery: true,
    pollingInterval: Object.fromEntries(
      networks.map(({ chainId, isLocal }) => [chainId, isLocal ? POLLING.local : POLLING.other]),
    ),
    transports: Object.fromEntries(networks.map(({ chainId, rpcUrl }) => [chainId, http(rpcUrl, { batch: true })])),
  });
}
