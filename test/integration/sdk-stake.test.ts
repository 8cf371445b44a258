import { expect } from "chai";
import { network } from "hardhat";
import { type Address, parseEther } from "viem";
import {
  ArgumentInvalidError,
  ContractError,
  claimableOf,
  claimRevenue,
  collectFees,
  compound,
  delegate,
  delegateBySig,
  distributeFees,
  distributeRevenue,
  earlyExit,
  extendLock,
  getClaimable,
  getDelegationTypedData,
  getLock,
  getPolicy,
  getTier,
  latestEnd,
  lock,
  notifyRevenue,
  SCORE_TIERS,
  send,
  setClaimer,
  setPermanent,
  setPolicy,
  WEEK,
  withdrawLock,
  type ZapPermit,
} from "../../sdk/src/index.ts";
import { TokenMock__factory } from "../../typechain-types/index.js";
import { failureOf, fulfil, now, tokenBalance } from "../helpers/sdk.ts";
import { deployStaking, lockLongest, type Staking, toWeekStart } from "../helpers/sdkGovernance.ts";

const { ethers, networkHelpers, provider } = await network.create();

const DAY = 86_400n;
const AMOUNT = parseEther("1000000");

async function deployed() {
  return deployStaking(ethers, provider);
}

describe("sdk: staking", () => {
  it("locks after an approval, and says before what power and score it brings", async () => {
    const stage = await networkHelpers.loadFixture(deployed);
    const { client, escrow, scores, holder } = stage;
    expect((await getLock(client, { escrow, scores, account: holder })).status).to.equal("none");
    const action = await lock(client, { escrow, amount: AMOUNT, newEnd: latestEnd(await now(client)) });
    const refused = await failureOf(ContractError, () => action.simulate());
    expect(refused.errorName).to.equal("ERC20InsufficientAllowance");
    const requirements = await action.getRequirements();
    expect(requirements.map(({ kind }) => kind)).to.deep.equal(["approval"]);
    for (const requirement of requirements) {
      if (requirement.kind === "approval") await send(client, { tx: requirement.tx });
    }
    expect(await action.getRequirements()).to.deep.equal([]);
    await action.simulate();
    await send(client, { tx: action.buildTx() });

    const { status, amount, end, power, score, votes, delegatee, unlocksAt, penalty, exitOpensAt, timestamp, tier } =
      await getLock(client, { escrow, scores, account: holder });
    expect({ status, amount, end, delegatee, unlocksAt }).to.deep.equal({
      status: "running",
      amount: AMOUNT,
      end: action.lock.end,
      delegatee: holder,
      unlocksAt: action.lock.end,
    });
    expect(votes).to.equal(power);
    // Predicted for the second after the block; two more have passed.
    expect(action.power - power <= 10n * (AMOUNT / (364n * DAY))).to.equal(true);
    expect(score - power).to.equal((AMOUNT / (364n * DAY)) * 364n * DAY);
    expect(penalty > 0n && penalty <= AMOUNT / 2n).to.equal(true);
    expect(exitOpensAt).to.equal(timestamp + 7n * DAY);
    expect(tier, "counts from the next week on").to.equal(0);
  });

  it("locks with a permit in one transaction", async () => {
    const { signer, escrow, scores } = await networkHelpers.loadFixture(deployed);
    const { client, account } = signer;
    const end = latestEnd(await now(client));
    const action = await lock(client, { escrow, amount: AMOUNT, newEnd: end, authorization: "erc2612" });
    let permit: ZapPermit | undefined;
    for (const requirement of await action.getRequirements()) {
      if (requirement.kind !== "permit") throw new Error(`unexpected requirement: ${requirement.kind}`);
      permit = requirement.toPermit(await account.signTypedData(requirement.typedData));
    }
    await action.simulate({}, permit);
    await send(client, { tx: action.buildTx(permit) });
    expect((await getLock(client, { escrow, scores, account: account.address })).amount).to.equal(AMOUNT);
  });

  it("extends, turns permanent and back, exits early, and withdraws what has ended", async () => {
    const stage = await networkHelpers.loadFixture(deployed);
    const { client, escrow, scores, holder, gim } = stage;
    const near = (await now(client)) + 5n * WEEK;
    const locking = await lock(client, { escrow, amount: AMOUNT, newEnd: near });
    for (const requirement of await locking.getRequirements()) {
      if (requirement.kind === "approval") await send(client, { tx: requirement.tx });
    }
    await send(client, { tx: locking.buildTx() });
    const extension = await extendLock(client, { escrow, newEnd: near + 5n * WEEK });
    expect(extension.score > locking.score).to.equal(true);
    await send(client, { tx: extension.buildTx() });
    await send(client, { tx: setPermanent(client, { escrow, on: true }).buildTx() });
    const permanent = await getLock(client, { escrow, scores, account: holder });
    expect(permanent).to.include({ status: "permanent", power: AMOUNT, unlocksAt: undefined, score: 2n * AMOUNT });
    await send(client, { tx: setPermanent(client, { escrow, on: false }).buildTx() });

    const early = await earlyExit(client, { escrow });
    const held = await failureOf(ContractError, () => early.simulate());
    expect(held.errorName).to.equal("VotingEscrow_HoldNotOver");
    await networkHelpers.time.increase(8n * DAY);
    const exit = await earlyExit(client, { escrow });
    const { amountOut, penalty } = await exit.simulate();
    expect(amountOut + penalty).to.equal(AMOUNT);
    expect(penalty > AMOUNT / 3n && penalty <= exit.maxPenalty).to.equal(true);
    await failureOf(ContractError, async () => (await earlyExit(client, { escrow, maxPenalty: 1n })).simulate());

    const waiting = withdrawLock(client, { escrow });
    expect((await failureOf(ContractError, () => waiting.simulate())).errorName).to.equal("VotingEscrow_LockActive");
    await networkHelpers.time.increase(53n * WEEK);
    expect(await getLock(client, { escrow, scores, account: holder })).to.include({ status: "expired", power: 0n });
    await failureOf(ArgumentInvalidError, () => lock(client, { escrow, amount: AMOUNT }));
    const before = await tokenBalance(client, gim, holder);
    expect(await waiting.simulate()).to.deep.equal({ amount: AMOUNT });
    await send(client, { tx: waiting.buildTx() });
    expect((await tokenBalance(client, gim, holder)) - before).to.equal(AMOUNT);
  });

  it("refuses bad locks before anything is sent", async () => {
    const { client, escrow } = await networkHelpers.loadFixture(deployed);
    const newEnd = latestEnd(await now(client));
    await failureOf(ArgumentInvalidError, () => lock(client, { escrow, amount: 1n, newEnd }));
    await failureOf(ArgumentInvalidError, () => lock(client, { escrow, amount: AMOUNT }));
    await failureOf(ArgumentInvalidError, () => lock(client, { escrow, amount: AMOUNT, newEnd: newEnd + WEEK }));
    await failureOf(ArgumentInvalidError, () => extendLock(client, { escrow, newEnd }));
  });

  it("delegates directly and by a signature that somebody else submits", async () => {
    const stage = await networkHelpers.loadFixture(deployed);
    const { client, escrow, scores, holder, second, signer } = stage;
    await lockLongest(stage, client, AMOUNT);
    await lockLongest(stage, signer.client, AMOUNT);
    await send(client, { tx: delegate(client, { escrow, delegatee: second.address }).buildTx() });
    const expiry = (await now(client)) + DAY;
    const typedData = await getDelegationTypedData(client, {
      escrow,
      holder: signer.account.address,
      delegatee: second.address,
      expiry,
    });
    const signature = await signer.account.signTypedData(typedData);
    const relayed = delegateBySig(client, { escrow, delegation: typedData.message, signature });
    await relayed.simulate();
    await send(client, { tx: relayed.buildTx() });

    const [own, other] = await Promise.all(
      [holder, signer.account.address].map((account) => getLock(client, { escrow, scores, account })),
    );
    const delegatee = await getLock(client, { escrow, scores, account: second.address });
    expect(own).to.include({ votes: 0n, delegatee: second.address });
    expect(delegatee.votes).to.equal(own!.power + other!.power);
    const again = await failureOf(ContractError, () => relayed.simulate());
    expect(again.errorName).to.equal("InvalidAccountNonce");
  });

  it("tells the tier from the next week start on, its benefits and what the next one asks for", async () => {
    const stage = await networkHelpers.loadFixture(deployed);
    const { client, escrow, scores, holder } = stage;
    await lockLongest(stage, client, parseEther("30000"));
    expect(await getTier(client, { scores, account: holder })).to.include({ tier: 0, benefits: undefined, score: 0n });
    await toWeekStart(networkHelpers.time, client);
    const { tier, benefits, score, toNextTier, multiplierBps } = await getTier(client, { scores, account: holder });
    expect(tier).to.equal(4);
    expect(benefits).to.deep.equal(SCORE_TIERS[3]);
    expect(score + toNextTier).to.equal(SCORE_TIERS[4]?.minScore);
    expect(multiplierBps > 19_000n && multiplierBps <= 20_000n).to.equal(true);
    expect((await getLock(client, { escrow, scores, account: holder })).tier).to.equal(4);
  });
});

