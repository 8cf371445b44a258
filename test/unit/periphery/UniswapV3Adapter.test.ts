import { expect } from "chai";
import { network } from "hardhat";
import { createPool, deployUniswap, encodePath, poolAt } from "../../helpers/uniswap.ts";

const { ethers, networkHelpers } = await network.create();

const USD = 10n ** 6n;
const ETHER = 10n ** 18n;
const MILLION = 1_000_000n;

describe("UniswapV3Adapter", () => {
  async function deployAdapter() {
    const [owner, stranger] = await ethers.getSigners();
    if (!owner || !stranger) throw new Error("no signers");
    const stack = await deployUniswap(owner);
    const adapter = await ethers.deployContract("UniswapV3Adapter", [stack.factory.target]);
    const usd = await ethers.deployContract("TetherLikeToken");
    const hook = await ethers.deployContract("HookToken", ["Hook", "HOOK", 18]);
    const last = await ethers.deployContract("TokenMock", ["Last", "LAST", 18]);
    for (const token of [usd, hook, last]) await token.mint(owner, 10n ** 30n);
    const addresses = { usd: await usd.getAddress(), hook: await hook.getAddress(), last: await last.getAddress() };
    const amounts = { amountA: MILLION * USD, amountB: MILLION * ETHER };
    await createPool(stack, { tokenA: addresses.usd, tokenB: addresses.hook, fee: 3000, ...amounts });
    await createPool(stack, {
      tokenA: addresses.hook,
      tokenB: addresses.last,
      fee: 500,
      amountA: 1000n * ETHER,
      amountB: 2000n * ETHER,
      range: 1.1,
    });
    const twoHops = encodePath([addresses.usd, addresses.hook, addresses.last], [3000, 500]);
    return { owner, stranger, stack, adapter, usd, hook, last, addresses, twoHops };
  }

  it("reverts when deployed for a factory without code", async () => {
    const { adapter, stranger } = await networkHelpers.loadFixture(deployAdapter);
    await expect(ethers.deployContract("UniswapV3Adapter", [stranger.address]))
      .to.be.revertedWithCustomError(adapter, "UniswapV3Swapper_FactoryInvalid")
      .withArgs(stranger.address);
  });

  it("S43: reverts when the path has no hop, so that nothing passes for a swap", async () => {
    const { adapter, addresses, stranger } = await networkHelpers.loadFixture(deployAdapter);
    for (const route of ["0x", addresses.usd, `${addresses.usd}000bb8`]) {
      await expect(adapter.swap(addresses.usd, addresses.usd, stranger, route))
        .to.be.revertedWithCustomError(adapter, "UniswapV3Swapper_PathInvalid")
        .withArgs(route.toLowerCase(), addresses.usd, addresses.usd);
    }
  });

  it("reverts when the path starts or ends at another token, or is cut off", async () => {
    const { adapter, addresses, stranger, twoHops } = await networkHelpers.loadFixture(deployAdapter);
    const { usd, hook, last } = addresses;
    for (const [tokenIn, tokenOut, route] of [
      [hook, last, twoHops],
      [usd, hook, twoHops],
      [usd, last, twoHops.slice(0, -2)],
      [usd, hook, `${usd}000bb800${hook.slice(2)}`],
    ] as const) {
      await expect(adapter.swap(tokenIn, tokenOut, stranger, route)).to.be.revertedWithCustomError(
        adapter,
        "UniswapV3Swapper_PathInvalid",
      );
    }
  });

  it("reverts when a pool of the path does not exist", async () => {
    const { adapter, addresses, stranger } = await networkHelpers.loadFixture(deployAdapter);
    await expect(
      adapter.swap(addresses.usd, addresses.last, stranger, encodePath([addresses.usd, addresses.last], [500])),
    )
      .to.be.revertedWithCustomError(adapter, "UniswapV3Swapper_PoolMissing")
      .withArgs(addresses.usd, addresses.last, 500);
  });

  it("reverts when a payment is asked for by anybody but the pool it swaps with", async () => {
    const { adapter, stranger, usd, addresses } = await networkHelpers.loadFixture(deployAdapter);
    await usd.mint(adapter, 5n);
    await expect(adapter.connect(stranger).uniswapV3SwapCallback(5n, 0n, addresses.usd))
      .to.be.revertedWithCustomError(adapter, "UniswapV3Swapper_CallerNotPool")
      .withArgs(stranger.address);
  });

  it("reverts when the pools cannot take the whole amount", async () => {
    const { adapter, addresses, stranger, hook } = await networkHelpers.loadFixture(deployAdapter);
    await hook.mint(adapter, 100_000n * ETHER);
    const route = encodePath([addresses.hook, addresses.last], [500]);
    await expect(adapter.swap(addresses.hook, addresses.last, stranger, route)).to.be.revertedWithCustomError(
      adapter,
      "UniswapV3Swapper_PoolTooThin",
    );
  });

  it("S30: reverts when a token of the path enters it again", async () => {
    const { adapter, addresses, stranger, usd, hook, last, twoHops } = await networkHelpers.loadFixture(deployAdapter);
    await usd.mint(adapter, 100n * USD);
    const nested = adapter.interface.encodeFunctionData("swap", [
      addresses.hook,
      addresses.last,
      stranger.address,
      encodePath([addresses.hook, addresses.last], [500]),
    ]);
    await hook.setHook(adapter, nested);
    await adapter.swap(addresses.usd, addresses.last, stranger, twoHops);
    expect(await hook.hookSucceeded()).to.equal(false);
    expect(await hook.hookReason()).to.equal(adapter.interface.encodeErrorResult("UniswapV3Swapper_Reentered"));
    expect(await last.balanceOf(stranger)).to.be.greaterThan(0n);
  });

  it("S63: sells a token without return values and pays the receiver what the quoter says, keeping nothing", async () => {
    const { adapter, stack, addresses, stranger, usd, hook, last, twoHops } =
      await networkHelpers.loadFixture(deployAdapter);
    const amountIn = 100n * USD;
    const [quoted] = (await stack.quoter.getFunction("quoteExactInput").staticCall(twoHops, amountIn)) as [bigint];
    await usd.mint(adapter, amountIn);
    await expect(adapter.swap(addresses.usd, addresses.last, stranger, twoHops)).to.changeTokenBalance(
      ethers,
      last,
      stranger,
      quoted,
    );
    for (const token of [usd, hook, last]) expect(await token.balanceOf(adapter)).to.equal(0n);
  });

  it("swaps again in the same transaction and both ways", async () => {
    const { adapter, addresses, stack, usd, hook, stranger } = await networkHelpers.loadFixture(deployAdapter);
    const there = encodePath([addresses.usd, addresses.hook], [3000]);
    const back = encodePath([addresses.hook, addresses.usd], [3000]);
    const call = (route: string, tokenIn: string, tokenOut: string, receiver: string) => ({
      target: adapter.target,
      callData: adapter.interface.encodeFunctionData("swap", [tokenIn, tokenOut, receiver, route]),
    });
    await usd.mint(adapter, 1000n * USD);
    await stack.multicall3.aggregate([
      call(there, addresses.usd, addresses.hook, await adapter.getAddress()),
      call(back, addresses.hook, addresses.usd, stranger.address),
    ]);
    expect(await hook.balanceOf(adapter)).to.equal(0n);
    // Twice the fee of 0.3% and a price impact that undoes itself.
    expect(await usd.balanceOf(stranger)).to.be.within(993_900_000n, 994_100_000n);
  });

  it("S74: swaps with a pool that holds a donation", async () => {
    const { adapter, stack, addresses, stranger, usd, hook } = await networkHelpers.loadFixture(deployAdapter);
    const route = encodePath([addresses.usd, addresses.hook], [3000]);
    const pool = (await stack.factory.getFunction("getPool").staticCall(addresses.usd, addresses.hook, 3000)) as string;
    await hook.mint(pool, 1n);
    await usd.mint(pool, 1n);
    await usd.mint(adapter, USD);
    await adapter.swap(addresses.usd, addresses.hook, stranger, route);
    expect(await hook.balanceOf(stranger)).to.be.greaterThan(0n);
    expect(await poolAt(stack, pool).getFunction("fee").staticCall()).to.equal(3000n);
  });
});
