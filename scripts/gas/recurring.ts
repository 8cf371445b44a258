// What whoever files a recurring order pays, beside the tokens: an allowance without end is not written again.
import type { ContractTransactionResponse } from "ethers";
import { MaxUint256, parseEther, parseUnits, toBeHex, zeroPadValue } from "ethers";
import { addTokens } from "../../test/helpers/market.ts";
import { installPermit2 } from "../../test/helpers/uniswap.ts";
import {
  BatchFactory__factory,
  IBatchDepositor__factory,
  RecurringOrders__factory,
} from "../../typechain-types/index.js";
import type { Measurements } from "../snapshot.ts";
import { execGas } from "./measure.ts";
import { buildWorld, DAY, HOUR, type Index, pass, prepareCreation, settleIn, time } from "./world.ts";

const WEEK = 7 * DAY;
const SEVERAL = 3;
const NO_PERMIT = { kind: 0, amount: 0, nonce: 0, deadline: 0, signature: "0x" };
const KINDS = { deposit: 0, withdrawSum: 1, withdrawPart: 2 } as const;

/** In worlds of their own, so that what is measured before them stays as it is. */
export async function measureRecurring(into: Measurements): Promise<void> {
  for (const size of [10, 100]) {
    const world = await buildWorld(size);
    const { params, vault } = await prepareCreation(world);
    await world.factory.connect(world.holder).createIndex(params);
    await measureOrders(await settleIn(world, vault), into);
  }
  await measureSeveral(into);
}

/** Deposit requests into several indices in one transaction: an account's first, and those of the next day. */
async function measureSeveral(into: Measurements): Promise<void> {
  const world = await buildWorld(10);
  const { owner, holder, factory, assetRegistry } = world;
  const [listed] = await addTokens(world, [{ symbol: "USDC", decimals: 6, price: "1", stable: true }]);
  if (listed === undefined) throw new Error("the cash could not be listed");
  const cash = listed.token;
  const batches = await new BatchFactory__factory(owner).deploy(factory, assetRegistry, cash);
  const orders = await new RecurringOrders__factory(owner).deploy(batches, await installPermit2(owner));
  await cash.mint(holder, parseUnits("100000", 6));
  await cash.connect(holder).approve(orders, MaxUint256);
  const requests: { batchDepositor: string; assets: bigint }[] = [];
  for (let i = 0; i < SEVERAL; i++) {
    const { params } = await prepareCreation(world);
    const own = { ...params, salt: zeroPadValue(toBeHex(i + 1), 32) };
    const vault = await factory.predictIndex(own, holder);
    await factory.connect(holder).createIndex(own);
    await batches.create(vault);
    requests.push({ batchDepositor: await batches.depositorOf(vault), assets: parseUnits("100", 6) });
  }
  const file = () => orders.connect(holder).requestDeposits(requests, NO_PERMIT);
  into[`first deposit requests into ${SEVERAL} indices in one transaction, exec`] = await execGas(file());
  await time.increase(DAY);
  into[`deposit requests into ${SEVERAL} indices in one transaction, exec`] = await execGas(file());
}

/** Orders of an owner in his first week and in later ones; each is the first of its batch, which costs a slot more. */
async function measureOrders({ vault, size, world }: Index, into: Measurements): Promise<void> {
  const { owner, holder, other, factory, assetRegistry } = world;
  const [listed] = await addTokens(world, [{ symbol: "USDC", decimals: 6, price: "1", stable: true }]);
  if (listed === undefined) throw new Error("the cash could not be listed");
  const cash = listed.token;
  const batches = await new BatchFactory__factory(owner).deploy(factory, assetRegistry, cash);
  await batches.create(vault);
  const depositor = IBatchDepositor__factory.connect(await batches.depositorOf(vault), holder);
  const orders = await new RecurringOrders__factory(owner).deploy(batches, await installPermit2(owner));
  for (const account of [holder, other]) {
    await cash.mint(account, parseUnits("100000", 6));
    await cash.connect(account).approve(orders, MaxUint256);
    await vault.connect(account).approve(orders, MaxUint256);
  }
  const create = (kind: number, amount: bigint, tipCap = 0n) =>
    orders
      .connect(holder)
      .create(
        { batchDepositor: depositor, kind, period: 0, start: 0, lastDay: 0, orders: 0, amount, tipCap },
        NO_PERMIT,
        NO_PERMIT,
      );
  const file = (id: number): Promise<ContractTransactionResponse> => orders.connect(other).execute(id);
  const named = (what: string): string => `${what}, index of ${size} tokens, exec`;

  into["make a recurring plan, exec"] = await execGas(create(KINDS.deposit, parseUnits("100", 6)));
  await create(KINDS.deposit, parseUnits("100", 6), parseUnits("1", 6));
  await create(KINDS.withdrawPart, 100n);
  await create(KINDS.withdrawSum, parseUnits("50", 6));

  into[named("first recurring deposit")] = await execGas(file(1));
  await time.increase(WEEK);
  into[named("recurring deposit")] = await execGas(file(1));
  await time.increase(DAY + HOUR);
  into[named("recurring deposit with a tip")] = await execGas(file(2));
  into[named("recurring withdrawal of a part")] = await execGas(file(3));
  await pass(world, HOUR, 0);
  into[named("recurring withdrawal of a sum")] = await execGas(file(4));
  await vault.transfer(other, parseEther("1"));
}
