import type {
  ContractCallFuture,
  NamedArtifactContractDeploymentFuture as Deployed,
  IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
import { type NetworkConfig, TIERS } from "../config/types.ts";
import type { Roles } from "./Gimbal.ts";

export interface CoreContracts {
  AssetRegistry: Deployed<"AssetRegistry">;
  KeeperRegistry: Deployed<"KeeperRegistry">;
  IndexFactory: Deployed<"IndexFactory">;
  IndexVaultImplementation: Deployed<"IndexVault">;
}

/** Stateless parts of the vault that do not fit into its own code. */
const VAULT_LIBRARIES = ["BasketLib", "FillLib", "GovernLib", "ProposalLib", "ViewLib"] as const;

/** Registries, factory and the first vault version. The deployer owns them until everything is set up. */
export function deployCore(
  m: IgnitionModuleBuilder,
  config: NetworkConfig,
  roles: Roles,
): { core: CoreContracts; tiers: ContractCallFuture<string, string>[] } {
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
    roles.feeRecipient,
  ]);
  m.call(keeperRegistry, "setFactory", [indexFactory]);

  const libraries = Object.fromEntries(VAULT_LIBRARIES.map((name) => [name, m.library(name)]));
  const implementation = m.contract("IndexVault", [indexFactory, assetRegistry, keeperRegistry], { libraries });
  m.call(indexFactory, "addVersion", [implementation]);

  const core = {
    AssetRegistry: assetRegistry,
    KeeperRegistry: keeperRegistry,
    IndexFactory: indexFactory,
    IndexVaultImplementation: implementation,
  };
  return { core, tiers };
}
