import { type Deployment, parseDeployment } from "@gimbal/sdk";
import type { Address } from "viem";

/** Address number `n` of the invented deployment. */
export const addressOf = (n: number): Address => `0x${n.toString(16).padStart(40, "0")}`;

const NAMES = [
  ...["AssetRegistry", "KeeperRegistry", "IndexFactory", "IndexVaultImplementation", "AmmFiller", "UniswapV3Adapter"],
  ...["Zap", "IndexLens", "GovernanceToken", "VotingEscrow", "ScoreRegistry", "RevenueDistributor", "FeeSplitter"],
  ...["Buyback", "Compounder", "MerkleAirdrop", "SaleRoundFactory", "IndexGovernor", "IndexTimelock"],
  ...["OptimisticModule", "AccessPass"],
];
const EXTERNAL = ["uniswapV3Factory", "swapRouter02", "quoterV2", "weth", "permit2", "multicall3"];
const named = (names: readonly string[], from: number) =>
  Object.fromEntries(names.map((name, i) => [name, addressOf(from + i)]));

/** A deployment with a DAO, services and two tokens. */
export const deployment: Deployment = parseDeployment({
  ...{ chainId: 31_337, blockNumber: 1, contracts: named(NAMES, 0x100), external: named(EXTERNAL, 0x200) },
  tokens: {
    USDC: { address: addressOf(0x300), decimals: 6, feed: addressOf(0x301) },
    WETH: { address: addressOf(0x302), decimals: 18, feed: addressOf(0x303) },
  },
});
