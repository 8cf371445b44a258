import {
  type Account,
  type Address,
  type ContractFunctionArgs,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  zeroAddress,
  zeroHash,
} from "viem";
import { indexFactoryAbi } from "../../abis/indexFactory.ts";
import { ArgumentInvalidError } from "../../errors/base.ts";
import { type AnyClient, addressOf, requirePositive, resolveAccount, type WriteErrorType } from "../client.ts";
import { type PreparedAction, prepare } from "../prepared.ts";
import { getApprovals, type TokenAmount } from "../requirements.ts";

type IndexParams = ContractFunctionArgs<typeof indexFactoryAbi, "nonpayable", "createIndex">[0];

export type CreateIndexParameters = Pick<IndexParams, "name" | "symbol" | "limits" | "destinations" | "threshold"> & {
  factory: Address;
  /** Seed of each token, in any order. */
  seed: readonly TokenAmount[];
  /** {share wei} minted for the seed, dead shares included. */
  shares: bigint;
  /** Decision signers, in any order. */
  signers: readonly Address[];
  /** Default: no fees, to the account. */
  fees?: IndexParams["fees"] | undefined;
  /** Default: none. */
  strategy?: IndexParams["strategy"] | undefined;
  /** Receives the seed shares; the account when left out. */
  receiver?: Address | undefined;
  /** May change fees, signers and strategy; nobody when left out. */
  curator?: Address | undefined;
  /** Makes the address unique among indices of the same account. */
  salt?: Hex | undefined;
  account?: Account | Address | undefined;
};

export type CreateIndexResult = { vault: Address };
export type CreateIndexReturnType = PreparedAction<CreateIndexResult> & { params: IndexParams };
export type CreateIndexErrorType = WriteErrorType;

function ascending<T>(items: readonly T[], key: (item: T) => Address, argument: string): T[] {
  const sorted = [...items].sort((a, b) => (BigInt(key(a)) < BigInt(key(b)) ? -1 : 1));
  sorted.forEach((item, index) => {
    const previous = sorted[index - 1];
    if (previous !== undefined && BigInt(key(previous)) === BigInt(key(item))) {
      throw new ArgumentInvalidError(argument, `must not hold ${key(item)} twice`);
    }
  });
  return sorted;
}

function toIndexParams(parameters: CreateIndexParameters, owner: Address): IndexParams {
  const { name, symbol, shares, limits, destinations, threshold } = parameters;
  requirePositive(shares, "shares");
  if (threshold < 1 || threshold > parameters.signers.length) {
    throw new ArgumentInvalidError("threshold", `must be from 1 to the ${parameters.signers.length} signers given`);
  }
  const splits = destinations.reduce((sum, { splitBps }) => sum + splitBps, 0);
  if (splits !== 10_000) throw new ArgumentInvalidError("destinations", `must split 10000 bps, not ${splits}`);
  const seed = ascending(parameters.seed, ({ token }) => token, "seed");
  return {
    name,
    symbol,
    tokens: seed.map(({ token }) => token),
    amounts: seed.map(({ amount }) => amount),
    shares,
    receiver: parameters.receiver ?? owner,
    curator: parameters.curator ?? zeroAddress,
    limits,
    destinations,
    fees: parameters.fees ?? { streamingRate: 0n, mintFeeBps: 0, recipient: owner },
    strategy: parameters.strategy ?? { recipient: zeroAddress, royaltyBps: 0, methodologyHash: zeroHash },
    signers: ascending(parameters.signers, (signer) => signer, "signers"),
    threshold,
    salt: parameters.salt ?? zeroHash,
  };
}

/**
 * Creates an index and seeds it. Anyone may.
 *
 * @example
 * const action = createIndex(client, {
 *   factory, name: "Two", symbol: "TWO", seed: [{ token: weth, amount: parseEther("1") }, { token: usdc, amount: 3_000_000_000n }],
 *   shares: parseEther("60"), limits, destinations: [{ token: usdc, splitBps: 10_000 }], signers: [signer], threshold: 1,
 * });
 * for (const { tx } of await action.getRequirements()) await send(client, { tx });
 * const { vault } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function createIndex(client: AnyClient, parameters: CreateIndexParameters): CreateIndexReturnType {
  const { factory } = parameters;
  const account = resolveAccount(client, parameters.account);
  const owner = addressOf(account);
  const params = toIndexParams(parameters, owner);
  const data = encodeFunctionData({ abi: indexFactoryAbi, functionName: "createIndex", args: [params] });
  const action = prepare({
    client,
    account,
    buildTx: () => ({ to: factory, data, value: 0n }),
    decode: (result) => ({
      vault: decodeFunctionResult({ abi: indexFactoryAbi, functionName: "createIndex", data: result }),
    }),
    getRequirements: () => getApprovals(client, owner, factory, parameters.seed),
    getSpends: async () => parameters.seed.map((amount) => ({ ...amount, owner })),
  });
  return Object.freeze({ ...action, params });
}
