// What revenue costs: paying it in, and claiming it after one week or many. Everybody has held the reward before.
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, ZeroAddress } from "ethers";
import { plainTokens } from "../../../test/helpers/market.ts";
import { deployProtocol } from "../../../test/helpers/protocol.ts";
import {
  Buyback__factory,
  Compounder__factory,
  type RevenueDistributor,
  RevenueDistributor__factory,
  type TokenMock,
  TokenMock__factory,
} from "../../../typechain-types/index.js";
import type { Measurements } from "../../snapshot.ts";
import { txGas } from "../measure.ts";
import { buildGovernance, type Governed, gim, people, time, weekStart } from "./world.ts";

const MIN_SUPPLY = gim(1_000);
const DOLLARS = 10n ** 6n;
const LOCK_MODE = 1;

interface Revenue extends Governed {
  distributor: RevenueDistributor;
  rewards: [TokenMock, TokenMock];
}

async function buildRevenue(): Promise<Revenue> {
  const governed = await buildGovernance();
  const { owner, escrow } = governed;
  const [guardian] = people(governed, 1);
  const { factory } = await deployProtocol({ tokens: plainTokens(1), owner, guardian, feeRecipient: owner });
  const distributor = await new RevenueDistributor__factory(owner).deploy(escrow, factory, owner, MIN_SUPPLY);
  const rewards: [TokenMock, TokenMock] = [await reward(governed, "One"), await reward(governed, "Two")];
  for (const token of rewards) {
    await distributor.setRewardToken(token, true);
    await token.approve(distributor, MaxUint256);
  }
  return { ...governed, distributor, rewards };
}

async function reward({ owner, people }: Governed, name: string): Promise<TokenMock> {
  const token = await new TokenMock__factory(owner).deploy(name, name.toUpperCase(), 6);
  for (const account of [owner, ...people]) await token.mint(account, 1_000_000n * DOLLARS);
  return token;
}

/** Next week, with one payment of each reward in it. */
async function week({ distributor, rewards }: Revenue): Promise<void> {
  await time.increaseTo(await weekStart(1));
  for (const token of rewards) await distributor.notify(token, 500n * DOLLARS);
}

async function measureNotify({ distributor, rewards: [token] }: Revenue, into: Measurements): Promise<void> {
  const notify = () => distributor.notify(token, 500n * DOLLARS);
  into["pay revenue in, a token's first time, tx"] = await txGas(notify());
  into["pay revenue in, again in that week, tx"] = await txGas(notify());
  await time.increaseTo(await weekStart(1));
  into["pay revenue in, in a new week, tx"] = await txGas(notify());
}

/** A second claim of each: the first one of an account and token also makes its cursor. */
async function measureClaims(revenue: Revenue, into: Measurements): Promise<void> {
  const { distributor, rewards } = revenue;
  const [one, two] = rewards;
  const [weekly, tenth, late, yearly] = people(revenue, 4);
  const claim = (account: HardhatEthersSigner, ...tokens: TokenMock[]) =>
    distributor.connect(account).claim(account, tokens, account);

  await week(revenue);
  await week(revenue);
  for (const account of [weekly, tenth, late, yearly]) {
    into["claim 1 token for the first time, tx"] = await txGas(claim(account, one));
  }
  for (let passed = 1; passed <= 52; passed += 1) {
    await week(revenue);
    if (passed === 1) into["claim 1 token after 1 week, tx"] = await txGas(claim(weekly, one));
    if (passed === 10) into["claim 1 token after 10 weeks, tx"] = await txGas(claim(tenth, one));
    if (passed === 35) into["claim 1 token after 35 weeks, tx"] = await txGas(claim(late, one));
    if (passed === 45)
      into["claim 2 tokens after 45 weeks, first time of one, tx"] = await txGas(claim(late, one, two));
    if (passed === 52) into["claim 1 token after 52 weeks, tx"] = await txGas(claim(yearly, one));
  }
}

/** GIM revenue of ten weeks into a running lock. What this mode never calls is given as any address. */
async function measureCompound(revenue: Revenue, into: Measurements): Promise<void> {
  const { owner, distributor, escrow, token } = revenue;
  const [account] = people(revenue, 1);
  const factory = await distributor.factory();
  const buyback = await new Buyback__factory(owner).deploy(token, factory, owner);
  const compounder = await new Compounder__factory(owner).deploy(
    distributor,
    buyback,
    factory,
    factory,
    factory,
    factory,
  );
  await escrow.setDepositor(compounder, true);
  await distributor.setRewardToken(token, true);
  await token.approve(distributor, MaxUint256);
  await distributor.connect(account).setClaimer(compounder);
  await compounder
    .connect(account)
    .setPolicy({ mode: LOCK_MODE, anyone: true, maxFeeBps: 0, maxSlippageBps: 0, vault: ZeroAddress });
  const order = { account: account.address, feeBps: 0, tokens: [token.target as string], deposits: [] };
  for (let passed = 0; passed <= 10; passed += 1) {
    await time.increaseTo(await weekStart(1));
    await distributor.notify(token, gim(100));
    if (passed === 1) await compounder.compound(order);
  }
  into["compound 1 token into a lock, tx"] = await txGas(compounder.compound(order));
}

export async function measureRevenue(into: Measurements): Promise<void> {
  const revenue = await buildRevenue();
  for (const account of people(revenue, 4)) {
    await revenue.escrow.connect(account).lock(gim(10_000), await weekStart(52));
    await revenue.escrow.connect(account).setPermanent(true);
  }
  await time.increaseTo(await weekStart(1));
  await measureNotify(revenue, into);
  await measureClaims(revenue, into);
  await measureCompound(revenue, into);
}
