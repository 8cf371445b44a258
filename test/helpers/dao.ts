import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { BytesLike } from "ethers";
import { id } from "ethers";
import { SCORE_TIERS } from "../../sdk/src/governance/tiers.ts";
import {
  GovernanceErrors__factory,
  GovernanceToken__factory,
  type IndexGovernor,
  IndexGovernor__factory,
  IndexTimelock__factory,
  OptimisticModule__factory,
  ScoreRegistry__factory,
  TimelockFactory__factory,
  VotingEscrow__factory,
} from "../../typechain-types/index.js";
import { addressOf } from "./assets.ts";
import type { TokenSpec } from "./market.ts";
import { deployProtocol } from "./protocol.ts";
import { type Chain, DAY, GIM, WEEK, weekOf } from "./scores.ts";

export const MILLION = 1_000_000n * GIM;
export const NO_CAP = 2n ** 104n - 1n;

/** As on mainnet. */
export const CONFIG = {
  votingDelay: 2n * DAY,
  votingPeriod: 7n * DAY,
  lateQuorumExtension: 2n * DAY,
  proposalThreshold: MILLION,
  quorumPercent: 10n,
  quorumFloor: 20n * MILLION,
  quorumCap: NO_CAP,
  launchGate: 50n * MILLION,
};

/** {GIM wei} permanent locks, whose votes are their amounts for ever. Supply 247.5 million, quorum 24.75. */
export const LOCKS = {
  alice: 110n * MILLION,
  bob: 100n * MILLION,
  carol: 30n * MILLION,
  dave: 5n * MILLION,
  erin: 2_500_000n * GIM,
};

/** As Governor Bravo orders them. */
export const Support = { AGAINST: 0, FOR: 1, ABSTAIN: 2 } as const;
export const State = {
  PENDING: 0n,
  ACTIVE: 1n,
  CANCELED: 2n,
  DEFEATED: 3n,
  SUCCEEDED: 4n,
  QUEUED: 5n,
  EXPIRED: 6n,
  EXECUTED: 7n,
} as const;

export interface Call {
  target: string;
  data: BytesLike;
}
export interface DaoProposal {
  proposalId: bigint;
  args: [targets: string[], values: bigint[], calldatas: string[], descriptionHash: string];
}
export type Dao = Awaited<ReturnType<typeof deployDao>>;

export interface DaoOptions {
  locks?: Partial<typeof LOCKS>;
  /** Whether a week passes, so that the locks have tiers. */
  wait?: boolean;
  /** What is listed; one dollar token when left out. */
  specs?: readonly TokenSpec[];
}

/** Registries, factory, GIM, escrow, tiers, timelock, governor and module, handed over; locks made a week before. */
export async function deployDao(chain: Chain, options: DaoOptions = {}) {
  const { ethers, networkHelpers } = chain;
  const [owner, guardian, alice, bob, carol, dave, erin, keeper, stranger] = await ethers.getSigners();
  const people = { alice: alice!, bob: bob!, carol: carol!, dave: dave!, erin: erin! };
  const now = async () => BigInt(await networkHelpers.time.latest());
  const goTo = (time: bigint) => networkHelpers.time.increaseTo(time);
  await goTo(weekOf(await now()) + WEEK + 3_600n);

  const protocol = await deployProtocol({
    owner: owner!,
    guardian: guardian!,
    tokens: options.specs ?? [{ symbol: "USDC", stable: true }],
  });
  const { assetRegistry, keeperRegistry, factory } = protocol;
  const starter = await new TimelockFactory__factory(owner).deploy(owner!);
  const timelock = IndexTimelock__factory.connect(await starter.timelock(), owner);
  const token = await new GovernanceToken__factory(owner).deploy(owner!);
  const escrow = await new VotingEscrow__factory(owner).deploy(token, timelock, timelock);
  const scores = await new ScoreRegistry__factory(owner).deploy(escrow, timelock, [...SCORE_TIERS]);
  const governor = await new IndexGovernor__factory(owner).deploy(escrow, timelock, scores, keeperRegistry, CONFIG);
  const optimistic = await new OptimisticModule__factory(owner).deploy(timelock, governor, escrow, keeperRegistry);

  const owned = [assetRegistry, keeperRegistry, factory];
  for (const contract of owned) await contract.transferOwnership(timelock);
  const accept = assetRegistry.interface.encodeFunctionData("acceptOwnership");
  const setup = [
    ...(await Promise.all(owned.map(async (contract) => ({ target: await addressOf(contract), data: accept })))),
    { target: optimistic, data: optimistic.interface.encodeFunctionData("setProposer", [keeper!.address, true]) },
    ...(["proposeSigners", "revokeSigners"] as const).map((name) => ({
      target: optimistic,
      data: optimistic.interface.encodeFunctionData("setCall", [
        keeperRegistry.target as string,
        keeperRegistry.interface.getFunction(name).selector,
        true,
      ]),
    })),
  ];
  await starter.complete({ governor, optimisticModule: optimistic, delay: 2n * DAY, owned, calls: setup });

  /** A permanent lock; more of it when there is one. */
  const lock = async (person: HardhatEthersSigner, amount: bigint) => {
    await token.transfer(person, amount);
    await token.connect(person).approve(escrow, amount);
    const { permanent } = await escrow.locked(person);
    await escrow.connect(person).lock(amount, permanent ? 0n : weekOf(await now()) + 50n * WEEK);
    if (!permanent) await escrow.connect(person).setPermanent(true);
  };
  const locks = { ...LOCKS, ...options.locks };
  for (const name of Object.keys(LOCKS) as (keyof typeof LOCKS)[])
    if (locks[name] !== 0n) await lock(people[name], locks[name]);
  if (options.wait !== false) await goTo(weekOf(await now()) + WEEK + 3_600n);

  const errors = GovernanceErrors__factory.connect(await addressOf(governor), owner);
  const staff = { owner: owner!, guardian: guardian!, keeper: keeper!, stranger: stranger! };
  const contracts = { token, escrow, scores, timelock, governor, optimistic, assetRegistry, keeperRegistry, factory };
  return { chain, protocol, people, ...people, ...staff, ...contracts, errors, lock, now, goTo };
}

