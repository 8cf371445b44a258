import type {
  NamedArtifactContractAtFuture as Attached,
  NamedArtifactContractDeploymentFuture as Deployed,
  IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
import { CASH, type NetworkConfig } from "../config/types.ts";
import type { CoreContracts } from "./Core.ts";

export interface PeripheryContracts {
  UniswapV3Adapter: Deployed<"UniswapV3Adapter">;
  AmmFiller: Deployed<"AmmFiller">;
  Zap: Deployed<"Zap">;
  ZapExecutor: Attached<"ZapExecutor">;
  IndexLens: Deployed<"IndexLens">;
  KeeperUpkeep: Deployed<"KeeperUpkeep">;
  GradeBook: Deployed<"GradeBook">;
  CreReceiver?: Deployed<"CreReceiver">;
  BatchFactory?: Deployed<"BatchFactory">;
  BatchDepositorImplementation?: Attached<"BatchDepositor">;
  RecurringOrders?: Deployed<"RecurringOrders">;
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
    GradeBook: m.contract("GradeBook", [core.IndexFactory]),
  };
  const batches = deployBatches(m, config, core);
  return { ...contracts, ...batches, ...deployReceiver(m, config, { ...contracts, ...batches }) };
}

/** Batch deposits, where their cash is listed. */
function deployBatches(m: IgnitionModuleBuilder, config: NetworkConfig, core: CoreContracts) {
  const cash = config.assets.find(({ symbol }) => symbol === CASH)?.token;
  if (cash === undefined) return {};
  const factory = m.contract("BatchFactory", [core.IndexFactory, core.AssetRegistry, cash]);
  const implementation = m.contractAt("BatchDepositor", m.staticCall(factory, "implementation"));
  const orders = m.contract("RecurringOrders", [factory, config.external.permit2]);
  return { BatchFactory: factory, BatchDepositorImplementation: implementation, RecurringOrders: orders };
}

/** The receiver of a workflow, where one is registered. It brings upkeep too, so it needs what does it. */
function deployReceiver(
  m: IgnitionModuleBuilder,
  { cre, name }: NetworkConfig,
  { KeeperUpkeep, RecurringOrders }: Pick<PeripheryContracts, "KeeperUpkeep" | "RecurringOrders">,
): Pick<PeripheryContracts, "CreReceiver"> {
  if (cre === undefined) return {};
  if (RecurringOrders === undefined)
    throw new Error(`${name}: list ${CASH} or leave out the workflow of Chainlink CRE`);
  const workflow = [cre.forwarder, cre.workflowId, cre.workflowOwner];
  return { CreReceiver: m.contract("CreReceiver", [...workflow, KeeperUpkeep, RecurringOrders, cre.tipReceiver]) };
}
