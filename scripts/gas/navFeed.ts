// What a lender pays for the price of a share: every token's feed is read, so it grows with the basket.
import type { ContractTransactionResponse } from "ethers";
import { NavFeed__factory } from "../../typechain-types/index.js";
import type { Measurements } from "../snapshot.ts";
import { execGas } from "./measure.ts";
import { buildWorld, prepareCreation } from "./world.ts";

/** The feed as a lender's transaction finds it, with nothing read before. */
export async function measureNavFeed(into: Measurements): Promise<void> {
  for (const size of [10, 100]) {
    const world = await buildWorld(size);
    const { params, vault } = await prepareCreation(world);
    await world.factory.connect(world.holder).createIndex(params);
    const feed = await new NavFeed__factory(world.owner).deploy(world.factory, world.assetRegistry, vault);
    const read = await feed.latestRoundData.populateTransaction();
    into[`read the NavFeed of ${size} tokens, exec`] = await execGas(
      world.owner.sendTransaction(read) as Promise<ContractTransactionResponse>,
    );
  }
}
