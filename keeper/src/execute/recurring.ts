import { decodeContractError, recurringOrdersAbi } from "@gimbal/sdk";
import { type Address, encodeAbiParameters, encodeFunctionData, type Hex, type PublicClient, zeroAddress } from "viem";
import type { TransactionManager } from "./transactions.ts";

export interface RecurringParameters {
  readonly chainId: number;
  readonly client: PublicClient;
  readonly manager: TransactionManager;
  readonly recurringOrders: Address;
  readonly settings: RecurringSettings;
}

export interface RecurringSettings {
  readonly enabled: boolean;
  /** {raw cash} orders that pay less are left to others; 0 = every order is filed. */
  readonly leastTip: bigint;
  /** Orders in one transaction, and the gas that they may take together. */
  readonly ordersPerTransaction: number;
  readonly gasPerTransaction: bigint;
  /** Plans looked at in one call. */
  readonly page: number;
  /** Transactions in one run. */
  readonly largestRun: number;
}

export const defaultRecurringSettings: RecurringSettings = {
  enabled: true,
  leastTip: 0n,
  ordersPerTransaction: 20,
  gasPerTransaction: 10_000_000n,
  page: 100,
  largestRun: 20,
};

const checkType = [
  {
    type: "tuple",
    components: [
      { name: "first", type: "uint256" },
      { name: "count", type: "uint256" },
      { name: "most", type: "uint256" },
      { name: "maxGas", type: "uint256" },
      { name: "minTip", type: "uint256" },
    ],
  },
] as const;

/** Files the orders of everybody's plans that are due and would go through, page after page, oldest plans first. */
export async function executeDueOrders(parameters: RecurringParameters): Promise<readonly Hex[]> {
  const { chainId, client, manager, recurringOrders, settings } = parameters;
  const done: Hex[] = [];
  if (!settings.enabled) return done;
  const count = await planCount(client, recurringOrders);
  for (let first = 1n; first <= count && done.length < settings.largestRun; ) {
    const [needed, performData] = await checkUpkeep(client, recurringOrders, first, settings);
    if (!needed) {
      first += BigInt(settings.page);
      continue;
    }
    const { number } = await client.getBlock();
    const end = await manager.execute({
      intent: `${chainId}/${recurringOrders}/recurring/${number}`,
      target: recurringOrders,
      data: encodeFunctionData({ abi: recurringOrdersAbi, functionName: "performUpkeep", args: [performData] }),
      validUntil: 0,
    });
    // Somebody else did it, or it cannot be done any more: both are looked at again in the next run.
    if (end.state !== "DONE" || end.minedHash === null) break;
    done.push(end.minedHash);
  }
  return done;
}

async function planCount(client: PublicClient, recurringOrders: Address): Promise<bigint> {
  try {
    return await client.readContract({ address: recurringOrders, abi: recurringOrdersAbi, functionName: "planCount" });
  } catch (error) {
    throw decodeContractError(error);
  }
}

async function checkUpkeep(
  client: PublicClient,
  recurringOrders: Address,
  first: bigint,
  settings: RecurringSettings,
): Promise<readonly [boolean, Hex]> {
  const check = {
    first,
    count: BigInt(settings.page),
    most: BigInt(settings.ordersPerTransaction),
    maxGas: settings.gasPerTransaction,
    minTip: settings.leastTip,
  };
  try {
    const { result } = await client.simulateContract({
      address: recurringOrders,
      abi: recurringOrdersAbi,
      functionName: "checkUpkeep",
      args: [encodeAbiParameters(checkType, [check])],
      account: zeroAddress,
    });
    return result;
  } catch (error) {
    throw decodeContractError(error);
  }
}
