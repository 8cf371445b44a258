import type { ApiContext } from "../context.ts";
import type { At, History } from "../history/history.ts";
import type { VaultRow } from "../history/rows.ts";
import { CursorInvalidError } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressInput, z } from "../http/schemas.ts";
import { indexDetailSchema, indexParams, indexSchema, requireVault, toIndex, toIndexDetail } from "./indexForms.ts";
import { atOneMoment } from "./moment.ts";

const DAY = 86_400;
const MONTH = 30 * DAY;
const PAGE = 1_000;

type IndexForm = z.input<typeof indexSchema>;

const SORTS = ["tvl", "price", "change24h", "change30d", "holders", "fee", "name", "symbol", "created"] as const;
type Sort = (typeof SORTS)[number];

/** By what each sort compares: a number or a text; null comes last whatever the order. */
const KEYS: { readonly [K in Sort]: (index: IndexForm) => bigint | number | string | null } = {
  tvl: ({ tvl }) => (tvl === null ? null : BigInt((tvl as { raw: string }).raw)),
  price: ({ price }) => (price === null ? null : BigInt((price as { raw: string }).raw)),
  change24h: ({ change24hBps }) => change24hBps,
  change30d: ({ change30dBps }) => change30dBps,
  holders: ({ holders }) => holders,
  fee: ({ fees }) => fees.streamingBpsPerYear,
  name: ({ name }) => name.toLowerCase(),
  symbol: ({ symbol }) => symbol.toLowerCase(),
  created: ({ createdAt }) => createdAt,
};

/** All indices at a moment, in the order of their creation. */
async function allVaults(history: History, at: At): Promise<readonly VaultRow[]> {
  const rows: VaultRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await history.vaults({
      ...at,
      limit: PAGE,
      order: "oldest",
      ...(cursor === undefined ? {} : { cursor }),
    });
    rows.push(...page.rows);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return rows;
}

/** {s} of the moment asked for. */
function timeOf(at: At, headTime: number, vaults: readonly VaultRow[]): number {
  if (at.asOf !== undefined) return at.asOf;
  if (at.asOfBlock === undefined) return headTime;
  return Math.max(0, ...vaults.map(({ time, nav }) => nav?.time ?? time));
}

async function readIndices({ history, methodologies }: ApiContext, at: At) {
  const [vaults, head] = await Promise.all([allVaults(history, at), history.head()]);
  const now = timeOf(at, head.time, vaults);
  const before = async (age: number) => {
    const then = await allVaults(history, { asOf: Math.max(0, now - age) });
    return new Map(then.map(({ address, nav }) => [address, nav]));
  };
  const [dayAgo, monthAgo] = await Promise.all([before(DAY), before(MONTH)]);
  const forms = vaults.map((vault) => {
    const earlier = { dayAgo: dayAgo.get(vault.address) ?? null, monthAgo: monthAgo.get(vault.address) ?? null };
    return toIndex(vault, earlier, methodologies);
  });
  return { forms, vaults };
}

function newestOf(vaults: readonly VaultRow[]) {
  return vaults
    .map((vault) => vault.nav ?? vault)
    .reduce<VaultRow["nav"] | VaultRow | null>((newest, row) => {
      return newest === null || row.block > newest.block ? row : newest;
    }, null);
}

function sorted(forms: readonly IndexForm[], sort: Sort, order: "asc" | "desc"): readonly IndexForm[] {
  const key = KEYS[sort];
  const sign = order === "asc" ? 1 : -1;
  return forms.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return left < right ? -sign : left > right ? sign : a.address < b.address ? -1 : 1;
  });
}

const listIndices = defineRoute({
  id: "listIndices",
  method: "get",
  path: "/v1/indices",
  tag: "Indices",
  summary: "All indices with price, changes, value, fees and risk",
  query: {
    search: z.string().max(100).optional().openapi({ description: "Part of a name or a symbol, in any case." }),
    risk: z.enum(["conservative", "balanced", "aggressive"]).optional(),
    creator: addressInput.optional().openapi({ description: "Only those of this creator." }),
    sort: z.enum(SORTS).default("tvl"),
    order: z.enum(["asc", "desc"]).optional().openapi({ description: "Unless told: texts rise, figures fall." }),
  },
  hasPast: true,
  // The block of the first page: all pages show the same moment.
  position: z.tuple([z.number().int().nonnegative().nullable(), addressInput]),
  data: z.array(indexSchema),
  freshness: "revision",
  handle: async (context, { query, at, page }) => {
    const [pinned, behind] = page.after ?? [null, null];
    const moment = pinned === null ? at : { ...at, asOfBlock: pinned };
    const { result, moment: when } = await atOneMoment(
      context.history,
      moment,
      () => readIndices(context, moment),
      ({ vaults }) => newestOf(vaults),
    );
    const { search, risk, creator, sort, order } = query;
    const wanted = search?.toLowerCase();
    const ofCreator = new Set(result.vaults.filter((row) => row.creator === creator).map((row) => row.address));
    const found = result.forms.filter(
      (form) =>
        (wanted === undefined || `${form.name} ${form.symbol}`.toLowerCase().includes(wanted)) &&
        (risk === undefined || form.risk === risk) &&
        (creator === undefined || ofCreator.has(form.address)),
    );
    const usual = sort === "name" || sort === "symbol" ? "asc" : "desc";
    const list = sorted(found, sort, order ?? usual);
    const start = behind === null ? 0 : list.findIndex(({ address }) => address === behind) + 1;
    if (behind !== null && start === 0) throw new CursorInvalidError("The list no longer has that place. Start again.");
    const shown = list.slice(start, start + page.limit);
    const last = start + page.limit < list.length ? shown.at(-1) : undefined;
    return { data: [...shown], ...when, next: last === undefined ? null : ([when.asOfBlock, last.address] as const) };
  },
});

const getIndex = defineRoute({
  id: "getIndex",
  method: "get",
  path: "/v1/indices/{address}",
  tag: "Indices",
  summary: "One index with all its terms",
  params: indexParams,
  hasPast: true,
  data: indexDetailSchema,
  freshness: "revision",
  handle: async ({ history, methodologies }, { params, at }) => {
    const { address } = params;
    const { result, moment } = await atOneMoment(
      history,
      at,
      async () => {
        const [vault, head] = await Promise.all([requireVault(history, address, at), history.head()]);
        const now = timeOf(at, head.time, [vault]);
        const before = (age: number) => history.vault(address, { asOf: Math.max(0, now - age) });
        const [dayAgo, monthAgo] = await Promise.all([before(DAY), before(MONTH)]);
        const earlier = { dayAgo: dayAgo?.nav ?? null, monthAgo: monthAgo?.nav ?? null };
        return { vault, form: toIndexDetail(vault, earlier, methodologies, now) };
      },
      ({ vault }) => vault.nav ?? vault,
    );
    return { data: result.form, ...moment };
  },
});

/** Indices: the list, and one of them. */
export const indexRoutes: readonly Route[] = [listIndices, getIndex];
