import { expect } from "chai";
import { type Address, parseUnits } from "viem";
import { ALL_DAYS, RANGES } from "../charts/ranges.ts";
import { readHistory, withLive } from "./accountDays.ts";
import { createApi } from "./api.ts";

const ACCOUNT: Address = "0x00000000000000000000000000000000000000AA";
const INDEX: Address = "0x00000000000000000000000000000000000000bB";
const SOLD: Address = "0x00000000000000000000000000000000000000CC";
const usd = (text: string) => parseUnits(text, 18);
const sum = (amount: string) => ({ amount, raw: String(usd(amount)), decimals: 18, unit: "USD" });
const acquired = (at: string) => ({ kind: "bought", at, block: 1, transaction: "0x01", navPerShare: sum("50") });

/** Two shares bought on 1 November, one of them sold on the 4th; another index was left long ago. */
const GAINS = [
  {
    ...{ index: INDEX.toLowerCase(), symbol: "BLUE", unmatched: sum("0") },
    lots: [{ acquired: acquired("2026-11-01T10:00:00Z"), shares: sum("1"), cost: sum("50") }],
    disposals: [
      {
        ...{ kind: "sold", at: "2026-11-04T12:00:00Z", block: 2, transaction: "0x02", shares: sum("1") },
        lots: [{ acquired: acquired("2026-11-01T10:00:00Z"), shares: sum("1"), cost: sum("50") }],
        unmatched: sum("0"),
      },
    ],
  },
  {
    ...{ index: SOLD.toLowerCase(), symbol: "OLD", unmatched: sum("3"), lots: [] },
    disposals: [
      {
        ...{ kind: "sent", at: "2026-01-05T00:00:00Z", block: 2, transaction: "0x03", shares: sum("1") },
        lots: [{ acquired: acquired("2026-01-01T00:00:00Z"), shares: sum("1"), cost: null }],
        unmatched: sum("3"),
      },
    ],
  },
];
const bar = (day: string, close: string, isComplete = true) => ({
  ...{ from: `${day}T00:00:00Z`, open: sum("1"), high: sum("1"), low: sum("1"), close: sum(close), tvl: sum("1") },
  isComplete,
});
const BARS = [bar("2026-10-30", "49"), bar("2026-11-02", "60"), bar("2026-11-03", "1", false), bar("2026-11-05", "70")];

/** An API that knows this account, and what it was asked. */
function fake() {
  const asked: URL[] = [];
  const api = createApi("http://api.test", async (url) => {
    const place = new URL(String(url));
    asked.push(place);
    const data = place.pathname.endsWith("/nav")
      ? { bars: place.pathname.toLowerCase().includes(INDEX.toLowerCase()) ? BARS : [] }
      : { account: ACCOUNT, method: "FIFO", indices: GAINS };
    return Response.json({ data, asOf: "2026-11-05T08:00:00Z", asOfBlock: 9 });
  });
  return { api, asked };
}
const signal = new AbortController().signal;

describe("the past of an account", () => {
  it("follows from what came and went of each lot, and from whole prices alone", async () => {
    const { api, asked } = fake();
    const week = RANGES[0] ?? ALL_DAYS;
    const { days, symbols, hasGaps } = await readHistory(api, ACCOUNT, week, signal);
    expect(symbols).to.deep.equal(["BLUE"]);
    expect(hasGaps, "shares of OLD came from nowhere").to.equal(true);
    const november = days.filter(({ date }) => date >= "2026-11-01");
    expect(november.map(({ date, value }) => [date, value])).to.deep.equal([
      ["2026-11-01", usd("98")],
      ["2026-11-02", usd("120")],
      ["2026-11-03", usd("120")],
      ["2026-11-04", usd("60")],
      ["2026-11-05", usd("70")],
    ]);
    expect(november.map(({ cost }) => cost)).to.deep.equal([usd("100"), usd("100"), usd("100"), usd("50"), usd("50")]);
    const prices = asked.filter(({ pathname }) => pathname.endsWith("/nav"));
    expect(prices.map(({ searchParams }) => searchParams.get("from"))).to.deep.equal(["2026-10-22"]);
  });

  it("begins with the first share, in whatever range", async () => {
    const { days, symbols } = await readHistory(fake().api, ACCOUNT, ALL_DAYS, signal);
    expect([days[0]?.date, days.at(-1)?.date]).to.deep.equal(["2026-01-01", "2026-11-05"]);
    expect(symbols).to.deep.equal(["BLUE", "OLD"]);
    expect(days[0]?.value, "OLD has no price").to.equal(null);
  });

  it("ends with the value of now, if that is of the same day", async () => {
    const history = await readHistory(fake().api, ACCOUNT, ALL_DAYS, signal);
    const at = (moment: string) => ({ value: usd("71.5"), asOf: Date.parse(moment) / 1_000 });
    expect(withLive(history, at("2026-11-05T09:00:00Z")).at(-1)?.value).to.equal(usd("71.5"));
    expect(withLive(history, at("2026-11-06T09:00:00Z")).at(-1)?.value).to.equal(usd("70"));
    expect(withLive(history, { value: null, asOf: history.asOf }).at(-1)?.value).to.equal(usd("70"));
  });
});
