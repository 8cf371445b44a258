import type { Address, Hash, Hex } from "viem";
import type { EventRow, Stamp } from "./rows.ts";

/** A lock of GIM. The stamp is that of its last change. */
export type LockRow = Stamp & {
  readonly account: Address;
  /** {GIM wei}; 0 after a withdrawal. */
  readonly amount: bigint;
  /** {s}; 0: permanent or none. */
  readonly end: number;
  readonly isPermanent: boolean;
};

export type LockEventKind =
  | "create"
  | "increase"
  | "extend"
  | "increaseAndExtend"
  | "permanent"
  | "decay"
  | "withdraw"
  | "earlyExit";

/** A change of a lock. Amounts {GIM wei}; `amount`, `end` {s} and `isPermanent` are those afterwards. */
export type LockEventRow = EventRow & {
  readonly account: Address;
  readonly payer: Address | null;
  readonly kind: LockEventKind;
  readonly added: bigint;
  readonly amount: bigint;
  /** Paid out, without the penalty. */
  readonly withdrawn: bigint;
  readonly penalty: bigint;
  readonly end: number;
  readonly isPermanent: boolean;
};

/** Whose lock votes through whom. The zero address: nobody. */
export type DelegationRow = Stamp & { readonly delegator: Address; readonly delegate: Address };

/** A change of delegation. */
export type DelegationEventRow = EventRow & {
  readonly delegator: Address;
  readonly from: Address;
  readonly to: Address;
};

/** Votes {veGIM wei} of a delegate at the second of a change. They fall between changes: ask the contract for now. */
export type DelegateVotesRow = EventRow & {
  readonly delegate: Address;
  readonly previousVotes: bigint;
  readonly votes: bigint;
};

/** A call that a proposal makes. `value` in wei, as a decimal string. */
export type ProposalCallRow = { readonly target: Address; readonly value: string; readonly data: Hex };

/** When something happened. `time` {s}. */
export type Moment = { readonly block: number; readonly time: number };

/** A proposal of the governor. Whether it has passed is the contract's to say: it depends on the quorum. */
export type ProposalRow = Stamp & {
  readonly id: bigint;
  /** In the order of the chain, from 1. */
  readonly number: number;
  readonly proposer: Address;
  readonly calls: readonly ProposalCallRow[];
  readonly description: string;
  /** {s} the snapshot */
  readonly voteStart: number;
  /** {s} extensions included */
  readonly voteEnd: number;
  /** {veGIM wei} */
  readonly forVotes: bigint;
  readonly againstVotes: bigint;
  readonly abstainVotes: bigint;
  readonly voters: number;
  /** {s} in the timelock; null: not queued. */
  readonly executableAt: number | null;
  readonly queued: Moment | null;
  readonly executed: Moment | null;
  readonly cancelled: Moment | null;
};

/** A vote that was cast. {veGIM wei} */
export type VoteRow = EventRow & {
  readonly proposal: bigint;
  readonly voter: Address;
  readonly support: "against" | "for" | "abstain";
  readonly weight: bigint;
  readonly reason: string;
  readonly params: Hex | null;
};

/** A proposal that passes unless enough votes veto it. */
export type OptimisticProposalRow = Stamp & {
  readonly id: bigint;
  readonly proposer: Address;
  readonly calls: readonly ProposalCallRow[];
  readonly description: string;
  /** {s} */
  readonly snapshot: number;
  /** {s} */
  readonly vetoEnd: number;
  /** {veGIM wei} */
  readonly vetoThreshold: bigint;
  readonly vetoes: bigint;
  readonly operation: Hash | null;
  /** {s} */
  readonly readyAt: number | null;
  readonly outcome: ({ readonly kind: "rejected" | "executed" | "cancelled" } & Moment) | null;
};

/** A veto. {veGIM wei} */
export type VetoRow = EventRow & { readonly proposal: bigint; readonly voter: Address; readonly votes: bigint };

/** Revenue that the splitter handed out. {raw tokens} */
export type RevenueSplitRow = EventRow & {
  readonly token: Address;
  readonly stakers: bigint;
  readonly buyback: bigint;
  /** {GIM wei} */
  readonly burned: bigint;
  readonly treasury: bigint;
  readonly keepers: bigint;
};

/** A week's pot that was shared out among the stakers. */
export type RevenueWeekRow = Moment & {
  readonly token: Address;
  /** {weeks since 1970} */
  readonly week: number;
  /** {raw tokens} */
  readonly pot: bigint;
  /** {veGIM wei} */
  readonly supply: bigint;
};

/** Revenue that a staker claimed. {raw tokens} */
export type RevenueClaimRow = EventRow & {
  readonly account: Address;
  readonly token: Address;
  readonly receiver: Address;
  readonly amount: bigint;
  readonly fromEpoch: number;
  readonly toEpoch: number;
};

/** GIM that was bought back and burned. */
export type BuybackRow = EventRow & {
  readonly token: Address;
  readonly caller: Address;
  /** {raw tokens} */
  readonly amountIn: bigint;
  /** {GIM wei} */
  readonly burned: bigint;
};

/** A sale round as of the newest block. Payment in raw payment tokens, sales in raw sale tokens. */
export type SaleRow = Stamp & {
  readonly round: Address;
  readonly issuer: Address;
  readonly paymentToken: Address;
  readonly saleToken: Address;
  readonly hardCap: bigint;
  readonly softCap: bigint;
  readonly saleAmount: bigint;
  /** {s} */
  readonly snapshot: number;
  readonly start: number;
  readonly end: number;
  /** {s} after the end */
  readonly cliff: number;
  readonly vesting: number;
  /** {bps of the payment} */
  readonly feeBps: number;
  readonly committed: bigint;
  readonly buyers: number;
  readonly fundedBlock: number | null;
  readonly cancelledBlock: number | null;
  readonly closedBlock: number | null;
  readonly payment: bigint | null;
  readonly fee: bigint | null;
  readonly unsold: bigint | null;
};

/** What an account committed to a sale and got, as of the newest block. Null until settled. */
export type CommitmentRow = Moment & {
  readonly round: Address;
  readonly account: Address;
  readonly tier: number;
  readonly committed: bigint;
  readonly isSettled: boolean;
  readonly accepted: bigint | null;
  readonly refund: bigint | null;
  readonly bought: bigint | null;
  readonly released: bigint;
};

/** Something that happened in a sale. */
export type SaleEventRow = EventRow & {
  readonly round: Address;
  readonly kind: "funded" | "committed" | "cancelled" | "settled" | "closed" | "released";
  readonly account: Address | null;
  readonly payment: bigint | null;
  readonly refund: bigint | null;
  readonly tokens: bigint | null;
};

/** A list of the airdrop as of the newest block. {GIM wei}, {s} */
export type AirdropWaveRow = Stamp & {
  readonly wave: number;
  readonly root: Hash;
  readonly total: bigint;
  readonly start: number;
  readonly deadline: number;
  readonly vestEnd: number;
  readonly claims: number;
  readonly claimed: bigint;
  readonly swept: bigint;
};

/** A claim from the airdrop, or a vested part paid out. {GIM wei} */
export type AirdropClaimRow = EventRow & {
  readonly wave: number;
  readonly account: Address;
  readonly kind: "claimed" | "claimedLocked" | "released";
  readonly amount: bigint;
  readonly bonus: bigint;
  /** {s}; "claimedLocked" only. */
  readonly lockEnd: number | null;
};
