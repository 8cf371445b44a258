import { expect } from "chai";
import { createSimulation } from "../data/simulation.ts";
import { DAY, dayFromIso } from "../data/time.ts";
import { tinySpec } from "../endToEnd.fixture.ts";
import { StoppedError } from "../errors.ts";
import type { Keeper } from "../execute/keeper.ts";
import { silentLogger } from "../execute/logger.ts";
import type { KeeperEvent } from "../health/observer.ts";
import { Journal } from "../journal/journal.ts";
import { ModelStore } from "../journal/modelStore.ts";
import { rejectionOf } from "../rejection.fixture.ts";
import { encodeState } from "../training/state.ts";
import { COMMON, type Coordinator, type Turn } from "./coordinator.ts";
import { Service } from "./service.ts";
import { fitInThread } from "./trainingThread.ts";

const VAULT = "0x00000000000000000000000000000000000000aa";

/** A keeper that does nothing but what a test tells it; it notes what it is asked for. */
function idleKeeper(asked: string[], fill: () => Promise<void> = async () => {}): Keeper {
  const keeper = {
    under: () => keeper,
    resumeOthers: async (vaults: readonly string[]) => void asked.push(`resume all but ${vaults.join(",")}`),
    tellAccount: async () => {},
    fileRecurringOrders: async () => {
      asked.push("orders");
      await fill();
      return [];
    },
  };
  return keeper as unknown as Keeper;
}

const turn: Turn = { scope: COMMON, fence: async () => {} };

describe("Service", () => {
  const open = (keeper: Keeper, told: KeeperEvent[] = [], over: object = {}) =>
    new Service({
      keeper,
      logger: silentLogger,
      vaults: async () => [{ vault: VAULT, guide: {} as never }],
      explain: (error) => ({ error: String(error) }),
      observer: { tell: (event) => void told.push(event) },
      ...over,
    });

  it("works on every vault, and on what belongs to none", async () => {
    const asked: string[] = [];
    const service = open(idleKeeper(asked));
    expect(await service.scopes()).to.deep.equal([VAULT, COMMON]);
    await service.turn(turn);
    expect(asked).to.deep.equal([`resume all but ${VAULT}`, "orders"]);
  });

  it("does not let a turn that failed end the service; a single turn tells why", async () => {
    const failing = idleKeeper([], () => Promise.reject(new Error("no orders today")));
    await open(failing).work(turn);
    expect(String(await rejectionOf(open(failing).turn(turn)))).to.contain("no orders today");
    const stopped = idleKeeper([], () => Promise.reject(new StoppedError("asked to stop")));
    await open(stopped).work(turn);
  });

  it("files everybody's orders although something old is stuck, and tells of that afterwards", async () => {
    const asked: string[] = [];
    const stuck = Object.assign(idleKeeper(asked), {
      resumeOthers: () => Promise.reject(new Error("stuck since Monday")),
    });
    expect(String(await rejectionOf(open(stuck).turn(turn)))).to.contain("stuck since Monday");
    expect(asked).to.deep.equal(["orders"]);
  });

  it("stops when it is asked to, after the coordinator has ended the turns in hand", async () => {
    const steps: string[] = [];
    const coordinator: Coordinator = {
      start: async () => void steps.push("started"),
      stop: async () => void steps.push("stopped"),
    };
    const stop = new AbortController();
    const over = open(idleKeeper([])).run(coordinator, stop.signal);
    stop.abort();
    await over;
    expect(steps).to.deep.equal(["started", "stopped"]);
  });

  it("stands by when other keepers have all turns, and acts again with the next one", async () => {
    const told: KeeperEvent[] = [];
    const roles = () => told.flatMap((event) => (event.kind === "role" ? [event.role] : []));
    const service = open(idleKeeper([]), told, { idleAfter: 0.05 });
    await service.turn(turn);
    expect(roles()).to.deep.equal(["acting"]);
    while (roles().length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await service.turn(turn);
    expect(roles()).to.deep.equal(["acting", "standby", "acting"]);
  });
});

describe("fitInThread", function () {
  this.timeout(30_000);

  it("makes the same state as training here, and lets the keeper go on meanwhile", async () => {
    const source = createSimulation({ seed: 7, assets: 25, from: "2020-01-01", to: "2022-12-31" });
    const monday = dayFromIso("2022-03-07") * DAY;
    const journals = [await Journal.open(":memory:"), await Journal.open(":memory:")] as const;
    const here = await new ModelStore(journals[0], null).stateFor(source, monday, tinySpec);
    const training: number[] = [];
    const listener = ({ ms }: { readonly ms: number | null }) => void training.push(ms === null ? 0 : 1);
    let beats = 0;
    const heart = setInterval(() => {
      if (training.length === 1) beats++;
    }, 5);
    const there = await new ModelStore(journals[1], null, listener, fitInThread).stateFor(source, monday, tinySpec);
    clearInterval(heart);
    expect(encodeState(there).hash).to.equal(encodeState(here).hash);
    expect(beats, "signs of life while it trained").to.be.greaterThan(3);
    for (const journal of journals) await journal.close();
  });

  it("error: what training throws reaches who waits for it", async () => {
    const nothing = [undefined, [], null, tinySpec] as unknown as Parameters<typeof fitInThread>;
    expect(await rejectionOf(fitInThread(...nothing))).to.be.instanceOf(Error);
  });
});
