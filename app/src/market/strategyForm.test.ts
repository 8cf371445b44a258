import { methodologyHash, methodologyText, templateMethodology } from "@gimbal/sdk";
import { expect } from "chai";
import { keccak256, zeroHash } from "viem";
import { hashFault, rateFault, readDocument, uriFault } from "./strategyForm.ts";

const DOCUMENT = templateMethodology({
  ...{ template: "fixed", name: "Mine", symbol: "MINE", stables: ["USDC"] },
  ...{ weights: [{ symbol: "LINK", weightBps: 10_000 }], fees: { streamingBps: 50, mintBps: 0 } },
});
const bytesOf = (text: string) => new TextEncoder().encode(text);

describe("the form of a strategy", () => {
  it("takes the hash of a methodology's rules, however its file is laid out, and of any other file its bytes", () => {
    const hash = methodologyHash(DOCUMENT);
    expect(readDocument(bytesOf(methodologyText(DOCUMENT)))).to.deep.include({ hash });
    const spread = readDocument(bytesOf(JSON.stringify(DOCUMENT, null, 8)));
    expect(spread.hash).to.equal(hash);
    expect(spread.words).to.contain("“Mine”");
    const other = bytesOf('{"name":"Mine"}');
    expect(readDocument(other)).to.deep.equal({ hash: keccak256(other), words: "keccak256 of the file." });
  });

  it("refuses what the registry would refuse", () => {
    expect(hashFault(methodologyHash(DOCUMENT))).to.equal(undefined);
    for (const wrong of ["", "0x12", zeroHash]) expect(hashFault(wrong)).to.contain("64 digits");
    expect(uriFault(" ")).to.equal("Say where the document is");
    expect(uriFault("é".repeat(256))).to.equal(undefined);
    expect(uriFault("é".repeat(257))).to.equal("At most 512 bytes, not 514");
    expect(rateFault("50", 5_000)).to.equal(undefined);
    for (const wrong of ["50.01", "-1", "ten", ""]) expect(rateFault(wrong, 5_000)).to.contain("0% to 50%");
  });
});
