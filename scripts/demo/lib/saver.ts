import { parseEventLogs, parseUnits } from "viem";
import {
  cancelPlan,
  claimBatch,
  createPlan,
  executeOrders,
  getBatchAccount,
  recurringOrdersAbi,
} from "../../../sdk/src/index.ts";
import { dollars } from "./batches.ts";
import { contractOf, tell, units } from "./dao.ts";
import { authorize, perform } from "./holders.ts";
import { venueOf } from "./market.ts";
import { give } from "./pools.ts";
import { deskOf } from "./products.ts";
import type { Demo } from "./scene.ts";

/** {raw cash} every four weeks, and most that whoever files it gets. */
const AMOUNT = parseUnits("250", 6);
const TIP = parseUnits("0.5", 6);
/** Weeks between two orders. */
export const SAVING_WEEKS = 4;
/** More than any replay of a year has. */
const ORDERS = 15n;

/** A deposit into the index from a table, every four weeks from `start` {s} on, until it is cancelled. */
export async function startSaving(demo: Demo, start: number): Promise<void> {
  const { chain, cast, market, products } = demo;
  const { name, address: account } = cast.saver;
  const { index, depositor } = deskOf(products, products.custom.vault);
  const allowance = (AMOUNT + TIP) * ORDERS;
  await give(venueOf(demo), market.usdc.token, account, allowance);
  const action = await createPlan(chain.client, {
    recurringOrders: contractOf(demo, "RecurringOrders"),
    batchDepositor: depositor,
    kind: "deposit",
    period: "4-weeks",
    amount: AMOUNT,
    tipCap: TIP,
    start,
    allowance,
    account,
  });
  const permit = await authorize(demo, account, action);
  const { id } = await action.simulate({}, permit);
  await perform(demo, account, action.buildTx(permit), "recurring plan: make it");
  products.saver = { id, amount: AMOUNT, orders: 0, tips: 0n, outcome: undefined };
  await tell(
    demo,
    `${name} plans to put ${dollars(AMOUNT)} every four weeks into ${index.symbol}, at most ${dollars(TIP)} for who files it`,
  );
}

/** The keeper files the order that is due, and gets its tip. */
export async function fileOrder(demo: Demo): Promise<void> {
  const { chain, cast, products } = demo;
  const { saver } = products;
  if (saver === undefined) return;
  const recurringOrders = contractOf(demo, "RecurringOrders");
  const action = executeOrders(chain.client, { recurringOrders, ids: [saver.id], account: cast.keeper });
  const { logs } = await perform(demo, cast.keeper, action.buildTx(), "recurring plan: file an order");
  deskOf(products, products.custom.vault).later.add(cast.saver.address);
  const filed = parseEventLogs({ abi: recurringOrdersAbi, eventName: "OrderExecuted", logs });
  if (filed.length !== 1) throw new Error(`${filed.length} recurring orders were filed instead of 1`);
  for (const { args } of filed) {
    saver.orders += 1;
    saver.tips += args.tip;
  }
}

/** Cancels the plan and fetches what all its orders became. */
export async function stopSaving(demo: Demo): Promise<void> {
  const { chain, cast, products } = demo;
  const { saver } = products;
  if (saver === undefined) return;
  const { name, address: account } = cast.saver;
  const { index, depositor } = deskOf(products, products.custom.vault);
  const cancel = cancelPlan(chain.client, {
    recurringOrders: contractOf(demo, "RecurringOrders"),
    id: saver.id,
    account,
  });
  await perform(demo, account, cancel.buildTx(), "recurring plan: cancel it");
  const own = await getBatchAccount(chain.client, { depositor, controller: account });
  const claim = claimBatch(chain.client, { depositor, account });
  await perform(demo, account, claim.buildTx(), "batch: fetch what is due");
  const unfilled = own.refundAssets / saver.amount;
  saver.outcome =
    `${name} cancels after ${saver.orders} orders: ${units(own.sharesOut, 18, 2)} ${index.symbol} for ` +
    `${dollars(own.depositedAssets)}, ${dollars(own.refundAssets)} back of ${unfilled} orders that nobody filled; ` +
    `tips ${dollars(saver.tips)}`;
  await tell(demo, saver.outcome);
}
