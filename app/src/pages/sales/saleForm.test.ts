import { type SaleAccess, type SaleTerms, SCORE_TIERS } from "@gimbal/sdk";
import { expect } from "chai";
import type { Address } from "viem";
import type { SaleState } from "../../data/sales.ts";
import { capsOf, isOver, mostToCommit, planCommit, priceOf, vestingSteps } from "./saleForm.ts";

const ACCOUNT: Address = "0x00000000000000000000000000000000000000AA";
const USD = 1_000_000n;
const DAY = 86_400n;
const terms = { hardCap: 1_000n * USD, saleAmount: 3_000n * 10n ** 18n } as SaleTerms;
const access: SaleAccess = {
  ...{ tier: 3, cap: 3_750n * USD, opensAt: 1_000n, committed: 750n * USD, settled: false },
  ...{ accepted: 0n, refund: 0n, bought: 0n, releasable: 0n },
};
const token = (symbol: string, decimals: number) => ({ address: ACCOUNT, symbol, decimals });

function state(over: Partial<SaleState> = {}, sale: Partial<SaleState["sale"]> = {}): SaleState {
  return {
    ...{ address: ACCOUNT, account: ACCOUNT, balance: 5_000n * USD, now: 2_000, tiers: SCORE_TIERS, tierNow: 3 },
    ...{ saleToken: token("NEW", 18), paymentToken: token("USDC", 6) },
    sale: { blockNumber: 1n, status: "open", terms, totalCommitted: 0n, paymentDecimals: 6, access, ...sale },
    ...over,
  };
}

describe("a commitment to a sale", () => {
  it("goes up to what the cap and the wallet leave", () => {
    expect(mostToCommit(state())).to.equal(3_000n * USD);
    expect(mostToCommit(state({ balance: USD }))).to.equal(USD);
    expect(planCommit("3000", state())).to.deep.equal({
      amount: 3_000n * USD,
      amountFault: undefined,
      fault: undefined,
    });
  });

  it("says why it cannot be made", () => {
    const fault = (text: string, over?: Partial<SaleState>, sale?: Partial<SaleState["sale"]>) =>
      planCommit(text, state(over, sale)).fault;
    expect(fault("")).to.equal("Type an amount");
    expect(fault("1,5")).to.equal("Correct the amount");
    expect(fault("3000.000001")).to.equal("More than your cap");
    expect(fault("2", { balance: USD })).to.equal("Not enough USDC");
    expect(fault("1", { now: 999 })).to.match(/^Opens for you on 1 Jan 1970/);
    expect(fault("1", {}, { access: { ...access, tier: 0 } })).to.match(/tier/);
    expect(fault("1", {}, { status: "cancelled" })).to.equal("Cancelled");
    expect(planCommit("3000.000001", state()).amountFault).to.equal("Your cap leaves 3,000 USDC.");
    expect(planCommit("2", state({ balance: USD })).amountFault).to.equal("You have 1 USDC.");
  });
});

describe("figures of a sale", () => {
  it("round the price up and read caps from the table", () => {
    expect(priceOf(state())).to.equal(333_334n);
    expect(capsOf(state()).slice(0, 3)).to.deep.equal([1_000n * USD, 2_000n * USD, 3_750n * USD]);
    expect(isOver("missed") && !isOver("open")).to.equal(true);
  });

  it("tell when bought tokens come out", () => {
    const at = (cliff: bigint, vesting: bigint) =>
      vestingSteps({ bought: 100n, end: 0n, cliff: cliff * DAY, vesting: vesting * DAY }).map(
        ({ at: when, vested }) => [when / DAY, vested],
      );
    expect(at(10n, 100n)).to.deep.equal([
      [10n, 10n],
      [50n, 50n],
      [100n, 100n],
    ]);
    expect(at(0n, 0n)).to.deep.equal([[0n, 100n]]);
    expect(at(30n, 30n)).to.deep.equal([[30n, 100n]]);
  });
});
