import type { KeeperConfig } from "../config.ts";
import type { Logger } from "../execute/logger.ts";
import { defaultNodeSettings, Nodes } from "../execute/nodes.ts";
import type { Observer } from "../health/observer.ts";

/** A chain for development, whose time is whatever its user says. */
const LOCAL_CHAIN = 31_337;

/** The nodes of a configuration. Those that cannot be believed are named in the log. */
export function openNodes(
  { rpcUrl, rpcUrls, chainId, nodes }: KeeperConfig,
  logger: Logger,
  observer: Observer,
): Nodes {
  const urls = [rpcUrl, ...rpcUrls];
  const { timeoutMs, retries, behindSeconds, skewSeconds, depth } = nodes;
  return new Nodes({
    urls,
    chainId,
    observer,
    settings: {
      ...defaultNodeSettings,
      timeout: timeoutMs,
      retries,
      staleHead: nodes.staleHeadSeconds ?? (chainId === LOCAL_CHAIN ? 0 : defaultNodeSettings.staleHead),
      behind: behindSeconds,
      skew: skewSeconds,
      depth,
      quorum: nodes.quorum ?? (urls.length < 3 ? 1 : 2),
    },
    onChange: ({ node, reason }) => {
      if (reason === null) logger.info({ node }, "node is used again");
      else logger.error({ node, reason }, "node is not used");
    },
  });
}
