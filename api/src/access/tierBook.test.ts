import { WEEK } from "@gimbal/sdk";
import { expect } from "chai";
import type { Address } from "viem";
import { UnavailableError } from "../http/problem.ts";
import { type KnownTier, TierBook } from "./tierBook.ts";

const [A, B] = [
  "0x00000000000000000000000000000000000000aA",
  "0x00000000000000000000000000000000000000bB",
] as Address[];
const week = Number(WEEK);
const MONDAY = 2_967 * week;

/** A chain that answers with the tiers it is given, for the week start it is at, and counts who asked. */
function chain(readAt: number) {
  const state = { readAt, tier: 3, isDown: false, asked: 0 };
  const source = async (): Promise<KnownTier> => {
    state.asked += 1;
    if (state.isDown) throw new UnavailableError(["node"], "down");
    return { tier: state.tier, readAt: state.readAt };
  };
  return { state, book: new TierBook(source) };
}

describe("tier book", () => {
  it("asks once a week, and again as soon as a week has begun", async () => {
    const { state, book } = chain(MONDAY);
    expect(await book.tierOf(A!, MONDAY + 1)).to.include({ tier: 3, readAt: MONDAY });
    state.tier = 5;
    expect((await book.tierOf(A!, MONDAY + week)).tier).to.equal(3);
    expect(state.asked).to.equal(1);
    state.readAt = MONDAY + week;
    expect((await book.tierOf(A!, MONDAY + week + 1)).tier).to.equal(5);
    await book.tierOf(B!, MONDAY + week + 1);
    expect(state.asked).to.equal(3);
  });

  it("asks again every 15 seconds while the chain's newest block is of the week before", async () => {
    const { state, book } = chain(MONDAY);
    const now = MONDAY + week + 1;
    for (const seconds of [0, 1, 14]) await book.tierOf(A!, now + seconds);
    expect(state.asked).to.equal(1);
    Object.assign(state, { readAt: MONDAY + week, tier: 0 });
    expect((await book.tierOf(A!, now + 15)).tier).to.equal(0);
  });

  it("asks the chain once for whoever asks at the same time", async () => {
    const { state, book } = chain(MONDAY);
    await Promise.all(Array.from({ length: 9 }, () => book.tierOf(A!, MONDAY + 1)));
    expect(state.asked).to.equal(1);
  });

  it("keeps last week's tier while the node is silent, but no older one", async () => {
    const { state, book } = chain(MONDAY);
    await book.tierOf(A!, MONDAY + 1);
    state.isDown = true;
    expect((await book.tierOf(A!, MONDAY + week + 1)).tier).to.equal(3);
    expect((await book.tierOf(A!, MONDAY + 2 * week)).tier).to.equal(3);
    const failure = async (account: Address, now: number) => book.tierOf(account, now).catch((error: unknown) => error);
    expect(await failure(A!, MONDAY + 2 * week + 1)).to.be.instanceOf(UnavailableError);
    expect(await failure(B!, MONDAY + week + 1)).to.be.instanceOf(UnavailableError);
    state.isDown = false;
    expect((await book.tierOf(B!, MONDAY + week + 1)).tier).to.equal(3);
  });
});
