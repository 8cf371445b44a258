import type {
  ContractCallFuture,
  NamedArtifactContractDeploymentFuture as Deployed,
  IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
import { type NetworkConfig, TIERS } from "../config/types.ts";
import type { Roles } from "./Gimbal.ts";
import type { Timelock } from "./Timelock.ts";

export interface CoreContracts {
  AssetRegistry: Deployed<"AssetRegistry">;
  KeeperRegistry: Deployed<"KeeperRegistry">;
  IndexFactory: Deployed<"IndexFactory">;
  IndexVaultImplementation: Deployed<"IndexVault">;
}

type Call = ContractCallFuture<string, string>;

/** Stateless parts of the vault that do not fit into its own code. */
const VAULT_LIBRARIES = ["BasketLib", "FillLib", "GovernLib", "ProposalLib", "ViewLib"] as const;

/** Registries, factory and the first vault version. The deployer owns them until they are handed over. */
export function deployCore(
  m: IgnitionModuleBuilder,
  config: NetworkConfig,
  roles: Roles,
  { IndexTimelock }: Timelock,
): { core: CoreContracts; tiers: Call[]; settings: Call[] } {
  const deployer = m.getAccount(0);

  // First of all: it names the guardian, whom everything else reads here.
  const keeperRegistry = m.contract("KeeperRegistry", [deployer, roles.guardian]);
  const assetRegistry = m.contract("AssetRegistry", [
    deployer,
    keeperRegistry,
    config.sequencerFeed,
    config.sequencerGrace,
  ]);
  const tiers = Object.entries(TIERS).map(([name, { id, maxWeightBps }]) =>
    m.call(assetRegistry, "setTier", [id, maxWeightBps], { id: `setTier_${name}` }),
  );

  const indexFactory = m.contract("IndexFactory", [
    deployer,
    assetRegistry,
    keeperRegistry,
    config.protocolFeeBps,
    IndexTimelock, // until the splitter is there
  ]);
  const factorySet = m.call(keeperRegistry, "setFactory", [indexFactory]);

  const libraries = Object.fromEntries(VAULT_LIBRARIES.map((name) => [name, m.library(name)]));
  const implementation = m.contract("IndexVault", [indexFactory, assetRegistry, keeperRegistry], { libraries });
  const versionAdded = m.call(indexFactory, "addVersion", [implementation]);

  const core = {
    AssetRegistry: assetRegistry,
    KeeperRegistry: keeperRegistry,
    IndexFactory: indexFactory,
    IndexVaultImplementation: implementation,
  };
  return { core, tiers, settings: [...tiers, factorySet, versionAdded] };
}
