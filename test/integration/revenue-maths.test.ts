import { expect } from "chai";
import { network } from "hardhat";
import {
  appendEpoch,
  claimableByWeeks,
  claimableOf,
  type RevenueEpoch,
  type RevenueWeek,
  WEEK,
} from "../../sdk/src/index.ts";
import { RevenueDistributor__factory, TokenMock__factory } from "../../typechain-types/index.js";
import { EscrowModel } from "../helpers/escrowModel.ts";
import { accepts, deployEscrowStage, draw, mine, Random } from "../helpers/escrowOperations.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const ACCOUNTS = 6;
const WEEKS = 70;
const MIN_SUPPLY = 3n * 10n ** 22n;

async function deployed() {
  const stage = await deployEscrowStage(ethers, ACCOUNTS);
  const [owner] = stage.signers;
  if (!owner) throw new Error("the simulated network has no accounts");
  const token = await new TokenMock__factory(owner).deploy("Reward", "RWD", 18);
  // No index takes part: the factory is only asked about tokens that are not listed.
  const distributor = await new RevenueDistributor__factory(owner).deploy(
    stage.escrow,
    stage.escrow,
    owner,
    MIN_SUPPLY,
  );
  await distributor.setRewardToken(token, true);
  await token.mint(owner, 10n ** 30n);
  await token.approve(distributor, 10n ** 30n);
  return { ...stage, token, distributor };
}

type Stage = Awaited<ReturnType<typeof deployed>>;

/** The distributor's pots as the maths keep them. */
class Revenue {
  readonly #model: EscrowModel;
  epochs: readonly RevenueEpoch[] = [];
  readonly weeks: RevenueWeek[] = [];
  #pot = 0n;
  #week = 0n;

  constructor(model: EscrowModel) {
    this.#model = model;
  }

  /** Shares the open pot out in the first finished week with enough power. */
  settle(current: bigint): void {
    for (; this.#pot !== 0n && this.#week < current; this.#week++) {
      const supply = this.#model.supplyAt(this.#week * WEEK);
      if (supply < MIN_SUPPLY) continue;
      const shared = { week: this.#week, pot: this.#pot, supply };
      this.weeks.push(shared);
      this.epochs = appendEpoch(this.epochs, shared);
      this.#pot = 0n;
    }
  }

  pay(amount: bigint, current: bigint): void {
    this.settle(current);
    this.#pot += amount;
    this.#week = current;
  }
}

/** Two random operations in a week, after what is paid at its start. */
async function playWeek(stage: Stage, model: EscrowModel, random: Random, week: bigint): Promise<void> {
  const atStart = random.index(3) === 0;
  for (const part of [atStart ? 0n : 1n + random.below(WEEK / 2n), WEEK / 2n + random.below(WEEK / 2n)]) {
    const timestamp = week * WEEK + part;
    const operations = [draw(random, timestamp, ACCOUNTS)];
    const results = await mine(connection, stage, operations, timestamp);
    expect(results).to.deep.equal(operations.map((operation) => accepts(model, operation, timestamp)));
  }
}

describe("sdk: revenue maths against the distributor", () => {
  it("equal what can be claimed in any week, after claims at any time, to the wei, and a loop within a wei a week", async () => {
    const stage = await networkHelpers.loadFixture(deployed);
    const { distributor, token, signers } = stage;
    const [model, random] = [new EscrowModel(ACCOUNTS, 5_000), new Random(9n)];
    const revenue = new Revenue(model);
    const settled = signers.map(() => 0);
    const paidTo = signers.map(() => 0n);
    const first = BigInt(await networkHelpers.time.latest()) / WEEK + 1n;
    let compared = 0;
    for (let week = first; week < first + BigInt(WEEKS); week++) {
      await playWeek(stage, model, random, week);
      if (random.index(4) !== 0) {
        const amount = 1n + random.below(10n ** BigInt(4 + random.index(20)));
        await distributor.notify(token, amount);
        revenue.pay(amount, week);
      }
      await networkHelpers.time.increaseTo((week + 1n) * WEEK - 2n);
      revenue.settle(week);
      for (const [index, signer] of signers.entries()) {
        const expected = claimableOf({
          points: model.pointsOf(index),
          epochs: revenue.epochs,
          fromEpoch: settled[index],
        });
        expect(await distributor.claimable(signer, token), `account ${index} in week ${week}`).to.equal(expected);
        compared++;
      }
      const who = random.index(ACCOUNTS * 4);
      const claimer = signers[who];
      if (claimer === undefined) continue;
      paidTo[who] = (paidTo[who] ?? 0n) + (await distributor.claimable(claimer, token));
      await distributor.connect(claimer).claim(claimer, [await token.getAddress()], claimer);
      settled[who] = revenue.epochs.length;
    }
    expect(revenue.weeks.length > 40 && compared === ACCOUNTS * WEEKS, `${revenue.weeks.length} pots`).to.equal(true);
    for (const [index, paid] of paidTo.entries()) {
      const points = model.pointsOf(index);
      const open = claimableOf({ points, epochs: revenue.epochs, fromEpoch: settled[index] });
      const [whole, naive] = [paid + open, claimableByWeeks(points, revenue.weeks)];
      const difference = whole > naive ? whole - naive : naive - whole;
      expect(difference <= BigInt(revenue.weeks.length), `${index}: ${whole}, ${naive}`).to.equal(true);
      const claimer = signers[index];
      if (claimer && index !== 0) expect(await token.balanceOf(claimer)).to.equal(paid);
    }
  });
});
