import { expect } from "chai";
import { type Activity, ActivityLog } from "./activity.ts";

const sent = (id: string): Activity => ({
  ...{ id, hash: `0x${id.repeat(64)}`, chainId: 1, account: "0x00000000000000000000000000000000000000AA" },
  ...{ title: `Buy ${id}`, sentAt: 1, state: "pending" },
});
const idsOf = (log: ActivityLog) => log.entries().map(({ id }) => id);

/** What the tabs of a browser share. */
function storage(full = false) {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (full) throw new DOMException("full", "QuotaExceededError");
      kept.set(key, value);
    },
  };
}

describe("the list of what was sent", () => {
  it("is one for all tabs: none writes over what another one sent or saw end", () => {
    const shared = storage();
    const [one, two] = [new ActivityLog(shared), new ActivityLog(shared)];
    one.add(sent("1"));
    two.add(sent("2"));
    one.settle("1", { state: "confirmed" });
    two.numbered("2", 7);
    expect(idsOf(new ActivityLog(shared))).to.deep.equal(["2", "1"]);
    expect(new ActivityLog(shared).entries().map(({ state }) => state)).to.deep.equal(["pending", "confirmed"]);

    let told = 0;
    one.subscribe(() => told++);
    two.add(sent("3"));
    one.changed("gimbal.theme");
    expect([told, idsOf(one)]).to.deep.equal([0, ["2", "1"]]);
    one.changed("gimbal.activity");
    expect([told, idsOf(one)]).to.deep.equal([1, ["3", "2", "1"]]);
  });

  it("goes on where nothing can be kept: what was sent is sent", () => {
    const log = new ActivityLog(storage(true));
    log.add(sent("1"));
    log.add(sent("2"));
    log.settle("1", { state: "failed", reason: "Too dear." });
    expect(log.entries().map(({ id, state }) => [id, state])).to.deep.equal([
      ["2", "pending"],
      ["1", "failed"],
    ]);
  });

  it("is read as empty when it is no list", () => {
    for (const text of ["{", "null", '{"a":1}', '[null,3,{"title":"x"}]']) {
      const log = new ActivityLog({ getItem: () => text, setItem: () => {} });
      expect(log.entries(), text).to.deep.equal([]);
    }
  });
});
