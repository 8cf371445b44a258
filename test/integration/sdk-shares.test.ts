import { expect } from "chai";
import { network } from "hardhat";
import { type Address, erc20Abi, parseEther, zeroAddress } from "viem";
import { writeContract } from "viem/actions";
import {
  type AnyClient,
  ArgumentInvalidError,
  BalanceTooSmallError,
  bid,
  ContractError,
  cashOut,
  claimEarned,
  claimRoyalties,
  getRequirements,
  getShares,
  getSharesList,
  getStrategy,
  harvestRoyalties,
  lockStrategy,
  publishVersion,
  redeemStrategy,
  setStrategyRoyalty,
  settleBuyout,
  withdrawBid,
} from "../../sdk/src/index.ts";
import { failureOf, fulfil, tokenBalance } from "../helpers/sdk.ts";
import {
  deployServicesWorld,
  register,
  SECOND_HASH,
  type ServicesWorld,
  sendOnly,
  sentenceOf,
  USD,
} from "../helpers/sdkServices.ts";

const { ethers, networkHelpers, provider } = await network.create();

const DAY = 86_400;
const SUPPLY = parseEther("1000");
const RESERVE = 1_000n * USD;
const TERMS = { name: "Momentum shares", symbol: "MOM", supply: SUPPLY, reservePrice: RESERVE };

async function deployed() {
  return deployServicesWorld(ethers, provider);
}

async function transfer(client: AnyClient, token: Address, to: Address, amount: bigint): Promise<void> {
  const account = client.account!;
  const request = { address: token, abi: erc20Abi, functionName: "transfer", args: [to, amount] } as const;
  await writeContract(client, { ...request, account, chain: client.chain! });
}

/** Token 1 of the holder is locked; the second account bought 30% of its shares. */
async function locked() {
  const world = await deployed();
  const { client, sharesFactory, usdc, second } = world;
  const id = await register(world, client);
  const action = await lockStrategy(client, { factory: sharesFactory, id, ...TERMS, currency: usdc });
  await fulfil(client, action);
  const [shares] = (await getSharesList(client, { factory: sharesFactory })).shares;
  await transfer(client, shares!, second.address, parseEther("300"));
  return { ...world, shares: shares!, id };
}

type Locked = Awaited<ReturnType<typeof locked>>;

/** Royalties wait where vaults pay them. */
async function payRoyalty({ client, registry, usdc, id }: Locked, amount: bigint): Promise<void> {
  const { receiver } = await getStrategy(client, { registry, id });
  await transfer(client, usdc, receiver, amount);
}

