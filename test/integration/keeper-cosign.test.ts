import { expect } from "chai";
import { network } from "hardhat";
import { Hono } from "hono";
import { type Address, type Hex, keccak256, toHex } from "viem";
import { SignatureCollector } from "../../keeper/src/cosign/collector.ts";
import type { CosignOutcome, Peer } from "../../keeper/src/cosign/outcome.ts";
import { listen, type RunningServer } from "../../keeper/src/cosign/server.ts";
import { SignaturesMissingError } from "../../keeper/src/errors.ts";
import { silentLogger } from "../../keeper/src/execute/logger.ts";
import { toDecision } from "../../keeper/src/execute/propose.ts";
import { runOnce } from "../../keeper/src/pipeline.ts";
import { marketCapPolicy, type Policy } from "../../keeper/src/plan/policy.ts";
import { type DecisionRecord, decisionHash } from "../../keeper/src/plan/record.ts";
import { signDecision } from "../../sdk/src/index.ts";
import {
  askParty,
  bundleOf,
  decideFrom,
  deployCosignWorld,
  openParty,
  openProposer,
  type Party,
  type PartyOptions,
  type Proposer,
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
