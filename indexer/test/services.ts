import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { type AddressLike, id as hashOf, MaxUint256 } from "ethers";
import { getAddress, type Hex, parseEther } from "viem";
import { getUsageReceiptTypedData, toSignedUsage, type UsageReceipt } from "../../sdk/src/services/usageReceipt.ts";
import { setPrices } from "../../test/helpers/market.ts";
import { propose, SIGNERS } from "../../test/helpers/protocol.ts";
import type { Dao } from "../../test/helpers/sdkDao.ts";
import {
  AccessPass__factory,
  GradeBook__factory,
  RoyaltyReceiver__factory,
  StrategyMarket__factory,
  StrategyRegistry__factory,
  StrategyShares__factory,
  StrategySharesFactory__factory,
  TokenMock__factory,
} from "../../typechain-types/index.js";
import type { World } from "./life.ts";

const CHAIN_ID = 31_337;
const DAY = 86_400n;
const USD = 1_000_000n;
const [STRATEGY, DATASET] = [0n, 1n];
const [SIGNALS, DATASETS, TRIAL] = [1n, 4n, 2_000n];
const SUPPLY = parseEther("1000");
const BOTH = SIGNERS.slice(0, 2);

/** Tokens of the registry in this life. */
export const TOKEN = { momentum: 1n, prices: 2n, quiet: 3n, offered: 4n } as const;
/** Versions of the strategy that the index adopts. */
export const VERSIONS = [hashOf("momentum"), hashOf("momentum, second version")] as const;

/** Everything that is sold and traded beside the indices, as deploy/ puts it together. */
export async function deployServices({ owner, addressOf, contracts, factory: indices }: Dao) {
  const { gim, scores, splitter } = contracts;
  const usdc = TokenMock__factory.connect(addressOf("USDC"), owner);
  const registry = await new StrategyRegistry__factory(owner).deploy();
  const pass = await new AccessPass__factory(owner).deploy(
    ...([usdc, gim, registry, scores, splitter, owner, "ipfs://{id}"] as const),
  );
  const shares = await new StrategySharesFactory__factory(owner).deploy(registry, usdc, gim, pass);
  const market = await new StrategyMarket__factory(owner).deploy(registry, pass, usdc, gim, splitter, 250n, owner);
  const grades = await new GradeBook__factory(owner).deploy(indices);
  const addresses = {
    StrategyRegistry: registry.target,
    AccessPass: pass.target,
    StrategySharesFactory: shares.target,
    StrategyMarket: market.target,
    GradeBook: grades.target,
  };
  return { usdc, registry, pass, shares, market, grades, addresses };
}

type Cast = Record<"author" | "payer" | "other" | "investor" | "bidder", HardhatEthersSigner>;

async function castOf({ dao, ethers, services }: World): Promise<Cast> {
  const [author, payer, other, investor, bidder] = (await ethers.getSigners()).slice(10);
  if (!author || !payer || !other || !investor || !bidder) throw new Error("too few accounts");
  const { usdc, pass, market } = services;
  for (const account of [payer, other, investor, bidder]) {
    await usdc.connect(dao.owner).mint(account, 100_000n * USD);
    for (const spender of [pass, market]) await usdc.connect(account).approve(spender, MaxUint256);
  }
  return { author, payer, other, investor, bidder };
}

/** Strategies, credits and the market, from the first registration to the last settlement. */
export async function services(world: World): Promise<void> {
  const cast = await castOf(world);
  await register(world, cast);
  await adopt(world, cast);
  await selling(world);
  await using(world, cast);
  await trading(world, cast);
  await sharing(world, cast);
  await buyingOut(world, cast);
  await redeeming(world, cast);
  await remembering(world);
}

async function register({ services }: World, { author }: Cast): Promise<void> {
  const registry = services.registry.connect(author);
  await registry.register(STRATEGY, "ipfs://momentum", VERSIONS[0], 2_000n, 500n);
  await registry.register(DATASET, "ipfs://prices", hashOf("prices"), 0n, 300n);
  await registry.register(STRATEGY, "ipfs://quiet", hashOf("quiet"), 100n, 0n);
  await registry.register(STRATEGY, "ipfs://offered", hashOf("offered"), 100n, 1_000n);
}

/** The index adopts the first version through its timelock and pays; then another version is announced, and waits. */
async function adopt({ dao, networkHelpers, services }: World, { author }: Cast): Promise<void> {
  const { index, creator } = dao;
  const { registry } = services;
  const { recipient, royaltyBps, methodologyHash } = await registry.strategyOf(TOKEN.momentum);
  const terms = { recipient, royaltyBps, methodologyHash };
  await index.connect(creator).setStrategy(terms);
  await networkHelpers.time.increase(7n * DAY);
  await index.applyStrategy(terms);
  await networkHelpers.time.increase(30n * DAY);
  await index.distributeFees();
  await RoyaltyReceiver__factory.connect(recipient, creator).payOut(index);

  const own = registry.connect(author);
  await own.setRoyalty(TOKEN.momentum, 2_500n);
  await own.publish(TOKEN.momentum, "ipfs://momentum-2", VERSIONS[1]);
  await own.setResaleReceiver(TOKEN.momentum, dao.owner);
  const next = await registry.strategyOf(TOKEN.momentum);
  await index.connect(creator).setStrategy({
    recipient: next.recipient,
    royaltyBps: next.royaltyBps,
    methodologyHash: next.methodologyHash,
  });
}

