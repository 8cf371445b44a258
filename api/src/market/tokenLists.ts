import type { ApiContext } from "../context.ts";
import type { At } from "../history/history.ts";
import { RequestInvalidError } from "../http/problem.ts";
import type { Answer } from "../http/route.ts";
import { z } from "../http/schemas.ts";
import type { DayHead } from "./gradeDay.ts";
import type { StoredToken, TokenFilter, TokenPlace, TokenSort } from "./marketStore.ts";

/** Place in a list of tokens: the day, the value that the list is ordered by (null in a history), the token. */
export const tokenPlaceSchema = z.tuple([z.number().int(), z.union([z.number(), z.string(), z.null()]), z.string()]);

/** Place in a list of tokens. */
export type ListPlace = z.output<typeof tokenPlaceSchema>;

/** What a list of tokens is asked with. */
export interface TokenListInput {
  readonly filter: TokenFilter;
  readonly sort: TokenSort | undefined;
  readonly order: "asc" | "desc" | undefined;
  readonly range: { readonly from: number; readonly to: number } | null;
  readonly at: At;
  readonly page: { readonly limit: number; readonly after: ListPlace | null };
}

/** Orders in which the first is the best. */
const RISING: readonly TokenSort[] = ["rank", "symbol"];

/**
 * One page of tokens: of the day that speaks at the moment asked for, in the wanted order; or with a range, of all its days,
 * newest first. A cursor stays with the day that its list began with, whatever is graded meanwhile.
 */
export async function tokenList<D>(
  { market }: Pick<ApiContext, "market">,
  input: TokenListInput,
  usual: TokenSort,
  toWire: (token: StoredToken, head: DayHead) => D,
): Promise<Answer<D[], ListPlace>> {
  const newest = await market.at(input.at);
  if (input.range !== null) return history(market.store, input, newest, toWire);
  const { sort = usual, page, filter } = input;
  const order = input.order ?? (RISING.includes(sort) ? "asc" : "desc");
  const began =
    page.after === null ? newest : ((await market.store.heads([page.after[0]])).get(page.after[0]) ?? newest);
  const after: TokenPlace | null = page.after === null ? null : [page.after[1], page.after[2]];
  const wanted = { day: began.day, filter, sort, order, limit: page.limit + 1, after };
  const found = await market.store.page(wanted);
  const shown = found.slice(0, page.limit);
  const last = found.length > page.limit ? shown.at(-1) : undefined;
  return {
    data: shown.map((token) => toWire(token, began)),
    asOf: began.asOf,
    asOfBlock: Number(began.block.number),
    next: last === undefined ? null : [began.day, figureOf(last, sort), last.token],
  };
}

async function history<D>(
  store: ApiContext["market"]["store"],
  { range, sort, order, filter, page }: TokenListInput,
  newest: DayHead,
  toWire: (token: StoredToken, head: DayHead) => D,
): Promise<Answer<D[], ListPlace>> {
  const faults = Object.entries({ sort, order }).filter(([, value]) => value !== undefined);
  if (faults.length > 0) {
    const message = "cannot stand beside `from` or `to`: a history is newest day first";
    throw new RequestInvalidError(faults.map(([name]) => ({ at: `query.${name}`, message })));
  }
  const after = page.after === null ? null : ([page.after[0], page.after[2]] as const);
  const { from = 0, to = 0 } = range ?? {};
  const wanted = { from, to: Math.min(to, newest.day), until: newest.asOf, filter, limit: page.limit + 1, after };
  const found = await store.history(wanted);
  const shown = found.slice(0, page.limit);
  const last = found.length > page.limit ? shown.at(-1) : undefined;
  const heads = await store.heads([...new Set(shown.map(({ day }) => day))]);
  return {
    data: shown.map((token) => toWire(token, heads.get(token.day) ?? newest)),
    asOf: newest.asOf,
    asOfBlock: Number(newest.block.number),
    next: last === undefined ? null : [last.day, null, last.token],
  };
}

function figureOf(token: StoredToken, sort: TokenSort): number | string | null {
  switch (sort) {
    case "symbol":
      return token.token;
    case "change24h":
      return token.change1;
    case "change7d":
      return token.change7;
    case "change30d":
      return token.change30;
    default:
      return token[sort];
  }
}
