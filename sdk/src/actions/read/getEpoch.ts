import type { Address, Hex } from "viem";
import { getBlock, readContract } from "viem/actions";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { Lane } from "../../eip712.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../client.ts";

export type GetEpochParameters = AtBlock & { vault: Address };

/** `announced`: the veto delay runs. `closed`: the window is over or it was closed early. `stopped`: its signers were revoked, or fills are paused. */
export type EpochPhase = "none" | "announced" | "open" | "stopped" | "closed" | "cancelled";

export type GetEpochReturnType = {
  blockNumber: bigint;
  id: number;
  phase: EpochPhase;
  lane: "RISK" | "DERISK";
  /** {s} */
  proposedAt: number;
  opensAt: number;
  closesAt: number;
  lastDeriskAt: number;
  refreshedAt: number;
  signersVersion: number;
  /** D18{USD/share at multiplier 1} of the tradable part */
  navUnit: bigint;
  /** {bps} sum of the weights of the tradable part */
  tradableBps: number;
  /** D18{1} of NAV/share sold in this epoch */
  turnoverUsed: bigint;
  decisionHash: Hex;
  /** What has been used of the budgets and not yet refilled. */
  buckets: { turnover: bigint; loss: bigint; deriskLoss: bigint };
};

export type GetEpochErrorType = ReadErrorType;

type Clock = { id: number; opensAt: number; closesAt: number; cancelled: boolean };

function phaseOf({ id, opensAt, closesAt, cancelled }: Clock, isOpen: boolean, timestamp: bigint): EpochPhase {
  if (id === 0) return "none";
  if (cancelled) return "cancelled";
  if (timestamp >= BigInt(closesAt)) return "closed";
  if (timestamp < BigInt(opensAt)) return "announced";
  return isOpen ? "open" : "stopped";
}

/**
 * The last rebalance of an index: its phase, clock, lane and budgets.
 *
 * @example
 * const { phase, id } = await getEpoch(client, { vault });
 * if (phase === "open") console.log(`rebalance ${id} accepts fills`);
 */
export async function getEpoch(client: AnyClient, parameters: GetEpochParameters): Promise<GetEpochReturnType> {
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: parameters.vault, abi: indexVaultAbi, blockNumber } as const;
  const [epoch, isOpen, buckets, block] = await withTypedErrors(() =>
    Promise.all([
      readContract(client, { ...at, functionName: "epoch" }),
      readContract(client, { ...at, functionName: "isOpen" }),
      readContract(client, { ...at, functionName: "buckets" }),
      getBlock(client, { blockNumber }),
    ]),
  );
  const { cancelled: _, lane, ...rest } = epoch;
  const { turnover, loss, deriskLoss } = buckets;
  return {
    ...rest,
    blockNumber,
    phase: phaseOf(epoch, isOpen, block.timestamp),
    lane: lane === Lane.RISK ? "RISK" : "DERISK",
    buckets: { turnover, loss, deriskLoss },
  };
}
