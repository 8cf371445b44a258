import { readers, type Spec } from "./decode.ts";
import type * as rows from "./governanceRows.ts";

const { address, hex, big, int, text, bool, orNull, word, calls, stamp, event } = readers;

export const lockSpec: Spec<rows.LockRow> = { ...stamp, account: address, amount: big, end: int, isPermanent: bool };
export const lockEventSpec: Spec<rows.LockEventRow> = {
  ...event,
  account: address,
  payer: orNull(address),
  kind: word,
  added: big,
  amount: big,
  withdrawn: big,
  penalty: big,
  end: int,
  isPermanent: bool,
};
export const delegationSpec: Spec<rows.DelegationRow> = { ...stamp, delegator: address, delegate: address };
export const delegationEventSpec: Spec<rows.DelegationEventRow> = {
  ...event,
  delegator: address,
  from: address,
  to: address,
};
export const delegateVotesSpec: Spec<rows.DelegateVotesRow> = {
  ...event,
  delegate: address,
  previousVotes: big,
  votes: big,
};
/** A proposal as the index keeps it. */
export type StoredProposal = Omit<rows.ProposalRow, "queued" | "executed" | "cancelled"> & {
  readonly [Key in `${"queued" | "executed" | "cancelled"}${"Block" | "Time"}`]: number | null;
};
export const proposalSpec: Spec<StoredProposal> = {
  ...stamp,
  id: big,
  number: int,
  proposer: address,
  calls,
  description: text,
  voteStart: int,
  voteEnd: int,
  forVotes: big,
  againstVotes: big,
  abstainVotes: big,
  voters: int,
  executableAt: orNull(int),
  queuedBlock: orNull(int),
  queuedTime: orNull(int),
  executedBlock: orNull(int),
  executedTime: orNull(int),
  cancelledBlock: orNull(int),
  cancelledTime: orNull(int),
};
export const voteSpec: Spec<rows.VoteRow> = {
  ...event,
  proposal: big,
  voter: address,
  support: word,
  weight: big,
  reason: text,
  params: orNull(hex),
};
export type StoredOptimistic = Omit<rows.OptimisticProposalRow, "outcome" | "operation"> & {
  readonly timelockId: `0x${string}` | null;
  readonly outcome: "rejected" | "executed" | "cancelled" | null;
  readonly outcomeBlock: number | null;
  readonly outcomeTime: number | null;
};
export const optimisticSpec: Spec<StoredOptimistic> = {
  ...stamp,
  id: big,
  proposer: address,
  calls,
  description: text,
  snapshot: int,
  vetoEnd: int,
  vetoThreshold: big,
  vetoes: big,
  timelockId: orNull(hex),
  readyAt: orNull(int),
  outcome: orNull((cell) => word<"rejected" | "executed" | "cancelled">(cell)),
  outcomeBlock: orNull(int),
  outcomeTime: orNull(int),
};
export const vetoSpec: Spec<rows.VetoRow> = { ...event, proposal: big, voter: address, votes: big };
export const revenueSplitSpec: Spec<rows.RevenueSplitRow> = {
  ...event,
  token: address,
  stakers: big,
  buyback: big,
  burned: big,
  treasury: big,
  keepers: big,
};
export const revenueWeekSpec: Spec<rows.RevenueWeekRow> = {
  token: address,
  week: int,
  pot: big,
  supply: big,
  block: int,
  time: int,
};
export const revenueClaimSpec: Spec<rows.RevenueClaimRow> = {
  ...event,
  account: address,
  token: address,
  receiver: address,
  amount: big,
  fromEpoch: int,
  toEpoch: int,
};
export const buybackSpec: Spec<rows.BuybackRow> = {
  ...event,
  token: address,
  caller: address,
  amountIn: big,
  burned: big,
};
export const saleSpec: Spec<rows.SaleRow> = {
  ...stamp,
  round: address,
  issuer: address,
  paymentToken: address,
  saleToken: address,
  hardCap: big,
  softCap: big,
  saleAmount: big,
  snapshot: int,
  start: int,
  end: int,
  cliff: int,
  vesting: int,
  feeBps: int,
  committed: big,
  buyers: int,
  fundedBlock: orNull(int),
  cancelledBlock: orNull(int),
  closedBlock: orNull(int),
  payment: orNull(big),
  fee: orNull(big),
  unsold: orNull(big),
};
export const commitmentSpec: Spec<rows.CommitmentRow> = {
  round: address,
  account: address,
  tier: int,
  committed: big,
  isSettled: bool,
  accepted: orNull(big),
  refund: orNull(big),
  bought: orNull(big),
  released: big,
  block: int,
  time: int,
};
export const saleEventSpec: Spec<rows.SaleEventRow> = {
  ...event,
  round: address,
  kind: word,
  account: orNull(address),
  payment: orNull(big),
  refund: orNull(big),
  tokens: orNull(big),
};
export const airdropWaveSpec: Spec<rows.AirdropWaveRow> = {
  ...stamp,
  wave: int,
  root: hex,
  total: big,
  start: int,
  deadline: int,
  vestEnd: int,
  claims: int,
  claimed: big,
  swept: big,
};
export const airdropClaimSpec: Spec<rows.AirdropClaimRow> = {
  ...event,
  wave: int,
  account: address,
  kind: word,
  amount: big,
  bonus: big,
  lockEnd: orNull(int),
};
