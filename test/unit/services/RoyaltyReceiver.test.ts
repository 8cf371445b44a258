import { expect } from "chai";
import { network } from "hardhat";
import { HostileToken__factory } from "../../../typechain-types/index.js";
import { deployStrategies } from "../../helpers/strategies.ts";

const { ethers, networkHelpers } = await network.create();

describe("RoyaltyReceiver", () => {
  const base = async () => deployStrategies(await ethers.getSigners());
  const load = () => networkHelpers.loadFixture(base);

  it("knows its registry and its token", async () => {
    const { registry, receiver } = await load();
    expect([await receiver.registry(), await receiver.id()]).to.deep.equal([await registry.getAddress(), 1n]);
  });

  describe("payOut", () => {
    it("sends all of a token to the present owner, whoever calls", async () => {
      const { registry, receiver, fees, author, alice, bob } = await load();
      await fees.mint(receiver, 700n);
      await expect(receiver.connect(bob).payOut(fees))
        .to.emit(receiver, "PaidOut")
        .withArgs(await fees.getAddress(), author.address, 700n);
      expect(await fees.balanceOf(author)).to.equal(700n);
      await registry.transferFrom(author, alice, 1);
      await fees.mint(receiver, 300n);
      await receiver.connect(bob).payOut(fees);
      expect([await fees.balanceOf(author), await fees.balanceOf(alice)]).to.deep.equal([700n, 300n]);
      expect(await fees.balanceOf(receiver)).to.equal(0);
    });

    it("does nothing when there is nothing", async () => {
      const { receiver, fees } = await load();
      expect(await receiver.payOut.staticCall(fees)).to.equal(0);
      await expect(receiver.payOut(fees)).to.not.emit(receiver, "PaidOut");
    });

    it("is not kept from one token by another that fails", async () => {
      const { receiver, fees, author } = await load();
      const hostile = await new HostileToken__factory(author).deploy(18);
      await hostile.mint(receiver, 5n);
      await hostile.setMode(1); // paused
      await fees.mint(receiver, 5n);
      await expect(receiver.payOut(hostile)).to.be.revertedWithCustomError(hostile, "HostileToken_Refused");
      await receiver.payOut(fees);
      expect(await fees.balanceOf(author)).to.equal(5n);
    });

    it("refuses a token that calls it again from within", async () => {
      const { receiver, author } = await load();
      const hostile = await new HostileToken__factory(author).deploy(18);
      await hostile.mint(receiver, 5n);
      await hostile.setMode(9); // reentrant
      await hostile.setHook(receiver, [receiver.interface.encodeFunctionData("payOut", [await hostile.getAddress()])]);
      await receiver.payOut(hostile);
      expect([await hostile.attempts(), await hostile.reentries()]).to.deep.equal([1n, 0n]);
      expect(await hostile.books(author)).to.equal(5n);
    });
  });
});
