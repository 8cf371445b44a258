import { expect } from "chai";
import { network } from "hardhat";
import { ArgumentInvalidError, MAX_TERM, WEEK } from "../../sdk/src/index.ts";
import { Multicall3__factory } from "../../typechain-types/factories/@chainlink/contracts/src/v0.8/vendor/multicall/ebd8b64/src/index.js";
import { GovernanceToken__factory, VotingEscrow__factory } from "../../typechain-types/index.js";
import { EscrowModel, type EscrowOperation, Refused } from "../helpers/escrowModel.ts";

const { ethers, networkHelpers, provider } = await network.create();

const ACCOUNTS = 8;
const OPERATIONS = 260;
const MAX_PENALTY_BPS = 5_000;
const SEEDS = [1n, 2n];

/** Seeded generator (xorshift64*): the same sequences on every machine. */
class Random {
  #state: bigint;

  constructor(seed: bigint) {
    this.#state = seed * 0x9e3779b97f4a7c15n;
  }

  below(limit: bigint): bigint {
    let x = BigInt.asUintN(64, this.#state);
    x ^= x >> 12n;
    x = BigInt.asUintN(64, x ^ (x << 25n));
    x ^= x >> 27n;
    this.#state = x;
    const wide = BigInt.asUintN(64, x * 0x2545f4914f6cdd1dn);
    return wide % limit;
  }

  index(limit: number): number {
    return Number(this.below(BigInt(limit)));
  }
}

async function deployed() {
  const signers = (await ethers.getSigners()).slice(0, ACCOUNTS);
  const [owner] = signers;
  if (!owner) throw new Error("the simulated network has no accounts");
  const gim = await new GovernanceToken__factory(owner).deploy(owner);
  const sink = ethers.Wallet.createRandom().address;
  const escrow = await new VotingEscrow__factory(owner).deploy(gim, owner, sink);
  const multicall = await new Multicall3__factory(owner).deploy();
  for (const signer of signers) {
    if (signer !== owner) await gim.transfer(signer, 10n ** 26n);
    await gim.connect(signer).approve(escrow, 2n ** 256n - 1n);
  }
  return { signers, escrow, multicall };
}

type Stage = Awaited<ReturnType<typeof deployed>>;

/** An operation that may or may not be allowed. */
function draw(random: Random, timestamp: bigint): EscrowOperation {
  const account = random.index(ACCOUNTS);
  const kind = random.index(20);
  if (kind < 10) {
    // Top-ups, extensions, both, neither, dust, and ends that are sometimes too near or too far.
    const large = MAX_TERM + random.below(10n ** 23n);
    const amount = [0n, large, large, MAX_TERM - 1n + random.below(3n)][random.index(4)] ?? 0n;
    const newEnd = random.index(3) === 0 ? 0n : timestamp + WEEK / 2n + random.below(MAX_TERM + WEEK);
    return { kind: "lock", account, amount, newEnd };
  }
  if (kind < 13) return { kind: "setPermanent", account, on: random.index(2) === 0 };
  if (kind < 15) return { kind: "withdraw", account };
  if (kind < 16) return { kind: "earlyExit", account };
  return { kind: "delegate", account, to: random.index(ACCOUNTS) };
}

/** Seconds until the next operation: none (the same block), a few, up to a week, to a boundary, or many weeks. */
function pause(random: Random, timestamp: bigint): bigint {
  const toBoundary = WEEK - (timestamp % WEEK);
  const kind = random.index(12);
  if (kind < 2) return 1n;
  if (kind < 6) return 1n + random.below(86_400n);
  if (kind < 9) return 1n + random.below(WEEK);
  if (kind < 11) return toBoundary + WEEK * random.below(3n);
  return toBoundary + random.below(20n * WEEK);
}

function encode({ escrow, signers }: Stage, operation: EscrowOperation): string {
  const { interface: abi } = escrow;
  switch (operation.kind) {
    case "lock":
      return abi.encodeFunctionData("lock", [operation.amount, operation.newEnd]);
    case "setPermanent":
      return abi.encodeFunctionData("setPermanent", [operation.on]);
    case "withdraw":
      return abi.encodeFunctionData("withdraw");
    case "earlyExit":
      return abi.encodeFunctionData("earlyExit", [2n ** 256n - 1n]);
    case "delegate":
      return abi.encodeFunctionData("delegate", [signers[operation.to]!.address]);
  }
}

/** Mines operations in one block and tells which of them the escrow accepted. */
async function mine(stage: Stage, operations: readonly EscrowOperation[], timestamp: bigint): Promise<boolean[]> {
  const { escrow, signers } = stage;
  const to = await escrow.getAddress();
  await provider.request({ method: "evm_setAutomine", params: [false] });
  const hashes: string[] = [];
  for (const operation of operations) {
    const from = signers[operation.account]!.address;
    const transaction = { from, to, data: encode(stage, operation), gas: "0xf4240" };
    hashes.push((await provider.request({ method: "eth_sendTransaction", params: [transaction] })) as string);
  }
  await networkHelpers.time.setNextBlockTimestamp(timestamp);
  await provider.request({ method: "evm_mine", params: [] });
  await provider.request({ method: "evm_setAutomine", params: [true] });
  const receipts = await Promise.all(hashes.map((hash) => ethers.provider.getTransactionReceipt(hash)));
  return receipts.map((receipt) => receipt?.status === 1);
}

/** Whether the model accepts an operation; it is applied then. */
function accepts(model: EscrowModel, operation: EscrowOperation, timestamp: bigint): boolean {
  try {
    model.apply(operation, timestamp);
    return true;
  } catch (error) {
    if (error instanceof ArgumentInvalidError || error instanceof Refused) return false;
    throw error;
  }
}

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
        const operations = Array.from({ length: random.index(6) === 0 ? 3 : 1 }, () => draw(random, timestamp));
        done += operations.length;
        const results = await mine(stage, operations, timestamp);
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
      expect(accepted > 90 && refused > 50, `${accepted} accepted, ${refused} refused`).to.equal(true);
      expect(asked > 10_000, `${asked} points`).to.equal(true);
    });
  }
});
