import { isAddress, isHex } from "viem";
import { getBlock } from "viem/actions";
import {
  castVote,
  claim,
  claimAirdrop,
  claimRevenue,
  getAirdropClaim,
  getClaimable,
  governanceOf,
  latestEnd,
  lock,
  type ProposalAction,
  parseAirdropFile,
  propose,
  WEEK,
} from "../../sdk/src/index.ts";
import { connect, readJson, requireAccount } from "./connect.ts";
import { findIndex, findToken } from "./names.ts";
import { amount, choice, type Flags, required, UsageError, whole } from "./options.ts";
import { perform, sayPerformed } from "./send.ts";
import { tokens } from "./words.ts";

const DECIMALS = 18;
const LONGEST_WEEKS = 208;

/** `lock`: locks GIM, adds to a lock, or moves its end away. */
export async function lockCommand(flags: Flags): Promise<void> {
  const session = await connect(flags);
  const { client, deployment } = session;
  const account = requireAccount(session);
  const { VotingEscrow: escrow } = governanceOf(deployment);
  const { timestamp } = await getBlock(client);
  const weeks = flags.weeks === undefined ? undefined : BigInt(whole(flags.weeks, "weeks", 1, LONGEST_WEEKS));
  const last = latestEnd(timestamp);
  const wanted = weeks === undefined ? undefined : timestamp + weeks * WEEK;
  const action = await lock(client, {
    escrow,
    amount: amount(required(flags.amount, "amount"), "amount", DECIMALS),
    newEnd: wanted === undefined || wanted < last ? wanted : last,
    authorization: flags.permit === true ? "erc2612" : "approval",
    account,
  });
  const performed = await perform(session, flags, action, "a lock");
  const { power, score } = action;
  const end = new Date(Number(action.lock.end) * 1000).toISOString().slice(0, 10);
  const lines = [
    `${tokens(action.lock.amount, DECIMALS)} GIM until ${end}: ${tokens(power, DECIMALS)} votes, score ${tokens(score, DECIMALS)}`,
  ];
  sayPerformed(flags, performed, "a lock", { lines, json: { lock: action.lock, power, score } });
}

/** `claim revenue`: pays out the revenue of a lock. */
export async function claimRevenueCommand(flags: Flags): Promise<void> {
  const session = await connect(flags);
  const { client, deployment } = session;
  const account = requireAccount(session);
  const { RevenueDistributor: distributor, GovernanceToken: gim } = governanceOf(deployment);
  const asked = flags.token ?? ["USDC"];
  const named = await Promise.all(asked.map((text) => findToken(session, text, "token")));
  const all = [...named.map(({ address }) => address), ...(flags.token === undefined ? [gim] : [])];
  const { amounts, tokens: due } = await getClaimable(client, { distributor, account, tokens: all });
  if (due.length === 0)
    throw new UsageError("There is no revenue to claim.", "A week's revenue is due when it is over.");
  const performed = await perform(
    session,
    flags,
    claimRevenue(client, { distributor, tokens: due, account }),
    "a claim",
  );
  const lines = amounts.map(({ token, amount: raw }) => `${raw} raw units of ${token}`);
  sayPerformed(flags, performed, "a claim", { lines, json: { amounts } });
}

/** `claim airdrop`: claims an entry of an airdrop's list. */
export async function claimAirdropCommand(flags: Flags): Promise<void> {
  const session = await connect(flags);
  const { client, deployment } = session;
  const account = requireAccount(session);
  const { MerkleAirdrop: airdrop } = governanceOf(deployment);
  const list = parseAirdropFile(readJson(required(flags.list, "list"), "list"));
  const wave = BigInt(whole(flags.wave ?? "0", "wave", 0, 1_000_000));
  const found = await getAirdropClaim(client, { airdrop, wave, list, account });
  if (found.entry === undefined)
    throw new UsageError(`${account} is not on this list.`, "Check --list and the account.");
  const weeks = flags["lock-weeks"];
  const action = await claimAirdrop(client, {
    airdrop,
    entry: found.entry,
    lockWeeks: weeks === undefined ? undefined : whole(weeks, "lock-weeks", 12, 52),
    account,
  });
  const performed = await perform(session, flags, action, "a claim");
  const { liquid, vesting, locked, bonus } = action;
  const lines = [
    `${tokens(liquid, DECIMALS)} GIM at once, ${tokens(vesting, DECIMALS)} over time, ${tokens(locked, DECIMALS)} locked`,
  ];
  sayPerformed(flags, performed, "a claim", { lines, json: { status: found.status, liquid, vesting, locked, bonus } });
}

/** `claim index`: what a redemption could not pay at once. */
export async function claimIndexCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const session = await connect(flags);
  const account = requireAccount(session);
  const vault = await findIndex(session, wanted ?? "");
  const [text] = flags.token ?? [];
  const token = await findToken(session, required(text, "token"), "token");
  const action = claim(session.client, { vault, token: token.address, account });
  const performed = await perform(session, flags, action, `a claim of ${token.symbol}`);
  sayPerformed(flags, performed, `a claim of ${token.symbol}`, { json: { vault, token } });
}

/** `vote`: casts a vote on a proposal. */
export async function voteCommand(flags: Flags, [id, answer]: readonly string[]): Promise<void> {
  if (id === undefined || !/^(\d{1,78}|0x[0-9a-f]{1,64})$/i.test(id)) {
    throw new UsageError(`A proposal has a number, not ${id ?? "nothing"}.`);
  }
  const support = choice(answer ?? "", "vote", ["for", "against", "abstain"]);
  const session = await connect(flags);
  const { IndexGovernor: governor } = governanceOf(session.deployment);
  const vote = { governor, proposalId: BigInt(id), support, reason: flags.reason, account: requireAccount(session) };
  const words = `a vote ${support}`;
  const performed = await perform(session, flags, castVote(session.client, vote), words);
  const { result } = performed;
  const lines = result === undefined ? [] : [`weight ${tokens(result.weight, DECIMALS)} votes`];
  sayPerformed(flags, performed, words, { lines, json: { proposalId: BigInt(id), support } });
}

function toProposalAction(item: unknown, index: number): ProposalAction {
  const { target, value = "0", data } = (item ?? {}) as Record<string, unknown>;
  const bad = (field: string) =>
    new UsageError(`--file: actions[${index}].${field} is not usable.`, "Correct the file.");
  if (typeof target !== "string" || !isAddress(target)) throw bad("target");
  if (typeof data !== "string" || !isHex(data)) throw bad("data");
  if (typeof value !== "string" || !/^\d{1,30}$/.test(value)) throw bad("value");
  return { target, value: BigInt(value), data };
}

/** `propose`: puts a proposal of a file to the vote. */
export async function proposeCommand(flags: Flags): Promise<void> {
  const file = readJson(required(flags.file, "file"), "file");
  const { description, actions } = (file ?? {}) as Record<string, unknown>;
  if (typeof description !== "string" || !Array.isArray(actions)) {
    throw new UsageError('--file must hold { "description": "...", "actions": [{ "target", "value", "data" }] }.');
  }
  const session = await connect(flags);
  const { IndexGovernor: governor } = governanceOf(session.deployment);
  const content = { description, actions: actions.map(toProposalAction) };
  const action = propose(session.client, { governor, ...content, account: requireAccount(session) });
  const performed = await perform(session, flags, action, "a proposal");
  const { proposalId } = action;
  sayPerformed(flags, performed, "a proposal", { lines: [`proposal ${proposalId}`], json: { proposalId } });
}
