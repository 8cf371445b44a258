/** What is wrong with the indexer's settings, and what to do. */
export class IndexerConfigError extends Error {
  readonly code = "INDEXER_CONFIG";

  constructor(what: string, advice: string) {
    super(`${what}. ${advice}.`);
    this.name = "IndexerConfigError";
  }
}
