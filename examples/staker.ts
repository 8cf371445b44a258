// Claims an airdrop into a lock, looks at what it gives, and changes the protocol's fee by a vote.
//
//   npx hardhat node                             (one terminal)
//   npm run deploy -- --network localhost        (another one)
//   node examples/staker.ts
//
// It lets the chain run for weeks, after which the prices of a local chain are too old to create an index with.
import { readFileSync } from "node:fs";
import {
  type Airdrop,
  type AnyClient,
  BaseError,
  castVote,
  castVoteBySig,
  claimAirdrop,
  executeProposal,
  getAirdropClaim,
  getBallotTypedData,
  getLock,
  getProposal,
  getProposalRights,
  governanceOf,
  type PreparedAction,
  parseDeployment,
  propose,
  queueProposal,
  send,
  setProtocolFee,
  WEEK,
} from "@gimbal/sdk";
import { buildAirdrop } from "@gimbal/sdk/airdrop";
import { type Address, createClient, formatEther, getAddress, http, type LocalAccount, parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { getBlock } from "viem/actions";
import { hardhat } from "viem/chains";

export type Stage = {
  airdrop: Address;
  escrow: Address;
  scores: Address;
  governor: Address;
  factory: Address;
  splitter: Address;
  /** List of the airdrop's first wave. */
  list: Airdrop;
};

/** One who acts. */
export type Person = { client: AnyClient; address: Address };

/** Lets the chain's clock run: nobody can wait for a vote in an example. */
export type Wait = (seconds: bigint) => Promise<void>;

async function now(client: AnyClient): Promise<bigint> {
  return (await getBlock(client)).timestamp;
}

async function run<T>(client: AnyClient, action: PreparedAction<T>): Promise<T> {
  const result = await action.simulate();
  await send(client, { tx: action.buildTx() });
  return result;
}

/** Takes the airdrop for the longest lock, which brings the largest bonus. */
export async function stake({ client, address }: Person, { airdrop, list, escrow, scores }: Stage, wait: Wait) {
  const about = { airdrop, wave: 0n, list, account: address };
  const { start, entry } = await getAirdropClaim(client, about);
  if (entry === undefined) throw new Error(`the list does not name ${address}`);
  const early = BigInt(start) - (await now(client));
  if (early > 0n) await wait(early);
  await run(client, await claimAirdrop(client, { airdrop, entry, lockWeeks: 52 }));
  return getLock(client, { escrow, scores, account: address });
}

/** A holder locks, proposes a fee and votes; another one votes by signature. Returns the state that it ends in. */
export async function stakeAndVote(first: Person, voter: LocalAccount, stage: Stage, wait: Wait): Promise<string> {
  const { client } = first;
  const { escrow, scores, governor, factory, splitter } = stage;
  const { power } = await stake(first, stage, wait);
  console.log(`locked until Thursday next year: ${formatEther(power)} veGIM`);

  // A tier counts from the next week on, so that it cannot be rented for a day.
  await wait(WEEK - ((await now(client)) % WEEK) + 1n);
  const { tier, score } = await getLock(client, { escrow, scores, account: first.address });
  const { mayPropose, allowed } = await getProposalRights(client, { governor, account: first.address });
  console.log(`tier ${tier} by a score of ${formatEther(score)}: ${allowed} proposals a month`);
  if (!mayPropose) throw new Error("this holder may not propose");

  const actions = [setProtocolFee({ factory, bps: 500, recipient: splitter })];
  const description = "# Halve the protocol's fee\n\nFrom 10% to 5% of what indices take.";
  const fromBlock = (await getBlock(client)).number;
  const proposal = propose(client, { governor, actions, description });
  const { proposalId } = await run(client, proposal);
  const about = { governor, proposalId, fromBlock };

  const { snapshot } = await getProposal(client, about);
  await wait(snapshot - (await now(client)) + 1n);
  await run(client, castVote(client, { governor, proposalId, support: "for", reason: "Cheaper is better" }));
  const ballot = await getBallotTypedData(client, { governor, proposalId, support: "for", voter: voter.address });
  const signature = await voter.signTypedData(ballot);
  await run(client, castVoteBySig(client, { governor, ballot: ballot.message, signature }));
  const { tally, quorum, deadline } = await getProposal(client, about);
  console.log(`${formatEther(tally.forVotes)} for it, ${formatEther(quorum)} needed`);

  await wait(deadline - (await now(client)) + 1n);
  await run(client, queueProposal(client, { governor, actions, description }));
  const { executableAt } = await getProposal(client, about);
  await wait(executableAt - (await now(client)));
  await run(client, executeProposal(client, { governor, actions, description }));
  const { state } = await getProposal(client, about);
  console.log(`the proposal is ${state}`);
  return state;
}

/** The first two accounts of every Hardhat node: worthless anywhere else. */
const KEYS = [
  "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
  "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
] as const;

async function main(): Promise<void> {
  const [account, voter] = KEYS.map((key) => privateKeyToAccount(key));
  if (account === undefined || voter === undefined) throw new Error("two keys are needed");
  const toClient = (owner: LocalAccount): AnyClient =>
    createClient({ account: owner, chain: hardhat, transport: http(), pollingInterval: 50 });
  const [client, other] = [toClient(account), toClient(voter)];
  const file = new URL(`../deployments/${hardhat.id}.json`, import.meta.url);
  const deployment = parseDeployment(JSON.parse(readFileSync(file, "utf8")));
  const { MerkleAirdrop, VotingEscrow, ScoreRegistry, IndexGovernor, FeeSplitter } = governanceOf(deployment);
  const wait: Wait = async (seconds) => {
    const request = client.request as (call: { method: string; params: unknown[] }) => Promise<unknown>;
    await request({ method: "evm_increaseTime", params: [Number(seconds)] });
    await request({ method: "evm_mine", params: [] });
  };
  // The accounts of a local node share the whole airdrop.
  const accounts = await client.request({ method: "eth_accounts" });
  const amount = parseEther("520000000") / BigInt(accounts.length);
  const stage: Stage = {
    airdrop: MerkleAirdrop,
    escrow: VotingEscrow,
    scores: ScoreRegistry,
    governor: IndexGovernor,
    factory: deployment.contracts.IndexFactory,
    splitter: FeeSplitter,
    list: buildAirdrop(accounts.map((owner) => ({ account: getAddress(owner), amount }))),
  };
  await stake({ client: other, address: voter.address }, stage, wait);
  await stakeAndVote({ client, address: account.address }, voter, stage, wait);
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(error instanceof BaseError ? error.shortMessage : error);
    process.exitCode = 1;
  });
}
