import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { HostileToken__factory } from "../../../typechain-types/index.js";
import { mixedTokens } from "../../helpers/market.ts";
import { mintShares } from "../../helpers/protocol.ts";
import { ANY_NONCE, at, D27, deployVaultWorld, load, open, SHARE, SPECS, token, unitsOf } from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();
const WEI = 10n ** 18n;
/** Of one share worth $100, by symbol. */
const LEGS: Record<string, bigint> = { USDC: 25_000_000n, WETH: WEI / 80n, BTC: 50_000n, RAY: 100n * D27 };

const deploy = async () => {
  const signers = await ethers.getSigners();
  const bad = await new HostileToken__factory(signers[0]!).deploy(18);
  const badAddress = await bad.getAddress();
  const specs = SPECS.map((spec) => (spec.symbol === "WETH" ? { ...spec, existing: badAddress } : spec));
  const fees = { streamingRate: 0n, mintFeeBps: 50, recipient: signers[9]!.address };
  return { ...(await deployVaultWorld(signers, { specs, fees })), bad };
};
const world = () => load(networkHelpers, deploy) as ReturnType<typeof deploy>;
type World = Awaited<ReturnType<typeof world>>;
const legs = ({ protocol }: World, factor: bigint, divisor = 1n) =>
  protocol.tokens.map(({ symbol }) => (LEGS[symbol]! * factor + divisor - 1n) / divisor);

describe("IndexVault.mint", () => {
  it("reverts when the receiver is zero, the nonce wrong, the fee too high or the shares 0", async () => {
    const { vault, holder, errors } = await world();
    const mint = vault.connect(holder).mint;
    await expect(mint(SHARE, ZeroAddress, [], 50, 0)).to.be.revertedWithCustomError(errors, "IndexVault_ZeroAddress");
    await expect(mint(SHARE, holder, [], 50, 1))
      .to.be.revertedWithCustomError(errors, "IndexVault_BasketNonceMismatch")
      .withArgs(1, 0);
    await expect(mint(SHARE, holder, [], 50, ANY_NONCE)).to.be.revertedWithCustomError(
      errors,
      "IndexVault_BasketNonceMismatch",
    );
    await expect(mint(SHARE, holder, [], 49, 0))
      .to.be.revertedWithCustomError(errors, "IndexVault_FeeTooHigh")
      .withArgs(50, 49);
    await expect(mint(0, holder, [], 50, 0))
      .to.be.revertedWithCustomError(errors, "IndexVault_SharesInvalid")
      .withArgs(0);
  });

  it("reverts when a limit is one wei too small, or there are too few limits", async () => {
    const w = await world();
    const { vault, holder, errors } = w;
    const limits = legs(w, 1_005n, 1_000n);
    await expect(vault.connect(holder).mint(SHARE, holder, limits.slice(1), 50, 0))
      .to.be.revertedWithCustomError(errors, "IndexVault_LengthMismatch")
      .withArgs(3, 4);
    for (const [i, amount] of limits.entries()) {
      const tight = limits.with(i, amount - 1n);
      await expect(vault.connect(holder).mint(SHARE, holder, tight, 50, 0))
        .to.be.revertedWithCustomError(errors, "IndexVault_Slippage")
        .withArgs(w.protocol.tokens[i]!.address, amount, amount - 1n);
    }
    await vault.connect(holder).mint(SHARE, holder, limits, 50, 0);
    expect(await vault.balanceOf(holder)).to.equal(SHARE);
  });

  it("reverts when a token is not approved, answers false or takes a fee", async () => {
    const { vault, holder, stranger, bad, errors } = await world();
    await expect(vault.connect(stranger).mint(SHARE, stranger, [], 50, 0)).to.be.revertedWithCustomError(
      errors,
      "IndexVault_TransferFailed",
    );
    for (const [mode, error] of [
      [3, "IndexVault_TransferFailed"],
      [10, "IndexVault_Insolvent"],
      [12, "IndexVault_TransferFailed"],
    ] as const) {
      await bad.setMode(mode);
      await expect(vault.connect(holder).mint(SHARE, holder, [], 50, 0)).to.be.revertedWithCustomError(errors, error);
    }
  });

  it("pulls what the preview says, the fee on top, and grows the aggregate by both", async () => {
    const w = await world();
    const { vault, holder } = w;
    const [preview, fee] = await vault.previewMint(7n * SHARE);
    await expect(vault.connect(holder).mint(7n * SHARE, w.stranger, [], 50, 0))
      .to.emit(vault, "Minted")
      .withArgs(holder.address, w.stranger.address, 7n * SHARE, (7n * SHARE) / 200n);

    expect([...preview]).to.deep.equal(legs(w, 7n * 1_005n, 1_000n));
    expect(fee).to.equal((7n * SHARE) / 200n);
    expect(await vault.balanceOf(w.stranger)).to.equal(7n * SHARE);
    expect(await vault.aggregate()).to.equal((1_007n * SHARE + fee) * D27);
    for (const [i, listed] of w.protocol.tokens.entries()) {
      expect(await listed.token.balanceOf(vault)).to.equal(LEGS[listed.symbol]! * 1_000n + preview[i]!);
    }
  });

  for (const count of [1, 10, 128]) {
    it(`mints and redeems ${count} tokens of all decimals, a wei a leg apart at most`, async () => {
      const w = await deployVaultWorld(await ethers.getSigners(), { specs: mixedTokens(count) });
      const shares = 3n * SHARE + 7n;
      const { amounts: paid } = { amounts: (await w.vault.previewMint(shares))[0] };
      await mintShares(w.protocol, w.vault, w.holder, shares);
      const { amounts } = await w.vault.connect(w.holder).redeem.staticCall(shares, w.holder, w.holder, [], 0n, 0);
      expect(amounts.length).to.equal(count);
      for (const [i, amount] of amounts.entries()) expect(paid[i]! - amount).to.be.within(0n, 1n);
    });
  }
});

