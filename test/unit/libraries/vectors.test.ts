import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import type { Address } from "viem";
import { buildVectors } from "../../../scripts/generate-vectors.ts";
import { hashBasketDecisionStruct, hashDecisionStruct, Lane, packWeights } from "../../../sdk/src/index.ts";
import {
  AccessPass__factory,
  type VaultMathHarness,
  VaultMathHarness__factory,
} from "../../../typechain-types/index.js";

type Vector = Record<string, string>;

const FOLDER = join(import.meta.dirname, "../../vectors");
const RECORD_HASH = `0x${"5a".repeat(32)}` as const;

function load(name: string): Vector[] {
  const parsed = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8")) as Record<string, string | number>[];
  expect(parsed.length).to.be.greaterThan(50);
  return parsed.map((vector) => Object.fromEntries(Object.entries(vector).map(([key, value]) => [key, `${value}`])));
}

/** A field that every vector of the file has. */
function field(vector: Vector, key: string): bigint {
  return BigInt(vector[key] ?? Number.NaN);
}

describe("vectors of the SDK's maths and hashes", () => {
  let harness: VaultMathHarness;

  before(async () => {
    const { ethers } = await network.create();
    const [signer] = await ethers.getSigners();
    harness = await new VaultMathHarness__factory(signer).deploy();
  });

  it("are what the SDK computes today", () => {
    for (const [name, text] of buildVectors()) {
      expect(readFileSync(join(FOLDER, name), "utf8"), `${name}: run node scripts/generate-vectors.ts`).to.equal(text);
    }
  });

  it("hold for grades, their proofs and the hashes of decisions", async () => {
    for (const vector of load("grades")) {
      const { chainId, vault, epoch, token, traderBps, investorBps, contentHash, proof, gradesRoot, decisionHash } =
        vector;
      const grade = { token, traderBps, investorBps } as { token: string; traderBps: string; investorBps: string };
      const hashes = proof === "" ? [] : (proof ?? "").split(",");
      const place = [chainId ?? "", vault ?? "", epoch ?? ""] as const;
      const found = await harness.gradedDecision(...place, grade, hashes, contentHash ?? "");
      expect([...found]).to.deep.equal([gradesRoot, decisionHash]);
    }
  });

  it("hold for the digests of usage receipts, at every address and on every chain", async () => {
    const vectors = load("usageReceipts");
    for (const chainId of new Set(vectors.map((vector) => Number(vector.chainId)))) {
      const { ethers, networkHelpers } = await network.create({ network: "default", override: { chainId } });
      const [signer] = await ethers.getSigners();
      if (signer === undefined) throw new Error("the network has no accounts");
      const parts = [signer, signer, signer, signer, signer, signer] as const;
      const pass = await new AccessPass__factory(signer).deploy(...parts, "");
      const code = await ethers.provider.getCode(await pass.waitForDeployment());
      for (const vector of vectors.filter((one) => Number(one.chainId) === chainId)) {
        const { accessPass = "", account = "", digest } = vector;
        await networkHelpers.setCode(accessPass, code);
        const [id, asset, nonce] = [field(vector, "id"), field(vector, "asset"), field(vector, "nonce")];
        const [units, validUntil] = [field(vector, "units"), field(vector, "validUntil")];
        const there = AccessPass__factory.connect(accessPass, signer);
        expect(await there.receiptDigest({ account, id, asset, nonce, units, validUntil })).to.equal(digest);
      }
    }
  });

  it("hold for prices as floats", async () => {
    for (const vector of load("floatPrices")) {
      const { encoded, decoded } = await harness.floatPrice(field(vector, "value"));
      expect([encoded, decoded]).to.deep.equal([field(vector, "encoded"), field(vector, "decoded")]);
    }
  });

  it("hold for units as floats", async () => {
    for (const vector of load("floatUnits")) {
      const { encoded, decoded, rounded } = await harness.floatUnits(field(vector, "value"));
      const expected = [field(vector, "encoded"), field(vector, "rounded"), field(vector, "rounded")];
      expect([encoded, decoded, rounded]).to.deep.equal(expected);
    }
  });

  it("hold for units and amounts, in both roundings", async () => {
    for (const vector of load("units")) {
      const [units, aggregate, raw] = [field(vector, "units"), field(vector, "aggregate"), field(vector, "raw")];
      const result = await harness.units(units, aggregate, raw, field(vector, "decimals"));
      const expected = ["rawDown", "rawUp", "unitsDown", "unitsUp"].map((key) => field(vector, key));
      expect([...result]).to.deep.equal(expected);
    }
  });

  it("hold for the multiplier of the streaming fee", async () => {
    for (const vector of load("multipliers")) {
      const [checkpoint, rate] = [field(vector, "checkpointMultiplier"), field(vector, "streamingRate")];
      const result = await harness.multiplier.staticCall(checkpoint, rate, field(vector, "elapsed"));
      expect(result).to.equal(field(vector, "multiplier"));
    }
  });

  it("hold for the leaky buckets", async () => {
    for (const vector of load("buckets")) {
      const { capacity, used } = await harness.bucket(
        field(vector, "level"),
        field(vector, "elapsed"),
        field(vector, "weeklyBps"),
      );
      expect([capacity, used]).to.deep.equal([field(vector, "capacity"), field(vector, "used")]);
    }
  });

  it("hold for the price factor of both lanes", async () => {
    for (const vector of load("curves")) {
      const limits = {
        turnoverBps: field(vector, "turnoverBps"),
        lossBps: field(vector, "lossBps"),
        deriskLossBps: field(vector, "deriskLossBps"),
        maxWeightChangeBps: 0n,
        riskDelay: 0n,
        basketDelay: 0n,
        curveLength: field(vector, "curveLength"),
        cooldown: 0n,
        deriskPeriod: 0n,
      };
      const [lane, deviation, elapsed] = [
        field(vector, "lane"),
        field(vector, "deviationBps"),
        field(vector, "elapsed"),
      ];
      expect(await harness.priceFactor.staticCall(limits, lane, deviation, elapsed)).to.equal(field(vector, "factor"));
    }
  });

  it("hold for target units under every freeze", async () => {
    for (const vector of load("targets")) {
      const [weightBps, price, freeze] = [field(vector, "weightBps"), field(vector, "float"), field(vector, "freeze")];
      const result = await harness.targetUnits.staticCall(
        field(vector, "navUnit"),
        field(vector, "tradableBps"),
        { weightBps, price, feedTag: 1n, freeze },
        field(vector, "units"),
      );
      expect(result).to.equal(field(vector, "targetUnits"));
    }
  });

  it("hold for payments, sales and values", async () => {
    for (const vector of load("trades")) {
      const [amount, sellPrice, sellDecimals] = ["amount", "sellPrice", "sellDecimals"].map((key) =>
        field(vector, key),
      );
      const [buyPrice, buyDecimals] = [field(vector, "buyPrice"), field(vector, "buyDecimals")];
      const factor = field(vector, "factor");
      const { pay, sold } = await harness.trade(amount!, sellPrice!, sellDecimals!, buyPrice, buyDecimals, factor);
      expect([pay, sold]).to.deep.equal([field(vector, "payFor"), field(vector, "soldFor")]);
      const values = await harness.worth(amount!, field(vector, "usd"), sellPrice!, sellDecimals!);
      expect([...values]).to.deep.equal([field(vector, "usdDown"), field(vector, "usdUp"), field(vector, "raw")]);
    }
  });

  it("hold for the struct hashes of both kinds of decision", async () => {
    const vault = (await harness.getAddress()) as Address;
    const weights = packWeights(Array.from({ length: 40 }, () => 250));
    const decision = {
      vault,
      epoch: 7,
      weights,
      lane: Lane.DERISK,
      decisionHash: RECORD_HASH,
      validUntil: 2_000_000_000,
    };
    const onChain = await harness.decisionHash(7, weights, Lane.DERISK, RECORD_HASH, 2_000_000_000);
    expect(hashDecisionStruct(decision)).to.equal(onChain);

    for (const [add, drop] of [
      [[vault], []],
      [[], [vault, vault]],
    ] as [Address[], Address[]][]) {
      const basket = { vault, id: 3, add, drop, decisionHash: RECORD_HASH, validUntil: 5 };
      const hash = await harness.basketDecisionHash(3, add, drop, RECORD_HASH, 5);
      expect(hashBasketDecisionStruct(basket)).to.equal(hash);
    }
  });
});
