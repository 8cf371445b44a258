import { expect } from "chai";
import { id, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { IndexFactory__factory, IndexVault__factory } from "../../typechain-types/index.js";
import { fund } from "../helpers/market.ts";
import { indexParams, LIMITS } from "../helpers/protocol.ts";
import { D27, DAY, deployVaultWorld, load, SHARE, token } from "../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();
const deploy = async () => {
  const w = await deployVaultWorld(await ethers.getSigners());
  await fund(w.protocol.tokens, w.holder, await w.protocol.factory.getAddress(), 10_000_000n);
  return w;
};
const world = () => load(networkHelpers, deploy) as ReturnType<typeof deploy>;
type Params = ReturnType<typeof indexParams>;

describe("IndexFactory", () => {
  it("reverts when it is deployed without registries, or with a fee that is too high or goes nowhere", async () => {
    const { protocol, owner, errors } = await world();
    const { assetRegistry: a, keeperRegistry: k } = protocol;
    const factory = new IndexFactory__factory(owner);
    for (const [args, error] of [
      [[owner.address, k, 0, owner], "IndexFactory_AddressInvalid"],
      [[a, owner.address, 0, owner], "IndexFactory_AddressInvalid"],
      [[a, k, 5_001, owner], "IndexFactory_ProtocolFeeTooHigh"],
      [[a, k, 0, ZeroAddress], "IndexFactory_AddressInvalid"],
    ] as const) {
      await expect(factory.deploy(owner, args[0], args[1], args[2], args[3])).to.be.revertedWithCustomError(
        errors,
        error,
      );
    }
  });

  it("reverts when a stranger adds a version or sets the fee, or the values are out of range", async () => {
    const { protocol, stranger, owner, errors } = await world();
    const { factory, implementation } = protocol;
    for (const call of [
      () => factory.connect(stranger).addVersion(implementation),
      () => factory.connect(stranger).setProtocolFee(0, owner),
    ]) {
      await expect(call())
        .to.be.revertedWithCustomError(factory, "OwnableUnauthorizedAccount")
        .withArgs(stranger.address);
    }
    await expect(factory.addVersion(stranger))
      .to.be.revertedWithCustomError(errors, "IndexFactory_AddressInvalid")
      .withArgs(stranger.address);
    await expect(factory.setProtocolFee(5_001, owner))
      .to.be.revertedWithCustomError(errors, "IndexFactory_ProtocolFeeTooHigh")
      .withArgs(5_001, 5_000);
    await expect(factory.setProtocolFee(1, ZeroAddress)).to.be.revertedWithCustomError(
      errors,
      "IndexFactory_AddressInvalid",
    );
  });

  it("appends versions and sets the fee for all vaults", async () => {
    const { protocol, stranger } = await world();
    const { factory, implementation } = protocol;
    await expect(factory.addVersion(implementation))
      .to.emit(factory, "VersionAdded")
      .withArgs(2, implementation.target);
    expect(await factory.latestVersion()).to.equal(2n);
    expect(await factory.implementation(1)).to.equal(implementation.target);
    await expect(factory.setProtocolFee(5_000, stranger))
      .to.emit(factory, "ProtocolFeeSet")
      .withArgs(1_000, 5_000, stranger.address);
    expect(await factory.protocolFee()).to.deep.equal([5_000n, stranger.address]);
  });

  it("S34: reverts when a limit is beyond either end of its range, zero included", async () => {
    const { protocol, holder, errors } = await world();
    const base = indexParams(protocol, { creator: holder });
    const ranges: [keyof typeof LIMITS, number, number][] = [
      ["turnoverBps", 1_000, 10_000],
      ["lossBps", 1, 100],
      ["deriskLossBps", 1, 100],
      ["maxWeightChangeBps", 100, 10_000],
      ["riskDelay", 3_600, 14 * DAY],
      ["basketDelay", DAY, 30 * DAY],
      ["curveLength", 600, 3 * DAY],
      ["cooldown", 3_600, 30 * DAY],
      ["deriskPeriod", 14 * DAY, 90 * DAY],
    ];
    for (const [name, least, most] of ranges) {
      for (const value of [0, least - 1, most + 1]) {
        await expect(protocol.factory.connect(holder).createIndex({ ...base, limits: { ...LIMITS, [name]: value } }))
          .to.be.revertedWithCustomError(errors, "IndexVault_LimitOutOfRange")
          .withArgs(name, value, least, most);
      }
      for (const value of [least, most]) {
        const limits = { ...LIMITS, riskDelay: 3_600, [name]: value };
        if (name === "riskDelay") limits.basketDelay = 30 * DAY;
        await protocol.factory.connect(holder).createIndex.staticCall({ ...base, limits });
      }
    }
    await expect(
      protocol.factory
        .connect(holder)
        .createIndex({ ...base, limits: { ...LIMITS, riskDelay: 2 * DAY, basketDelay: DAY } }),
    )
      .to.be.revertedWithCustomError(errors, "IndexVault_LimitOutOfRange")
      .withArgs("basketDelay", DAY, 2 * DAY, 30 * DAY);
  });

  it("reverts when tokens, amounts, names, destinations or the seed are not in order", async () => {
    const w = await world();
    const { protocol, holder, errors } = w;
    const base = indexParams(protocol, { creator: holder });
    const [usdc, weth] = [token(w, "USDC").address, token(w, "WETH").address];
    const splits = (...list: [string, number][]) => ({
      destinations: list.map(([t, splitBps]) => ({ token: t, splitBps })),
    });
    const cases: [Partial<Params>, string][] = [
      [{ tokens: [], amounts: [] }, "IndexVault_BasketSizeInvalid"],
      [{ tokens: Array(129).fill(usdc), amounts: Array(129).fill(0n) }, "IndexVault_BasketSizeInvalid"],
      [{ amounts: base.amounts.slice(1) }, "IndexVault_LengthMismatch"],
      [{ receiver: ZeroAddress }, "IndexVault_ZeroAddress"],
      [{ name: "" }, "IndexFactory_NameInvalid"],
      [{ symbol: "" }, "IndexFactory_NameInvalid"],
      [{ name: "x".repeat(65) }, "IndexFactory_NameInvalid"],
      [{ symbol: "x".repeat(65) }, "IndexFactory_NameInvalid"],
      [{ tokens: [...base.tokens].reverse() }, "IndexFactory_TokensNotAscending"],
      [{ tokens: base.tokens.with(3, `0x${"f".repeat(40)}`) }, "IndexVault_AssetNotListed"],
      [splits(), "IndexVault_DestinationsInvalid"],
      [splits([weth, 10_000]), "IndexVault_DestinationsInvalid"],
      [splits([usdc, 9_999]), "IndexVault_DestinationsInvalid"],
      [splits([usdc, 5_000], [usdc, 5_000]), "IndexVault_DestinationsInvalid"],
      [splits([usdc, 10_000], [usdc, 0]), "IndexVault_DestinationsInvalid"],
      [splits([usdc, 2_500], [usdc, 2_500], [usdc, 2_500], [usdc, 2_500]), "IndexVault_DestinationsInvalid"],
      [{ amounts: base.amounts.map((amount) => amount / 1_001n) }, "IndexFactory_SeedTooSmall"],
      [{ shares: 0n }, "IndexVault_SharesInvalid"],
    ];
    for (const [change, error] of cases) {
      await expect(
        protocol.factory.connect(holder).createIndex({ ...base, ...change }),
        JSON.stringify(Object.keys(change)),
      ).to.be.revertedWithCustomError(errors, error);
    }
  });

  it("reverts when the creator has not approved the seed, or units would be too coarse", async () => {
    const { protocol, stranger, holder, errors } = await world();
    const base = indexParams(protocol, { creator: holder });
    await expect(protocol.factory.connect(stranger).createIndex(base)).to.be.revertedWithCustomError(
      errors,
      "IndexVault_TransferFailed",
    );
    // One satoshi in 7e10 shares is 1.4e8 units: fewer digits than a holder is owed.
    const coarse = {
      ...base,
      shares: 7n * 10n ** 10n * SHARE,
      amounts: base.amounts.map((a, i) => (protocol.tokens[i]!.symbol === "BTC" ? 1n : a)),
    };
    await expect(protocol.factory.connect(holder).createIndex(coarse)).to.be.revertedWithCustomError(
      errors,
      "IndexVault_UnitsOutOfRange",
    );
  });

  it("creates at the predicted address, bound to the creator, and lists it", async () => {
    const w = await world();
    const { protocol, holder, stranger, address } = w;
    const { factory } = protocol;
    const params = indexParams(protocol, { creator: holder, salt: id("salt") });
    const predicted = await factory.predictIndex(params, holder);
    expect(await factory.predictIndex(params, stranger)).to.not.equal(predicted);

    await expect(factory.connect(holder).createIndex(params))
      .to.emit(factory, "IndexCreated")
      .withArgs(predicted, holder.address, 1, "Test Index", "TIX", `0x${"00".repeat(32)}`);

    expect(await factory.isIndex(predicted)).to.equal(true);
    expect(await factory.isIndex(stranger)).to.equal(false);
    expect(await factory.indexCount()).to.equal(2n);
    const list = [address, predicted];
    for (const [start, count, expected] of [
      [0n, 5n, list],
      [0n, 1n, [address]],
      [1n, 2n ** 256n - 1n, [predicted]],
      [2n, 1n, []],
      [9n, 9n, []],
    ] as const) {
      expect([...(await factory.indices(start, count))]).to.deep.equal([...expected]);
    }
    await expect(factory.connect(holder).createIndex(params)).to.be.revertedWithCustomError(
      factory,
      "FailedDeployment",
    );
  });

  it("seeds units, aggregate and dead shares worth a dollar of what was counted", async () => {
    const w = await world();
    const { protocol, holder } = w;
    const params = indexParams(protocol, { creator: holder, salt: id("seed"), usd: 400n });
    const predicted = await protocol.factory.predictIndex(params, holder);
    await protocol.factory.connect(holder).createIndex(params);
    const vault = IndexVault__factory.connect(predicted, holder);

    // All $400 are counted, because less than $1,000 is known: one dollar of four hundred.
    const dead = await vault.balanceOf("0x000000000000000000000000000000000000dEaD");
    expect(dead).to.equal((4n * SHARE) / 400n);
    expect(await vault.balanceOf(holder)).to.equal(4n * SHARE - dead);
    expect(await vault.aggregate()).to.equal(4n * SHARE * D27);
    const [assets, units] = await vault.basket();
    for (const [i, { token: t, decimals }] of assets.entries()) {
      expect(t).to.equal(protocol.tokens[i]!.address);
      expect(units[i]).to.equal((params.amounts[i]! * 10n ** (72n - decimals)) / (4n * SHARE * D27));
    }
  });
});
