import type { Signer } from "ethers";
import { ZeroAddress } from "ethers";
import {
  type EACAggregatorProxy,
  EACAggregatorProxy__factory,
  type ReplayFeed,
  ReplayFeed__factory,
} from "../../typechain-types/index.js";

/** A feed as users meet it: the aggregator that a replay moves, behind the real proxy of Chainlink. */
export interface ProxiedFeed {
  feed: ReplayFeed;
  proxy: EACAggregatorProxy;
  address: string; // of the proxy
}

export interface FeedOptions {
  decimals?: number;
  publisher?: string;
  minAnswer?: bigint;
  maxAnswer?: bigint;
  description?: string;
}

const MAX_ANSWER = (1n << 95n) - 1n;

/** Deploys a feed owned by `signer`, with a first answer unless it is undefined. */
export async function deployFeed(
  signer: Signer,
  answer: bigint | undefined,
  {
    decimals = 8,
    publisher = ZeroAddress,
    minAnswer = 1n,
    maxAnswer = MAX_ANSWER,
    description = "TEST / USD",
  }: FeedOptions = {},
): Promise<ProxiedFeed> {
  const feed = await new ReplayFeed__factory(signer).deploy(
    signer,
    publisher,
    decimals,
    description,
    minAnswer,
    maxAnswer,
  );
  const proxy = await new EACAggregatorProxy__factory(signer).deploy(feed, ZeroAddress);
  if (answer !== undefined) await feed.publish(answer, 0);
  return { feed, proxy, address: await proxy.getAddress() };
}
