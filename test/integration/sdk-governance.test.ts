import { expect } from "chai";
import { network } from "hardhat";
import { type Address, parseEther } from "viem";
import { getBlock, readContract } from "viem/actions";
import {
  type AnyClient,
  ArgumentInvalidError,
  ContractError,
  cancelOptimistic,
  cancelProposal,
  castVote,
  castVoteBySig,
  claimAirdrop,
  claimAirdropFor,
  claimRevenue,
  collectFees,
  commitToSale,
  createSale,
  delegate,
  executeOptimistic,
  executeProposal,
  fundSale,
  getAirdropClaim,
  getBallotTypedData,
  getClaimable,
  getLock,
  getOptimisticProposal,
  getProposal,
  getProposalRights,
  getProposals,
  getSale,
  indexFactoryAbi,
  keeperRegistryAbi,
  type PreparedAction,
  parseAirdropFile,
  propose,
  proposeOptimistic,
  queueOptimistic,
  queueProposal,
  quorumOf,
  releaseSale,
  releaseVesting,
  saleRoundFactoryAbi,
  send,
  setOptimisticCall,
  setOptimisticProposer,
  setProtocolFee,
  settleSale,
  toAction,
  vetoOptimistic,
} from "../../sdk/src/index.ts";
import { TokenMock__factory } from "../../typechain-types/index.js";
import { failureOf, fulfil, tokenBalance } from "../helpers/sdk.ts";
import { CONFIG, type Dao, deployDao, GRANT } from "../helpers/sdkDao.ts";
import { lockLongest, proposedSale, toWeekStart } from "../helpers/sdkGovernance.ts";

const { ethers, networkHelpers, provider } = await network.create();
const { time } = networkHelpers;

const DAY = 86_400n;

async function deployed() {
  return deployDao(ethers, provider, networkHelpers);
}

async function run<T>(client: AnyClient, action: PreparedAction<T>): Promise<void> {
  await send(client, { tx: action.buildTx() });
}

async function refusal(action: { simulate: () => Promise<unknown> }): Promise<string> {
  return (await failureOf(ContractError, () => action.simulate())).errorName;
}

/** Holder, second and signer lock, and their tiers count. */
async function lockAll(stage: Dao): Promise<void> {
  await lockLongest(stage, stage.client, parseEther("20000000"));
  await lockLongest(stage, stage.second.client, parseEther("4000000"));
  await lockLongest(stage, stage.signer.client, parseEther("10000000"));
  await toWeekStart(time, stage.client);
}

/** From the proposal to the end of its vote: the holder votes for it. */
async function pass(stage: Dao, proposalId: bigint): Promise<void> {
  const { client, governor } = stage;
  await time.increase(2n * DAY + 1n);
  await run(client, castVote(client, { governor, proposalId, support: "for" }));
  await time.increase(7n * DAY + 1n);
}

/** The holder claims and locks, the signer takes a quarter at once; both then stand in the escrow. */
async function claimAndLock(stage: Dao): Promise<void> {
  const { client, signer, airdrop, holder, escrow, scores, gim } = stage;
  const list = parseAirdropFile(stage.list);
  const about = { airdrop, wave: 0n, list };
  const waiting = await getAirdropClaim(client, { ...about, account: holder });
  expect(waiting.status).to.equal("waiting");
  expect((await getAirdropClaim(client, { ...about, account: stage.second.address })).status).to.equal("none");
  await time.increaseTo(BigInt(waiting.start));

  const { status, entry, largestBonus } = await getAirdropClaim(client, { ...about, account: holder });
  expect([status, largestBonus]).to.deep.equal(["open", GRANT / 4n]);
  const locking = await claimAirdrop(client, { airdrop, entry: entry!, lockWeeks: 52 });
  expect(locking).to.include({ bonus: GRANT / 4n, locked: GRANT + GRANT / 4n, liquid: 0n, vesting: 0n });
  await locking.simulate();
  await run(client, locking);
  expect((await getLock(client, { escrow, scores, account: holder })).amount).to.equal(locking.locked);
  expect((await getAirdropClaim(client, { ...about, account: holder })).status).to.equal("claimed");
  expect(await refusal(locking)).to.equal("MerkleAirdrop_AlreadyClaimed");

  const { account, client: signerClient } = signer;
  const own = (await getAirdropClaim(client, { ...about, account: account.address })).entry!;
  const liquid = await claimAirdrop(signerClient, { airdrop, entry: own });
  const before = await tokenBalance(client, gim, account.address);
  await run(signerClient, liquid);
  expect((await tokenBalance(client, gim, account.address)) - before).to.equal(liquid.liquid);
  expect(liquid.liquid + liquid.vesting).to.equal(GRANT);
  await lockLongest(stage, signerClient, liquid.liquid);
}

