import { expect } from "chai";
import { fixtureAsset, fixtureStable, fixtureVault, tokenOf } from "../data/vault.fixture.ts";
import type { VaultSnapshot } from "../data/vault.ts";
import type { RecordedAsset } from "../plan/record.ts";
import { type Asked, driftLook, marketLook, regimeLook } from "./triggers.ts";

const LOOK = { checkEvery: 60, largestBps: 500, oneWayBps: 800 };

/** A vault with `usd` of tokens A, B, C and of a stable one. */
function vaultWith(usd: readonly [number, number, number, number], over: Partial<VaultSnapshot> = {}): VaultSnapshot {
  const assets = ["A", "B", "C"].map((asset, i) => fixtureAsset(asset, i, usd[i] ?? 0));
  return fixtureVault([...assets, fixtureStable("USD", 3, usd[3])], over);
}

/** A decision that set these weights {bps}. */
function set(...weights: number[]): { readonly assets: readonly RecordedAsset[] } {
  const assets = weights.map((proposedBps, i) => ({ asset: `old${i}`, token: tokenOf(i), proposedBps, targetBps: 0 }));
  return { assets: assets as unknown as readonly RecordedAsset[] };
}

describe("driftLook", () => {
  const even = vaultWith([2_500, 2_500, 2_500, 2_500]);

  it("says nothing while every weight is within the limits", () => {
    expect(driftLook(even, set(2_500, 2_500, 2_500, 2_500), LOOK)).to.deep.equal({ fired: null, note: null });
    // At the limits, not beyond them: one token by 500, all by 800.
    expect(driftLook(even, set(2_000, 2_200, 3_000, 2_800), LOOK).fired).to.equal(null);
  });

  it("names the token that has moved too far, and which way", () => {
    expect(driftLook(even, set(1_999, 2_700, 2_700, 2_602), LOOK).fired).to.equal(
      "Drift: A is 501 bps above what the last decision set, more than 500.",
    );
    expect(driftLook(even, set(2_299, 3_101, 2_300, 2_300), LOOK).fired).to.equal(
      "Drift: B is 601 bps below what the last decision set, more than 500.",
    );
  });

  it("counts small drifts of many tokens together", () => {
    expect(driftLook(even, set(2_100, 2_099, 2_900, 2_901), LOOK).fired).to.equal(
      "Drift: the weights are 801 bps in all off what the last decision set, more than 800.",
    );
  });

  it("counts a token that has left the basket and one that has come", () => {
    expect(driftLook(even, set(2_500, 2_500, 2_500, 1_900, 600), LOOK).fired).to.contain("600 bps");
    expect(driftLook(even, set(2_500, 2_500, 5_000), LOOK).fired).to.contain("2500 bps");
  });

  it("waits while fills of the last proposal may still come", () => {
    const now = even.block.timestamp;
    const epoch = { ...even.epoch, id: 1, proposedAt: now - 60, closesAt: now + 1 };
    const far = set(9_000, 1_000, 0, 0);
    expect(driftLook({ ...even, epoch }, far, LOOK).fired).to.equal(null);
    expect(driftLook({ ...even, epoch }, far, LOOK).note).to.contain("open");
    expect(driftLook({ ...even, epoch: { ...epoch, closesAt: now } }, far, LOOK).fired).to.contain("Drift");
    expect(driftLook({ ...even, epoch: { ...epoch, cancelled: true } }, far, LOOK).fired).to.contain("Drift");
  });

  it("tells no drift while a token that is held has no price", () => {
    const assets = even.assets.map((asset, i) => (i === 1 ? { ...asset, price: 0n } : asset));
    const result = driftLook({ ...even, assets }, set(2_500, 2_500, 2_500, 2_500), LOOK);
    expect(result).to.deep.equal({ fired: null, note: "No drift can be told without a price of B." });
    const none = assets.map((asset, i) => (i === 1 ? { ...asset, holdings: 0n } : asset));
    expect(driftLook({ ...even, assets: none }, set(3_333, 0, 3_333, 3_334), LOOK)).to.deep.equal({
      fired: null,
      note: null,
    });
  });

  it("says of an empty vault that it is empty", () => {
    expect(driftLook(vaultWith([0, 0, 0, 0]), set(10_000), LOOK).note).to.equal("The vault is empty.");
  });
});

describe("regimeLook", () => {
  const seen = (regime: "bull" | "range" | "bear" | "unknown", exposureBps: number) => ({
    regime: { regime, exposureBps },
  });

  it("tells a change of regime and one of exposure", () => {
    expect(regimeLook(seen("bear", 0), seen("range", 6_600))).to.equal("Regime: bear after range; the exposure is 0%.");
    expect(regimeLook(seen("range", 3_300), seen("range", 6_600))).to.equal(
      "Regime: the exposure goes from 66% to 33% in a range market.",
    );
    expect(regimeLook(seen("bull", 10_000), seen("unknown", 3_000))).to.contain("bull after unknown");
  });

  it("says nothing of what is the same or not known", () => {
    expect(regimeLook(seen("range", 6_600), seen("range", 6_600))).to.equal(null);
    expect(regimeLook(seen("unknown", 3_000), seen("range", 6_600))).to.equal(null);
    expect(regimeLook(seen("unknown", 3_000), seen("unknown", 2_900))).to.equal(null);
  });
});

describe("marketLook", () => {
  const slot = { id: "2026-W47", start: 100 };
  const last = {
    asOf: 200,
    regime: { regime: "range", exposureBps: 6_600 },
    due: { trigger: "schedule", slot, reason: "" },
  };
  const asked = (events: boolean, regime: boolean) => {
    const look = { checkEvery: 60 };
    const schedule = {
      every: "weekly",
      cooldown: 0,
      ...(events ? { events: look } : {}),
      ...(regime ? { regime: look } : {}),
    };
    return { schedule, now: 500, looks: {}, last } as unknown as Asked;
  };
  const seen = { events: ["Spike.", "Break."], regime: { regime: "bear", exposureBps: 0 } } as const;

  it("tells only what the schedule looks for, an event before a regime", () => {
    expect(marketLook(seen, asked(true, true))).to.deep.equal({ trigger: "events", slot, reason: "Spike. Break." });
    expect(marketLook(seen, asked(false, true))?.trigger).to.equal("regime");
    expect(marketLook({ ...seen, events: [] }, asked(true, true))?.trigger).to.equal("regime");
    expect(marketLook({ ...seen, events: [] }, asked(true, false))).to.equal(null);
    expect(marketLook(seen, asked(false, false))).to.equal(null);
    expect(marketLook({ ...seen, events: [], regime: last.regime as never }, asked(true, true))).to.equal(null);
  });
});
