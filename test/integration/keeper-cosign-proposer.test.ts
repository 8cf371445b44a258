import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { network } from "hardhat";
import { type Address, type Hex, keccak256, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { MarketSnapshot } from "../../keeper/src/data/snapshot.ts";
import type { Observation } from "../../keeper/src/execute/keeper.ts";
import { toDecision } from "../../keeper/src/execute/propose.ts";
import { marketCapPolicy, type Policy } from "../../keeper/src/plan/policy.ts";
import { type DecisionRecord, decisionHash } from "../../keeper/src/plan/record.ts";
import { signDecision } from "../../sdk/src/index.ts";
import {
  askParty,
  bundleFrom,
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
import type { KeeperWorld } from "../helpers/keeper.ts";
import { setPrices } from "../helpers/market.ts";
import { DECISION_SIGNERS } from "../helpers/sdk.ts";

const { ethers, networkHelpers, provider } = await network.create({
  override: { initialDate: "2022-05-12T00:10:00Z" },
});

const policy: Policy = { ...marketCapPolicy, ensemble: null };
const [FIRST, SECOND, _THIRD] = DECISION_SIGNERS as [
  (typeof DECISION_SIGNERS)[0],
  (typeof DECISION_SIGNERS)[0],
  (typeof DECISION_SIGNERS)[0],
];

async function deployed(): Promise<KeeperWorld> {
  return deployCosignWorld(ethers, provider);
}

describe("a dishonest proposer among keepers that check each other", () => {
  const open: { close(): Promise<void> }[] = [];
  let world: KeeperWorld;
  let asking: Proposer;
  let seen: Observation;
  let judge: Party;

  beforeEach(async () => {
    world = await networkHelpers.loadFixture(deployed);
    asking = await openProposer(world, []);
    open.push({ close: () => asking.journal.close() });
    seen = await asking.keeper.observe(world.vault, policy);
    judge = await party(1);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((item) => item.close()));
  });

  async function party(index: number, options: Partial<PartyOptions> = {}): Promise<Party> {
    const opened = await openParty(world, index, { guide: policy, ...options });
    open.push(opened);
    return opened;
  }

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

  it("has two decisions signed for one epoch by writing the vault's address in small letters", async () => {
    const record = await decideFrom(asking, seen);
    expect((await askParty(judge, FIRST, bundleFrom(record, seen))).status).to.equal(200);
    const small = { ...seen, vault: { ...seen.vault, vault: world.vault.toLowerCase() as Address } };
    expect(await refusal(await decideFrom(asking, small), small)).to.match(/^BUNDLE_INVALID: /);
    const { epoch, validUntil, asOf, chainId } = record;
    const rival = { chainId, vault: small.vault.vault, epoch, validUntil, hash: keccak256("0x06") };
    expect((await judge.journal.cosigned.claim(rival, asOf))?.hash).to.equal(decisionHash(record));
  });

  it("asks for a vault that a person has halted here", async () => {
    const record = await decideFrom(asking, seen);
    const halts = judge.journal.halts(world.chainId);
    for (const scope of [world.vault, "all"] as const) {
      await halts.halt({ scope, kind: "by-hand", since: 1, reason: "I look at it" });
      expect(await refusal(record)).to.match(/^VAULT_HALTED: .*I look at it/);
      await halts.clear(scope);
    }
    expect((await askParty(judge, FIRST, bundleFrom(record, seen))).status).to.equal(200);
  });

  it("has a decision signed that was only checked as an earlier one, with less care", async () => {
    const bent = await decideFrom(asking, seen, (made) => ({ ...made, reasons: ["Because."] }));
    await judge.journal.cosigned.saveChecked(bent, new Map());
    expect(await refusal(bent)).to.match(/^RESULT_DIFFERS: /);
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
