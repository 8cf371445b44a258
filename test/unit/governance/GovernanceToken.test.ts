import { expect } from "chai";
import { Interface } from "ethers";
import { network } from "hardhat";
import { GovernanceToken__factory } from "../../../typechain-types/index.js";
import { deployEscrow, GIM, signPermit } from "../../helpers/escrow.ts";

const { ethers, networkHelpers } = await network.create();

const SUPPLY = 1_000_000_000n * GIM;

describe("GovernanceToken", () => {
  const base = () => deployEscrow({ ethers, networkHelpers });
  const load = () => networkHelpers.loadFixture(base);

  it("has a supply of 1,000,000,000 GIM, all with the receiver, and 18 decimals", async () => {
    const [owner, receiver] = await ethers.getSigners();
    const token = await new GovernanceToken__factory(owner).deploy(receiver!);
    expect(await token.totalSupply()).to.equal(SUPPLY);
    expect(await token.INITIAL_SUPPLY()).to.equal(SUPPLY);
    expect(await token.balanceOf(receiver!)).to.equal(SUPPLY);
    expect([await token.name(), await token.symbol(), await token.decimals()]).to.deep.equal(["Gimbal", "GIM", 18n]);
  });

  it("has no function that mints, pauses, lists or owns: what changes state is ERC-20, EIP-2612 and burning", () => {
    const names = new Interface(GovernanceToken__factory.abi).fragments
      .filter((fragment) => fragment.type === "function")
      .map((fragment) => fragment as unknown as { name: string; stateMutability: string })
      .filter(({ stateMutability }) => stateMutability !== "view" && stateMutability !== "pure")
      .map(({ name }) => name);
    expect(names.sort()).to.deep.equal(["approve", "burn", "burnFrom", "permit", "transfer", "transferFrom"]);
  });

  it("burns what a holder has, and what was approved, off the supply for good", async () => {
    const { token, alice, bob } = await load();
    await token.connect(alice).burn(GIM);
    expect(await token.totalSupply()).to.equal(SUPPLY - GIM);
    await expect(token.connect(bob).burnFrom(alice, 1n)).to.be.revertedWithCustomError(
      token,
      "ERC20InsufficientAllowance",
    );
    await token.connect(alice).approve(bob, GIM);
    await token.connect(bob).burnFrom(alice, GIM);
    expect(await token.totalSupply()).to.equal(SUPPLY - 2n * GIM);
    await expect(token.connect(alice).burn(SUPPLY)).to.be.revertedWithCustomError(token, "ERC20InsufficientBalance");
  });

  it("takes a permit once, before its deadline, from its owner only", async () => {
    const { token, alice, bob, stranger, now } = await load();
    const permit = { spender: bob.address, value: 5n, deadline: (await now()) + 100n };
    const { v, r, s } = await signPermit(token, alice, permit);
    const late = await signPermit(token, alice, { ...permit, deadline: 1n });
    await expect(token.permit(alice, bob, 5n, 1n, late.v, late.r, late.s)).to.be.revertedWithCustomError(
      token,
      "ERC2612ExpiredSignature",
    );
    await expect(token.permit(stranger, bob, 5n, permit.deadline, v, r, s)).to.be.revertedWithCustomError(
      token,
      "ERC2612InvalidSigner",
    );
    await token.connect(stranger).permit(alice, bob, 5n, permit.deadline, v, r, s);
    expect(await token.allowance(alice, bob)).to.equal(5n);
    await expect(token.permit(alice, bob, 5n, permit.deadline, v, r, s)).to.be.revertedWithCustomError(
      token,
      "ERC2612InvalidSigner",
    );
  });
});
