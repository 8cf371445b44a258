import { readers, type Spec } from "./decode.ts";
import type * as rows from "./serviceRows.ts";

const { address, hex, big, int, text, orNull, word, stamp, event } = readers;

export const strategySpec: Spec<rows.StrategyRow> = {
  ...stamp,
  id: big,
  kind: word,
  author: address,
  owner: address,
  receiver: address,
  royaltyBps: int,
  resaleBps: int,
  resaleReceiver: address,
  transferNonce: int,
  hash: hex,
  uri: text,
  versions: int,
  lock: orNull(address),
};
export const versionSpec: Spec<rows.StrategyVersionRow> = {
  ...stamp,
  strategy: big,
  number: int,
  hash: hex,
  uri: text,
};
/** An adoption as the index keeps it. */
export type StoredAdoption = Omit<rows.AdoptionRow, "ended"> & {
  readonly endedBlock: number | null;
  readonly endedTime: number | null;
};
export const adoptionSpec: Spec<StoredAdoption> = {
  ...event,
  vault: address,
  strategy: big,
  royaltyBps: int,
  hash: hex,
  announcedTime: orNull(int),
  endedBlock: orNull(int),
  endedTime: orNull(int),
};
export const noticeSpec: Spec<rows.AdoptionNoticeRow> = {
  ...stamp,
  vault: address,
  changeHash: hex,
  strategy: big,
  royaltyBps: int,
  hash: hex,
  appliesAt: int,
  lapsesAt: int,
};
export const royaltyTotalSpec: Spec<rows.RoyaltyTotalRow> = {
  strategy: big,
  token: address,
  paid: big,
  paidOut: big,
  block: int,
  time: int,
};
export const assetTotalSpec: Spec<rows.AssetTotalRow> = {
  asset: big,
  currency: address,
  earned: big,
  paid: big,
  block: int,
  time: int,
};
export const strategyLockSpec: Spec<rows.StrategyLockRow> = {
  ...stamp,
  shares: address,
  strategy: big,
  locker: address,
  name: text,
  symbol: text,
  supply: big,
  reservePrice: big,
  currency: address,
  status: word,
  holders: int,
  bidder: orNull(address),
  bid: big,
  endsAt: orNull(int),
  endedBlock: orNull(int),
  endedTime: orNull(int),
};
export const roundSpec: Spec<rows.RoyaltyRoundRow> = {
  ...stamp,
  shares: address,
  token: address,
  number: int,
  amount: big,
  timepoint: int,
};
export const listingSpec: Spec<rows.ListingRow> = {
  ...stamp,
  id: big,
  seller: address,
  collection: address,
  kind: word,
  tokenId: big,
  units: big,
  left: big,
  unitPrice: big,
  currency: address,
  until: int,
  feeBps: int,
  available: big,
};
export const listingSaleSpec: Spec<rows.ListingSaleRow> = {
  ...event,
  listing: big,
  collection: address,
  kind: word,
  tokenId: big,
  buyer: address,
  seller: address,
  units: big,
  currency: address,
  cost: big,
  royaltyReceiver: orNull(address),
  royalty: big,
  fee: big,
  hash: orNull(hex),
};
export const creditPriceSpec: Spec<rows.CreditPriceRow> = { ...stamp, credit: int, usdc: big, gim: big };
export const accessPlanSpec: Spec<rows.AccessPlanRow> = {
  ...stamp,
  number: int,
  services: int,
  creditsPerDay: int,
  usdc: big,
  gim: big,
};
export const settingSpec: Spec<rows.ServiceSettingRow> = { ...stamp, name: word, value: int };
export const creditAccountSpec: Spec<rows.CreditAccountRow> = {
  account: address,
  credit: int,
  wallet: big,
  meter: big,
  notice: big,
  noticeEndsAt: int,
  bought: big,
  loaded: big,
  unloaded: big,
  used: big,
  receipts: int,
  block: int,
  time: int,
};
export const accountPlanSpec: Spec<rows.AccountPlanRow> = {
  account: address,
  plan: int,
  endsAt: int,
  block: int,
  time: int,
};
export const trialSpec: Spec<rows.TrialRow> = {
  ...stamp,
  account: address,
  units: big,
  endsAt: int,
  expired: orNull(big),
};
export const sessionKeySpec: Spec<rows.SessionKeyRow> = { ...stamp, account: address, key: address, until: int };
