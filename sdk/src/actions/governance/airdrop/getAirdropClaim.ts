import type { Address } from "viem";
import { getBlock, readContract } from "viem/actions";
import { merkleAirdropAbi } from "../../../abis/merkleAirdrop.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import { type Airdrop, type AirdropEntry, findAirdropEntry, isInAirdrop } from "../../../governance/airdropFile.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../../client.ts";

export type GetAirdropClaimParameters = AtBlock & {
  airdrop: Address;
  /** Number of the wave, from 0. */
  wave: bigint;
  /** The wave's list, from `parseAirdropFile`. */
  list: Airdrop;
  account: Address;
};

/** none: the list does not name the account. waiting: the wave has not begun. */
export type AirdropStatus = "none" | "waiting" | "open" | "claimed" | "ended";

export type GetAirdropClaimReturnType = {
  blockNumber: bigint;
  status: AirdropStatus;
  /** What `claimAirdrop` takes. */
  entry: AirdropEntry | undefined;
  /** {s} */
  start: number;
  /** {s} first second without claims */
  deadline: number;
  /** {s} when everything has vested */
  vestEnd: number;
  /** {GIM wei} on top for the longest lock, of 52 weeks, as the pool is now */
  largestBonus: bigint;
  /** {GIM wei} that vests for the account in all */
  vesting: bigint;
  /** {GIM wei} of it that was paid */
  released: bigint;
  /** {GIM wei} of it that `releaseVesting` would pay now */
  releasable: bigint;
};

export type GetAirdropClaimErrorType = ReadErrorType | ArgumentInvalidError;

type Times = { timestamp: bigint; start: number; deadline: number };

function statusOf(entry: AirdropEntry | undefined, isClaimed: boolean, times: Times): AirdropStatus {
  if (entry === undefined) return "none";
  if (isClaimed) return "claimed";
  if (times.timestamp < BigInt(times.start)) return "waiting";
  return times.timestamp < BigInt(times.deadline) ? "open" : "ended";
}

/**
 * What an account can claim of a wave, and what has vested of it.
 *
 * @example
 * const list = parseAirdropFile(json);
 * const { status, entry, largestBonus } = await getAirdropClaim(client, { airdrop, wave: 0n, list, account });
 * if (status === "open" && entry) await claimAirdrop(client, { airdrop, entry, lockWeeks: 52 });
 */
export async function getAirdropClaim(
  client: AnyClient,
  parameters: GetAirdropClaimParameters,
): Promise<GetAirdropClaimReturnType> {
  const { airdrop, wave, list, account } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: airdrop, abi: merkleAirdropAbi, blockNumber } as const;
  const entry = findAirdropEntry(list, account);
  const amount = entry?.amount ?? 0n;
  const [root, terms, { timestamp }, isClaimed, largestBonus, vests, releasable] = await withTypedErrors(() =>
    Promise.all([
      readContract(client, { ...at, functionName: "rootOf", args: [wave] }),
      readContract(client, { ...at, functionName: "waveOf", args: [wave] }),
      getBlock(client, { blockNumber }),
      entry && readContract(client, { ...at, functionName: "isClaimed", args: [wave, BigInt(entry.index)] }),
      readContract(client, { ...at, functionName: "bonusFor", args: [amount, 52n] }),
      readContract(client, { ...at, functionName: "vestingOf", args: [wave, account] }),
      readContract(client, { ...at, functionName: "releasable", args: [wave, account] }),
    ]),
  );
  const { start, deadline, vestEnd } = terms;
  if (BigInt(root) === 0n) throw new ArgumentInvalidError("wave", `${wave} has not been announced`);
  if (entry !== undefined && !isInAirdrop(root, entry)) {
    throw new ArgumentInvalidError("list", `is not that of wave ${wave}: its proof leads elsewhere`);
  }
  const status = statusOf(entry, isClaimed ?? false, { timestamp, start, deadline });
  const vested = { vesting: vests.total, released: vests.released, releasable };
  return { blockNumber, status, entry, start, deadline, vestEnd, largestBonus, ...vested };
}
