import { expect } from "chai";
import type { Signer } from "ethers";
import { MaxUint256, Signature, ZeroAddress } from "ethers";
import { network } from "hardhat";
import type { PermitStruct, ZapInStruct, ZapOutStruct } from "../../../typechain-types/contracts/interfaces/IZap.js";
import { Errors__factory } from "../../../typechain-types/index.js";
import { deployPeriphery, erc20, FEE, type Periphery } from "../../helpers/periphery.ts";
import { encodePath, PERMIT2_ADDRESS } from "../../helpers/uniswap.ts";

const { ethers, networkHelpers } = await network.create();

const NONCE = 0n;
const NATIVE = "0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE";
const SHARE = 10n ** 18n;
const USD = 10n ** 6n;
const NO_PERMIT: PermitStruct = { kind: 0n, amount: 0n, nonce: 0n, deadline: 0n, signature: "0x" };
const errors = Errors__factory.connect(ethers.ZeroAddress, ethers.provider);

async function deploy() {
  return deployPeriphery(ethers);
}

/** Paths between the basket tokens and the hub, for pools that meet in the dollar token; dust has a pool with Ether. */
function pathTo(periphery: Periphery, token: string, hub: string): string {
  const { at } = periphery;
  const toUsd = token === at.USDT ? [at.USDT] : token === at.DUST ? [at.DUST, at.WETH, at.USDT] : [token, at.USDT];
  const fromUsd = hub === at.USDT ? [] : [hub];
  const tokens = hub === at.WETH && token === at.DUST ? [at.DUST, at.WETH] : [...toUsd, ...fromUsd];
  return tokens.length < 2 || token === hub
    ? "0x"
    : encodePath(
        tokens,
        tokens.slice(1).map(() => FEE),
      );
}

function routesTo(periphery: Periphery, hub: string): string[] {
  return periphery.tokens.map((token) => pathTo(periphery, token, hub));
}

function zapIn(periphery: Periphery, change: Partial<ZapInStruct> = {}): ZapInStruct {
  const { vault, at, user } = periphery;
  return {
    vault: vault.target,
    tokenIn: at.USDT,
    amountIn: 1100n * USD,
    shares: 10n * SHARE,
    receiver: user.address,
    deadline: MaxUint256,
    basketNonce: NONCE,
    maxFeeBps: 100n,
    entry: "0x",
    routes: routesTo(periphery, at.USDT),
    ...change,
  };
}

function zapOut(periphery: Periphery, change: Partial<ZapOutStruct> = {}): ZapOutStruct {
  const { vault, at, user } = periphery;
  return {
    vault: vault.target,
    shares: 10n * SHARE,
    tokenOut: at.USDT,
    minOut: 0n,
    receiver: user.address,
    deadline: MaxUint256,
    basketNonce: NONCE,
    skipBitmap: 0n,
    routes: routesTo(periphery, at.USDT),
    exit: "0x",
    ...change,
  };
}

/** Every basket token, the cash token and Ether are at zero in the zap and its executor, and so are all approvals. */
async function expectEmpty({ zap, executor, tokens, at, vault, user }: Periphery): Promise<void> {
  for (const token of [...tokens, at.CASH, await vault.getAddress()]) {
    for (const holder of [zap, executor]) {
      expect(await erc20(token, user).balanceOf(holder), `${token} in the zap`).to.equal(0n);
    }
    expect(await erc20(token, user).allowance(executor, vault), `${token} approved`).to.equal(0n);
  }
  for (const holder of [zap, executor]) expect(await ethers.provider.getBalance(holder)).to.equal(0n);
}

async function signErc2612(token: string, name: string, owner: Signer, spender: string, value: bigint, nonce = 0n) {
  const { chainId } = await ethers.provider.getNetwork();
  const types = {
    Permit: [
      { name: "owner", type: "address" },
      { name: "spender", type: "address" },
      { name: "value", type: "uint256" },
      { name: "nonce", type: "uint256" },
      { name: "deadline", type: "uint256" },
    ],
  };
  const domain = { name, version: "1", chainId, verifyingContract: token };
  const message = { owner: await owner.getAddress(), spender, value, nonce, deadline: MaxUint256 };
  return owner.signTypedData(domain, types, message);
}

