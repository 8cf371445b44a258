import type { Context } from "ponder:registry";
import { adoption, adoptionNotice, royalty, royaltyTotal, strategyOffer, strategyReceiver, vault } from "ponder:schema";
import { type Address, encodeAbiParameters, type Hash, keccak256, maxUint256, parseAbiParameters } from "viem";
import { lower } from "./snapshots.ts";
import { momentOf, rowOf, stampOf } from "./stamp.ts";

type LogEvent = Parameters<typeof rowOf>[0];
type Db = Context["db"];

/** What an index adopts. */
type Terms = { readonly recipient: Address; readonly royaltyBps: number; readonly methodologyHash: Hash };

const DAY = 86_400;
/** {s} for which an announced change may be applied, as GovernLib says. */
const APPLY_WINDOW = 14 * DAY;
const CHANGE = parseAbiParameters("string, (address, uint16, bytes32)");

/** What an index announces when it is to adopt this: the hash is all that its event tells. */
export function changeHashOf({ recipient, royaltyBps, methodologyHash }: Terms): Hash {
  return keccak256(encodeAbiParameters(CHANGE, ["strategy", [recipient, royaltyBps, methodologyHash]]));
}

/** Keeps an announcement of an index, if it is to adopt what the registry offers or offered. */
export async function keepNotice(db: Db, event: LogEvent, address: Address, changeHash: Hash, appliesAt: number) {
  const offer = await db.find(strategyOffer, { changeHash });
  if (offer === null) return;
  const { strategy, royaltyBps, hash } = offer;
  const row = { ...stampOf(event), appliesAt, lapsesAt: appliesAt + APPLY_WINDOW };
  await db
    .insert(adoptionNotice)
    .values({ vault: address, changeHash, strategy, royaltyBps, hash, ...row })
    .onConflictDoUpdate(row); // announced again: its time begins anew
}

/** Ends what an index followed, and begins what it follows from now on, if that is of the registry. */
export async function followStrategy(db: Db, event: LogEvent, address: Address, terms: Terms): Promise<void> {
  const { id, ...stamp } = rowOf(event);
  const before = (await db.find(vault, { address }))?.adoption ?? null;
  if (before !== null)
    await db.update(adoption, { id: before }).set({ endedBlock: stamp.block, endedTime: stamp.time });

  const changeHash = changeHashOf(terms);
  const notice = await db.find(adoptionNotice, { vault: address, changeHash });
  if (notice !== null) await db.delete(adoptionNotice, { vault: address, changeHash });
  const known = await db.find(strategyReceiver, { receiver: lower(terms.recipient) });
  await db.update(vault, { address }).set({ adoption: known === null ? null : id });
  if (known === null) return;
  await db.insert(adoption).values({
    id,
    ...stamp,
    vault: address,
    strategy: known.strategy,
    royaltyBps: terms.royaltyBps,
    hash: terms.methodologyHash,
    announcedTime: notice?.time ?? null,
    endedBlock: null,
    endedTime: null,
  });
}

/** Keeps the shares that an index paid for its strategy, if that is of the registry. */
export async function keepRoyalty(db: Db, event: LogEvent, address: Address, shares: bigint): Promise<void> {
  const recipient = (await db.find(vault, { address }))?.royaltyRecipient;
  const known = recipient === undefined ? null : await db.find(strategyReceiver, { receiver: recipient });
  if (known === null || shares === 0n) return;
  const { strategy, receiver } = known;
  const parts = { strategy, token: address, account: receiver, amount: shares };
  await db.insert(royalty).values({ ...rowOf(event), kind: "paid", ...parts });
  await addRoyalty(db, event, parts, { paid: shares, paidOut: 0n });
}

/** Adds to the royalties of a strategy in a token. A token that lies about its balances cannot make the sum too large to keep. */
export async function addRoyalty(
  db: Db,
  event: LogEvent,
  { strategy, token }: { readonly strategy: bigint; readonly token: Address },
  { paid, paidOut }: { readonly paid: bigint; readonly paidOut: bigint },
): Promise<void> {
  const moment = momentOf(event);
  await db
    .insert(royaltyTotal)
    .values({ strategy, token, paid, paidOut, ...moment })
    .onConflictDoUpdate((row) => ({
      paid: bounded(row.paid + paid),
      paidOut: bounded(row.paidOut + paidOut),
      ...moment,
    }));
}

function bounded(sum: bigint): bigint {
  return sum > maxUint256 ? maxUint256 : sum;
}
