import { expect } from "chai";
import { type Hex, keccak256 } from "viem";
import { createSimulation } from "../data/simulation.ts";
import { Journal } from "../journal/journal.ts";
import { ENSEMBLES } from "../methodology/policy.ts";
import type { EnsembleSpec } from "../training/params.ts";
import { defaultMarketLimits } from "./marketCheck.ts";
import { checkModel, type ModelMode } from "./modelCheck.ts";
import { CosignRefusal } from "./refusal.ts";

const SOME: Hex = keccak256("0x01");
const AS_OF = Date.parse("2022-05-12") / 1000;
const spec = Object.values(ENSEMBLES).find((item) => item !== null) as EnsembleSpec;

describe("cosign models", () => {
  let journal: Journal;
  beforeEach(async () => {
    journal = await Journal.open(":memory:");
  });
  afterEach(() => journal.close());

  async function verdict(hash: Hex | null, heard: EnsembleSpec | null, mode: ModelMode): Promise<string | null> {
    const market = createSimulation({ seed: 7, assets: 3, to: "2022-12-31" });
    const models = {
      stateFor: async () => {
        throw new Error("this keeper cannot train");
      },
    };
    const bench = { mode, market, models, journal, limits: defaultMarketLimits };
    return checkModel(hash, AS_OF, heard, bench, async () => undefined).then(
      (state) => {
        expect(state).to.equal(null);
        return null;
      },
      (error: unknown) => (error instanceof CosignRefusal ? error.refusal : String(error)),
    );
  }

  it("error: are named though the policy hears none, or are none of this keeper's", async () => {
    for (const mode of ["own", "again"] as const) expect(await verdict(SOME, null, mode)).to.equal("MODEL_DIFFERS");
    expect(await verdict(SOME, spec, "own")).to.equal("MODEL_DIFFERS");
  });

  it("error: were not sent, so that they cannot be trained again", async () => {
    expect(await verdict(SOME, spec, "again")).to.equal("MODEL_UNKNOWN");
  });

  it("may be none where the policy hears none, or this keeper has none either", async () => {
    for (const mode of ["own", "again"] as const) {
      expect(await verdict(null, null, mode)).to.equal(null);
      expect(await verdict(null, spec, mode)).to.equal(null);
    }
  });
});
