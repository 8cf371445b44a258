import { expect } from "chai";
import { MaxUint256, Signature } from "ethers";
import { network } from "hardhat";
import { Errors__factory, Zap__factory } from "../../../typechain-types/index.js";
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
  zapIn,
  zapOut,
} from "../../helpers/zap.ts";

const { ethers, networkHelpers } = await network.create();

const errors = Errors__factory.connect(ethers.ZeroAddress, ethers.provider);

async function deploy() {
  return deployFunded(ethers);
}

describe("Zap: zapIn", () => {
  it("reverts when the Ether sent is not the amount named, or comes with a token", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const inEther = zapIn(periphery, { tokenIn: NATIVE, amountIn: SHARE });
    await expect(periphery.zap.zapIn(inEther, NO_PERMIT, { value: SHARE - 1n }))
      .to.be.revertedWithCustomError(errors, "Zap_ValueMismatch")
      .withArgs(SHARE - 1n, SHARE);
    await expect(periphery.zap.zapIn(zapIn(periphery), NO_PERMIT, { value: 1n }))
      .to.be.revertedWithCustomError(errors, "Zap_ValueMismatch")
      .withArgs(1n, 0n);
  });

  it("reverts when no Ether at all is sent", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const nothing = zapIn(periphery, { tokenIn: NATIVE, amountIn: 0n, routes: routesTo(periphery, periphery.at.WETH) });
    await expect(periphery.zap.zapIn(nothing, NO_PERMIT))
      .to.be.revertedWithCustomError(errors, "Zap_InputTooSmall")
      .withArgs(periphery.at.WETH, 0n, (needed: bigint) => needed > 0n);
  });

  it("reverts when the caller has not approved enough", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const amountIn = 10_001n * USD;
    await expect(periphery.zap.zapIn(zapIn(periphery, { amountIn }), NO_PERMIT))
      .to.be.revertedWithCustomError(errors, "Zap_AllowanceTooSmall")
      .withArgs(periphery.at.USDT, 10_000n * USD, amountIn);
  });

  it("reverts when a route does not lead from its token to the hub", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const routes = routesTo(periphery, periphery.at.USDT).reverse();
    await expect(periphery.zap.zapIn(zapIn(periphery, { routes }), NO_PERMIT)).to.be.revertedWithCustomError(
      errors,
      "UniswapV3Swapper_PathInvalid",
    );
  });

  it("reverts when the entry path does not start at the input token", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const entry = encodePath([periphery.at.CASH, periphery.at.USDT], [FEE]);
    await expect(periphery.zap.zapIn(zapIn(periphery, { entry }), NO_PERMIT)).to.be.revertedWithCustomError(
      errors,
      "UniswapV3Swapper_PathInvalid",
    );
  });

  it("reverts when the input does not pay for every leg", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    await expect(
      periphery.zap.zapIn(zapIn(periphery, { amountIn: 900n * USD }), NO_PERMIT),
    ).to.be.revertedWithCustomError(errors, "UniswapV3Swapper_InputAboveMaximum");
    await expect(
      periphery.zap.zapIn(zapIn(periphery, { amountIn: 100n * USD }), NO_PERMIT),
    ).to.be.revertedWithCustomError(errors, "Zap_InputTooSmall");
  });

  it("reverts when the mint fee is above what the caller accepts", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    await periphery.zap.zapIn.staticCall(zapIn(periphery, { maxFeeBps: 10n }), NO_PERMIT);
    await expect(periphery.zap.zapIn(zapIn(periphery, { maxFeeBps: 9n }), NO_PERMIT))
      .to.be.revertedWithCustomError(errors, "IndexVault_FeeTooHigh")
      .withArgs(10n, 9n);
  });

  describe("with a vault that breaks its word", () => {
    async function zapIntoLooseVault(givesShares: boolean) {
      const periphery = await networkHelpers.loadFixture(deploy);
      const { at, stack, user } = periphery;
      // The first token has no units: nothing is bought of it, and no route is needed.
      const amounts = [0n, 20n * SHARE, 5n * USD];
      const vault = await ethers.deployContract("LooseVaultMock", [[at.BTC, at.ALT, at.USDT], amounts, givesShares]);
      const args = [vault, stack.factory, stack.weth, stack.permit2] as const;
      const zap = await new Zap__factory(user).deploy(...args);
      await erc20(at.USDT, user).approve(zap, 100n * USD);
      const routes = ["0x", pathTo(periphery, at.ALT, at.USDT), "0x"];
      const params = zapIn(periphery, { vault: vault.target, amountIn: 100n * USD, routes });
      return { ...periphery, vault, zap, params };
    }

    it("reverts when the receiver does not get the shares", async () => {
      const { zap, vault, params } = await zapIntoLooseVault(false);
      await expect(zap.zapIn(params, NO_PERMIT))
        .to.be.revertedWithCustomError(errors, "Zap_OutputTooSmall")
        .withArgs(vault, 0n, params.shares);
    });

    it("S64: takes back approvals that were not used, and skips tokens without units", async () => {
      const { zap, vault, params, at, user } = await zapIntoLooseVault(true);
      await zap.zapIn(params, NO_PERMIT);
      const executor = await zap.executor();
      for (const token of [at.BTC, at.ALT, at.USDT]) {
        expect(await erc20(token, user).allowance(executor, vault)).to.equal(0n);
      }
      expect(await vault.balanceOf(user)).to.equal(params.shares);
      expect(await erc20(at.BTC, user).balanceOf(executor)).to.equal(0n);
    });
  });

  it("reverts when a pool has less than the leg needs", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const { stack, at, zap, tokens } = periphery;
    const amounts = { amountA: 10n * USD, amountB: 10n * SHARE };
    await createPool(stack, { tokenA: at.USDT, tokenB: at.ALT, fee: 500, range: 1.1, ...amounts });
    const routes = tokens.map((token) =>
      token === at.ALT ? encodePath([at.ALT, at.USDT], [500]) : pathTo(periphery, token, at.USDT),
    );
    await expect(zap.zapIn(zapIn(periphery, { routes }), NO_PERMIT))
      .to.be.revertedWithCustomError(errors, "UniswapV3Swapper_PoolTooThin")
      .withArgs(
        (pool: string) => pool.length === 42,
        (sent: bigint) => sent < 11n * SHARE,
        (wanted: bigint) => wanted === (2002n * SHARE) / 10n, // with the mint fee
      );
  });

  it("S62: reverts when a leg arrives short because its token takes a fee", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const { cash, user, zap, at, usd } = periphery;
    await cash.mint(user, 2000n * USD);
    await cash.connect(user).approve(zap, 2000n * USD);
    await usd.setFee(10n);
    const params = zapIn(periphery, {
      tokenIn: at.CASH,
      amountIn: 1100n * USD,
      routes: periphery.tokens.map((token) =>
        token === at.USDT
          ? encodePath([at.USDT, at.CASH], [FEE])
          : token === at.DUST
            ? encodePath([at.DUST, at.WETH, at.USDT, at.CASH], [FEE, FEE, FEE])
            : encodePath([token, at.USDT, at.CASH], [FEE, FEE]),
      ),
    });
    await expect(zap.zapIn(params, NO_PERMIT)).to.be.revert(ethers);
  });

  it("S73: mints exactly the shares asked for and gives every leftover back", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const { zap, vault, user, stranger, usd, at } = periphery;
    const params = zapIn(periphery, { receiver: stranger.address });
    const refunded = await zap.zapIn.staticCall(params, NO_PERMIT);
    const before = await usd.balanceOf(user);
    const call = zap.zapIn(params, NO_PERMIT);

    await expect(call)
      .to.emit(zap, "ZappedIn")
      .withArgs(user, params.vault, stranger, at.USDT, params.amountIn, params.shares, at.USDT, refunded);
    expect(await vault.balanceOf(stranger)).to.equal(params.shares);
    // 100 dollars a share, plus pool fees and price impact on four of five legs.
    expect(before - (await usd.balanceOf(user))).to.be.within(1000n * USD, 1006n * USD);
    expect(before - (await usd.balanceOf(user))).to.equal(1100n * USD - refunded);
    await expectEmpty(periphery);
  });

  it("pays with Ether, through the Ether leg itself, and gives Ether back", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const { zap, user, vault, at } = periphery;
    const params = zapIn(periphery, { tokenIn: NATIVE, amountIn: SHARE, routes: routesTo(periphery, at.WETH) });
    const refunded = await zap.zapIn.staticCall(params, NO_PERMIT, { value: SHARE });
    // 1,000 dollars are half an Ether.
    expect(refunded).to.be.within((49n * SHARE) / 100n, SHARE / 2n);
    const held = await vault.balanceOf(user);
    await expect(zap.zapIn(params, NO_PERMIT, { value: SHARE })).to.changeEtherBalance(ethers, user, refunded - SHARE);
    expect(await vault.balanceOf(user)).to.equal(held + 10n * SHARE);
    await expectEmpty(periphery);
  });

  it("enters through a hub: one swap of the whole input, the legs from there, the rest back in the hub token", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const { zap, user, vault, at, usd } = periphery;
    const entry = encodePath([at.WETH, at.USDT], [FEE]);
    const params = zapIn(periphery, { tokenIn: NATIVE, amountIn: SHARE, entry });
    const refunded = await zap.zapIn.staticCall(params, NO_PERMIT, { value: SHARE });
    expect(refunded).to.be.within(980n * USD, 1000n * USD);
    const [before, held] = [await usd.balanceOf(user), await vault.balanceOf(user)];
    await zap.zapIn(params, NO_PERMIT, { value: SHARE });
    expect(await usd.balanceOf(user)).to.equal(before + refunded);
    expect(await vault.balanceOf(user)).to.equal(held + 10n * SHARE);
    await expectEmpty(periphery);
  });

  it("S74: a donation to the zap or its executor blocks nobody and ends with the next caller", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const { zap, executor, usd, alt } = periphery;
    const alone = await zap.zapIn.staticCall(zapIn(periphery), NO_PERMIT);
    await usd.mint(executor, 5n);
    await alt.mint(executor, 5n);
    expect(await zap.zapIn.staticCall(zapIn(periphery), NO_PERMIT)).to.equal(alone + 5n);
    await zap.zapIn(zapIn(periphery), NO_PERMIT);
    await zap.zapOut(zapOut(periphery), NO_PERMIT);
    await expectEmpty(periphery);
  });

  it("S01: nobody can mint or take what another caller's zap has moved: it is all one call", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const { zap, alt, stranger, user } = periphery;
    // A token of the basket is hostile and calls the zap for its accomplice while the caller's tokens are under way.
    const theirs = zapIn(periphery, { receiver: stranger.address, amountIn: 0n, shares: SHARE });
    await alt.setHook(zap, zap.interface.encodeFunctionData("zapIn", [theirs, NO_PERMIT]));
    const held = await periphery.vault.balanceOf(user);
    await zap.zapIn(zapIn(periphery), NO_PERMIT);
    expect(await alt.hookSucceeded()).to.equal(false);
    expect(await alt.hookReason()).to.equal(zap.interface.encodeErrorResult("ReentrancyGuardReentrantCall"));
    expect(await periphery.vault.balanceOf(user)).to.equal(held + 10n * SHARE);
  });

  it("S64: approves a token that insists on zero first, again and again", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    for (let round = 0; round < 3; ++round) await periphery.zap.zapIn(zapIn(periphery), NO_PERMIT);
    await expectEmpty(periphery);
  });

  it("takes a permit of the token, even when somebody else has used it first", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const { zap, cash, user, stranger, at } = periphery;
    await cash.mint(user, 3000n * USD);
    const entry = encodePath([at.CASH, at.USDT], [FEE]);
    const params = zapIn(periphery, { tokenIn: at.CASH, entry });
    const spender = await zap.getAddress();
    const signature = await signErc2612(at.CASH, "CASH", user, spender, 1100n * USD);
    const permit = { kind: 1n, amount: 1100n * USD, nonce: 0n, deadline: MaxUint256, signature };

    await expect(zap.zapIn(params, { ...permit, signature: "0x1234" }))
      .to.be.revertedWithCustomError(errors, "Zap_SignatureInvalid")
      .withArgs(2n);
    const { v, r, s } = Signature.from(signature);
    await cash.connect(stranger).permit(user, spender, 1100n * USD, MaxUint256, v, r, s);
    await zap.zapIn(params, permit);

    const forged = await signErc2612(at.CASH, "CASH", stranger, spender, 1100n * USD, 1n);
    await expect(zap.zapIn(params, { ...permit, signature: forged }))
      .to.be.revertedWithCustomError(errors, "Zap_AllowanceTooSmall")
      .withArgs(at.CASH, 0n, 1100n * USD);

    const next = await signErc2612(at.CASH, "CASH", user, spender, 1100n * USD, 1n);
    await zap.zapIn(params, { ...permit, signature: next });
    await expectEmpty(periphery);
  });

  it("takes a Permit2 signature of the caller, and no other caller can use it", async () => {
    const periphery = await networkHelpers.loadFixture(deploy);
    const { zap, user, stranger, at } = periphery;
    await erc20(at.USDT, user).approve(PERMIT2_ADDRESS, MaxUint256);
    const signature = await signPermit2(user, at.USDT, 1100n * USD, await zap.getAddress());
    const permit = { kind: 2n, amount: 1100n * USD, nonce: 7n, deadline: MaxUint256, signature };

    // Permit2 answers InvalidSigner: the signature is checked against the caller.
    await expect(zap.connect(stranger).zapIn(zapIn(periphery, { receiver: stranger.address }), permit)).to.be.revert(
      ethers,
    );
    // Nor can a contract that the caller himself calls.
    const callData = zap.interface.encodeFunctionData("zapIn", [zapIn(periphery), permit]);
    await expect(
      periphery.stack.multicall3.connect(user).aggregate([{ target: zap.target, callData }]),
    ).to.be.revertedWith("Multicall3: call failed");
    await erc20(at.USDT, user).approve(zap, 0n);
    await zap.zapIn(zapIn(periphery), permit);
    await expect(zap.zapIn(zapIn(periphery), permit)).to.be.revert(ethers);
    await expectEmpty(periphery);
  });
});
