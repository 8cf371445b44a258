import { expect } from "chai";
import { toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { ArgumentInvalidError } from "../errors/base.ts";
import {
  encodeReceiptHeader,
  getUsageReceiptTypedData,
  MAX_RECEIPT_NONCE,
  signUsageReceipt,
  toSignedUsage,
  usageReceiptDigest,
} from "./usageReceipt.ts";

const signer = privateKeyToAccount(toHex(0xa11cen, { size: 32 }));
const domain = { chainId: 31_337, accessPass: "0x00000000000000000000000000000000000000A1" } as const;
const receipt = { account: signer.address, id: 1n, asset: 7n, nonce: 3n, units: 2, validUntil: 99 } as const;

describe("sdk usage receipts", () => {
  it("hashes a receipt as the contract does", () => {
    expect(usageReceiptDigest(domain, receipt)).to.equal(
      "0xd49969062650dc2ae5337831ef6378f9b0a75593dbc94e1079d2e9bba97b366d",
    );
  });

  it("brings a signature into the form that is settled", async () => {
    const signature = await signer.signTypedData(getUsageReceiptTypedData(domain, receipt));
    const usage = toSignedUsage(receipt, signature);
    expect(usage).to.deep.equal({
      nonce: 3n,
      units: 2,
      validUntil: 99,
      r: "0x226d6ff6a2fb0415a5267649996b962b0223c00d779855c7c7339cada069dff4",
      vs: "0x9c7db27cdb2fd0e9e912e73e00a090b3d21ad7acbf38f0476d34a867f2bf6468",
    });
  });

  it("writes a header that any reader of base64url reads, whatever its length", async () => {
    const signed = await signUsageReceipt(signer, domain, receipt);
    for (const nonce of [3n, 33n, 333n]) {
      const header = encodeReceiptHeader({ ...signed, nonce });
      const { accessPass: contract, chainId } = domain;
      const texts = { id: "1", asset: "7", nonce: String(nonce) };
      expect(JSON.parse(Buffer.from(header, "base64url").toString("utf8"))).to.deep.equal({
        ...{ ...receipt, ...texts, chainId, contract, signature: signed.signature },
      });
      expect(header).to.equal(Buffer.from(header, "base64url").toString("base64url"));
    }
  });

  it("refuses a nonce and a signature that the contract cannot take", () => {
    const nonce = MAX_RECEIPT_NONCE + 1n;
    expect(() => getUsageReceiptTypedData(domain, { ...receipt, nonce })).to.throw(ArgumentInvalidError);
    expect(() => toSignedUsage(receipt, "0x1234")).to.throw(ArgumentInvalidError);
  });
});
