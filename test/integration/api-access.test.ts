import { expect } from "chai";
import { network } from "hardhat";
import { type Address, createPublicClient, custom, type Hex, parseEther, zeroHash } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { getBlock } from "viem/actions";
import { ALICE, accessContext, BOB, bearer, invited, post, signIn } from "../../api/src/access/access.fixture.ts";
import { bodyOf, FIXTURE_DEPLOYMENT, testApp } from "../../api/src/app.fixture.ts";
import type { SaleRow } from "../../api/src/history/governanceRows.ts";
import { fixtureHistory } from "../../api/src/history/history.fixture.ts";
import { Store } from "../../api/src/store/store.ts";
import {
  type AnyClient,
  type Deployment,
  earliestEnd,
  earlyExit,
  latestEnd,
  lock,
  MIN_HOLD,
  send,
  WEEK,
} from "../../sdk/src/index.ts";
import { SignerWalletMock__factory, TokenMock__factory } from "../../typechain-types/index.js";
import { fulfil } from "../helpers/sdk.ts";
import { deployStaking } from "../helpers/sdkGovernance.ts";

const { ethers, networkHelpers, provider } = await network.create();

async function deployed() {
  const stage = await deployStaking(ethers, provider);
  const { gim, escrow, scores, distributor, splitter, compounder } = stage;
  const nowhere = FIXTURE_DEPLOYMENT.contracts.Zap;
  const governance = {
    ...{ GovernanceToken: gim, VotingEscrow: escrow, ScoreRegistry: scores, RevenueDistributor: distributor },
    ...{ FeeSplitter: splitter, Compounder: compounder, Buyback: nowhere, MerkleAirdrop: nowhere },
    ...{ SaleRoundFactory: nowhere, IndexGovernor: nowhere, IndexTimelock: nowhere, OptimisticModule: nowhere },
  };
  const deployment: Deployment = {
    ...FIXTURE_DEPLOYMENT,
    contracts: { ...FIXTURE_DEPLOYMENT.contracts, ...governance },
  };
  return { ...stage, deployment };
}

/** The chain's own time {s}: what the API's clock shows here. */
async function chainTime(client: AnyClient): Promise<number> {
  return Number((await getBlock(client)).timestamp);
}

/** An API beside the chain, whose clock follows it. */
async function open(path = ":memory:") {
  const stage = await networkHelpers.loadFixture(deployed);
  return { ...stage, ...(await openApi(stage, path)) };
}

async function openApi(stage: Awaited<ReturnType<typeof deployed>>, path = ":memory:", sales: SaleRow[] = []) {
  const clock = { now: await chainTime(stage.client) };
  const client = createPublicClient({ transport: custom(provider, { retryCount: 0 }), cacheTime: 0 });
  const { gim } = stage;
  const revenueWeeks = [{ block: 1, time: 1, token: gim, week: 1, pot: 1n, supply: 1n }];
  const history = fixtureHistory({ revenueWeeks, sales });
  const store = await Store.open(path);
  const context = await accessContext(clock, { client, deployment: stage.deployment, history, store });
  const fetch = testApp(context);
  /** To a second after the start of a week to come. */
  const toWeek = async (weeks = 1n): Promise<void> => {
    const week = BigInt(await chainTime(stage.client)) / WEEK + weeks;
    await networkHelpers.time.increaseTo(week * WEEK + 1n);
    clock.now = await chainTime(stage.client);
  };
  return { clock, fetch, toWeek, store };
}

