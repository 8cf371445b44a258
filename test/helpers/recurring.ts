import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { AbiCoder, type BigNumberish, MaxUint256 } from "ethers";
import type { NewPlanStruct } from "../../typechain-types/contracts/periphery/RecurringOrders.js";
import type { BatchFactory, IBatchDepositor, IndexVault, RecurringOrders } from "../../typechain-types/index.js";
import {
  BatchFactory__factory,
  IBatchDepositor__factory,
  RecurringOrders__factory,
} from "../../typechain-types/index.js";
import { setPrices, tokenOf } from "./market.ts";
import { createIndex, deployProtocol, mintShares } from "./protocol.ts";
import { installPermit2 } from "./uniswap.ts";
import { signErc2612 } from "./zap.ts";

export const USD = 10n ** 6n;
export const SHARE = 10n ** 18n;
export const HOUR = 3_600;
export const DAY = 86_400;
export const WEEK = 7 * DAY;

export const Kind = { DEPOSIT: 0n, WITHDRAW_SUM: 1n, WITHDRAW_PART: 2n } as const;
export const Period = { ONE_WEEK: 0n, TWO_WEEKS: 1n, FOUR_WEEKS: 2n, MONTH: 3n } as const;

export type RecurringWorld = Awaited<ReturnType<typeof deployRecurring>>;

const coder = AbiCoder.defaultAbiCoder();

/**
 * Two indices of three tokens at $100 a share with their batch depositors, cash of 6 decimals, and recurring orders. The
 * saver has 10,000 of cash and 50 shares, and allows recurring orders to take all of it.
 */
export async function deployRecurring(ethers: HardhatEthers) {
  const [owner, saver, other, keeper] = await ethers.getSigners();
  if (!owner || !saver || !other || !keeper) throw new Error("four signers are needed");
  const protocol = await deployProtocol({
    owner,
    guardian: owner,
    tokens: [
      { symbol: "USDC", decimals: 6, price: "1", stable: true },
      { symbol: "WETH", decimals: 18, price: "2000" },
      { symbol: "LINK", decimals: 8, price: "20" },
    ],
  });
  const cash = tokenOf(protocol, "USDC").token;
  const first = await createIndex(protocol, { creator: owner, name: "First", symbol: "ONE" });
  const second = await createIndex(protocol, {
    creator: owner,
    name: "Second",
    symbol: "TWO",
    salt: `0x${"01".repeat(32)}`,
  });
  const batchFactory = await new BatchFactory__factory(owner).deploy(protocol.factory, protocol.assetRegistry, cash);
  const depositors: [IBatchDepositor, IBatchDepositor] = [
    await depositorOf(batchFactory, first),
    await depositorOf(batchFactory, second),
  ];
  const permit2 = await installPermit2(owner);
  const orders = await new RecurringOrders__factory(owner).deploy(batchFactory, permit2);

  const world = {
    ...{ protocol, owner, saver, other, keeper, cash, vaults: [first, second] as [IndexVault, IndexVault] },
    ...{ batchFactory, depositors, permit2, orders: orders.connect(keeper) },
  };
  await fundSaver(world, saver);
  return world;
}

/** Gives an index its batch depositor. */
async function depositorOf(batchFactory: BatchFactory, vault: IndexVault): Promise<IBatchDepositor> {
  await batchFactory.create(vault);
  return IBatchDepositor__factory.connect(await batchFactory.depositorOf(vault), vault.runner);
}

type Funded = Pick<RecurringWorld, "protocol" | "cash" | "vaults" | "orders">;

/** Gives an account 10,000 of cash and 50 shares of the first index, and both allowances. */
export async function fundSaver({ protocol, cash, vaults, orders }: Funded, account: HardhatEthersSigner) {
  await mintShares(protocol, vaults[0], account, 50n * SHARE);
  const left = await cash.balanceOf(account);
  if (left > 0n) await cash.connect(account).transfer(protocol.owner, left);
  await cash.mint(account, 10_000n * USD);
  await cash.connect(account).approve(orders, MaxUint256);
  await vaults[0].connect(account).approve(orders, MaxUint256);
}

export const NO_PERMIT = { kind: 0n, amount: 0n, nonce: 0n, deadline: 0n, signature: "0x" };

/** A plan of 100 a week into the first index, from now on, without end and tip. */
export async function newPlan(world: RecurringWorld, change: Partial<NewPlanStruct> = {}): Promise<NewPlanStruct> {
  return {
    batchDepositor: await world.depositors[0].getAddress(),
    kind: Kind.DEPOSIT,
    period: Period.ONE_WEEK,
    start: 0n,
    lastDay: 0n,
    orders: 0n,
    amount: 100n * USD,
    tipCap: 0n,
    ...change,
  };
}

/** Makes a plan of the saver, or of `account`. Returns its id. */
export async function makePlan(
  world: RecurringWorld,
  change: Partial<NewPlanStruct> = {},
  account: HardhatEthersSigner = world.saver,
): Promise<bigint> {
  const { orders } = world;
  await orders.connect(account).create(await newPlan(world, change), NO_PERMIT, NO_PERMIT);
  return orders.planCount();
}

/** A permit of the token itself for recurring orders, signed by `owner`. */
export async function permitFor(
  orders: RecurringOrders,
  token: { getAddress: () => Promise<string>; name: () => Promise<string> },
  owner: HardhatEthersSigner,
  amount: bigint,
) {
  const spender = await orders.getAddress();
  const signature = await signErc2612(await token.getAddress(), await token.name(), owner, spender, amount);
  return { kind: 1n, amount, nonce: 0n, deadline: MaxUint256, signature };
}

export interface Check {
  first?: BigNumberish;
  count?: BigNumberish;
  most?: BigNumberish;
  maxGas?: BigNumberish;
  minTip?: BigNumberish;
}

/** Ids that `checkUpkeep` proposes, asked for as bots do: by eth_call from the zero address. */
export async function dueOrders(orders: RecurringOrders, check: Check = {}): Promise<{ data: string; ids: bigint[] }> {
  const { first = 1, count = 100, most = 20, maxGas = 10_000_000, minTip = 0 } = check;
  const provider = orders.runner?.provider;
  if (!provider) throw new Error("recurring orders have no provider");
  const checkData = coder.encode(
    ["tuple(uint256,uint256,uint256,uint256,uint256)"],
    [[first, count, most, maxGas, minTip]],
  );
  const [needed, data] = await orders.connect(provider).checkUpkeep.staticCall(checkData);
  if (!needed && data !== "0x") throw new Error(`nothing is due, and yet there is data to perform: ${data}`);
  return { data, ids: needed ? [...coder.decode(["uint256[]"], data)[0]] : [] };
}

/** `performData` that carries these orders. */
export const encodeIds = (ids: readonly bigint[]): string => coder.encode(["uint256[]"], [ids]);

/** Publishes every price again, so that none is stale. */
export const refresh = ({ protocol }: RecurringWorld): Promise<void> => setPrices(protocol);

/** {day} since 1970 that a time is on. */
export const dayOf = (timestamp: number): number => Math.floor(timestamp / DAY);

/** {s} of a date in UTC. */
export const at = (date: string): number => Date.parse(date.includes("T") ? date : `${date}T00:00:00Z`) / 1_000;
