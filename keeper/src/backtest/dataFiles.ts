import { createReadStream, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { readSplits, rowDay, textRows } from "../data/csvTable.ts";
import { firstKnown } from "../data/time.ts";
import { DataFolderError } from "../errors.ts";

const KINDS = /^(daily|universe|macro|onchain|funding|sentiment)_[^.]+\.csv(\.gz)?$/;
const NEWLINE = 0x0a;

/** Files of a data folder that are read, with their rows (lines without the header). */
export async function countRows(folder: string): Promise<readonly { readonly name: string; readonly rows: number }[]> {
  if (!existsSync(folder)) throw new DataFolderError("There is no such folder. Correct --data.", { folder });
  const names = readdirSync(folder)
    .filter((name) => KINDS.test(name))
    .sort();
  return Promise.all(names.map(async (name) => ({ name, rows: await countLines(join(folder, name)) })));
}

async function countLines(path: string): Promise<number> {
  let lines = 0;
  const count = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines++;
    }
  };
  const source = createReadStream(path);
  await (path.endsWith(".gz") ? pipeline(source, createGunzip(), count) : pipeline(source, count)).catch(
    (cause: unknown) => {
      throw new DataFolderError("A data file cannot be unpacked. Fetch it again.", { path }, { cause });
    },
  );
  return Math.max(0, lines - 1);
}

/** {s} from which the headlines of the last of several splits are known; undefined with fewer than two splits. */
export async function laterHeadlines(folder: string): Promise<number | undefined> {
  const tables = await readSplits(folder, "sentiment", { needed: false, columns: ["date", "text", "label"] });
  const starts = tables.flatMap((table) => {
    const days = textRows(table).map((row) => rowDay(table, row["date"]));
    return days.length === 0 ? [] : [Math.min(...days)];
  });
  return starts.length < 2 ? undefined : firstKnown(Math.max(...starts));
}
