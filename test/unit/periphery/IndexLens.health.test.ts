import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { network } from "hardhat";
import {
  deployLensWorld,
  fields,
  Manner,
  makeRude,
  openRisk,
  placeOf,
  publishAllBut,
  relist,
  reset,
} from "../../helpers/lens.ts";
import { plainTokens, tokenOf } from "../../helpers/market.ts";
import { encodePlan } from "../../helpers/upkeep.ts";

const { ethers, networkHelpers } = await network.create({ override: { allowBlocksWithSameTimestamp: true } });
const { time, loadFixture } = networkHelpers;

const DAY = 86_400;
const D18 = 10n ** 18n;

describe("IndexLens", () => {
  const deploy = async () => deployLensWorld(await ethers.getSigners());
  const fresh = async () => reset(await loadFixture(deploy));
  const deployOpen = async () => openRisk(networkHelpers, await fresh());

  describe("health", () => {
    it("finds nothing wrong with a healthy vault", async () => {
      const world = await deployOpen();
      const health = await world.lens.health(world.address);
      expect(fields(health)).to.include({
        open: true,
        pausedBits: 0n,
        sequencerUp: true,
        signersMatch: true,
        signers: 1n,
        threshold: 1n,
        pendingBasket: false,
        troubled: 0n,
      });
      expect(fields(health.turnover)).to.deep.equal({
        capacity: 125n * 10n ** 15n,
        left: 125n * 10n ** 15n,
        weekly: 250n * 10n ** 15n,
        daysToFull: 0n,
      });
      expect(fields(health.loss)).to.deep.equal({
        capacity: 25n * 10n ** 14n,
        left: 25n * 10n ** 14n,
        weekly: 5n * 10n ** 15n,
        daysToFull: 0n,
      });
      expect(health.epoch.id).to.equal(1n);
    });

    it("shows budgets as they are used and how many days they need to fill up", async () => {
      const world = await deployOpen();
      const [i, j] = [placeOf(world, "TK1"), placeOf(world, "USDC")];
      await world.vault
        .connect(world.filler)
        .fill(i, j, MaxUint256, 0, MaxUint256, await world.vault.basketNonce(), "0x");
      const { turnover: used } = await world.vault.buckets();
      const { turnover } = await world.lens.health(world.address);
      expect(used).to.be.closeTo(5n * 10n ** 16n, 10n ** 15n);
      expect(turnover.left).to.equal(turnover.capacity - used);
      // The bucket leaks its capacity in 7 days.
      expect(turnover.daysToFull).to.be.closeTo((used * 7n * D18) / turnover.capacity, 1n);

      await time.increase(Number((turnover.daysToFull * BigInt(DAY)) / D18) + 1);
      const later = await world.lens.health(world.address);
      expect(later.turnover.daysToFull).to.equal(0n);
      expect(later.turnover.left).to.equal(turnover.capacity);
    });

    it("tells stale, frozen, off-peg and near-minimum tokens apart", async () => {
      const world = await fresh();
      const { assetRegistry } = world.protocol;
      await time.increase(DAY + 10);
      tokenOf(world.protocol, "USDC").price = 97_000_000n;
      await publishAllBut(world, "TK3");
      await assetRegistry.setFrozen(tokenOf(world.protocol, "TK4").address, true);
      const five = tokenOf(world.protocol, "TK5").address;
      await relist(world, five, { minPrice: await assetRegistry.encodeMinPrice(24n * 10n ** 25n) });

      const health = await world.lens.health(world.address);
      const of = (symbol: string) => fields(health.tokens[placeOf(world, symbol)]);
      expect(of("USDC")).to.include({ priced: true, offPeg: true, frozen: false, nearMinimum: false });
      expect(of("TK3")).to.include({ priced: false, listed: true, offPeg: false, heartbeat: 86_400n });
      expect(of("TK3")?.feedAge).to.be.greaterThan(86_400n);
      expect(of("TK4")).to.include({ priced: true, frozen: true, nearMinimum: false });
      expect(of("TK5")).to.include({ priced: true, frozen: false, nearMinimum: true });
      expect(of("TK1")).to.include({ priced: true, frozen: false, offPeg: false, nearMinimum: false, readable: true });
      expect(health.troubled).to.equal(4n);
    });

    it("says when a token was delisted", async () => {
      const world = await fresh();
      await world.protocol.assetRegistry.removeAsset(tokenOf(world.protocol, "TK2").address);
      const health = await world.lens.health(world.address);
      const row = health.tokens[placeOf(world, "TK2")];
      expect(fields(row)).to.include({ listed: false, priced: false, feedAge: 2n ** 40n - 1n, heartbeat: 0n });
      expect(health.troubled).to.equal(1n);
    });

    it("shows debts, and shortfalls against what units and debts need", async () => {
      const world = await fresh();
      const i = placeOf(world, "TK4");
      const [curator] = [await world.vault.curator()];
      const creator = await ethers.getSigner(curator);
      const nonce = await world.vault.basketNonce();
      await world.vault.connect(creator).redeem(10n * D18, creator, creator, [], 1n << BigInt(i), nonce);
      const owed = await world.vault.owed(tokenOf(world.protocol, "TK4").address, creator);
      const before = await world.lens.health(world.address);
      expect(owed).to.not.equal(0n);
      expect(fields(before.tokens[i])).to.include({ owed, shortfall: 0n });

      const held = await tokenOf(world.protocol, "TK4").token.balanceOf(world.address);
      await makeRude(networkHelpers, world, tokenOf(world.protocol, "TK4"), Manner.LOSES_HALF);
      const after = await world.lens.health(world.address);
      expect(after.tokens[i]?.shortfall).to.be.closeTo(held / 2n, 1n);
      expect(after.troubled).to.equal(1n);
    });

    it("shows pause, revoked signers and an announced basket change", async () => {
      const world = await deployOpen();
      await world.vault.connect(world.guardian).pause(3);
      await world.protocol.keeperRegistry.connect(world.guardian).revokeSigners(world.address);
      const health = await world.lens.health(world.address);
      const [bits, until] = await world.vault.paused();
      expect(fields(health)).to.include({
        open: false,
        pausedBits: bits,
        pausedUntil: until,
        signersMatch: false,
        signers: 0n,
      });
      expect(bits).to.equal(3n);
    });
  });

  describe("one bad token", () => {
    for (const [name, manner] of Object.entries(Manner)) {
      if (manner === Manner.POLITE || manner === Manner.LOSES_HALF) continue;

      it(`answers every view although one token ${name.toLowerCase().replaceAll("_", " ")}`, async () => {
        const world = await deployOpen();
        const before = await world.lens.nav(world.address);
        await makeRude(networkHelpers, world, tokenOf(world.protocol, "TK4"), manner);
        const { lens, address } = world;
        const nav = await lens.nav(address);
        expect(nav.total).to.equal(before.total);
        expect((await lens.weights(address)).drift).to.equal(1_000n);
        expect(await lens.lots(address)).to.have.length(6);
        expect(
          (await lens.quoteFill(address, placeOf(world, "TK1"), placeOf(world, "USDC"), MaxUint256)).fillable,
        ).to.equal(true);
        expect((await lens.previewMint(address, D18)).value).to.not.equal(0n);
        expect((await lens.previewRedeem(address, D18)).skipBitmap).to.equal(1n << BigInt(placeOf(world, "TK4")));
        const health = await lens.health(address);
        expect(health.tokens[placeOf(world, "TK4")]?.readable).to.equal(false);
        expect(health.troubled).to.equal(1n);
      });
    }

    it("answers every view although one token has no code any more, and one feed burns its gas", async () => {
      const world = await deployOpen();
      await networkHelpers.setCode(tokenOf(world.protocol, "TK4").address, "0x");
      await networkHelpers.setCode(await tokenOf(world.protocol, "TK5").feed.getAddress(), "0xfe");
      const health = await world.lens.health(world.address);
      expect(health.tokens[placeOf(world, "TK4")]?.readable).to.equal(false);
      expect(fields(health.tokens[placeOf(world, "TK5")])).to.include({ priced: false, feedAge: 2n ** 40n - 1n });
      expect(health.troubled).to.equal(2n);
      expect((await world.lens.nav(world.address)).unpriced).to.deep.equal([tokenOf(world.protocol, "TK5").address]);
    });
  });

  describe("128 tokens", () => {
    it("answers every view within the gas of one transaction", async () => {
      const { lens, upkeep, address } = await deployLensWorld(await ethers.getSigners(), { specs: plainTokens(128) });
      const limit = { gasLimit: 16_000_000n };
      expect((await lens.nav(address, limit)).holdings).to.have.length(128);
      expect((await lens.weights(address, limit))[0]).to.have.length(128);
      expect(await lens.lots(address, limit)).to.have.length(128);
      expect((await lens.quoteFill(address, 0, 1, 1n, limit)).fillable).to.equal(false);
      expect((await lens.health(address, limit)).tokens).to.have.length(128);
      expect((await lens.previewMint(address, 10n ** 18n, limit)).amounts).to.have.length(128);
      expect((await lens.previewRedeem(address, 10n ** 18n, limit)).amounts).to.have.length(128);
      expect((await upkeep.checkUpkeep.staticCall(encodePlan({ vault: address }), limit)).needed).to.equal(false);
    });
  });
});
