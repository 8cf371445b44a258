import { fileURLToPath } from "node:url";
import { createConfig, factory } from "ponder";
import { getAbiItem } from "viem";
import { accessPassAbi } from "../sdk/src/abis/accessPass.ts";
import { batchDepositorAbi } from "../sdk/src/abis/batchDepositor.ts";
import { batchFactoryAbi } from "../sdk/src/abis/batchFactory.ts";
import { buybackAbi } from "../sdk/src/abis/buyback.ts";
import { feeSplitterAbi } from "../sdk/src/abis/feeSplitter.ts";
import { gradeBookAbi } from "../sdk/src/abis/gradeBook.ts";
import { indexFactoryAbi } from "../sdk/src/abis/indexFactory.ts";
import { indexGovernorAbi } from "../sdk/src/abis/indexGovernor.ts";
import { indexVaultAbi } from "../sdk/src/abis/indexVault.ts";
import { merkleAirdropAbi } from "../sdk/src/abis/merkleAirdrop.ts";
import { optimisticModuleAbi } from "../sdk/src/abis/optimisticModule.ts";
import { recurringOrdersAbi } from "../sdk/src/abis/recurringOrders.ts";
import { revenueDistributorAbi } from "../sdk/src/abis/revenueDistributor.ts";
import { royaltyReceiverAbi } from "../sdk/src/abis/royaltyReceiver.ts";
import { saleRoundAbi } from "../sdk/src/abis/saleRound.ts";
import { saleRoundFactoryAbi } from "../sdk/src/abis/saleRoundFactory.ts";
import { strategyMarketAbi } from "../sdk/src/abis/strategyMarket.ts";
import { strategyRegistryAbi } from "../sdk/src/abis/strategyRegistry.ts";
import { strategySharesAbi } from "../sdk/src/abis/strategyShares.ts";
import { strategySharesFactoryAbi } from "../sdk/src/abis/strategySharesFactory.ts";
import { votingEscrowAbi } from "../sdk/src/abis/votingEscrow.ts";
import { zapAbi } from "../sdk/src/abis/zap.ts";
import { optional, readSettings } from "./config/settings.ts";

const settings = readSettings(process.env, fileURLToPath(new URL("..", import.meta.url)));
const { deployment, startBlock } = settings;
const { contracts } = deployment;
const at = { chain: "gimbal", startBlock } as const;

export default createConfig({
  database: settings.database,
  chains: {
    gimbal: {
      id: deployment.chainId,
      rpc: settings.rpcUrl,
      pollingInterval: settings.pollingInterval,
      maxRequestsPerSecond: settings.requestsPerSecond,
      ...(settings.logBlocks === undefined ? {} : { ethGetLogsBlockRange: settings.logBlocks }),
    },
  },
  contracts: {
    IndexFactory: { ...at, abi: indexFactoryAbi, address: contracts.IndexFactory },
    Vault: {
      ...at,
      abi: indexVaultAbi,
      address: factory({
        address: contracts.IndexFactory,
        event: getAbiItem({ abi: indexFactoryAbi, name: "IndexCreated" }),
        parameter: "vault",
        startBlock,
      }),
    },
    Zap: { ...at, abi: zapAbi, address: contracts.Zap },
    BatchFactory: { ...at, abi: batchFactoryAbi, address: optional(deployment, "BatchFactory") },
    BatchDepositor: {
      ...at,
      abi: batchDepositorAbi,
      address: factory({
        address: optional(deployment, "BatchFactory"),
        event: getAbiItem({ abi: batchFactoryAbi, name: "DepositorCreated" }),
        parameter: "depositor",
        startBlock,
      }),
    },
    RecurringOrders: { ...at, abi: recurringOrdersAbi, address: optional(deployment, "RecurringOrders") },
    VotingEscrow: { ...at, abi: votingEscrowAbi, address: optional(deployment, "VotingEscrow") },
    IndexGovernor: { ...at, abi: indexGovernorAbi, address: optional(deployment, "IndexGovernor") },
    OptimisticModule: { ...at, abi: optimisticModuleAbi, address: optional(deployment, "OptimisticModule") },
    FeeSplitter: { ...at, abi: feeSplitterAbi, address: optional(deployment, "FeeSplitter") },
    RevenueDistributor: { ...at, abi: revenueDistributorAbi, address: optional(deployment, "RevenueDistributor") },
    Buyback: { ...at, abi: buybackAbi, address: optional(deployment, "Buyback") },
    SaleRoundFactory: { ...at, abi: saleRoundFactoryAbi, address: optional(deployment, "SaleRoundFactory") },
    SaleRound: {
      ...at,
      abi: saleRoundAbi,
      address: factory({
        address: optional(deployment, "SaleRoundFactory"),
        event: getAbiItem({ abi: saleRoundFactoryAbi, name: "RoundCreated" }),
        parameter: "round",
        startBlock,
      }),
    },
    MerkleAirdrop: { ...at, abi: merkleAirdropAbi, address: optional(deployment, "MerkleAirdrop") },
    StrategyRegistry: { ...at, abi: strategyRegistryAbi, address: optional(deployment, "StrategyRegistry") },
    RoyaltyReceiver: {
      ...at,
      abi: royaltyReceiverAbi,
      address: factory({
        address: optional(deployment, "StrategyRegistry"),
        event: getAbiItem({ abi: strategyRegistryAbi, name: "StrategyRegistered" }),
        parameter: "receiver",
        startBlock,
      }),
    },
    StrategySharesFactory: {
      ...at,
      abi: strategySharesFactoryAbi,
      address: optional(deployment, "StrategySharesFactory"),
    },
    StrategyShares: {
      ...at,
      abi: strategySharesAbi,
      address: factory({
        address: optional(deployment, "StrategySharesFactory"),
        event: getAbiItem({ abi: strategySharesFactoryAbi, name: "SharesCreated" }),
        parameter: "shares",
        startBlock,
      }),
    },
    StrategyMarket: { ...at, abi: strategyMarketAbi, address: optional(deployment, "StrategyMarket") },
    AccessPass: { ...at, abi: accessPassAbi, address: optional(deployment, "AccessPass") },
    GradeBook: { ...at, abi: gradeBookAbi, address: optional(deployment, "GradeBook") },
  },
  blocks: { Day: { ...at, interval: settings.dayBlocks } },
});
