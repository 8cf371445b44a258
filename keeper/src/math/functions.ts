// The language leaves the last digit of Math.exp, Math.log and Math.pow to the engine. These use only + - * / and bit
// operations, so that equal inputs give equal bits on every engine and processor. The polynomials are those of fdlibm.

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

const bits = new DataView(new ArrayBuffer(8));

/** 2^k at place k + 1022, for k from -1022 to 1023; halves and doubles are exact. */
const POWERS_OF_TWO = new Float64Array(2046).fill(1);
for (let k = 1; k <= 1023; k++) POWERS_OF_TWO[1022 + k] = (POWERS_OF_TWO[1021 + k] as number) * 2;
for (let k = 1; k <= 1022; k++) POWERS_OF_TWO[1022 - k] = (POWERS_OF_TWO[1023 - k] as number) / 2;

/** e^x, within 1 unit in the last place. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019411) return 0;
  const k = Math.floor(Math.LOG2E * x + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t * (0.00006613756321437934 + t * (-0.0000016533902205465252 + t * 4.1381367970572385e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  // In two steps where 2^k alone has no double.
  if (k > 1023) return y * powerOfTwo(1023) * powerOfTwo(k - 1023);
  return k >= -1022 ? y * powerOfTwo(k) : y * powerOfTwo(k + 1000) * powerOfTwo(-1000);
}

/** Natural logarithm, within 1 unit in the last place; NaN below 0. */
export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return x;
  let k = 0;
  let scaled = x;
  if (scaled < 2.2250738585072014e-308) {
    scaled *= 18_014_398_509_481_984; // 2^54: out of the subnormal range
    k -= 54;
  }
  bits.setFloat64(0, scaled);
  const word = bits.getUint32(0);
  k += (word >>> 20) - 1023;
  // Mantissa in [sqrt(1/2), sqrt(2)).
  const shift = ((word & 0xfffff) + 0x95f64) & 0x100000;
  bits.setUint32(0, (word & 0xfffff) | (shift ^ 0x3ff00000));
  k += shift >>> 20;
  const f = bits.getFloat64(0) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + even + odd) + k * LN2_LOW) - f);
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  return x < -FAR ? 0 : 1 / (1 + gateExp(-x));
}

/** Hyperbolic tangent. */
export function tanh(x: number): number {
  if (Math.abs(x) < 1e-3) return x * (1 - (x * x) / 3);
  return 1 - 2 / (1 + gateExp(2 * x));
}

/** Beyond it e^x or its inverse is out of the range of doubles. */
const FAR = 708;

/** Adding and taking away 1.5 x 2^52 rounds a small number to a whole one. */
const ROUNDER = 6_755_399_441_055_744;

const PARTS = 64;
const PARTS_PER_LN2 = PARTS * Math.LOG2E;
const PART_HIGH = LN2_HIGH / PARTS;
const PART_LOW = LN2_LOW / PARTS;

/** 2^(j / 64): square roots of square roots, which every engine rounds alike. */
const ROOTS = new Float64Array(PARTS).fill(1);
for (let parts = 2; parts <= PARTS; parts *= 2) {
  const coarse = ROOTS.slice(0, parts / 2);
  for (let j = 0; j < parts; j++) ROOTS[j] = Math.sqrt((coarse[j % coarse.length] as number) * (2 * j < parts ? 1 : 2));
}

/**
 * e^x for the gates of networks, which spend most of their time on it: x is held between -708 and 708. A table takes the place of
 * the division in `exp`; as accurate, but not the same last digit.
 */
function gateExp(x: number): number {
  const held = Math.max(-FAR, Math.min(FAR, x));
  const k = held * PARTS_PER_LN2 + ROUNDER - ROUNDER;
  const r = held - k * PART_HIGH - k * PART_LOW;
  const t = r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120)))));
  const root = ROOTS[k & (PARTS - 1)] as number;
  return (root + root * t) * powerOfTwo(k >> 6);
}

/** base^exponent for a whole exponent, by repeated squaring. */
export function power(base: number, exponent: number): number {
  let result = 1;
  let factor = exponent < 0 ? 1 / base : base;
  for (let n = Math.abs(exponent); n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) result *= factor;
    factor *= factor;
  }
  return result;
}

function powerOfTwo(k: number): number {
  return POWERS_OF_TWO[k + 1022] as number;
}
