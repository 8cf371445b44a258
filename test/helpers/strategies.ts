import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkHelpers } from "@nomicfoundation/hardhat-network-helpers/types";
import { type AddressLike, id as keccakOf, parseEther } from "ethers";
import {
  type AccessPass,
  type RoyaltyReceiver,
  RoyaltyReceiver__factory,
  type ServiceErrors,
  ServiceErrors__factory,
  type StrategyRegistry,
  StrategyRegistry__factory,
  type StrategyShares,
  StrategyShares__factory,
  type StrategySharesFactory,
  StrategySharesFactory__factory,
  type TokenMock,
  TokenMock__factory,
} from "../../typechain-types/index.js";
import { deployPass } from "./accessPass.ts";

export const DAY = 86_400n;
/** {share wei} */
export const SUPPLY = parseEther("1000");
/** {raw USDC} */
export const RESERVE = 1_000_000_000n;
export const KIND = { strategy: 0, dataset: 1 } as const;
export const STATUS = { locked: 0n, auction: 1n, sold: 2n, redeemed: 3n } as const;
export const HASH = keccakOf("the first version");
export const URI = "ipfs://first";

export interface StrategyWorld {
  registry: StrategyRegistry;
  factory: StrategySharesFactory;
  pass: AccessPass;
  usdc: TokenMock;
  gim: TokenMock;
  /** Any ERC-20 in which royalties come. */
  fees: TokenMock;
  errors: ServiceErrors;
  /** Registered token 1, a strategy with a royalty of 20% and a resale royalty of 5%. */
  author: HardhatEthersSigner;
  alice: HardhatEthersSigner;
  bob: HardhatEthersSigner;
  carol: HardhatEthersSigner;
  /** Uses services with an asset, and pays for it. */
  payer: HardhatEthersSigner;
  splitter: HardhatEthersSigner;
  receiver: RoyaltyReceiver;
}

/** Registry with token 1, factory, and the access pass by whose receipts it earns. */
export async function deployStrategies(signers: readonly HardhatEthersSigner[]): Promise<StrategyWorld> {
  const [author, alice, bob, carol, payer, splitter] = signers;
  if (!author || !alice || !bob || !carol || !payer || !splitter) throw new Error("too few accounts");
  const registry = await new StrategyRegistry__factory(author).deploy();
  const usdc = await new TokenMock__factory(author).deploy("USD Coin", "USDC", 6);
  const gim = await new TokenMock__factory(author).deploy("Gimbal", "GIM", 18);
  const fees = await new TokenMock__factory(author).deploy("Index", "IDX", 18);
  const pass = await deployPass(author, { usdc, gim, registry, splitter });
  const factory = await new StrategySharesFactory__factory(author).deploy(registry, usdc, gim, pass);
  await registry.register(KIND.strategy, URI, HASH, 2_000, 500);
  const receiver = RoyaltyReceiver__factory.connect(await registry.receiverOf(1), author);
  const errors = ServiceErrors__factory.connect(await registry.getAddress(), author);
  return { registry, factory, pass, usdc, gim, fees, errors, author, alice, bob, carol, payer, splitter, receiver };
}

export interface LockedWorld extends StrategyWorld {
  shares: StrategyShares;
  address: string;
}

/** Locks a token of its owner; bids in USDC. */
export async function lockToken(
  { registry, factory, usdc }: Pick<StrategyWorld, "registry" | "factory"> & { usdc: AddressLike },
  owner: HardhatEthersSigner,
  token = 1n,
): Promise<StrategyShares> {
  await registry.connect(owner).approve(factory, token);
  await factory.connect(owner).lock(token, "Momentum shares", "MOM", SUPPLY, RESERVE, usdc);
  return StrategyShares__factory.connect(await factory.sharesOf(token), owner);
}

/** Token 1 is locked; author, Alice and Bob have 50%, 30% and 20% of the shares, Carol nothing. All may bid. */
export async function deployLocked(signers: readonly HardhatEthersSigner[]): Promise<LockedWorld> {
  const world = await deployStrategies(signers);
  const shares = await lockToken(world, world.author);
  await shares.transfer(world.alice, (SUPPLY * 3n) / 10n);
  await shares.transfer(world.bob, (SUPPLY * 2n) / 10n);
  for (const account of [world.author, world.alice, world.bob, world.carol]) {
    await world.usdc.mint(account, 100n * RESERVE);
    await world.usdc.connect(account).approve(shares, 100n * RESERVE);
  }
  return { ...world, shares, address: await shares.getAddress() };
}

/** Bids, lets the auction end, and settles it. */
export async function sell(
  { shares, usdc }: Pick<LockedWorld, "shares" | "usdc">,
  time: NetworkHelpers["time"],
  bidder: HardhatEthersSigner,
  price: bigint,
  tokens: readonly string[] = [],
): Promise<void> {
  await usdc.connect(bidder).approve(shares, price);
  await shares.connect(bidder).bid(price);
  await time.increase(7n * DAY);
  await shares.settle([...tokens]);
}
