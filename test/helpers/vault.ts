import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkHelpers } from "@nomicfoundation/hardhat-network-helpers/types";
import { AbiCoder, id as keccakOf, MaxUint256, TypedDataEncoder, type Wallet } from "ethers";
import { basketDecisionTypes, Lane, roundUnits } from "../../sdk/src/index.ts";
import { type Errors, Errors__factory, type IndexVault } from "../../typechain-types/index.js";
import { fund, type MarketToken, setPrices, type TokenSpec, tokenOf } from "./market.ts";
import { createIndex, deployProtocol, type IndexOptions, LIMITS, type Protocol, propose, SIGNERS } from "./protocol.ts";

export const SHARE = 10n ** 18n;
export const D27 = 10n ** 27n;
export const DAY = 86_400;
export const ANY_NONCE = 2n ** 32n - 1n;
/** {s} after the opening at which the curve's factor is exactly 1: premium and discount are equal. */
export const MIDDLE = LIMITS.curveLength / 2;

/** Four tokens of 6, 18, 8 and 27 decimals; $25,000 of each make units without any rounding. */
export const SPECS: readonly TokenSpec[] = [
  { symbol: "USDC", decimals: 6, price: "1", stable: true },
  { symbol: "WETH", decimals: 18, price: "2000" },
  { symbol: "BTC", decimals: 8, price: "50000" },
  { symbol: "RAY", decimals: 27, price: "0.25" },
];

/** 1,000 shares of $100: a quarter of the value in each token. */
export interface VaultWorld {
  protocol: Protocol;
  vault: IndexVault;
  address: string;
  errors: Errors;
  owner: HardhatEthersSigner;
  guardian: HardhatEthersSigner;
  /** Also the creator, who holds the seed shares. */
  curator: HardhatEthersSigner;
  holder: HardhatEthersSigner;
  filler: HardhatEthersSigner;
  stranger: HardhatEthersSigner;
  /** Receives the protocol's part of the fees. */
  dao: HardhatEthersSigner;
  start: readonly { readonly token: MarketToken; readonly price: bigint }[];
}

export interface VaultWorldOptions extends Omit<IndexOptions, "creator"> {
  specs?: readonly TokenSpec[];
}

/** Holder and filler own $10m of every token and have approved the vault for it. */
export async function deployVaultWorld(
  signers: readonly HardhatEthersSigner[],
  { specs = SPECS, ...index }: VaultWorldOptions = {},
): Promise<VaultWorld> {
  const [owner, guardian, curator, holder, filler, stranger, dao] = signers;
  if (!owner || !guardian || !curator || !holder || !filler || !stranger || !dao) throw new Error("too few accounts");
  const protocol = await deployProtocol({ tokens: specs, owner, guardian, feeRecipient: dao });
  const vault = await createIndex(protocol, { creator: curator, ...index });
  const address = await vault.getAddress();
  const errors = Errors__factory.connect(address, owner);
  for (const account of [holder, filler]) await fund(protocol.tokens, account, address, 10_000_000n);
  const start = protocol.tokens.map((token) => ({ token, price: token.price }));
  return { protocol, vault, address, errors, owner, guardian, curator, holder, filler, stranger, dao, start };
}

/** Loads a fixture and forgets prices and tokens of an earlier test, which a chain snapshot does not restore. */
export async function load<T extends VaultWorld>(helpers: NetworkHelpers, fixture: () => Promise<T>): Promise<T> {
  const world = await helpers.loadFixture(fixture);
  world.protocol.tokens = world.start.map(({ token, price }) => Object.assign(token, { price }));
  return world;
}

/** Place of a token in a new vault's basket. */
export function at({ protocol }: VaultWorld, symbol: string): number {
  const index = protocol.tokens.findIndex((token) => token.symbol === symbol);
  if (index < 0) throw new Error(`no token ${symbol}`);
  return index;
}

export function token({ protocol }: VaultWorld, symbol: string): MarketToken {
  return tokenOf(protocol, symbol);
}

/** Weights in basket order from weights by symbol; tokens that are not named get 0. */
export function weightsOf({ protocol }: VaultWorld, bySymbol: Readonly<Record<string, number>>): number[] {
  return protocol.tokens.map(({ symbol }) => bySymbol[symbol] ?? 0);
}

/** 10% of the value from WETH to USDC: 35%, 15%, 25%, 25%. */
export const TO_USDC = { USDC: 3_500, WETH: 1_500, BTC: 2_500, RAY: 2_500 } as const;
export const EVEN = { USDC: 2_500, WETH: 2_500, BTC: 2_500, RAY: 2_500 } as const;

export interface OpenOptions {
  lane?: Lane;
  /** {s} after the opening at which the next transaction is mined; the middle of the first curve when left out. */
  elapsed?: number;
  /** Published before the next transaction, by symbol. */
  prices?: Record<string, string>;
}

/** Proposes weights and brings the clock to `elapsed` after the opening, with fresh prices. */
export async function open(
  helpers: NetworkHelpers,
  world: VaultWorld,
  weights: Readonly<Record<string, number>> = TO_USDC,
  { lane = Lane.RISK, elapsed = MIDDLE, prices = {} }: OpenOptions = {},
): Promise<void> {
  await propose(world.protocol, world.vault, { weights: weightsOf(world, weights), lane });
  await goTo(helpers, world, elapsed, prices);
}

