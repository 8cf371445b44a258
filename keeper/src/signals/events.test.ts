import { expect } from "chai";
import { createRandom } from "../data/random.ts";
import { plantedPanel } from "../features/planted.fixture.ts";
import { type EventInputs, eventDue, findEvents, defaultEventParams as params } from "./events.ts";
import { NO_MEMORY, type Opinion, type TokenMemory } from "./opinion.ts";

const DAYS = 120;

/** Prices that move about 1% a day, and by `last` on the last one. */
function prices(last: number): readonly number[] {
  const random = createRandom(11);
  let level = 100;
  return Array.from({ length: DAYS }, (_, t) => {
    level *= 1 + (t === DAYS - 1 ? last : 0.01 * random.normal());
    return level;
  });
}

const news = (last: number) => {
  const random = createRandom(12);
  return Array.from({ length: DAYS }, (_, t) => (t >= DAYS - 3 ? last : 0.2 + 0.05 * random.normal()));
};

function inputs(last = 0.01, macro: Parameters<typeof plantedPanel>[1] = {}): EventInputs {
  const close = prices(last);
  const panel = plantedPanel({ A: { columns: { close, marketCap: close } } }, macro);
  return { panel, memory: NO_MEMORY, opinions: [], held: new Set(["A"]), now: 1_000_000, params };
}

function graded(before: number | null, now: number | null): Pick<EventInputs, "memory" | "opinions"> {
  const token = { stance: "bullish", included: true, unwantedFor: 0, entryPrice: null, profitSteps: 0 } as const;
  const opinion = { asset: "A", stance: "bullish", score: 0, investorGrade: null, known: 1, possible: 1 } as const;
  return {
    memory: { tokens: { A: { ...token, traderGrade: before } satisfies TokenMemory }, events: {}, planned: null },
    opinions: [{ ...opinion, traderGrade: now, drivers: [], suspicious: false, reasons: [] } satisfies Opinion],
  };
}

describe("events", () => {
  it("fire nothing on a usual day", () => {
    expect(findEvents(inputs())).to.deep.equal({ fired: [], memory: NO_MEMORY });
    expect(eventDue(inputs())).to.equal(false);
  });

  it("fire on a move of the market far beyond the usual, up or down", () => {
    expect(findEvents(inputs(-0.08)).fired[0]).to.match(
      /^Volatility spike: the market fell 8% in a day, \d\.\d times the usual\.$/,
    );
    expect(findEvents(inputs(0.08)).fired[0]).to.contain("rose 8%");
    expect(findEvents(inputs(-0.05)).fired).to.deep.equal([]);
    expect(findEvents({ ...inputs(-0.08), params: { ...params, spikePercent: 2_000 } }).fired).to.deep.equal([]);
  });

  it("fire on a fall of fear & greed or of the news score", () => {
    const fear = (last: number) => Array.from({ length: DAYS }, (_, t) => (t >= DAYS - 2 ? last : 60));
    expect(findEvents(inputs(0, { fearGreed: fear(35) })).fired).to.deep.equal([
      "Sentiment break: fear & greed fell 25 points in three days, to 35.",
    ]);
    expect(findEvents(inputs(0, { fearGreed: fear(36) })).fired).to.deep.equal([]);
    expect(findEvents(inputs(0, { newsScore: news(-0.3) })).fired[0]).to.match(
      /^Sentiment break: the news score is -0\.30/,
    );
    expect(findEvents(inputs(0, { newsScore: news(0.2) })).fired).to.deep.equal([]);
    expect(findEvents(inputs(0, { newsScore: news(0.8) })).fired).to.deep.equal([]);
  });

  it("fire on a drop of the grade of a token that is held", () => {
    expect(findEvents({ ...inputs(), ...graded(80, 50) }).fired).to.deep.equal([
      "Grade drop: trader grade of A from 80 to 50 since the last decision.",
    ]);
    expect(findEvents({ ...inputs(), ...graded(80, 51) }).fired).to.deep.equal([]);
    expect(findEvents({ ...inputs(), ...graded(80, null) }).fired).to.deep.equal([]);
    expect(findEvents({ ...inputs(), ...graded(80, 10), held: new Set() }).fired).to.deep.equal([]);
  });

  it("rest for their cooldown, each by itself", () => {
    const first = findEvents(inputs(-0.08));
    expect(first.memory.events).to.deep.equal({ volatilitySpike: 1_000_000 });
    const later = (seconds: number) => ({ ...inputs(-0.08), memory: first.memory, now: 1_000_000 + seconds });
    expect(eventDue(later(params.spikeCooldown - 1))).to.equal(false);
    expect(eventDue(later(params.spikeCooldown))).to.equal(true);
    expect(findEvents(later(10)).memory).to.deep.equal(first.memory);
    const drop = graded(90, 10);
    const both = findEvents({ ...later(10), ...drop, memory: { ...drop.memory, events: first.memory.events } });
    expect(both.fired).to.have.length(1);
    expect(both.memory.events).to.deep.equal({ volatilitySpike: 1_000_000, gradeDrop: 1_000_010 });
  });
});
