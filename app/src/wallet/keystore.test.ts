import { expect } from "chai";
import { privateKeyToAccount } from "viem/accounts";
import { forgetStored, KeystoreError, openKey, readKey, readStored, sealKey, writeStored } from "./keystore.ts";

const KEY = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

/** What a browser keeps, in memory. */
function memory(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as Storage;
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  const failure = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).to.be.instanceOf(KeystoreError);
  return (failure as KeystoreError).message;
}

describe("the wallet of a browser", () => {
  it("keeps a key that only its password opens", async () => {
    const storage = memory();
    writeStored(await sealKey("correct horse", KEY), storage);
    const stored = readStored(storage);
    expect(stored?.address).to.equal(privateKeyToAccount(KEY).address);
    expect(JSON.stringify(stored)).not.to.contain(KEY.slice(2));
    if (stored === undefined) throw new Error("nothing was kept");
    expect(await openKey(stored, "correct horse")).to.equal(KEY);
    expect(await failureOf(openKey(stored, "correct horsf"))).to.contain("not the password");
    forgetStored(storage);
    expect(readStored(storage)).to.equal(undefined);
  });

  it("makes another key, salt and vector each time, and takes no short password", async () => {
    const [one, two] = await Promise.all([sealKey("password 1"), sealKey("password 1")]);
    expect(new Set([one.address, two.address, one.salt, two.salt, one.iv, two.iv]).size).to.equal(6);
    expect(await failureOf(sealKey("1234567"))).to.contain("at least 8");
  });

  it("takes a key as it was written down, and nothing else", () => {
    expect(readKey(` ${KEY}\n`)).to.equal(KEY);
    expect(readKey(KEY.slice(2).toUpperCase())).to.equal(KEY);
    for (const text of [
      "",
      "0x",
      KEY.slice(0, -1),
      `${KEY}0`,
      `0x${"0".repeat(64)}`,
      `0x${"f".repeat(64)}`,
      `0x${"g".repeat(64)}`,
    ]) {
      expect(() => readKey(text), text).to.throw(KeystoreError, "This is no key");
    }
  });

  it("opens nothing that was altered", async () => {
    const stored = await sealKey("correct horse", KEY);
    const other = privateKeyToAccount(`0x${"11".repeat(32)}`).address;
    expect(await failureOf(openKey({ ...stored, address: other }, "correct horse"))).to.contain("not the password");
    const storage = memory();
    storage.setItem("gimbal.wallet", "{");
    expect(() => readStored(storage)).to.throw(KeystoreError, "cannot be read");
  });
});
