import { expect } from "chai";
import type { ContractTransactionResponse } from "ethers";
import { network } from "hardhat";
import { deployRevenue, lock, nextWeek, type Revenue } from "../../helpers/revenue.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

const POT = 1_000_000_000n; // {raw USD}

/** {gas} of whole transactions. */
/** A first claim writes two slots that were empty: how far the account is, and the token balance. */
const CEILING = { notify: 140_000n, firstClaim: 112_000n, claim: 100_000n, twoTokens: 200_000n };

async function deployLocked() {
  const fixture = await deployRevenue(ethers);
  await nextWeek(time);
  await lock(fixture, time, fixture.alice, 100_000, 52n);
  await lock(fixture, time, fixture.bob, 33_333, 52n);
  await fixture.escrow.connect(fixture.bob).setPermanent(true);
  await nextWeek(time);
  return fixture;
}

const load = () => networkHelpers.loadFixture(deployLocked);

async function gasOf(sent: Promise<ContractTransactionResponse>): Promise<bigint> {
  return (await (await sent).wait())?.gasUsed ?? 0n;
}

/** Pays a pot in each of `weeks` weeks and shares all of them out. */
async function payWeeks({ distributor, usd, alt }: Revenue, weeks: number, both = false) {
  for (let k = 0; k < weeks; ++k) {
    await distributor.notify(usd, POT);
    if (both) await distributor.notify(alt, POT);
    await nextWeek(time);
  }
  await distributor.finalize(usd);
  if (both) await distributor.finalize(alt);
}

describe("RevenueDistributor: gas", () => {
  it("keeps payments below 140,000: the first one, one more in a week, and one that closes a pot", async () => {
    const { distributor, usd } = await load();
    const first = await gasOf(distributor.notify(usd, POT));
    const sameWeek = await gasOf(distributor.notify(usd, POT));
    await nextWeek(time);
    const newWeek = await gasOf(distributor.notify(usd, POT));
    await nextWeek(time, 20n);
    const afterSilence = await gasOf(distributor.notify(usd, POT));
    for (const gas of [first, sameWeek, newWeek, afterSilence]) expect(gas).to.be.lessThanOrEqual(CEILING.notify);
    expect(sameWeek).to.be.lessThan(first);
  });

  for (const who of ["alice", "bob"] as const) {
    it(`costs ${who === "alice" ? "a decaying" : "a permanent"} lock the same for 1, 10, 35 and 51 weeks the first time`, async () => {
      const costs: bigint[] = [];
      for (const weeks of [1, 10, 35, 51]) {
        const fixture = await load();
        const { distributor, usd } = fixture;
        await payWeeks(fixture, weeks);
        const holder = fixture[who];
        costs.push(await gasOf(distributor.connect(holder).claim(holder, [usd], holder)));
      }
      for (const gas of costs) {
        expect(gas).to.be.lessThanOrEqual(CEILING.firstClaim);
        expect(gas * 100n).to.be.within((costs[0] ?? 0n) * 95n, (costs[0] ?? 0n) * 105n);
      }
    });
  }

  it("costs the same again when a claim follows a claim, after 1, 10 and 35 weeks", async () => {
    const costs: bigint[] = [];
    for (const weeks of [1, 10, 35]) {
      const fixture = await load();
      const { distributor, usd, alice } = fixture;
      await payWeeks(fixture, 3);
      await distributor.connect(alice).claim(alice, [usd], alice);
      await payWeeks(fixture, weeks);
      costs.push(await gasOf(distributor.connect(alice).claim(alice, [usd], alice)));
    }
    for (const gas of costs) {
      expect(gas).to.be.lessThanOrEqual(CEILING.claim);
      expect(gas * 100n).to.be.within((costs[0] ?? 0n) * 95n, (costs[0] ?? 0n) * 105n);
    }
  });

  it("keeps a first claim of two tokens over 45 weeks below 200,000", async () => {
    const fixture = await load();
    const { distributor, usd, alt, alice } = fixture;
    await payWeeks(fixture, 45, true);
    const gas = await gasOf(distributor.connect(alice).claim(alice, [usd, alt], alice));
    expect(gas).to.be.lessThanOrEqual(CEILING.twoTokens);
  });
});
