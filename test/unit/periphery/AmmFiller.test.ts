import { expect } from "chai";
import type { ContractTransactionReceipt } from "ethers";
import { MaxUint256 } from "ethers";
import { network } from "hardhat";
import type { FillOrderStruct } from "../../../typechain-types/contracts/interfaces/IAmmFiller.js";
import { Errors__factory } from "../../../typechain-types/index.js";
import { deployPeriphery, erc20, FEE, type Lot, openLot, type Periphery } from "../../helpers/periphery.ts";
import { encodePath } from "../../helpers/uniswap.ts";

const { ethers, networkHelpers } = await network.create();

const NONCE = 0n;
const errors = Errors__factory.connect(ethers.ZeroAddress, ethers.provider);

/** The vault sells ALT for BTC; the way leads over the dollar. */
async function withLot() {
  const periphery = await deployPeriphery(ethers);
  return { ...periphery, lot: await openLot(ethers, periphery, "BTC") };
}

/** The vault sells ALT for a dollar whose transfers return nothing. */
async function withDollarLot() {
  const periphery = await deployPeriphery(ethers);
  return { ...periphery, lot: await openLot(ethers, periphery, "USDT") };
}

/** Sells the whole lot along the pools that meet in the dollar token. */
async function orderFor({ adapter, at }: Periphery, lot: Lot, change: Partial<FillOrderStruct> = {}) {
  return {
    i: lot.i,
    j: lot.j,
    maxSell: lot.surplus,
    minSell: 0n,
    minReceived: 0n,
    adapter: await adapter.getAddress(),
    route: encodePath([lot.sellToken, at.USDT, lot.buyToken], [FEE, FEE]),
    ...change,
  };
}

function approvalsIn(receipt: ContractTransactionReceipt | null): number {
  const topic = ethers.id("Approval(address,address,uint256)");
  return (receipt?.logs ?? []).filter((log) => log.topics[0] === topic).length;
}

