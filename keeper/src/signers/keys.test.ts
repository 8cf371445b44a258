import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { encryptKeystoreJson } from "ethers";
import { type Hex, keccak256, toHex } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import { ConfigError, KeeperError, KeystoreError } from "../errors.ts";
import {
  createKeystore,
  decisionAccountsOf,
  type Environment,
  gasAccountOf,
  type KeyContext,
  keystoreAddress,
  openKeystore,
  tokenOf,
} from "./keys.ts";
import { Secrets } from "./secrets.ts";

const KEY = keccak256(toHex("a key of the tests"));
const OTHER = keccak256(toHex("another key of the tests"));
const ADDRESS = privateKeyToAddress(KEY);
const PASSWORD = "a password of the tests";
const QUICK = { scryptRounds: 2 };
const rounds = { scrypt: { N: 2 } };

/** Test vector of the Web3 Secret Storage definition (PBKDF2), with its published password and key. */
const PUBLISHED = {
  crypto: {
    cipher: "aes-128-ctr",
    cipherparams: { iv: "6087dab2f9fdbbfaddc31a909735c1e6" },
    ciphertext: "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
    kdf: "pbkdf2",
    kdfparams: {
      c: 262144,
      dklen: 32,
      prf: "hmac-sha256",
      salt: "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd",
    },
    mac: "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2",
  },
  id: "3198bc9c-6672-5ab3-d995-4942343ae5b6",
  version: 3,
};
const PUBLISHED_KEY = "0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";

