import type { Address } from "viem";
import { DAY, isoFromDay } from "../../../keeper/src/data/time.ts";
import type { Airdrop, ProposalStateName, Tally } from "../../../sdk/src/index.ts";
import type { Demo, DemoIndex, GasBook, Person } from "./scene.ts";

/** What the DAO's scenes share. */
export interface Dao {
  /** Who gets what, with proofs. */
  list: Airdrop;
  members: Member[];
  proposals: ProposalNote[];
  revenue: RevenueBook;
  buyback: { spent: bigint; burned: bigint };
  /** {GIM wei} kept from who left early. */
  penalties: { account: Address; paidOut: bigint; penalty: bigint }[];
  /** Sold by the issuer; a token of the demo. */
  saleToken: Address;
  sale: SaleNote | undefined;
  /** {GIM wei} that nobody claimed before the deadline. */
  swept: bigint;
  /** Of what stakers and voters sent. */
  gas: GasBook;
}

/** An account of the list that acts. */
export interface Member extends Person {
  /** {GIM wei} from the airdrop. */
  allotment: bigint;
  /** How it took it, in words. */
  terms: string;
  /** {GIM wei} */
  liquid: bigint;
  vested: bigint;
  locked: bigint;
  bonus: bigint;
  /** What becomes of its revenue, in words; empty for those who leave it where it is. */
  mode: string;
  /** {raw tokens} of each reward token, lower case, that were claimed for it. */
  claimed: Map<string, bigint>;
  /** {GIM wei} of revenue that went into its lock. */
  compounded: bigint;
}

export interface ProposalNote {
  title: string;
  proposer: string;
  id: bigint;
  /** Of its proposal. */
  blockNumber: bigint;
  /** {veGIM wei} */
  votes: Tally;
  quorum: bigint;
  outcome: ProposalStateName;
  /** {s} */
  proposedAt: number;
  /** What came of it, in words. */
  effect: string;
}

/** Revenue by token, lower case. */
export type RevenueBook = Map<string, RevenueLine>;

/** {raw tokens} that came in of one token, and to whom it went. */
export interface RevenueLine {
  symbol: string;
  decimals: number;
  stakers: bigint;
  buyback: bigint;
  burned: bigint;
  treasury: bigint;
  keepers: bigint;
  /** Of a vault's fees only: what it paid past the protocol. */
  royalty: bigint;
  creator: bigint;
  /** {USD} of all shares of a vault's fees, when they were collected. */
  usd: { protocol: number; royalty: number; creator: number };
}

export interface SaleNote {
  round: Address;
  /** {raw USDC} */
  hardCap: bigint;
  committed: bigint;
  accepted: bigint;
  refunded: bigint;
  fee: bigint;
  payment: bigint;
  buyers: { name: string; tier: number; opensAt: number; committed: bigint; accepted: bigint; refunded: bigint }[];
  /** {raw sale tokens} */
  bought: bigint;
  released: bigint;
}

export function createDao(list: Airdrop, members: Member[], saleToken: Address): Dao {
  const buyback = { spent: 0n, burned: 0n };
  return {
    list,
    members,
    saleToken,
    buyback,
    proposals: [],
    revenue: new Map(),
    penalties: [],
    sale: undefined,
    swept: 0n,
    gas: new Map(),
  };
}

export const WEEK = 7 * 86_400;

/** {s} the first week start after `time`. Weeks begin on Thursdays 00:00 UTC. */
export function weekStartAfter(time: number): number {
  return (Math.floor(time / WEEK) + 1) * WEEK;
}

/** Address of a contract that the deployment put there. */
export function contractOf({ deployment }: Pick<Demo, "deployment">, name: string): Address {
  const address = deployment.contracts[name];
  if (address === undefined) throw new Error(`${name} was not deployed`);
  return address;
}

export function memberOf({ dao }: Demo, name: string): Member {
  const member = dao.members.find((one) => one.name === name);
  if (member === undefined) throw new Error(`${name} is not in the list`);
  return member;
}

/** Tokens that stakers are paid in. */
export function rewardTokens(demo: Demo): Address[] {
  const { indices, market } = demo;
  return [...indices.map(({ vault }) => vault), contractOf(demo, "GovernanceToken"), market.usdc.token];
}

export function symbolOf(demo: Demo, token: string): { symbol: string; decimals: number } {
  const is = (address: string): boolean => address.toLowerCase() === token.toLowerCase();
  const index = demo.indices.find(({ vault }: DemoIndex) => is(vault));
  if (index !== undefined) return { symbol: index.symbol, decimals: 18 };
  return is(demo.market.usdc.token) ? { symbol: "USDC", decimals: 6 } : { symbol: "GIM", decimals: 18 };
}

/** {GIM} whole ones with separators, as people read them. */
export function gim(wei: bigint, digits = 0): string {
  return units(wei, 18, digits);
}

export function units(raw: bigint, decimals: number, digits = 0): string {
  const value = Number(raw) / 10 ** decimals;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Says what happened, with the chain's date. */
export async function tell(demo: Demo, text: string): Promise<void> {
  demo.screen.say(`${isoFromDay(Math.floor((await demo.chain.now()) / DAY))} ${text}`);
}