describe("IndexVault.redeem and claim", () => {
  it("reverts when the nonce is another's, and takes any nonce without indices only", async () => {
    const { vault, curator, errors } = await world();
    const redeem = vault.connect(curator).redeem;
    for (const [minOut, skip, nonce] of [
      [[], 0n, 1n],
      [[0n, 0n, 0n, 0n], 0n, ANY_NONCE],
      [[], 1n, ANY_NONCE],
    ] as const) {
      await expect(redeem(SHARE, curator, curator, [...minOut], skip, nonce))
        .to.be.revertedWithCustomError(errors, "IndexVault_BasketNonceMismatch")
        .withArgs(nonce, 0);
    }
    await redeem(SHARE, curator, curator, [], 0n, ANY_NONCE);
    expect(await vault.totalSupply()).to.equal(999n * SHARE);
  });

  it("reverts when shares are 0 or more than held, or an address is zero", async () => {
    const { vault, curator, holder, errors } = await world();
    const redeem = vault.connect(curator).redeem;
    await expect(redeem(0n, curator, curator, [], 0n, 0)).to.be.revertedWithCustomError(
      errors,
      "IndexVault_SharesInvalid",
    );
    for (const pair of [
      [ZeroAddress, curator.address],
      [curator.address, ZeroAddress],
    ] as const) {
      await expect(redeem(1n, pair[0], pair[1], [], 0n, 0)).to.be.revertedWithCustomError(
        errors,
        "IndexVault_ZeroAddress",
      );
    }
    await expect(vault.connect(holder).redeem(1n, holder, holder, [], 0n, 0)).to.be.revertedWithCustomError(
      vault,
      "InsufficientBalance",
    );
  });

  it("reverts when a leg pays a wei less than asked for, or limits are too few", async () => {
    const w = await world();
    const { vault, curator, errors } = w;
    const least = legs(w, 1n);
    await expect(vault.connect(curator).redeem(SHARE, curator, curator, least.slice(1), 0n, 0))
      .to.be.revertedWithCustomError(errors, "IndexVault_LengthMismatch")
      .withArgs(3, 4);
    for (const [i, amount] of least.entries()) {
      await expect(vault.connect(curator).redeem(SHARE, curator, curator, least.with(i, amount + 1n), 0n, 0))
        .to.be.revertedWithCustomError(errors, "IndexVault_Slippage")
        .withArgs(w.protocol.tokens[i]!.address, amount, amount + 1n);
    }
  });

  it("reverts when there is too little gas to try a leg honestly", async () => {
    const { vault, curator, errors } = await world();
    await expect(
      vault.connect(curator).redeem(SHARE, curator, curator, [], 0n, 0, { gasLimit: 500_000 }),
    ).to.be.revertedWithCustomError(errors, "IndexVault_GasTooLow");
  });

  it("pays what the preview says, and shrinks the aggregate", async () => {
    const w = await world();
    const { vault, curator, stranger } = w;
    const preview = await vault.previewRedeem(3n * SHARE);
    await vault.connect(curator).redeem(3n * SHARE, stranger, curator, legs(w, 3n), 0n, 0);
    expect([...preview]).to.deep.equal(legs(w, 3n));
    for (const [i, listed] of w.protocol.tokens.entries()) {
      expect(await listed.token.balanceOf(stranger)).to.equal(preview[i]);
    }
    expect(await vault.aggregate()).to.equal(997n * SHARE * D27);
  });

  it("turns skipped legs into claims, which are paid in full, once", async () => {
    const w = await world();
    const { vault, curator, holder, stranger, errors } = w;
    const index = at(w, "BTC");
    const btc = token(w, "BTC");
    const skip = 1n << BigInt(index);
    await expect(vault.connect(curator).redeem(2n * SHARE, curator, holder, [], skip, 0))
      .to.emit(vault, "LegDeferred")
      .withArgs(btc.address, holder.address, 100_000n);
    await vault.connect(curator).redeem(SHARE, curator, holder, [], skip, 0);
    expect(await vault.owed(btc.address, holder)).to.equal(150_000n);
    expect((await vault.debt(btc.address)).total).to.equal(150_000n);
    // Claims are reserved: another exit does not touch them, a mint does not count them.
    await vault.connect(holder).mint(SHARE, holder, [], 50, 0);
    await expect(vault.connect(holder).claim(btc.address, ZeroAddress)).to.be.revertedWithCustomError(
      errors,
      "IndexVault_ZeroAddress",
    );
    await expect(vault.connect(holder).claim(btc.address, stranger))
      .to.emit(vault, "Claimed")
      .withArgs(btc.address, holder.address, stranger.address, 150_000n);
    expect(await btc.token.balanceOf(stranger)).to.equal(150_000n);
    expect((await vault.debt(btc.address)).total).to.equal(0n);
    await expect(vault.connect(holder).claim(btc.address, holder))
      .to.be.revertedWithCustomError(errors, "IndexVault_NothingOwed")
      .withArgs(btc.address, holder.address);
  });

  it("reverts when the token still refuses, and the claim stays", async () => {
    const { vault, curator, bad, errors } = await world();
    await bad.setMode(1);
    await vault.connect(curator).redeem(SHARE, curator, curator, [], 0n, 0);
    await expect(vault.connect(curator).claim(bad, curator))
      .to.be.revertedWithCustomError(errors, "IndexVault_TransferFailed")
      .withArgs(bad.target);
    expect(await vault.owed(bad, curator)).to.equal(WEI / 80n);
  });

  it("scales claims and units by one ratio when the token is short", async () => {
    const w = await world();
    const { vault, address, curator, holder, bad } = w;
    await vault.connect(curator).redeem(200n * SHARE, curator, holder, [], 1n << BigInt(at(w, "WETH")), 0);
    await bad.take(address, (25n * WEI) / 4n); // half of 12.5, of which 2.5 are claimed
    await vault.connect(holder).claim(bad, holder);
    // Half of 2.5 WETH, less the two wei of rounding.
    expect(await bad.books(address)).to.be.within(5n * WEI - 4n, 5n * WEI + 4n);
    expect(await unitsOf(w, at(w, "WETH"))).to.be.within((D27 * 625n) / 100_000n - D27 / WEI, (D27 * 625n) / 100_000n);
  });

  it("voids claims of a token that is lost entirely, and later claims start anew", async () => {
    const w = await world();
    const { vault, address, curator, holder, bad } = w;
    const skip = 1n << BigInt(at(w, "WETH"));
    await vault.connect(curator).redeem(200n * SHARE, curator, holder, [], skip, 0);
    await bad.take(address, (25n * WEI) / 2n);
    await vault.sync(at(w, "WETH"));
    const debt = await vault.debt(bad);
    expect([debt.total, debt.scale, debt.generation]).to.deep.equal([0n, 0n, 1n]);
    expect(await vault.owed(bad, holder)).to.equal(0n);
    expect(await unitsOf(w, at(w, "WETH"))).to.equal(0n);
  });
});

