// Batch deposits beside separate zaps: one request at any size of basket, and the settlement of 200 of them into 100 tokens,
// each bought on a Uniswap V3 pool of its own, by one market maker for all or by each person alone.
import type { ContractTransactionResponse } from "ethers";
import { id, MaxUint256, parseEther, Wallet } from "ethers";
import { addTokens, setPrices } from "../../test/helpers/market.ts";
import { createPool, deployUniswap, encodePath } from "../../test/helpers/uniswap.ts";
import {
  type BatchDepositor,
  BatchDepositor__factory,
  BatchFactory__factory,
  type TokenMock,
  TokenMock__factory,
  type Zap,
  Zap__factory,
} from "../../typechain-types/index.js";
import type { Measurements } from "../snapshot.ts";
import { execGas } from "./measure.ts";
import { buildWorld, DAY, HOUR, type Index, prepareCreation, settleIn, time } from "./world.ts";

const USD = 10n ** 6n;
const PEOPLE = 200;
const TICKET = 50n * USD; // {raw cash} of each person
const FEE = 3_000; // {1e-6} tier of all pools
const NO_PERMIT = { kind: 0, amount: 0n, nonce: 0n, deadline: 0n, signature: "0x" };

interface Batches {
  index: Index;
  cash: TokenMock;
  depositor: BatchDepositor;
}

/** The batch depositor of an index, with cash that holder and other have, at noon. */
async function prepareBatches(index: Index, into?: Measurements): Promise<Batches> {
  const { world, vault } = index;
  const { owner, holder, other, factory, assetRegistry } = world;
  const cash = await new TokenMock__factory(owner).deploy("Cash", "CASH", 6);
  const existing = await cash.getAddress();
  await addTokens(world, [{ symbol: "CASH", decimals: 6, stable: true, existing }]);
  const batches = await new BatchFactory__factory(owner).deploy(factory, assetRegistry, cash);
  const created = batches.create(vault);
  if (into) into["create batch depositor, exec"] = await execGas(created);
  await created;
  const depositor = BatchDepositor__factory.connect(await batches.depositorOf(vault), holder);
  for (const account of [holder, other]) {
    await cash.mint(account, 1_000_000n * USD);
    await cash.connect(account).approve(depositor, MaxUint256);
    await vault.connect(account).approve(depositor, MaxUint256);
  }
  await goTo(index, (await today()) + 1, 12 * HOUR);
  return { index, cash, depositor };
}

/** Days since 1970. */
const today = async (): Promise<number> => Math.floor((await time.latest()) / DAY);

/** Goes to a second of a day, with fresh prices. */
async function goTo({ world }: Index, day: number, second: number): Promise<void> {
  await time.increaseTo(day * DAY + second);
  await setPrices(world);
}

/** Requests as people make them on three days, in an index of 10 tokens. */
export async function measureRequests(index: Index, into: Measurements): Promise<void> {
  const { depositor } = await prepareBatches(index, into);
  const { holder, other } = index.world;
  const request = () => depositor.requestDeposit(TICKET, holder, holder);
  const first = depositor.connect(other).requestDeposit(TICKET, other, other);
  into["batch deposit request, first of its batch, exec"] = await execGas(first);
  into[`batch deposit request ${index.size} tokens, exec`] = await execGas(request());
  into["batch deposit request added to another, exec"] = await execGas(request());
  await depositor.connect(other).requestRedeem(parseEther("0.001"), other, other);
  into["batch redeem request, exec"] = await execGas(depositor.requestRedeem(parseEther("0.001"), holder, holder));
  for (let days = 0; days < 3; ++days) {
    await goTo(index, (await today()) + 1, 12 * HOUR);
    await depositor.connect(other).requestDeposit(TICKET, other, other);
    const gas = await execGas(request());
    if (days === 0) into["batch deposit request, the next day, exec"] = gas;
    if (days === 1) into["batch deposit request that counts a refund, exec"] = gas;
    if (days === 2) into["batch deposit request every day, exec"] = gas;
  }
  into["cancel a batch request, exec"] = await execGas(
    depositor.cancelDepositRequest((await today()) + 1, holder, holder),
  );
}

