import { type Methodology, methodologyHash } from "@gimbal/sdk";
import { expect } from "chai";
import { readMethodologies } from "../../../keeper/src/data/methodologyFolder.ts";
import type { MarketSnapshot } from "../../../keeper/src/data/snapshot.ts";
import { DAY, dayFromIso } from "../../../keeper/src/data/time.ts";
import { selectMembers } from "../../../keeper/src/methodology/universe.ts";
import { prepareMarket } from "../../../keeper/src/training/sentimentHead.ts";
import { ALICE, accessContext, bearer, post, signIn } from "../access/access.fixture.ts";
import { type Json, testApp } from "../app.fixture.ts";
import { gradedBook, marketJournal } from "../market/market.fixture.ts";
import { dueMoments, type KnownDay, methodologyTargets, type SlotSource } from "./methodologyTargets.ts";

const DOCUMENTS = [...readMethodologies().values()];
const documentOf = (id: string) => DOCUMENTS.find((item) => item.id === id)!.document;
const at = (date: string) => dayFromIso(date) * DAY;

/** {bps} by hand: in proportion to capitalisation, what a cap cuts off goes to the others in proportion. */
function byHand(market: MarketSnapshot, document: Methodology): ReadonlyMap<string, number> {
  const { panel } = prepareMarket(market, null);
  const { members } = selectMembers(panel, panel.days - 1, document.universe, new Set());
  const cap = (asset: string) => panel.column("marketCap", panel.assets.indexOf(asset)).findLast((value) => value > 0)!;
  const weights = new Map<string, number>();
  let open = [...members];
  let left = 10_000;
  for (;;) {
    const total = open.reduce((sum, asset) => sum + cap(asset), 0);
    const full = open.filter((asset) => (left * cap(asset)) / total >= document.caps.assetBps);
    if (full.length === 0) {
      for (const asset of open) weights.set(asset, (left * cap(asset)) / total);
      return weights;
    }
    for (const asset of full) weights.set(asset, document.caps.assetBps);
    left -= full.length * document.caps.assetBps;
    open = open.filter((asset) => !full.includes(asset));
  }
}

describe("paper indices: a methodology's weights", function () {
  this.timeout(60_000);
  let source: SlotSource;
  let known: readonly (KnownDay & { market: MarketSnapshot })[];
  before(async () => {
    const { decisions } = await marketJournal();
    known = decisions.map(({ record, hash, market }) => {
      return { asOf: record.asOf, day: market.lastDay, decision: hash, market };
    });
    source = until(Number.POSITIVE_INFINITY);
  });
  /** All that was graded, as if nothing had been after `end`. */
  const until = (end: number): SlotSource => ({
    at: async (time) => known.findLast(({ asOf }) => asOf <= Math.min(time, end)),
    snapshot: async ({ decision }) => known.find((item) => item.decision === decision)!.market,
  });
  const run = (document: Methodology, begin: string, end: string, from = source) =>
    methodologyTargets(document, { begin: at(begin), end: at(end) }, from, "USDC");

  it("are those of the capitalisations that were known, within the cap", async () => {
    const document = documentOf("top-5");
    for (const { asOf, market } of known.slice(1)) {
      const span = { begin: asOf, end: asOf };
      const { targets, skipped } = await methodologyTargets(document, span, source, "USDC");
      expect(skipped).to.deep.equal([]);
      const expected = byHand(market, document);
      expect(targets[0]!.parts.size).to.equal(5);
      expect([...targets[0]!.parts.keys()].sort()).to.deep.equal([...expected.keys()].sort());
      for (const [asset, part] of targets[0]!.parts) {
        expect(part * 10_000, asset).to.be.within(expected.get(asset)! - 2, expected.get(asset)! + 2);
        expect(part).to.be.at.most(0.4);
      }
    }
  });

  it("of a slot never use what came later", async () => {
    const document: Methodology = { ...documentOf("top-5"), rebalance: "daily" };
    const whole = await run(document, "2022-04-17", "2022-04-21");
    for (const { from, known: used } of whole.targets) expect(used.asOf).to.be.at.most(from);
    const used = new Set(whole.targets.map(({ known: { decision } }) => decision));
    expect(used.size).to.equal(2);
    const early = await run(document, "2022-04-17", "2022-04-21", until(at("2022-04-13")));
    const before = whole.targets.filter(({ from }) => from < at("2022-04-20"));
    expect(before).to.have.length.greaterThan(1);
    expect(early.targets.slice(0, before.length)).to.deep.equal(before);
    // The last day's data changed them, so that the comparison can fail.
    expect(whole.targets.at(-1)!.parts).to.not.deep.equal(before.at(-1)!.parts);
  });

  it("are due at the beginning and at the slots of the document's calendar", () => {
    const due = dueMoments({ rebalance: "weekly" }, at("2022-04-12"), at("2022-04-25"));
    expect(due).to.deep.equal([at("2022-04-12"), at("2022-04-18") + 900]);
    expect(dueMoments({ rebalance: "monthly" }, at("2022-04-12"), at("2022-06-02"))).to.have.length(3);
  });

  it("are not invented where too little is known", async () => {
    const { targets, skipped } = await run({ ...documentOf("top-5"), rebalance: "daily" }, "2022-04-10", "2022-04-12");
    expect([skipped[0]!.at, targets[0]!.from]).to.deep.equal([at("2022-04-10"), at("2022-04-11") + 900]);
    // The decision of 12 April is too old for the slot of the 19th, and was not for the one of the 18th.
    const late = await run({ ...documentOf("top-5"), rebalance: "daily" }, "2022-04-18", "2022-04-20");
    expect(late.targets).to.have.length(2);
    expect(late.skipped.at(-1)).to.deep.include({ at: at("2022-04-19") + 900 });
    expect(late.skipped.at(-1)!.why).to.contain("2022-04-11");
    const few = { ...documentOf("top-5"), universe: { ...documentOf("top-5").universe, rankTo: 2 } };
    const none = await run(few, "2022-04-12", "2022-04-12");
    expect(none.targets).to.deep.equal([]);
    expect(none.skipped[0]!.why).to.contain("Fewer than 3 tokens");
  });
});

