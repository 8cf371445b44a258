import { expect } from "chai";
import { network } from "hardhat";
import { tour } from "../../sdk/examples/holder.ts";
import { getBasket } from "../../sdk/src/index.ts";
import { deploySdkFixture } from "../helpers/sdk.ts";

const { ethers, networkHelpers, provider } = await network.create();

async function deployed() {
  return deploySdkFixture(ethers, provider);
}

describe("sdk: example of the README", () => {
  it("runs from creation to redemption", async () => {
    const { client, holder, factory, lens, addressOf } = await networkHelpers.loadFixture(deployed);
    const stage = { factory, lens, usdc: addressOf("USDC"), other: addressOf("ETHX") };
    const { vault, worth } = await tour(client, holder, stage);

    // $1,000 and 100 tokens at $2,000 for 100 shares, less seconds of fees.
    expect(Number(worth / 10n ** 18n)).to.be.within(2_009, 2_010);
    expect((await getBasket(client, { vault })).tokens).to.have.length(2);
  });
});