/** A sale of 700,000 tokens for at most $4,000, whose snapshot has passed, as the index tells it. */
async function announce(stage: Awaited<ReturnType<typeof deployed>>): Promise<SaleRow> {
  const { owner, contracts, addressOf, client } = stage;
  const token = await new TokenMock__factory(owner).deploy("New token", "NEW", 18);
  const snapshot = (await chainTime(client)) - 1;
  const start = snapshot + 2 * 86_400;
  const terms = {
    ...{
      issuer: owner.address as Address,
      paymentToken: addressOf("USDC"),
      saleToken: (await token.getAddress()) as Address,
    },
    ...{ hardCap: 4_000_000_000n, softCap: 1_000_000_000n, saleAmount: parseEther("700000"), snapshot, start },
    ...{ end: start + 3 * 86_400, cliff: 30 * 86_400, vesting: 300 * 86_400, feeBps: 200 },
  };
  await contracts.sales.createRound(terms);
  const [round] = await contracts.sales.rounds(0, 1);
  const stamp = { block: 1, time: 1, transaction: zeroHash };
  const none = { fundedBlock: null, cancelledBlock: null, closedBlock: null, payment: null, fee: null, unsold: null };
  return { ...stamp, ...terms, round: round as Address, committed: 0n, buyers: 0, ...none };
}

describe("api: sales beside a chain", () => {
  it("tells a sale's terms and status, and what an account with and without a tier may do in it", async () => {
    const stage = await networkHelpers.loadFixture(deployed);
    const { signer, escrow, client } = stage;
    const newEnd = latestEnd(BigInt(await chainTime(client)));
    await fulfil(signer.client, await lock(signer.client, { escrow, amount: parseEther("30000"), newEnd }));
    await networkHelpers.time.increaseTo((BigInt(await chainTime(client)) / WEEK + 1n) * WEEK + 100n);
    const row = await announce(stage);
    const { fetch } = await openApi(stage, ":memory:", [row]);
    const { data } = await bodyOf(fetch(`/v1/sales?account=${signer.account.address}`));
    expect(data[0]).to.deep.include({ status: "announced", feeBps: 200, sale: row.round });
    expect([data[0].hardCap.amount, data[0].offered.unit, data[0].offered.amount]).to.deep.equal([
      "4000",
      "NEW",
      "700000",
    ]);
    expect(data[0].access.tier).to.be.greaterThan(0);
    expect(Number(data[0].access.cap.amount)).to.be.greaterThan(0);
    const stranger = await bodyOf(fetch(`/v1/sales?account=${BOB.address}`));
    expect(stranger.data[0].access).to.deep.include({ tier: 0, opensAt: null });
    expect((await bodyOf(fetch("/v1/sales"))).data[0].access).to.equal(null);
  });
});

