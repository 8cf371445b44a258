import type { Address, Hash } from "viem";
import type { Moment } from "./governanceRows.ts";
import type { EventRow, Stamp } from "./rows.ts";

/** A token of StrategyRegistry, as of the newest block. The stamp is of its registration. */
export type StrategyRow = Stamp & {
  readonly id: bigint;
  readonly kind: "STRATEGY" | "DATASET";
  readonly author: Address;
  /** Who owns the token now: a contract of shares while it is locked. */
  readonly owner: Address;
  /** `receiverOf(id)`: what indices pay the royalty to. */
  readonly receiver: Address;
  /** {bps of the creator's part of the fees} for later adoptions. */
  readonly royaltyBps: number;
  /** {bps of a sale's price} */
  readonly resaleBps: number;
  readonly resaleReceiver: Address;
  /** How often it changed its owner. */
  readonly transferNonce: number;
  /** Newest version. */
  readonly hash: Hash;
  readonly uri: string;
  readonly versions: number;
  /** The shares that hold it; null: none do. */
  readonly lock: Address | null;
};

/** A version of a strategy, numbered from 0. */
export type StrategyVersionRow = Stamp & {
  readonly strategy: bigint;
  readonly number: number;
  readonly hash: Hash;
  readonly uri: string;
};

/** A strategy that an index adopted. `ended` is null while it follows it, at the time asked for. */
export type AdoptionRow = EventRow & {
  readonly vault: Address;
  readonly strategy: bigint;
  /** {bps of the creator's part of the fees} */
  readonly royaltyBps: number;
  readonly hash: Hash;
  /** {s}; null: the index was created with it, or it was no offer of the registry. */
  readonly announcedTime: number | null;
  readonly ended: Moment | null;
};

/** An adoption that was announced and has not taken place. The stamp is of the announcement. */
export type AdoptionNoticeRow = Stamp & {
  readonly vault: Address;
  readonly changeHash: Hash;
  readonly strategy: bigint;
  /** {bps of the creator's part of the fees} */
  readonly royaltyBps: number;
  readonly hash: Hash;
  /** {s} from here on it may be adopted. */
  readonly appliesAt: number;
  /** {s} from here on it is void. */
  readonly lapsesAt: number;
};

/** Royalties of a strategy in one token. {raw tokens} */
export type RoyaltyTotalRow = Moment & {
  readonly strategy: bigint;
  /** Of what indices paid, the index. */
  readonly token: Address;
  /** By indices, to the receiver. */
  readonly paid: bigint;
  /** By the receiver, to the owner; gifts included. */
  readonly paidOut: bigint;
};

/** What the use of an asset earned in one currency; asset 0: the protocol. {raw currency} */
export type AssetTotalRow = Moment & {
  readonly asset: bigint;
  readonly currency: Address;
  readonly earned: bigint;
  readonly paid: bigint;
};

/** A strategy locked in shares, as of the newest block. The stamp is of the lock. */
export type StrategyLockRow = Stamp & {
  readonly shares: Address;
  readonly strategy: bigint;
  readonly locker: Address;
  readonly name: string;
  readonly symbol: string;
  /** {share wei} at the lock */
  readonly supply: bigint;
  /** {raw currency} */
  readonly reservePrice: bigint;
  readonly currency: Address;
  readonly status: "LOCKED" | "AUCTION" | "SOLD" | "REDEEMED";
  readonly holders: number;
  readonly bidder: Address | null;
  /** {raw currency}; 0: nobody has bid. */
  readonly bid: bigint;
  /** {s} of the auction; null: none. */
  readonly endsAt: number | null;
  readonly endedBlock: number | null;
  /** {s} sold or redeemed; null: not. */
  readonly endedTime: number | null;
};

/** A distribution of royalties among shares. */
export type RoyaltyRoundRow = Stamp & {
  readonly shares: Address;
  readonly token: Address;
  readonly number: number;
  /** {raw tokens} */
  readonly amount: bigint;
  /** {s} balances at its end share it. */
  readonly timepoint: number;
};

/** What is traded: a token of the registry, or credits. */
export type ListingKind = "strategy" | "credits";

/** A listing that stands, and how much of it could be bought now. The stamp is of the offer. */
export type ListingRow = Stamp & {
  readonly id: bigint;
  readonly seller: Address;
  readonly collection: Address;
  readonly kind: ListingKind;
  readonly tokenId: bigint;
  /** {units} offered and not sold. */
  readonly units: bigint;
  readonly left: bigint;
  /** {raw currency/unit} */
  readonly unitPrice: bigint;
  readonly currency: Address;
  /** {s} from here on it cannot be bought. */
  readonly until: number;
  /** {bps of the price} the most that the market takes. */
  readonly feeBps: number;
  /** {units} that could be bought, as `availableUnits` of the market tells. */
  readonly available: bigint;
};

/** A purchase. cost = royalty + fee + what the seller got. {raw currency} */
export type ListingSaleRow = EventRow & {
  readonly listing: bigint;
  readonly collection: Address;
  readonly kind: ListingKind;
  readonly tokenId: bigint;
  readonly buyer: Address;
  readonly seller: Address;
  readonly units: bigint;
  readonly currency: Address;
  readonly cost: bigint;
  readonly royaltyReceiver: Address | null;
  readonly royalty: bigint;
  readonly fee: bigint;
  /** Newest version of a strategy when it was sold; null: credits. */
  readonly hash: Hash | null;
};

/** Price of one credit before discounts; 0: not sold for it. */
export type CreditPriceRow = Stamp & {
  readonly credit: number;
  /** {raw USDC} */
  readonly usdc: bigint;
  /** {GIM wei} */
  readonly gim: bigint;
};

/** A subscription: its price for 30 days before discounts; 0: not sold for it. */
export type AccessPlanRow = Stamp & {
  readonly number: number;
  /** Bit n: the service of credits n. */
  readonly services: number;
  readonly creditsPerDay: number;
  /** {raw USDC} */
  readonly usdc: bigint;
  /** {GIM wei} */
  readonly gim: bigint;
};

/** A figure that the owner of the services set. */
export type ServiceSettingRow = Stamp & {
  readonly name: "assetShareBps" | "trialCredits" | "marketFeeBps";
  readonly value: number;
};

/** Credits of an account by id; 2,000 is the trial. {credits} */
export type CreditAccountRow = Moment & {
  readonly account: Address;
  readonly credit: number;
  readonly wallet: bigint;
  /** Of a trial: what is left of it, ended or not. */
  readonly meter: bigint;
  /** Announced to leave the meter; may be more than it holds by now. */
  readonly notice: bigint;
  /** {s}; 0: no notice. */
  readonly noticeEndsAt: number;
  readonly bought: bigint;
  readonly loaded: bigint;
  readonly unloaded: bigint;
  readonly used: bigint;
  readonly receipts: number;
};

/** A plan that an account has or had. */
export type AccountPlanRow = Moment & {
  readonly account: Address;
  readonly plan: number;
  /** {s} */
  readonly endsAt: number;
};

/** A trial. The stamp is of its beginning. {credits} */
export type TrialRow = Stamp & {
  readonly account: Address;
  readonly units: bigint;
  /** {s} */
  readonly endsAt: number;
  /** Written off; null: not written off. */
  readonly expired: bigint | null;
};

/** The one key that signs receipts for an account. The zero address: none. */
export type SessionKeyRow = Stamp & {
  readonly account: Address;
  readonly key: Address;
  /** {s} */
  readonly until: number;
};
