/**
 * Writes test/vectors from the SDK's maths and hashes. The contracts are run on the same inputs and must give the same
 * outputs, so that neither side can change alone.
 *
 *   node scripts/generate-vectors.ts           writes
 *   node scripts/generate-vectors.ts --check   fails when what is committed is not what the maths say
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Address, type Hex, keccak256, pad, toHex } from "viem";
import { decisionHashOf, type GradedRecord, gradeProof, gradesRoot } from "../sdk/src/grades.ts";
import { bucketCapacity, bucketLevel } from "../sdk/src/math/buckets.ts";
import { priceFactor } from "../sdk/src/math/curve.ts";
import { multiplierAt } from "../sdk/src/math/fees.ts";
import { packFloatPrice, packUnits, roundUnits, unpackFloatPrice } from "../sdk/src/math/floats.ts";
import { targetUnits } from "../sdk/src/math/targets.ts";
import { payFor, soldFor, toUsdDown, toUsdUp, usdToRaw } from "../sdk/src/math/trade.ts";
import { toAmountDown, toAmountUp, toUnitsDown, toUnitsUp } from "../sdk/src/math/units.ts";
import { MAX_RECEIPT_NONCE, PASS_IDS, usageReceiptDigest } from "../sdk/src/services/usageReceipt.ts";

const OUTPUT = join(import.meta.dirname, "..", "test", "vectors");
const CASES = 60;

/** Seeded generator (xorshift64*): the same vectors on every machine. */
class Random {
  #state: bigint;

  constructor(seed: bigint) {
    this.#state = seed;
  }

  next(): bigint {
    let x = this.#state;
    x ^= x >> 12n;
    x = BigInt.asUintN(64, x ^ (x << 25n));
    x ^= x >> 27n;
    this.#state = x;
    return BigInt.asUintN(64, x * 0x2545f4914f6cdd1dn);
  }

  /** Between low and high, every order of magnitude as likely as another. */
  between(low: bigint, high: bigint): bigint {
    const lowBits = low.toString(2).length;
    const bits = lowBits + Number(this.next() % BigInt(high.toString(2).length - lowBits + 1));
    const wide = (this.next() << 192n) | (this.next() << 128n) | (this.next() << 64n) | this.next();
    const value = (1n << BigInt(bits - 1)) | BigInt.asUintN(bits - 1, wide);
    return value < low ? low : value > high ? high : value;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[Number(this.next() % BigInt(items.length))] ?? items[0];
  }
}

type Vector = Record<string, bigint | number | string | readonly string[]>;

const DECIMALS = [0, 6, 8, 18, 27, 36] as const;
const MAX_UNITS = 2n ** 160n - 1n;
/** D27{USD/tok}: from $0.000001 a token of 27 decimals and beyond, to $100,000 and beyond. */
const PRICES = [10n ** 18n, 10n ** 33n] as const;

function repeat(seed: bigint, make: (random: Random) => Vector): Vector[] {
  const random = new Random(seed);
  return Array.from({ length: CASES }, () => make(random));
}

function floatPrices(): Vector[] {
  const edges = [0n, 1n, 2n ** 56n - 1n, 2n ** 56n, 2n ** 56n + 1n, 2n ** 256n - 1n];
  const random = new Random(1n);
  const values = [...edges, ...Array.from({ length: CASES }, () => random.between(1n, 2n ** 256n - 1n))];
  return values.map((value) => {
    const encoded = packFloatPrice(value);
    return { value, encoded, decoded: unpackFloatPrice(encoded) };
  });
}

function floatUnits(): Vector[] {
  const edges = [0n, 1n, 2n ** 76n - 1n, 2n ** 76n, 2n ** 76n + 1n, MAX_UNITS];
  const random = new Random(8n);
  const values = [...edges, ...Array.from({ length: CASES }, () => random.between(1n, MAX_UNITS))];
  return values.map((value) => ({ value, encoded: packUnits(value), rounded: roundUnits(value) }));
}

function units(): Vector[] {
  return repeat(2n, (random) => {
    const decimals = random.pick(DECIMALS);
    const unitsOfToken = random.between(1n, MAX_UNITS);
    const aggregate = random.between(10n ** 27n, 2n ** 186n);
    const raw = random.between(1n, 2n ** 112n);
    return {
      units: unitsOfToken,
      aggregate,
      decimals,
      raw,
      rawDown: toAmountDown(unitsOfToken, aggregate, decimals),
      rawUp: toAmountUp(unitsOfToken, aggregate, decimals),
      unitsDown: toUnitsDown(raw, aggregate, decimals),
      unitsUp: toUnitsUp(raw, aggregate, decimals),
    };
  });
}

function multipliers(): Vector[] {
  return repeat(3n, (random) => {
    const checkpointMultiplier = random.between(10n ** 26n, 10n ** 27n);
    const streamingRate = random.between(1n, 1_585_489_599n);
    const elapsed = random.between(1n, 50n * 31_536_000n);
    const multiplier = multiplierAt({ checkpointMultiplier, streamingRate, elapsed });
    return { checkpointMultiplier, streamingRate, elapsed, multiplier };
  });
}

function buckets(): Vector[] {
  return repeat(4n, (random) => {
    const weeklyBps = Number(random.between(1n, 10_000n));
    const level = random.between(1n, bucketCapacity(weeklyBps) + 2n);
    const elapsed = random.between(1n, 700_000n);
    return {
      weeklyBps,
      level,
      elapsed,
      capacity: bucketCapacity(weeklyBps),
      used: bucketLevel(level, weeklyBps, elapsed),
    };
  });
}

