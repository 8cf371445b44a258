import { Lane, packWeights, signDecision } from "@gimbal/sdk";
import { expect } from "chai";
import { type Hex, parseTransaction, recoverTransactionAddress, serializeSignature, verifyTypedData } from "viem";
import { decisionTypedData } from "../../../sdk/src/eip712.ts";
import { SignerMismatchError, SignerUnavailableError } from "../errors.ts";
import { FakeRemoteSigner } from "./remote.fixture.ts";
import { RemoteSigner, type RemoteSignerOptions } from "./remote.ts";
import { Secrets } from "./secrets.ts";
import type { UnsignedTransaction } from "./signer.ts";

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const TOKEN = "token-of-the-tests";
const wanted: UnsignedTransaction = {
  type: "eip1559",
  chainId: 31_337,
  nonce: 7,
  value: 0n,
  to: "0x00000000000000000000000000000000000000aa",
  data: "0x1234",
  gas: 120_000n,
  maxFeePerGas: 22n,
  maxPriorityFeePerGas: 2n,
};
const domain = { chainId: 31_337, keeperRegistry: "0x00000000000000000000000000000000000000bb" } as const;
const decision = {
  vault: "0x00000000000000000000000000000000000000cc",
  epoch: 3,
  weights: packWeights([4_000, 6_000]),
  lane: Lane.RISK,
  decisionHash: `0x${"12".repeat(32)}`,
  validUntil: 1_700_000_000,
} as const;

