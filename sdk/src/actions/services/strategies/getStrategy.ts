import { type Address, type Hash, isAddressEqual } from "viem";
import { readContract } from "viem/actions";
import { strategyRegistryAbi } from "../../../abis/strategyRegistry.ts";
import { strategySharesFactoryAbi } from "../../../abis/strategySharesFactory.ts";
import type { ArgumentInvalidError } from "../../../errors/base.ts";
import { requireTokenId } from "../../../services/checks.ts";
import { STRATEGY_KINDS, type StrategyKind } from "../../../services/strategies.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../../client.ts";

export type GetStrategyParameters = AtBlock & {
  /** StrategyRegistry. */
  registry: Address;
  id: bigint;
  /** StrategySharesFactory: then `shares` says whether the token is locked in shares. */
  sharesFactory?: Address | undefined;
};

/** A token of the registry. */
export type RegisteredStrategy = {
  id: bigint;
  kind: StrategyKind;
  /** Of a locked token its shares. */
  owner: Address;
  /** What vaults pay; it pays whoever owns the token. */
  receiver: Address;
  /** {bps of the creator's part of a vault's fees} of adoptions from now on */
  royaltyBps: number;
  /** {bps of a sale's price} */
  resaleBps: number;
  /** Who gets that part of a sale's price. */
  resaleReceiver: Address;
  /** Changes of owner so far. */
  transferNonce: number;
  /** Hash of the newest version. */
  hash: Hash;
  /** Where the newest version is. */
  uri: string;
  /** Number of versions. */
  versions: number;
  /** The shares that hold the token; undefined when none do, or `sharesFactory` was not given. */
  shares: Address | undefined;
};

export type GetStrategyReturnType = RegisteredStrategy & { blockNumber: bigint };
export type GetStrategyErrorType = ReadErrorType | ArgumentInvalidError;

type At = { client: AnyClient; registry: Address; sharesFactory: Address | undefined; blockNumber: bigint };

/** A token at one block. */
export async function readStrategy(
  { client, registry, sharesFactory, blockNumber }: At,
  id: bigint,
): Promise<RegisteredStrategy> {
  const at = { address: registry, abi: strategyRegistryAbi, args: [id], blockNumber } as const;
  const [record, owner, receiver, hash, uri, versions, lock] = await Promise.all([
    readContract(client, { ...at, functionName: "recordOf" }),
    readContract(client, { ...at, functionName: "ownerOf" }),
    readContract(client, { ...at, functionName: "receiverOf" }),
    readContract(client, { ...at, functionName: "latestHash" }),
    readContract(client, { ...at, functionName: "tokenURI" }),
    readContract(client, { ...at, functionName: "versionCount" }),
    sharesFactory === undefined
      ? undefined
      : readContract(client, {
          address: sharesFactory,
          abi: strategySharesFactoryAbi,
          functionName: "sharesOf",
          args: [id],
          blockNumber,
        }),
  ]);
  const shares = lock !== undefined && isAddressEqual(lock, owner) ? lock : undefined;
  const kind = STRATEGY_KINDS[record.kind] ?? "strategy";
  return Object.freeze({ id, ...record, kind, owner, receiver, hash, uri, versions: Number(versions), shares });
}

/**
 * A strategy or dataset: kind, owner, rates, newest version.
 *
 * @example
 * const { owner, royaltyBps, hash, uri } = await getStrategy(client, { registry, id: 1n });
 */
export async function getStrategy(
  client: AnyClient,
  parameters: GetStrategyParameters,
): Promise<GetStrategyReturnType> {
  const { registry, id, sharesFactory } = parameters;
  requireTokenId(id);
  const blockNumber = await resolveBlock(client, parameters);
  const found = await withTypedErrors(() => readStrategy({ client, registry, sharesFactory, blockNumber }, id));
  return { ...found, blockNumber };
}
