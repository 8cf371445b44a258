import { type Address, isAddressEqual, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import { strategySharesAbi } from "../../../abis/strategyShares.ts";
import { SHARES_STATUSES, type SharesStatus } from "../../../services/strategies.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../../client.ts";

export type GetSharesParameters = AtBlock & {
  /** Shares of a locked token. */
  shares: Address;
  /** Whose balance, refund and royalties; nobody's when left out. */
  account?: Address | undefined;
  /** Royalties of these tokens; none when left out. */
  tokens?: readonly Address[] | undefined;
};

/** What a lock fixed for ever. */
export type SharesTerms = {
  /** Token in the registry. */
  id: bigint;
  name: string;
  symbol: string;
  /** {share wei} all shares that ever existed */
  supply: bigint;
  /** {raw currency} least first bid */
  reservePrice: bigint;
  /** Of bids. */
  currency: Address;
  locker: Address;
  /** {s} */
  lockedAt: number;
};

/** A buy-out that somebody began. */
export type SharesBuyout = {
  bidder: Address;
  /** {raw currency} */
  bid: bigint;
  /** {s} first second in which nobody can bid */
  endsAt: number;
  /** {s} when it was settled; undefined before */
  settledAt: number | undefined;
};

/** Royalties of one token. */
export type SharesRoyalty = {
  token: Address;
  /** Number of rounds so far. */
  rounds: number;
  /** {s} first second of another round */
  nextRoundAt: bigint;
  /** {raw tokens} that the account can claim now; 0 without an account */
  claimable: bigint;
};

export type GetSharesReturnType = SharesTerms & {
  address: Address;
  blockNumber: bigint;
  status: SharesStatus;
  /** Undefined until somebody bids. */
  buyout: SharesBuyout | undefined;
  /** {raw currency} least amount of the next bid; undefined when nobody can bid any more */
  minBid: bigint | undefined;
  /** {share wei} of the account */
  balance: bigint;
  /** {raw currency} of the account's beaten bids, for `withdrawBid` */
  refund: bigint;
  royalties: readonly SharesRoyalty[];
};

export type GetSharesErrorType = ReadErrorType;

type At = { client: AnyClient; shares: Address; account: Address | undefined; blockNumber: bigint };

async function royaltyOf({ client, shares, account, blockNumber }: At, token: Address): Promise<SharesRoyalty> {
  const at = { address: shares, abi: strategySharesAbi, blockNumber } as const;
  const [rounds, nextRoundAt, claimable] = await Promise.all([
    readContract(client, { ...at, functionName: "roundCount", args: [token] }),
    readContract(client, { ...at, functionName: "nextRoundAt", args: [token] }),
    account === undefined ? 0n : readContract(client, { ...at, functionName: "claimable", args: [account, token] }),
  ]);
  return Object.freeze({ token, rounds: Number(rounds), nextRoundAt, claimable });
}

/**
 * Shares of a locked strategy: terms, where the lock stands, the auction, and what an account has of it.
 *
 * @example
 * const { status, minBid, balance, royalties } = await getShares(client, { shares, account, tokens: [vault, usdc] });
 */
export async function getShares(client: AnyClient, parameters: GetSharesParameters): Promise<GetSharesReturnType> {
  const { shares, account, tokens = [] } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: shares, abi: strategySharesAbi, blockNumber } as const;
  const here = { client, shares, account, blockNumber };
  return withTypedErrors(async () => {
    const [terms, state, sale, least, balance, refund, royalties] = await Promise.all([
      readContract(client, { ...at, functionName: "terms" }),
      readContract(client, { ...at, functionName: "status" }),
      readContract(client, { ...at, functionName: "buyout" }),
      readContract(client, { ...at, functionName: "minBid" }),
      account === undefined ? 0n : readContract(client, { ...at, functionName: "balanceOf", args: [account] }),
      account === undefined ? 0n : readContract(client, { ...at, functionName: "refundOf", args: [account] }),
      Promise.all(tokens.map((token) => royaltyOf(here, token))),
    ]);
    const status = SHARES_STATUSES[state] ?? "redeemed";
    const { bidder, bid, endsAt, endedAt } = sale;
    const settledAt = endedAt === 0 ? undefined : endedAt;
    const buyout = isAddressEqual(bidder, zeroAddress) ? undefined : { bidder, bid, endsAt, settledAt };
    const minBid = status === "locked" || status === "auction" ? least : undefined;
    return { ...terms, address: shares, blockNumber, status, buyout, minBid, balance, refund, royalties };
  });
}
