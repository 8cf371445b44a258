import { parse } from "csv-parse/sync";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { z } from "zod";
import { DataSourceError } from "../errors.ts";
import { type HeadlineSource, parseMoment, type RawItem, type ReadText, requireSize, toBatch } from "./headlines.ts";

/** Where a source is read. */
export interface HeadlineSourceOptions {
  readonly name: string; // such as "coindesk"
  readonly location: string; // address or path, handed to `read`
  readonly read: ReadText;
}

/**
 * An RSS 2.0, RSS 1.0 or Atom feed.
 *
 * @example
 * createFeedSource({ name: "desk", location: "https://example.org/rss", read: createHttpReader() })
 */
export function createFeedSource(options: HeadlineSourceOptions): HeadlineSource {
  return createTextSource(`rss/${options.name}`, options, parseFeed);
}

/** A listing as Reddit and the sites that follow it give it: data.children[].data.{title, created_utc}. */
export function createRedditSource(options: HeadlineSourceOptions): HeadlineSource {
  return createTextSource(`reddit/${options.name}`, options, parseListing);
}

/** A table with the columns `date` (or `at`, `published`) and `text` (or `title`, `headline`). */
export function createCsvSource(options: HeadlineSourceOptions): HeadlineSource {
  return createTextSource(`csv/${options.name}`, options, parseTable);
}

function createTextSource(
  id: string,
  { location, read }: HeadlineSourceOptions,
  parseItems: (text: string) => readonly RawItem[],
): HeadlineSource {
  return {
    id,
    fetch: async (fetchedAt) => {
      const text = requireSize(id, await read(location));
      try {
        return toBatch(id, parseItems(text), fetchedAt);
      } catch (cause) {
        const details = { source: id, reason: cause instanceof Error ? cause.message.slice(0, 300) : String(cause) };
        const message = "A source of headlines did not answer in its format. Check its address and kind.";
        throw new DataSourceError(message, details, { cause });
      }
    },
  };
}

// Values stay texts: a headline "2021" is no number. Declared entities could grow without bound, so none are allowed.
const xml = new XMLParser({ ignoreAttributes: true, parseTagValue: false, htmlEntities: true, removeNSPrefix: true });

const nodeSchema = z
  .union([z.string(), z.object({ "#text": z.string() }).loose()])
  .optional()
  .catch(undefined);
const itemSchema = z
  .object({ title: nodeSchema, pubDate: nodeSchema, date: nodeSchema, published: nodeSchema, updated: nodeSchema })
  .loose()
  .catch({});
const itemsSchema = z
  .union([z.array(itemSchema), itemSchema.transform((item) => [item])])
  .optional()
  .transform((items) => items ?? []);
// An empty channel is parsed as an empty text.
const channelSchema = z.union([z.object({ item: itemsSchema }).loose(), z.string().transform(() => ({ item: [] }))]);
const feedSchema = z.union([
  z.object({ rss: z.object({ channel: channelSchema }).loose() }).transform(({ rss }) => rss.channel.item),
  z.object({ RDF: z.object({ item: itemsSchema }).loose() }).transform(({ RDF }) => RDF.item),
  z.object({ feed: z.object({ entry: itemsSchema }).loose() }).transform(({ feed }) => feed.entry),
  z.object({ feed: z.string() }).transform(() => []),
]);

function parseFeed(text: string): readonly RawItem[] {
  if (/<!ENTITY/i.test(text)) throw new Error("the feed declares entities");
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new Error(`line ${valid.err.line}: ${valid.err.msg}`);
  return feedSchema.parse(xml.parse(text)).map((item) => {
    const date = textOf(item.pubDate) ?? textOf(item.published) ?? textOf(item.date) ?? textOf(item.updated);
    return { text: textOf(item.title), published: date === undefined ? undefined : parseMoment(date) };
  });
}

function textOf(node: z.infer<typeof nodeSchema>): string | undefined {
  return typeof node === "object" ? node["#text"] : node;
}

const postSchema = z
  .object({
    data: z.object({
      title: z.string().optional().catch(undefined),
      created_utc: z.number().optional().catch(undefined),
    }),
  })
  .transform(({ data }): RawItem => ({ text: data.title, published: data.created_utc }))
  .catch({ text: undefined, published: undefined });
const listingSchema = z.object({ data: z.object({ children: z.array(postSchema) }) });

function parseListing(text: string): readonly RawItem[] {
  return listingSchema.parse(JSON.parse(text)).data.children;
}

const TEXT_COLUMNS = ["text", "title", "headline"];
const DATE_COLUMNS = ["at", "published", "date"];

function parseTable(text: string): readonly RawItem[] {
  const [header = [], ...rows] = z.array(z.array(z.string())).parse(parse(text, { bom: true, skip_empty_lines: true }));
  const names = header.map((name) => name.trim().toLowerCase());
  const [textAt, dateAt] = [TEXT_COLUMNS, DATE_COLUMNS].map((known) => names.findIndex((name) => known.includes(name)));
  if (textAt === undefined || dateAt === undefined || textAt < 0 || dateAt < 0) {
    throw new Error(`no columns ${TEXT_COLUMNS.join("/")} and ${DATE_COLUMNS.join("/")}`);
  }
  return rows.map((row) => {
    const date = row[dateAt]?.trim() ?? "";
    return { text: row[textAt], published: /^\d{9,10}$/.test(date) ? Number(date) : parseMoment(date) };
  });
}
