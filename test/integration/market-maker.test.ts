import { expect } from "chai";
import { network } from "hardhat";
import { type Address, getAddress } from "viem";
import { type Maker, type Outcome, serveBatch } from "../../scripts/market-maker/serve.ts";
import { kindSource, zapSource } from "../../scripts/market-maker/source.ts";
import { BatchDepositor__factory, BatchFactory__factory } from "../../typechain-types/index.js";
import { setPrices } from "../helpers/market.ts";
import { deployPeriphery, erc20 } from "../helpers/periphery.ts";
import { viemClient } from "../helpers/sdk.ts";

const { ethers, networkHelpers, provider } = await network.create();
const { time } = networkHelpers;

const USD = 10n ** 6n;
const SHARE = 10n ** 18n;
const DAY = 86_400;
const HOUR = 3_600;

/** Five tokens with pools that take 0.3%, a mint fee of 0.1%; cash is the Tether-like dollar. Ann has dollars and shares. */
async function deployed() {
  const periphery = await deployPeriphery(ethers);
  const { protocol, at, vault, owner, user, usd, stack, zap } = periphery;
  const [, , , ann, trader] = await ethers.getSigners();
  if (ann === undefined || trader === undefined) throw new Error("too few accounts");
  const batches = await new BatchFactory__factory(owner).deploy(protocol.factory, protocol.assetRegistry, at.USDT);
  await batches.create(vault);
  const depositor = BatchDepositor__factory.connect(await batches.depositorOf(vault), ann);
  await usd.mint(ann, 10_000n * USD);
  await usd.mint(trader, 50_000n * USD);
  await vault.connect(user).transfer(ann, 50n * SHARE);
  await erc20(at.USDT, ann).approve(depositor, 10_000n * USD);
  await vault.connect(ann).approve(depositor, 50n * SHARE);

  const weth = String(stack.weth.target) as Address;
  const cash = getAddress(at.USDT);
  const client = viemClient(provider, getAddress(trader.address));
  const index = getAddress(String(vault.target));
  const registry = getAddress(String(protocol.assetRegistry.target));
  const addresses = { uniswapV3Factory: String(stack.factory.target), quoterV2: String(stack.quoter.target) };
  const venue = { ...(addresses as Record<keyof typeof addresses, Address>), weth, via: [weth, cash] };
  const source = zapSource(client, { vault: index, cash, zap: getAddress(String(zap.target)), venue });
  const maker: Maker = {
    ...{ client, account: getAddress(trader.address), depositor: getAddress(String(depositor.target)) },
    ...{ cash, registry, weth, source, marginBps: 5n },
  };
  const batch = Math.floor((await time.latest()) / DAY) + 2;
  await time.increaseTo((batch - 1) * DAY + DAY / 2);
  await setPrices(protocol);
  return { ...periphery, ann, trader, depositor, maker, batch, index, registry, cash };
}
type World = Awaited<ReturnType<typeof deployed>>;

const fresh = async (): Promise<World> => networkHelpers.loadFixture(deployed);

/** Goes to a second of the window with fresh prices. */
async function toWindow({ batch, protocol }: World, elapsed: number): Promise<void> {
  await time.increaseTo(batch * DAY + elapsed);
  await setPrices(protocol);
}

const cashOf = async ({ usd }: World, account: { address: string }): Promise<bigint> => usd.balanceOf(account.address);

/** The only outcome, of this kind. */
function only<K extends Outcome["kind"]>(outcomes: readonly Outcome[], kind: K): Extract<Outcome, { kind: K }> {
  const [outcome] = outcomes;
  if (outcomes.length !== 1 || outcome?.kind !== kind)
    throw new Error(`not one ${kind}: ${JSON.stringify(kinds(outcomes))}`);
  return outcome as Extract<Outcome, { kind: K }>;
}

const kinds = (outcomes: readonly Outcome[]): string[] => outcomes.map(({ kind }) => kind);