describe("keys", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-keys-"));
  after(() => rmSync(folder, { recursive: true }));
  let files = 0;
  let warnings: string[] = [];
  beforeEach(() => {
    warnings = [];
  });

  const context = (environment: Environment = {}): KeyContext => {
    return { environment, secrets: new Secrets(), warn: (message) => warnings.push(message) };
  };
  const write = (text: string, mode = 0o600) => {
    const path = join(folder, `${files++}.json`);
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  };
  const keystore = async (key: Hex = KEY, password = PASSWORD) =>
    write(await encryptKeystoreJson({ address: privateKeyToAddress(key), privateKey: key }, password, rounds));
  const failure = async (work: Promise<unknown>): Promise<KeeperError> => {
    const error = await work.then(
      () => expect.fail("it passed"),
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(KeeperError);
    return error as KeeperError;
  };
  const hidesSecrets = (error: KeeperError) => {
    const everything = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
    for (const secret of [KEY, OTHER, PASSWORD]) expect(everything).not.to.contain(secret.replace(/^0x/, ""));
  };

  describe("in the environment", () => {
    it("default: one pays for gas, any number sign decisions", () => {
      const environment = { GIMBAL_KEEPER_KEY: KEY, GIMBAL_SIGNER_KEYS: `${KEY}, ${OTHER}` };
      expect(gasAccountOf(context(environment)).address).to.equal(ADDRESS);
      expect(decisionAccountsOf(context(environment)).map(({ address }) => address)).to.deep.equal([
        ADDRESS,
        privateKeyToAddress(OTHER),
      ]);
      expect(decisionAccountsOf(context())).to.deep.equal([]);
    });

    it("error: says which one is missing or wrong, and never shows what it found", () => {
      expect(() => gasAccountOf(context())).to.throw(ConfigError, "GIMBAL_KEEPER_KEY");
      const zero = `0x${"0".repeat(64)}`;
      for (const wrong of ["0xdeadbeefdeadbeef", KEY.slice(2), `${KEY}00`, zero, `0x${"f".repeat(64)}`, "hunter2!"]) {
        for (const read of [
          () => gasAccountOf(context({ GIMBAL_KEEPER_KEY: wrong })),
          () => decisionAccountsOf(context({ GIMBAL_SIGNER_KEYS: wrong })),
        ]) {
          expect(read).to.throw(ConfigError, "KEY").with.property("message").that.does.not.contain(wrong);
        }
      }
    });

    it("behavior: accounts show no key, however they are printed", () => {
      const account = gasAccountOf(context({ GIMBAL_KEEPER_KEY: KEY }));
      const shown = JSON.stringify(account) + Object.values(account).map(String).join();
      expect(shown).to.contain(ADDRESS).and.not.to.contain(KEY.slice(2));
    });

    it("behavior: a token is read from the variable that is named", () => {
      expect(tokenOf("SIGNER_TOKEN", context({ SIGNER_TOKEN: " abc.def \n" }))).to.equal("abc.def");
      expect(() => tokenOf("SIGNER_TOKEN", context())).to.throw(ConfigError, "SIGNER_TOKEN");
      expect(() => tokenOf("SIGNER_TOKEN", context({ SIGNER_TOKEN: "two\nlines" }))).to.throw(ConfigError);
    });
  });

  describe("in a keystore", () => {
    it("default: opens with the password of a file or of the environment; the file comes first", async () => {
      const file = await keystore();
      const passwordFile = write(`${PASSWORD}\n`);
      expect(
        (await openKeystore({ file, passwordFile }, context({ GIMBAL_KEYSTORE_PASSWORD: "no" }))).address,
      ).to.equal(ADDRESS);
      const found = await openKeystore({ file }, context({ GIMBAL_KEYSTORE_PASSWORD: PASSWORD }));
      expect(found.address).to.equal(ADDRESS);
      expect(warnings).to.deep.equal([]);
    });

    it("default: opens the published example of the format (PBKDF2, no address in it)", async () => {
      const file = write(JSON.stringify(PUBLISHED));
      const { address } = await openKeystore({ file }, context({ GIMBAL_KEYSTORE_PASSWORD: "testpassword" }));
      expect(address).to.equal(privateKeyToAddress(PUBLISHED_KEY));
      expect(await keystoreAddress(file, () => {})).to.equal(null);
    });

    it("error: a wrong password, shown nowhere", async () => {
      const file = await keystore();
      const error = await failure(openKeystore({ file }, context({ GIMBAL_KEYSTORE_PASSWORD: "wrong password" })));
      expect(error).to.be.instanceOf(KeystoreError);
      expect(error.details.reason).to.equal("incorrect password");
      expect(error.message).not.to.contain("wrong password");
      hidesSecrets(error);
    });

    it("error: another account than the configured one, or than the file says", async () => {
      const secret = { GIMBAL_KEYSTORE_PASSWORD: PASSWORD };
      const wrong = privateKeyToAddress(OTHER);
      const error = await failure(openKeystore({ file: await keystore(), address: wrong }, context(secret)));
      expect(error.details).to.include({ configured: wrong, held: ADDRESS });
      const forged = JSON.parse(readFileSync(await keystore(), "utf8")) as Record<string, unknown>;
      const file = write(JSON.stringify({ ...forged, address: wrong.slice(2) }));
      const mixed = await failure(openKeystore({ file }, context(secret)));
      expect(mixed.details.reason).to.contain("mismatch");
      for (const found of [error, mixed]) hidesSecrets(found);
    });

    it("error: no password, no file, no keystore, an older version, a damaged one", async () => {
      const secret = { GIMBAL_KEYSTORE_PASSWORD: PASSWORD };
      expect((await failure(openKeystore({ file: await keystore() }, context()))).message).to.contain("No password");
      const empty = { file: await keystore(), passwordFile: write("\n") };
      expect((await failure(openKeystore(empty, context(secret)))).message).to.contain("No password");
      const gone = await failure(openKeystore({ file: join(folder, "gone.json") }, context(secret)));
      expect(gone.details.reason).to.equal("ENOENT");
      const json = JSON.parse(readFileSync(await keystore(), "utf8")) as Record<string, object>;
      const { cipher: _, ...crypto } = json.Crypto as Record<string, unknown>;
      for (const text of [
        KEY,
        "{}",
        JSON.stringify({ ...json, version: 1 }),
        JSON.stringify({ ...json, Crypto: crypto }),
      ]) {
        const error = await failure(openKeystore({ file: write(text) }, context(secret)));
        expect(error).to.be.instanceOf(KeystoreError);
        hidesSecrets(error);
      }
      expect((await failure(openKeystore({ file: folder }, context(secret)))).message).to.contain("no keystore");
    });

    for (const [mode, verdict] of [
      [0o600, "fine"],
      [0o400, "fine"],
      [0o640, "warned"],
      [0o660, "warned"],
      [0o604, "refused"],
      [0o644, "refused"],
      [0o602, "refused"],
      [0o777, "refused"],
    ] as const) {
      it(`behavior: a keystore or password of mode 0${mode.toString(8)} is ${verdict}`, async () => {
        const file = await keystore();
        for (const place of [
          { file: write(readFileSync(file, "utf8"), mode), passwordFile: write(PASSWORD) },
          { file, passwordFile: write(PASSWORD, mode) },
        ]) {
          warnings = [];
          if (verdict === "refused") {
            const error = await failure(openKeystore(place, context()));
            expect(error.message).to.contain("chmod 600").and.to.contain(mode.toString(8));
            hidesSecrets(error);
          } else {
            expect((await openKeystore(place, context())).address).to.equal(ADDRESS);
            expect(warnings).to.have.length(verdict === "warned" ? 1 : 0);
          }
        }
      });
    }
  });

  describe("made by createKeystore", () => {
    const secret = { GIMBAL_KEYSTORE_PASSWORD: PASSWORD };

    it("default: a new key each time, in a file of the usual strength that its owner alone may read", async () => {
      const [a, b] = [join(folder, "deep", "a.json"), join(folder, "deep", "b.json")];
      const first = await createKeystore({ file: a, ...QUICK }, context(secret));
      expect(await createKeystore({ file: b, ...QUICK }, context(secret))).not.to.equal(first);
      expect(statSync(a).mode & 0o777).to.equal(0o600);
      expect(statSync(join(folder, "deep")).mode & 0o777).to.equal(0o700);
      expect(await keystoreAddress(a, () => {})).to.equal(first);
      expect((await openKeystore({ file: a }, context(secret))).address).to.equal(first);
    });

    it("default: without being told otherwise, a guess costs 131,072 rounds", async () => {
      const file = join(folder, "strong.json");
      await createKeystore({ file, key: KEY }, context(secret));
      const { Crypto } = JSON.parse(readFileSync(file, "utf8")) as {
        Crypto: { kdf: string; kdfparams: { n: number } };
      };
      expect([Crypto.kdf, Crypto.kdfparams.n]).to.deep.equal(["scrypt", 131_072]);
    });

    it("behavior: keeps a given key, encrypted", async () => {
      const file = join(folder, "given.json");
      expect(await createKeystore({ file, key: ` ${KEY}\n`, ...QUICK }, context(secret))).to.equal(ADDRESS);
      expect(readFileSync(file, "utf8")).not.to.contain(KEY.slice(2));
    });

    it("error: overwrites nothing", async () => {
      const file = await keystore();
      const before = readFileSync(file, "utf8");
      const error = await failure(createKeystore({ file, key: OTHER, ...QUICK }, context(secret)));
      expect(error.message).to.contain("not overwritten");
      expect(readFileSync(file, "utf8")).to.equal(before);
    });

    it("error: a bad key, a short password or a failed encryption leaves no file", async () => {
      const wrongs = [
        createKeystore({ file: join(folder, "x"), key: "0x12", ...QUICK }, context(secret)),
        createKeystore({ file: join(folder, "x"), ...QUICK }, context({ GIMBAL_KEYSTORE_PASSWORD: "eleven char" })),
        createKeystore({ file: join(folder, "x"), ...QUICK }, context()),
      ];
      for (const work of wrongs) hidesSecrets(await failure(work));
      const odd = createKeystore({ file: join(folder, "x"), key: KEY, scryptRounds: 3 }, context(secret));
      expect(await odd.catch(() => "failed")).to.equal("failed");
      expect(existsSync(join(folder, "x"))).to.equal(false);
    });

    it("error: a key that was typed as the path makes no file of its name", async () => {
      const error = await failure(createKeystore({ file: join(folder, OTHER), ...QUICK }, context(secret)));
      hidesSecrets(error);
      expect(existsSync(join(folder, OTHER))).to.equal(false);
    });
  });
});