function curves(): Vector[] {
  return repeat(5n, (random) => {
    const turnoverBps = Number(random.between(1_000n, 10_000n));
    const lossBps = Number(random.between(1n, 100n));
    const deriskLossBps = Number(random.between(1n, 100n));
    const curveLength = Number(random.between(600n, 259_200n));
    const limits = { turnoverBps, lossBps, deriskLossBps, curveLength };
    const lane = random.pick([0, 1] as const);
    const deviationBps = Number(random.between(1n, 1_000n));
    const elapsed = random.next() % BigInt(2 * curveLength);
    return { ...limits, lane, deviationBps, elapsed, factor: priceFactor({ limits, lane, deviationBps, elapsed }) };
  });
}

function targets(): Vector[] {
  return repeat(6n, (random) => {
    const parameters = {
      navUnit: random.between(10n ** 12n, 2n ** 112n - 1n),
      tradableBps: Number(random.between(1n, 10_000n)),
      weightBps: Number(random.next() % 10_001n),
      price: unpackFloatPrice(packFloatPrice(random.between(...PRICES))),
      units: random.between(1n, MAX_UNITS),
      freeze: Number(random.next() % 4n),
    };
    return { ...parameters, float: packFloatPrice(parameters.price), targetUnits: targetUnits(parameters) };
  });
}

function trades(): Vector[] {
  return repeat(7n, (random) => {
    const sell = { decimals: random.pick(DECIMALS), price: random.between(...PRICES) };
    const buy = { decimals: random.pick(DECIMALS), price: random.between(...PRICES) };
    const amount = random.between(1n, 2n ** 96n);
    const usd = random.between(1n, 10n ** 30n);
    const factor = random.between(9n * 10n ** 17n, 11n * 10n ** 17n);
    return {
      sellDecimals: sell.decimals,
      sellPrice: sell.price,
      buyDecimals: buy.decimals,
      buyPrice: buy.price,
      amount,
      usd,
      factor,
      payFor: payFor(amount, sell, buy, factor),
      soldFor: soldFor(amount, sell, buy, factor),
      usdDown: toUsdDown(amount, sell),
      usdUp: toUsdUp(amount, sell),
      raw: usdToRaw(usd, sell),
    };
  });
}

function grades(): Vector[] {
  const random = new Random(9n);
  const hash = (): Hex => keccak256(toHex(random.next()));
  const address = (): Address => pad(toHex(random.between(1n, 2n ** 160n - 1n)), { size: 20 });
  const grade = () => random.pick([null, 0, 100, Number(random.next() % 101n)]);
  return Array.from({ length: CASES }, (_, index) => {
    // Trees of every shape up to 32 leaves, with one of a whole basket.
    const size = index === CASES - 1 ? 128 : 1 + (index % 32);
    const record: GradedRecord = {
      chainId: Number(random.pick([1n, 8_453n, 31_337n])),
      vault: address(),
      epoch: Number(random.between(1n, 2n ** 32n - 1n)),
      assets: Array.from({ length: size }, () => ({ token: address(), traderGrade: grade(), investorGrade: grade() })),
    };
    const asked = record.assets[Number(random.next() % BigInt(size))]?.token ?? "0x";
    const { chainId, vault, epoch, grade: proven, proof } = gradeProof(record, asked);
    const parts = { contentHash: hash(), gradesRoot: gradesRoot(record) };
    const decisionHash = decisionHashOf(parts.contentHash, parts.gradesRoot);
    return { chainId, vault, epoch, ...proven, proof, ...parts, decisionHash };
  });
}

function usageReceipts(): Vector[] {
  const { signals, decisions, compute, datasets, trial } = PASS_IDS;
  return repeat(10n, (random) => {
    // A contract is put at one of them, so none is a precompile.
    const address = (): Address => pad(toHex(random.between(2n ** 32n, 2n ** 160n - 1n)), { size: 20 });
    const domain = { chainId: Number(random.pick([1n, 8_453n, 31_337n])), accessPass: address() };
    const receipt = {
      account: address(),
      id: random.pick([signals, decisions, compute, datasets, trial]),
      asset: random.pick([0n, random.between(1n, 2n ** 256n - 1n)]),
      nonce: random.pick([0n, MAX_RECEIPT_NONCE, random.between(1n, MAX_RECEIPT_NONCE)]),
      units: Number(random.between(1n, 2n ** 32n - 1n)),
      validUntil: Number(random.between(1n, 2n ** 48n - 1n)),
    };
    return { ...domain, ...receipt, digest: usageReceiptDigest(domain, receipt) };
  });
}

/** Text of every vector file by its name. */
export function buildVectors(): Map<string, string> {
  const maths = { buckets, curves, floatPrices, floatUnits, multipliers, targets, trades, units };
  const files = { ...maths, grades, usageReceipts };
  const stringify = (vector: Vector): string =>
    JSON.stringify(vector, (_, value) => (typeof value === "bigint" ? `${value}` : value));
  return new Map(
    Object.entries(files).map(([name, make]) => [`${name}.json`, `[\n  ${make().map(stringify).join(",\n  ")}\n]\n`]),
  );
}

function main(): void {
  const files = buildVectors();
  const stale = [...files].filter(
    ([name, text]) => !existsSync(join(OUTPUT, name)) || readFileSync(join(OUTPUT, name), "utf8") !== text,
  );
  if (process.argv.includes("--check")) {
    if (stale.length === 0) return;
    console.error(
      `Stale vectors: ${stale.map(([name]) => name).join(", ")}. Run \`node scripts/generate-vectors.ts\`.`,
    );
    process.exitCode = 1;
    return;
  }
  // Only what has changed: tests may be reading the others.
  for (const [name, text] of stale) writeFileSync(join(OUTPUT, name), text);
  console.log(`${files.size} files in test/vectors, ${stale.length} changed.`);
}

if (import.meta.main) main();
