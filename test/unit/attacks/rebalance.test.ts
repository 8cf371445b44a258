import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { network } from "hardhat";
import { packFloatPrice, packWeights, roundUnits, toAmountDown, unpackFloatPrice } from "../../../sdk/src/index.ts";
import { FillerMock__factory } from "../../../typechain-types/index.js";
import { addTokens, fund, plainTokens, setPrices } from "../../helpers/market.ts";
import { LIMITS, mintShares, propose, signProposal } from "../../helpers/protocol.ts";
import {
  announceBasket,
  at,
  D27,
  DAY,
  deployVaultWorld,
  EVEN,
  fill,
  goTo,
  load,
  MIDDLE,
  open,
  SHARE,
  TO_USDC,
  token,
  weightsOf,
} from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

const deploy = async () => deployVaultWorld(await ethers.getSigners());
const world = () => load(networkHelpers, deploy);
const full = async () =>
  deployVaultWorld(await ethers.getSigners(), { specs: plainTokens(128), limits: { basketDelay: 3 * DAY } });
const WEI = 10n ** 18n;

describe("attacks on rebalances", () => {
  it("S12: a full basket can still exchange one token for another, and holds no more than 128", async () => {
    const w = await load(networkHelpers, full);
    const { vault, protocol, errors } = w;
    const dropped = protocol.tokens.find(({ stable }) => !stable)!;
    const index = protocol.tokens.indexOf(dropped);
    // Sell all of the token into the stable one, so that it can go.
    const weights: number[] = [...Array(128).keys()].map((i) => (i < 16 ? 79 : 78));
    const stable = protocol.tokens.findIndex((t) => t.stable);
    weights[stable] = weights[stable]! + weights[index]!;
    weights[index] = 0;
    await propose(protocol, vault, { weights });
    await goTo(networkHelpers, w, LIMITS.curveLength + MIDDLE);
    await vault.connect(w.filler).fill(index, stable, 2n ** 255n, 0n, 2n ** 255n, 0, "0x");
    await time.increase(2 * LIMITS.curveLength);
    const [added] = await addTokens(protocol, [{ symbol: "NEW" }]);

    await expect(announceBasket(networkHelpers, w, { add: [added!.address] }))
      .to.be.revertedWithCustomError(errors, "IndexVault_BasketSizeInvalid")
      .withArgs(129);
    await announceBasket(networkHelpers, w, { add: [added!.address], drop: [dropped.address] });
    await vault.applyBasket([added!.address], [dropped.address]);

    const [assets, units] = await vault.basket();
    expect(assets.length).to.equal(128);
    expect(assets[127]!.token).to.equal(added!.address);
    expect(assets[index]!.token).to.equal(protocol.tokens.filter(({ symbol }) => symbol !== "NEW")[127]!.address);
    expect(units[127]).to.equal(0n);
  });

  it("S26: neither a donation nor a tiny fill in front makes a full-size fill fail", async () => {
    const w = await world();
    const { address, stranger, filler, protocol } = w;
    await open(networkHelpers, w, TO_USDC, { elapsed: MIDDLE - 30 });
    await token(w, "WETH").token.mint(address, 1n);
    await token(w, "USDC").token.mint(address, 1n);
    await fund(protocol.tokens, stranger, address, 1_000n);
    const opensAt = Number((await w.vault.epoch()).opensAt);
    // 10 gwei of WETH is the smallest amount that costs more than nothing.
    await fill(w, "WETH", "USDC", { from: stranger, maxSell: 10n ** 10n });
    await time.setNextBlockTimestamp(opensAt + MIDDLE + 30);

    await expect(fill(w, "WETH", "USDC", { maxSell: (25n * WEI) / 8n, minSell: 3n * WEI })).to.changeTokenBalance(
      ethers,
      token(w, "WETH").token,
      filler,
      (25n * WEI) / 8n,
    );
  });

  it("S28: a donation revives neither a finished lot nor a finished epoch", async () => {
    const w = await world();
    const { vault, address, errors } = w;
    await open(networkHelpers, w, TO_USDC, { elapsed: LIMITS.curveLength + MIDDLE });
    await fill(w, "WETH", "USDC"); // 5 WETH are 10% of the value: all of it
    await token(w, "WETH").token.mint(address, 100n * WEI);

    await expect(fill(w, "WETH", "USDC"))
      .to.be.revertedWithCustomError(errors, "IndexVault_FillLimit")
      .withArgs(0, 0, 0, MaxUint256); // less than a wei is left
    await vault.closeEpoch();
    await vault.sync(at(w, "WETH"));
    await expect(fill(w, "WETH", "USDC")).to.be.revertedWithCustomError(errors, "IndexVault_EpochNotOpen");
  });

  it("S31: reverts when weights or a basket are proposed, or anything else is called, in the middle of a fill", async () => {
    const w = await world();
    const { vault, address, owner, errors, protocol } = w;
    const mock = await new FillerMock__factory(owner).deploy();
    const mocked = await mock.getAddress();
    await fund([token(w, "USDC")], w.stranger, address, 100_000n);
    await token(w, "USDC").token.mint(mock, 10n ** 12n);
    await open(networkHelpers, w);
    const { epoch, weights, lane, decisionHash, validUntil, signatures } = await signProposal(protocol, vault, {
      weights: weightsOf(w, EVEN),
    });
    const i = vault.interface;
    const calls = [
      i.encodeFunctionData("proposeWeights", [epoch, weights, lane, decisionHash, validUntil, signatures]),
      i.encodeFunctionData("proposeBasket", [1, [], [], decisionHash, validUntil, signatures]),
      i.encodeFunctionData("applyBasket", [[], []]),
      i.encodeFunctionData("refreshTargets"),
      i.encodeFunctionData("fill", [at(w, "WETH"), at(w, "USDC"), 1, 0, 1, 0, "0x"]),
      i.encodeFunctionData("closeEpoch"),
      i.encodeFunctionData("cancelEpoch"),
      i.encodeFunctionData("checkPrice", [0]),
      i.encodeFunctionData("mint", [1, mocked, [], 0, 0]),
      i.encodeFunctionData("redeem", [1, mocked, mocked, [], 0, 0]),
      i.encodeFunctionData("claim", [token(w, "USDC").address, mocked]),
      i.encodeFunctionData("sync", [at(w, "USDC")]),
      i.encodeFunctionData("distributeFees"),
      i.encodeFunctionData("unpause"),
      i.encodeFunctionData("acceptCurator"),
    ];
    const reentered = errors.interface.encodeErrorResult("IndexVault_Reentered");
    for (const call of calls) {
      const snapshot = await networkHelpers.takeSnapshot();
      await mock.set(2n ** 256n - 1n, address, call);
      await mock.fill(address, at(w, "WETH"), at(w, "USDC"));
      expect(await mock.callSucceeded(), call.slice(0, 10)).to.equal(false);
      expect(await mock.callReason(), call.slice(0, 10)).to.equal(reentered);
      await snapshot.restore();
    }
  });

  it("S35: minting and redeeming in mid-epoch leave targets per share and the composition wanted as they were", async () => {
    const w = await world();
    const { vault, protocol, curator, holder } = w;
    await open(networkHelpers, w);
    const before = await vault.targetUnits();
    await mintShares(protocol, vault, holder, 4_000n * SHARE);
    await vault.connect(curator).redeem(900n * SHARE, curator, curator, [], 0n, 0);
    expect(await vault.targetUnits()).to.deep.equal(before);

    await goTo(networkHelpers, w, LIMITS.curveLength + MIDDLE);
    const { supply, aggregate } = { supply: await vault.totalSupply(), aggregate: await vault.aggregate() };
    await fill(w, "WETH", "USDC");

    // 4,100 shares of $100: 10% of $410,000 at $2,000.
    expect(supply).to.equal(4_100n * SHARE);
    expect(aggregate).to.equal(4_100n * SHARE * 10n ** 27n);
    const [filled] = await vault.queryFilter(vault.filters.Filled());
    const price = unpackFloatPrice(packFloatPrice(2_000n * D27));
    const target = roundUnits((15n * WEI * 10n ** 36n) / price);
    const sold = toAmountDown((125n * D27) / 10_000n - target, aggregate, 18);
    expect([filled!.args.sold, filled!.args.paid]).to.deep.equal([sold, 41_000_000_000n]);
    const [, units] = await vault.basket();
    for (const [i, wanted] of before.entries()) expect(units[i]).to.be.within(wanted - 10n ** 15n, wanted + 10n ** 15n);
  });

  it("S45, S47: reverts when weights sum to 9,999 or 10,001 in either lane, instead of normalising them", async () => {
    const w = await world();
    const { vault, protocol, errors } = w;
    for (const lane of [0, 1] as const) {
      for (const change of [-1, 1]) {
        const weights = weightsOf(w, { USDC: 4_000 + change, WETH: 2_000, BTC: 2_000, RAY: 2_000 });
        await expect(propose(protocol, vault, { weights, lane }))
          .to.be.revertedWithCustomError(errors, "IndexVault_WeightSumInvalid")
          .withArgs(10_000 + change, 10_000);
      }
    }
  });

  it("S46: every one of 128 packed weights reaches its own token", async () => {
    const w = await load(networkHelpers, full);
    const { vault, protocol } = w;
    const weights = [...Array(128).keys()].map((i) => 14 + i); // 14 to 141 sum to 9,920
    weights[127] = weights[127]! + 10_000 - weights.reduce((sum, weight) => sum + weight, 0);
    await propose(protocol, vault, { weights });

    expect((await vault.targets()).map(({ weightBps }) => Number(weightBps))).to.deep.equal(weights);
    const naive = weights.map((_, i) => (packWeights(weights)[Math.floor(i / 16)]! >> BigInt(16 * (i % 16))) & 0xffffn);
    expect(naive.map(Number)).to.deep.equal(weights);
  });

  it("S49: no size limit is one-sided: what is sold counts even when the deficit sets the size", async () => {
    const w = await world();
    const { vault } = w;
    // WETH has 20% of the value too much; USDC wants 5%, RAY 15%.
    await open(
      networkHelpers,
      w,
      { USDC: 3_000, WETH: 500, BTC: 2_500, RAY: 4_000 },
      { elapsed: LIMITS.curveLength + MIDDLE },
    );
    await fill(w, "WETH", "USDC");

    // 5% of $100,000, exactly, although the surplus is four times as large.
    const [filled] = await vault.queryFilter(vault.filters.Filled());
    expect([filled!.args.sold, filled!.args.paid]).to.deep.equal([(5n * WEI) / 2n, 5_000_000_000n]);
    expect((await vault.epoch()).turnoverUsed).to.equal(5n * 10n ** 16n);
    const opensAt = Number((await vault.epoch()).opensAt);
    await time.setNextBlockTimestamp(opensAt + LIMITS.curveLength + MIDDLE + LIMITS.curveLength / 4);
    await fill(w, "WETH", "RAY");
    const [, second] = await vault.queryFilter(vault.filters.Filled());
    // The bucket holds 12.5% of which 5% are used and little has leaked: 7.5% more, whatever is bought.
    const usd = (second!.args.sold * 2_000n) / WEI;
    expect(usd >= 7_500n && usd < 7_520n, `${usd}`).to.equal(true);
  });

  it("S89: an exhausted budget stops neither exits nor the next epoch", async () => {
    const w = await world();
    const { vault, protocol, curator, errors } = w;
    await open(
      networkHelpers,
      w,
      { USDC: 4_500, WETH: 500, BTC: 2_500, RAY: 2_500 },
      { elapsed: LIMITS.curveLength + MIDDLE },
    );
    await fill(w, "WETH", "USDC"); // 12.5% of the value: the bucket is full
    await expect(fill(w, "WETH", "USDC", { minSell: WEI / 100n })).to.be.revertedWithCustomError(
      errors,
      "IndexVault_FillLimit",
    );

    await vault.connect(curator).redeem(SHARE, curator, curator, [], 0n, 0);
    await time.increase(7 * DAY);
    await setPrices(protocol);
    expect((await vault.buckets()).turnover).to.equal(0n);
    await open(
      networkHelpers,
      w,
      { USDC: 4_500, WETH: 500, BTC: 2_500, RAY: 2_500 },
      { elapsed: LIMITS.curveLength + MIDDLE },
    );
    await fill(w, "WETH", "USDC");
    expect((await vault.queryFilter(vault.filters.Filled())).length).to.equal(2);
  });
});
