import { expect } from "chai";
import { pairLots, withinBudget } from "../../../scripts/demo/lib/fills.ts";

const USD = 10n ** 18n;

function sale(usd: bigint, surplus: bigint, freeze = 0) {
  return { surplus, surplusValue: usd * USD, deficitValue: 0n, freeze };
}

function purchase(usd: bigint, freeze = 0) {
  return { surplus: 0n, surplusValue: 0n, deficitValue: usd * USD, freeze };
}

describe("pairing of lots", () => {
  it("splits a large sale over two purchases without losing a unit", () => {
    const orders = pairLots([sale(1_000n, 777n), purchase(600n), purchase(400n)]);

    expect(orders.map(({ i, j, value }) => [i, j, value / USD])).to.deep.equal([
      [0, 1, 600n],
      [0, 2, 400n],
    ]);
    expect(orders[1]?.maxSell, "the last part is asked for whole; the vault clamps it").to.equal(777n);
  });

  it("leaves out what is frozen on the side that would trade", () => {
    expect(pairLots([sale(100n, 5n, 1), purchase(100n)])).to.deep.equal([]);
    expect(pairLots([sale(100n, 5n), purchase(100n, 2)])).to.deep.equal([]);
    expect(pairLots([sale(100n, 5n, 2), purchase(100n, 1)])).to.have.length(1);
  });

  it("leaves out lots that cost more gas than they move", () => {
    expect(pairLots([sale(19n, 5n), purchase(100n)])).to.deep.equal([]);
  });

  it("stops at the budget, cutting the order that crosses it", () => {
    const orders = pairLots([sale(300n, 300n), sale(200n, 200n), purchase(500n)]);

    const within = withinBudget(orders, 400n * USD);

    expect(within.map(({ value }) => value / USD)).to.deep.equal([300n, 100n]);
    expect(within[1]?.maxSell).to.equal(100n);
    expect(withinBudget(orders, 0n)).to.deep.equal([]);
  });
});
