import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { id, parseEther } from "ethers";
import {
  StrategyMarket__factory,
  StrategyRegistry__factory,
  StrategySharesFactory__factory,
} from "../../typechain-types/index.js";

const WEEK = 604_800;

/** Clones by the name of their contract, and where they are. */
export type StrategyClones = Readonly<Record<"RoyaltyReceiver" | "StrategyShares", string>>;

/** Who takes part, and where contracts are by their names in the address book. */
export interface StrategyScene {
  at: (name: string) => string;
  author: HardhatEthersSigner;
  seller: HardhatEthersSigner;
  /** Currency of bids and prices. */
  usdc: string;
}

/** Token 1 belongs to its author, token 2 is locked in shares, token 3 is the seller's and offered for sale. */
export async function openStrategies({ at, author, seller, usdc }: StrategyScene): Promise<StrategyClones> {
  const registry = StrategyRegistry__factory.connect(at("StrategyRegistry"), author);
  const factory = StrategySharesFactory__factory.connect(at("StrategySharesFactory"), author);
  for (const name of ["open", "locked"]) await registry.register(0, `ipfs://${name}`, id(name), 1_000, 100);
  await registry.approve(factory, 2);
  await factory.lock(2, "Locked shares", "LCK", parseEther("1"), 1n, usdc);

  const market = StrategyMarket__factory.connect(at("StrategyMarket"), seller);
  await registry.connect(seller).register(0n, "ipfs://offered", id("offered"), 0n, 0n);
  await registry.connect(seller).approve(market, 3n);
  const until = ((await seller.provider?.getBlock("latest"))?.timestamp ?? 0) + WEEK;
  await market.list(registry, 3n, 1n, 1n, usdc, until);

  return { RoyaltyReceiver: await registry.receiverOf(1), StrategyShares: await factory.sharesOf(2) };
}
