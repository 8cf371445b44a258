import { expect } from "chai";
import { network } from "hardhat";
import { deployMarket, mixedTokens, setPrices, tokenOf } from "../helpers/market.ts";

const { ethers, networkHelpers } = await network.create();

async function hundred() {
  const [owner, guardian] = await ethers.getSigners();
  return deployMarket({ owner: owner!, guardian: guardian!, tokens: mixedTokens(100) });
}

describe("market fixture", () => {
  it("lists 100 tokens whose prices read as given", async () => {
    const market = await networkHelpers.loadFixture(hundred);

    const prices = await market.assetRegistry.prices(market.tokens.map(({ address }) => address));

    expect(market.tokens).to.have.length(100);
    expect(prices).to.deep.equal(market.tokens.map(({ price }) => price * 10n ** 19n));
    expect(new Set(market.tokens.map(({ decimals }) => decimals))).to.deep.equal(new Set([6, 8, 18, 27]));
  });

  it("has tokens in the ascending order that the factory wants", async () => {
    const { tokens } = await networkHelpers.loadFixture(hundred);

    const addresses = tokens.map(({ address }) => BigInt(address));

    expect(addresses).to.deep.equal([...addresses].sort((a, b) => (a < b ? -1 : 1)));
  });

  it("changes one price and keeps the others fresh", async () => {
    const market = await networkHelpers.loadFixture(hundred);
    await networkHelpers.time.increase(86_401);
    const stale = await market.assetRegistry.price(tokenOf(market, "TK2").address);

    await setPrices(market, { TK1: "3.5" });

    expect(stale).to.equal(0n);
    expect(await market.assetRegistry.price(tokenOf(market, "TK1").address)).to.equal(35n * 10n ** 26n);
    expect(await market.assetRegistry.price(tokenOf(market, "TK2").address)).to.not.equal(0n);
  });
});
