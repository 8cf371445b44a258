import type { Context } from "ponder:registry";
import { holding, holdingSnapshot, navDay, navSnapshot, token, vault } from "ponder:schema";
import { type Address, erc20Abi } from "viem";
import { indexLensAbi } from "../../sdk/src/abis/indexLens.ts";
import { indexVaultAbi } from "../../sdk/src/abis/indexVault.ts";
import { deployment } from "./settings.ts";

type Moment = { readonly block: number; readonly time: number };
type Db = Context["db"];
type Client = Context["client"];

/** What the contracts say about an index at the end of a block. Null: a view of it reverted. */
type Reading = Awaited<ReturnType<typeof readVaults>>[number];

const DAY = 86_400;
const D27 = 10n ** 27n;
const { IndexLens: lens } = deployment.contracts;
const { multicall3: multicallAddress } = deployment.external;

/** Indices asked about in one call: a lens reads every token's feed, and nodes cap the gas of a call. */
const TOGETHER = 8;

/** {bps}, rounded to nearest, as the lens does. Null without a price. */
export function weightOf(value: bigint | null, total: bigint): number | null {
  return value === null || total === 0n ? null : Number((value * 20_000n + total) / (2n * total));
}

/**
 * NAV and basket of some indices at the end of this block, or of `blockNumber`. An index whose views revert must not
 * stop the others, so it reads as null.
 */
export async function readVaults(client: Client, vaults: readonly Address[], blockNumber?: bigint) {
  const when = blockNumber === undefined ? {} : { blockNumber };
  const contracts = vaults.flatMap(
    (address) =>
      [
        { abi: indexLensAbi, address: lens, functionName: "nav", args: [address] },
        { abi: indexVaultAbi, address, functionName: "basket" },
        { abi: indexVaultAbi, address, functionName: "multiplier" },
        { abi: indexVaultAbi, address, functionName: "aggregate" },
      ] as const,
  );
  const answers = await client.multicall({ contracts, multicallAddress, allowFailure: true, batchSize: 0, ...when });
  return vaults.map((address, index) => {
    const [nav, basket, multiplier, aggregate] = answers.slice(4 * index, 4 * index + 4).map(({ result }) => result);
    if (nav === undefined || basket === undefined || multiplier === undefined || aggregate === undefined) return null;
    return { address, nav, basket, multiplier, aggregate } as unknown as {
      readonly address: Address;
      readonly nav: Nav;
      readonly basket: readonly [unknown, readonly bigint[], unknown];
      readonly multiplier: bigint;
      readonly aggregate: bigint;
    };
  });
}

type Nav = {
  readonly total: bigint;
  readonly perShare: bigint;
  readonly supply: bigint;
  readonly unpriced: readonly Address[];
  readonly holdings: readonly {
    readonly token: Address;
    readonly decimals: number;
    readonly price: bigint;
    readonly holdings: bigint;
    readonly value: bigint;
  }[];
};

/** Weights at oracle prices at the end of a block. */
export function weightsIn(reading: Reading) {
  if (reading === null) return [];
  const { holdings, total } = reading.nav;
  return holdings.map(({ token: address, price, value }) => ({
    token: lower(address),
    weightBps: weightOf(price === 0n ? null : value, total),
  }));
}

/** Takes the snapshot of one index in this block, unless there is one already. */
export async function takeSnapshot(context: Pick<Context, "db" | "client">, address: Address, moment: Moment) {
  const existing = await context.db.find(navSnapshot, { vault: address, block: moment.block });
  if (existing !== null) return;
  const [reading] = await readVaults(context.client, [address]);
  await keep(context, reading ?? null, moment, "event");
}

