import { expect } from "chai";
import { createSiweMessage, type SiweMessage } from "viem/siwe";
import { SignInRefusedError } from "./errors.ts";
import { checkNonce, makeNonce } from "./nonces.ts";
import { checkSignIn, LONGEST_MESSAGE, SIGN_IN_LIFETIME } from "./siwe.ts";

const NOW = 1_795_000_000;
const TERMS = {
  domains: ["app.gimbal.example", "localhost:5173"],
  uri: "https://api.gimbal.example/v1/session",
  chainId: 31_337,
};
const ACCOUNT = "0xA0Cf798816D4b9b9866b5330EEa46a18382f251e";
const date = (seconds: number): Date => new Date(seconds * 1_000);

function message(changes: Partial<SiweMessage> = {}): string {
  const issuedAt = date(NOW - 5);
  const [domain = ""] = TERMS.domains;
  const { uri, chainId } = TERMS;
  const fields = { address: ACCOUNT, nonce: "abcdef0123456789", version: "1", issuedAt, domain, uri, chainId } as const;
  return createSiweMessage({ ...fields, statement: "Sign in to Gimbal.", ...changes });
}

/** The line that a message is refused for. */
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof SignInRefusedError) return error.field;
    throw error;
  }
  return "none";
}

const refusedFor = (text: string): string => refusal(() => checkSignIn(text, TERMS, NOW));

describe("sign-in message", () => {
  it("is accepted when everything fits, with and without milliseconds and the optional lines", () => {
    const whole = message({
      expirationTime: date(NOW + 60),
      notBefore: date(NOW),
      requestId: "7",
      resources: ["https://a.b"],
    });
    expect(checkSignIn(whole, TERMS, NOW)).to.deep.equal({
      account: ACCOUNT,
      nonce: "abcdef0123456789",
      expiresAt: NOW + 60,
    });
    expect(checkSignIn(whole.replaceAll(".000Z", "Z"), TERMS, NOW).expiresAt).to.equal(NOW + 60);
    expect(refusedFor(message({ domain: "localhost:5173" }))).to.equal("none");
    expect(checkSignIn(message({ statement: undefined }), TERMS, NOW).expiresAt).to.equal(undefined);
  });

  it("is refused for another domain, address of the API, or chain", () => {
    expect(refusedFor(message({ domain: "evil.example" }))).to.equal("domain");
    expect(refusedFor(message({ domain: "app.gimbal.example:8080" }))).to.equal("domain");
    expect(refusedFor(message({ uri: "https://evil.example/v1/session" }))).to.equal("uri");
    expect(refusedFor(message({ chainId: 1 }))).to.equal("chainId");
  });

  it("is refused before its time, after its time, when it is old, and from the future", () => {
    expect(refusedFor(message({ expirationTime: date(NOW) }))).to.equal("expirationTime");
    expect(refusedFor(message({ expirationTime: date(NOW + 1) }))).to.equal("none");
    expect(refusedFor(message({ notBefore: date(NOW + 1) }))).to.equal("notBefore");
    expect(refusedFor(message({ issuedAt: date(NOW - SIGN_IN_LIFETIME) }))).to.equal("issuedAt");
    expect(refusedFor(message({ issuedAt: date(NOW - SIGN_IN_LIFETIME + 1) }))).to.equal("none");
    expect(refusedFor(message({ issuedAt: date(NOW + 61) }))).to.equal("issuedAt");
    expect(refusedFor(message({ issuedAt: date(NOW + 60) }))).to.equal("none");
  });

  it("is refused unless it is a message of EIP-4361 from its first character to its last", () => {
    const good = message();
    const wrong = [
      "",
      "hello",
      `${good}\n`,
      `${good}\nI also agree to everything`,
      good.replace("\n\nURI", "\n\nmore\n\nURI"),
      good.replace("Version: 1", "Version: 2"),
      good.replace(/Issued At: .*/, "Issued At: yesterday"),
      good.replace(/\nIssued At: .*/, ""),
      `${good}\nExpiration Time: 2099`,
      good.replace(ACCOUNT, "0x12"),
      "x".repeat(LONGEST_MESSAGE + 1),
    ];
    for (const text of wrong) expect(refusedFor(text), JSON.stringify(text.slice(0, 200))).to.equal("message");
  });

  it("cannot carry a second set of lines inside its statement", () => {
    const lines = "URI: https://evil.example Version: 1";
    expect(refusedFor(message({ statement: lines }))).to.equal("none");
    const inner = message().split("\n").slice(4).join("\n");
    expect(refusedFor(message().replace("Sign in to Gimbal.", `Sign in.\n\n${inner}`))).to.equal("message");
  });
});

describe("nonce", () => {
  const secret = Buffer.alloc(32, 7);

  it("is ours, different each time, and ends", () => {
    const nonce = makeNonce(secret, NOW);
    expect(nonce).to.match(/^[0-9a-f]{66}$/);
    expect(makeNonce(secret, NOW)).to.not.equal(nonce);
    expect(checkNonce(secret, nonce, NOW)).to.equal(NOW + SIGN_IN_LIFETIME);
    expect(checkNonce(secret, nonce, NOW + SIGN_IN_LIFETIME - 1)).to.equal(NOW + SIGN_IN_LIFETIME);
    expect(refusal(() => checkNonce(secret, nonce, NOW + SIGN_IN_LIFETIME))).to.equal("nonce");
  });

  it("is refused when any of its characters was changed, or another server made it", () => {
    const nonce = makeNonce(secret, NOW);
    for (let index = 0; index < nonce.length; index++) {
      const changed = nonce.slice(0, index) + (nonce[index] === "0" ? "1" : "0") + nonce.slice(index + 1);
      expect(
        refusal(() => checkNonce(secret, changed, NOW)),
        `character ${index}`,
      ).to.equal("nonce");
    }
    for (const other of [makeNonce(Buffer.alloc(32, 8), NOW), "", nonce.toUpperCase(), `${nonce}0`]) {
      expect(refusal(() => checkNonce(secret, other, NOW))).to.equal("nonce");
    }
  });
});