describe("sdk: shares of strategies", () => {
  it("locks a token with an approval for it alone, and reads the terms", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client, registry, sharesFactory: factory, usdc, holder, second } = world;
    const id = await register(world, client);
    const action = await lockStrategy(client, { factory, id, ...TERMS, currency: usdc });
    const [approval] = await getRequirements(client, action);
    expect(approval).to.include({ kind: "approval", token: registry, spender: factory, amount: 1n, part: id });
    await fulfil(client, action);
    expect(await action.getRequirements(), "the approval left with the token").to.have.length(1);

    const { shares: all, total } = await getSharesList(client, { factory });
    const [shares] = all;
    expect([total, all.length]).to.deep.equal([1, 1]);
    const found = await getShares(client, { shares: shares!, account: holder, tokens: [usdc] });
    expect(found).to.include({ address: shares, id, ...TERMS, currency: usdc, locker: holder, status: "locked" });
    expect(found).to.include({ balance: SUPPLY, refund: 0n, minBid: RESERVE, buyout: undefined });
    expect(found.royalties.map(({ token, rounds, claimable }) => [token, rounds, claimable])).to.deep.equal([
      [usdc, 0, 0n],
    ]);
    const strategy = await getStrategy(client, { registry, id, sharesFactory: factory });
    expect([strategy.owner, strategy.shares]).to.deep.equal([shares, shares]);
    for (const frozen of [
      publishVersion(client, { registry, id, uri: "ipfs://x", hash: SECOND_HASH }),
      setStrategyRoyalty(client, { registry, id, royaltyBps: 1 }),
    ]) {
      expect(await sentenceOf(ContractError, async () => frozen)).to.contain("locked in shares stands still");
    }
    const stranger = await lockStrategy(second.client, { factory, id, ...TERMS, currency: usdc });
    expect(await stranger.getRequirements()).to.have.length(1);
  });

  it("shares royalties out and pays each holder his part, also after he sold", async () => {
    const world = await networkHelpers.loadFixture(locked);
    const { client, shares, usdc, holder, second } = world;
    await payRoyalty(world, 100n * USD);
    expect(await sendOnly(client, harvestRoyalties(client, { shares, token: usdc }))).to.deep.equal({
      amount: 100n * USD,
    });
    await transfer(second.client, shares, holder, parseEther("300"));
    const { royalties, blockNumber } = await getShares(client, { shares, account: second.address, tokens: [usdc] });
    expect(royalties[0]).to.include({ rounds: 1, claimable: 30n * USD });
    expect(blockNumber > 0n).to.equal(true);
    await payRoyalty(world, USD);
    expect(await sentenceOf(ContractError, async () => harvestRoyalties(client, { shares, token: usdc }))).to.contain(
      "can be shared out again from",
    );

    const paid = await tokenBalance(client, usdc, second.address);
    const claim = claimRoyalties(client, { shares, token: usdc, holder: second.address });
    expect(await sendOnly(client, claim)).to.deep.equal({ amount: 30n * USD, isComplete: true });
    expect((await tokenBalance(client, usdc, second.address)) - paid).to.equal(30n * USD);
    const own = await sendOnly(client, claimRoyalties(client, { shares, token: usdc, maxRounds: 1n }));
    expect(own).to.deep.equal({ amount: 70n * USD, isComplete: true });
    expect(await sendOnly(client, claimRoyalties(client, { shares, token: usdc }))).to.include({ amount: 0n });
    await networkHelpers.time.increase(DAY);
    expect(await sendOnly(client, harvestRoyalties(client, { shares, token: usdc }))).to.include({ amount: USD });
    await networkHelpers.time.increase(DAY);
    expect(await sentenceOf(ContractError, async () => harvestRoyalties(client, { shares, token: usdc }))).to.contain(
      "came since the last round",
    );
  });

  it("redeems with all shares only", async () => {
    const world = await networkHelpers.loadFixture(locked);
    const { client, registry, shares, holder, second, id } = world;
    expect(await sentenceOf(ContractError, async () => redeemStrategy(client, { shares }))).to.contain(
      "Redeeming takes all 1000 shares, and the caller has 700",
    );
    await transfer(second.client, shares, holder, parseEther("300"));
    await sendOnly(client, redeemStrategy(client, { shares }));
    expect((await getStrategy(client, { registry, id })).owner).to.equal(holder);
    const { status, minBid, balance } = await getShares(client, { shares, account: holder });
    expect([status, minBid, balance]).to.deep.equal(["redeemed", undefined, 0n]);
    expect(await sentenceOf(ContractError, () => bid(client, { shares, amount: RESERVE }))).to.contain(
      "no shares are left",
    );
  });

  it("sells the token in an auction: bids, refund, settlement, each share its part", async () => {
    const world = await networkHelpers.loadFixture(locked);
    const { client, registry, shares, usdc, gim, holder, second, signer, id } = world;
    expect(await sentenceOf(ContractError, () => bid(second.client, { shares, amount: RESERVE - 1n }))).to.contain(
      "is too low. Bid at least 1000000000",
    );
    await fulfil(second.client, await bid(second.client, { shares, amount: RESERVE }));
    const running = await getShares(client, { shares });
    expect(running.status).to.equal("auction");
    expect(running.buyout).to.include({ bidder: second.address, bid: RESERVE, settledAt: undefined });
    expect(running.minBid).to.equal((RESERVE * 105n) / 100n);
    await fulfil(signer.client, await bid(signer.client, { shares, amount: 2n * RESERVE }));
    expect((await getShares(client, { shares, account: second.address })).refund).to.equal(RESERVE);
    expect(await sendOnly(client, withdrawBid(client, { shares, bidder: second.address }))).to.deep.equal({
      amount: RESERVE,
    });
    expect(await sentenceOf(ContractError, async () => withdrawBid(second.client, { shares }))).to.contain(
      "has no money of beaten bids",
    );
    expect(await sentenceOf(ContractError, async () => redeemStrategy(client, { shares }))).to.contain(
      "being auctioned",
    );
    const settling = settleBuyout(client, { shares, tokens: [usdc, gim] });
    expect(await sentenceOf(ContractError, async () => settling)).to.contain("The auction runs until");
    await networkHelpers.time.increase(7 * DAY);
    expect(await sentenceOf(ContractError, () => bid(second.client, { shares, amount: 3n * RESERVE }))).to.contain(
      "The auction ended at",
    );
    await payRoyalty(world, 10n * USD);
    await sendOnly(client, settling);
    expect((await getStrategy(client, { registry, id })).owner).to.equal(signer.account.address);
    const sold = await getShares(client, { shares, account: holder, tokens: [usdc] });
    expect([sold.status, sold.minBid, sold.royalties[0]?.claimable]).to.deep.equal(["sold", undefined, 7n * USD]);
    expect(sold.buyout?.settledAt).to.be.a("number");

    const out = cashOut(client, { shares, amount: sold.balance });
    expect(await sendOnly(client, out)).to.deep.equal({ paid: (2n * RESERVE * 7n) / 10n });
    expect((await failureOf(BalanceTooSmallError, () => getRequirements(client, out))).held).to.equal(0n);
    const rest = await sendOnly(second.client, cashOut(second.client, { shares, amount: parseEther("300") }));
    expect(rest).to.deep.equal({ paid: (2n * RESERVE * 3n) / 10n });
  });

  it("refuses what cannot be right before any call", async () => {
    const { client, sharesFactory: factory, shares, usdc, pass, id } = await networkHelpers.loadFixture(locked);
    const wrong: readonly (readonly [object, string])[] = [
      [{ id: 0n }, "id must be from 1 to"],
      [{ name: "" }, "name must have 1 to 64 bytes"],
      [{ symbol: "X".repeat(65) }, "symbol must have 1 to 64 bytes, not 65"],
      [{ supply: 1n }, "supply must be from 1000000000000000000 to"],
      [{ supply: 10n ** 36n + 1n }, "supply must be from"],
      [{ reservePrice: 0n }, "reservePrice must be from 1 to"],
      [{ currency: zeroAddress }, "currency must be an address"],
    ];
    for (const [change, words] of wrong) {
      const action = () => lockStrategy(client, { factory, id, ...TERMS, currency: usdc, ...change });
      expect(await sentenceOf(ArgumentInvalidError, action)).to.contain(words);
    }
    for (const [action, words] of [
      [() => bid(client, { shares, amount: 0n }), "amount must be more than zero"],
      [async () => cashOut(client, { shares, amount: 0n }), "amount must be more than zero"],
      [async () => claimRoyalties(client, { shares, token: usdc, maxRounds: 0n }), "maxRounds must be more than zero"],
      [async () => harvestRoyalties(client, { shares, token: zeroAddress }), "token must be an address"],
      [async () => claimEarned(client, { pass, asset: 0n, currency: usdc }), "asset must be from 1 to"],
    ] as const) {
      expect(await sentenceOf(ArgumentInvalidError, action)).to.contain(words);
    }
    const other = await lockStrategy(client, { factory, id, ...TERMS, currency: shares });
    expect(await sentenceOf(ContractError, async () => other)).to.contain("Bids are made in USDC or GIM");
  });

  it("has nothing of a world in which nothing was locked", async () => {
    const { client, sharesFactory }: ServicesWorld = await networkHelpers.loadFixture(deployed);
    expect(await getSharesList(client, { factory: sharesFactory })).to.include({ total: 0 });
  });
});