/** Takes the snapshots of the first look at a new day: of every index that has none of this day yet. */
export async function takeDay(context: Pick<Context, "db" | "client">, vaults: readonly Address[], moment: Moment) {
  const day = Math.floor(moment.time / DAY);
  const missing: Address[] = [];
  for (const address of vaults) {
    if ((await context.db.find(navDay, { vault: address, day })) === null) missing.push(address);
  }
  for (let start = 0; start < missing.length; start += TOGETHER) {
    const readings = await readVaults(context.client, missing.slice(start, start + TOGETHER));
    for (const reading of readings) await keep(context, reading, moment, "day");
  }
}

async function keep(
  context: Pick<Context, "db" | "client">,
  reading: Reading,
  moment: Moment,
  cause: "event" | "day",
): Promise<void> {
  if (reading === null) return;
  const { db } = context;
  const { address, nav, multiplier, aggregate } = reading;
  const { total, perShare, supply } = nav;
  const vaultKey = lower(address);
  const unpriced = nav.unpriced.map(lower);
  const day = Math.floor(moment.time / DAY);
  await db
    .insert(navSnapshot)
    .values({ vault: vaultKey, ...moment, day, cause, total, perShare, supply, aggregate, multiplier, unpriced });
  await db.update(vault, { address: vaultKey }).set({ snapshotBlock: moment.block });
  await keepDay(db, vaultKey, day, reading, moment);
  await keepHoldings(context, vaultKey, reading, moment);
}

async function keepDay(
  db: Db,
  address: Address,
  day: number,
  { nav }: NonNullable<Reading>,
  moment: Moment,
): Promise<void> {
  const { perShare: price, total, supply, unpriced } = nav;
  const isComplete = unpriced.length === 0;
  const last = { close: price, total, supply, closeBlock: moment.block, closeTime: moment.time };
  await db
    .insert(navDay)
    .values({ vault: address, day, open: price, high: price, low: price, snapshots: 1, isComplete, ...last })
    .onConflictDoUpdate((row) => {
      const snapshots = row.snapshots + 1;
      // Without a price a token counts as nothing: such a NAV must not look like a fall.
      if (row.isComplete && !isComplete) return { snapshots };
      if (!row.isComplete && isComplete)
        return { ...last, open: price, high: price, low: price, snapshots, isComplete };
      const [high, low] = [price > row.high ? price : row.high, price < row.low ? price : row.low];
      return { ...last, high, low, snapshots };
    });
}

async function keepHoldings(
  context: Pick<Context, "db" | "client">,
  address: Address,
  { nav, basket, multiplier }: NonNullable<Reading>,
  moment: Moment,
): Promise<void> {
  const { db } = context;
  for (const [position, { token: tokenAddress, decimals, price, holdings, value }] of nav.holdings.entries()) {
    const key = lower(tokenAddress);
    await keepToken(context, key, decimals);
    const units = basket[1][position] ?? 0n;
    const isPriced = price !== 0n;
    const row = {
      position,
      units,
      unitsPerShare: (units * multiplier) / D27,
      amount: holdings,
      price: isPriced ? price : null,
      value: isPriced ? value : null,
      weightBps: weightOf(isPriced ? value : null, nav.total),
    };
    await db.insert(holdingSnapshot).values({ vault: address, block: moment.block, token: key, ...row });
    await db
      .insert(holding)
      .values({ vault: address, token: key, ...row, ...moment })
      .onConflictDoUpdate({ ...row, ...moment });
  }
}

/** Symbol and decimals of a token, asked once. A token that does not say its symbol has none. */
async function keepToken({ db, client }: Pick<Context, "db" | "client">, address: Address, decimals: number) {
  if ((await db.find(token, { address })) !== null) return;
  const [answer] = await client.multicall({
    contracts: [{ abi: erc20Abi, address, functionName: "symbol" }],
    multicallAddress,
    allowFailure: true,
  });
  await db.insert(token).values({ address, decimals, symbol: answer?.result ?? null });
}

/** Keys are lower case, whatever case a contract's answer was decoded into. */
export function lower(address: Address): Address {
  return address.toLowerCase() as Address;
}
