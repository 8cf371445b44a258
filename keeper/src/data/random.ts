/** A seeded source of numbers: the same on every machine, since it uses 32-bit integer arithmetic only. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Near normal, mean 0, deviation 1, within +-6: the sum of twelve uniforms. */
  normal(): number;
}

/** Mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const normal = () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return sum;
  };
  return { uniform, normal };
}
