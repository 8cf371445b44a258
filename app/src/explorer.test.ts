import { expect } from "chai";
import { explorerLink } from "./explorer.ts";

describe("links to a block explorer", () => {
  it("keep the path of its root, with a slash at its end and without", () => {
    const wanted = "https://scan.example.org/base/tx/0xab";
    expect(explorerLink("https://scan.example.org/base", "tx", "0xab")).to.equal(wanted);
    expect(explorerLink("https://scan.example.org/base/", "tx", "0xab")).to.equal(wanted);
    expect(explorerLink("https://scan.example.org", "address", "0xcd")).to.equal(
      "https://scan.example.org/address/0xcd",
    );
  });
});
