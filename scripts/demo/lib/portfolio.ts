import { parseUnits } from "viem";
import {
  compareWithPlan,
  getPositions,
  type PortfolioPlan,
  planDeposit,
  planPortfolio,
  requestDeposits,
} from "../../../sdk/src/index.ts";
import { dollars } from "./batches.ts";
import { contractOf, tell } from "./dao.ts";
import { authorize, perform } from "./holders.ts";
import { venueOf } from "./market.ts";
import { give } from "./pools.ts";
import { deskOf } from "./products.ts";
import type { Demo } from "./scene.ts";
import { formatTable } from "./table.ts";

/** {bps} Three indices cannot all stay below the usual 30%. */
const INDEX_MAX = 5_000;
const DECIMALS = 6;
/** {raw cash} smaller parts are not worth a request. */
const LEAST = 1_000_000n;

/** Three tiers over the three indices of the demo. */
export function threeTiers({ indices, products }: Demo): PortfolioPlan {
  const [ai, global] = indices;
  if (ai === undefined || global === undefined) throw new Error("a plan of three tiers needs three indices");
  return planPortfolio({
    kind: "three-tier",
    indices: [
      { vault: products.custom.vault, name: products.custom.name, tier: "conservative", sectors: {} },
      { vault: ai.vault, name: ai.name, tier: "balanced", sectors: {} },
      { vault: global.vault, name: global.name, tier: "aggressive", sectors: {} },
    ],
    limits: { indexMaxBps: INDEX_MAX },
  });
}

/** Buys the plan's indices in one transaction: those that hold less than planned first. */
export async function buyPlan(demo: Demo, plan: PortfolioPlan, usd: number): Promise<void> {
  const { chain, cast, market, products } = demo;
  const { name, address: account } = cast.planner;
  const deposit = parseUnits(`${usd}`, DECIMALS);
  const { positions } = await positionsOf(demo, plan);
  const batchDepositors = products.desks.map(({ index, depositor }) => ({
    vault: index.vault,
    batchDepositor: depositor,
  }));
  const { amounts, deposits } = planDeposit({ positions, deposit, batchDepositors, least: LEAST });
  await give(venueOf(demo), market.usdc.token, account, deposit);
  const recurringOrders = contractOf(demo, "RecurringOrders");
  const action = await requestDeposits(chain.client, { recurringOrders, deposits, account });
  const permit = await authorize(demo, account, action);
  const kind = `portfolio plan: ask for ${deposits.length} indices at once`;
  const { gasUsed } = await perform(demo, account, action.buildTx(permit), kind);
  const parts = amounts.filter(({ amount }) => amount > 0n);
  for (const { vault } of parts) deskOf(products, vault).people.add(account);
  const words = parts.map(({ vault, amount }) => `${dollars(amount)} ${deskOf(products, vault).index.symbol}`);
  await tell(
    demo,
    `${name} buys the plan with ${dollars(deposit)} in one transaction: ${words.join(", ")}; ${gasUsed} gas`,
  );
}

/** Target, holdings and the difference between them. */
export async function planLines(demo: Demo, plan: PortfolioPlan): Promise<string[]> {
  const { total, positions, driftBps } = compareWithPlan((await positionsOf(demo, plan)).positions);
  const percent = (bps: number): string => `${(bps / 100).toFixed(2)}%`;
  const rows = plan.indices.map(({ name, tier, weightBps }, i) => {
    const held = positions[i];
    if (held === undefined) throw new Error(`${name} has no position`);
    const { value, weightBps: part, differenceBps } = held;
    const sign = differenceBps > 0 ? "+" : "";
    return [name, tier, percent(weightBps), dollars(value), percent(part), `${sign}${percent(differenceBps)}`];
  });
  const heading = ["index", "tier", "plan", "held", "part", "differs"];
  return [
    ...formatTable([heading, ...rows], [0, 1]),
    `${dollars(total)} in all; ${percent(driftBps)} of it would have to move to be exactly on plan`,
    `at most ${percent(INDEX_MAX)} an index here: three cannot all stay below the usual 30%`,
  ];
}

async function positionsOf({ chain, cast, deployment }: Demo, plan: PortfolioPlan) {
  const lens = deployment.contracts.IndexLens;
  return getPositions(chain.client, {
    lens,
    account: cast.planner.address,
    plan: plan.indices,
    cashDecimals: DECIMALS,
  });
}
