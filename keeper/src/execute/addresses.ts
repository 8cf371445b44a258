import type { Deployment } from "@gimbal/sdk";
import type { Address } from "viem";

/** The contracts that the keeper talks to. */
export interface KeeperAddresses {
  readonly assetRegistry: Address;
  readonly keeperRegistry: Address;
  readonly indexLens: Address;
  readonly ammFiller: Address;
  readonly venueAdapter: Address;
  /** Does upkeep that anyone may do; without it the keeper only proposes and fills. */
  readonly keeperUpkeep: Address | null;
  /** Files recurring orders; without it there are none. */
  readonly recurringOrders: Address | null;
  readonly uniswapV3Factory: Address;
  readonly quoterV2: Address;
  readonly weth: Address;
}

/** Picks what the keeper needs from a deployment. */
export function toKeeperAddresses({ contracts, external }: Deployment): KeeperAddresses {
  return {
    assetRegistry: contracts.AssetRegistry,
    keeperRegistry: contracts.KeeperRegistry,
    indexLens: contracts.IndexLens,
    ammFiller: contracts.AmmFiller,
    venueAdapter: contracts.UniswapV3Adapter,
    keeperUpkeep: contracts.KeeperUpkeep ?? null,
    recurringOrders: contracts.RecurringOrders ?? null,
    uniswapV3Factory: external.uniswapV3Factory,
    quoterV2: external.quoterV2,
    weth: external.weth,
  };
}
