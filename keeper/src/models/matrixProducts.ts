// Small products for networks. Widths are multiples of 8: eight sums at a time stay in registers, which is several times
// faster than adding into arrays. The order of every sum is fixed.

/** target[at + j] = bias[j] + sum over i of vector[from + i] x matrix[i x width + j]; the width is the bias's length. */
export function affine(
  target: Float64Array,
  at: number,
  matrix: Float64Array,
  bias: Float64Array,
  vector: Float64Array,
  from: number,
  rows: number,
): void {
  const width = bias.length;
  for (let j = 0; j < width; j += 8) {
    let s0 = bias[j] as number;
    let s1 = bias[j + 1] as number;
    let s2 = bias[j + 2] as number;
    let s3 = bias[j + 3] as number;
    let s4 = bias[j + 4] as number;
    let s5 = bias[j + 5] as number;
    let s6 = bias[j + 6] as number;
    let s7 = bias[j + 7] as number;
    for (let i = 0, cell = j; i < rows; i++, cell += width) {
      const x = vector[from + i] as number;
      s0 += x * (matrix[cell] as number);
      s1 += x * (matrix[cell + 1] as number);
      s2 += x * (matrix[cell + 2] as number);
      s3 += x * (matrix[cell + 3] as number);
      s4 += x * (matrix[cell + 4] as number);
      s5 += x * (matrix[cell + 5] as number);
      s6 += x * (matrix[cell + 6] as number);
      s7 += x * (matrix[cell + 7] as number);
    }
    store(target, at + j, s0, s1, s2, s3, s4, s5, s6, s7);
  }
}

/** target[i x width + j] += sum over steps of left[step x rows + i] x right[step x width + j]. */
export function addOuterProducts(
  target: Float64Array,
  left: Float64Array,
  rows: number,
  right: Float64Array,
  width: number,
  steps: number,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j += 8) {
      const cell = i * width + j;
      let s0 = target[cell] as number;
      let s1 = target[cell + 1] as number;
      let s2 = target[cell + 2] as number;
      let s3 = target[cell + 3] as number;
      let s4 = target[cell + 4] as number;
      let s5 = target[cell + 5] as number;
      let s6 = target[cell + 6] as number;
      let s7 = target[cell + 7] as number;
      for (let step = 0, l = i, r = j; step < steps; step++, l += rows, r += width) {
        const x = left[l] as number;
        s0 += x * (right[r] as number);
        s1 += x * (right[r + 1] as number);
        s2 += x * (right[r + 2] as number);
        s3 += x * (right[r + 3] as number);
        s4 += x * (right[r + 4] as number);
        s5 += x * (right[r + 5] as number);
        s6 += x * (right[r + 6] as number);
        s7 += x * (right[r + 7] as number);
      }
      store(target, cell, s0, s1, s2, s3, s4, s5, s6, s7);
    }
  }
}

/** target[i] += sum over j of matrix[i x width + j] x vector[from + j]; the target's length is a multiple of 4. */
export function addTransposedProduct(
  target: Float64Array,
  matrix: Float64Array,
  vector: Float64Array,
  from: number,
  width: number,
): void {
  for (let i = 0; i < target.length; i += 4) {
    const row = i * width;
    let s0 = target[i] as number;
    let s1 = target[i + 1] as number;
    let s2 = target[i + 2] as number;
    let s3 = target[i + 3] as number;
    for (let j = 0; j < width; j++) {
      const x = vector[from + j] as number;
      const cell = row + j;
      s0 += x * (matrix[cell] as number);
      s1 += x * (matrix[cell + width] as number);
      s2 += x * (matrix[cell + 2 * width] as number);
      s3 += x * (matrix[cell + 3 * width] as number);
    }
    target[i] = s0;
    target[i + 1] = s1;
    target[i + 2] = s2;
    target[i + 3] = s3;
  }
}

function store(
  target: Float64Array,
  at: number,
  s0: number,
  s1: number,
  s2: number,
  s3: number,
  s4: number,
  s5: number,
  s6: number,
  s7: number,
): void {
  target[at] = s0;
  target[at + 1] = s1;
  target[at + 2] = s2;
  target[at + 3] = s3;
  target[at + 4] = s4;
  target[at + 5] = s5;
  target[at + 6] = s6;
  target[at + 7] = s7;
}
