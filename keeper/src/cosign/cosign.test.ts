import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { getAddress, type Hex, keccak256, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { type Canonical, canonicalJson } from "../data/canonical.ts";
import { Journal } from "../journal/journal.ts";
import { type DecisionRecord, decisionHash } from "../plan/record.ts";
import { NO_MEMORY } from "../signals/opinion.ts";
import { unpackBundle } from "./bundle.ts";
import { bytesHash, readEnvelope, refusalSigner, signRefusal, signRequest } from "./envelope.ts";
import type { KnownDecisions } from "./known.ts";
import { followMemory } from "./memoryCheck.ts";
import { type CosignParts, openCollector } from "./open.ts";
import { type CosignOutcome, describe as inWords, mayPass, toEvent } from "./outcome.ts";
import { RateLimit, ReplayGuard } from "./rateLimit.ts";
import { CosignRefusal } from "./refusal.ts";
import { cosignersSchema, cosignSchema, toCollectSettings, toCosignSettings, toServerSettings } from "./settings.ts";
import { isStrictSignature, signerOf } from "./signature.ts";

const alice = privateKeyToAccount(keccak256(toHex("alice")));
const bob = privateKeyToAccount(keccak256(toHex("bob")));
const domain = { chainId: 31_337, keeperRegistry: "0x00000000000000000000000000000000000000aa" } as const;
const vault = "0x00000000000000000000000000000000000000bb";
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof CosignRefusal ? error.refusal : String(error);
}

