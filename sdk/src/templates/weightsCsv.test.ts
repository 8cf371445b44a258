import { expect } from "chai";
import type { Address } from "viem";
import { WeightsCsvInvalidError, type WeightsCsvReason } from "./errors.ts";
import { parseSizesCsv, parseTokensCsv, parseWeightsCsv } from "./weightsCsv.ts";

const WETH = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2";
const USDC = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
const tokens = { WETH: { address: WETH }, USDC: { address: USDC }, eth: { address: numbered(7) } } as const;

function numbered(number: number): Address {
  return `0x${number.toString(16).padStart(40, "0")}`;
}

const parse = (text: string) => parseWeightsCsv(text, { tokens });
const weights = (text: string) => parse(text).rows.map(({ token, weightBps }) => [token, weightBps]);
const EXPECTED = [
  [WETH, 6_000],
  [USDC, 4_000],
];

describe("parseWeightsCsv", () => {
  for (const [name, text] of Object.entries({
    "a header and percent signs": "token,weight\nWETH,60%\nUSDC,40%\n",
    "no header, percent": "WETH,60\nUSDC,40",
    "basis points": "WETH,6000\nUSDC,4000\n",
    "a header that says bps": "symbol,weight_bps\nWETH,6000\nUSDC,4000",
    "addresses in any case": `${WETH},60\n${USDC.toLowerCase()},40\n`,
    "a byte order mark and Windows line ends": "\uFEFFtoken,weight\r\nWETH,60\r\nUSDC,40\r\n",
    "old line ends": "WETH,60\rUSDC,40\r",
    "quotes, blanks and blank lines": '"token" , "weight"\n\n "WETH" , "60 %" \n,\n  USDC  ,  40.00 %\n\n',
    semicolons: "token;weight (%)\nWETH;60\nUSDC;40\n",
    tabs: "WETH\t60\nUSDC\t40\n",
    "columns in another order, and more of them": "Rank,Weight (%),Symbol\n1,60,WETH\n2,40,USDC\n",
    "symbols in other capitals": "weth,60\nusdc,40\n",
  })) {
    it(`reads ${name}`, () => expect(weights(text)).to.deep.equal(EXPECTED));
  }

  it("keeps the order of the table, the names and the lines, and two decimals of a percent exactly", () => {
    const { rows, unit } = parse("token,weight\n\nUSDC,33.33%\nWETH,66.67%\n");
    expect(unit).to.equal("percent");
    expect(rows).to.deep.equal([
      { token: USDC, weightBps: 3_333, name: "USDC", line: 3 },
      { token: WETH, weightBps: 6_667, name: "WETH", line: 4 },
    ]);
  });

  it("counts the lines of quoted fields, and prefers the exact symbol", () => {
    expect(parse('"WETH",60\n"USDC",40').rows.map(({ line }) => line)).to.deep.equal([1, 2]);
    expect(parse("eth,100").rows[0]?.token).to.equal(numbered(7));
  });

  const many = Array.from({ length: 129 }, (_, i) => `${numbered(i + 1)},1`).join("\n");
  const wrong: readonly (readonly [name: string, text: string, line: number, reason: WeightsCsvReason])[] = [
    ["nothing", "", 1, "empty"],
    ["a header alone", "token,weight\n", 1, "empty"],
    ["an unknown token", "WETH,60\nDOGE,40", 2, "unknown-token"],
    ["a token of another list's nature", "WETH,60\nconstructor,40", 2, "unknown-token"],
    ["no token", "WETH,60\n,40", 2, "unknown-token"],
    ["an address that is too short", "0x1234,100", 1, "address"],
    ["an address with a wrong character", `${WETH.replace("02aaA", "02aAA")},100`, 1, "address"],
    ["the zero address", `${numbered(0)},100`, 1, "address"],
    ["a token twice", "WETH,60\nUSDC,20\nWETH,20", 3, "duplicate"],
    ["a token by symbol and by address", `WETH,60\n${WETH.toLowerCase()},40`, 2, "duplicate"],
    ["no weight", "WETH,60\nUSDC,", 2, "weight"],
    ["a weight in words", "WETH,sixty\nUSDC,40", 1, "weight"],
    ["a negative weight", "WETH,160\nUSDC,-60", 2, "weight"],
    ["an exponent", "WETH,1e2", 1, "weight"],
    ["a separator of thousands", 'WETH,"6,000"\nUSDC,4000', 1, "weight"],
    ["a zero", "WETH,100\nUSDC,0.00", 2, "weight"],
    ["parts of a basis point", "WETH,60.005%\nUSDC,39.995%", 1, "weight"],
    ["parts of a basis point in bps", "WETH,6000.5\nUSDC,3999.5", 1, "weight"],
    ["a sum that is too small", "WETH,60\nUSDC,39.99", 2, "sum"],
    ["a sum that is too large in bps", "WETH,6000\nUSDC,4001\n\n", 2, "sum"],
    ["signs on some lines only", "WETH,60%\nUSDC,40", 2, "unit"],
    ["a sign under a header that says bps", "token,bps\nWETH,100%", 2, "unit"],
    ["too few columns", "token,weight\nWETH", 2, "columns"],
    ["too many columns", "WETH,60\nUSDC,40,x", 2, "columns"],
    ["an open quote", 'WETH,60\n"USDC,40\n', 2, "quote"],
    ["a quote within a field", 'WETH,6"0\n', 1, "quote"],
    ["text behind a quote", '"WETH"x,60\n', 1, "quote"],
    ["too many tokens", many, 129, "too-many"],
  ];
  for (const [name, text, line, reason] of wrong) {
    it(`refuses ${name} and names line ${line}`, () => {
      try {
        parse(text);
      } catch (error) {
        expect(error).to.be.instanceOf(WeightsCsvInvalidError).and.to.include({ line, reason });
        expect((error as Error).message).to.match(new RegExp(`^Line ${line}: .*\\.`));
        return;
      }
      expect.fail("nothing was thrown");
    });
  }

  it("takes the unit that the caller states", () => {
    expect(parseWeightsCsv("WETH,100", { tokens, unit: "percent" }).rows[0]?.weightBps).to.equal(10_000);
    expect(() => parseWeightsCsv("WETH,100", { tokens, unit: "bps" })).to.throw(WeightsCsvInvalidError, "100 bps");
  });
});

describe("parseSizesCsv and parseTokensCsv", () => {
  it("read sizes as amounts, and tokens with or without anything beside them", () => {
    const sizes = parseSizesCsv("symbol,market cap\nWETH,360000000000\nUSDC,25.5\n", { tokens });
    expect(sizes.map(({ size }) => size)).to.deep.equal([360_000_000_000_000_000n, 25_500_000n]);
    for (const text of ["WETH\nUSDC", "token\nWETH\nUSDC\n", "token,weight\nWETH,1\nUSDC,2\n", "WETH,x\nUSDC,y"]) {
      expect(parseTokensCsv(text, { tokens }).map(({ token }) => token)).to.deep.equal([WETH, USDC]);
    }
    expect(() => parseSizesCsv("WETH,60%", { tokens })).to.throw(WeightsCsvInvalidError, "percent sign");
    expect(() => parseTokensCsv("WETH\nWETH", { tokens })).to.throw(WeightsCsvInvalidError, "Line 2");
  });
});
