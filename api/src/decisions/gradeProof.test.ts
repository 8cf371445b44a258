import { type GradeProof, isGradeProven, NO_GRADE } from "@gimbal/sdk/grades";
import { expect } from "chai";
import type { Address, Hex } from "viem";
import { createSimulation } from "../../../keeper/src/data/simulation.ts";
import { captureMarket, encodeSnapshot } from "../../../keeper/src/data/snapshot.ts";
import { namingDatasets } from "../../../keeper/src/data/source.ts";
import { fixtureAsset, fixtureStable, fixtureVault } from "../../../keeper/src/data/vault.fixture.ts";
import { encodeVault } from "../../../keeper/src/data/vault.ts";
import { DECISION_LOOKBACK } from "../../../keeper/src/features/dataPoints.ts";
import { Journal } from "../../../keeper/src/journal/journal.ts";
import { openSqlite } from "../../../keeper/src/journal/sqlite.ts";
import { decide } from "../../../keeper/src/pipeline.ts";
import { marketCapPolicy } from "../../../keeper/src/plan/policy.ts";
import { NO_MEMORY } from "../../../keeper/src/signals/opinion.ts";
import { verifyDecision } from "../../../keeper/src/verify.ts";
import { bodyOf, FIXTURE_DEPLOYMENT, fixtureJournal, testApp, testContext } from "../app.fixture.ts";
import type { ApiContext } from "../context.ts";
import { JournalDecisions } from "./decisions.ts";

const BOOK = "0x0000000000000000000000000000000000000777";

type Asset = { token: Address; traderGrade: number | null; investorGrade: number | null };

describe("proofs of grades", () => {
  let context: ApiContext;
  let ask: ReturnType<typeof testApp>;
  let hash: Hex;
  let assets: readonly Asset[];
  before(async () => {
    const { database, hashes } = await fixtureJournal();
    hash = hashes[2] as Hex;
    context = await testContext({ decisions: new JournalDecisions(database, 31_337) });
    ask = testApp(context);
    assets = (await bodyOf(ask(`/v1/decisions/${hash}`))).data.assets;
  });
  after(() => context.store.close());

  const proofOf = async (token: string) => (await bodyOf(ask(`/v1/decisions/${hash}/grades/${token}/proof`))).data;

  it("are given for every asset of a decision, in any letters, and lead to its hash", async () => {
    expect(assets).to.have.length(4);
    for (const { token, traderGrade, investorGrade } of assets) {
      const { contentHash, gradesRoot, ...proof } = await proofOf(token.toLowerCase());
      const bps = (grade: number | null) => (grade === null ? NO_GRADE : 100 * grade);
      expect(proof.grade).to.deep.equal({
        ...{ token, traderBps: bps(traderGrade), investorBps: bps(investorGrade) },
      });
      const parts = { contentHash, gradesRoot };
      expect([proof.hash, proof.chainId, proof.contract]).to.deep.equal([hash, 31_337, null]);
      expect(isGradeProven(proof as GradeProof, parts, hash)).to.equal(true);
      const better = { ...proof, grade: { ...proof.grade, traderBps: 10_000 } } as GradeProof;
      expect(isGradeProven(better, parts, hash)).to.equal(false);
    }
    const grades = assets.map(({ traderGrade }) => traderGrade);
    expect(grades).to.include(null);
    expect(grades.some((grade) => grade !== null)).to.equal(true);
  });

  it("come with what the decision itself tells: the parts of its hash", async () => {
    const { data } = await bodyOf(ask(`/v1/decisions/${hash}`));
    const proof = await proofOf(assets[0]?.token ?? "");
    expect([data.contentHash, data.gradesRoot]).to.deep.equal([proof.contentHash, proof.gradesRoot]);
  });

  it("name the contract that believes them, where the deployment has one", async () => {
    const contracts = { ...FIXTURE_DEPLOYMENT.contracts, GradeBook: BOOK } as const;
    const other = { ...context, deployment: { ...FIXTURE_DEPLOYMENT, contracts } };
    const { data } = await bodyOf(testApp(other)(`/v1/decisions/${hash}/grades/${assets[0]?.token}/proof`));
    expect(data.contract).to.equal(BOOK);
  });

  it("are refused for a token that the decision does not name, and for a decision that nobody made", async () => {
    for (const [path, status] of [
      [`/v1/decisions/${hash}/grades/${BOOK}/proof`, 404],
      [`/v1/decisions/0x${"0".repeat(64)}/grades/${assets[0]?.token}/proof`, 404],
      [`/v1/decisions/${hash}/grades/0x12/proof`, 400],
    ] as const) {
      expect((await ask(path)).status, path).to.equal(status);
    }
  });
});

describe("data sets of a decision", () => {
  const plain = createSimulation({ seed: 7, assets: 3 });
  const decided = async (datasets: readonly number[]) => {
    const vault = fixtureVault([
      fixtureAsset("BTC", 0, 1_000),
      fixtureAsset("ETH", 1, 1_000),
      fixtureStable("USDC", 2, 10),
    ]);
    const view = namingDatasets(plain, datasets).at(vault.block.timestamp);
    const market = await captureMarket(view, { assets: ["BTC", "ETH"], lookbackDays: DECISION_LOOKBACK });
    const policy = { ...marketCapPolicy, ensemble: null };
    return { market, vault, record: decide({ market, vault, policy, model: null, memory: NO_MEMORY }) };
  };

  it("are named by the record and by the market it was made from, change nothing else, and are none unless told", async () => {
    const [named, bare] = [await decided([3, 8]), await decided([])];
    expect([named.record.source.datasets, bare.record.source.datasets]).to.deep.equal([[3, 8], []]);
    expect(encodeSnapshot(named.market).hash).not.to.equal(encodeSnapshot(bare.market).hash);
    const { source: _, inputs: __, ...rest } = named.record;
    const { source, inputs, ...others } = bare.record;
    expect(rest).to.deep.equal(others);
    expect(source).to.deep.equal({ ...named.record.source, datasets: [] });
    expect(inputs.vault).to.equal(named.record.inputs.vault);
  });

  it("are told by the API, and recomputed with the rest of the decision", async () => {
    const { market, vault, record } = await decided([3, 8]);
    const database = await openSqlite(":memory:");
    const journal = new Journal(database);
    const hash = await journal.saveDecision(record, encodeSnapshot(market), encodeVault(vault).text);
    const context = await testContext({ decisions: new JournalDecisions(database, 31_337) });
    const { data } = await bodyOf(testApp(context)(`/v1/decisions/${hash}`));
    expect(data.datasets).to.deep.equal([3, 8]);
    expect((await verifyDecision(hash, journal, undefined, "stored")).contentHash).to.equal(data.contentHash);
    await context.store.close();
    await journal.close();
  });
});
