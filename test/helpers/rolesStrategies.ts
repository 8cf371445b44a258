import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { id, parseEther, ZeroAddress } from "ethers";
import { StrategyRegistry__factory, StrategySharesFactory__factory } from "../../typechain-types/index.js";

/** Names of contracts and where they are. */
export type StrategyAddresses = Readonly<
  Record<"StrategyRegistry" | "RoyaltyReceiver" | "StrategySharesFactory" | "StrategyShares", string>
>;

/** Registry and factory; token 1 belongs to its author, token 2 is locked in shares. Bids are in `usdc`. */
export async function deployStrategyRoles(
  author: HardhatEthersSigner,
  usdc: string,
  gim: string,
): Promise<StrategyAddresses> {
  const registry = await new StrategyRegistry__factory(author).deploy();
  const factory = await new StrategySharesFactory__factory(author).deploy(registry, usdc, gim, ZeroAddress);
  for (const name of ["open", "locked"]) await registry.register(0, `ipfs://${name}`, id(name), 1_000, 100);
  await registry.approve(factory, 2);
  await factory.lock(2, "Locked shares", "LCK", parseEther("1"), 1n, usdc);
  return {
    StrategyRegistry: await registry.getAddress(),
    RoyaltyReceiver: await registry.receiverOf(1),
    StrategySharesFactory: await factory.getAddress(),
    StrategyShares: await factory.sharesOf(2),
  };
}
