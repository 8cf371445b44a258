import { expect } from "chai";
import { id as keccakOf } from "ethers";
import { network } from "hardhat";
import {
  RoyaltyReceiver__factory,
  type StrategyRegistry,
  StrategyRegistry__factory,
  StrategySharesFactory__factory,
  TokenMock__factory,
} from "../../typechain-types/index.js";
import { CREDIT_PRICE, deployPass, EARNED_A_CREDIT, useAsset } from "../helpers/accessPass.ts";
import { HASH, KIND, lockToken, SUPPLY, URI } from "../helpers/strategies.ts";
import { DAY, deployVaultWorld } from "../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

/** D18{1/s} 2% a year */
const RATE = 640_000_000n;
/** {s} */
const CHANGE_DELAY = 7 * DAY;

/** What a curator hands to the vault. */
async function strategyOf(registry: StrategyRegistry) {
  const { recipient, royaltyBps, methodologyHash } = await registry.strategyOf(1);
  return { recipient, royaltyBps, methodologyHash };
}

describe("a strategy of a real vault", () => {
  /** A vault that has adopted token 1 of `author`: 20% of the creator's part. */
  const base = async () => {
    const signers = await ethers.getSigners();
    const creator = signers[2]!.address; // the curator
    const fees = { streamingRate: RATE, mintFeeBps: 0, recipient: creator };
    const world = await deployVaultWorld(signers, { fees });
    const [author, buyer] = signers.slice(10) as [typeof world.owner, typeof world.owner];
    const registry = await new StrategyRegistry__factory(author).deploy();
    await registry.register(KIND.strategy, URI, HASH, 2_000, 500);
    const receiver = RoyaltyReceiver__factory.connect(await registry.receiverOf(1), author);
    const usdc = await new TokenMock__factory(author).deploy("USD Coin", "USDC", 6);
    const gim = await new TokenMock__factory(author).deploy("Gimbal", "GIM", 18);
    const [payer, splitter] = signers.slice(12) as [typeof world.owner, typeof world.owner];
    const pass = await deployPass(author, { usdc, gim, registry, splitter });
    const factory = await new StrategySharesFactory__factory(author).deploy(registry, usdc, gim, pass);

    const strategy = await strategyOf(registry);
    await world.vault.connect(world.curator).setStrategy(strategy);
    await time.increase(CHANGE_DELAY);
    await world.vault.applyStrategy(strategy);
    await receiver.payOut(world.vault);
    return { ...world, author, buyer, payer, splitter, registry, receiver, usdc, gim, pass, factory, strategy };
  };
  const load = () => networkHelpers.loadFixture(base);
  type World = Awaited<ReturnType<typeof load>>;

  /** Fees of a month; what the creator's part and the royalty of it were. {share wei} */
  async function distribute({ vault }: World): Promise<{ royalty: bigint; creator: bigint }> {
    await time.increase(30 * DAY);
    const before = await vault.queryFilter(vault.filters.FeesDistributed());
    await vault.distributeFees();
    const [event] = (await vault.queryFilter(vault.filters.FeesDistributed())).slice(before.length);
    if (event === undefined) throw new Error("no fees were distributed");
    return { royalty: event.args.royaltyShares, creator: event.args.creatorShares };
  }

  it("is adopted through the vault's timelock, not before", async () => {
    const { vault, curator, registry, errors } = await load();
    await registry.publish(1, "ipfs://second", keccakOf("second"));
    const next = await strategyOf(registry);
    await vault.connect(curator).setStrategy(next);
    await time.increase(CHANGE_DELAY - 10);
    await expect(vault.applyStrategy(next)).to.be.revertedWithCustomError(errors, "IndexVault_ChangeNotReady");
    expect((await vault.strategy()).methodologyHash).to.equal(HASH);
    await time.increase(10);
    await vault.applyStrategy(next);
    expect((await vault.strategy()).methodologyHash).to.equal(keccakOf("second"));
  });

  it("pays its royalty to the owner of the token at the time it is paid out", async () => {
    const world = await load();
    const { vault, registry, receiver, author, buyer } = world;
    const had = await vault.balanceOf(author);
    const first = await distribute(world);
    expect(first.royalty).to.be.greaterThan(0);
    // Rounded down, of the whole creator's part.
    expect(first.royalty).to.equal(((first.royalty + first.creator) * 2_000n) / 10_000n);
    await receiver.payOut(vault);
    expect((await vault.balanceOf(author)) - had).to.equal(first.royalty);

    await registry.transferFrom(author, buyer, 1);
    const second = await distribute(world);
    await receiver.payOut(vault);
    expect(await vault.balanceOf(buyer)).to.equal(second.royalty);
    expect((await vault.balanceOf(author)) - had).to.equal(first.royalty);
  });

  it("earns by the credits that were used with it, which its shares harvest and two holders claim, to the wei", async () => {
    const world = await load();
    const { registry, pass, usdc, gim, author, stranger, payer, splitter } = world;
    const shares = await lockToken(world, author);
    const third = SUPPLY / 3n;
    await shares.transfer(stranger, third);
    // A dataset earns too, which is nothing of these shares.
    await registry.register(KIND.dataset, "ipfs://data", HASH, 0, 0);
    const uses = [
      { payer, currency: usdc, asset: 1n, units: 7n },
      { payer, currency: usdc, asset: 2n, units: 5n },
      { payer, currency: gim, asset: 1n, units: 11n },
    ];
    for (const use of uses) await useAsset(pass, use);
    expect(await usdc.balanceOf(splitter)).to.equal(12n * (CREDIT_PRICE - EARNED_A_CREDIT));

    for (const [currency, units] of [[usdc, 7n] as const, [gim, 11n] as const]) {
      const earned = units * EARNED_A_CREDIT;
      const had = await currency.balanceOf(author);
      await shares.harvest(currency);
      expect(await currency.balanceOf(shares)).to.equal(earned);
      for (const account of [author, stranger]) await shares.claim(account, currency, 9);
      const paid = [(await currency.balanceOf(author)) - had, await currency.balanceOf(stranger)];
      expect(paid).to.deep.equal([(earned * (SUPPLY - third)) / SUPPLY, (earned * third) / SUPPLY]);
      // Of 280 and of 440 a third is no whole number: one raw unit stays, and nothing else.
      expect(await currency.balanceOf(shares)).to.equal(1n);
    }
    expect(await pass.earnedOf(1)).to.deep.equal([0n, 0n]);
    expect(await pass.earnedOf(2)).to.deep.equal([5n * EARNED_A_CREDIT, 0n]);
    expect(await usdc.balanceOf(pass)).to.equal(5n * EARNED_A_CREDIT);
  });

  it("has its part of a vault's fees with its receiver, to the wei, until it is shared with the holders", async () => {
    const world = await load();
    const { vault, receiver, author, stranger, curator } = world;
    const shares = await lockToken(world, author);
    const third = SUPPLY / 3n;
    await shares.transfer(stranger, third);
    const had = { author: await vault.balanceOf(author), curator: await vault.balanceOf(curator) };
    const { royalty, creator } = await distribute(world);
    expect(await vault.balanceOf(receiver)).to.equal(royalty);
    // What the author gives up is what the strategy gets: nobody else pays for it.
    expect((await vault.balanceOf(curator)) - had.curator).to.equal(creator);
    expect(royalty).to.equal(((royalty + creator) * 2_000n) / 10_000n);

    await shares.harvest(vault);
    expect([await vault.balanceOf(receiver), await vault.balanceOf(shares)]).to.deep.equal([0n, royalty]);
    for (const account of [author, stranger]) await shares.claim(account, vault, 9);
    const paid = [(await vault.balanceOf(author)) - had.author, await vault.balanceOf(stranger)];
    expect(paid).to.deep.equal([(royalty * (SUPPLY - third)) / SUPPLY, (royalty * third) / SUPPLY]);
    expect(royalty - (paid[0] ?? 0n) - (paid[1] ?? 0n)).to.be.lessThan(2n);
    expect(await shares.accounted(vault)).to.equal(await vault.balanceOf(shares));
  });

  it("is paid to the holders of its shares in proportion while it is locked, and to the winner after a buy-out", async () => {
    const world = await load();
    const { vault, author, buyer, stranger, usdc, receiver } = world;
    const shares = await lockToken(world, author);
    await shares.transfer(stranger, SUPPLY / 4n);
    const had = await vault.balanceOf(author);
    const { royalty } = await distribute(world);
    await shares.harvest(vault);
    for (const account of [author, stranger]) await shares.claim(account, vault, 9);
    expect(await vault.balanceOf(stranger)).to.equal(royalty / 4n);
    expect((await vault.balanceOf(author)) - had).to.equal((royalty * 3n) / 4n);

    const price = 2_000_000_000n;
    await usdc.mint(buyer, price);
    await usdc.connect(buyer).approve(shares, price);
    await shares.connect(buyer).bid(price);
    const last = await distribute(world);
    await shares.settle([await vault.getAddress()]);
    expect(await shares.claimable(stranger, vault)).to.equal(last.royalty / 4n);
    await shares.connect(stranger).cashOut(SUPPLY / 4n);
    expect(await usdc.balanceOf(stranger)).to.equal(price / 4n);

    const after = await distribute(world);
    await receiver.payOut(vault);
    expect(await vault.balanceOf(buyer)).to.equal(after.royalty);
  });

  it("S92: a royalty raised, a version or a sale after the adoption change nothing for the vault", async () => {
    const world = await load();
    const { vault, registry, receiver, author, buyer, curator, errors, strategy } = world;
    const adopted = [await receiver.getAddress(), 2_000n, HASH];
    await registry.setRoyalty(1, 5_000);
    await registry.publish(1, "ipfs://worse", keccakOf("worse"));
    await registry.transferFrom(author, buyer, 1);
    expect(await vault.strategy()).to.deep.equal(adopted);
    const { royalty, creator } = await distribute(world);
    expect(royalty).to.equal(((royalty + creator) * 2_000n) / 10_000n);

    // What the curator announced is what can be applied: a rate raised in between does not slip in.
    await vault.connect(curator).setStrategy(strategy);
    await time.increase(CHANGE_DELAY);
    const raised = await strategyOf(registry);
    await expect(vault.applyStrategy(raised)).to.be.revertedWithCustomError(errors, "IndexVault_ChangeUnknown");
    await vault.applyStrategy(strategy);
    expect(await vault.strategy()).to.deep.equal(adopted);
  });
});
