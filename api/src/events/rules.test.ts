import { expect } from "chai";
import type { LoggedEvent } from "./event.ts";
import { eventAt, INDEX, OTHER_INDEX, TOKEN } from "./events.fixture.ts";
import { pauseAfter } from "./limits.ts";
import { type FigureRule, type FigureState, FRESH, figureKey, happeningIn, look, type RuleSpec } from "./rules.ts";

const OTHER_TOKEN = "0x00000000000000000000000000000000000000c2";
const grade = (when: "below" | "above" | "drops-by" | "rises-by", value: number): FigureRule => ({
  ...{ kind: "grade", token: "bitcoin", grade: "trader", when, value },
});

/** At which of the figures a rule fires. */
function firings(rule: FigureRule, figures: readonly (number | null)[]): readonly (number | null)[] {
  let state: FigureState = FRESH;
  return figures.filter((figure) => {
    const step = look(rule, state, figure);
    state = step.state;
    return step.hasFired;
  });
}

const logged = (more: Partial<LoggedEvent>): LoggedEvent => ({
  ...eventAt(1),
  ...{ seq: 7, owner: null, retracts: null, about: "rebalance.filled" },
  ...more,
});

describe("rules about figures", () => {
  it("fire once a crossing, and again only after the figure came back by the margin", () => {
    // Grades come back by 2 points: 60 -> 62.
    expect(firings(grade("below", 60), [70, 59, 58, 61, 59, 61.9, 50])).to.deep.equal([59]);
    expect(firings(grade("below", 60), [70, 59, 62, 57])).to.deep.equal([59, 57]);
    expect(firings(grade("above", 60), [50, 61, 59, 61, 58, 61])).to.deep.equal([61, 61]);
  });

  it("do not fire on the line, only beyond it", () => {
    expect(firings(grade("below", 60), [61, 60, 59.9])).to.deep.equal([59.9]);
    expect(firings(grade("above", 60), [59, 60, 60.1])).to.deep.equal([60.1]);
  });

  it("do not fire for a figure that was beyond the line from the start", () => {
    expect(firings(grade("below", 60), [50, 49])).to.deep.equal([]);
    expect(firings(grade("below", 60), [50, 62, 55])).to.deep.equal([55]);
    expect(look(grade("below", 60), FRESH, 50).state.phase).to.equal("beyond");
    expect(look(grade("below", 60), FRESH, 70).state.phase).to.equal("armed");
  });

  it("leave everything as it is while a figure is unknown", () => {
    expect(firings(grade("below", 60), [null, 70, null, Number.NaN, 59])).to.deep.equal([59]);
    expect(look(grade("below", 60), FRESH, null).state).to.equal(FRESH);
  });

  it("measure a fall from the highest figure since they last fired", () => {
    expect(firings(grade("drops-by", 10), [60, 70, 65, 61, 60, 55, 50, 49])).to.deep.equal([60, 50]);
    expect(firings(grade("rises-by", 10), [60, 50, 55, 60, 65, 70])).to.deep.equal([60, 70]);
    expect(look(grade("drops-by", 10), { ...FRESH, reference: 70 }, 60)).to.include({ hasFired: true, from: 70 });
  });

  it("measure a change of a price in percent", () => {
    const rule: FigureRule = { kind: "price", index: INDEX, when: "drops-by", value: 10 };
    expect(firings(rule, [200, 181, 180, 163, 162])).to.deep.equal([180, 162]);
  });

  it("have a margin that fits the figure", () => {
    const price: FigureRule = { kind: "price", index: INDEX, when: "above", value: 100 };
    expect(firings(price, [90, 101, 99.5, 101, 99, 101])).to.deep.equal([101, 101]);
    const drift: FigureRule = { kind: "drift", index: INDEX, when: "above", value: 5 };
    expect(firings(drift, [1, 6, 4.6, 6, 4.5, 6])).to.deep.equal([6, 6]);
    const claimable: FigureRule = { kind: "claimable", token: TOKEN, when: "above", value: 100 };
    expect(firings(claimable, [0, 101, 91, 101, 0, 101])).to.deep.equal([101, 101]);
  });

  it("count their crossings", () => {
    let state: FigureState = FRESH;
    for (const figure of [70, 50, 70, 50]) state = look(grade("below", 60), state, figure).state;
    expect(state).to.deep.equal({ phase: "beyond", reference: null, crossings: 2 });
  });

  it("name a figure alike for everybody, but what is claimable by its owner", () => {
    expect(figureKey(grade("below", 1), INDEX)).to.equal(figureKey(grade("above", 2), OTHER_INDEX));
    const claimable: FigureRule = { kind: "claimable", token: TOKEN, when: "above", value: 1 };
    expect(figureKey(claimable, INDEX)).to.not.equal(figureKey(claimable, OTHER_INDEX));
    const drift: FigureRule = { kind: "drift", index: INDEX, when: "above", value: 5 };
    expect(figureKey(drift, INDEX)).to.not.equal(figureKey({ ...drift, kind: "price" }, INDEX));
  });
});

