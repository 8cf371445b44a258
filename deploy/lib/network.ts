import type { ExecutionEventListener } from "@nomicfoundation/ignition-core";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConfig } from "../config/types.ts";
import { gimbalModule, type Roles } from "../modules/Gimbal.ts";
import { addressBook, type Deployment, writeAddressBook } from "./addresses.ts";
import { type RpcProvider, type RunOptions, runModule } from "./ignition.ts";
import { verifyRoleTable } from "./roleTable.ts";

export interface NetworkDeployment {
  config: NetworkConfig;
  roles: Roles;
  /** Folder of Ignition's journal. */
  journal: string;
  /** Path of deployments/<chainId>.json. */
  book: string;
  polling?: RunOptions["config"];
  listener?: ExecutionEventListener;
}

/** Thrown before anything is sent when the configuration does not belong to the chain that answers. */
export class WrongChainError extends Error {
  constructor(name: string, expected: number, actual: number) {
    super(`The configuration "${name}" is for chain ${expected}, but the node says it is chain ${actual}.`);
    this.name = "WrongChainError";
  }
}

/** Deploys the protocol, or what is missing of it, checks who has which right, and writes the address book. */
export async function deployNetwork(
  hre: HardhatRuntimeEnvironment,
  provider: RpcProvider,
  { config, roles, journal, book, polling, listener }: NetworkDeployment,
): Promise<{ deployment: Deployment; changed: boolean }> {
  const chainId = Number(await provider.request({ method: "eth_chainId" }));
  if (chainId !== config.chainId) throw new WrongChainError(config.name, config.chainId, chainId);

  const blockNumber = Number(await provider.request({ method: "eth_blockNumber" })) + 1;
  const contracts = await runModule(hre, gimbalModule(config, roles), {
    provider,
    journal,
    ...(polling === undefined ? {} : { config: polling }),
    ...(listener === undefined ? {} : { listener }),
  });
  const deployment = addressBook(config, contracts, blockNumber);
  await verifyRoleTable(hre, provider, deployment, config, roles);
  return { deployment, changed: writeAddressBook(book, deployment) };
}
