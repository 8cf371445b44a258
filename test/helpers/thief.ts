import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkHelpers } from "@nomicfoundation/hardhat-network-helpers/types";
import { MaxUint256 } from "ethers";
import { Lane } from "../../sdk/src/index.ts";
import type { IndexVault } from "../../typechain-types/index.js";
import { fund, setPrices } from "./market.ts";
import { createIndex, deployProtocol, type Limits, mintShares, type Protocol, propose } from "./protocol.ts";

const HOUR = 3_600;
const BPS = 10_000n;
const D8 = 10n ** 8n;

/** The limits that leave a thief most room: short delays, wide feeds, an epoch a day. */
export const LOOSE: Partial<Limits> = {
  turnoverBps: 2_500,
  lossBps: 50,
  deriskLossBps: 50,
  riskDelay: HOUR,
  cooldown: HOUR,
  curveLength: 12 * HOUR,
  deriskPeriod: 28 * 24 * HOUR,
};

/** What tokens are really worth, D8{USD/tok}. Never changes: market moves are no loss. */
export const TRUTH: Readonly<Record<string, bigint>> = {
  USDC: D8,
  USDT: D8,
  WETH: 2_000n * D8,
  LIAR: 40n * D8,
  BROKEN: 7n * D8,
};

const TOKENS = Object.keys(TRUTH);

/** State of a vault at true prices, after one step. */
export interface Sample {
  /** {s} */
  time: number;
  /** D62{USD/share at multiplier 1}: fees are left out. */
  nav: bigint;
  /** Fraction of the true NAV sold since the start, in each lane. */
  risk: number;
  derisk: number;
  /** DERISK epochs since the start. */
  derisks: number;
}

/** Has the signing key, capital, both sides of every fill, and one feed that reads up to `error` too high or too low. */
export class Thief {
  readonly protocol: Protocol;
  readonly vault: IndexVault;
  readonly account: HardhatEthersSigner;
  readonly samples: Sample[] = [];
  readonly refused = new Map<string, number>();
  fills = 0;
  private readonly helpers: NetworkHelpers;
  private risk = 0;
  private derisk = 0;
  private derisks = 0;

  constructor(protocol: Protocol, vault: IndexVault, account: HardhatEthersSigner, helpers: NetworkHelpers) {
    this.protocol = protocol;
    this.vault = vault.connect(account);
    this.account = account;
    this.helpers = helpers;
  }

  /** What a feed reads from now on, in hundredths of a percent of the truth. All others are published again. */
  async read(parts: Readonly<Record<string, number>> = {}): Promise<void> {
    const prices = Object.entries(parts).map(([symbol, part]) => {
      const price = ((TRUTH[symbol] ?? 0n) * BigInt(part)) / BPS;
      return [symbol, `${price / D8}.${(price % D8).toString().padStart(8, "0")}`] as const;
    });
    await setPrices(this.protocol, Object.fromEntries(prices));
  }

  /** {s} after the opening of the epoch at which the next transaction is mined. */
  async goTo(elapsed: number, parts: Readonly<Record<string, number>> = {}): Promise<void> {
    const moment = Number((await this.vault.epoch()).opensAt) + elapsed;
    const { time } = this.helpers;
    if (moment - 2 > (await time.latest())) await time.increaseTo(moment - 2);
    await this.read(parts);
    if (moment > (await time.latest())) await time.setNextBlockTimestamp(moment);
  }

  async sample(): Promise<void> {
    const [, units] = await this.vault.basket();
    const nav = units.reduce((sum, held, i) => sum + held * this.truth(i), 0n);
    const { risk, derisk, derisks } = this;
    this.samples.push({ time: await this.helpers.time.latest(), nav, risk, derisk, derisks });
  }

  /** Moves `bps` of NAV from one token to another, or everything to the destinations. */
  async propose(lane: Lane, sell: string, buy: string, bps: number): Promise<boolean> {
    const weights = await this.weights();
    const [i, j] = [this.at(sell), this.at(buy)];
    const step = Math.min(bps, weights[i] ?? 0, 7_000 - (weights[j] ?? 0));
    if (lane === Lane.RISK) {
      weights[i] = (weights[i] ?? 0) - step;
      weights[j] = (weights[j] ?? 0) + step;
    } else {
      weights.fill(0);
      for (const symbol of ["USDC", "USDT"]) weights[this.at(symbol)] = 5_000;
    }
    const accepted = await this.attempt(() => propose(this.protocol, this.vault, { weights, lane }));
    if (accepted && lane === Lane.DERISK) this.derisks += 1;
    return accepted;
  }

  /** Takes all there is of every pair that pays, the best first, and what the budgets leave when that is too much. */
  async takeAll(): Promise<void> {
    const pairs: { i: number; j: number; cost: number }[] = [];
    for (const i of TOKENS.keys()) {
      for (const j of TOKENS.keys()) if (i !== j) pairs.push({ i, j, cost: await this.cost(i, j) });
    }
    pairs.sort((a, b) => a.cost - b.cost);
    for (const { i, j, cost } of pairs) if (cost < 1) await this.take(i, j);
    await this.sample();
  }

