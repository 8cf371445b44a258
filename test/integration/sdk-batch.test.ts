import { expect } from "chai";
import { network } from "hardhat";
import { type Address, getAddress, maxUint256 } from "viem";
import {
  ArgumentInvalidError,
  BalanceTooSmallError,
  batchInWindow,
  batchPrices,
  batchWindow,
  ContractError,
  cancelRequest,
  claimBatch,
  claimCash,
  claimRefund,
  claimShares,
  collectingAt,
  createBatchDepositor,
  deliverCash,
  deliverShares,
  getBatch,
  getBatchAccount,
  getBatchCurve,
  getRequirements,
  openBatch,
  requestDeposit,
  requestRedeem,
  send,
  setBatchOperator,
} from "../../sdk/src/index.ts";
import {
  BatchDepositor__factory,
  BatchFactory__factory,
  IndexVault__factory,
  TokenMock__factory,
} from "../../typechain-types/index.js";
import { setPrices, tokenOf } from "../helpers/market.ts";
import { mintShares } from "../helpers/protocol.ts";
import { deploySdkFixture, failureOf, fulfil, ONE_SHARE, viemClient } from "../helpers/sdk.ts";

const { ethers, networkHelpers, provider } = await network.create();
const { time } = networkHelpers;

const USD = 10n ** 6n;
const DAY = 86_400;

/** The SDK's index with a batch depositor; holder and maker have dollars, the maker has shares too. Noon. */
async function deployed() {
  const fixture = await deploySdkFixture(ethers, provider);
  const { protocol, owner, vault, index } = fixture;
  const [, , , , maker] = await ethers.getSigners();
  if (maker === undefined) throw new Error("too few accounts");
  const usdc = tokenOf(protocol, "USDC");
  const batchFactory = await new BatchFactory__factory(owner).deploy(
    protocol.factory,
    protocol.assetRegistry,
    usdc.address,
  );
  const factory = getAddress(await batchFactory.getAddress());
  const created = createBatchDepositor(fixture.client, { batchFactory: factory, vault });
  const { depositor } = await created.simulate();
  await fulfil(fixture.client, created);

  await mintShares(protocol, index, maker, 50n * ONE_SHARE);
  await TokenMock__factory.connect(usdc.address, owner).mint(maker, 1_000_000n * USD);
  const batch = Math.floor((await time.latest()) / DAY) + 2;
  await time.increaseTo((batch - 1) * DAY + DAY / 2);
  await setPrices(protocol);
  return {
    ...{ ...fixture, factory, depositor, batch: BigInt(batch), usdc: getAddress(usdc.address) },
    ...{ maker: viemClient(provider, getAddress(maker.address)), makerAddress: getAddress(maker.address) },
  };
}
type Fixture = Awaited<ReturnType<typeof deployed>>;

const fresh = async (): Promise<Fixture> => networkHelpers.loadFixture(deployed);

/** The clock in the window, with fresh prices. */
async function toWindow({ protocol, batch }: Fixture, elapsed = 10): Promise<void> {
  await time.increaseTo(Number(batch) * DAY + elapsed);
  await setPrices(protocol);
}

const cashOf = async ({ usdc, owner }: Fixture, account: Address): Promise<bigint> =>
  TokenMock__factory.connect(usdc, owner).balanceOf(account);
const sharesOf = async ({ vault, owner }: Fixture, account: Address): Promise<bigint> =>
  IndexVault__factory.connect(vault, owner).balanceOf(account);

