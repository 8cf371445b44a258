import { expect } from "chai";
import { type Address, parseUnits } from "viem";
import { type Closes, type Stay, valueDays } from "./accountValue.ts";

const DAY = 86_400;
const A: Address = "0x00000000000000000000000000000000000000AA";
const B: Address = "0x00000000000000000000000000000000000000bB";
const usd = (text: string) => parseUnits(text, 18);
const stay = (over: Partial<Stay>): Stay => ({
  ...{ index: A, shares: usd("2"), cost: usd("150"), from: 10 * DAY + 60, to: null },
  ...over,
});
const prices = (first: number, ...list: readonly (string | null)[]): Closes =>
  new Map(list.flatMap((price, i) => (price === null ? [] : [[first + i, usd(price)] as const])));
const valuesOf = (stays: readonly Stay[], closes: ReadonlyMap<Address, Closes>, first: number, last: number) =>
  valueDays(stays, closes, [A, B], { first, last });

describe("the value of an account over time", () => {
  it("counts what was held at the end of each day, at the price of that day, beside what it cost", () => {
    const stays = [stay({}), stay({ shares: usd("1"), cost: usd("70"), from: 11 * DAY, to: 12 * DAY + 5 })];
    const days = valuesOf(stays, new Map([[A, prices(9, "50", "80", "90", "100")]]), 9, 12);
    expect(days.map(({ date }) => date)).to.deep.equal(["1970-01-10", "1970-01-11", "1970-01-12", "1970-01-13"]);
    expect(days.map(({ value }) => value)).to.deep.equal([0n, usd("160"), usd("270"), usd("200")]);
    expect(days.map(({ cost }) => cost)).to.deep.equal([0n, usd("150"), usd("220"), usd("150")]);
  });

  it("goes on with the last price of up to a week ago, and knows no value after that", () => {
    const days = valuesOf([stay({})], new Map([[A, prices(10, "80", null, "90")]]), 10, 20);
    const values = days.map(({ value }) => value);
    expect(values.slice(0, 3)).to.deep.equal([usd("160"), usd("160"), usd("180")]);
    expect(values.slice(3)).to.deep.equal([...Array.from({ length: 7 }, () => usd("180")), null]);
  });

  it("is not known when one index has no price, which is no reason to hide the others", () => {
    const stays = [stay({}), stay({ index: B, cost: null })];
    const [day] = valuesOf(stays, new Map([[A, prices(10, "80")]]), 10, 10);
    expect(day?.parts).to.deep.equal([usd("160"), null]);
    expect([day?.value, day?.cost]).to.deep.equal([null, null]);
  });
});
