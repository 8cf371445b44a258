import { methodologyHash, parseMethodology } from "@gimbal/sdk";
import { expect } from "chai";
import type { Address } from "viem";
import { type Draft, EMPTY_DRAFT } from "./draft.ts";
import { documentFile, documentOf, namedSentence, type Preview, previewWarnings, withFrozenSeed } from "./preview.ts";

const WETH: Address = "0x1111111111111111111111111111111111111111";
const USDC: Address = "0x3333333333333333333333333333333333333333";
const symbolOf = (token: Address): string => (token === WETH ? "WETH" : token === USDC ? "USDC" : token);
const draft: Draft = {
  ...EMPTY_DRAFT,
  ...{ name: "Mine", symbol: "MINE", mintFee: "0.25" },
  rows: [
    { token: WETH, symbol: "WETH", weightBps: 6_000, isLocked: false },
    { token: USDC, symbol: "USDC", weightBps: 4_000, isLocked: true },
  ],
};

describe("the preview of an index", () => {
  it("writes the rules down as a document that a keeper reads", () => {
    const document = documentOf(draft, { symbolOf, isStable: (token) => token === USDC });
    expect(document.words).to.equal("Fixed parts: WETH 60%, USDC 40%.");
    expect(document.caps.exposureBps, "what is stable stays so").to.equal(6_000);
    expect(document.fees).to.deep.equal({ streamingBps: 50, mintBps: 25 });
    const read = parseMethodology(JSON.parse(documentFile(document)));
    expect(methodologyHash(read)).to.equal(methodologyHash(document));
  });

  it("takes the seed that was shown, unless it is one of other tokens", () => {
    const preview = { creation: { seed: [{ token: WETH, amount: 5n }] } } as unknown as Preview;
    expect(withFrozenSeed(preview, [[WETH, "4"]]).creation.seed).to.deep.equal([{ token: WETH, amount: 4n }]);
    expect(withFrozenSeed(preview, [[USDC, "4"]])).to.equal(preview);
    expect(withFrozenSeed(preview, [])).to.equal(preview);
  });

  it("says what is wrong in sentences with symbols", () => {
    expect(namedSentence(`no price is known now for ${WETH}, ${USDC}`, symbolOf)).to.equal(
      "No price is known now for WETH, USDC.",
    );
    const found = {
      aboveCap: [WETH],
      tokens: [{ token: WETH, capBps: 2_500, seedBps: 6_000 }],
      missing: [{ token: USDC }],
    };
    expect(previewWarnings(found as unknown as Preview, symbolOf)).to.deep.equal([
      "WETH begins with 60%, above its cap of 25%: later decisions can only lower it.",
      "You hold too little USDC for the seed.",
    ]);
  });
});
