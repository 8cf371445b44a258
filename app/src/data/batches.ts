import {
  type BatchWindow,
  batchDepositorAbi,
  batchFactoryAbi,
  type GetBatchAccountReturnType,
  getBatch,
  getBatchAccount,
} from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { type Address, isAddressEqual, zeroAddress } from "viem";
import { getBlock, readContract } from "viem/actions";
import { useConnection } from "wagmi";
import type { NetworkSettings } from "../settings.ts";
import { type ChainClient, fetching, useChainClient, useNetwork } from "./network.tsx";
import { readToken, type TokenWords } from "./tokenBook.ts";

/** The daily batch of an index. */
export interface BatchPlace {
  readonly depositor: Address;
  /** Token that deposits are made in. */
  readonly cash: TokenWords;
  /** The batch that takes requests now, with its times. */
  readonly next: BatchWindow & { readonly batch: bigint };
  /** {s} of the block that this was read at */
  readonly now: number;
  /** {raw cash} least deposit */
  readonly minAssets: bigint;
  /** {share wei} least redemption */
  readonly minShares: bigint;
}

/** The batch of an index; null: it has none yet, or this network knows no batches. */
export function useBatchPlace(vault: Address) {
  const network = useNetwork();
  const { chainId, deployment } = network;
  const factory = deployment.contracts.BatchFactory;
  const client = useChainClient();
  return useQuery({
    queryKey: ["batchPlace", chainId, vault],
    enabled: client !== undefined,
    ...fetching(network),
    queryFn: () => (factory === undefined ? null : readPlace(client as ChainClient, network, { factory, vault })),
  });
}

async function readPlace(
  client: ChainClient,
  network: NetworkSettings,
  { factory, vault }: { factory: Address; vault: Address },
): Promise<BatchPlace | null> {
  const at = { address: factory, abi: batchFactoryAbi } as const;
  const [depositor, cash] = await Promise.all([
    readContract(client, { ...at, functionName: "depositorOf", args: [vault] }),
    readContract(client, { ...at, functionName: "cash" }),
  ]);
  if (isAddressEqual(depositor, zeroAddress)) return null;
  const of = { address: depositor, abi: batchDepositorAbi } as const;
  const [words, { timestamp }, { batch, lockedAt, opensAt, closesAt }, minAssets, minShares] = await Promise.all([
    readToken(client, network, cash),
    getBlock(client),
    getBatch(client, { depositor }),
    readContract(client, { ...of, functionName: "minAssets" }),
    readContract(client, { ...of, functionName: "minShares" }),
  ]);
  const next = { batch, lockedAt, opensAt, closesAt };
  return { depositor, cash: words, next, now: Number(timestamp), minAssets, minShares };
}

/** About what a request brings at today's net asset value; null: it has none. */
export function useBatchEstimate(depositor: Address | undefined, side: "buy" | "sell", raw: bigint | undefined) {
  const { chainId } = useNetwork();
  const client = useChainClient();
  return useQuery({
    queryKey: ["batchEstimate", chainId, depositor, side, String(raw)],
    enabled: client !== undefined && depositor !== undefined && raw !== undefined && raw > 0n,
    queryFn: () => {
      const functionName = side === "buy" ? "convertToShares" : "convertToAssets";
      const at = { address: depositor as Address, abi: batchDepositorAbi, functionName } as const;
      return readContract(client as ChainClient, { ...at, args: [raw as bigint] }).catch(() => null);
    },
  });
}

/** What an account has in the batches of an index. */
export interface BatchHoldings {
  readonly vault: Address;
  readonly depositor: Address;
  readonly cash: TokenWords;
  /** {s} of the block that this was read at */
  readonly now: bigint;
  readonly account: GetBatchAccountReturnType;
}

/** What the connected account has in the batches of these indices; those with nothing are left out. */
export function useBatchHoldings(vaults: readonly Address[]) {
  const network = useNetwork();
  const { chainId, deployment } = network;
  const { address: controller } = useConnection();
  const factory = deployment.contracts.BatchFactory;
  const client = useChainClient();
  return useQuery({
    queryKey: ["batchHoldings", chainId, controller, vaults],
    enabled: client !== undefined && controller !== undefined,
    ...fetching(network),
    queryFn: async (): Promise<readonly BatchHoldings[]> =>
      factory === undefined
        ? []
        : readHoldings(client as ChainClient, network, { factory, vaults, controller: controller as Address }),
  });
}

async function readHoldings(
  client: ChainClient,
  network: NetworkSettings,
  { factory, vaults, controller }: { factory: Address; vaults: readonly Address[]; controller: Address },
): Promise<readonly BatchHoldings[]> {
  const { number: blockNumber, timestamp: now } = await getBlock(client);
  const at = { address: factory, abi: batchFactoryAbi, blockNumber } as const;
  const cash = await readToken(client, network, await readContract(client, { ...at, functionName: "cash" }));
  const all = await Promise.all(
    vaults.map(async (vault): Promise<BatchHoldings | undefined> => {
      const depositor = await readContract(client, { ...at, functionName: "depositorOf", args: [vault] });
      if (isAddressEqual(depositor, zeroAddress)) return undefined;
      const account = await getBatchAccount(client, { depositor, controller, blockNumber });
      return hasSomething(account) ? { vault, depositor, cash, now, account } : undefined;
    }),
  );
  return all.filter((entry) => entry !== undefined);
}

function hasSomething(account: GetBatchAccountReturnType): boolean {
  return account.deposits.length + account.redemptions.length > 0 || isClaimable(account);
}

/** Whether something can be claimed: bought, received or not exchanged. */
export function isClaimable({ sharesOut, assetsOut, refundAssets, refundShares }: GetBatchAccountReturnType): boolean {
  return sharesOut + assetsOut + refundAssets + refundShares > 0n;
}
