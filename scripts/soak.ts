// Lets several keepers of one journal work for weeks while everything goes wrong: keepers are killed, their nodes fail in every
// way, gas becomes dearer than they may pay. Every week is reconciled; what was decided or proposed twice, or not at all, ends
// the run with exit code 1. Run by `npm run soak`; GIMBAL_SOAK_WEEKS, _VAULTS, _KEEPERS and _SEED change it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { network } from "hardhat";
import { toHex } from "viem";
import { createRandom } from "../keeper/src/data/random.ts";
import { type Fault, FaultyNode } from "../keeper/src/execute/faultyNode.fixture.ts";
import { Journal } from "../keeper/src/journal/journal.ts";
import { startPostgres } from "../keeper/src/journal/postgres.fixture.ts";
import { openPostgres } from "../keeper/src/journal/postgres.ts";
import { deployKeeperWorld } from "../test/helpers/keeper.ts";
import { createVaults, Fleet, nextWeek, reconcile, untilDecided } from "../test/helpers/keeperFleet.ts";

const setting = (name: string, usual: number) => Number(process.env[`GIMBAL_SOAK_${name}`] ?? usual);
const SEED = setting("SEED", 7);
const WEEKS = setting("WEEKS", 20);
const VAULTS = setting("VAULTS", 10);
const KEEPERS = setting("KEEPERS", 3);

const WEEK_LIMIT = 600_000; // {ms}
const CEILING = 200n * 10n ** 9n; // {wei} most that a keeper pays for a unit of gas
const FAULTS: readonly Fault[] = [
  "drops",
  "silent",
  "garbage",
  "nonsense",
  "stale",
  "forgetful",
  "refusing",
  "other chain",
  "other history",
];

const { ethers, provider } = await network.create({ override: { initialDate: "2022-04-04T00:10:00Z" } });
const random = createRandom(SEED);
const pick = <T>(items: readonly T[]): T => items[Math.floor(random.uniform() * items.length)] as T;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const folder = mkdtempSync(join(tmpdir(), "gimbal-soak-"));
const postgres = await startPostgres();
const world = await deployKeeperWorld(ethers, provider);
const vaults = await createVaults(world, VAULTS);
const nodes = await Promise.all(
  Array.from({ length: KEEPERS }, () =>
    FaultyNode.start((method, params) => provider.request({ method, params: [...params] })),
  ),
);
const url = await postgres.database("soak");
const rpcUrl = (keeper: number) => nodes[keeper]?.url ?? "";
const fleet = new Fleet({ world, provider, vaults, folder, postgres: url, keepers: KEEPERS, rpcUrl });
const journal = new Journal(await openPostgres(url));

const counts = { decisions: 0, proposals: 0, faults: 0, spikes: 0 };
const memory: number[] = []; // {bytes} of keeper 0, which is never killed, at the end of each week
console.log(`seed ${SEED}: ${KEEPERS} keepers, ${VAULTS} vaults, ${WEEKS} weeks`);
let failure: unknown = null;
try {
  for (let week = 0; week < WEEKS; week++) await liveThrough(week);
  const codes = await fleet.stop();
  const left = await journal.unfinished();
  if (left.length > 0)
    throw new Error(`unfinished: ${left.map(({ intent, state }) => `${intent} ${state}`).join(", ")}`);
  if (codes.some((code) => code !== 0))
    throw new Error(`a keeper that was asked to stop ended with ${codes.join(", ")}`);
  await report();
} catch (error) {
  failure = error;
  console.error(error instanceof Error ? error.message : error);
  for (const [keeper, lines] of fleet.said.entries()) console.error(`keeper ${keeper}\n${lines.slice(-20).join("\n")}`);
}
await fleet.stop();
for (const node of nodes) node.stop();
await journal.close();
await postgres.stop();
rmSync(folder, { recursive: true });
process.exit(failure === null ? 0 : 1);

/** One week: prices move, everything goes wrong for a while, then it heals and all vaults must have been decided for once. */
async function liveThrough(week: number): Promise<void> {
  const since = await nextWeek(world, provider, random.uniform);
  if (week === 0) await fleet.start();
  let isOver = false;
  const over = untilDecided(world, journal, vaults, since, WEEK_LIMIT).finally(() => (isOver = true));
  for (let i = 0; i < 2 + Math.floor(random.uniform() * 4) && !isOver; i++) {
    await pause(500 + random.uniform() * 2_500);
    await makeTrouble();
  }
  await heal();
  await fleet.revive();
  await over;
  const tally = await reconcile(world, journal, vaults, since);
  counts.decisions += tally.decisions;
  counts.proposals += tally.proposals;
  memory.push(fleet.memory(0) ?? Number.NaN);
  console.log(
    `week ${week + 1}: ${tally.decisions} decided, ${tally.proposals} proposed, keeper 0 holds ${mebibytes(memory.at(-1) ?? 0)}`,
  );
}

async function makeTrouble(): Promise<void> {
  const kind = random.uniform();
  if (kind < 0.35 && KEEPERS > 1) return fleet.kill(1 + Math.floor(random.uniform() * (KEEPERS - 1)));
  if (kind < 0.85) {
    const node = pick(nodes);
    const fault = pick(FAULTS);
    if (fault === "stale") await node.freeze();
    else node.fault = fault;
    counts.faults++;
    await pause(500 + random.uniform() * 3_000);
    node.fault = "none";
    return;
  }
  await setBaseFee(CEILING * 3n);
  counts.spikes++;
  await pause(1_000 + random.uniform() * 2_000);
  await setBaseFee(10n ** 9n);
}

async function heal(): Promise<void> {
  for (const node of nodes) node.fault = "none";
  await setBaseFee(10n ** 9n);
}

/** {wei} The next block costs so much, and is there at once for everybody to see. */
async function setBaseFee(fee: bigint): Promise<void> {
  await provider.request({ method: "hardhat_setNextBlockBaseFeePerGas", params: [toHex(fee)] });
  await provider.request({ method: "evm_mine", params: [] });
}

async function report(): Promise<void> {
  const states = new Map<string, number>();
  for (const { state } of await journal.transactions()) states.set(state, (states.get(state) ?? 0) + 1);
  const third = Math.max(1, Math.floor(memory.length / 3));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const early = mean(memory.slice(0, third));
  const late = mean(memory.slice(-third));
  console.log(
    `${counts.decisions} epochs decided, each once; ${counts.proposals} proposed, each once; none unfinished`,
  );
  console.log(
    `${fleet.kills} kills, ${counts.faults} faults of nodes, ${counts.spikes} gas spikes; ${fleet.refusedStarts} starts refused while a node lied`,
  );
  console.log(`transactions: ${[...states].map(([state, count]) => `${count} ${state}`).join(", ")}`);
  console.log(`memory of keeper 0: ${mebibytes(early)} in the first third, ${mebibytes(late)} in the last`);
  if (memory.length >= 9 && late > 1.25 * early) throw new Error("memory grew by more than a quarter");
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
