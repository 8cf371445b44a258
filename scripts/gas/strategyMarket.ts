// What sellers and buyers of strategies and credits pay.

import { deployMarketplace, FIRST_HASH, NO_HASH, SIGNALS, USD } from "../../test/helpers/strategyMarket.ts";
import type { Measurements } from "../snapshot.ts";
import { txGas } from "./measure.ts";
import { ethers, networkHelpers } from "./world.ts";

/** Everybody paid has had the currency before, and the buyer has had credits. */
export async function measureMarket(into: Measurements): Promise<void> {
  const w = await deployMarketplace(await ethers.getSigners(), networkHelpers);
  const until = (await w.inSeconds(0n)) + 86_400n;
  const from = w.market.connect(w.seller);
  const buyer = w.market.connect(w.buyer);
  for (const account of [w.author, w.splitter]) await w.usdc.mint(account, USD);
  await w.giveCredits(w.buyer, 1n);

  await w.listCredits({ until });
  into["list a strategy, tx"] = await txGas(from.list(w.registry, 1n, 1n, USD, w.usdc, until));
  into["list credits, tx"] = await txGas(from.list(w.pass, SIGNALS, 100n, USD, w.usdc, until));
  into["buy a strategy, tx"] = await txGas(buyer.buy(2n, 1n, USD, FIRST_HASH));
  into["buy a part of listed credits, tx"] = await txGas(buyer.buy(3n, 10n, 10n * USD, NO_HASH));
  into["cancel a listing, tx"] = await txGas(from.cancel(3n));
}
