import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import { type Address, createPublicClient, custom, parseAbi } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { namedSimulation } from "../../deploy/lib/localMarket.ts";
import { deployMethodologies, symbolOnChain } from "../../deploy/lib/methodologies.ts";
import { marketAt } from "../../deploy/lib/startWeights.ts";
import { readMethodologies } from "../../keeper/src/data/methodologyFolder.ts";
import { dayFromIso, firstKnown } from "../../keeper/src/data/time.ts";
import { findVaults } from "../../keeper/src/execute/serve.ts";
import { getBasket, getIndices, getNav, getVault, methodologyHash, methodologyLimits } from "../../sdk/src/index.ts";

const feedAbi = parseAbi(["function refresh()", "function maxYearlyGrowthBps() view returns (uint256)"]);
const SIGNER = privateKeyToAccount(`0x${"7".repeat(64)}`);

describe("methodologies on a local chain", function () {
  this.timeout(600_000);
  const folder = mkdtempSync(join(tmpdir(), "gimbal-methodologies-"));
  after(() => rmSync(folder, { recursive: true }));

  it("creates the vault of every ready document, and a keeper serves each without another deployment", async () => {
    const { provider } = await hre.network.create();
    const methodologies = readMethodologies();
    const documents = [...methodologies.values()].map(({ document }) => document);
    const market = await marketAt(namedSimulation(), firstKnown(dayFromIso("2021-09-15")));
    const { deployment, indices, skipped } = await deployMethodologies(hre, provider, {
      documents,
      market,
      journal: join(folder, "journal"),
      book: join(folder, "31337.json"),
      signers: [SIGNER.address],
    });
    expect(skipped).to.deep.equal([]);
    expect(indices.map(({ document }) => document.name)).to.deep.equal(documents.map(({ name }) => name));

    const client = createPublicClient({ transport: custom(provider, { retryCount: 0 }), cacheTime: 0 });
    const { IndexFactory: factory, KeeperRegistry: keeperRegistry, IndexLens: lens } = deployment.contracts;
    const { total } = await getIndices(client, { factory: factory! });
    expect(total).to.equal(documents.length);
    for (const { document, vault } of indices) {
      const seen = await getVault(client, { vault });
      expect([seen.name, seen.symbol]).to.deep.equal([document.name, document.symbol]);
      expect(seen.strategy.methodologyHash, document.name).to.equal(methodologyHash(document));
      expect(seen.limits).to.deep.include(methodologyLimits(document));
      const nav = await getNav(client, { lens: lens!, vault });
      expect(nav.unpriced, document.name).to.deep.equal([]);
      expect(Number(nav.total) / 1e18).to.be.within(99_000, 101_000);
      const most = Math.max(...nav.holdings.map(({ value }) => Number(value))) / Number(nav.total);
      if (document.weighting.kind !== "rsi" && document.weighting.kind !== "moving-average") {
        const { tokens } = await getBasket(client, { vault });
        expect(tokens.length, document.name).to.be.greaterThan(3 - Number(document.universe.list.length === 2));
      }
      if (document.regime.mode === "none" && document.caps.exposureBps === 10_000) {
        const cap = document.caps.assetBps / 10_000;
        const stable = indices.find((index) => index.vault === vault)!.stableBps / 10_000;
        expect(most, document.name).to.be.at.most(Math.max(cap, stable) + 0.01);
      }
    }

    const names = new Map(
      Object.entries(deployment.tokens).map(([symbol, { address }]) => [address.toLowerCase(), symbol]),
    );
    const base = { client, factory: factory!, keeperRegistry: keeperRegistry!, methodologies, names };
    const list = await findVaults({ ...base, signers: [SIGNER] });
    expect(list.unserved).to.deep.equal([]);
    expect(list.served.map(({ methodology }) => methodology.hash)).to.deep.equal(documents.map(methodologyHash));
    const others = await findVaults({ ...base, signers: [] });
    expect(others.served).to.deep.equal([]);

    // The yield index holds its members at capped rates.
    const yields = documents.find(({ rates }) => rates.length > 0)!;
    for (const { asset, maxYearlyGrowthBps } of yields.rates) {
      const feed = deployment.tokens[symbolOnChain(asset)]!.feed as Address;
      const growth = await client.readContract({ address: feed, abi: feedAbi, functionName: "maxYearlyGrowthBps" });
      expect(Number(growth), asset).to.equal(maxYearlyGrowthBps);
    }
  });
});