describe("rules about what happens", () => {
  const things = (rule: RuleSpec, ...events: readonly Partial<LoggedEvent>[]) =>
    events.map((event) => happeningIn(rule, logged(event)));

  it("tell of a rebalance when weights are proposed, of one index only", () => {
    const rule: RuleSpec = { kind: "rebalance", index: INDEX };
    expect(
      things(rule, { type: "rebalance.proposed" }, { type: "rebalance.proposed", index: OTHER_INDEX }, {}),
    ).to.deep.equal(["7", undefined, undefined]);
    const checksummed = "0x00000000000000000000000000000000000000A1";
    expect(things({ ...rule, index: checksummed }, { type: "rebalance.proposed" })).to.deep.equal(["7"]);
  });

  it("tell of a token's trades once an epoch, by side if wanted", () => {
    const sale = { data: { epoch: 4, sellToken: TOKEN, buyToken: OTHER_TOKEN } };
    const purchase = { data: { epoch: 5, sellToken: OTHER_TOKEN, buyToken: TOKEN } };
    const both = [sale, purchase, { data: { epoch: 6, sellToken: OTHER_TOKEN, buyToken: OTHER_TOKEN } }];
    const rule = { kind: "rebalance", index: INDEX, token: TOKEN } as const;
    expect(things(rule, ...both)).to.deep.equal(["epoch 4", "epoch 5", undefined]);
    expect(things({ ...rule, side: "sold" }, ...both)).to.deep.equal(["epoch 4", undefined, undefined]);
    expect(things({ ...rule, side: "bought" }, ...both)).to.deep.equal([undefined, "epoch 5", undefined]);
    expect(things(rule, { ...sale, type: "rebalance.proposed" })).to.deep.equal([undefined]);
    expect(things({ ...rule, index: OTHER_INDEX }, sale)).to.deep.equal([undefined]);
  });

  it("tell of proposals and of changes of regime", () => {
    expect(things({ kind: "proposal" }, { type: "proposal.created" }, {})).to.deep.equal(["7", undefined]);
    const bear = { type: "regime.changed", at: 86_400 * 3 + 5, data: { before: "range", after: "bear" } } as const;
    expect(things({ kind: "regime" }, bear, {})).to.deep.equal(["bear 3", undefined]);
    expect(things({ kind: "regime", to: "bull" }, bear)).to.deep.equal([undefined]);
    expect(things({ kind: "regime", to: "bear", index: INDEX }, bear)).to.deep.equal(["7"]);
    expect(things({ kind: "regime", index: OTHER_INDEX }, bear)).to.deep.equal([undefined]);
    expect(things({ kind: "vote-ends", hours: 1 }, { type: "proposal.created" })).to.deep.equal([undefined]);
  });
});

describe("pauses between attempts", () => {
  it("grow exponentially up to a day, and end", () => {
    const pauses = Array.from({ length: 11 }, (_, i) => pauseAfter(i + 1, 0));
    expect(pauses).to.deep.equal([5, 20, 80, 320, 1_280, 5_120, 20_480, 81_920, 86_400, null, null]);
  });

  it("are up to a tenth longer by chance", () => {
    expect([pauseAfter(3, 0.5), pauseAfter(3, 1)]).to.deep.equal([84, 88]);
  });
});
