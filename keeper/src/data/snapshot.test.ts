import { expect } from "chai";
import { type Canonical, canonicalJson } from "./canonical.ts";
import { createSimulation } from "./simulation.ts";
import { bestRanked, captureMarket, decodeSnapshot, encodeSnapshot, type MarketSnapshot } from "./snapshot.ts";
import { classifiedAssets, classify, SECTORS } from "./taxonomy.ts";
import { DAY, dayFromIso } from "./time.ts";

const AS_OF = dayFromIso("2022-04-20") * DAY;

describe("snapshots", () => {
  const source = createSimulation({ seed: 7, assets: 30 });
  const at = (asOf: number, lookbackDays = 120) => captureMarket(source.at(asOf), { assets: "listed", lookbackDays });

  it("default: a stored snapshot reads back to the same figures and hash", async () => {
    const snapshot = await at(AS_OF);
    const { hash, manifest, blobs } = encodeSnapshot(snapshot);
    const again = await decodeSnapshot(hash, async (wanted) => (wanted === hash ? manifest : blobs.get(wanted)));
    expect(again).to.deep.equal(snapshot);
    expect(encodeSnapshot({ ...again, months: again.months.map((month) => ({ ...month })) }).hash).to.equal(hash);
  });

  it("default: a month is stored as canonical text", async () => {
    const snapshot = await at(AS_OF);
    for (const text of encodeSnapshot(snapshot).blobs.values()) {
      expect(canonicalJson(JSON.parse(text) as Canonical)).to.equal(text);
    }
  });

  it("behavior: a finished month is the same object in every later snapshot, and the same bytes in another process", async () => {
    const [first, later, other] = [
      await at(AS_OF),
      await at(AS_OF + 7 * DAY, 127),
      await captureMarket(createSimulation({ seed: 7, assets: 30 }).at(AS_OF + 7 * DAY), {
        assets: "listed",
        lookbackDays: 127,
      }),
    ];
    expect(later.months[0]).to.equal(first.months[0]);
    expect(later.months.at(-1)).not.to.equal(first.months.at(-1));
    expect(later.months.at(-1)!.firstDay).to.equal(first.months.at(-1)!.firstDay);
    expect(encodeSnapshot(other).hash).to.equal(encodeSnapshot(later).hash);
    expect(other.months[0]).not.to.equal(later.months[0]);
  });

  it("behavior: an asset's finished month is the same object whatever other assets are asked for", async () => {
    const whole = await at(AS_OF);
    const part = await captureMarket(source.at(AS_OF), { assets: ["ETH", "BTC", "BTC"], lookbackDays: 120 });
    expect(part.profiles.map(({ asset }) => asset)).to.deep.equal(["BTC", "ETH"]);
    expect(part.months[1]!.assets["BTC"]).to.equal(whole.months[1]!.assets["BTC"]);
  });

  it("behavior: the hash changes with a figure, a headline, a conflict and a figure of the world", async () => {
    const snapshot = await at(AS_OF);
    const block = snapshot.months[1]!;
    const variants: MarketSnapshot["months"][number][] = [
      block,
      {
        ...block,
        assets: { ...block.assets, BTC: { ...block.assets["BTC"], high: block.assets["BTC"]!.high!.with(3, 1) } },
      },
      { ...block, headlines: block.headlines.slice(1) },
      { ...block, conflicts: [{ asset: null, column: "gold", day: block.firstDay }] },
      { ...block, macro: { ...block.macro, gold: block.macro.gold!.with(0, Number.NaN) } },
    ];
    const hashes = variants.map(
      (month) => encodeSnapshot({ ...snapshot, months: snapshot.months.with(1, month) }).hash,
    );
    expect(new Set(hashes).size).to.equal(variants.length);
  });

  it("default: the best ranked of the newest listing and what is asked for besides", async () => {
    const view = source.at(AS_OF);
    const listed = (await view.universe()).slice(0, 3).map(({ asset }) => asset);
    expect(await bestRanked(view, 3, ["ZZZ"])).to.deep.equal([...listed, "ZZZ"].sort());
  });
});

describe("taxonomy", () => {
  it("knows 250 assets once each, by sector", () => {
    const assets = classifiedAssets();
    expect(assets.length).to.be.greaterThan(250);
    for (const asset of assets) expect(SECTORS, asset).to.include(classify(asset, "coin").sector);
    expect(classify("AAVE", "coin")).to.deep.equal({ sector: "defi-lending", ecosystem: "ethereum" });
    expect(classify("NEWUSD", "stable")).to.deep.equal({ sector: "stable", ecosystem: "unknown" });
    expect(classify("NEWCOIN", "coin").sector).to.equal("other");
  });
});
