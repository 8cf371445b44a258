import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

const ROOT = join(import.meta.dirname, "../../..");
/** The one module that reads the keeper's keys. */
const READER = "keeper/src/signers/keys.ts";

/** Whatever turns a secret into a key, and where the keeper's secrets are. */
const MAKES_KEYS = new RegExp(
  [
    'from "viem/accounts"',
    "(privateKey|mnemonic|hdKey)To(Account|Address)",
    "generate(PrivateKey|Mnemonic)",
    "(de|en)cryptKeystoreJson(Sync)?",
    "fromEncryptedJson",
    "decryptCrowdsaleJson",
    "new (ethers\\.)?(Wallet|SigningKey)\\b",
    "\\b(HDNode)?Wallet\\.(create|from)",
    "from(Phrase|Mnemonic|Seed)\\(",
    "secp256k1",
  ].join("|"),
);
const READS_SECRETS = /GIMBAL_(KEEPER_KEY|SIGNER_KEYS|KEYSTORE_PASSWORD)/;

/** Names the keeper's variables in the file that it writes; it reads none of them. */
const PRACTICE = "scripts/practice.ts";

/** Programs that have keys of their own. None of them is the keeper's, and none of them runs with it. */
const OTHERS: Readonly<Record<string, string>> = {
  "scripts/cli/wallet.ts": "a holder's own wallet (GIMBAL_WALLET_KEY)",
  "scripts/market-maker.ts": "the market maker's own account (MARKET_MAKER_KEY)",
  "scripts/demo/lib/keeper.ts": "public keys of the demo on a local chain",
  "scripts/gas/accessPass.ts": "invented payers on a simulated chain",
  "scripts/gas/batches.ts": "invented people on a simulated chain",
  [PRACTICE]: "public keys of a practice chain, which it writes down for the keeper to try",
  "scripts/upkeep-bot.ts": "the account of whoever runs that bot (UPKEEP_BOT_KEY)",
};

const sources = globSync("{keeper/src,scripts,deploy}/**/*.{ts,mjs,js}", { cwd: ROOT, exclude: ["**/node_modules/**"] })
  .filter((path) => !/\.(test|fixture)\.ts$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
const matching = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

describe("the keeper's keys", () => {
  it("are made and read by one module; other programs with keys of their own are named", () => {
    expect(sources.length).to.be.greaterThan(250);
    expect(matching(MAKES_KEYS).sort()).to.deep.equal([READER, ...Object.keys(OTHERS)].sort());
  });

  it("are named in the environment by that module alone, and by the practice chain that hands out its own", () => {
    expect(matching(READS_SECRETS).sort()).to.deep.equal([READER, PRACTICE]);
  });

  it("never meet a library for keys outside of it, in the keeper", () => {
    const users = matching(/from "(ethers|@noble\/|@scure\/|viem\/accounts)/).filter((path) =>
      path.startsWith("keeper/"),
    );
    expect(users).to.deep.equal([READER]);
  });

  it("would be noticed elsewhere", () => {
    for (const line of [
      "const account = privateKeyToAccount(key)",
      'import { mnemonicToAccount } from "viem/accounts";',
      "await ethers.Wallet.fromEncryptedJson(json, password)",
      "new Wallet(key)",
      "decryptKeystoreJsonSync(text, password)",
    ]) {
      expect(MAKES_KEYS.test(line), line).to.equal(true);
    }
    expect(READS_SECRETS.test("process.env.GIMBAL_KEEPER_KEY")).to.equal(true);
  });
});
