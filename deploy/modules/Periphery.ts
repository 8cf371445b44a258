import type {
  NamedArtifactContractAtFuture as Attached,
  NamedArtifactContractDeploymentFuture as Deployed,
  IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
import type { NetworkConfig } from "../config/types.ts";
import type { CoreContracts } from "./Core.ts";

export interface PeripheryContracts {
  UniswapV3Adapter: Deployed<"UniswapV3Adapter">;
  AmmFiller: Deployed<"AmmFiller">;
  Zap: Deployed<"Zap">;
  ZapExecutor: Attached<"ZapExecutor">;
  IndexLens: Deployed<"IndexLens">;
  KeeperUpkeep: Deployed<"KeeperUpkeep">;
  CreReceiver?: Deployed<"CreReceiver">;
}

/** What stands around the core and holds no rights in it. */
export function deployPeriphery(
  m: IgnitionModuleBuilder,
  config: NetworkConfig,
  core: CoreContracts,
): PeripheryContracts {
  const { uniswapV3Factory, weth, permit2 } = config.external;

  const adapter = m.contract("UniswapV3Adapter", [uniswapV3Factory]);
  const zap = m.contract("Zap", [core.IndexFactory, uniswapV3Factory, weth, permit2]);
  const contracts = {
    UniswapV3Adapter: adapter,
    AmmFiller: m.contract("AmmFiller", [core.IndexFactory, [adapter]]),
    Zap: zap,
    ZapExecutor: m.contractAt("ZapExecutor", m.staticCall(zap, "executor")),
    IndexLens: m.contract("IndexLens", [core.IndexFactory, core.AssetRegistry, core.KeeperRegistry]),
    KeeperUpkeep: m.contract("KeeperUpkeep", [core.IndexFactory, core.AssetRegistry]),
  };
  if (config.cre === undefined) return contracts;

  const { forwarder, workflowId, workflowOwner } = config.cre;
  return { ...contracts, CreReceiver: m.contract("CreReceiver", [forwarder, workflowId, workflowOwner]) };
}
