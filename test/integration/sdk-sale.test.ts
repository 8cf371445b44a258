import { expect } from "chai";
import { network } from "hardhat";
import { type Address, getAddress, parseEther, zeroAddress } from "viem";
import {
  ArgumentInvalidError,
  ContractError,
  cancelSale,
  closeSale,
  commitToSale,
  fundSale,
  getSale,
  releaseSale,
  SCORE_TIERS,
  saleCapOf,
  saleResult,
  send,
  settleSale,
  vestedAt,
} from "../../sdk/src/index.ts";
import { TokenMock__factory } from "../../typechain-types/index.js";
import { failureOf, fulfil, now, tokenBalance, viemClient } from "../helpers/sdk.ts";
import { deployStaking, lockLongest, type Staking, toWeekStart } from "../helpers/sdkGovernance.ts";

const { ethers, networkHelpers, provider } = await network.create();

const DAY = 86_400n;
const _AMOUNT = parseEther("1000000");

async function deployed() {
  return deployStaking(ethers, provider);
}

/** A sale of 700,000 tokens for at most $4,000, announced after the stakers' tiers count. */
async function announceSale(stage: Staking): Promise<{ sale: Address; token: Address }> {
  const { client, contracts, owner, addressOf, holder, second } = stage;
  await lockLongest(stage, client, parseEther("30000"));
  await lockLongest(stage, second.client, parseEther("1000000"));
  await toWeekStart(networkHelpers.time, client);
  const token = await new TokenMock__factory(owner).deploy("New token", "NEW", 18);
  await token.mint(owner, parseEther("700000"));
  for (const account of [holder, second.address]) {
    await TokenMock__factory.connect(addressOf("USDC"), owner).mint(account, 100_000_000_000n);
  }
  const snapshot = (await now(client)) - 1n;
  const start = snapshot + 2n * DAY;
  const terms = {
    issuer: owner.address,
    paymentToken: addressOf("USDC"),
    saleToken: await token.getAddress(),
    hardCap: 4_000_000_000n,
    softCap: 1_000_000_000n,
    saleAmount: parseEther("700000"),
    snapshot,
    start,
    end: start + 3n * DAY,
    cliff: 30n * DAY,
    vesting: 300n * DAY,
    feeBps: 200,
  };
  await contracts.sales.createRound(terms);
  const [sale] = await contracts.sales.rounds(0, 1);
  return { sale: sale as Address, token: (await token.getAddress()) as Address };
}