async function signPermit2(owner: Signer, token: string, amount: bigint, spender: string): Promise<string> {
  const { chainId } = await ethers.provider.getNetwork();
  const types = {
    PermitTransferFrom: [
      { name: "permitted", type: "TokenPermissions" },
      { name: "spender", type: "address" },
      { name: "nonce", type: "uint256" },
      { name: "deadline", type: "uint256" },
    ],
    TokenPermissions: [
      { name: "token", type: "address" },
      { name: "amount", type: "uint256" },
    ],
  };
  const domain = { name: "Permit2", chainId, verifyingContract: PERMIT2_ADDRESS };
  const message = { permitted: { token, amount }, spender, nonce: 7n, deadline: MaxUint256 };
  return owner.signTypedData(domain, types, message);
}

describe("Zap", () => {
  /** The user holds 10,000 dollars and 100 shares, and has approved the zap for both. */
  async function deployFunded() {
    const periphery = await deploy();
    const { usd, user, zap, at, vault } = periphery;
    await usd.mint(user, 10_000n * USD);
    await erc20(at.USDT, user).approve(zap, 10_000n * USD);
    await vault.connect(user).approve(zap, 100n * SHARE);
    return { ...periphery, zap: zap.connect(user) };
  }

  describe("deployment", () => {
    it("reverts when a contract that it depends on has no code", async () => {
      const { zap, stack, stranger, at } = await networkHelpers.loadFixture(deployFunded);
      const good = [await zap.factory(), stack.factory.target, at.WETH, PERMIT2_ADDRESS] as string[];
      for (const position of [0, 1, 2, 3]) {
        const args = good.map((address, k) => (k === position ? stranger.address : address));
        const expected = position === 1 ? "UniswapV3Swapper_FactoryInvalid" : "Zap_AddressInvalid";
        await expect(ethers.deployContract("Zap", args as [string, string, string, string]))
          .to.be.revertedWithCustomError(errors, expected)
          .withArgs(stranger);
      }
    });
  });

  describe("both ways", () => {
    it("S75: reverts when the caller's deadline has passed", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
      const deadline = await networkHelpers.time.latest();
      for (const call of [
        periphery.zap.zapIn(zapIn(periphery, { deadline }), NO_PERMIT),
        periphery.zap.zapOut(zapOut(periphery, { deadline }), NO_PERMIT),
      ]) {
        await expect(call).to.be.revertedWithCustomError(errors, "Zap_DeadlinePassed");
      }
    });

    it("S77: reverts when the vault is not an index of the factory", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
      const vault = periphery.at.USDT;
      await expect(periphery.zap.zapIn(zapIn(periphery, { vault }), NO_PERMIT))
        .to.be.revertedWithCustomError(errors, "Zap_NotIndex")
        .withArgs(vault);
      await expect(periphery.zap.zapOut(zapOut(periphery, { vault }), NO_PERMIT))
        .to.be.revertedWithCustomError(errors, "Zap_NotIndex")
        .withArgs(vault);
    });

    it("reverts when the receiver is nobody or part of the zap", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
      const { zap, executor } = periphery;
      for (const receiver of [ZeroAddress, await zap.getAddress(), await executor.getAddress()]) {
        await expect(zap.zapIn(zapIn(periphery, { receiver }), NO_PERMIT))
          .to.be.revertedWithCustomError(errors, "Zap_ReceiverInvalid")
          .withArgs(receiver);
        await expect(zap.zapOut(zapOut(periphery, { receiver }), NO_PERMIT))
          .to.be.revertedWithCustomError(errors, "Zap_ReceiverInvalid")
          .withArgs(receiver);
      }
    });

    it("reverts when there is not one route for each token of the basket", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
      const routes = routesTo(periphery, periphery.at.USDT).slice(1);
      await expect(periphery.zap.zapIn(zapIn(periphery, { routes }), NO_PERMIT))
        .to.be.revertedWithCustomError(errors, "Zap_LengthMismatch")
        .withArgs(4n, 5n);
      await expect(periphery.zap.zapOut(zapOut(periphery, { routes }), NO_PERMIT))
        .to.be.revertedWithCustomError(errors, "Zap_LengthMismatch")
        .withArgs(4n, 5n);
    });

    it("reverts when the basket is not the one that the routes are for", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
      const basketNonce = NONCE + 1n;
      for (const call of [
        periphery.zap.zapIn(zapIn(periphery, { basketNonce }), NO_PERMIT),
        periphery.zap.zapOut(zapOut(periphery, { basketNonce }), NO_PERMIT),
      ]) {
        await expect(call).to.be.revertedWithCustomError(errors, "IndexVault_BasketNonceMismatch");
      }
    });

    it("S77: the executor obeys nobody but the zap, and takes Ether from nobody but WETH", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
      const { executor, stranger, at, user } = periphery;
      const caller = executor.connect(stranger);
      await expect(caller.zapIn(zapIn(periphery), stranger)).to.be.revertedWithCustomError(errors, "Zap_Unauthorized");
      await expect(caller.zapOut(zapOut(periphery), stranger)).to.be.revertedWithCustomError(
        errors,
        "Zap_Unauthorized",
      );
      await expect(caller.sell(encodePath([at.USDT, at.ALT], [FEE]))).to.be.revertedWithCustomError(
        errors,
        "Zap_Unauthorized",
      );
      await expect(caller.uniswapV3SwapCallback(1n, 0n, at.USDT)).to.be.revertedWithCustomError(
        errors,
        "UniswapV3Swapper_CallerNotPool",
      );
      await expect(user.sendTransaction({ to: executor, value: 1n })).to.be.revertedWithCustomError(
        errors,
        "Zap_Unauthorized",
      );
    });
  });

  describe("zapIn", () => {
    it("reverts when the Ether sent is not the amount named, or comes with a token", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
      const inEther = zapIn(periphery, { tokenIn: NATIVE, amountIn: SHARE });
      await expect(periphery.zap.zapIn(inEther, NO_PERMIT, { value: SHARE - 1n }))
        .to.be.revertedWithCustomError(errors, "Zap_ValueMismatch")
        .withArgs(SHARE - 1n, SHARE);
      await expect(periphery.zap.zapIn(zapIn(periphery), NO_PERMIT, { value: 1n }))
        .to.be.revertedWithCustomError(errors, "Zap_ValueMismatch")
        .withArgs(1n, 0n);
    });

    it("reverts when the caller has not approved enough", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
      const amountIn = 10_001n * USD;
      await expect(periphery.zap.zapIn(zapIn(periphery, { amountIn }), NO_PERMIT))
        .to.be.revertedWithCustomError(errors, "Zap_AllowanceTooSmall")
        .withArgs(periphery.at.USDT, 10_000n * USD, amountIn);
    });

    it("reverts when a route does not lead from its token to the hub", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
      const routes = routesTo(periphery, periphery.at.USDT).reverse();
      await expect(periphery.zap.zapIn(zapIn(periphery, { routes }), NO_PERMIT)).to.be.revertedWithCustomError(
        errors,
        "UniswapV3Swapper_PathInvalid",
      );
    });

    it("reverts when the entry path does not start at the input token", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
      const entry = encodePath([periphery.at.CASH, periphery.at.USDT], [FEE]);
      await expect(periphery.zap.zapIn(zapIn(periphery, { entry }), NO_PERMIT)).to.be.revertedWithCustomError(
        errors,
        "UniswapV3Swapper_PathInvalid",
      );
    });

    it("reverts when the input does not pay for every leg", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
      await expect(
        periphery.zap.zapIn(zapIn(periphery, { amountIn: 900n * USD }), NO_PERMIT),
      ).to.be.revertedWithCustomError(errors, "UniswapV3Swapper_InputAboveMaximum");
      await expect(
        periphery.zap.zapIn(zapIn(periphery, { amountIn: 100n * USD }), NO_PERMIT),
      ).to.be.revertedWithCustomError(errors, "Zap_InputTooSmall");
    });

    it("S62: reverts when a leg arrives short because its token takes a fee", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
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
      const periphery = await networkHelpers.loadFixture(deployFunded);
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
      const periphery = await networkHelpers.loadFixture(deployFunded);
      const { zap, user, vault, at } = periphery;
      const params = zapIn(periphery, { tokenIn: NATIVE, amountIn: SHARE, routes: routesTo(periphery, at.WETH) });
      const refunded = await zap.zapIn.staticCall(params, NO_PERMIT, { value: SHARE });
      // 1,000 dollars are half an Ether.
      expect(refunded).to.be.within((49n * SHARE) / 100n, SHARE / 2n);
      const held = await vault.balanceOf(user);
      await expect(zap.zapIn(params, NO_PERMIT, { value: SHARE })).to.changeEtherBalance(
        ethers,
        user,
        refunded - SHARE,
      );
      expect(await vault.balanceOf(user)).to.equal(held + 10n * SHARE);
      await expectEmpty(periphery);
    });

    it("enters through a hub: one swap of the whole input, the legs from there, the rest back in the hub token", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
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
      const periphery = await networkHelpers.loadFixture(deployFunded);
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
      const periphery = await networkHelpers.loadFixture(deployFunded);
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
      const periphery = await networkHelpers.loadFixture(deployFunded);
      for (let round = 0; round < 3; ++round) await periphery.zap.zapIn(zapIn(periphery), NO_PERMIT);
      await expectEmpty(periphery);
    });

    it("takes a permit of the token, even when somebody else has used it first", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
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
      const periphery = await networkHelpers.loadFixture(deployFunded);
      const { zap, user, stranger, at } = periphery;
      await erc20(at.USDT, user).approve(PERMIT2_ADDRESS, MaxUint256);
      const signature = await signPermit2(user, at.USDT, 1100n * USD, await zap.getAddress());
      const permit = { kind: 2n, amount: 1100n * USD, nonce: 7n, deadline: MaxUint256, signature };

      // Permit2 answers InvalidSigner: the signature is checked against the caller.
      await expect(zap.connect(stranger).zapIn(zapIn(periphery, { receiver: stranger.address }), permit)).to.be.revert(
        ethers,
      );
      await erc20(at.USDT, user).approve(zap, 0n);
      await zap.zapIn(zapIn(periphery), permit);
      await expect(zap.zapIn(zapIn(periphery), permit)).to.be.revert(ethers);
      await expectEmpty(periphery);
    });
  });

  describe("zapOut", () => {
    it("reverts when the caller has not approved his shares", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
      await expect(periphery.zap.zapOut(zapOut(periphery, { shares: 101n * SHARE }), NO_PERMIT))
        .to.be.revertedWithCustomError(errors, "Zap_AllowanceTooSmall")
        .withArgs(periphery.vault, 100n * SHARE, 101n * SHARE);
    });

    it("reverts when the receiver would get less than the minimum", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
      const [out] = await periphery.zap.zapOut.staticCall(zapOut(periphery), NO_PERMIT);
      await expect(periphery.zap.zapOut(zapOut(periphery, { minOut: out + 1n }), NO_PERMIT))
        .to.be.revertedWithCustomError(errors, "Zap_OutputTooSmall")
        .withArgs(periphery.at.USDT, out, out + 1n);
      await periphery.zap.zapOut(zapOut(periphery, { minOut: out }), NO_PERMIT);
    });

    it("reverts when a route or the exit leads elsewhere", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
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
      const periphery = await networkHelpers.loadFixture(deployFunded);
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
      const periphery = await networkHelpers.loadFixture(deployFunded);
      const { zap, stranger, at } = periphery;
      const exit = encodePath([at.USDT, at.WETH], [FEE]);
      const params = zapOut(periphery, { tokenOut: NATIVE, exit, receiver: stranger.address });
      const [out] = await zap.zapOut.staticCall(params, NO_PERMIT);
      expect(out).to.be.within((49n * SHARE) / 100n, SHARE / 2n);
      await expect(zap.zapOut(params, NO_PERMIT)).to.changeEtherBalance(ethers, stranger, out);
      await expectEmpty(periphery);
    });

    it("pays legs without a route in kind, and legs whose swap fails", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
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

    it("leaves a leg that the vault cannot pay as a claim of the caller, whoever the receiver is", async () => {
      const periphery = await networkHelpers.loadFixture(deployFunded);
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
      const periphery = await networkHelpers.loadFixture(deployFunded);
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
});
