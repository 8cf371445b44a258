import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { Errors__factory } from "../../../typechain-types/index.js";
import { FEE } from "../../helpers/periphery.ts";
import { encodePath, PERMIT2_ADDRESS } from "../../helpers/uniswap.ts";
import { deployFunded, NO_PERMIT, NONCE, routesTo, zapIn, zapOut } from "../../helpers/zap.ts";

const { ethers, networkHelpers } = await network.create();

const errors = Errors__factory.connect(ethers.ZeroAddress, ethers.provider);

async function deploy() {
  return deployFunded(ethers);
}

describe("Zap", () => {
  describe("deployment", () => {
    it("reverts when a contract that it depends on has no code", async () => {
      const { zap, stack, stranger, at } = await networkHelpers.loadFixture(deploy);
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
      const periphery = await networkHelpers.loadFixture(deploy);
      const deadline = await networkHelpers.time.latest();
      for (const call of [
        periphery.zap.zapIn(zapIn(periphery, { deadline }), NO_PERMIT),
        periphery.zap.zapOut(zapOut(periphery, { deadline }), NO_PERMIT),
      ]) {
        await expect(call).to.be.revertedWithCustomError(errors, "Zap_DeadlinePassed");
      }
    });

    it("S77: reverts when the vault is not an index of the factory", async () => {
      const periphery = await networkHelpers.loadFixture(deploy);
      const vault = periphery.at.USDT;
      await expect(periphery.zap.zapIn(zapIn(periphery, { vault }), NO_PERMIT))
        .to.be.revertedWithCustomError(errors, "Zap_NotIndex")
        .withArgs(vault);
      await expect(periphery.zap.zapOut(zapOut(periphery, { vault }), NO_PERMIT))
        .to.be.revertedWithCustomError(errors, "Zap_NotIndex")
        .withArgs(vault);
    });

    it("reverts when the receiver is nobody or part of the zap", async () => {
      const periphery = await networkHelpers.loadFixture(deploy);
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
      const periphery = await networkHelpers.loadFixture(deploy);
      const routes = routesTo(periphery, periphery.at.USDT).slice(1);
      await expect(periphery.zap.zapIn(zapIn(periphery, { routes }), NO_PERMIT))
        .to.be.revertedWithCustomError(errors, "Zap_LengthMismatch")
        .withArgs(4n, 5n);
      await expect(periphery.zap.zapOut(zapOut(periphery, { routes }), NO_PERMIT))
        .to.be.revertedWithCustomError(errors, "Zap_LengthMismatch")
        .withArgs(4n, 5n);
    });

    it("reverts when the basket is not the one that the routes are for", async () => {
      const periphery = await networkHelpers.loadFixture(deploy);
      const basketNonce = NONCE + 1n;
      for (const call of [
        periphery.zap.zapIn(zapIn(periphery, { basketNonce }), NO_PERMIT),
        periphery.zap.zapOut(zapOut(periphery, { basketNonce }), NO_PERMIT),
      ]) {
        await expect(call).to.be.revertedWithCustomError(errors, "IndexVault_BasketNonceMismatch");
      }
    });

    it("S77: the executor obeys nobody but the zap, and takes Ether from nobody but WETH", async () => {
      const periphery = await networkHelpers.loadFixture(deploy);
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
});
