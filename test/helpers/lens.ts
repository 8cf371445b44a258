import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkHelpers } from "@nomicfoundation/hardhat-network-helpers/types";
import { MaxUint256, Result } from "ethers";
import { Lane } from "../../sdk/src/index.ts";
import type { IndexLens, IndexVault, KeeperUpkeep, RudeTokenMock } from "../../typechain-types/index.js";
import { IndexLens__factory, KeeperUpkeep__factory, RudeTokenMock__factory } from "../../typechain-types/index.js";
import { fund, type MarketToken, mixedTokens, setPrices, type TokenSpec } from "./market.ts";
import { createIndex, deployProtocol, type IndexOptions, LIMITS, type Protocol, propose } from "./protocol.ts";

/** Moves 10% of the NAV of six equal parts from the two large tokens to the stable one. */
export const TO_STABLE: Readonly<Record<string, number>> = {
  USDC: 2_667,
  TK1: 1_167,
  TK2: 1_667,
  TK3: 1_167,
  TK4: 1_666,
  TK5: 1_666,
};

/** How a RudeTokenMock answers `balanceOf`. */
export const Manner = {
  POLITE: 0,
  REVERTS: 1,
  BURNS_GAS: 2,
  RETURNS_A_MEGABYTE: 3,
  RETURNS_NOTHING: 4,
  LOSES_HALF: 5,
} as const;

/** Bits of `Target.freeze`. */
export const Freeze = { NOT_SOLD: 1n, NOT_BOUGHT: 2n, BOTH: 3n } as const;

/** An index with its lens and its upkeep, and an account that can fill anything. */
export interface LensWorld {
  protocol: Protocol;
  vault: IndexVault;
  address: string;
  lens: IndexLens;
  upkeep: KeeperUpkeep;
  guardian: HardhatEthersSigner;
  filler: HardhatEthersSigner;
  stranger: HardhatEthersSigner;
  /** Tokens of the market and their prices D8{USD/tok} at the start. */
  start: readonly { readonly token: MarketToken; readonly price: bigint }[];
}

export interface LensWorldOptions extends Omit<IndexOptions, "creator"> {
  specs?: readonly TokenSpec[];
}

/** Six tokens of 6, 8, 18 and 27 decimals from $0.000001 to $100,000 unless told otherwise. */
export async function deployLensWorld(
  signers: readonly HardhatEthersSigner[],
  { specs = mixedTokens(6), ...index }: LensWorldOptions = {},
): Promise<LensWorld> {
  const [owner, guardian, creator, filler, stranger] = signers;
  if (!owner || !guardian || !creator || !filler || !stranger) throw new Error("the world needs five accounts");
  const protocol = await deployProtocol({ tokens: specs, owner, guardian });
  const vault = await createIndex(protocol, { creator, ...index });
  const address = await vault.getAddress();
  await fund(protocol.tokens, filler, address, 10_000_000n);
  const { factory, assetRegistry, keeperRegistry } = protocol;
  const lens = await new IndexLens__factory(owner).deploy(factory, assetRegistry, keeperRegistry);
  const upkeep = await new KeeperUpkeep__factory(owner).deploy(factory, assetRegistry);
  const start = protocol.tokens.map((token) => ({ token, price: token.price }));
  return { protocol, vault, address, lens, upkeep, guardian, filler, stranger, start };
}

/** Forgets prices and tokens of an earlier test: a chain snapshot does not restore what JavaScript remembers. */
export function reset(world: LensWorld): LensWorld {
  world.protocol.tokens = world.start.map(({ token, price }) => Object.assign(token, { price }));
  return world;
}

/** Place of a token in the basket. */
export function placeOf({ protocol }: LensWorld, symbol: string): number {
  return protocol.tokens.findIndex((token) => token.symbol === symbol);
}

/** Turns a plain token into one whose `balanceOf` misbehaves; balances stay. */
export async function makeRude(
  helpers: NetworkHelpers,
  { protocol }: Pick<LensWorld, "protocol">,
  { address, symbol, decimals }: MarketToken,
  manner: number,
): Promise<RudeTokenMock> {
  const model = await new RudeTokenMock__factory(protocol.owner).deploy(symbol, symbol, decimals);
  await helpers.setCode(address, (await model.getDeployedCode()) ?? "0x");
  const rude = RudeTokenMock__factory.connect(address, protocol.owner);
  await rude.setManner(manner);
  return rude;
}