  /** Mints as many shares as a multiple of the supply. */
  async mint(multiple: bigint): Promise<void> {
    await mintShares(this.protocol, this.vault, this.account, (await this.vault.totalSupply()) * multiple);
  }

  async redeemAll(): Promise<void> {
    const shares = await this.vault.balanceOf(this.account);
    if (shares > 0n) await this.vault.redeem(shares, this.account, this.account, [], 0n, 0n);
    await this.sample();
  }

  /** Does what may be refused, and counts the reasons. */
  async attempt(run: () => Promise<unknown>): Promise<boolean> {
    try {
      await run();
      return true;
    } catch (error) {
      const reason = /custom error '(\w+)/.exec(error instanceof Error ? error.message : "")?.[1];
      if (reason === undefined) throw error;
      this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
      return false;
    }
  }

  at(symbol: string): number {
    return this.protocol.tokens.findIndex((token) => token.symbol === symbol);
  }

  async units(symbol: string): Promise<bigint> {
    const [, units] = await this.vault.basket();
    return units[this.at(symbol)] ?? 0n;
  }

  /** What a dollar of token i costs in token j, both at true prices. */
  private async cost(i: number, j: number): Promise<number> {
    const { tokens } = this.protocol;
    let factor = 2;
    await this.attempt(async () => {
      factor = Number(await this.vault.priceFactor(i, j)) / 1e18;
    });
    const part = (k: number) => Number(tokens[k]?.price ?? 0n) / Number(this.truth(k));
    return (factor * part(i)) / part(j);
  }

  private async take(i: number, j: number): Promise<void> {
    const wanted = await this.vault.targetUnits();
    const [, held] = await this.vault.basket();
    if ((held[i] ?? 0n) <= (wanted[i] ?? 0n) || (held[j] ?? 0n) >= (wanted[j] ?? 0n)) return;
    const [decimals, aggregate] = [this.protocol.tokens[i]?.decimals ?? 18, await this.vault.aggregate()];
    const all = (((held[i] ?? 0n) - (wanted[i] ?? 0n)) * aggregate) / 10n ** BigInt(72 - decimals);
    // The loss bucket refuses what it does not hold: the most that it lets through, found by halving.
    for (let size = all; size > all / 1_000n; size /= 2n) {
      if (!(await this.attempt(() => this.vault.fill(i, j, size, 0n, MaxUint256, 0n, "0x")))) continue;
      await this.count(i, held[i] ?? 0n);
      if (size === all) return;
    }
  }

  private async count(i: number, before: bigint): Promise<void> {
    const [, units] = await this.vault.basket();
    const nav = units.reduce((sum, held, k) => sum + held * this.truth(k), 0n);
    const sold = (before - (units[i] ?? 0n)) * this.truth(i);
    const part = Number((sold * 10n ** 12n) / nav) / 1e12;
    if ((await this.vault.epoch()).lane === BigInt(Lane.RISK)) this.risk += part;
    else this.derisk += part;
    this.fills += 1;
  }

  /** {bps} by the prices that the feeds read. */
  private async weights(): Promise<number[]> {
    const [, units] = await this.vault.basket();
    const values = units.map((held, i) => held * (this.protocol.tokens[i]?.price ?? 0n));
    const nav = values.reduce((sum, value) => sum + value, 0n);
    const weights = values.map((value) => Number((value * BPS) / nav));
    const rest = 10_000 - weights.reduce((sum, weight) => sum + weight, 0);
    weights[this.at("USDC")] = (weights[this.at("USDC")] ?? 0) + rest;
    return weights;
  }

  private truth(i: number): bigint {
    return TRUTH[this.protocol.tokens[i]?.symbol ?? ""] ?? 0n;
  }
}

/** A vault of $100,000 with a streaming fee, and a thief with a hundred times that in every token. */
export async function deployThief(
  signers: readonly HardhatEthersSigner[],
  helpers: NetworkHelpers,
  limits: Partial<Limits>,
): Promise<Thief> {
  const [owner, guardian, creator, account] = signers;
  if (!owner || !guardian || !creator || !account) throw new Error("too few accounts");
  const protocol = await deployProtocol({
    owner,
    guardian,
    tokens: [
      { symbol: "USDC", decimals: 6, price: "1", stable: true, deviationBps: 150 },
      { symbol: "USDT", decimals: 6, price: "1", stable: true, deviationBps: 150 },
      { symbol: "WETH", decimals: 18, price: "2000", deviationBps: 150 },
      { symbol: "LIAR", decimals: 8, price: "40", deviationBps: 150 },
      { symbol: "BROKEN", decimals: 27, price: "7", deviationBps: 150 },
    ],
  });
  const fees = { streamingRate: 10n ** 9n, mintFeeBps: 0, recipient: creator.address };
  const vault = await createIndex(protocol, { creator, limits, fees });
  await fund(protocol.tokens, account, await vault.getAddress(), 10_000_000n);
  return new Thief(protocol, vault, account, helpers);
}
