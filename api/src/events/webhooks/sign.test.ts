import { expect } from "chai";
import { SecretError } from "../errors.ts";
import { newSecret, requireSecret, sign } from "./sign.ts";

const SECRET = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;

describe("signature of a webhook", () => {
  it("is the specification's: HMAC-SHA256 over id, timestamp and body", () => {
    // Known answer: the example of the Standard Webhooks libraries.
    const body = '{"test": 2432232314}';
    const headers = sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body, [
      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ]);
    expect(headers).to.deep.equal({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  it("is made with every secret while there are two", () => {
    const { "webhook-signature": text } = sign("a", 1, "{}", [SECRET, newSecret()]);
    const [first, second, ...others] = text.split(" ");
    expect(first).to.equal(sign("a", 1, "{}", [SECRET])["webhook-signature"]);
    expect(second).to.match(/^v1,/).and.not.equal(first);
    expect(others).to.deep.equal([]);
  });

  it("refuses an id with a full stop: the parts could be read in two ways", () => {
    expect(() => sign("a.1", 1, "{}", [SECRET])).to.throw(SecretError, "full stop");
  });

  it("takes secrets of 24 to 64 bytes and no others", () => {
    const of = (bytes: number) => `whsec_${Buffer.alloc(bytes, 1).toString("base64")}`;
    for (const bytes of [24, 32, 64]) expect(requireSecret(of(bytes))).to.equal(of(bytes));
    const wrong = [of(23), of(65), of(32).slice(6), `${of(32)}!`, `whsec_${"!".repeat(40)}`, ""];
    for (const secret of wrong) expect(() => requireSecret(secret), secret).to.throw(SecretError);
  });

  it("is made with secrets that nobody else has", () => {
    expect(newSecret()).to.not.equal(newSecret());
    expect(requireSecret(newSecret())).to.have.length(50);
  });
});
