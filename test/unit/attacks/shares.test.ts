import { expect } from "chai";
import { id } from "ethers";
import { network } from "hardhat";
import { IndexVault__factory } from "../../../typechain-types/index.js";
import { fund, setPrices } from "../../helpers/market.ts";
import { indexParams, LIMITS, mintShares, propose } from "../../helpers/protocol.ts";
import {
  ANY_NONCE,
  announceBasket,
  at,
  D27,
  DAY,
  deployVaultWorld,
  EVEN,
  liabilities,
  load,
  SHARE,
  token,
  weightsOf,
} from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();

const deploy = async () => deployVaultWorld(await ethers.getSigners());
const world = () => load(networkHelpers, deploy);
const MAX_SUPPLY = 2n ** 96n - 1n;
const RATE = 1_585_489_599n; // D18{1/s} 5% a year, rounded down

describe("attacks on shares", () => {
  it("S03: a raised mint fee cannot hit a mint that is on its way", async () => {
    const { vault, curator, holder, errors } = await world();
    const fees = { streamingRate: 0n, mintFeeBps: 100, recipient: curator.address };
    await vault.connect(curator).setFees(fees);

    expect((await vault.fees()).mintFeeBps).to.equal(0n);
    await networkHelpers.time.increase(7 * DAY);
    await vault.applyFees(fees);
    await expect(vault.connect(holder).mint(SHARE, holder, [], 99, 0))
      .to.be.revertedWithCustomError(errors, "IndexVault_FeeTooHigh")
      .withArgs(100, 99);
  });

  it("S04: the smallest mints pay for every leg, and redeeming them together pays less", async () => {
    const w = await world();
    const { vault, protocol, holder } = w;
    const before = await Promise.all(protocol.tokens.map((t) => t.token.balanceOf(holder)));

    for (let k = 0; k < 20; k++) {
      const amounts = await vault.connect(holder).mint.staticCall(1n, holder, [], 0, 0);
      expect(amounts.every((amount) => amount >= 1n)).to.equal(true);
      await vault.connect(holder).mint(1n, holder, [], 0, 0);
    }
    await vault.connect(holder).redeem(20n, holder, holder, [], 0n, 0);

    const after = await Promise.all(protocol.tokens.map((t) => t.token.balanceOf(holder)));
    for (const [i, balance] of after.entries()) expect(balance <= before[i]!).to.equal(true);
    expect(before[at(w, "USDC")]! - after[at(w, "USDC")]!).to.equal(20n);
  });

  it("S05: after an exit to one wei, a donation changes nothing for the next minter", async () => {
    const w = await world();
    const { vault, address, curator, holder } = w;
    const [before] = await vault.previewMint(10n * SHARE);
    const seed = await vault.balanceOf(curator);
    await vault.connect(curator).redeem(seed - 1n, curator, curator, [], 0n, 0);
    for (const { token: listed } of w.start) await listed.token.mint(address, 10n ** 30n);
    for (const index of [0, 1, 2, 3]) await vault.sync(index);

    const [after] = await vault.previewMint(10n * SHARE);

    // The first sync after creation may release an hour of 0.1% a day, rounded up by a wei.
    for (const [i, amount] of after.entries()) {
      expect(amount - before[i]! <= before[i]! / 24_000n + 1n, `leg ${i} costs ${amount}`).to.equal(true);
    }
    await vault.connect(holder).mint(10n * SHARE, holder, [], 0, 0);
    const paid = await vault.connect(holder).redeem.staticCall(10n * SHARE, holder, holder, [], 0n, 0);
    for (const [i, amount] of paid.amounts.entries()) expect(after[i]! - amount <= 1n).to.equal(true);
  });

  it("S06: when everybody has left, dead shares remain and the next mint costs what it did", async () => {
    const { vault, curator, holder } = await world();
    const [before] = await vault.previewMint(SHARE);
    const seed = await vault.balanceOf(curator);
    await vault.connect(curator).redeem(seed, curator, curator, [], 0n, 0);

    // Dead shares are worth $1 of the first $100 of the seed that were counted, so at most 1% of all.
    expect(await vault.totalSupply()).to.equal(1_000n * SHARE - seed);
    expect((await vault.totalSupply()) > 0n).to.equal(true);
    const [after] = await vault.previewMint(SHARE);
    expect([...after]).to.deep.equal([...before]);
    await vault.connect(holder).mint(SHARE, holder, [], 0, 0);
    expect(await vault.balanceOf(holder)).to.equal(SHARE);
  });

  it("S07: reverts when a supply could overflow, at creation and at mints", async () => {
    const { vault, protocol, curator, holder, errors } = await world();
    const { factory } = protocol;
    const params = indexParams(protocol, { creator: curator, shares: MAX_SUPPLY + 1n, salt: id("large") });
    await fund(protocol.tokens, curator, await factory.getAddress(), 200_000n);

    await expect(factory.connect(curator).createIndex(params))
      .to.be.revertedWithCustomError(errors, "IndexVault_SharesInvalid")
      .withArgs(MAX_SUPPLY + 1n);
    await expect(vault.connect(holder).mint(MAX_SUPPLY + 1n, holder, [], 0, 0))
      .to.be.revertedWithCustomError(errors, "IndexVault_SharesInvalid")
      .withArgs(MAX_SUPPLY + 1n);
    await expect(vault.connect(holder).mint(MAX_SUPPLY, holder, [], 0, 0))
      .to.be.revertedWithCustomError(errors, "IndexVault_SharesInvalid")
      .withArgs(MAX_SUPPLY);
  });

  it("S07, S17: the largest supply works after 50 years of the largest fee", async () => {
    const w = await world();
    const { protocol, curator } = w;
    const { factory } = protocol;
    const fees = { streamingRate: RATE, mintFeeBps: 0, recipient: curator.address };
    // Fewer tokens a share than 1e11 units are refused, so the seed is large.
    const params = indexParams(protocol, {
      creator: curator,
      shares: MAX_SUPPLY,
      usd: 10n ** 15n,
      fees,
      salt: id("large"),
    });
    await fund(protocol.tokens, curator, await factory.getAddress(), 10n ** 15n);
    const address = await factory.connect(curator).createIndex.staticCall(params);
    await factory.connect(curator).createIndex(params);
    const large = IndexVault__factory.connect(address, curator);

    await networkHelpers.time.increase(50 * 365 * DAY);

    // exp(2.5) = 12.18 times the shares
    expect((await large.totalSupply()) / MAX_SUPPLY).to.equal(12n);
    await large.distributeFees();
    await large.redeem(SHARE, curator, curator, [], 0n, 0);
    expect(await large.pendingFeeShares()).to.be.lessThan(MAX_SUPPLY);
  });

  it("S09: every public path works end to end, so no guard locks out its own callee", async () => {
    const w = await world();
    const { vault, protocol, guardian, curator, holder } = w;
    await mintShares(protocol, vault, holder, 2n * SHARE);
    await vault.connect(holder).redeem(SHARE, holder, holder, [], 1n, 0);
    await vault.connect(holder).claim(protocol.tokens[0]!.address, holder);
    await vault.sync(0);
    await vault.distributeFees();
    await vault.checkPrice(0);
    await propose(protocol, vault, { weights: weightsOf(w, EVEN) });
    await networkHelpers.time.increase(LIMITS.riskDelay);
    await setPrices(protocol);
    await vault.refreshTargets();
    await vault.closeEpoch();
    await vault.connect(guardian).pause(1);
    await vault.connect(guardian).unpause();
    await vault.connect(curator).offerCurator(holder);
    await vault.connect(holder).acceptCurator();

    expect(await vault.curator()).to.equal(holder.address);
    expect(await vault.balanceOf(holder)).to.equal(SHARE);
  });

  it("S11: reverts when a token comes twice, at creation and in basket changes", async () => {
    const w = await world();
    const { vault, protocol, curator, errors } = w;
    const params = indexParams(protocol, { creator: curator });
    const [first, second] = [params.tokens[0]!, params.tokens[1]!];
    const twice = { ...params, tokens: [first, first, ...params.tokens.slice(2)] };

    await expect(protocol.factory.connect(curator).createIndex(twice))
      .to.be.revertedWithCustomError(errors, "IndexFactory_TokensNotAscending")
      .withArgs(first, first);
    await expect(announceBasket(networkHelpers, w, { add: [second] }))
      .to.be.revertedWithCustomError(errors, "IndexVault_AssetAlreadyInBasket")
      .withArgs(second);
    await protocol.assetRegistry.removeAsset(token(w, "RAY").address);
    expect(await vault.basketSize()).to.equal(4n);
  });

  it("S13: mint asks for exactly the tokens that redeem pays, frozen and unpriced ones too", async () => {
    const w = await world();
    const { vault, protocol, guardian, holder } = w;
    await protocol.assetRegistry.connect(guardian).setFrozen(token(w, "WETH").address, true);
    await networkHelpers.time.increase(2 * DAY); // all prices are stale now
    const minted = await vault.connect(holder).mint.staticCall(7n * SHARE, holder, [], 0, 0);
    await vault.connect(holder).mint(7n * SHARE, holder, [], 0, 0);

    const { amounts } = await vault.connect(holder).redeem.staticCall(7n * SHARE, holder, holder, [], 0n, ANY_NONCE);

    // 7 shares: $175 of each.
    const expected = { USDC: 175_000_000n, WETH: 875n * 10n ** 14n, BTC: 350_000n, RAY: 700n * D27 };
    for (const [symbol, amount] of Object.entries(expected)) {
      expect(minted[at(w, symbol)], symbol).to.equal(amount);
      expect(amounts[at(w, symbol)], symbol).to.equal(amount);
    }
    for (const [i, liability] of (await liabilities(w)).entries()) {
      expect(await protocol.tokens[i]!.token.balanceOf(vault)).to.equal(liability);
    }
  });
});
