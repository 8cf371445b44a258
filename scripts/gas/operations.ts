// The operations that are measured, in the order in which a vault lives through them.
import { MaxUint256, parseEther } from "ethers";
import type { Measurements } from "../snapshot.ts";
import { measurePass } from "./accessPass.ts";
import { measureRefunds, measureRequests, measureSettlement } from "./batches.ts";
import { measureAirdrop } from "./governance/airdrop.ts";
import { measureEscrow } from "./governance/escrow.ts";
import { measureRevenue } from "./governance/revenue.ts";
import { measureSale } from "./governance/sale.ts";
import { measureCrowd, measureVotes } from "./governance/votes.ts";
import { execGas } from "./measure.ts";
import { measureNavFeed } from "./navFeed.ts";
import { measureRecurring } from "./recurring.ts";
import { measureGrades, measureStrategies } from "./strategies.ts";
import { measureMarket } from "./strategyMarket.ts";
import {
  buildWorld,
  CURVE,
  DAY,
  HOUR,
  type Index,
  pass,
  prepareCreation,
  proposeTilted,
  settleIn,
  time,
  VETO_DELAY,
  type World,
} from "./world.ts";

const SHARES = parseEther("1");
const ANY_NONCE = 2n ** 32n - 1n;

const tokens = (n: number): string => `${n} ${n === 1 ? "token" : "tokens"}`;

async function measureCreation(world: World, into: Measurements): Promise<Index> {
  const { params, vault } = await prepareCreation(world);
  const gas = await execGas(world.factory.connect(world.holder).createIndex(params));
  const size = world.tokens.length;
  if (size === 10 || size === 100) into[`create index of ${tokens(size)}, exec`] = gas;
  return settleIn(world, vault);
}

/** The second operation of a holder; the first of each makes the slots warm that stay so on a live chain. */
async function measureInAndOut({ vault, size, nonce, world }: Index, into: Measurements): Promise<void> {
  const mint = (limits: bigint[]) => vault.mint(SHARES, world.holder, limits, 30, nonce);
  await mint([]);
  await time.increase(HOUR);
  into[`mint ${tokens(size)}, exec`] = await execGas(mint([]));
  into[`mint ${tokens(size)} with limits, exec`] = await execGas(mint(Array.from({ length: size }, () => MaxUint256)));

  const redeem = (minimums: bigint[], at: bigint) => vault.redeem(SHARES, world.holder, world.holder, minimums, 0n, at);
  into[`redeem ${tokens(size)}, exec`] = await execGas(redeem([], ANY_NONCE));
  into[`redeem ${tokens(size)} with limits, exec`] = await execGas(
    redeem(
      Array.from({ length: size }, () => 1n),
      nonce,
    ),
  );
}

/** First proposal of a vault, then one a week later when all weights and prices have changed. */
async function measureProposals(index: Index, into: Measurements): Promise<void> {
  const { size, world } = index;
  await pass(world, DAY, 1);
  into[`first proposal for ${tokens(size)}, exec`] = await execGas(proposeTilted(index, 10));
  await pass(world, 7 * DAY, 2);
  into[`weekly proposal for ${tokens(size)}, exec`] = await execGas(proposeTilted(index, -10));
}

/** Trades of one epoch: the vault's first fill, then one of another pair, then one more of that pair. */
async function measureFills({ vault, nonce, world }: Index, into: Measurements): Promise<void> {
  await pass(world, VETO_DELAY + CURVE, 2);
  const filler = vault.connect(world.other);
  const [sell, buy] = await lots(vault);
  const fill = (i: number, j: number) => filler.fill(i, j, parseEther("1"), 1n, MaxUint256, nonce, "0x");
  into["first fill of a vault, exec"] = await execGas(fill(sell[0], buy[0]));
  await time.increase(60);
  into["fill, exec"] = await execGas(fill(sell[1], buy[1]));
  into["fill of the same pair again, exec"] = await execGas(fill(sell[1], buy[1]));
}

/** Two surpluses and two deficits, so that no pair shares a slot with the other. */
async function lots(vault: Index["vault"]): Promise<[[number, number], [number, number]]> {
  const [, units] = await vault.basket();
  const wanted = await vault.targetUnits();
  const indices = units.map((_, i) => i);
  const surpluses = indices.filter((i) => (units[i] ?? 0n) > (wanted[i] ?? 0n));
  const deficits = indices.filter((i) => (units[i] ?? 0n) < (wanted[i] ?? 0n));
  const first = (list: number[]): [number, number] => {
    if (list.length < 4) throw new Error("the epoch has too few lots to measure");
    return [list[0] as number, list[3] as number];
  };
  return [first(surpluses), first(deficits)];
}

async function measureUpkeep(index: Index, into: Measurements): Promise<void> {
  const { vault, size, world } = index;
  await pass(world, 7 * DAY, 1);
  await proposeTilted(index, 10);
  await pass(world, VETO_DELAY, 2);
  into[`refreshTargets of ${tokens(size)}, exec`] = await execGas(vault.refreshTargets());
}

async function measureFees({ vault }: Index, into: Measurements): Promise<void> {
  await vault.distributeFees();
  await time.increase(DAY);
  into["distributeFees, exec"] = await execGas(vault.distributeFees());
}

async function measureTransfers({ vault, world }: Index, into: Measurements): Promise<void> {
  into["share transfer, exec"] = await execGas(vault.transfer(world.other, SHARES));
  const token = world.tokens[0]?.token.connect(world.holder);
  if (token) into["basket token transfer, exec"] = await execGas(token.transfer(world.other, 1n));
}

/** A leg that was skipped, claimed by a holder who has the token; a donation that sync turns into units. */
async function measureClaimAndSync({ vault, nonce, world }: Index, into: Measurements): Promise<void> {
  await vault.redeem(SHARES, world.holder, world.holder, [], 3n, nonce);
  const [claimed, donated] = world.tokens;
  if (!claimed || !donated) throw new Error("the market has too few tokens");
  into["claim, exec"] = await execGas(vault.claim(claimed.address, world.holder));

  await donated.token.connect(world.holder).transfer(vault, parseEther("10"));
  await time.increase(DAY);
  into["sync with a surplus, exec"] = await execGas(vault.sync(1));
}

export async function measureAll(): Promise<Measurements> {
  const into: Measurements = {};
  for (const size of [1, 10, 50, 100]) {
    const world = await buildWorld(size);
    const index = await measureCreation(world, into);
    await measureInAndOut(index, into);
    if (size === 10) {
      await measureTransfers(index, into);
      await measureClaimAndSync(index, into);
      await measureFees(index, into);
    }
    if (size === 1) continue;
    await measureProposals(index, into);
    if (size === 10) await measureFills(index, into);
    await measureUpkeep(index, into);
    if (size !== 10) continue;
    await measureRequests(index, into);
    await measureRefunds(index, into);
  }
  await measureSettlement(into);
  await measureEscrow(into);
  await measureRevenue(into);
  await measureSale(into);
  await measureAirdrop(into);
  await measureVotes(into);
  await measureCrowd(into);
  await measureRecurring(into);
  await measureNavFeed(into);
  await measureMarket(into);
  await measureStrategies(into);
  await measureGrades(into);
  await measurePass(into);
  return Object.fromEntries(Object.entries(into).sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })));
}