describe("market maker", () => {
  it("does nothing between two windows, and nothing for a batch that nobody is in", async () => {
    const world = await fresh();
    only(await serveBatch(world.maker), "closed");
    await toWindow(world, 60);
    only(await serveBatch(world.maker), "idle");
    expect((await world.depositor.batchOf(world.batch)).openedAt).to.equal(0n);
  });

  it("opens the batch, waits while the curve pays less than a zap costs, then fills it by one zap at a gain", async () => {
    const world = await fresh();
    const { depositor, maker, batch, ann, trader, vault } = world;
    await depositor.requestDeposit(5_000n * USD, ann, ann);
    await toWindow(world, 1);
    const early = only(await serveBatch(maker), "waiting");
    expect(early.gain < 0n).to.equal(true);
    expect((await depositor.batchOf(batch)).openedAt > 0n).to.equal(true);
    await toWindow(world, 2 * HOUR); // NAV, less than fees
    only(await serveBatch(maker), "waiting");

    await toWindow(world, 3 * HOUR + 45 * 60); // NAV + 0.875%
    const before = await cashOf(world, trader);
    const filled = only(await serveBatch(maker), "filled");
    expect(filled.side).to.equal("deposits");
    expect(filled.assets).to.equal(5_000n * USD);
    const gained = (await cashOf(world, trader)) - before;
    expect(gained > 0n).to.equal(true);
    expect(gained >= filled.gain).to.equal(true); // the gain told has gas taken off
    only(await serveBatch(maker), "idle");
    const shares = await vault.balanceOf(ann);
    await depositor.claimMany([ann.address]);
    const bought = (await vault.balanceOf(ann)) - shares;
    expect(bought > (49n * SHARE * 100n) / 101n && bought < 51n * SHARE).to.equal(true);
  });

  it("buys shares from redeemers, zaps them out and gains", async () => {
    const world = await fresh();
    const { depositor, maker, ann, trader, vault } = world;
    await depositor.requestRedeem(20n * SHARE, ann, ann);
    await toWindow(world, 1);
    only(await serveBatch(maker), "waiting");
    await toWindow(world, 3 * HOUR + 45 * 60);
    const before = await cashOf(world, trader);
    const filled = only(await serveBatch(maker), "filled");
    expect([filled.side, filled.shares]).to.deep.equal(["redemptions", 20n * SHARE]);
    expect((await cashOf(world, trader)) > before).to.equal(true);
    expect(await vault.balanceOf(trader)).to.equal(0n);
    const cash = await cashOf(world, ann);
    await depositor.claimMany([ann.address]);
    const received = (await cashOf(world, ann)) - cash;
    expect(received >= 20n * 99n * USD && received < 20n * 100n * USD).to.equal(true);
  });

  it("takes a part when the whole would move the pools too far, and no more than it can pay", async () => {
    const world = await fresh();
    const { depositor, maker, ann, trader, usd, stranger } = world;
    await depositor.requestDeposit(8_000n * USD, ann, ann);
    await usd.connect(trader).transfer(stranger, 47_500n * USD); // $2,500 are left
    await toWindow(world, 1);
    await serveBatch(maker);
    await toWindow(world, 3 * HOUR + 50 * 60);
    const filled = only(await serveBatch(maker), "filled");
    expect(filled.assets > 1_900n * USD && filled.assets < 2_100n * USD).to.equal(true);
  });

  it("mints in kind from tokens that it has, earlier than a zap pays", async () => {
    const world = await fresh();
    const {
      depositor,
      maker,
      ann,
      trader,
      protocol,
      index,
      registry,
      cash,
      client = maker.client,
      stack,
    } = {
      ...world,
      client: world.maker.client,
    };
    for (const { token, symbol } of protocol.tokens) {
      if (symbol === "WETH") await stack.weth.getFunction("transfer").send(trader.address, 100n * SHARE);
      else if (symbol !== "USDT") await token.mint(trader, 10n ** 32n);
    }
    const source = kindSource(client, { vault: index, cash, registry });
    await depositor.requestDeposit(1_000n * USD, ann, ann);
    await toWindow(world, 1);
    only(await serveBatch({ ...maker, source }), "waiting");
    await toWindow(world, 2 * HOUR + 50 * 60); // NAV + 0.42%: above the mint fee
    const filled = only(await serveBatch({ ...maker, source }), "filled");
    expect(filled.assets).to.equal(1_000n * USD);
  });

  it("tells why nothing can be settled, and sends nothing", async () => {
    const world = await fresh();
    const { depositor, maker, ann, batch, vault, owner } = world;
    await depositor.requestDeposit(1_000n * USD, ann, ann);
    await toWindow(world, 1);
    await vault.connect(owner).pause(1);
    const refused = only(await serveBatch(maker), "refused");
    expect(refused.reason).to.match(/^New shares of this index are paused/);
    expect((await depositor.batchOf(batch)).openedAt).to.equal(0n);
  });
});
