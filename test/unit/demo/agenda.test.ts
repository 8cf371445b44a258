import { expect } from "chai";
import { createAgenda } from "../../../scripts/demo/lib/agenda.ts";

describe("agenda", () => {
  function stage(start = 0) {
    let clock = start;
    const seen: [string, number][] = [];
    const agenda = createAgenda({
      now: async () => clock,
      advanceTo: async (time) => {
        expect(time, "the clock never goes back").to.be.greaterThan(clock);
        clock = time;
      },
    });
    const note = (name: string) => async () => void seen.push([name, clock]);
    return { agenda, seen, note };
  }

  it("does what is due in the order of its time, and leaves the rest", async () => {
    const { agenda, seen, note } = stage();
    agenda.add(30, note("third"));
    agenda.add(10, note("first"));
    agenda.add(20, note("second"));

    await agenda.playUntil(29);
    expect(seen).to.deep.equal([
      ["first", 10],
      ["second", 20],
    ]);

    await agenda.playUntil(30);
    expect(seen.at(-1)).to.deep.equal(["third", 30]);
  });

  it("does at once what is late", async () => {
    const { agenda, seen, note } = stage(100);
    agenda.add(10, note("late"));

    await agenda.playUntil(100);

    expect(seen).to.deep.equal([["late", 100]]);
  });

  it("passes time: what is due comes on the way, then the clock stands there", async () => {
    const { agenda, seen, note } = stage();
    agenda.add(10, note("on the way"));

    await agenda.passUntil(20);
    agenda.add(20, note("there"));
    await agenda.passUntil(20);

    expect(seen).to.deep.equal([
      ["on the way", 10],
      ["there", 20],
    ]);
  });

  it("passes no time that is over already", async () => {
    const { agenda, seen, note } = stage(100);
    agenda.add(50, note("late"));

    await agenda.passUntil(60);

    expect(seen).to.deep.equal([["late", 100]]);
  });

  it("plays what a task adds, as far as it is due", async () => {
    const { agenda, seen, note } = stage();
    agenda.add(10, async () => {
      agenda.add(15, note("soon"));
      agenda.add(50, note("later"));
    });

    await agenda.playUntil(20);

    expect(seen).to.deep.equal([["soon", 15]]);
  });
});