/** What `propose` of the governor takes, and what the other functions take afterwards. */
export function proposalOf(calls: readonly Call[], description: string): DaoProposal["args"] {
  return [calls.map(({ target }) => target), calls.map(() => 0n), calls.map(({ data }) => `${data}`), id(description)];
}

/** Proposes as `proposer` (dave), who has a tier and the votes. */
export async function propose(
  dao: Dao,
  calls: readonly Call[],
  description = "A proposal",
  proposer = dao.dave,
): Promise<DaoProposal> {
  const args = proposalOf(calls, description);
  await dao.governor.connect(proposer).propose(args[0], args[1], args[2], description);
  return { proposalId: await dao.governor.hashProposal(...args), args };
}

/** A harmless call: another fee of the protocol. {bps} */
export async function feeCall({ factory, owner }: Dao, bps = 500): Promise<Call> {
  const data = factory.interface.encodeFunctionData("setProtocolFee", [bps, owner.address]);
  return { target: await addressOf(factory), data };
}

/** First second in which it can be voted on. */
export async function goToVote(dao: Dao, { proposalId }: DaoProposal): Promise<void> {
  await dao.goTo((await dao.governor.proposalSnapshot(proposalId)) + 1n);
}

/** First second after the vote. */
export async function goToEnd(dao: Dao, { proposalId }: DaoProposal): Promise<void> {
  await dao.goTo((await dao.governor.proposalDeadline(proposalId)) + 1n);
}

export async function vote(
  { governor }: { governor: IndexGovernor },
  { proposalId }: DaoProposal,
  votes: readonly [HardhatEthersSigner, number][],
): Promise<void> {
  for (const [voter, support] of votes) await governor.connect(voter).castVote(proposalId, support);
}

/** Votes for with everything alice has and goes to the end. */
export async function pass(dao: Dao, proposal: DaoProposal): Promise<void> {
  await goToVote(dao, proposal);
  await vote(dao, proposal, [[dao.alice, Support.FOR]]);
  await goToEnd(dao, proposal);
}

/** The same and queues it; the delay is over. */
export async function passAndQueue(dao: Dao, proposal: DaoProposal): Promise<void> {
  await pass(dao, proposal);
  await dao.governor.queue(...proposal.args);
  await dao.goTo(await dao.governor.proposalEta(proposal.proposalId));
}

/** From propose to execute. */
export async function enact(dao: Dao, calls: readonly Call[], description: string): Promise<void> {
  const proposal = await propose(dao, calls, description);
  await passAndQueue(dao, proposal);
  await dao.governor.execute(...proposal.args);
}

/** Sends as a contract, with ether for gas. */
export async function asContract({ chain }: Dao, address: string): Promise<HardhatEthersSigner> {
  await chain.networkHelpers.impersonateAccount(address);
  await chain.networkHelpers.setBalance(address, 10n ** 18n);
  return chain.ethers.getSigner(address);
}
