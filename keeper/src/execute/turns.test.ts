import { expect } from "chai";
import { Turns } from "./turns.ts";

describe("Turns", () => {
  /** Work that ends when it is told to. */
  function work(log: string[], name: string) {
    let end: (error?: Error) => void = () => {};
    const done = new Promise<string>((resolve, reject) => {
      end = (error) => (error === undefined ? resolve(name) : reject(error));
    });
    const start = () => {
      log.push(name);
      return done;
    };
    return { start, end: (error?: Error) => end(error) };
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it("are taken one after the other for one key, in the order they were asked for", async () => {
    const [turns, log] = [new Turns(), [] as string[]];
    const [a, b, c] = ["a", "b", "c"].map((name) => work(log, name)) as [
      ReturnType<typeof work>,
      ReturnType<typeof work>,
      ReturnType<typeof work>,
    ];
    const results = [turns.take("x", a.start), turns.take("x", b.start), turns.take("x", c.start)];
    await settled();
    expect(log).to.deep.equal(["a"]);
    a.end();
    await settled();
    expect(log).to.deep.equal(["a", "b"]);
    b.end();
    c.end();
    expect(await Promise.all(results)).to.deep.equal(["a", "b", "c"]);
  });

  it("of different keys do not wait for each other", async () => {
    const [turns, log] = [new Turns(), [] as string[]];
    const [a, b] = [work(log, "a"), work(log, "b")];
    const results = [turns.take("x", a.start), turns.take("y", b.start)];
    await settled();
    expect(log).to.deep.equal(["a", "b"]);
    b.end();
    a.end();
    await Promise.all(results);
  });

  it("come also after work that failed, which tells only who asked for it", async () => {
    const [turns, log] = [new Turns(), [] as string[]];
    const [a, b] = [work(log, "a"), work(log, "b")];
    const first = turns.take("x", a.start).catch((error: Error) => error.message);
    const second = turns.take("x", b.start);
    a.end(new Error("broken"));
    b.end();
    expect([await first, await second]).to.deep.equal(["broken", "b"]);
  });
});
