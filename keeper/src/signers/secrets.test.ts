import { expect } from "chai";
import { type Hex, keccak256, toHex } from "viem";
import { CENSORED, Secrets } from "./secrets.ts";

const KEY = keccak256(toHex("a key of the tests"));

describe("Secrets", () => {
  it("default: takes a key out of a text in every form that it is written in", () => {
    const secrets = new Secrets();
    secrets.add(KEY);
    const digits = KEY.slice(2);
    const base64 = Buffer.from(digits, "hex").toString("base64");
    for (const form of [KEY, digits, digits.toUpperCase(), String(BigInt(KEY)), base64]) {
      expect(secrets.redact(`a ${form} b`)).to.equal(`a ${CENSORED} b`);
    }
    expect(secrets.redact(`${KEY}${digits}`)).to.equal(CENSORED + CENSORED);
  });

  it("default: takes passwords and tokens out, also as JSON and addresses of the web write them", () => {
    const secrets = new Secrets();
    const password = 'quote " back \\ (1+1) $& §';
    secrets.add(password);
    for (const form of [password, encodeURIComponent(password)]) expect(secrets.redact(form)).to.equal(CENSORED);
    expect(secrets.redact(JSON.stringify({ password }))).to.equal(`{"password":"${CENSORED}"}`);
  });

  it("behavior: knows several, leaves the rest alone, and ignores what is too short to be one", () => {
    const secrets = new Secrets();
    expect(secrets.redact("nothing is known")).to.equal("nothing is known");
    secrets.add("abc");
    secrets.add("first secret");
    secrets.add("first secret of two");
    expect(secrets.redact("abc, first secret of two, first secret, second")).to.equal(
      `abc, ${CENSORED}, ${CENSORED}, second`,
    );
  });

  it("behavior: guards a stream", () => {
    const secrets = new Secrets();
    const lines: string[] = [];
    const guarded = secrets.guard({ write: (line) => lines.push(line) });
    guarded.write(`before ${KEY satisfies Hex}`);
    secrets.add(KEY);
    guarded.write(`after ${KEY}`);
    expect(lines).to.deep.equal([`before ${KEY}`, `after ${CENSORED}`]);
  });
});
