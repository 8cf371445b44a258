import type { Address } from "viem";
import { largestRemainderBps } from "../math/weights.ts";
import { apportion } from "../portfolio/apportion.ts";
import { TemplateInvalidError } from "./errors.ts";
import { MAX_TOKENS } from "./tokenTable.ts";
import type { TokenWeight } from "./weightsCsv.ts";

const WHOLE = 10_000;

/** A token with a size that its weight follows, such as its capitalisation in USD. */
export type SizedToken = { token: Address; size: bigint };

function requireTokens(tokens: readonly Address[]): void {
  if (tokens.length === 0 || tokens.length > MAX_TOKENS) {
    throw new TemplateInvalidError("tokens", `must be 1 to ${MAX_TOKENS}, not ${tokens.length}`);
  }
  const seen = new Set<string>();
  for (const token of tokens) {
    if (seen.has(token.toLowerCase())) throw new TemplateInvalidError("tokens", `must not hold ${token} twice`);
    seen.add(token.toLowerCase());
  }
}

/**
 * Template "equal weight": the same part of every token.
 *
 * @example
 * equalWeights([weth, wbtc, usdc]); // 3,334, 3,333 and 3,333 bps
 */
export function equalWeights(tokens: readonly Address[]): TokenWeight[] {
  requireTokens(tokens);
  const weights = largestRemainderBps(tokens.map(() => 1n));
  return tokens.map((token, i) => ({ token, weightBps: weights[i] ?? 0 }));
}

/**
 * Template "market cap with caps": in proportion to size, nobody above the cap; what a cap cuts off goes to the others in
 * proportion, as often as it takes.
 *
 * @example
 * cappedWeights([{ token: wbtc, size: 900n }, { token: weth, size: 90n }, { token: link, size: 10n }], 5_000);
 * // 5,000, 4,500 and 500 bps
 */
export function cappedWeights(tokens: readonly SizedToken[], capBps: number): TokenWeight[] {
  requireTokens(tokens.map(({ token }) => token));
  const small = tokens.find(({ size }) => size <= 0n);
  if (small !== undefined) throw new TemplateInvalidError("size", `of ${small.token} must be more than zero`);
  if (!Number.isInteger(capBps) || capBps <= 0 || capBps > WHOLE) {
    throw new TemplateInvalidError("capBps", `must be whole basis points from 1 to ${WHOLE}, not ${capBps}`);
  }
  if (capBps * tokens.length < WHOLE) {
    throw new TemplateInvalidError(
      "capBps",
      `of ${capBps} bps leaves a part without a place: ${tokens.length} tokens are too few`,
    );
  }
  const weights = new Map<Address, bigint>();
  const cap = BigInt(capBps);
  let open = [...tokens];
  let left = BigInt(WHOLE);
  for (;;) {
    const total = open.reduce((sum, { size }) => sum + size, 0n);
    const full = open.filter(({ size }) => left * size >= cap * total);
    if (full.length === 0) break;
    for (const { token } of full) weights.set(token, cap);
    left -= cap * BigInt(full.length);
    open = open.filter((item) => !full.includes(item));
    if (open.length === 0) break;
  }
  const parts = apportion(
    left,
    open.map(({ size }) => size),
  );
  for (const [i, { token }] of open.entries()) weights.set(token, parts[i] ?? 0n);
  const list = tokens.map(({ token }) => ({ token, weightBps: Number(weights.get(token) ?? 0n) }));
  const none = list.find(({ weightBps }) => weightBps === 0);
  if (none !== undefined) throw new TemplateInvalidError("size", `of ${none.token} is too small for a basis point`);
  return list;
}

/** Template "fixed weights": whole basis points that sum to 10,000, as they are. */
export function fixedWeights(weights: readonly TokenWeight[]): TokenWeight[] {
  requireTokens(weights.map(({ token }) => token));
  for (const { token, weightBps } of weights) {
    if (Number.isInteger(weightBps) && weightBps > 0 && weightBps <= WHOLE) continue;
    throw new TemplateInvalidError("weightBps", `of ${token} must be whole basis points from 1 to ${WHOLE}`);
  }
  const sum = weights.reduce((all, { weightBps }) => all + weightBps, 0);
  if (sum !== WHOLE) throw new TemplateInvalidError("weightBps", `must sum to ${WHOLE} bps, not ${sum}`);
  return weights.map(({ token, weightBps }) => ({ token, weightBps }));
}
