import type {
  NamedArtifactContractAtFuture as Attached,
  NamedArtifactContractDeploymentFuture as Deployed,
  IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
import { CASH, type NetworkConfig } from "../config/types.ts";
import type { GovernanceContracts } from "./Governance.ts";
import type { Timelock } from "./Timelock.ts";

/** Strategies, models, data and access to services as tokens. Absent where the cash that they cost is not listed. */
export interface ServiceContracts {
  StrategyRegistry?: Deployed<"StrategyRegistry">;
  /** What every token's receiver is a clone of; the registry makes it. */
  RoyaltyReceiverImplementation?: Attached<"RoyaltyReceiver">;
  AccessPass?: Deployed<"AccessPass">;
  StrategySharesFactory?: Deployed<"StrategySharesFactory">;
  /** What the shares of every lock are a clone of; the factory makes it. */
  StrategySharesImplementation?: Attached<"StrategyShares">;
  StrategyMarket?: Deployed<"StrategyMarket">;
}

/** Contracts of services that belong to the timelock from their constructors on. The others have no owner. */
export const OWNED_SERVICES = ["AccessPass", "StrategyMarket"] as const;

/** What sells access to services and trades it. Prices and plans are set when everything is handed over. */
export function deployServices(
  m: IgnitionModuleBuilder,
  { assets, services }: NetworkConfig,
  { GovernanceToken: gim, ScoreRegistry: scores, FeeSplitter: splitter }: GovernanceContracts,
  { IndexTimelock: timelock }: Timelock,
): ServiceContracts {
  const usdc = assets.find(({ symbol }) => symbol === CASH)?.token;
  if (usdc === undefined) return {};

  const registry = m.contract("StrategyRegistry");
  const pass = m.contract("AccessPass", [usdc, gim, registry, scores, splitter, timelock, services.uri]);
  const shares = m.contract("StrategySharesFactory", [registry, usdc, gim, pass]);
  const { marketFeeBps } = services;
  return {
    StrategyRegistry: registry,
    RoyaltyReceiverImplementation: m.contractAt("RoyaltyReceiver", m.staticCall(registry, "receiverImplementation")),
    AccessPass: pass,
    StrategySharesFactory: shares,
    StrategySharesImplementation: m.contractAt("StrategyShares", m.staticCall(shares, "implementation")),
    StrategyMarket: m.contract("StrategyMarket", [registry, pass, usdc, gim, splitter, marketFeeBps, timelock]),
  };
}
