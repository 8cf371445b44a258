import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkHelpers } from "@nomicfoundation/hardhat-network-helpers/types";
import { MaxUint256 } from "ethers";
import type { BatchDepositor, BatchFactory, HostileToken, IndexLens } from "../../typechain-types/index.js";
import {
  BatchDepositor__factory,
  BatchFactory__factory,
  HostileToken__factory,
  IndexLens__factory,
} from "../../typechain-types/index.js";
import { addTokens, setPrices } from "./market.ts";
import { deployVaultWorld, type VaultWorld, type VaultWorldOptions } from "./vault.ts";

/** {raw cash} one dollar. */
export const USD = 10n ** 6n;
export const SHARE = 10n ** 18n;
/** D27{raw cash/share wei} of a share of $100. */
export const HUNDRED = 10n ** 17n;
export const ONE = 10n ** 27n;
export const PERIOD = 86_400;
export const WINDOW = 4 * 3_600;
export const LOCK = 1_800;

/** Order of `HostileToken.Mode`. */
export const Mode = {
  HONEST: 0,
  PAUSED: 1,
  BLOCKLIST: 2,
  FALSE_RETURN: 3,
  REENTRANT: 9,
  FEE: 10,
  SILENT_BALANCE: 11,
} as const;

/** A vault world with the batch depositor of its index: 1,000 shares of $100, cash that can misbehave. */
export interface BatchWorld extends VaultWorld {
  batches: BatchFactory;
  depositor: BatchDepositor;
  depositorAddress: string;
  cash: HostileToken;
  lens: IndexLens;
  /** Have cash and shares, and have approved the depositor for all of it. */
  people: readonly [HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner];
  /** The batch that takes requests when the fixture is loaded: twelve hours before its window. */
  batch: number;
}

/** The clock stands at noon, UTC. The curator holds 600 shares, four people 100 shares and $100,000 each. */
export async function deployBatchWorld(
  helpers: NetworkHelpers,
  signers: readonly HardhatEthersSigner[],
  options: VaultWorldOptions = {},
): Promise<BatchWorld> {
  const world = await deployVaultWorld(signers, options);
  const { protocol, vault, owner, curator } = world;
  const cash = await new HostileToken__factory(owner).deploy(6);
  await addTokens(protocol, [{ symbol: "CASH", decimals: 6, price: "1", stable: true, existing: String(cash.target) }]);
  const { factory, assetRegistry, keeperRegistry } = protocol;
  const batches = await new BatchFactory__factory(owner).deploy(factory, assetRegistry, cash);
  await batches.create(world.address);
  const depositorAddress = await batches.depositorOf(world.address);
  const depositor = BatchDepositor__factory.connect(depositorAddress, owner);
  const lens = await new IndexLens__factory(owner).deploy(factory, assetRegistry, keeperRegistry);

  const people = signers.slice(7, 11) as unknown as BatchWorld["people"];
  for (const account of [...people, world.filler]) {
    await cash.mint(account, 100_000n * USD);
    await cash.connect(account).approve(depositor, MaxUint256);
    await vault.connect(curator).transfer(account, 80n * SHARE);
    await vault.connect(account).approve(depositor, MaxUint256);
  }

  const batch = Math.floor((await helpers.time.latest()) / PERIOD) + 2;
  await helpers.time.increaseTo((batch - 1) * PERIOD + PERIOD / 2);
  await setPrices(protocol);
  const start = protocol.tokens.map((token) => ({ token, price: token.price }));
  return { ...world, batches, depositor, depositorAddress, cash, lens, people, batch, start };
}

/** Goes to `elapsed` seconds after the opening of a window with fresh prices; the next block has that time. */
export async function toWindow(
  helpers: NetworkHelpers,
  { protocol }: BatchWorld,
  batch: number,
  { elapsed = 60, prices = {} }: { elapsed?: number; prices?: Record<string, string> } = {},
): Promise<void> {
  const moment = batch * PERIOD + elapsed;
  if ((await helpers.time.latest()) < moment - 5) await helpers.time.increaseTo(moment - 5);
  await setPrices(protocol, prices);
  await helpers.time.setNextBlockTimestamp(moment);
}

/** Ends a window: the next block is the first after it. */
export async function toEnd(helpers: NetworkHelpers, batch: number): Promise<void> {
  await helpers.time.increaseTo(batch * PERIOD + WINDOW);
}

/** Files a deposit of whole dollars for oneself. */
export async function requestDeposit({ depositor }: BatchWorld, from: HardhatEthersSigner, dollars: bigint) {
  return depositor.connect(from).requestDeposit(dollars * USD, from, from);
}

/** Files a redemption of whole shares for oneself. */
export async function requestRedeem({ depositor }: BatchWorld, from: HardhatEthersSigner, shares: bigint) {
  return depositor.connect(from).requestRedeem(shares * SHARE, from, from);
}

/** Cash and shares that the depositor really has. */
export async function holdings({
  cash,
  vault,
  depositorAddress,
}: BatchWorld): Promise<{ cash: bigint; shares: bigint }> {
  return { cash: await cash.books(depositorAddress), shares: await vault.balanceOf(depositorAddress) };
}

/** Cash and shares of an account outside the depositor. */
export async function purse(
  { cash, vault }: BatchWorld,
  account: HardhatEthersSigner,
): Promise<{ cash: bigint; shares: bigint }> {
  return { cash: await cash.books(account), shares: await vault.balanceOf(account) };
}
