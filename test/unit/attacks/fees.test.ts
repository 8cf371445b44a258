import { expect } from "chai";
import { network } from "hardhat";
import { multiplierAt } from "../../../sdk/src/index.ts";
import { indexParams, mintShares } from "../../helpers/protocol.ts";
import { D27, DAY, deployVaultWorld, load, SHARE } from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

const RATE = 1_585_489_599n; // D18{1/s} 5% a year, the cap
const SEED = 1_000n * SHARE;

const deploy = async () => {
  const signers = await ethers.getSigners();
  const fees = { streamingRate: RATE, mintFeeBps: 50, recipient: signers[9]!.address };
  const strategy = { recipient: signers[8]!.address, royaltyBps: 3_000, methodologyHash: `0x${"11".repeat(32)}` };
  return { ...(await deployVaultWorld(signers, { fees, strategy })), creatorPart: signers[9]!, royalty: signers[8]! };
};
const world = () => load(networkHelpers, deploy) as ReturnType<typeof deploy>;

/** D27{1} after `elapsed` seconds at the rate, from the SDK's exponential. */
const multiplier = (elapsed: bigint) => multiplierAt({ checkpointMultiplier: D27, streamingRate: RATE, elapsed });

async function createdAt(vault: Awaited<ReturnType<typeof world>>["vault"]): Promise<number> {
  const [event] = await vault.queryFilter(vault.filters.Initialized());
  return (await event!.getBlock()).timestamp;
}

describe("attacks on fees", () => {
  it("S15: distributing fees leaves the supply as it is, to the wei", async () => {
    const { vault, dao, creatorPart, royalty } = await world();
    const start = await createdAt(vault);
    for (const elapsed of [1_000, 100_003, 31_536_000]) {
      await time.setNextBlockTimestamp(start + elapsed);
      await vault.distributeFees();
      const supply = (SEED * D27) / multiplier(BigInt(elapsed));
      expect(await vault.totalSupply()).to.equal(supply);
      expect(await vault.pendingFeeShares()).to.equal(0n);
      const parts = await Promise.all([dao, creatorPart, royalty].map((account) => vault.balanceOf(account)));
      expect(parts.reduce((sum, part) => sum + part, SEED)).to.equal(supply);
    }
  });

  it("S16: a new rate holds from now on only", async () => {
    const { vault, curator } = await world();
    const start = await createdAt(vault);
    await time.setNextBlockTimestamp(start + 1_000_000);
    await vault.connect(curator).setFees({ streamingRate: 0n, mintFeeBps: 0, recipient: curator.address });
    await time.increase(365 * DAY);

    expect(await vault.multiplier()).to.equal(multiplier(1_000_000n));
    expect(await vault.totalSupply()).to.equal((SEED * D27) / multiplier(1_000_000n));
  });

  it("S18: fees do not depend on how often they are collected", async () => {
    const { vault } = await world();
    const start = await createdAt(vault);
    for (let k = 1; k <= 30; k++) {
      await time.setNextBlockTimestamp(start + k * 86_413);
      await vault.distributeFees();
    }

    expect(await vault.totalSupply()).to.equal((SEED * D27) / multiplier(30n * 86_413n));
  });

  it("S19: the fee of a second is not rounded away", async () => {
    const { vault } = await world();
    const start = await createdAt(vault);
    await time.increaseTo(start + 1_000);
    expect(await vault.pendingFeeShares()).to.equal((SEED * D27) / multiplier(1_000n) - SEED);
    await time.increase(1);

    const pending = await vault.pendingFeeShares();
    expect(pending).to.equal((SEED * D27) / multiplier(1_001n) - SEED);
    // 1,000 shares * 5% / 365 days = 1.585e12 wei a second, compounded
    expect(pending - ((SEED * D27) / multiplier(1_000n) - SEED)).to.be.within(1_585_492_100_000n, 1_585_492_200_000n);
  });

  it("S21: reverts when a fee is above its cap, at creation and later", async () => {
    const { vault, protocol, curator, errors } = await world();
    const recipient = curator.address;
    const high = { streamingRate: RATE + 1n, mintFeeBps: 0, recipient };

    await expect(vault.connect(curator).setFees(high))
      .to.be.revertedWithCustomError(errors, "IndexVault_FeeTooHigh")
      .withArgs(RATE + 1n, RATE);
    await expect(vault.connect(curator).setFees({ streamingRate: 0n, mintFeeBps: 101, recipient }))
      .to.be.revertedWithCustomError(errors, "IndexVault_FeeTooHigh")
      .withArgs(101, 100);
    for (const { token } of protocol.tokens) {
      await token.mint(curator, 10n ** 36n);
      await token.connect(curator).approve(protocol.factory, 2n ** 255n);
    }
    const params = indexParams(protocol, { creator: curator, fees: high, salt: `0x${"22".repeat(32)}` });
    await expect(protocol.factory.connect(curator).createIndex(params))
      .to.be.revertedWithCustomError(errors, "IndexVault_FeeTooHigh")
      .withArgs(RATE + 1n, RATE);
  });

  it("S22: the mint fee is exactly what was quoted, and reaches its receivers in full", async () => {
    const { protocol, vault, holder, dao, creatorPart, royalty } = await world();
    await vault.distributeFees();
    const parties = [dao, royalty, creatorPart];
    const before = await Promise.all(parties.map((account) => vault.balanceOf(account)));
    const shares = 333n * SHARE + 1n;
    const supply = await vault.totalSupply();
    await mintShares(protocol, vault, holder, shares);
    const minted = await vault.queryFilter(vault.filters.Minted());
    const fee = (shares * 50n + 9_999n) / 10_000n;

    expect(minted[0]!.args.feeShares).to.equal(fee);
    expect(await vault.balanceOf(holder)).to.equal(shares);
    await vault.distributeFees();
    const after = await Promise.all(parties.map((account) => vault.balanceOf(account)));
    const gained = after.map((balance, i) => balance - before[i]!);
    const total = gained.reduce((sum, part) => sum + part, 0n);
    expect(total >= fee, "less than the mint fee").to.equal(true);
    expect((await vault.totalSupply()) - supply).to.equal(total + shares);
    const creators = (total * 9_000n) / 10_000n;
    const royalties = (creators * 3_000n) / 10_000n;
    expect(gained).to.deep.equal([total - creators, royalties, creators - royalties]);
  });

  it("S24: no second is worth more than another: nobody gains by minting after one and leaving before the next", async () => {
    const { vault } = await world();
    const start = await createdAt(vault);
    const midnight = (Math.floor(start / DAY) + 2) * DAY;
    const steps: bigint[] = [];
    for (const moment of [midnight - 2, midnight - 1, midnight, midnight + 1]) {
      await time.increaseTo(moment);
      steps.push(await vault.totalSupply());
    }
    const growth = steps.slice(1).map((supply, i) => supply - steps[i]!);

    for (const step of growth) expect(step - growth[0]! < 100_000n && growth[0]! - step < 100_000n).to.equal(true);
    expect(growth[0]! / 10n ** 12n).to.equal(1n);
  });
});
