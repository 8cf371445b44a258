import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkHelpers } from "@nomicfoundation/hardhat-network-helpers/types";
import { type AddressLike, id as hashOf, MaxUint256, ZeroHash } from "ethers";
import {
  ServiceErrors__factory,
  StrategyMarket__factory,
  StrategyRegistry__factory,
  TokenMock__factory,
} from "../../typechain-types/index.js";
import { CREDIT_PRICE, deployPass, SIGNALS } from "./accessPass.ts";

export { SIGNALS };

/** One US dollar {raw USDC}. */
export const USD = 10n ** 6n;
/** One whole GIM {GIM wei}. */
export const GIM = 10n ** 18n;
/** {bps} of each sale to the author of the strategy. */
export const RESALE_BPS = 750n;
/** {bps} of each sale to the fee splitter. */
export const FEE_BPS = 250n;
export const FIRST_HASH = hashOf("first version");
export const SECOND_HASH = hashOf("second version");
export const NO_HASH = ZeroHash;
const STRATEGY_KIND = 0n;

/** What a listing is made of. */
export interface Offer {
  collection?: AddressLike;
  id?: bigint;
  units?: bigint;
  unitPrice?: bigint;
  currency?: AddressLike;
  until?: bigint;
}

/**
 * A market with strategy 1, which the author has sold to the seller, and 100 credits of the seller, who approved the market
 * for both. Buyer and other have money and approved it too.
 */
export async function deployMarketplace(signers: readonly HardhatEthersSigner[], helpers: NetworkHelpers) {
  const [owner, author, seller, buyer, other, splitter] = signers;
  if (!owner || !author || !seller || !buyer || !other || !splitter) throw new Error("the market needs six accounts");
  const registry = await new StrategyRegistry__factory(owner).deploy();
  const usdc = await new TokenMock__factory(owner).deploy("US dollar", "USDC", 6);
  const gim = await new TokenMock__factory(owner).deploy("Gimbal", "GIM", 18);
  const pass = await deployPass(owner, { usdc, gim, registry, splitter });
  const market = await new StrategyMarket__factory(owner).deploy(registry, pass, usdc, gim, splitter, FEE_BPS, owner);
  const errors = ServiceErrors__factory.connect(await market.getAddress(), owner);

  await registry.connect(author).register(STRATEGY_KIND, "ipfs://first", FIRST_HASH, 1_000n, RESALE_BPS);
  await registry.connect(author).transferFrom(author, seller, 1n);
  await registry.connect(seller).setApprovalForAll(market, true);
  /** Credits that the owner buys for somebody. */
  const giveCredits = async (account: AddressLike, units: bigint): Promise<void> => {
    await usdc.mint(owner, units * CREDIT_PRICE);
    await usdc.approve(pass, units * CREDIT_PRICE);
    await pass.buyCredits(SIGNALS, units, usdc, units * CREDIT_PRICE, account);
  };
  await giveCredits(seller, 100n);
  await pass.connect(seller).setApprovalForAll(market, true);
  for (const account of [buyer, other, seller]) {
    await usdc.mint(account, 1_000_000n * USD);
    await gim.mint(account, 1_000_000n * GIM);
    await usdc.connect(account).approve(market, MaxUint256);
    await gim.connect(account).approve(market, MaxUint256);
  }

  /** {s} `seconds` from the latest block. */
  const inSeconds = async (seconds: bigint): Promise<bigint> => BigInt(await helpers.time.latest()) + seconds;

  /** Lists strategy 1 for 1,000 USDC for a day unless told otherwise. Returns the number of the listing. */
  const list = async (offer: Offer = {}, from = seller): Promise<bigint> => {
    const until = offer.until ?? (await inSeconds(86_400n));
    const { collection = registry, id = 1n, units = 1n, unitPrice = 1_000n * USD, currency = usdc } = offer;
    await market.connect(from).list(collection, id, units, unitPrice, currency, until);
    return market.listingCount();
  };

  /** Lists 100 credits of the seller for 3 USDC each unless told otherwise. */
  const listCredits = (offer: Offer = {}, from = seller): Promise<bigint> =>
    list({ collection: pass, id: SIGNALS, units: 100n, unitPrice: 3n * USD, ...offer }, from);

  /** {raw USDC} of everybody who may be paid, and of the market. */
  const dollars = async () => {
    const accounts = { author, seller, buyer, splitter, market };
    const entries = Object.entries(accounts).map(async ([name, who]) => [name, await usdc.balanceOf(who)] as const);
    return Object.fromEntries(await Promise.all(entries)) as Record<keyof typeof accounts, bigint>;
  };

  return {
    ...{ owner, author, seller, buyer, other, splitter, registry, pass, usdc, gim, market, errors },
    ...{ inSeconds, list, listCredits, giveCredits, dollars },
  };
}

export type Marketplace = Awaited<ReturnType<typeof deployMarketplace>>;
