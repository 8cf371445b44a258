import { parseEther } from "viem";
import {
  claimAirdrop,
  delegate,
  getAirdropClaim,
  getLock,
  lock,
  merkleAirdropAbi,
  setPermanent,
  tierOfScore,
  votingEscrowAbi,
} from "../../sdk/src/index.ts";
import { contractOf, gim, type Member, memberOf, WEEK, weekStartAfter } from "./lib/dao.ts";
import { openGimPool, sellGim } from "./lib/gimPool.ts";
import { act, authorize } from "./lib/holders.ts";
import type { Demo, Scene } from "./lib/scene.ts";
import { formatTable } from "./lib/table.ts";

/** {weeks} for which members lock what the airdrop gives them. */
const WEEKS: Readonly<Record<string, number>> = {
  Bob: 26,
  Carol: 52,
  Dave: 52,
  Erin: 13,
  "Wallet 1": 52,
  "Wallet 2": 40,
  "Wallet 3": 52,
  "Wallet 4": 30,
  "Wallet 5": 20,
  "Wallet 6": 12,
};
const PERMANENT = ["Carol", "Wallet 3"];
/** What Alice locks of her liquid part, and for how long; and what she sells. */
const ALICE = { locks: parseEther("50000"), weeks: 12, sells: parseEther("10000") };
const WAVE = 0n;

export const airdropScene: Scene = {
  number: "06",
  title: "The airdrop: 1,000 accounts, of which eleven claim, lock, delegate",
  run: async (demo: Demo) => {
    await checkWave(demo);
    await take(demo, memberOf(demo, "Alice"));
    for (const [name, weeks] of Object.entries(WEEKS)) await take(demo, memberOf(demo, name), weeks);
    for (const name of PERMANENT) await makePermanent(demo, memberOf(demo, name));
    await lockSome(demo, memberOf(demo, "Alice"));
    await delegateTo(demo, memberOf(demo, "Erin"), memberOf(demo, "Carol"));

    const pool = await openGimPool(demo);
    await sellGim(demo, memberOf(demo, "Alice").address, ALICE.sells);
    demo.screen.say(`GIM trades against USDC at a made-up $${pool.price}, $${pool.depth / 1e6}M a side`);
    for (const line of formatTable(await lockTable(demo), [0, 6])) demo.screen.say(line);
  },
};

/** The wave on the chain is the one that this list gives: same root, same sum, and the tokens are there. */
async function checkWave(demo: Demo): Promise<void> {
  const { chain, dao, screen } = demo;
  const at = { address: contractOf(demo, "MerkleAirdrop"), abi: merkleAirdropAbi } as const;
  const [root, wave] = await Promise.all([
    chain.client.readContract({ ...at, functionName: "rootOf", args: [WAVE] }),
    chain.client.readContract({ ...at, functionName: "waveOf", args: [WAVE] }),
  ]);
  if (root !== dao.list.root || wave.total !== dao.list.total) throw new Error("the wave is not that of the list");
  const accounts = dao.list.entries.length;
  screen.say(`${accounts} accounts (11 of this demo, the others simulated) share ${gim(wave.total)} GIM;`);
  screen.say(`the chain has the root of that list, ${root.slice(0, 18)}..., and its sum, to the wei`);
  if ((await chain.now()) < wave.start) await chain.advanceTo(wave.start);
}

/** Its part of the list: liquid and vesting, or locked for `weeks` with a bonus. */
async function take(demo: Demo, member: Member, weeks?: number): Promise<void> {
  const { client } = demo.chain;
  const { address: account } = member;
  const airdrop = contractOf(demo, "MerkleAirdrop");
  const { entry } = await getAirdropClaim(client, { airdrop, wave: WAVE, list: demo.dao.list, account });
  if (entry === undefined) throw new Error(`${member.name} is not in the list`);
  const action = await claimAirdrop(client, { airdrop, entry, lockWeeks: weeks, account });
  const kind = weeks === undefined ? "claim a quarter, the rest vests" : "claim and lock with a bonus";
  await act(demo, account, action.buildTx(), `airdrop: ${kind}`);
  const { liquid, locked, bonus } = action;
  const terms = weeks === undefined ? "1/4 liquid, 3/4 vest over a year" : `locked ${weeks} weeks`;
  Object.assign(member, { liquid, locked, bonus, terms });
}

async function makePermanent(demo: Demo, member: Member): Promise<void> {
  const escrow = contractOf(demo, "VotingEscrow");
  const action = setPermanent(demo.chain.client, { escrow, on: true, account: member.address });
  await act(demo, member.address, action.buildTx(), "make a lock permanent");
  member.terms += ", then permanent";
}

/** With a permit: one transaction. */
async function lockSome(demo: Demo, member: Member): Promise<void> {
  const { chain } = demo;
  const action = await lock(chain.client, {
    escrow: contractOf(demo, "VotingEscrow"),
    amount: ALICE.locks,
    newEnd: BigInt(weekStartAfter(await chain.now()) + (ALICE.weeks - 1) * WEEK),
    authorization: "erc2612",
    account: member.address,
  });
  const permit = await authorize(demo, member.address, action);
  await act(demo, member.address, action.buildTx(permit), "lock with a signed permit");
  member.locked = ALICE.locks;
  member.terms += `; ${ALICE.weeks}-week lock`;
}

async function delegateTo(demo: Demo, from: Member, to: Member): Promise<void> {
  const escrow = contractOf(demo, "VotingEscrow");
  const action = delegate(demo.chain.client, { escrow, delegatee: to.address, account: from.address });
  await act(demo, from.address, action.buildTx(), "delegate votes");
  from.terms += `; ${to.name} votes with it`;
}

async function lockTable(demo: Demo): Promise<string[][]> {
  const at = { escrow: contractOf(demo, "VotingEscrow"), scores: contractOf(demo, "ScoreRegistry") };
  const rows = [["", "locked", "ends", "veGIM", "score", "tier", "how"]];
  for (const { name, address, terms } of demo.dao.members) {
    const held = await getLock(demo.chain.client, { ...at, account: address });
    const end = held.permanent ? "never" : new Date(Number(held.end) * 1_000).toISOString().slice(0, 10);
    const multiplier = Number((held.score * 100n) / held.amount) / 100;
    const tier = `${tierOfScore(held.score)}`;
    rows.push([name, gim(held.amount), end, gim(held.power), `${multiplier.toFixed(2)}x`, tier, terms]);
  }
  const total = await demo.chain.client.readContract({
    address: at.escrow,
    abi: votingEscrowAbi,
    functionName: "totalSupply",
  });
  rows.push(["together", "", "", gim(total), "", "", "tiers count from Thursday on"]);
  return rows;
}