/** Asks the vault itself what a fill would give at the latest block: amounts, or the selector of its error. */
export async function tryFill(
  { vault, filler }: LensWorld,
  i: number,
  j: number,
  maxSell: bigint,
): Promise<{ sold: bigint; paid: bigint; reason: string }> {
  const nonce = await vault.basketNonce();
  try {
    const given = await vault.connect(filler).fill.staticCall(i, j, maxSell, 0n, MaxUint256, nonce, "0x");
    return { sold: given.sold, paid: given.paid, reason: "0x00000000" };
  } catch (error) {
    return { sold: 0n, paid: 0n, reason: selectorOf(error) };
  }
}

/** First four bytes of the revert data that an error carries. */
export function selectorOf(error: unknown): string {
  const data = error instanceof Error && "data" in error ? error.data : undefined;
  if (typeof data !== "string" || data.length < 10) throw error;
  return data.slice(0, 10);
}

/** Weights in basket order from weights by symbol; tokens that are not named get 0. */
export function weightsOf({ protocol }: LensWorld, bySymbol: Readonly<Record<string, number>>): number[] {
  return protocol.tokens.map(({ symbol }) => bySymbol[symbol] ?? 0);
}

/** Publishes the last prices of all feeds but one, which goes stale once its heartbeat is over. */
export async function publishAllBut({ protocol }: LensWorld, symbol: string): Promise<void> {
  const others = protocol.tokens.filter((token) => token.symbol !== symbol);
  await protocol.hub.publish(
    others.map(({ feed }) => feed),
    others.map(({ price }) => price),
    0,
  );
}

/** Lists a token again with some settings changed. */
export async function relist(
  { protocol }: LensWorld,
  token: string,
  changes: { heartbeat?: bigint; minPrice?: bigint },
): Promise<void> {
  const listing = await protocol.assetRegistry.assetConfig(token);
  await protocol.assetRegistry.setAsset(token, {
    feed: listing.feed,
    heartbeat: changes.heartbeat ?? listing.heartbeat,
    feedDecimals: listing.feedDecimals,
    tokenDecimals: listing.tokenDecimals,
    tier: listing.tier,
    deviationBps: listing.deviationBps,
    flags: listing.flags,
    minPrice: changes.minPrice ?? listing.minPrice,
    secondary: listing.secondary,
    secondaryKind: listing.secondaryKind,
    secondaryDecimals: listing.secondaryDecimals,
    secondaryWindow: listing.secondaryWindow,
    usdCap: listing.usdCap,
  });
}

/** Proposes `weights` in the RISK lane and goes to the middle of the first curve, with fresh prices. */
export async function openRisk(helpers: NetworkHelpers, world: LensWorld, weights = TO_STABLE): Promise<LensWorld> {
  await propose(world.protocol, world.vault, { weights: weightsOf(world, weights) });
  await helpers.time.increase(LIMITS.riskDelay + LIMITS.curveLength / 2);
  await setPrices(world.protocol);
  return world;
}

/** A DERISK epoch in the middle of its first curve: everything but TK4 halves and goes to the stable token. */
export async function openDerisk(helpers: NetworkHelpers, world: LensWorld): Promise<LensWorld> {
  const weights = weightsOf(world, { USDC: 5_068, TK1: 833, TK2: 833, TK3: 833, TK4: 1_600, TK5: 833 });
  await propose(world.protocol, world.vault, { weights, lane: Lane.DERISK });
  await helpers.time.increase(LIMITS.curveLength / 2);
  await setPrices(world.protocol);
  return world;
}

/** Units, {raw tokens}, D27{USD/tok} and D18{USD} of every token, from the vault and the registry. */
export async function book({ vault, protocol }: LensWorld) {
  const [, units, holdings] = await vault.basket();
  const prices = await protocol.assetRegistry.prices(protocol.tokens.map(({ address }) => address));
  return protocol.tokens.map(({ symbol, address, decimals }, i) => {
    const [held = 0n, price = 0n] = [holdings[i], prices[i]];
    const value = (held * price) / 10n ** BigInt(decimals + 9);
    return { symbol, address, decimals, units: units[i] ?? 0n, held, price, value };
  });
}

/** Named fields of a struct that a contract returned. */
export function fields(struct: unknown): Record<string, unknown> {
  if (!(struct instanceof Result)) throw new Error("not a struct of a contract's answer");
  return struct.toObject();
}