/** A new fee and a sale, in one proposal. */
async function proposeChange(stage: Dao, token: Address) {
  const { client, governor, factory, splitter, saleFactory } = stage;
  const terms = await proposedSale(stage, token);
  const actions = [setProtocolFee({ factory, bps: 700, recipient: splitter }), createSale({ saleFactory, terms })];
  const description = "# Pay stakers\n\nSend the protocol's fees to the splitter, and announce a sale.";
  const fromBlock = (await getBlock(client)).number;
  const proposal = propose(client, { governor, actions, description });
  expect(await proposal.simulate()).to.deep.equal({ proposalId: proposal.proposalId });
  await run(client, proposal);
  return { proposalId: proposal.proposalId, actions, description, fromBlock };
}

describe("sdk: governance, from the airdrop to the execution of a proposal", () => {
  it("claims, locks, delegates, votes, queues, executes, sells and shares revenue through actions alone", async () => {
    const stage = await networkHelpers.loadFixture(deployed);
    const { client, second, signer, governor, escrow, scores, holder, factory, vault, owner, ownerClient } = stage;
    await claimAndLock(stage);
    await lockLongest(stage, second.client, parseEther("4000000"));
    await run(second.client, delegate(second.client, { escrow, delegatee: holder }));
    const delegated = await getLock(client, { escrow, scores, account: holder });
    expect(delegated.votes > delegated.power).to.equal(true);
    expect((await getProposalRights(client, { governor, account: holder })).mayPropose).to.equal(false);
    await toWeekStart(time, client);
    const rights = await getProposalRights(client, { governor, account: holder });
    expect(rights).to.include({ mayPropose: true, used: 0n, allowed: 4n, threshold: CONFIG.proposalThreshold });

    const token = await new TokenMock__factory(owner).deploy("New token", "NEW", 18);
    await token.mint(owner, parseEther("100000"));
    const tokenAddress = (await token.getAddress()) as Address;
    const { proposalId, fromBlock, description } = await proposeChange(stage, tokenAddress);
    const at = { governor, proposalId, fromBlock };
    const pending = await getProposal(client, { ...at, account: holder });
    expect(pending).to.include({ state: "pending", proposer: holder, description, votes: undefined, hasVoted: false });
    expect(pending.actions.map(({ signature }) => signature?.split("(")[0])).to.deep.equal([
      "setProtocolFee",
      "createRound",
    ]);

    await time.increase(2n * DAY + 1n);
    const voting = castVote(client, { governor, proposalId, support: "for", reason: "Stakers should be paid" });
    const { weight } = await voting.simulate();
    await run(client, voting);
    const ballot = await getBallotTypedData(client, {
      governor,
      proposalId,
      support: "abstain",
      voter: signer.account.address,
    });
    const signature = await signer.account.signTypedData(ballot);
    await run(second.client, castVoteBySig(second.client, { governor, ballot: ballot.message, signature }));
    const active = await getProposal(client, { ...at, account: holder });
    expect(active).to.include({ state: "active", hasVoted: true, votes: weight, isQuorumReached: true });
    expect(active.tally.forVotes).to.equal(weight);
    expect(active.tally.abstainVotes > 0n && active.votesMissing === 0n && active.isMajority).to.equal(true);
    const supply = await stage.contracts.escrow.totalSupplyAt(active.snapshot);
    const bounds = { floor: CONFIG.quorumFloor, cap: CONFIG.quorumCap };
    expect(active.quorum).to.equal(quorumOf({ supply, numerator: 10n, ...bounds }));
    expect(await refusal(voting)).to.equal("GovernorAlreadyCastVote");

    await time.increaseTo(active.deadline + 1n);
    const { actions } = await getProposal(client, at);
    const content = { governor, actions, description };
    await run(client, queueProposal(client, content));
    const queued = await getProposal(client, at);
    expect(queued.state).to.equal("queued");
    const executing = executeProposal(second.client, content);
    expect(await refusal(executing)).to.equal("TimelockUnexpectedOperationState");
    await time.increaseTo(queued.executableAt);
    await run(second.client, executing);
    expect((await getProposal(client, at)).state).to.equal("executed");
    const fee = await readContract(client, { address: factory, abi: indexFactoryAbi, functionName: "protocolFee" });
    expect(fee).to.deep.equal([700, stage.splitter]);

    await buyInSale(stage, ownerClient, tokenAddress);
    await earnRevenue(stage, vault);
    await releaseRest(stage);
  });
});

