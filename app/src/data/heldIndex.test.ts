import { expect } from "chai";
import { parseEther } from "viem";
import { atPrice, joinGains, sumOf } from "./heldIndex.ts";

const BLUE = "0x00000000000000000000000000000000000000b1";
const TAIL = "0x00000000000000000000000000000000000000A1";
const usd = (amount: string) => ({ amount, raw: parseEther(amount).toString(), decimals: 18, unit: "USD" });

type Joined = Parameters<typeof joinGains>;

const account = {
  account: TAIL,
  value: usd("200"),
  lock: null,
  positions: [
    ...[
      { index: BLUE.toUpperCase().replace("0X", "0x"), name: "Blue", symbol: "BLUE", shares: usd("2"), missing: null },
    ],
  ].map((position) => ({ ...position, navPerShare: usd("100"), value: usd("200") })),
} as unknown as Joined[0];

const gain = { cost: usd("150"), unrealised: usd("50"), realised: usd("-3"), disposals: [{}] };
const gains = (indices: readonly object[]) => ({ indices }) as unknown as Joined[1];

describe("what an account holds", () => {
  it("is worth and has gained what a newer price says, and keeps what it cost", () => {
    const [blue] = joinGains(account, gains([{ index: BLUE, ...gain }]));
    const now = atPrice(blue!, parseEther("110.5"));
    expect(now).to.include({ value: parseEther("221"), unrealised: parseEther("71"), cost: parseEther("150") });
    expect(atPrice({ ...blue!, cost: null }, parseEther("1")).unrealised, "no gain without a cost").to.equal(null);
  });

  it("carries its gains, and keeps an index that was sold for what it brought", () => {
    const rows = joinGains(
      account,
      gains([
        { index: BLUE, ...gain },
        { index: TAIL, symbol: "TAIL", ...gain },
      ]),
    );
    expect(
      rows.map(({ symbol, shares, unrealised, realised }) => [symbol, shares, unrealised, realised]),
    ).to.deep.equal([
      ["BLUE", parseEther("2"), parseEther("50"), parseEther("-3")],
      ["TAIL", 0n, 0n, parseEther("-3")],
    ]);
    expect(sumOf(rows, ({ realised }) => realised)).to.equal(parseEther("-6"));
  });

  it("leaves out an index that was neither held nor sold, and knows no gain where none is told", () => {
    const rows = joinGains(account, gains([{ index: TAIL, symbol: "TAIL", ...gain, disposals: [] }]));
    expect(rows.map(({ cost, unrealised, realised }) => [cost, unrealised, realised])).to.deep.equal([
      [null, null, null],
    ]);
    expect(sumOf(rows, ({ cost }) => cost)).to.equal(null);
  });
});
