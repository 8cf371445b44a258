import type { Page, PageOf } from "../history/history.ts";
import { UnprocessableError } from "../http/problem.ts";

const PAGE = 1_000;

/** All rows of a list of the index, the oldest first. Throws {@link UnprocessableError} when there are more than `most`. */
export async function allRows<Row>(
  ask: (page: PageOf) => Promise<Page<Row>>,
  most: number,
  what: string,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask({ limit: PAGE, order: "oldest", ...(cursor === undefined ? {} : { cursor }) });
    rows.push(...page.rows);
    if (rows.length > most) throw new UnprocessableError(`There are more than ${most} ${what}: ask for one index.`);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return rows;
}
