import { sideOf, venueOf } from "./lib/market.ts";
import { give, seedPool, supply } from "./lib/pools.ts";
import type { Demo, MarketAsset, Scene } from "./lib/scene.ts";

/** {USD} on each side of a pool: a part of the coin's capitalisation, as on live venues. */
const DEPTH_OF_CAP = 0.002;
const SHALLOWEST = 3e6;
const DEEPEST = 3e8;
const STABLE_DEPTH = 3e8;
/** {USD} of each token that the market's traders can spend. */
const INVENTORY = 2e10;
/** Ether of the deployer that becomes the traders' wrapped ether. */
const WRAPPED_ETHER = 10n ** 24n;

export const marketScene: Scene = {
  number: "03",
  title: "A pool for every token, as deep as its capitalisation suggests",
  run: async (demo: Demo) => {
    const { market, replay, options, screen } = demo;
    const venue = venueOf(demo);
    const day = options.from - 1;
    const usdc = sideOf(demo, market.usdc, day);
    await supply(venue, usdc, INVENTORY);
    await give(venue, usdc.token, venue.bot, 10n ** 18n);

    const traded = market.assets.filter(({ asset }) => asset !== market.usdc.asset);
    let total = 0;
    for (const asset of traded) {
      const depth = depthOf(asset, replay.capOf(asset.asset));
      const fee = feeOf(asset);
      const side = sideOf(demo, asset, day);
      await supply(venue, side, depth);
      const isEther = side.token.toLowerCase() === venue.weth.toLowerCase();
      await give(venue, side.token, venue.bot, isEther ? WRAPPED_ETHER : 10n ** BigInt(side.decimals + 18));
      asset.pool = { address: await seedPool(venue, side, usdc, fee, depth), fee };
      total += 2 * depth;
      screen.progress(`${asset.symbol}/USDC at ${fee / 10_000}%, $${(depth / 1e6).toFixed(0)}M a side`);
    }
    screen.say(
      `${traded.length} pools with $${(total / 1e9).toFixed(1)} billion; traders keep them at the market's price`,
    );
  },
};

function depthOf(asset: MarketAsset, cap: number): number {
  return asset.stable ? STABLE_DEPTH : Math.min(DEEPEST, Math.max(SHALLOWEST, cap * DEPTH_OF_CAP));
}

function feeOf({ asset, stable }: MarketAsset): number {
  if (stable) return 100;
  return asset === "BTC" || asset === "ETH" ? 500 : 3_000;
}
