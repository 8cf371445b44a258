import { expect } from "chai";
import { gradedDays } from "./gradedDays.ts";

type Store = Parameters<typeof gradedDays>[0];

/** A store whose days 3, 4 and 90 were graded, with one token. */
function storeOf(days: readonly number[]): { store: Store; asked: string[] } {
  const asked: string[] = [];
  const head = (day: number) => ({ day, asOf: day * 86_400, decision: `0x${day}` });
  const store = {
    head: async () => (days.length === 0 ? undefined : head(Math.max(...days))),
    days: async (from: number, to: number) => {
      asked.push(`${from}-${to}`);
      return days
        .filter((day) => day >= from && day <= to)
        .toReversed()
        .map(head);
    },
    page: async ({ day, filter }: { day: number; filter: { tokens?: readonly string[] } }) =>
      filter.tokens?.[0] === "nothing" ? [] : [{ token: "a", traderGrade: day, investorGrade: null, previous: null }],
  };
  return { store: store as unknown as Store, asked };
}

describe("graded days", () => {
  it("are found in order, over gaps too, up to the newest", async () => {
    const { store, asked } = storeOf([3, 4, 90]);
    const days = gradedDays(store);
    expect(await days.next(0)).to.deep.equal({ day: 3, asOf: 3 * 86_400, decision: "0x3" });
    expect((await days.next(4))?.day).to.equal(4);
    expect((await days.next(5))?.day).to.equal(90);
    expect((await days.next(90))?.day).to.equal(90);
    expect(await days.next(91)).to.equal(undefined);
    expect(asked).to.have.length.below(12);
  });

  it("give the newest grade of a token, and none where there is none", async () => {
    const days = gradedDays(storeOf([3, 90]).store);
    expect(await days.grade("a", "trader")).to.equal(90);
    expect(await days.grade("a", "investor")).to.equal(null);
    expect(await days.grade("nothing", "trader")).to.equal(null);
    expect(await days.tokens(3)).to.have.length(1);
    const empty = gradedDays(storeOf([]).store);
    expect(await empty.next(0)).to.equal(undefined);
    expect(await empty.grade("a", "trader")).to.equal(null);
  });
});