/** Brings the clock of the open epoch to `elapsed` after its opening, with fresh prices. */
export async function goTo(
  helpers: NetworkHelpers,
  world: VaultWorld,
  elapsed: number,
  prices: Record<string, string> = {},
): Promise<void> {
  const moment = Number((await world.vault.epoch()).opensAt) + elapsed;
  const now = await helpers.time.latest();
  if (moment - 10 > now) await helpers.time.increaseTo(moment - 10);
  await setPrices(world.protocol, prices);
  await helpers.time.setNextBlockTimestamp(moment);
}

export interface FillOptions {
  from?: HardhatEthersSigner;
  maxSell?: bigint;
  minSell?: bigint;
  maxPay?: bigint;
  nonce?: bigint;
}

/** Buys surplus of `sell` for deficit of `buy`: everything, unless told otherwise. */
export async function fill(world: VaultWorld, sell: string, buy: string, options: FillOptions = {}) {
  const { from = world.filler, maxSell = MaxUint256, minSell = 0n, maxPay = MaxUint256, nonce = 0n } = options;
  const vault = world.vault.connect(from);
  return vault.fill(at(world, sell), at(world, buy), maxSell, minSell, maxPay, nonce, "0x");
}

/** Units by symbol, D27{tok/share at multiplier 1}. */
export async function unitsOf({ vault }: VaultWorld, index: number): Promise<bigint> {
  const [, units] = await vault.basket();
  return units[index] ?? 0n;
}

/** What the vault must hold of every token, computed here: ceil(units * A / 10^(72 - decimals)). */
export async function liabilities({ vault }: VaultWorld): Promise<bigint[]> {
  const [assets, units] = await vault.basket();
  const aggregate = await vault.aggregate();
  return assets.map(({ decimals }, i) => {
    const scale = 10n ** (72n - decimals);
    return ((units[i] ?? 0n) * aggregate + scale - 1n) / scale;
  });
}

/** Units of `amount` {raw tokens} over `shares` at multiplier 1, rounded as the vault stores them. */
export function unitsFor(amount: bigint, decimals: number, shares: bigint): bigint {
  return roundUnits((amount * 10n ** BigInt(72 - decimals)) / (shares * D27));
}

export interface BasketProposal {
  add?: readonly string[];
  drop?: readonly string[];
  id?: bigint;
  validUntil?: number;
  signers?: readonly Wallet[];
}

/** Announces a basket change, signed by the first decision signer unless told otherwise. */
export async function proposeBasket({ protocol, vault }: VaultWorld, proposal: BasketProposal) {
  const { lastId } = await vault.pendingBasket();
  const decision = {
    vault: await vault.getAddress(),
    id: proposal.id ?? lastId + 1n,
    add: [...(proposal.add ?? [])],
    drop: [...(proposal.drop ?? [])],
    decisionHash: keccakOf("basket"),
    validUntil: proposal.validUntil ?? 2 ** 40 - 1,
  };
  const types = { BasketDecision: basketDecisionTypes.BasketDecision.map((field) => ({ ...field })) };
  const digest = await protocol.keeperRegistry.digest(TypedDataEncoder.hashStruct("BasketDecision", types, decision));
  const signatures = (proposal.signers ?? SIGNERS.slice(0, 1)).map((signer) =>
    AbiCoder.defaultAbiCoder().encode(
      ["address", "bytes"],
      [signer.address, signer.signingKey.sign(digest).serialized],
    ),
  );
  const { id, add, drop, decisionHash, validUntil } = decision;
  return vault.proposeBasket(id, add, drop, decisionHash, validUntil, signatures);
}

/** Announces a basket change and goes to the end of its delay. */
export async function announceBasket(
  helpers: NetworkHelpers,
  world: VaultWorld,
  proposal: BasketProposal,
): Promise<void> {
  await proposeBasket(world, proposal);
  await helpers.time.increase(LIMITS.basketDelay);
  await setPrices(world.protocol);
}

/** Lists a token again with some settings changed. */
export async function relist(
  { protocol }: VaultWorld,
  symbol: string,
  changes: Partial<
    Record<"flags" | "minPrice" | "usdCap" | "tier" | "secondary" | "secondaryKind", bigint | string>
  > & {
    feed?: string;
  },
): Promise<void> {
  const listed = tokenOf(protocol, symbol);
  const old = await protocol.assetRegistry.assetConfig(listed.address);
  const { feed, heartbeat, feedDecimals, tokenDecimals, tier, deviationBps, flags, minPrice, usdCap } = old;
  const base = { feed, heartbeat, feedDecimals, tokenDecimals, tier, deviationBps, flags, minPrice, usdCap };
  const second = {
    secondary: old.secondary,
    secondaryKind: old.secondaryKind,
    secondaryDecimals: changes.secondaryKind === undefined ? old.secondaryDecimals : 8n,
    secondaryWindow: changes.secondaryKind === undefined ? old.secondaryWindow : 86_400n,
  };
  const config = { ...base, ...second, ...changes } as typeof base & typeof second;
  await protocol.assetRegistry.setAsset(listed.address, config);
}

/** Publishes the last prices of all feeds but one, which goes stale once its heartbeat is over. */
export async function publishAllBut({ protocol }: VaultWorld, symbol: string): Promise<void> {
  const others = protocol.tokens.filter((candidate) => candidate.symbol !== symbol);
  await protocol.hub.publish(
    others.map(({ feed }) => feed),
    others.map(({ price }) => price),
    0,
  );
}