describe("IndexVault.sync", () => {
  it("reverts when the index is beyond the basket", async () => {
    const { vault, errors } = await world();
    await expect(vault.sync(4)).to.be.revertedWithCustomError(errors, "IndexVault_IndexOutOfBounds").withArgs(4, 4);
  });

  it("lets a surplus in by an hour of 0.1% a day at most, and nothing in the same second's wake", async () => {
    const w = await world();
    const index = at(w, "USDC");
    await token(w, "USDC").token.mint(w.address, 10n ** 12n);
    const before = await unitsOf(w, index);
    await networkHelpers.time.increase(10 * 3_600);
    const raised = before + (before * 10n ** 15n * 3_600n) / (WEI * 86_400n);
    await w.vault.sync(index);
    expect(await unitsOf(w, index)).to.be.within(raised - 10n ** 7n, raised);
    const first = await unitsOf(w, index);
    await w.vault.sync(index); // a second later
    const second = first + (first * 10n ** 15n) / (WEI * 86_400n);
    expect(await unitsOf(w, index)).to.be.within(second - 10n ** 7n, second);
  });

  it("S90: reverts nothing but raises nothing either while an epoch is open, and lowers at any time", async () => {
    const w = await world();
    const index = at(w, "WETH");
    await w.bad.mint(w.address, WEI);
    await open(networkHelpers, w);
    const before = await unitsOf(w, index);
    await w.vault.sync(index);
    expect(await unitsOf(w, index)).to.equal(before);
    await w.bad.take(w.address, 2n * WEI);
    await expect(w.vault.sync(index)).to.emit(w.vault, "Synced");
    // 11.5 of 12.5
    expect(await unitsOf(w, index)).to.be.within((115n * D27) / 10_000n - D27 / WEI, (115n * D27) / 10_000n);
  });

  it("raises nothing for a token on its way out", async () => {
    const w = await world();
    const index = at(w, "WETH");
    await open(networkHelpers, w, { USDC: 5_000, BTC: 2_500, RAY: 2_500 });
    await networkHelpers.time.increase(86_400);
    await w.bad.mint(w.address, WEI);
    const before = await unitsOf(w, index);
    await w.vault.sync(index);
    expect(await unitsOf(w, index)).to.equal(before);
    await token(w, "BTC").token.mint(w.address, 10n ** 9n);
    await expect(w.vault.sync(at(w, "BTC"))).to.emit(w.vault, "Synced");
  });
});