/** Prices, a plan and trials. */
async function selling({ services: { pass, market } }: World): Promise<void> {
  await pass.setCreditPrice(SIGNALS, 10_000n, parseEther("0.2"));
  await pass.setCreditPrice(DATASETS, 50_000n, 0n);
  await pass.addPlan({ usdcPrice: 29n * USD, gimPrice: 0n, services: 6n, creditsPerDay: 5_000n });
  await pass.setPlanPrice(0n, 30n * USD, 0n);
  await pass.setAssetShare(3_000n);
  await pass.setTrialCredits(50n);
  await market.setFeeBps(200n);
}

/** Credits and a plan are bought, a trial begins, meters are filled, and receipts are settled: good ones and bad ones. */
async function using(world: World, { payer, other, author }: Cast): Promise<void> {
  const { dao, services, networkHelpers } = world;
  const { pass, usdc } = services;
  const mine = pass.connect(payer);
  await mine.buyCredits(SIGNALS, 1_000n, usdc, MaxUint256, payer);
  await mine.buyCredits(DATASETS, 200n, usdc, MaxUint256, payer);
  const { gim } = dao.contracts;
  await gim.connect(dao.owner).transfer(payer, parseEther("100"));
  await gim.connect(payer).approve(pass, MaxUint256);
  await mine.buyCredits(SIGNALS, 50n, gim, MaxUint256, payer);
  await mine.buyPlan(0n, 2n, usdc, MaxUint256, other);
  await mine.safeTransferFrom(payer, other, SIGNALS, 100n, "0x");
  await mine.safeBatchTransferFrom(payer, other, [SIGNALS, DATASETS], [20n, 10n], "0x");
  await mine.load(SIGNALS, 500n);
  await mine.load(DATASETS, 100n);
  await pass.connect(other).startTrial();
  const until = (await networkHelpers.time.latest()) + 30 * 86_400;
  await mine.setKey(dao.second.address, until);

  const sign = receipts(world, BigInt(until));
  await mine.requestUnload(SIGNALS, 60n);
  await mine.requestCancelNonce(SIGNALS, 77n);
  // Nobody can stop whoever asks to cancel a nonce of what is nothing: it must not stop the index either.
  await mine.requestCancelNonce(2n ** 200n, 77n);
  await pass.connect(dao.owner).settle([
    {
      ...{ account: payer, id: SIGNALS, asset: 0n },
      receipts: [await sign(payer, SIGNALS, 0n, 0n, 3), await sign(payer, SIGNALS, 0n, 1n, 4)],
    },
    {
      ...{ account: payer, id: DATASETS, asset: TOKEN.prices },
      receipts: [
        await sign(payer, DATASETS, TOKEN.prices, 0n, 10),
        await sign(payer, DATASETS, TOKEN.prices, 0n, 10), // a second time
        await sign(payer, DATASETS, TOKEN.prices, 1n, 1_000), // more than there is
        await sign(other, DATASETS, TOKEN.prices, 2n, 1, payer), // not by the payer
      ],
    },
    { account: other, id: TRIAL, asset: 0n, receipts: [await sign(other, TRIAL, 0n, 5n, 8)] },
    { account: payer, id: 2n ** 255n, asset: 0n, receipts: [await sign(payer, SIGNALS, 0n, 9n, 1)] },
  ]);
  await pass.claimEarned(TOKEN.prices, usdc);
  await pass.flush(usdc);
  await mine.buyCredits(SIGNALS, 10n, usdc, MaxUint256, author);
  await pass.connect(dao.owner).setCreditPrice(SIGNALS, 5_000n, parseEther("0.1")); // cuts the pool
  await networkHelpers.time.increase(DAY);
  await mine.unload(SIGNALS);
  await mine.cancelNonce(SIGNALS, 77n);
  await networkHelpers.time.increase(7n * DAY);
  await pass.expireTrial(other);
}

/** Signs receipts as payers do. */
function receipts({ services: { pass } }: World, validUntil: bigint) {
  const accessPass = getAddress(String(pass.target));
  return async (
    signer: HardhatEthersSigner,
    id: bigint,
    asset: bigint,
    nonce: bigint,
    units: number,
    account = signer,
  ) => {
    const receipt: UsageReceipt = {
      ...{ account: getAddress(account.address), id, asset, nonce, units },
      validUntil: Number(validUntil),
    };
    const { domain, types, message } = getUsageReceiptTypedData({ chainId: CHAIN_ID, accessPass }, receipt);
    const signature = await signer.signTypedData(domain, { UsageReceipt: [...types.UsageReceipt] }, message);
    return toSignedUsage(receipt, signature as Hex);
  };
}

