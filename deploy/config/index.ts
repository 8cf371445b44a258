import { arbitrumSepolia } from "./arbitrumSepolia.ts";
import { base } from "./base.ts";
import { baseSepolia } from "./baseSepolia.ts";
import { mainnet } from "./mainnet.ts";
import type { NetworkConfig } from "./types.ts";

/** Every public network, by its name in hardhat.config.ts. */
export const networks: Readonly<Record<string, NetworkConfig>> = { baseSepolia, arbitrumSepolia, base, mainnet };