describe("cosign", () => {
  describe("signatures", () => {
    it("count in the one form that the registry reads", async () => {
      const digest = keccak256("0x01");
      const signature = await alice.sign({ hash: digest });
      expect(await signerOf(digest, signature)).to.equal(alice.address);
      const s = BigInt(`0x${signature.slice(66, 130)}`);
      const high = toHex(ORDER - s, { size: 32 }).slice(2);
      const twin: Hex = `0x${signature.slice(2, 66)}${high}${signature.endsWith("1b") ? "1c" : "1b"}`;
      const short: Hex = `0x${signature.slice(2, 130)}`;
      const low: Hex = `0x${signature.slice(2, 130)}${signature.endsWith("1b") ? "00" : "01"}`;
      for (const other of [twin, short, low, `${signature}00`, "0x", 7, null, undefined, {}]) {
        expect(isStrictSignature(other), String(other)).to.equal(false);
        expect(await signerOf(digest, other)).to.equal(null);
      }
      expect(await signerOf(digest, `0x${"00".repeat(64)}1b`)).to.equal(null);
    });
  });

  describe("envelope", () => {
    const path = "/v1/decisions/0x01/signatures";
    const body = Buffer.from("body");
    const sent = () => signRequest(alice, domain, { to: bob.address, path, vault, sentAt: 1_700_000_000, body });

    it("says who asks whom for what, and is read as it was written", async () => {
      const headers = await sent();
      const envelope = await readEnvelope(domain, path, (name) => headers[name]);
      expect(envelope).to.include({ from: alice.address, to: bob.address, path, sentAt: 1_700_000_000 });
      expect(envelope.body).to.equal(bytesHash(body));
    });

    it("error: any other field, path, chain or registry is not what was signed", async () => {
      const headers = await sent();
      const changes = {
        "x-gimbal-from": bob.address,
        "x-gimbal-to": alice.address,
        "x-gimbal-vault": alice.address,
        "x-gimbal-body": keccak256("0x05"),
        "x-gimbal-sent-at": "1700000001",
        "x-gimbal-nonce": keccak256("0x06"),
      };
      for (const [name, value] of Object.entries(changes)) {
        const read = (asked: string) => (asked === name ? value : headers[asked]);
        expect(await codeOf(readEnvelope(domain, path, read)), name).to.equal("REQUEST_UNAUTHENTICATED");
        const without = (asked: string) => (asked === name ? undefined : headers[asked]);
        const missing = name === "x-gimbal-sent-at" ? "REQUEST_UNAUTHENTICATED" : "REQUEST_INVALID";
        expect(await codeOf(readEnvelope(domain, path, without)), name).to.equal(missing);
      }
      const read = (name: string) => headers[name];
      const elsewhere = [
        readEnvelope(domain, "/v1/texts/missing", read),
        readEnvelope({ ...domain, chainId: 1 }, path, read),
        readEnvelope({ ...domain, keeperRegistry: vault }, path, read),
      ];
      for (const reading of elsewhere) expect(await codeOf(reading)).to.equal("REQUEST_UNAUTHENTICATED");
    });

    it("a refusal is signed for one request, one decision, one reason", async () => {
      const request = { nonce: keccak256("0x01"), decisionHash: keccak256("0x02") };
      const refusal = new CosignRefusal("VAULT_DIFFERS", "It was not so.", { at: "$.assets" });
      const signed = await signRefusal(bob, domain, request, refusal);
      expect(signed.words).to.equal("It was not so. (at $.assets)");
      expect(await refusalSigner(domain, request, signed)).to.equal(bob.address);
      const others = [
        refusalSigner(domain, { ...request, nonce: keccak256("0x03") }, signed),
        refusalSigner(domain, { ...request, decisionHash: keccak256("0x03") }, signed),
        refusalSigner(domain, request, { ...signed, words: "It was so." }),
        refusalSigner(domain, request, { ...signed, code: "RESULT_DIFFERS" }),
      ];
      for (const other of others) expect(await other).not.to.equal(bob.address);
    });
  });

  it("a keeper that others may ask books its own signatures, though it asks nobody", () => {
    const parts = (listen?: object) => {
      const config = {
        cosigners: [],
        cosign: cosignSchema.parse({ listen }),
        chainId: 31_337,
        contracts: { contracts: { KeeperRegistry: domain.keeperRegistry } },
      };
      return { config, signers: [alice] } as unknown as CosignParts;
    };
    expect(openCollector(parts())).to.equal(undefined);
    expect(openCollector(parts({ host: "127.0.0.1", port: 0 }))).to.be.a("function");
  });

  describe("bundle", () => {
    it("error: is no gzip, too large, of another form, or holds a text under a wrong hash", async () => {
      const hash = keccak256("0x01");
      const wire = (value: object) => gzipSync(JSON.stringify(value));
      const form = { schema: "gimbal.bundle/1", record: "{}", history: [], texts: {} };
      expect(await codeOf(unpackBundle(new Uint8Array(3), hash, 100))).to.equal("BUNDLE_INVALID");
      expect(await codeOf(unpackBundle(wire(form), hash, 10))).to.equal("BUNDLE_TOO_LARGE");
      expect(await codeOf(unpackBundle(wire({ ...form, schema: "x" }), hash, 1_000))).to.equal("BUNDLE_INVALID");
      expect(await codeOf(unpackBundle(wire({ ...form, more: 1 }), hash, 1_000))).to.equal("BUNDLE_INVALID");
      expect(await codeOf(unpackBundle(wire(form), hash, 1_000))).to.equal("BUNDLE_INVALID");
      const texts = { [`0x${"0".repeat(64)}`]: "text" };
      expect(await codeOf(unpackBundle(wire({ ...form, texts }), hash, 1_000))).to.equal("INPUTS_INVALID");
    });

    it("error: holds a record of an earlier schema, or one whose grades have no tree", async () => {
      const place = getAddress(vault);
      const asset = { asset: "BTC", token: place, proposedBps: 0, traderGrade: 7, investorGrade: null };
      const record = {
        ...{ schema: "gimbal.decision/3", chainId: 1, vault: place, epoch: 1, asOf: 1, validUntil: 2, assets: [asset] },
        ...{ block: { number: "1", hash: "0x" }, source: { datasets: [] }, model: { hash: null }, policy: {} },
        ...{ inputs: { market: keccak256("0x01"), vault: keccak256("0x02") }, costModel: null, action: "none" },
        ...{ lane: null, memory: { before: {}, after: {} } },
      };
      const unpack = (changed: object) => {
        const text = canonicalJson({ ...record, ...changed } as Canonical);
        const body = { schema: "gimbal.bundle/1", record: text, history: [], texts: {} };
        const hasTree = !("assets" in changed);
        // Its very own hash where it has one, so that its form is all that can be wrong.
        const asked = decisionHash({ ...record, ...(hasTree ? changed : {}) } as unknown as DecisionRecord);
        return codeOf(unpackBundle(gzipSync(JSON.stringify(body)), asked, 10_000));
      };
      expect(await unpack({})).to.equal("undefined");
      const assetsWith = (change: object) => ({ assets: [{ ...asset, ...change }] });
      for (const changed of [
        { schema: "gimbal.decision/2" },
        { assets: [] },
        { source: {} },
        { source: { datasets: [0] } },
        assetsWith({ traderGrade: 101 }),
        { ...assetsWith({}), epoch: 2 ** 32 },
        { ...assetsWith({}), epoch: -1 },
        assetsWith({ investorGrade: -1 }),
        assetsWith({ token: "0x12" }),
        assetsWith({ token: "0x00000000000000000000000000000000000000bB" }),
      ]) {
        expect(await unpack(changed), JSON.stringify(changed)).to.match(/^BUNDLE_INVALID/);
      }
      // Another grade than the one that was asked for is another decision.
      expect(await unpack(assetsWith({ traderGrade: 8 }))).to.equal("BUNDLE_INVALID");
    });
  });

  describe("limits", () => {
    it("let everybody in so often a minute, each by his own measure", () => {
      let now = 0;
      const limit = new RateLimit(3, () => now);
      const admitted = (who: string, times: number) => Array.from({ length: times }, () => limit.admit(who));
      expect(admitted("a", 4)).to.deep.equal([true, true, true, false]);
      expect(limit.isOpen("a")).to.equal(false);
      expect(admitted("b", 1)).to.deep.equal([true]);
      now = 20_000;
      expect(limit.isOpen("a")).to.equal(true);
      expect(admitted("a", 2)).to.deep.equal([true, false]);
      now = 90_000;
      expect(admitted("a", 4)).to.deep.equal([true, true, true, false]);
    });

    it("let no request in twice, and none that is old or of the future", () => {
      const guard = new ReplayGuard(60);
      expect(guard.admit("a", 1_000, 1_000)).to.equal("fresh");
      expect(guard.admit("a", 1_000, 1_060)).to.equal("replayed");
      expect(guard.admit("a", 1_000, 1_061)).to.equal("stale");
      expect(guard.admit("b", 1_061, 1_000)).to.equal("stale");
      expect(guard.admit("c", 1_060, 1_000)).to.equal("fresh");
      // A request of the near future must be remembered until it has become old.
      expect(guard.admit("c", 1_060, 1_120)).to.equal("replayed");
    });
  });

  describe("what was signed", () => {
    const wanted = { chainId: 1, vault, epoch: 5, validUntil: 1_000 } as const;
    const [first, second] = [keccak256("0x01"), keccak256("0x02")];

    it("is one decision an epoch while that may be submitted, also of two that come at once", async () => {
      const journal = await Journal.open(":memory:");
      const book = journal.cosigned;
      const both = await Promise.all([
        book.claim({ ...wanted, hash: first }, 900),
        book.claim({ ...wanted, hash: second }, 900),
      ]);
      expect(both.map((other) => other?.hash ?? null)).to.have.members([null, first]);
      expect(await book.claim({ ...wanted, hash: first }, 900)).to.equal(null); // the same again
      expect((await book.claim({ ...wanted, hash: second }, 1_000))?.hash).to.equal(first); // its last second
      expect(await book.claim({ ...wanted, hash: second, validUntil: 2_000 }, 1_001)).to.equal(null);
      expect((await book.claim({ ...wanted, hash: keccak256("0x03") }, 1_500))?.hash).to.equal(second);
      for (const elsewhere of [{ chainId: 2 }, { epoch: 6 }, { vault: alice.address }]) {
        expect(await book.claim({ ...wanted, ...elsewhere, hash: second }, 900)).to.equal(null);
      }
      await journal.close();
    });
  });

  describe("memory", () => {
    const step = (events: number, before: DecisionRecord | null, asOf = events) => {
      const after = { ...NO_MEMORY, events: { spike: events } };
      const memory = { before: before?.memory.after ?? NO_MEMORY, after };
      const assets = [{ token: vault, traderGrade: null, investorGrade: null }];
      return { chainId: 1, vault, epoch: 1, asOf, assets, memory } as unknown as DecisionRecord;
    };
    const nobody = { find: async () => undefined, newest: async () => undefined };
    const present = { now: 10, epoch: 3, decisionHash: keccak256("0x09") };
    const follow = (record: DecisionRecord, history: readonly DecisionRecord[], over: Partial<KnownDecisions> = {}) =>
      followMemory(record, history, present, { ...nobody, ...over }, "proven");

    it("follows from the decision before, which must follow from one that is known", async () => {
      const [a, b] = [step(1, null), step(2, step(1, null))];
      const c = step(3, b);
      const known = { find: async (hash: Hex) => (hash === decisionHash(b) ? b : undefined) };
      expect((await follow(c, [a, b])).toCheck).to.deep.equal([a, b]);
      expect(await codeOf(follow(c, [a]))).to.equal("MEMORY_UNPROVEN");
      expect(await codeOf(follow(c, []))).to.equal("MEMORY_UNPROVEN");
      expect((await follow(c, [b], known)).toCheck).to.deep.equal([]);
    });

    it("error: forgets what is known here", async () => {
      const known = { newest: async () => step(1, null) };
      expect(await codeOf(follow(step(2, null), [], known))).to.equal("MEMORY_UNPROVEN");
      expect((await follow(step(2, step(1, null)), [], known)).notes).to.deep.equal([]);
    });

    it("error: goes back to an older decision than the newest known one", async () => {
      const [old, recent] = [step(1, null), step(5, null)];
      const find = async () => old;
      const newest = async () => recent;
      const onChain = async (hash: Hex) => (hash === present.decisionHash ? recent : old);
      expect(await codeOf(follow(step(6, old), [old], { find: onChain, newest }))).to.equal("MEMORY_UNPROVEN");
      expect((await follow(step(6, old), [old], { find })).toCheck).to.deep.equal([]);
    });
  });

  it("outcomes say who did what, and whether asking again may help", () => {
    const outcome = { cosigner: alice.address, kind: "refused", code: "VAULT_DIFFERS", words: "No." } as CosignOutcome;
    expect(inWords(outcome)).to.equal(`${alice.address} refused: VAULT_DIFFERS: No.`);
    expect(mayPass(outcome)).to.equal(false);
    const told = { kind: "cosigner", cosigner: alice.address };
    expect(toEvent(outcome)).to.deep.equal({ ...told, result: "refused", reason: "VAULT_DIFFERS: No." });
    expect(toEvent({ ...outcome, kind: "silent" }).result).to.equal("unreachable");
    expect(toEvent({ ...outcome, kind: "signed" })).to.deep.equal({ ...told, result: "signed", reason: null });
    expect(mayPass({ ...outcome, kind: "silent", code: "NO_ANSWER" })).to.equal(true);
    expect(mayPass({ ...outcome, kind: "dishonest", code: "WRONG_SIGNATURE" })).to.equal(false);
  });

  it("settings have defaults, and name each cosigner once", () => {
    const config = cosignSchema.parse(undefined);
    expect(toCosignSettings(config)).to.include({ models: "own", memory: "proven", maxAge: 3_600 });
    expect(toServerSettings(config)).to.include({ largestBody: 64 * 1024 * 1024, window: 60 });
    expect(toCollectSettings(config)).to.deep.equal({ timeout: 120_000, retryEvery: 30_000, giveUpAfter: 600_000 });
    const one = { address: alice.address, url: "https://keeper.example" };
    expect(cosignersSchema.parse([one])).to.have.length(1);
    for (const wrong of [[one, one], [{ ...one, url: "ftp://x" }], [{ ...one, address: "0x1" }]]) {
      expect(cosignersSchema.safeParse(wrong).success).to.equal(false);
    }
  });
});
