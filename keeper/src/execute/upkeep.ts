import { decodeContractError, keeperUpkeepAbi } from "@gimbal/sdk";
import { type Address, encodeAbiParameters, encodeFunctionData, type Hex, type PublicClient, zeroAddress } from "viem";
import type { TransactionManager } from "./transactions.ts";

export interface UpkeepParameters {
  readonly chainId: number;
  readonly client: PublicClient;
  readonly manager: TransactionManager;
  readonly keeperUpkeep: Address;
  readonly vault: Address;
  readonly settings: UpkeepSettings;
}

export interface UpkeepSettings {
  readonly refreshMoveBps: number; // {bps} refresh targets once a price is this far from its snapshot; 0 = never
  readonly leastFeeShares: bigint; // {share wei} hand out fees once this much is pending; 0 = never
  readonly largestRun: number; // actions in one run
}

export const defaultUpkeepSettings: UpkeepSettings = { refreshMoveBps: 500, leastFeeShares: 0n, largestRun: 20 };

const planType = [
  {
    type: "tuple",
    components: [
      { name: "vault", type: "address" },
      { name: "minMoveBps", type: "uint16" },
      { name: "minFeeShares", type: "uint256" },
      {
        name: "announcements",
        type: "tuple[]",
        components: [
          { name: "action", type: "uint8" },
          { name: "arguments", type: "bytes" },
        ],
      },
    ],
  },
] as const;

/** Does what anyone may do for a vault (breakers, shortfalls, closing, refreshing), most urgent first, until nothing is left. */
export async function performUpkeep(parameters: UpkeepParameters): Promise<readonly Hex[]> {
  const { chainId, client, manager, keeperUpkeep, vault, settings } = parameters;
  const plan = { vault, minMoveBps: settings.refreshMoveBps, minFeeShares: settings.leastFeeShares, announcements: [] };
  const checkData = encodeAbiParameters(planType, [plan]);

  const done: Hex[] = [];
  while (done.length < settings.largestRun) {
    const [needed, performData] = await checkUpkeep(client, keeperUpkeep, checkData);
    if (!needed) break;
    const { number } = await client.getBlock();
    const end = await manager.execute({
      intent: `${chainId}/${vault}/upkeep/${number}`,
      target: keeperUpkeep,
      data: encodeFunctionData({ abi: keeperUpkeepAbi, functionName: "performUpkeep", args: [performData] }),
      validUntil: 0,
    });
    // Somebody else did it, or it cannot be done any more: both are looked at again in the next run.
    if (end.state !== "DONE" || end.minedHash === null) break;
    done.push(end.minedHash);
  }
  return done;
}

async function checkUpkeep(
  client: PublicClient,
  keeperUpkeep: Address,
  checkData: Hex,
): Promise<readonly [boolean, Hex]> {
  try {
    const { result } = await client.simulateContract({
      address: keeperUpkeep,
      abi: keeperUpkeepAbi,
      functionName: "checkUpkeep",
      args: [checkData],
      account: zeroAddress,
    });
    return result;
  } catch (error) {
    throw decodeContractError(error);
  }
}
