import { type Address, formatEther, getAddress, keccak256, parseEther, slice, toHex } from "viem";
import { createRandom } from "../../../keeper/src/data/random.ts";

/** What an account gets in the airdrop. */
export interface Allotment {
  account: Address;
  /** {GIM wei} */
  amount: bigint;
}

/** {1} Spread of the sizes: a few large ones, many small ones. */
const SPREAD = 1.1;

/**
 * A simulated crowd: `count` accounts that share `total` {GIM wei} to the last wei, in sizes with a long tail. The same
 * seed makes the same crowd. Nobody has its keys.
 */
export function simulateCrowd(seed: number, count: number, total: bigint): Allotment[] {
  const random = createRandom(seed);
  const sizes = Array.from({ length: count }, () => Math.exp(SPREAD * random.normal()));
  const sum = sizes.reduce((all, size) => all + size, 0);
  const crowd = sizes.map((size, index) => ({
    account: getAddress(slice(keccak256(toHex(`gimbal demo crowd, seed ${seed}, account ${index}`)), 12)),
    amount: (parseEther((size / sum).toFixed(15)) * total) / parseEther("1"),
  }));
  const given = crowd.reduce((all, { amount }) => all + amount, 0n);
  // The first one gets what rounding left, or pays what it took too much.
  return crowd.map((member, index) => (index === 0 ? { ...member, amount: member.amount + total - given } : member));
}

/** The list as its builder reads it. */
export function toCsv(allotments: readonly Allotment[]): string {
  const lines = allotments.map(({ account, amount }) => `${account},${formatEther(amount)}`);
  return `${["account,amount", ...lines].join("\n")}\n`;
}
