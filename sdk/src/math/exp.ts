import { ArgumentInvalidError } from "../errors/base.ts";

const LN2_Q96 = 54_916_777_467_707_473_351_141_471_128n;
/** Below it the result rounds to zero. */
const SMALLEST = -41_446_531_673_892_822_313n;
/** From it on the result does not fit 255 bits. */
const TOO_LARGE = 135_305_999_368_893_231_589n;
const Q96 = 96n;

/** Horner's scheme in Q96: ((start * x >> 96) + c0) * x >> 96 ... */
function horner(start: bigint, x: bigint, coefficients: readonly bigint[]): bigint {
  return coefficients.reduce((value, coefficient) => ((value * x) >> Q96) + coefficient, start);
}

/**
 * exp(x) for x D18{1}, D18{1}: the same rational approximation, to the last bit, as FixedPointMathLib.expWad of Solady
 * (MIT; by Remco Bloemen), which the vault's streaming fee uses. Bigint division truncates and `>>` floors, as sdiv and sar do.
 */
export function expWad(wad: bigint): bigint {
  if (wad <= SMALLEST) return 0n;
  if (wad >= TOO_LARGE) throw new ArgumentInvalidError("x", "is too large for exp(x)");
  const scaled = (wad << 78n) / 5n ** 18n;
  const k = ((scaled << Q96) / LN2_Q96 + (1n << 95n)) >> Q96;
  const x = scaled - k * LN2_Q96;
  const y = horner(x + 1_346_386_616_545_796_478_920_950_773_328n, x, [57_155_421_227_552_351_082_224_309_758_442n]);
  const p0 = y + x - 94_201_549_194_550_492_254_356_042_504_812n;
  const p1 = ((p0 * y) >> Q96) + 28_719_021_644_029_726_153_956_944_680_412_240n;
  const p = p1 * x + (4_385_272_521_454_847_904_659_076_985_693_276n << Q96);
  const q = horner(x - 2_855_989_394_907_223_263_936_484_059_900n, x, [
    50_020_603_652_535_783_019_961_831_881_945n,
    -533_845_033_583_426_703_283_633_433_725_380n,
    3_604_857_256_930_695_427_073_651_918_091_429n,
    -14_423_608_567_350_463_180_887_372_962_807_573n,
    26_449_188_498_355_588_339_934_803_723_976_023n,
  ]);
  return ((p / q) * 3_822_833_074_963_236_453_042_738_258_902_158_003_155_416_615_667n) >> (195n - k);
}