describe("sdk: batch deposits", () => {
  it("files, cancels and reads a deposit", async () => {
    const world = await fresh();
    const { client, depositor, holder, batch, usdc } = world;
    const action = requestDeposit(client, { depositor, assets: 50n * USD });
    const [approval] = await action.getRequirements();
    expect(approval).to.include({ kind: "approval", token: usdc, spender: depositor, amount: 50n * USD });
    await send(client, { tx: (approval as { tx: Parameters<typeof send>[1]["tx"] }).tx });
    expect(await action.simulate()).to.deep.equal({ batch });
    await send(client, { tx: action.buildTx() });
    expect(await action.getRequirements()).to.have.length(1);

    const state = await getBatch(client, { depositor });
    expect(state).to.deep.include({ batch, assets: 50n * USD, shares: 0n, openedAt: 0, ...batchWindow(batch) });
    expect(await getBatchAccount(client, { depositor, controller: holder })).to.deep.include({
      pendingAssets: 50n * USD,
      deposits: [{ batch, amount: 50n * USD }],
      redemptions: [],
    });

    const cancel = cancelRequest(client, { depositor, side: "deposit", batch });
    expect(await cancel.simulate()).to.deep.equal({ amount: 50n * USD });
    await fulfil(client, cancel);
    expect((await getBatch(client, { depositor, batch })).assets).to.equal(0n);
  });

  it("takes both sides through crossing, delivery and claims", async () => {
    const world = await fresh();
    const { client, maker, depositor, holder, makerAddress, batch } = world;
    await fulfil(client, requestDeposit(client, { depositor, assets: 1_000n * USD }));
    await fulfil(maker, requestRedeem(maker, { depositor, shares: ONE_SHARE }));
    await toWindow(world);
    await fulfil(maker, openBatch(maker, { depositor, batch }));
    const opened = await getBatch(client, { depositor, batch });
    expect(opened.sharesBought).to.equal(ONE_SHARE);

    const curve = await getBatchCurve(maker, { depositor, batch });
    const { timestamp } = (await ethers.provider.getBlock(Number(curve.blockNumber))) as { timestamp: number };
    expect(curve).to.deep.include(batchPrices(curve.nav, BigInt(timestamp) - BigInt(opened.openedAt)));
    const sale = deliverShares(maker, { depositor, batch, maxShares: 20n * ONE_SHARE, minPrice: curve.depositPrice });
    for (const requirement of await sale.getRequirements()) {
      if (requirement.kind === "approval") await send(maker, { tx: requirement.tx });
    }
    const { shares, assets } = await sale.simulate();
    expect(assets).to.equal(curve.assetsLeft);
    expect(shares < 20n * ONE_SHARE).to.equal(true);
    const [spend] = (await sale.getSpends?.()) ?? [];
    expect(spend).to.deep.include({ token: world.vault, owner: makerAddress });
    expect(spend!.amount >= shares && spend!.amount - shares < ONE_SHARE / 1_000n, "the price rises").to.equal(true);
    const small = deliverShares(maker, { depositor, batch, maxShares: 7n, minPrice: 0n });
    expect((await small.getSpends?.())?.[0]?.amount).to.equal(7n);
    await send(maker, { tx: sale.buildTx() });

    const account = await getBatchAccount(client, { depositor, controller: holder });
    expect(account.depositedAssets).to.equal(1_000n * USD);
    const before = await sharesOf(world, makerAddress);
    const part = claimShares(client, { depositor, shares: ONE_SHARE, receiver: makerAddress });
    expect((await part.simulate()).assets > 0n).to.equal(true);
    await fulfil(client, part);
    expect(await sharesOf(world, makerAddress)).to.equal(before + ONE_SHARE);
    await fulfil(maker, claimBatch(maker, { depositor, controllers: [holder] }));
    expect(await sharesOf(world, holder)).to.equal(account.sharesOut - ONE_SHARE);

    const { assetsOut } = await getBatchAccount(client, { depositor, controller: makerAddress });
    const cash = await cashOf(world, holder);
    await fulfil(maker, claimCash(maker, { depositor, assets: assetsOut, receiver: holder }));
    expect(await cashOf(world, holder)).to.equal(cash + assetsOut);
  });

  it("buys shares from redeemers, and gives back what nobody bought", async () => {
    const world = await fresh();
    const { client, maker, depositor, makerAddress, batch } = world;
    await fulfil(maker, requestRedeem(maker, { depositor, shares: 10n * ONE_SHARE }));
    await toWindow(world);
    await fulfil(client, openBatch(client, { depositor, batch }));
    const half = deliverCash(client, { depositor, batch, maxAssets: 400n * USD, maxPrice: maxUint256 });
    const amount = (await half.getSpends?.())?.[0]?.amount ?? 0n;
    expect(amount <= 400n * USD && amount > 399n * USD).to.equal(true);
    const all = deliverCash(client, { depositor, batch, maxAssets: 10n ** 15n, maxPrice: maxUint256 });
    const whole = (await all.getSpends?.())?.[0]?.amount ?? 0n;
    expect(whole > 990n * USD && whole < 1_020n * USD, "no more than is left").to.equal(true);
    const account = `0x${"be".repeat(20)}` as const;
    const begging = deliverCash(client, { depositor, batch, maxAssets: 400n * USD, maxPrice: maxUint256, account });
    const poor = await failureOf(BalanceTooSmallError, () => getRequirements(client, begging, account));
    expect([poor.held, poor.token], "looked for before anything is signed").to.deep.equal([0n, world.usdc]);
    await fulfil(client, half);
    const { closesAt } = batchWindow(batch);
    await time.increaseTo(closesAt);
    const { refundShares, assetsOut } = await getBatchAccount(client, { depositor, controller: makerAddress });
    expect(assetsOut <= 400n * USD && assetsOut > 399n * USD).to.equal(true);
    const refund = claimRefund(maker, { depositor, side: "redeem" });
    expect(await refund.simulate()).to.deep.equal({ amount: refundShares });
    await fulfil(maker, refund);
    await fulfil(maker, claimBatch(maker, { depositor }));
    expect(await cashOf(world, depositor)).to.equal(0n);
  });

  it("lets an operator act, and says in words why somebody else may not", async () => {
    const world = await fresh();
    const { client, maker, depositor, holder, makerAddress, batch } = world;
    await fulfil(client, requestDeposit(client, { depositor, assets: 10n * USD }));
    const cancel = cancelRequest(maker, { depositor, side: "deposit", batch, controller: holder });
    const refused = await failureOf(ContractError, () => cancel.simulate());
    expect(refused.errorName).to.equal("BatchDepositor_Unauthorized");
    expect(refused.shortMessage).to.equal(
      `${makerAddress} may not act for ${holder}. Only the account itself and its operators may.`,
    );
    await fulfil(client, setBatchOperator(client, { depositor, operator: makerAddress, approved: true }));
    await fulfil(maker, cancel);

    const early = await failureOf(ContractError, () => openBatch(client, { depositor, batch }).simulate());
    expect(early.shortMessage).to.match(/^The batch of 20\d\d-\d\d-\d\d 00:00 UTC is settled from then until/);
  });

  it("refuses bad input before anything is sent", async () => {
    const { client, depositor, batch } = await fresh();
    const bad = [
      () => requestDeposit(client, { depositor, assets: 0n }),
      () => requestRedeem(client, { depositor, shares: -1n }),
      () => deliverShares(client, { depositor, batch, maxShares: 0n, minPrice: 0n }),
      () => deliverCash(client, { depositor, batch, maxAssets: 0n, maxPrice: 1n }),
      () => claimShares(client, { depositor, shares: 0n }),
      () => claimCash(client, { depositor, assets: 0n }),
      () => claimBatch(client, { depositor, controllers: [] }),
    ];
    for (const call of bad) await failureOf(ArgumentInvalidError, async () => call());
  });

  it("computes windows, batches and prices as the contract does", async () => {
    const { owner, depositor, batch, protocol } = await fresh();
    const contract = BatchDepositor__factory.connect(depositor, owner);
    const { lockedAt, opensAt, closesAt } = batchWindow(batch);
    expect([...(await contract.windowOf(batch))]).to.deep.equal([lockedAt, opensAt, closesAt]);
    for (const moment of [lockedAt - 1n, lockedAt, lockedAt + 1n, opensAt, closesAt]) {
      await time.increaseTo(moment);
      expect(await contract.collecting()).to.equal(collectingAt(moment));
    }
    await setPrices(protocol);
    expect([opensAt - 1n, opensAt, closesAt - 1n, closesAt].map(batchInWindow)).to.deep.equal([
      undefined,
      batch,
      batch,
      undefined,
    ]);
    const nav = await contract.sharePrice();
    expect(batchPrices(nav, 7_200n)).to.deep.equal({ depositPrice: nav, redeemPrice: nav });
    expect(batchPrices(10n ** 17n, 0n)).to.deep.equal({
      depositPrice: 99n * 10n ** 15n,
      redeemPrice: 101n * 10n ** 15n,
    });
  });
});