/** What the SDK's maths say of an account's history and the sums on chain. */
async function claimableByMaths({ contracts }: Staking, token: Address, account: Address): Promise<bigint> {
  const { escrow, distributor } = contracts;
  const { epochs: count } = await distributor.potOf(token);
  const indices = (length: bigint) => Array.from({ length: Number(length) }, (_, index) => index);
  const points = await Promise.all(
    indices(await escrow.pointCount(account)).map(async (index) => {
      const [since, slope, bias] = await escrow.pointAt(account, index);
      return { since, slope, bias };
    }),
  );
  const epochs = await Promise.all(
    indices(count).map(async (index) => {
      const { week, rates, weightedRates } = await distributor.epochAt(token, index);
      return { week, rates, weightedRates };
    }),
  );
  return claimableOf({ points, epochs });
}

describe("sdk: revenue", () => {
  it("collects an index's fees, splits them, and pays stakers the next week what was said", async () => {
    const stage = await networkHelpers.loadFixture(deployed);
    const { client, vault, distributor, splitter, holder, second, protocol, owner, contracts } = stage;
    await protocol.factory.connect(owner).setProtocolFee(1_000, await contracts.splitter.getAddress());
    await lockLongest(stage, client, AMOUNT);
    await lockLongest(stage, second.client, 3n * AMOUNT);
    await toWeekStart(networkHelpers.time, client, 30n);
    await send(client, { tx: collectFees(client, { splitter, vaults: [vault] }).buildTx() });
    expect((await getClaimable(client, { distributor, account: holder, tokens: [vault] })).tokens).to.deep.equal([]);
    await toWeekStart(networkHelpers.time, client);

    const [mine, others] = await Promise.all(
      [holder, second.address].map((account) => getClaimable(client, { distributor, account, tokens: [vault] })),
    );
    expect(mine!.tokens).to.deep.equal([vault]);
    const part = mine!.amounts[0]!.amount;
    await contracts.distributor.finalize(vault);
    expect(part > 0n && part).to.equal(await claimableByMaths(stage, vault, holder));
    expect(others!.amounts[0]!.amount).to.equal(await claimableByMaths(stage, vault, second.address));
    const action = claimRevenue(client, { distributor, tokens: mine!.tokens });
    expect(await action.simulate()).to.deep.equal({ amounts: mine!.amounts });
    const before = await tokenBalance(client, vault, holder);
    await send(client, { tx: action.buildTx() });
    expect((await tokenBalance(client, vault, holder)) - before).to.equal(part);
    expect(await action.simulate()).to.deep.equal({ amounts: [{ token: vault, amount: 0n }] });
  });

  it("splits a token and lets a named claimer collect for its owner", async () => {
    const stage = await networkHelpers.loadFixture(deployed);
    const { client, distributor, splitter, holder, second, addressOf, owner } = stage;
    const usdc = addressOf("USDC");
    await lockLongest(stage, client, AMOUNT);
    await toWeekStart(networkHelpers.time, client);
    const empty = distributeRevenue(client, { splitter, token: usdc });
    expect((await failureOf(ContractError, () => empty.simulate())).errorName).to.equal("FeeSplitter_NothingThere");
    await TokenMock__factory.connect(usdc, owner).mint(splitter, 1_000_000n);
    const { stakers, buyback } = await empty.simulate();
    expect([stakers, buyback]).to.deep.equal([1_000_000n, 0n]);
    await send(client, { tx: empty.buildTx() });
    await TokenMock__factory.connect(usdc, owner).mint(holder, 500_000n);
    await fulfil(client, notifyRevenue(client, { distributor, token: usdc, amount: 500_000n }));
    await toWeekStart(networkHelpers.time, client);

    const foreign = claimRevenue(second.client, { distributor, tokens: [usdc], owner: holder });
    const refused = await failureOf(ContractError, () => foreign.simulate());
    expect(refused.errorName).to.equal("RevenueDistributor_Unauthorized");
    await send(client, { tx: setClaimer(client, { distributor, claimer: second.address }).buildTx() });
    const { amounts } = await foreign.simulate();
    expect(amounts[0]!.amount > 1_499_990n).to.equal(true);
    const before = await tokenBalance(client, usdc, holder);
    await send(second.client, { tx: foreign.buildTx() });
    expect((await tokenBalance(client, usdc, holder)) - before).to.equal(amounts[0]!.amount);
    expect(() => claimRevenue(client, { distributor, tokens: [] })).to.throw(ArgumentInvalidError);
    expect(() => collectFees(client, { splitter, vaults: [] })).to.throw(ArgumentInvalidError);
    await distributeFees(client, { vault: stage.vault }).simulate();
  });
});

