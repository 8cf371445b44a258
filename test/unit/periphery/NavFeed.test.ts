import { expect } from "chai";
import { Contract } from "ethers";
import { network } from "hardhat";
import { AssetRegistry__factory, NavFeed__factory } from "../../../typechain-types/index.js";
import {
  deployLensWorld,
  type LensWorld,
  Manner,
  makeRude,
  placeOf,
  publishAllBut,
  relist,
  reset,
} from "../../helpers/lens.ts";
import { mixedTokens, setPrices, tokenOf } from "../../helpers/market.ts";

const { ethers, networkHelpers } = await network.create({ override: { allowBlocksWithSameTimestamp: true } });
const { time, loadFixture } = networkHelpers;

const DAY = 86_400;
const D18 = 10n ** 18n;
const D10 = 10n ** 10n;
const FROZEN = 2n; // AssetFlags

describe("NavFeed", () => {
  const deploy = async () => {
    const world = await deployLensWorld(await ethers.getSigners());
    const { protocol, address } = world;
    const { factory, assetRegistry, owner } = protocol;
    const feed = await new NavFeed__factory(owner).deploy(factory, assetRegistry, address);
    return { ...world, feed };
  };
  const fresh = async () => {
    const world = await loadFixture(deploy);
    reset(world);
    return world;
  };
  /** D8{USD/share} by the lens. */
  const byLens = async ({ lens, address }: LensWorld) => (await lens.nav(address)).perShare / D10;

  /** Takes a token out of the vault, as nothing but a broken token can. */
  const loseAll = async ({ protocol, address, stranger }: LensWorld, symbol: string) => {
    const { token } = tokenOf(protocol, symbol);
    await networkHelpers.impersonateAccount(address);
    await networkHelpers.setBalance(address, D18);
    await token.connect(await ethers.getSigner(address)).transfer(stranger, await token.balanceOf(address));
  };

  describe("constructor", () => {
    it("reverts when the vault is no index of the factory", async () => {
      const { protocol, stranger, feed } = await fresh();
      const { factory, assetRegistry, owner } = protocol;
      await expect(new NavFeed__factory(owner).deploy(factory, assetRegistry, stranger))
        .to.be.revertedWithCustomError(feed, "NavFeed_NotIndex")
        .withArgs(stranger.address);
    });

    it("tells vault, registry, decimals, version and what it prices", async () => {
      const { feed, vault, protocol, address } = await fresh();
      expect(await feed.vault()).to.equal(address);
      expect(await feed.registry()).to.equal(await protocol.assetRegistry.getAddress());
      expect(await feed.description()).to.equal(`${await vault.symbol()} / USD`);
      expect([await feed.decimals(), await feed.version()]).to.deep.equal([8n, 1n]);
    });
  });

  describe("getRoundData", () => {
    it("reverts for every round: there is no history", async () => {
      const { feed } = await fresh();
      const { roundId } = await feed.latestRoundData();
      for (const round of [0n, 1n, roundId]) {
        await expect(feed.getRoundData(round)).to.be.revertedWithCustomError(feed, "NavFeed_NoHistory");
      }
    });
  });

  describe("latestRoundData", () => {
    it("is the NAV per share of the lens, to the last digit, at any prices and after fees", async () => {
      const world = await fresh();
      const { feed, vault, filler } = world;
      // $100 a share, but for the wei that the vault's rounding keeps.
      expect((await feed.latestRoundData()).answer).to.equal(await byLens(world));
      expect((await feed.latestRoundData()).answer).to.be.closeTo(100n * 10n ** 8n, 1n);
      const moves: Record<string, string>[] = [
        { TK1: "1999.99999999" },
        { TK3: "0.00000001", TK4: "77.7" },
        { TK2: "123456.789", USDC: "0.99" },
      ];
      for (const prices of moves) {
        await time.increase(3_600);
        await setPrices(world.protocol, prices);
        await vault.connect(filler).mint(D18 / 3n + 1n, filler, [], 30, 0);
        const { answer } = await feed.latestRoundData();
        expect(answer).to.equal(await byLens(world));
        expect(answer).to.be.greaterThan(0n);
      }
    });

    it("answers in the round of its second, as of the oldest feed of what is held", async () => {
      const world = await fresh();
      await setPrices(world.protocol);
      const oldest = await time.latest();
      await time.increase(1_000);
      await publishAllBut(world, "TK3");
      await time.increase(500);
      await networkHelpers.mine();
      const round = await world.feed.latestRoundData();
      const now = BigInt(await time.latest());
      const feeds = await Promise.all(
        world.protocol.tokens.map(async ({ proxy }) => (await proxy.latestRoundData())[3] as bigint),
      );
      const least = feeds.reduce((a, b) => (a < b ? a : b));
      expect(least).to.be.lessThan(now - 1_499n);
      expect(BigInt(oldest) - least).to.be.lessThan(60n);
      expect([round.updatedAt, round.startedAt]).to.deep.equal([least, least]);
      expect([round.roundId, round.answeredInRound]).to.deep.equal([now, now]);
    });

    it("falls at once by what the vault has lost, as the lens says", async () => {
      const world = await fresh();
      const whole = (await world.feed.latestRoundData()).answer;
      await makeRude(networkHelpers, world, tokenOf(world.protocol, "TK1"), Manner.LOSES_HALF);
      const { answer } = await world.feed.latestRoundData();
      expect(answer).to.equal(await byLens(world));
      // A sixth of the value is in this token (to the basis point), and half of it is gone.
      expect(answer).to.be.closeTo((whole * 11n) / 12n, whole / 10_000n);
    });

    it("shares a loss with the claims on the token, as the vault does, however much of it is claimed", async () => {
      const world = await fresh();
      const { vault, filler, stranger, address } = world;
      const lost = tokenOf(world.protocol, "TK1");
      const place = 1n << BigInt(placeOf(world, "TK1"));
      const half = (await vault.totalSupply()) / 2n;
      await vault.connect(filler).mint(half, filler, [], 30, 0);
      await vault.connect(filler).transfer(stranger, half / 3n);
      await vault.connect(stranger).redeem(half / 3n, stranger, stranger, [], place, 0);
      await vault.connect(filler).redeem(half - half / 3n, filler, filler, [], place, 0);
      const claims = (await vault.debt(lost.address)).total;
      const [, , holdings] = await vault.basket();
      const held = holdings[placeOf(world, "TK1")] ?? 0n;
      expect(claims).to.be.greaterThan(held / 4n);
      const whole = (await world.feed.latestRoundData()).answer;
      expect(whole).to.equal(await byLens(world));

      await networkHelpers.impersonateAccount(address);
      await networkHelpers.setBalance(address, D18);
      const thief = lost.token.connect(await ethers.getSigner(address));
      // More than the shares stand for, so that all that is missing is claimed; then as much; then less.
      const claimed = (await lost.token.balanceOf(address)) - held;
      let last = whole;
      for (const amount of [claimed / 2n, claimed - claimed / 2n, held / 3n, held / 3n]) {
        await thief.transfer(world.guardian, amount);
        const { answer } = await world.feed.latestRoundData();
        expect(answer).to.equal(await byLens(world));
        expect(answer).to.be.lessThan(last);
        last = answer;
      }
      // Claims that a shortage has scaled down count as what is left of them.
      await vault.connect(filler).claim(lost.address, filler);
      const { total, scale } = await vault.debt(lost.address);
      expect([total > 0n, scale < 10n ** 27n]).to.deep.equal([true, true]);
      expect((await world.feed.latestRoundData()).answer).to.equal(await byLens(world));
    });

    it("counts what is missing to the raw token, as the lens does, also where one raw token is much", async () => {
      const coarse = mixedTokens(6).map((spec) => (spec.symbol === "TK1" ? { ...spec, decimals: 0 } : spec));
      const world = await deployLensWorld(await ethers.getSigners(), { specs: coarse });
      const { factory, assetRegistry, owner } = world.protocol;
      const feed = await new NavFeed__factory(owner).deploy(factory, assetRegistry, world.address);
      // So many shares that they stand for a fraction of a raw token beside the whole ones.
      await world.vault.connect(world.filler).mint(D18 / 3n + 1n, world.filler, [], 30, 0);
      const { token } = tokenOf(world.protocol, "TK1");
      const [, , holdings] = await world.vault.basket();
      const held = holdings[placeOf(world, "TK1")] ?? 0n;
      await networkHelpers.impersonateAccount(world.address);
      await networkHelpers.setBalance(world.address, D18);
      const thief = token.connect(await ethers.getSigner(world.address));
      const answers: bigint[] = [];
      while ((await token.balanceOf(world.address)) + 3n > held) {
        const { answer } = await feed.latestRoundData();
        expect(answer).to.equal(await byLens(world));
        answers.push(answer);
        await thief.transfer(world.stranger, 1n);
      }
      expect(new Set(answers).size).to.be.greaterThan(2);
    });

    it("does not ask for a price of what is lost altogether", async () => {
      const world = await fresh();
      const { address, symbol } = tokenOf(world.protocol, "TK1");
      await loseAll(world, symbol);
      await time.increase(DAY - 600);
      await publishAllBut(world, symbol);
      await time.increase(1_200);
      expect(await world.protocol.assetRegistry.price(address)).to.equal(0n);
      expect((await world.feed.latestRoundData()).answer).to.equal(await byLens(world));
    });

    it("asks nothing of a token of which the shares stand for none any more", async () => {
      const world = await fresh();
      const { symbol } = tokenOf(world.protocol, "TK1");
      const place = placeOf(world, symbol);
      await loseAll(world, symbol);
      await world.vault.sync(place);
      expect((await world.vault.basket())[2][place]).to.equal(0n);
      await makeRude(networkHelpers, world, tokenOf(world.protocol, symbol), Manner.REVERTS);
      const { answer } = await world.feed.latestRoundData();
      expect(answer).to.equal(await byLens(world));
      expect(answer).to.be.greaterThan(0n);
    });

    it("reverts when a price is stale", async () => {
      const world = await fresh();
      await time.increase(DAY - 600);
      await publishAllBut(world, "TK4");
      expect((await world.feed.latestRoundData()).answer).to.equal(await byLens(world));
      await time.increase(1_200);
      await expect(world.feed.latestRoundData())
        .to.be.revertedWithCustomError(world.feed, "NavFeed_TokenUnpriced")
        .withArgs(tokenOf(world.protocol, "TK4").address);
    });

    it("reverts when a token is no longer listed", async () => {
      const { feed, protocol } = await fresh();
      const { address } = tokenOf(protocol, "TK2");
      await protocol.assetRegistry.removeAsset(address);
      await expect(feed.latestRoundData())
        .to.be.revertedWithCustomError(feed, "NavFeed_TokenUnpriced")
        .withArgs(address);
    });

    it("reverts when a price is at its feed's minimum, so that the true one may be lower", async () => {
      const world = await fresh();
      const { address } = tokenOf(world.protocol, "TK1");
      const minPrice = await world.protocol.assetRegistry.encodeMinPrice(1_990n * 10n ** 27n);
      await relist(world, address, { minPrice });
      expect(await world.protocol.assetRegistry.price(address)).to.be.greaterThan(0n);
      await expect(world.feed.latestRoundData())
        .to.be.revertedWithCustomError(world.feed, "NavFeed_TokenUnpriced")
        .withArgs(address);
    });

    it("still counts a token that the guardian froze: its price is what it was", async () => {
      const world = await fresh();
      const { protocol, guardian, feed } = world;
      const { address } = tokenOf(protocol, "TK1");
      const before = (await feed.latestRoundData()).answer;
      await AssetRegistry__factory.connect(await protocol.assetRegistry.getAddress(), guardian).setFrozen(
        address,
        true,
      );
      expect((await protocol.assetRegistry.assetConfig(address)).flags & FROZEN).to.equal(FROZEN);
      expect((await feed.latestRoundData()).answer).to.equal(before);
    });

    for (const [name, manner] of Object.entries(Manner).slice(1, 5)) {
      it(`reverts when the balance of a token cannot be read: ${name}`, async () => {
        const world = await fresh();
        const token = tokenOf(world.protocol, "TK5");
        await makeRude(networkHelpers, world, token, manner);
        await expect(world.feed.latestRoundData())
          .to.be.revertedWithCustomError(world.feed, "NavFeed_TokenUnreadable")
          .withArgs(token.address);
      });
    }

    it("reverts, and never answers less, when it is given too little gas", async () => {
      const { feed, stranger } = await fresh();
      const { answer } = await feed.latestRoundData();
      const calldata = feed.interface.encodeFunctionData("latestRoundData");
      for (let gas = 60_000; gas < 700_000; gas += 20_000) {
        const call = { to: feed.target, data: calldata, from: stranger.address, gasLimit: gas };
        const data = await ethers.provider.call(call).catch(() => undefined);
        if (data === undefined) continue;
        expect(feed.interface.decodeFunctionResult("latestRoundData", data)[1], `${gas} gas`).to.equal(answer);
      }
    });

    it("reverts when a share is worth less than the smallest answer", async () => {
      const world = await fresh();
      for (const { symbol } of world.protocol.tokens) await loseAll(world, symbol);
      await expect(world.feed.latestRoundData())
        .to.be.revertedWithCustomError(world.feed, "NavFeed_ValueZero")
        .withArgs(0, await world.vault.totalSupply());
    });

    it("is read by Chainlink's own interface", async () => {
      const { feed } = await fresh();
      const abi = ["function latestRoundData() view returns (uint80,int256,uint256,uint256,uint80)"];
      const [roundId, answer] = await new Contract(feed.target, abi, ethers.provider).getFunction("latestRoundData")();
      expect(roundId).to.be.greaterThan(0n);
      expect(answer).to.equal((await feed.latestRoundData()).answer);
    });
  });
});
