import {
  type Airdrop,
  type GetAirdropClaimReturnType,
  getAirdropClaim,
  governanceOf,
  merkleAirdropAbi,
} from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { type Address, type Hex, zeroAddress } from "viem";
import { getBlock, readContract } from "viem/actions";
import { useConnection } from "wagmi";
import type { NetworkSettings } from "../settings.ts";
import { type ChainClient, fetching, useChainClient, useNetwork } from "./network.tsx";

/** One wave of the airdrop, and what vests of it for the account. */
export interface Wave {
  readonly number: bigint;
  readonly root: Hex;
  /** {GIM wei} not claimed yet */
  readonly remaining: bigint;
  /** {GIM wei} of all accounts */
  readonly total: bigint;
  /** {s} */
  readonly start: number;
  /** {s} first second without claims */
  readonly deadline: number;
  /** {s} when everything has vested */
  readonly vestEnd: number;
  /** {GIM wei} that vests for the account in all; undefined: nobody is connected. */
  readonly vesting: bigint | undefined;
  /** {GIM wei} of it that was paid */
  readonly released: bigint | undefined;
  /** {GIM wei} of it that can be paid now */
  readonly releasable: bigint | undefined;
}

export interface AirdropState {
  readonly waves: readonly Wave[];
  /** {s} of the block */
  readonly now: number;
  /** {GIM wei} for those who lock, first come, first served */
  readonly bonusPool: bigint;
  /** {bps} of a claim that is paid at once when it is not locked */
  readonly liquidBps: bigint;
  /** {weeks} */
  readonly minLockWeeks: number;
  /** {weeks} */
  readonly maxLockWeeks: number;
}

/** All waves, and what vests of them for whoever is connected. */
export function useAirdrop() {
  const network = useNetwork();
  const client = useChainClient();
  const { address: account } = useConnection();
  return useQuery({
    queryKey: ["airdrop", network.chainId, account],
    enabled: client !== undefined && network.deployment.contracts.MerkleAirdrop !== undefined,
    ...fetching(network),
    queryFn: () => readAirdrop(client as ChainClient, network, account),
  });
}

async function readAirdrop(
  client: ChainClient,
  { deployment }: NetworkSettings,
  account: Address | undefined,
): Promise<AirdropState> {
  const { MerkleAirdrop: airdrop } = governanceOf(deployment);
  const { number: blockNumber, timestamp } = await getBlock(client);
  const at = { address: airdrop, abi: merkleAirdropAbi, blockNumber } as const;
  const [count, bonusPool, liquidBps, least, most] = await Promise.all([
    readContract(client, { ...at, functionName: "waveCount" }),
    readContract(client, { ...at, functionName: "bonusPool" }),
    readContract(client, { ...at, functionName: "LIQUID_BPS" }),
    readContract(client, { ...at, functionName: "MIN_LOCK_WEEKS" }),
    readContract(client, { ...at, functionName: "MAX_LOCK_WEEKS" }),
  ]);
  const waves = await Promise.all(
    Array.from({ length: Number(count) }, async (_, i): Promise<Wave> => {
      const number = BigInt(i);
      const args = [number, account ?? zeroAddress] as const;
      const [root, terms, vesting, releasable] = await Promise.all([
        readContract(client, { ...at, functionName: "rootOf", args: [number] }),
        readContract(client, { ...at, functionName: "waveOf", args: [number] }),
        readContract(client, { ...at, functionName: "vestingOf", args }),
        readContract(client, { ...at, functionName: "releasable", args }),
      ]);
      const { remaining, total, start, deadline, vestEnd } = terms;
      const own =
        account === undefined
          ? { vesting: undefined, released: undefined, releasable: undefined }
          : { vesting: vesting.total, released: vesting.released, releasable };
      return { number, root, remaining, total, start, deadline, vestEnd, ...own };
    }),
  );
  const weeks = { minLockWeeks: Number(least), maxLockWeeks: Number(most) };
  return { waves, now: Number(timestamp), bonusPool, liquidBps, ...weeks };
}

/** What the account can claim by a list. Asked anew whenever the chain may have changed. */
export function useAirdropClaim(wave: Wave | undefined, list: Airdrop | undefined) {
  const network = useNetwork();
  const client = useChainClient();
  const { address: account } = useConnection();
  return useQuery({
    queryKey: ["airdrop-claim", network.chainId, account, wave?.root, list?.root],
    enabled: client !== undefined && account !== undefined && wave !== undefined && list !== undefined,
    ...fetching(network),
    queryFn: (): Promise<GetAirdropClaimReturnType> =>
      getAirdropClaim(client as ChainClient, {
        airdrop: governanceOf(network.deployment).MerkleAirdrop,
        wave: (wave as Wave).number,
        list: list as Airdrop,
        account: account as Address,
      }),
  });
}

/** {GIM wei} on top of a claim that is locked for so many weeks, as the pool is now. */
export function useAirdropBonus(amount: bigint, weeks: number) {
  const network = useNetwork();
  const client = useChainClient();
  return useQuery({
    queryKey: ["airdrop-bonus", network.chainId, amount.toString(), weeks],
    enabled: client !== undefined,
    placeholderData: (previous) => previous,
    queryFn: () =>
      readContract(client as ChainClient, {
        address: governanceOf(network.deployment).MerkleAirdrop,
        abi: merkleAirdropAbi,
        functionName: "bonusFor",
        args: [amount, BigInt(weeks)],
      }),
  });
}