/** Holder commits, is settled, and gets the tokens. */
async function buyInSale(stage: Dao, issuer: AnyClient, token: Address): Promise<void> {
  const { client, holder, saleFactory, addressOf, owner } = stage;
  const at = { address: saleFactory, abi: saleRoundFactoryAbi } as const;
  const [sale] = await readContract(client, { ...at, functionName: "rounds", args: [0n, 1n] });
  if (sale === undefined) throw new Error("no sale was announced");
  await fulfil(issuer, await fundSale(issuer, { sale }));
  await TokenMock__factory.connect(addressOf("USDC"), owner).mint(holder, 20_000_000_000n);
  const { terms } = await getSale(client, { sale });
  await time.increaseTo(BigInt(terms.start) + DAY);
  const { access } = await getSale(client, { sale, account: holder });
  expect(access).to.include({ tier: 10, committed: 0n });
  const amount = access!.cap < 12_000_000_000n ? access!.cap : 12_000_000_000n;
  await fulfil(client, await commitToSale(client, { sale, amount }));
  await time.increaseTo(BigInt(terms.end));
  await run(client, settleSale(client, { sale }));
  await time.increase(BigInt(terms.vesting));
  const { access: after } = await getSale(client, { sale, account: holder });
  expect(after).to.include({ settled: true, refund: amount - terms.hardCap, bought: terms.saleAmount });
  await run(client, releaseSale(client, { sale }));
  expect(await tokenBalance(client, token, holder)).to.equal(terms.saleAmount);
}

/** The index's fees reach the holder a week later. */
async function earnRevenue(stage: Dao, vault: Address): Promise<void> {
  const { client, splitter, distributor, holder } = stage;
  await run(client, collectFees(client, { splitter, vaults: [vault] }));
  await toWeekStart(time, client);
  const { tokens, amounts } = await getClaimable(client, { distributor, account: holder, tokens: [vault] });
  const before = await tokenBalance(client, vault, holder);
  await run(client, claimRevenue(client, { distributor, tokens }));
  expect(tokens).to.deep.equal([vault]);
  expect((await tokenBalance(client, vault, holder)) - before).to.equal(amounts[0]!.amount);
}

/** The signer's airdrop goes on vesting. */
async function releaseRest(stage: Dao): Promise<void> {
  const { signer, airdrop, gim } = stage;
  const { client, account } = signer;
  const releasing = releaseVesting(client, { airdrop, wave: 0n });
  const before = await tokenBalance(client, gim, account.address);
  await run(client, releasing);
  const about = { airdrop, wave: 0n, list: parseAirdropFile(stage.list), account: account.address };
  const { released, vesting } = await getAirdropClaim(client, about);
  expect((await tokenBalance(client, gim, account.address)) - before).to.equal(released);
  expect(released > 0n && released < vesting && vesting === (GRANT * 3n) / 4n).to.equal(true);
}

