import { checkPrice, getHealth, getNav, getTargets, refreshTargets } from "../../../sdk/src/index.ts";
import { perform } from "./holders.ts";
import { publishFeeds } from "./market.ts";
import type { Demo, DemoIndex } from "./scene.ts";

const HOUR = 3_600;
/** A frozen token thaws after six hours and two new rounds of its feed. */
const THAW_STEPS = [3 * HOUR, 3 * HOUR + 300];
/** {bps} of the last accepted price beyond which a new one has to prove itself. */
const BREAKER_BPS = 6_000n;
/** {bps} that a price may move before targets are computed again; fills are refused at 1,000. */
const REFRESH_BPS = 500n;
const BPS = 10_000n;

/**
 * Has every jumped price checked, which anybody may do: it becomes a candidate, or is accepted once it has lasted. Returns
 * whether there was any; without one no priced token is frozen either.
 */
async function checkJumps(demo: Demo, index: DemoIndex): Promise<boolean> {
  const { client } = demo.chain;
  const jumps = await findJumps(demo, index);
  for (const position of jumps) {
    const action = checkPrice(client, { vault: index.vault, index: position, account: demo.cast.keeper });
    await perform(demo, demo.cast.keeper, action.buildTx(), "check a price");
  }
  return jumps.length > 0;
}

/** Has the targets computed again once a price left its snapshot so far that fills are about to be refused. */
export async function refreshIfMoved(demo: Demo, index: DemoIndex): Promise<void> {
  const moved = (await comparePrices(demo, index)).some(
    ({ frozen, low, high }) => !frozen && low !== 0n && low * BPS < high * (BPS - REFRESH_BPS),
  );
  if (!moved) return;
  const action = refreshTargets(demo.chain.client, { vault: index.vault, account: demo.cast.keeper });
  const kind = `refresh, ${index.assets.length} assets`;
  index.totals.gas += (await perform(demo, demo.cast.keeper, action.buildTx(), kind)).gasUsed;
}

async function findJumps(demo: Demo, index: DemoIndex): Promise<number[]> {
  return (await comparePrices(demo, index)).flatMap(({ frozen, priced, low, high }, position) => {
    const jumped = low !== 0n && low * BPS < high * BREAKER_BPS;
    return priced && (jumped || frozen) ? [position] : [];
  });
}

interface PricePair {
  frozen: boolean;
  priced: boolean;
  /** D27{USD/tok} the smaller and the larger of live price and snapshot; 0 while there is no snapshot. */
  low: bigint;
  high: bigint;
}

async function comparePrices(demo: Demo, { vault }: DemoIndex): Promise<PricePair[]> {
  const { client } = demo.chain;
  const [{ tokens }, { holdings }] = await Promise.all([
    getTargets(client, { vault }),
    getNav(client, { lens: demo.deployment.contracts.IndexLens, vault }),
  ]);
  return tokens.map(({ notSold, notBought, snapshotPrice }, position) => {
    const price = holdings[position]?.price ?? 0n;
    const [low, high] = price < snapshotPrice ? [price, snapshotPrice] : [snapshotPrice, price];
    return { frozen: notSold || notBought, priced: price !== 0n, low, high };
  });
}

/** Symbols of priced tokens that a vault may not trade because their price jumped. */
async function frozenTokens(demo: Demo, { vault, assets }: DemoIndex): Promise<string[]> {
  const health = await getHealth(demo.chain.client, { lens: demo.deployment.contracts.IndexLens, vault });
  return health.tokens.flatMap(({ freeze, priced }, index) =>
    freeze !== 0 && priced ? [assets[index]?.symbol ?? ""] : [],
  );
}

/**
 * Has the vaults accept new prices before a decision. After a jump the vault wants to see the new price for six hours and two
 * more rounds; the feeds of these days report it again, as live ones do at their heartbeat.
 */
export async function settlePrices(demo: Demo, day: number): Promise<string[]> {
  const frozen = new Set<string>();
  for (const index of demo.indices) {
    if (!(await checkJumps(demo, index))) continue;
    for (const symbol of await frozenTokens(demo, index)) frozen.add(symbol);
  }
  if (frozen.size === 0) return [];

  for (const wait of THAW_STEPS) {
    await demo.agenda.passUntil((await demo.chain.now()) + wait);
    await publishFeeds(demo, day);
  }
  for (const index of demo.indices) await checkJumps(demo, index);
  return [...frozen];
}