describe("sdk: compounding", () => {
  it("puts GIM into the lock for an account that asked for it, by anyone and less a fee that it allows", async () => {
    const stage = await networkHelpers.loadFixture(deployed);
    const { client, second, ownerClient, compounder, distributor, escrow, scores, holder, gim } = stage;
    await lockLongest(stage, client, AMOUNT);
    await toWeekStart(networkHelpers.time, client);
    const amount = parseEther("1000");
    await fulfil(ownerClient, notifyRevenue(ownerClient, { distributor, token: gim, amount }));
    await toWeekStart(networkHelpers.time, client);
    const policy = { compounder, mode: "lock", anyone: true, maxFeeBps: 50 } as const;
    await send(client, { tx: setPolicy(client, policy).buildTx() });
    const about = { compounder, distributor, account: holder };
    expect(await getPolicy(client, about)).to.include({ mode: "lock", anyone: true, maxFeeBps: 50, isClaimer: false });
    const action = compound(second.client, { compounder, tokens: [gim], owner: holder, feeBps: 50 });
    await failureOf(ContractError, () => action.simulate());
    await send(client, { tx: setClaimer(client, { distributor, claimer: compounder }).buildTx() });
    expect((await getPolicy(client, about)).isClaimer).to.equal(true);

    const { amounts } = await getClaimable(client, { distributor, account: holder, tokens: [gim] });
    const before = await getLock(client, { escrow, scores, account: holder });
    await send(second.client, { tx: action.buildTx() });
    const after = await getLock(client, { escrow, scores, account: holder });
    const claimed = amounts[0]!.amount;
    expect(after.amount - before.amount).to.equal(claimed - (claimed * 50n) / 10_000n);
    expect(after.end).to.equal(before.end);
    const greedy = compound(second.client, { compounder, tokens: [gim], owner: holder, feeBps: 51 });
    expect((await failureOf(ContractError, () => greedy.simulate())).errorName).to.match(/^Compounder_/);
  });

  it("refuses policies and orders that make no sense", async () => {
    const { client, compounder, vault, gim } = await networkHelpers.loadFixture(deployed);
    const deposit = { shares: 1n, basketNonce: 0, entry: "0x", routes: [] } as const;
    expect(() => setPolicy(client, { compounder, mode: "index" })).to.throw(ArgumentInvalidError);
    expect(() => setPolicy(client, { compounder, mode: "lock", vault })).to.throw(ArgumentInvalidError);
    expect(() => setPolicy(client, { compounder, mode: "burn" as "lock" })).to.throw(ArgumentInvalidError);
    expect(() => compound(client, { compounder, tokens: [] })).to.throw(ArgumentInvalidError);
    expect(() => compound(client, { compounder, tokens: [gim], deposits: [deposit, deposit] })).to.throw(
      ArgumentInvalidError,
    );
  });
});
