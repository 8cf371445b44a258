import { type Address, erc20Abi, zeroAddress } from "viem";
import { getBlock, readContract } from "viem/actions";
import { saleRoundAbi } from "../../../abis/saleRound.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../../client.ts";

export type GetSaleParameters = AtBlock & {
  sale: Address;
  /** Whose access and commitment; nobody's when left out. */
  account?: Address | undefined;
};

const STATUSES = ["announced", "funded", "open", "succeeded", "missed", "lapsed", "cancelled"] as const;

/** missed: the soft cap. lapsed: the issuer's tokens did not come in time. */
export type SaleStatus = (typeof STATUSES)[number];

export type SaleTerms = {
  /** Brings the tokens, gets the payment and what was not sold. */
  issuer: Address;
  /** A US dollar token. */
  paymentToken: Address;
  saleToken: Address;
  /** {raw payment tokens} most that is accepted */
  hardCap: bigint;
  /** {raw payment tokens} less than that committed: everybody is refunded */
  softCap: bigint;
  /** {raw sale tokens} sold when the hard cap is met; the price is hardCap / saleAmount */
  saleAmount: bigint;
  /** {s} when scores are read */
  snapshot: number;
  /** {s} */
  start: number;
  /** {s} */
  end: number;
  /** {s} after the end without any sale token */
  cliff: number;
  /** {s} after the end until all of them are out */
  vesting: number;
  /** {bps} of the payment, to the protocol */
  feeBps: number;
};

export type SaleAccess = {
  /** 1 to 10 at the snapshot; 0 = may not commit */
  tier: number;
  /** {raw payment tokens} that it may commit in all */
  cap: bigint;
  /** {s} first second of its commitments */
  opensAt: bigint;
  /** {raw payment tokens} */
  committed: bigint;
  settled: boolean;
  /** {raw payment tokens} accepted as things stand */
  accepted: bigint;
  /** {raw payment tokens} that come back as things stand */
  refund: bigint;
  /** {raw sale tokens} as things stand */
  bought: bigint;
  /** {raw sale tokens} that can be released now */
  releasable: bigint;
};

export type GetSaleReturnType = {
  blockNumber: bigint;
  status: SaleStatus;
  terms: SaleTerms;
  /** {raw payment tokens} of all */
  totalCommitted: bigint;
  /** For `paymentToken`. */
  paymentDecimals: number;
  /** Of the account that was asked about, once the snapshot has passed. */
  access: SaleAccess | undefined;
};

export type GetSaleErrorType = ReadErrorType;

async function readAccess(
  client: AnyClient,
  sale: Address,
  account: Address,
  blockNumber: bigint,
): Promise<SaleAccess> {
  const at = { address: sale, abi: saleRoundAbi, blockNumber, args: [account] } as const;
  const [[tier, cap, opensAt], [committed, settled], [accepted, refund, bought], releasable] = await Promise.all([
    readContract(client, { ...at, functionName: "accessOf" }),
    readContract(client, { ...at, functionName: "commitmentOf" }),
    readContract(client, { ...at, functionName: "resultOf" }),
    readContract(client, { ...at, functionName: "releasableOf" }),
  ]);
  return { tier, cap, opensAt, committed, settled, accepted, refund, bought, releasable };
}

/**
 * An early-access sale, and what an account may do in it.
 *
 * @example
 * const { status, access } = await getSale(client, { sale, account });
 * if (status === "open" && access && access.committed < access.cap) {
 *   const action = await commitToSale(client, { sale, amount: access.cap - access.committed });
 * }
 */
export async function getSale(client: AnyClient, parameters: GetSaleParameters): Promise<GetSaleReturnType> {
  const { sale, account = zeroAddress } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: sale, abi: saleRoundAbi, blockNumber } as const;
  return withTypedErrors(async () => {
    const [terms, status, totalCommitted, { timestamp }] = await Promise.all([
      readContract(client, { ...at, functionName: "terms" }),
      readContract(client, { ...at, functionName: "status" }),
      readContract(client, { ...at, functionName: "totalCommitted" }),
      getBlock(client, { blockNumber }),
    ]);
    const token = { address: terms.paymentToken, abi: erc20Abi, blockNumber } as const;
    const isKnown = account !== zeroAddress && timestamp > BigInt(terms.snapshot);
    const [paymentDecimals, access] = await Promise.all([
      readContract(client, { ...token, functionName: "decimals" }),
      isKnown ? readAccess(client, sale, account, blockNumber) : undefined,
    ]);
    return {
      blockNumber,
      status: STATUSES[status] ?? "cancelled",
      terms,
      totalCommitted,
      paymentDecimals,
      access,
    };
  });
}