describe("sdk: airdrop", () => {
  it("refuses a wrong list, a wrong wave and wrong weeks before anything is sent", async () => {
    const stage = await networkHelpers.loadFixture(deployed);
    const { client, airdrop, holder } = stage;
    const list = parseAirdropFile(stage.list);
    const entries = list.entries.map((entry) => ({ ...entry, amount: entry.amount + 1n }));
    const about = { airdrop, wave: 0n, list, account: holder };
    await failureOf(ArgumentInvalidError, () => getAirdropClaim(client, { ...about, list: { ...list, entries } }));
    await failureOf(ArgumentInvalidError, () => getAirdropClaim(client, { ...about, wave: 1n }));
    const entry = list.entries[0]!;
    for (const lockWeeks of [0, 11, 53, 12.5]) {
      await failureOf(ArgumentInvalidError, () => claimAirdrop(client, { airdrop, entry, lockWeeks }));
    }
  });

  it("insists on the bonus that it showed, and claims for others at the last call only", async () => {
    const stage = await networkHelpers.loadFixture(deployed);
    const { client, signer, second, airdrop, gim } = stage;
    const list = parseAirdropFile(stage.list);
    const [first, other] = list.entries;
    await time.increase(2n * DAY);
    const mine = await claimAirdrop(client, { airdrop, entry: first!, lockWeeks: 52 });
    const others = await claimAirdrop(signer.client, { airdrop, entry: other!, lockWeeks: 52 });
    await run(client, mine);
    expect(await refusal(others)).to.equal("MerkleAirdrop_BonusTooLow");
    const again = await claimAirdrop(signer.client, { airdrop, entry: other!, lockWeeks: 52 });
    expect(again.bonus).to.equal(parseEther("5000000"));

    const foreign = claimAirdropFor(second.client, { airdrop, entry: other! });
    expect(await refusal(foreign)).to.equal("MerkleAirdrop_LastCallNotOpen");
    const { deadline } = await getAirdropClaim(client, { airdrop, wave: 0n, list, account: other!.account });
    await time.increaseTo(BigInt(deadline) - 30n * DAY);
    const before = await tokenBalance(client, gim, other!.account);
    await run(second.client, foreign);
    expect((await tokenBalance(client, gim, other!.account)) - before).to.equal(GRANT / 4n);
    await time.increaseTo(deadline);
    expect((await getAirdropClaim(client, { airdrop, wave: 0n, list, account: other!.account })).status).to.equal(
      "claimed",
    );
  });
});

describe("sdk: proposals", () => {
  it("says who may propose and refuses empty proposals", async () => {
    const stage = await networkHelpers.loadFixture(deployed);
    const { client, governor, second, factory, splitter } = stage;
    const actions = [setProtocolFee({ factory, bps: 700, recipient: splitter })];
    const early = propose(client, { governor, actions, description: "too early" });
    expect(await refusal(early)).to.equal("GovernorInsufficientProposerVotes");
    expect(() => propose(client, { governor, actions: [], description: "nothing" })).to.throw(ArgumentInvalidError);
    expect(() => propose(client, { governor, actions, description: " " })).to.throw(ArgumentInvalidError);
    const rights = await getProposalRights(client, { governor, account: second.address });
    expect(rights).to.include({ mayPropose: false, votes: 0n, allowed: 0n, launchGate: CONFIG.launchGate });
    await failureOf(ArgumentInvalidError, () => getProposal(client, { governor, proposalId: 1n, fromBlock: 0n }));
  });

  it("lists proposals, shows what a defeated one lacked, and lets the guardian cancel", async () => {
    const stage = await networkHelpers.loadFixture(deployed);
    const { client, governor, second, guardian, factory, splitter } = stage;
    await lockAll(stage);
    const fromBlock = (await getBlock(client)).number;
    const proposals = [100, 200].map((bps) => {
      const actions = [setProtocolFee({ factory, bps, recipient: splitter })];
      return propose(client, { governor, actions, description: `A fee of ${bps}` });
    });
    for (const proposal of proposals) await run(client, proposal);
    const listed = await getProposals(client, { governor, fromBlock });
    expect(listed.map(({ proposalId }) => proposalId)).to.deep.equal(proposals.map(({ proposalId }) => proposalId));
    const [lost, stopped] = listed;

    const content = { governor, actions: stopped!.actions, description: stopped!.description };
    expect(await refusal(cancelProposal(second.client, content))).to.equal("GovernorUnableToCancel");
    await run(guardian.client, cancelProposal(guardian.client, content));
    const at = { governor, fromBlock };
    expect((await getProposal(client, { ...at, proposalId: stopped!.proposalId })).state).to.equal("canceled");

    await time.increase(2n * DAY + 1n);
    const voting = { governor, proposalId: lost!.proposalId, support: "for" } as const;
    await run(second.client, castVote(second.client, voting));
    const active = await getProposal(client, { ...at, proposalId: lost!.proposalId });
    expect(active).to.include({ isQuorumReached: false, isMajority: true });
    expect(active.votesMissing).to.equal(active.quorum - active.tally.forVotes);
    await time.increase(7n * DAY + 1n);
    expect((await getProposal(client, { ...at, proposalId: lost!.proposalId })).state).to.equal("defeated");
    const late = queueProposal(client, { governor, actions: lost!.actions, description: lost!.description });
    expect(await refusal(late)).to.equal("GovernorUnexpectedProposalState");
  });
});

