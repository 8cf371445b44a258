import { expect } from "chai";
import {
  concatHex,
  decodeAbiParameters,
  encodeAbiParameters,
  type Hex,
  keccak256,
  recoverAddress,
  stringToHex,
  toHex,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import {
  basketDecisionTypedData,
  encodeSignatures,
  hashBasketDecision,
  hashDecision,
  hashDecisionStruct,
  Lane,
  signBasketDecision,
  signDecision,
} from "./eip712.ts";
import { ArgumentInvalidError } from "./errors/base.ts";
import { packWeights } from "./math/weights.ts";

const vault = "0x00000000000000000000000000000000000000A1";
const domain = { chainId: 31_337, keeperRegistry: "0x00000000000000000000000000000000000000b2" } as const;
const decision = {
  vault,
  epoch: 3,
  weights: packWeights(Array.from({ length: 20 }, () => 500)),
  lane: Lane.DERISK,
  decisionHash: toHex(7, { size: 32 }),
  validUntil: 1_700_000_000,
} as const;
const basket = { vault, id: 3, add: [vault], drop: [], decisionHash: decision.decisionHash, validUntil: 1 } as const;
const accounts = [1, 2, 3].map((index) => privateKeyToAccount(toHex(index, { size: 32 })));

describe("sdk eip712", () => {
  it("hashes a decision as the NatSpec of IKeeperRegistry says, word by word", () => {
    const type =
      "Decision(address vault,uint32 epoch,uint256[] weights,uint8 lane,bytes32 decisionHash,uint40 validUntil)";
    const words = keccak256(concatHex(decision.weights.map((word) => toHex(word, { size: 32 }))));
    const expected = keccak256(
      encodeAbiParameters(
        ["bytes32", "address", "uint32", "bytes32", "uint8", "bytes32", "uint40"].map((type) => ({ type })),
        [keccak256(stringToHex(type)), vault, 3, words, 1, decision.decisionHash, 1_700_000_000],
      ),
    );
    expect(hashDecisionStruct(decision)).to.equal(expected);
  });

  it("recovers the signer of both kinds of decision from the digest", async () => {
    for (const account of accounts) {
      const { signer, signature } = await signDecision(account, domain, decision);
      expect(signer).to.equal(account.address);
      expect(await recoverAddress({ hash: hashDecision(domain, decision), signature })).to.equal(account.address);
      const other = await signBasketDecision(account, domain, basket);
      const hash = hashBasketDecision(domain, basket);
      expect(await recoverAddress({ hash, signature: other.signature })).to.equal(account.address);
    }
  });

  it("binds the digest to chain, registry, vault, epoch and lane", () => {
    const digests = [
      hashDecision(domain, decision),
      hashDecision({ ...domain, chainId: 1 }, decision),
      hashDecision({ ...domain, keeperRegistry: vault }, decision),
      hashDecision(domain, { ...decision, vault: domain.keeperRegistry }),
      hashDecision(domain, { ...decision, epoch: 4 }),
      hashDecision(domain, { ...decision, lane: Lane.RISK }),
    ];
    expect(new Set(digests).size).to.equal(digests.length);
    expect(basketDecisionTypedData(domain, basket).primaryType).to.equal("BasketDecision");
  });

  it("encodes signatures by ascending signer", async () => {
    const signed = await Promise.all(accounts.map((account) => signDecision(account, domain, decision)));
    const encoded = encodeSignatures(signed);
    const signers = encoded.map((item: Hex) => decodeAbiParameters([{ type: "address" }, { type: "bytes" }], item)[0]);
    expect(signers.map(BigInt)).to.deep.equal(
      signed.map(({ signer }) => BigInt(signer)).sort((a, b) => (a < b ? -1 : 1)),
    );
  });

  it("refuses two signatures of one signer", () => {
    const one = { signer: vault, signature: "0x01" } as const;
    expect(() => encodeSignatures([one, one])).to.throw(ArgumentInvalidError, "signed twice");
  });
});