describe("api: signing in beside a chain", () => {
  it("gives a tier from the week after the lock, with its quota, and takes it when the lock has decayed", async () => {
    const { fetch, toWeek, clock, signer, escrow } = await open();
    const account = signer.account;
    const [first, stranger] = [await signIn(fetch, account), await signIn(fetch, BOB)];
    expect([first.tier, first.limit.requests]).to.deep.equal([0, 120]);
    const tierOf = async (token: string) => {
      const response = await fetch("/v1/session", bearer(token));
      const { data } = await bodyOf(response);
      return [data.tier, data.limit.requests, response.headers.get("ratelimit-policy")];
    };

    // The shortest lock that is left for three weeks, of so much that its score begins in tier 2 and ends below tier 1.
    const now = BigInt(clock.now);
    const amount = parseEther("11000");
    const newEnd = earliestEnd(now) + 4n * WEEK;
    await fulfil(signer.client, await lock(signer.client, { escrow, amount, newEnd }));
    expect(await tierOf(first.token)).to.deep.equal([0, 120, '"free";q=120;w=60']);
    await toWeek();
    const started = await tierOf(first.token);
    expect(started[0]).to.be.greaterThan(0);
    expect(started[1]).to.equal([240, 360][started[0] - 1]);
    expect(started[2]).to.contain(`"tier-${started[0]}"`);
    expect((await tierOf(stranger.token))[0]).to.equal(0);
    const { data: stake } = await bodyOf(fetch(`/v1/accounts/${account.address}/stake`));
    expect(stake.tier.current.tier).to.equal(started[0]);
    expect(stake.lock).to.deep.include({ status: "running" });
    expect(stake.revenue.claimable[0].amount).to.deep.include({ raw: "0", unit: "GIM" });
    expect(Date.parse(stake.tier.nextReadAt) - Date.parse(stake.tier.readAt)).to.equal(Number(WEEK) * 1_000);

    await networkHelpers.time.increaseTo(newEnd + 1n);
    await toWeek();
    const again = await signIn(fetch, account);
    expect(await tierOf(again.token)).to.deep.equal([0, 120, '"free";q=120;w=60']);
    expect((await fetch("/v1/session", bearer(first.token))).status).to.equal(401);
  });

  it("keeps the tier of the week after an early exit, and takes it at the next week's start", async () => {
    const { fetch, toWeek, clock, signer, escrow, client } = await open();
    const amount = parseEther("1000000");
    await fulfil(signer.client, await lock(signer.client, { escrow, amount, newEnd: latestEnd(BigInt(clock.now)) }));
    const opens = BigInt(await chainTime(client)) + MIN_HOLD;
    await toWeek();
    // An early exit is possible a week after the lock: in the week in which it brings its first tier.
    const weekEnds = (BigInt(clock.now) / WEEK + 1n) * WEEK;
    await networkHelpers.time.increaseTo(opens);
    clock.now = await chainTime(client);
    const { token } = await signIn(fetch, signer.account);
    const tierOf = async () => (await bodyOf(fetch("/v1/session", bearer(token)))).data.tier;
    expect(await tierOf()).to.equal(10);
    await send(signer.client, { tx: (await earlyExit(signer.client, { escrow })).buildTx() });
    clock.now = await chainTime(client);
    const isSameWeek = BigInt(clock.now) < weekEnds;
    expect([isSameWeek, await tierOf()]).to.deep.equal([true, 10]);
    await toWeek();
    expect(await tierOf()).to.equal(0);
    const { data } = await bodyOf(fetch(`/v1/accounts/${signer.account.address}/stake`));
    expect([data.lock.status, data.tier.current, data.tier.next.tier]).to.deep.equal(["none", null, 1]);
  });

  it("lets a smart wallet in by its owner's signature (ERC-1271), and nobody else", async () => {
    const { fetch, owner } = await open();
    const deployedWallet = await new SignerWalletMock__factory(owner).deploy(ALICE.address);
    const wallet = { address: (await deployedWallet.getAddress()) as Hex };
    const stranger = await invited(fetch, wallet, BOB);
    const refused = await fetch("/v1/session", post({ message: stranger.message, signature: stranger.signature }));
    expect([refused.status, (await bodyOf(refused)).field]).to.deep.equal([401, "signature"]);
    const { message, signature } = await invited(fetch, wallet, ALICE);
    const opened = await fetch("/v1/session", post({ message, signature }));
    expect([opened.status, (await bodyOf(opened)).data.account]).to.deep.equal([201, wallet.address]);
    expect((await fetch("/v1/session", post({ message, signature }))).status).to.equal(401);
  });

  it("refuses signatures that were tampered with, and those of another account, asking the chain", async () => {
    const { fetch } = await open();
    const other = privateKeyToAccount(`0x${"c3".repeat(32)}`);
    const mine = await invited(fetch, ALICE, ALICE);
    const flipped = mine.signature.replace(
      /^(0x.{20})(.)/,
      (_, start, digit) => `${start}${digit === "0" ? "1" : "0"}`,
    );
    for (const body of [
      { message: mine.message, signature: flipped },
      { message: mine.message, signature: await other.signMessage({ message: mine.message }) },
      { message: mine.message.replace(ALICE.address, other.address), signature: mine.signature },
      { message: mine.message, signature: "0x00" },
    ]) {
      const response = await fetch("/v1/session", post(body));
      expect([response.status, (await bodyOf(response)).field]).to.deep.equal([401, "signature"]);
    }
    expect((await fetch("/v1/session", post({ message: mine.message, signature: mine.signature }))).status).to.equal(
      201,
    );
  });
});