/** Lets the second account propose new signers optimistically, and nothing else. */
async function allowOptimistic(stage: Dao): Promise<Parameters<typeof proposeOptimistic>[1]["actions"]> {
  const { client, governor, module, second, keeperRegistry, vault } = stage;
  const rotation = toAction({
    target: keeperRegistry,
    abi: keeperRegistryAbi,
    functionName: "proposeSigners",
    args: [vault, [second.address], 1],
  });
  const selector = rotation.data.slice(0, 10) as `0x${string}`;
  const actions = [
    setOptimisticProposer({ module, proposer: second.address, allowed: true }),
    setOptimisticCall({ module, target: keeperRegistry, selector, allowed: true }),
  ];
  const content = { governor, actions, description: "Let keepers be rotated" };
  const proposal = propose(client, content);
  await run(client, proposal);
  await pass(stage, proposal.proposalId);
  await run(client, queueProposal(client, content));
  await time.increase(2n * DAY);
  await run(client, executeProposal(client, content));
  return [rotation];
}

describe("sdk: optimistic proposals", () => {
  it("pass when nobody objects, fall by a veto, and can be cancelled", async () => {
    const stage = await networkHelpers.loadFixture(deployed);
    const { client, second, module, guardian } = stage;
    await lockAll(stage);
    const fromBlock = (await getBlock(client)).number;
    const actions = await allowOptimistic(stage);
    const about = { module, fromBlock };
    const proposing = (description: string) => proposeOptimistic(second.client, { module, actions, description });
    expect(await refusal(proposeOptimistic(client, { module, actions, description: "stranger" }))).to.equal(
      "OptimisticModule_Unauthorized",
    );
    expect(() => proposeOptimistic(client, { module, actions: [], description: "" })).to.throw(ArgumentInvalidError);
    expect(await proposing("first").simulate()).to.deep.equal({ id: 1n });
    for (const description of ["silent", "vetoed", "cancelled"]) await run(second.client, proposing(description));

    const open = await getOptimisticProposal(client, { ...about, id: 1n });
    expect(open).to.include({ state: "open", description: "silent", vetoes: 0n, proposer: second.address });
    expect(open.actions[0]?.functionName).to.equal("proposeSigners");
    const veto = vetoOptimistic(client, { module, id: 2n });
    const { votes } = await veto.simulate();
    await run(client, veto);
    const vetoed = await getOptimisticProposal(client, { ...about, id: 2n });
    expect(vetoed).to.include({ state: "rejected", vetoes: votes });
    await run(guardian.client, cancelOptimistic(guardian.client, { module, id: 3n }));
    expect((await getOptimisticProposal(client, { ...about, id: 3n })).state).to.equal("cancelled");
    await failureOf(ArgumentInvalidError, () => getOptimisticProposal(client, { ...about, id: 4n }));

    await time.increaseTo(open.vetoEnd);
    await run(client, queueOptimistic(client, { module, id: 1n, actions: open.actions }));
    expect((await getOptimisticProposal(client, { ...about, id: 1n })).state).to.equal("queued");
    await time.increase(2n * DAY);
    await run(client, executeOptimistic(client, { module, id: 1n, actions: open.actions }));
    expect((await getOptimisticProposal(client, { ...about, id: 1n })).state).to.equal("executed");
  });
});
