import type { Context } from "ponder:registry";
import { assetTotal, creditAccount, creditSupply, serviceEvent, serviceSetting } from "ponder:schema";
import { type Address, zeroAddress } from "viem";
import { accessPassAbi } from "../../sdk/src/abis/accessPass.ts";
import { lower } from "./snapshots.ts";
import { momentOf, plain, rowOf, stampOf } from "./stamp.ts";

type LogEvent = Parameters<typeof rowOf>[0];
type Db = Context["db"];

/** Last id of credits; 1,000 and above are plans. */
const LAST_CREDIT = 4n;
/** What is left of a trial. */
export const TRIAL = 2_000n;

const NOTHING = { issued: 0n, used: 0n, expired: 0n, poolUsdc: 0n, poolGim: 0n };
type Supply = typeof NOTHING;

const NO_CREDITS = {
  ...{ wallet: 0n, meter: 0n, notice: 0n, noticeEndsAt: 0 },
  ...{ bought: 0n, loaded: 0n, unloaded: 0n, used: 0n, receipts: 0 },
};
type Credits = typeof NO_CREDITS;

/** Whether an id can be used. Anybody can have events tell of any other number, which may be too large for a column. */
export function isUsable(id: bigint): boolean {
  return (id > 0n && id <= LAST_CREDIT) || id === TRIAL;
}

/** Adds to the counters of an id. */
export async function addSupply(db: Db, event: LogEvent, id: bigint, added: Partial<Supply>): Promise<void> {
  const moment = momentOf(event);
  const sum = (row: Supply): Supply => ({
    issued: row.issued + (added.issued ?? 0n),
    used: row.used + (added.used ?? 0n),
    expired: row.expired + (added.expired ?? 0n),
    poolUsdc: row.poolUsdc + (added.poolUsdc ?? 0n),
    poolGim: row.poolGim + (added.poolGim ?? 0n),
  });
  await db
    .insert(creditSupply)
    .values({ credit: Number(id), ...sum(NOTHING), ...moment })
    .onConflictDoUpdate((row) => ({ ...sum(row), ...moment }));
}

/** Changes what an account has of an id. */
export async function changeCredits(
  db: Db,
  event: LogEvent,
  key: { readonly account: Address; readonly id: bigint },
  change: (row: Credits) => Partial<Credits>,
): Promise<void> {
  const moment = momentOf(event);
  await db
    .insert(creditAccount)
    .values({
      account: lower(key.account),
      credit: Number(key.id),
      ...NO_CREDITS,
      ...change(NO_CREDITS),
      ...moment,
    })
    .onConflictDoUpdate((row) => ({ ...change(row), ...moment }));
}

/** Credits that moved between wallets, or in and out of one. Plans and trials are no credits: they are in no wallet. */
export async function moveCredits(
  db: Db,
  event: LogEvent,
  { from, to }: { readonly from: Address; readonly to: Address },
  id: bigint,
  units: bigint,
): Promise<void> {
  if (id > LAST_CREDIT) return;
  const ends = [
    [from, -units],
    [to, units],
  ] as const;
  for (const [account, change] of ends) {
    if (account === zeroAddress) continue;
    await changeCredits(db, event, { account, id }, ({ wallet }) => ({ wallet: wallet + change }));
  }
}

/** The two currencies of a pass, which never change. */
export async function currenciesOf({ client }: Pick<Context, "client">, pass: Address) {
  const of = { abi: accessPassAbi, address: pass, cache: "immutable" } as const;
  const [usdc, gim] = await Promise.all([
    client.readContract({ ...of, functionName: "usdc" }),
    client.readContract({ ...of, functionName: "gim" }),
  ]);
  return { usdc: lower(usdc), gim: lower(gim) };
}

/** Adds to what an asset earned and was paid in a currency. */
export async function addEarnings(
  db: Db,
  event: LogEvent,
  { asset, currency }: { readonly asset: bigint; readonly currency: Address },
  { earned, paid }: { readonly earned: bigint; readonly paid: bigint },
): Promise<void> {
  const moment = momentOf(event);
  await db
    .insert(assetTotal)
    .values({ asset, currency, earned, paid, ...moment })
    .onConflictDoUpdate((row) => ({ earned: row.earned + earned, paid: row.paid + paid, ...moment }));
}

/** Keeps what the owner of the services changed, as the contract tells it. */
export async function keepServiceEvent(db: Db, event: LogEvent & { readonly args: object }, name: string) {
  const args = plain(event.args) as Record<string, unknown>;
  await db.insert(serviceEvent).values({ ...rowOf(event), name, args });
}

/** Keeps a figure that the owner set. */
export async function keepSetting(
  db: Db,
  event: LogEvent & { readonly args: object },
  eventName: string,
  name: string,
  value: bigint,
): Promise<void> {
  await keepServiceEvent(db, event, eventName);
  const row = { ...stampOf(event), value: Number(value) };
  await db
    .insert(serviceSetting)
    .values({ name, ...row })
    .onConflictDoUpdate(row);
}
