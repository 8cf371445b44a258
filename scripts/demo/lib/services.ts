import {
  type Abi,
  type Address,
  type ContractFunctionName,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
  type Hex,
  type TransactionReceipt,
} from "viem";
import type { Strategy } from "../../../sdk/src/index.ts";
import { perform } from "./holders.ts";
import type { Demo } from "./scene.ts";

/** What the scene of the services notes. Money in {raw USDC} unless it says otherwise. */
export interface Services {
  /** Tokens of the registry: the data that decisions are made from, and the method of the AI index. */
  dataset: { id: bigint; hash: Hex };
  strategy: { id: bigint; hash: Hex };
  /** {s} when the curator announced the strategy, and what exactly. */
  announced: { at: number; terms: Strategy };
  royalties: RoyaltyBook;
  /** Buyers of plans and credits. */
  plan: { plan: number; cost: bigint; listed: bigint; endsAt: number } | undefined;
  credits: { units: bigint; cost: bigint; kept: bigint }[];
  requests: RequestBook;
  /** What the settler brought to the chain, run by run. */
  settlements: Settlement[];
  /** {raw USDC} used for no asset in particular, which went to the fee splitter. */
  flushed: bigint;
  sales: MarketSale[];
  /** Other findings for the closing report, in words. */
  findings: string[];
}

/** One run of the settler: what was used, what the method and the data earned by it, and who owned the data. */
export interface Settlement {
  receipts: number;
  units: bigint;
  /** {raw USDC} */
  byMethod: bigint;
  byData: bigint;
  owner: string;
}

/** What the strategy earned and who got it. */
export interface RoyaltyBook {
  /** Collections of the index's fees before the adoption; undefined: it was not adopted yet. */
  from: number | undefined;
  /** {share wei} of the AI index to the one owner, before there were shares of the strategy. */
  toOwner: bigint;
  shares: Address | undefined;
  /** {share wei of the strategy} that exist, and that were sold, and for how much. */
  supply: bigint;
  sold: bigint;
  price: bigint;
  /** Of the fees, in shares of the AI index, and of its use, in USDC. */
  fees: Harvest;
  use: Harvest;
}

/** {raw tokens} that were shared out among holders of the strategy's shares, and that each of them got; keys in lower case. */
export interface Harvest {
  came: bigint;
  claimed: Map<string, bigint>;
}

/** Requests to the API, by how they were paid. */
export interface RequestBook {
  free: number;
  /** Answered with a price. */
  refused: number;
  /** {credits} by receipts, with and without an asset, and by the plan. */
  byReceipt: number;
  byReceiptUnits: bigint;
  byPlan: number;
}

/** Something that was bought from somebody else. */
export interface MarketSale {
  what: string;
  seller: string;
  buyer: string;
  cost: bigint;
  royalty: bigint;
  fee: bigint;
}

/** Books in which nothing was written yet. */
export function emptyBooks(): Omit<Services, "dataset" | "strategy" | "announced"> {
  return {
    royalties: {
      from: undefined,
      toOwner: 0n,
      shares: undefined,
      supply: 0n,
      sold: 0n,
      price: 0n,
      fees: { came: 0n, claimed: new Map() },
      use: { came: 0n, claimed: new Map() },
    },
    plan: undefined,
    credits: [],
    requests: { free: 0, refused: 0, byReceipt: 0, byReceiptUnits: 0n, byPlan: 0 },
    settlements: [],
    flushed: 0n,
    sales: [],
    findings: [],
  };
}

/** Sends one call of a contract from a normal account and notes its gas. */
export function callContract<const TAbi extends Abi, TName extends ContractFunctionName<TAbi>>(
  demo: Demo,
  from: Address,
  to: Address,
  call: EncodeFunctionDataParameters<TAbi, TName>,
  kind: string,
): Promise<TransactionReceipt> {
  const data = encodeFunctionData(call as EncodeFunctionDataParameters<Abi, string>);
  return perform(demo, from, { to, data, value: 0n }, kind);
}
