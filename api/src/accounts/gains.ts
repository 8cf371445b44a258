import { type Address, getAddress } from "viem";
import type { ApiContext } from "../context.ts";
import type { At, History } from "../history/history.ts";
import { UnprocessableError } from "../http/problem.ts";
import { firstInFirstOut, type Gains, type GainTotals, gainTotals } from "./lots.ts";
import { type AccountMovement, movementsOf, navAt } from "./movements.ts";
import { allRows } from "./pages.ts";

/** Movements of one account that are looked at; a market maker with more asks for one index at a time. */
const MOST_MOVEMENTS = 20_000;
const MOST_NAVS = 200_000;

/** Everything about the gains of an account in one index. */
export type IndexGains = {
  readonly vault: Address;
  readonly symbol: string;
  readonly gains: Gains<AccountMovement>;
  readonly totals: GainTotals;
  /** D18{USD/share} at the moment of the answer; null without a complete NAV */
  readonly nav: bigint | null;
};

async function gainsIn(history: History, account: Address, vault: Address, at: At): Promise<IndexGains> {
  const of = { account, vault, ...at };
  const [row, transfers, flows, batchEvents, navs] = await Promise.all([
    history.vault(vault, at),
    allRows((page) => history.shareTransfers({ ...page, ...of }), MOST_MOVEMENTS, "transfers"),
    allRows((page) => history.flows({ ...page, ...of }), MOST_MOVEMENTS, "deposits and withdrawals"),
    allRows((page) => history.batchEvents({ ...page, ...of }), MOST_MOVEMENTS, "events of batches"),
    allRows((page) => history.navs(vault, { ...page, ...at }), MOST_NAVS, "snapshots of NAV"),
  ]);
  const createdIn = row?.transaction ?? "";
  const gains = firstInFirstOut(movementsOf({ account, transfers, flows, batchEvents, navs, createdIn }));
  const nav = navAt(navs, Number.MAX_SAFE_INTEGER);
  return { vault, symbol: row?.symbol ?? vault, gains, totals: gainTotals(gains, nav), nav };
}

/** Indices that an account ever had shares of, in the order in which they came. */
async function touched({ history }: ApiContext, account: Address, at: At): Promise<readonly Address[]> {
  const transfers = await allRows(
    (page) => history.shareTransfers({ ...page, ...at, account }),
    MOST_MOVEMENTS,
    "transfers of this account",
  );
  return [...new Set(transfers.map(({ vault }) => getAddress(vault)))];
}

/** Gains of an account in one index, or in all that it ever had shares of. Throws {@link UnprocessableError} for too much. */
export async function accountGains(
  context: ApiContext,
  account: Address,
  vault: Address | undefined,
  at: At,
): Promise<readonly IndexGains[]> {
  const vaults = vault === undefined ? await touched(context, account, at) : [vault];
  if (vaults.length > 200)
    throw new UnprocessableError("The account had shares of more than 200 indices: ask for one.");
  const found: IndexGains[] = [];
  // One index after the other: each holds all its snapshots while it is worked out.
  for (const address of vaults) found.push(await gainsIn(context.history, account, address, at));
  return found;
}
