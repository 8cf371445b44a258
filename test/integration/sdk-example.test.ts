import { expect } from "chai";
import { network } from "hardhat";
import { readContract } from "viem/actions";
import { tour } from "../../examples/holder.ts";
import { stake, stakeAndVote } from "../../examples/staker.ts";
import { getBasket, indexFactoryAbi, parseAirdropFile } from "../../sdk/src/index.ts";
import { deploySdkFixture } from "../helpers/sdk.ts";
import { deployDao } from "../helpers/sdkDao.ts";

const { ethers, networkHelpers, provider } = await network.create();

async function deployed() {
  return deploySdkFixture(ethers, provider);
}

async function deployedDao() {
  return deployDao(ethers, provider, networkHelpers);
}

describe("sdk: examples", () => {
  it("runs from creation to redemption", async () => {
    const { client, holder, factory, lens, addressOf } = await networkHelpers.loadFixture(deployed);
    const stage = { factory, lens, usdc: addressOf("USDC"), other: addressOf("ETHX") };
    const { vault, worth } = await tour(client, holder, stage);

    // $1,000 and 100 tokens at $2,000 for 100 shares, less seconds of fees.
    expect(Number(worth / 10n ** 18n)).to.be.within(2_009, 2_010);
    expect((await getBasket(client, { vault })).tokens).to.have.length(2);
  });

  it("goes from an airdrop over a lock and a vote to a new fee", async () => {
    const dao = await networkHelpers.loadFixture(deployedDao);
    const { client, holder, signer, factory, splitter } = dao;
    const stage = { ...dao, list: parseAirdropFile(dao.list) };
    const wait = async (seconds: bigint) => {
      await networkHelpers.time.increase(seconds);
    };
    await stake({ client: signer.client, address: signer.account.address }, stage, wait);
    const state = await stakeAndVote({ client, address: holder }, signer.account, stage, wait);

    expect(state).to.equal("executed");
    const fee = await readContract(client, { address: factory, abi: indexFactoryAbi, functionName: "protocolFee" });
    expect(fee).to.deep.equal([500, splitter]);
  });
});
