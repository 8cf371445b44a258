import type { Context } from "ponder:registry";
import { shareBalance, vault, vaultEvent } from "ponder:schema";
import { type Address, type Hash, zeroAddress, zeroHash } from "viem";
import { indexVaultAbi } from "../../sdk/src/abis/indexVault.ts";
import { lower } from "./snapshots.ts";
import { plain, rowOf, stampOf } from "./stamp.ts";

type LogEvent = Parameters<typeof rowOf>[0];
type Db = Context["db"];

/** The first events of an index come before the factory's: until then its row holds nothing but its stamp. */
export async function ensureVault(db: Db, address: Address, event: LogEvent): Promise<void> {
  if ((await db.find(vault, { address: lower(address) })) !== null) return;
  await db.insert(vault).values({
    address: lower(address),
    ...stampOf(event),
    creator: zeroAddress,
    version: 0,
    name: "",
    symbol: "",
    curator: zeroAddress,
    methodologyHash: zeroHash,
    royaltyRecipient: zeroAddress,
    royaltyBps: 0,
    adoption: null,
    streamingRate: 0n,
    mintFeeBps: 0,
    feeRecipient: zeroAddress,
    basketNonce: 0,
    batchDepositor: null,
    holders: 0,
    pausedBits: 0,
    pausedUntil: 0,
    epoch: 0,
    snapshotBlock: null,
  });
}

/** Terms that an index was created with: read from it, because its first events do not tell them. */
export async function readTerms({ client }: Pick<Context, "client">, address: Address) {
  const of = { abi: indexVaultAbi, address } as const;
  const [fees, strategy, curator, basketNonce] = await Promise.all([
    client.readContract({ ...of, functionName: "fees" }),
    client.readContract({ ...of, functionName: "strategy" }),
    client.readContract({ ...of, functionName: "curator" }),
    client.readContract({ ...of, functionName: "basketNonce" }),
  ]);
  return {
    curator: lower(curator),
    methodologyHash: strategy.methodologyHash as Hash,
    royaltyRecipient: lower(strategy.recipient),
    royaltyBps: strategy.royaltyBps,
    streamingRate: fees.streamingRate,
    mintFeeBps: fees.mintFeeBps,
    feeRecipient: lower(fees.recipient),
    basketNonce,
  };
}

/** Keeps an event of an index as it is. */
export async function keepEvent(
  db: Db,
  event: LogEvent & { readonly log: { readonly address: Address }; readonly args: object },
  name: string,
): Promise<void> {
  const args = plain(event.args) as Record<string, unknown>;
  await db.insert(vaultEvent).values({ ...rowOf(event), vault: lower(event.log.address), name, args });
}

/** Adds to what an account has and counts the holders. Returns the new balance; 0 for the zero address. */
export async function moveShares(db: Db, vaultAddress: Address, account: Address, change: bigint, event: LogEvent) {
  if (account === zeroAddress) return 0n;
  const key = { vault: lower(vaultAddress), account: lower(account) };
  const { block, time } = stampOf(event);
  const before = (await db.find(shareBalance, key))?.balance ?? 0n;
  const balance = before + change;
  await db
    .insert(shareBalance)
    .values({ ...key, balance, block, time })
    .onConflictDoUpdate({ balance, block, time });
  const joined = Number(balance > 0n) - Number(before > 0n);
  if (joined !== 0)
    await db.update(vault, { address: key.vault }).set((row) => ({ holders: Math.max(0, row.holders + joined) }));
  return balance;
}