/** 200 people put $50 each into 100 tokens: together in a batch that one market maker fills, and one by a zap of his own. */
export async function measureSettlement(into: Measurements): Promise<void> {
  const index = await tradedIndex();
  const batches = await prepareBatches(index);
  const { depositor } = batches;
  const { zap, into: zapInto } = await prepareZap(batches);
  const { holder, other } = index.world;

  await depositor.requestDeposit(TICKET, holder, holder);
  into[`batch deposit request ${index.size} tokens, exec`] = await execGas(
    depositor.connect(other).requestDeposit(TICKET, other, other),
  );
  const people = Array.from({ length: PEOPLE }, (_, k) => new Wallet(id(`person ${k}`)).address);
  for (const person of people) await depositor.requestDeposit(TICKET, person, holder);
  const batch = (await today()) + 1;
  await goTo(index, batch, 1);
  const settlement = { open: 0, zap: 0, deliver: 0, claim: 0 };
  settlement.open = await execGas(depositor.open(batch));
  // Half way the depositors pay NAV, the mint fee is 0.3%, the pools take 0.3%: the market maker waits for NAV + 0.8%.
  await goTo(index, batch, 3 * HOUR + 40 * 60);
  const shares = parseEther("100.9");
  settlement.zap = await execGas(zap.zapIn(zapInto(shares, 10_600n * USD), NO_PERMIT));
  settlement.deliver = await execGas(depositor.deliverShares(batch, MaxUint256, 0n, holder));
  if ((await depositor.curveOf(batch)).assetsLeft !== 0n) throw new Error("the batch was not filled");
  settlement.claim = await execGas(depositor.connect(other).claimMany(people));

  into["open batch of 200 requests 100 tokens, exec"] = settlement.open;
  into["zap of the market maker for 200 requests, exec"] = settlement.zap;
  into["deliver shares to 200 requests 100 tokens, exec"] = settlement.deliver;
  into["claims of 200 requests, exec"] = settlement.claim;
  const together = settlement.open + settlement.zap + settlement.deliver + settlement.claim;
  into["settlement of 200 requests 100 tokens, each, exec"] = Math.ceil(together / PEOPLE);
  const alone = parseEther("0.495");
  await zap.zapIn(zapInto(alone, 51n * USD), NO_PERMIT);
  into["zap of one person into 100 tokens, exec"] = await execGas(
    zap.zapIn(zapInto(alone, 51n * USD), NO_PERMIT) as Promise<ContractTransactionResponse>,
  );
}

/** The same 200 when only half is filled: everybody gets shares and a refund. */
export async function measureRefunds(index: Index, into: Measurements): Promise<void> {
  const { depositor } = await prepareBatches(index);
  const { holder, other } = index.world;
  const people = Array.from({ length: PEOPLE }, (_, k) => new Wallet(id(`saver ${k}`)).address);
  for (const person of people) await depositor.requestDeposit(TICKET, person, holder);
  const batch = (await today()) + 1;
  await goTo(index, batch, 1);
  await depositor.open(batch);
  await depositor.connect(other).deliverShares(batch, parseEther("0.5"), 0n, other);
  await time.increaseTo(batch * DAY + 4 * HOUR);
  into["claims of 200 requests with refunds, exec"] = await execGas(depositor.claimMany(people));
}

/** An index of 100 tokens, each with a pool against the first, which has one against the cash. */
async function tradedIndex(): Promise<Index> {
  const world = await buildWorld(100);
  const { params, vault } = await prepareCreation(world);
  await world.factory.connect(world.holder).createIndex(params);
  return settleIn(world, vault);
}

/** What a zap from cash into the index needs: pools, a zap that may take the holder's cash, and its arguments. */
async function prepareZap({ index, cash }: Batches) {
  const { world, vault, nonce } = index;
  const { owner, holder, factory } = world;
  const stack = await deployUniswap(owner);
  const basket = world.tokens.filter(({ symbol }) => symbol !== "CASH");
  const hub = basket.find(({ stable }) => stable);
  if (hub === undefined) throw new Error("the basket has no stable token");
  const deep = parseEther("10000000");
  for (const { token } of basket) await token.mint(owner, 200n * deep);
  await cash.mint(owner, 200n * 10_000_000n * USD);
  for (const { address } of basket) {
    if (address === hub.address) continue;
    await createPool(stack, { tokenA: hub.address, tokenB: address, fee: FEE, amountA: deep, amountB: deep });
  }
  const cashSide = { tokenB: await cash.getAddress(), amountB: 10_000_000n * USD };
  await createPool(stack, { tokenA: hub.address, amountA: deep, fee: 500, ...cashSide });

  const zap: Zap = await new Zap__factory(holder).deploy(factory, stack.factory, stack.weth, stack.permit2);
  await cash.connect(holder).approve(zap, MaxUint256);
  const entry = encodePath([cashSide.tokenB, hub.address], [500]);
  const routes = basket.map(({ address }) =>
    address === hub.address ? "0x" : encodePath([address, hub.address], [FEE]),
  );
  const both = { vault: await vault.getAddress(), tokenIn: cashSide.tokenB, receiver: holder.address, maxFeeBps: 30n };
  return {
    zap,
    into: (shares: bigint, amountIn: bigint) => ({
      ...{ ...both, shares, amountIn, deadline: MaxUint256, basketNonce: nonce, entry, routes },
    }),
  };
}
