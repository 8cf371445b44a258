import { encodeFunctionData, parseAbi } from "viem";
import { toAnswer } from "../../../deploy/lib/local.ts";
import { movePools, type Side, type Venue } from "./pools.ts";
import type { Demo, MarketAsset } from "./scene.ts";

const hubAbi = parseAbi(["function publish(address[] feeds, int256[] answers, uint256 updatedAt)"]);

export function venueOf({ chain, cast, deployment, market }: Demo): Venue {
  const { weth, uniswapV3Factory: factory, positionManager: manager } = deployment.external;
  if (manager === undefined) throw new Error("the local venue has no position manager");
  return { chain, deployer: cast.deployer, weth, factory, manager, bot: market.bot };
}

/** {USD} what the market pays for an asset after `day`. Stables without a row that day keep their last close. */
export function priceAfter({ replay }: Demo, { asset }: MarketAsset, day: number): number {
  return replay.lastClose(asset, day);
}

export function sideOf(demo: Demo, asset: MarketAsset, day: number): Side {
  return { token: asset.token, decimals: asset.decimals, price: priceAfter(demo, asset, day) };
}

/** Whether a feed has something to report after `day`. A coin without a row is silent; a peg is repeated. */
export function hasPrice({ replay }: Demo, { asset, stable }: MarketAsset, day: number): boolean {
  return stable || replay.closeOn(asset, day) !== undefined;
}

/** New rounds of all feeds in one call: the closes of `day`. Feeds of assets without a price stay silent. */
export async function publishFeeds(demo: Demo, day: number): Promise<void> {
  const { chain, cast, market } = demo;
  const heard = [...market.assets, market.candidate].filter((asset) => hasPrice(demo, asset, day));
  const answers = heard.map((asset) => toAnswer(priceAfter(demo, asset, day), asset.feedDecimals));
  const args = [heard.map(({ aggregator }) => aggregator), answers, 0n] as const;
  const data = encodeFunctionData({ abi: hubAbi, functionName: "publish", args });
  await chain.send({ from: cast.deployer, to: market.hub, data }, "publishing prices");
}

/** Trades all pools to the closes of `day`. */
export async function tradePools(demo: Demo, day: number): Promise<void> {
  const usdc = sideOf(demo, demo.market.usdc, day);
  const moves = demo.market.assets.flatMap((asset) =>
    asset.pool === undefined || demo.halted.has(asset.token) || !hasPrice(demo, asset, day)
      ? []
      : [{ pool: asset.pool.address, a: sideOf(demo, asset, day), b: usdc }],
  );
  await movePools(venueOf(demo), moves);
}

/** The market moves: feeds report, traders follow. */
export async function moveMarket(demo: Demo, day: number): Promise<void> {
  await publishFeeds(demo, day);
  await tradePools(demo, day);
}