describe("paper indices: following a methodology", function () {
  this.timeout(60_000);
  let fetch: ReturnType<typeof testApp>;
  let token: string;
  before(async () => {
    const { store, market, source } = await gradedBook();
    const { decisions } = await marketJournal();
    const clock = { now: decisions.at(-1)!.record.asOf + 3_600 };
    fetch = testApp(await accessContext(clock, { store, market, decisions: source }));
    token = (await signIn(fetch, ALICE)).token;
  });
  const make = (methodology: string, from = "2022-04-11"): Promise<Response> =>
    Promise.resolve(fetch("/v1/paper-indices", post({ name: "Rules", methodology, from }, token)));

  it("is worked out by id or hash, with what each slot was made from", async () => {
    const hash = methodologyHash(documentOf("top-5"));
    for (const name of ["top-5", hash]) {
      const made = await make(name);
      const { data }: Json = await made.json();
      expect([made.status, data.methodology, data.weights, data.index]).to.deep.equal([201, hash, null, null]);
      const answer: Json = await (await fetch(`/v1/paper-indices/${data.id}/performance`, bearer(token))).json();
      const { slots, skipped } = answer.data.methodology;
      expect([slots.length, skipped, answer.data.days.length]).to.deep.equal([1, [], 9]);
      const sum = Object.values<number>(slots[0].weights).reduce((total, bps) => total + bps, 0);
      expect([sum, slots[0].lastDay]).to.deep.equal([10_000, "2022-04-11"]);
      expect(answer.data.costs.bps).to.equal(30);
      const held: Json = await (await fetch(`/v1/paper-indices/${data.id}/holdings`, bearer(token))).json();
      expect(held.data.map((item: Json) => item.token).sort()).to.deep.equal(Object.keys(slots[0].weights).sort());
    }
  });

  it("refuses unknown ones with those that are known, the AI's, and days of which too little is known", async () => {
    const unknown = await make("top-6");
    const { detail, known }: Json = await unknown.json();
    expect([unknown.status, detail]).to.deep.equal([
      422,
      "There is no such methodology. Name one of those that are known.",
    ]);
    expect(known.map(({ id }: Json) => id)).to.deep.equal(DOCUMENTS.map(({ id }) => id));
    const ai = await make("ai-balanced");
    expect([ai.status, ((await ai.json()) as Json).detail]).to.satisfy(
      ([status, words]: [number, string]) => status === 422 && words.includes("Follow an index"),
    );
    const many = await make("rsi", "2021-11-01");
    expect([many.status, ((await many.json()) as Json).slots]).to.deep.equal([422, 170]);
    const early = await make("top-5", "2022-03-01");
    expect([early.status, ((await early.json()) as Json).detail]).to.satisfy(
      ([status, words]: [number, string]) => status === 422 && words.includes("Not enough data"),
    );
  });
});
