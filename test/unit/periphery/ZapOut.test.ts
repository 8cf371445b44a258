import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { Errors__factory } from "../../../typechain-types/index.js";
import { erc20, FEE } from "../../helpers/periphery.ts";
import { createPool, encodePath, PERMIT2_ADDRESS } from "../../helpers/uniswap.ts";
import {
  deployFunded,
  expectEmpty,
  NATIVE,
  NO_PERMIT,
  pathTo,
  routesTo,
  SHARE,
  signErc2612,
  signPermit2,
  USD,
  zapOut,
} from "../../helpers/zap.ts";

const { ethers, networkHelpers } = await network.create();

const errors = Errors__factory.connect(ethers.ZeroAddress, ethers.provider);

async function deploy() {
  return deployFunded(ethers);
}

describe("Zap: zapOut", () => {
  it("reverts when the caller has not approved his shares", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    await expect(periphery.zap.zapOut(zapOut(periphery, { shares: 101n * SHARE }), NO_PERMIT))
      .to.be.revertedWithCustomError(errors, "Zap_AllowanceTooSmall")
      .withArgs(periphery.vault, 100n * SHARE, 101n * SHARE);
  });

  it("reverts when the receiver would get less than the minimum", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const [out] = await periphery.zap.zapOut.staticCall(zapOut(periphery), NO_PERMIT);
    await expect(periphery.zap.zapOut(zapOut(periphery, { minOut: out + 1n }), NO_PERMIT))
      .to.be.revertedWithCustomError(errors, "Zap_OutputTooSmall")
      .withArgs(periphery.at.USDT, out, out + 1n);
    await periphery.zap.zapOut(zapOut(periphery, { minOut: out }), NO_PERMIT);
  });

  it("reverts when a route or the exit leads elsewhere", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const { zap, at } = periphery;
    const routes = routesTo(periphery, at.USDT).reverse();
    await expect(zap.zapOut(zapOut(periphery, { routes }), NO_PERMIT)).to.be.revertedWithCustomError(
      errors,
      "UniswapV3Swapper_PathInvalid",
    );
    const exit = encodePath([at.USDT, at.ALT], [FEE]);
    await expect(zap.zapOut(zapOut(periphery, { exit, tokenOut: at.CASH }), NO_PERMIT)).to.be.revertedWithCustomError(
      errors,
      "UniswapV3Swapper_PathInvalid",
    );
  });

  it("sells every leg and pays one token", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const { zap, user, stranger, usd, vault, at } = periphery;
    const params = zapOut(periphery, { receiver: stranger.address });
    const [out, deferred, inKind] = await zap.zapOut.staticCall(params, NO_PERMIT);
    expect([deferred, inKind]).to.deep.equal([0n, 0n]);
    expect(out).to.be.within(993n * USD, 1000n * USD);
    const held = await vault.balanceOf(user);
    await expect(zap.zapOut(params, NO_PERMIT))
      .to.emit(zap, "ZappedOut")
      .withArgs(user, params.vault, stranger, params.shares, at.USDT, out, 0n, 0n);
    expect(await usd.balanceOf(stranger)).to.equal(out);
    expect(await vault.balanceOf(user)).to.equal(held - 10n * SHARE);
    await expectEmpty(periphery);
  });

  it("pays Ether through a hub and an exit path", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const { zap, stranger, at } = periphery;
    const exit = encodePath([at.USDT, at.WETH], [FEE]);
    const params = zapOut(periphery, { tokenOut: NATIVE, exit, receiver: stranger.address });
    const [out] = await zap.zapOut.staticCall(params, NO_PERMIT);
    expect(out).to.be.within((49n * SHARE) / 100n, SHARE / 2n);
    await expect(zap.zapOut(params, NO_PERMIT)).to.changeEtherBalance(ethers, stranger, out);
    await expectEmpty(periphery);
  });

  it("pays legs without a route in kind, and legs whose swap fails", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const { zap, stranger, at, tokens, btc, alt } = periphery;
    const routes = tokens.map((token) => {
      if (token === at.BTC) return "0x";
      return token === at.ALT ? encodePath([at.ALT, at.USDT], [500]) : pathTo(periphery, token, at.USDT);
    });
    const params = zapOut(periphery, { routes, receiver: stranger.address });
    const [out, , inKind] = await zap.zapOut.staticCall(params, NO_PERMIT);
    await zap.zapOut(params, NO_PERMIT);
    expect(inKind).to.equal((1n << BigInt(tokens.indexOf(at.BTC))) | (1n << BigInt(tokens.indexOf(at.ALT))));
    expect(out).to.be.within(595n * USD, 600n * USD);
    expect(await btc.balanceOf(stranger)).to.equal(200_000n);
    expect(await alt.balanceOf(stranger)).to.equal(200n * SHARE);
    await expectEmpty(periphery);
  });

  it("pays a leg in kind in full although an earlier leg is sold through its token", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const { zap, vault, stack, stranger, tokens } = periphery;
    const [first, hub, , , kept] = tokens as [string, string, string, string, string];
    const amounts = await vault.previewRedeem(10n * SHARE);
    // All legs are worth the same, so a thousand times their amounts make pools at market price.
    const [amountFirst, amountHub, , , amountKept] = amounts.map((amount) => 1000n * amount) as bigint[];
    const [amountA, amountB, amountC] = [amountFirst ?? 0n, amountKept ?? 0n, amountHub ?? 0n];
    await createPool(stack, { tokenA: first, tokenB: kept, fee: 500, amountA, amountB });
    await createPool(stack, { tokenA: kept, tokenB: hub, fee: 500, amountA: amountB, amountB: amountC });
    const routes = [encodePath([first, kept, hub], [500, 500]), "0x", "0x", "0x", "0x"];

    await zap.zapOut(zapOut(periphery, { routes, tokenOut: hub, receiver: stranger.address }), NO_PERMIT);
    expect(await erc20(kept, stranger).balanceOf(stranger)).to.equal(amounts[4]);
    expect(await erc20(first, stranger).balanceOf(stranger)).to.equal(0n);
    await expectEmpty(periphery);
  });

  it("S30: cannot be entered again by a token of the basket while the legs are under way", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const { zap, alt, stranger, vault, user } = periphery;
    const theirs = zapOut(periphery, { receiver: stranger.address, shares: 1n });
    await alt.setHook(zap, zap.interface.encodeFunctionData("zapOut", [theirs, NO_PERMIT]));
    await zap.zapOut(zapOut(periphery), NO_PERMIT);
    expect(await alt.hookReason()).to.equal(zap.interface.encodeErrorResult("ReentrancyGuardReentrantCall"));
    expect(await vault.balanceOf(user)).to.be.lessThan(990n * SHARE);
    await alt.setHook(ZeroAddress, "0x");
    await expectEmpty(periphery);
  });

  it("leaves a leg that the vault cannot pay as a claim of the caller, whoever the receiver is", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const { zap, stranger, user, at, dust, btc, tokens, vault } = periphery;
    await dust.setBroken(true);
    const skipBitmap = 1n << BigInt(tokens.indexOf(at.BTC));
    const params = zapOut(periphery, { skipBitmap, receiver: stranger.address });
    const [, deferred, inKind] = await zap.zapOut.staticCall(params, NO_PERMIT);
    expect(deferred).to.equal(skipBitmap | (1n << BigInt(tokens.indexOf(at.DUST))));
    expect(inKind).to.equal(0n);
    await zap.zapOut(params, NO_PERMIT);
    expect(await vault.owed(at.BTC, user)).to.equal(200_000n);
    expect(await vault.owed(at.DUST, user)).to.equal(10n * 10n ** 27n);
    expect(await vault.owed(at.DUST, stranger)).to.equal(0n);
    expect(await btc.balanceOf(stranger)).to.equal(0n);
    await dust.setBroken(false);
    await expectEmpty(periphery);
  });

  it("takes an ERC-2612 permit of the shares and a Permit2 signature", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const { zap, user, vault } = periphery;
    const spender = await zap.getAddress();
    const [token, amount] = [await vault.getAddress(), 10n * SHARE];
    const held = await vault.balanceOf(user);
    await vault.connect(user).approve(zap, 0n);
    const signature = await signErc2612(token, await vault.name(), user, spender, amount);
    await zap.zapOut(zapOut(periphery), { kind: 1n, amount, nonce: 0n, deadline: MaxUint256, signature });

    await vault.connect(user).approve(PERMIT2_ADDRESS, MaxUint256);
    const permit2 = await signPermit2(user, token, amount, spender);
    await zap.zapOut(zapOut(periphery), { kind: 2n, amount, nonce: 7n, deadline: MaxUint256, signature: permit2 });
    expect(await vault.balanceOf(user)).to.equal(held - 20n * SHARE);
  });
});
