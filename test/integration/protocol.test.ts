import { expect } from "chai";
import { network } from "hardhat";
import { mixedTokens, plainTokens } from "../helpers/market.ts";
import { createIndex, deployProtocol, equalWeights, mintShares, propose } from "../helpers/protocol.ts";

const { ethers, networkHelpers } = await network.create();

async function ten() {
  const [owner, guardian, creator, holder] = await ethers.getSigners();
  const protocol = await deployProtocol({ owner: owner!, guardian: guardian!, tokens: mixedTokens(10) });
  const vault = await createIndex(protocol, { creator: creator! });
  return { protocol, vault, creator: creator!, holder: holder! };
}

async function hundred() {
  const [owner, guardian, creator] = await ethers.getSigners();
  const protocol = await deployProtocol({ owner: owner!, guardian: guardian!, tokens: plainTokens(100) });
  const vault = await createIndex(protocol, { creator: creator! });
  return { protocol, vault };
}

describe("protocol fixture", () => {
  it("creates an index of 10 tokens of all decimals, known to the factory", async () => {
    const { protocol, vault, creator } = await networkHelpers.loadFixture(ten);

    expect(await protocol.factory.isIndex(vault)).to.equal(true);
    expect(await vault.basketSize()).to.equal(10n);
    expect(await vault.balanceOf(creator)).to.be.greaterThan(990n * 10n ** 18n);
  });

  it("creates an index of 100 tokens", async () => {
    const { vault } = await networkHelpers.loadFixture(hundred);

    expect(await vault.basketSize()).to.equal(100n);
  });

  it("lets a holder mint in kind and redeem", async () => {
    const { protocol, vault, holder } = await networkHelpers.loadFixture(ten);

    await mintShares(protocol, vault, holder, 10n ** 18n);
    await vault.connect(holder).redeem(10n ** 18n, holder, holder, [], 0n, await vault.basketNonce());

    expect(await vault.balanceOf(holder)).to.equal(0n);
  });

  it("gets a signed proposal accepted and opens it after the veto delay", async () => {
    const { protocol, vault } = await networkHelpers.loadFixture(ten);
    const weights = equalWeights(10);
    weights[0] = weights[0]! + 100;
    weights[1] = weights[1]! - 100;

    await propose(protocol, vault, { weights });

    expect(await vault.isOpen()).to.equal(false);
    await networkHelpers.time.increase(86_401);
    expect(await vault.isOpen()).to.equal(true);
  });
});
