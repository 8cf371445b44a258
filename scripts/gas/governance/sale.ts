// What a buyer of an early-access sale pays, with ten tiers to look his up in.
import { MaxUint256, ZeroAddress } from "ethers";
import { SCORE_TIERS } from "../../../sdk/src/index.ts";
import {
  KeeperRegistry__factory,
  SaleRound__factory,
  SaleRoundFactory__factory,
  ScoreRegistry__factory,
  TokenMock__factory,
} from "../../../typechain-types/index.js";
import type { Measurements } from "../../snapshot.ts";
import { txGas } from "../measure.ts";
import { buildGovernance, DAY, gim, people, time, WEEK, weekStart } from "./world.ts";

const DOLLARS = 10n ** 6n;

/** The second of two buyers commits, so that the total is not zero before; the sale is oversubscribed. */
export async function measureSale(into: Measurements): Promise<void> {
  const governed = await buildGovernance();
  const { owner, escrow, token: saleToken } = governed;
  const [issuer, first, second] = people(governed, 3);
  const scores = await new ScoreRegistry__factory(owner).deploy(escrow, owner, [...SCORE_TIERS]);
  const keepers = await new KeeperRegistry__factory(owner).deploy(owner, ZeroAddress);
  const factory = await new SaleRoundFactory__factory(owner).deploy(owner, scores, keepers, owner);
  const dollar = await new TokenMock__factory(owner).deploy("Dollar", "USD", 6);
  for (const buyer of [first, second]) {
    await escrow.connect(buyer).lock(gim(500_000), await weekStart(40));
    await dollar.mint(buyer, 100_000n * DOLLARS);
  }

  const snapshot = await weekStart(1);
  const start = snapshot + DAY;
  const end = start + WEEK;
  await factory.createRound({
    issuer,
    paymentToken: dollar,
    saleToken,
    hardCap: 3_000n * DOLLARS,
    softCap: 1_000n * DOLLARS,
    saleAmount: gim(30_000),
    snapshot,
    start,
    end,
    cliff: 0,
    vesting: 90 * DAY,
    feeBps: 200,
  });
  const [address = ZeroAddress] = await factory.rounds(0, 1);
  const round = SaleRound__factory.connect(address, issuer);
  await saleToken.connect(issuer).approve(round, MaxUint256);
  await round.fund();

  await time.increaseTo(start + DAY);
  for (const buyer of [first, second]) {
    await dollar.connect(buyer).approve(round, MaxUint256);
    into["commit to a sale, tx"] = await txGas(round.connect(buyer).commit(2_000n * DOLLARS));
  }
  await time.increaseTo(end);
  for (const buyer of [first, second]) into["settle a sale, tx"] = await txGas(round.settle(buyer));
  await time.increase(30 * DAY);
  for (const buyer of [first, second])
    into["release what was bought in a sale, tx"] = await txGas(round.release(buyer));
}
