import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { Address } from "viem";
import type { Accounts, NetworkConfig } from "../config/types.ts";
import { deployCore } from "./Core.ts";
import { allocate, deployGovernance } from "./Governance.ts";
import { handOver } from "./HandOver.ts";
import { listAssets } from "./Listings.ts";
import { deployPeriphery } from "./Periphery.ts";
import { deployServices } from "./Services.ts";
import { deployTimelock } from "./Timelock.ts";

/** Who is who once the deployment is over. The owner of everything is the timelock; the deployer keeps nothing. */
export interface Roles extends Accounts {
  /** The account that deploys. */
  deployer: Address;
}

/** The whole protocol on one network. */
export function gimbalModule(config: NetworkConfig, roles: Roles) {
  return buildModule("Gimbal", (m) => {
    const timelock = deployTimelock(m);
    const { core, tiers, settings } = deployCore(m, config, roles, timelock);
    const listed = listAssets(m, config, core, tiers);
    const periphery = deployPeriphery(m, config, core);
    const governance = deployGovernance(m, config, roles, core, periphery, timelock);
    const allocated = allocate(m, roles, governance, timelock);
    const services = deployServices(m, config, governance, timelock);
    const contracts = { ...core, ...periphery, ...timelock, ...governance, ...services };

    handOver(m, config, contracts, [...settings, ...listed, ...allocated]);
    return contracts;
  });
}
