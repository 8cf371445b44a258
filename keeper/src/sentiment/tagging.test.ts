import { expect } from "chai";
import { ALIASES } from "./aliases.ts";
import { createTagger } from "./tagging.ts";
import { tokenize } from "./tokenizer.ts";

const assets = [
  "AAVE",
  "BCH",
  "BTC",
  "COMP",
  "DOGE",
  "ETH",
  "GAS",
  "LINK",
  "MATIC",
  "NEAR",
  "ONE",
  "POL",
  "QQZ",
  "SAND",
  "SOL",
];
const tag = createTagger(assets);
const about = (text: string) => tag(tokenize(text));

describe("tagging", () => {
  it("knows the names of about 150 tokens, each once", () => {
    const symbols = ALIASES.map(({ asset }) => asset);
    expect(symbols.length).to.be.within(150, 260);
    expect(new Set(symbols).size).to.equal(symbols.length);
    for (const { asset, names, capitalNames } of ALIASES) {
      expect(asset).to.match(/^[A-Z0-9]+$/);
      expect([...names, ...capitalNames].join("")).to.match(/^[a-z0-9 ]+$/);
    }
  });

  it("finds names, symbols, tickers and the possessive", () => {
    expect(about("Bitcoin's price and ethereum's fees")).to.deep.equal(["BTC", "ETH"]);
    expect(about("btc slips, DOGE jumps, $aave flat")).to.deep.equal(["AAVE", "BTC", "DOGE"]);
    expect(about("Near Protocol and Chainlink")).to.deep.equal(["LINK", "NEAR"]);
  });

  it("takes the longest name: bitcoin cash is not bitcoin", () => {
    expect(about("Bitcoin Cash forks")).to.deep.equal(["BCH"]);
  });

  it("wants a sign for a symbol that is a common word", () => {
    expect(about("One link to gas prices near the sand of compound interest")).to.deep.equal([]);
    expect(about("Harmony: ONE, NEAR, GAS, SAND and LINK listed")).to.deep.equal([
      "GAS",
      "LINK",
      "NEAR",
      "ONE",
      "SAND",
    ]);
    expect(about("buy $one, $near, $gas, $sand, $link")).to.deep.equal(["GAS", "LINK", "NEAR", "ONE", "SAND"]);
    expect(about("DeFi lender Compound pays out")).to.deep.equal(["COMP"]);
    expect(about("Compound interest explained")).to.deep.equal([]);
  });

  it("does not believe capitals in a text that is all capitals", () => {
    expect(about("NO ONE LEFT NEAR THE SAND")).to.deep.equal([]);
    expect(about("BITCOIN NEAR RECORD AS NO ONE SELLS")).to.deep.equal(["BTC"]);
  });

  it("finds a token without known names by its symbol in capitals, and both ids of a renamed one", () => {
    expect(about("QQZ listed")).to.deep.equal(["QQZ"]);
    expect(about("qqz listed")).to.deep.equal([]);
    expect(about("Polygon upgrade")).to.deep.equal(["MATIC", "POL"]);
    expect(createTagger(["SEC", "ETF"])(tokenize("SEC delays ETF"))).to.deep.equal([]);
    expect(createTagger(["MATIC"])(tokenize("Polygon and Bitcoin"))).to.deep.equal(["MATIC"]);
  });

  it("names nobody when the market as a whole is meant", () => {
    expect(about("Crypto market sheds $200 billion")).to.deep.equal([]);
  });
});
