import { type Address, getAddress, isAddress } from "viem";
import { DeploymentInvalidError, UnknownChainError } from "./errors/base.ts";

const REQUIRED_CONTRACTS = [
  "AssetRegistry",
  "KeeperRegistry",
  "IndexFactory",
  "IndexVaultImplementation",
  "AmmFiller",
  "UniswapV3Adapter",
  "Zap",
  "IndexLens",
] as const;
const REQUIRED_EXTERNAL = ["uniswapV3Factory", "swapRouter02", "quoterV2", "weth", "permit2", "multicall3"] as const;

/** The DAO and its token: together there or not at all. */
const GOVERNANCE_CONTRACTS = [
  "GovernanceToken",
  "VotingEscrow",
  "ScoreRegistry",
  "RevenueDistributor",
  "FeeSplitter",
  "Buyback",
  "Compounder",
  "MerkleAirdrop",
  "SaleRoundFactory",
  "IndexGovernor",
  "IndexTimelock",
  "OptimisticModule",
] as const;

/** Strategies, access to services and their market: together there or not at all. */
const SERVICE_CONTRACTS = [
  "StrategyRegistry",
  "StrategySharesFactory",
  "StrategyMarket",
  "AccessPass",
  "GradeBook",
] as const;

type RequiredContract = (typeof REQUIRED_CONTRACTS)[number];
type RequiredExternal = (typeof REQUIRED_EXTERNAL)[number];

export type GovernanceContract = (typeof GOVERNANCE_CONTRACTS)[number];

export type ServiceContract = (typeof SERVICE_CONTRACTS)[number];

export type TokenInfo = { address: Address; decimals: number; feed: Address };

/** What deploy/ writes to deployments/<chainId>.json. Contracts beyond the required ones are optional. */
export type Deployment = {
  chainId: number;
  /** First block that concerns the protocol: indexers start here. */
  blockNumber: number;
  contracts: Record<RequiredContract, Address> & Partial<Record<string, Address>>;
  external: Record<RequiredExternal, Address> & Partial<Record<string, Address>>;
  tokens: Record<string, TokenInfo>;
};

function asRecord(value: unknown, path: string): Record<string, unknown> {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new DeploymentInvalidError(path, "must be an object");
  }
  return value as Record<string, unknown>;
}

function asWholeNumber(value: unknown, path: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
    throw new DeploymentInvalidError(path, "must be a whole number");
  }
  return value;
}

function asAddress(value: unknown, path: string): Address {
  if (typeof value !== "string" || !isAddress(value, { strict: false })) {
    throw new DeploymentInvalidError(path, "must be an address");
  }
  return getAddress(value);
}

function asAddresses<K extends string>(
  value: unknown,
  required: readonly K[],
  path: string,
): Record<K, Address> & Partial<Record<string, Address>> {
  const record = asRecord(value, path);
  for (const key of required) if (!(key in record)) throw new DeploymentInvalidError(`${path}.${key}`, "is missing");
  const entries = Object.entries(record).map(([key, address]) => [key, asAddress(address, `${path}.${key}`)]);
  return Object.freeze(Object.fromEntries(entries));
}

function asTokens(value: unknown): Record<string, TokenInfo> {
  const entries = Object.entries(asRecord(value, "tokens")).map(([symbol, token]) => {
    const { address, decimals, feed } = asRecord(token, `tokens.${symbol}`);
    const info: TokenInfo = {
      address: asAddress(address, `tokens.${symbol}.address`),
      decimals: asWholeNumber(decimals, `tokens.${symbol}.decimals`),
      feed: asAddress(feed, `tokens.${symbol}.feed`),
    };
    return [symbol, Object.freeze(info)] as const;
  });
  return Object.freeze(Object.fromEntries(entries));
}

/**
 * Checks the content of deployments/<chainId>.json and gives it a type.
 *
 * @example
 * import local from "../deployments/31337.json" with { type: "json" };
 * import { parseDeployment } from "@gimbal/sdk";
 *
 * const { contracts } = parseDeployment(local);
 * contracts.IndexFactory; // "0x..."
 */
export function parseDeployment(json: unknown): Deployment {
  const { chainId, blockNumber, contracts, external, tokens } = asRecord(json, "deployment");
  return Object.freeze({
    chainId: asWholeNumber(chainId, "chainId"),
    blockNumber: asWholeNumber(blockNumber, "blockNumber"),
    contracts: asAddresses(contracts, REQUIRED_CONTRACTS, "contracts"),
    external: asAddresses(external, REQUIRED_EXTERNAL, "external"),
    tokens: asTokens(tokens),
  });
}

/**
 * Addresses of the governance side: token, escrow, tiers, revenue, airdrop, sales, governor and timelock.
 *
 * @example
 * const { VotingEscrow: escrow, ScoreRegistry: scores } = governanceOf(parseDeployment(local));
 * const { power, tier } = await getLock(client, { escrow, scores, account });
 */
export function governanceOf({ contracts }: Pick<Deployment, "contracts">): Record<GovernanceContract, Address> {
  return asAddresses(contracts, GOVERNANCE_CONTRACTS, "contracts") as Record<GovernanceContract, Address>;
}

/**
 * Addresses of the services: strategies, shares of them, their market, credits and plans, grades. A deployment where
 * nothing is sold may still have `contracts.GradeBook`.
 *
 * @example
 * const { AccessPass: pass, StrategyRegistry: registry } = servicesOf(parseDeployment(local));
 * const { credits, plans } = await getCredits(client, { pass, account });
 */
export function servicesOf({ contracts }: Pick<Deployment, "contracts">): Record<ServiceContract, Address> {
  return asAddresses(contracts, SERVICE_CONTRACTS, "contracts") as Record<ServiceContract, Address>;
}

/**
 * The deployment of a chain.
 *
 * @example
 * const deployment = getDeployment([mainnet, local].map(parseDeployment), await client.getChainId());
 */
export function getDeployment(deployments: readonly Deployment[], chainId: number): Deployment {
  const found = deployments.find((deployment) => deployment.chainId === chainId);
  if (found === undefined) {
    throw new UnknownChainError(
      chainId,
      deployments.map((deployment) => deployment.chainId),
    );
  }
  return found;
}
