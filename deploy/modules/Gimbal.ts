import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { Address } from "viem";
import type { NetworkConfig } from "../config/types.ts";
import { deployCore } from "./Core.ts";
import { listAssets } from "./Listings.ts";
import { deployPeriphery } from "./Periphery.ts";

/** Who is who once the deployment is over. */
export interface Roles {
  /** The account that deploys. */
  deployer: Address;
  /** Lists assets, sets tiers, adds vault versions. Accepts the role by itself when it is not the deployer. */
  owner: Address;
  /** Freezes tokens, cancels epochs, revokes keepers, pauses minting. */
  guardian: Address;
  /** Receives the protocol's part of the fees. */
  feeRecipient: Address;
}

/** The whole protocol on one network. */
export function gimbalModule(config: NetworkConfig, roles: Roles) {
  return buildModule("Gimbal", (m) => {
    const { core, tiers } = deployCore(m, config, roles);
    const listed = listAssets(m, config, core, tiers);
    const periphery = deployPeriphery(m, config, core);

    if (roles.owner !== roles.deployer) {
      const { AssetRegistry, KeeperRegistry, IndexFactory } = core;
      for (const contract of [AssetRegistry, KeeperRegistry, IndexFactory]) {
        m.call(contract, "transferOwnership", [roles.owner], {
          id: `handOver_${contract.contractName}`,
          after: listed,
        });
      }
    }
    return { ...core, ...periphery };
  });
}
