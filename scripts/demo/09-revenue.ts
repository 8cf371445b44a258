import { encodeFunctionData, parseEventLogs } from "viem";
import { DAY } from "../../keeper/src/data/time.ts";
import {
  type CompoundModeName,
  earlyExit,
  merkleAirdropAbi,
  releaseVesting,
  votingEscrowAbi,
  withdrawLock,
} from "../../sdk/src/index.ts";
import { contractOf, gim, type Member, memberOf, tell, weekStartAfter } from "./lib/dao.ts";
import { act } from "./lib/holders.ts";
import { claimAll, collectAll, compoundFor, distributeToken, entrust, finalizeAll } from "./lib/revenue.ts";
import type { Demo, Scene, Week } from "./lib/scene.ts";
import { startOf } from "./lib/universe.ts";

const HOUR = 3_600;
/** Weeks between two claims, and between two releases of what vested. */
const CLAIM_EVERY = 4;
/** {days} after the start: Dave leaves his lock early, once he had a tier and a sale. */
const EXIT_DAY = 27;
const WAVE = 0n;
/** What members do with their revenue; the compounder serves those that name a mode of it. */
const MODES: Readonly<Record<string, { mode?: CompoundModeName; words: string }>> = {
  Alice: { words: "paid out" },
  Bob: { mode: "lock", words: "compounded: GIM into the lock" },
  Carol: { mode: "swapAndLock", words: "compounded: GIM and USDC into the lock" },
  Dave: { words: "paid out" },
};

/** Every week the fees of both vaults are split; who staked claims now and then, each in its own way. */
export const revenueScene: Scene = {
  number: "09",
  title: "Fees reach stakers",
  week: async (demo: Demo, week: Week) => {
    await collectAll(demo);
    const thursday = weekStartAfter(await demo.chain.now());
    demo.agenda.add(thursday + HOUR, () => finalizeAll(demo));
    if (week.number === 1) await planAhead(demo);
    if (week.number % CLAIM_EVERY === 0) demo.agenda.add(thursday + 2 * HOUR, () => payDay(demo));
  },
};

/** What happens once, at a time of its own. */
async function planAhead(demo: Demo): Promise<void> {
  const { agenda, options } = demo;
  for (const [name, { mode, words }] of Object.entries(MODES)) {
    const member = memberOf(demo, name);
    member.mode = words;
    if (mode !== undefined) await entrust(demo, member, mode);
  }
  agenda.add(startOf(options.from) + EXIT_DAY * DAY, () => leaveEarly(demo, memberOf(demo, "Dave")));
  await withdrawWhenOver(demo, memberOf(demo, "Alice"));
  await withdrawWhenOver(demo, memberOf(demo, "Bob"));
  await sweepWhenOver(demo);
}

/** Those who want their revenue in hand claim it; what vested meanwhile is released. */
async function payDay(demo: Demo): Promise<void> {
  await claimFor(demo);
  await release(demo, memberOf(demo, "Alice"));
}

async function release(demo: Demo, member: Member): Promise<void> {
  const { client } = demo.chain;
  const account = member.address;
  const action = releaseVesting(client, { airdrop: contractOf(demo, "MerkleAirdrop"), wave: WAVE, account });
  const { logs } = await act(demo, account, action.buildTx(), "airdrop: release what vested");
  for (const { args } of parseEventLogs({ abi: merkleAirdropAbi, eventName: "Released", logs })) {
    member.vested += args.amount;
  }
}

/** Who claims, each in its own way; the others leave their part where it is. */
export async function claimFor(demo: Demo): Promise<void> {
  for (const [name, { mode }] of Object.entries(MODES)) {
    const member = memberOf(demo, name);
    await (mode === undefined ? claimAll(demo, member) : compoundFor(demo, member));
  }
}

async function leaveEarly(demo: Demo, member: Member): Promise<void> {
  const account = member.address;
  const action = await earlyExit(demo.chain.client, { escrow: contractOf(demo, "VotingEscrow"), account });
  const { logs } = await act(demo, account, action.buildTx(), "exit a lock early");
  const [left] = parseEventLogs({ abi: votingEscrowAbi, eventName: "Withdrawn", logs });
  if (left === undefined) throw new Error(`${member.name} did not leave`);
  const { amount, penalty } = left.args;
  demo.dao.penalties.push({ account, paidOut: amount, penalty });
  member.terms += ", left early";
  await distributeToken(demo, contractOf(demo, "GovernanceToken"));
  const half = gim(penalty / 2n);
  await tell(demo, `${member.name} leaves early: ${gim(amount)} GIM out, ${half} to stakers, ${half} burned`);
}

async function withdrawWhenOver(demo: Demo, member: Member): Promise<void> {
  const { chain, agenda } = demo;
  const escrow = contractOf(demo, "VotingEscrow");
  const account = member.address;
  const { end } = await chain.client.readContract({
    address: escrow,
    abi: votingEscrowAbi,
    functionName: "locked",
    args: [account],
  });
  agenda.add(end + HOUR, async () => {
    const action = withdrawLock(chain.client, { escrow, account });
    const { amount } = await action.simulate();
    await act(demo, account, action.buildTx(), "withdraw an ended lock");
    member.terms += ", withdrawn";
    await tell(demo, `${member.name}'s lock has ended: ${gim(amount)} GIM withdrawn`);
  });
}

/** What nobody claimed goes to the treasury after the deadline; anyone may send it there. */
async function sweepWhenOver(demo: Demo): Promise<void> {
  const { chain, agenda, cast, dao } = demo;
  const airdrop = contractOf(demo, "MerkleAirdrop");
  const at = { address: airdrop, abi: merkleAirdropAbi, args: [WAVE] } as const;
  const { deadline } = await chain.client.readContract({ ...at, functionName: "waveOf" });
  agenda.add(deadline + HOUR, async () => {
    const data = encodeFunctionData({ abi: merkleAirdropAbi, functionName: "sweep", args: [WAVE] });
    const tx = { to: airdrop, data, value: 0n };
    const { logs } = await act(demo, cast.keeper, tx, "airdrop: send what nobody claimed to the treasury");
    for (const { args } of parseEventLogs({ abi: merkleAirdropAbi, eventName: "WaveSwept", logs })) {
      dao.swept += args.amount;
    }
    await tell(demo, `The airdrop is over: ${gim(dao.swept)} GIM that nobody claimed go to the treasury`);
  });
}