describe("AmmFiller", () => {
  describe("deployment", () => {
    it("reverts when the factory or an adapter has no code", async () => {
      const { filler, adapter, stranger } = await networkHelpers.loadFixture(withLot);
      const factory = await filler.factory();
      for (const args of [
        [stranger.address, [adapter]],
        [factory, [adapter, stranger.address]],
      ] as const) {
        await expect(ethers.deployContract("AmmFiller", [args[0], [...args[1]]]))
          .to.be.revertedWithCustomError(errors, "AmmFiller_AddressInvalid")
          .withArgs(stranger.address);
      }
    });

    it("names its adapters for ever", async () => {
      const { filler, adapter, stranger } = await networkHelpers.loadFixture(withLot);
      expect(await filler.isAdapter(adapter)).to.equal(true);
      expect(await filler.isAdapter(stranger)).to.equal(false);
      await expect(filler.deploymentTransaction()).to.emit(filler, "AdapterAdded").withArgs(adapter);
    });
  });

  describe("fill", () => {
    it("S75: reverts when the caller's deadline has passed", async () => {
      const { filler, vault, lot, ...rest } = await networkHelpers.loadFixture(withLot);
      const deadline = await networkHelpers.time.latest();
      await expect(
        filler.fill(vault, await orderFor({ ...rest, filler, vault }, lot), deadline, NONCE),
      ).to.be.revertedWithCustomError(errors, "AmmFiller_DeadlinePassed");
    });

    it("reverts when the vault is not an index of the factory", async () => {
      const periphery = await networkHelpers.loadFixture(withLot);
      const { filler, lot, adapter } = periphery;
      await expect(filler.fill(adapter, await orderFor(periphery, lot), MaxUint256, NONCE))
        .to.be.revertedWithCustomError(errors, "AmmFiller_NotIndex")
        .withArgs(adapter);
    });

    it("S52: reverts when the caller brings an adapter of his own", async () => {
      const periphery = await networkHelpers.loadFixture(withLot);
      const { filler, vault, lot } = periphery;
      const own = await ethers.deployContract("RogueAdapter", [0]);
      const order = await orderFor(periphery, lot, { adapter: await own.getAddress() });
      await expect(filler.fill(vault, order, MaxUint256, NONCE))
        .to.be.revertedWithCustomError(errors, "AmmFiller_AdapterUnknown")
        .withArgs(own);
    });

    it("S36: reverts when the basket is not the one that the order's indices refer to", async () => {
      const periphery = await networkHelpers.loadFixture(withLot);
      const { filler, vault, lot } = periphery;
      await expect(
        filler.fill(vault, await orderFor(periphery, lot), MaxUint256, NONCE + 1n),
      ).to.be.revertedWithCustomError(errors, "IndexVault_BasketNonceMismatch");
    });

    it("reverts when the route does not lead from the sold to the bought token", async () => {
      const periphery = await networkHelpers.loadFixture(withLot);
      const { filler, vault, lot, at } = periphery;
      const order = await orderFor(periphery, lot, { route: encodePath([lot.sellToken, at.USDT], [FEE]) });
      await expect(filler.fill(vault, order, MaxUint256, NONCE)).to.be.revertedWithCustomError(
        errors,
        "UniswapV3Swapper_PathInvalid",
      );
    });

    it("reverts when the vault sells less than the order's least amount", async () => {
      const periphery = await networkHelpers.loadFixture(withLot);
      const { filler, vault, lot } = periphery;
      const order = await orderFor(periphery, lot, { maxSell: MaxUint256, minSell: 1000n * lot.surplus });
      await expect(filler.fill(vault, order, MaxUint256, NONCE)).to.be.revertedWithCustomError(
        errors,
        "IndexVault_FillLimit",
      );
    });

    it("reverts when the venue pays less than the vault's limit price", async () => {
      const periphery = await networkHelpers.loadFixture(withLot);
      const { filler, vault, lot, stack, owner, at } = periphery;
      // Somebody sells so much that the pool is 20% below the market.
      const amountIn = 1_200_000n * 10n ** 18n;
      await erc20(at.ALT, owner).approve(stack.router, MaxUint256);
      await stack.router.getFunction("exactInput").send({
        path: encodePath([at.ALT, at.USDT], [FEE]),
        recipient: owner.address,
        amountIn,
        amountOutMinimum: 0n,
      });
      await expect(filler.fill(vault, await orderFor(periphery, lot), MaxUint256, NONCE)).to.be.revertedWithCustomError(
        errors,
        "AmmFiller_ReceivedTooLittle",
      );
    });

    it("S42: reverts when an adapter keeps the tokens and says nothing", async () => {
      const periphery = await networkHelpers.loadFixture(withLot);
      const { filler, vault, lot, thief } = periphery;
      const order = await orderFor(periphery, lot, { adapter: await thief.getAddress() });
      await expect(filler.fill(vault, order, MaxUint256, NONCE))
        .to.be.revertedWithCustomError(errors, "AmmFiller_ReceivedTooLittle")
        .withArgs(lot.buyToken, 0n, (owed: bigint) => owed > 0n);
    });

    it("reverts when the venue pays less than the order asks for, in proportion to what was sold", async () => {
      const periphery = await networkHelpers.loadFixture(withLot);
      const { filler, vault, lot } = periphery;
      const part = lot.surplus / 4n;
      const fair = await orderFor(periphery, lot, { maxSell: part });
      const [, received] = await filler.fill.staticCall(vault, fair, MaxUint256, NONCE);

      await expect(filler.fill(vault, { ...fair, minReceived: received + 1n }, MaxUint256, NONCE))
        .to.be.revertedWithCustomError(errors, "AmmFiller_ReceivedTooLittle")
        .withArgs(lot.buyToken, received, received + 1n);
      await filler.fill.staticCall(vault, { ...fair, minReceived: received }, MaxUint256, NONCE);

      // Ten times the lot is offered, so the least amount is taken in proportion, rounded up.
      const clamped = await orderFor(periphery, lot, { maxSell: 10n * lot.surplus });
      const [sold, got] = await filler.fill.staticCall(vault, clamped, MaxUint256, NONCE);
      const least = (got * 10n * lot.surplus) / sold;
      await filler.fill.staticCall(vault, { ...clamped, minReceived: least }, MaxUint256, NONCE);
      await expect(filler.fill.staticCall(vault, { ...clamped, minReceived: least + 1n }, MaxUint256, NONCE))
        .to.be.revertedWithCustomError(errors, "AmmFiller_ReceivedTooLittle")
        .withArgs(lot.buyToken, got, got + 1n);
    });

    it("gives all proceeds to the vault and keeps nothing, without any approval", async () => {
      const periphery = await networkHelpers.loadFixture(withLot);
      const { filler, vault, lot, adapter, stranger } = periphery;
      const [sell, buy] = [erc20(lot.sellToken, stranger), erc20(lot.buyToken, stranger)];
      const before = [await sell.balanceOf(vault), await buy.balanceOf(vault)] as const;
      const order = await orderFor(periphery, lot, { maxSell: lot.surplus / 2n });
      const [sold, received] = await filler.connect(stranger).fill.staticCall(vault, order, MaxUint256, NONCE);
      const sent = await filler.connect(stranger).fill(vault, order, MaxUint256, NONCE);

      await expect(sent)
        .to.emit(filler, "OrderFilled")
        .withArgs(vault, stranger, adapter, lot.sellToken, lot.buyToken, sold, received);
      expect(sold).to.equal(lot.surplus / 2n);
      expect(await sell.balanceOf(vault)).to.equal(before[0] - sold);
      expect(await buy.balanceOf(vault)).to.equal(before[1] + received);
      for (const account of [filler, adapter, stranger]) {
        expect(await sell.balanceOf(account)).to.equal(0n);
        expect(await buy.balanceOf(account)).to.equal(0n);
      }
      expect(approvalsIn(await sent.wait())).to.equal(0);
    });

    it("S39: leaves no fill under way: redeeming and the next fill work at once, after a fill of the smallest amount", async () => {
      const periphery = await networkHelpers.loadFixture(withLot);
      const { filler, vault, lot } = periphery;
      // The smallest amount of the sold token that buys one unit of the bought one.
      const least = lot.surplus / 1000n;
      await filler.fill(vault, await orderFor(periphery, lot, { maxSell: least }), MaxUint256, NONCE);
      await filler.fill(vault, await orderFor(periphery, lot, { maxSell: least }), MaxUint256, NONCE);
      await vault.redeem(10n ** 18n, periphery.user, periphery.user, [], 0n, NONCE);
    });

    it("serves two fills in the same transaction", async () => {
      const periphery = await networkHelpers.loadFixture(withLot);
      const { filler, vault, lot, stack } = periphery;
      const order = await orderFor(periphery, lot, { maxSell: lot.surplus / 4n });
      const callData = filler.interface.encodeFunctionData("fill", [
        await vault.getAddress(),
        order,
        MaxUint256,
        NONCE,
      ]);
      const call = { target: filler.target, callData };
      const receipt = await (await stack.multicall3.aggregate([call, call])).wait();
      const filled = receipt?.logs.filter(
        ({ topics }) => topics[0] === filler.getEvent("OrderFilled").fragment.topicHash,
      );
      expect(filled).to.have.length(2);
    });

    it("S41: sells a donation for the vault instead of counting it as anything", async () => {
      const periphery = await networkHelpers.loadFixture(withLot);
      const { filler, vault, lot, owner } = periphery;
      const order = await orderFor(periphery, lot, { maxSell: lot.surplus / 2n });
      const [, without] = await filler.fill.staticCall(vault, order, MaxUint256, NONCE);
      await erc20(lot.sellToken, owner).transfer(filler, lot.surplus / 10n);

      const [sold, received] = await filler.fill.staticCall(vault, order, MaxUint256, NONCE);
      await filler.fill(vault, order, MaxUint256, NONCE);
      expect(sold).to.equal(lot.surplus / 2n + lot.surplus / 10n);
      expect(received).to.be.greaterThan(without);
      expect(await erc20(lot.sellToken, owner).balanceOf(filler)).to.equal(0n);
    });

    it("S30: refuses the callback from anybody, and from an index that it is not filling", async () => {
      const { filler, vault, lot, stranger } = await networkHelpers.loadFixture(withLot);
      const call = [lot.sellToken, 1n, lot.buyToken, 0n, "0x"] as const;
      await expect(filler.connect(stranger).onFill(...call))
        .to.be.revertedWithCustomError(errors, "AmmFiller_CallerNotVault")
        .withArgs(stranger);
      const index = await ethers.getImpersonatedSigner(await vault.getAddress());
      await networkHelpers.setBalance(index.address, 10n ** 18n);
      await expect(filler.connect(index).onFill(...call))
        .to.be.revertedWithCustomError(errors, "AmmFiller_CallerNotVault")
        .withArgs(index);
    });

    it("S30: cannot be entered again by a token that is being sold, and neither can the vault", async () => {
      const periphery = await networkHelpers.loadFixture(withLot);
      const { filler, vault, lot, alt, stranger } = periphery;
      const order = await orderFor(periphery, lot, { maxSell: lot.surplus / 4n });
      const again = filler.interface.encodeFunctionData("fill", [await vault.getAddress(), order, MaxUint256, NONCE]);
      await alt.setHook(filler, again);
      await filler.connect(stranger).fill(vault, order, MaxUint256, NONCE);
      expect(await alt.hookReason()).to.equal(errors.interface.encodeErrorResult("AmmFiller_Reentered"));

      const direct = [order.i, order.j, 1n, 0n, MaxUint256, NONCE, "0x"] as const;
      await alt.setHook(vault, vault.interface.encodeFunctionData("fill", [...direct]));
      await filler.connect(stranger).fill(vault, order, MaxUint256, NONCE);
      expect(await alt.hookReason()).to.equal(errors.interface.encodeErrorResult("IndexVault_Reentered"));
    });

    it("S63: buys and sells a token whose transfers return nothing", async () => {
      const periphery = await networkHelpers.loadFixture(withDollarLot);
      const { lot, filler, vault, at } = periphery;
      const route = encodePath([at.ALT, at.USDT], [FEE]);
      await expect(filler.fill(vault, await orderFor(periphery, lot, { route }), MaxUint256, NONCE)).to.emit(
        filler,
        "OrderFilled",
      );
    });

    it("S42: counts what arrived when the bought token takes a fee, and refuses when that is too little", async () => {
      const periphery = await networkHelpers.loadFixture(withDollarLot);
      const { lot, filler, vault, at, usd } = periphery;
      const order = await orderFor(periphery, lot, { route: encodePath([at.ALT, at.USDT], [FEE]) });
      const [, whole] = await filler.fill.staticCall(vault, order, MaxUint256, NONCE);
      await usd.setFee(5000n);
      await expect(filler.fill(vault, order, MaxUint256, NONCE))
        .to.be.revertedWithCustomError(errors, "AmmFiller_ReceivedTooLittle")
        .withArgs(
          at.USDT,
          (received: bigint) => received === whole - whole / 2n,
          (owed: bigint) => owed > whole / 2n,
        );
    });
  });

  describe("fillMany", () => {
    it("reverts when fewer orders succeed than the caller asks for", async () => {
      const periphery = await networkHelpers.loadFixture(withLot);
      const { filler, vault, lot, thief } = periphery;
      const good = await orderFor(periphery, lot, { maxSell: lot.surplus / 4n });
      const bad = { ...good, adapter: await thief.getAddress() };
      await expect(filler.fillMany(vault, [good, bad, good], 3n, MaxUint256, NONCE))
        .to.be.revertedWithCustomError(errors, "AmmFiller_TooFewFilled")
        .withArgs(2n, 3n);
    });

    it("S75: reverts when the caller's deadline has passed", async () => {
      const { filler, vault } = await networkHelpers.loadFixture(withLot);
      await expect(
        filler.fillMany(vault, [], 0n, await networkHelpers.time.latest(), NONCE),
      ).to.be.revertedWithCustomError(errors, "AmmFiller_DeadlinePassed");
    });

    it("fills what can be filled and names the rest with its reason", async () => {
      const periphery = await networkHelpers.loadFixture(withLot);
      const { filler, vault, lot, stranger, thief } = periphery;
      const good = await orderFor(periphery, lot, { maxSell: lot.surplus / 4n });
      const missing = { ...good, route: encodePath([lot.sellToken, lot.buyToken], [500]) };
      const unknown = { ...good, adapter: stranger.address };
      const orders = [good, missing, { ...good, adapter: await thief.getAddress() }, unknown, good];
      // An order that runs out of gas is skipped like any other, and the curve has moved since the estimate: none is made.
      const gas = { gasLimit: 5_000_000n };
      const sent = await filler.connect(stranger).fillMany(vault, orders, 2n, MaxUint256, NONCE, gas);

      const receipt = await sent.wait();
      const events = (receipt?.logs ?? []).flatMap((log) => filler.interface.parseLog(log) ?? []);
      expect(events.map(({ name }) => name)).to.deep.equal([
        "OrderFilled",
        "OrderSkipped",
        "OrderSkipped",
        "OrderSkipped",
        "OrderFilled",
      ]);
      const reasons = events
        .filter(({ name }) => name === "OrderSkipped")
        .map(({ args }) => errors.interface.parseError(args.reason as string)?.name ?? null);
      expect(reasons).to.deep.equal([
        "UniswapV3Swapper_PoolMissing",
        "AmmFiller_ReceivedTooLittle",
        "AmmFiller_AdapterUnknown",
      ]);
    });

    it("S70: copies no more than 256 bytes of what a failing order answers", async () => {
      const periphery = await networkHelpers.loadFixture(withLot);
      const { filler, vault, lot, loud } = periphery;
      const good = await orderFor(periphery, lot, { maxSell: lot.surplus / 4n });
      const noisy = { ...good, adapter: await loud.getAddress() };
      await expect(filler.fillMany(vault, [noisy, good], 1n, MaxUint256, NONCE))
        .to.emit(filler, "OrderSkipped")
        .withArgs(vault, lot.i, lot.j, (reason: string) => ethers.dataLength(reason) === 256);
    });
  });
});
