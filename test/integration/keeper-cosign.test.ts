import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { network } from "hardhat";
import { Hono } from "hono";
import { type Address, type Hex, keccak256, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { SignatureCollector } from "../../keeper/src/cosign/collector.ts";
import type { CosignOutcome, Peer } from "../../keeper/src/cosign/outcome.ts";
import { listen, type RunningServer } from "../../keeper/src/cosign/server.ts";
import type { MarketSnapshot } from "../../keeper/src/data/snapshot.ts";
import { SignaturesMissingError } from "../../keeper/src/errors.ts";
import type { Observation } from "../../keeper/src/execute/keeper.ts";
import { silentLogger } from "../../keeper/src/execute/logger.ts";
import { toDecision } from "../../keeper/src/execute/propose.ts";
import { runOnce } from "../../keeper/src/pipeline.ts";
import { marketCapPolicy, type Policy } from "../../keeper/src/plan/policy.ts";
import { type DecisionRecord, decisionHash } from "../../keeper/src/plan/record.ts";
import { signDecision } from "../../sdk/src/index.ts";
import {
  askParty,
  bundleFrom,
  bundleOf,
  decideFrom,
  deployCosignWorld,
  openParty,
  openProposer,
  type Party,
  type PartyOptions,
  type Proposer,
  send,
  signedRequest,
} from "../helpers/cosign.ts";
import { type KeeperWorld, openKeeper, proposedDecisions } from "../helpers/keeper.ts";
import { setPrices } from "../helpers/market.ts";
import { DECISION_SIGNERS } from "../helpers/sdk.ts";

const { ethers, networkHelpers, provider } = await network.create({
  override: { initialDate: "2022-05-12T00:10:00Z" },
});

const policy: Policy = { ...marketCapPolicy, ensemble: null };
const [FIRST, SECOND, THIRD] = DECISION_SIGNERS as [
  (typeof DECISION_SIGNERS)[0],
  (typeof DECISION_SIGNERS)[0],
  (typeof DECISION_SIGNERS)[0],
];

async function deployed(): Promise<KeeperWorld> {
  return deployCosignWorld(ethers, provider);
}

describe("keepers that check each other", () => {
  const open: { close(): Promise<void> }[] = [];
  let world: KeeperWorld;

  beforeEach(async () => {
    world = await networkHelpers.loadFixture(deployed);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((item) => item.close()));
  });

  async function party(index: number, options: Partial<PartyOptions> = {}): Promise<Party> {
    const opened = await openParty(world, index, { guide: policy, ...options });
    open.push(opened);
    return opened;
  }

  async function proposer(peers: readonly Peer[], over: Parameters<typeof openProposer>[2] = {}): Promise<Proposer> {
    const opened = await openProposer(world, peers, over);
    open.push({ close: () => opened.journal.close() });
    return opened;
  }

  /** Somebody who answers with whatever he likes: stands in for a keeper whose owner is dishonest. */
  async function dishonest(address: Address, answer: (path: string, signal: AbortSignal) => unknown): Promise<Peer> {
    const app = new Hono();
    app.post("*", async (context) => {
      const path = context.req.path;
      if (path.endsWith("/missing")) return context.json({ missing: [] });
      const told = await answer(path, context.req.raw.signal);
      return told instanceof Response ? told : context.json(told as object);
    });
    const server: RunningServer = await listen(app as unknown as Parameters<typeof listen>[0], "127.0.0.1", 0);
    open.push(server);
    return { address, url: server.url };
  }

  const hashIn = (path: string) => path.split("/")[3] as Hex;
  const named = (outcomes: readonly CosignOutcome[], address: Address) =>
    outcomes.filter(({ cosigner }) => cosigner === address).map(({ kind, code }) => `${kind} ${code}`);

  async function expectProposed(keeper: Proposer["keeper"]): Promise<Hex> {
    const { decision, proposal } = await runOnce(keeper, world.vault, policy);
    expect(proposal?.result).to.equal("mined");
    expect(await proposedDecisions(world)).to.deep.equal([decisionHash(decision!)]);
    return decisionHash(decision!);
  }

  it("three honest ones: the first decides, another comes to the same decision, both sign", async () => {
    const [second, third] = [await party(1), await party(2)];
    const { keeper, outcomes } = await proposer([second.peer, third.peer]);
    const hash = await expectProposed(keeper);
    expect(outcomes.map(({ kind }) => kind)).to.include("signed");
    expect((await world.index.epoch()).decisionHash).to.equal(hash);
    const checked = [await second.journal.cosigned.checked(hash), await third.journal.cosigned.checked(hash)];
    expect(checked.some((record) => record !== undefined)).to.equal(true);
  });

  it("one is down: it is named, and nothing else happens", async () => {
    const third = await party(2);
    const gone = await party(1);
    const silent = gone.peer;
    await gone.server.close();
    const { keeper, outcomes } = await proposer([silent, third.peer]);
    await expectProposed(keeper);
    expect(named(outcomes, silent.address)).to.deep.equal(["silent NO_ANSWER"]);
    expect(named(outcomes, third.peer.address)).to.deep.equal(["signed SIGNED"]);
  });

  it("one signs rubbish: it is named, and nothing else happens", async () => {
    const third = await party(2);
    const liar = await dishonest(SECOND.address, (path) => {
      return { decisionHash: hashIn(path), signature: `0x${"ab".repeat(64)}1b`, unchecked: [] };
    });
    const { keeper, outcomes } = await proposer([liar, third.peer]);
    await expectProposed(keeper);
    expect(named(outcomes, liar.address)).to.deep.equal(["dishonest WRONG_SIGNATURE"]);
  });

  it("one sends what is no signature, no answer, or too much of one", async () => {
    const third = await party(2);
    const answers: readonly (() => unknown)[] = [
      () => ({ decisionHash: "0x", signature: "0x", unchecked: [] }),
      () => "hello",
      () => new Response("<html>502</html>", { status: 502 }),
      () => new Response("x".repeat(300_000)),
      () => new Response(null, { status: 307, headers: { location: third.peer.url } }),
    ];
    const kinds = [
      "dishonest OTHER_DECISION",
      "broken ANSWER_UNREADABLE",
      "broken ANSWER_UNREADABLE",
      "broken ANSWER_UNREADABLE",
      "silent NO_ANSWER",
    ];
    const start = await networkHelpers.takeSnapshot();
    for (const [i, answer] of answers.entries()) {
      const liar = await dishonest(SECOND.address, () => answer());
      const { keeper, outcomes } = await proposer([liar, third.peer]);
      await expectProposed(keeper);
      expect(named(outcomes, liar.address), String(i)).to.deep.equal([kinds[i]]);
      await start.restore();
    }
  });

  it("one signs another decision, one sends another's signature: both are named", async () => {
    const { keeper, outcomes, journal } = await proposer([]);
    const seen = await keeper.observe(world.vault, policy);
    const record = await decideFrom({ keeper, outcomes, journal } as Proposer, seen);
    const domain = { chainId: world.chainId, keeperRegistry: world.addresses.keeperRegistry };
    const decision = toDecision(record);
    const other = { ...decision, weights: [...decision.weights].reverse(), decisionHash: keccak256("0x01") };
    const elsewhere = await signDecision(SECOND, domain, other);
    const stolen = await signDecision(FIRST, domain, decision);
    const cases = [
      [{ decisionHash: other.decisionHash, signature: elsewhere.signature, unchecked: [] }, "dishonest OTHER_DECISION"],
      [
        { decisionHash: decision.decisionHash, signature: elsewhere.signature, unchecked: [] },
        "dishonest WRONG_SIGNATURE",
      ],
      [{ decisionHash: decision.decisionHash, signature: stolen.signature, unchecked: [] }, "dishonest OTHER_ACCOUNT"],
    ] as const;
    for (const [answer, expected] of cases) {
      const liar = await dishonest(SECOND.address, () => answer);
      const asking = await proposer([liar]);
      await asking.keeper.remember(record, seen);
      const failure = await asking.collector.collect(record).catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(SignaturesMissingError);
      expect(String(failure)).to.contain(SECOND.address).and.contain(expected.split(" ")[1]);
      expect(named(asking.outcomes, liar.address)).to.deep.equal([expected]);
    }
  });

  it("one gives its signature in a form that the registry would refuse: it does not spoil the others'", async () => {
    const third = await party(2);
    const domain = { chainId: world.chainId, keeperRegistry: world.addresses.keeperRegistry };
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const { keeper, outcomes, journal } = await proposer([third.peer]);
    const seen = await keeper.observe(world.vault, policy);
    const record = await decideFrom({ keeper, outcomes, journal } as Proposer, seen);
    const { signature } = await signDecision(SECOND, domain, toDecision(record));
    const s = BigInt(`0x${signature.slice(66, 130)}`);
    const flipped = signature.endsWith("1b") ? "1c" : "1b";
    const twin = `${signature.slice(0, 66)}${toHex(order - s, { size: 32 }).slice(2)}${flipped}`;
    const liar = await dishonest(SECOND.address, (path) => {
      return { decisionHash: hashIn(path), signature: twin, unchecked: [] };
    });
    const asking = await proposer([liar, third.peer]);
    await asking.keeper.remember(record, seen);
    expect((await asking.keeper.propose(record)).result).to.equal("mined");
    expect(named(asking.outcomes, liar.address)).to.deep.equal(["dishonest WRONG_SIGNATURE"]);
  });

  it("one is slow: the others do not wait for it, and it is named when its time is over", async () => {
    const third = await party(2);
    const slow = await dishonest(SECOND.address, (_, signal) => {
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve({})));
    });
    const settings = { timeout: 4_000, retryEvery: 50, giveUpAfter: 200 };
    let late: (outcome: CosignOutcome) => void = () => {};
    const lateOne = new Promise<CosignOutcome>((resolve) => (late = resolve));
    const onOutcome = (outcome: CosignOutcome) => outcome.kind === "silent" && late(outcome);
    const { keeper } = await proposer([slow, third.peer], { settings, onOutcome });
    await expectProposed(keeper);
    const { cosigner, code } = await lateOne;
    expect([cosigner, code]).to.deep.equal([SECOND.address, "NO_ANSWER"]);
  });

  it("too few: the error names everybody and why, and the proposal is tried again while it is valid", async () => {
    const refusing = await party(1, { guide: { ...policy, weighting: "equal" } });
    const third = await party(2);
    const { url } = third.peer;
    await third.server.close();
    const peers = [refusing.peer, { ...third.peer, url }];
    const asking = await proposer(peers, { settings: { timeout: 20_000, retryEvery: 50, giveUpAfter: 2_500 } });
    const failure = await runOnce(asking.keeper, world.vault, policy).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(SignaturesMissingError);
    for (const words of [SECOND.address, "POLICY_DIFFERS", THIRD.address, "NO_ANSWER", "1 of 2"]) {
      expect(String(failure)).to.contain(words);
    }
    expect(named(asking.outcomes, SECOND.address)).to.deep.equal(["refused POLICY_DIFFERS"]); // for good: asked once
    expect(named(asking.outcomes, THIRD.address).length).to.be.greaterThan(1);

    const back = await party(2);
    (peers[1] as { url: string }).url = back.peer.url;
    await runOnce(asking.keeper, world.vault, policy);
    expect(await proposedDecisions(world)).to.have.length(1);
  });

  describe("a dishonest proposer", () => {
    let asking: Proposer;
    let seen: Observation;
    let judge: Party;

    beforeEach(async () => {
      asking = await proposer([]);
      seen = await asking.keeper.observe(world.vault, policy);
      judge = await party(1);
    });

    async function refusal(record: DecisionRecord, from: Observation = seen, by: Party = judge): Promise<string> {
      const told = await askParty(by, FIRST, bundleFrom(record, from));
      expect(told.signer).to.equal(by.signer.address); // a refusal is signed for
      expect(told.words).to.be.a("string");
      return `${told.code}: ${told.words}`;
    }

    it("is honest: then it gets its signature, with nothing left unchecked", async () => {
      const record = await decideFrom(asking, seen);
      const told = await askParty(judge, FIRST, bundleFrom(record, seen));
      expect([told.status, told.unchecked]).to.deep.equal([200, []]);
      const domain = { chainId: world.chainId, keeperRegistry: world.addresses.keeperRegistry };
      expect(told.signature).to.equal((await signDecision(SECOND, domain, toDecision(record))).signature);
    });

    it("alters weights", async () => {
      const swap = ({ assets, ...record }: DecisionRecord): DecisionRecord => {
        const [a, b, ...rest] = assets;
        return {
          ...record,
          assets: [{ ...a!, proposedBps: b!.proposedBps }, { ...b!, proposedBps: a!.proposedBps }, ...rest],
        } as DecisionRecord;
      };
      const record = await decideFrom(asking, seen, swap);
      expect(await refusal(record)).to.match(/^RESULT_DIFFERS: .*assets/);
    });

    it("alters the record", async () => {
      const record = await decideFrom(asking, seen, (made) => ({ ...made, reasons: ["Because."] }));
      expect(await refusal(record)).to.match(/^RESULT_DIFFERS: .*reasons/);
      const bundle = bundleFrom(await decideFrom(asking, seen), seen);
      const told = await askParty(judge, FIRST, bundle, { hash: decisionHash(record) });
      expect([told.status, told.code]).to.deep.equal([400, "BUNDLE_INVALID"]);
    });

    it("alters an input under its hash", async () => {
      const record = await decideFrom(asking, seen);
      const bundle = bundleFrom(record, seen);
      const texts = new Map(bundle.texts);
      const vaultText = texts.get(record.inputs.vault)!;
      texts.set(record.inputs.vault, vaultText.replace('"gasPrice":"', '"gasPrice":"9'));
      expect((await askParty(judge, FIRST, { ...bundle, texts })).code).to.equal("INPUTS_INVALID");
      texts.delete(record.inputs.vault);
      expect((await askParty(judge, FIRST, { ...bundle, texts })).code).to.equal("INPUTS_INVALID");
    });

    it("alters a price in the market snapshot", async () => {
      const market = withPrice(seen.market, "ETH", (price) => price * 1.05);
      const record = await decideFrom(asking, { ...seen, market });
      expect(await refusal(record, { ...seen, market })).to.match(/^PRICES_DIFFER: .*basket.*ETH/);
      const barely = withPrice(seen.market, "ETH", (price) => price * 1.01);
      const near = await decideFrom(asking, { ...seen, market: barely });
      expect((await askParty(judge, FIRST, bundleFrom(near, { ...seen, market: barely }))).status).to.equal(200);
    });

    it("cuts the market's past", async () => {
      const short = { ...seen.market, months: seen.market.months.slice(2) };
      const other = await decideFrom(asking, { ...seen, market: short });
      expect(await refusal(other, { ...seen, market: short })).to.match(/^MARKET_DIFFERS: .*months/);
    });

    it("alters the vault's state", async () => {
      const [first, ...rest] = seen.vault.assets;
      const vault = { ...seen.vault, assets: [{ ...first!, holdings: first!.holdings * 2n }, ...rest] };
      const record = await decideFrom(asking, { ...seen, vault });
      expect(await refusal(record, { ...seen, vault })).to.match(/^VAULT_DIFFERS: .*holdings/);
    });

    it("decides on a block that nobody else has", async () => {
      const vault = { ...seen.vault, block: { ...seen.vault.block, hash: keccak256("0x02") } };
      const record = await decideFrom(asking, { ...seen, vault });
      expect(await refusal(record, { ...seen, vault })).to.match(/^BLOCK_UNKNOWN: /);
      const future = { ...seen.vault, block: { ...seen.vault.block, number: seen.vault.block.number + 1_000n } };
      const later = await decideFrom(asking, { ...seen, vault: future });
      expect(await refusal(later, { ...seen, vault: future })).to.match(/^BLOCK_UNKNOWN: /);
    });

    it("brings a policy of its own", async () => {
      const own = { ...seen, policy: { ...seen.policy, weighting: "equal" } as Policy };
      expect(await refusal(await decideFrom(asking, own), own)).to.match(/^POLICY_DIFFERS: .*weighting/);
      const stranger = await party(2, { guide: null });
      expect(await refusal(await decideFrom(asking, seen), seen, stranger)).to.match(/^VAULT_UNKNOWN: /);
    });

    it("claims that trades cost something else", async () => {
      const { costModel } = seen;
      const halfSpreadBps = { before: 5, after: 500 };
      const plan = { ...seen.policy.plan, halfSpreadBps: 500 };
      const dear = { ...seen, costModel: { ...costModel, halfSpreadBps }, policy: { ...seen.policy, plan } as Policy };
      expect(await refusal(await decideFrom(asking, dear), dear)).to.match(/^COSTS_DIFFER: .*500/);
    });

    it("remembers what never was", async () => {
      const memory = { ...seen.memory, events: { spike: 1_652_300_000 } };
      const record = await decideFrom(asking, { ...seen, memory });
      expect(await refusal(record)).to.match(/^MEMORY_UNPROVEN: /);
      const trusting = await party(2, { settings: { memory: "given" } });
      const told = await askParty(trusting, FIRST, bundleFrom(record, seen));
      expect(told.unchecked?.join(" ")).to.contain("taken as told");
    });

    it("sends an old request again, or one that is too old", async () => {
      const bundle = bundleFrom(await decideFrom(asking, seen), seen);
      const request = await signedRequest(judge, FIRST, bundle);
      expect((await send(request)).status).to.equal(200);
      expect(await send(request)).to.include({ status: 401, code: "REQUEST_REPLAYED" });
      const old = await signedRequest(judge, FIRST, bundle, { sentAt: Math.floor(Date.now() / 1000) - 61 });
      expect(await send(old)).to.include({ status: 401, code: "REQUEST_STALE" });
      const elsewhere = await party(2);
      const forwarded = { ...request, url: request.url.replace(judge.peer.url, elsewhere.peer.url) };
      expect(await send(forwarded)).to.include({ status: 401, code: "REQUEST_UNAUTHENTICATED" });
    });

    it("sends 100 megabytes, or what becomes a gigabyte", async () => {
      const bundle = bundleFrom(await decideFrom(asking, seen), seen);
      const strict = await party(2, { server: { largestBundle: 32 * 1024 * 1024 } });
      const large = await askParty(strict, FIRST, bundle, { body: new Uint8Array(100 * 1024 * 1024) });
      expect(large).to.include({ status: 413, code: "BUNDLE_TOO_LARGE" });
      const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024), { level: 9 });
      expect(bomb.length).to.be.lessThan(1024 * 1024);
      expect(await askParty(strict, FIRST, bundle, { body: bomb })).to.include({
        status: 413,
        code: "BUNDLE_TOO_LARGE",
      });
      expect((await askParty(strict, FIRST, bundle)).status).to.equal(200);
    });

    it("sends what is no bundle", async () => {
      const bundle = bundleFrom(await decideFrom(asking, seen), seen);
      const shapes = ["", "{}", '{"schema":"gimbal.bundle/1","record":"{}","history":[],"texts":{}}'];
      for (const body of [new Uint8Array(10), ...shapes.map((text) => gzipSync(text))]) {
        expect(await askParty(judge, FIRST, bundle, { body })).to.include({ status: 400, code: "BUNDLE_INVALID" });
      }
    });

    it("is no signer, pretends to be one, or asks for another vault", async () => {
      const bundle = bundleFrom(await decideFrom(asking, seen), seen);
      const stranger = privateKeyToAccount(keccak256(toHex("stranger")));
      expect(await askParty(judge, stranger, bundle)).to.include({ status: 403, code: "SIGNER_UNKNOWN" });
      const request = await signedRequest(judge, stranger, bundle);
      const headers = { ...request.headers, "x-gimbal-from": FIRST.address };
      expect(await send({ ...request, headers })).to.include({ status: 401, code: "REQUEST_UNAUTHENTICATED" });
      const swapped = { ...request, ...(await signedRequest(judge, FIRST, bundle)), body: request.body.slice(1) };
      expect(await send(swapped)).to.include({ status: 401, code: "REQUEST_UNAUTHENTICATED" });
      const periphery = (await deployed()).vault;
      expect((await askParty(judge, FIRST, bundle, { vault: periphery })).status).to.be.oneOf([400, 403]);
    });

    it("asks too often, or from where too many strangers ask", async () => {
      const bundle = bundleFrom(await decideFrom(asking, seen), seen);
      const busy = await party(2, { server: { requestsPerMinute: 3 }, clock: () => 1_700_000_000_000 });
      const sentAt = 1_700_000_000;
      const stranger = privateKeyToAccount(keccak256(toHex("stranger")));
      expect((await askParty(busy, FIRST, bundle, { sentAt })).status).to.equal(200);
      const codes: (string | undefined)[] = [];
      for (let i = 0; i < 4; i++) codes.push((await askParty(busy, stranger, bundle, { sentAt })).code);
      expect(codes).to.deep.equal([...Array(3).fill("SIGNER_UNKNOWN"), "REQUESTS_TOO_MANY"]);
      // Whoever is known to be a signer is still let in, and has a measure of its own.
      expect((await askParty(busy, FIRST, bundle, { sentAt })).status).to.equal(200);
      expect((await askParty(busy, FIRST, bundle, { sentAt })).status).to.equal(200);
      expect((await askParty(busy, FIRST, bundle, { sentAt })).code).to.equal("REQUESTS_TOO_MANY");
    });

    it("has two decisions signed for one epoch: only after the first can no longer be submitted", async () => {
      const record = await decideFrom(asking, seen);
      expect((await askParty(judge, FIRST, bundleFrom(record, seen))).status).to.equal(200);
      await networkHelpers.time.increase(600);
      await setPrices(world.protocol);
      const now = await asking.keeper.observe(world.vault, policy);
      const fresh = { ...now, memory: seen.memory };
      const second = await decideFrom(asking, fresh);
      const told = await askParty(judge, FIRST, { ...bundleFrom(second, fresh) });
      expect(told.code).to.equal("OTHER_DECISION_SIGNED");
      expect(told.words).to.contain(decisionHash(record));
      // The first one again is no second one.
      expect((await askParty(judge, FIRST, bundleFrom(record, seen))).status).to.equal(200);

      await networkHelpers.time.increaseTo(record.validUntil + 1);
      await setPrices(world.protocol);
      const later = await asking.keeper.observe(world.vault, policy);
      const third = await decideFrom(asking, { ...later, memory: record.memory.after });
      const bundle = bundleFrom(third, later);
      expect((await askParty(judge, FIRST, bundle)).status).to.equal(200);
      expect(await judge.journal.cosigned.signed(world.chainId, world.vault, 1)).to.have.length(2);
    });

    it("asks both others for different decisions at once: neither can be proposed twice", async () => {
      const record = await decideFrom(asking, seen);
      const told = await Promise.all([
        askParty(judge, FIRST, bundleFrom(record, seen)),
        askParty(judge, FIRST, bundleFrom(record, seen)),
      ]);
      expect(told.map(({ status }) => status)).to.deep.equal([200, 200]);
      expect(new Set(told.map(({ signature }) => signature)).size).to.equal(1);
      const rival = { chainId: world.chainId, vault: world.vault, epoch: 1, validUntil: record.validUntil };
      const claims = await Promise.all(
        ["0x03", "0x04", "0x05"].map((text) => {
          const hash = keccak256(text as Hex);
          return judge.journal.cosigned.claim({ ...rival, epoch: 2, hash }, record.asOf);
        }),
      );
      expect(claims.filter((other) => other === null)).to.have.length(1);
    });

    it("comes too late, or for an epoch that is over", async () => {
      const record = await decideFrom(asking, seen);
      await networkHelpers.time.increase(3_601);
      expect(await refusal(record)).to.match(/^DECISION_TOO_OLD: /);
      await networkHelpers.time.increaseTo(record.validUntil + 1);
      expect(await refusal(record)).to.match(/^DECISION_EXPIRED: /);
      const skipped = await decideFrom(asking, seen, (made) => ({ ...made, epoch: 2 }));
      expect(await refusal(skipped)).to.match(/^EPOCH_WRONG: /);
      const idle = await decideFrom(asking, seen, (made) => ({ ...made, action: "none", lane: null }));
      expect(await refusal(idle)).to.match(/^NOTHING_TO_SIGN: /);
    });
  });

  it("a decision to do nothing is proven by its inputs when the next one remembers it", async () => {
    const [second, third] = [await party(1), await party(2)];
    const asking = await proposer([second.peer, third.peer]);
    const vault = world.index.connect(world.owner);
    await vault.pause(4); // proposals
    const { decision: idle } = await runOnce(asking.keeper, world.vault, policy);
    expect(idle?.action).to.equal("none");
    await vault.unpause();
    await networkHelpers.time.increase(86_400);
    await setPrices(world.protocol);

    const seen = await asking.keeper.observe(world.vault, policy);
    const record = await decideFrom(asking, seen);
    expect(record.memory.before).to.deep.equal(idle?.memory.after);
    const bundle = await bundleOf(record, asking);
    expect(bundle.history.map(decisionHash)).to.deep.equal([decisionHash(idle!)]);
    expect((await askParty(second, FIRST, { ...bundle, history: [] })).code).to.equal("MEMORY_UNPROVEN");
    const forged = { ...idle!, memory: { ...idle!.memory, before: { ...idle!.memory.before, events: { spike: 1 } } } };
    expect((await askParty(second, FIRST, { ...bundle, history: [forged] })).code).to.equal("MEMORY_UNPROVEN");
    const bent = { ...idle!, reasons: ["Because."] };
    expect((await askParty(second, FIRST, { ...bundle, history: [bent] })).code).to.equal("RESULT_DIFFERS");
    expect(await second.journal.cosigned.checked(decisionHash(idle!))).to.equal(undefined);

    expect((await asking.keeper.propose(record)).result).to.equal("mined");
    expect(asking.outcomes.every(({ kind }) => kind === "signed")).to.equal(true);
  });

  it("goes on from what another decided, when that one is gone, and takes over what it could not send", async () => {
    const [second, third] = [await party(1), await party(2)];
    const first = await proposer([second.peer, third.peer]);
    const seen = await first.keeper.observe(world.vault, policy);
    const record = await decideFrom(first, seen);
    // Signed by another keeper, never sent: its maker died in between.
    expect((await askParty(second, FIRST, await bundleOf(record, first))).status).to.equal(200);

    const { client, chainId, addresses } = world;
    const collector = new SignatureCollector({
      client,
      domain: { chainId, keeperRegistry: addresses.keeperRegistry },
      signers: [SECOND],
      peers: [third.peer],
      journal: second.journal,
      settings: { timeout: 20_000, retryEvery: 50, giveUpAfter: 200 },
      logger: silentLogger,
    });
    const collect = (made: DecisionRecord) => collector.collect(made);
    const keeper = await openKeeper(world, second.journal, { signers: [SECOND], collect });
    expect(await keeper.unsentDecision(world.vault)).to.equal(undefined); // its maker's time
    expect((await keeper.nextDue(world.vault, policy)).at).to.be.greaterThan(record.asOf);
    await networkHelpers.time.increase(900);
    await setPrices(world.protocol);
    await runOnce(keeper, world.vault, policy);
    expect(await proposedDecisions(world)).to.deep.equal([decisionHash(record)]);
    const next = await keeper.observe(world.vault, policy);
    expect(next.memory).to.deep.equal(record.memory.after);
  });
});

/** The same market with other closes of one asset on its last `days` days. */
function withPrice(market: MarketSnapshot, asset: string, change: (price: number) => number, days = 1): MarketSnapshot {
  const months = market.months.map((month) => {
    const close = month.assets[asset]?.close;
    if (close === undefined) return month;
    const altered = close.map((price, i) => (month.firstDay + i > market.lastDay - days ? change(price) : price));
    return { ...month, assets: { ...month.assets, [asset]: { ...month.assets[asset], close: altered } } };
  });
  return { ...market, months };
}
