import { expect } from "chai";
import { network } from "hardhat";
import { WEEK } from "../../sdk/src/index.ts";
import { Multicall3__factory } from "../../typechain-types/factories/@chainlink/contracts/src/v0.8/vendor/multicall/ebd8b64/src/index.js";
import { EscrowModel } from "../helpers/escrowModel.ts";
import { accepts, deployEscrowStage, draw, mine, pause, Random } from "../helpers/escrowOperations.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const ACCOUNTS = 8;
const OPERATIONS = 200;
const MAX_PENALTY_BPS = 5_000;
const SEEDS = [1n, 2n];

async function deployed() {
  const stage = await deployEscrowStage(ethers, ACCOUNTS);
  const [owner] = stage.signers;
  if (!owner) throw new Error("the simulated network has no accounts");
  return { ...stage, multicall: await new Multicall3__factory(owner).deploy() };
}

type Stage = Awaited<ReturnType<typeof deployed>>;

type Question = { data: string; expected: bigint; about: string };

/** What the contract must answer about one second, by the model. Votes and supply of the past have their own getters. */
function questionsAt(stage: Stage, model: EscrowModel, timestamp: bigint, isPast: boolean): Question[] {
  const { escrow, signers } = stage;
  const abi = escrow.interface;
  const supply = model.supplyAt(timestamp);
  const questions: Question[] = [
    { data: abi.encodeFunctionData("totalSupplyAt", [timestamp]), expected: supply, about: `supply at ${timestamp}` },
  ];
  signers.forEach(({ address }, index) => {
    const [balance, score] = [model.balanceAt(index, timestamp), model.scoreAt(index, timestamp)];
    const at = `of ${index} at ${timestamp}`;
    questions.push(
      {
        data: abi.encodeFunctionData("balanceOfAt", [address, timestamp]),
        expected: balance,
        about: `power ${at}`,
      },
      { data: abi.encodeFunctionData("scoreAt", [address, timestamp]), expected: score, about: `score ${at}` },
    );
    if (!isPast) return;
    const votes = model.votesAt(index, timestamp);
    questions.push({
      data: abi.encodeFunctionData("getPastVotes", [address, timestamp]),
      expected: votes,
      about: `votes ${at}`,
    });
  });
  return questions;
}

/** Asks the contract all questions in one call. */
async function check({ escrow, multicall }: Stage, questions: readonly Question[]): Promise<void> {
  const target = await escrow.getAddress();
  const calls = questions.map(({ data }) => ({ target, callData: data, allowFailure: false }));
  const answers = await multicall.aggregate3.staticCall(calls, { gasLimit: 2n ** 24n });
  questions.forEach(({ expected, about }, index) => {
    if (BigInt(answers[index]!.returnData) !== expected) {
      expect.fail(`${about}: the contract says ${BigInt(answers[index]!.returnData)}, the SDK ${expected}`);
    }
  });
}

/** Locks, penalties and votes of this second. */
async function checkNow(stage: Stage, model: EscrowModel, timestamp: bigint): Promise<void> {
  const { escrow, signers } = stage;
  const abi = escrow.interface;
  expect(await escrow.totalLocked()).to.equal(model.totalLocked);
  const questions = signers.flatMap(({ address }, index): Question[] => [
    {
      data: abi.encodeFunctionData("penaltyOf", [address]),
      expected: model.penaltyOf(index, timestamp),
      about: `penalty of ${index} at ${timestamp}`,
    },
    {
      data: abi.encodeFunctionData("getVotes", [address]),
      expected: model.votesAt(index, timestamp),
      about: `votes of ${index} at ${timestamp}`,
    },
  ]);
  await check(stage, questions);
  const index = Number(timestamp % BigInt(signers.length));
  const { amount, end, heldSince, permanent, away, points } = await escrow.locked(signers[index]!);
  const lock = { amount, end, heldSince, permanent, away, points: Number(points) };
  expect(lock).to.deep.equal(model.lockOf(index));
}

describe("sdk: ve maths against the escrow", () => {
  for (const seed of SEEDS) {
    it(`equals the contract to the wei, in what it accepts, refuses, and answers about past and future (${seed})`, async () => {
      const stage = await networkHelpers.loadFixture(deployed);
      const [model, random] = [new EscrowModel(ACCOUNTS, MAX_PENALTY_BPS), new Random(seed)];
      const begun = BigInt(await networkHelpers.time.latest());
      let [timestamp, accepted, refused, asked] = [begun, 0, 0, 0];
      for (let done = 0; done < OPERATIONS; ) {
        timestamp += pause(random, timestamp);
        const operations = Array.from({ length: random.index(6) === 0 ? 3 : 1 }, () =>
          draw(random, timestamp, ACCOUNTS),
        );
        done += operations.length;
        const results = await mine(connection, stage, operations, timestamp);
        const expected = operations.map((operation) => accepts(model, operation, timestamp));
        expect(results, `operations before ${timestamp}: ${operations.map(({ kind }) => kind)}`).to.deep.equal(
          expected,
        );
        accepted += results.filter(Boolean).length;
        refused += results.filter((result) => !result).length;
        await checkNow(stage, model, timestamp);
        const past = begun + random.below(timestamp - begun);
        const future = timestamp + random.below(60n * WEEK);
        const questions = [past, (past / WEEK) * WEEK, future, (future / WEEK) * WEEK].flatMap((time) =>
          questionsAt(stage, model, time, time < timestamp),
        );
        asked += questions.length;
        await check(stage, questions);
      }
      expect(accepted > 70 && refused > 40, `${accepted} accepted, ${refused} refused`).to.equal(true);
      expect(asked > 8_000, `${asked} points`).to.equal(true);
    });
  }
});
