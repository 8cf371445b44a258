import { expect } from "chai";
import { network } from "hardhat";
import { GovernanceToken__factory, TeamVesting__factory } from "../../../typechain-types/index.js";

const { ethers, networkHelpers } = await network.create();

const YEAR = 365n * 86_400n;
const TEAM = 120_000_000n * 10n ** 18n; // {GIM wei}

describe("TeamVesting", () => {
  async function deploy() {
    const [owner, beneficiary, stranger] = await ethers.getSigners();
    const token = await new GovernanceToken__factory(owner).deploy(owner!);
    const wallet = await new TeamVesting__factory(owner).deploy(beneficiary!);
    await token.transfer(wallet, TEAM);
    const start = await wallet.start();
    /** Releases `elapsed` seconds after the start; returns what the beneficiary has then. */
    const releaseAt = async (elapsed: bigint) => {
      await networkHelpers.time.setNextBlockTimestamp(start + elapsed);
      await wallet.connect(stranger!)["release(address)"](token);
      return token.balanceOf(beneficiary!);
    };
    return { token, wallet, beneficiary: beneficiary!, stranger: stranger!, start, releaseAt };
  }
  const load = () => networkHelpers.loadFixture(deploy);

  it("starts when it is deployed and ends four years later", async () => {
    const { wallet, start, beneficiary } = await load();
    expect(await wallet.owner()).to.equal(beneficiary.address);
    expect(start).to.be.within(
      BigInt(await networkHelpers.time.latest()) - 10n,
      BigInt(await networkHelpers.time.latest()),
    );
    expect(await wallet.cliff()).to.equal(start + YEAR);
    expect(await wallet.end()).to.equal(start + 4n * YEAR);
  });

  it("releases nothing within a year and a quarter on its last second", async () => {
    const { releaseAt } = await load();
    expect(await releaseAt(YEAR - 1n)).to.equal(0n);
    expect(await releaseAt(YEAR)).to.equal(TEAM / 4n);
  });

  it("releases the rest by the second, by whoever calls, to the beneficiary alone, and all of it after four years", async () => {
    const { releaseAt } = await load();
    expect(await releaseAt(YEAR + 1n)).to.equal((TEAM * (YEAR + 1n)) / (4n * YEAR));
    expect(await releaseAt(2n * YEAR)).to.equal(TEAM / 2n);
    expect(await releaseAt(4n * YEAR - 1n)).to.equal((TEAM * (4n * YEAR - 1n)) / (4n * YEAR));
    expect(await releaseAt(4n * YEAR)).to.equal(TEAM);
  });

  it("cannot be moved by anyone but the beneficiary", async () => {
    const { wallet, beneficiary, stranger } = await load();
    await expect(wallet.connect(stranger).transferOwnership(stranger))
      .to.be.revertedWithCustomError(wallet, "OwnableUnauthorizedAccount")
      .withArgs(stranger.address);
    await wallet.connect(beneficiary).transferOwnership(stranger);
    expect(await wallet.owner()).to.equal(stranger.address);
  });
});
