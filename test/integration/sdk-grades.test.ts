import { expect } from "chai";
import { network } from "hardhat";
import { type Address, keccak256, toHex } from "viem";
import { decisionHashOf, type GradedRecord, gradeProof, gradesRoot } from "../../sdk/src/grades.ts";
import {
  ArgumentInvalidError,
  ContractError,
  cancelEpoch,
  getBasket,
  Lane,
  packWeights,
  proposeWeights,
  rememberDecision,
  send,
  signDecision,
  verifyGradeOnChain,
} from "../../sdk/src/index.ts";
import { setPrices } from "../helpers/market.ts";
import { DECISION_SIGNERS } from "../helpers/sdk.ts";
import { deployServicesWorld, type ServicesWorld, sendOnly, sentenceOf } from "../helpers/sdkServices.ts";

const { ethers, networkHelpers, provider } = await network.create();

const CONTENT = keccak256(toHex("a record"));
const CHAIN = 31_337;

async function deployed() {
  return deployServicesWorld(ethers, provider);
}

/** Proposes equal weights with a decision that grades every token of the basket. Returns what the keeper would keep. */
async function decide({ client, domain, vault }: ServicesWorld, epoch: number): Promise<GradedRecord> {
  const { tokens } = await getBasket(client, { vault });
  const assets = tokens.map(({ token }, index) => ({ token, traderGrade: 10 * index, investorGrade: null }));
  const record = { chainId: CHAIN, vault, epoch, assets };
  const decision = {
    ...{ vault, epoch, weights: packWeights(tokens.map(() => 2_500)), lane: Lane.RISK },
    ...{ decisionHash: decisionHashOf(CONTENT, gradesRoot(record)), validUntil: 2 ** 40 - 1 },
  };
  const signatures = await Promise.all(DECISION_SIGNERS.slice(0, 2).map((s) => signDecision(s, domain, decision)));
  await send(client, { tx: proposeWeights(client, { domain, decision, signatures }).buildTx() });
  return record;
}

describe("sdk: grades on chain", () => {
  it("proves a grade of the present decision, and of a remembered one after the next", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client, gradeBook, vault, curator, addressOf } = world;
    const remember = (index: Address) => async () => rememberDecision(client, { gradeBook, vault: index });
    expect(await sentenceOf(ContractError, remember(vault))).to.contain("No decision has been made");
    expect(await sentenceOf(ContractError, remember(gradeBook))).to.contain("is not an index of this protocol");
    const record = await decide(world, 1);
    const proven = gradeProof(record, addressOf("ETHX"));
    const verify = (change: object = {}) =>
      verifyGradeOnChain(client, { gradeBook, contentHash: CONTENT, ...proven, ...change });
    expect((await verify()).blockNumber > 0n).to.equal(true);

    const better = { grade: { ...proven.grade, traderBps: 10_000 } };
    expect(await sentenceOf(ContractError, () => verify(better))).to.contain("does not say this of");
    expect(await sentenceOf(ContractError, () => verify({ contentHash: keccak256("0x02") }))).to.contain(
      "does not say this of",
    );
    expect(await sentenceOf(ArgumentInvalidError, () => verify({ chainId: 1 }))).to.contain("this is chain 31337");

    const remembered = await sendOnly(client, rememberDecision(client, { gradeBook, vault }));
    expect(remembered).to.deep.equal({ epoch: 1, decisionHash: decisionHashOf(CONTENT, gradesRoot(record)) });
    await send(curator.client, { tx: cancelEpoch(curator.client, { vault }).buildTx() });
    await networkHelpers.time.increase(15 * 86_400);
    await setPrices(world.protocol, { ETHX: "2000" });
    await decide(world, 2);
    expect((await rememberDecision(client, { gradeBook, vault }).simulate()).epoch).to.equal(2);
    await verify();
    expect(await sentenceOf(ContractError, () => verify({ epoch: 3 }))).to.contain("Nobody wrote down the decision");
  });
});
