import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Address, keccak256, toHex, zeroAddress } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import { ConfigError, KeystoreError, SigningForbiddenError } from "../errors.ts";
import { createKeystore, type KeyContext } from "./keys.ts";
import { decisionAccounts, describeSigners, openDecisionSigners, openGasSigner } from "./open.ts";
import { FakeRemoteSigner } from "./remote.fixture.ts";
import { Secrets } from "./secrets.ts";
import { type SignerSource, signersSchema } from "./settings.ts";
import { noSigner, type UnsignedTransaction } from "./signer.ts";

const KEY = keccak256(toHex("a key of the tests"));
const ADDRESS = privateKeyToAddress(KEY);
const PASSWORD = "a password of the tests";
const wanted: UnsignedTransaction = {
  type: "eip1559",
  chainId: 1,
  nonce: 0,
  value: 0n,
  to: zeroAddress,
  gas: 21_000n,
  maxFeePerGas: 1n,
  maxPriorityFeePerGas: 1n,
};

describe("signers of a configuration", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-signers-"));
  const file = join(folder, "decisions.json");
  let fake: FakeRemoteSigner;
  let stored: Address;
  before(async () => {
    fake = await FakeRemoteSigner.start();
    stored = await createKeystore({ file, scryptRounds: 2 }, context());
  });
  after(() => {
    fake.stop();
    rmSync(folder, { recursive: true });
  });

  function context(over: Readonly<Record<string, string>> = {}): KeyContext {
    const environment = {
      GIMBAL_KEYSTORE_PASSWORD: PASSWORD,
      GIMBAL_KEEPER_KEY: KEY,
      GIMBAL_SIGNER_KEYS: KEY,
      ...over,
    };
    return { environment, secrets: new Secrets(), warn: () => {} };
  }
  const keystore = (over: object = {}): SignerSource => ({ kind: "keystore", file, ...over });
  const remote = (over: object = {}): SignerSource => {
    const defaults = { api: "web3signer", timeoutSeconds: 5 } as const;
    return { kind: "remote", url: fake.url, address: fake.address, ...defaults, ...over };
  };

  it("default: without any configuration the keys come from the environment", async () => {
    const settings = signersSchema.parse(undefined);
    const gas = await openGasSigner(settings.gas, context());
    const decisions = await openDecisionSigners(settings.decisions, context());
    expect([gas.address, ...decisions.map(({ address }) => address)]).to.deep.equal([ADDRESS, ADDRESS]);
    expect(await openDecisionSigners(settings.decisions, context({ GIMBAL_SIGNER_KEYS: "" }))).to.deep.equal([]);
  });

  it("default: every kind pays for gas, and all kinds together sign decisions", async () => {
    for (const [source, address] of [
      [{ kind: "environment" }, ADDRESS],
      [keystore(), stored],
      [remote(), fake.address],
    ] as const) {
      const signer = await openGasSigner(source, context());
      expect(signer.address).to.equal(address);
      expect(await signer.signTransaction(wanted)).to.match(/^0x02/);
    }
    const all = await openDecisionSigners([remote(), { kind: "environment" }, keystore()], context());
    expect(all.map(({ address }) => address)).to.deep.equal([fake.address, ADDRESS, stored]);
  });

  it("behavior: lists signers without asking for a password, and without a secret", async () => {
    const settings = { gas: remote({ url: `${fake.url}/path?apikey=hidden` }), decisions: [keystore(), remote()] };
    const list = await describeSigners(settings, { ...context(), environment: {} });
    expect(list).to.deep.equal([
      { purpose: "gas", kind: "remote", address: fake.address, where: fake.url },
      { purpose: "decisions", kind: "keystore", address: stored, where: file },
      { purpose: "decisions", kind: "remote", address: fake.address, where: fake.url },
    ]);
    const accounts = await decisionAccounts(settings.decisions, { ...context(), environment: {} });
    expect(accounts.map(({ address }) => address)).to.deep.equal([stored, fake.address]);
  });

  it("error: the same account twice among the signers of decisions", async () => {
    for (const environment of [{ GIMBAL_SIGNER_KEYS: `${KEY},${KEY}` }]) {
      const sources = [{ kind: "environment" }] as const;
      for (const work of [
        openDecisionSigners(sources, context(environment)),
        decisionAccounts(sources, context(environment)),
      ]) {
        expect(await work.catch((reason: unknown) => reason)).to.be.instanceOf(ConfigError);
      }
    }
  });

  it("error: a keystore that holds another account than configured", async () => {
    const error = await openGasSigner(keystore({ address: ADDRESS }), context()).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(KeystoreError);
  });

  it("error: a token is not sent over an unencrypted network", async () => {
    const open = (url: string) =>
      openGasSigner(
        remote({ url, tokenVariable: "TOKEN" }),
        context({ TOKEN: "token of the tests".replaceAll(" ", "-") }),
      );
    for (const url of ["http://signer.example.org", "http://10.0.0.7:9000", "http://localhost.example.org"]) {
      expect(await open(url).catch((reason: unknown) => reason), url).to.be.instanceOf(ConfigError);
    }
    for (const url of [
      "https://signer.example.org",
      "http://localhost:9000",
      "http://127.0.0.1",
      "http://[::1]:9000",
    ]) {
      expect((await open(url)).address, url).to.equal(fake.address);
    }
  });

  it("error: where nothing may be signed, nothing is", async () => {
    const error = await noSigner.signTransaction(wanted).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(SigningForbiddenError);
  });
});