describe("RemoteSigner", () => {
  let fake: FakeRemoteSigner;
  beforeEach(async () => {
    fake = await FakeRemoteSigner.start();
  });
  afterEach(() => fake.stop());

  const open = (over: Partial<RemoteSignerOptions> = {}) =>
    new RemoteSigner({
      url: fake.url,
      address: fake.address,
      api: "web3signer",
      timeout: 5_000,
      secrets: new Secrets(),
      ...over,
    });
  const failure = async (work: Promise<unknown>) => {
    const error = await work.then(
      (result) => expect.fail(`it gave ${String(result)}`),
      (reason: unknown) => reason,
    );
    return error as Error;
  };

  for (const [api, transaction, typed] of [
    ["web3signer", "eth_signTransaction", "eth_signTypedData"],
    ["clef", "account_signTransaction", "account_signTypedData"],
    ["node", "eth_signTransaction", "eth_signTypedData_v4"],
  ] as const) {
    it(`default: signs transactions and decisions as ${api} does it`, async () => {
      const signer = open({ api });
      const raw = await signer.signTransaction(wanted);
      expect(parseTransaction(raw)).to.deep.include({ nonce: 7, to: wanted.to, data: "0x1234", chainId: 31_337 });
      expect(await recoverTransactionAddress({ serializedTransaction: raw as `0x02${string}` })).to.equal(fake.address);

      const { signature } = await signDecision(signer, domain, decision);
      const data = decisionTypedData(domain, decision);
      expect(await verifyTypedData({ address: fake.address, signature, ...data })).to.equal(true);
      expect(fake.requests.map(({ method }) => method)).to.deep.equal([transaction, typed]);
    });
  }

  it("parameters: a token goes along as a bearer; without one nothing does", async () => {
    await open({ token: TOKEN }).signTransaction(wanted);
    await open().signTransaction(wanted);
    expect(fake.requests.map(({ authorization }) => authorization)).to.deep.equal([`Bearer ${TOKEN}`, undefined]);
  });

  it("parameters: a call without data is signed as well", async () => {
    const { data: _, ...plain } = wanted;
    expect(parseTransaction(await open().signTransaction(plain)).data).to.equal(undefined);
  });

  it("behavior: a signature whose last byte is 0 or 1 gets the 27 or 28 that contracts take", async () => {
    const { signature: usual } = await signDecision(open(), domain, decision);
    fake.change = (result) => {
      const signature = result as string;
      return signature.slice(0, -2) + (signature.endsWith("1b") ? "00" : "01");
    };
    expect((await signDecision(open(), domain, decision)).signature).to.equal(usual);
  });

  const alterations: readonly (readonly [field: string, change: FakeRemoteSigner["alter"]])[] = [
    ["to", (fields) => ({ ...fields, to: "0x00000000000000000000000000000000000000ab" })],
    ["data", (fields) => ({ ...fields, data: "0x1235" })],
    ["nonce", (fields) => ({ ...fields, nonce: 8 })],
    ["chainId", (fields) => ({ ...fields, chainId: 1 })],
    ["value", (fields) => ({ ...fields, value: 1n })],
    ["gas", (fields) => ({ ...fields, gas: 120_001n })],
    ["maxFeePerGas", (fields) => ({ ...fields, maxFeePerGas: 23n })],
    ["maxPriorityFeePerGas", (fields) => ({ ...fields, maxPriorityFeePerGas: 3n })],
    ["accessList", (fields) => ({ ...fields, accessList: [{ address: fake.address, storageKeys: [] }] })],
  ];
  for (const [field, change] of alterations) {
    it(`error: refuses a transaction whose ${field} was changed, and names it`, async () => {
      fake.alter = change;
      const error = await failure(open().signTransaction(wanted));
      expect(error).to.be.instanceOf(SignerMismatchError);
      expect((error as SignerMismatchError).details.differs).to.equal(field);
    });
  }

  it("error: refuses what another account signed", async () => {
    fake.usesOtherKey = true;
    for (const work of [open().signTransaction(wanted), signDecision(open(), domain, decision)]) {
      const error = await failure(work);
      expect(error).to.be.instanceOf(SignerMismatchError);
      expect((error as SignerMismatchError).details.recovered).to.match(/^0x[0-9a-fA-F]{40}$/);
    }
  });

  it("error: refuses a decision of which anything was changed", async () => {
    const changes: readonly ((data: Record<string, unknown>) => Record<string, unknown>)[] = [
      (data) => ({ ...data, message: { ...(data.message as object), epoch: 4 } }),
      (data) => ({ ...data, message: { ...(data.message as object), vault: domain.keeperRegistry } }),
      (data) => ({ ...data, domain: { ...(data.domain as object), chainId: 1 } }),
      (data) => ({ ...data, domain: { ...(data.domain as object), verifyingContract: decision.vault } }),
    ];
    for (const change of changes) {
      fake.alterTyped = change;
      expect(await failure(signDecision(open(), domain, decision))).to.be.instanceOf(SignerMismatchError);
    }
  });

  it("error: refuses a signature in the form that nodes refuse, although its account is the right one", async () => {
    fake.change = (result) => {
      const signature = result as Hex;
      const r = signature.slice(0, 66) as Hex;
      const s = ORDER - BigInt(`0x${signature.slice(66, 130)}`);
      const yParity = signature.endsWith("1b") ? 1 : 0;
      return serializeSignature({ r, s: `0x${s.toString(16).padStart(64, "0")}`, yParity });
    };
    const error = await failure(signDecision(open(), domain, decision));
    expect(error).to.be.instanceOf(SignerMismatchError).with.property("message").that.contains("too large");
  });

  it("error: refuses answers that are no signature and no signed transaction", async () => {
    for (const result of ["0x", "0x1234", null, 5, {}, { raw: 7 }, `0x02${"ff".repeat(20)}`, `0x${"00".repeat(65)}`]) {
      fake.change = () => result;
      expect(await failure(open().signTransaction(wanted)), String(result)).to.be.instanceOf(SignerMismatchError);
      expect(await failure(signDecision(open(), domain, decision))).to.be.instanceOf(SignerMismatchError);
    }
    const trailing = `${await new Promise<string>((resolve) => {
      fake.change = (result) => {
        resolve(result as string);
        return result;
      };
      void open().signTransaction(wanted);
    })}00`;
    fake.change = () => trailing;
    expect(await failure(open().signTransaction(wanted))).to.be.instanceOf(SignerMismatchError);
  });

  it("error: a signer that is down, slow, refuses, redirects, or talks nonsense gave no signature", async () => {
    const slow = open({ timeout: 50 });
    const cases: readonly (readonly [FakeRemoteSigner["answer"], RegExp, RemoteSigner?])[] = [
      [() => {}, /timeout|aborted/i, slow],
      // The head of an answer in time, and then nothing more.
      [(_, response) => void response.writeHead(200).write("{"), /timeout|aborted/i, slow],
      [(_, response) => void response.writeHead(503).end("{}"), /HTTP 503/],
      [(_, response) => void response.writeHead(307, { location: "http://127.0.0.1:1" }).end(), /redirect/],
      [(_, response) => void response.end("<html>"), /no JSON-RPC/],
      [(_, response) => void response.end('{"jsonrpc":"2.0","id":2,"result":"0x"}'), /no JSON-RPC/],
      [(_, response) => void response.end(JSON.stringify({ id: 1, result: "x".repeat(1_000_001) })), /more than/],
      [
        (_, response) =>
          void response.end('{"jsonrpc":"2.0","id":1,"error":{"code":-32010,"message":"Request denied"}}'),
        /refused \(-32010\): Request denied/,
      ],
    ];
    for (const [answer, reason, signer = open()] of cases) {
      fake.answer = answer;
      const error = await failure(signer.signTransaction(wanted));
      expect(error).to.be.instanceOf(SignerUnavailableError);
      expect((error as SignerUnavailableError).details.reason).to.match(reason);
    }
    const signer = open();
    fake.stop();
    expect(await failure(signer.signTransaction(wanted))).to.be.instanceOf(SignerUnavailableError);
  });

  it("error: a token that the signer says back is not shown", async () => {
    fake.answer = ({ authorization }, response) => {
      const error = { code: -32_000, message: `${authorization} is not welcome` };
      response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, error }));
    };
    const secrets = new Secrets();
    secrets.add(TOKEN);
    const error = await failure(open({ token: TOKEN, secrets }).signTransaction(wanted));
    expect(error.message).to.contain("Bearer [secret] is not welcome").and.not.to.contain(TOKEN);
    expect(error.cause).to.equal(undefined);
  });
});
