import { expect } from "chai";
import type { Address } from "viem";
import {
  addToken,
  changeDraft,
  type DraftRow,
  EMPTY_DRAFT,
  equalParts,
  limitsOf,
  loadDraft,
  removeToken,
  rowsFromCsv,
  saveDraft,
  setWeight,
  sumOf,
  toBps,
} from "./draft.ts";
import { basketFault, termsFaults } from "./faults.ts";

const address = (digit: number): Address => `0x${String(digit).repeat(40)}`;
const tokens = { WETH: { address: address(1) }, WBTC: { address: address(2) }, USDC: { address: address(3) } };
const rows = (...weights: number[]): DraftRow[] =>
  weights.map((weightBps, i) => ({ token: address(i + 1), symbol: `T${i + 1}`, weightBps, isLocked: false }));
const weightsOf = (list: readonly DraftRow[]): number[] => list.map(({ weightBps }) => weightBps);

describe("a basket that is being made", () => {
  it("keeps 100% when a weight changes: the others make room in proportion", () => {
    expect(weightsOf(setWeight(rows(5_000, 3_000, 2_000), address(1), 7_500))).to.deep.equal([7_500, 1_500, 1_000]);
    expect(weightsOf(setWeight(rows(3_334, 3_333, 3_333), address(1), 1))).to.deep.equal([1, 5_000, 4_999]);
  });

  it("leaves locked weights alone, also where there is no room", () => {
    const [a, b, c] = rows(5_000, 3_000, 2_000) as [DraftRow, DraftRow, DraftRow];
    const locked = [a, { ...b, isLocked: true }, c];
    expect(weightsOf(setWeight(locked, a.token, 6_000))).to.deep.equal([6_000, 3_000, 1_000]);
    expect(weightsOf(setWeight(locked, a.token, 9_000))).to.deep.equal([7_000, 3_000, 0]);
    expect(weightsOf(removeToken(locked, a.token))).to.deep.equal([3_000, 7_000]);
  });

  it("says what is wrong when only locked weights are left", () => {
    const left = removeToken(
      rows(5_000, 5_000).map((row) => ({ ...row, isLocked: true })),
      address(1),
    );
    expect(basketFault({ ...EMPTY_DRAFT, rows: left })).to.equal("The parts sum to 50%, not 100%");
  });

  it("gives a new token an equal part, and every token one", () => {
    const grown = addToken(addToken(rows(10_000), address(2), "B"), address(3), "C");
    expect(weightsOf(grown)).to.deep.equal([3_334, 3_333, 3_333]);
    expect(addToken(grown, address(3), "C")).to.equal(grown);
    expect(weightsOf(equalParts(rows(1, 2, 3)))).to.deep.equal([3_334, 3_333, 3_333]);
  });

  it("sums to 100% for any change of any basket", () => {
    let list = rows(2_500, 2_500, 2_500, 2_500);
    for (let i = 0; i < 500; i++) {
      list = [...setWeight(list, address((i % 4) + 1), (i * 7_919) % 10_001)];
      expect(sumOf(list)).to.equal(10_000);
    }
  });

  it("reads a table by its template and names the line that is wrong", () => {
    const options = { tokens, capBps: 5_000 };
    expect(weightsOf(rowsFromCsv("WETH,60%\nUSDC,40%", "fixed", options))).to.deep.equal([6_000, 4_000]);
    expect(weightsOf(rowsFromCsv("WETH\nUSDC\nWBTC", "equal", options))).to.deep.equal([3_334, 3_333, 3_333]);
    expect(weightsOf(rowsFromCsv("WBTC,900\nWETH,90\nUSDC,10", "market-cap", options))).to.deep.equal([
      5_000, 4_500, 500,
    ]);
    expect(() => rowsFromCsv("WETH,60%\nNOPE,40%", "fixed", options)).to.throw("Line 2");
    expect(() => rowsFromCsv("WETH,60%\nUSDC,30%", "fixed", options)).to.throw("Line 2: the weights sum to 90%");
  });

  it("keeps the seed that was shown until the index itself changes", () => {
    const draft = changeDraft(EMPTY_DRAFT, { frozen: [[address(1), "12"]] });
    expect(changeDraft(draft, { step: 2 }).frozen).to.deep.equal([[address(1), "12"]]);
    expect(changeDraft(draft, { seed: "200" }).frozen).to.deep.equal([]);
  });

  it("survives a reload, and what cannot be read becomes an empty one", () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (k: string, v: string) => kept.set(k, v),
    };
    const draft = {
      ...EMPTY_DRAFT,
      step: 2,
      rows: rows(4_000, 6_000),
      name: "Mine",
      stables: [address(3)],
      frozen: [[address(1), "7"] as const],
    };
    saveDraft(storage as unknown as Storage, 1, draft);
    expect(loadDraft(storage, 1)).to.deep.equal(draft);
    expect(loadDraft(storage, 2)).to.deep.equal(EMPTY_DRAFT);
    kept.set("gimbal.create.2", '{"step":99,"rows":[{"token":"x"}],"template":"?"}');
    expect(loadDraft(storage, 2)).to.deep.equal(EMPTY_DRAFT);
  });
});

describe("the terms", () => {
  it("are refused field by field", () => {
    const good = { ...EMPTY_DRAFT, name: "Mine", symbol: "MINE" };
    expect(termsFaults(good)).to.deep.equal({});
    const bad = termsFaults({
      ...good,
      symbol: "no good",
      seed: "99",
      streaming: "5.01",
      mintFee: "1.001",
      threshold: "2",
    });
    expect(Object.keys(bad).sort()).to.deep.equal(["mintFee", "seed", "streaming", "symbol", "threshold"]);
    expect(termsFaults({ ...good, signers: `${address(1)}\n0x12`, threshold: "2" }).signers).to.equal(
      "Signer 2 is no address",
    );
  });

  it("turn percent into basis points exactly", () => {
    expect([toBps("0.5"), toBps("1"), toBps("0.05"), toBps("12.34")]).to.deep.equal([50, 100, 5, 1_234]);
    expect([toBps(""), toBps("1.234"), toBps("-1"), toBps("1e2")]).to.deep.equal([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("offer limits within what the factory allows", () => {
    const rules = { rebalance: "daily", weighting: { kind: "equal" } } as const;
    for (const preset of ["usual", "careful"] as const) {
      const { turnoverBps, lossBps, maxWeightChangeBps, curveLength } = limitsOf(preset, rules);
      expect(turnoverBps).to.be.within(1_000, 10_000);
      expect(lossBps).to.be.within(1, 100);
      expect(maxWeightChangeBps).to.be.within(100, 10_000);
      expect(curveLength).to.equal(10_800);
    }
  });
});