describe("sdk: sales", () => {
  it("goes from funding to the last vested token, as the maths say", async () => {
    const stage = await networkHelpers.loadFixture(deployed);
    const { client, second, holder, ownerClient, addressOf } = stage;
    const { sale, token } = await announceSale(stage);
    const announced = await getSale(client, { sale, account: holder });
    expect(announced).to.include({ status: "announced", paymentDecimals: 6, totalCommitted: 0n });
    expect(announced.access?.tier).to.equal(4);
    expect(announced.access?.cap).to.equal(saleCapOf(SCORE_TIERS[3]!, 6));
    await fulfil(ownerClient, await fundSale(ownerClient, { sale }));
    expect((await getSale(client, { sale })).access).to.equal(undefined);

    await networkHelpers.time.increaseTo(announced.access!.opensAt - 5n);
    const first = await commitToSale(client, { sale, amount: 2_000_000_000n });
    for (const requirement of await first.getRequirements()) {
      if (requirement.kind === "approval") await send(client, { tx: requirement.tx });
    }
    const early = await failureOf(ContractError, () => first.simulate());
    expect(early.errorName).to.equal("SaleRound_NotOpen");
    await networkHelpers.time.increaseTo(announced.access!.opensAt);
    await send(client, { tx: first.buildTx() });
    await fulfil(second.client, await commitToSale(second.client, { sale, amount: 5_000_000_001n }));
    const open = await getSale(client, { sale, account: holder });
    expect(open.status).to.equal("open");
    const { hardCap, softCap, saleAmount } = open.terms;
    const committed = 2_000_000_000n;
    const { totalCommitted } = open;
    const expected = saleResult({ committed, totalCommitted, hardCap, softCap, saleAmount });
    const { accepted, refund, bought } = open.access!;
    expect({ accepted, refund, bought }).to.deep.equal(expected);

    await networkHelpers.time.increaseTo(BigInt(open.terms.end));
    const settling = settleSale(client, { sale });
    expect(await settling.simulate()).to.deep.equal({ accepted, refund });
    const before = await tokenBalance(client, addressOf("USDC"), holder);
    await send(client, { tx: settling.buildTx() });
    expect((await tokenBalance(client, addressOf("USDC"), holder)) - before).to.equal(refund);
    await send(client, { tx: settleSale(client, { sale, owner: second.address }).buildTx() });
    const { payment, fee, unsold } = await closeSale(client, { sale }).simulate();
    expect([payment + fee, unsold]).to.deep.equal([hardCap, 0n]);
    await send(client, { tx: closeSale(client, { sale }).buildTx() });

    const releasing = releaseSale(client, { sale });
    const cliff = await failureOf(ContractError, () => releasing.simulate());
    expect(cliff.errorName).to.equal("SaleRound_NothingToRelease");
    await networkHelpers.time.increase(100n * DAY);
    const { end, cliff: waits, vesting } = open.terms;
    const times = { end: BigInt(end), cliff: BigInt(waits), vesting: BigInt(vesting) };
    const { amount } = await releasing.simulate();
    const vested = vestedAt({ bought, ...times }, await now(client));
    // A call runs in the block to come.
    expect(amount >= vested && amount - vested <= (bought / times.vesting) * 2n).to.equal(true);
    await networkHelpers.time.increase(300n * DAY);
    expect((await getSale(client, { sale, account: holder })).access?.releasable).to.equal(bought);
    await send(client, { tx: releasing.buildTx() });
    expect(await tokenBalance(client, token, holder)).to.equal(bought);
  });

  it("is cancelled by the guardian alone, and then pays everything back", async () => {
    const stage = await networkHelpers.loadFixture(deployed);
    const { client, ownerClient, holder, addressOf } = stage;
    const { sale } = await announceSale(stage);
    await fulfil(ownerClient, await fundSale(ownerClient, { sale }));
    const { opensAt } = (await getSale(client, { sale, account: holder })).access!;
    await networkHelpers.time.increaseTo(opensAt);
    const before = await tokenBalance(client, addressOf("USDC"), holder);
    await fulfil(client, await commitToSale(client, { sale, amount: 3_000_000n }));
    const stranger = await failureOf(ContractError, () => cancelSale(client, { sale }).simulate());
    expect(stranger.errorName).to.equal("SaleRound_Unauthorized");
    const guardian = viemClient(provider, getAddress(stage.protocol.guardian.address));
    await send(guardian, { tx: cancelSale(guardian, { sale }).buildTx() });
    expect((await getSale(client, { sale })).status).to.equal("cancelled");
    const settling = settleSale(client, { sale });
    expect(await settling.simulate()).to.deep.equal({ accepted: 0n, refund: 3_000_000n });
    await send(client, { tx: settling.buildTx() });
    expect(await tokenBalance(client, addressOf("USDC"), holder)).to.equal(before);
  });

  it("refuses nothing, too much and strangers in words", async () => {
    const stage = await networkHelpers.loadFixture(deployed);
    const { client, ownerClient, signer } = stage;
    const { sale } = await announceSale(stage);
    await failureOf(ArgumentInvalidError, () => commitToSale(client, { sale, amount: 0n }));
    await fulfil(ownerClient, await fundSale(ownerClient, { sale }));
    await networkHelpers.time.increase(4n * DAY);
    const greedy = await commitToSale(client, { sale, amount: 99_000_000_000n });
    const { errorName, shortMessage } = await failureOf(ContractError, () => greedy.simulate());
    expect(errorName).to.equal("SaleRound_CapExceeded");
    expect(shortMessage).to.not.contain("undefined");
    const stranger = await commitToSale(signer.client, { sale, amount: 1n });
    expect((await failureOf(ContractError, () => stranger.simulate())).errorName).to.equal("SaleRound_NotEligible");
    expect((await getSale(client, { sale, account: zeroAddress })).access).to.equal(undefined);
  });
});
