import { CanonicalError } from "@gimbal/sdk";
import { expect } from "chai";
import { keccak256, stringToBytes } from "viem";
import { type Canonical, canonicalHash, canonicalJson, contentHash } from "./canonical.ts";

describe("canonicalJson", () => {
  const vectors: readonly (readonly [Canonical, string])[] = [
    [{ b: 1, a: 2 }, '{"a":2,"b":1}'],
    [{ a: { d: null, c: [true, false] } }, '{"a":{"c":[true,false],"d":null}}'],
    [{ "10": 1, "9": 2, B: 3, a: 4 }, '{"10":1,"9":2,"B":3,"a":4}'],
    [-0, "0"],
    [9007199254740991, "9007199254740991"],
    ['quote " slash \\ line \n é €', '"quote \\" slash \\\\ line \\n é €"'],
    [[], "[]"],
    [{}, "{}"],
  ];

  for (const [value, text] of vectors) {
    it(`writes ${text}`, () => expect(canonicalJson(value)).to.equal(text));
  }

  it("behavior: does not depend on the order in which keys were set", () => {
    const one = { x: 1, y: { p: 1, q: 2 } };
    const other = { y: { q: 2, p: 1 }, x: 1 };
    expect(canonicalHash(one)).to.equal(canonicalHash(other));
  });

  it("behavior: hashes are keccak256 of the record and sha256 of stored content", () => {
    expect(canonicalHash({ a: 1 })).to.equal(keccak256(stringToBytes('{"a":1}')));
    expect(contentHash("abc")).to.equal("0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  for (const [title, value] of [
    ["a fraction", { price: 0.1 }],
    ["an integer beyond 2^53", 2 ** 60],
    ["not a number", Number.NaN],
    ["an undefined field", { a: undefined }],
    ["a bigint", { a: 1n }],
    ["a lone surrogate", "\ud800"],
  ] as const) {
    it(`error: refuses ${title}`, () => {
      expect(() => canonicalJson(value as unknown as Canonical)).to.throw(CanonicalError, "canonical");
    });
  }

  it("error: names the place of the value", () => {
    expect(() => canonicalJson({ a: [1, { b: 0.5 }] })).to.throw(CanonicalError, "$.a[1].b");
  });
});
