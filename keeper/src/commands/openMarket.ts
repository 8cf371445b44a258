import { readFile } from "node:fs/promises";
import type { KeeperConfig } from "../config.ts";
import { createFileCache } from "../data/cache.ts";
import { findDataFolder, openCsvFolder } from "../data/csvFolder.ts";
import { createCsvSource, createFeedSource, createRedditSource } from "../data/headlineSources.ts";
import type { HeadlineSource as HeadlineFeed, SourceFailure } from "../data/headlines.ts";
import { createHttpReader } from "../data/httpReader.ts";
import { createLiveSource } from "../data/live.ts";
import { createLiveHeadlines } from "../data/liveHeadlines.ts";
import { createSimulation } from "../data/simulation.ts";
import { type MarketDataSource, namingDatasets } from "../data/source.ts";
import { DataFolderError, DataSourceError } from "../errors.ts";
import type { Options, Session } from "./session.ts";

/** The configured source and no other, with the data sets that are said to be in it. */
export async function openMarket(session: Session, options: Options): Promise<MarketDataSource> {
  return namingDatasets(await openSource(session, options), session.config.data.datasets);
}

/** Real data is never silently replaced by invented data. */
async function openSource({ config, logger }: Session, options: Options): Promise<MarketDataSource> {
  const { data, environment } = config;
  if (data.source === "simulation") return createSimulation({ seed: data.seed });
  if (data.source === "live") {
    const { symbols } = data;
    const cache = createFileCache(data.cache);
    const clock = () => Date.now() / 1000;
    const onFailure = (failure: SourceFailure) => logger.warn(failure, "a source of headlines gave nothing");
    const headlines = createLiveHeadlines({ feeds: data.headlines.map(openFeed), cache, clock, onFailure });
    return createLiveSource({ cache, clock, symbols, headlines });
  }
  const folder = findDataFolder(options.data ?? data.folder, environment.GIMBAL_DATA);
  if (folder !== undefined) return openCsvFolder(folder);
  throw new DataFolderError(
    "There is no data folder. Give --data or GIMBAL_DATA, or choose another source in the configuration.",
  );
}

type FeedConfig = Extract<KeeperConfig["data"], { source: "live" }>["headlines"][number];

function openFeed(feed: FeedConfig): HeadlineFeed {
  if (feed.kind === "csv") {
    return createCsvSource({ name: feed.name, location: feed.path, read: readTextFile });
  }
  const options = { name: feed.name, location: feed.url, read: createHttpReader() };
  return feed.kind === "rss" ? createFeedSource(options) : createRedditSource(options);
}

/** A file that is missing is a source that gives nothing, not the end of the round. */
async function readTextFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new DataSourceError("A table of headlines cannot be read. Check its path.", { path }, { cause });
  }
}