/** A strategy is sold, credits are sold in parts, a listing is taken back, and others stay: one of them is dead. */
async function trading(world: World, { author, payer, other, investor }: Cast): Promise<void> {
  const { services, networkHelpers } = world;
  const { registry, pass, market, usdc } = services;
  const until = (await networkHelpers.time.latest()) + 200 * 86_400;
  const list = (seller: HardhatEthersSigner, collection: AddressLike, id: bigint, units: bigint, price: bigint) =>
    market.connect(seller).list(collection, id, units, price, usdc, until);
  await registry.connect(author).approve(market, TOKEN.offered);
  await list(author, registry, TOKEN.offered, 1n, 400n * USD); // 1
  await list(author, registry, TOKEN.offered, 1n, 500n * USD); // 2: dead once 1 is sold
  await market.connect(payer).buy(1n, 1n, MaxUint256, hashOf("offered"));
  await registry.connect(payer).setApprovalForAll(market, true);
  await list(payer, registry, TOKEN.offered, 1n, 900n * USD); // 3
  await market.connect(investor).buy(3n, 1n, MaxUint256, hashOf("offered")); // the author gets his part
  await registry.connect(investor).approve(market, TOKEN.offered);
  await list(investor, registry, TOKEN.offered, 1n, 1_000n * USD); // 4 stays

  await pass.connect(other).setApprovalForAll(market, true);
  await list(other, pass, SIGNALS, 80n, 8_000n); // 5
  await market.connect(payer).buy(5n, 30n, MaxUint256, "0x".padEnd(66, "0"));
  await pass.connect(payer).setApprovalForAll(market, true);
  await list(payer, pass, SIGNALS, 10n, 9_000n); // 6
  await market.connect(payer).cancel(6n);
  await list(payer, pass, DATASETS, 5n, 70_000n); // 7: no longer approved
  await pass.connect(payer).setApprovalForAll(market, false);
}

/** The strategy that the index follows is locked, and its royalties are shared. */
async function sharing({ dao, services, networkHelpers }: World, { author, investor }: Cast): Promise<void> {
  const { index } = dao;
  const { registry, shares: factory, usdc } = services;
  await registry.connect(author).approve(factory, TOKEN.momentum);
  await factory.connect(author).lock(TOKEN.momentum, "Momentum shares", "MOM", SUPPLY, 1_000n * USD, usdc);
  const shares = StrategyShares__factory.connect(await factory.sharesOf(TOKEN.momentum), author);
  await shares.transfer(investor, (SUPPLY * 2n) / 5n);
  await shares.transfer(author, 1n);
  for (let round = 0; round < 2; round++) {
    await networkHelpers.time.increase(5n * DAY);
    await index.distributeFees();
    await shares.harvest(index);
  }
  await shares.claim(author, index, 1n);
  await shares.claim(investor, index, 10n);
}

/** Two bid, the better one gets the token, and an owner of shares takes his part of the price. */
async function buyingOut({ services, networkHelpers }: World, { author, bidder, other }: Cast): Promise<void> {
  const shares = StrategyShares__factory.connect(await services.shares.sharesOf(TOKEN.momentum), author);
  for (const account of [bidder, other]) await services.usdc.connect(account).approve(shares, MaxUint256);
  await shares.connect(other).bid(1_000n * USD);
  await shares.connect(bidder).bid(1_200n * USD);
  await shares.withdrawBid(other);
  await networkHelpers.time.increase(7n * DAY);
  await shares.settle([]);
  await shares.cashOut(parseEther("100"));
}

/** All shares are burned for the token; what comes later goes to who burned them. */
async function redeeming({ services, networkHelpers }: World, { author, payer }: Cast): Promise<void> {
  const { registry, shares: factory, usdc } = services;
  await registry.connect(author).approve(factory, TOKEN.quiet);
  await factory.connect(author).lock(TOKEN.quiet, "Quiet shares", "QUI", SUPPLY, 1n, usdc);
  const shares = StrategyShares__factory.connect(await factory.sharesOf(TOKEN.quiet), author);
  await networkHelpers.time.increase(10n);
  await shares.redeem();
  await usdc.connect(payer).transfer(shares, 5n * USD);
  await shares.harvest(usdc);
}

/** A decision, and what proves its grades for ever. */
async function remembering({ dao, services }: World): Promise<void> {
  const { protocol, index } = dao;
  await setPrices(protocol);
  await propose(protocol, index, { weights: [2_500, 2_500, 2_500, 2_500], signers: BOTH });
  await services.grades.remember(index);
}
